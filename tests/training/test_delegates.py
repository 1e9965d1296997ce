"""代理を引き受けた事務局の人は、その医師のことを何も決められない。前に決めたことは、そのままである。"""

from datetime import date

import pytest
from django.utils import timezone

from mamis.associations.rules import Role
from mamis.doctors.operations import ActingForDoctor, end_delegation
from mamis.training import policy
from mamis.training.models import CompletionApplication
from mamis.training.operations import (
    record_credit,
    resubmit_completion,
    return_completion,
    reverse_credit,
    revoke_completion,
    submit_completion,
)
from mamis.training.operations.credits import CreditEntry
from mamis.training.operations.handbooks import confirm_handbook, enter_handbook
from mamis.training.queries import CME, programme_of
from mamis.training.rules import Kind
from mamis.training.workflow import State


@pytest.fixture
def staff(world):
    return world.admin(world.district)


@pytest.fixture
def delegation(world, doctor, staff):
    return world.delegate(doctor, "", staff.user, may_submit=True)


@pytest.fixture
def free(world):
    """もう一人の医師の申請。代理ではないから、決められる。"""
    other = world.member("鈴木", "花子", world.district)
    world.credit(other, 19, date(2026, 3, 14))
    return world.submit(other, world.district)


def test_the_cases_of_the_doctor_are_left_to_others(world, staff, application, free, delegation):
    every = CompletionApplication.objects.all()

    assert list(policy.answerable_by(staff)) == list(policy.decidable_by(staff)) == [free]
    assert list(policy.own_or_acted_for(staff, every)) == [application]
    assert set(policy.answerable_by(world.clerk(world.district))) == {application, free}
    with pytest.raises(ActingForDoctor):
        return_completion(application, reason="理由", seen=world.seen(application), by=staff, at=world.at)


def test_what_a_delegate_submitted_stays_out_of_their_hands_when_the_delegation_ends(
    world, doctor, staff, free, delegation
):
    application = submit_completion(doctor, world.request(world.district), by=delegation, at=world.at)
    end_delegation(delegation, at=timezone.now())

    assert list(policy.answerable_by(staff)) == [free]
    assert list(policy.own_or_acted_for(staff, CompletionApplication.objects.all())) == [application]
    with pytest.raises(ActingForDoctor):
        return_completion(application, reason="理由", seen=world.seen(application), by=staff, at=world.at)


def test_what_the_office_sent_back_stays_in_its_hands(world, doctor, staff, application):
    world.send_back(application, staff)
    resubmit_completion(CompletionApplication.objects.get(), world.request(world.district), at=world.at)

    assert list(policy.decidable_by(staff)) == [application]


def test_an_end_gives_the_cases_back(staff, application, delegation):
    end_delegation(delegation, at=timezone.now())

    assert list(policy.decidable_by(staff)) == [application]


def test_credits_are_neither_entered_nor_reversed(world, doctor, staff, delegation):
    line = world.credit(doctor, 3, date(2026, 3, 15), by=world.clerk(world.district))
    entry = CreditEntry(programme_of(CME).pk, Kind.KNOWLEDGE, "講演会", world.on, 2, "名簿")

    assert not policy.creditable_by(staff, world.on).filter(pk=doctor.pk).exists()
    assert not policy.enterable_by(staff, world.on).filter(pk=doctor.pk).exists()
    assert list(policy.credits_answerable_by(staff)) == []
    assert list(policy.credits_answerable_by(world.clerk(world.district))) == [line]
    with pytest.raises(ActingForDoctor):
        record_credit(doctor, entry, by=staff, at=world.at)
    with pytest.raises(ActingForDoctor):
        reverse_credit(line, ground="誤り", by=staff, at=world.at)


def test_paper_is_not_entered(world, doctor, staff, delegation):

    with pytest.raises(ActingForDoctor):
        world.enter(doctor, world.district, by=staff, paper_on=world.on)


def test_the_one_who_entered_the_paper_may_approve_when_the_only_other_is_a_delegate(world, doctor, staff):
    entering = world.clerk(world.district)
    application = world.enter(doctor, world.district, by=entering, paper_on=world.on)
    before = list(policy.deciders_besides(entering, application))
    delegation = world.delegate(doctor, "", staff.user)

    besides = list(policy.deciders_besides(entering, application))
    end_delegation(delegation, at=timezone.now())

    assert (before, besides) == ([staff], [])
    assert list(policy.deciders_besides(entering, application)) == [staff]


def test_only_what_a_person_did_for_this_doctor_keeps_them_from_deciding(world, doctor, staff):
    entering = world.clerk(world.district)
    application = world.enter(doctor, world.district, by=entering, paper_on=world.on)
    other = world.member("鈴木", "花子", world.district)
    world.credit(other, 19, date(2026, 3, 14))
    for_other = world.delegate(other, "", staff.user, may_submit=True)
    submit_completion(other, world.request(world.district), by=for_other, at=world.at)
    world.delegate(doctor, "秘書 文子")
    world.send_back(application, staff)

    assert list(policy.deciders_besides(entering, application)) == [staff]


def test_one_who_submitted_for_the_doctor_does_not_count_as_another(world, doctor, staff, delegation):
    application = submit_completion(doctor, world.request(world.district), by=delegation, at=world.at)
    end_delegation(delegation, at=timezone.now())
    newcomer = world.appoint(world.district, Role.CLERK, "もう一人 花子")

    assert list(policy.deciders_besides(world.clerk(world.district), application)) == [newcomer]


def test_handbooks_are_neither_entered_nor_confirmed(world, doctor, staff, delegation):
    entering = world.clerk(world.district)
    entry = world.handbook(doctor, entering)

    assert list(policy.handbooks_answerable_by(staff)) == []
    assert list(policy.handbooks_confirmable_by(entering)) == [entry]
    with pytest.raises(ActingForDoctor):
        confirm_handbook(entry, seen=entry.seen, by=staff, at=world.at)
    with pytest.raises(ActingForDoctor):
        enter_handbook(doctor, (), (), by=staff, at=world.at)
    end_delegation(delegation, at=timezone.now())
    assert list(policy.handbooks_confirmable_by(entering)) == []


def test_a_delegation_to_another_doctor_leaves_the_handbook_to_be_confirmed(world, doctor, staff):
    entering = world.clerk(world.district)
    world.handbook(doctor, entering)
    world.delegate(doctor, "秘書 文子")
    world.delegate(world.member("鈴木", "花子", world.district), "", staff.user)

    assert list(policy.handbooks_confirmable_by(entering)) == []


def test_what_was_decided_before_the_delegation_began_is_revoked_by_another(world, doctor, staff, application):
    world.approve(application, staff)
    world.delegate(doctor, "", staff.user)
    another = world.appoint(world.district, Role.ADMIN, "もう一人 花子")
    deciding = CompletionApplication.objects.get()

    with pytest.raises(ActingForDoctor):
        revoke_completion(deciding, reason="誤り", by=staff, at=timezone.now())
    revoke_completion(deciding, reason="誤り", by=another, at=timezone.now())

    assert CompletionApplication.objects.get().state == State.REVOKED
