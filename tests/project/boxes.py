"""フォームの表。だれが、どの頁で、どの欄に書き、書かれたものはどこに残るか。"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mamis.accounts.models import User
from mamis.accounts.operations.reset_links import reset_key
from mamis.associations.models import Association, Platform, President
from mamis.doctors.models import Doctor
from mamis.training.models import Activity, CompletionApplication, CompletionHistory, CreditLine
from mamis.wizard.models import Draft
from tests.project.fields import (
    ALL,
    ANYTHING,
    BLANK,
    NAME,
    SEEN,
    Field,
    address,
    chosen,
    day,
    narrow,
    page_address,
    secret,
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
    application: CompletionApplication
    credit: CreditLine
    president: President
    today: date
    signed_in: dict[str, Client] = field(default_factory=dict)

    def client(self, person: str) -> Client:
        """その人の画面。"""
        if person == "visitor":
            client = Client(raise_request_exception=False)
            self.doctor.user.refresh_from_db()
            client.cookies["reset-key"] = reset_key(self.doctor.user, timezone.now())
            return client
        client = Client(raise_request_exception=False)
        client.cookies.load({name: one.value for name, one in self.signed_in[person].cookies.items()})
        return client

    def sign_in_all(self) -> None:
        """みなが先にログインしておく。なかったことにする試みの中で、セッションが消えないように。"""
        for person in ("doctor", "admin", "clerk", "national"):
            self.signed_in[person] = Client()
            self.signed_in[person].force_login(self.user(person))

    def user(self, person: str) -> User:
        district, national = self.world.district, self.world.national
        return {
            "doctor": self.doctor.user,
            "admin": self.world.admin(district).user,
            "clerk": self.world.clerk(district).user,
            "national": self.world.admin(national).user,
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
    is_draft: bool = False  # 打たれたままに残すので、長すぎる空白も断る

    def __str__(self) -> str:
        return f"{self.form}-{self.method.lower()}"


def at(name: str, *arguments: str) -> Callable[[Stage], str]:
    return lambda stage: reverse(name, args=[getattr(stage, one[1:]) if one[0] == "$" else one for one in arguments])


def case(name: str) -> Callable[[Stage], str]:
    return lambda stage: reverse(name, args=["14-021", stage.application.receipt_no])


def days(name: str, on: date) -> dict[str, str]:
    return {f"{name}_0": str(on.year), f"{name}_1": str(on.month), f"{name}_2": str(on.day)}


def columns(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def draft(stage: Stage) -> dict[str, Any]:
    """下書きに残ったもの。"""
    answers = Draft.objects.get(owner=stage.doctor.user).answers
    pages = [*(page for page in answers.values() if "lines" not in page)]
    pages += [line["typed"] for line in answers.get("activities", {}).get("lines", [])]
    return {name.partition("_0")[0]: values[0] for page in pages for name, values in page.items()}


def last_credit(stage: Stage) -> dict[str, Any]:
    line = CreditLine.objects.latest("pk")
    number = line.doctor.licences.get(ended_on=None).number
    return columns(line, "kind", "title", "earned_on", "ground") | {
        "number": number,
        "units": line.half_units,
        "codes": list(line.codes),
    }


def last_comment(stage: Stage) -> dict[str, Any]:
    return {"reason": CompletionHistory.objects.latest("pk").comment}


DISTRICT = lambda stage: Association.objects.get(code="14-021")  # noqa: E731
ADDRESSES = {"inquiry_address": "uke@midori.example", "member_address": "", "homepage": "https://midori.example/"}
PROFILE = {"postcode": "220-0011", "address": "みどり市緑町1-1", "telephone": "045-000-0120", "hours": "平日"}
PLATFORM = {
    "operator_name": "MAMIS運営事務局",
    "operator_telephone": "0120-110-030",
    "operator_hours": "平日 9時から",
    "member_office_name": "会員情報室",
    "video_url": "https://video.example/",
    "doctors_site_url": "",
    "offices_site_url": "",
}
NEW_PASSWORD = "kumori-nochi-ame-ashita"
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


def activity(stage: Stage) -> dict[str, str]:
    on = stage.today - timedelta(days=30)
    return {"activity": first_activity(), "place": "急患診療所", "times": "2", "note": "内科", "next": "1"} | days(
        "from_on", on
    )


def first_activity() -> str:
    return Activity.objects.order_by("code")[0].code


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
        },
        activity,
        stored=draft,
        is_draft=True,
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
        "ReturnForm",
        "clerk",
        case("office_completion_return"),
        {"reason": text(2000, lines=True)},
        lambda stage: {"reason": "日をご確認ください。"},
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
        "ReversalForm",
        "clerk",
        lambda stage: reverse("office_credit_reversal", args=["14-021", stage.credit.pk]),
        {"ground": text(200)},
        lambda stage: {"ground": "二重の登録"},
        stored=lambda stage: columns(CreditLine.objects.latest("pk"), "ground"),
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
BASES = {"Versioned", "Conditions"}


def make_stage(world: World) -> Stage:
    today = timezone.localdate()
    doctor, applicant = (
        world.member(*name, world.district, world.other_district) for name in (("山田", "太郎"), ("鈴木", "花子"))
    )
    world.credit(applicant, 20, today - timedelta(days=9), by=world.clerk(world.district))
    stage = Stage(
        world=world,
        doctor=doctor,
        applicant=applicant,
        application=world.submit(applicant, world.district, at=timezone.now()),
        credit=CreditLine.objects.get(doctor=applicant),
        president=President.objects.get(association=world.district),
        today=today,
    )
    stage.sign_in_all()
    return stage


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
    return client.post(box.url(stage), encoded(typed), content_type="application/x-www-form-urlencoded")


def encoded(typed: Mapping[str, bytes]) -> str:
    return "&".join(f"{quote(name)}={quote(value)}" for name, value in typed.items())


def page_of(response: HttpResponse) -> Page:
    return Page(response.content.decode())
