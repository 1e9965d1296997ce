"""事務局の研修管理：承認を、当日に取りやめる。あとから取り消す。"""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.training import operations, policy
from mamis.training.forms.revocations import ReasonForm
from mamis.training.models import CompletionApplication
from mamis.training.operations import TooLateToUndo


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def completion_undoing(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """誤った承認を、その日のうちに取りやめ、申請中に戻す。"""
    return _page(request, receipt_no, policy.undoable_by, _undo, "training/office/undoing.html")


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def completion_revocation(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """承認と修了証を、理由を書いて取り消す。"""
    return _page(request, receipt_no, policy.revocable_by, _revoke, "training/office/revocation.html")


def _undo(request: HttpRequest, application: CompletionApplication, reason: str) -> str:
    operations.undo_approval(application, reason=reason, by=request.staff, at=timezone.now())
    return "承認を取りやめました。申請は「申請中」に戻りました。"


def _revoke(request: HttpRequest, application: CompletionApplication, reason: str) -> str:
    operations.revoke_completion(application, reason=reason, by=request.staff, at=timezone.now())
    return f"承認を取り消しました。{application.doctor.name} 先生の修了証は、使えなくなりました。"


def _page(request: HttpRequest, receipt_no: str, offered: Callable, act: Callable, template: str) -> HttpResponse:
    """理由を書く画面。先に済んでいれば、そのことを答える。"""
    found = policy.answerable_by(request.staff) if request.method == "POST" else offered(request.staff)
    application = get_object_or_404(found, receipt_no=receipt_no)
    form = ReasonForm(request.POST if request.method == "POST" else None, doctor=application.doctor)
    context = {
        "application": application,
        "form": form,
        "certificate": policy.certificates_visible_to(request.staff).filter(application=application).first(),
    }
    if not form.is_valid():
        return render(request, template, context, status=422 if form.is_bound else 200)
    try:
        done = act(request, application, form.cleaned_data["reason"])
    except TooLateToUndo as refusal:
        return render(request, template, context | {"refusal": refusal}, status=422)
    messages.success(request, done)
    return redirect("office_completion", code=request.association.code, receipt_no=receipt_no)
