"""練習用の世界に足す、極端な人々: 何もない人、名のとても長い人、たくさんの申請、あらゆる状態。"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from mamis.accounts.models import User
from mamis.accounts.operations import create_user
from mamis.associations.models import Association, Category, President
from mamis.associations.rules import Kind as AssociationKind
from mamis.associations.rules import Role, Tier
from mamis.doctors.models import Doctor
from mamis.mail.models import Message, MessageState
from mamis.training import queries
from mamis.training.models import Activity, Certificate, CompletionApplication, CreditLine
from mamis.training.operations import (
    CompletionRequest,
    FieldEntry,
    resubmit_completion,
    submit_completion,
    withdraw_completion,
)
from mamis.wizard.models import Draft
from tests.world import World

NAME = "髙﨑𠮷葛\U000e0100" * 12
KANA = "タカサキキチロウ" * 7
WORD = "0123456789" * 6
REASON = (f"受講の記録が見当たりません。{WORD}{WORD}{NAME}。\n" * 40)[:2000]
NOTE = ("学校医として、健診と健康教育を行いました。" + WORD + "\n") * 6
MANY = 62


@dataclass
class Extremes:
    """画面の住所に入る言葉と、人がログインした印。"""

    places: dict[str, Any]
    cookies: dict[str, str]


def build() -> Extremes:
    """極端な人々を、ふだんの操作で作る。"""
    midori, aoba, sakura, university, kanagawa = (
        Association.objects.get(code=code) for code in ("14-021", "14-022", "26-011", "26-901", "14")
    )
    world = World(Association.objects.get(code="00"), kanagawa, _long_association(kanagawa), sakura.parent, sakura)
    world.at = timezone.now() - timedelta(days=3)
    for association, name in ((midori, "田中 恵"), (world.district, NAME), (world.national, "原田 誠")):
        for role in (Role.ADMIN, Role.CLERK):
            world.staff[f"{association.code}-{role.name.lower()}"] = world.appoint(association, role, name)
    users = {
        "member": User.objects.get(email="member@demo.example"),
        "short": User.objects.get(email="district-member@demo.example"),
        "two_hats": User.objects.get(email="two-hats@demo.example"),
        "clerk": User.objects.get(email="midori@demo.example"),
        "admin": User.objects.get(email="midori-admin@demo.example"),
        "sakura_admin": User.objects.get(email="sakura-admin@demo.example"),
        "prefecture": User.objects.get(email="kanagawa-admin@demo.example"),
        "jma": User.objects.get(email="jma-admin@demo.example"),
        "empty_admin": world.appoint(university, Role.ADMIN, "空木 管").user,
        "viewer": world.appoint(aoba, Role.VIEWER, "見田 閲").user,
        "long_admin": world.admin(world.district).user,
        "hatless": create_user(email="hatless@office.example", name="立場 無", at=world.at),
        "new": world.doctor("新井", "始").user,
    }
    President.objects.filter(association=university).delete()
    places: dict[str, Any] = {"long": world.district.code}

    waiting = _applied(world, "待田", midori, users, places, "waiting")
    world.join(waiting.doctor, aoba)
    for name, key in (("古田", "stale"), ("遅田", "late")):
        _applied(world, name, midori, users, places, key)
    approved = _applied(world, "承田", midori, users, places, "approved")
    world.approve(approved, world.admin(midori))
    Message.objects.filter(recipient_doctor=approved.doctor).update(
        state=MessageState.FAILED, last_error="宛先のメールアドレスがありません（550）", sent_at=None
    )
    withdrawn = _applied(world, "取田", midori, users, places, "withdrawn")
    withdraw_completion(withdrawn, at=world.at + timedelta(hours=1))
    corrected = _applied(world, "直田", midori, users, places, "corrected")
    world.send_back(corrected, world.admin(midori))
    resubmit_completion(corrected, _request(midori, 3), at=world.at + timedelta(hours=2))
    for key in ("expired", "revoked"):
        certified = _applied(world, "証田", midori, users, places, key)
        world.approve(certified, world.admin(midori))
        places[f"{key}_token"] = Certificate.objects.get(application=certified).token
    Certificate.objects.filter(token=places["revoked_token"]).update(revoked_at=timezone.now())
    places["token"] = Certificate.objects.get(application=approved).token

    _build_long(world, users, places)
    _build_writers(world, midori, aoba, users)
    places |= {
        "credit": CreditLine.objects.filter(granted_by=world.national, reversal=None).first().pk,
        "president": President.objects.get(association=midori).pk,
        "message": Message.objects.filter(mail="CompletionReceived", about_doctor=waiting.doctor).get().pk,
        "failed": Message.objects.get(mail="CompletionApproved", about_doctor=approved.doctor).pk,
    }
    return Extremes(places, {person: _sign_in(user) for person, user in users.items()})


def _sign_in(user: User) -> str:
    client = Client()
    client.force_login(user)
    return str(client.cookies["session"].value)


def _long_association(parent: Association) -> Association:
    """名も会長の名もとても長い医師会。"""
    association = Association.objects.create(
        code="14-099",
        name=("とても長い名の練習用" * 10)[:97] + "医師会",
        kana="トテモナガイ" * 30,
        tier=Tier.DISTRICT,
        kind=AssociationKind.AREA,
        parent=parent,
        prefecture=parent.prefecture,
        postcode="140-0001",
        address=(NAME + WORD)[:120],
        telephone="045-000-0199",
        hours="平日 9:00～17:00（お昼の休みは 12:00 から 13:00 まで）" * 2,
        inquiry_address="k" * 60 + "@" + "long-name." * 3 + "example",
        member_address="",
        homepage="https://www.example/" + "h" * 80,
    )
    President.objects.create(association=association, name=NAME, from_on=timezone.localdate() - timedelta(days=900))
    Category.objects.create(association=association, code="A", label=("とても長い会員区分の名" * 6)[:60], position=1)
    return association


def _applied(
    world: World, family: str, association: Association, users: dict[str, User], places: dict[str, Any], key: str
) -> CompletionApplication:
    """その医師会に申請した会員。"""
    doctor = _ready(world, world.member(family, "待子", association))
    users[key] = doctor.user
    application = submit_completion(doctor, _request(association, 1), at=world.at)
    places[key] = application.receipt_no
    return application


def _ready(world: World, doctor: Doctor) -> Doctor:
    """座学の単位が足りている医師。"""
    world.credit(doctor, 20, timezone.localdate() - timedelta(days=90))
    return doctor


def _request(association: Association, entries: int, note: str = "", place: str = "") -> CompletionRequest:
    activities = list(Activity.objects.order_by("code"))
    day = timezone.localdate() - timedelta(days=200)
    return CompletionRequest(
        association.pk,
        tuple(
            FieldEntry(
                activities[index % len(activities)].pk,
                place or "みどり市休日急患診療所",
                day - timedelta(days=index),
                day,
                times=999,
                note=note[:400],
            )
            for index in range(entries)
        ),
        note=note,
    )


def _build_long(world: World, users: dict[str, User], places: dict[str, Any]) -> None:
    """名のとても長い医師の、長い理由で差し戻された、長い申請。ほかに、待っている申請がたくさん。"""
    address = "d" * 60 + "@" + "long-clinic." * 5 + "example"
    person = _with_long_name(world, address)
    users["long_doctor"] = person.user
    for index in range(MANY):
        world.credit(person, 1, timezone.localdate() - timedelta(days=30 + index), title=f"第 {index} 回 {WORD}講演会")
    clerk = world.clerk(world.district)
    for key in ("long_returned", "long_waiting"):
        doctor = person if key == "long_returned" else _ready(world, _with_long_name(world, "long@clinic.example"))
        users.setdefault(key, doctor.user)
        application = submit_completion(doctor, _request(world.district, 30, NOTE, (NAME + WORD)[:100]), at=world.at)
        world.send_back(application, clerk, REASON)
        if key == "long_waiting":
            again = _request(world.district, 29, NOTE + "直しました。", (WORD + NAME)[:100])
            resubmit_completion(application, again, at=world.at + timedelta(hours=2))
        places[key] = application.receipt_no
    for index in range(MANY):
        doctor = world.member(f"多田{index}", "待夫", world.district, signs_in=False, address="")
        world.credit(doctor, 20, timezone.localdate() - timedelta(days=90), by=clerk)
        submit_completion(doctor, _request(world.district, 1), at=world.at)
    places["long_message"] = Message.objects.filter(mail="CompletionReturned", about_doctor=person).get().pk


def _with_long_name(world: World, address: str) -> Doctor:
    """姓も名も六十字の会員。利用者の名は百字までなので、別に作る。"""
    doctor = world.member(NAME, NAME, world.district, kana=(KANA, KANA), address=address, signs_in=False)
    doctor.user = create_user(email=address, name=NAME, at=world.at)
    doctor.save(update_fields=["user"])
    return doctor


def _build_writers(world: World, midori: Association, aoba: Association, users: dict[str, User]) -> None:
    """申請先を選べる医師と、書きかけの医師。"""
    choosing = _ready(world, world.member("二島", "選", midori, aoba))
    users["choosing"] = choosing.user
    drafting = _ready(world, world.member("下田", "書子", midori))
    users["drafting"] = drafting.user
    day = timezone.localdate() - timedelta(days=2000)
    old = {f"from_on_{position}": [str(part)] for position, part in enumerate((day.year, day.month, day.day))}
    Draft.objects.create(
        owner=drafting.user,
        kind=queries.COMPLETION_DRAFT,
        step="activities",
        answers={
            "activities": {
                "lines": [
                    {"key": "half", "typed": {"place": ["みどり市"]}},
                    {"key": "old", "typed": {"activity": ["F102"], "place": ["みどり市"], "times": ["1"], **old}},
                ]
            }
        },
        begun_at=world.at,
        written_at=world.at,
    )
