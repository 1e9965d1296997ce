"""規約とお知らせの新しい版を公開する。日本医師会の管理者だけが開く。"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mamis.accounts import policy as account_policy
from mamis.accounts import queries as account_queries
from mamis.accounts.models import Statement
from mamis.accounts.operations import BeginsTooSoon, publish_statement
from mamis.accounts.rules import STATEMENTS, StatementKind
from mamis.associations import policy
from mamis.associations.doors import office_required
from mamis.associations.forms.office import StatementForm
from mamis.associations.rules import Role
from mamis.japanese.calendar import plain_date


@require_safe
@office_required(Role.ADMIN)
def statements(request: HttpRequest) -> HttpResponse:
    """規約とお知らせの、いまの版と、これまでの版。"""
    get_object_or_404(policy.platform_editable_by(request.staff))
    today = timezone.localdate()
    found = [
        (kind.value, label, _current(kind), account_queries.versions(account_policy.public(), kind))
        for kind, label in STATEMENTS.items()
    ]
    return render(request, "associations/statements.html", {"statements": found, "today": today})


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def statement_new(request: HttpRequest, kind: str) -> HttpResponse:
    """新しい版を書き、見え方を確かめてから、公開する。"""
    get_object_or_404(policy.platform_editable_by(request.staff))
    if kind not in STATEMENTS:
        raise Http404
    current = _current(kind)
    if request.method != "POST":
        return _page(request, current, StatementForm(initial={"body": current.body}))
    form = StatementForm(request.POST)
    if not form.is_valid() or "rewrite" in request.POST:
        return _page(request, current, form)
    now = timezone.now()
    if form.cleaned_data["from_on"] > timezone.localdate(now) and "confirmed" not in request.POST:
        return render(request, "associations/statement_confirm.html", _preview(form, current))
    try:
        published = publish_statement(StatementKind(kind), **form.cleaned_data, by=request.user, at=now)
    except BeginsTooSoon as refusal:
        form.add_error("from_on", str(refusal))
        return _page(request, current, form)
    messages.success(
        request,
        f"{published.name}の第{published.number}版を公開しました。{plain_date(published.from_on)}に始まります。",
    )
    return redirect("office_statements", code=request.association.code)


def _current(kind: str) -> Statement:
    return account_queries.in_force(timezone.localdate()).get(kind=kind)


def _page(request: HttpRequest, current: Statement, form: Any) -> HttpResponse:
    return render(request, "associations/statement_new.html", {"form": form, "current": current})


def _preview(form: Any, current: Statement) -> dict[str, Any]:
    """まだどこにも書かれていない版。"""
    return {"form": form, "current": current, "statement": Statement(kind=current.kind, **form.cleaned_data)}
