"""修了申請は、別に書いた模型のとおりに動く（quality.md 5、45）。

模型は newsletter Topic 01、architecture.md §3・§7、training.md §1 を読んで、ふつうの Python で書いた。
流れの表も規則も借りない。何人もの医師と事務局の人が、でたらめな順に、古い画面からも、よその医師会からも行為をする。
一歩ごとに、状態、申請先、数えた単位、メール、経過、台帳、修了証、残した行が、模型と同じである。断られた行為は、何も変えない。

長く試すには PROOFS=long script/prove tests/proofs/test_completion_model.py
"""

import calendar
import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mamis.associations.models import Association, Platform, Staff
from mamis.associations.rules import Role
from mamis.doctors.models import Facility
from mamis.doctors.operations import begin_work
from mamis.mail.models import Message
from mamis.training import policy, queries
from mamis.training.models import (
    Activity,
    Certificate,
    CompletionApplication,
    CompletionHistory,
    CountedLine,
    CreditLine,
    Programme,
)
from mamis.training.operations import (
    AlreadyLive,
    CertificateStillValid,
    CompletionRequest,
    CreditEntry,
    DestinationNotAllowed,
    EnteredByYourself,
    FieldEntry,
    PaperRequest,
    RequirementsNotMet,
    SameCreditExists,
    TooLateToUndo,
    approve_completion,
    enter_completion,
    forward_completion,
    record_credit,
    reenter_completion,
    resubmit_completion,
    return_completion,
    reverse_credit,
    revoke_completion,
    submit_completion,
    take_certificate,
    undo_approval,
    withdraw_completion,
)
from mamis.workflow.table import NotAllowed, PageIsStale
from tests.world import NOON, make_world

LONG = os.environ.get("PROOFS") == "long"
EXAMPLES, STEPS = (2_000, 60) if LONG else (100, 30)

# 断りの名は、模型の言葉で言う。
REFUSALS = {
    AlreadyLive: "申請中がある",
    CertificateStillValid: "修了証の期限が先",
    DestinationNotAllowed: "申請先が違う",
    EnteredByYourself: "自分で打った",
    RequirementsNotMet: "単位が足りない",
    NotAllowed: "すでに処理済み",
    PageIsStale: "画面が古い",
    SameCreditExists: "同じ単位がある",
    TooLateToUndo: "取りやめられない",
}
ABSENT = "見当たらない"
DONE = "できた"

# 目標：すべての移り変わりと、すべての断り。
EVERY_STEP = {
    ("submit", "new", "submitted"),
    ("submit", "returned", "submitted"),
    ("return", "submitted", "returned"),
    ("forward", "submitted", "submitted"),
    ("approve", "submitted", "approved"),
    ("withdraw", "submitted", "withdrawn"),
    ("withdraw", "returned", "withdrawn"),
    ("undo", "approved", "submitted"),
    ("revoke", "approved", "revoked"),
    ("enter", "new", "submitted"),
    ("enter", "returned", "submitted"),
}
EVERY_REFUSAL = {*REFUSALS.values(), ABSENT}

ADMINS = {"みどり管理者", "みどりの山田", "日医管理者"}
KNOWLEDGE, FIELD = "knowledge", "field"
NEEDED = {"total": 20, KNOWLEDGE: 2, FIELD: 2}
OF_ONE_ACTIVITY = 2

# 申請書に書く実地研修：何日前のことか。1095日より前は、うるう年をまたぐかどうかで数える期間の内外が変わる。
REPORTS = st.sampled_from([[0], [30], [30], [900, 30], [1094], [1095, 0], [1095], [1096, 5], [1096], [1097], [-1], []])


def years_later(day, years):
    """何年か後の同じ日。その日がない月では月の末日。"""
    year = day.year + years
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


@dataclass
class Unit:
    """模型の台帳の一行。"""

    kind: str
    title: str
    on: date
    half_units: int
    granted_by: str
    is_reversed: bool = False


@dataclass
class Case:
    """模型の修了申請。"""

    doctor: str
    destination: str
    anchored_on: date
    reports: list[date]
    state: str = "submitted"
    edition: int = 1
    submitted_on: date | None = None
    entered_by: str | None = None
    history: list[tuple] = field(default_factory=list)
    frozen: list[tuple] = field(default_factory=list)
    certified: tuple[date, date] | None = None
    granted: list[Unit] = field(default_factory=list)
    is_taken: bool = False

    @property
    def is_live(self):
        return self.state in {"submitted", "returned"}


