"""二要素をなくした人の申し出と、解除のあとの登録し直し。"""

from __future__ import annotations

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.accounts.forms import LossReport
from mamis.accounts.operations import MustWait, report_loss, send_enrolment_link
from mamis.accounts.rules import ENROLMENT_LIVES
from mamis.accounts.views.held_keys import HeldKey
from mamis.accounts.views.second_step import halfway
from mamis.accounts.views.visitor import SignedInRequest, address_of

KEY = HeldKey(
    "enrolment-key", re.compile("[0-9a-z-]{1,150}"), ENROLMENT_LIVES, page="login_settings", first="login_settings"
)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step_loss(request: HttpRequest) -> HttpResponse:
    """二要素をなくしたことを申し出る。パスワードまで確かめた人だけ。"""
    stage = halfway(request)
    if stage is None:
        return redirect("account_login")
    form = LossReport(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/second_step_loss.html", {"form": form})
    report_loss(stage.login.user, form.cleaned_data["reason"], at=timezone.now())
    return redirect("second_step_loss_done")


@login_not_required
@require_safe
def second_step_loss_done(request: HttpRequest) -> HttpResponse:
    """申し出を受けた。このあとすること。"""
    return render(request, "accounts/second_step_loss_done.html")


@login_not_required
@never_cache
@require_safe
def enrolment_link(request: HttpRequest, key: str) -> HttpResponse:
    """解除のメールのリンクを開いた。開くだけでは使ったことにならない。"""
    return KEY.hold(key) or redirect("login_settings")


@require_POST
def enrolment_resending(request: SignedInRequest) -> HttpResponse:
    """登録し直すリンクを、もう一度届ける。"""
    try:
        send_enrolment_link(request.user, address=address_of(request), at=timezone.now())
    except MustWait:
        messages.warning(request, "続けてお送りしました。10分ほど間をおいて、もう一度お試しください。")
    else:
        messages.success(request, "登録メールアドレスに、登録し直すリンクをお送りしました。")
    return redirect("login_settings")
