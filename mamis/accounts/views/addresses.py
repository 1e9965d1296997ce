"""メールアドレスの変更を申し込み、新しいアドレスで確かめ、前のアドレスから止める。"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from mamis.accounts.forms import ChangeAddress
from mamis.accounts.operations import (
    AddressLinkDead,
    MustWait,
    SameAddress,
    SignInRefused,
    TooManyChanges,
    ask_with_password,
    confirm_address,
    open_confirmation,
    open_stop,
    stop_address_change,
)
from mamis.accounts.rules import CONFIRMED_WITHIN, PURPOSES, RESTORED_WITHIN, Purpose
from mamis.accounts.views.sign_in import words_of_waiting
from mamis.accounts.views.visitor import SignedInRequest, address_of

HOURS = int(CONFIRMED_WITHIN.total_seconds() // 3600)
DAYS = RESTORED_WITHIN.days
ENDS = {"changed", "stopped", "restored"}


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def address_change(request: SignedInRequest) -> HttpResponse:
    """ログイン用メールアドレスの変更を申し込む。"""
    return ask(request, Purpose.SIGN_IN, request.user.email, "accounts/address_change.html")


def ask(request: SignedInRequest, purpose: Purpose, current: str, template: str) -> HttpResponse:
    """申込みの画面。新しいアドレスがだれのものでも、同じ画面に進む。"""
    form = ChangeAddress(request.POST if request.method == "POST" else None)
    context = {"form": form, "current": current, "purpose": PURPOSES[purpose], "hours": HOURS, "days": DAYS}
    if request.method != "POST" or not form.is_valid():
        return render(request, template, context)
    typed, now = form.cleaned_data, timezone.now()
    try:
        ask_with_password(
            request.user,
            purpose,
            typed["new_address"],
            password=typed["password"],
            address=address_of(request),
            at=now,
        )
    except SignInRefused:
        form.add_error("password", "いまのパスワードが違います。もう一度入力してください。")
    except MustWait as refusal:
        form.add_error("password", words_of_waiting(refusal.until, now)["title"] + "。")
        return render(request, template, context, status=429)
    except (SameAddress, TooManyChanges) as refusal:
        form.add_error("new_address", str(refusal))
    else:
        return redirect("address_change_sent")
    return render(request, template, context)


@require_safe
def address_change_sent(request: HttpRequest) -> HttpResponse:
    """申込みを受けた。新しいアドレスがだれのものでも、同じ画面。"""
    return render(request, "accounts/address_change_sent.html", {"hours": HOURS})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def address_confirmation(request: HttpRequest, key: str) -> HttpResponse:
    """新しいアドレスに届いたリンク。開くだけでは変わらない。"""
    now = timezone.now()
    try:
        if request.method == "POST":
            confirm_address(key, at=now)
            return redirect("address_done", "changed")
        change = open_confirmation(key, at=now)
    except AddressLinkDead:
        return _dead(request)
    return render(request, "accounts/address_confirmation.html", {"change": change})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def address_stop(request: HttpRequest, key: str) -> HttpResponse:
    """前のアドレスに届いたリンク。申込みを止めるか、変わったアドレスを元に戻す。開くだけでは変わらない。"""
    now = timezone.now()
    try:
        if request.method == "POST":
            change = stop_address_change(key, at=now)
            return redirect("address_done", "restored" if change.confirmed_at else "stopped")
        change = open_stop(key, at=now)
    except AddressLinkDead:
        return _dead(request)
    context = {"change": change, "is_sign_in": change.purpose == Purpose.SIGN_IN}
    return render(request, "accounts/address_stop.html", context)


@login_not_required
@require_safe
def address_done(request: HttpRequest, end: str) -> HttpResponse:
    """変わった、止めた、元に戻した。"""
    if end not in ENDS:
        raise Http404
    return render(request, "accounts/address_done.html", {"end": end})


def _dead(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/address_link_dead.html", {"hours": HOURS, "days": DAYS}, status=410)
