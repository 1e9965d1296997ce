"""フォームの表。だれが、どの頁で、どの欄に書き、書かれたものはどこに残るか。"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from fido2.utils import websafe_encode

from mamis.accounts.models import AddressChange, FactorLoss, Statement, User
from mamis.accounts.operations import report_loss
from mamis.accounts.operations.reset_links import reset_key
from mamis.accounts.sealing import unseal
from mamis.associations.models import Association, Category, Invitation, JoinItem, Platform, President, Rekey, Staff
from mamis.associations.operations import invitation_key, invite
from mamis.associations.rules import Procedure, Role
from mamis.doctors.models import (
    Delegation,
    Doctor,
    Facility,
    Registration,
    RegistrationHistory,
    RegistrationLetter,
    RegistrationLink,
)
from mamis.doctors.operations import FacilityFacts, code_of, invite_delegate, make_letter, register_facility
from mamis.doctors.operations.delegates import delegate_key
from mamis.doctors.operations.links import give_key
from mamis.doctors.rules import Relation
from mamis.files.models import StoredFile
from mamis.files.operations import receive
from mamis.members.models import Import
from mamis.membership import queries as membership_queries
from mamis.membership.forms.profile import FACTS
from mamis.membership.models import Application, Batch, Joining, OfficeNote, Sheet, Step, StepHistory
from mamis.membership.operations import ask_about_step, joining_key, print_form, proof_of
from mamis.membership.queries import fingerprint as step_fingerprint
from mamis.membership.rules import APPROVED_FACTS, CONTACT_FACTS
from mamis.training.models import (
    Activity,
    CompletionApplication,
    CompletionHistory,
    CreditLine,
    HandbookEntry,
    HandbookHistory,
    HandbookLine,
    ProgrammeRule,
    ReturnText,
    Viewing,
)
from mamis.training.operations import write_text
from mamis.wizard.models import Draft
from tests.accounts.authenticator import Passkey, code_at, enrol, user_handle
from tests.files.samples import jpeg, upload
from tests.members.files import checked, csv_of, member
from tests.membership.acts import approve, evidence, step_at, submit
from tests.membership.joining import BIRTH, ask, joining_of, row
from tests.project.fields import (
    ALL,
    ANYTHING,
    ATTACHED,
    BLANK,
    HOSTILE,
    NAME,
    SEEN,
    Field,
    address,
    chosen,
    day,
    mail_address,
    narrow,
    page_address,
    secret,
    shown,
    telephone,
    text,
)
from tests.project.reader import Page
from tests.world import PASSWORD, World

# 画面


@dataclass(frozen=True)
class Stage:
    """画面と、そこにいる人々。"""

    world: World
    doctor: Doctor
    applicant: Doctor
    mover: Doctor
    held: Application
    finished: Application
    application: CompletionApplication
    approved: CompletionApplication
    credit: CreditLine
    handbook: HandbookEntry
    president: President
    invitation: Invitation
    scan: StoredFile
    today: date
    registration_key: str
    registration: Registration
    letter: RegistrationLetter
    filed: Application
    asked: Application
    overdue: Application
    joining: Joining
    join_item: JoinItem
    signed_in: dict[str, Client] = field(default_factory=dict)

    def client(self, person: str) -> Client:
        """その人の画面。"""
        if person == "visitor":
            client = Client(raise_request_exception=False)
            self.doctor.user.refresh_from_db()
            client.cookies["reset-key"] = reset_key(self.doctor.user, timezone.now())
            client.cookies["invitation-key"] = invitation_key(self.invitation)
            client.cookies["delegation-key"] = delegate_key(Delegation.objects.earliest("pk"))
            client.cookies["joining-key"] = joining_key(self.joining)
            client.cookies["joining-proof"] = proof_of(self.joining)
            return client
        if person == "registrant":
            client = Client(raise_request_exception=False)
            client.cookies["registration-key"] = self.registration_key
            return client
        client = Client(raise_request_exception=False)
        client.cookies.load({name: one.value for name, one in self.signed_in[person].cookies.items()})
        return client

    def sign_in_all(self) -> None:
        """みなが先にログインしておく。なかったことにする試みの中で、セッションが消えないように。"""
        for person in ("doctor", "mover", "admin", "clerk", "national", "prefecture", "waiting"):
            self.signed_in[person] = self.world.browser(self.user(person))
        halfway = self.world.appoint(self.world.district, Role.CLERK, "途中 花子").user
        enrol(halfway)
        self.signed_in["halfway"] = Client()
        self.signed_in["halfway"].post("/sign-in/", {"sign_in_name": halfway.email, "password": PASSWORD})
        report_loss(self.user("clerk"), "なくした", at=timezone.now())

    @property
    def loss(self) -> int:
        """みどり市の一般の人の、二要素をなくした申し出。"""
        return FactorLoss.objects.get(user=self.user("clerk")).pk

    def user(self, person: str) -> User:
        district, national = self.world.district, self.world.national
        return {
            "doctor": self.doctor.user,
            "mover": self.mover.user,
            "admin": self.world.admin(district).user,
            "clerk": self.world.clerk(district).user,
            "national": self.world.admin(national).user,
            "prefecture": self.world.admin(self.world.prefecture).user,
            "waiting": self.registration.user,
        }[person]


@dataclass(frozen=True)
class Box:
    """一つのフォーム：どのクラスか、だれが、どの頁で、何を送るか、書かれたものはどこにあるか。"""

    form: str
    person: str
    url: Callable[[Stage], str]
    fields: Mapping[str, Field]
    valid: Callable[[Stage], dict[str, str]] = lambda stage: {}
    page: Callable[[Stage], str] | None = None
    stored: Callable[[Stage], dict[str, Any]] | None = None
    method: str = "POST"
    files: Mapping[str, bytes] = field(default_factory=dict)  # 添えるファイル
    grows: bool = False  # 医師会の数だけ欄ができる型。決まった欄はない
    is_draft: bool = False  # 打たれたままに残すので、長すぎる空白も断る

    def __str__(self) -> str:
        return f"{self.form}-{self.method.lower()}"


def at(name: str, *arguments: str) -> Callable[[Stage], str]:
    return lambda stage: reverse(name, args=[getattr(stage, one[1:]) if one[0] == "$" else one for one in arguments])


def case(name: str) -> Callable[[Stage], str]:
    return lambda stage: reverse(name, args=["14-021", stage.application.receipt_no])


def filed(name: str, which: str = "filed") -> Callable[[Stage], str]:
    return lambda stage: reverse(name, args=["14-021", getattr(stage, which).receipt_no])


def takeover(stage: Stage) -> str:
    return reverse("office_application_takeover", args=["14", stage.overdue.receipt_no, 1])


def step_comment(name: str) -> Callable[[Stage], dict[str, Any]]:
    """段の経過に残った文。"""
    return lambda stage: {name: StepHistory.objects.exclude(comment="").latest("pk").comment}


# 差し戻すときに指せる項目。
REMARKED = ("effective_on", "seat_14-021", "work", "duty", "note")


def last_remarks() -> dict[str, str]:
    """いちばん新しい差し戻しの、項目ごとの指摘。"""
    said = StepHistory.objects.filter(event="return").latest("pk").remarked
    return {f"remark_{one.item}": one.text for one in said}


def line_of(stage: Stage) -> str:
    """まとめて決める一行：受付番号と、見た画面の印。"""
    return f"{stage.filed.receipt_no} {step_fingerprint(step_at(stage.filed, stage.world.district))}"


def entry(kind: str) -> Callable[[Stage], str]:
    return lambda stage: reverse("office_application_entry", args=["14-021", stage.doctor.pk, kind])


def entered_facts(stage: Stage) -> dict[str, str]:
    """代行入力された会員情報。変わらないものは、いまの登録のまま。"""
    held = membership_queries.facts_of(Doctor.objects.get(pk=stage.doctor.pk), APPROVED_FACTS)
    return held | Sheet.objects.latest("pk").facts_after


def entered_days(stage: Stage) -> dict[str, str]:
    return (
        {"note": "よろしくお願いします。", "confirmed": "1"}
        | days("effective_on", stage.today)
        | days("paper_on", stage.today)
    )


def category_of(stage: Stage, code: str, letter: str = "B") -> str:
    return str(Association.objects.get(code=code).categories.get(code=letter).pk)


def last_batch(stage: Stage) -> dict[str, Any]:
    batch = Batch.objects.latest("pk")
    return columns(batch, "cause", "ground", "paper_on") | {"effective_on": batch.day}


def last_sheet(stage: Stage) -> dict[str, Any]:
    sheet = Sheet.objects.latest("pk")
    return columns(sheet, "effective_on", "paper_on") | {
        "note": sheet.note.partition("\n")[2] if "根拠" in sheet.note else sheet.note
    }


def last_ground(stage: Stage) -> dict[str, Any]:
    return {"ground": Sheet.objects.latest("pk").note.partition("\n")[0].removeprefix("根拠：")}


def decided(stage: Stage) -> dict[str, Any]:
    """決まった段の、承認日。"""
    comment = StepHistory.objects.filter(event="approve").latest("pk").comment
    board_on = Step.objects.exclude(board_on=None).latest("decided_at").board_on
    return {"board_on": board_on, "category": "", "words": "", "duty": "", "comment": comment}


def registered(name: str) -> Callable[[Stage], str]:
    return lambda stage: reverse(name, args=["14-021", stage.registration.receipt_no])


def days(name: str, on: date) -> dict[str, str]:
    return {f"{name}_0": str(on.year), f"{name}_1": str(on.month), f"{name}_2": str(on.day)}


def columns(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def draft(stage: Stage) -> dict[str, Any]:
    """医師の下書きに残ったもの。"""
    return draft_of(stage.doctor.user)


def draft_of(user: User) -> dict[str, Any]:
    """下書きに残ったもの。"""
    answers = Draft.objects.get(owner=user).answers
    pages = [*(page for page in answers.values() if "lines" not in page)]
    pages += [line["typed"] for line in answers.get("activities", {}).get("lines", [])]
    return {name.partition("_0")[0]: values[0] for page in pages for name, values in page.items()}


def step_of(subject: str, name: str) -> Callable[[Stage], str]:
    return lambda stage: reverse("application_step", args=[subject, name])


def move_draft(subject: str, name: str) -> Callable[[Stage], dict[str, Any]]:
    """届出の下書きの、その段階に残ったもの。"""
    return lambda stage: {
        "effective_on" if key == "effective_on_0" else key: values[0]
        for key, values in Draft.objects.get(owner=stage.mover.user, subject=subject).answers[name].items()
    }


def last_credit(stage: Stage) -> dict[str, Any]:
    line = CreditLine.objects.latest("pk")
    number = line.doctor.licences.get(ended_on=None).number
    return columns(line, "kind", "title", "earned_on", "ground") | {
        "number": number,
        "units": line.half_units,
        "codes": list(line.codes),
    }


def handbook(stage: Stage) -> dict[str, str]:
    """書き写した手帳の一行。写しは、前に預かったもの。"""
    typed = {name: value for name, value in credit(stage).items() if name not in {"ground", "confirmed"}}
    return typed | {"scan_0": stage.handbook.scans.get().file.token}


def last_handbook_line(stage: Stage) -> dict[str, Any]:
    line = HandbookLine.objects.latest("pk")
    return columns(line, "kind", "title", "earned_on") | {"units": line.half_units, "codes": list(line.codes)}


def last_comment(stage: Stage) -> dict[str, Any]:
    return {"reason": CompletionHistory.objects.latest("pk").comment}


def link_answers(page: str) -> Callable[[Stage], dict[str, Any]]:
    """登録のリンクに残ったもの。"""
    return lambda stage: {
        name.partition("_0")[0]: values[0]
        for name, values in RegistrationLink.objects.get(registration=None, letter=None).answers[page].items()
    }


def checked_import(stage: Stage) -> int:
    """確かめ終えた取り込み。"""
    return checked(csv_of(member(500001)), stage.world.admin(stage.world.district)).number


def new_facility() -> dict[str, Any]:
    """足された施設。"""
    made = Facility.objects.latest("pk")
    names = (one.name for one in Facility._meta.concrete_fields)
    return columns(made, *names) | {"prefecture": made.prefecture_id}


# 選ばれたファイルは、文字では送れない。文字は読まれない。
# いくつでも選べる欄。一覧にないものは、空であっても断る。
PICKED = Field({}, {"bad": "0 OR 1=1"}, tries=("empty", "spaces", "too long", "nul", "surrogate", "header", "script"))
CHOSEN_FILE = Field(is_free=True, tries=("empty", "script", "nul"))
TICK = replace(chosen(required=False), is_free=True)
DISTRICT = lambda stage: Association.objects.get(code="14-021")  # noqa: E731
ADDRESSES = {"inquiry_address": "uke@midori.example", "member_address": "", "homepage": "https://midori.example/"}
PROFILE = {"postcode": "220-0011", "address": "みどり市緑町1-1", "telephone": "045-000-0120", "hours": "平日"}
PRACTICE = {"confirmation_days": "10", "decision_days": "30", "automatic_kinds": "category", "join_note": "履歴書"}
CATEGORY = {"code": "Z", "label": "Z 会員", "duties": "resident"}
CATEGORY_FIELDS = {
    "seen": SEEN,
    "code": replace(
        text(16), keeps={name: kept for name, kept in text(16).keeps.items() if name not in {"header", "script"}}
    ),
    "label": text(60),
    "is_selectable": Field(is_free=True),
    "is_voting": Field(is_free=True),
    "is_insured": Field(is_free=True),
    "duties": chosen(),
    "from_on": day(required=False),
    "until_on": day(required=False),
}
JOIN_ITEM = {"label": "専門", "explanation": "主なもの", "choices": "内科\n外科", "is_used": "on"}
JOIN_ITEM_FIELDS = {
    "seen": SEEN,
    "label": text(60),
    "explanation": text(200, required=False),
    "choices": Field({"header": ["山田", "Bcc: all@office.example"]}),
    "is_required": Field(is_free=True),
    "is_used": Field(is_free=True),
}
CATEGORY_KEPT = ("code", "label", "duties", "from_on", "until_on")
PLATFORM = {
    "operator_name": "MAMIS運営事務局",
    "operator_telephone": "0120-110-030",
    "operator_hours": "平日 9時から",
    "member_office_name": "会員情報室",
    "video_url": "https://video.example/",
    "doctors_site_url": "",
    "offices_site_url": "",
}
ENTERED = {
    "effective_on": day(),
    "paper_on": day(),
    "scan": ATTACHED,
    "note": text(1000, required=False, lines=True),
}
# さくら市医師会が入会のときに尋ねることの番号の、初めの字。
QUESTIONS = "77700"
IDENTITY = {
    "family_name": text(60),
    "given_name": text(60),
    "family_kana": narrow(required=True, good=("にった", "ニッタ"), bad="nitta"),
    "given_kana": narrow(required=True, good=("ﾋｶﾙ", "ヒカル"), bad="hikaru"),
    "birth_on": day(),
    "sex": chosen(required=False),
    "number": narrow(required=True, good=("第１２３４５６号", "123456"), bad="1234567"),
    "registered_on": day(),
    "evidence": ATTACHED,
}
NEW_PASSWORD = "kumori-nochi-ame-ashita"
REGISTRATION = {
    "licence": {
        "number": "777001",
        "family_name": "新田",
        "given_name": "光",
        "family_kana": "ニッタ",
        "given_kana": "ヒカル",
    }
    | days("registered_on", date(2012, 5, 1))
    | days("birth_on", date(1986, 3, 9)),
    "workplace": {"work_prefecture": "14", "facility_name": "みどり中央病院", "home_prefecture": "14"},
}
ACTIVITY = "/mypage/training/completion/application/activities/a1/"


def credit(stage: Stage) -> dict[str, str]:
    return {
        "number": stage.applicant.licences.get(ended_on=None).number,
        "kind": "knowledge",
        "title": "みどり市医師会 学術講演会",
        "units": "1.5",
        "codes": "1, 15",
        "ground": "受講者名簿",
        "confirmed": "1",
    } | days("earned_on", stage.today - timedelta(days=3))


def passkey_answer(stage: Stage) -> dict[str, str]:
    """一般の人の端末の、登録の途中のパスキーの答え。"""
    challenge = stage.signed_in["clerk"].session["mfa.webauthn.state"]["challenge"]
    handle = websafe_encode(user_handle(stage.user("clerk")))
    options = {"publicKey": {"challenge": challenge, "user": {"id": handle}}}
    return {"credential": json.dumps(Passkey().registered(options))}


def app_code(stage: Stage) -> dict[str, str]:
    """登録の途中の管理者のアプリに出ているコード。"""
    return {"code": code_at(timezone.now(), unseal(stage.signed_in["admin"].session["app_secret"]))}


def activity(stage: Stage) -> dict[str, str]:
    on = stage.today - timedelta(days=30)
    return {"activity": first_activity(), "place": "急患診療所", "times": "2", "note": "内科", "next": "1"} | days(
        "from_on", on
    )


def first_activity() -> str:
    return Activity.objects.order_by("code")[0].code


RULE = {
    "min_total_half_units": "10",
    "min_knowledge_half_units": "1",
    "min_field_half_units": "1",
    "window_months": "36",
    "validity_months": "36",
    "confirmed": "1",
}

BOXES = (
    Box(
        "SignIn",
        "visitor",
        at("account_login"),
        {
            "sign_in_name": Field(also=NAME, together=tuple(set(ALL) - {*BLANK, "too long", "many digits", "nul"})),
            "password": secret(*(set(ALL) - {"empty", "nul"})),
        },
        lambda stage: {"sign_in_name": stage.doctor.user.email, "password": PASSWORD},
    ),
    Box(
        "AskForReset",
        "visitor",
        at("account_reset_password"),
        {
            "sign_in_name": Field(
                dict.fromkeys(set(ALL) - {*BLANK, "too long", "many digits", "nul"}, ANYTHING), also=NAME
            )
        },
        lambda stage: {"sign_in_name": stage.doctor.user.email},
    ),
    Box(
        "NewPassword",
        "visitor",
        at("account_reset_password_new"),
        {"new_password": secret(told_at=("new_password", "again")), "again": secret()},
        lambda stage: {"new_password": NEW_PASSWORD, "again": NEW_PASSWORD},
    ),
    Box(
        "ChangePassword",
        "doctor",
        at("account_change_password"),
        {"password": secret(), "new_password": secret(told_at=("new_password", "again")), "again": secret()},
        lambda stage: {"password": PASSWORD, "new_password": NEW_PASSWORD, "again": NEW_PASSWORD},
    ),
    Box(
        "AskForRegistration",
        "visitor",
        at("registration"),
        {"mail_address": mail_address()},
        lambda stage: {"mail_address": "nitta@hana.example"},
        stored=lambda stage: columns(RegistrationLink.objects.latest("pk"), "mail_address"),
    ),
    Box(
        "LicenceForm",
        "registrant",
        at("registration_step", "licence"),
        {
            "number": narrow(required=True, good=("第１２３４５６号", "123456"), bad="1234567"),
            "registered_on": day(),
            "family_name": text(60),
            "given_name": text(60),
            "family_kana": narrow(required=True, good=("にった", "ニッタ"), bad="nitta"),
            "given_kana": narrow(required=True, good=("ﾋｶﾙ", "ヒカル"), bad="hikaru"),
            "birth_on": day(),
        },
        lambda stage: REGISTRATION["licence"] | {"next": "1"},
        stored=link_answers("licence"),
        is_draft=True,
    ),
    Box(
        "WorkForm",
        "registrant",
        at("registration_step", "workplace"),
        {"work_prefecture": chosen(), "facility_name": text(120), "home_prefecture": chosen(required=False)},
        lambda stage: REGISTRATION["workplace"] | {"next": "1"},
        stored=link_answers("workplace"),
        is_draft=True,
    ),
    Box(
        "RegistrationPassword",
        "registrant",
        at("registration_step", "check"),
        {"new_password": secret(told_at=("new_password", "again")), "again": secret()},
        lambda stage: {"new_password": NEW_PASSWORD, "again": NEW_PASSWORD, "next": "1"},
    ),
    *(
        Box(
            "ChangeAddress",
            "doctor",
            at(name),
            {
                "new_address": narrow(
                    required=True, good=("ｙａｍａｄａ＠ｈａｎａ．ｅｘａｍｐｌｅ", "yamada@hana.example"), bad="yamada@"
                ),
                "password": secret(),
            },
            lambda stage: {"new_address": "atarashii@hana.example", "password": PASSWORD},
            stored=lambda stage: columns(AddressChange.objects.latest("pk"), "new_address"),
        )
        for name in ("address_change", "mypage_contact_address")
    ),
    Box(
        "ConfirmPassword",
        "doctor",
        at("login_confirm"),
        {"password": secret()},
        lambda stage: {"password": PASSWORD},
    ),
    Box(
        "SecondStep",
        "halfway",
        at("mfa_authenticate"),
        {"code": narrow(required=True, bad="12345")},
        lambda stage: {"code": code_at(timezone.now())},
    ),
    Box(
        "LossReport",
        "halfway",
        at("second_step_loss"),
        {"reason": text(400, lines=True)},
        lambda stage: {"reason": "スマートフォンを落としました。"},
        stored=lambda stage: columns(FactorLoss.objects.latest("pk"), "reason"),
    ),
    Box(
        "ReleaseForm",
        "admin",
        lambda stage: reverse("office_factor_loss", args=["14-021", stage.loss]),
        {"how": text(400, lines=True)},
        lambda stage: {"how": "登録の電話番号へかけ直しました。"},
        stored=lambda stage: columns(FactorLoss.objects.get(pk=stage.loss), "how"),
    ),
    Box(
        "PasskeyAnswer",
        "clerk",
        at("passkey_new"),
        {"credential": Field(together=tuple(ALL))},
        passkey_answer,
    ),
    Box("AppCode", "admin", at("factor_app"), {"code": narrow(required=True, bad="1234567")}, app_code),
    Box(
        "LicenceScanForm",
        "waiting",
        at("registration_status"),
        {"licence": Field(tries=())},  # 怪しいファイルは tests/files
        lambda stage: {"licence_0": stage.world.licence_scan(stage.registration).token},
    ),
    Box(
        "LetterForm",
        "visitor",
        at("registration_letter"),
        {
            "code": Field(dict.fromkeys((), ""), {"bad": "0000-0000-0000"}),
            "birth_on": day(),
            "mail_address": mail_address(),
        },
        lambda stage: (
            {"code": code_of(stage.letter.seed), "mail_address": "mado@hana.example"}
            | days("birth_on", stage.letter.doctor.birth_on)
        ),
        stored=lambda stage: columns(RegistrationLink.objects.latest("pk"), "mail_address"),
    ),
    Box("BirthForm", "visitor", at("joining"), {"birth_on": day()}, lambda stage: BIRTH),
    Box(
        "DecliningForm",
        "visitor",
        at("joining_declining"),
        {"note": text(500, lines=True)},
        lambda stage: {"note": "入会日が違います。"},
        stored=lambda stage: columns(joining_of(), "note"),
    ),
    Box(
        "JoiningConditions",
        "clerk",
        at("office_joinings", "14-021"),
        {"q": text(100, required=False), "state": chosen(required=False), "list": chosen(required=False)},
        method="GET",
    ),
    Box(
        "AddressForm",
        "clerk",
        lambda stage: reverse("office_joining_address", args=["14-021", stage.joining.pk]),
        {"mail_address": mail_address()},
        lambda stage: {"mail_address": "right@hospital.example"},
        page=lambda stage: reverse("office_joining", args=["14-021", stage.joining.pk]),
        stored=lambda stage: columns(joining_of(), "mail_address"),
    ),
    Box(
        "FacilityConditions",
        "clerk",
        at("office_facilities", "14-021"),
        {
            "q": text(100, required=False),
            "prefecture": chosen(required=False),
            "kind": chosen(required=False),
            "state": chosen(required=False),
        },
        method="GET",
    ),
    Box(
        "FacilityForm",
        "clerk",
        at("office_facility_new", "14-021"),
        {
            "seen": SEEN,
            "name": text(120),
            "kana": narrow(good=("ﾐﾄﾞﾘいいん", "ミドリイイン"), bad="緑医院"),
            "kind": chosen(),
            "code": narrow(good=("１４１００１２３４５", "1410012345"), bad="141001234"),
            "prefecture": chosen(),
            "address": text(200, required=False),
            "telephone": telephone(),
            "opener_name": text(120, required=False),
            "manager_name": text(120, required=False),
            "opened_on": day(required=False),
            "suspended_on": day(required=False),
            "closed_on": day(required=False),
        },
        lambda stage: {"name": "みどり医院", "kind": "clinic", "prefecture": "14", "confirmed": "1"},
        stored=lambda stage: new_facility(),
    ),
    Box(
        "FacilitySearch",
        "clerk",
        lambda stage: reverse("office_facility_merge", args=["14-021", Facility.objects.earliest("pk").pk]),
        {"q": text(100, required=False)},
        method="GET",
    ),
    Box(
        "RequestSearch",
        "clerk",
        at("office_facility_requests", "14-021"),
        {"q": text(100, required=False)},
        method="GET",
    ),
    Box("LetterSearch", "clerk", at("office_letters", "14-021"), {"q": text(100, required=False)}, method="GET"),
    Box(
        "DelegateInvitation",
        "doctor",
        at("mypage_delegates"),
        {
            "name": text(100),
            "relation": chosen(),
            "mail_address": narrow(
                required=True, good=("ｈｉｓｈｏ＠ｈａｎａ．ｅｘａｍｐｌｅ", "hisho@hana.example"), bad="hisho@"
            ),
            "last_on": day(),
            "may_submit": Field(is_free=True),
        },
        lambda stage: (
            {"name": "秘書 文子", "relation": "family", "mail_address": "hisho@hana.example"}
            | days("last_on", stage.today + timedelta(days=30))
        ),
        stored=lambda stage: columns(Delegation.objects.latest("pk"), "name", "mail_address", "last_on"),
    ),
    Box(
        "DelegationTerms",
        "doctor",
        lambda stage: reverse("mypage_delegate_renewal", args=[Delegation.objects.get().pk]),
        {"last_on": day(), "may_submit": Field(is_free=True)},
        lambda stage: days("last_on", stage.today + timedelta(days=30)),
        stored=lambda stage: columns(Delegation.objects.get(), "last_on"),
    ),
    Box(
        "NewDelegate",
        "visitor",
        at("delegation_acceptance"),
        {"name": text(100), "new_password": secret(told_at=("new_password", "again")), "again": secret()},
        lambda stage: {"name": "秘書 文子", "new_password": NEW_PASSWORD, "again": NEW_PASSWORD},
        stored=lambda stage: columns(User.objects.latest("pk"), "name"),
    ),
    Box(
        "RegistrationConditions",
        "clerk",
        at("office_registrations", "14-021"),
        {"q": text(100, required=False), "state": chosen(required=False)},
        method="GET",
    ),
    Box(
        "AcceptanceForm",
        "clerk",
        registered("office_registration_acceptance"),
        {"ground": text(200)},
        lambda stage: {"ground": "医師免許証の写し"},
        page=registered("office_registration"),
        stored=lambda stage: {"ground": RegistrationHistory.objects.latest("pk").comment},
    ),
    Box(
        "RegistrationReturnForm",
        "clerk",
        registered("office_registration_return"),
        {"reason": text(2000, lines=True)},
        lambda stage: {"reason": "生年月日をご確認ください。"},
        page=registered("office_registration"),
        stored=lambda stage: {"reason": RegistrationHistory.objects.latest("pk").comment},
    ),
    Box(
        "RejectionForm",
        "clerk",
        registered("office_registration_rejection"),
        {"reason": text(2000, lines=True)},
        lambda stage: {"reason": "二重の登録です。"},
        page=registered("office_registration"),
        stored=lambda stage: {"reason": RegistrationHistory.objects.latest("pk").comment},
    ),
    Box(
        "AddressesForm",
        "admin",
        at("office_association", "14-021"),
        {"seen": SEEN, "inquiry_address": address(), "member_address": address(), "homepage": page_address(100)},
        lambda stage: ADDRESSES,
        stored=lambda stage: columns(DISTRICT(stage), *ADDRESSES),
    ),
    Box(
        "ProfileForm",
        "admin",
        at("office_profile", "14-021"),
        {
            "seen": SEEN,
            "postcode": narrow(good=("〒２２０－００１１", "220-0011"), bad="220-00111"),
            "address": text(200, required=False),
            "telephone": telephone(),
            "hours": text(100, required=False),
        },
        lambda stage: PROFILE,
        stored=lambda stage: columns(DISTRICT(stage), *PROFILE),
    ),
    Box(
        "PresidentForm",
        "admin",
        at("office_presidents", "14-021"),
        {"name": text(100), "from_on": day()},
        lambda stage: {"name": "架空 次郎"} | days("from_on", stage.today),
        stored=lambda stage: columns(President.objects.latest("pk"), "name", "from_on"),
    ),
    Box(
        "PresidentForm",
        "admin",
        lambda stage: reverse("office_president", args=["14-021", stage.president.pk]),
        {"name": text(100), "from_on": day()},
        lambda stage: {"name": "架空 次郎"} | days("from_on", stage.today),
        stored=lambda stage: columns(President.objects.get(pk=stage.president.pk), "name", "from_on"),
    ),
    Box(
        "PracticeForm",
        "admin",
        at("office_practice", "14-021"),
        {
            "seen": SEEN,
            "allows_partial": Field(is_free=True),
            "confirmation_days": narrow(required=True, good=("２１", 21), bad="61"),
            "decision_days": narrow(required=True, good=("１８０", 180), bad="0"),
            "automatic_kinds": chosen(),
            "join_note": text(1000, required=False, lines=True),
        },
        lambda stage: PRACTICE,
        stored=lambda stage: columns(DISTRICT(stage), *PRACTICE),
    ),
    Box(
        "CategoryForm",
        "national",
        at("office_category_new", "00"),
        CATEGORY_FIELDS,
        lambda stage: CATEGORY | days("from_on", stage.today) | days("until_on", stage.today + timedelta(days=400)),
        stored=lambda stage: columns(Category.objects.latest("pk"), *CATEGORY_KEPT),
    ),
    Box(
        "CategoryForm",
        "national",
        lambda stage: reverse("office_category", args=["00", stage.world.national.categories.get(code="B").pk]),
        CATEGORY_FIELDS,
        lambda stage: CATEGORY | days("from_on", stage.today) | days("until_on", stage.today + timedelta(days=400)),
        stored=lambda stage: columns(
            Category.objects.get(association=stage.world.national, position=2), *CATEGORY_KEPT
        ),
    ),
    Box(
        "JoinItemForm",
        "admin",
        at("office_join_item_new", "14-021"),
        JOIN_ITEM_FIELDS | {"kind": chosen()},
        lambda stage: JOIN_ITEM | {"kind": "choice"},
        stored=lambda stage: columns(stage.world.district.join_items.latest("pk"), *JOIN_ITEM, "kind"),
    ),
    Box(
        "JoinItemForm",
        "admin",
        lambda stage: reverse("office_join_item", args=["14-021", stage.join_item.pk]),
        JOIN_ITEM_FIELDS,
        lambda stage: JOIN_ITEM,
        stored=lambda stage: columns(JoinItem.objects.get(pk=stage.join_item.pk), *JOIN_ITEM),
    ),
    Box(
        "BoardDaysForm",
        "admin",
        at("office_board_days", "14-021"),
        {"days": narrow(required=True, bad="2027年2月30日")},
        lambda stage: {"days": f"{stage.today + timedelta(days=30)}"},
    ),
    Box(
        "InvitationForm",
        "admin",
        at("office_invitation_new", "14-021"),
        {"address": address(required=True), "role": chosen()},
        lambda stage: {"address": "shinjin@midori.example", "role": "clerk"},
        stored=lambda stage: columns(Invitation.objects.latest("pk"), "address", "role"),
    ),
    Box(
        "RekeyForm",
        "prefecture",
        at("office_rekey_new", "14", "14-021"),
        {"address": address(required=True), "reason": text(1000, lines=True)},
        lambda stage: {"address": "shinjin@midori.example", "reason": "会長から電話があり、折り返して確かめた。"},
        stored=lambda stage: columns(Rekey.objects.latest("pk"), "address", "reason"),
    ),
    Box(
        "RoleForm",
        "admin",
        lambda stage: reverse("office_staff_member", args=["14-021", stage.world.clerk(stage.world.district).pk]),
        {"role": chosen()},
        lambda stage: {"role": "viewer"},
    ),
    Box(
        "JoinForm",
        "visitor",
        at("invitation"),
        {"name": text(100), "new_password": secret(told_at=("new_password", "again")), "again": secret()},
        lambda stage: {"name": "新田 新", "new_password": NEW_PASSWORD, "again": NEW_PASSWORD},
        stored=lambda stage: {"name": Staff.objects.latest("pk").user.name},
    ),
    Box(
        "PlatformForm",
        "national",
        at("office_platform", "00"),
        {
            "seen": SEEN,
            "address_deadline_on": day(required=False),
            "completion_mail_from_on": day(required=False),
            "operator_name": text(100),
            "operator_telephone": telephone(),
            "operator_hours": text(100, required=False),
            "member_office_name": text(100),
            "video_url": page_address(200),
            "doctors_site_url": page_address(200),
            "offices_site_url": page_address(200),
        },
        lambda stage: (
            PLATFORM | days("address_deadline_on", date(2026, 6, 4)) | days("completion_mail_from_on", date(2026, 6, 4))
        ),
        stored=lambda stage: columns(
            Platform.objects.get(), *PLATFORM, "address_deadline_on", "completion_mail_from_on"
        ),
    ),
    Box(
        "StatementForm",
        "national",
        at("office_statement_new", "00", "terms"),
        {
            "change": text(200),
            "from_on": day(),
            "body": replace(
                text(30_000, lines=True),
                keeps=text(30_000, lines=True).keeps
                | {name: shown(HOSTILE[name]) for name in ("too long", "many digits")},
            ),
        },
        lambda stage: (
            {"change": "第4条を改めました。", "body": "■第1条\n\nこの規約は、約束です。", "confirmed": "1"}
            | days("from_on", stage.today + timedelta(days=30))
        ),
        stored=lambda stage: columns(Statement.objects.latest("pk"), "change", "from_on", "body"),
    ),
    Box(
        "DestinationForm",
        "doctor",
        at("completion_step", "destination"),
        {"destination": chosen()},
        lambda stage: {"destination": "14-021", "next": "1"},
        stored=draft,
        is_draft=True,
    ),
    Box(
        "ActivityForm",
        "doctor",
        lambda stage: ACTIVITY,
        {
            "activity": chosen(),
            "place": text(100),
            "from_on": day(),
            "until_on": day(required=False),
            "times": narrow(good=("１２回", 12), bad="1000"),
            "note": text(400, required=False, lines=True),
            "evidence": ATTACHED,
        },
        activity,
        stored=draft,
        is_draft=True,
    ),
    Box(
        "BulkForm",
        "clerk",
        at("office_application_bulk", "14-021"),
        {"board_on": day()},
        lambda stage: (
            {"pick": stage.filed.receipt_no, "line": line_of(stage), "confirmed": "1"} | days("board_on", stage.today)
        ),
        page=at("office_applications", "14-021"),
        stored=decided,
    ),
    Box(
        "TargetForm",
        "clerk",
        at("office_category_batch", "14-021"),
        {"category": chosen(required=False), "duty": chosen(required=False), "q": text(100, required=False)},
        method="GET",
    ),
    Box(
        "CategoryBatchForm",
        "clerk",
        at("office_category_batch", "14-021"),
        {"effective_on": day(), "cause": chosen(), "ground": text(200), "paper_on": day()},
        lambda stage: (
            {
                "category": category_of(stage, "14-021", "A"),
                "duty": "",
                f"change_{category_of(stage, '14-021', 'A')}": category_of(stage, "14-021"),
                "cause": "trained",
                "ground": "研修修了者の名簿",
                "line": f"{stage.doctor.pk} {'0' * 32}",
                "confirmed": "1",
            }
            | days("effective_on", stage.today)
            | days("paper_on", stage.today)
        ),
        page=at("office_category_batch", "14-021"),
        stored=last_batch,
    ),
    Box(
        "EntryDoctorForm",
        "clerk",
        at("office_application_entry_new", "14-021"),
        {"number": narrow(required=True, bad="1234567890123"), "kind": chosen()},
        lambda stage: {"number": stage.doctor.licences.get(ended_on=None).number, "kind": "leave"},
    ),
    Box(
        "PrintoutNumber",
        "clerk",
        at("office_printouts", "14-021"),
        {"number": narrow(required=True, bad="A0B1-C4D5")},
        lambda stage: {
            "number": print_form(
                stage.doctor,
                Procedure.JOIN,
                {},
                by=stage.world.clerk(stage.world.district),
                at=timezone.now(),
            ).number
        },
        page=at("office_application_entry_new", "14-021"),
    ),
    Box(
        "LeaveEntryForm",
        "clerk",
        entry("leave"),
        ENTERED | {"cause": chosen(), "scope": chosen(), "ground": text(200)},
        lambda stage: {"cause": "died", "scope": "all", "ground": "ご家族から"} | entered_days(stage),
        stored=lambda stage: last_sheet(stage) | last_ground(stage),
    ),
    Box(
        "CategoryEntryForm",
        "clerk",
        entry("category"),
        ENTERED | {"cause": chosen(), "district": chosen(), "prefecture": ATTACHED, "national": ATTACHED},
        lambda stage: {"cause": "employed", "district": category_of(stage, "14-021")} | entered_days(stage),
        stored=last_sheet,
    ),
    Box(
        "FacilityEntryForm",
        "clerk",
        entry("facility"),
        ENTERED | {"words": text(120), "prefecture": chosen(), "facility": CHOSEN_FILE, "duty": chosen()},
        lambda stage: {"words": "みどり新診療所", "prefecture": "14", "duty": "clinic-staff"} | entered_days(stage),
        stored=lambda stage: last_sheet(stage) | {"words": Sheet.objects.latest("pk").unlisted_name},
    ),
    Box(
        "ProfileEntryForm",
        "clerk",
        entry("profile"),
        {name: field for name, field in ENTERED.items() if name != "effective_on"} | IDENTITY,
        lambda stage: (
            {
                "family_name": "新田",
                "given_name": "光",
                "family_kana": "ニッタ",
                "given_kana": "ヒカル",
                "number": "123456",
                "evidence_0": evidence(stage.world, stage.world.clerk(stage.world.district)).token,
                "seen": membership_queries.register_seen(stage.doctor, APPROVED_FACTS),
                "note": "よろしくお願いします。",
                "confirmed": "1",
            }
            | days("birth_on", date(1978, 8, 21))
            | days("registered_on", date(2005, 5, 10))
            | days("paper_on", stage.today)
        ),
        stored=lambda stage: (
            columns(Sheet.objects.latest("pk"), "paper_on", "note")
            | {field: entered_facts(stage)[name] for name, field in FACTS.items()}
        ),
    ),
    Box(
        "NoteForm",
        "doctor",
        at("completion_step", "note"),
        {"note": text(1000, required=False, lines=True)},
        lambda stage: {"note": "よろしくお願いします。", "next": "1"},
        stored=draft,
        is_draft=True,
    ),
    Box(
        "ReasonForm",
        "mover",
        step_of("moving", "reason"),
        {"reasons": chosen(), "effective_on": day()},
        lambda stage: {"reasons": "facility", "next": "1"} | days("effective_on", stage.today),
        stored=move_draft("moving", "reason"),
        is_draft=True,
    ),
    Box(
        "GroundsForm",
        "mover",
        step_of("moving", "grounds"),
        {
            "category_causes": chosen(),
            "transfer_causes": chosen(),
            "leave_14-021": TICK,
            "change_14-021": TICK,
            "category_14-021": replace(chosen(required=False), keeps={}),
        },
        lambda stage: {
            "category_causes": "opening",
            "transfer_causes": "transferred",
            "leave_14-021": "on",
            "change_14-021": "on",
            "category_14-021": "B",
            "next": "1",
        },
        stored=move_draft("moving", "grounds"),
        grows=True,
        is_draft=True,
    ),
    Box(
        "SearchForm",
        "mover",
        step_of("moving", "destination"),
        {"prefecture": chosen(), "district": chosen(required=False)},
        lambda stage: {"prefecture": "26", "district": "", "search": "1"},
        stored=move_draft("moving", "search"),
    ),
    Box(
        "PicksForm",
        "mover",
        step_of("moving", "destination"),
        {
            "join_26-011": TICK,
            "category_26-011": chosen(),
            "join_26": TICK,
            "category_26": chosen(),
            "leaves_upper": TICK,
        },
        lambda stage: {
            "join_26-011": "on",
            "category_26-011": "A",
            "join_26": "on",
            "category_26": "A",
            "leaves_upper": "on",
            "next": "1",
        },
        stored=move_draft("moving", "destination"),
        grows=True,
        is_draft=True,
    ),
    Box(
        "JoiningDayForm",
        "mover",
        step_of("joining", "day"),
        {"effective_on": day()},
        lambda stage: {"next": "1"} | days("effective_on", stage.today),
        stored=move_draft("joining", "day"),
        is_draft=True,
    ),
    Box(
        "DetailsForm",
        "mover",
        step_of("moving", "details"),
        {
            "postcode": narrow(good=("〒２２０－００１１", "220-0011"), bad="220-00111"),
            "home_prefecture": chosen(required=False),
            "address": text(200, required=False),
            "telephone": telephone(),
        },
        lambda stage: {"postcode": "220-0011", "home_prefecture": "14", "address": "緑町1-1", "next": "1"},
        stored=move_draft("moving", "details"),
        is_draft=True,
    ),
    Box(
        "WorkplaceForm",
        "mover",
        step_of("moving", "workplace"),
        {
            "words": text(100, required=False),
            "facility": replace(chosen(required=False), told_at=("words",)),
            "unlisted": replace(text(120), told_at=("unlisted", "words")),
            "unlisted_prefecture": chosen(),
        },
        lambda stage: {
            "words": "さくら",
            "unlisted": "架空みどり医院",
            "unlisted_prefecture": "14",
            "next": "1",
        },
        stored=move_draft("moving", "workplace"),
        is_draft=True,
    ),
    Box(
        "DutiesForm",
        "mover",
        step_of("moving", "duties"),
        {"duty": chosen(), "note": text(1000, required=False, lines=True)},
        lambda stage: {"duty": "clinic-staff", "note": "よろしくお願いします。", "next": "1"},
        stored=move_draft("moving", "duties"),
        is_draft=True,
    ),
    Box(
        "LeavingForm",
        "mover",
        step_of("leaving", "leaving"),
        {
            "scope": chosen(),
            "causes": chosen(),
            "effective_on": day(),
            "note": text(1000, required=False, lines=True),
        },
        lambda stage: (
            {"scope": "all", "causes": "retired", "note": "お世話になりました。", "next": "1"}
            | days("effective_on", stage.today)
        ),
        stored=move_draft("leaving", "leaving"),
        is_draft=True,
    ),
    Box(
        "DetailsForm",
        "doctor",
        at("mypage_contact"),
        {
            "postcode": narrow(good=("〒２２０－００１１", "220-0011"), bad="220-00111"),
            "home_prefecture": chosen(required=False),
            "address": text(200, required=False),
            "telephone": telephone(),
        },
        lambda stage: {
            "postcode": "220-0011",
            "home_prefecture": "14",
            "address": "緑町1-1",
            "telephone": "045-000-0120",
            "seen": membership_queries.register_seen(stage.doctor, CONTACT_FACTS),
        },
        stored=lambda stage: (
            columns(Doctor.objects.get(pk=stage.doctor.pk), "postcode", "address", "telephone")
            | {"home_prefecture": Doctor.objects.get(pk=stage.doctor.pk).home_prefecture_id or ""}
        ),
    ),
    Box(
        "IdentityForm",
        "doctor",
        at("mypage_identity"),
        IDENTITY | {"note": text(1000, required=False, lines=True)},
        lambda stage: (
            {
                "family_name": "新田",
                "given_name": "光",
                "family_kana": "ニッタ",
                "given_kana": "ヒカル",
                "number": "123456",
                "evidence_0": evidence(stage.world, stage.doctor).token,
                "seen": membership_queries.register_seen(stage.doctor, APPROVED_FACTS),
                "next": "1",
            }
            | days("birth_on", date(1978, 8, 21))
            | days("registered_on", date(2005, 5, 10))
        ),
        stored=lambda stage: {
            name: values[0] for name, values in Draft.objects.get(kind="profile").answers["identity"].items()
        },
        is_draft=True,
    ),
    Box(
        "AnswerForm",
        "mover",
        lambda stage: reverse("mypage_application_answer", args=[stage.held.receipt_no]),
        {"answer": text(2000, lines=True)},
        lambda stage: {"answer": "八月からです。"},
        stored=lambda stage: {"answer": stage.held.history.latest("pk").comment},
    ),
    Box(
        "CallOffForm",
        "mover",
        lambda stage: reverse("mypage_application_calling_off", args=[stage.finished.receipt_no]),
        {"note": text(1000, lines=True)},
        lambda stage: {"note": "開業が延びました。"},
        stored=lambda stage: {"note": Application.objects.latest("pk").sheet.note},
    ),
    Box(
        "ReturnForm",
        "clerk",
        case("office_completion_return"),
        {"text": replace(chosen(required=False), is_free=True), "reason": text(2000, lines=True)},
        lambda stage: {"text": str(ReturnText.objects.get().pk), "reason": "日をご確認ください。"},
        page=case("office_completion"),
        stored=last_comment,
    ),
    Box(
        "ForwardForm",
        "clerk",
        case("office_completion_forwarding"),
        {"destination": chosen(), "reason": text(2000, lines=True)},
        lambda stage: {"destination": "26-011", "reason": "こちらの会員ではありません。"},
        page=case("office_completion"),
        stored=last_comment,
    ),
    Box(
        "PaperDoctorForm",
        "clerk",
        at("office_entry_new", "14-021"),
        {"number": narrow(required=True, bad="1234567890123")},
        lambda stage: {"number": stage.doctor.licences.get(ended_on=None).number},
    ),
    Box(
        "PaperForm",
        "clerk",
        lambda stage: reverse("office_entry", args=["14-021", stage.doctor.pk, "paper"]),
        {"paper_on": day(), "scan": ATTACHED, "note": text(1000, required=False, lines=True)},
        lambda stage: (
            {"note": "よろしくお願いします。", "scan_0": stage.scan.token, "next": "1"} | days("paper_on", stage.today)
        ),
        stored=lambda stage: draft_of(stage.world.clerk(stage.world.district).user),
        is_draft=True,
    ),
    Box(
        "SlipForm",
        "clerk",
        lambda stage: reverse("office_application_step", args=["14-021", stage.doctor.pk, "moving", "paper"]),
        {"paper_on": day(), "scan": ATTACHED, "note": text(1000, required=False, lines=True)},
        lambda stage: {"note": "よろしくお願いします。", "next": "1"} | days("paper_on", stage.today),
        stored=lambda stage: draft_of(stage.world.clerk(stage.world.district).user),
        is_draft=True,
    ),
    Box(
        "QuestionsForm",
        "mover",
        step_of("joining", "questions"),
        {
            f"item_{QUESTIONS}1": text(100),
            f"item_{QUESTIONS}2": text(500, required=False, lines=True),
            f"item_{QUESTIONS}3": chosen(required=False),
            f"item_{QUESTIONS}4": ATTACHED,
        },
        lambda stage: {f"item_{QUESTIONS}1": "循環器内科", f"item_{QUESTIONS}3": "はい", "next": "1"},
        stored=move_draft("joining", "questions"),
        grows=True,
        is_draft=True,
    ),
    Box(
        "ViewingForm",
        "clerk",
        case("office_viewing_new"),
        {"reason": text(200)},
        lambda stage: {"reason": "修了証の受け取り方のご相談"},
        stored=lambda stage: columns(Viewing.objects.latest("pk"), "reason"),
    ),
    Box(
        "RuleForm",
        "national",
        at("office_rule_new", "00"),
        {
            "from_on": day(),
            "min_total_half_units": narrow(required=True, good=("１２．５", 25), bad="0"),
            "min_knowledge_half_units": narrow(required=True, good=("１．５", 3), bad="101"),
            "min_field_half_units": narrow(required=True, good=("０", 0), bad="1.2"),
            "window_months": narrow(required=True, good=("２４", 24), bad="0"),
            "validity_months": narrow(required=True, good=("６０", 60), bad="121"),
        },
        lambda stage: RULE | days("from_on", stage.today + timedelta(days=30)),
        stored=lambda stage: columns(ProgrammeRule.objects.latest("pk"), "from_on", *list(RULE)[:-1]),
    ),
    Box(
        "ActivityVersionForm",
        "national",
        at("office_activity_new", "00"),
        {
            "from_on": day(),
            "code": narrow(required=True, good=("ｆ９０１", "F901"), bad="X901"),
            "category": text(40),
            "name": text(80),
            "half_units": narrow(required=True, good=("１．５", 3), bad="0"),
        },
        lambda stage: (
            {"code": "F902", "category": "その他", "name": "新しい活動", "half_units": "1", "confirmed": "1"}
            | days("from_on", stage.today + timedelta(days=30))
        ),
        stored=lambda stage: columns(
            Activity.objects.latest("pk"), "from_on", "code", "category", "name", "half_units"
        ),
    ),
    Box(
        "EndForm",
        "national",
        lambda stage: reverse("office_activity_end", args=["00", Activity.objects.get(code="F502").pk]),
        {"from_on": day()},
        lambda stage: days("from_on", stage.today + timedelta(days=30)) | {"confirmed": "1"},
        stored=lambda stage: {"from_on": Activity.objects.get(code="F502").until_on},
    ),
    Box(
        "ReasonForm",
        "admin",
        lambda stage: reverse("office_completion_revocation", args=["14-021", stage.approved.receipt_no]),
        {"reason": text(2000, lines=True)},
        lambda stage: {"reason": "別の方の記録と取り違えました。"},
        stored=last_comment,
    ),
    Box(
        "ReturnTextForm",
        "clerk",
        at("office_return_text_new", "14-021"),
        {"title": text(60), "body": text(2000, lines=True)},
        lambda stage: {"title": "場所の名", "body": "場所の名をお書きください。"},
        stored=lambda stage: columns(ReturnText.objects.latest("pk"), "title", "body"),
    ),
    Box(
        "CreditForm",
        "clerk",
        at("office_credit_new", "14-021"),
        {
            "number": narrow(required=True, bad="1234567890123"),
            "kind": chosen(),
            "title": text(100),
            "earned_on": day(),
            "units": narrow(required=True, good=("２．５", 5), bad="100.5"),
            "codes": narrow(good=("１，８３", ["1", "83"]), bad="84", blank=[]),
            "ground": text(200),
        },
        credit,
        stored=last_credit,
    ),
    Box(
        "HandbookForm",
        "clerk",
        at("office_handbook_new", "14-021"),
        {
            "number": narrow(required=True, bad="1234567890123"),
            **dict.fromkeys(("scan", "scan_2", "scan_3"), CHOSEN_FILE),
        },
        handbook,
        stored=lambda stage: {"number": HandbookEntry.objects.latest("pk").doctor.licences.get(ended_on=None).number},
    ),
    Box(
        "HandbookLineForm",
        "clerk",
        at("office_handbook_new", "14-021"),
        {
            "kind": chosen(),
            "title": text(100),
            "earned_on": day(),
            "units": narrow(required=True, good=("２．５", 5), bad="100.5"),
            "codes": narrow(good=("１，８３", ["1", "83"]), bad="84", blank=[]),
        },
        handbook,
        stored=last_handbook_line,
    ),
    Box(
        "HandbookReturnForm",
        "admin",
        lambda stage: reverse("office_handbook_return", args=["14-021", stage.handbook.number]),
        {"reason": text(1000, lines=True)},
        lambda stage: {"reason": "2 行目の日付が、写しと違います。"},
        page=lambda stage: reverse("office_handbook", args=["14-021", stage.handbook.number]),
        stored=lambda stage: {"reason": HandbookHistory.objects.latest("pk").comment},
    ),
    Box(
        "ReversalForm",
        "clerk",
        lambda stage: reverse("office_credit_reversal", args=["14-021", stage.credit.pk]),
        {"ground": text(200)},
        lambda stage: {"ground": "二重の登録"},
        stored=lambda stage: columns(CreditLine.objects.latest("pk"), "ground"),
    ),
    Box(
        "UploadForm",
        "admin",
        at("office_import_new", "14-021"),
        {"kind": chosen(), "file": Field(tries=())},
        lambda stage: {"kind": "members"},
        stored=lambda stage: columns(Import.objects.latest("pk"), "kind"),
        files={"file": csv_of(member(500001))},
    ),
    Box(
        "RowFilter",
        "admin",
        lambda stage: reverse("office_import", args=["14-021", checked_import(stage)]),
        {"outcome": Field({"empty": ""}, {"bad": "0 OR 1=1"}, tries=("empty",), is_free=True)},
        method="GET",
    ),
    Box(
        "StepConditions",
        "clerk",
        at("office_applications", "14-021"),
        {"q": text(100, required=False), "kind": chosen(required=False), "due": chosen(required=False)},
        method="GET",
    ),
    Box(
        "ContactConditions",
        "clerk",
        at("office_contact_changes", "14-021"),
        {"q": text(100, required=False)},
        method="GET",
    ),
    Box(
        "ApprovalForm",
        "clerk",
        filed("office_application_approval"),
        {
            "board_on": day(),
            "category": chosen(required=False),
            "words": narrow(blank=""),
            "facility": CHOSEN_FILE,
            "duty": chosen(required=False),
            "comment": text(2000, required=False, lines=True),
        },
        lambda stage: days("board_on", stage.today),
        page=filed("office_application"),
        stored=decided,
    ),
    Box(
        "TakeoverForm",
        "prefecture",
        takeover,
        {"board_on": day(), "category": chosen(required=False), "comment": text(2000, lines=True)},
        lambda stage: {"comment": "事務局が不在のため。"} | days("board_on", stage.today),
        stored=decided,
    ),
    Box(
        "StepReturnForm",
        "clerk",
        filed("office_application_return"),
        {"reason": text(2000, lines=True)},
        lambda stage: {"reason": "異動日をご確認ください。"},
        page=filed("office_application"),
        stored=step_comment("reason"),
    ),
    Box(
        "StepReturnForm",
        "clerk",
        filed("office_application_return"),
        {f"pick_{item}": TICK for item in REMARKED}
        | {f"remark_{item}": text(300, required=False, lines=True) for item in REMARKED},
        lambda stage: {"reason": "異動日をご確認ください。"} | {f"pick_{item}": "on" for item in REMARKED},
        page=filed("office_application"),
        stored=lambda stage: last_remarks(),
        grows=True,
    ),
    Box(
        "QuestionForm",
        "clerk",
        filed("office_application_question"),
        {"question": text(2000, lines=True)},
        lambda stage: {"question": "開業はお済みですか。"},
        page=filed("office_application"),
        stored=step_comment("question"),
    ),
    Box(
        "SpokenAnswerForm",
        "clerk",
        filed("office_application_answer", "asked"),
        {"answer": text(2000, lines=True)},
        lambda stage: {"answer": "済みました。"},
        page=filed("office_application", "asked"),
        stored=lambda stage: {"answer": stage.asked.history.latest("pk").comment},
    ),
    Box(
        "StepRejectionForm",
        "clerk",
        filed("office_application_rejection"),
        {"reason": text(2000, lines=True)},
        lambda stage: {"reason": "要件に合いません。"},
        page=filed("office_application"),
        stored=step_comment("reason"),
    ),
    Box(
        "NoteForm",
        "clerk",
        filed("office_application_note"),
        {"text": text(1000, lines=True)},
        lambda stage: {"text": "会費はお納めです。"},
        page=filed("office_application"),
        stored=lambda stage: {"text": OfficeNote.objects.latest("pk").text},
    ),
    Box(
        "CompletionConditions",
        "clerk",
        at("office_completions", "14-021"),
        {
            "q": text(100, required=False),
            "state": chosen(required=False),
            "month": chosen(required=False),
            "from_on": day(required=False),
            "until_on": day(required=False),
        },
        method="GET",
    ),
    Box(
        "CreditConditions",
        "clerk",
        at("office_credits", "14-021"),
        {
            "q": text(100, required=False),
            "kind": chosen(required=False),
            "from_on": day(required=False),
            "until_on": day(required=False),
        },
        method="GET",
    ),
    Box(
        "MyMessages",
        "doctor",
        at("mypage_messages"),
        {"state": chosen(required=False), "period": chosen(required=False)},
        method="GET",
    ),
    Box(
        "OfficeMessages",
        "clerk",
        at("office_messages", "14-021"),
        {
            "recipient": text(100, required=False),
            "state": chosen(required=False),
            "period": chosen(required=False),
        },
        method="GET",
    ),
    Box(
        "MissingFilter",
        "national",
        at("office_missing_addresses", "00"),
        {"prefecture": chosen(required=False)},
        method="GET",
    ),
    Box("MailboxFilter", "visitor", at("demo_mailbox"), {"to": chosen(required=False)}, method="GET"),
)

# 土台で、それ自身は画面にならないもの。
# 打つ人で分けたもの。試験のファイルも、これで分かれる。
CLERKS = tuple(box for box in BOXES if box.person == "clerk")
ADMINISTRATORS = tuple(box for box in BOXES if box.person in {"admin", "national", "prefecture"})
DOCTORS = tuple(box for box in BOXES if box.person not in {"clerk", "admin", "national", "prefecture"})
BASES = {
    "BoardDayForm",
    "DecidingForm",
    "VersionForm",
    "Versioned",
    "Conditions",
    "Words",
    "PeriodConditions",
    "DoctorByNumber",
    "DoctorForm",
    "CreditLineForm",
    "EntryForm",
    "PaperFields",
}


def _approved(world: World, today: date) -> CompletionApplication:
    """承認された申請。"""
    doctor = world.member("佐藤", "次郎", world.district)
    world.credit(doctor, 20, today - timedelta(days=9), by=world.clerk(world.district))
    application = world.submit(doctor, world.district, at=timezone.now())
    world.approve(application, world.admin(world.district))
    return application


def _mover(world: World, today: date) -> tuple[Doctor, Application, Application]:
    """異動届を書いている医師と、そのお尋ねのある届出と、決まった届出。"""
    mover = world.member("動田", "届子", world.district, world.prefecture, world.national)
    seats = dict.fromkeys((world.district, world.prefecture), "A") | {world.national: "B"}
    held = submit(world, mover, None, today, work="架空動田医院")
    finished = submit(world, mover, seats, today + timedelta(days=30))
    approve(world, finished, world.national)
    step = step_at(held, world.district)
    by = world.clerk(world.district)
    ask_about_step(step, question="いつからですか。", seen=membership_queries.fingerprint(step), by=by, at=world.at)
    answers = {
        "reason": {
            "reasons": ["transfer", "category"],
            **{name: [part] for name, part in days("effective_on", today).items()},
        },
        "search": {"prefecture": ["26"], "district": [""]},
    }
    Draft.objects.create(
        owner=mover.user,
        kind=membership_queries.DRAFT,
        subject="moving",
        step="reason",
        answers=answers,
        begun_at=timezone.now(),
        written_at=timezone.now(),
    )
    kinds = ("short", "long", "yes-no", "file")
    JoinItem.objects.bulk_create(
        JoinItem(
            pk=int(f"{QUESTIONS}{position}"),
            association=world.other_district,
            kind=kind,
            label=f"尋ねること {position}",
            is_required=position == 1,
            position=position,
        )
        for position, kind in enumerate(kinds, start=1)
    )
    Draft.objects.create(
        owner=mover.user,
        kind=membership_queries.DRAFT,
        subject="joining",
        step="questions",
        answers={
            "search": answers["search"],
            "destination": {
                f"{part}_{code}": [value]
                for code in ("26-011", "26", "00")
                for part, value in (("join", "on"), ("category", "A"))
            },
        },
        begun_at=timezone.now(),
        written_at=timezone.now(),
    )
    return mover, held, finished


def make_stage(world: World) -> Stage:
    today = timezone.localdate()
    mover, held, finished = _mover(world, today)
    doctor, applicant = (
        world.member(*name, world.district, world.other_district) for name in (("山田", "太郎"), ("鈴木", "花子"))
    )
    world.credit(applicant, 20, today - timedelta(days=9), by=world.clerk(world.district))
    link = RegistrationLink(
        mail_address="nitta@hana.example",
        answers={page: {name: [value] for name, value in typed.items()} for page, typed in REGISTRATION.items()},
        asked_at=timezone.now(),
    )
    register_facility(FacilityFacts("みどり医院", "14"))
    seats, wanted = (world.district, world.prefecture), {world.district: "B", world.prefecture: "B"}
    now = replace(world, at=timezone.now())
    early = replace(world, at=timezone.now() - timedelta(days=50))
    asked = submit(now, world.member("届出", "二郎", *seats), wanted, today)
    step = step_at(asked, world.district)
    ask_about_step(
        step, question="お尋ね", seen=step_fingerprint(step), by=world.clerk(world.district), at=timezone.now()
    )
    stage = Stage(
        world=world,
        doctor=doctor,
        applicant=applicant,
        mover=mover,
        held=held,
        finished=finished,
        application=world.submit(applicant, world.district, at=timezone.now()),
        approved=_approved(world, today),
        credit=CreditLine.objects.get(doctor=applicant),
        handbook=world.handbook(applicant, world.clerk(world.district)),
        president=President.objects.get(association=world.district),
        invitation=invite("manekareta@midori.example", Role.CLERK, by=world.admin(world.district), at=timezone.now()),
        scan=receive(
            upload(jpeg()),
            purpose="training.paper",
            by_user_id=world.clerk(world.district).user_id,
            at=timezone.now(),
        ),
        today=today,
        registration=world.registration(
            "未結",
            "六郎",
            facts=world.member("未結", "六郎", world.district, signs_in=False),
            birth_on=date(1978, 8, 22),
        ),
        letter=make_letter(
            world.member("案内", "七郎", world.district, signs_in=False),
            by=world.clerk(world.district),
            at=timezone.now(),
        ),
        filed=submit(now, world.member("届出", "一郎", *seats), wanted, today, work="架空届出医院"),
        asked=asked,
        overdue=submit(early, world.member("届出", "三郎", *seats), wanted, today),
        joining=asked_to_join(world),
        join_item=JoinItem.objects.create(
            association=world.district, kind="choice", label="専門", choices=["内科", "外科"], position=1
        ),
        registration_key=give_key(link, at=timezone.now()).rstrip("/").rpartition("/")[2],
    )
    write_text("日付の確認", "日付をご確認ください。", by=world.clerk(world.district), at=world.at)
    invite_delegate(
        doctor,
        name="秘書 文子",
        relation=Relation.SECRETARY,
        mail_address="hisho@clinic.example",
        may_submit=False,
        last_on=today + timedelta(days=30),
        at=timezone.now(),
    )
    stage.sign_in_all()
    return stage


def asked_to_join(world: World) -> Joining:
    """入会の確認をお願いした研修医。"""
    ask(world.admin(world.district), row(600001), days_ago=1)
    return joining_of()


# 送り方

NOT_COUNTED = ("audit_%", "django_session", "cache", "accounts_failurecount", "accounts_familiarplace")


class undone:  # noqa: N801 文のように読むため
    """中でしたことを、なかったことにする。"""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *problem: Any) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


def rows_moved() -> int:
    """この取引で、書かれた・直された・消された行の数。"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables"
            " WHERE NOT relname LIKE ANY(%s)",
            [list(NOT_COUNTED)],
        )
        return int(cursor.fetchone()[0])


def typed_in(stage: Stage, box: Box) -> dict[str, bytes]:
    """頁を開いて、よい値を打ったところ。"""
    url = (box.page or box.url)(stage)
    page = page_of(stage.client(box.person).get(url))
    seen = page.value_of("seen")
    typed = ({"seen": seen[0]} if seen else {}) | box.valid(stage)
    return {name: value.encode() for name, value in typed.items()}


def send(stage: Stage, box: Box, typed: dict[str, bytes]) -> HttpResponse:
    client = stage.client(box.person)
    if box.method == "GET":
        return client.get(f"{box.url(stage)}?{encoded(typed)}")
    if box.files:
        return client.post(box.url(stage), {name: shown(value) for name, value in typed.items()} | attached(box))
    return client.post(box.url(stage), encoded(typed), content_type="application/x-www-form-urlencoded")


def attached(box: Box) -> dict[str, SimpleUploadedFile]:
    """添えるファイル。"""
    return {name: SimpleUploadedFile("meibo.csv", content) for name, content in box.files.items()}


def encoded(typed: Mapping[str, bytes]) -> str:
    return "&".join(f"{quote(name)}={quote(value)}" for name, value in typed.items())


def page_of(response: HttpResponse) -> Page:
    return Page(response.content.decode())
