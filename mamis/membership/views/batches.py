"""事務局の届出：会員区分をまとめて変える。だれを選び、確かめ、進め、結果を見る。まとめて進めた記録。"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.audit.operations import record
from mamis.doctors import policy as doctors_policy
from mamis.membership import columns, operations, policy, queries
from mamis.membership.forms.batches import CategoryBatchForm, TargetForm
from mamis.membership.models import Batch
from mamis.tabular.csv import download

ROWS = 50
NO_TARGET = "だれの会員区分を変えるかを、選び直してください。"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def category_batch(request: HttpRequest) -> HttpResponse:
    """会員区分をまとめて変える：だれを選び、変わることを確かめ、一人ずつ受け付ける。"""
    today = timezone.localdate()
    is_sent = request.method == "POST"
    target = TargetForm(request.POST if is_sent else request.GET, staff=request.staff, on=today)
    if target.filters is None:
        if is_sent:
            messages.warning(request, NO_TARGET)
            return redirect("office_category_batch", code=request.association.code)
        return _draw(request, target)
    members = policy.members_changeable_by(request.staff, today)
    doctors = queries.find_targets(members, target.filters, request.association, today)
    held = queries.held_categories(doctors, request.association, today)
    form = CategoryBatchForm(request.POST if is_sent else None, held=held, on=today)
    if form.turns:
        return _draw(request, target, form.turned(), doctors.count())
    if not is_sent or not form.is_valid() or "rewrite" in request.POST:
        return _draw(request, target, form, doctors.count())
    if "confirmed" in request.POST and form.seen:
        return _begin(request, form)
    return _preview(request, target, form, doctors)


@never_cache
@require_safe
@office_required(Role.VIEWER)
def batch_list(request: HttpRequest) -> HttpResponse:
    """これまでに、まとめて決めたり変えたりした記録。"""
    found = queries.batches_newest_first(policy.batches_of(request.staff))
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "may_work": request.staff.may(Role.CLERK)}
    return render(request, "membership/office/batch_list.html", context)


@never_cache
@require_safe
@office_required(Role.VIEWER)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """まとめて進めた、一件ずつの結果。"""
    found = get_object_or_404(policy.batches_of(request.staff), pk=pk)
    rows = _rows(request, found)
    context = {
        "batch": found,
        "changes": queries.changes_told(found),
        "report": queries.report_of([row.line for row in rows]),
        "rows": rows,
    }
    return render(request, "membership/office/batch.html", context)


@never_cache
@require_safe
@office_required(Role.VIEWER)
def batch_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """まとめて進めた、一件ずつの結果の CSV。"""
    found = get_object_or_404(policy.batches_of(request.staff), pk=pk)
    rows = _rows(request, found)
    record(
        by=request.user.pk,
        act="まとめて進めた結果のダウンロード",
        about=f"{len(rows)} 件",
        at=timezone.now(),
        association_id=request.association.pk,
    )
    return download(f"まとめて進めた結果（{found.kind_label}）", columns.BATCH_LINES, rows)


def _rows(request: HttpRequest, found: Batch) -> list[queries.BatchRow]:
    lines = list(queries.lines_of(found))
    seen = doctors_policy.visible_to(request.staff, timezone.localdate()).filter(
        pk__in=[one.doctor_id for one in lines]
    )
    cases = policy.visible_to(request.staff).filter(pk__in=[one.case.pk for one in lines if one.case])
    return queries.batch_rows(
        lines, doctors=set(seen.values_list("pk", flat=True)), cases=set(cases.values_list("pk", flat=True))
    )


def _begin(request: HttpRequest, form: CategoryBatchForm) -> HttpResponse:
    """一人ずつ受け付ける。確かめたあとに見えなくなった医師も送り、断ったことを残す。"""
    now = timezone.now()
    known = doctors_policy.once_visible_to(request.staff, timezone.localdate(now)).filter(pk__in=form.seen)
    choices = [(doctor, form.seen[doctor.pk]) for doctor in known.order_by("family_kana", "given_kana", "pk")]
    if not choices:
        messages.warning(request, NO_TARGET)
        return redirect("office_category_batch", code=request.association.code)
    begun = operations.change_together(choices, form.change(), key=form.key, by=request.staff, at=now)
    return redirect("office_application_batch", code=request.association.code, pk=begun.pk)


def _draw(
    request: HttpRequest, target: TargetForm, form: CategoryBatchForm | None = None, number: int = 0
) -> HttpResponse:
    failed = form is not None and bool(form.errors)
    context = {
        "target": target,
        "form": form,
        "number": number,
        "form_failed": failed or bool(target.errors),
    }
    return render(request, "membership/office/category_batch.html", context, status=422 if failed else 200)


def _preview(request: HttpRequest, target: TargetForm, form: CategoryBatchForm, doctors: Any) -> HttpResponse:
    today = timezone.localdate()
    chosen, total = list(doctors[: operations.MOST]), doctors.count()
    close = doctors_policy.close_to(request.staff.user_id)
    change = form.change()
    rows = queries.candidates(
        chosen,
        change.categories,
        own=set(close.values_list("pk", flat=True)),
        effective_on=change.effective_on,
        on=today,
    )
    asked = "confirmed" in request.POST
    context = {
        "target": target,
        "form": form,
        "change": change,
        "able": [row for row in rows if not row.obstacle],
        "unable": [row for row in rows if row.obstacle],
        "total": total,
        "most": operations.MOST,
        "ticked": set(form.seen) if form.seen or asked else {row.doctor.pk for row in rows},
        "nothing_ticked": asked,
    }
    return render(request, "membership/office/category_batch_preview.html", context, status=422 if asked else 200)
