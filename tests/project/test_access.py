"""だれがどの住所で何をできるか。手で書いた表のとおりか、一つずつ確かめる。

表にない住所があれば失敗する。断られた人の操作は、データベースの一行も動かさない。
見えないはずの医師の名は、どの頁にも、数にも、取り出したファイルにも出ない。
"""

# ruff: noqa: E501
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from mamis.accounts.operations import begin_device, deactivate_user, report_loss
from mamis.associations.models import Association, BoardDay, JoinItem, President, Staff
from mamis.associations.operations import begin_delegation, dismiss, invite, request_rekey
from mamis.associations.rules import ItemKind, Procedure, Role
from mamis.doctors.models import Doctor
from mamis.doctors.operations import (
    FacilityFacts,
    Work,
    attach_licence,
    end_delegation,
    make_letter,
    merge_facilities,
    move_work,
    register_facility,
)
from mamis.doctors.queries import newest_facility_version
from mamis.mail.models import Message, MessageState
from mamis.membership import queries as membership_queries
from mamis.membership.models import Batch
from mamis.membership.operations import (
    CategoryChange,
    Paper,
    Request,
    answer_to,
    ask_about_step,
    change_contact,
    change_together,
    enter_application,
    print_form,
    return_step,
    submit_application,
)
from mamis.membership.queries import fingerprint as step_fingerprint
from mamis.membership.rules import APPROVED_FACTS, CONTACT_FACTS
from mamis.training.models import Activity, Certificate, CompletionApplication, CreditLine
from mamis.training.operations import (
    ActivityEntry,
    RuleEntry,
    add_activity,
    add_rule,
    approve_completion,
    approve_together,
    begin_viewing,
    submit_completion,
    write_text,
)
from mamis.training.queries import PAPER_DRAFT, paper_subject
from mamis.training.rules import VIEWING
from mamis.wizard.operations import write_draft
from tests.accounts.authenticator import enrol
from tests.files.samples import held, jpeg, upload
from tests.members.files import checked, csv_of, member, taken
from tests.membership.acts import approve, attachment, step_at, submit, submit_change
from tests.membership.acts import evidence as profile_evidence
from tests.membership.acts import request as asking
from tests.membership.joining import ask, joining_of, row
from tests.world import TODAY, World, new_district

# 人。ログインしていない人を含む。
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
DELEGATE = "delegate"  # 保持花子先生の代理
ENDED_DELEGATE = "ended_delegate"  # 保持花子先生の代理を終えた人
DISABLED = "disabled"  # 使用を止められた、みどり市の一般
REGISTRANT = "registrant"  # 利用者登録を差し戻された人
ENDED = "ended"  # 務めを終えた、みどり市の管理者

EVERYBODY = frozenset(
    {
        VISITOR,
        APPLICANT,
        HOLDER,
        STRANGER,
        TWO_HATS,
        CLERK,
        ADMIN,
        VIEWER,
        OTHER_ADMIN,
        PREFECTURE,
        NATIONAL,
        DISABLED,
        REGISTRANT,
        ENDED,
        DELEGATE,
        ENDED_DELEGATE,
    }
)
SIGNED_IN = EVERYBODY - {VISITOR, DISABLED}
DOCTORS = frozenset({APPLICANT, HOLDER, STRANGER, TWO_HATS})
LOOK = frozenset({TWO_HATS, CLERK, ADMIN, VIEWER})
WORK = frozenset({TWO_HATS, CLERK, ADMIN})
STAFF = frozenset({TWO_HATS, CLERK, ADMIN, VIEWER, OTHER_ADMIN, PREFECTURE, NATIONAL})
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


def hat(path: str) -> Callable[[dict[str, Any]], list[Any]]:
    return lambda things: [things["delegation"], path]


def only(name: str) -> Callable[[dict[str, Any]], list[Any]]:
    return lambda things: [things[name]]


def exactly(*values: Any) -> Callable[[dict[str, Any]], list[Any]]:
    return lambda things: list(values)


def new_version(things: dict[str, Any]) -> dict[str, Any]:
    return {
        "change": "改めました。",
        "body": "本文",
        "from_on_0": "2100",
        "from_on_1": "4",
        "from_on_2": "1",
        "confirmed": "1",
    }


def handbook(things: dict[str, Any]) -> dict[str, Any]:
    """書き写した手帳の一行と、その写し。"""
    line = {"kind": "knowledge", "title": "学術講演会", "units": "1", "codes": "", "scan": upload(jpeg())}
    return line | {"number": things["number"], "earned_on_0": "2025", "earned_on_1": "5", "earned_on_2": "12"}


def filing(things: dict[str, Any], key: str) -> dict[str, Any]:
    """届出について、どの行為にも足りるだけ書いたもの。"""
    written = dict.fromkeys(("reason", "question", "answer", "comment", "text"), "ご確認ください。")
    return written | {"seen": things[f"{key}_seen"], "board_on_0": "2026", "board_on_1": "11", "board_on_2": "2"}


def recategorizing(things: Mapping[str, Any]) -> dict[str, Any]:
    """会員区分をまとめて変えること。"""
    chosen = {"category": things["category"], "duty": "", f"change_{things['category']}": things["category_b"]}
    line = {"line": f"{things['fresh_doctor']} {'0' * 32}"}
    return leaving() | chosen | line | {"cause": "trained", "ground": "研修修了者の名簿"}


def leaving() -> dict[str, Any]:
    """退会の代行入力。"""
    written = {"cause": "died", "scope": "all", "ground": "ご家族からの届出", "confirmed": "1"}
    return written | {
        f"{name}_{part}": value
        for name in ("effective_on", "paper_on")
        for part, value in enumerate(("2026", "11", "2"))
    }


def entering_identity(things: Mapping[str, Any]) -> dict[str, Any]:
    """会員情報の変更の代行入力。書類は、そのたびに送る。"""
    dated = {name: value for name, value in leaving().items() if name.startswith("paper_on")}
    return things["fresh_identity"] | dated | {"evidence": upload(jpeg()), "confirmed": "1"}


ABSENT = "2026-1102-999999"
NEW_FACILITY = {"name": "新しい医院", "kind": "clinic", "prefecture": "14", "confirmed": "1"}
REASON = "活動した日をご確認ください。"

