"""入会の確認のお願い：読んだあとに返事があったときも、二つのことは起きない。"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from mamis.doctors.models import Doctor
from mamis.membership import queries
from mamis.membership.operations import cancel_joining, decline_joining, remind_joining
from mamis.membership.operations.joinings import expire_joining, remind_unanswered
from mamis.workflow.table import NotAllowed
from tests.membership.joining import ask, joining_of, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(world):
    return world.admin(world.district)


def test_nobody_is_reminded_who_answered_or_was_reminded_meanwhile(admin, posted):
    ask(admin, row(600001), row(600002), row(600003), days_ago=1)
    answered, reminded, waiting = (joining_of(number) for number in (600001, 600002, 600003))
    decline_joining(joining_of(600001), "ほかに入会します。", at=timezone.now())
    remind_joining(joining_of(600002), by=admin, at=timezone.now())
    posted()

    sent = [remind_unanswered(one, by=admin, at=timezone.now()) for one in (answered, reminded, waiting)]

    assert (sent, posted()) == ([False, False, True], [("JoiningAsked", "resident-600003@hospital.example")])
    with pytest.raises(NotAllowed):
        remind_joining(answered, by=admin, at=timezone.now())


def test_nobody_expires_who_answered_or_was_reminded_meanwhile(admin):
    ask(admin, row(600001), row(600002), row(600003), days_ago=31)
    answered, reminded, late = (joining_of(number) for number in (600001, 600002, 600003))
    cancel_joining(joining_of(600001), by=admin, at=timezone.now())
    remind_joining(joining_of(600002), by=admin, at=timezone.now())

    expired = [expire_joining(one, at=timezone.now()) for one in (answered, reminded, late)]

    assert expired == [False, False, True]
    assert [joining_of(number).state for number in (600001, 600002, 600003)] == ["cancelled", "waiting", "expired"]


def test_the_last_day_belongs_to_the_time_for_answering(admin):
    ask(admin)
    joining = joining_of()

    assert not expire_joining(joining, at=joining.asked_at + timedelta(days=30))
    assert expire_joining(joining, at=joining.asked_at + timedelta(days=31))


def test_who_will_be_a_member_holds_a_seat_too(world):
    doctor = world.doctor("研修", "一郎")
    on = date(2026, 11, 2)
    world.join(doctor, world.district)

    assert queries.holds_seat(doctor, date(2015, 3, 1))
    doctor.memberships.update(left_on=on)
    assert (queries.holds_seat(doctor, on), queries.holds_seat(doctor, on - timedelta(days=1))) == (False, True)
    assert not queries.holds_seat(Doctor(pk=0), on)
