"""パスキーを登録し、パスキーでログインする。ここだけは、ブラウザの動き（JavaScript）が要る。"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mamis.accounts import policy
from mamis.accounts.forms import PasskeyAnswer
from mamis.accounts.operations import LinkNeeded, TooManyPasskeys, add_passkey, use_passkey
from mamis.accounts.proof import prove, prove_without_password
from mamis.accounts.rules import device_in_words
from mamis.accounts.views.confirm import confirmed_required
from mamis.accounts.views.factors import enrolled
from mamis.accounts.views.losses import KEY
from mamis.accounts.views.second_step import halfway
from mamis.accounts.views.visitor import SignedInRequest, page_to_return_to

# 書き換えられた答えは、部品の中のどこで行き詰まるか分からない。どれも、確かめられなかったことにする。
REFUSED_ANSWERS = (ValidationError, ValueError, KeyError, TypeError, AttributeError)
FAILED = "パスキーを確かめられませんでした。もう一度お試しください。"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_required
def passkey_new(request: SignedInRequest) -> HttpResponse:
    """パスキーを登録する。"""
    form = PasskeyAnswer(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = add_passkey(
                request.user,
                device_in_words(request.headers.get("User-Agent", "")),
                _registered(form.cleaned_data["credential"]),
                key=KEY.of(request),
                at=timezone.now(),
            )
        except REFUSED_ANSWERS:
            form.add_error(None, FAILED)
        except (TooManyPasskeys, LinkNeeded) as refusal:
            form.add_error(None, str(refusal))
        else:
            return enrolled(request, codes)
    options = json.dumps(auth.begin_registration(request.user, passwordless=True))
    return render(request, "accounts/passkey_new.html", {"form": form, "options": options})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """名前もパスワードも打たずに、パスキーでログインする。"""
    if request.user.is_authenticated:
        return redirect(page_to_return_to(request))
    form = PasskeyAnswer(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        passkey = _checked(form.cleaned_data["credential"], auth.extract_user_from_response)
        if passkey is not None and passkey.user.is_active:
            use_passkey(passkey, at=timezone.now())
            prove_without_password(request, passkey.user)
            return perform_login(request, passkey.user, redirect_url=page_to_return_to(request))
        form.add_error(None, FAILED)
    return _asking(request, form, "accounts/passkey_sign_in.html", None)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step_passkey(request: HttpRequest) -> HttpResponse:
    """ログインの二つめを、パスキーで確かめる。"""
    stage = halfway(request)
    if stage is None or not policy.passkeys_of(stage.login.user).exists():
        return redirect("account_login")
    form = PasskeyAnswer(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        passkey = _checked(form.cleaned_data["credential"], lambda answer: stage.login.user)
        if passkey is not None:
            use_passkey(passkey, at=timezone.now())
            prove(request, stage.login.user)
            return stage.exit()
        form.add_error(None, FAILED)
    return _asking(request, form, "accounts/second_step_passkey.html", stage.login.user)


def _registered(credential: dict[str, Any]) -> dict[str, Any]:
    """新しいパスキーの答えを確かめる。問いは一度しか使えない。"""
    auth.parse_registration_response(credential)
    auth.complete_registration(credential)
    return credential


def _checked(answer: dict[str, Any], whose: Callable[[dict[str, Any]], Any]) -> Authenticator | None:
    """パスキーの答えを確かめる。問いは、合っても違っても、一度しか使えない。"""
    try:
        auth.parse_authentication_response(answer)
        return auth.complete_authentication(whose(answer), answer)
    except REFUSED_ANSWERS:
        return None
    finally:
        auth.clear_state()


def _asking(request: HttpRequest, form: PasskeyAnswer, template: str, user: Any) -> HttpResponse:
    options = json.dumps(auth.begin_authentication(user))
    return render(request, template, {"form": form, "options": options, "next": page_to_return_to(request)})
