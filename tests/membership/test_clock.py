"""日ごとの仕事と、医師会が自動で決めること、上の医師会が代わって決めること。"""

from datetime import date, timedelta

import pytest

from mamis.associations.models import Association
from mamis.membership.models import Application
from mamis.membership.operations import (
    Decision,
    NotOverdue,
    Paper,
    approve_step,
    enter_application,
    lapse_confirmations,
    take_over_step,
    tell_deadlines,
)
from mamis.membership.queries import fingerprint
from mamis.membership.tasks import deadlines
from mamis.workflow.table import NotAllowed, PageIsStale
from tests.membership.acts import approve, request, seats_on, states, step_at, submit
from tests.world import TODAY

APRIL = date(2027, 4, 1)


@pytest.fixture
def move(world, doctor) -> Application:
    wanted = {world.other_district: "B", world.other_prefecture: "B", world.national: "B"}
    return submit(world, doctor, wanted, APRIL)


def later(world, days):
    return world.at + timedelta(days=days)


def test_the_office_is_told_once_that_a_deadline_is_near_and_once_that_it_has_passed(world, move, posted):
    assert tell_deadlines(at=later(world, 10)) == 0
    assert tell_deadlines(at=later(world, 11)) == 1
    assert tell_deadlines(at=later(world, 12)) == 0
    assert posted() == [("StepNear", "kaiin-14-021@office.example")]

    assert tell_deadlines(at=later(world, 14)) == 0
    assert tell_deadlines(at=later(world, 15)) == 1
    assert tell_deadlines(at=later(world, 16)) == 0
    assert posted() == [("StepOverdue", "kaiin-14-021@office.example")]


def test_the_daily_work_lapses_and_tells(world, doctor, posted):
    submit(world, doctor, None, TODAY, work="みどり中央クリニック")
    posted()

    deadlines(timestamp=0)

    assert posted()[0] == ("ApplicationFinished", doctor.contact_address)
    assert Application.objects.get().state_label == "完了"


def test_a_lapse_may_be_the_last_decision(world, doctor):
    application = submit(world, doctor, None, TODAY, work="みどり中央クリニック")

    assert lapse_confirmations(at=later(world, 15)) == 1
    assert lapse_confirmations(at=later(world, 15)) == 0
    assert states(application) == [("みどり市医師会", "施設の異動の確認", "みなし確認")]


def automatic(association, *kinds):
    Association.objects.filter(pk=association.pk).update(automatic_kinds=list(kinds))


def test_what_an_association_decides_by_itself_is_decided_on_arrival_and_marked(world, doctor, posted):
    for one in (world.district, world.prefecture):
        automatic(one, "category")

    application = submit(world, doctor, {world.district: "B", world.prefecture: "B", world.national: "B"}, TODAY)

    assert [state for *_, state in states(application)] == ["承認済", "承認済", "承認待ち"]
    assert step_at(application, world.district).is_automatic
    assert posted() == [
        ("ApplicationReceived", doctor.contact_address),
        ("StepArrived", "kaiin-00@office.example"),
    ]
    approve(world, application, world.national)
    assert seats_on(doctor, TODAY) == {"14-021": "B", "14": "B", "00": "B"}


def test_everything_may_be_decided_by_itself(world, doctor):
    automatic(world.district, "facility")

    application = submit(world, doctor, None, TODAY, work="みどり中央クリニック")

    assert states(application) == [("みどり市医師会", "施設の異動の確認", "確認済")]
    assert Application.objects.get().state_label == "完了"


def test_the_association_above_takes_over_when_the_deadline_has_passed_and_is_named(world, move):
    step = step_at(move, world.other_district)
    by = world.clerk(world.other_prefecture)
    decision = Decision(TODAY, comment="期限が過ぎたため")
    with pytest.raises(NotOverdue):
        take_over_step(step, decision, seen=fingerprint(step), by=by, at=later(world, 45))
    with pytest.raises(PageIsStale):
        take_over_step(step, decision, seen=fingerprint(step), by=world.clerk(world.prefecture), at=later(world, 46))

    take_over_step(step, decision, seen=fingerprint(step), by=by, at=later(world, 46))

    taken = step_at(move, world.other_district)
    assert (taken.state_label, taken.taken_over_by) == ("承認済", world.other_prefecture)
    with pytest.raises(NotAllowed):
        take_over_step(taken, decision, seen=fingerprint(taken), by=by, at=later(world, 46))


def test_the_death_of_a_member_is_entered_by_the_office_for_any_past_day(world, doctor):
    died = request({}, date(2024, 3, 1))
    application = enter_application(
        doctor, replace_causes(died, "died"), Paper(TODAY), by=world.clerk(world.district), at=world.at
    )

    assert application.title == "退会"
    approve_by_admin(world, application, world.district)
    approve(world, application, world.prefecture, world.national)
    assert seats_on(doctor, date(2024, 3, 1)) == {}


def replace_causes(asked, *causes):
    return type(asked)(after=asked.after, effective_on=asked.effective_on, causes=causes)


def approve_by_admin(world, application, association):
    step = step_at(application, association)
    approve_step(step, Decision(TODAY), seen=fingerprint(step), by=world.admin(association), at=world.at)
