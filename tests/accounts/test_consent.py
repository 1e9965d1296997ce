"""規約とお知らせ、同意、関門。"""

from datetime import date, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mamis.accounts import queries
from mamis.accounts.models import Agreement, Statement
from mamis.accounts.operations import BeginsTooSoon, ReadAgain, agree, create_user, mark_of, publish_statement
from mamis.accounts.rules import Block, Look, StatementKind, blocks, mark

NOON = datetime(2026, 11, 2, 3, 0, tzinfo=timezone.utc)  # noqa: UP017
TODAY = date(2026, 11, 2)
TERMS, JOINT_USE = StatementKind.TERMS, StatementKind.JOINT_USE


@pytest.fixture
def newcomer(db):
    return create_user(email="newcomer@hana.example", name="初見 始", at=NOON)


def publish(by, *, from_on, at=NOON, kind=TERMS):
    return publish_statement(kind, body="本文", change="改めました。", from_on=from_on, by=by, at=at)


def pending(user, on=TODAY):
    return [(one.kind, one.number) for one in queries.to_agree(user, on)]


# 規則


def test_the_body_is_read_as_headings_lists_and_paragraphs():
    assert blocks("前書き\n\n■第1条\n一行目\n二行目\n\n・一つ\n・二つ\n\n・別の一つ\n■第2条\n■第3条") == [
        Block(Look.TEXT, ("前書き",)),
        Block(Look.HEADING, ("第1条",)),
        Block(Look.TEXT, ("一行目", "二行目")),
        Block(Look.LIST, ("一つ", "二つ")),
        Block(Look.LIST, ("別の一つ",)),
        Block(Look.HEADING, ("第2条",)),
        Block(Look.HEADING, ("第3条",)),
    ]


def test_marks_alone_say_nothing():
    assert blocks("■\n\n・\n") == []


def test_the_mark_names_every_version():
    assert mark([("terms", 2), ("joint-use", 1)]) == "terms:2 joint-use:1"


# 公開


def test_a_new_version_is_asked_for_from_its_first_day(newcomer):
    agree(newcomer, seen="terms:1 joint-use:1", at=NOON)
    publish(newcomer, from_on=TODAY + timedelta(days=3))

    assert pending(newcomer, TODAY + timedelta(days=2)) == []
    assert pending(newcomer, TODAY + timedelta(days=3)) == [("terms", 2)]


@pytest.mark.parametrize("days", [0, -1])
def test_a_version_begins_on_the_next_day_at_the_earliest(newcomer, days):
    with pytest.raises(BeginsTooSoon, match="今日（2026年11月2日）よりあとの日"):
        publish(newcomer, from_on=TODAY + timedelta(days=days))


def test_a_later_version_replaces_one_that_has_not_begun(newcomer):
    publish(newcomer, from_on=TODAY + timedelta(days=30))
    publish(newcomer, from_on=TODAY + timedelta(days=1))

    in_force = queries.in_force(TODAY + timedelta(days=31)).get(kind=TERMS)

    assert in_force.number == 3


def test_what_is_published_can_be_neither_changed_nor_removed(newcomer):
    published = publish(newcomer, from_on=TODAY + timedelta(days=1))

    for act in (
        lambda: Statement.objects.update(body="別"),
        published.delete,
        lambda: Agreement.objects.update(at=NOON),
    ):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            act()


def test_a_new_version_without_its_change_or_publisher_is_refused(newcomer):
    with pytest.raises(IntegrityError, match="statement_new_version_names_its_change"), transaction.atomic():
        Statement.objects.create(
            kind=TERMS, number=2, body="本文", from_on=TODAY, published_at=NOON, published_by=newcomer
        )


# 同意


def test_agreeing_is_written_once_however_often_it_is_sent(newcomer):
    first = agree(newcomer, seen="terms:1 joint-use:1", at=NOON)
    second = agree(newcomer, seen="terms:1 joint-use:1", at=NOON + timedelta(seconds=1))

    assert ([str(one.statement) for one in first], second) == (
        ["利用規約（第1版）", "個人情報の共同利用のお知らせ（第1版）"],
        (),
    )
    assert Agreement.objects.filter(user=newcomer).count() == 2


def test_what_was_not_read_is_not_agreed_to(newcomer):
    with pytest.raises(ReadAgain):
        agree(newcomer, seen="terms:1", at=NOON)

    assert mark_of(list(queries.to_agree(newcomer, TODAY))) == "terms:1 joint-use:1"
    assert not Agreement.objects.exists()


# 関門


def test_the_gate_asks_the_database_once_a_day_in_a_session(newcomer):
    agree(newcomer, seen="terms:1 joint-use:1", at=NOON)
    client = Client()
    client.force_login(newcomer)

    asked = [_asked(client) for _ in range(3)]

    assert asked == [1, 0, 0]


def test_the_gate_asks_again_on_another_day(newcomer):
    agree(newcomer, seen="terms:1 joint-use:1", at=NOON)
    client = Client()
    client.force_login(newcomer)
    client.get("/password/change/")
    session = client.session
    session["agreed_on"] = "2026-11-01"
    session.save()

    assert _asked(client) == 1


def _asked(client):
    with CaptureQueriesContext(
        connection,
    ) as queries_sent:
        assert client.get("/password/change/").status_code == 200
    return sum("accounts_statement" in one["sql"] for one in queries_sent)


# 画面


def test_a_version_that_begins_later_says_so(newcomer, client):
    tomorrow = date.today() + timedelta(days=2)  # noqa: DTZ011
    publish(newcomer, from_on=tomorrow, at=datetime.now(timezone.utc))  # noqa: UP017

    shown = client.get("/statements/terms/2/").content.decode()
    current = client.get("/statements/terms/").content.decode()

    assert "に始まる予定の版です。" in shown
    assert "（これから始まります）" in current
    assert client.get("/statements/absent/").status_code == 404
