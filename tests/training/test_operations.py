"""修了申請と単位について、人がすること。"""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from mamis.associations.models import President
from mamis.associations.rules import Role
from mamis.doctors import policy as doctors_policy
from mamis.doctors.operations import OwnCase
from mamis.membership.models import Membership
from mamis.training import queries
from mamis.training.models import (
    Activity,
    Certificate,
    CompletionApplication,
    CompletionHistory,
    CountedLine,
    CreditLine,
    ProgrammeRule,
    Submission,
)
from mamis.training.operations import (
    ActivityNotOffered,
    AlreadyLive,
    AlreadyReversed,
    CompletionRequest,
    DestinationNotAllowed,
    FieldEntry,
    PresidentMissing,
    RequirementsNotMet,
    SameCreditExists,
    approve_completion,
    forward_completion,
    resubmit_completion,
    return_completion,
    reverse_credit,
    submit_completion,
    withdraw_completion,
)
from mamis.training.queries import NoRuleInForce
from mamis.training.rules import Kind, Route
from mamis.workflow.table import NotAllowed, PageIsStale
from tests.world import TODAY


def test_a_first_application_fixes_the_rule_the_window_and_the_destination(world, doctor):
    application = world.submit(doctor, world.district)

    application.refresh_from_db()
    assert (application.state, application.destination, application.rule.programme.code) == (
        "submitted",
        world.district,
        queries.KAKARI,
    )
    assert (application.window_from_on, application.window_until_on) == (date(2023, 11, 3), date(2026, 11, 2))
    assert application.receipt_no.startswith("2026-1102-")


def test_an_application_without_the_units_is_refused_and_nothing_is_written(world, posted):
    poor = world.member("佐藤", "花子", world.district)

    with pytest.raises(RequirementsNotMet) as refusal:
        world.submit(poor, world.district)

    assert refusal.value.evaluation.missing == 18
    assert (CompletionApplication.objects.count(), posted()) == (0, [])


def test_a_second_live_application_is_refused_and_names_the_first(world, application):
    with pytest.raises(AlreadyLive) as refusal:
        world.submit(application.doctor, world.district)

    assert refusal.value.application == application


def test_a_withdrawn_application_makes_room_for_another(world, application):
    withdraw_completion(application, at=world.at + timedelta(hours=1))

    assert world.submit(application.doctor, world.district).state == "submitted"


def test_a_member_may_not_choose_another_district(world, doctor):
    with pytest.raises(DestinationNotAllowed):
        world.submit(doctor, world.other_district)


def test_an_activity_that_is_not_offered_is_refused(world, doctor):
    retired = Activity.objects.get(code="F101")
    retired.until_on = TODAY
    retired.save()
    entry = FieldEntry(retired.pk, "みどり市", TODAY, TODAY)

    with pytest.raises(ActivityNotOffered):
        submit_completion(doctor, CompletionRequest(world.district.pk, (entry,)), at=world.at)


def test_without_a_rule_in_force_nobody_can_apply(world, doctor):
    ProgrammeRule.objects.update(until_on=TODAY)

    with pytest.raises(NoRuleInForce):
        world.submit(doctor, world.district)


@pytest.mark.parametrize("live", ["submitted", "returned"])
def test_the_database_refuses_a_second_live_application(world, application, live):
    with pytest.raises(IntegrityError, match="completion_one_live"), transaction.atomic():
        CompletionApplication.objects.create(
            receipt_no="2026-1102-9999",
            doctor=application.doctor,
            programme=application.programme,
            destination=world.district,
            rule=application.rule,
            window_from_on=application.window_from_on,
            window_until_on=application.window_until_on,
            first_submitted_at=world.at,
            submitted_at=world.at,
            state=live,
            state_since=world.at,
        )


def test_destinations_follow_membership_then_workplace_then_residence_then_choice(world):
    of_two = world.member("加藤", "真理", world.district, world.other_district)
    working = world.doctor("河合", "健")
    world.works_in(working, world.other_prefecture)
    living = world.doctor("坂本", "修")
    living.home_prefecture_id = "14"
    living.save()
    nowhere = world.doctor("三浦", "京子")

    found = {person: queries.destinations(person, TODAY) for person in (of_two, working, living, nowhere)}

    assert {person: one.route for person, one in found.items()} == {
        of_two: Route.DISTRICT,
        working: Route.WORKPLACE,
        living: Route.RESIDENCE,
        nowhere: Route.CHOICE,
    }
    assert [one.code for one in found[of_two].associations] == ["14-021", "26-011"]
    assert [one.code for one in found[working].associations] == ["26"]
    assert [one.code for one in found[living].associations] == ["14"]
    assert len(found[nowhere].associations) == 47


