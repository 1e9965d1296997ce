"""事務局の届出：まとめて承認・確認する。選ぶ、確かめる、決める。"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.membership import operations, policy, queries
from mamis.membership.forms.office import BulkForm
from mamis.membership.models import Step
from mamis.membership.operations import EnteredByYourself, OneByOne

NOTHING_PICKED = "承認・確認する届出を、一覧の左の欄で選んでください。"
NOT_NOW = "いまは決められません（もう決まったか、止まっています）。"
MOST = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def application_bulk(request: HttpRequest) -> HttpResponse:
    """選ばれた届出の、起こることを確かめ、一件ずつ決める。"""
    today = timezone.localdate()
    form = BulkForm(request.POST, on=today)
    steps = list(
        policy.steps_visible_to(request.staff)
        .filter(application__receipt_no__in=form.receipt_nos[:MOST])
        .order_by("due_on", "application__first_submitted_at", "pk")
    )
    if not steps:
        messages.warning(request, NOTHING_PICKED)
        return redirect("office_applications", code=request.association.code)
    if "confirmed" in request.POST and form.is_valid() and form.seen:
        return _decide(request, form)
    return _preview(request, form, steps)


def _decide(request: HttpRequest, form: BulkForm) -> HttpResponse:
    found = policy.steps_answerable_by(request.staff).filter(application__receipt_no__in=form.seen)
    choices = [(step, form.seen[step.application.receipt_no]) for step in found.order_by("due_on", "pk")]
    if not choices:
        messages.warning(request, NOTHING_PICKED)
        return redirect("office_applications", code=request.association.code)
    batch = operations.approve_together(
        choices, board_on=form.cleaned_data["board_on"], key=form.key, by=request.staff, at=timezone.now()
    )
    return redirect("office_application_batch", code=request.association.code, pk=batch.pk)


def _preview(request: HttpRequest, form: BulkForm, steps: list[Step]) -> HttpResponse:
    asked = "confirmed" in request.POST
    rows = queries.bulk_rows(steps, _obstacles(request, steps), form.on)
    context = {
        "form": form if asked else BulkForm(None, on=form.on),
        "able": [row for row in rows if not row.obstacle],
        "unable": [row for row in rows if row.obstacle],
        "chosen": len(rows),
        "ticked": set(form.seen) if asked else {row.step.application.receipt_no for row in rows},
        "nothing_ticked": asked and not form.seen,
        "form_failed": asked,
    }
    return render(request, "membership/office/bulk_preview.html", context, status=422 if asked else 200)


def _obstacles(request: HttpRequest, steps: list[Step]) -> dict[int, str]:
    """まとめて決められない段と、そのわけ。"""
    staff, pks = request.staff, [step.pk for step in steps]
    decidable = set(policy.steps_decidable_by(staff).filter(pk__in=pks).values_list("pk", flat=True))
    own = set(policy.steps_entered_by(staff).filter(pk__in=decidable).values_list("pk", flat=True))
    found = {pk: NOT_NOW for pk in pks if pk not in decidable}
    answerable = set(policy.steps_answerable_by(staff).filter(pk__in=found).values_list("pk", flat=True))
    found |= {pk: "ご自身か、代理を引き受けている医師の届出です。" for pk in found if pk not in answerable}
    for step in steps:
        if step.application.is_profile:
            found.setdefault(step.pk, str(OneByOne()))
        if step.pk in own and not policy.may_decide(staff, step):
            found[step.pk] = str(EnteredByYourself())
    return found
