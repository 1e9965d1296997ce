"""修了申請と単位について、人がすること。書くのはここだけである。"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.timezone import localdate

from mamis.associations.models import Association, Staff
from mamis.associations.queries import president_on
from mamis.doctors.models import Doctor
from mamis.doctors.operations import close_sight, open_sight
from mamis.doctors.queries import current_licence
from mamis.doctors.rules import Ground
from mamis.japanese.calendar import long_date
from mamis.training import queries
from mamis.training.models import (
    Certificate,
    CompletionApplication,
    CountedLine,
    CreditLine,
    FieldReport,
    Submission,
)
from mamis.training.rules import Evaluation, Kind, Source, evaluate, opens_on
from mamis.training.workflow import COMPLETION, Event, State
from mamis.wizard.operations import discard_draft
from mamis.workflow.table import Actor, By


class RequirementsNotMet(Exception):
    """単位が要件に足りない。"""

    def __init__(self, evaluation: Evaluation) -> None:
        super().__init__("単位が要件に足りません。足りない単位をご確認ください。")
        self.evaluation = evaluation


class DestinationNotAllowed(Exception):
    """その医師会は、この医師の申請先にならない。"""

    def __init__(self) -> None:
        super().__init__("申請先は、画面に出ている医師会から選んでください。")


class AlreadyLive(Exception):
    """同じ研修の、まだ決まっていない申請がある。"""

    def __init__(self, application: CompletionApplication) -> None:
        super().__init__("すでに申請されています。")
        self.application = application


class CertificateStillValid(Exception):
    """有効な修了証の期限が、まだ先である。"""

    def __init__(self, opens_on: date) -> None:
        super().__init__(f"有効な修了証をお持ちです。次の申請は、{long_date(opens_on)}からできます。")
        self.opens_on = opens_on


class ActivityNotOffered(Exception):
    """その活動は、この申請の活動の表にない。"""

    def __init__(self) -> None:
        super().__init__("活動は、一覧から選んでください。")


class PageIsStale(Exception):
    """画面を開いたあとに、申請か単位が変わった。"""

    def __init__(self) -> None:
        super().__init__("画面を開いたあとに、内容が変わりました。もう一度ご確認のうえ、決定してください。")


class OwnCase(Exception):
    """自分の申請や単位は、自分では決められない。"""

    def __init__(self) -> None:
        super().__init__("ご自身の申請や単位は、ほかの担当者にお願いしてください。")


class PresidentMissing(Exception):
    """修了証に載せる会長名がない。"""

    def __init__(self) -> None:
        super().__init__("修了証に載せる会長名が登録されていません。「医師会情報」で登録してから承認してください。")


class SameCreditExists(Exception):
    """同じ日の同じ内容の単位が、すでに台帳にある。"""

    def __init__(self) -> None:
        super().__init__("同じ日の同じ内容の単位が、すでに登録されています。")


class AlreadyReversed(Exception):
    """その単位は、もう取り消されている。"""

    def __init__(self) -> None:
        super().__init__("この単位は、すでに取り消されています。")


@dataclass(frozen=True)
class FieldEntry:
    """申請書に書く実地研修の一件。"""

    activity_id: int
    place: str
    from_on: date
    until_on: date
    times: int = 1
    note: str = ""


@dataclass(frozen=True)
class CompletionRequest:
    """医師が申請すること。"""

    destination_id: int
    entries: tuple[FieldEntry, ...]
    note: str = ""


@transaction.atomic
def submit_completion(
    doctor: Doctor, request: CompletionRequest, *, at: datetime, is_imported: bool = False
) -> CompletionApplication:
    """修了を申請する。規則の版と数える期間は、この日のもので決まり、あとで変わらない。

    単位が足りなければ RequirementsNotMet、申請先が違えば DestinationNotAllowed、申請中があれば AlreadyLive、
    有効な修了証の期限がまだ先なら CertificateStillValid。下書きは、申請書になって消える。
    """
    _lock(doctor)
    live = queries.live_application(doctor)
    if live is not None:
        raise AlreadyLive(live)
    day = localdate(at)
    _require_renewable(doctor, day)
    allowed = {association.pk for association in queries.destinations(doctor, day).associations}
    if request.destination_id not in allowed:
        raise DestinationNotAllowed
    programme = queries.completion_programme()
    version = queries.rule_on(programme, day)
    window = version.rule.window(day)
    application = CompletionApplication(
        receipt_no=f"{day:%Y-%m%d}-{_next('training_receipt_seq'):04d}",
        doctor=doctor,
        programme=programme,
        destination=Association.objects.get(pk=request.destination_id),
        rule=version,
        window_from_on=window.from_on,
        window_until_on=window.until_on,
        first_submitted_at=at,
        is_imported=is_imported,
        state=State.NEW,
    )
    application.advance(Event.SUBMIT, by=_as_doctor(doctor), at=at, submitted_at=at)
    _write_submission(application, request, number=1, at=at)
    _require_met(queries.evaluation_of(application))
    open_sight(doctor, application.destination, ground=Ground.TRAINING, on=day)
    discard_draft(by=doctor.user_id, kind=queries.COMPLETION_DRAFT, subject="")
    return application


@transaction.atomic
def resubmit_completion(
    application: CompletionApplication, request: CompletionRequest, *, at: datetime
) -> CompletionApplication:
    """差し戻された申請を直して、もう一度申請する。申請先、規則の版、数える期間は変わらない。"""
    application = _locked(application)
    COMPLETION.fire(Event.SUBMIT, State(application.state), By.DOCTOR)
    number = queries.latest_submission(application).number + 1
    _write_submission(application, request, number=number, at=at)
    _require_met(queries.evaluation_of(application))
    application.advance(Event.SUBMIT, by=_as_doctor(application.doctor), at=at, submitted_at=at)
    discard_draft(by=application.doctor.user_id, kind=queries.COMPLETION_DRAFT, subject=application.receipt_no)
    return application


@transaction.atomic
def withdraw_completion(application: CompletionApplication, *, at: datetime) -> CompletionApplication:
    """決まる前の申請を、医師が取り下げる。申請先からは、申請を根拠にしては見えなくなる。"""
    application = _locked(application)
    application.advance(Event.WITHDRAW, by=_as_doctor(application.doctor), at=at)
    close_sight(application.doctor, application.destination, ground=Ground.TRAINING, on=localdate(at))
    discard_draft(by=application.doctor.user_id, kind=queries.COMPLETION_DRAFT, subject=application.receipt_no)
    return application


@transaction.atomic
def return_completion(
    application: CompletionApplication, *, reason: str, seen: str, by: Staff, at: datetime
) -> CompletionApplication:
    """理由を添えて医師に差し戻す。知らせるのは医師本人だけである（newsletter 補足説明③）。"""
    application = _decidable(application, Event.RETURN, seen=seen, by=by)
    application.advance(Event.RETURN, by=as_office(by), at=at, comment=reason)
    return application


@transaction.atomic
def forward_completion(
    application: CompletionApplication, *, destination_id: int, reason: str, seen: str, by: Staff, at: datetime
) -> CompletionApplication:
    """申請先を間違えた申請を、正しい申請先へ回す。医師に知らせ、経過に残る。"""
    application = _decidable(application, Event.FORWARD, seen=seen, by=by)
    day = localdate(at)
    targets = {one.pk: one for one in queries.forwarding_targets(application, day)}
    if destination_id not in targets:
        raise DestinationNotAllowed
    wrong, right = application.destination, targets[destination_id]
    application.advance(Event.FORWARD, by=as_office(by), at=at, comment=reason, destination=right)
    close_sight(application.doctor, wrong, ground=Ground.TRAINING, on=day)
    open_sight(application.doctor, right, ground=Ground.TRAINING, on=day)
    return application


@transaction.atomic
def approve_completion(application: CompletionApplication, *, seen: str, by: Staff, at: datetime) -> Certificate:
    """承認し、実地研修を台帳に書き、数えた行を残し、修了証を出す。規則はここでもう一度確かめる。"""
    application = _decidable(application, Event.APPROVE, seen=seen, by=by)
    evaluation = queries.evaluation_of(application)
    _require_met(evaluation)
    day = localdate(at)
    president = president_on(application.destination, day)
    if president is None:
        raise PresidentMissing
    application.advance(Event.APPROVE, by=as_office(by), at=at, decided_at=at, decided_by_id=by.user_id)
    _grant_field_credits(application, by=by, at=at)
    _freeze_counted_lines(application)
    return _issue(application, president.name, at=at)


@dataclass(frozen=True)
class CreditEntry:
    """事務局が登録する単位の一行。"""

    programme_id: int
    kind: Kind
    title: str
    earned_on: date
    half_units: int
    ground: str
    source: Source = Source.OFFICE
    codes: tuple[str, ...] = ()


@transaction.atomic
def record_credit(doctor: Doctor, entry: CreditEntry, *, by: Staff, at: datetime) -> CreditLine:
    """単位を台帳に一行書く。同じ日の同じ内容があれば SameCreditExists、自分の単位は OwnCase。"""
    _lock(doctor)
    if doctor.user_id is not None and doctor.user_id == by.user_id:
        raise OwnCase
    same = CreditLine.objects.filter(
        doctor=doctor,
        programme_id=entry.programme_id,
        kind=entry.kind,
        title=entry.title,
        earned_on=entry.earned_on,
        reverses=None,
        reversal=None,
    )
    if same.exists():
        raise SameCreditExists
    return CreditLine.objects.create(
        doctor=doctor,
        programme_id=entry.programme_id,
        kind=entry.kind,
        title=entry.title,
        earned_on=entry.earned_on,
        half_units=entry.half_units,
        codes=list(entry.codes),
        source=entry.source,
        ground=entry.ground,
        granted_by_id=by.association_id,
        entered_by_id=by.user_id,
        entered_at=at,
    )


@transaction.atomic
def reverse_credit(line: CreditLine, *, ground: str, by: Staff, at: datetime) -> CreditLine:
    """台帳の一行を取り消す行を書く。元の行は残る。取り消されていれば AlreadyReversed、自分の単位は OwnCase。"""
    _lock(line.doctor)
    if line.doctor.user_id is not None and line.doctor.user_id == by.user_id:
        raise OwnCase
    if CreditLine.objects.filter(reverses=line).exists():
        raise AlreadyReversed
    return CreditLine.objects.create(
        doctor=line.doctor,
        programme_id=line.programme_id,
        kind=line.kind,
        title=line.title,
        earned_on=line.earned_on,
        half_units=-line.half_units,
        codes=line.codes,
        source=line.source,
        ground=ground,
        granted_by_id=by.association_id,
        entered_by_id=by.user_id,
        entered_at=at,
        reverses=line,
    )


def as_office(staff: Staff) -> Actor:
    """事務局の人として。"""
    return Actor(By.OFFICE, staff.user.name, user_id=staff.user_id, association_id=staff.association_id)


def _as_doctor(doctor: Doctor) -> Actor:
    return Actor(By.DOCTOR, doctor.name, user_id=doctor.user_id)


def _require_renewable(doctor: Doctor, day: date) -> None:
    """有効な修了証があれば、期限の 12 か月前からだけ申請できる。"""
    certificate = queries.valid_certificate(doctor, day)
    opens = opens_on(certificate.expires_on if certificate else None)
    if opens is not None and day < opens:
        raise CertificateStillValid(opens)


def _lock(doctor: Doctor) -> None:
    """医師の行を鍵で押さえる。申請と単位の変更は、医師ごとに一つずつ進む。"""
    Doctor.objects.select_for_update().only("pk").get(pk=doctor.pk)


def _locked(application: CompletionApplication) -> CompletionApplication:
    _lock(application.doctor)
    return (
        CompletionApplication.objects.select_for_update(of=("self",))
        .select_related("doctor", "destination", "programme", "rule")
        .get(pk=application.pk)
    )


def _decidable(application: CompletionApplication, event: Event, *, seen: str, by: Staff) -> CompletionApplication:
    """鍵で押さえた申請。決まったあとなら NotAllowed、自分のなら OwnCase、見た内容と違えば PageIsStale。"""
    application = _locked(application)
    COMPLETION.fire(event, State(application.state), By.OFFICE)
    if application.destination_id != by.association_id:
        raise PageIsStale
    if application.doctor.user_id is not None and application.doctor.user_id == by.user_id:
        raise OwnCase
    if seen != queries.fingerprint(application, queries.evaluation_of(application)):
        raise PageIsStale
    return application


def _require_met(evaluation: Evaluation) -> None:
    if not evaluation.is_met:
        raise RequirementsNotMet(evaluation)


def _write_submission(
    application: CompletionApplication, request: CompletionRequest, *, number: int, at: datetime
) -> Submission:
    """申請書を書く。活動の単位は、はじめて申請した日の表による。"""
    submission = Submission.objects.create(application=application, number=number, submitted_at=at, note=request.note)
    day = localdate(application.first_submitted_at)
    activities = {activity.pk: activity for activity in queries.activities_on(application.programme, day)}
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
        )
        for position, entry in enumerate(request.entries, start=1)
    )
    return submission


def _grant_field_credits(application: CompletionApplication, *, by: Staff, at: datetime) -> None:
    """承認された実地研修を台帳の行にする。"""
    CreditLine.objects.bulk_create(
        CreditLine(
            doctor=application.doctor,
            programme=application.programme,
            kind=Kind.FIELD,
            title=report.title,
            earned_on=report.until_on,
            half_units=report.half_units,
            source=Source.COMPLETION,
            ground=f"修了申請 {application.receipt_no} の承認",
            granted_by=application.destination,
            entered_by_id=by.user_id,
            entered_at=at,
            field_report=report,
        )
        for report in queries.reports_of(queries.latest_submission(application))
    )


def _freeze_counted_lines(application: CompletionApplication) -> None:
    """数えた台帳の行の写しを残す。"""
    ledger = queries.credit_lines([application.doctor_id])[application.doctor_id]
    frozen = evaluate(application.rule.rule, application.window, queries.ledger_lines(ledger, application.rule))
    CountedLine.objects.bulk_create(
        CountedLine(
            application=application,
            position=position,
            credit_line_id=judged.line.credit_id,
            kind=judged.line.kind,
            title=judged.line.title,
            earned_on=judged.line.on,
            half_units=judged.line.half_units,
        )
        for position, judged in enumerate(frozen.counted, start=1)
        if judged.line.credit_id is not None
    )


def _issue(application: CompletionApplication, president: str, *, at: datetime) -> Certificate:
    """修了証を出す。紙に載ることは、この日の写しである。"""
    day = localdate(at)
    issuer, licence = application.destination, current_licence(application.doctor)
    return Certificate.objects.create(
        application=application,
        doctor=application.doctor,
        programme=application.programme,
        number=f"{day:%Y}-{issuer.code.replace('-', '')}-{_next('training_certificate_seq'):06d}",
        token=secrets.token_urlsafe(32),
        holder_name=application.doctor.name,
        licence_number=licence.number if licence else "",
        programme_name=application.programme.name,
        completed_on=day,
        expires_on=application.rule.rule.expires_on(day),
        issuer=issuer,
        issuer_name=issuer.name,
        president_name=president,
        issued_at=at,
    )


def _next(sequence: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [sequence])
        return int(cursor.fetchone()[0])
