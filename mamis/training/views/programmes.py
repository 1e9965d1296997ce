"""日本医師会：研修の要件（規則と活動）を、日付つきの版で改める。"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.associations import policy as associations_policy
from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.training import operations, policy, queries
from mamis.training.forms.programmes import ActivityVersionForm, EndForm, RuleForm
from mamis.training.models import Activity, ProgrammeRule
from mamis.training.operations import AlreadyFrom, InThePast, NotRunning

REFUSALS = (AlreadyFrom, InThePast, NotRunning)


@require_safe
@office_required(Role.ADMIN)
def requirement_list(request: HttpRequest) -> HttpResponse:
    """研修の要件：いまの規則と活動、これから始まるもの、終わったもの。"""
    get_object_or_404(associations_policy.platform_editable_by(request.staff))
    today = timezone.localdate()
    context = {
        "rules": [(one, one.standing(today)) for one in policy.programme_rules_of(request.staff)],
        "activities": [(one, one.standing(today)) for one in policy.activities_of(request.staff)],
    }
    return render(request, "training/office/requirement_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def requirement_rule_new(request: HttpRequest) -> HttpResponse:
    """規則の新しい版を足す。関わる医師の数を見てから決める。"""
    get_object_or_404(associations_policy.platform_editable_by(request.staff))
    form = RuleForm(request.POST if request.method == "POST" else None, on=timezone.localdate())
    return _change(
        request,
        form,
        "規則の新しい版",
        effects=lambda: queries.effects_of_rule(*_compared(request, form), form.entry().from_on, timezone.now()),
        act=lambda: operations.add_rule(form.entry(), by=request.staff, on=form.on),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def requirement_activity_new(request: HttpRequest) -> HttpResponse:
    """活動の新しい版か、新しい活動を足す。"""
    get_object_or_404(associations_policy.platform_editable_by(request.staff))
    form = ActivityVersionForm(request.POST if request.method == "POST" else None, on=timezone.localdate())
    return _change(
        request,
        form,
        "活動の新しい版",
        effects=lambda: queries.effects_of_activity(form.entry().code, form.entry().from_on, timezone.now()),
        act=lambda: operations.add_activity(form.entry(), by=request.staff, on=form.on),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def requirement_activity_end(request: HttpRequest, pk: int) -> HttpResponse:
    """活動を、ある日から選べなくする。"""
    activity = get_object_or_404(policy.activities_of(request.staff), pk=pk)
    form = EndForm(request.POST if request.method == "POST" else None, on=timezone.localdate())
    return _change(
        request,
        form,
        f"「{activity.name}」を終える",
        effects=lambda: queries.effects_of_activity(activity.code, form.cleaned_data["from_on"], timezone.now()),
        act=lambda: operations.end_version(
            activity, from_on=form.cleaned_data["from_on"], by=request.staff, on=form.on
        ),
    )


@require_POST
@office_required(Role.ADMIN)
def requirement_rule_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """まだ始まっていない規則の版を取りやめる。"""
    return _cancel(request, get_object_or_404(policy.programme_rules_of(request.staff), pk=pk))


@require_POST
@office_required(Role.ADMIN)
def requirement_activity_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """まだ始まっていない活動の版を取りやめる。"""
    return _cancel(request, get_object_or_404(policy.activities_of(request.staff), pk=pk))


def _compared(request: HttpRequest, form: RuleForm) -> tuple[ProgrammeRule | None, Any]:
    """その日に使われるはずだった版と、新しい規則。"""
    day = form.cleaned_data["from_on"]
    versions = policy.programme_rules_of(request.staff)
    was = next((one for one in versions if one.standing(day) == "いま"), None)
    return was, form.rule


def _change(
    request: HttpRequest,
    form: Any,
    title: str,
    *,
    effects: Callable[[], list[queries.Effect]],
    act: Callable[[], object],
) -> HttpResponse:
    """書く、関わる数を確かめる、改める。断られれば、書いたものを残して戻る。"""
    if not form.is_valid() or "rewrite" in request.POST:
        return _write(request, form, title)
    if "confirmed" not in request.POST:
        return _confirm(request, form, title, effects())
    try:
        act()
    except REFUSALS as refusal:
        form.add_error("from_on", str(refusal))
        return _write(request, form, title)
    messages.success(request, "研修の要件を改めました。")
    return redirect("office_requirements", code=request.association.code)


def _write(request: HttpRequest, form: Any, title: str) -> HttpResponse:
    """版を書く画面。"""
    context = {"form": form, "title": title}
    return render(request, "training/office/requirement.html", context, status=422 if form.errors else 200)


def _confirm(request: HttpRequest, form: Any, title: str, effects: list[queries.Effect]) -> HttpResponse:
    """改める前に、関わる医師と申請の数を見る画面。"""
    names = ("drafts", "live", "losing", "gaining")
    context = {
        "form": form,
        "title": title,
        "effects": effects,
        "totals": {name: sum(getattr(effect, name) for effect in effects) for name in names},
        "is_rule": isinstance(form, RuleForm),
    }
    return render(request, "training/office/requirement_confirm.html", context)


def _cancel(request: HttpRequest, version: ProgrammeRule | Activity) -> HttpResponse:
    try:
        operations.cancel_version(version, by=request.staff, on=timezone.localdate())
    except InThePast:
        messages.warning(request, "もう始まっている版は、取りやめられません。")
    else:
        messages.success(request, "これから始まる版を取りやめました。")
    return redirect("office_requirements", code=request.association.code)
