"""まとめて承認する：選ぶ、確かめる、一件ずつ決める、結果を残す。"""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from mamis.associations.models import President, Staff
from mamis.associations.rules import Role
from mamis.training import tasks
from mamis.training.models import (
    BulkDecision,
    BulkLine,
    Certificate,
    CompletionApplication,
    CreditLine,
    FieldReport,
    ProgrammeRule,
)
from mamis.training.operations import approve_together, decide_line, reverse_credit, withdraw_completion
from mamis.training.operations.bulk import AT_ONCE
from mamis.training.rules import Kind, Outcome

KEY = "a" * 32
PREVIEW = reverse("office_completion_bulk_preview", args=["14-021"])
LIST = reverse("office_completion_bulk_list", args=["14-021"])
WORKLIST = reverse("office_completions", args=["14-021"])
NAMES = ["青木", "石井", "小川", "加藤", "木村"]


@pytest.fixture
def apply(world):
    """みどり市医師会への申請を、一人ずつ。"""

    def apply(name: str, half_units: int = 19, *associations) -> CompletionApplication:
        doctor = world.member(name, "花子", *(associations or (world.district,)))
        world.credit(doctor, half_units, date(2026, 3, 14), by=world.clerk(world.district))
        return world.submit(doctor, world.district)

    return apply


@pytest.fixture
def clerk(world):
    return world.browser(world.clerk(world.district).user)


def approve(world, *applications, key=KEY, by=None):
    choices = [(one, world.seen(one)) for one in applications]
    return approve_together(choices, key=key, by=by or world.clerk(world.district), at=world.at)


def outcomes(decision):
    return list(BulkLine.objects.filter(decision=decision).order_by("position").values_list("outcome", flat=True))


def test_each_line_is_approved_as_one_would_be(world, apply, posted):
    first, second = apply("青木"), apply("石井")
    posted()

    decision = approve(world, first, second)

    assert outcomes(decision) == ["approved", "approved"]
    assert [name for name, _ in posted()] == ["CompletionApproved"] * 2
    assert {one.state for one in CompletionApplication.objects.all()} == {"approved"}
    assert Certificate.objects.count() == 2


def test_every_refusal_has_its_outcome_and_holds_up_nobody(world, apply, posted):
    clerk = world.clerk(world.district)
    handled, withdrawn, changed, good = (apply(name) for name in NAMES[:4])
    short, own = apply("単位"), apply("自分")
    moved = apply("回送", 19, world.district, world.other_district)
    reports = FieldReport.objects.filter(submission__application=short)
    line = CreditLine.objects.get(doctor=short.doctor)
    reverse_credit(line, ground="誤り", by=clerk, at=world.at)
    own.doctor.user = clerk.user
    own.doctor.save()
    choices = [(one, world.seen(one)) for one in (handled, withdrawn, changed, short, own, moved, good)]
    world.approve(handled, world.admin(world.district))
    withdraw_completion(withdrawn, at=world.at)
    world.credit(changed.doctor, 2, date(2026, 4, 1), by=clerk)
    CompletionApplication.objects.filter(pk=moved.pk).update(destination=world.other_district)
    posted()

    decision = approve_together(choices, key=KEY, by=clerk, at=world.at)

    assert reports.count() == 1
    assert outcomes(decision) == ["handled", "withdrawn", "changed", "short", "own", "moved", "approved"]
    assert [name for name, _ in posted()] == ["CompletionApproved"]


def test_without_a_president_nothing_is_approved(world, apply):
    application = apply("青木")
    President.objects.filter(association=world.district).delete()

    assert outcomes(approve(world, application)) == ["no_president"]


def test_what_a_person_must_read_is_not_approved_in_bulk(world, apply):
    application = apply("青木")
    report = FieldReport.objects.get(submission__application=application)
    world.credit(application.doctor, 2, report.until_on, Kind.FIELD, report.title, by=world.clerk(world.district))

    assert outcomes(approve(world, application)) == ["unclear"]


@pytest.mark.parametrize("change", [{"ended_at": timezone.now()}, {"role": Role.VIEWER}])
def test_one_who_no_longer_serves_approves_nothing(world, apply, change):
    application = apply("青木")
    clerk = world.clerk(world.district)
    Staff.objects.filter(pk=clerk.pk).update(**change)

    assert outcomes(approve(world, application, by=clerk)) == ["not_serving"]