# fmt: off
DOORS = (
    # だれでも
    Door("home", gets=frozenset({ENDED, ENDED_DELEGATE})),
    Door("account_login", gets=EVERYBODY - SIGNED_IN),
    Door("mfa_authenticate", gets=NOBODY),
    Door("account_reset_password", gets=EVERYBODY),
    Door("account_reset_password_done", gets=EVERYBODY),
    Door("account_reset_password_from_key_done", gets=EVERYBODY),
    Door("registration", gets=EVERYBODY),
    Door("registration_sent", gets=EVERYBODY),
    Door("registration_form", gets=NOBODY),
    Door("registration_done", gets=NOBODY),
    Door("registration_link", exactly("A" * 43), gets=NOBODY),
    Door("registration_letter", gets=EVERYBODY),
    Door("registration_letter_code", exactly("ABCD-EFGH-JKMN"), gets=NOBODY),
    Door("registration_letter_password", gets=NOBODY),
    Door("joining", gets=NOBODY),
    Door("joining_link", exactly("x"), gets=NOBODY),
    Door("joining_review", gets=NOBODY),
    Door("joining_declining", gets=NOBODY),
    Door("joining_done", gets=NOBODY),
    Door("registration_status", gets=frozenset({REGISTRANT}), posts=frozenset({REGISTRANT}), data=lambda things: {"licence_0": things["scan"]}),
    Door("registration_licence", gets=frozenset({REGISTRANT})),
    Door("registration_correction", posts=frozenset({REGISTRANT})),
    Door("manual_book", exactly("doctor"), gets=EVERYBODY),
    Door("manual_book", exactly("absent"), gets=NOBODY),
    Door("manual_image", exactly("absent.png"), gets=NOBODY),
    Door("manual", gets=EVERYBODY),
    Door("help", gets=EVERYBODY),
    Door("release_notes", gets=EVERYBODY),
    Door("privacy", gets=EVERYBODY),
    Door("accessibility", gets=EVERYBODY),
    Door("statement", exactly("terms"), gets=EVERYBODY),
    Door("statement", exactly("joint-use"), gets=EVERYBODY),
    Door("statement", exactly("absent"), gets=NOBODY),
    Door("statement_version", exactly("terms", 1), gets=EVERYBODY),
    Door("statement_version", exactly("terms", 99), gets=NOBODY),
    Door("certificate_verification", only("token"), gets=EVERYBODY),
    Door("certificate_verification", exactly("A" * 43), gets=NOBODY),
    Door("demo_mailbox", gets=EVERYBODY),
    Door("demo_mailbox_message", exactly(999_999), gets=NOBODY),
    # ログインした人
    Door("account_change_password", gets=SIGNED_IN),
    Door("login_settings", gets=SIGNED_IN),
    Door("login_confirm", gets=SIGNED_IN),
    Door("session_time", gets=SIGNED_IN),
    Door("devices", gets=SIGNED_IN),
    Door("device_end", only("device"), posts=frozenset({ADMIN})),
    Door("device_end", exactly(999_999), posts=NOBODY),
    Door("second_step_loss", gets=NOBODY),
    Door("second_step_passkey", gets=NOBODY),
    Door("passkey_sign_in", gets=EVERYBODY - SIGNED_IN),
    Door("passkey_new", gets=SIGNED_IN),
    Door("second_step_loss_done", gets=EVERYBODY),
    Door("office_factor_losses", midori(), gets=frozenset({ADMIN})),
    Door("office_factor_losses", exactly("14"), gets=frozenset({PREFECTURE})),
    Door("office_factor_loss", midori("loss"), gets=frozenset({ADMIN}), posts=frozenset({ADMIN}), data=lambda things: {"how": "電話で確かめた"}),
    Door("office_factor_loss", lambda things: ["14", things["loss"]], gets=frozenset({PREFECTURE}), posts=frozenset({PREFECTURE}), data=lambda things: {"how": "電話で確かめた"}),
    Door("office_factor_loss", lambda things: ["00", things["loss"]], gets=frozenset({NATIONAL}), posts=frozenset({NATIONAL}), data=lambda things: {"how": "電話で確かめた"}),
    Door("office_factor_loss", sakura("loss"), gets=NOBODY, posts=NOBODY, data=lambda things: {"how": "電話で確かめた"}),
    Door("office_factor_loss", midori("own_loss"), gets=NOBODY, posts=NOBODY, data=lambda things: {"how": "電話で確かめた"}),
    Door("factor_app", gets=STAFF),
    Door("factor_removal", only("factor"), gets=frozenset({CLERK}), posts=frozenset({CLERK})),
    Door("factor_removal", exactly(999_999), gets=NOBODY),
    Door("recovery_codes", gets=SIGNED_IN),
    Door("recovery_code_renewal", posts=frozenset({CLERK})),
    Door("consent", gets=SIGNED_IN),
    Door("address_change", gets=SIGNED_IN),
    Door("address_change_sent", gets=SIGNED_IN),
    Door("address_done", exactly("changed"), gets=EVERYBODY),
    Door("address_done", exactly("absent"), gets=NOBODY),
    Door("mypage_account", gets=DOCTORS),
    Door("mypage_contact_address", gets=DOCTORS),
    Door("mypage_delegates", gets=DOCTORS),
    Door("mypage_delegate_renewal", only("delegation"), gets=frozenset({HOLDER})),
    Door("mypage_delegate_renewal", exactly(999_999), gets=NOBODY),
    Door("mypage_delegate_end", only("delegation"), gets=frozenset({HOLDER}), posts=frozenset({HOLDER})),
    Door("mypage_delegate_end", only("ended_delegation"), gets=NOBODY, posts=NOBODY),
    Door("delegation_list", gets=SIGNED_IN),
    Door("delegation_giving_up", only("delegation"), gets=frozenset({DELEGATE}), posts=frozenset({DELEGATE})),
    Door("delegation_giving_up", only("ended_delegation"), gets=NOBODY, posts=NOBODY),
    # 医師の代理。許された頁だけが、その先生のものとして開く
    Door("acting", hat("mypage/"), gets=frozenset({DELEGATE})),
    Door("acting", hat("mypage/training/"), gets=frozenset({DELEGATE})),
    Door("acting", hat("mypage/training/completion/"), gets=frozenset({DELEGATE})),
    Door("acting", hat("mypage/credits/"), gets=frozenset({DELEGATE})),
    Door("acting", hat("mypage/completions/"), gets=frozenset({DELEGATE})),
    Door("acting", lambda things: [things["delegation"], f"mypage/completions/{things['approved']}/"], gets=frozenset({DELEGATE})),
    Door("acting", lambda things: [things["delegation"], f"mypage/completions/{things['approved']}/certificate.pdf"], gets=frozenset({DELEGATE})),
    Door("acting", lambda things: [things["delegation"], f"mypage/completions/{things['own']}/"], gets=NOBODY),
    Door("acting", lambda things: [things["delegation"], f"mypage/completions/{things['approved']}/withdrawal/"], gets=NOBODY, posts=NOBODY),
    Door("acting", hat("mypage/messages/"), gets=NOBODY),
    Door("acting", hat("mypage/account/"), gets=NOBODY),
    Door("acting", hat("mypage/account/contact/"), gets=NOBODY, posts=NOBODY),
    Door("acting", hat("mypage/delegates/"), gets=NOBODY, posts=NOBODY),
    Door("acting", hat("mypage/absent/"), gets=NOBODY),
    Door("acting", hat("office/14-021/"), gets=NOBODY),
    Door("acting", lambda things: [things["ended_delegation"], "mypage/"], gets=NOBODY),
    Door("acting", exactly(999_999, "mypage/"), gets=NOBODY),
    # 医師
    Door("mypage_home", gets=DOCTORS),
    Door("mypage_training", gets=DOCTORS),
    Door("completion_card", gets=DOCTORS),
    Door("completion_application", gets=NOBODY),
    Door("completion_activity_new", gets=NOBODY),
    Door("mypage_credits", gets=DOCTORS),
    Door("mypage_completions", gets=DOCTORS),
    Door("mypage_messages", gets=DOCTORS),
    Door("mypage_viewings", gets=DOCTORS),
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
    # 会員情報
    Door("mypage_profile", gets=DOCTORS),
    Door("mypage_contact", gets=DOCTORS, posts=frozenset({HOLDER}), data=lambda things: {"address": "緑町9-9", "seen": things["holder_contact_seen"]}),
    Door("mypage_contact_done", gets=frozenset({APPLICANT})),
    Door("mypage_identity", gets=frozenset({HOLDER, TWO_HATS}), posts=frozenset({HOLDER}), data=lambda things: things["holder_identity"]),
    Door("mypage_identity_check", gets=frozenset({TWO_HATS}), posts=frozenset({TWO_HATS})),
    Door("mypage_identity_again", only("profile_returned"), gets=frozenset({STRANGER}), posts=frozenset({STRANGER}), data=lambda things: things["stranger_identity"]),
    Door("mypage_identity_again", only("move"), gets=NOBODY, posts=NOBODY),
    Door("mypage_identity_check_again", only("profile_returned"), gets=frozenset({STRANGER}), posts=frozenset({STRANGER})),
    Door("mypage_identity_check_again", only("move"), gets=NOBODY, posts=NOBODY),
    Door("acting", hat("mypage/profile/"), gets=NOBODY),
    Door("acting", hat("mypage/profile/contact/"), gets=NOBODY, posts=NOBODY, data=lambda things: {"address": "緑町9-9", "seen": things["holder_contact_seen"]}),
    Door("acting", hat("mypage/profile/identity/"), gets=NOBODY, posts=NOBODY, data=lambda things: things["holder_identity"]),
    Door("office_contact_changes", midori(), gets=LOOK),
    Door("office_contact_changes", sakura(), gets=frozenset({OTHER_ADMIN})),
    Door("office_contact_changes_download", midori(), gets=LOOK),
    Door("office_contact_changes_download", sakura(), gets=frozenset({OTHER_ADMIN})),
    Door("office_application", midori("profile"), gets=LOOK),
    Door("office_application_evidence", midori("profile", "profile_evidence"), gets=LOOK),
    Door("office_application_evidence", midori("filed", "profile_evidence"), gets=NOBODY),
    Door("office_application_evidence", sakura("profile", "profile_evidence"), gets=NOBODY),
    Door("office_application_evidence", lambda things: ["14", things["profile"], things["profile_evidence"]], gets=NOBODY),
    Door("office_application", midori("joined"), gets=LOOK),
    Door("office_application_attachment", midori("joined", "attachment"), gets=LOOK),
    Door("office_application_attachment", midori("filed", "attachment"), gets=NOBODY),
    Door("office_application_attachment", sakura("joined", "attachment"), gets=NOBODY),
    Door("office_application_attachment", lambda things: ["14", things["joined"], things["attachment"]], gets=NOBODY),
    # 医師の届出
    Door("mypage_applications", gets=DOCTORS),
    Door("application_start", gets=DOCTORS),
    Door("application_writing", exactly("moving"), gets=NOBODY),
    Door("application_writing", only("foreign_move"), gets=NOBODY),
    Door("application_step", exactly("moving", "reason"), gets=DOCTORS, posts=DOCTORS, data=lambda things: {"reasons": "facility", "later": "1"}),
    Door("application_step", exactly("leaving", "leaving"), gets=DOCTORS, posts=DOCTORS, data=lambda things: {"scope": "all", "later": "1"}),
    Door("application_step", exactly("moving", "destination"), gets=NOBODY, posts=NOBODY, data=lambda things: {"search": "1", "prefecture": "14"}),
    Door("application_step", exactly("absent", "reason"), gets=NOBODY, posts=NOBODY, data=lambda things: {"reasons": "facility", "later": "1"}),
    Door("application_step", lambda things: [things["move_returned"], "reason"], gets=frozenset({TWO_HATS}), posts=frozenset({TWO_HATS}), data=lambda things: {"reasons": "facility", "later": "1"}),
    Door("application_step", lambda things: [things["move"], "reason"], gets=NOBODY, posts=NOBODY, data=lambda things: {"reasons": "facility", "later": "1"}),
    Door("application_draft_removal", exactly("joining"), gets=frozenset({HOLDER}), posts=frozenset({HOLDER})),
    Door("application_draft_removal", only("foreign_move"), gets=NOBODY, posts=NOBODY),
    Door("mypage_application", only("move"), gets=frozenset({APPLICANT})),
    Door("mypage_application", only("foreign_move"), gets=frozenset({STRANGER})),
    Door("mypage_application", exactly(ABSENT), gets=NOBODY),
    Door("mypage_application_receipt", only("move"), gets=frozenset({APPLICANT})),
    Door("mypage_application_receipt", only("foreign_move"), gets=frozenset({STRANGER})),
    Door("mypage_application_receipt", exactly(ABSENT), gets=NOBODY),
    Door("mypage_application_withdrawal", only("move"), gets=frozenset({APPLICANT}), posts=frozenset({APPLICANT})),
    Door("mypage_application_withdrawal", only("foreign_move"), gets=frozenset({STRANGER}), posts=frozenset({STRANGER})),
    Door("mypage_application_withdrawal", exactly(ABSENT), gets=NOBODY, posts=NOBODY),
    Door("mypage_application_answer", only("move_held"), gets=frozenset({HOLDER}), posts=frozenset({HOLDER}), data=lambda things: {"answer": "八月からです。"}),
    Door("mypage_application_answer", only("move"), gets=NOBODY, data=lambda things: {"answer": "八月からです。"}),
    Door("mypage_application_answer", exactly(ABSENT), gets=NOBODY, posts=NOBODY, data=lambda things: {"answer": "八月からです。"}),
    Door("mypage_application_calling_off", only("move_finished"), gets=frozenset({APPLICANT}), posts=frozenset({APPLICANT}), data=lambda things: {"note": "延びました。"}),
    Door("mypage_application_calling_off", only("move"), gets=NOBODY, posts=NOBODY, data=lambda things: {"note": "延びました。"}),
    Door("mypage_application_calling_off", exactly(ABSENT), gets=NOBODY, posts=NOBODY, data=lambda things: {"note": "延びました。"}),
    Door("acting", hat("mypage/applications/"), gets=frozenset({DELEGATE})),
    Door("acting", hat("mypage/applications/start/"), gets=frozenset({DELEGATE})),
    Door("acting", hat("mypage/applications/moving/writing/reason/"), gets=frozenset({DELEGATE}), posts=frozenset({DELEGATE}), data=lambda things: {"reasons": "facility", "later": "1"}),
    Door("acting", lambda things: [things["delegation"], f"mypage/applications/{things['move_held']}/"], gets=frozenset({DELEGATE})),
    Door("acting", lambda things: [things["delegation"], f"mypage/applications/{things['move_held']}/answer/"], gets=NOBODY, posts=NOBODY, data=lambda things: {"answer": "八月からです。"}),
    Door("acting", lambda things: [things["delegation"], f"mypage/applications/{things['move_held']}/withdrawal/"], gets=NOBODY, posts=NOBODY),
    Door("acting", lambda things: [things["delegation"], f"mypage/applications/{things['move']}/"], gets=NOBODY),
    Door("acting", lambda things: [things["delegation"], f"mypage/applications/{things['move_finished']}/calling-off/"], gets=NOBODY, posts=NOBODY, data=lambda things: {"note": "延びました。"}),
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
    # 届出：その医師会の段があるものだけ
    Door("office_applications", midori(), gets=LOOK),
    Door("office_applications", midori(), gets=LOOK, query="?q=異邦&tab=done"),
    Door("office_applications", sakura(), gets=frozenset({OTHER_ADMIN})),
    Door("office_applications_print", midori(), gets=LOOK),
    Door("office_applications_download", midori(), gets=LOOK),
    Door("office_application", midori("filed"), gets=LOOK),
    Door("office_application", midori("two_hats_filed"), gets=LOOK),
    Door("office_application", midori("foreign_filed"), gets=NOBODY),
    Door("office_application", lambda things: ["14", things["filed"]], gets=frozenset({PREFECTURE})),
    Door("office_application", exactly("14-021", ABSENT), gets=NOBODY),
    Door("office_application_print", midori("filed"), gets=LOOK),
    Door("office_application_print", midori("foreign_filed"), gets=NOBODY),
    Door("office_application_scan", midori("paper_filed", "paper_scan"), gets=LOOK),
    Door("office_application_scan", midori("filed", "paper_scan"), gets=NOBODY),
    Door("office_application_scan", sakura("paper_filed", "paper_scan"), gets=NOBODY),
    *(
        Door(name, midori(key), posts=people, data=lambda things, key=key: filing(things, key))
        for name in ("office_application_approval", "office_application_return", "office_application_question", "office_application_rejection", "office_application_note")
        for key, people in (("filed", WORK), ("two_hats_filed", frozenset({CLERK, ADMIN})), ("foreign_filed", NOBODY))
    ),
    Door("office_application_answer", midori("asked_filed"), posts=WORK, data=lambda things: filing(things, "asked_filed")),
    Door("office_application_answer", midori("foreign_filed"), posts=NOBODY, data=lambda things: filing(things, "foreign_filed")),
    Door("office_application_takeover", lambda things: ["14", things["late_filed"], 1], gets=frozenset({PREFECTURE}), posts=frozenset({PREFECTURE}), data=lambda things: filing(things, "late_filed")),
    Door("office_application_takeover", lambda things: ["14", things["filed"], 2], gets=NOBODY, posts=NOBODY, data=lambda things: filing(things, "filed")),
    Door("office_application_takeover", lambda things: ["00", things["late_filed"], 1], gets=NOBODY, posts=NOBODY, data=lambda things: filing(things, "late_filed")),
    Door("office_application_takeover", lambda things: ["14-021", things["late_filed"], 1], gets=NOBODY, posts=NOBODY, data=lambda things: filing(things, "late_filed")),
    Door("office_application_bulk", midori(), posts=WORK, data=lambda things: {"line": f"{things['filed']} {things['filed_seen']}", "pick": things["filed"], "confirmed": "1"} | filing(things, "filed")),
    Door("office_application_bulk", sakura(), posts=NOBODY, data=lambda things: {"line": f"{things['filed']} {things['filed_seen']}", "pick": things["filed"], "confirmed": "1"} | filing(things, "filed")),
    Door("office_category_batch", midori(), gets=WORK, posts=WORK, data=recategorizing),
    Door("office_category_batch", sakura(), gets=frozenset({OTHER_ADMIN}), posts=NOBODY, data=recategorizing),
    Door("office_application_batches", midori(), gets=LOOK),
    Door("office_application_batches", sakura(), gets=frozenset({OTHER_ADMIN})),
    Door("office_application_batch", midori("batch"), gets=LOOK),
    Door("office_application_batch", sakura("batch"), gets=NOBODY),
    Door("office_application_batch", exactly("14-021", 999_999), gets=NOBODY),
    Door("office_application_batch_download", midori("batch"), gets=LOOK),
    Door("office_application_batch_download", sakura("batch"), gets=NOBODY),
    Door("office_application_entry_new", midori(), gets=WORK),
    Door("office_application_entry", lambda things: ["14-021", things["fresh_doctor"], "leave"], gets=WORK, posts=WORK, data=lambda things: leaving()),
    Door("office_application_entry", lambda things: ["14-021", things["stranger"], "leave"], gets=NOBODY, posts=NOBODY, data=lambda things: leaving()),
    Door("office_application_entry", lambda things: ["14-021", things["fresh_doctor"], "transfer"], gets=NOBODY, posts=NOBODY, data=lambda things: leaving()),
    Door("office_application_entry", lambda things: ["14-021", things["fresh_doctor"], "profile"], gets=WORK, posts=WORK, data=entering_identity),
    Door("office_application_entry", lambda things: ["14", things["fresh_doctor"], "profile"], gets=NOBODY, posts=NOBODY, data=entering_identity),
    Door("office_application_entry", lambda things: ["14-021", things["stranger"], "profile"], gets=NOBODY, posts=NOBODY, data=entering_identity),
    Door("office_application_writing", lambda things: ["14-021", things["fresh_doctor"], "moving"], gets=NOBODY),
    Door("office_application_writing", lambda things: ["14-021", things["stranger"], "moving"], gets=NOBODY),
    Door("office_application_step", lambda things: ["14-021", things["fresh_doctor"], "moving", "reason"], gets=WORK, posts=WORK, data=lambda things: {"reasons": "facility", "later": "1"}),
    Door("office_application_step", lambda things: ["14-021", things["stranger"], "moving", "reason"], gets=NOBODY, posts=NOBODY, data=lambda things: {"reasons": "facility", "later": "1"}),
    Door("office_application_step", lambda things: ["14-021", things["fresh_doctor"], "leaving", "leaving"], gets=NOBODY, posts=NOBODY, data=lambda things: {"scope": "all", "later": "1"}),
    Door("office_application_step", lambda things: ["00", things["two_hats_doctor"], things["move_returned"], "reason"], gets=frozenset({NATIONAL}), posts=frozenset({NATIONAL}), data=lambda things: {"reasons": "category", "later": "1"}),
    Door("office_application_step", lambda things: ["14-021", things["two_hats_doctor"], things["move_returned"], "reason"], gets=NOBODY, posts=NOBODY, data=lambda things: {"reasons": "category", "later": "1"}),
    Door("office_application_step", lambda things: ["14-021", things["fresh_doctor"], things["returned_filed"], "reason"], gets=NOBODY, posts=NOBODY, data=lambda things: {"reasons": "category", "later": "1"}),
    Door("office_application_draft_removal", lambda things: ["14-021", things["fresh_doctor"], "joining"], posts=frozenset({CLERK})),
    Door("office_application_draft_removal", lambda things: ["14-021", things["stranger"], "joining"], posts=NOBODY),
    Door("office_application_printing", lambda things: ["14-021", things["fresh_doctor"], "joining"], gets=WORK, posts=WORK),
    Door("office_application_printing", lambda things: ["14-021", things["stranger"], "joining"], gets=NOBODY, posts=NOBODY),
    Door("office_application_printing", lambda things: ["14-021", things["fresh_doctor"], "leave"], gets=NOBODY, posts=NOBODY),
    Door("office_printouts", midori(), gets=NOBODY, data=lambda things: {"number": things["printout"]}),
    Door("office_printout", midori("printout"), gets=NOBODY),
    Door("office_printout", midori("answered_printout"), gets=WORK),
    Door("office_printout", sakura("answered_printout"), gets=NOBODY),
    Door("office_printout", exactly("14-021", "A2A2A2A2"), gets=NOBODY),
    Door("office_printout_form", midori("printout"), gets=WORK),
    Door("office_printout_form", sakura("printout"), gets=NOBODY),
    Door("office_printout_form", midori("answered_printout"), gets=NOBODY),
    Door("office_printout_removal", midori("put_away_printout"), posts=WORK),
    Door("office_printout_removal", sakura("put_away_printout"), posts=NOBODY),
    Door("office_application_reentry", midori("returned_filed"), gets=WORK, posts=WORK, data=lambda things: leaving()),
    Door("office_application_reentry", midori("filed"), gets=NOBODY, posts=NOBODY, data=lambda things: leaving()),
    Door("office_application_reentry", sakura("returned_filed"), gets=NOBODY, posts=NOBODY, data=lambda things: leaving()),
    # 代行入力：医師会に見える、申請先がここである医師
    Door("office_entry_new", midori(), gets=WORK),
    Door("office_entry", lambda things: ["14-021", things["paper_doctor"], "paper"], gets=WORK, posts=WORK, data=lambda things: {"note": "電話は午後", "later": "1"}),
    Door("office_entry", lambda things: ["14-021", things["stranger"], "paper"], posts=NOBODY, data=lambda things: {"note": "電話は午後", "later": "1"}),
    Door("office_entry", lambda things: ["14", things["paper_doctor"], "paper"], posts=NOBODY, data=lambda things: {"note": "電話は午後", "later": "1"}),
    Door("office_entry", exactly("14-021", 999_999, "paper"), posts=NOBODY, data=lambda things: {"later": "1"}),
    Door("office_entry_activity_new", lambda things: ["14-021", things["paper_doctor"]], gets=NOBODY, posts=NOBODY),
    Door("office_entry_activity", lambda things: ["14-021", things["paper_doctor"], "a1"], gets=WORK, posts=WORK, data=lambda things: {"place": "急患診療所", "later": "1"}),
    Door("office_entry_activity", lambda things: ["14-021", things["stranger"], "a1"], posts=NOBODY, data=lambda things: {"place": "急患診療所", "later": "1"}),
    Door("office_entry_activity_removal", lambda things: ["14-021", things["paper_doctor"], "a1"], posts=frozenset({CLERK})),
    Door("office_entry_draft_removal", lambda things: ["14-021", things["paper_doctor"]], posts=frozenset({CLERK})),
    Door("office_entry_draft_removal", lambda things: ["14-021", things["stranger"]], posts=NOBODY),
    Door("office_certificate", midori("paper_approved"), gets=WORK),
    Door("office_certificate", midori("approved"), gets=NOBODY),
    Door("office_certificate", sakura("paper_approved"), gets=NOBODY),
    # 添付の書類：申請した医師と、申請先
    Door("mypage_attachment", lambda things: [things["own"], things["evidence"]], gets=frozenset({APPLICANT})),
    Door("mypage_attachment", lambda things: [things["approved"], things["evidence"]], gets=NOBODY),
    Door("office_attachment", midori("own", "evidence"), gets=LOOK),
    Door("office_attachment_page", lambda things: ["14-021", things["own"], things["evidence"], 1], gets=LOOK),
    Door("office_attachment_page", lambda things: ["14-021", things["own"], things["evidence"], 2], gets=NOBODY),
    Door("office_attachment", midori("approved", "evidence"), gets=NOBODY),
    Door("office_attachment", sakura("own", "evidence"), gets=NOBODY),
    Door("office_attachment", sakura("foreign", "evidence"), gets=NOBODY),
    Door("as_doctor_elsewhere", lambda things: ["14-021", things["viewing"], f"completions/{things['own']}/files/{things['evidence']}/"], gets=NOBODY, posts=NOBODY),
    Door("office_viewing_new", midori("own"), gets=WORK, posts=WORK, data=lambda things: {"reason": "お電話でのご相談"}),
    Door("office_viewing_new", midori("foreign"), gets=NOBODY, posts=NOBODY, data=lambda things: {"reason": "お電話でのご相談"}),
    Door("office_viewing_new", midori("two_seats"), gets=WORK, posts=WORK, data=lambda things: {"reason": "お電話でのご相談"}),
    Door("office_viewing_new", exactly("14-021", ABSENT), gets=NOBODY, posts=NOBODY, data=lambda things: {"reason": "お電話でのご相談"}),
    # 医師の画面を見る：始めた人だけが、医師会のなかで、見るだけ
    *(
        Door(name, midori("viewing", *rest), gets=frozenset({CLERK}), posts=NOBODY)
        for name, *rest in (
            ("as_doctor_training",),
            ("as_doctor_card",),
            ("as_doctor_credits",),
            ("as_doctor_completions",),
            ("as_doctor_completion", "own"),
            ("as_doctor_receipt", "own"),
        )
    ),
    *(
        Door(name, midori(key, *rest), gets=NOBODY, posts=NOBODY)
        for key in ("viewing_over", "foreign_viewing")
        for name, *rest in (
            ("as_doctor_training",),
            ("as_doctor_card",),
            ("as_doctor_credits",),
            ("as_doctor_completions",),
            ("as_doctor_completion", "own"),
            ("as_doctor_receipt", "own"),
        )
    ),
    Door("as_doctor_completion", midori("viewing", "foreign"), gets=NOBODY, posts=NOBODY),
    Door("as_doctor_completion", midori("viewing", "approved"), gets=NOBODY, posts=NOBODY),
    Door("as_doctor_training", sakura("viewing"), gets=NOBODY, posts=NOBODY),
    Door("as_doctor_training", exactly("14-021", "A" * 22), gets=NOBODY, posts=NOBODY),
    Door("as_doctor", midori("viewing"), gets=NOBODY, posts=NOBODY),
    Door("as_doctor_elsewhere", lambda things: ["14-021", things["viewing"], f"completions/{things['own']}/withdrawal/"], gets=NOBODY, posts=NOBODY),
    Door("as_doctor_elsewhere", lambda things: ["14-021", things["viewing"], f"completions/{things['approved']}/certificate.pdf"], gets=NOBODY, posts=NOBODY),
    Door("as_doctor_elsewhere", lambda things: ["14-021", things["viewing"], "messages/"], gets=NOBODY, posts=NOBODY),
    Door("as_doctor_elsewhere", lambda things: ["14-021", things["viewing"], "training/completion/application/note/"], gets=NOBODY, posts=NOBODY),
    Door("office_letters", midori(), gets=WORK),
    Door("office_letter", midori("unlinked"), gets=WORK, posts=WORK),
    Door("office_letter", midori("far"), gets=NOBODY, posts=NOBODY),
    Door("office_letter", exactly("14-021", 999_999), gets=NOBODY, posts=NOBODY),
    Door("office_letter_print", midori("unlinked"), gets=WORK),
    Door("office_letter_print", midori("far"), gets=NOBODY),
    Door("office_registrations", midori(), gets=LOOK),
    Door("office_registrations_download", midori(), gets=LOOK),
    Door("office_registration", midori("half"), gets=LOOK),
    Door("office_registration", midori("new"), gets=NOBODY),
    Door("office_registration", midori("foreign_half"), gets=NOBODY),
    Door("office_registration", exactly("14-021", ABSENT), gets=NOBODY),
    Door("office_registration_licence", midori("half"), gets=LOOK),
    Door("office_registration_licence", midori("foreign_half"), gets=NOBODY),
    Door("office_registration_licence", midori("new"), gets=NOBODY),
    Door("office_registration_acceptance", midori("half"), posts=WORK, data=lambda things: {"seen": things["half_seen"], "ground": "免許証の写し"}),
    Door("office_registration_acceptance", midori("new"), posts=NOBODY, data=lambda things: {"seen": things["new_seen"], "ground": "免許証の写し"}),
    Door("office_registration_acceptance", midori("foreign_half"), posts=NOBODY, data=lambda things: {"seen": things["foreign_half_seen"], "ground": "免許証の写し"}),
    Door("office_registration_return", midori("half"), posts=WORK, data=lambda things: {"seen": things["half_seen"], "reason": REASON}),
    Door("office_registration_return", midori("foreign_half"), posts=NOBODY, data=lambda things: {"seen": things["foreign_half_seen"], "reason": REASON}),
    Door("office_registration_rejection", midori("half"), posts=WORK, data=lambda things: {"seen": things["half_seen"], "reason": REASON}),
    Door("office_registration_rejection", midori("foreign_half"), posts=NOBODY, data=lambda things: {"seen": things["foreign_half_seen"], "reason": REASON}),
    Door("office_registration", lambda things: ["14", things["new"]], gets=frozenset({PREFECTURE})),
    Door("office_registrations", sakura(), gets=frozenset({OTHER_ADMIN})),
    Door("office_completion_bulk_preview", midori(), posts=NOBODY),
    Door("office_completion_bulk_list", midori(), gets=LOOK, posts=WORK, data=lambda things: {"line": f"{things['own']} {things['seen']}"}),
    Door("office_completion_bulk_list", sakura(), gets=frozenset({OTHER_ADMIN}), posts=NOBODY, data=lambda things: {"line": f"{things['own']} {things['seen']}"}),
    Door("office_completion_bulk", midori("bulk"), gets=LOOK),
    Door("office_completion_bulk", sakura("bulk"), gets=NOBODY),
    Door("office_completion_bulk", exactly("14-021", 999_999), gets=NOBODY),
    Door("office_completion_undoing", midori("fresh"), gets=WORK, posts=WORK, data=lambda things: {"reason": REASON}),
    Door("office_completion_undoing", sakura("fresh"), gets=NOBODY, posts=NOBODY, data=lambda things: {"reason": REASON}),
    Door("office_completion_revocation", midori("approved"), gets=frozenset({ADMIN}), posts=frozenset({ADMIN}), data=lambda things: {"reason": REASON}),
    Door("office_completion_revocation", sakura("approved"), gets=NOBODY, posts=NOBODY, data=lambda things: {"reason": REASON}),
    Door("office_completion_revocation", exactly("14-021", ABSENT), gets=NOBODY, posts=NOBODY, data=lambda things: {"reason": REASON}),
    Door("office_requirements", exactly("00"), gets=frozenset({NATIONAL})),
    Door("office_requirements", midori(), gets=NOBODY),
    Door("office_rule_new", exactly("00"), gets=frozenset({NATIONAL}), posts=frozenset({NATIONAL}), data=lambda things: requirement(code="")),
    Door("office_rule_new", midori(), gets=NOBODY, posts=NOBODY, data=lambda things: requirement(code="")),
    Door("office_rule_removal", lambda things: ["00", things["coming_rule"]], posts=frozenset({NATIONAL})),
    Door("office_rule_removal", midori("coming_rule"), posts=NOBODY),
    Door("office_activity_new", exactly("00"), gets=frozenset({NATIONAL}), posts=frozenset({NATIONAL}), data=lambda things: requirement(code="F902")),
    Door("office_activity_new", midori(), gets=NOBODY, posts=NOBODY, data=lambda things: requirement(code="F902")),
    Door("office_activity_end", lambda things: ["00", things["activity"]], gets=frozenset({NATIONAL}), posts=frozenset({NATIONAL}), data=lambda things: requirement(code="")),
    Door("office_activity_end", midori("activity"), gets=NOBODY, posts=NOBODY, data=lambda things: requirement(code="")),
    Door("office_activity_removal", lambda things: ["00", things["coming_activity"]], posts=frozenset({NATIONAL})),
    Door("office_activity_removal", midori("coming_activity"), posts=NOBODY),
    Door("office_return_texts", midori(), gets=WORK),
    Door("office_return_texts", sakura(), gets=frozenset({OTHER_ADMIN})),
    Door("office_return_text_new", midori(), gets=WORK, posts=WORK, data=lambda things: {"title": "題", "body": REASON}),
    Door("office_return_text_starters", midori(), posts=NOBODY),
    Door("office_return_text_starters", sakura(), posts=frozenset({OTHER_ADMIN})),
    Door("office_return_text", midori("text"), gets=WORK, posts=WORK, data=lambda things: {"title": "題", "body": REASON}),
    Door("office_return_text", sakura("text"), gets=NOBODY, posts=NOBODY, data=lambda things: {"title": "題", "body": REASON}),
    Door("office_return_text_order", midori("text"), posts=WORK),
    Door("office_return_text_order", sakura("text"), posts=NOBODY),
    Door("office_return_text_removal", midori("text"), gets=WORK, posts=WORK),
    Door("office_return_text_removal", sakura("text"), gets=NOBODY, posts=NOBODY),
    Door("office_credits", midori(), gets=LOOK),
    Door("office_credits_download", midori(), gets=LOOK),
    Door("office_credit_new", midori(), gets=WORK),
    Door("office_handbooks", midori(), gets=LOOK),
    Door("office_handbook_new", midori(), gets=WORK, posts=WORK, data=handbook),
    Door("office_handbook", midori("handbook"), gets=LOOK),
    Door("office_handbook", midori("foreign_handbook"), gets=NOBODY),
    Door("office_handbook", exactly("14-021", ABSENT), gets=NOBODY),
    Door("office_handbook_correction", midori("returned_handbook"), gets=WORK, posts=WORK, data=handbook),
    Door("office_handbook_correction", midori("handbook"), gets=NOBODY, posts=NOBODY, data=handbook),
    Door("office_handbook_correction", midori("foreign_handbook"), gets=NOBODY, posts=NOBODY, data=handbook),
    Door("office_handbook_confirmation", midori("handbook"), posts=WORK - {CLERK}, data=lambda things: {"seen": "1"}),
    Door("office_handbook_confirmation", midori("foreign_handbook"), posts=NOBODY, data=lambda things: {"seen": "1"}),
    Door("office_handbook_return", midori("handbook"), posts=WORK, data=lambda things: {"seen": "1", "reason": REASON}),
    Door("office_handbook_return", midori("foreign_handbook"), posts=NOBODY, data=lambda things: {"seen": "1", "reason": REASON}),
    Door("office_handbook_withdrawal", midori("handbook"), posts=WORK, data=lambda things: {"seen": "1"}),
    Door("office_handbook_withdrawal", midori("foreign_handbook"), posts=NOBODY, data=lambda things: {"seen": "1"}),
    Door("office_handbook_scan", midori("handbook", "one"), gets=LOOK),
    Door("office_handbook_scan", midori("foreign_handbook", "one"), gets=NOBODY),
    Door("office_handbook_scan", midori("handbook", "nine"), gets=NOBODY),
    Door("office_handbook_scan_page", midori("handbook", "one", "one"), gets=LOOK),
    Door("office_handbook_scan_page", midori("foreign_handbook", "one", "one"), gets=NOBODY),
    Door("office_handbook_scan_page", midori("handbook", "one", "nine"), gets=NOBODY),
    Door("office_credit_reversal", midori("credit"), gets=WORK, posts=WORK, data=lambda things: {"ground": "二重の登録"}),
    Door("office_credit_reversal", midori("foreign_credit"), gets=NOBODY, posts=NOBODY, data=lambda things: {"ground": "二重の登録"}),
    Door("office_credit_reversal", exactly("14-021", 999_999), gets=NOBODY, posts=NOBODY),
    Door("office_facilities", midori(), gets=LOOK),
    Door("office_facilities", exactly("00"), gets=frozenset({NATIONAL})),
    Door("office_facilities_download", midori(), gets=LOOK),
    Door("office_facility", midori("facility"), gets=LOOK),
    Door("office_facility", midori("foreign_facility"), gets=LOOK),
    Door("office_facility", exactly("14-021", 999_999), gets=NOBODY),
    Door("office_facility_new", midori(), gets=WORK, posts=WORK, data=lambda things: NEW_FACILITY),
    Door("office_facility_correction", midori("facility"), gets=WORK, posts=WORK, data=lambda things: NEW_FACILITY | {"seen": things["facility_seen"]}),
    Door("office_facility_correction", midori("foreign_facility"), gets=NOBODY, posts=NOBODY, data=lambda things: NEW_FACILITY),
    Door("office_facility_correction", lambda things: ["00", things["foreign_facility"]], gets=frozenset({NATIONAL})),
    Door("office_facility_succession", midori("facility"), gets=WORK, posts=WORK, data=lambda things: {"facility": things["foreign_facility"]}),
    Door("office_facility_succession", midori("foreign_facility"), gets=NOBODY, posts=NOBODY, data=lambda things: {"facility": things["facility"]}),
    Door("office_facility_merge", midori("facility"), gets=WORK, posts=WORK, data=lambda things: {"facility": things["left_facility"]}),
    Door("office_facility_merge", midori("foreign_facility"), gets=NOBODY, posts=NOBODY, data=lambda things: {"facility": things["facility"]}),
    Door("office_facility_separation", midori("merged_facility"), gets=WORK, posts=WORK),
    Door("office_facility_separation", midori("facility"), gets=NOBODY, posts=NOBODY),
    Door("office_facility_separation", sakura("merged_facility"), gets=NOBODY, posts=NOBODY),
    Door("office_facility_requests", midori(), gets=LOOK),
    Door("office_facility_request", midori("request"), gets=WORK, posts=WORK, data=lambda things: {"facility": things["facility"]}),
    Door("office_facility_request", midori("foreign_request"), gets=NOBODY, posts=NOBODY, data=lambda things: {"facility": things["facility"]}),
    Door("office_facility_request_new", midori("request"), gets=WORK, posts=WORK, data=lambda things: NEW_FACILITY),
    Door("office_facility_request_new", midori("foreign_request"), gets=NOBODY, posts=NOBODY, data=lambda things: NEW_FACILITY),
    Door("office_imports", midori(), gets=frozenset({ADMIN})),
    Door("office_import_new", midori(), gets=frozenset({ADMIN})),
    Door("office_import_template", exactly("14-021", "members"), gets=frozenset({ADMIN})),
    Door("office_import_template", exactly("14-021", "absent"), gets=NOBODY),
    Door("office_import", midori("import"), gets=frozenset({ADMIN})),
    Door("office_import", exactly("14-021", 999), gets=NOBODY),
    Door("office_import", exactly("26-011", 1), gets=frozenset({OTHER_ADMIN})),
    Door("office_import", exactly("14", 1), gets=NOBODY),
    Door("office_import_columns", midori("import"), gets=frozenset({ADMIN}), posts=frozenset({ADMIN}), data=lambda things: things["columns"]),
    Door("office_import_columns", exactly("26-011", 1), gets=frozenset({OTHER_ADMIN}), posts=frozenset({OTHER_ADMIN}), data=lambda things: things["columns"]),
    Door("office_import_run", midori("import"), posts=frozenset({ADMIN})),
    Door("office_import_run", exactly("14-021", 999), posts=NOBODY),
    Door("office_import_run", exactly("26-011", 1), posts=frozenset({OTHER_ADMIN})),
    Door("office_import_undo", midori("done_import"), gets=frozenset({ADMIN}), posts=frozenset({ADMIN})),
    Door("office_import_undo", midori("import"), gets=NOBODY, posts=NOBODY),
    Door("office_import_discard", midori("import"), posts=frozenset({ADMIN})),
    Door("office_import_discard", exactly("26-011", 1), posts=frozenset({OTHER_ADMIN})),
    Door("office_import_refused", midori("import"), gets=frozenset({ADMIN})),
    Door("office_import_refused", exactly("26-011", 1), gets=frozenset({OTHER_ADMIN})),
    Door("office_import_template", exactly("14-021", "residents"), gets=frozenset({ADMIN})),
    Door("office_import_template", exactly("14", "residents"), gets=NOBODY),
    Door("office_joinings", midori(), gets=LOOK),
    Door("office_joinings", sakura(), gets=frozenset({OTHER_ADMIN})),
    Door("office_joinings", exactly("14"), gets=frozenset({PREFECTURE})),
    Door("office_joinings_download", midori(), gets=LOOK),
    Door("office_joining_list_reminder", midori("joining_list"), posts=WORK),
    Door("office_joining_list_reminder", exactly("14-021", 999), posts=NOBODY),
    Door("office_joining_list_reminder", sakura("joining_list"), posts=NOBODY),
    Door("office_joining", midori("joining"), gets=LOOK),
    Door("office_joining", midori("foreign_joining"), gets=NOBODY),
    Door("office_joining", sakura("foreign_joining"), gets=frozenset({OTHER_ADMIN})),
    Door("office_joining", lambda things: ["14", things["joining"]], gets=NOBODY),
    Door("office_joining_reminder", midori("joining"), posts=WORK),
    Door("office_joining_reminder", midori("foreign_joining"), posts=NOBODY),
    Door("office_joining_address", midori("joining"), posts=WORK, data=lambda things: {"mail_address": "right@hospital.example"}),
    Door("office_joining_address", midori("foreign_joining"), posts=NOBODY, data=lambda things: {"mail_address": "right@hospital.example"}),
    Door("office_joining_cancellation", midori("joining"), posts=WORK),
    Door("office_joining_cancellation", midori("foreign_joining"), posts=NOBODY),
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
    Door("office_practice", midori(), gets=frozenset({ADMIN})),
    Door("office_practice", exactly("14"), gets=frozenset({PREFECTURE})),
    Door("office_practice", exactly("00"), gets=frozenset({NATIONAL})),
    Door("office_practice", exactly("14-090"), gets=frozenset({PREFECTURE})),
    Door("office_categories", midori(), gets=frozenset({ADMIN})),
    Door("office_categories", exactly("00"), gets=frozenset({NATIONAL})),
    Door("office_categories", exactly("14-090"), gets=frozenset({PREFECTURE})),
    Door("office_category_new", midori(), gets=frozenset({ADMIN}), posts=frozenset({ADMIN}), data=lambda things: {"code": "Z", "label": "Z 会員"}),
    Door("office_category", midori("category"), gets=frozenset({ADMIN})),
    Door("office_category", midori("foreign_category"), gets=NOBODY),
    Door("office_category", exactly("14-021", 999_999), gets=NOBODY),
    Door("office_category_order", midori("category"), posts=frozenset({ADMIN})),
    Door("office_category_order", midori("foreign_category"), posts=NOBODY),
    Door("office_category_order", exactly("14-021", 999_999), posts=NOBODY),
    Door("office_join_items", midori(), gets=frozenset({ADMIN})),
    Door("office_join_items", exactly("00"), gets=frozenset({NATIONAL})),
    Door("office_join_items", exactly("14-090"), gets=frozenset({PREFECTURE})),
    Door("office_join_item_new", midori(), gets=frozenset({ADMIN}), posts=frozenset({ADMIN}), data=lambda things: {"kind": "short", "label": "専門"}),
    Door("office_join_item", midori("join_item"), gets=frozenset({ADMIN})),
    Door("office_join_item", midori("foreign_join_item"), gets=NOBODY),
    Door("office_join_item", exactly("14-021", 999_999), gets=NOBODY),
    Door("office_join_item_order", midori("join_item"), posts=frozenset({ADMIN})),
    Door("office_join_item_order", midori("foreign_join_item"), posts=NOBODY),
    Door("office_join_item_order", exactly("14-021", 999_999), posts=NOBODY),
    Door("office_board_days", midori(), gets=frozenset({ADMIN}), posts=frozenset({ADMIN}), data=lambda things: {"days": (timezone.localdate() + timedelta(days=40)).isoformat()}),
    Door("office_board_days", exactly("00"), gets=frozenset({NATIONAL})),
    Door("office_board_days", exactly("14-090"), gets=frozenset({PREFECTURE})),
    Door("office_board_day_removal", midori("board_day"), posts=frozenset({ADMIN})),
    Door("office_board_day_removal", midori("past_board_day"), posts=NOBODY),
    Door("office_board_day_removal", midori("foreign_board_day"), posts=NOBODY),
    Door("office_board_day_removal", exactly("14-021", 999_999), posts=NOBODY),
    Door("office_staff", midori(), gets=frozenset({ADMIN})),
    Door("office_handover", midori(), gets=frozenset({ADMIN})),
    Door("office_offices", midori(), gets=NOBODY),
    Door("office_offices", exactly("14"), gets=frozenset({PREFECTURE})),
    Door("office_offices", exactly("00"), gets=frozenset({NATIONAL})),
    Door("office_delegation", exactly("14", "14-021"), gets=frozenset({PREFECTURE})),
    Door("office_delegation", exactly("14", "26-090"), gets=NOBODY),
    Door("office_delegation", exactly("00", "14-021"), gets=NOBODY),
    Door("office_delegation_beginning", exactly("14", "14-091"), posts=frozenset({PREFECTURE})),
    Door("office_delegation_beginning", exactly("14", "14-021"), posts=NOBODY),
    Door("office_delegation_beginning", exactly("14", "26-090"), posts=NOBODY),
    Door("office_delegation_ending", exactly("14", "14-090"), posts=frozenset({PREFECTURE})),
    Door("office_delegation_ending", exactly("14", "14-021"), posts=NOBODY),
    # 神奈川県が代行している小川医師会と、代行されていない小川医師会
    Door("office_home", exactly("14-090"), gets=frozenset({PREFECTURE})),
    Door("office_completions", exactly("14-090"), gets=frozenset({PREFECTURE})),
    Door("office_completion", lambda things: ["14-090", things["own"]], gets=NOBODY),
    Door("office_completion_approval", lambda things: ["14-090", things["own"]], posts=NOBODY, data=lambda things: {"seen": things["seen"]}),
    Door("office_association", exactly("14-090"), gets=frozenset({PREFECTURE})),
    Door("office_presidents", exactly("14-090"), gets=frozenset({PREFECTURE})),
    Door("office_staff", exactly("14-090"), gets=NOBODY),
    Door("office_handover", exactly("14-090"), gets=NOBODY),
    Door("office_invitation_new", exactly("14-090"), posts=NOBODY, data=lambda things: {"address": "new@midori.example", "role": "admin"}),
    Door("office_home", exactly("26-090"), gets=NOBODY),
    Door("office_home", exactly("14-091"), gets=NOBODY),
    Door("office_rekey_new", exactly("14", "14-021"), gets=frozenset({PREFECTURE}), posts=frozenset({PREFECTURE}), data=lambda things: {"address": "new@midori.example", "reason": "電話で確かめた"}),
    Door("office_rekey_new", exactly("14", "26-011"), gets=NOBODY),
    Door("office_rekey_new", exactly("00", "14"), gets=frozenset({NATIONAL}), posts=frozenset({NATIONAL}), data=lambda things: {"address": "new@kanagawa.example", "reason": "電話で確かめた"}),
    Door("office_rekey_new", exactly("00", "14-021"), gets=NOBODY),
    Door("office_rekeys", exactly("14"), gets=frozenset({PREFECTURE})),
    Door("office_rekeys", midori(), gets=NOBODY),
    Door("office_rekey", lambda things: ["14", things["rekey"]], gets=frozenset({PREFECTURE})),
    Door("office_rekey", lambda things: ["14", things["foreign_rekey"]], gets=NOBODY),
    Door("office_rekey_confirmation", lambda things: ["14", things["rekey"]], posts=frozenset({PREFECTURE})),
    Door("office_rekey_confirmation", lambda things: ["14", things["foreign_rekey"]], posts=NOBODY),
    Door("office_rekey_confirmation", exactly("14", 999_999), posts=NOBODY),
    Door("office_rekey_withdrawal", lambda things: ["14", things["rekey"]], posts=frozenset({PREFECTURE})),
    Door("office_rekey_withdrawal", lambda things: ["14", things["foreign_rekey"]], posts=NOBODY),
    Door("office_staff_member", midori("clerk"), gets=frozenset({ADMIN}), posts=frozenset({ADMIN}), data=lambda things: {"role": "viewer"}),
    Door("office_staff_member", midori("other_clerk"), gets=NOBODY, data=lambda things: {"role": "viewer"}),
    Door("office_staff_member", midori("ended"), gets=NOBODY, data=lambda things: {"role": "admin"}),
    Door("office_staff_member", exactly("14-021", 999_999), gets=NOBODY),
    Door("office_staff_end", midori("clerk"), gets=frozenset({ADMIN}), posts=frozenset({ADMIN})),
    Door("office_staff_end", midori("other_clerk"), gets=NOBODY),
    Door("office_staff_end", exactly("14-021", 999_999), gets=NOBODY),
    Door("office_invitation_new", midori(), gets=frozenset({ADMIN}), posts=frozenset({ADMIN}), data=lambda things: {"address": "new@midori.example", "role": "clerk"}),
    Door("office_invitation_resending", midori("invitation"), posts=frozenset({ADMIN})),
    Door("office_invitation_resending", midori("foreign_invitation"), posts=NOBODY),
    Door("office_invitation_resending", exactly("14-021", 999_999), posts=NOBODY),
    Door("office_invitation_cancellation", midori("invitation"), posts=frozenset({ADMIN})),
    Door("office_invitation_cancellation", midori("foreign_invitation"), posts=NOBODY),
    Door("office_invitation_cancellation", exactly("14-021", 999_999), posts=NOBODY),
    Door("office_missing_addresses", midori(), gets=NOBODY),
    Door("office_missing_addresses_download", midori(), gets=NOBODY),
    Door("office_platform", midori(), gets=NOBODY),
    Door("office_statements", midori(), gets=NOBODY),
    Door("office_statement_new", exactly("14-021", "terms"), gets=NOBODY, posts=NOBODY, data=new_version),
    # ほかの医師会の事務局
    Door("office_home", sakura(), gets=frozenset({OTHER_ADMIN})),
    Door("office_completions", sakura(), gets=frozenset({OTHER_ADMIN})),
    Door("office_completions_download", sakura(), gets=frozenset({OTHER_ADMIN})),
    Door("office_completion", sakura("foreign"), gets=frozenset({OTHER_ADMIN})),
    Door("office_completion", sakura("own"), gets=NOBODY),
    Door("office_completion_approval", sakura("foreign"), posts=frozenset({OTHER_ADMIN}), data=lambda things: {"seen": things["foreign_seen"]}),
    Door("office_completion_approval", sakura("own"), posts=NOBODY, data=lambda things: {"seen": things["seen"]}),
    Door("office_association", sakura(), gets=frozenset({OTHER_ADMIN})),
    Door("office_staff", sakura(), gets=frozenset({OTHER_ADMIN})),
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
    Door("office_statements", exactly("00"), gets=frozenset({NATIONAL})),
    Door("office_statements", exactly("14"), gets=NOBODY),
    Door("office_statement_new", exactly("00", "terms"), gets=frozenset({NATIONAL}), posts=frozenset({NATIONAL}), data=new_version),
    Door("office_statement_new", exactly("14", "terms"), gets=NOBODY, posts=NOBODY, data=new_version),
    Door("office_home", exactly("99-999"), gets=NOBODY),
)

