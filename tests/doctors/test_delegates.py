"""だれが、だれの代理で、何を読めるか。終えること、したことを残すこと。"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from mamis.accounts.operations import deactivate_user
from mamis.doctors import policy
from mamis.doctors.models import Delegation
from mamis.doctors.operations import TooManyInvited, end_delegation, give_up_delegation, invite_delegate, note_deed
from mamis.doctors.rules import MOST_INVITED_A_DAY, Deed, Relation

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(world):
    return world.member("鈴木", "花子", world.district)


@pytest.fixture
def held(world, doctor):
    return world.delegate(doctor, "秘書 文子")


def today():
    return timezone.localdate()


def opened(user):
    """その利用者が開ける医師と、代理の番号。"""
    return {(one.pk, one.acting_pk) for one in policy.owned_or_acted_for(user, today())}


def test_a_delegate_acts_for_the_one_doctor_until_the_day_it_ends(world, doctor, other, held):
    world.delegate(other, "別の秘書")
    end = held.until_on

    acting = [list(policy.acting_as(held.user, on)) for on in (today(), end - timedelta(days=1), end)]

    assert acting == [[held], [held], []]
    assert list(policy.acting_as(doctor.user, today())) == []


def test_a_person_opens_their_own_page_and_those_of_the_doctors_they_act_for(world, doctor, other, held):
    both = world.delegate(other, "", doctor.user)

    assert opened(held.user) == {(doctor.pk, held.pk)}
    assert opened(doctor.user) == {(doctor.pk, None), (other.pk, both.pk)}
    assert opened(other.user) == {(other.pk, None)}
    assert opened(world.clerk(world.district).user) == set()


@pytest.mark.parametrize("how", ["ended", "given_up", "delegate_stopped", "doctor_stopped", "not_accepted"])
def test_nothing_opens_once_it_is_over(doctor, held, how):
    if how == "ended":
        end_delegation(held, at=timezone.now())
    elif how == "given_up":
        give_up_delegation(held, at=timezone.now())
    elif how == "not_accepted":
        Delegation.objects.filter(pk=held.pk).update(user=None, accepted_at=None)
    else:
        deactivate_user(held.user if how == "delegate_stopped" else doctor.user)

    assert list(policy.acting_as(held.user, today())) == []
    assert opened(held.user) == set()


def test_a_stopped_doctor_opens_nothing(doctor):
    deactivate_user(doctor.user)

    assert opened(doctor.user) == set()


def test_the_doctor_and_the_delegate_find_what_has_not_ended(world, doctor, other, held):
    ended = world.delegate(doctor, "元秘書")
    end_delegation(ended, at=timezone.now())
    foreign = world.delegate(other, "別の秘書")
    invited = invite_delegate(
        doctor,
        name="頼んだ人",
        relation=Relation.SECRETARY,
        mail_address="x@x.example",
        may_submit=False,
        last_on=today(),
        at=timezone.now(),
    )

    assert set(policy.delegations_of(doctor)) == {held, invited}
    assert list(policy.delegations_held_by(held.user)) == [held]
    assert list(policy.delegations_held_by(ended.user)) == []
    assert list(policy.delegations_held_by(foreign.user)) == [foreign]


def test_a_person_is_close_to_themselves_and_to_those_they_act_for_even_after_the_last_day(world, doctor, other, held):
    Delegation.objects.filter(pk=held.pk).update(set_on=date(2026, 1, 1), until_on=date(2026, 2, 1))
    ended = world.delegate(other, "元秘書")
    end_delegation(ended, at=timezone.now())

    assert list(policy.close_to(held.user_id)) == [doctor]
    assert list(policy.close_to(doctor.user_id)) == [doctor]
    assert list(policy.close_to(ended.user_id)) == []


def test_the_doctor_reads_what_the_delegates_did_and_a_day_of_writing_is_one_line(world, doctor, other, held):
    now, foreign = timezone.now(), world.delegate(other, "別の秘書")
    note_deed(foreign, Deed.WROTE, about="", at=now)
    for deed in (Deed.WROTE, Deed.WROTE, Deed.SUBMITTED, Deed.SUBMITTED):
        note_deed(held, deed, about="", at=now)
    note_deed(held, Deed.WROTE, about="2026-1102-0001", at=now)
    note_deed(held, Deed.WROTE, about="", at=now + timedelta(days=1))
    end_delegation(held, at=now)

    written = sorted((one.deed, one.about) for one in policy.deeds_for(doctor))

    assert written == [("submitted", "")] * 2 + [("wrote", "")] * 2 + [("wrote", "2026-1102-0001")]


def test_ending_twice_tells_once(held, posted):
    posted()

    end_delegation(held, at=timezone.now())
    give_up_delegation(held, at=timezone.now())

    assert posted() == [("DelegateEnded", held.user.email)]


def test_a_doctor_invites_only_so_many_a_day(doctor):
    now = timezone.now()
    terms = {"name": "秘書", "relation": Relation.FAMILY, "may_submit": False, "last_on": today() + timedelta(days=9)}
    for number in range(MOST_INVITED_A_DAY):
        end_delegation(invite_delegate(doctor, mail_address=f"{number}@x.example", at=now, **terms), at=now)

    with pytest.raises(TooManyInvited):
        invite_delegate(doctor, mail_address="more@x.example", at=now, **terms)
    later = invite_delegate(doctor, mail_address="more@x.example", at=now + timedelta(days=1), **terms)

    assert later.mail_address == "more@x.example"
