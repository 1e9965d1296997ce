"""医師が修了を申請し、直し、取り下げる。紙の申請は、申請先の医師会が代行入力する。"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from mamis.associations.models import Association, Staff
from mamis.doctors.models import Delegation, Doctor
from mamis.doctors.operations import as_doctor, as_office, close_sight, lock, open_sight, require_not_close
from mamis.doctors.rules import Ground
from mamis.training import queries
from mamis.training.models import CompletionApplication, FieldReport, Submission
from mamis.training.operations.acting import locked, require_met
from mamis.training.operations.refusals import (
    ActivityNotOffered,
    AlreadyLive,
    CertificateStillValid,
    DestinationNotAllowed,
    PaperDayNotAllowed,
)
from mamis.training.rules import opens_on, paper_day_is_allowed
from mamis.training.workflow import COMPLETION, Event, State
from mamis.wizard.operations import discard_draft
from mamis.workflow.models import next_number
from mamis.workflow.table import By


@dataclass(frozen=True)
class FieldEntry:
    """申請書に書く実地研修の一件。"""

    activity_id: int
    place: str
    from_on: date
    until_on: date
    times: int = 1
    note: str = ""
    evidence_id: int | None = None


@dataclass(frozen=True)
class CompletionRequest:
    """医師が申請すること。"""

    destination_id: int
    entries: tuple[FieldEntry, ...]
    note: str = ""
    delegates: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class PaperRequest(CompletionRequest):
    """医師が紙で申請したこと。申請先は、代行入力する医師会である。"""

    paper_on: date = date.max
    scan_id: int | None = None


@transaction.atomic
def submit_completion(
    doctor: Doctor,
    request: CompletionRequest,
    *,
    by: Delegation | None = None,
    at: datetime,
    is_imported: bool = False,
) -> CompletionApplication:
    """修了を申請する。規則の版と数える期間は、この日のもので決まり、あとで変わらない。

    単位が足りなければ RequirementsNotMet、申請先が違えば DestinationNotAllowed、申請中があれば AlreadyLive、
    有効な修了証の期限がまだ先なら CertificateStillValid。下書きは、申請書になって消える。
    """
    application = _begun(doctor, request, counted_on=localdate(at), at=at)
    application.is_imported = is_imported
    application.advance(Event.SUBMIT, by=as_doctor(doctor, by), at=at, submitted_at=at)
    _write_submission(application, request, number=1, at=at)
    _open(application, at=at)
    discard_draft(by=doctor.user_id, kind=queries.COMPLETION_DRAFT, subject="")
    return application


@transaction.atomic
def enter_completion(doctor: Doctor, request: PaperRequest, *, by: Staff, at: datetime) -> CompletionApplication:
    """紙の修了申請を、申請先の医師会が代行入力する。規則の版と数える期間は、紙の申請日のもので決まる。

    断りは submit_completion と同じ。自分の申請は OwnCase、日がふさわしくなければ PaperDayNotAllowed。
    """
    _require_enterable(doctor, request, by=by, at=at)
    application = _begun(doctor, request, counted_on=request.paper_on, at=at)
    application.advance(Event.ENTER, by=as_office(by), at=at, submitted_at=at, is_entered=True)
    _write_submission(application, request, number=1, at=at, by=by)
    _open(application, at=at)
    discard_draft(by=by.user_id, kind=queries.PAPER_DRAFT, subject=queries.paper_subject(by, doctor))
    return application


@transaction.atomic
def resubmit_completion(
    application: CompletionApplication, request: CompletionRequest, *, by: Delegation | None = None, at: datetime
) -> CompletionApplication:
    """差し戻された申請を直して、もう一度申請する。申請先、規則の版、数える期間は変わらない。"""
    application = locked(application)
    COMPLETION.fire(Event.SUBMIT, State(application.state), By.DOCTOR)
    _write_again(application, request, at=at)
    actor = as_doctor(application.doctor, by)
    application.advance(Event.SUBMIT, by=actor, at=at, submitted_at=at, is_entered=False)
    discard_draft(by=application.doctor.user_id, kind=queries.COMPLETION_DRAFT, subject=application.receipt_no)
    return application


@transaction.atomic
def reenter_completion(
    application: CompletionApplication, request: PaperRequest, *, by: Staff, at: datetime
) -> CompletionApplication:
    """差し戻した申請の、直した紙を代行入力する。申請先、規則の版、数える期間は変わらない。"""
    application = locked(application)
    COMPLETION.fire(Event.ENTER, State(application.state), By.OFFICE)
    if application.destination_id != by.association_id:
        raise DestinationNotAllowed
    _require_enterable(application.doctor, request, by=by, at=at)
    _write_again(application, request, at=at, by=by)
    application.advance(Event.ENTER, by=as_office(by), at=at, submitted_at=at, is_entered=True)
    discard_draft(by=by.user_id, kind=queries.PAPER_DRAFT, subject=queries.paper_subject(by, application.doctor))
    return application


@transaction.atomic
def withdraw_completion(application: CompletionApplication, *, at: datetime) -> CompletionApplication:
    """決まる前の申請を、医師が取り下げる。申請先からは、申請を根拠にしては見えなくなる。"""
    application = locked(application)
    application.advance(Event.WITHDRAW, by=as_doctor(application.doctor), at=at)
    close_sight(application.doctor, application.destination, ground=Ground.TRAINING, on=localdate(at))
    discard_draft(by=application.doctor.user_id, kind=queries.COMPLETION_DRAFT, subject=application.receipt_no)
    return application


def _begun(doctor: Doctor, request: CompletionRequest, *, counted_on: date, at: datetime) -> CompletionApplication:
    """新しい申請。まだ書かれていない。規則の版と数える期間は `counted_on` による。"""
    lock(doctor)
    live = queries.live_application(doctor)
    if live is not None:
        raise AlreadyLive(live)
    day = localdate(at)
    _require_renewable(doctor, counted_on)
    allowed = {association.pk for association in queries.destinations(doctor, day).associations}
    if request.destination_id not in allowed:
        raise DestinationNotAllowed
    programme = queries.completion_programme()
    version = queries.rule_on(programme, counted_on)
    window = version.rule.window(counted_on)
    return CompletionApplication(
        receipt_no=f"{day:%Y-%m%d}-{next_number('training_receipt_seq'):04d}",
        doctor=doctor,
        programme=programme,
        destination=Association.objects.get(pk=request.destination_id),
        rule=version,
        window_from_on=window.from_on,
        window_until_on=window.until_on,
        first_submitted_at=at,
        state=State.NEW,
    )


def _open(application: CompletionApplication, *, at: datetime) -> None:
    """単位が足りれば、申請先から医師が見える。"""
    require_met(queries.evaluation_of(application))
    open_sight(application.doctor, application.destination, ground=Ground.TRAINING, on=localdate(at))


def _write_again(
    application: CompletionApplication, request: CompletionRequest, *, at: datetime, by: Staff | None = None
) -> None:
    """次の申請書を書く。単位が足りなければ RequirementsNotMet。"""
    number = queries.latest_submission(application).number + 1
    _write_submission(application, request, number=number, at=at, by=by)
    require_met(queries.evaluation_of(application))


def _require_enterable(doctor: Doctor, request: PaperRequest, *, by: Staff, at: datetime) -> None:
    """ほかの人の、この医師会への、ふさわしい日の紙か。"""
    require_not_close(doctor, by)
    if request.destination_id != by.association_id:
        raise DestinationNotAllowed
    if not paper_day_is_allowed(request.paper_on, localdate(at)):
        raise PaperDayNotAllowed


def _require_renewable(doctor: Doctor, day: date) -> None:
    """有効な修了があれば、期限の 12 か月前からだけ申請できる。"""
    opens = opens_on(queries.completed_until(doctor, day))
    if opens is not None and day < opens:
        raise CertificateStillValid(opens)


def _write_submission(
    application: CompletionApplication,
    request: CompletionRequest,
    *,
    number: int,
    at: datetime,
    by: Staff | None = None,
) -> Submission:
    """申請書を書く。活動の単位は、はじめて申請した日の表による。`by` は代行入力した人。"""
    submission = Submission.objects.create(
        application=application,
        number=number,
        submitted_at=at,
        note=request.note,
        delegates=request.delegates,
        paper_on=request.paper_on if isinstance(request, PaperRequest) else None,
        scan_id=request.scan_id if isinstance(request, PaperRequest) else None,
        entered_by_id=by.user_id if by else None,
        entered_for_id=by.association_id if by else None,
    )
    offered = queries.activities_on(application.programme, application.counted_on)
    activities = {activity.pk: activity for activity in offered}
    if not activities.keys() >= {entry.activity_id for entry in request.entries}:
        raise ActivityNotOffered
    FieldReport.objects.bulk_create(
        FieldReport(
            submission=submission,
            position=position,
            activity=activities[entry.activity_id],
            place=entry.place,
            from_on=entry.from_on,
            until_on=entry.until_on,
            times=entry.times,
            note=entry.note,
            half_units=activities[entry.activity_id].half_units,
            evidence_id=entry.evidence_id,
        )
        for position, entry in enumerate(request.entries, start=1)
    )
    return submission