# ここで一つずつは試さない住所と、そのわけ。
ELSEWHERE = {
    "devices_end_others": "ほかの端末があるときだけ動く。tests/accounts/test_devices",
    "enrolment_link": "Cookie を渡すだけ。tests/accounts/test_losses",
    "enrolment_resending": "解除のあとだけ動く。tests/accounts/test_losses",
    "factor_app_qr": "登録の途中の人だけ。tests/accounts/test_factors",
    "account_logout": "だれが送っても同じ。tests/accounts",
    "account_reset_password_from_key": "合言葉による。tests/accounts",
    "account_reset_password_new": "合言葉による。tests/accounts",
    "registration_step": "合言葉による。tests/scenarios/test_registration.py",
    "invitation_link": "合言葉による。tests/associations/test_invitations.py",
    "invitation": "合言葉による。tests/associations/test_invitations.py",
    "delegation_acceptance": "合言葉による。tests/scenarios/test_delegates.py",
    "delegation_link": "Cookie を渡すだけ。tests/scenarios/test_delegates.py",
    "address_confirmation": "合言葉による。tests/scenarios/test_addresses.py",
    "address_stop": "合言葉による。tests/scenarios/test_addresses.py",
    "completion_step": "下書きは本人のものだけ。tests/training/test_mypage*",
    "completion_activity": "下書きは本人のものだけ。tests/training/test_mypage*",
    "completion_activity_removal": "下書きは本人のものだけ。tests/training/test_mypage*",
    "completion_draft_removal": "下書きは本人のものだけ。tests/training/test_mypage*",
}
# fmt: on

