"""練習用の小さな日本。ふだんの操作だけで作るので、どの行も本物と同じ決まりに従う。"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count, cycle, islice
from pathlib import Path
from secrets import token_hex

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.timezone import localdate

from mamis.accounts.models import SignInName, User
from mamis.accounts.operations import agree, create_user, mark_of, report_loss, set_sign_in_names
from mamis.accounts.queries import to_agree
from mamis.associations.models import Association, BoardDay, Category, Municipality, President, Staff
from mamis.associations.operations import begin_delegation, invite
from mamis.associations.rules import Duty, Role, Tier
from mamis.demo import handbooks, people
from mamis.doctors import policy as doctors_policy
from mamis.doctors.models import Doctor, Facility
from mamis.doctors.operations import (
    Applicant,
    DoctorFacts,
    FacilityFacts,
    Work,
    begin_work,
    move_work,
    open_sight,
    register_doctor,
    register_facility,
    submit_registration,
)
from mamis.doctors.rules import Ground
from mamis.documents import pdf
from mamis.files.checking import check
from mamis.files.models import StoredFile
from mamis.files.operations import begin_check, receive, settle_check
from mamis.japanese.calendar import long_date, months_after
from mamis.mail.models import Message, MessageState
from mamis.members.columns import columns_of
from mamis.members.models import Import
from mamis.members.operations import Upload, begin_import, check_import, run_import, work_on
from mamis.members.rules import Kind as ImportKind
from mamis.membership import queries as membership_queries
from mamis.membership.models import Application, Joining, Step
from mamis.membership.operations import (
    CategoryChange,
    Decision,
    Paper,
    Request,
    WorkWanted,
    admit,
    approve_step,
    ask_about_step,
    change_together,
    confirm_joining,
    decline_joining,
    enter_application,
    return_step,
    submit_application,
    submit_profile,
)
from mamis.membership.rules import APPROVED_FACTS, Cause, Reason, category_day
from mamis.tabular.reading import propose, read_sheet
from mamis.training import queries
from mamis.training.models import Activity, CompletionApplication, Programme
from mamis.training.operations import (
    CompletionRequest,
    CreditEntry,
    FieldEntry,
    HandbookFacts,
    PaperRequest,
    approve_completion,
    begin_viewing,
    confirm_handbook,
    enter_completion,
    enter_handbook,
    record_credit,
    resubmit_completion,
    return_completion,
    return_handbook,
    revoke_completion,
    submit_completion,
    withdraw_completion,
)
from mamis.training.rules import Kind, Source

PAPER = Path(__file__).with_name("paper.typ")
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
    world.build_registrations()
    world.build_import()
    world.build_handbooks()
    world.build_unlisted()
    world.build_applications()
    world.build_residents()
    world.build_batch()
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
        for code, week, weekday in people.BOARD_DAYS:
            BoardDay.objects.bulk_create(
                BoardDay(association=self.associations[code], held_on=held_on)
                for held_on in self._months_ahead(week, weekday)
            )
        for prefecture, names in people.FACILITIES.items():
            self.facilities[prefecture] = cycle(
                [
                    register_facility(
                        FacilityFacts(name, prefecture, kana, kind, code, address=address, telephone=telephone)
                    )
                    for kind, code, name, kana, address, telephone in names
                ]
            )
        prefecture, name, kana, address = people.DOUBLED_FACILITY
        register_facility(FacilityFacts(name, prefecture, kana, address=address))

    def _months_ahead(self, week: int, weekday: int) -> list[date]:
        """先月から半年先まで、毎月の決まった週と曜日の日。"""
        firsts = [months_after(self.on.replace(day=1), months) for months in range(-1, 7)]
        return [first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (week - 1)) for first in firsts]

    def _complete(self, association: Association, telephone: str, address: str, president: str) -> None:
        association.telephone, association.inquiry_address = telephone, address
        association.hours = "平日 9:00～17:00"
        association.member_address = address.replace("kenshu@", "kaiin@")
        association.allows_partial = association.code not in people.WHOLE_ONLY
        association.save()
        President.objects.create(association=association, name=president, from_on=date(2024, 6, 1))
        for position, (code, label, duties) in enumerate(people.CATEGORIES[association.code], start=1):
            key = association.code, code
            self.categories[key] = Category.objects.create(
                association=association,
                code=code,
                label=label,
                position=position,
                duties=list(duties),
                is_insured=key in people.INSURED,
                is_voting=key in people.VOTING,
            )
        self.associations[association.code] = association

    def build_staff(self) -> None:
        """事務局の人。"""
        for address, name, code, role in people.STAFF:
            user = self._user(address, name)
            user.last_login = self._ago(people.LAST_SEEN[address])
            user.save(update_fields=["last_login"])
            self.staff[address] = self._appoint(user, code, Role[role])
        for address, role, by in people.INVITED:
            invite(address, Role[role], by=self.staff[by], at=self.at - timedelta(hours=20))
        for address, reason in people.LOST_PHONES:
            report_loss(self.staff[address].user, reason, at=self.at - timedelta(hours=2))
        for code, by in people.DELEGATED:
            begin_delegation(self.associations[code], by=self.staff[by], at=self._ago(60))

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

    def build_registrations(self) -> None:
        """まだログインしたことのない会員と、確認を待つ利用者登録：一部だけ合うもの、医師免許証を見るもの。"""
        doctor = self._doctor(*people.UNREGISTERED.names, card=people.UNREGISTERED)
        self._join(doctor, ("14-021", "B"), ("14", "B"))
        self._credits(doctor, knowledge=19, field_units=0)
        half = self._doctor(*people.HALF_MATCH.names, card=people.HALF_MATCH)
        self._join(half, ("14-021", "B"))
        wrong_day = people.HALF_MATCH.birth_on + timedelta(days=9)
        self._register(people.HALF_MATCH, "half-match@demo.example", days_ago=2, birth_on=wrong_day)
        self._register(people.NEWCOMER, "newcomer@demo.example", days_ago=4)

    def build_unlisted(self) -> None:
        """施設マスタにない勤務先へ移った医師。"""
        moving = (
            Doctor.objects.filter(memberships__association__code__in=("14-022", "26-901")).distinct().order_by("pk")
        )
        doctors = iter(moving)
        for prefecture, name, number in people.UNLISTED_FACILITIES:
            for doctor in islice(doctors, number):
                move_work(doctor, Work(None, name, prefecture, "clinic-staff"), on=self.on, at=self._ago(3))

    def _register(self, card: people.Card, address: str, *, days_ago: int, birth_on: date | None = None) -> None:
        family, given, family_kana, given_kana = card.names
        applicant = Applicant(
            number=card.number,
            registered_on=people.REGISTERED_ON,
            family_name=family,
            given_name=given,
            family_kana=family_kana,
            given_kana=given_kana,
            birth_on=birth_on or card.birth_on,
            work_prefecture_code="14",
            facility_name="みどり中央病院",
            home_prefecture_code="14",
        )
        user = self._user(address, f"{family} {given}")
        submit_registration(applicant, user=user, mail_address=address, at=self._ago(days_ago))

    def _build_midori(self, names: Iterator[tuple[str, str, str, str]]) -> None:
        """みどり市医師会：待っているもの、差し戻したもの、直されたもの、承認したもの、取り下げられたもの。"""
        for days_ago in (2, 3, 5, 6, 9, 12, 16):
            application = self._submit(self._member(next(names), "14-021"), "14-021", days_ago)
            if days_ago == 5:
                self._view_screen_of(application, "midori@demo.example", days_ago=1)
        for days_ago, reason in zip((20, 8), people.RETURN_REASONS, strict=True):
            application = self._submit(self._member(next(names), "14-021"), "14-021", days_ago)
            self._send_back(application, "midori@demo.example", days_ago - 3, reason)
        corrected = self._submit(self._member(next(names), "14-021"), "14-021", 15)
        self._send_back(corrected, "midori@demo.example", 13, people.RETURN_REASONS[0])
        resubmit_completion(corrected, self._request(corrected.destination, entries=3), at=self._ago(10))
        for days_ago in (28, 35, 41, 58, 72, 80, 95, 110, 128, 150, 171, 190, 205, 230):
            application = self._submit(self._member(next(names), "14-021"), "14-021", days_ago)
            self._approve(application, "midori-admin@demo.example", days_ago - 4)
        revoked = self._submit(self._member(next(names), "14-021"), "14-021", 88)
        self._approve(revoked, "midori-admin@demo.example", 84)
        revoke_completion(
            revoked, reason=people.REVOCATION_REASON, by=self.staff["midori-admin@demo.example"], at=self._ago(60)
        )
        self._build_papers(names)
        withdrawn = self._submit(self._member(next(names), "14-021"), "14-021", 33)
        withdraw_completion(withdrawn, at=self._ago(31))

    def build_import(self) -> None:
        """みどり市医師会が、名簿を取り込んだ。二行は、直してもう一度取り込むのを待っている。"""
        by, at = self.staff["midori-admin@demo.example"], self._ago(37)
        self._import(ImportKind.MEMBERS, "みどり市医師会 会員名簿.csv", people.ROSTER, by, at)

    def _import(self, kind: ImportKind, name: str, text: str, by: Staff, at: datetime) -> Import:
        """ファイルを預け、確かめ、取り込む。"""
        content = text.encode("utf-8-sig")
        sheet = read_sheet(content)
        of_import = begin_import(Upload(kind, name, content, sheet), by=by, at=at)
        check_import(of_import, propose(columns_of(kind, Tier.DISTRICT), sheet.heads, {}), by=by, at=at)
        self._work_on(of_import, at)
        run_import(of_import, by=by, at=at + timedelta(minutes=20))
        self._work_on(of_import, at + timedelta(minutes=21))
        return of_import

    def _work_on(self, of_import: Import, at: datetime) -> None:
        while work_on(of_import.pk, at=at):
            pass

    def _build_papers(self, names: Iterator[tuple[str, str, str, str]]) -> None:
        """紙で申請した、マイページを使わない医師。一人はアドレスもない。"""
        by = self.staff["midori@demo.example"]
        for days_ago, address in ((4, None), (25, "")):
            doctor = self._member(next(names), "14-021", address=address)
            request = self._request(by.association, entries=2)
            paper_on, at = self.on - timedelta(days_ago + 3), self._ago(days_ago)
            scan = self._scan(doctor, by, paper_on, at)
            paper = PaperRequest(
                request.destination_id, request.entries, "紙の申請書のとおりです。", paper_on, scan_id=scan.pk
            )
            application = enter_completion(doctor, paper, by=by, at=self._ago(days_ago))
            if address == "":
                self._approve(application, "midori-admin@demo.example", days_ago - 2)

    def _scan(self, doctor: Doctor, by: Staff, paper_on: date, at: datetime) -> StoredFile:
        """紙の申請書の写し。本当に預かり、確かめる。"""
        facts = {
            "on": long_date(paper_on),
            "to": by.association.name,
            "name": doctor.name,
            "lines": ("休日夜間急患センターへの出務　みどり市休日急患診療所", "学校保健　みどり市立緑小学校"),
        }
        upload = SimpleUploadedFile("修了申請書.pdf", pdf.draw(PAPER, facts), "application/pdf")
        file = receive(upload, purpose="training.paper", by_user_id=by.user_id, at=at)
        row, original = begin_check(file.pk, at=at)
        return settle_check(row, check(original, row.kind), at=at)

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

    def build_handbooks(self) -> None:
        """みどり市医師会が預かった手帳：確認を待つもの、差し戻されたもの、確認されたもの。"""
        clerk, admin = self.staff["midori@demo.example"], self.staff["midori-admin@demo.example"]
        doctors = doctors_policy.visible_to(clerk, self.on).filter(user=None).order_by("-pk")[:4]
        for doctor, ended, days_ago in zip(
            doctors, ("waiting", "unread", "returned", "confirmed"), (1, 0, 6, 20), strict=True
        ):
            at = self._ago(days_ago)
            lines = tuple(
                HandbookFacts(Kind.KNOWLEDGE, lecture, date(2025, 3 + index, 8), 2, ("12",))
                for index, lecture in enumerate(people.LECTURES[:3])
            )
            page = handbooks.scan(lines, name="手帳", by_user_id=clerk.user_id, at=at, checked=ended != "unread")
            entry = enter_handbook(doctor, lines, (page,), by=clerk, at=at)
            if ended == "returned":
                words = "3 行目の日付が、写しと違うようです。ご確認ください。"
                return_handbook(entry, reason=words, seen=entry.seen, by=admin, at=self._ago(days_ago - 1))
            if ended == "confirmed":
                confirm_handbook(entry, seen=entry.seen, by=admin, at=self._ago(days_ago - 1))

    def build_applications(self) -> None:
        """届出：決めるのを待つもの、期限の過ぎたもの、差し戻し、保留、完了、代行入力。"""
        names = islice(self._names(), 70, None)
        for days_ago, code in ((3, "14-021"), (50, "14-021"), (9, "26-011")):
            self._change_category(self._member(next(names), code), days_ago)
        upper = self._change_category(self._member(next(names), "14-021"), 12)
        self._decide(upper, "14-021", "midori-admin@demo.example", 10)
        self._change_category(self._member(next(names), "14-021"), 6, only="00")
        for days_ago in (5, 10):
            self._transfer(self._member(next(names), "14-021"), days_ago)
        clerk = self.staff["midori@demo.example"]
        returned = self._step(self._change_category(self._member(next(names), "14-021"), 8), "14-021")
        words = "開業の届出がまだのようです。保健所への届出の日をご確認のうえ、異動日を直してください。"
        return_step(returned, reason=words, seen=membership_queries.fingerprint(returned), by=clerk, at=self._ago(6))
        held = self._step(self._change_category(self._member(next(names), "14-021"), 7), "14-021")
        question = "今の勤務先は、非常勤でお続けになりますか。"
        ask_about_step(held, question=question, seen=membership_queries.fingerprint(held), by=clerk, at=self._ago(4))
        done = self._move_work(self._member(next(names), "14-021"), 20)
        self._decide(done, "14-021", "midori@demo.example", 18)
        self._leave_on_paper(self._member(next(names), "14-021", address=""), 2)
        self._change_name(self._member(next(names), "14-021"), 4)

    def build_residents(self) -> None:
        """みどり市医師会が取り込んだ研修医の名簿：確かめた方、辞退した方、まだ返事のない方。二行は断られている。"""
        by, at = self.staff["midori-admin@demo.example"], self._ago(9)
        head, *rows = people.RESIDENTS.splitlines()
        joined_on = category_day(localdate(at)).isoformat()
        text = "\n".join((f"{head},入会日", *(f"{row},{joined_on}" for row in rows)))
        self._import(ImportKind.RESIDENTS, "みどり中央病院 研修医名簿.csv", text, by, at)
        first, second, third = Joining.objects.order_by("pk")[:3]
        confirm_joining(first, at=self._ago(8))
        confirm_joining(second, at=self._ago(6))
        decline_joining(third, "大学の医師会に入ることにしました。", at=self._ago(5))

    def build_batch(self) -> None:
        """臨床研修を修了する会員の会員区分を、みどり市医師会がまとめて変えた。一人は、届出をもう出していた。"""
        by, at = self.staff["midori@demo.example"], self._ago(1)
        doctors = [self._trainee(name) for name in islice(self._names(), 90, 94)]
        self._change_category(doctors[-1], 2)
        codes = (("14-021", "C", "B"), ("14", "C", "B"), ("00", "C", "B"))
        change = CategoryChange(
            {self.categories[code, was].pk: self.categories[code, now].pk for code, was, now in codes},
            category_day(localdate(at)),
            Cause.TRAINED,
            "みどり中央病院からの臨床研修修了者名簿",
            localdate(at),
        )
        seen = [membership_queries.seats_fingerprint(membership_queries.seats(one, localdate(at))) for one in doctors]
        change_together(list(zip(doctors, seen, strict=True)), change, key=token_hex(8), by=by, at=at)

    def _trainee(self, name: tuple[str, str, str, str]) -> Doctor:
        """三つの層の、臨床研修医の会員。"""
        doctor = self._doctor(*name)
        self._join(doctor, ("14-021", "C"), ("14", "C"), ("00", "C"))
        hospital = next(self.facilities["14"])
        move_work(doctor, Work(hospital.pk, "", "", Duty.RESIDENT), on=JOINED_ON + timedelta(days=1), at=self.at)
        return doctor

    def _change_category(self, doctor: Doctor, days_ago: int, *, only: str = "") -> Application:
        """開業して、会員区分が変わる。`only` は、変わる医師会を一つに限る。"""
        at = self._ago(days_ago)
        code = membership_queries.seats(doctor, localdate(at))[0].membership.association.prefecture_id
        wanted = {
            seat.membership.association_id: self._another_category(seat.membership.association.code, seat.category_id)
            if only in ("", seat.membership.association.code)
            else seat.category_id
            for seat in membership_queries.seats(doctor, localdate(at))
        }
        request = Request(
            after=wanted,
            effective_on=localdate(at) + timedelta(days=14),
            reasons=(Reason.CATEGORY,),
            causes=(Cause.EMPLOYED,),
            work=None if only else WorkWanted(next(self.facilities[code]).pk, duty="clinic-staff"),
            note="よろしくお願いいたします。",
        )
        return submit_application(doctor, request, at=at)

    def _another_category(self, code: str, category_id: int) -> int:
        """その医師会の、いまと違う、初めの会員区分。"""
        of_association = (one for (of, _), one in self.categories.items() if of == code)
        return next(one.pk for one in of_association if one.pk != category_id)

    def _transfer(self, doctor: Doctor, days_ago: int) -> Application:
        """みどり市から、さくら市への異動。"""
        wanted = {("26-011", "B"), ("26", "B1"), ("00", "A2B")}
        request = Request(
            after={self.associations[code].pk: self.categories[code, category].pk for code, category in wanted},
            effective_on=months_after(self.on.replace(day=1), 2),
            reasons=(Reason.TRANSFER,),
            causes=(Cause.TRANSFERRED,),
            work=WorkWanted(unlisted_name="さくら駅前内科", prefecture_code="26", duty="clinic-staff"),
        )
        return submit_application(doctor, request, at=self._ago(days_ago))

    def _move_work(self, doctor: Doctor, days_ago: int) -> Application:
        """施設だけの異動。"""
        at = self._ago(days_ago)
        request = Request(
            after=membership_queries.seats_of(doctor, localdate(at)),
            effective_on=localdate(at),
            reasons=(Reason.FACILITY,),
            work=WorkWanted(next(self.facilities["14"]).pk, duty="hospital-staff"),
        )
        return submit_application(doctor, request, at=at)

    def _leave_on_paper(self, doctor: Doctor, days_ago: int) -> Application:
        """ご家族からの死亡のお知らせを、みどり市医師会が代行入力した退会。"""
        by, at = self.staff["midori@demo.example"], self._ago(days_ago)
        day = localdate(at) - timedelta(days=5)
        request = Request(after={}, effective_on=day, causes=(Cause.DIED,), note="根拠：ご家族からの届出")
        return enter_application(doctor, request, Paper(day), by=by, at=at)

    def _change_name(self, doctor: Doctor, days_ago: int) -> Application:
        """姓が変わった会員情報の変更。"""
        at, name = self._ago(days_ago), "木村"
        lines = (f"従前の氏名　{doctor.name}", f"氏名　{name} {doctor.given_name}")
        copied = handbooks.evidence(lines, name="戸籍抄本", holder=f"demo {doctor.pk}", at=at)
        changed = {"family_name": name, "family_kana": "キムラ"}
        request = Request(after={}, effective_on=localdate(at), facts=changed, evidence_id=copied.pk)
        return submit_profile(doctor, request, seen=membership_queries.register_seen(doctor, APPROVED_FACTS), at=at)

    def _step(self, application: Application, code: str) -> Step:
        """その医師会の段を、いま読んだもの。"""
        steps = Step.objects.select_related("application__doctor", "association", "category")
        return steps.get(application=application, association__code=code)

    def _decide(self, application: Application, code: str, by: str, days_ago: int) -> None:
        """その医師会が、決めた日を承認日として、承認または確認する。"""
        step, at = self._step(application, code), self._ago(days_ago)
        seen = membership_queries.fingerprint(step)
        approve_step(step, Decision(localdate(at)), seen=seen, by=self.staff[by], at=at)

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
        agree(user, seen=mark_of(list(to_agree(user, self.on))), at=self.at)
        return user

    def _doctor(
        self,
        family: str,
        given: str,
        family_kana: str,
        given_kana: str,
        sign_in: str = "",
        member_no: str = "",
        card: people.Card | None = None,
        address: str | None = None,
    ) -> Doctor:
        number = int(card.number) if card else next(self.numbers)
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
                registered_on=people.REGISTERED_ON,
                birth_on=card.birth_on if card else date(1960 + number % 30, 1 + number % 12, 1 + number % 28),
                member_no=member_no,
                contact_address=sign_in or (f"doctor-{number}@clinic.example" if address is None else address),
                telephone="045-000-0199",
                user_id=user.pk if user else None,
            )
        )

    def _member(
        self, name: tuple[str, str, str, str], code: str, *, knowledge: int = 18, address: str | None = None
    ) -> Doctor:
        """その郡市区等から日本医師会までの会員。"""
        doctor = self._doctor(*name, address=address)
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

    def _view_screen_of(self, application: CompletionApplication, office: str, days_ago: int) -> None:
        """マイページを使う医師の画面を、電話の相談のために見た。"""
        doctor = application.doctor
        doctor.user = self._user("", doctor.name)
        doctor.save(update_fields=["user"])
        number = doctor.licences.get(ended_on=None).number
        set_sign_in_names(doctor.user, {SignInName.Kind.REGISTER_NUMBER: number}, at=self.at)
        words = "修了証の受け取り方について、お電話でご相談があったため"
        begin_viewing(application, reason=words, by=self.staff[office], at=self._ago(days_ago))

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
        message.body = "" if message.is_secret else message.body
        message.save(update_fields=["state", "sent_at", "attempts", "body"])
    undelivered = Message.objects.filter(mail="CompletionReturned").order_by("pk").first()
    undelivered.state, undelivered.sent_at = MessageState.FAILED, None
    undelivered.last_error = "宛先のメールアドレスがありません（550）"
    undelivered.save(update_fields=["state", "sent_at", "last_error"])