def test_a_line_that_breaks_is_told_and_the_next_goes_on(world, apply, posted):
    broken, good = apply("青木"), apply("石井")
    seen = [(one, world.seen(one)) for one in (broken, good)]
    endless = ProgrammeRule.objects.get()
    endless.pk, endless.validity_months, endless.from_on, endless.until_on = None, 0, date(2020, 4, 1), date(2025, 4, 1)
    endless.save()
    CompletionApplication.objects.filter(pk=broken.pk).update(rule=endless)
    posted()

    decision = approve_together(seen, key=KEY, by=world.clerk(world.district), at=world.at)

    assert outcomes(decision) == ["failed", "approved"]
    assert [name for name, _ in posted()] == ["CompletionApproved"]


def test_the_same_confirmation_sent_twice_is_one_decision(world, apply, posted):
    application = apply("青木")
    choices = [(application, world.seen(application))]
    posted()

    first, second = (approve_together(choices, key=KEY, by=world.clerk(world.district), at=world.at) for _ in range(2))

    assert first == second
    assert len(posted()) == 1


def test_a_decided_line_is_never_decided_again(world, apply):
    decision = approve(world, apply("青木"))
    line = BulkLine.objects.get(decision=decision)

    assert decide_line(line, at=world.at + timedelta(days=1)).ended_at == world.at


def test_many_are_left_to_the_worker_who_goes_on_where_it_stopped(world, apply, posted):
    applications = [apply(f"医師{number}") for number in range(AT_ONCE + 2)]
    posted()

    decision = approve(world, *applications)
    begun = outcomes(decision)
    job = ProcrastinateJob.objects.get(task_name="training.bulk_approval")
    tasks.go_on(**job.args)
    tasks.go_on(**job.args)

    assert begun == ["approved"] * AT_ONCE + ["", ""]
    assert (job.queue_name, job.args) == ("default", {"decision": decision.pk})
    assert outcomes(decision) == ["approved"] * (AT_ONCE + 2)
    assert len(posted()) == AT_ONCE + 2


def test_work_that_lost_its_job_is_handed_over_again_once(world, apply):
    decision = approve(world, apply("青木"))
    BulkLine.objects.filter(decision=decision).update(outcome="", ended_at=None)

    tasks.sweep(0)
    tasks.sweep(0)

    assert [job.args for job in ProcrastinateJob.objects.filter(task_name="training.bulk_approval")] == [
        {"decision": decision.pk}
    ]


# 画面


def test_the_preview_tells_which_pass_and_why_others_do_not(world, apply, clerk):
    good, short, twice = apply("青木"), apply("石井"), apply("小川")
    reverse_credit(
        CreditLine.objects.get(doctor=short.doctor), ground="誤り", by=world.clerk(world.district), at=world.at
    )
    report = FieldReport.objects.get(submission__application=twice)
    world.credit(twice.doctor, 2, report.until_on, Kind.FIELD, report.title, by=world.clerk(world.district))
    before = CompletionApplication.objects.filter(state="submitted").count()

    page = clerk.post(PREVIEW, {"pick": [good.receipt_no, short.receipt_no, twice.receipt_no]})

    assert [row.application for row in page.context["able"]] == [good]
    assert {row.application: row.why for row in page.context["unable"]} == {
        short: "9 単位不足",
        twice: "同じ活動あり",
    }
    assert "選んだ <b>3&nbsp;件</b>" in page.content.decode()
    assert CompletionApplication.objects.filter(state="submitted").count() == before


def test_decided_own_and_presidentless_cases_are_told_in_the_preview(world, apply, clerk):
    decided, withdrawn, own, waiting = (apply(name) for name in NAMES[:4])
    world.approve(decided, world.admin(world.district))
    withdraw_completion(withdrawn, at=world.at)
    own.doctor.user = world.clerk(world.district).user
    own.doctor.save()
    President.objects.filter(association=world.district).delete()

    page = clerk.post(PREVIEW, {"pick": [one.receipt_no for one in (decided, withdrawn, own, waiting)]})

    assert {row.application: row.obstacle for row in page.context["unable"]} == {
        decided: Outcome.HANDLED,
        withdrawn: Outcome.WITHDRAWN,
        own: Outcome.OWN,
        waiting: Outcome.NO_PRESIDENT,
    }
    assert "まとめて承認できるものはありません" in page.content.decode()


