"""だれが、どの修了申請に、何をできるか。"""

from datetime import date

import pytest

from mamis.accounts.operations import deactivate_user
from mamis.associations.models import Staff
from mamis.associations.rules import Role
from mamis.training import policy
from mamis.training.models import Certificate, CompletionApplication, HandbookEntry
from mamis.training.operations import (
    PaperRequest,
    enter_completion,
    resubmit_completion,
    return_completion,
    reverse_credit,
    undo_approval,
    withdraw_completion,
)
from mamis.training.workflow import State


@pytest.fixture
def people(world, doctor):
    """役割と医師会のちがう人々。"""
    two_hats = world.appoint(world.district, Role.ADMIN, doctor.name, doctor.user)
    return {
        "管理者": world.admin(world.district),
        "一般": world.clerk(world.district),
        "閲覧": world.appoint(world.district, Role.VIEWER, "閲覧 三郎"),
        "本人（管理者）": two_hats,
        "都道府県": world.admin(world.prefecture),
        "日本医師会": world.admin(world.national),
        "ほかの郡市区等": world.admin(world.other_district),
    }


def fresh(application) -> CompletionApplication:
    return CompletionApplication.objects.get(pk=application.pk)


def handbook(world, doctor) -> HandbookEntry:
    """一般の担当者が登録した、確認待ちの手帳の単位。"""
    return HandbookEntry.objects.create(
        doctor=doctor,
        association=world.district,
        number="H1",
        state="entered",
        state_since=world.at,
        entered_by=world.clerk(world.district).user,
        entered_at=world.at,
    )


def who(people, found) -> set[str]:
    return {name for name, staff in people.items() if found(staff)}


def test_only_the_destination_sees_an_application(people, application):
    seeing = who(people, lambda staff: policy.visible_to(staff).filter(pk=application.pk).exists())

    assert seeing == {"管理者", "一般", "閲覧", "本人（管理者）"}


def test_only_its_clerks_who_are_not_the_doctor_decide_it(people, application):
    deciding = who(people, lambda staff: policy.decidable_by(staff).filter(pk=application.pk).exists())
    answering = who(people, lambda staff: policy.answerable_by(staff).filter(pk=application.pk).exists())

    assert deciding == answering == {"管理者", "一般"}


def test_an_application_without_a_user_is_decided_by_every_clerk(world, people):
    offline = world.member("紙野", "一郎", world.district, signs_in=False)
    world.credit(offline, 19, date(2026, 3, 14))
    application = world.submit(offline, world.district)

    deciding = who(people, lambda staff: policy.decidable_by(staff).filter(pk=application.pk).exists())

    assert deciding == {"管理者", "一般", "本人（管理者）"}


@pytest.mark.parametrize("state", [State.RETURNED, State.APPROVED, State.WITHDRAWN])
def test_what_is_decided_or_withdrawn_is_seen_and_answered_but_not_decided(world, people, application, state):
    clerk = world.clerk(world.district)
    match state:
        case State.RETURNED:
            world.send_back(application, clerk)
        case State.APPROVED:
            world.approve(application, clerk)
        case State.WITHDRAWN:
            withdraw_completion(application, at=world.at)

    found = [
        who(people, lambda staff, reading=reading: reading(staff).filter(pk=application.pk).exists())
        for reading in (policy.visible_to, policy.answerable_by, policy.decidable_by)
    ]

    assert found == [{"管理者", "一般", "閲覧", "本人（管理者）"}, {"管理者", "一般"}, set()]


def test_a_doctor_owns_only_the_own_application(world, doctor, application):
    other = world.member("鈴木", "花子", world.district)
    world.credit(other, 19, date(2026, 3, 14))
    world.submit(other, world.district)

    assert list(policy.owned_by(doctor)) == [CompletionApplication.objects.get(pk=application.pk)]


def test_credits_are_entered_by_clerks_who_see_the_doctor_and_are_someone_else(world, people, doctor):
    entering = who(people, lambda staff: policy.creditable_by(staff, world.on).filter(pk=doctor.pk).exists())

    assert entering == {"管理者", "一般", "都道府県", "日本医師会"}


def test_only_who_granted_a_credit_reverses_it(world, people, doctor):
    clerk = world.clerk(world.district)
    line = world.credit(doctor, 3, date(2026, 4, 1), title="在宅医療研修会", by=clerk)

    seeing = who(people, lambda staff: policy.credits_granted_by(staff).filter(pk=line.pk).exists())
    reversing = who(people, lambda staff: policy.credits_reversible_by(staff).filter(pk=line.pk).exists())

    assert (seeing, reversing) == ({"管理者", "一般", "閲覧", "本人（管理者）"}, {"管理者", "一般"})