def test_the_destination_stays_when_the_doctor_moves(world, application):
    Membership.objects.filter(doctor=application.doctor).update(left_on=TODAY + timedelta(days=1))
    world.send_back(application, world.clerk(world.district))

    resubmitted = resubmit_completion(application, world.request(world.other_district), at=world.at + timedelta(days=3))

    assert resubmitted.destination == world.district


def test_window_and_rule_stay_through_a_return(world, application):
    before = (application.window_from_on, application.window_until_on, application.rule_id)
    ProgrammeRule.objects.update(until_on=TODAY + timedelta(days=1))
    ProgrammeRule.objects.create(
        programme=application.programme,
        knowledge_programme=application.rule.knowledge_programme,
        from_on=TODAY + timedelta(days=1),
        min_total_half_units=200,
        min_knowledge_half_units=2,
        min_field_half_units=2,
        window_months=12,
        validity_months=12,
    )
    world.send_back(application, world.clerk(world.district))

    application = resubmit_completion(application, world.request(world.district), at=world.at + timedelta(days=30))

    assert (application.window_from_on, application.window_until_on, application.rule_id) == before


def test_reports_left_out_of_a_correction_count_no_more(world, application):
    world.credit(application.doctor, 4, date(2026, 4, 1), kind=Kind.FIELD, title="学校健診")
    world.send_back(application, world.clerk(world.district))

    resubmit_completion(application, world.request(world.district, entries=0), at=world.at + timedelta(hours=2))

    assert queries.evaluation_of(application).field == 4


def test_every_submission_is_kept_as_it_was(world, application):
    world.send_back(application, world.clerk(world.district))

    resubmit_completion(application, world.request(world.district, entries=2), at=world.at + timedelta(days=1))

    assert [
        (one.number, one.field_reports.count())
        for one in Submission.objects.filter(application=application).order_by("number")
    ] == [(1, 1), (2, 2)]


def test_approval_writes_the_ledger_freezes_the_lines_and_issues_the_certificate(world, application):
    world.approve(application, world.clerk(world.district))

    application.refresh_from_db()
    certificate = Certificate.objects.get(application=application)
    assert (application.state, application.decided_by) == ("approved", world.clerk(world.district).user)
    assert list(
        CreditLine.objects.filter(doctor=application.doctor, source="completion").values_list("kind", "half_units")
    ) == [("field", 2)]
    assert sorted(CountedLine.objects.filter(application=application).values_list("kind", "half_units")) == [
        ("field", 2),
        ("knowledge", 19),
    ]
    assert (certificate.holder_name, certificate.issuer_name, certificate.president_name) == (
        "山田 太郎",
        "みどり市医師会",
        "架空 会長",
    )
    assert (certificate.completed_on, certificate.expires_on) == (date(2026, 11, 2), date(2029, 11, 1))
    assert certificate.number.startswith("2026-14021-")


def test_a_later_correction_does_not_change_what_an_approval_counted(world, application):
    world.approve(application, world.clerk(world.district))
    line = CreditLine.objects.get(doctor=application.doctor, kind=Kind.KNOWLEDGE)

    reverse_credit(line, ground="重複のため", by=world.clerk(world.national), at=world.at + timedelta(days=1))

    application.refresh_from_db()
    assert queries.evaluation_of(application).total == 21


def test_the_rule_is_checked_again_at_approval(world, application):
    line = CreditLine.objects.get(doctor=application.doctor)
    reverse_credit(line, ground="重複のため", by=world.clerk(world.national), at=world.at)

    with pytest.raises(RequirementsNotMet):
        world.approve(application, world.clerk(world.district))

    application.refresh_from_db()
    assert (application.state, Certificate.objects.count()) == ("submitted", 0)


def test_an_approval_needs_the_name_of_the_president(world, application):
    President.objects.update(until_on=TODAY)

    with pytest.raises(PresidentMissing):
        world.approve(application, world.clerk(world.district))


def test_a_page_that_was_read_before_the_units_changed_cannot_approve(world, application):
    seen = world.seen(application)
    world.credit(application.doctor, 2, TODAY, title="在宅医療研修会")

    with pytest.raises(PageIsStale):
        approve_completion(application, seen=seen, by=world.clerk(world.district), at=world.at)


def test_a_page_that_was_read_before_a_resubmission_cannot_approve(world, application):
    seen = world.seen(application)
    world.send_back(application, world.clerk(world.district))
    resubmit_completion(application, world.request(world.district), at=world.at + timedelta(hours=2))

    with pytest.raises(PageIsStale):
        approve_completion(application, seen=seen, by=world.clerk(world.district), at=world.at)


