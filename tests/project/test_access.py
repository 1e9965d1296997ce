"""だれがどの住所で何をできるか。手で書いた表のとおりか、一つずつ確かめる。

表にない住所があれば失敗する。断られた人の操作は、データベースの一行も動かさない。
見えないはずの医師の名は、どの頁にも、数にも、取り出したファイルにも出ない。
"""

# ruff: noqa: E501
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import get_resolver, reverse

from mamis.accounts.operations import deactivate_user
from mamis.associations.models import President
from mamis.associations.rules import Role
from mamis.mail.models import Message, MessageState
from mamis.training.models import Certificate, CompletionApplication, CreditLine
from tests.world import TODAY, World

# 人。十人と、ログインしていない人。
VISITOR = "visitor"
APPLICANT = "applicant"  # みどり市の会員。申請中
HOLDER = "holder"  # みどり市の会員。修了証を持つ
STRANGER = "stranger"  # さくら市だけの会員。名は、ほかのだれにも見えない
TWO_HATS = "two_hats"  # みどり市の会員で、その事務局の一般
CLERK = "clerk"
ADMIN = "admin"
VIEWER = "viewer"
OTHER_ADMIN = "other_admin"  # さくら市の管理者
PREFECTURE = "prefecture"  # 神奈川県の管理者
NATIONAL = "national"  # 日本医師会の管理者
DISABLED = "disabled"  # 使用を止められた、みどり市の一般

EVERYBODY = frozenset(
    {VISITOR, APPLICANT, HOLDER, STRANGER, TWO_HATS, CLERK, ADMIN, VIEWER, OTHER_ADMIN, PREFECTURE, NATIONAL, DISABLED}
)
SIGNED_IN = EVERYBODY - {VISITOR, DISABLED}
DOCTORS = frozenset({APPLICANT, HOLDER, STRANGER, TWO_HATS})
LOOK = frozenset({TWO_HATS, CLERK, ADMIN, VIEWER})
WORK = frozenset({TWO_HATS, CLERK, ADMIN})
NOBODY: frozenset[str] = frozenset()

STRANGER_NAME = ("遠人", "トオヒト")


@dataclass
class Cast:
    """人と、その人々が触れうるもの。"""

    clients: dict[str, Client]
    things: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Door:
    """一つの住所：どの値で開くか、だれが見られるか、だれが送れるか、何を送るか。

    `posts` に載らない人が送っても、何も起きない。`data` は、送ってよい人なら行為が成り立つ値。
    """

    name: str
    args: Callable[[dict[str, Any]], list[Any]] = lambda things: []
    gets: frozenset[str] = NOBODY
    posts: frozenset[str] = NOBODY
    data: Callable[[dict[str, Any]], dict[str, Any]] = lambda things: {}
    query: str = ""


def midori(*rest: str) -> Callable[[dict[str, Any]], list[Any]]:
    return lambda things: ["14-021", *(things[name] for name in rest)]


def sakura(*rest: str) -> Callable[[dict[str, Any]], list[Any]]:
    return lambda things: ["26-011", *(things[name] for name in rest)]


def only(name: str) -> Callable[[dict[str, Any]], list[Any]]:
    return lambda things: [things[name]]


def exactly(*values: Any) -> Callable[[dict[str, Any]], list[Any]]:
    return lambda things: list(values)


ABSENT = "2026-1102-999999"
REASON = "活動した日をご確認ください。"

