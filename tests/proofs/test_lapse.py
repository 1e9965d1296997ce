"""期限の過ぎた確認を、みなし確認にする裏方が、途中で殺されても、一つの段に一つの決定で、知らせるメールも一つである。"""

from collections import Counter
from datetime import timedelta

import pytest

from mamis.doctors.models import Workplace
from mamis.mail.models import Message
from mamis.membership.models import Application, ApplicationHistory, Step, StepHistory
from mamis.membership.tasks import deadlines
from tests.jobs.worker import work_and_be_killed
from tests.membership.acts import submit
from tests.world import TODAY, make_world

APPLICATIONS = 80
WORK = "from mamis.membership.tasks import deadlines; deadlines(timestamp=0)"

pytestmark = pytest.mark.django_db(transaction=True)


def lapsed() -> int:
    return Step.objects.filter(state="lapsed").count()


def test_八十件の確認の途中で二度殺されても_どれも一度だけ終わる() -> None:
    world = make_world()
    world.at -= timedelta(days=30)
    for number in range(APPLICATIONS):
        doctor = world.member(f"医師{number}", "花子", world.district, signs_in=False)
        submit(world, doctor, None, TODAY - timedelta(days=30), work="みどり中央クリニック")
    Message.objects.all().delete()

    work_and_be_killed(WORK, lambda: lapsed() >= 15)
    work_and_be_killed(WORK, lambda: lapsed() >= 40)
    left = APPLICATIONS - lapsed()
    deadlines(timestamp=0)
    deadlines(timestamp=0)

    assert 0 < left <= APPLICATIONS - 40
    assert Counter(Application.objects.values_list("state", flat=True)) == {"finished": APPLICATIONS}
    assert StepHistory.objects.filter(event="lapse").count() == APPLICATIONS
    assert ApplicationHistory.objects.filter(event="finish").count() == APPLICATIONS
    assert Workplace.objects.filter(request__name="みどり中央クリニック", until_on=None).count() == APPLICATIONS
    told = Counter(Message.objects.values_list("mail", "reference"))
    assert set(told.values()) == {1}
    assert sum(number for (mail, _), number in told.items() if mail == "ApplicationFinished") == APPLICATIONS
    assert "StepOverdue" not in {mail for mail, _ in told}
