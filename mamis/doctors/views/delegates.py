"""代理を頼む、引き受ける、代理として開く。"""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from mamis.accounts.models import User
from mamis.accounts.views.held_keys import HeldKey
from mamis.doctors import policy, queries
from mamis.doctors.doors import doctor_required, wearing
from mamis.doctors.forms.delegates import DelegateInvitation, DelegationTerms, NewDelegate
from mamis.doctors.models import Delegation
from mamis.doctors.operations import (
    AccountExists,
    AlreadyDelegate,
    BadEnd,
    DelegateLinkDead,
    NotOneself,
    TooManyInvited,
    accept_as_newcomer,
    accept_delegation,
    end_delegation,
    give_up_delegation,
    has_account,
    invite_delegate,
    open_delegation,
    renew_delegation,
)
from mamis.doctors.rules import ACT_LABELS, DELEGATE_LINK_LIVES, NEVER, Act

HOURS = int(DELEGATE_LINK_LIVES.total_seconds() // 3600)
MYPAGE = "mypage/"
KEY = HeldKey(
    "delegation-key",
    re.compile("[0-9a-z-]{1,100}"),
    DELEGATE_LINK_LIVES,
    page="delegation_acceptance",
    first="delegation_acceptance",
)


@doctor_required
@require_http_methods(["GET", "HEAD", "POST"])
def delegates(request: HttpRequest) -> HttpResponse:
    """頼んでいる代理の一覧と、新しく頼む欄。"""
    form = DelegateInvitation(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invite_delegate(request.doctor, **form.cleaned_data, at=timezone.now())
        except NotOneself as refusal:
            form.add_error("mail_address", str(refusal))
        except BadEnd as refusal:
            form.add_error("last_on", str(refusal))
        except TooManyInvited as refusal:
            form.add_error("mail_address", str(refusal))
        else:
            messages.success(request, f"メールをお送りしました。{HOURS} 時間以内に引き受けられると、代理が始まります。")
            return redirect("mypage_delegates")
    page = {
        "form": form,
        "delegations": queries.newest_delegations(policy.delegations_of(request.doctor)),
        "deeds": queries.newest_deeds(policy.deeds_for(request.doctor)),
        "now": timezone.now(),
        "today": timezone.localdate(),
        "acts": ACT_LABELS.values(),
        "never": NEVER,
    }
    return render(request, "doctors/mypage/delegates.html", page)


@doctor_required
@require_http_methods(["GET", "HEAD", "POST"])
def delegate_renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """期限と、申請してよいかを決め直す。"""
    found = get_object_or_404(policy.delegations_of(request.doctor), pk=pk)
    form = DelegationTerms(request.POST if request.method == "POST" else None, initial={"may_submit": found.may_submit})
    if request.method == "POST" and form.is_valid():
        try:
            renew_delegation(found, **form.cleaned_data, at=timezone.now())
        except BadEnd as refusal:
            form.add_error("last_on", str(refusal))
        else:
            messages.success(request, f"{found.name} さんの代理の期限を決め直しました。")
            return redirect("mypage_delegates")
    return render(request, "doctors/mypage/delegate_renewal.html", {"form": form, "delegation": found})


@doctor_required
@require_http_methods(["GET", "HEAD", "POST"])
def delegate_end(request: HttpRequest, pk: int) -> HttpResponse:
    """代理を終える。"""
    found = get_object_or_404(policy.delegations_of(request.doctor), pk=pk)
    if request.method != "POST":
        return render(request, "doctors/mypage/delegate_end.html", {"delegation": found})
    end_delegation(found, at=timezone.now())
    messages.success(request, f"{found.name} さんの代理を終えました。")
    return redirect("mypage_delegates")


@login_not_required
@never_cache
@require_safe
def delegation_link(request: HttpRequest, key: str) -> HttpResponse:
    """お願いのメールのリンクを開いた。開くだけでは引き受けたことにならない。"""
    return KEY.hold(key) or _dead(request)


@login_not_required
@never_cache
@sensitive_post_parameters("new_password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def delegation_acceptance(request: HttpRequest) -> HttpResponse:
    """招かれた人が、代理を引き受ける。ログインしていればその人として、なければ氏名とパスワードを決めて。"""
    key, now = KEY.of(request), timezone.now()
    try:
        delegation = open_delegation(key, at=now)
        if request.user.is_authenticated:
            return _accept(request, delegation, key)
        form = NewDelegate(
            User(name=delegation.name, email=delegation.mail_address),
            request.POST if request.method == "POST" else None,
            initial={"name": delegation.name},
        )
        if request.method == "POST" and form.is_valid():
            accept_as_newcomer(key, name=form.cleaned_data["name"], password=form.cleaned_data["new_password"], at=now)
            messages.success(request, "代理を引き受けました。決めたパスワードでログインしてください。")
            return KEY.forget(redirect("account_login"))
    except AccountExists as refusal:
        messages.warning(request, str(refusal))
        return redirect("account_login")
    except DelegateLinkDead:
        return _dead(request)
    return _acceptance(request, delegation, form=None if has_account(delegation) else form)


def _accept(request: HttpRequest, delegation: Delegation, key: str) -> HttpResponse:
    """ログインしている人として引き受ける。"""
    if request.method == "POST":
        try:
            accepted = accept_delegation(key, by=request.user, at=timezone.now())
        except (NotOneself, AlreadyDelegate) as refusal:
            return _acceptance(request, delegation, refusal=str(refusal))
        messages.success(request, f"{accepted.doctor.name} 先生の代理を引き受けました。")
        return KEY.forget(redirect("acting", accepted.pk, MYPAGE))
    return _acceptance(request, delegation)


def _acceptance(request: HttpRequest, delegation: Delegation, **context: Any) -> HttpResponse:
    acts = [label for act, label in ACT_LABELS.items() if delegation.may(act)]
    page = {
        "delegation": delegation,
        "acts": acts,
        "never": NEVER,
        "submits": delegation.may(Act.SUBMIT),
        "submitting": ACT_LABELS[Act.SUBMIT],
        **context,
    }
    return render(request, "doctors/public/delegation_acceptance.html", page)


def _dead(request: HttpRequest) -> HttpResponse:
    return render(request, "doctors/public/delegate_link_dead.html", {"hours": HOURS}, status=410)


@require_safe
def delegation_list(request: HttpRequest) -> HttpResponse:
    """引き受けている代理：先生の画面へ進むか、代理をやめる。"""
    held = queries.newest_delegations(policy.delegations_held_by(request.user))
    return render(request, "doctors/delegation_list.html", {"delegations": held, "today": timezone.localdate()})


@require_http_methods(["GET", "HEAD", "POST"])
def delegation_giving_up(request: HttpRequest, pk: int) -> HttpResponse:
    """引き受けた代理をやめる。"""
    found = get_object_or_404(policy.delegations_held_by(request.user), pk=pk)
    if request.method != "POST":
        return render(request, "doctors/delegation_giving_up.html", {"delegation": found})
    give_up_delegation(found, at=timezone.now())
    messages.success(request, f"{found.doctor.name} 先生の代理をやめました。")
    return redirect("delegation_list")


def acting(request: HttpRequest, pk: int, rest: str) -> HttpResponse:
    """代理として開くマイページ。ほかの頁は、帽子なしの住所へ案内する。"""
    found = get_object_or_404(policy.acting_as(request.user, timezone.localdate()), pk=pk)
    if not rest.startswith(MYPAGE):
        return redirect("/" + rest.lstrip("/\\"), preserve_request=True)
    match = resolve(f"/{rest}")
    root = reverse("acting", args=[pk, MYPAGE]).removesuffix(MYPAGE)
    request.resolver_match = match
    with wearing(request, found, root):
        return match.func(request, *match.args, **match.kwargs)
