"""練習用の小さな日本。ふだんの操作だけで作るので、どの行も本物と同じ決まりに従う。"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count, cycle

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.timezone import localdate

from mamis.accounts.models import SignInName, User
from mamis.accounts.operations import create_user, set_sign_in_names
from mamis.associations.models import Association, Category, Municipality, President, Staff
from mamis.associations.rules import Role, Tier
from mamis.demo import people
from mamis.doctors.models import Doctor, Facility
from mamis.doctors.operations import DoctorFacts, begin_work, open_sight, register_doctor
from mamis.doctors.rules import Ground
from mamis.mail.models import Message, MessageState
from mamis.membership.operations import admit
from mamis.training import queries
from mamis.training.models import Activity, CompletionApplication, Programme
from mamis.training.operations import (
    CompletionRequest,
    CreditEntry,
    FieldEntry,
    approve_completion,
    record_credit,
    resubmit_completion,
    return_completion,
    submit_completion,
    withdraw_completion,
)
from mamis.training.rules import Kind, Source

JOINED_ON = date(2014, 4, 1)


class WorldExists(Exception):
    """練習用の世界は、もう作られている。"""


@transaction.atomic
def build(at: datetime) -> None:
    """練習用の世界を作る。過去のことは過去の日付で行い、そのときのメールは送り終えたものとする。"""
    if Association.objects.filter(code=people.DISTRICTS[0][0]).exists():
        raise WorldExists
    world = _World(at)
    world.build_associations()
    world.build_staff()
    world.build_main_characters()
    world.build_other_doctors()
    _settle_mails()


@dataclass
class _World:
    at: datetime
    associations: dict[str, Association] = field(default_factory=dict)
    categories: dict[tuple[str, str], Category] = field(default_factory=dict)
    facilities: dict[str, Iterator[Facility]] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(402101, 37))
    password: str = field(default_factory=lambda: make_password(people.PASSWORD))

    @property
    def on(self) -> date:
        return localdate(self.at)

    def build_associations(self) -> None:
        """郡市区等医師会と、上の医師会の電話・通知先・会長・会員区分・施設。"""
        for code, telephone, address, president in people.UPPER:
            association = Association.objects.get(code=code)
            self._complete(association, telephone, address, president)
        for code, name, kana, kind, parent, town_code, town, telephone, address, president in people.DISTRICTS:
            association = Association.objects.create(
                code=code,
                name=name,
                kana=kana,
                tier=Tier.DISTRICT,
                kind=kind,
                parent=self.associations[parent],
                prefecture_id=parent,
                postcode=f"{parent}0-0001",
                address=f"{town}中央 1-2-3",
            )
            association.municipalities.add(Municipality.objects.create(code=town_code, prefecture_id=parent, name=town))
            self._complete(association, telephone, address, president)
        for prefecture, names in people.FACILITIES.items():
            self.facilities[prefecture] = cycle(
                [Facility.objects.create(name=name, prefecture_id=prefecture) for name in names]
            )

    def _complete(self, association: Association, telephone: str, address: str, president: str) -> None:
        association.telephone, association.inquiry_address = telephone, address
        association.hours = "平日 9:00～17:00"
        association.save()
        President.objects.create(association=association, name=president, from_on=date(2024, 6, 1))
        for position, (code, label) in enumerate(people.CATEGORIES[association.code], start=1):
            self.categories[association.code, code] = Category.objects.create(
                association=association, code=code, label=label, position=position
            )
        self.associations[association.code] = association

    def build_staff(self) -> None:
        """事務局の人。"""
        for address, name, code, role in people.STAFF:
            self.staff[address] = self._appoint(self._user(address, name), code, Role[role])

    def _appoint(self, user: User, code: str, role: Role) -> Staff:
        return Staff.objects.create(
            user=user, association=self.associations[code], role=role, since_on=date(2025, 4, 1)
        )

    def build_main_characters(self) -> None:
        """ログインできる医師たち。"""
        member = self._doctor("山田", "太郎", "ヤマダ", "タロウ", "member@demo.example", member_no="1402773056")
        self._join(member, ("14-021", "B"), ("14", "B"), ("00", "A2B"))
        self._credits(member, knowledge=21, field_units=2)

        district_member = self._doctor("佐藤", "花子", "サトウ", "ハナコ", "district-member@demo.example")
        self._join(district_member, ("14-021", "B"))
        self._credits(district_member, knowledge=15, field_units=2)

        non_member = self._doctor("鈴木", "一郎", "スズキ", "イチロウ", "non-member@demo.example")
        self._work(non_member, "14", sight=True)
        self._credits(non_member, knowledge=20, field_units=2)

        two_hats = self._doctor("髙﨑", "𠮷郎", "タカサキ", "キチロウ", "two-hats@demo.example", member_no="1402773064")
        self._join(two_hats, ("14-021", "A"), ("14", "A"), ("00", "A1"))
        self._credits(two_hats, knowledge=22, field_units=2)
        self._appoint(two_hats.user, "14-021", Role.CLERK)

    def build_other_doctors(self) -> None:
        """そのほかの医師と、いろいろな状態の修了申請。"""
        names = self._names()
        self._build_midori(names)
        self._build_elsewhere(names)
        for code in ("14-022",) * 5 + ("26-901",) * 4 + ("26-011",) * 3 + ("14-021",) * 4:
            self._member(next(names), code, knowledge=9)
        for prefecture in ("14", "14", "26"):
            self._work(self._doctor(*next(names)), prefecture, sight=True)

    def _build_midori(self, names: Iterator[tuple[str, str, str, str]]) -> None:
        """みどり市医師会：待っているもの、差し戻したもの、直されたもの、承認したもの、取り下げられたもの。"""
        for days_ago in (2, 3, 5, 6, 9, 12, 16):
            self._submit(self._member(next(names), "14-021"), "14-021", days_ago)
        for days_ago, reason in zip((20, 8), people.RETURN_REASONS, strict=True):
            application = self._submit(self._member(next(names), "14-021"), "14-021", days_ago)
            self._send_back(application, "midori@demo.example", days_ago - 3, reason)
        corrected = self._submit(self._member(next(names), "14-021"), "14-021", 15)
        self._send_back(corrected, "midori@demo.example", 13, people.RETURN_REASONS[0])
        resubmit_completion(corrected, self._request(corrected.destination, entries=3), at=self._ago(10))
        for days_ago in (28, 35, 41, 58, 72, 80, 95, 110, 128, 150, 171, 190, 205, 230):
            application = self._submit(self._member(next(names), "14-021"), "14-021", days_ago)
            self._approve(application, "midori-admin@demo.example", days_ago - 4)
        withdrawn = self._submit(self._member(next(names), "14-021"), "14-021", 33)
        withdraw_completion(withdrawn, at=self._ago(31))

    def _build_elsewhere(self, names: Iterator[tuple[str, str, str, str]]) -> None:
        """さくら市医師会と、会員でない医師が申請した都道府県医師会。"""
        for days_ago in (4, 7, 11):
            self._submit(self._member(next(names), "26-011"), "26-011", days_ago)
        for days_ago in (45, 66, 120):
            application = self._submit(self._member(next(names), "26-011"), "26-011", days_ago)
            self._approve(application, "sakura-admin@demo.example", days_ago - 6)
        for prefecture, office in (("14", "kanagawa-admin@demo.example"), ("26", "kyoto-admin@demo.example")):
            for days_ago in (6, 50):
                doctor = self._doctor(*next(names))
                self._work(doctor, prefecture, sight=True)
                self._credits(doctor, knowledge=21, field_units=0, at=self._ago(days_ago + 20))
                application = self._submit(doctor, prefecture, days_ago)
                if days_ago > 30:
                    self._approve(application, office, days_ago - 5)

    def _names(self) -> Iterator[tuple[str, str, str, str]]:
        for number in count():
            family, family_kana = people.FAMILY_NAMES[number % len(people.FAMILY_NAMES)]
            given, given_kana = people.GIVEN_NAMES[number % len(people.GIVEN_NAMES)]
            yield family, given, family_kana, given_kana

    def _user(self, address: str, name: str) -> User:
        """練習用のパスワードの利用者。鍵伸ばしは一回で済ませる。"""
        user = create_user(email=address, name=name, at=self.at)
        user.password = self.password
        user.save(update_fields=["password"])
        return user

    def _doctor(
        self, family: str, given: str, family_kana: str, given_kana: str, sign_in: str = "", member_no: str = ""
    ) -> Doctor:
        number = next(self.numbers)
        user = self._user(sign_in, f"{family} {given}") if sign_in else None
        if user is not None:
            names = {SignInName.Kind.REGISTER_NUMBER: str(number), SignInName.Kind.MEMBER_ID: member_no}
            set_sign_in_names(user, names, at=self.at)
        return register_doctor(
            DoctorFacts(
                family_name=family,
                given_name=given,
                family_kana=family_kana,
                given_kana=given_kana,
                licence_number=str(number),
                registered_on=date(2004, 5, 20),
                birth_on=date(1960 + number % 30, 1 + number % 12, 1 + number % 28),
                member_no=member_no,
                contact_address=sign_in or f"doctor-{number}@clinic.example",
                telephone="045-000-0199",
            ),
            user_id=user.pk if user else None,
        )

    def _member(self, name: tuple[str, str, str, str], code: str, *, knowledge: int = 18) -> Doctor:
        """その郡市区等から日本医師会までの会員。"""
        doctor = self._doctor(*name)
        parent = self.associations[code].parent.code
        first = {one: next(iter(category for of, category in self.categories if of == one)) for one in (code, parent)}
        self._join(doctor, (code, first[code]), (parent, first[parent]), ("00", "A2B"))
        self._credits(doctor, knowledge=knowledge, field_units=0, at=self._ago(300))
        return doctor

    def _join(self, doctor: Doctor, *seats: tuple[str, str]) -> None:
        for code, category in seats:
            admit(doctor, self.associations[code], category=self.categories[code, category], on=JOINED_ON)
        self._work(doctor, self.associations[seats[0][0]].prefecture_id, sight=False)

    def _work(self, doctor: Doctor, prefecture: str, *, sight: bool) -> None:
        begin_work(doctor, next(self.facilities[prefecture]), on=JOINED_ON)
        if sight:
            open_sight(doctor, self.associations[prefecture], ground=Ground.WORKPLACE, on=JOINED_ON)

    def _credits(self, doctor: Doctor, *, knowledge: int, field_units: int, at: datetime | None = None) -> None:
        """座学と実地の単位。座学は 2 単位までの講習会に分け、期間の前の一行を添える。"""
        at = at or self._ago(20)
        by = self.staff["jma-admin@demo.example"]
        cme, kakari = (Programme.objects.get(code=code) for code in (queries.CME, queries.KAKARI))
        day, left = localdate(at) - timedelta(days=30), knowledge
        for lecture in cycle(people.LECTURES):
            if not left:
                break
            units = min(left, 4)
            record_credit(
                doctor,
                CreditEntry(cme.pk, Kind.KNOWLEDGE, lecture, day, units, "受講者名簿", Source.COURSE, codes=("12",)),
                by=by,
                at=at,
            )
            day, left = day - timedelta(days=110), left - units
        old = CreditEntry(cme.pk, Kind.KNOWLEDGE, "医療安全講習会", date(2022, 7, 10), 4, "受講者名簿", Source.COURSE)
        record_credit(doctor, old, by=by, at=at)
        if field_units:
            activity = Activity.objects.get(code="F102")
            day = localdate(at) - timedelta(days=60)
            entry = CreditEntry(kakari.pk, Kind.FIELD, activity.name, day, field_units, "出務表")
            record_credit(doctor, entry, by=by, at=at)

    def _request(self, destination: Association, entries: int) -> CompletionRequest:
        activities = Activity.objects.filter(code__in=("F102", "F303", "F306")).order_by("code")[:entries]
        places = ("みどり市休日急患診療所", "みどり市立緑小学校", "みどり市保健センター")
        day = self.on - timedelta(days=320)
        return CompletionRequest(
            destination.pk,
            tuple(
                FieldEntry(activity.pk, place, day, day + timedelta(days=index), times=index + 1)
                for index, (activity, place) in enumerate(zip(activities, places, strict=False))
            ),
        )

    def _submit(self, doctor: Doctor, code: str, days_ago: int) -> CompletionApplication:
        return submit_completion(doctor, self._request(self.associations[code], entries=2), at=self._ago(days_ago))

    def _send_back(self, application: CompletionApplication, office: str, days_ago: int, reason: str) -> None:
        return_completion(
            application, reason=reason, seen=self._seen(application), by=self.staff[office], at=self._ago(days_ago)
        )

    def _approve(self, application: CompletionApplication, office: str, days_ago: int) -> None:
        approve_completion(application, seen=self._seen(application), by=self.staff[office], at=self._ago(days_ago))

    def _seen(self, application: CompletionApplication) -> str:
        return queries.fingerprint(application, queries.evaluation_of(application))

    def _ago(self, days: int) -> datetime:
        return self.at - timedelta(days=days, hours=days % 5)


def _settle_mails() -> None:
    """過去のメールは送り終えたものとする。一通だけは、届かなかったものとして残す。"""
    for message in Message.objects.filter(state=MessageState.QUEUED):
        message.state, message.sent_at, message.attempts = MessageState.SENT, message.created_at, 1
        message.save(update_fields=["state", "sent_at", "attempts"])
    undelivered = Message.objects.filter(mail="CompletionReturned").order_by("pk").first()
    undelivered.state, undelivered.sent_at = MessageState.FAILED, None
    undelivered.last_error = "宛先のメールアドレスがありません（550）"
    undelivered.save(update_fields=["state", "sent_at", "last_error"])
