"""事務局の会員管理：データの取り込み。"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role, Tier
from mamis.audit.operations import record
from mamis.members import operations, policy, queries
from mamis.members.columns import columns_of, needs_of
from mamis.members.files import refused_columns, template_columns, template_rows
from mamis.members.forms import ColumnsForm, RowFilter, UploadForm
from mamis.members.models import Import
from mamis.members.rules import KIND_LABELS, OUTCOME_LABELS, Kind
from mamis.members.workflow import BEFORE, EVENT_LABELS, Event, State
from mamis.tabular.csv import download
from mamis.tabular.reading import propose

ROWS = 50


@require_safe
@office_required(Role.ADMIN)
def import_list(request: HttpRequest) -> HttpResponse:
    """この医師会の取り込みの一覧。"""
    page = Paginator(queries.newest_first(policy.imports_of(request.staff)), ROWS).get_page(request.GET.get("page"))
    return render(request, "members/import_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def import_new(request: HttpRequest) -> HttpResponse:
    """取り込むファイルを選ぶ。"""
    kinds = policy.kinds_of(request.staff)
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()), kinds=kinds)
    if not form.is_valid():
        context = {"form": form, "kinds": [(kind, KIND_LABELS[kind]) for kind in kinds]}
        return render(request, "members/import_new.html", context, status=422 if form.is_bound else 200)
    of_import = operations.begin_import(form.upload(), by=request.staff, at=timezone.now())
    return redirect("office_import_columns", code=request.association.code, number=of_import.number)


@require_safe
@office_required(Role.ADMIN)
def import_template(request: HttpRequest, kind: str) -> HttpResponseBase:
    """見本のファイル。見出しと、書き方の例が一行ある。"""
    if kind not in policy.kinds_of(request.staff):
        raise Http404
    columns = columns_of(Kind(kind), Tier(request.association.tier))
    return download(f"{KIND_LABELS[Kind(kind)]}の取り込みの見本", template_columns(columns), template_rows(columns))


@require_safe
@office_required(Role.ADMIN)
def import_page(request: HttpRequest, number: int) -> HttpResponse:
    """一つの取り込み：いまの状態、確かめた結果、行の一覧、経過。"""
    of_import = _of(request, number)
    if of_import.state == State.MAPPING:
        return redirect("office_import_columns", code=request.association.code, number=number)
    chosen = RowFilter(request.GET).chosen
    page = Paginator(queries.rows_of(of_import, outcome=chosen), ROWS).get_page(request.GET.get("page"))
    counts = queries.counts_of(of_import)
    context = {
        "of_import": of_import,
        "counts": counts,
        "page": page,
        "tabs": _tabs(chosen, counts.of, of_import.rows_total),
        "events": [_told(step) for step in queries.steps_of(of_import)],
        "may": {event.value: of_import.can(event) for event in Event},
    }
    return render(request, "members/import.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def import_columns(request: HttpRequest, number: int) -> HttpResponse:
    """どの列が何かを決め、確かめさせる。"""
    of_import = _of(request, number)
    if of_import.state not in BEFORE:
        return redirect("office_import", code=request.association.code, number=number)
    kind = Kind(of_import.kind)
    columns = columns_of(kind, Tier(request.association.tier))
    remembered = queries.remembered_heads(request.association.pk, kind)
    proposed = of_import.mapping or propose(columns, of_import.heads, remembered)
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        of_import=of_import,
        columns=columns,
        needs=needs_of(kind),
        proposed=proposed,
    )
    if not form.is_valid():
        context = {"form": form, "of_import": of_import, "is_remembered": bool(remembered)}
        return render(request, "members/import_columns.html", context, status=422 if form.is_bound else 200)
    operations.check_import(of_import, form.mapping, by=request.staff, at=timezone.now())
    messages.success(request, "列を決めました。行を一つずつ確かめています。")
    return redirect("office_import", code=request.association.code, number=number)


@require_POST
@office_required(Role.ADMIN)
def import_run(request: HttpRequest, number: int) -> HttpResponse:
    """取り込む。"""
    operations.run_import(_of(request, number), by=request.staff, at=timezone.now())
    messages.success(request, "取り込みはじめました。この画面を離れても、取り込みは続きます。")
    return redirect("office_import", code=request.association.code, number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def import_undo(request: HttpRequest, number: int) -> HttpResponse:
    """取り込みを、まるごと取り消す。"""
    of_import = _of(request, number)
    if request.method != "POST":
        if not of_import.can(Event.UNDO):
            raise Http404
        context = {"of_import": of_import, "counts": queries.counts_of(of_import)}
        return render(request, "members/import_undo.html", context)
    operations.undo_import(of_import, by=request.staff, at=timezone.now())
    messages.success(request, "取り消しはじめました。この画面を離れても、取り消しは続きます。")
    return redirect("office_import", code=request.association.code, number=number)


@require_POST
@office_required(Role.ADMIN)
def import_discard(request: HttpRequest, number: int) -> HttpResponse:
    """取り込まずにやめる。"""
    operations.discard_import(_of(request, number), by=request.staff, at=timezone.now())
    messages.success(request, "取り込まずにやめました。何も変わっていません。")
    return redirect("office_imports", code=request.association.code)


@require_safe
@office_required(Role.ADMIN)
def import_refused(request: HttpRequest, number: int) -> HttpResponseBase:
    """取り込めない行だけのファイル。直して、もう一度取り込める。"""
    of_import = _of(request, number)
    rows = list(queries.refused_rows(of_import))
    record(
        by=request.user.pk,
        association_id=request.association.pk,
        act="取り込めない行のダウンロード",
        about=f"{of_import.title} {len(rows)} 行",
        at=timezone.now(),
    )
    return download(f"{of_import.title}_取り込めない行", refused_columns(of_import.heads), rows)


def _of(request: HttpRequest, number: int) -> Import:
    return get_object_or_404(policy.imports_of(request.staff), number=number)


@dataclass(frozen=True)
class Tab:
    """行の絞り方の一つと、その数。"""

    label: str
    outcome: str
    count: int
    is_current: bool


def _tabs(chosen: str, of: dict[str, int], total: int) -> list[Tab]:
    every = Tab("すべての行", "", total, chosen == "")
    return [
        every,
        *(Tab(label, one.value, of.get(one, 0), chosen == one) for one, label in OUTCOME_LABELS.items()),
    ]


def _told(step: Any) -> dict[str, Any]:
    """経過の一行。"""
    at = timezone.localtime(step.at)
    return {
        "when": f"{at:%Y/%m/%d %H:%M}",
        "title": EVENT_LABELS[Event(step.event)],
        "by": step.by_name,
        "look": "done",
    }