# fmt: off
DOORS = (
    # だれでも
    Door("home", gets=NOBODY),
    Door("account_login", gets=EVERYBODY - SIGNED_IN),
    Door("account_reset_password", gets=EVERYBODY),
    Door("account_reset_password_done", gets=EVERYBODY),
    Door("account_reset_password_from_key_done", gets=EVERYBODY),
    Door("manual_book", exactly("doctor"), gets=EVERYBODY),
    Door("manual_book", exactly("absent"), gets=NOBODY),
    Door("manual_image", exactly("absent.png"), gets=NOBODY),
    Door("manual", gets=EVERYBODY),
    Door("help", gets=EVERYBODY),
    Door("release_notes", gets=EVERYBODY),
    Door("privacy", gets=EVERYBODY),
    Door("accessibility", gets=EVERYBODY),
    Door("certificate_verification", only("token"), gets=EVERYBODY),
    Door("certificate_verification", exactly("A" * 43), gets=NOBODY),
    Door("demo_mailbox", gets=EVERYBODY),
    Door("demo_mailbox_message", exactly(999_999), gets=NOBODY),
    # ログインした人
    Door("account_change_password", gets=SIGNED_IN),
    # 医師
    Door("mypage_home", gets=DOCTORS),
    Door("mypage_training", gets=DOCTORS),
    Door("completion_card", gets=DOCTORS),
    Door("completion_application", gets=NOBODY),
    Door("completion_activity_new", gets=NOBODY),
    Door("mypage_credits", gets=DOCTORS),
    Door("mypage_completions", gets=DOCTORS),
    Door("mypage_messages", gets=DOCTORS),
    Door("mypage_completion", only("own"), gets=frozenset({APPLICANT})),
    Door("mypage_completion", only("foreign"), gets=frozenset({STRANGER})),
    Door("mypage_completion", exactly(ABSENT), gets=NOBODY),
    Door("mypage_completion_receipt", only("own"), gets=frozenset({APPLICANT})),
    Door("mypage_completion_receipt", only("foreign"), gets=frozenset({STRANGER})),
    Door("mypage_completion_receipt", exactly(ABSENT), gets=NOBODY),
    Door("mypage_completion_withdrawal", only("own"), gets=frozenset({APPLICANT}), posts=frozenset({APPLICANT})),
    Door("mypage_completion_withdrawal", only("foreign"), gets=frozenset({STRANGER}), posts=frozenset({STRANGER})),
    Door("mypage_completion_withdrawal", exactly(ABSENT), gets=NOBODY, posts=NOBODY),
    Door("mypage_certificate", only("approved"), gets=frozenset({HOLDER})),
    Door("mypage_certificate", only("own"), gets=NOBODY),
    Door("mypage_certificate", exactly(ABSENT), gets=NOBODY),
    Door("mypage_message", only("message"), gets=frozenset({APPLICANT})),
    Door("mypage_message", only("foreign_message"), gets=frozenset({STRANGER})),
    Door("mypage_message", exactly(999_999), gets=NOBODY),
    # みどり市医師会の事務局
    Door("office_home", midori(), gets=LOOK),
    Door("office_completions", midori(), gets=LOOK),
    Door("office_completions", midori(), gets=LOOK, query="?q=異邦"),
    Door("office_completions_print", midori(), gets=LOOK),
    Door("office_completions_download", midori(), gets=LOOK),
    Door("office_completion", midori("own"), gets=LOOK),
    Door("office_completion", midori("two_hats"), gets=LOOK),
    Door("office_completion", midori("foreign"), gets=NOBODY),
    Door("office_completion", exactly("14-021", ABSENT), gets=NOBODY),
    Door("office_completion_approval", midori("own"), posts=WORK, data=lambda things: {"seen": things["seen"]}),
    Door("office_completion_approval", midori("two_hats"), posts=frozenset({CLERK, ADMIN}), data=lambda things: {"seen": things["two_hats_seen"]}),
    Door("office_completion_approval", midori("foreign"), posts=NOBODY, data=lambda things: {"seen": things["foreign_seen"]}),
    Door("office_completion_approval", exactly("14-021", ABSENT), posts=NOBODY),
    Door("office_completion_return", midori("own"), posts=WORK, data=lambda things: {"seen": things["seen"], "reason": REASON}),
    Door("office_completion_return", midori("two_hats"), posts=frozenset({CLERK, ADMIN}), data=lambda things: {"seen": things["two_hats_seen"], "reason": REASON}),
    Door("office_completion_return", midori("foreign"), posts=NOBODY, data=lambda things: {"seen": things["foreign_seen"], "reason": REASON}),
    Door("office_completion_return", exactly("14-021", ABSENT), posts=NOBODY, data=lambda things: {"reason": REASON}),
    Door("office_completion_forwarding", midori("two_seats"), posts=WORK, data=lambda things: {"seen": things["two_seats_seen"], "reason": REASON, "destination": "26-011"}),
    Door("office_completion_forwarding", midori("foreign"), posts=NOBODY, data=lambda things: {"seen": things["foreign_seen"], "reason": REASON, "destination": "26-011"}),
    Door("office_completion_forwarding", exactly("14-021", ABSENT), posts=NOBODY),
    Door("office_credits", midori(), gets=LOOK),
    Door("office_credits_download", midori(), gets=LOOK),
    Door("office_credit_new", midori(), gets=WORK),
    Door("office_credit_reversal", midori("credit"), gets=WORK, posts=WORK, data=lambda things: {"ground": "二重の登録"}),
    Door("office_credit_reversal", midori("foreign_credit"), gets=NOBODY, posts=NOBODY, data=lambda things: {"ground": "二重の登録"}),
    Door("office_credit_reversal", exactly("14-021", 999_999), gets=NOBODY, posts=NOBODY),
    Door("office_messages", midori(), gets=LOOK),
    Door("office_message", midori("message"), gets=LOOK),
    Door("office_message", midori("foreign_message"), gets=NOBODY),
    Door("office_message", exactly("14-021", 999_999), gets=NOBODY),
    Door("office_message_notice", midori("undelivered"), gets=LOOK),
    Door("office_message_notice", midori("foreign_message"), gets=NOBODY),
    Door("office_message_told", midori("undelivered"), posts=WORK),
    Door("office_message_told", midori("foreign_message"), posts=NOBODY),
    Door("office_message_told", exactly("14-021", 999_999), posts=NOBODY),
    Door("office_association", midori(), gets=LOOK),
    Door("office_test_mail", midori(), posts=frozenset({ADMIN}), data=lambda things: {"field": "inquiry_address"}),
    Door("office_profile", midori(), gets=frozenset({ADMIN})),
    Door("office_presidents", midori(), gets=frozenset({ADMIN})),
    Door("office_president", midori("president"), gets=frozenset({ADMIN})),
    Door("office_president", midori("foreign_president"), gets=NOBODY),
    Door("office_president", exactly("14-021", 999_999), gets=NOBODY),
    Door("office_missing_addresses", midori(), gets=NOBODY),
    Door("office_missing_addresses_download", midori(), gets=NOBODY),
    Door("office_platform", midori(), gets=NOBODY),
    # ほかの医師会の事務局
    Door("office_home", sakura(), gets=frozenset({OTHER_ADMIN})),
    Door("office_completions", sakura(), gets=frozenset({OTHER_ADMIN})),
    Door("office_completions_download", sakura(), gets=frozenset({OTHER_ADMIN})),
    Door("office_completion", sakura("foreign"), gets=frozenset({OTHER_ADMIN})),
    Door("office_completion", sakura("own"), gets=NOBODY),
    Door("office_completion_approval", sakura("foreign"), posts=frozenset({OTHER_ADMIN}), data=lambda things: {"seen": things["foreign_seen"]}),
    Door("office_completion_approval", sakura("own"), posts=NOBODY, data=lambda things: {"seen": things["seen"]}),
    Door("office_association", sakura(), gets=frozenset({OTHER_ADMIN})),
    Door("office_home", exactly("14"), gets=frozenset({PREFECTURE})),
    Door("office_completions", exactly("14"), gets=frozenset({PREFECTURE})),
    Door("office_completions_download", exactly("14"), gets=frozenset({PREFECTURE})),
    Door("office_completion", lambda things: ["14", things["own"]], gets=NOBODY),
    Door("office_missing_addresses", exactly("14"), gets=frozenset({PREFECTURE})),
    Door("office_missing_addresses_download", exactly("14"), gets=frozenset({PREFECTURE})),
    Door("office_home", exactly("00"), gets=frozenset({NATIONAL})),
    Door("office_completions", exactly("00"), gets=frozenset({NATIONAL})),
    Door("office_completion", lambda things: ["00", things["own"]], gets=NOBODY),
    Door("office_missing_addresses", exactly("00"), gets=frozenset({NATIONAL})),
    Door("office_platform", exactly("00"), gets=frozenset({NATIONAL})),
    Door("office_platform", exactly("14"), gets=NOBODY),
    Door("office_home", exactly("99-999"), gets=NOBODY),
)

