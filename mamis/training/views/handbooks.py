"""事務局の研修管理：手帳の単位。一人が登録し、もう一人が確かめる。"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.audit.operations import record
from mamis.doctors.queries import current_licence
from mamis.files.forms import hold_uploads
from mamis.files.views import deliver
from mamis.training import operations, policy, queries
from mamis.training.forms.handbooks import HandbookForm, HandbookLines, HandbookReturnForm
from mamis.training.models import HandbookEntry, HandbookScan
from mamis.training.operations import LineAlreadyRecorded, ScansNotReady, SecondReaderNeeded
from mamis.training.workflow import HANDBOOK_EVENT_LABELS, HandbookEvent, HandbookState

ROWS = 50


@require_safe
@office_required(Role.VIEWER)
def handbook_list(request: HttpRequest) -> HttpResponse:
    """手帳の単位の登録の一覧。確認を待つものが先。"""
    found = queries.find_handbooks(policy.handbooks_visible_to(request.staff))
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "may_write": request.staff.may(Role.CLERK)}
    return render(request, "training/office/handbook_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def handbook_new(request: HttpRequest) -> HttpResponse:
    """手帳の単位を、写しを添えて登録する。"""
    today = timezone.localdate()
    if request.method != "POST":
        form, lines = HandbookForm(staff=request.staff, on=today), HandbookLines(on=today)
        return _writing(request, form, lines)
    form = HandbookForm(request.POST, request.FILES, staff=request.staff, on=today)
    lines = HandbookLines(request.POST, on=today)
    hold_uploads(form, by_user_id=request.user.pk, at=timezone.now())
    if not _are_valid(form, lines):
        return _writing(request, form, lines)
    entry = operations.enter_handbook(form.doctor, lines.facts(), form.scans, by=request.staff, at=timezone.now())
    messages.success(request, f"{entry.doctor.name} 先生の手帳の単位を登録しました。ほかの担当者の確認を待っています。")
    return redirect("office_handbook", code=request.association.code, number=entry.number)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def handbook_correction(request: HttpRequest, number: str) -> HttpResponse:
    """差し戻された登録を書き直す。"""
    entry = get_object_or_404(policy.handbooks_correctable_by(request.staff), number=number)
    today = timezone.localdate()
    if request.method != "POST":
        form = HandbookForm(staff=request.staff, on=today, fixed=True)
        form.show(queries.handbook_scans(entry))
        lines = HandbookLines(on=today, lines=queries.handbook_lines(entry))
        return _writing(request, form, lines, entry)
    form = HandbookForm(request.POST, request.FILES, staff=request.staff, on=today, fixed=True)
    lines = HandbookLines(request.POST, on=today)
    form.show(queries.handbook_scans(entry))
    hold_uploads(form, by_user_id=request.user.pk, at=timezone.now())
    if not _are_valid(form, lines):
        return _writing(request, form, lines, entry)
    operations.correct_handbook(entry, lines.facts(), form.scans, by=request.staff, at=timezone.now())
    messages.success(request, "書き直しました。ほかの担当者の確認を待っています。")
    return redirect("office_handbook", code=request.association.code, number=number)


@require_safe
@office_required(Role.VIEWER)
def handbook(request: HttpRequest, number: str) -> HttpResponse:
    """手帳の単位の登録の一件：書き写した行と、手帳の写し。"""
    return _entry(request, get_object_or_404(policy.handbooks_visible_to(request.staff), number=number))


@require_POST
@office_required(Role.CLERK)
def handbook_confirmation(request: HttpRequest, number: str) -> HttpResponse:
    """写しと見比べて確かめ、台帳に入れる。"""
    entry = get_object_or_404(policy.handbooks_answerable_by(request.staff), number=number)
    try:
        lines = operations.confirm_handbook(entry, seen=_seen(request), by=request.staff, at=timezone.now())
    except (SecondReaderNeeded, ScansNotReady, LineAlreadyRecorded) as refusal:
        return _entry(request, entry, refusal=refusal)
    messages.success(request, f"確認しました。{entry.doctor.name} 先生の単位 {len(lines)} 件を登録しました。")
    return redirect("office_handbook", code=request.association.code, number=number)


@require_POST
@office_required(Role.CLERK)
def handbook_return(request: HttpRequest, number: str) -> HttpResponse:
    """わけを書いて、登録した人に差し戻す。"""
    entry = get_object_or_404(policy.handbooks_answerable_by(request.staff), number=number)
    form = HandbookReturnForm(request.POST)
    if not form.is_valid():
        return _entry(request, entry, return_form=form)
    reason = form.cleaned_data["reason"]
    operations.return_handbook(entry, reason=reason, seen=_seen(request), by=request.staff, at=timezone.now())
    messages.success(request, "登録した担当者に差し戻しました。")
    return redirect("office_handbook", code=request.association.code, number=number)


@require_POST
@office_required(Role.CLERK)
def handbook_withdrawal(request: HttpRequest, number: str) -> HttpResponse:
    """間違えた登録を取り下げる。"""
    entry = get_object_or_404(policy.handbooks_answerable_by(request.staff), number=number)
    operations.drop_handbook(entry, seen=_seen(request), by=request.staff, at=timezone.now())
    messages.success(request, "登録を取り下げました。単位は登録されていません。")
    return redirect("office_handbook", code=request.association.code, number=number)


@require_safe
@office_required(Role.VIEWER)
def handbook_scan(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """手帳の写しをダウンロードする。"""
    scan = _scan(request, number, position)
    response = deliver(scan.file)
    record(
        by=request.user.pk,
        association_id=request.association.pk,
        act="手帳の写しのダウンロード",
        about=f"{number} の {position} 枚目",
        at=timezone.now(),
    )
    return response


@require_safe
@office_required(Role.VIEWER)
def handbook_scan_page(request: HttpRequest, number: str, position: int, page: int) -> HttpResponse:
    """手帳の写しの一頁の絵。"""
    return deliver(_scan(request, number, position).file, page)


def _scan(request: HttpRequest, number: str, position: int) -> HandbookScan:
    """見てよい登録の、いまの回の写し。"""
    entry = get_object_or_404(policy.handbooks_visible_to(request.staff), number=number)
    found = {scan.position: scan for scan in queries.handbook_scans(entry)}
    if position not in found:
        raise Http404
    return found[position]


def _seen(request: HttpRequest) -> str:
    """決めた人が見ていた画面の印。"""
    return str(request.POST.get("seen", ""))


def _are_valid(form: HandbookForm, lines: HandbookLines) -> bool:
    """どちらも確かめ、直すところを一度に言う。"""
    return all([form.is_valid(), lines.is_valid()])


def _writing(
    request: HttpRequest, form: HandbookForm, lines: HandbookLines, entry: HandbookEntry | None = None
) -> HttpResponse:
    """書き写す画面。"""
    context = {
        "form": form,
        "lines": lines,
        "entry": entry,
        "form_failed": form.is_bound,
        "returned": queries.last_handbook_return(entry) if entry else None,
    }
    return render(request, "training/office/handbook_new.html", context, status=422 if form.is_bound else 200)


def _entry(
    request: HttpRequest,
    entry: HandbookEntry,
    *,
    refusal: Exception | None = None,
    return_form: HandbookReturnForm | None = None,
) -> HttpResponse:
    """一件の画面。確かめる人には、行のそばに写しが並ぶ。"""
    staff = request.staff
    failed = refusal or return_form
    lines = queries.handbook_lines(entry)
    state = HandbookState(entry.state)
    context: dict[str, Any] = {
        "entry": entry,
        "licence": current_licence(entry.doctor),
        "lines": lines,
        "half_units": sum(line.half_units for line in lines),
        "scans": [_shown(request, scan) for scan in queries.handbook_scans(entry)],
        "steps": [_step(step) for step in queries.handbook_steps(entry)],
        "refusal": refusal,
        "form_failed": failed is not None,
        "return_form": return_form or HandbookReturnForm(),
        "is_waiting": state == HandbookState.ENTERED,
        "is_returned": state == HandbookState.SENT_BACK,
        "may_answer": policy.handbooks_answerable_by(staff).filter(pk=entry.pk).exists(),
        "may_confirm": policy.handbooks_confirmable_by(staff).filter(pk=entry.pk).exists(),
        "is_alone": entry.entered_by_id == staff.user_id,
    }
    return render(request, "training/office/handbook.html", context, status=422 if failed else 200)


def _shown(request: HttpRequest, scan: HandbookScan) -> dict[str, Any]:
    """写し一枚と、その住所。"""
    where = [request.association.code, scan.entry.number, scan.position]
    return {
        "file": scan.file,
        "url": reverse("office_handbook_scan", args=where),
        "pages": [reverse("office_handbook_scan_page", args=[*where, page]) for page in scan.file.page_numbers],
    }


def _step(step: Any) -> dict[str, Any]:
    """経過の一行。"""
    title = HANDBOOK_EVENT_LABELS[HandbookEvent(step.event)]
    return {"at": step.at, "title": title, "by": step.by_name, "comment": step.comment}
