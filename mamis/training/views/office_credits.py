"""事務局の研修管理：単位の登録と取り消し。"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.audit.operations import record
from mamis.tabular.csv import download
from mamis.training import columns, operations, policy, queries
from mamis.training.forms.office import CreditConditions, CreditForm, ReversalForm
from mamis.training.operations import AlreadyReversed, SameCreditExists

ROWS = 50


@require_safe
@office_required(Role.VIEWER)
def credit_list(request: HttpRequest) -> HttpResponse:
    """この医師会が登録した単位の一覧。"""
    form = CreditConditions(request.GET, on=timezone.localdate())
    found = queries.find_credits(policy.credits_granted_by(request.staff), form.filters())
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return render(
        request,
        "training/office/credit_list.html",
        {"form": form, "page": page, "may_write": request.staff.may(Role.CLERK)},
    )


@require_safe
@office_required(Role.VIEWER)
def credit_download(request: HttpRequest) -> HttpResponseBase:
    """画面に出ている一覧の、すべての頁の CSV。"""
    form = CreditConditions(request.GET, on=timezone.localdate())
    lines = list(queries.find_credits(policy.credits_granted_by(request.staff), form.filters()))
    record(
        by=request.user.pk,
        association_id=request.association.pk,
        act="単位の一覧のダウンロード",
        about=f"{len(lines)} 件",
        at=timezone.now(),
    )
    return download("単位の登録", columns.CREDITS, lines)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def credit_new(request: HttpRequest) -> HttpResponse:
    """単位を登録する。番号で見つかった医師の氏名を確かめてから、登録する。"""
    if request.method != "POST":
        return _credit_page(request, CreditForm(staff=request.staff, on=timezone.localdate()))
    form = CreditForm(request.POST, staff=request.staff, on=timezone.localdate())
    if not form.is_valid() or "rewrite" in request.POST:
        return _credit_page(request, form)
    if "confirmed" not in request.POST:
        return _confirm_page(request, form)
    try:
        line = operations.record_credit(form.doctor, form.entry(), by=request.staff, at=timezone.now())
    except SameCreditExists as refusal:
        form.add_error("title", str(refusal))
        return _credit_page(request, form)
    messages.success(request, f"{line.doctor.name} 先生の {line.kind_label} {line.units_text} 単位を登録しました。")
    return redirect("office_credits", code=request.association.code)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def credit_reversal(request: HttpRequest, pk: int) -> HttpResponse:
    """登録した単位を、根拠を書いて取り消す。"""
    line = get_object_or_404(policy.credits_answerable_by(request.staff), pk=pk)
    form = ReversalForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "line": line, "form_failed": form.is_bound}
        return render(request, "training/office/credit_reversal.html", context, status=422 if form.is_bound else 200)
    try:
        operations.reverse_credit(line, ground=form.cleaned_data["ground"], by=request.staff, at=timezone.now())
    except AlreadyReversed as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"{line.doctor.name} 先生の {line.units_text} 単位を取り消しました。")
    return redirect("office_credits", code=request.association.code)


def _confirm_page(request: HttpRequest, form: CreditForm) -> HttpResponse:
    """登録する前に、医師の氏名と内容を確かめる画面。"""
    entry = form.entry()
    context = {"form": form, "entry": entry, "kind_label": form.kind_label}
    return render(request, "training/office/credit_confirm.html", context)


def _credit_page(request: HttpRequest, form: CreditForm) -> HttpResponse:
    """単位を登録する画面。"""
    return render(request, "training/office/credit_new.html", {"form": form}, status=422 if form.errors else 200)