@dataclass
class Model:
    """模型のすべて。医師と医師会は、姓とコードで呼ぶ。"""

    today: date
    districts: dict[str, list[str]]
    workplace: dict[str, str]
    seen_as: dict[str, set[str]]
    address: dict[str, str]
    inquiry: dict[str, str]
    mail_from_on: date | None
    ledger: dict[str, list[Unit]]
    cases: list[Case] = field(default_factory=list)
    training_sight: set[tuple[str, str]] = field(default_factory=set)
    posted: list[tuple[str, str]] = field(default_factory=list)

    def live(self, doctor):
        return next((case for case in self.cases if case.doctor == doctor and case.is_live), None)

    def destinations(self, doctor):
        return self.districts.get(doctor) or [self.workplace[doctor]]

    def units(self, doctor, anchored_on, reports=()):
        """数えた単位：座学と実地。"""
        since = years_later(anchored_on, -3) + timedelta(days=1)
        written = [Unit(FIELD, "", day, OF_ONE_ACTIVITY, "") for day in reports]
        counted = [
            unit
            for unit in [*self.ledger[doctor], *written]
            if not unit.is_reversed and since <= unit.on <= anchored_on
        ]
        return {kind: sum(unit.half_units for unit in counted if unit.kind == kind) for kind in (KNOWLEDGE, FIELD)}

    def is_enough(self, doctor, anchored_on, reports):
        held = self.units(doctor, anchored_on, reports)
        return sum(held.values()) >= NEEDED["total"] and all(held[kind] >= NEEDED[kind] for kind in held)

    def may_renew(self, doctor, on=None):
        """有効な修了証は、期限の1年前から更新できる。"""
        day = on or self.today
        ends = [case.certified[1] for case in self.cases if case.doctor == doctor and case.state == "approved"]
        return not any(day <= end and day < years_later(end, -1) for end in ends)

    def sees(self, association, doctor):
        return association in self.seen_as[doctor] or (association, doctor) in self.training_sight

    def face(self, case):
        """画面に出ていること。これが変われば、画面は古い。"""
        lines = tuple((id(unit), unit.is_reversed) for unit in self.ledger[case.doctor])
        return case.edition, lines

    def step(self, case, event, source, party, *, reason=""):
        case.edition += source != "new"
        case.history.append((event, source, case.state, party, case.destination, reason))
        doctor, office = self.address[case.doctor], self.inquiry[case.destination]
        if event in {"submit", "enter"}:
            case.submitted_on = self.today
        receipts = self.mail_from_on is not None and case.submitted_on >= self.mail_from_on
        arrived = [("CompletionArrived", office)] if receipts else []
        match event:
            case "submit":
                self.posted += [("CompletionReceived", doctor), *arrived] if receipts else []
            case "enter":
                self.posted += [("CompletionReceived", doctor)] if receipts else []
            case "return":
                self.posted += [("CompletionReturned", doctor)]
            case "approve":
                self.posted += [("CompletionApproved", doctor)]
            case "forward":
                self.posted += [("CompletionForwarded", doctor), *arrived]
            case "undo":
                self.posted += [("CompletionUndone", doctor)]
            case "revoke":
                self.posted += [("CompletionRevoked", doctor)]


