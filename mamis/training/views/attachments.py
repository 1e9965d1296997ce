"""修了申請に添えられた書類を渡す。見てよいのは、その申請を見てよい人だけである。"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.audit.operations import record
from mamis.doctors.doors import doctor_or_delegate
from mamis.doctors.rules import Act
from mamis.files.views import deliver
from mamis.training import policy


@doctor_or_delegate(Act.READ)
@require_safe
def own_attachment(request: HttpRequest, receipt_no: str, token: str, page: int | None = None) -> HttpResponse:
    """自分の申請に添えた書類。"""
    application = get_object_or_404(policy.owned_by(request.doctor), receipt_no=receipt_no)
    return deliver(get_object_or_404(policy.attached_to(application), token=token), page)


@require_safe
@office_required(Role.VIEWER)
def attachment(request: HttpRequest, receipt_no: str, token: str, page: int | None = None) -> HttpResponse:
    """申請先として受けた申請の書類。取り出したことを書きとめる。"""
    application = get_object_or_404(policy.visible_to(request.staff), receipt_no=receipt_no)
    response = deliver(get_object_or_404(policy.attached_to(application), token=token), page)
    record(
        by=request.user.pk,
        association_id=request.association.pk,
        act="添付の書類のダウンロード",
        about=f"修了申請 {receipt_no}",
        at=timezone.now(),
    )
    return response
