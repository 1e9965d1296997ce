"""規約とお知らせを公開し、それに同意する。"""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction
from django.utils.timezone import localdate

from mamis.accounts import queries, rules
from mamis.accounts.models import Agreement, Statement, User
from mamis.accounts.rules import StatementKind
from mamis.japanese.calendar import plain_date


class BeginsTooSoon(Exception):
    """新しい版が、公開した日の翌日より前に始まる。"""

    def __init__(self, on: date) -> None:
        super().__init__(f"始まる日は、今日（{plain_date(on)}）よりあとの日にしてください。")


class ReadAgain(Exception):
    """読んでいるあいだに、新しい版が始まった。"""

    def __init__(self) -> None:
        super().__init__("お読みいただいているあいだに、新しい版が始まりました。もう一度お確かめください。")


@transaction.atomic
def publish_statement(
    kind: StatementKind, *, body: str, change: str, from_on: date, by: User, at: datetime
) -> Statement:
    """新しい版を公開する。始まるのは翌日からで、始まると、だれもが次のログインで同意を求められる。"""
    if from_on <= localdate(at):
        raise BeginsTooSoon(localdate(at))
    _publish_one_at_a_time()
    latest = Statement.objects.filter(kind=kind).order_by("-number")[0]
    return Statement.objects.create(
        kind=kind,
        number=latest.number + 1,
        body=body,
        change=change,
        from_on=from_on,
        published_at=at,
        published_by=by,
    )


@transaction.atomic
def agree(user: User, *, seen: str, at: datetime) -> tuple[Agreement, ...]:
    """読んだ版に同意する。二度押しても、記録は一度だけ残る。読んだ版（seen）がいまの版と違えば ReadAgain。"""
    User.objects.select_for_update().only("pk").get(pk=user.pk)
    statements = list(queries.to_agree(user, localdate(at)))
    if statements and seen != mark_of(statements):
        raise ReadAgain
    return tuple(Agreement.objects.create(user=user, statement=statement, at=at) for statement in statements)


def _publish_one_at_a_time() -> None:
    """公開は一つずつ。書き足すだけの表なので、行を鍵で押さえることができない。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('accounts_statement'))")


def mark_of(statements: list[Statement]) -> str:
    """その版を見ている画面の印。"""
    return rules.mark((statement.kind, statement.number) for statement in statements)
