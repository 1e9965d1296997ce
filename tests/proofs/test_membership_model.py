"""届出は、別に書いた模型のとおりに動く（architecture.md §3・§7、membership.md §2）。

模型は文書を読んで、ふつうの Python で書いた。流れの表も、道順の規則も、部屋の何も借りない。
二つの県の郡市区等と、日本医師会と、何人もの医師が、でたらめな順に、届け出、決め、差し戻し、尋ね、却下し、取り下げ、日が過ぎる。
一歩ごとに、届出と段の状態、在籍、手を付けた在籍、メール、決めた人が、模型と同じである。断られた行為は、何も変えない。

長く試すには PROOFS=long script/prove tests/proofs/test_membership_model.py
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection, transaction
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

from mamis.mail.models import Message
from mamis.membership import queries
from mamis.membership.models import Application, Claim, Step
from mamis.membership.operations import (
    AssociationsChanged,
    CannotReject,
    ChangeAhead,
    DayBeforeSeat,
    DayNotAllowed,
    Decision,
    NothingChanges,
    NotOverdue,
    NoWindow,
    ProfileUnderWay,
    Request,
    SeatsClaimed,
    SeatsNotAllowed,
    WorkWanted,
    answer_application,
    approve_step,
    ask_about_step,
    call_off,
    lapse_confirmations,
    reject_step,
    resubmit_application,
    resubmit_profile,
    return_step,
    submit_application,
    submit_profile,
    take_over_step,
    withdraw_application,
)
from mamis.membership.rules import APPROVED_FACTS
from mamis.workflow.table import NotAllowed, PageIsStale
from tests.membership.acts import evidence
from tests.world import NOON, TODAY, make_world

LONG = os.environ.get("PROOFS") == "long"
EXAMPLES, STEPS = (1_000, 60) if LONG else (120, 50)

REFUSALS = {
    SeatsClaimed: "届出がある",
    ChangeAhead: "これからの異動がある",
    SeatsNotAllowed: "下の層がない",
    NothingChanges: "何も変わらない",
    AssociationsChanged: "医師会が変わった",
    DayBeforeSeat: "在籍より前の日",
    DayNotAllowed: "書けない日",
    CannotReject: "却下できない",
    NotOverdue: "期限の前",
    ProfileUnderWay: "会員情報の届出がある",
    NoWindow: "窓口がない",
    NotAllowed: "すでに処理済み",
    PageIsStale: "画面が古い",
}
DONE = "できた"

X, X2, P, Y, Q, J = "14-021", "14-022", "14", "26-011", "26", "00"
ABOVE = {X: P, X2: P, Y: Q, P: J, Q: J, J: None}
DISTRICTS, PREFECTURES = (X, X2, Y), (P, Q)
ORDER = {**dict.fromkeys(DISTRICTS, 0), **dict.fromkeys(PREFECTURES, 1), J: 2}
CONFIRMATION, DECISION = 14, 45
AHEAD = 300

LIVE = {"in-review", "returned", "held"}
# 異動日に在籍の変わらない届出。
STILL = {"facility", "profile", "call-off"}


def climbs(code):
    """その医師会の上の医師会を、順に。"""
    while ABOVE[code]:
        code = ABOVE[code]
        yield code


def is_whole(seats):
    """上の層の在籍に、下の層があるか。"""
    return all(code in DISTRICTS or any(ABOVE[one] == code for one in seats) for code in seats)


@dataclass
class Desk:
    """模型の段：どの医師会が、何をするか。"""

    at: str
    task: str
    before: str | None
    after: str | None
    needs: set = field(default_factory=set)
    state: str = "waiting"
    due: object = None
    by: str | None = None

    @property
    def is_confirmation(self):
        return self.task in {"leave-confirm", "facility"}

    @property
    def is_done(self):
        return self.state in {"approved", "confirmed", "lapsed"}


def leads_up(one, new, moves):
    """その退会に、上の層の退会が続くか。異動元の退会には続かない。"""
    return not moves or any(one in climbs(other) for other in new)


def desks_for(before, after):
    """人の読んだとおりの道順。

    なくなる在籍は退会、できる在籍は入会、下で出入りのある在籍は異動、字の変わる在籍は区分の変更である。
    だれの下でもない、いちばん下から始まり、上はそれを待つ。
    """
    gone, new = set(before) - set(after), set(after) - set(before)
    moves = bool(gone) and bool(new)
    desks = {}
    for code in sorted({*before, *after}):
        below = {one for one in gone | new if code in climbs(one)}
        if code in new:
            task = "join"
        elif code in gone and ((moves and not below & new) or any(leads_up(one, new, moves) for one in below & gone)):
            task = "leave-confirm"
        elif code in gone:
            task = "leave"
        elif below & gone and below & new:
            task = "move"
        elif before[code] != after[code]:
            task = "category"
        else:
            continue
        desks[code] = Desk(code, task, before.get(code), after.get(code))
    for code, desk in desks.items():
        under = {one for one in desks if code in climbs(one)}
        desk.needs = {one for one in under if not any(two in climbs(one) for two in under)}
    return desks


def changed(seats, change):
    """在籍に、変わったところを写したもの。"""
    return {code: letter for code, letter in (seats | change).items() if letter}


@dataclass(eq=False)
class Case:
    """模型の届出。"""

    doctor: str
    kind: str
    day: object
    desks: dict
    state: str = "in-review"
    stopped: object = None
    off: object = None
    terms: dict = field(default_factory=dict)
    change: dict = field(default_factory=dict)
    last: str | None = None
    claims: set = field(default_factory=set)
    work: bool = False


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
        self.mails, self.cases, self.real = [], [], {}
        self.seats, self.later, self.names = {}, {}, 0

    def teardown(self):
        connection.check_constraints()
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize()
    def people(self):
        world = self.world
        self.associations = {one.code: one for one in (*world_of(world), world.beside)}
        self.doctors = {
            "山田": world.member("山田", "太郎", world.district, world.prefecture, world.national),
            "鈴木": world.member("鈴木", "花子", world.district),
            "新田": world.doctor("新田", "光"),
        }
        self.seats = {
            "山田": {X: "A", P: "A", J: "A"},
            "鈴木": {X: "A"},
            "新田": {},
        }
        since = date(2015, 4, 1)
        self.terms = {(name, code): (since, since, None) for name, held in self.seats.items() for code in held}
        self.evidence = {name: evidence(world, doctor).pk for name, doctor in self.doctors.items()}

    # 医師のすること

    @rule(data=st.data())
    def submit(self, data):
        name = data.draw(st.sampled_from(sorted(self.doctors)))
        wanted = self.wish(data, self.seats[name])
        self.apply(name, wanted, data.draw(st.sampled_from([0, 0, AHEAD, -30])), work=data.draw(st.booleans()))

    @rule(data=st.data(), ahead=st.sampled_from([0, AHEAD, AHEAD, -30, 400]))
    def change_one_category(self, data, ahead):
        """会員である医師が、一つの医師会の会員区分だけを変える。"""
        name = data.draw(st.sampled_from([one for one in sorted(self.doctors) if self.seats[one]] or ["新田"]))
        code = data.draw(st.sampled_from(sorted(self.seats[name]) or [X]))
        letter = "B" if self.seats[name].get(code) == "A" else "A"
        self.apply(name, self.seats[name] | {code: letter}, ahead, work=False)

    @rule(data=st.data(), kept=st.sampled_from([set(), set(DISTRICTS), {*DISTRICTS, *PREFECTURES}]))
    def leave(self, data, kept):
        """会員である医師が、すべてか、上の層だけを退会する。"""
        name = data.draw(st.sampled_from([one for one in sorted(self.doctors) if self.seats[one]] or ["新田"]))
        self.apply(name, {code: one for code, one in self.seats[name].items() if code in kept}, 0, work=False)

    @precondition(lambda self: any(self.upcoming(name) for name in self.doctors))
    @rule(data=st.data())
    def submit_while_a_change_is_ahead(self, data):
        """これからの異動のある医師が、その先の日に、会員区分を変えようとする。"""
        name = data.draw(st.sampled_from([one for one in sorted(self.doctors) if self.upcoming(one)]))
        code = data.draw(st.sampled_from(sorted(self.seats[name]) or [X]))
        letter = "B" if self.seats[name].get(code) == "A" else "A"
        self.apply(name, self.seats[name] | {code: letter}, AHEAD + 60, work=False)

    def apply(self, name, wanted, ahead, *, work):
        before = self.seats[name]
        day = self.today + timedelta(days=ahead)
        desks = desks_for(before, wanted)
        kind = self.kind(before, wanted)
        if not desks and work:
            desks = {code: Desk(code, "facility", None, None) for code in sorted(before) if code in DISTRICTS}
        # 支えの変わる届出は、支え合うすべての在籍に手を付ける。
        claims = {*before, *wanted} if set(before) ^ set(wanted) else set(desks)
        outcome = self.attempt(
            lambda: submit_application(self.doctors[name], self.request(wanted, day, work), at=self.tick())
        )

        if not self.is_writable(day):
            self.expect(outcome, "書けない日")
        elif not is_whole(wanted):
            self.expect(outcome, "下の層がない")
        elif not desks:
            self.expect(outcome, "何も変わらない")
        elif any(self.is_too_early(name, desk, day) for desk in desks.values()):
            self.expect(outcome, "在籍より前の日")
        elif self.claimed(name, claims):
            self.expect(outcome, "届出がある")
        elif self.upcoming(name):
            self.expect(outcome, "これからの異動がある")
        else:
            self.expect(outcome, DONE)
            case = Case(name, kind, day, desks, claims=claims, work=work)
            self.keep(case)
            self.mails.append(("ApplicationReceived", self.doctors[name].contact_address))
            self.go_on(case, "doctor")

    @rule(data=st.data())
    def submit_a_profile(self, data):
        """氏名の変更を届け出る。在籍には手を付けず、窓口の医師会だけが決める。"""
        name = data.draw(st.sampled_from(sorted(self.doctors)))
        window = self.window(name)
        outcome = self.attempt(
            lambda: submit_profile(self.doctors[name], self.profile(name), seen=self.seen_of(name), at=self.tick())
        )

        if any(case.kind == "profile" and case.state in LIVE and case.doctor == name for case in self.cases):
            self.expect(outcome, "会員情報の届出がある")
        elif window is None:
            self.expect(outcome, "窓口がない")
        else:
            self.expect(outcome, DONE)
            case = Case(name, "profile", self.today, {window: Desk(window, "profile", None, None)})
            self.keep(case)
            self.mails.append(("ApplicationReceived", self.doctors[name].contact_address))
            self.go_on(case, "doctor")

    @precondition(lambda self: any(case.state == "returned" for case in self.cases))
    @rule(data=st.data())
    def resubmit(self, data):
        self.correct_as(data, data.draw(st.sampled_from(["same", "category", "day"])))

    @precondition(lambda self: any(case.state == "returned" for case in self.cases))
    @rule(data=st.data())
    def resubmit_elsewhere(self, data):
        """差し戻されたものを、ほかの医師会への届出に書き換えようとする。"""
        self.correct_as(data, "other")

    def correct_as(self, data, change):
        case = data.draw(st.sampled_from([one for one in self.cases if one.state == "returned"]))
        if case.kind == "profile":
            self.correct_a_profile(case)
            return
        before = self.seats[case.doctor]
        wanted, day = self.changed_wish(data, case, change), case.day + timedelta(days=change == "day")
        desks = desks_for(before, wanted)
        if not desks and case.kind == "facility":
            desks = {code: Desk(code, "facility", None, None) for code in sorted(before) if code in DISTRICTS}
        request = self.request(wanted, day, case.kind == "facility")
        outcome = self.attempt(lambda: resubmit_application(self.real_of(case), request, at=self.tick()))

        if case.kind == "call-off":
            self.expect(outcome, DONE)
            self.mails.append(("ApplicationReceived", self.doctors[case.doctor].contact_address))
            self.correct(case, case.desks, case.day)
        elif not self.is_writable(day):
            self.expect(outcome, "書けない日")
        elif not is_whole(wanted):
            self.expect(outcome, "下の層がない")
        elif not desks:
            self.expect(outcome, "何も変わらない")
        elif any(self.is_too_early(case.doctor, desk, day) for desk in desks.values()):
            self.expect(outcome, "在籍より前の日")
        elif {code: one.task for code, one in desks.items()} != {code: one.task for code, one in case.desks.items()}:
            self.expect(outcome, "医師会が変わった")
        else:
            self.expect(outcome, DONE)
            self.mails.append(("ApplicationReceived", self.doctors[case.doctor].contact_address))
            case.work = case.kind == "facility"
            self.correct(case, desks, day)

    def correct_a_profile(self, case):
        name = case.doctor
        outcome = self.attempt(
            lambda: resubmit_profile(self.real_of(case), self.profile(name), seen=self.seen_of(name), at=self.tick())
        )

        self.expect(outcome, DONE)
        self.mails.append(("ApplicationReceived", self.doctors[name].contact_address))
        self.correct(case, case.desks, case.day)

    @precondition(lambda self: any(case.state == "held" for case in self.cases))
    @rule(data=st.data())
    def answer(self, data):
        case = data.draw(st.sampled_from([one for one in self.cases if one.state == "held"]))
        outcome = self.attempt(lambda: answer_application(self.real_of(case), answer="はい。", at=self.tick()))

        self.expect(outcome, DONE)
        (stopped,) = [desk for desk in case.desks.values() if desk.state == "held"]
        self.mails.append(("ApplicationAnswered", self.associations[stopped.at].member_address))
        self.resume(case)
        stopped.state = "open"

    @precondition(lambda self: self.cases)
    @rule(data=st.data())
    def withdraw(self, data):
        case = data.draw(st.sampled_from(self.cases))
        if not data.draw(st.sampled_from([False, False, True])):
            return
        outcome = self.attempt(lambda: withdraw_application(self.real_of(case), at=self.tick()))

        if case.state not in LIVE:
            self.expect(outcome, "すでに処理済み")
        else:
            self.expect(outcome, DONE)
            self.end(case, "withdrawn")

    @precondition(lambda self: any(self.is_ahead(case) for case in self.cases))
    @rule(data=st.data())
    def call_off(self, data):
        case = data.draw(st.sampled_from([one for one in self.cases if self.is_ahead(one)]))
        outcome = self.attempt(lambda: call_off(self.real_of(case), note="なくなりました。", at=self.tick()))

        if self.claimed(case.doctor, case.claims):
            self.expect(outcome, "届出がある")
        else:
            self.expect(outcome, DONE)
            desks = {case.last: Desk(case.last, "call-off", None, None)}
            off = Case(case.doctor, "call-off", case.day, desks, off=case, claims=case.claims)
            self.keep(off)
            self.mails.append(("ApplicationReceived", self.doctors[case.doctor].contact_address))
            self.go_on(off, "doctor")

    # 医師会のすること

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), act=st.sampled_from(["approve"] * 2 + ["return", "return", "ask", "reject", "take over"]))
    def decide(self, data, act):
        ready = [
            (case, code)
            for case in self.cases
            for code, desk in case.desks.items()
            if desk.state == "open" and case.state == "in-review"
        ]
        every = [(case, code) for case in self.cases for code in case.desks]
        case, code = data.draw(st.sampled_from([*ready * 5, *every]))
        desk = case.desks[code]
        step = self.step_of(case, code)
        seen = queries.fingerprint(step)
        above = act == "take over"
        at_desk = ABOVE[code] if above else code
        if at_desk is None:
            return
        by, now = self.world.clerk(self.associations[at_desk]), self.tick()
        acts = {
            "approve": lambda: approve_step(step, Decision(self.today), seen=seen, by=by, at=now),
            "take over": lambda: take_over_step(step, Decision(self.today), seen=seen, by=by, at=now),
            "return": lambda: return_step(step, reason="ご確認ください。", seen=seen, by=by, at=now),
            "ask": lambda: ask_about_step(step, question="いつですか。", seen=seen, by=by, at=now),
            "reject": lambda: reject_step(step, reason="要件に合いません。", seen=seen, by=by, at=now),
        }
        outcome = self.attempt(acts[act])

        if desk.state != "open" or case.state != "in-review":
            self.expect(outcome, "すでに処理済み")
        elif act == "take over" and not desk.due < self.today:
            self.expect(outcome, "期限の前")
        elif act == "reject" and desk.task in {"leave", "leave-confirm", "facility"}:
            self.expect(outcome, "却下できない")
        else:
            self.expect(outcome, DONE)
            doctor = self.doctors[case.doctor].contact_address
            if act in {"approve", "take over"}:
                self.approved(case, code, at_desk)
            elif act in {"return", "ask"}:
                self.returned(case, code, {"return": "returned", "ask": "held"}[act])
            else:
                desk.state = "rejected"
                self.mails.append(("ApplicationRejected", doctor))
                self.end(case, "rejected")

    @precondition(lambda self: any(case.state == "in-review" for case in self.cases))
    @rule(data=st.data(), most=st.sampled_from([1, 2, 9, 9]))
    def carry_on(self, data, most):
        """一つの届出を、届いた段から次々に承認する。"""
        self.approve_on(data.draw(st.sampled_from([one for one in self.cases if one.state == "in-review"])), most)

    @rule(data=st.data(), moves=st.booleans())
    def apply_and_approve_all(self, data, moves):
        """会員である医師が、ほかの県へ移るか、働く施設を変え、どの医師会も承認する。"""
        name = data.draw(st.sampled_from([one for one in sorted(self.doctors) if self.seats[one]] or ["新田"]))
        target = X if Y in self.seats[name] else Y
        wanted = {target: "B", **dict.fromkeys(climbs(target), "B")} if moves else self.seats[name]
        known = len(self.cases)
        self.apply(name, wanted, 0, work=not moves)
        for case in self.cases[known:]:
            self.approve_on(case, 9)

    def approve_on(self, case, most):
        for _ in range(most):
            ready = [code for code, desk in case.desks.items() if desk.state == "open"]
            if case.state != "in-review" or not ready:
                break
            step = self.step_of(case, ready[0])
            by, seen = self.world.clerk(self.associations[ready[0]]), queries.fingerprint(step)
            outcome = self.attempt(
                lambda step=step, seen=seen, by=by: approve_step(
                    step, Decision(self.today), seen=seen, by=by, at=self.tick()
                )
            )
            self.expect(outcome, DONE)
            self.approved(case, ready[0], ready[0])

    def approved(self, case, code, at_desk):
        desk = case.desks[code]
        desk.state, desk.by, case.last = "confirmed" if desk.is_confirmation else "approved", at_desk, code
        self.go_on(case, "office")

    @precondition(lambda self: self.cases)
    @rule(data=st.data())
    def decide_from_a_stale_page(self, data):
        case = data.draw(st.sampled_from(self.cases))
        code = data.draw(st.sampled_from(sorted(case.desks)))
        desk, step = case.desks[code], self.step_of(case, code)
        by = self.world.clerk(self.associations[code])
        outcome = self.attempt(lambda: approve_step(step, Decision(self.today), seen="0-0", by=by, at=self.tick()))

        self.expect(outcome, "画面が古い" if desk.state == "open" and case.state == "in-review" else "すでに処理済み")

    @precondition(lambda self: any(case.state == "in-review" for case in self.cases))
    @rule(data=st.data())
    def return_one(self, data):
        """届いている段のどれかが、差し戻す。"""
        case = data.draw(st.sampled_from([one for one in self.cases if one.state == "in-review"]))
        code = data.draw(st.sampled_from([one for one, desk in case.desks.items() if desk.state == "open"]))
        step, by = self.step_of(case, code), self.world.clerk(self.associations[code])
        seen = queries.fingerprint(step)
        outcome = self.attempt(lambda: return_step(step, reason="ご確認を。", seen=seen, by=by, at=self.tick()))

        self.expect(outcome, DONE)
        self.returned(case, code, "returned")

    def returned(self, case, code, state):
        case.desks[code].state = case.state = state
        case.stopped = self.today
        mail = {"returned": "ApplicationReturned", "held": "ApplicationAsked"}[state]
        self.mails.append((mail, self.doctors[case.doctor].contact_address))

    def confirmations(self):
        """届いている、確認の段。"""
        return [
            (case, code)
            for case in self.cases
            for code, desk in case.desks.items()
            if case.state == "in-review" and desk.state == "open" and desk.is_confirmation
        ]

    @precondition(lambda self: self.confirmations())
    @rule(data=st.data())
    def reject_a_confirmation(self, data):
        case, code = data.draw(st.sampled_from(self.confirmations()))
        step, by = self.step_of(case, code), self.world.clerk(self.associations[code])
        seen = queries.fingerprint(step)
        outcome = self.attempt(lambda: reject_step(step, reason="いや。", seen=seen, by=by, at=self.tick()))

        self.expect(outcome, "却下できない")

    def not_yet_due(self):
        """届いていて、期限の前の、上の医師会のある段。"""
        return [
            (case, code)
            for case in self.cases
            for code, desk in case.desks.items()
            if case.state == "in-review" and desk.state == "open" and desk.due >= self.today and ABOVE[code]
        ]

    @precondition(lambda self: self.not_yet_due())
    @rule(data=st.data())
    def take_over_too_early(self, data):
        case, code = data.draw(st.sampled_from(self.not_yet_due()))
        step, by = self.step_of(case, code), self.world.clerk(self.associations[ABOVE[code]])
        seen = queries.fingerprint(step)
        outcome = self.attempt(lambda: take_over_step(step, Decision(self.today), seen=seen, by=by, at=self.tick()))

        self.expect(outcome, "期限の前")

    # 日が過ぎる

    @rule(days=st.sampled_from([1, 1, 5, 15, 46]))
    def days_pass(self, days):
        self.now += timedelta(days=days)
        for name in self.doctors:
            self.take_up(name)

    @rule()
    def the_clock_strikes(self):
        lapsed = lapse_confirmations(at=self.tick())

        due = [
            (case, desk)
            for case in self.cases
            for desk in case.desks.values()
            if case.state == "in-review" and desk.state == "open" and desk.is_confirmation and desk.due < self.today
        ]
        assert lapsed == len(due)
        for case, desk in due:
            desk.state, case.last = "lapsed", desk.at
            self.go_on(case, "clock")

    # 模型の進み方

    @property
    def today(self):
        return TODAY + (self.now.date() - NOON.date())

    def tick(self):
        self.now += timedelta(seconds=1)
        return self.now

    def keep(self, case):
        self.cases.append(case)
        self.real[id(case)] = Application.objects.latest("pk").pk

    def go_on(self, case, party):
        day = self.today
        for code, desk in case.desks.items():
            if desk.state == "waiting" and all(case.desks[one].is_done for one in desk.needs):
                desk.state = "open"
                desk.due = day + timedelta(days=CONFIRMATION if desk.is_confirmation else DECISION)
                self.mails.append(("StepArrived", self.associations[code].member_address))
        if all(desk.is_done for desk in case.desks.values()):
            self.finish(case)

    def finish(self, case):
        case.state = "finished"
        name = case.doctor
        self.mails.append(("ApplicationFinished", self.doctors[name].contact_address))
        if case.off is not None:
            case.off.off = "gone"
            self.terms |= case.off.terms
            self.later[name].remove(case.off)
        elif case.kind == "profile":
            case.day = self.today
        elif case.kind != "facility":
            self.change_terms(case)
            case.change = {code: desk.after for code, desk in case.desks.items()}
            self.later.setdefault(name, []).append(case)
            self.take_up(name)
        remaining = self.ends_open(name)
        told = sorted(code for code in remaining if code not in case.desks)
        self.mails += [("SeatTold", self.associations[code].member_address) for code in told]
        self.mark(case)

    def take_up(self, name):
        """その日の来た異動を、在籍に写す。"""
        due = [case for case in self.later.get(name, []) if case.day <= self.today]
        for case in sorted(due, key=lambda one: one.day):
            self.seats[name] = changed(self.seats[name], case.change)
            self.later[name].remove(case)

    def ends_open(self, name):
        """終わりの決まっていない在籍。"""
        seats = self.seats[name]
        for case in self.later.get(name, []):
            seats = changed(seats, case.change)
        return set(seats)

    def end(self, case, state):
        case.state = state
        for desk in case.desks.values():
            if desk.state in {"waiting", "open", "returned", "held"}:
                desk.state = "dropped"

    def resume(self, case):
        case.state = "in-review"
        for desk in case.desks.values():
            if desk.due and not desk.is_done:
                desk.due += self.today - case.stopped

    def correct(self, case, desks, day):
        changed = {code for code in desks if desks[code].after != case.desks[code].after}
        again = set(desks) if day != case.day else self.again(case, changed)
        self.resume(case)
        case.day = day
        for code, desk in case.desks.items():
            desk.after = desks[code].after
            if code in again and desk.state != "waiting":
                desk.state, desk.due, desk.by = "waiting", None, None
            elif desk.state == "returned":
                desk.state = "open"
                self.mails.append(("StepArrived", self.associations[code].member_address))
        self.go_on(case, "doctor")

    def again(self, case, changed):
        """変わった段と、その側の下の段（退会は、区分によらない）と、その先の段。"""
        leaving = {"leave", "leave-confirm"}
        found = set(changed)
        for code in changed:
            waiting = [code]
            while waiting:
                below = {one for one in case.desks[waiting.pop()].needs if case.desks[one].task not in leaving}
                waiting += below - found
                found |= below
        grown = True
        while grown:
            above = {code for code, desk in case.desks.items() if desk.needs & found}
            grown = not above <= found
            found |= above
        return found

    def mark(self, case):
        self.visited[case.kind] += 1

    # 望む在籍

    def wish(self, data, before):
        """異動、入会、退会、区分の変更のどれか。ときどき、決まりに合わないもの。"""
        wanted = dict(before)
        what = data.draw(st.sampled_from(["move", "move", "join", "leave", "category", "same", "broken"]))
        letter = data.draw(st.sampled_from("AB"))
        target = data.draw(st.sampled_from(DISTRICTS))
        if what in {"move", "join"}:
            wanted = {target: letter} if what == "move" else {target: letter} | before
            for code in list(climbs(target))[: data.draw(st.sampled_from([0, 1, 2, 2]))]:
                wanted.setdefault(code, before.get(code, letter))
        elif what == "leave":
            kept = data.draw(st.sampled_from([set(), set(DISTRICTS), {*DISTRICTS, *PREFECTURES}]))
            wanted = {code: one for code, one in before.items() if code in kept}
        elif what == "category" and before:
            wanted[data.draw(st.sampled_from(sorted(before)))] = letter
        elif what == "broken":
            wanted = {J: letter}
        return wanted

    def changed_wish(self, data, case, change):
        """直すときの、望む在籍。"""
        wanted = self.wish_of(case)
        if change == "category" and wanted:
            code = data.draw(st.sampled_from(sorted(wanted)))
            wanted[code] = "B" if wanted[code] == "A" else "A"
        return self.wish(data, self.seats[case.doctor]) if change == "other" else wanted

    def wish_of(self, case):
        wanted = dict(self.seats[case.doctor])
        for code, desk in case.desks.items():
            if desk.task == "facility":
                continue
            wanted.pop(code, None)
            if desk.after:
                wanted[code] = desk.after
        return wanted

    def kind(self, before, wanted):
        gone, new = set(before) - set(wanted), set(wanted) - set(before)
        if new:
            return "transfer" if gone else "join"
        if gone:
            return "leave"
        return "category" if before != wanted else "facility"

    def request(self, wanted, day, work):
        after = {
            self.associations[code].pk: self.associations[code].categories.get(code=letter).pk
            for code, letter in wanted.items()
        }
        place = WorkWanted(unlisted_name="できたばかりの医院", prefecture_code="14", duty="clinic-staff")
        return Request(after=after, effective_on=day, work=place if work else None)

    def claimed(self, name, claims):
        return any(case.state in LIVE and case.doctor == name and case.claims & claims for case in self.cases)

    def is_ahead(self, case):
        ahead = case.state == "finished" and case.day > self.today and case.off != "gone"
        return ahead and case.kind not in STILL

    def window(self, name):
        """窓口の医師会：いちばん早く入った郡市区等。会員でなければ、勤務先の県。"""
        held = [code for code in self.seats[name] if code in DISTRICTS]
        if held:
            return min(held, key=lambda code: self.terms[name, code][0])
        works = any(
            case.doctor == name and case.work and case.state == "finished" and case.off != "gone"
            for case in self.cases
            if case.day <= self.today
        )
        return P if works else None

    def profile(self, name):
        """名を、まだ使ったことのないものに変える届出。"""
        self.names += 1
        facts = {"given_name": f"名{self.names}"}
        return Request(after={}, effective_on=self.today, facts=facts, evidence_id=self.evidence[name])

    def seen_of(self, name):
        return queries.register_seen(self.doctors[name], APPROVED_FACTS)

    def upcoming(self, name):
        return any(case.doctor == name and self.is_ahead(case) for case in self.cases)

    def is_writable(self, day):
        """180 日前から、一年先まで。"""
        return -180 <= (day - self.today).days <= 366

    def is_too_early(self, name, desk, day):
        """在籍か会員区分の始まりより前の日か。退会は、会員区分の始まった日にもできない。前の在籍が終わる前から、入会し直せない。"""
        if desk.task == "facility":
            return False
        _, since, left = self.terms.get((name, desk.at), (None, None, None))
        if desk.before is None:
            return left is not None and day < left
        return day < since or (desk.after is None and day == since)

    def change_terms(self, case):
        """在籍と会員区分の始まりと終わり。取りやめに備えて、前のものを控える。"""
        case.terms = {}
        for code, desk in case.desks.items():
            case.terms[case.doctor, code] = self.terms.get((case.doctor, code), (None, None, None))
            joined, since, left = self.terms.get((case.doctor, code), (None, None, None))
            if desk.before is None:
                self.terms[case.doctor, code] = (case.day, case.day, None)
            elif desk.after is None:
                self.terms[case.doctor, code] = (joined, since, case.day)
            elif desk.after != desk.before:
                self.terms[case.doctor, code] = (joined, case.day, left)

    # 本物

    def real_of(self, case):
        return Application.objects.select_related("doctor").get(pk=self.real[id(case)])

    def step_of(self, case, code):
        return Step.objects.select_related("application__doctor", "association").get(
            application=self.real[id(case)], association__code=code
        )

    def attempt(self, act):
        try:
            with transaction.atomic():
                act()
        except tuple(REFUSALS) as refusal:
            return next(word for kind, word in REFUSALS.items() if isinstance(refusal, kind))
        return DONE

    def expect(self, outcome, expected):
        assert outcome == expected, f"本物は「{outcome}」、模型は「{expected}」"
        self.visited[expected] += 1

    @invariant()
    def same(self):
        pks = [self.real[id(case)] for case in self.cases]
        real = Application.objects.in_bulk(pks)
        steps, claims = {pk: [] for pk in pks}, {pk: set() for pk in pks}
        for one in Step.objects.filter(application__in=pks).select_related("association"):
            steps[one.application_id].append(one)
        for one in Claim.objects.filter(application__in=pks, released_at=None).select_related("association"):
            claims[one.application_id].add(one.association.code)
        for case, pk in zip(self.cases, pks, strict=True):
            assert (real[pk].state, real[pk].effective_on) == (case.state, case.day)
            assert {one.association.code: (one.task, one.state, one.due_on) for one in steps[pk]} == {
                code: (desk.task, desk.state, desk.due) for code, desk in case.desks.items()
            }
            assert claims[pk] == (case.claims if case.state in LIVE else set())
            decided = {one.association.code for one in steps[pk] if one.decided_by_id is not None}
            assert decided == {code for code, desk in case.desks.items() if desk.by is not None}
        for name, doctor in self.doctors.items():
            held = queries.seats(doctor, self.today)
            assert {one.membership.association.code: one.category.code for one in held} == self.seats[name]
            assert is_whole(self.seats[name])

    @invariant()
    def mails_are_equal(self):
        messages = list(Message.objects.filter(pk__gt=self.told).order_by("pk"))
        found = [(one.mail, one.recipient_address) for one in messages]
        assert Counter(found) == Counter(self.mails)
        self.told = messages[-1].pk if messages else self.told
        self.mails = []


def world_of(world):
    return world.national, world.prefecture, world.district, world.other_prefecture, world.other_district


EVERY = {*REFUSALS.values(), DONE, "transfer", "join", "leave", "category", "facility", "profile", "call-off"}


def test_届出は別に書いた模型のとおりに動く(db):
    world = make_world()
    world.beside = world.district_beside()
    Office.world, Office.visited = world, Counter()
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

    assert EVERY - set(Office.visited) == set()
