"""承認のあと：修了証を取り出す、当日の承認を取りやめる、承認を取り消す。"""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from mamis.accounts.models import User
from mamis.associations.models import Staff
from mamis.doctors.operations import as_office
from mamis.training import queries
from mamis.training.models import Certificate, CertificateTaken, CompletionApplication, CreditLine
from mamis.training.operations.acting import locked, require_may_decide
from mamis.training.operations.credits import mirrored
from mamis.training.operations.refusals import CertificateGone, TooLateToUndo
from mamis.training.rules import Source
from mamis.training.workflow import COMPLETION, Event, State
from mamis.workflow.table import By, PageIsStale


@transaction.atomic
def take_certificate(certificate: Certificate, *, by: User, at: datetime) -> Certificate:
    """修了証を取り出したことを書きとめる。同時に承認が取りやめになれば、どちらか一つだけが成り立つ。"""
    certificate = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if certificate.revoked_at is not None or certificate.voided_at is not None:
        raise CertificateGone
    CertificateTaken.objects.get_or_create(certificate=certificate, defaults={"taken_by": by, "taken_at": at})
    return certificate


@transaction.atomic
def undo_approval(application: CompletionApplication, *, reason: str, by: Staff, at: datetime) -> CompletionApplication:
    """誤った承認を、その日のうちに取りやめる。修了証は発行されなかったものとなり、番号は使い直さない。

    日が変わっていれば、またはだれかが修了証を取り出していれば TooLateToUndo。
    """
    application = _approved(application, Event.UNDO, by=by)
    certificate = Certificate.objects.select_for_update().get(application=application, voided_at=None)
    if localdate(certificate.issued_at) != localdate(at):
        raise TooLateToUndo("承認した日が過ぎているため")
    if CertificateTaken.objects.filter(certificate=certificate).exists():
        raise TooLateToUndo("修了証がもうダウンロードされているため")
    if queries.live_application(application.doctor) is not None:
        raise TooLateToUndo("医師が次の修了申請をしているため")
    application.advance(Event.UNDO, by=as_office(by), at=at, comment=reason, decided_at=None, decided_by_id=None)
    certificate.voided_at = at
    certificate.save(update_fields=["voided_at"])
    _reverse_granted(application, ground="承認の取りやめ", by=by, at=at)
    return application


@transaction.atomic
def revoke_completion(
    application: CompletionApplication, *, reason: str, by: Staff, at: datetime
) -> CompletionApplication:
    """承認と修了証を取り消す。登録された実地研修も取り消す。医師は、あらためて申請できる。"""
    application = _approved(application, Event.REVOKE, by=by)
    certificate = Certificate.objects.select_for_update().get(application=application, voided_at=None)
    application.advance(Event.REVOKE, by=as_office(by), at=at, comment=reason)
    certificate.revoked_at = at
    certificate.save(update_fields=["revoked_at"])
    _reverse_granted(application, ground="承認の取消し", by=by, at=at)
    return application


def _approved(application: CompletionApplication, event: Event, *, by: Staff) -> CompletionApplication:
    """鍵で押さえた、承認された申請。そうでなければ NotAllowed、自分のなら OwnCase。"""
    application = locked(application)
    COMPLETION.fire(event, State(application.state), By.OFFICE)
    if application.destination_id != by.association_id:
        raise PageIsStale
    require_may_decide(application, by)
    return application


def _reverse_granted(application: CompletionApplication, *, ground: str, by: Staff, at: datetime) -> None:
    """承認で台帳に書いた実地研修を、取り消す行を書く。もう取り消された行はそのままである。"""
    granted = CreditLine.objects.filter(
        source=Source.COMPLETION, field_report__submission__application=application, reversal=None
    ).order_by("pk")
    CreditLine.objects.bulk_create(
        mirrored(
            line,
            ground=f"修了申請 {application.receipt_no} の{ground}",
            granted_by_id=by.association_id,
            entered_by_id=by.user_id,
            at=at,
        )
        for line in granted
    )