# 見ただけで書かれてよい表：だれが見たか・取り出したかの記録。修了証の取り出しは、承認の取りやめを止める。
WRITTEN_BY_LOOKING = ("audit_%", "django_session", "cache", "training_certificatetaken", "doctors_delegatedeed")


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
    evidence = held(applicant.user_id, "training.evidence", world.at)
    request = world.request(world.district)
    with_evidence = replace(request, entries=(replace(request.entries[0], evidence_id=evidence.pk),))
    own = submit_completion(applicant, with_evidence, at=world.at)
    foreign = world.submit(stranger, world.other_district)
    hat_case, seat_case = world.submit(two_hats, world.district), world.submit(two_seats, world.district)
    approved = world.submit(holder, world.district)
    world.approve(approved, world.admin(world.district))
    jma, soon = world.admin(world.national), timezone.localdate() + timedelta(days=30)
    coming_rule = add_rule(RuleEntry(soon, 20, 2, 2, 36, 36), by=jma, on=timezone.localdate())
    coming_activity = add_activity(ActivityEntry(soon, "F901", "その他", "活動", 2), by=jma, on=timezone.localdate())
    fresh = _approved_today(world, world.member("当日", "五郎", *seats))
    disabled = world.appoint(world.district, Role.CLERK, "停止 四郎")
    returned = world.registration("新田", "光")
    world.send_back_registration(returned)
    ended = world.appoint(world.district, Role.ADMIN, "終了 六子")
    dismiss(ended, by=world.admin(world.district), at=world.at)
    invitation, foreign_invitation = (
        invite("shinjin@office.example", Role.CLERK, by=world.admin(association), at=world.at)
        for association in (world.district, world.other_district)
    )
    unlinked = world.member("未結", "六郎", world.district, signs_in=False)
    far = world.member("異邦", "遠人", world.other_district, kana=("イホウ", "トオヒト"), signs_in=False)
    for one, association in ((unlinked, world.district), (far, world.other_district)):
        make_letter(one, by=world.clerk(association), at=timezone.now())
    registrations = {
        "half": world.registration("未結", "六郎", facts=unlinked, birth_on=date(1978, 8, 22)),
        "foreign_half": world.registration("遠方", "七郎", facts=far, given_kana="シチロウ"),
        "new": world.registration("新人", "八郎"),
    }
    small, foreign_small = (
        new_district(f"{upper.code}-090", "小川医師会", "オガワ", upper, f"{upper.code}888", "小川町")
        for upper in (world.prefecture, world.other_prefecture)
    )
    new_district("14-091", "小山医師会", "オヤマ", world.prefecture, "14889", "小山町")
    begin_delegation(small, by=world.admin(world.prefecture), at=world.at)
    rekey, foreign_rekey = (
        request_rekey(one, address="new@small.example", reason="電話", by=world.clerk(one.parent), at=world.at)
        for one in (small, foreign_small)
    )
    for one in (returned, *registrations.values()):
        attach_licence(one, world.licence_scan(one), at=world.at)
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
        REGISTRANT: returned.user,
        ENDED: ended.user,
        DELEGATE: world.delegate(holder, "代理 文子").user,
        ENDED_DELEGATE: world.delegate(holder, "元代理 一").user,
    }
    clients = {person: world.browser(user) for person, user in people.items()} | {VISITOR: Client()}
    deactivate_user(disabled.user, at=world.at)
    mine, theirs = world.admin(world.district), world.admin(world.other_district)
    done = taken(csv_of(member(500001)), mine)
    checked(csv_of(member(500009, 氏名="異邦 遠人", フリガナ="イホウ トオヒト")), theirs)
    # さくら市の会員の番号。みどり市には、いるともいないとも答えない。
    probing = member(stranger.licences.get().number, 氏名="打たれた 名前")
    waiting = checked(csv_of(probing, member(500003)), mine)
    undelivered = Message.objects.get(mail="CompletionApproved", about_doctor=holder)
    Message.objects.filter(pk=undelivered.pk).update(state=MessageState.FAILED)
    joinings = {
        "joining_list": ask(mine, row(600001), days_ago=1).number,
        "joining": joining_of(600001).pk,
        "foreign_list": ask(
            theirs, row(600002, 姓="異邦", 名="遠人", セイ="イホウ", メイ="トオヒト"), days_ago=1
        ).number,
        "foreign_joining": joining_of(600002).pk,
    }
    delegation, ended_delegation = holder.delegations.order_by("pk")
    end_delegation(ended_delegation, at=timezone.now())
    clerk, other_clerk = world.clerk(world.district), world.admin(world.other_district)
    words = "お電話でのご相談"
    paper_doctor = world.member("紙野", "一郎", world.district, signs_in=False)
    on_paper = world.member("紙山", "二郎", world.district, signs_in=False)
    world.credit(on_paper, 20, TODAY, by=clerk)
    handed = world.submit(on_paper, world.district)
    world.approve(handed, world.admin(world.district))
    write_draft(
        by=clerk.user_id,
        kind=PAPER_DRAFT,
        subject=paper_subject(clerk, paper_doctor),
        step="activities",
        at=timezone.now(),
        start={"activities": {"lines": [{"key": "a1", "typed": {"place": ["急患診療所"]}}]}},
        change=lambda answers: None,
    )
    facility, left, merged = (
        register_facility(FacilityFacts(name, "14")) for name in ("前の医院", "残る医院", "消える医院")
    )
    merge_facilities(merged, into=left, by=clerk, at=world.at)
    request, foreign_request = (
        move_work(one, Work(None, "未定の医院", code, ""), on=TODAY, at=world.at).request
        for one, code in ((paper_doctor, "14"), (two_seats, "26"))
    )
    move_work(stranger, Work(facility.pk, "", "", ""), on=TODAY, at=world.at)
    others = [world.member(f"届{number}", "太郎", *seats) for number in "一二"]
    elsewhere = world.member("届三", "太郎", world.other_district)
    filed = file_applications(world, others[0], two_hats, others[1], two_seats, elsewhere, paper_doctor)
    things = {
        "facility": facility.pk,
        "facility_seen": newest_facility_version(facility).pgh_id,
        "left_facility": left.pk,
        "merged_facility": merged.pk,
        "foreign_facility": register_facility(FacilityFacts("京都の医院", "26")).pk,
        "request": request.pk,
        "foreign_request": foreign_request.pk,
        **filed,
        **joinings,
        "fresh_doctor": _on_paper(world, clerk),
        "two_hats_doctor": two_hats.pk,
        "evidence": evidence.token,
        "paper_doctor": paper_doctor.pk,
        "paper_approved": handed.receipt_no,
        "stranger": stranger.pk,
        "delegation": delegation.pk,
        "ended_delegation": ended_delegation.pk,
        "viewing": begin_viewing(own, reason=words, by=clerk, at=timezone.now()).key,
        "viewing_over": begin_viewing(own, reason=words, by=clerk, at=timezone.now() - VIEWING).key,
        "foreign_viewing": begin_viewing(foreign, reason=words, by=other_clerk, at=timezone.now()).key,
        "factor": enrol(people[CLERK]).pk,
        "number": applicant.licences.get(ended_on=None).number,
        "handbook": world.handbook(applicant, clerk).number,
        "returned_handbook": world.returned_handbook(applicant, clerk, world.admin(world.district)).number,
        "foreign_handbook": world.handbook(stranger, other_clerk).number,
        "one": 1,
        "nine": 9,
        "device": begin_device(people[ADMIN], "elsewhere", agent="", address="", at=world.at).pk,
        "loss": report_loss(people[CLERK], "なくした", at=world.at).pk,
        "own_loss": report_loss(people[ADMIN], "なくした", at=world.at).pk,
        "own": own.receipt_no,
        "foreign": foreign.receipt_no,
        "two_hats": hat_case.receipt_no,
        "two_seats": seat_case.receipt_no,
        "approved": approved.receipt_no,
        "seen": world.seen(own),
        "foreign_seen": world.seen(foreign),
        "two_hats_seen": world.seen(hat_case),
        "two_seats_seen": world.seen(seat_case),
        "token": Certificate.objects.get(application=approved).token,
        "credit": CreditLine.objects.filter(doctor=applicant).get().pk,
        "foreign_credit": CreditLine.objects.filter(doctor=stranger).get().pk,
        "message": Message.objects.get(mail="CompletionReceived", about_doctor=applicant).pk,
        "foreign_message": Message.objects.get(mail="CompletionReceived", about_doctor=stranger).pk,
        "undelivered": undelivered.pk,
        "import": waiting.number,
        "done_import": done.number,
        "columns": {name: str(place) for name, place in waiting.mapping.items()},
        "president": President.objects.get(association=world.district).pk,
        "unlinked": unlinked.pk,
        "far": far.pk,
        "scan": world.licence_scan(returned).token,
        **{key: one.receipt_no for key, one in registrations.items()},
        **{f"{key}_seen": world.registration_seen(one) for key, one in registrations.items()},
        "bulk": approve_together(
            [(approved, world.seen(approved))], key="a" * 32, by=world.clerk(world.district), at=world.at
        ).pk,
        "fresh": fresh.receipt_no,
        "activity": Activity.objects.get(code="F101").pk,
        "coming_rule": coming_rule.pk,
        "coming_activity": coming_activity.pk,
        "text": write_texts(world),
        "foreign_president": President.objects.get(association=world.other_district).pk,
        "category": world.district.categories.get(code="A").pk,
        "foreign_category": world.other_district.categories.get(code="A").pk,
        "join_item": (item := _join_item(world.district)).pk,
        "later_join_item": _join_item(world.district, 2).pk,
        "foreign_join_item": _join_item(world.other_district).pk,
        **_joined(world, item),
        "board_day": _board_day(world.district, 30),
        "past_board_day": _board_day(world.district, -1),
        "foreign_board_day": _board_day(world.other_district, 30),
        "clerk": world.clerk(world.district).pk,
        "other_clerk": world.clerk(world.other_district).pk,
        "ended": ended.pk,
        "invitation": invitation.pk,
        "foreign_invitation": foreign_invitation.pk,
        "rekey": rekey.pk,
        "foreign_rekey": foreign_rekey.pk,
    }
    profiles = _profiles(world, applicant, holder, two_hats, stranger)
    fresh = Doctor.objects.get(pk=things["fresh_doctor"])
    profiles["fresh_identity"] = {
        name: value for name, value in _identity(world, fresh, applicant).items() if name != "evidence_0"
    }
    return Cast(clients, things | _moves(world, applicant, holder, two_hats, stranger) | profiles)


