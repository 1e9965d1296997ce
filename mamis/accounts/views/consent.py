"""規約とお知らせを読み、同意する。"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mamis.accounts import policy, queries
from mamis.accounts.gate import before_consent
from mamis.accounts.operations import ReadAgain, agree, mark_of
from mamis.accounts.rules import STATEMENTS
from mamis.accounts.views.visitor import SignedInRequest, page_to_return_to


@before_consent
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: SignedInRequest) -> HttpResponse:
    """新しい規約とお知らせを読んで、同意する。同意することがなければ、同意の記録。"""
    now, goal = timezone.now(), page_to_return_to(request)
    if request.method == "POST":
        try:
            agree(request.user, seen=request.POST.get("seen", ""), at=now)
        except ReadAgain as refusal:
            messages.warning(request, str(refusal))
            return redirect_to_login(goal, reverse("consent"))
        return redirect(goal)
    statements = list(queries.to_agree(request.user, timezone.localdate(now)))
    if not statements:
        agreements = queries.newest_first(policy.agreements_of(request.user))
        return render(request, "accounts/agreements.html", {"agreements": agreements})
    context = {
        "statements": statements,
        "seen": mark_of(statements),
        "next": goal,
        "is_first": not queries.has_agreed_before(request.user),
    }
    return render(request, "accounts/consent.html", context)


@login_not_required
@require_safe
def statement(request: HttpRequest, kind: str) -> HttpResponse:
    """いまの規約、またはお知らせと、これまでの版。"""
    if kind not in STATEMENTS:
        raise Http404
    today = timezone.localdate()
    found = get_object_or_404(queries.in_force(today), kind=kind)
    return _page(request, found)


@login_not_required
@require_safe
def statement_version(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """規約、またはお知らせの一つの版。"""
    return _page(request, get_object_or_404(policy.public(), kind=kind, number=number))


def _page(request: HttpRequest, found: object) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "statement": found,
        "today": today,
        "current": queries.in_force(today).get(kind=found.kind),
        "versions": queries.versions(policy.public(), found.kind),
    }
    return render(request, "accounts/statement.html", context)
