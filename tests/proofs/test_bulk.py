"""三百件をまとめて承認する。二十件は、確かめたあとに変わる。途中で殺されても、一件に一つの結果で、メールは決定と同じ数である。"""

import time
from collections import Counter
from datetime import date

import pytest

from mamis.mail.models import Message
from mamis.training import tasks
from mamis.training.models import BulkLine, Certificate, CompletionApplication, CompletionHistory, CreditLine
from mamis.training.operations import approve_together
from mamis.training.operations.bulk import AT_ONCE
from mamis.training.rules import Kind
from tests.jobs.worker import work_and_be_killed
from tests.world import make_world

CHOSEN, STALE = 300, 20
GO_ON = "from mamis.training import tasks; tasks.go_on({decision})"

pytestmark = pytest.mark.django_db(transaction=True)


def decided() -> int:
    return BulkLine.objects.exclude(outcome="").count()


def test_三百件のうち二十件が変わり_二度殺されても_一件に一つの結果である() -> None:
    world = make_world()
    clerk = world.clerk(world.district)
    applications = []
    for number in range(CHOSEN):
        doctor = world.member(f"医師{number}", "花子", world.district, signs_in=False)
        world.credit(doctor, 19, date(2026, 3, 14), by=clerk)
        applications.append(world.submit(doctor, world.district))
    choices = [(one, world.seen(one)) for one in applications]
    stale = applications[5::15]
    for one in stale:
        world.credit(one.doctor, 1, date(2026, 4, 1), Kind.KNOWLEDGE, "あとから届いた単位", by=clerk)
    told = Message.objects.count()
    began = time.monotonic()

    decision = approve_together(choices, key="b" * 32, by=clerk, at=world.at)
    answered = time.monotonic() - began
    work_and_be_killed(GO_ON.format(decision=decision.pk), lambda: decided() >= 80)
    work_and_be_killed(GO_ON.format(decision=decision.pk), lambda: decided() >= 160)
    left = CHOSEN - decided()
    tasks.go_on(decision.pk)
    tasks.go_on(decision.pk)

    lines = BulkLine.objects.filter(decision=decision)
    assert len(stale) == STALE
    assert 0 < left < CHOSEN - AT_ONCE
    assert Counter(lines.values_list("outcome", flat=True)) == {"approved": CHOSEN - STALE, "changed": STALE}
    assert set(lines.filter(outcome="changed").values_list("application", flat=True)) == {one.pk for one in stale}
    assert Message.objects.count() - told == CHOSEN - STALE
    assert Counter(Message.objects.filter(mail="CompletionApproved").values_list("reference", flat=True)) == Counter(
        CompletionApplication.objects.filter(state="approved").values_list("receipt_no", flat=True)
    )
    assert Certificate.objects.count() == CHOSEN - STALE
    assert CompletionHistory.objects.filter(event="approve").count() == CHOSEN - STALE
    assert CreditLine.objects.filter(kind=Kind.FIELD).count() == CHOSEN - STALE
    assert answered < 10