# ここで一つずつは試さない住所と、そのわけ。
ELSEWHERE = {
    "account_logout": "だれが送っても同じ。tests/accounts",
    "account_reset_password_from_key": "合言葉による。tests/accounts",
    "account_reset_password_new": "合言葉による。tests/accounts",
    "completion_step": "下書きは本人のものだけ。tests/training/test_mypage*",
    "completion_activity": "下書きは本人のものだけ。tests/training/test_mypage*",
    "completion_activity_removal": "下書きは本人のものだけ。tests/training/test_mypage*",
    "completion_draft_removal": "下書きは本人のものだけ。tests/training/test_mypage*",
}
# fmt: on

# 見ただけで書かれてよい表：だれが見たか・取り出したかの記録。
WRITTEN_BY_LOOKING = ("audit_%", "django_session", "cache")


@pytest.fixture
def cast(world: World) -> Cast:
    seats = (world.district, world.prefecture, world.national)
    applicant = world.member("申請", "太郎", *seats)
    holder = world.member("保持", "花子", *seats)
    two_hats = world.member("二役", "次郎", *seats)
    two_seats = world.member("二席", "三郎", world.district, world.other_district)
    stranger = world.member("異邦", "遠人", world.other_district, kana=("イホウ", "トオヒト"))
    for doctor in (applicant, holder, two_hats, two_seats):
        world.credit(doctor, 20, TODAY, by=world.clerk(world.district))
    world.credit(stranger, 20, TODAY, by=world.clerk(world.other_district))
    own, foreign = world.submit(applicant, world.district), world.submit(stranger, world.other_district)
    hat_case, seat_case = world.submit(two_hats, world.district), world.submit(two_seats, world.district)
    approved = world.submit(holder, world.district)
    world.approve(approved, world.admin(world.district))
    disabled = world.appoint(world.district, Role.CLERK, "停止 四郎")
    people = {
        APPLICANT: applicant.user,
        HOLDER: holder.user,
        STRANGER: stranger.user,
        TWO_HATS: world.appoint(world.district, Role.CLERK, "二役 次郎", user=two_hats.user).user,
        CLERK: world.clerk(world.district).user,
        ADMIN: world.admin(world.district).user,
        VIEWER: world.appoint(world.district, Role.VIEWER, "閲覧 五郎").user,
        OTHER_ADMIN: world.admin(world.other_district).user,
        PREFECTURE: world.admin(world.prefecture).user,
        NATIONAL: world.admin(world.national).user,
        DISABLED: disabled.user,
    }
    clients = {person: world.browser(user) for person, user in people.items()} | {VISITOR: Client()}
    deactivate_user(disabled.user, at=world.at)
    undelivered = Message.objects.get(mail="CompletionApproved")
    Message.objects.filter(pk=undelivered.pk).update(state=MessageState.FAILED)
    things = {
        "own": own.receipt_no,
        "foreign": foreign.receipt_no,
        "two_hats": hat_case.receipt_no,
        "two_seats": seat_case.receipt_no,
        "approved": approved.receipt_no,
        "seen": world.seen(own),
        "foreign_seen": world.seen(foreign),
        "two_hats_seen": world.seen(hat_case),
        "two_seats_seen": world.seen(seat_case),
        "token": Certificate.objects.get().token,
        "credit": CreditLine.objects.filter(doctor=applicant).get().pk,
        "foreign_credit": CreditLine.objects.filter(doctor=stranger).get().pk,
        "message": Message.objects.get(mail="CompletionReceived", about_doctor=applicant).pk,
        "foreign_message": Message.objects.get(mail="CompletionReceived", about_doctor=stranger).pk,
        "undelivered": undelivered.pk,
        "president": President.objects.get(association=world.district).pk,
        "foreign_president": President.objects.get(association=world.other_district).pk,
    }
    return Cast(clients, things)


