"""ログインの二つめの画面。パスワードだけでは、どの頁も開かない。"""

from __future__ import annotations

from allauth.account.stages import LoginStage, LoginStageController
from allauth.mfa.stages import AuthenticateStage
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from mamis.accounts import policy
from mamis.accounts.forms import SecondStep
from mamis.accounts.models import User
from mamis.accounts.operations import CodeRefused, MustWait, use_code
from mamis.accounts.proof import prove
from mamis.accounts.views.sign_in import words_of_waiting
from mamis.accounts.views.visitor import address_of


def halfway(request: HttpRequest) -> LoginStage | None:
    """パスワードまで確かめた人の、ログインの途中。途中でなければ None。"""
    stage: LoginStage | None = LoginStageController.enter(request, AuthenticateStage.key)
    return stage if stage and stage.login.user.is_active else None


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """コードを入力する。"""
    stage = halfway(request)
    if stage is None:
        return redirect("account_login")
    form = SecondStep(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, stage.login.user)
    user, now = stage.login.user, timezone.now()
    try:
        use_code(user, form.cleaned_data["code"], address=address_of(request), at=now)
    except CodeRefused as refusal:
        form.add_error("code", str(refusal))
        return _page(request, form, user)
    except MustWait as refusal:
        form.add_error("code", words_of_waiting(refusal.until, now)["title"] + "。")
        return _page(request, form, user, status=429)
    prove(request, user)
    return stage.exit()


def _page(request: HttpRequest, form: SecondStep, user: User, status: int = 200) -> HttpResponse:
    page = {"form": form, "has_passkey": policy.passkeys_of(user).exists()}
    return render(request, "accounts/second_step.html", page, status=status)
