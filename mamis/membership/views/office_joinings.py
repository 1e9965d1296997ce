"""事務局の会員管理：研修医の入会確認。"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.audit.operations import record
from mamis.mail import policy as mail_policy
from mamis.membership import columns, operations, policy, queries
from mamis.membership.forms.joinings import AddressForm, JoiningConditions
from mamis.membership.models import Joining, JoiningHistory
from mamis.membership.operations import SentToRegistered
from mamis.membership.workflow import JOINING_EVENT_LABELS, JoiningEvent
from mamis.tabular.csv import download
from mamis.workflow.table import By

ROWS = 50
# 名簿を選んでいないときに、数を並べる名簿の数。
NEWEST_LISTS = 5


@require_safe
@office_required(Role.VIEWER)
def joining_list(request: HttpRequest) -> HttpResponse:
    """研修医の入会確認の一覧。返事のないものを先に、お願いの古い順。上に、名簿ごとの数。"""
    lists, form = _conditions(request)
    found = queries.find_joinings(_visible(request), form.filters())
    chosen = [one for one in lists if form.list_number in (None, one.number)]
    context = {
        "form": form,
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "lists": chosen[:NEWEST_LISTS],
        "hidden": len(chosen[NEWEST_LISTS:]),
        "today": timezone.localdate(),
        "may_work": request.staff.may(Role.CLERK),
        "may_import": request.staff.may(Role.ADMIN),
    }
    return render(request, "membership/office/joining_list.html", context)


@require_safe
@office_required(Role.VIEWER)
def joining_download(request: HttpRequest) -> HttpResponseBase:
    """画面に出ている一覧の、すべての頁の CSV。"""
    _, form = _conditions(request)
    rows = list(queries.find_joinings(_visible(request), form.filters()))
    record(
        by=request.user.pk,
        association_id=request.association.pk,
        act="研修医の入会確認の一覧のダウンロード",
        about=f"{len(rows)} 件",
        at=timezone.now(),
    )
    return download("研修医の入会確認", columns.JOININGS, rows)


@require_POST
@office_required(Role.CLERK)
def joining_list_reminder(request: HttpRequest, number: int) -> HttpResponse:
    """その名簿の、まだ返事のない方へ、もう一度送る。"""
    if not policy.joinings_changeable_by(request.staff).filter(list_number=number).exists():
        raise Http404
    sent = operations.remind_list(number, by=request.staff, at=timezone.now())
    if sent:
        messages.success(request, f"名簿 第{number}号の、まだ返事のない {sent} 人に、もう一度送ります。")
    else:
        messages.info(request, "いま送れる方はいません。同じ方に送れるのは、一日に一度です。")
    return redirect("office_joinings", code=request.association.code)


@require_safe
@office_required(Role.VIEWER)
def joining(request: HttpRequest, pk: int) -> HttpResponse:
    """入会の確認のお願いの一件：名簿の内容、返事、できること、経過。"""
    return _case(request, get_object_or_404(_visible(request), pk=pk))


@require_POST
@office_required(Role.CLERK)
def joining_reminder(request: HttpRequest, pk: int) -> HttpResponse:
    """一人に、もう一度送る。"""
    found = _changeable(request, pk)
    before = found.version
    after = operations.remind_joining(found, by=request.staff, at=timezone.now())
    if after.version == before:
        messages.info(request, "きょうは、もう送っています。同じ方に送れるのは、一日に一度です。")
    else:
        messages.success(request, f"{found.name} 様に、もう一度送りました。")
    return redirect("office_joining", code=request.association.code, pk=pk)


@require_POST
@office_required(Role.CLERK)
def joining_address(request: HttpRequest, pk: int) -> HttpResponse:
    """メールアドレスを直して、送り直す。"""
    found = _changeable(request, pk)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _case(request, found, form)
    try:
        operations.correct_joining(found, form.cleaned_data["mail_address"], by=request.staff, at=timezone.now())
    except SentToRegistered as refusal:
        form.add_error("mail_address", str(refusal))
        return _case(request, found, form)
    messages.success(request, f"メールアドレスを直し、{found.name} 様に送り直しました。前のリンクは使えません。")
    return redirect("office_joining", code=request.association.code, pk=pk)


@require_POST
@office_required(Role.CLERK)
def joining_cancellation(request: HttpRequest, pk: int) -> HttpResponse:
    """お願いを取り消す。"""
    found = _changeable(request, pk)
    operations.cancel_joining(found, by=request.staff, at=timezone.now())
    messages.success(request, f"{found.name} 様へのお願いを取り消しました。メールのリンクは使えません。")
    return redirect("office_joining", code=request.association.code, pk=pk)


def _visible(request: HttpRequest) -> QuerySet[Joining]:
    """見てよいお願いと、そのメールが届いたか。"""
    return _delivered(request, policy.joinings_visible_to(request.staff))


def _changeable(request: HttpRequest, pk: int) -> Joining:
    return get_object_or_404(_delivered(request, policy.joinings_changeable_by(request.staff)), pk=pk)


def _delivered(request: HttpRequest, joinings: QuerySet[Joining]) -> QuerySet[Joining]:
    return queries.with_delivery(joinings, mail_policy.visible_to(request.association.pk))


def _conditions(request: HttpRequest) -> tuple[list[queries.JoiningList], JoiningConditions]:
    """この医師会の名簿と、一覧の条件。"""
    today = timezone.localdate()
    lists = queries.lists_of(policy.joinings_visible_to(request.staff), today)
    return lists, JoiningConditions(request.GET, on=today, lists=lists)


def _case(request: HttpRequest, found: Joining, form: AddressForm | None = None) -> HttpResponse:
    """一件の画面。"""
    application = found.application
    seen = application is not None and policy.visible_to(request.staff).filter(pk=application.pk).exists()
    context: dict[str, Any] = {
        "joining": found,
        "form": form or AddressForm(),
        "seats": queries.seats_asked(found),
        "application": application if seen else None,
        "may_change": found.is_unanswered and request.staff.may(Role.CLERK),
        "is_sent_today": timezone.localdate(found.sent_at) == timezone.localdate(),
        "steps": [_step(step) for step in queries.joining_steps(found)],
    }
    return render(request, "membership/office/joining.html", context, status=422 if form else 200)


def _step(step: JoiningHistory) -> dict[str, Any]:
    """経過の一行。"""
    at = timezone.localtime(step.at)
    office = step.by_association
    return {
        "when": f"{at:%Y/%m/%d %H:%M}",
        "title": JOINING_EVENT_LABELS[JoiningEvent(step.event)],
        "by": "" if step.party == By.CLOCK or office is None else f"{office.name}　{step.by_name}",
        "comment": step.comment,
    }
