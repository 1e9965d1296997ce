"""事務局の研修管理：修了申請をまとめて承認する。選ぶ、確かめる、決める、結果を見る。"""

import secrets

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mamis.associations.doors import office_required
from mamis.associations.queries import president_on
from mamis.associations.rules import Role
from mamis.training import operations, policy, queries
from mamis.training.forms.bulk import Confirmed, Picked
from mamis.training.forms.office import CompletionConditions

ROWS = 50
NOTHING_PICKED = "承認する申請を、一覧の左の欄で選んでください。"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def completion_bulk_preview(request: HttpRequest) -> HttpResponse:
    """選ばれた申請のうち、承認できるものと、できないものとそのわけ。まだ何も決めない。"""
    picked = Picked(request.POST)
    today = timezone.localdate()
    ours, decidable = policy.visible_to(request.staff), policy.decidable_by(request.staff)
    if picked.is_all:
        found = queries.find_applications(decidable, CompletionConditions(request.GET, on=today).filters())
    else:
        found = ours.filter(receipt_no__in=picked.receipt_nos)
    total = found.count()
    if total == 0:
        messages.warning(request, NOTHING_PICKED)
        return redirect("office_completions", code=request.association.code)
    oldest = found.order_by("submitted_at", "pk").values_list("pk", flat=True)[: operations.MOST]
    chosen = ours.filter(pk__in=list(oldest))
    president = president_on(request.association, today)
    rows = queries.candidates(
        chosen,
        decidable=set(chosen.filter(pk__in=decidable.values("pk")).values_list("pk", flat=True)),
        own=set(policy.own_or_acted_for(request.staff, chosen).values_list("pk", flat=True)),
        president=president is not None,
    )
    context = {
        "able": [row for row in rows if row.obstacle is None],
        "unable": [row for row in rows if row.obstacle is not None],
        "chosen": len(rows),
        "total": total,
        "most": operations.MOST,
        "president": president,
        "key": secrets.token_hex(16),
        "today": today,
    }
    return render(request, "training/office/bulk_preview.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.VIEWER)
def completion_bulk_list(request: HttpRequest) -> HttpResponse:
    """まとめて承認する。開けば、これまでにまとめて承認した記録。"""
    if request.method != "POST":
        found = queries.bulk_decisions_newest_first(policy.bulk_decisions_of(request.staff))
        page = Paginator(found, ROWS).get_page(request.GET.get("page"))
        return render(request, "training/office/bulk_list.html", {"page": page})
    confirmed = Confirmed(request.POST)
    applications = policy.answerable_by(request.staff).filter(receipt_no__in=confirmed.seen)
    choices = [(one, confirmed.seen[one.receipt_no]) for one in applications.order_by("submitted_at", "pk")]
    if not choices:
        messages.warning(request, NOTHING_PICKED)
        return redirect("office_completions", code=request.association.code)
    decision = operations.approve_together(choices, key=confirmed.key, by=request.staff, at=timezone.now())
    return redirect("office_completion_bulk", code=request.association.code, pk=decision.pk)


@never_cache
@require_safe
@office_required(Role.VIEWER)
def completion_bulk(request: HttpRequest, pk: int) -> HttpResponse:
    """まとめての承認の、一件ずつの結果。いま見えない申請は、受付番号だけを出す。"""
    decision = get_object_or_404(policy.bulk_decisions_of(request.staff), pk=pk)
    lines = list(queries.lines_of(decision))
    shown = policy.visible_to(request.staff).filter(pk__in=[line.application_id for line in lines])
    names = {application.pk: application.doctor for application in shown}
    context = {
        "decision": decision,
        "report": queries.report_of(lines),
        "rows": [(line, names.get(line.application_id)) for line in lines],
    }
    return render(request, "training/office/bulk.html", context)