def test_every_address_stands_in_the_table():
    routed = {pattern.name for pattern in _patterns(get_resolver().url_patterns)}

    assert routed == {door.name for door in DOORS} | set(ELSEWHERE)


def test_people_see_what_the_table_says_and_looking_writes_nothing(cast):
    surprises = []
    for door in DOORS:
        url = reverse(door.name, args=door.args(cast.things)) + door.query
        for person in sorted(EVERYBODY):
            before = _writes()
            response = cast.clients[person].get(url)
            if (response.status_code == 200) != (person in door.gets):
                surprises.append(("GET", person, url, response.status_code))
            if _writes() != before:
                surprises.append(("GET wrote", person, url, _writes() - before))
            if _names_the_stranger(response) and person not in {STRANGER, OTHER_ADMIN}:
                surprises.append(("GET named the stranger", person, url, response.status_code))

    assert surprises == []


def test_people_do_what_the_table_says_and_refused_acts_leave_every_row(cast):
    surprises = []
    for door in DOORS:
        url = reverse(door.name, args=door.args(cast.things))
        for person in sorted(EVERYBODY):
            if door.gets and not door.posts:
                continue
            status, wrote, named = _try(cast.clients[person], url, door.data(cast.things))
            acted = status == 302 and wrote > 0
            if acted != (person in door.posts):
                surprises.append(("POST", person, url, status, wrote))
            if not acted and wrote:
                surprises.append(("POST wrote", person, url, status, wrote))
            if status >= 500 or (named and person not in {STRANGER, OTHER_ADMIN}):
                surprises.append(("POST", person, url, status, named))

    assert surprises == []