def test_the_whole_page_or_all_that_meet_the_conditions_can_be_chosen(apply, clerk):
    aoki, ishii = apply("青木"), apply("石井")

    whole = clerk.post(PREVIEW, {"whole_page": "on", "listed": [aoki.receipt_no]})
    everything = clerk.post(PREVIEW, {"all": "1"})
    narrowed = clerk.post(f"{PREVIEW}?q=石井", {"all": "1", "pick": [aoki.receipt_no]})

    assert [row.application for row in whole.context["able"]] == [aoki]
    assert [row.application for row in everything.context["able"]] == [aoki, ishii]
    assert [row.application for row in narrowed.context["able"]] == [ishii]


@pytest.mark.parametrize("data", [{}, {"pick": ["2026-1102-999999"]}, {"pick": ["\x00", "<b>", "９"]}])
def test_choosing_nothing_leads_back_to_the_list(clerk, world, data):
    assert clerk.post(PREVIEW, data, follow=True).redirect_chain == [(WORKLIST, 302)]
    assert clerk.get(PREVIEW).status_code == 302
    assert clerk.post(LIST, {"line": ["x"]}).url == WORKLIST
    assert BulkDecision.objects.count() == 0


def test_from_the_list_to_the_result(apply, clerk):
    aoki, ishii = apply("青木"), apply("石井")
    preview = clerk.post(PREVIEW, {"pick": [aoki.receipt_no, ishii.receipt_no]})
    lines = [f"{row.application.receipt_no} {row.seen}" for row in preview.context["able"]]
    withdraw_completion(ishii, at=timezone.now())

    sent = clerk.post(LIST, {"line": lines, "key": preview.context["key"]})

    page = clerk.get(sent.url).content.decode()
    assert "1&nbsp;件を承認し、1&nbsp;件は承認していません" in page
    assert page.index("石井 花子") < page.index("青木 花子")
    assert "まとめて承認した結果" in page


def test_the_result_names_no_doctor_who_has_gone_elsewhere(world, apply, clerk):
    application = apply("青木")
    decision = approve(world, application)
    CompletionApplication.objects.filter(pk=application.pk).update(destination=world.other_district)

    page = clerk.get(reverse("office_completion_bulk", args=["14-021", decision.pk])).content.decode()

    assert "青木" not in page
    assert "この医師会の申請ではなくなりました" in page


def test_the_result_of_another_office_is_not_found(world, apply):
    decision = approve(world, apply("青木"))
    elsewhere = world.browser(world.admin(world.other_district).user)

    assert elsewhere.get(reverse("office_completion_bulk", args=["26-011", decision.pk])).status_code == 404


def test_work_under_way_says_how_many_are_left(world, apply, clerk):
    decision = approve(world, apply("青木"), apply("石井"))
    BulkLine.objects.filter(decision=decision, position=2).update(outcome="", ended_at=None)

    page = clerk.get(reverse("office_completion_bulk", args=["14-021", decision.pk])).content.decode()
    listed = clerk.get(LIST).content.decode()

    assert "2&nbsp;件のうち、あと <b>1&nbsp;件</b>" in page
    assert "順番を待っています" in page
    assert "あと 1&nbsp;件" in listed


def test_the_records_begin_empty(clerk, world):
    assert "まだ、まとめて承認したことはありません" in clerk.get(LIST).content.decode()


def test_one_who_only_looks_finds_nothing_to_choose(world, apply):
    apply("青木")
    viewer = world.browser(world.appoint(world.district, Role.VIEWER, "閲覧 五郎").user)

    assert 'name="pick"' not in viewer.get(WORKLIST).content.decode()
    assert viewer.post(PREVIEW, {"all": "1"}).status_code == 404
    assert viewer.get(LIST).status_code == 200
    assert viewer.post(LIST, {"line": ["x"]}).url == WORKLIST


@pytest.mark.parametrize("number", [1, 3])
def test_the_preview_and_the_result_ask_the_same_however_many(world, apply, clerk, number, django_assert_num_queries):
    applications = [apply(name) for name in NAMES[:number]]
    decision = approve(world, *applications)
    for one in applications:
        apply(one.doctor.family_name + "二")
    clerk.get(WORKLIST)

    with django_assert_num_queries(22):
        clerk.post(PREVIEW, {"all": "1"})
    with django_assert_num_queries(14):
        clerk.get(reverse("office_completion_bulk", args=["14-021", decision.pk]))
    with django_assert_num_queries(13):
        clerk.get(LIST)