def test_a_reversed_credit_and_its_reversal_are_not_reversed_again(world, people, doctor):
    clerk = world.clerk(world.district)
    line = world.credit(doctor, 3, date(2026, 4, 1), title="在宅医療研修会", by=clerk)
    reversal = reverse_credit(line, ground="名簿の誤り", by=clerk, at=world.at)

    assert not policy.credits_reversible_by(clerk).filter(pk__in=(line.pk, reversal.pk)).exists()
    assert list(policy.credits_answerable_by(clerk)) == [line]


def test_certificates_are_seen_by_their_holder_and_issuer(world, people, doctor, application):
    world.approve(application, world.clerk(world.district))

    seeing = who(people, lambda staff: policy.certificates_visible_to(staff).exists())

    assert seeing == {"管理者", "一般", "閲覧", "本人（管理者）"}
    assert policy.certificates_of(doctor).get() == policy.verifiable().get()
    assert not policy.certificates_of(world.doctor("鈴木", "花子")).exists()


def test_a_doctor_owns_only_the_own_credits(world, doctor):
    world.credit(world.doctor("鈴木", "花子"), 4, date(2026, 3, 14))

    assert [line.half_units for line in policy.credits_of(doctor)] == [19]


def test_a_certificate_of_an_approval_that_was_undone_was_never_issued(world, doctor, application):
    clerk = world.clerk(world.district)
    world.approve(application, clerk)
    undo_approval(fresh(application), reason="押し間違えた", by=clerk, at=world.at)

    assert Certificate.objects.get(doctor=doctor).voided_at
    assert not policy.certificates_of(doctor).exists()
    assert not policy.certificates_visible_to(clerk).exists()


def test_a_certificate_is_handed_over_by_clerks_to_a_doctor_without_a_page(world, people, application):
    offline = world.member("紙野", "一郎", world.district, signs_in=False)
    world.credit(offline, 19, date(2026, 3, 14))
    for one in (application, world.submit(offline, world.district)):
        world.approve(one, world.clerk(world.district))

    handing = {
        name: [one.doctor for one in policy.certificates_handed_over_by(staff)] for name, staff in people.items()
    }
    Certificate.objects.filter(doctor=offline).update(revoked_at=world.at)

    assert handing == {name: [offline] if name in {"管理者", "一般", "本人（管理者）"} else [] for name in people}
    assert not policy.certificates_handed_over_by(world.clerk(world.district)).exists()


def test_only_what_is_approved_is_undone(world, application):
    clerk = world.clerk(world.district)

    assert not policy.undoable_by(clerk).exists()
    world.approve(application, clerk)
    assert [*policy.undoable_by(clerk)] == [application]


def test_who_entered_a_paper_is_asked_of_that_paper_alone(world, application):
    clerk, admin = world.clerk(world.district), world.admin(world.district)
    return_completion(application, reason="日付をご確認ください。", seen=world.seen(application), by=admin, at=world.at)
    resubmit_completion(fresh(application), world.request(world.district), at=world.at)
    offline = world.member("紙野", "一郎", world.district, signs_in=False)
    world.credit(offline, 19, date(2026, 3, 14))
    asked = world.request(world.district)
    paper = enter_completion(
        offline, PaperRequest(asked.destination_id, asked.entries, asked.note, world.on), by=clerk, at=world.at
    )

    assert [policy.entered_by(clerk, one) for one in (paper, application)] == [True, False]
    assert not policy.entered_by(admin, paper)
    Staff.objects.filter(association=world.district).exclude(pk=clerk.pk).update(ended_at=world.at)
    world.approve(paper, clerk)
    assert policy.entered_and_decided_by_one(fresh(paper))
    assert not policy.entered_and_decided_by_one(application)


def test_a_stopped_colleague_is_not_the_second_person_for_a_handbook(world, doctor):
    clerk, admin = world.clerk(world.district), world.admin(world.district)
    entry = handbook(world, doctor)

    assert not policy.handbooks_confirmable_by(clerk).exists()
    deactivate_user(admin.user)
    assert [*policy.handbooks_confirmable_by(clerk)] == [entry]


def test_ones_own_handbook_is_answered_by_others(world, people, doctor):
    handbook(world, doctor)

    assert who(people, lambda staff: policy.handbooks_answerable_by(staff).exists()) == {"管理者", "一般"}


def test_a_case_elsewhere_of_another_doctor_hides_nothing(world, application):
    other = world.member("鈴木", "花子", world.other_district)
    world.credit(other, 19, date(2026, 3, 14))
    world.submit(other, world.other_district)

    assert [*policy.viewable_by(world.clerk(world.district), world.on)] == [application]
