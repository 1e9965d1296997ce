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
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate

from mamis.accounts.gate import AGREED_ON
from mamis.accounts.models import Agreement, Statement, User
from mamis.accounts.operations import create_user
from mamis.associations.models import Association, Category, Municipality, President, Staff
from mamis.associations.rules import Kind as AssociationKind
from mamis.associations.rules import Role, Tier
from mamis.doctors.models import Delegation, Doctor, Registration
from mamis.doctors.operations import (
    Applicant,
    DoctorFacts,
    FacilityFacts,
    accept_delegation,
    begin_work,
    invite_delegate,
    open_sight,
    register_doctor,
    register_facility,
    return_registration,
    submit_registration,
)
from mamis.doctors.operations.delegates import delegate_key
from mamis.doctors.queries import fingerprint as registration_fingerprint
from mamis.doctors.queries import records_with
from mamis.doctors.rules import Ground, Relation
from mamis.files.checking import Clean, Drawn
from mamis.files.models import StoredFile
from mamis.files.operations import receive, settle_check
from mamis.mail.models import Message
from mamis.membership.operations import admit
from mamis.training import queries
from mamis.training.models import Activity, CompletionApplication, CreditLine, HandbookEntry, PastCompletion, Programme
from mamis.training.operations import (
    CompletionRequest,
    CreditEntry,
    FieldEntry,
    HandbookFacts,
    PaperRequest,
    PastCompletionEntry,
    approve_completion,
    enter_completion,
    enter_handbook,
    record_credit,
    record_past_completions,
    return_completion,
    return_handbook,
    submit_completion,
)
from mamis.training.rules import Kind
from tests.files.samples import jpeg, upload

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
    agrees: bool = True  # 規約とお知らせに、前に同意している人々か

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
            user = self._agreed(create_user(email=email, name=name, password=PASSWORD, at=self.at))
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
            self._agreed(create_user(email=address, name=f"{family_name} {given_name}", password=PASSWORD, at=self.at))
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
                user_id=user.pk if user else None,
            )
        )

    def _agreed(self, user: User) -> User:
        if self.agrees:
            agree_to_all(user)
        return user

    def member(self, family_name: str, given_name: str, *associations: Association, **facts: object) -> Doctor:
        """その医師会の会員である医師。下の層から順に入る。"""
        doctor = self.doctor(family_name, given_name, **facts)
        for association in associations:
            self.join(doctor, association)
        return doctor

    def join(self, doctor: Doctor, association: Association) -> None:
        admit(doctor, association, category=association.categories.first(), on=date(2015, 4, 1))

    def district_beside(self) -> Association:
        """みどり市と同じ県の、もう一つの郡市区等医師会。"""
        beside = new_district("14-022", "あおば市医師会", "アオバシイシカイ", self.prefecture, "14998", "あおば市")
        beside.member_address = "kaiin-14-022@office.example"
        beside.save()
        for position, code in enumerate("AB", start=1):
            Category.objects.create(association=beside, code=code, label=f"{code} 会員", position=position)
        for role, name in ((Role.ADMIN, "管理 花子"), (Role.CLERK, "一般 次郎")):
            self.staff[f"{beside.code}-{role.name.lower()}"] = self.appoint(beside, role, name)
        return beside

    def works_in(self, doctor: Doctor, association: Association) -> None:
        """その都道府県で働く。会員でなければ、都道府県医師会に見える。"""
        facility = register_facility(FacilityFacts("架空中央病院", association.prefecture_id))
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

    def past_completion(
        self,
        doctor: Doctor,
        completed_on: date = date(2025, 6, 12),
        expires_on: date = date(2028, 6, 11),
        *,
        association: Association | None = None,
        number: str = "第12号",
    ) -> PastCompletion:
        """取り込んだ過去の修了。"""
        keeper = association or self.district
        programme = Programme.objects.get(code=queries.KAKARI)
        entry = PastCompletionEntry(programme.pk, completed_on, expires_on, number, "移行：承認の決裁簿")
        [made] = record_past_completions(
            [(doctor, entry)], association_id=keeper.pk, user_id=self.admin(keeper).user_id, at=self.at
        )
        return made

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

    def handbook(self, doctor: Doctor, by: Staff, *, title: str = "県医師会 学術講演会") -> HandbookEntry:
        """手帳の単位 1.5 を書き写した登録。写しは確かめ終えている。"""
        file = receive(upload(jpeg(), "手帳.jpg"), purpose="training.handbook", by_user_id=by.user_id, at=self.at)
        file = settle_check(file, Clean((Drawn(300, 200, jpeg()),)), at=self.at)
        line = HandbookFacts(Kind.KNOWLEDGE, title, date(2024, 5, 12), 3, ("1", "15"))
        return enter_handbook(doctor, (line,), (file,), by=by, at=self.at)

    def returned_handbook(self, doctor: Doctor, by: Staff, returner: Staff) -> HandbookEntry:
        """差し戻された手帳の単位の登録。"""
        entry = self.handbook(doctor, by)
        return return_handbook(entry, reason="単位が写しと違います。", seen=entry.seen, by=returner, at=self.at)

    def enter(
        self, doctor: Doctor, destination: Association, *, by: Staff | None = None, paper_on: date = TODAY
    ) -> CompletionApplication:
        """紙の申請の代行入力。"""
        request = self.request(destination)
        paper = PaperRequest(destination.pk, request.entries, request.note, paper_on)
        return enter_completion(doctor, paper, by=by or self.clerk(destination), at=self.at)

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

    def registration(
        self, family_name: str, given_name: str, *, number: str = "", facts: Doctor | None = None, **others: object
    ) -> Registration:
        """利用者登録の申込み。`facts` の医師の免許証を見て打たれたもので、`others` だけが違う。"""
        name = f"{family_name} {given_name}"[:100]
        user = create_user(email=f"{next(_numbers)}@hana.example", name=name, password=PASSWORD, at=self.at)
        typed = {
            "number": facts.licences.get(ended_on=None).number if facts else number or str(next(_numbers)),
            "registered_on": date(2005, 5, 10),
            "family_name": family_name,
            "given_name": given_name,
            "family_kana": facts.family_kana if facts else "ニッタ",
            "given_kana": facts.given_kana if facts else "ヒカル",
            "birth_on": date(1978, 8, 21),
            "work_prefecture_code": "14",
            "facility_name": "みどり中央病院",
        }
        return submit_registration(Applicant(**typed | others), user=user, mail_address=user.email, at=self.at)

    def licence_scan(self, registration: Registration) -> StoredFile:
        """本人が送り、確かめ終えた、医師免許証の写し。"""
        photograph = SimpleUploadedFile("menkyo.jpg", jpeg())
        file = receive(photograph, purpose="doctors.licence", by_user_id=registration.user_id, at=self.at)
        drawn = Drawn(width=300, height=200, content=jpeg())
        return settle_check(file, Clean((drawn,)), at=self.at)

    def registration_seen(self, registration: Registration) -> str:
        """いま開いた登録の画面の印。"""
        registration = Registration.objects.get(pk=registration.pk)
        return registration_fingerprint(registration, next(iter(records_with(registration.identity)), None))

    def send_back_registration(self, registration: Registration, reason: str = "生年月日をご確認ください。") -> None:
        return_registration(
            registration,
            reason=reason,
            seen=self.registration_seen(registration),
            by=self.clerk(registration.association),
            at=self.at + timedelta(hours=1),
        )

    def delegate(self, doctor: Doctor, name: str, user: User | None = None, *, may_submit: bool = False) -> Delegation:
        """その医師の代理を引き受けた人。"""
        now = timezone.now()
        user = user or create_user(email=f"{next(_numbers)}@hana.example", name=name, password=PASSWORD, at=now)
        last_on = localdate() + timedelta(days=30)
        invited = invite_delegate(
            doctor,
            name=name,
            relation=Relation.SECRETARY,
            mail_address=user.email,
            may_submit=may_submit,
            last_on=last_on,
            at=now,
        )
        return accept_delegation(delegate_key(invited), by=user, at=now)

    def browser(self, user: User) -> Client:
        """その人がログインした画面。規約とお知らせには、前に同意している。"""
        agree_to_all(user)
        client = Client()
        client.force_login(user)
        session = client.session
        session[AGREED_ON] = localdate().isoformat()
        session.save()
        return client


def agree_to_all(user: User) -> None:
    """いまある版のすべてに同意している人にする。"""
    Agreement.objects.bulk_create(
        [Agreement(user=user, statement=one, at=NOON) for one in Statement.objects.all()], ignore_conflicts=True
    )


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def make_world(*, agrees: bool = True) -> World:
    """医師会と、それぞれの管理者と一般の担当者。"""
    national = Association.objects.get(code="00")
    prefecture, other_prefecture = Association.objects.get(code="14"), Association.objects.get(code="26")
    district = new_district("14-021", "みどり市医師会", "ミドリシイシカイ", prefecture, "14999", "みどり市")
    other_district = new_district("26-011", "さくら市医師会", "サクラシイシカイ", other_prefecture, "26999", "さくら市")
    world = World(national, prefecture, district, other_prefecture, other_district, agrees=agrees)
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


def new_district(code: str, name: str, kana: str, parent: Association, municipality: str, town: str) -> Association:
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
