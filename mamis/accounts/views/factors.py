"""ログインの設定：二要素を足し、外し、回復コードを控える。"""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.accounts import policy
from mamis.accounts.forms import AppCode
from mamis.accounts.operations import (
    AppTaken,
    CodeRefused,
    LastFactor,
    LinkNeeded,
    add_app,
    new_secret,
    remove_factor,
    rename_session,
    renew_recovery_codes,
    require_link,
)
from mamis.accounts.proof import prove
from mamis.accounts.rules import CODES_AT_ONCE, grouped
from mamis.accounts.sealing import seal, unseal
from mamis.accounts.views.confirm import confirmed_required
from mamis.accounts.views.losses import KEY
from mamis.accounts.views.visitor import SignedInRequest
from mamis.documents.qr import svg

# 登録の途中の秘密と、控えてもらうまでの回復コードは、封じてセッションに置く。
SECRET = "app_secret"  # noqa: S105 セッションの中の名
NEW_CODES = "new_recovery_codes"


@never_cache
@require_safe
def login_settings(request: SignedInRequest) -> HttpResponse:
    """ログインの設定。"""
    is_staff = policy.is_staff(request.user)
    apps, passkeys = policy.apps_of(request.user), policy.passkeys_of(request.user)
    has_factor = apps.exists() or passkeys.exists()
    facts = {
        "is_staff": is_staff,
        "apps": apps,
        "passkeys": passkeys,
        "has_factor": has_factor,
        "is_needed": is_staff and settings.SECOND_FACTOR_REQUIRED and not has_factor,
        "is_optional": is_staff and not settings.SECOND_FACTOR_REQUIRED,
        "needs_link": needs_link(request),
        "codes_left": policy.unused_codes_of(request.user).count(),
        "few": CODES_AT_ONCE // 3,
    }
    return render(request, "accounts/login_settings.html", facts)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_required
def factor_app(request: SignedInRequest) -> HttpResponse:
    """認証アプリを登録する。事務局の人だけ。"""
    if not policy.is_staff(request.user):
        raise Http404
    form = AppCode(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _app_page(request, form)
    try:
        codes = add_app(
            request.user,
            _secret_of(request),
            form.cleaned_data["code"],
            key=KEY.of(request),
            at=timezone.now(),
        )
    except (CodeRefused, AppTaken, LinkNeeded) as refusal:
        form.add_error("code", str(refusal))
        return _app_page(request, form)
    request.session.pop(SECRET)
    return enrolled(request, codes)


@never_cache
@require_safe
@confirmed_required
def factor_app_qr(request: SignedInRequest) -> HttpResponse:
    """認証アプリに読ませる QR コード。"""
    if not policy.is_staff(request.user) or SECRET not in request.session:
        raise Http404
    return HttpResponse(svg(_uri_of(request)), content_type="image/svg+xml")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_required
def factor_removal(request: SignedInRequest, pk: int) -> HttpResponse:
    """認証アプリかパスキーを外す。"""
    factor = get_object_or_404(policy.factors_of(request.user), pk=pk)
    if request.method == "POST":
        try:
            remove_factor(factor, at=timezone.now())
        except LastFactor as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, "外しました。登録メールアドレスにもお知らせします。")
        return redirect("login_settings")
    return render(request, "accounts/factor_removal.html", {"factor": factor})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_required
def recovery_codes(request: SignedInRequest) -> HttpResponse:
    """新しい回復コードを控えてもらう。控えたと言われたら、もう二度と出さない。"""
    if request.method == "POST":
        request.session.pop(NEW_CODES, None)
        return redirect("home")
    sealed = request.session.get(NEW_CODES, "")
    codes = unseal(sealed).split() if sealed else []
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


@require_POST
@confirmed_required
def recovery_code_renewal(request: SignedInRequest) -> HttpResponse:
    """回復コードを作り直す。"""
    if not policy.asks_second_step(request.user):
        raise Http404
    return show_codes(request, renew_recovery_codes(request.user, at=timezone.now()))


def enrolled(request: SignedInRequest, codes: list[str]) -> HttpResponse:
    """二要素を登録し終えた。セッションの番号を替え、はじめてなら回復コードを控えてもらう。"""
    prove(request, request.user)
    old_key = request.session.session_key or ""
    request.session.cycle_key()
    rename_session(old_key, request.session.session_key or "")
    if codes:
        return show_codes(request, codes)
    messages.success(request, "登録しました。次のログインから使えます。")
    return redirect("login_settings")


def show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """回復コードを、控えてもらう頁へ運ぶ。"""
    request.session[NEW_CODES] = seal(" ".join(codes))
    return redirect("recovery_codes")


def needs_link(request: SignedInRequest) -> bool:
    """解除のあとで、届いたリンクをまだ開いていないか。"""
    try:
        require_link(request.user, KEY.of(request), at=timezone.now())
    except LinkNeeded:
        return True
    return False


def _app_page(request: SignedInRequest, form: AppCode) -> HttpResponse:
    secret = _secret_of(request)
    facts: dict[str, Any] = {
        "form": form,
        "secret": grouped(secret),
        "uri": _uri_of(request),
        "is_taken": policy.apps_of(request.user).exists(),
    }
    return render(request, "accounts/factor_app.html", facts)


def _secret_of(request: HttpRequest) -> str:
    """この登録の秘密。頁を開き直しても同じもの。"""
    if SECRET not in request.session:
        request.session[SECRET] = seal(new_secret())
    return unseal(request.session[SECRET])


def _uri_of(request: SignedInRequest) -> str:
    return str(get_adapter().build_totp_url(request.user, _secret_of(request)))