def test_a_second_clerk_is_told_that_it_is_already_decided(world, application):
    seen = world.seen(application)
    world.approve(application, world.clerk(world.district))

    with pytest.raises(NotAllowed):
        return_completion(application, reason="もう一度", seen=seen, by=world.admin(world.district), at=world.at)

    assert CompletionHistory.objects.filter(application=application).count() == 2


def test_nobody_decides_their_own_application(world, application):
    own = world.appoint(world.district, Role.CLERK, "山田 太郎", user=application.doctor.user)

    with pytest.raises(OwnCase):
        world.approve(application, own)


def test_the_database_refuses_a_decision_on_ones_own_application(world, application):
    with pytest.raises(IntegrityError, match="nobody decides"), transaction.atomic():
        CompletionApplication.objects.filter(pk=application.pk).update(
            state="approved", decided_by=application.doctor.user, decided_at=world.at
        )


def test_forwarding_moves_the_desk_and_the_sight_and_leaves_a_trace(world, application):
    doctor = application.doctor
    Membership.objects.filter(doctor=doctor, association__in=[world.national, world.prefecture]).update(
        left_on=TODAY + timedelta(days=1)
    )
    world.join(doctor, world.other_district)

    forward_completion(
        application,
        destination_id=world.other_district.pk,
        reason="所属が変わっています。",
        seen=world.seen(application),
        by=world.clerk(world.district),
        at=world.at,
    )

    application.refresh_from_db()
    assert (application.destination, application.state) == (world.other_district, "submitted")
    assert list(
        CompletionHistory.objects.filter(application=application)
        .order_by("pk")
        .values_list("event", "destination__code")
    ) == [("submit", "14-021"), ("forward", "26-011")]


def test_forwarding_goes_only_where_the_doctor_may_apply(world, application):
    with pytest.raises(DestinationNotAllowed):
        forward_completion(
            application,
            destination_id=world.other_district.pk,
            reason="回送します。",
            seen=world.seen(application),
            by=world.clerk(world.district),
            at=world.at,
        )


def test_applying_lets_the_prefecture_see_a_doctor_and_withdrawing_ends_it(world):
    stranger = world.doctor("三浦", "京子")
    world.credit(stranger, 20, TODAY)
    visible = doctors_policy.visible_to(world.clerk(world.prefecture), TODAY)
    before = stranger in visible.all()

    application = world.submit(stranger, world.prefecture)
    during = stranger in visible.all()
    withdraw_completion(application, at=world.at)

    assert (before, during, stranger in visible.all()) == (False, True, False)


def test_the_same_credit_is_not_entered_twice(world, doctor):
    with pytest.raises(SameCreditExists):
        world.credit(doctor, 19, date(2026, 3, 14))


def test_a_reversed_credit_may_be_entered_again(world, doctor):
    line = CreditLine.objects.get(doctor=doctor)
    reverse_credit(line, ground="単位の誤り", by=world.clerk(world.national), at=world.at)

    world.credit(doctor, 17, date(2026, 3, 14))

    assert queries.progress(doctor, TODAY).evaluation.knowledge == 17


def test_a_credit_is_reversed_once(world, doctor):
    line = CreditLine.objects.get(doctor=doctor)
    reverse_credit(line, ground="単位の誤り", by=world.clerk(world.national), at=world.at)

    with pytest.raises(AlreadyReversed):
        reverse_credit(line, ground="単位の誤り", by=world.clerk(world.national), at=world.at)


def test_nobody_enters_or_reverses_their_own_credits(world, doctor):
    own = world.appoint(world.district, Role.CLERK, "山田 太郎", user=doctor.user)

    with pytest.raises(OwnCase):
        world.credit(doctor, 2, TODAY, title="自分の単位", by=own)
    with pytest.raises(OwnCase):
        reverse_credit(CreditLine.objects.get(doctor=doctor), ground="取り消し", by=own, at=world.at)


@pytest.mark.parametrize(
    "table",
    [
        "training_creditline",
        "training_completionhistory",
        "training_submission",
        "training_fieldreport",
        "training_countedline",
    ],
)
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_what_happened_can_be_neither_changed_nor_deleted(world, application, table, act):
    with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(table))


def test_evaluations_take_the_same_number_of_queries_for_one_and_for_three(
    world, application, django_assert_num_queries
):
    for name in ("花子", "次郎"):
        colleague = world.member("佐藤", name, world.district)
        world.credit(colleague, 20, TODAY)
        world.submit(colleague, world.district)
    applications = list(CompletionApplication.objects.select_related("rule"))

    for some in (applications[:1], applications):
        with django_assert_num_queries(3):
            queries.evaluations(some)