def _profiles(world: World, applicant: Doctor, holder: Doctor, two_hats: Doctor, stranger: Doctor) -> dict[str, Any]:
    """会員情報の変更：申請中、よその医師の差し戻し、書きかけ、変えた連絡先。"""
    seen = membership_queries.register_seen(applicant, CONTACT_FACTS)
    change_contact(applicant, {"address": "緑町1-1"}, seen=seen, at=world.at)
    change, returned = submit_change(world, applicant), submit_change(world, stranger)
    step, by = step_at(returned, world.other_district), world.clerk(world.other_district)
    return_step(step, reason=REASON, seen=membership_queries.fingerprint(step), by=by, at=world.at)
    for doctor, subject in ((two_hats, ""), (stranger, returned.receipt_no)):
        answer = _identity(world, doctor)
        write_draft(
            by=doctor.user_id,
            kind=membership_queries.PROFILE_DRAFT,
            subject=subject,
            step="check",
            at=timezone.now(),
            start={
                "identity": {name: [value] for name, value in answer.items() if name != "seen"},
                "seen": answer["seen"],
            },
            change=lambda answers: None,
        )
    return {
        "profile": change.receipt_no,
        "profile_evidence": change.sheet.evidence.token,
        "profile_returned": returned.receipt_no,
        "holder_contact_seen": membership_queries.register_seen(holder, CONTACT_FACTS),
        "holder_identity": _identity(world, holder),
        "stranger_identity": _identity(world, stranger),
    }