class Office(RuleBasedStateMachine):
    """本物と模型を並べて進める。"""

    visited: Counter
    world: object

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now = NOON
        self.told = Message.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        self.pages, self.cases = {}, {}

    def teardown(self):
        connection.check_constraints()
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize(
        applied=st.sets(st.sampled_from(["山田", "鈴木", "紙野"]), min_size=1),
        approved=st.sets(st.sampled_from(["山田", "鈴木", "紙野"]), max_size=1),
    )
    def people(self, applied, approved):
        world = self.world
        midori, sakura, kanagawa = "14-021", "26-011", "14"
        self.associations = {one.code: one for one in Association.objects.filter(code__in=world_codes(world))}
        self.doctors = {
            "山田": world.member("山田", "太郎", world.district, world.prefecture, world.national),
            "鈴木": world.member("鈴木", "花子", world.district, world.other_district),
            "紙野": world.doctor("紙野", "一郎", address=""),
        }
        world.works_in(self.doctors["紙野"], world.prefecture)
        self.staff = {
            "みどり管理者": world.admin(world.district),
            "みどり一般": world.clerk(world.district),
            "みどり閲覧": world.appoint(world.district, Role.VIEWER, "閲覧 三郎"),
            "みどりの山田": world.appoint(world.district, Role.ADMIN, "山田 太郎", self.doctors["山田"].user),
            "さくら一般": world.clerk(world.other_district),
            "神奈川一般": world.clerk(world.prefecture),
            "京都一般": world.clerk(world.other_prefecture),
            "日医管理者": world.admin(world.national),
        }
        # 一人だけの事務局もある。表にない担当者は、もういない。
        Staff.objects.exclude(pk__in=[one.pk for one in self.staff.values()]).update(ended_at=NOON)
        self.model = Model(
            today=NOON.date(),
            districts={"山田": [midori], "鈴木": [midori, sakura]},
            workplace={"紙野": kanagawa},
            seen_as={"山田": {midori, kanagawa, "00"}, "鈴木": {midori, sakura}, "紙野": {kanagawa}},
            address={name: doctor.contact_address for name, doctor in self.doctors.items()},
            inquiry={code: one.inquiry_address for code, one in self.associations.items()},
            mail_from_on=date(2026, 6, 4),
            ledger={name: [] for name in self.doctors},
        )
        self.moved_on = None
        for name, clerk in (("山田", "日医管理者"), ("鈴木", "さくら一般"), ("紙野", "神奈川一般")):
            self.write_credit(name, clerk, KNOWLEDGE, "学術講演会", 18, NOON.date() - timedelta(days=200))
            if name in applied:
                self.apply(name, self.model.destinations(name)[0], [30])
            if name in applied & approved:
                (case,) = [case for case in self.model.cases if case.doctor == name]
                who = next(who for who in self.staff if self.may_decide(who, case))
                self.open_page(who, case)
                self.decide_as("approve", who, case, case.destination)

    # 医師のすること

    @rule(data=st.data(), reports=REPORTS)
    def submit(self, data, reports):
        free = [name for name in sorted(self.doctors) if not self.model.live(name)]
        certified = [case.doctor for case in self.model.cases if case.certified and case.doctor in free]
        name = data.draw(st.sampled_from([*free * 6, *certified * 3, *sorted(self.doctors)]))
        allowed = self.model.destinations(name)
        self.apply(name, data.draw(st.sampled_from([*allowed * 6, *self.associations])), reports)

    def apply(self, name, code, reports):
        model, allowed = self.model, self.model.destinations(name)
        days = [model.today - timedelta(days=days) for days in reports]

        outcome = self.attempt(
            lambda: submit_completion(self.doctors[name], self.request(code, days), at=self.tick()),
        )

        if model.live(name):
            self.expect(outcome, "申請中がある")
        elif not model.may_renew(name):
            self.expect(outcome, "修了証の期限が先")
        elif code not in allowed:
            self.expect(outcome, "申請先が違う")
        elif not model.is_enough(name, model.today, days):
            self.expect(outcome, "単位が足りない")
        else:
            self.expect(outcome, DONE)
            case = Case(name, code, model.today, days)
            model.cases.append(case)
            model.training_sight.add((code, name))
            self.step(case, "submit", "new", "doctor")

    @precondition(lambda self: self.model.cases)
    @rule(data=st.data(), reports=REPORTS)
    def resubmit_or_withdraw_as_anybody(self, data, reports):
        case = self.draw_case(data, "returned", "submitted")
        name = data.draw(st.sampled_from([case.doctor, *sorted(self.doctors)]))
        if data.draw(st.sampled_from([True, True, False])):
            self.resubmit(case, name, reports)
        else:
            self.withdraw(case, name)

    def resubmit(self, case, name, reports):
        days = [case.anchored_on - timedelta(days=days) for days in reports]

        outcome = self.attempt(
            lambda: resubmit_completion(self.own(name, case), self.request(case.destination, days), at=self.tick())
        )

        if name != case.doctor:
            self.expect(outcome, ABSENT)
        elif case.state != "returned":
            self.expect(outcome, "すでに処理済み")
        elif not self.model.is_enough(name, case.anchored_on, days):
            self.expect(outcome, "単位が足りない")
        else:
            self.expect(outcome, DONE)
            case.reports, case.entered_by = days, None
            self.step(case, "submit", "returned", "doctor")

    def withdraw(self, case, name):
        outcome = self.attempt(lambda: withdraw_completion(self.own(name, case), at=self.tick()))

        if name != case.doctor:
            self.expect(outcome, ABSENT)
        elif not case.is_live:
            self.expect(outcome, "すでに処理済み")
        else:
            self.expect(outcome, DONE)
            self.model.training_sight.discard((case.destination, name))
            self.step(case, "withdraw", "withdrawn", "doctor")

    # 紙の申請の代行入力

    @rule(data=st.data(), reports=REPORTS, aged=st.sampled_from([0, 0, 1, 30]))
    def enter(self, data, reports, aged):
        """紙の申請を、事務局の人が打つ。単位は、紙の申請日からさかのぼる。"""
        model = self.model
        free = [name for name in sorted(self.doctors) if not model.live(name)]
        name = data.draw(st.sampled_from([*free * 6, *sorted(self.doctors)]))
        able = [who for who in self.staff if self.may_enter(who, name) and self.code(who) in model.destinations(name)]
        who = data.draw(st.sampled_from([*able * 6, *self.staff]))
        paper_on = model.today - timedelta(days=aged)
        days = [paper_on - timedelta(days=days) for days in reports]

        outcome = self.attempt(
            lambda: enter_completion(
                self.enterable(who, name), self.paper(who, days, paper_on), by=self.staff[who], at=self.tick()
            )
        )

        if not self.may_enter(who, name):
            self.expect(outcome, ABSENT)
        elif model.live(name):
            self.expect(outcome, "申請中がある")
        elif not model.may_renew(name, paper_on):
            self.expect(outcome, "修了証の期限が先")
        elif self.code(who) not in model.destinations(name):
            self.expect(outcome, "申請先が違う")
        elif not model.is_enough(name, paper_on, days):
            self.expect(outcome, "単位が足りない")
        else:
            self.expect(outcome, DONE)
            case = Case(name, self.code(who), paper_on, days, entered_by=who)
            model.cases.append(case)
            model.training_sight.add((self.code(who), name))
            self.step(case, "enter", "new", "office")

    @precondition(lambda self: self.some("returned"))
    @rule(data=st.data(), reports=REPORTS | st.just([30]))
    def enter_again(self, data, reports):
        """差し戻した申請の、直した紙を打つ。代行入力したものか、利用者のない医師のものだけ。"""
        on_paper = [case for case in self.model.cases if case.state == "returned" and self.is_on_paper(case)]
        case = data.draw(st.sampled_from(on_paper)) if on_paper else self.draw_case(data, "returned")
        self.enter_again_as(self.draw_staff(data, case), case, reports)

    def enter_again_as(self, who, case, reports):
        days = [case.anchored_on - timedelta(days=days) for days in reports]

        outcome = self.attempt(
            lambda: reenter_completion(
                policy.reenterable_by(self.staff[who]).get(pk=case.pk),
                self.paper(who, days, self.model.today),
                by=self.staff[who],
                at=self.tick(),
            )
        )

        if not self.may_decide(who, case) or case.state != "returned" or not self.is_on_paper(case):
            self.expect(outcome, ABSENT)
        elif not self.model.is_enough(case.doctor, case.anchored_on, days):
            self.expect(outcome, "単位が足りない")
        else:
            self.expect(outcome, DONE)
            case.reports, case.entered_by = days, who
            self.step(case, "enter", "returned", "office")

    @precondition(lambda self: self.moved_on != self.model.today)
    @rule()
    def move(self):
        """勤務先が変わる。出してある申請の申請先は変わらない。"""
        model = self.model
        code = "26" if model.workplace["紙野"] == "14" else "14"
        facility = Facility.objects.create(name="架空病院", prefecture=self.associations[code].prefecture)
        begin_work(self.doctors["紙野"], facility, on=model.today)
        model.workplace["紙野"], self.moved_on = code, model.today

    # 事務局のすること

    @precondition(lambda self: self.model.cases)
    @rule(data=st.data())
    def read(self, data):
        """画面を開いておく。あとで、そのまま決めるかもしれない。"""
        case = self.draw_case(data, "submitted")
        self.open_page(self.draw_staff(data, case), case)

    @precondition(lambda self: self.pages and self.some("submitted"))
    @rule(data=st.data(), act=st.sampled_from(["approve", "return", "forward"]))
    def decide_on_an_old_page(self, data, act):
        """開いたままの画面から決める。古くなっていれば、断られる。"""
        stale = [page for page in self.pages if self.pages[page][1] != self.model.face(self.cases[page[1]])]
        waiting = [
            (who, pk)
            for who, pk in stale
            if (case := self.cases[pk]).state == "submitted" and self.may_decide(who, case)
        ]
        who, pk = data.draw(st.sampled_from([*waiting * 12, *stale * 2, *self.pages]))
        self.decide_as(act, who, self.cases[pk], self.draw_target(data, self.cases[pk]))

    @precondition(lambda self: self.model.cases)
    @rule(data=st.data(), act=st.sampled_from(["approve", "return", "forward"]))
    def decide_as_anybody(self, data, act):
        case = self.draw_case(data, "submitted")
        who = self.draw_staff(data, case)
        self.open_page(who, case)
        self.decide_as(act, who, case, self.draw_target(data, case))

    def decide_as(self, act, who, case, target):
        model, staff = self.model, self.staff[who]
        seen, face = self.pages[who, case.pk]
        targets = [code for code in model.destinations(case.doctor) if code != case.destination]
        reason = "日付をご確認ください。"
        outcome = self.attempt(lambda: self.send(act, case, staff, target, seen, reason))

        if not self.may_decide(who, case):
            self.expect(outcome, ABSENT)
        elif case.state != "submitted":
            self.expect(outcome, "すでに処理済み")
        elif face != model.face(case):
            self.expect(outcome, "画面が古い")
        elif act == "approve" and case.entered_by == who and self.others_decide(who, case):
            self.expect(outcome, "自分で打った")
        elif act == "approve" and not model.is_enough(case.doctor, case.anchored_on, case.reports):
            self.expect(outcome, "単位が足りない")
        elif act == "forward" and target not in targets:
            self.expect(outcome, "申請先が違う")
        else:
            self.expect(outcome, DONE)
            self.decided(case, act, target, reason)

    def send(self, act, case, staff, target, seen, reason):
        application = policy.answerable_by(staff).get(pk=case.pk)
        if act == "approve":
            return approve_completion(application, seen=seen, by=staff, at=self.tick())
        if act == "return":
            return return_completion(application, reason=reason, seen=seen, by=staff, at=self.tick())
        to = self.associations[target].pk
        return forward_completion(application, destination_id=to, reason=reason, seen=seen, by=staff, at=self.tick())

    def decided(self, case, act, target, reason):
        model = self.model
        match act:
            case "approve":
                self.step(case, "approve", "approved", "office")
                since = years_later(case.anchored_on, -3) + timedelta(days=1)
                case.granted = [Unit(FIELD, "", day, OF_ONE_ACTIVITY, case.destination) for day in case.reports]
                case.is_taken = False
                model.ledger[case.doctor] += case.granted
                case.frozen = sorted(
                    (unit.kind, unit.on, unit.half_units)
                    for unit in model.ledger[case.doctor]
                    if not unit.is_reversed and since <= unit.on <= case.anchored_on
                )
                case.certified = (model.today, years_later(model.today, 3) - timedelta(days=1))
            case "return":
                self.step(case, "return", "returned", "office", reason)
            case "forward":
                model.training_sight.discard((case.destination, case.doctor))
                case.destination = target
                model.training_sight.add((target, case.doctor))
                self.step(case, "forward", "submitted", "office", reason)

    @precondition(lambda self: self.some("approved"))
    @rule(data=st.data(), act=st.sampled_from(["undo", "revoke", "take", "undo", "revoke"]))
    def take_back(self, data, act):
        """承認を取りやめる、取り消す。修了証を取り出せば、もう取りやめられない。"""
        fresh = [case for case in self.model.cases if self.is_undoable(case)]
        approved = [case for case in self.model.cases if case.state == "approved"]
        right = {"undo": fresh, "revoke": approved, "take": []}[act]
        case = data.draw(st.sampled_from(right)) if right else self.draw_case(data, "approved")
        if act == "take":
            self.take(case)
        else:
            fitting = [who for who in self.staff if self.may_decide(who, case) and (act == "undo" or who in ADMINS)]
            self.take_back_as(act, data.draw(st.sampled_from([*fitting * 6, *self.staff])), case)

    def take(self, case):
        doctor = self.doctors[case.doctor]
        by = doctor.user or self.staff["日医管理者"].user

        outcome = self.attempt(
            lambda: take_certificate(
                policy.certificates_of(doctor).get(application_id=case.pk, revoked_at=None), by=by, at=self.tick()
            )
        )

        self.expect(outcome, DONE if case.state == "approved" else ABSENT)
        case.is_taken = case.state == "approved"

    def take_back_as(self, act, who, case):
        staff, reason = self.staff[who], "確かめが足りませんでした。"
        may_revoke = act == "undo" or (who in ADMINS and case.state == "approved")

        outcome = self.attempt(lambda: self.send_back_approval(act, case, staff, reason))

        if not self.may_decide(who, case) or not may_revoke:
            self.expect(outcome, ABSENT)
        elif case.state != "approved":
            self.expect(outcome, "すでに処理済み")
        elif act == "undo" and not self.is_undoable(case):
            self.expect(outcome, "取りやめられない")
        else:
            self.expect(outcome, DONE)
            for unit in case.granted:
                unit.is_reversed = True
            if act == "undo":
                case.certified, case.frozen = None, []
            self.step(case, act, "submitted" if act == "undo" else "revoked", "office", reason)

    def is_undoable(self, case):
        """きょう承認され、修了証はまだ取り出されていない。"""
        return case.state == "approved" and case.certified[0] == self.model.today and not case.is_taken

    def send_back_approval(self, act, case, staff, reason):
        if act == "undo":
            application = policy.answerable_by(staff).get(pk=case.pk)
            return undo_approval(application, reason=reason, by=staff, at=self.tick())
        application = policy.revocable_by(staff).get(pk=case.pk)
        return revoke_completion(application, reason=reason, by=staff, at=self.tick())

    @rule(
        data=st.data(),
        kind=st.sampled_from([KNOWLEDGE, KNOWLEDGE, FIELD]),
        title=st.sampled_from(["学術講演会", "在宅医療研修会"]),
        half_units=st.sampled_from([1, 3, 18]),
        ago=st.sampled_from([0, 100, 1000, 1094, 1095, 1096, 1097]),
    )
    def enter_credit(self, data, kind, title, half_units, ago):
        name = data.draw(st.sampled_from(sorted(self.doctors)))
        seeing = [who for who in self.staff if self.model.sees(self.code(who), name)]
        who = data.draw(st.sampled_from([*seeing * 3, *self.staff]))
        on = self.model.today - timedelta(days=ago)
        if data.draw(st.sampled_from([False, False, True])):
            same = data.draw(st.sampled_from([unit for unit in self.model.ledger[name] if unit.title]))
            kind, title, on = same.kind, same.title, same.on
        self.write_credit(name, who, kind, title, half_units, on)

    def write_credit(self, name, who, kind, title, half_units, on):
        staff, model = self.staff[who], self.model
        programme = Programme.objects.get(code="cme" if kind == KNOWLEDGE else "kakari-report")
        entry = CreditEntry(programme.pk, kind, title, on, half_units, ground="受講者名簿")

        outcome = self.attempt(
            lambda: record_credit(
                policy.creditable_by(staff, model.today).get(pk=self.doctors[name].pk), entry, by=staff, at=self.tick()
            )
        )

        same = [
            unit
            for unit in model.ledger[name]
            if (unit.kind, unit.title, unit.on) == (kind, title, on) and not unit.is_reversed
        ]
        if not self.is_clerk(who) or not model.sees(self.code(who), name) or self.is_self(who, name):
            self.expect(outcome, ABSENT)
        elif same:
            self.expect(outcome, "同じ単位がある")
        else:
            self.expect(outcome, DONE)
            model.ledger[name].append(Unit(kind, title, on, half_units, self.code(who)))

    @rule(data=st.data())
    def reverse(self, data):
        """どれかの行を取り消す。もう取り消した行は、見当たらない。"""
        name = data.draw(st.sampled_from([name for name in sorted(self.doctors) if self.model.ledger[name]]))
        place = data.draw(st.integers(0, len(self.model.ledger[name]) - 1))
        unit = self.model.ledger[name][place]
        granting = [who for who in self.staff if self.code(who) == unit.granted_by]
        who = data.draw(st.sampled_from([*granting * 3, *self.staff]))
        staff = self.staff[who]
        line = CreditLine.objects.filter(doctor=self.doctors[name], reverses=None).order_by("pk")[place]

        outcome = self.attempt(
            lambda: reverse_credit(
                policy.credits_reversible_by(staff).get(pk=line.pk), ground="名簿の誤り", by=staff, at=self.tick()
            )
        )

        if not self.is_clerk(who) or unit.granted_by != self.code(who) or self.is_self(who, name) or unit.is_reversed:
            self.expect(outcome, ABSENT)
        else:
            self.expect(outcome, DONE)
            unit.is_reversed = True

    # 道のとおりに進める：でたらめだけでは、深くまで行かない

    @precondition(lambda self: self.some("submitted"))
    @rule(data=st.data(), act=st.sampled_from(["return", "approve", "forward", "withdraw", "return"]))
    def carry_on(self, data, act):
        waiting = [case for case in self.model.cases if case.state == "submitted"]
        elsewhere = [case for case in waiting if {*self.model.destinations(case.doctor)} - {case.destination}]
        case = data.draw(st.sampled_from([*elsewhere * (6 if act == "forward" else 0), *waiting]))
        if act == "withdraw":
            self.withdraw(case, case.doctor)
        else:
            who = data.draw(st.sampled_from([who for who in self.staff if self.may_decide(who, case)]))
            self.open_page(who, case)
            self.decide_as(act, who, case, self.draw_target(data, case))

    @precondition(lambda self: any(case.entered_by and case.state == "submitted" for case in self.model.cases))
    @rule(data=st.data(), act=st.sampled_from(["approve", "approve", "return"]))
    def decide_what_one_typed(self, data, act):
        """自分で打った申請を決める。承認は、ほかに決められる人がいないときだけ。"""
        typed = [case for case in self.model.cases if case.entered_by and case.state == "submitted"]
        case = data.draw(st.sampled_from(typed))
        self.open_page(case.entered_by, case)
        self.decide_as(act, case.entered_by, case, case.destination)

    @precondition(lambda self: self.some("returned"))
    @rule(
        data=st.data(),
        act=st.sampled_from(["resubmit", "enter", "resubmit", "withdraw", "resubmit"]),
        reports=REPORTS,
    )
    def correct(self, data, act, reports):
        case = data.draw(st.sampled_from([case for case in self.model.cases if case.state == "returned"]))
        if act == "withdraw":
            self.withdraw(case, case.doctor)
        elif act == "enter":
            self.enter_again_as(self.draw_staff(data, case), case, reports)
        else:
            self.resubmit(case, case.doctor, reports)

    # 設定と時

    @rule(
        code=st.sampled_from(["14", "14-021", "26-011"]),
        address=st.sampled_from(["", "madoguchi@office.example", "kenshu@office.example"]),
        from_on=st.sampled_from([date(2026, 6, 4), date(2026, 6, 4), date(2028, 1, 1), None]),
    )
    def change_settings(self, code, address, from_on):
        Association.objects.filter(code=code).update(inquiry_address=address)
        Platform.objects.update(completion_mail_from_on=from_on)
        self.model.inquiry[code], self.model.mail_from_on = address, from_on

    @rule(days=st.sampled_from([1, 1, 30, 400, 800]))
    def wait(self, days):
        self.now += timedelta(days=days)
        self.model.today += timedelta(days=days)

    # 一歩ごとに比べる

    @invariant()
    def everything_agrees(self):
        if not hasattr(self, "model"):
            return
        model = self.model
        rows = {row.pk: row for row in CompletionApplication.objects.select_related("destination", "rule", "doctor")}
        held = queries.evaluations(list(rows.values()))
        assert {pk: (row.doctor.family_name, row.state, row.destination.code) for pk, row in rows.items()} == {
            case.pk: (case.doctor, case.state, case.destination) for case in model.cases
        }
        assert {pk: (row.window_from_on, row.window_until_on) for pk, row in rows.items()} == {
            case.pk: (years_later(case.anchored_on, -3) + timedelta(days=1), case.anchored_on) for case in model.cases
        }
        assert {pk: {KNOWLEDGE: one.knowledge, FIELD: one.field} for pk, one in held.items()} == {
            case.pk: self.units_of(case) for case in model.cases
        }
        assert max(Counter(case.doctor for case in model.cases if case.is_live).values(), default=0) <= 1
        self.papers_agree(model)
        self.ledger_agrees(model)
        self.mails_agree(model)

    def papers_agree(self, model):
        """経過、残した行、修了証。"""
        history, frozen = {case.pk: [] for case in model.cases}, {case.pk: [] for case in model.cases}
        for row in CompletionHistory.objects.select_related("destination").order_by("pk"):
            history[row.application_id].append(
                (row.event, row.from_state, row.to_state, row.party, row.destination.code, row.comment)
            )
        for line in CountedLine.objects.filter(certificate__voided_at=None):
            frozen[line.application_id].append((line.kind, line.earned_on, line.half_units))
        assert history == {case.pk: case.history for case in model.cases}
        assert {pk: sorted(lines) for pk, lines in frozen.items()} == {case.pk: case.frozen for case in model.cases}
        papers = Certificate.objects.filter(voided_at=None)
        assert {one.application_id: (one.completed_on, one.expires_on) for one in papers} == {
            case.pk: case.certified for case in model.cases if case.certified
        }
        assert {one.application_id for one in papers.exclude(revoked_at=None)} == {
            case.pk for case in model.cases if case.state == "revoked"
        }

    def ledger_agrees(self, model):
        """行は増えるだけで、残高は行の和である。"""
        sums = dict(CreditLine.objects.values_list("doctor").annotate(balance=Sum("half_units")).order_by())
        assert {name: sums.get(doctor.pk, 0) for name, doctor in self.doctors.items()} == {
            name: sum(unit.half_units for unit in units if not unit.is_reversed) for name, units in model.ledger.items()
        }
        assert CreditLine.objects.count() == sum(
            1 + unit.is_reversed for units in model.ledger.values() for unit in units
        )

    def mails_agree(self, model):
        """前に比べてから預けられたメールのすべて。"""
        found = list(Message.objects.filter(pk__gt=self.told).order_by("pk"))
        self.told = found[-1].pk if found else self.told
        assert [(message.mail, message.recipient_address) for message in found] == model.posted
        model.posted = []

    # 手だて

    def units_of(self, case):
        """承認された申請は、承認のときに数えた行による。"""
        if case.certified:
            return {kind: sum(units for one, _, units in case.frozen if one == kind) for kind in (KNOWLEDGE, FIELD)}
        return self.model.units(case.doctor, case.anchored_on, case.reports)

    def attempt(self, act):
        try:
            self.result = act()
        except (
            CompletionApplication.DoesNotExist,
            Certificate.DoesNotExist,
            CreditLine.DoesNotExist,
            type(self.doctors["山田"]).DoesNotExist,
        ):
            return ABSENT
        except tuple(REFUSALS) as refusal:
            return REFUSALS[type(refusal)]
        return DONE

    def expect(self, outcome, expected):
        assert outcome == expected
        self.visited[outcome] += 1

    def step(self, case, event, state_or_source, party, reason=""):
        """模型を進める。はじめの申請だけは、前の状態を渡す。"""
        if event in {"submit", "enter"}:
            source, case.state = state_or_source, "submitted"
        else:
            source, case.state = case.state, state_or_source
        if source == "new":
            case.pk = self.result.pk
            self.cases[case.pk] = case
        self.model.step(case, event, source, party, reason=reason)
        self.visited[event, source, case.state] += 1

    def tick(self):
        self.now += timedelta(milliseconds=1)
        return self.now

    def request(self, code, days):
        activities = Activity.objects.order_by("code")[: len(days)]
        entries = (FieldEntry(one.pk, "架空診療所", day, day) for one, day in zip(activities, days, strict=True))
        return CompletionRequest(self.associations[code].pk, tuple(entries))

    def paper(self, who, days, paper_on):
        asked = self.request(self.code(who), days)
        return PaperRequest(asked.destination_id, asked.entries, asked.note, paper_on)

    def enterable(self, who, name):
        return policy.enterable_by(self.staff[who], self.model.today).get(pk=self.doctors[name].pk)

    def may_enter(self, who, name):
        return self.is_clerk(who) and self.model.sees(self.code(who), name) and not self.is_self(who, name)

    def is_on_paper(self, case):
        return case.entered_by is not None or self.doctors[case.doctor].user_id is None

    def others_decide(self, who, case):
        return any(other != who and self.may_decide(other, case) for other in self.staff)

    def own(self, name, case):
        return policy.owned_by(self.doctors[name]).get(pk=case.pk)

    def open_page(self, who, case):
        """画面の印は、だれの画面でも同じ。見えない人は、でたらめな印を送るほかない。"""
        found = policy.visible_to(self.staff[who]).filter(pk=case.pk).first()
        seen = queries.fingerprint(found, queries.evaluation_of(found)) if found else "0" * 32
        self.pages[who, case.pk] = seen, self.model.face(case) if found else None

    def some(self, state):
        return any(case.state == state for case in self.model.cases)

    def draw_case(self, data, *states):
        fitting = [place for place, case in enumerate(self.model.cases) if case.state in states]
        return self.model.cases[data.draw(st.sampled_from([*fitting * 4, *range(len(self.model.cases))]))]

    def draw_target(self, data, case):
        right = [code for code in self.model.destinations(case.doctor) if code != case.destination]
        return data.draw(st.sampled_from([*right * 6, *self.associations]))

    def draw_staff(self, data, case):
        fitting = [who for who in self.staff if self.may_decide(who, case)]
        return data.draw(st.sampled_from([*fitting * 6, *self.staff]))

    def code(self, who):
        return self.staff[who].association.code

    def is_clerk(self, who):
        return who != "みどり閲覧"

    def is_self(self, who, name):
        return (who, name) == ("みどりの山田", "山田")

    def may_decide(self, who, case):
        return self.is_clerk(who) and self.code(who) == case.destination and not self.is_self(who, case.doctor)


def world_codes(world):
    return [
        one.code
        for one in (world.national, world.prefecture, world.district, world.other_prefecture, world.other_district)
    ]


def test_修了申請は_別に書いた模型のとおりに動く(db):
    Office.world, Office.visited = make_world(), Counter()

    run_state_machine_as_test(
        Office,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not LONG,
            database=None,
            phases=(Phase.generate, *([Phase.shrink] if LONG else [])),
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert set(Office.visited) >= EVERY_STEP
    assert set(Office.visited) >= EVERY_REFUSAL