def test_pages_that_only_show_refuse_to_be_posted_to(cast):
    wrote = []
    for door in DOORS:
        if door.posts:
            continue
        url = reverse(door.name, args=door.args(cast.things))
        for person in sorted(EVERYBODY - door.gets):
            status, count, _ = _try(cast.clients[person], url, {"name": "x", "role": "3", "state": "approved"})
            if count or status >= 500:
                wrote.append((person, url, status, count))

    assert [row for row in wrote if "/sign-in/" not in row[1] and "/password/reset/" not in row[1]] == []


def test_what_is_foreign_looks_like_what_is_absent(cast):
    clerk = cast.clients[CLERK]

    foreign = clerk.get(reverse("office_completion", args=["14-021", cast.things["foreign"]]))
    absent = clerk.get(reverse("office_completion", args=["14-021", ABSENT]))

    assert (foreign.status_code, foreign.content.count(b"<")) == (404, absent.content.count(b"<"))


def test_the_browser_decides_neither_state_nor_role_nor_destination_nor_decider(cast, world):
    clerk = cast.clients[CLERK]
    typed = {
        "seen": cast.things["seen"],
        "reason": REASON,
        "state": "approved",
        "decided_by": world.admin(world.district).user_id,
        "destination": "26-011",
        "version": 99,
        "half_units": 200,
        "at": "2020-01-01",
    }

    clerk.post(reverse("office_completion_return", args=["14-021", cast.things["own"]]), typed)

    application = CompletionApplication.objects.get(receipt_no=cast.things["own"])
    assert (application.state, application.decided_by, application.destination, application.version) == (
        "returned",
        None,
        world.district,
        2,
    )
    assert application.state_since.date() >= date(2026, 11, 1)


def _patterns(patterns: list[Any]) -> list[Any]:
    found = []
    for pattern in patterns:
        found += _patterns(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]
    return found


def _try(client: Client, url: str, data: dict[str, Any]) -> tuple[int, int, bool]:
    """送ってみて、答えと、動いた行の数と、名が漏れたかを見て、なかったことにする。"""
    with transaction.atomic():
        before = _writes()
        response = client.post(url, data)
        result = (response.status_code, _writes() - before, _names_the_stranger(response))
        transaction.set_rollback(True)
    return result


def _writes() -> int:
    """この取引で、書かれた・直された・消された行の数。"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables"
            " WHERE NOT relname LIKE ANY(%s)",
            [list(WRITTEN_BY_LOOKING)],
        )
        return int(cursor.fetchone()[0])


def _names_the_stranger(response: HttpResponseBase) -> bool:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return any(part.encode() in body for part in STRANGER_NAME)
