"""一つの申請に、決定は一つ（quality.md 4）。

同じ画面を読んだ20人が、一本の線から同時に決める。ウェブは二つのプロセスで動き、人はみな本物の HTTP で話す。
"""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from http.client import HTTPConnection
from threading import Barrier
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from mamis.associations.rules import Role
from mamis.mail.models import Message
from mamis.membership.models import Application, Step, StepHistory
from mamis.membership.queries import DRAFT, seats_of
from mamis.training.models import Certificate, CompletionApplication, CompletionHistory, CountedLine
from mamis.wizard.operations import write_draft
from tests.membership.acts import submit
from tests.site import Site
from tests.world import World, make_world

STAFF = 20

APPROVE, RETURN, WITHDRAW = "approval", "return", "withdrawal"
BY_OTHERS, MOVED, WITHDRAWN = "他の担当者が処理済みです", "すでに処理されています", "申請は取り下げられています"


class Answer(NamedTuple):
    status: int
    body: str


@dataclass
class Person:
    """ログインしているひとり。"""

    port: int
    session: str
    csrf: str = ""

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, typed: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(typed))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        line = HTTPConnection("localhost", self.port, timeout=60)
        headers = {"Cookie": f"session={self.session}; csrf={self.csrf}", "Origin": f"http://localhost:{self.port}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, body, headers)
        response = line.getresponse()
        text = response.read().decode()
        if found := re.search(r"csrf=(\w+)", response.headers.get("Set-Cookie", "")):
            self.csrf = found[1]
        line.close()
        return Answer(response.status, text)


class Arena(NamedTuple):
    """動いているシステムと、その中の人々。"""

    site: Site
    world: World
    staff: list[Person]


@pytest.fixture(scope="module")
def arena(cluster, django_db_blocker) -> Iterator[Arena]:
    with django_db_blocker.unblock(), Site(web=2, workers=0, mailbox=False) as site:
        with site.orm():
            world = make_world()
            hired = [world.appoint(world.district, Role.CLERK, f"担当 {number}") for number in range(STAFF)]
            people = [Person(site.port, session_of(world, one.user)) for one in hired]
        yield Arena(site, world, people)


def session_of(world: World, user) -> str:
    return world.browser(user).cookies["session"].value


@pytest.fixture
def case(arena) -> Iterator[tuple[CompletionApplication, Person]]:
    """新しい申請と、その医師。"""
    with arena.site.orm():
        doctor = arena.world.member("山田", "太郎", arena.world.district)
        arena.world.credit(doctor, 19, date(2026, 3, 14))
        application = arena.world.submit(doctor, arena.world.district)
        yield application, Person(arena.site.port, session_of(arena.world, doctor.user))


def race(acts: list[tuple[Person, str, str]]) -> list[Answer]:
    """みなが画面を読み、一本の線に並び、同時に送る。"""
    start, today = Barrier(len(acts)), timezone.localdate()

    def run(person: Person, page: str, target: str) -> Answer:
        html = person.get(page).body
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', html)[-1]
        seen = re.findall(r'name="seen" value="([\w-]+)"', html)
        typed = {"csrfmiddlewaretoken": token, "seen": seen[0] if seen else "", "reason": "日付をご確認ください。"}
        typed |= {"board_on_0": str(today.year), "board_on_1": str(today.month), "board_on_2": str(today.day)}
        typed |= {"next": "1"}
        start.wait(timeout=60)
        return person.post(target, typed)

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(run, *act) for act in acts]]


def by_office(arena: Arena, application: CompletionApplication, acts: list[str]) -> list[tuple[Person, str, str]]:
    page = f"/office/14-021/completions/{application.receipt_no}/"
    return [(person, page, f"{page}{act}/") for person, act in zip(arena.staff, acts, strict=False)]


def headline(answer: Answer) -> str:
    return re.sub(r"\s+", "", re.findall(r"<h1>(.*?)</h1>", answer.body, re.DOTALL)[0])


def written(application: CompletionApplication) -> tuple[list[str], list[str], int, int]:
    """申請のあとに残ったもの：経過、メール、修了証の数、数えた行の数。"""
    events = CompletionHistory.objects.filter(application=application).order_by("pk").values_list("event", flat=True)
    mails = Message.objects.filter(reference=application.receipt_no).order_by("pk").values_list("mail", flat=True)
    return (
        list(events)[1:],
        list(mails)[2:],
        Certificate.objects.filter(application=application).count(),
        CountedLine.objects.filter(application=application).count(),
    )