def _identity(world: World, doctor: Doctor, sender: Doctor | None = None) -> dict[str, str]:
    """姓が変わる、会員情報の変更の頁。"""
    days = {"birth_on": doctor.birth_on, "registered_on": date(2005, 5, 10)}
    return {
        "family_name": "改姓",
        "given_name": doctor.given_name,
        "family_kana": "カイセイ",
        "given_kana": doctor.given_kana,
        "number": doctor.licences.get(ended_on=None).number,
        "evidence_0": profile_evidence(world, sender or doctor).token,
        "note": "",
        "seen": membership_queries.register_seen(doctor, APPROVED_FACTS),
        "next": "1",
    } | {
        f"{name}_{part}": str(getattr(day, unit))
        for name, day in days.items()
        for part, unit in enumerate(("year", "month", "day"))
    }


def _moves(world: World, applicant: Doctor, holder: Doctor, two_hats: Doctor, stranger: Doctor) -> dict[str, str]:
    """届出：申請中、完了、差し戻し、保留、よその医師のもの、書きかけ。"""
    ahead = timezone.localdate() + timedelta(days=30)
    seats = (world.district, world.prefecture, world.national)
    move = submit(world, applicant, None, TODAY, work="架空申請医院")
    finished = submit(world, applicant, dict.fromkeys(seats[:2], "A") | {world.national: "B"}, ahead)
    approve(world, finished, world.national)
    returned = submit(world, two_hats, dict.fromkeys(seats[:2], "A") | {world.national: "B"}, TODAY)
    foreign = submit(world, stranger, None, TODAY, work="架空異邦医院")
    held_move = submit(world, holder, None, TODAY, work="架空保持医院")
    by, at = world.clerk(world.district), world.at
    step = step_at(returned, world.national)
    national = world.clerk(world.national)
    return_step(step, reason=REASON, seen=membership_queries.fingerprint(step), by=national, at=at)
    step = step_at(held_move, world.district)
    ask_about_step(step, question=REASON, seen=membership_queries.fingerprint(step), by=by, at=at)
    write_draft(
        by=holder.user_id,
        kind=membership_queries.DRAFT,
        subject="joining",
        step="destination",
        at=timezone.now(),
        start={},
        change=lambda answers: None,
    )
    made = {"move": move, "move_finished": finished, "move_returned": returned, "move_held": held_move}
    return {name: one.receipt_no for name, one in (made | {"foreign_move": foreign}).items()}


