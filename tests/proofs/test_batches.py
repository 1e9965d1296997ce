"""七十人の会員区分をまとめて変える。五人は、確かめたあとに変わる。途中で殺されても、一人に一つの届出で、結果は一人に一つである。"""

from collections import Counter
from datetime import date

import pytest

from mamis.mail.models import Message
from mamis.membership import queries, tasks
from mamis.membership.models import Application, BatchLine, MembershipCategory, Sheet
from mamis.membership.operations import CategoryChange, change_together
from mamis.membership.operations.batches import AT_ONCE
from tests.jobs.worker import work_and_be_killed
from tests.world import TODAY, make_world

CHOSEN, STALE = 70, 5
GO_ON = "from mamis.membership import tasks; tasks.go_on({batch})"

pytestmark = pytest.mark.django_db(transaction=True)


def ended() -> int:
    return BatchLine.objects.exclude(ended_at=None).count()


def test_七十人のうち五人が変わり_途中で殺されても_一人に一つの結果である() -> None:
    world = make_world()
    clerk = world.clerk(world.district)
    was, now = (world.district.categories.get(code=letter) for letter in "AB")
    doctors = [world.member(f"医師{number}", "花子", world.district, signs_in=False) for number in range(CHOSEN)]
    choices = [(one, queries.seats_fingerprint(queries.seats(one, TODAY))) for one in doctors]
    stale = doctors[5::14]
    MembershipCategory.objects.filter(membership__doctor__in=stale).update(category=now)
    change = CategoryChange({was.pk: now.pk}, date(2027, 4, 1), "trained", "名簿", TODAY)

    batch = change_together(choices, change, key="b" * 32, by=clerk, at=world.at)
    work_and_be_killed(GO_ON.format(batch=batch.pk), lambda: ended() >= AT_ONCE + 10)
    left = CHOSEN - ended()
    tasks.go_on(batch.pk)
    tasks.go_on(batch.pk)

    lines = list(queries.lines_of(batch))
    assert len(stale) == STALE
    assert 0 < left < CHOSEN - AT_ONCE
    assert queries.report_of(lines) == queries.BatchReport(total=CHOSEN, done=CHOSEN - STALE, waiting=0)
    assert {line.doctor_id for line in lines if line.refusal} == {one.pk for one in stale}
    assert Counter(Application.objects.values_list("doctor", flat=True)) == Counter(
        line.doctor_id for line in lines if line.is_done
    )
    assert Sheet.objects.count() == CHOSEN - STALE
    assert Counter(Message.objects.filter(mail="ApplicationReceived").values_list("reference", flat=True)) == Counter(
        Application.objects.values_list("receipt_no", flat=True)
    )
