"""試験の小さな世界。

    日本医師会（00）
    ├ 神奈川県医師会（14）─ みどり市医師会（14-021）
    └ 京都府医師会（26）─── さくら市医師会（26-011）

どの医師会にも管理者と一般の担当者が一人ずついる。山田太郎先生は、みどり市・神奈川県・日本医師会の会員で、
座学 9.5 単位を持つ。実地 1 件を書けば、修了を申請できる。
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from django.test import Client

from mamis.accounts.models import User
from mamis.accounts.operations import create_user
from mamis.associations.models import Association, Category, Municipality, President, Staff
from mamis.associations.rules import Kind as AssociationKind
from mamis.associations.rules import Role, Tier
from mamis.doctors.models import Doctor, Facility
from mamis.doctors.operations import DoctorFacts, begin_work, open_sight, register_doctor
from mamis.doctors.rules import Ground
from mamis.mail.models import Message
from mamis.membership.operations import admit
from mamis.training import queries
from mamis.training.models import Activity, CompletionApplication, CreditLine, Programme
from mamis.training.operations import (
    CompletionRequest,
    CreditEntry,
    FieldEntry,
    approve_completion,
    record_credit,
    return_completion,
    submit_completion,
)
from mamis.training.rules import Kind

PASSWORD = "hitotsu-no-madoguchi-2026"
NOON = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 2)

_numbers = count(300001)


@dataclass
class World:
    """医師会と、そこにいる人々。"""

    national: Association
    prefecture: Association
    district: Association
    other_prefecture: Association
    other_district: Association
    at: datetime = NOON
    staff: dict[str, Staff] = field(default_factory=dict)

    @property
    def on(self) -> date:
        return TODAY

    def admin(self, association: Association) -> Staff:
        return self.staff[f"{association.code}-admin"]

    def clerk(self, association: Association) -> Staff:
        return self.staff[f"{association.code}-clerk"]

    def appoint(self, association: Association, role: Role, name: str, user: User | None = None) -> Staff:
        """その医師会の担当者。"""
        if user is None:
            email = f"{association.code}-{role.name.lower()}-{next(_numbers)}@office.example"
            user = create_user(email=email, name=name, password=PASSWORD, at=self.at)
        return Staff.objects.create(user=user, association=association, role=role, since_on=date(2020, 4, 1))

    def doctor(
        self,
        family_name: str,
        given_name: str,
        *,
        kana: tuple[str, str] = ("カクウ", "タロウ"),
        address: str | None = None,
        signs_in: bool = True,
    ) -> Doctor:
        """会員でない、勤務先もない医師。"""
        number = next(_numbers)
        address = f"doctor-{number}@clinic.example" if address is None else address
        user = (
            create_user(email=address, name=f"{family_name} {given_name}", password=PASSWORD, at=self.at)
            if signs_in and address
            else None
        )
        return register_doctor(
            DoctorFacts(
                family_name=family_name,
                given_name=given_name,
                family_kana=kana[0],
                given_kana=kana[1],
                licence_number=str(number),
                registered_on=date(2005, 5, 10),
                birth_on=date(1978, 8, 21),
                contact_address=address,
                telephone="045-000-0199",
            ),
            user_id=user.pk if user else None,
        )

    def member(self, family_name: str, given_name: str, *associations: Association, **facts: object) -> Doctor:
        """その医師会の会員である医師。下の層から順に入る。"""
        doctor = self.doctor(family_name, given_name, **facts)
        for association in associations:
            self.join(doctor, association)
        return doctor

    def join(self, doctor: Doctor, association: Association) -> None:
        admit(doctor, association, category=association.categories.first(), on=date(2015, 4, 1))

    def works_in(self, doctor: Doctor, association: Association) -> None:
        """その都道府県で働く。会員でなければ、都道府県医師会に見える。"""
        facility = Facility.objects.create(name="架空中央病院", prefecture=association.prefecture)
        begin_work(doctor, facility, on=date(2015, 4, 1))
        open_sight(doctor, association, ground=Ground.WORKPLACE, on=date(2015, 4, 1))

    def credit(
        self,
        doctor: Doctor,
        half_units: int,
        on: date,
        kind: Kind = Kind.KNOWLEDGE,
        title: str = "学術講演会",
        by: Staff | None = None,
    ) -> CreditLine:
        """単位の一行。"""
        programme = Programme.objects.get(code=queries.CME if kind == Kind.KNOWLEDGE else queries.KAKARI)
        entry = CreditEntry(programme.pk, kind, title, on, half_units, ground="受講者名簿")
        return record_credit(doctor, entry, by=by or self.clerk(self.national), at=self.at)

    def request(self, destination: Association, entries: int = 1, note: str = "") -> CompletionRequest:
        """実地研修を `entries` 件書いた申請。"""
        activities = Activity.objects.order_by("code")[:entries]
        return CompletionRequest(
            destination.pk,
            tuple(
                FieldEntry(activity.pk, "みどり市休日急患診療所", date(2026, 5, 10), date(2026, 5, 10))
                for activity in activities
            ),
            note,
        )

    def submit(self, doctor: Doctor, destination: Association, *, at: datetime | None = None) -> CompletionApplication:
        return submit_completion(doctor, self.request(destination), at=at or self.at)

    def seen(self, application: CompletionApplication) -> str:
        """いま開いた画面の印。"""
        application = CompletionApplication.objects.get(pk=application.pk)
        return queries.fingerprint(application, queries.evaluation_of(application))

    def send_back(
        self, application: CompletionApplication, by: Staff, reason: str = "活動した日をご確認ください。"
    ) -> None:
        return_completion(
            application, reason=reason, seen=self.seen(application), by=by, at=self.at + timedelta(hours=1)
        )

    def approve(self, application: CompletionApplication, by: Staff) -> None:
        approve_completion(application, seen=self.seen(application), by=by, at=self.at + timedelta(hours=2))

    def browser(self, user: User) -> Client:
        """その人がログインした画面。"""
        client = Client()
        client.force_login(user)
        return client


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def make_world() -> World:
    """医師会と、それぞれの管理者と一般の担当者。"""
    national = Association.objects.get(code="00")
    prefecture, other_prefecture = Association.objects.get(code="14"), Association.objects.get(code="26")
    district = _district("14-021", "みどり市医師会", "ミドリシイシカイ", prefecture, "14999", "みどり市")
    other_district = _district("26-011", "さくら市医師会", "サクラシイシカイ", other_prefecture, "26999", "さくら市")
    world = World(national, prefecture, district, other_prefecture, other_district)
    for association in (national, prefecture, other_prefecture, district, other_district):
        association.inquiry_address = f"kenshu-{association.code}@office.example"
        association.member_address = f"kaiin-{association.code}@office.example"
        association.save()
        President.objects.create(association=association, name="架空 会長", from_on=date(2024, 6, 1))
        Category.objects.create(association=association, code="A", label="A 会員", position=1)
        Category.objects.create(association=association, code="B", label="B 会員", position=2)
        for role, name in ((Role.ADMIN, "管理 花子"), (Role.CLERK, "一般 次郎")):
            world.staff[f"{association.code}-{role.name.lower()}"] = world.appoint(association, role, name)
    return world


def _district(code: str, name: str, kana: str, parent: Association, municipality: str, town: str) -> Association:
    association = Association.objects.create(
        code=code,
        name=name,
        kana=kana,
        tier=Tier.DISTRICT,
        kind=AssociationKind.AREA,
        parent=parent,
        prefecture=parent.prefecture,
        telephone="045-000-0120",
        hours="平日 9:00～17:00",
    )
    association.municipalities.add(
        Municipality.objects.create(code=municipality, prefecture=parent.prefecture, name=town)
    )
    return association


@pytest.fixture
def doctor(world: World) -> Doctor:
    """山田太郎先生。座学 9.5 単位。"""
    doctor = world.member("山田", "太郎", world.district, world.prefecture, world.national, kana=("ヤマダ", "タロウ"))
    world.credit(doctor, 19, date(2026, 3, 14))
    return doctor


@pytest.fixture
def application(world: World, doctor: Doctor) -> CompletionApplication:
    """山田太郎先生の、みどり市医師会への修了申請。"""
    return world.submit(doctor, world.district)


Posted = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def posted(world: World) -> Posted:
    """前に尋ねてから預けられたメールのすべて：（種類、宛先）。"""
    told = 0

    def since_last() -> list[tuple[str, str]]:
        nonlocal told
        messages = list(Message.objects.filter(pk__gt=told).order_by("pk"))
        told = messages[-1].pk if messages else told
        return [(message.mail, message.recipient_address) for message in messages]

    since_last()
    return since_last