def _on_paper(world: World, clerk: Staff) -> int:
    """マイページを使っていない医師。その紙の入会申込書を、事務局が写しかけている。"""
    doctor = world.member("紙川", "三郎", world.district, signs_in=False)
    write_draft(
        by=clerk.user_id,
        kind=membership_queries.PAPER_DRAFT,
        subject=membership_queries.paper_subject(clerk, doctor, "joining"),
        step="destination",
        at=timezone.now(),
        start={},
        change=lambda answers: None,
    )
    return doctor.pk


def _join_item(association: Association, position: int = 1) -> JoinItem:
    return JoinItem.objects.create(
        association=association, kind=ItemKind.FILE, label="履歴書", is_required=False, position=position
    )


def _joined(world: World, item: JoinItem) -> dict[str, str]:
    """履歴書を添えた、みどり市と神奈川県への入会の申請。"""
    doctor = world.member("入田", "添子")
    held = attachment(world, doctor)
    asked = replace(asking({world.district: "A", world.prefecture: "A"}, TODAY), answers=(answer_to(item, file=held),))
    application = submit_application(doctor, asked, at=world.at)
    return {"joined": application.receipt_no, "attachment": held.token}


def _board_day(association: Association, days_ahead: int) -> int:
    return BoardDay.objects.create(
        association=association, held_on=timezone.localdate() + timedelta(days=days_ahead)
    ).pk