OUTCOMES = {
    APPROVE: (["approve"], ["CompletionApproved"], 1, 2),
    RETURN: (["return"], ["CompletionReturned"], 0, 0),
    WITHDRAW: (["withdraw"], [], 0, 0),
}


@pytest.mark.parametrize(
    "acts",
    [[APPROVE] * STAFF, [RETURN] * STAFF, [APPROVE, RETURN] * (STAFF // 2)],
    ids=["承認だけ", "差し戻しだけ", "承認と差し戻し"],
)
def test_二十人が同時に決めても_決定は一つで_ほかの人にはそのことが告げられる(arena, case, acts):
    application, _ = case

    answers = race(by_office(arena, application, acts))

    winners = [act for act, answer in zip(acts, answers, strict=True) if answer.status == 302]
    assert Counter(answer.status for answer in answers) == {302: 1, 409: STAFF - 1}
    assert {headline(answer) for answer in answers if answer.status == 409} == {BY_OTHERS}
    assert written(application) == OUTCOMES[winners[0]]


@pytest.mark.parametrize("lead", range(4))
def test_医師の取下げと同時でも_決定は一つである(arena, case, lead):
    application, doctor = case
    page = f"/mypage/completions/{application.receipt_no}/{WITHDRAW}/"
    acts = by_office(arena, application, [APPROVE] * (STAFF - 1))
    acts.insert(lead, (doctor, page, page))

    answers = race(acts)

    withdrawal = answers.pop(lead)
    assert Counter(answer.status for answer in [withdrawal, *answers]) == {302: 1, 409: STAFF - 1}
    if withdrawal.status == 302:
        assert {headline(answer) for answer in answers} == {WITHDRAWN}
        assert written(application) == OUTCOMES[WITHDRAW]
    else:
        assert headline(withdrawal) == MOVED
        assert {headline(answer) for answer in answers if answer.status == 409} == {BY_OTHERS}
        assert written(application) == OUTCOMES[APPROVE]


# 届出


def test_二十人が同時に届出を決めても_決定は一つで在籍は一度だけ変わる(arena):
    with arena.site.orm():
        today = timezone.localdate()
        doctor = arena.world.member("山田", "太郎", arena.world.district)
        now = replace(arena.world, at=timezone.now())
        receipt_no = submit(now, doctor, {arena.world.district: "B"}, today).receipt_no
        page = f"/office/14-021/applications/{receipt_no}/"

        answers = race([(person, page, f"{page}{APPROVE}/") for person in arena.staff])

        assert Counter(answer.status for answer in answers) == {302: 1, 409: STAFF - 1}
        assert {headline(answer) for answer in answers if answer.status == 409} == {MOVED}
        step = Step.objects.get(application__receipt_no=receipt_no)
        assert StepHistory.objects.filter(step=step, event="approve").count() == 1
        mails = Message.objects.filter(reference=receipt_no).order_by("pk").values_list("mail", flat=True)
        assert list(mails) == ["ApplicationReceived", "StepArrived", "ApplicationFinished"]
        assert doctor.memberships.get().categories.count() == 2


def test_医師が二つの窓から同時に何度申請しても_届出は一つで_どの窓も同じ受付になる(arena):
    with arena.site.orm():
        doctor, today = arena.world.member("山田", "花子", arena.world.district), timezone.localdate()
        day = {
            "effective_on_0": [str(today.year)],
            "effective_on_1": [str(today.month)],
            "effective_on_2": [str(today.day)],
        }
        write_draft(
            by=doctor.user_id,
            kind=DRAFT,
            subject="leaving",
            step="check",
            at=timezone.now(),
            start={"leaving": {"scope": ["all"], "causes": ["retired"], "note": [""], **day}},
            change=lambda answers: None,
        )
        page = "/mypage/applications/leaving/writing/check/"
        session = session_of(arena.world, doctor.user)

        answers = race([(Person(arena.site.port, session), page, page) for _ in range(8)])

        assert Counter(answer.status for answer in answers) == {302: 8}
        assert Application.objects.filter(doctor=doctor).count() == 1
        assert seats_of(doctor, today).keys() == {arena.world.district.pk}
