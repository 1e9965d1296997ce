"""だれが、どの届出と段に、何をできるか。"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mamis.accounts.operations import deactivate_user
from mamis.associations.models import JoinItem, Staff
from mamis.associations.rules import ItemKind, Procedure, Role
from mamis.doctors.operations import end_delegation, invite_delegate
from mamis.doctors.rules import Relation
from mamis.files.checking import Clean, Drawn
from mamis.files.models import StoredFile
from mamis.files.operations import receive, settle_check
from mamis.membership import policy
from mamis.membership.models import Application, ContactChange, Membership, Sheet, Step
from mamis.membership.operations import (
    CategoryChange,
    Paper,
    answer_to,
    ask_about_step,
    change_contact,
    change_together,
    enter_application,
    print_form,
    return_step,
    submit_application,
    write_note,
)
from mamis.membership.queries import fingerprint, register_seen
from mamis.membership.rules import CONTACT_FACTS
from tests.files.samples import jpeg, upload
from tests.membership.acts import approve, attachment, request, step_at, submit, submit_change
from tests.membership.joining import ask, joining_of, row
from tests.world import TODAY


@pytest.fixture
def move(world, doctor) -> Application:
    """みどり市からさくら市への異動届。"""
    wanted = {world.other_district: "B", world.other_prefecture: "B", world.national: "B"}
    return submit(world, doctor, wanted, date(2027, 4, 1))


@pytest.fixture
def people(world, doctor):
    return {
        "管理者": world.admin(world.district),
        "一般": world.clerk(world.district),
        "閲覧": world.appoint(world.district, Role.VIEWER, "閲覧 三郎"),
        "本人（管理者）": world.appoint(world.district, Role.ADMIN, doctor.name, doctor.user),
        "異動元の都道府県": world.clerk(world.prefecture),
        "異動先": world.clerk(world.other_district),
        "日本医師会": world.clerk(world.national),
        "ほかの郡市区等": world.clerk(world.district_beside()),
    }


def who(people, found) -> set[str]:
    return {name for name, staff in people.items() if found(staff)}


EVERYONE_ON_THE_WAY = {"管理者", "一般", "閲覧", "本人（管理者）", "異動元の都道府県", "異動先", "日本医師会"}


def test_only_associations_on_the_way_see_an_application(people, move):
    assert who(people, lambda staff: move in policy.visible_to(staff)) == EVERYONE_ON_THE_WAY


def test_a_doctor_owns_only_their_own(world, doctor, move):
    assert list(policy.owned_by(doctor)) == [move]
    assert list(policy.owned_by(world.doctor("別の", "医師"))) == []


def test_an_association_sees_only_its_own_step(world, people, move):
    ours = step_at(move, world.district)

    assert who(people, lambda staff: ours in policy.steps_visible_to(staff)) == {
        "管理者",
        "一般",
        "閲覧",
        "本人（管理者）",
    }
    assert who(people, lambda staff: ours in policy.steps_answerable_by(staff)) == {"管理者", "一般"}
    assert who(people, lambda staff: ours in policy.steps_decidable_by(staff)) == {"管理者", "一般"}


def test_a_step_that_has_not_arrived_or_is_decided_cannot_be_decided(world, people, move):
    later = step_at(move, world.prefecture)
    assert later not in policy.steps_decidable_by(world.clerk(world.prefecture))
    assert later in policy.steps_answerable_by(world.clerk(world.prefecture))

    approve(world, move, world.district)
    assert step_at(move, world.district) not in policy.steps_decidable_by(world.admin(world.district))


def test_nothing_is_decided_while_the_doctor_is_asked(world, move):
    other = step_at(move, world.other_district)
    ask_about_step(
        other, question="開業はいつですか。", seen=fingerprint(other), by=world.clerk(world.other_district), at=world.at
    )

    assert step_at(move, world.district) not in policy.steps_decidable_by(world.clerk(world.district))
    assert step_at(move, world.district) not in policy.steps_takeable_by(
        world.clerk(world.prefecture), TODAY + timedelta(days=99)
    )


def test_a_delegate_of_the_doctor_decides_nothing_even_after_the_end_of_the_term(world, doctor, move):
    clerk = world.clerk(world.district)
    delegation = world.delegate(doctor, clerk.user.name, clerk.user)
    assert step_at(move, world.district) not in policy.steps_answerable_by(clerk)

    end_delegation(delegation, at=world.at)
    assert step_at(move, world.district) in policy.steps_answerable_by(clerk)


def test_who_submitted_as_a_delegate_decides_nothing_of_it(world, doctor):
    clerk = world.clerk(world.district)
    delegation = world.delegate(doctor, clerk.user.name, clerk.user, may_submit=True)
    wanted = request({world.district: "B", world.prefecture: "A", world.national: "A"}, TODAY)
    application = submit_application(doctor, wanted, by=delegation, at=world.at)
    end_delegation(delegation, at=world.at)

    assert step_at(application, world.district) not in policy.steps_answerable_by(clerk)
    assert step_at(application, world.district) in policy.steps_answerable_by(world.admin(world.district))


def test_the_association_above_takes_over_only_overdue_steps_below_it(world, people, move):
    ours = step_at(move, world.district)
    late = TODAY + timedelta(days=15)

    assert who(people, lambda staff: ours in policy.steps_of_others_answerable_by(staff)) == {"異動元の都道府県"}
    assert who(people, lambda staff: ours in policy.steps_takeable_by(staff, late)) == {"異動元の都道府県"}
    assert who(people, lambda staff: ours in policy.steps_takeable_by(staff, late - timedelta(days=1))) == set()
    viewer = world.appoint(world.prefecture, Role.VIEWER, "閲覧 四郎")
    assert ours not in policy.steps_takeable_by(viewer, late)
    approve(world, move, world.district)
    assert step_at(move, world.district) not in policy.steps_takeable_by(world.clerk(world.prefecture), late)


def test_an_association_above_without_its_own_step_takes_nothing_over(world):
    local = world.member("佐藤", "次郎", world.district)
    application = submit(world, local, {world.other_district: "B"}, TODAY)

    late = TODAY + timedelta(days=99)
    assert step_at(application, world.district) not in policy.steps_takeable_by(world.clerk(world.prefecture), late)


def test_nobody_takes_over_the_step_of_a_doctor_close_to_them(world, doctor, move):
    clerk = world.clerk(world.prefecture)
    world.delegate(doctor, clerk.user.name, clerk.user)

    late = TODAY + timedelta(days=99)
    assert step_at(move, world.district) not in policy.steps_takeable_by(clerk, late)


def test_notes_are_read_by_the_associations_on_the_way(world, people, move):
    note = write_note(step_at(move, world.district), text="お電話しました。", by=people["一般"], at=world.at)

    readers = who(people, lambda staff: note in policy.notes_visible_to(staff))
    assert readers == EVERYONE_ON_THE_WAY - {"本人（管理者）"}


def test_an_office_enters_for_the_doctors_it_sees_but_not_for_itself(world, doctor, people):
    able = who(people, lambda staff: doctor in policy.enterable_by(staff, TODAY))

    assert able == {"管理者", "一般", "異動元の都道府県", "日本医師会"}


def test_a_printed_form_is_opened_by_the_office_that_printed_it_while_it_sees_the_doctor(world, doctor, people):
    printout = print_form(doctor, Procedure.LEAVE, {}, by=people["一般"], at=world.at)

    assert who(people, lambda staff: printout in policy.printouts_of(staff, TODAY)) == {"管理者", "一般"}
    doctor.sights.all().delete()
    assert not who(people, lambda staff: printout in policy.printouts_of(staff, TODAY))


def scan(world, by) -> StoredFile:
    """確かめ終えた、紙の届出の写し。"""
    file = receive(upload(jpeg()), purpose="training.paper", by_user_id=by.user_id, at=world.at)
    return settle_check(file, Clean((Drawn(300, 200, jpeg()),)), at=world.at)


def upper(doctor) -> list[Membership]:
    """上の層の在籍。"""
    seats = doctor.memberships.select_related("association")
    return [one for one in seats if not one.association.is_district]


def entered(world, doctor, by) -> Step:
    wanted = request({world.district: "B"} | {one.association: "A" for one in upper(doctor)}, TODAY)
    paper = Paper(TODAY, scan(world, by).pk)
    return step_at(enter_application(doctor, wanted, paper, by=by, at=world.at), world.district)


def test_who_entered_does_not_decide_while_another_can(world, doctor):
    clerk = world.clerk(world.district)
    step = entered(world, doctor, clerk)

    assert not policy.may_decide(clerk, step)
    assert policy.may_decide(world.admin(world.district), step)
    assert list(policy.scans_of(step.application)) == [step.application.sheet.scan]
    assert list(policy.scans_of(submit(world, world.member("紙", "なし", world.district), {}, TODAY))) == []


@pytest.mark.parametrize("reason", ["閲覧だけ", "務めを終えた", "使えない", "医師本人", "代理の人", "よその医師会"])
def test_who_entered_decides_when_nobody_else_can(world, doctor, reason):
    clerk, other = world.clerk(world.district), world.admin(world.district)
    step = entered(world, doctor, clerk)
    match reason:
        case "閲覧だけ":
            Staff.objects.filter(pk=other.pk).update(role=Role.VIEWER)
        case "務めを終えた":
            Staff.objects.filter(pk=other.pk).update(ended_at=world.at)
        case "使えない":
            deactivate_user(other.user, by=clerk.user, at=world.at)
        case "医師本人":
            Staff.objects.filter(pk=other.pk).update(ended_at=world.at)
            world.appoint(world.district, Role.ADMIN, doctor.name, doctor.user)
        case "代理の人":
            world.delegate(doctor, other.user.name, other.user)
        case "よその医師会":
            Staff.objects.filter(pk=other.pk).update(ended_at=world.at)
            world.appoint(world.prefecture, Role.ADMIN, "県の 管理者")

    assert policy.may_decide(clerk, step)


def test_a_former_delegate_counts_as_another_who_can(world, doctor):
    clerk, other = world.clerk(world.district), world.admin(world.district)
    end_delegation(world.delegate(doctor, other.user.name, other.user), at=world.at)

    assert not policy.may_decide(clerk, entered(world, doctor, clerk))


def test_returned_steps_are_not_decided(world, move):
    step = step_at(move, world.district)
    return_step(step, reason="ご確認ください。", seen=fingerprint(step), by=world.clerk(world.district), at=world.at)

    assert step_at(move, world.district) not in policy.steps_decidable_by(world.clerk(world.district))


def test_another_application_on_the_way_opens_nothing_else(world, move):
    elsewhere = submit(world, world.member("佐藤", "次郎", world.other_district), {}, TODAY)

    assert list(policy.visible_to(world.clerk(world.district))) == [move]
    assert set(policy.visible_to(world.clerk(world.other_district))) == {move, elsewhere}


def test_the_association_above_needs_its_own_step_in_the_same_application(world, move):
    local = submit(world, world.member("佐藤", "次郎", world.district), {}, TODAY)

    late = TODAY + timedelta(days=99)
    assert step_at(local, world.district) not in policy.steps_takeable_by(world.clerk(world.prefecture), late)


def test_an_invited_delegate_who_has_not_accepted_takes_nothing_away(world, doctor):
    invite_delegate(
        doctor,
        name="まだの人",
        relation=Relation.SECRETARY,
        mail_address="mada@hana.example",
        may_submit=False,
        last_on=TODAY + timedelta(days=30),
        at=world.at,
    )
    clerk = world.clerk(world.district)

    assert not policy.may_decide(clerk, entered(world, doctor, clerk))


def test_acting_for_one_doctor_once_closes_only_that_application(world, doctor, move):
    clerk, other = world.clerk(world.district), world.member("佐藤", "次郎", world.district)
    delegation = world.delegate(other, clerk.user.name, clerk.user, may_submit=True)
    submit_application(other, request({}, TODAY), by=delegation, at=world.at)
    end_delegation(delegation, at=world.at)

    assert list(policy.steps_answerable_by(clerk)) == [step_at(move, world.district)]


def test_having_returned_it_before_as_the_office_closes_nothing(world, move):
    clerk, step = world.clerk(world.district), step_at(move, world.district)
    return_step(step, reason="ご確認ください。", seen=fingerprint(step), by=clerk, at=world.at)

    assert step_at(move, world.district) in policy.steps_answerable_by(clerk)


def test_the_corrected_paper_of_a_returned_step_is_entered_by_that_office(world, people, move):
    step = step_at(move, world.district)
    assert step not in policy.steps_reenterable_by(people["一般"])
    return_step(step, reason="ご確認ください。", seen=fingerprint(step), by=world.admin(world.district), at=world.at)

    step = step_at(move, world.district)
    assert who(people, lambda staff: step in policy.steps_reenterable_by(staff)) == {"管理者", "一般"}
    assert step_at(move, world.other_district) not in policy.steps_reenterable_by(people["異動先"])


def test_who_entered_knows_what_they_entered(world, doctor, move):
    clerk, other = world.clerk(world.district), world.member("佐藤", "次郎", world.district)
    step = entered(world, other, clerk)

    assert list(policy.steps_entered_by(clerk)) == [step]
    assert list(policy.steps_entered_by(world.admin(world.district))) == []
    assert list(policy.steps_entered_by(world.clerk(world.prefecture))) == []


def test_the_evidence_of_an_application_is_only_that_of_its_sheets(world, doctor, move):
    change = submit_change(world, doctor)
    other = submit_change(world, world.member("佐藤", "次郎", world.district))

    assert list(policy.evidence_of(change)) == [change.sheet.evidence]
    assert list(policy.evidence_of(move)) == []
    assert other.sheet.evidence not in policy.evidence_of(change)


@pytest.fixture
def asked(world, doctor) -> Application:
    """さくら市医師会と京都府医師会が一つずつ尋ね、医師が答え、書類を添えた異動届。"""
    items = [
        JoinItem.objects.create(association=one, kind=ItemKind.FILE, label=f"{one.name}の書類", position=1)
        for one in (world.other_district, world.other_prefecture)
    ]
    wanted = request(dict.fromkeys((world.other_district, world.other_prefecture, world.national), "B"), TODAY)
    answers = tuple(answer_to(one, file=attachment(world, doctor)) for one in items)
    return submit_application(doctor, replace(wanted, answers=answers), at=world.at)


def test_an_answer_is_seen_only_by_the_association_which_asked(world, people, asked):
    answer, of_prefecture = asked.sheet.answers.order_by("position")

    assert who(people, lambda staff: answer in policy.answers_visible_to(staff)) == {"異動先"}
    assert list(policy.answers_visible_to(world.clerk(world.other_prefecture))) == [of_prefecture]


def test_an_attachment_is_opened_only_by_the_association_which_asked_on_its_own_application(
    world, people, doctor, asked
):
    answer = asked.sheet.answers.get(position=1)
    other = submit(world, world.member("佐藤", "次郎", world.district), None, TODAY, work="架空医院")

    assert who(people, lambda staff: answer.file in policy.attachments_visible_to(staff, asked)) == {"異動先"}
    assert list(policy.attachments_visible_to(people["異動先"], asked)) == [answer.file]
    assert list(policy.attachments_visible_to(people["異動先"], other)) == []


def test_a_corrected_paper_shows_the_answers_to_ourselves_and_those_we_entered(world, doctor, asked):
    sheet, ours = asked.sheet, world.clerk(world.other_district)
    entered = Sheet(pk=sheet.pk, entered_for_id=world.district.pk)

    assert [one.position for one in policy.answers_retypable_by(ours, sheet)] == [1]
    assert [one.position for one in policy.answers_retypable_by(world.clerk(world.district), sheet)] == []
    assert [one.position for one in policy.answers_retypable_by(world.clerk(world.district), entered)] == [1, 2]
    assert list(policy.answers_retypable_by(ours, Sheet(pk=sheet.pk + 1))) == []
    entered.pk = sheet.pk + 1
    assert list(policy.answers_retypable_by(world.clerk(world.district), entered)) == []


def test_a_doctor_sees_only_their_own_changes_of_contact(world, doctor):
    change = _move_home(world, doctor)

    assert list(policy.contact_changes_of(doctor)) == [change]
    assert list(policy.contact_changes_of(world.doctor("別の", "医師"))) == []


def test_changes_of_contact_are_seen_by_every_association_of_the_day(world, people, doctor):
    change = _move_home(world, doctor)

    assert who(people, lambda staff: change in policy.contact_changes_visible_to(staff)) == {
        "管理者",
        "一般",
        "閲覧",
        "本人（管理者）",
        "異動元の都道府県",
        "日本医師会",
    }


def test_members_are_changed_together_by_working_staff_of_their_associations(world, doctor, people):
    assert who(people, lambda staff: doctor in policy.members_changeable_by(staff, TODAY)) == {
        "管理者",
        "一般",
        "本人（管理者）",
        "異動元の都道府県",
        "日本医師会",
    }


def test_associations_above_do_not_see_changes_of_members_of_the_district_only(world, people):
    change = _move_home(world, world.member("佐藤", "次郎", world.district))

    seen = who(people, lambda staff: change in policy.contact_changes_visible_to(staff))
    assert seen == {"管理者", "一般", "閲覧", "本人（管理者）"}


@pytest.mark.parametrize(
    ("joined_on", "left_on", "sees"),
    [
        (TODAY, None, True),
        (TODAY + timedelta(days=1), None, False),
        (date(2015, 4, 1), TODAY, False),
        (date(2015, 4, 1), TODAY + timedelta(days=1), True),
    ],
)
def test_a_change_of_contact_is_seen_by_those_who_had_the_doctor_that_day(world, joined_on, left_on, sees):
    doctor = world.doctor("佐藤", "次郎")
    Membership.objects.create(doctor=doctor, association=world.district, joined_on=joined_on, left_on=left_on)

    change = _move_home(world, doctor)

    assert (change in policy.contact_changes_visible_to(world.clerk(world.district))) == sees


def _move_home(world, doctor) -> ContactChange:
    seen = register_seen(doctor, CONTACT_FACTS)
    return change_contact(doctor, {"address": "緑町9-9"}, seen=seen, at=world.at)


def test_only_present_members_who_are_seen_are_changed_together(world):
    clerk = world.clerk(world.district)
    left, coming, unseen, applicant, member = (
        world.member(name, "花子", world.district) for name in ("退会", "予定", "不可視", "申請", "会員")
    )
    Membership.objects.filter(doctor=left).update(left_on=TODAY)
    Membership.objects.filter(doctor=coming).update(joined_on=TODAY + timedelta(days=1))
    unseen.sights.update(until_on=TODAY)
    Membership.objects.filter(doctor=applicant).update(association=world.other_district)

    assert list(policy.members_changeable_by(clerk, TODAY)) == [member]
    assert left in policy.members_changeable_by(clerk, TODAY - timedelta(days=1))
    assert coming in policy.members_changeable_by(clerk, TODAY + timedelta(days=1))


def test_records_of_what_was_done_together_belong_to_the_association(world, doctor, people):
    change = CategoryChange({}, TODAY, "trained", "名簿", TODAY)
    batch = change_together([(doctor, "0" * 32)], change, key="a" * 32, by=people["管理者"], at=world.at)

    assert who(people, lambda staff: batch in policy.batches_of(staff)) == {
        "管理者",
        "一般",
        "閲覧",
        "本人（管理者）",
    }


def test_requests_to_confirm_a_joining_are_seen_by_the_association_that_asked_and_changed_by_its_clerks(world, people):
    ask(world.admin(world.district))
    ask(world.admin(world.other_district), row(600002))
    joining = joining_of()

    assert who(people, lambda staff: joining in policy.joinings_visible_to(staff)) == {
        "管理者",
        "一般",
        "閲覧",
        "本人（管理者）",
    }
    assert who(people, lambda staff: joining in policy.joinings_changeable_by(staff)) == {
        "管理者",
        "一般",
        "本人（管理者）",
    }
    assert list(policy.joinings_changeable_by(people["異動先"])) == [joining_of(600002)]
