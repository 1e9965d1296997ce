"""医師会が修了申請を決める：差し戻す、回送する、承認する。"""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from mamis.associations.models import Staff
from mamis.associations.queries import president_on
from mamis.doctors.operations import as_office, close_sight, open_sight
from mamis.doctors.queries import current_licence
from mamis.doctors.rules import Ground
from mamis.training import policy, queries
from mamis.training.models import Certificate, CompletionApplication, CountedLine, CreditLine
from mamis.training.operations.acting import locked, require_may_decide, require_met
from mamis.training.operations.refusals import DestinationNotAllowed, EnteredByYourself, PresidentMissing
from mamis.training.rules import Kind, Source, evaluate
from mamis.training.workflow import COMPLETION, Event, State
from mamis.workflow.models import next_number
from mamis.workflow.table import By, PageIsStale


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
    if not policy.may_approve(by, application):
        raise EnteredByYourself
    evaluation = queries.evaluation_of(application)
    require_met(evaluation)
    day = localdate(at)
    president = president_on(application.destination, day)
    if president is None:
        raise PresidentMissing
    application.advance(Event.APPROVE, by=as_office(by), at=at, decided_at=at, decided_by_id=by.user_id)
    _grant_field_credits(application, by=by, at=at)
    certificate = _issue(application, president.name, at=at)
    _freeze_counted_lines(application, certificate)
    return certificate


def _decidable(application: CompletionApplication, event: Event, *, seen: str, by: Staff) -> CompletionApplication:
    """鍵で押さえた申請。決まったあとなら NotAllowed、自分のなら OwnCase、見た内容と違えば PageIsStale。"""
    application = locked(application)
    COMPLETION.fire(event, State(application.state), By.OFFICE)
    if application.destination_id != by.association_id:
        raise PageIsStale
    require_may_decide(application, by)
    if seen != queries.fingerprint(application, queries.evaluation_of(application)):
        raise PageIsStale
    return application


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


def _freeze_counted_lines(application: CompletionApplication, certificate: Certificate) -> None:
    """数えた台帳の行の写しを残す。"""
    ledger = queries.credit_lines([application.doctor_id])[application.doctor_id]
    frozen = evaluate(application.rule.rule, application.window, queries.ledger_lines(ledger, application.rule))
    CountedLine.objects.bulk_create(
        CountedLine(
            application=application,
            certificate=certificate,
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
        number=f"{day:%Y}-{issuer.code.replace('-', '')}-{next_number('training_certificate_seq'):06d}",
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
