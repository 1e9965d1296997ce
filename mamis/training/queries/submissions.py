"""医師が出した申請書。"""

from datetime import date

from django.db.models import QuerySet

from mamis.associations.queries import platform
from mamis.doctors.models import Doctor
from mamis.training.models import CompletionApplication, CompletionHistory, FieldReport, Submission, Viewing
from mamis.training.queries.programmes import KAKARI
from mamis.training.rules import ReportChange, changes
from mamis.training.workflow import LIVE, Event


def latest_submission(application: CompletionApplication) -> Submission:
    """いちばん新しい申請書。"""
    return Submission.objects.filter(application=application).select_related("entered_for", "scan").latest("number")


def previous_submission(submission: Submission) -> Submission | None:
    """その前の申請書。はじめての申請にはない。"""
    return Submission.objects.filter(application=submission.application, number=submission.number - 1).first()


def corrections(application: CompletionApplication) -> tuple[ReportChange, ...]:
    """前の申請書から直されたところ。はじめての申請にはない。"""
    now = latest_submission(application)
    was = previous_submission(now)
    if was is None:
        return ()
    before, after = ([report.facts for report in reports_of(submission)] for submission in (was, now))
    return changes(before, after)


def reports_of(submission: Submission) -> QuerySet[FieldReport]:
    """申請書の実地研修。"""
    return FieldReport.objects.filter(submission=submission).select_related("activity", "evidence").order_by("position")


def live_application(doctor: Doctor) -> CompletionApplication | None:
    """決まっていない修了申請。"""
    return (
        CompletionApplication.objects.filter(doctor=doctor, programme__code=KAKARI, state__in=LIVE)
        .select_related("destination", "programme", "rule")
        .first()
    )


def newest_first(applications: QuerySet[CompletionApplication]) -> QuerySet[CompletionApplication]:
    """はじめて申請した日の新しい順。"""
    return applications.order_by("-first_submitted_at", "-pk")


def last_return(application: CompletionApplication) -> CompletionHistory | None:
    """いちばん新しい差し戻し。"""
    return CompletionHistory.objects.filter(application=application, event=Event.RETURN).order_by("-at", "-pk").first()


def last_step(application: CompletionApplication) -> CompletionHistory:
    """いちばん新しい経過。"""
    return CompletionHistory.objects.filter(application=application).latest("at", "pk")


def steps_of(application: CompletionApplication) -> QuerySet[CompletionHistory]:
    """経過。新しい順。"""
    return (
        CompletionHistory.objects.filter(application=application)
        .select_related("by_association", "destination")
        .order_by("-at", "-pk")
    )


def newest_viewings(viewings: QuerySet[Viewing]) -> QuerySet[Viewing]:
    """事務局による閲覧。新しい順。"""
    return viewings.order_by("-begun_at", "-pk")


def tells_receipt(on: date) -> bool:
    """その日の申請に、受付のメールが出るか。"""
    start = platform().completion_mail_from_on
    return start is not None and on >= start
