"""事務局の研修管理：修了申請の一覧、一件、決定。"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mamis.associations.doors import office_required
from mamis.associations.queries import president_on
from mamis.associations.rules import Role
from mamis.audit.operations import record
from mamis.doctors.queries import current_licence, main_workplace
from mamis.doctors.rules import is_by_delegate
from mamis.mail import policy as mail_policy
from mamis.membership.queries import seats
from mamis.tabular.csv import download
from mamis.training import columns, operations, policy, queries
from mamis.training.forms.office import CompletionConditions, ForwardForm, ReturnForm
from mamis.training.models import CompletionApplication, CompletionHistory
from mamis.training.operations import PresidentMissing, RequirementsNotMet
from mamis.training.workflow import EVENT_LABELS, Event, State
from mamis.workflow.table import By

ROWS = 50


@require_safe
@office_required(Role.VIEWER)
def completion_list(request: HttpRequest) -> HttpResponse:
    """修了申請の一覧。待っているものが先、古いものが先。"""
    today = timezone.localdate()
    form = CompletionConditions(request.GET, on=today)
    ours = policy.visible_to(request.staff)
    page = Paginator(queries.find_applications(ours, form.filters()), ROWS).get_page(request.GET.get("page"))
    decidable = policy.decidable_by(request.staff)
    context = {
        "form": form,
        "page": page,
        "heads": _heads(request, form.sort),
        "decidable": set(decidable.filter(pk__in=[one.pk for one in page.object_list]).values_list("pk", flat=True)),
        "waiting": queries.find_applications(decidable, form.filters()).count(),
        "may_enter": request.staff.may(Role.CLERK),
    }
    page.object_list = queries.case_rows(list(page.object_list), today)
    return render(request, "training/office/completion_list.html", context)


@require_safe
@office_required(Role.VIEWER)
def completion_download(request: HttpRequest) -> HttpResponseBase:
    """画面に出ている一覧の、すべての頁の CSV。"""
    form = CompletionConditions(request.GET, on=timezone.localdate())
    rows = _rows(request, form.filters())
    _record(request, "修了申請の一覧のダウンロード", len(rows))
    return download("修了申請", columns.COMPLETIONS, rows)


@require_safe
@office_required(Role.VIEWER)
def completion_print(request: HttpRequest) -> HttpResponse:
    """会長の決裁を受けるための一覧（A4）。状態を選んでいなければ、承認を待つもの。"""
    form = CompletionConditions(request.GET, on=timezone.localdate())
    filters = form.filters()
    rows = _rows(request, filters if filters.state else filters.of_state(State.SUBMITTED))
    _record(request, "決裁用一覧の印刷", len(rows))
    return render(
        request,
        "training/office/completion_print.html",
        {"form": form, "rows": rows, "today": timezone.localdate(), "boxes": ("会長", "副会長", "担当理事", "事務局")},
    )


@require_safe
@office_required(Role.VIEWER)
def completion(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """修了申請の一件：確かめること、決めること、これまでの経過。"""
    return _case(request, get_object_or_404(policy.visible_to(request.staff), receipt_no=receipt_no))


@require_POST
@office_required(Role.CLERK)
def completion_approval(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """承認する。"""
    application = get_object_or_404(policy.answerable_by(request.staff), receipt_no=receipt_no)
    try:
        operations.approve_completion(application, seen=_seen(request), by=request.staff, at=timezone.now())
    except (RequirementsNotMet, PresidentMissing) as refusal:
        return _case(request, application, refusal=refusal)
    messages.success(request, f"承認しました。{application.doctor.name} 先生の修了証を発行しました。")
    return redirect("office_completion", code=request.association.code, receipt_no=receipt_no)


@require_POST
@office_required(Role.CLERK)
def completion_return(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """理由を添えて差し戻す。"""
    application = get_object_or_404(policy.answerable_by(request.staff), receipt_no=receipt_no)
    texts = policy.return_texts_of(request.staff)
    form = ReturnForm(request.POST, doctor=application.doctor, texts=texts)
    if "insert" in request.POST:
        return _case(request, application, filled=form.with_text)
    if not form.is_valid():
        return _case(request, application, return_form=form)
    reason = form.cleaned_data["reason"]
    operations.return_completion(application, reason=reason, seen=_seen(request), by=request.staff, at=timezone.now())
    messages.success(request, f"{application.doctor.name} 先生に差し戻しました。")
    return redirect("office_completion", code=request.association.code, receipt_no=receipt_no)


@require_POST
@office_required(Role.CLERK)
def completion_forwarding(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """正しい申請先へ回送する。"""
    application = get_object_or_404(policy.answerable_by(request.staff), receipt_no=receipt_no)
    targets = queries.forwarding_targets(application, timezone.localdate())
    form = ForwardForm(request.POST, doctor=application.doctor, targets=targets)
    if not form.is_valid():
        return _case(request, application, forward_form=form)
    operations.forward_completion(
        application,
        destination_id=form.destination_id,
        reason=form.cleaned_data["reason"],
        seen=_seen(request),
        by=request.staff,
        at=timezone.now(),
    )
    messages.success(request, f"受付番号 {receipt_no} の申請を、{form.destination_name}へ回送しました。")
    return redirect("office_completions", code=request.association.code)


# 一件の画面


def _case(
    request: HttpRequest,
    application: CompletionApplication,
    *,
    refusal: Exception | None = None,
    return_form: ReturnForm | None = None,
    forward_form: ForwardForm | None = None,
    filled: str = "",
) -> HttpResponse:
    """一件の画面。決定が断られたときは、書いたものを残したまま、わけを添えて出す。"""
    staff, doctor, today = request.staff, application.doctor, timezone.localdate()
    review = queries.review_of(application)
    targets = queries.forwarding_targets(application, today)
    failed = refusal or return_form or forward_form
    context: dict[str, Any] = {
        "application": application,
        "today": today,
        "refusal": refusal,
        "form_failed": failed is not None,
        "return_form": return_form or ReturnForm(doctor=doctor, texts=policy.return_texts_of(staff), filled=filled),
        "forward_form": forward_form or ForwardForm(doctor=doctor, targets=targets),
        "targets": targets,
        "seen": queries.fingerprint(application, review.evaluation),
        "licence": current_licence(doctor),
        "seats": [seat for seat in seats(doctor, today) if seat.membership.association_id == staff.association_id],
        "workplace": main_workplace(doctor, today),
        "review": review,
        "corrections": queries.corrections(application),
        "submission": queries.latest_submission(application),
        "president": president_on(application.destination, today),
        "certificate": policy.certificates_visible_to(staff).filter(application=application).first(),
        "hands_over": policy.certificates_handed_over_by(staff).filter(application=application).exists(),
        "past": queries.past_newest_first(policy.past_completions_visible_to(staff).filter(doctor=doctor)),
        "is_decidable": policy.decidable_by(staff).filter(pk=application.pk).exists(),
        "may_view": policy.viewable_by(staff, today).filter(pk=application.pk).exists(),
        "may_undo": policy.undoable_by(staff).filter(pk=application.pk, decided_at__date=today).exists(),
        "may_revoke": policy.revocable_by(staff).filter(pk=application.pk).exists(),
        "may_reenter": policy.reenterable_by(staff).filter(pk=application.pk).exists(),
        "may_approve": policy.may_approve(staff, application),
        "entered_and_decided": policy.entered_and_decided_by_one(application),
        "is_waiting": application.can(Event.APPROVE, By.OFFICE),
        "is_own": doctor.user_id is not None and doctor.user_id == staff.user_id,
        "is_close": staff.may(Role.CLERK),
        "steps": [_step(step) for step in queries.steps_of(application)],
        "sent": mail_policy.visible_to(staff.association_id)
        .filter(reference=application.receipt_no)
        .order_by("created_at", "pk"),
        "next_case": queries.next_waiting(policy.decidable_by(staff), application),
    }
    return render(request, "training/office/completion.html", context, status=422 if failed else 200)


def _step(step: CompletionHistory) -> dict[str, str]:
    """経過の一行。"""
    event = Event(step.event)
    title = EVENT_LABELS[event] if event != Event.FORWARD else f"{step.destination.name}へ回送しました"
    if step.party == By.DOCTOR:
        who = step.by_name if is_by_delegate(step.by_name) else f"{step.by_name} 先生"
    else:
        who = f"{step.by_association.name}　{step.by_name}"
    return {"at": step.at, "title": title, "by": who, "comment": step.comment}


def _seen(request: HttpRequest) -> str:
    """決めた人が見ていた画面の印。"""
    return str(request.POST.get("seen", ""))


# 一覧の画面


@dataclass(frozen=True)
class Head:
    """並べ替えのできる列の頭。"""

    label: str
    query: str
    order: str
    look: str = ""


def _heads(request: HttpRequest, sort: str) -> Iterable[Head]:
    """列の頭。押すと、その列で並べ、もう一度押すと逆に並べる。"""
    for label, key in (
        ("受付日", "submitted"),
        ("経過", ""),
        ("氏名", "name"),
        ("フリガナ", "name"),
        ("医籍登録番号", "number"),
        ("単位", ""),
        ("確認の結果", ""),
        ("状態", "state"),
    ):
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = f"-{key}" if sort == key else key
        order = {key: "ascending", f"-{key}": "descending"}.get(sort, "") if key and label != "フリガナ" else ""
        yield Head(label, query.urlencode() if key else "", order, "number" if label in {"経過", "単位"} else "")


def _rows(request: HttpRequest, filters: queries.Filters) -> list[queries.CaseRow]:
    """条件に合うすべての行。"""
    found = queries.find_applications(policy.visible_to(request.staff), filters)
    return queries.case_rows(list(found), timezone.localdate())


def _record(request: HttpRequest, act: str, rows: int) -> None:
    record(
        by=request.user.pk,
        association_id=request.association.pk,
        act=act,
        about=f"{rows} 件",
        at=timezone.now(),
    )