def file_applications(
    world: World, applicant: Doctor, two_hats: Doctor, holder: Doctor, *others: Doctor
) -> dict[str, Any]:
    """届出：待っているもの、自分のもの、期限の過ぎたもの、尋ねたもの、よそのもの、紙のもの。"""
    two_seats, stranger, paper_doctor = others
    whole = {world.district: "B", world.prefecture: "B", world.national: "A"}
    clerk = world.clerk(world.district)
    made = {
        "filed": submit(world, applicant, whole, TODAY),
        "two_hats_filed": submit(world, two_hats, whole, TODAY),
        "foreign_filed": submit(world, stranger, {world.other_district: "B"}, TODAY),
        "asked_filed": submit(world, two_seats, {world.district: "B", world.other_district: "A"}, TODAY),
    }
    step = step_at(made["asked_filed"], world.district)
    ask_about_step(step, question=REASON, seen=step_fingerprint(step), by=clerk, at=world.at)
    early = replace(world, at=timezone.now() - timedelta(days=50))
    made["late_filed"] = submit(early, holder, whole, TODAY)
    scan = held(clerk.user_id, "membership.paper", world.at)
    leaving_request = Request(after={}, effective_on=TODAY)
    printouts = {
        key: print_form(paper_doctor, kind, {}, by=clerk, at=timezone.now()).number
        for key, kind in (
            ("answered_printout", Procedure.LEAVE),
            ("printout", Procedure.JOIN),
            ("put_away_printout", Procedure.TRANSFER),
        )
    }
    made["paper_filed"] = enter_application(
        paper_doctor, leaving_request, Paper(TODAY, scan.pk), by=clerk, printed=Procedure.LEAVE, at=world.at
    )
    returning = world.member("紙谷", "四郎", world.district, signs_in=False)
    made["returned_filed"] = enter_application(returning, leaving_request, Paper(TODAY), by=clerk, at=world.at)
    step = step_at(made["returned_filed"], world.district)
    return_step(step, reason=REASON, seen=step_fingerprint(step), by=clerk, at=world.at)
    seen = {}
    for key, one in made.items():
        association = world.other_district if key == "foreign_filed" else world.district
        seen[f"{key}_seen"] = step_fingerprint(step_at(one, association))
    batch = _batch(world, world.member("束川", "五郎", world.district, signs_in=False))
    found = printouts | {"paper_scan": scan.token, "batch": batch.pk, "category_b": batch.changes.get().category_id}
    return {key: one.receipt_no for key, one in made.items()} | seen | found


def _batch(world: World, doctor: Doctor) -> Batch:
    """まとめて変えた記録。"""
    was, now = (world.district.categories.get(code=letter) for letter in "AB")
    change = CategoryChange({was.pk: now.pk}, TODAY, "trained", "名簿", TODAY)
    return change_together([(doctor, "0" * 32)], change, key="a" * 32, by=world.clerk(world.district), at=world.at)


def _approved_today(world: World, doctor: Doctor) -> CompletionApplication:
    """今日承認された申請。"""
    now = timezone.now()
    world.credit(doctor, 20, TODAY, by=world.clerk(world.district))
    application = world.submit(doctor, world.district, at=now)
    approve_completion(application, seen=world.seen(application), by=world.admin(world.district), at=now)
    return application


def requirement(code: str) -> dict[str, Any]:
    """研修の要件の新しい版。規則、活動、終わりの日のどれにもなる。"""
    day = timezone.localdate() + timedelta(days=60)
    units = dict.fromkeys(("min_total_half_units", "min_knowledge_half_units", "min_field_half_units"), "10")
    months = {"window_months": "36", "validity_months": "36"}
    written = {"code": code, "category": "その他", "name": "活動", "half_units": "1", "confirmed": "1"}
    days = {"from_on_0": day.year, "from_on_1": day.month, "from_on_2": day.day}
    return units | months | written | days


def write_texts(world: World) -> int:
    """みどり市医師会の文例を二つ。前のものの番号を返す。"""
    clerk = world.clerk(world.district)
    first, _ = (write_text(title, REASON, by=clerk, at=world.at) for title in ("日付", "場所"))
    return first.pk


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
