"""パスワードの再設定と変更。"""

from __future__ import annotations

import re

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from mamis.accounts import rules
from mamis.accounts.forms import AskForReset, ChangePassword, NewPassword
from mamis.accounts.operations import (
    LinkDead,
    MustWait,
    SignInRefused,
    change_own_password,
    owner_of,
    rename_session,
    use_reset_link,
)
from mamis.accounts.operations.resets import ask_for_reset
from mamis.accounts.views.held_keys import HeldKey
from mamis.accounts.views.sign_in import words_of_waiting
from mamis.accounts.views.visitor import SignedInRequest, address_of

KEY = HeldKey(
    "reset-key",
    re.compile("[0-9a-z-]{1,100}"),
    rules.LINK_LIVES,
    page="account_reset_password_new",
    first="account_reset_password_new",
)
MINUTES = int(rules.LINK_LIVES.total_seconds() // 60)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password(request: HttpRequest) -> HttpResponse:
    """再設定を申し込む。"""
    form = AskForReset(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/reset_password.html", {"form": form, "minutes": MINUTES})
    ask_for_reset(form.cleaned_data["sign_in_name"], address=address_of(request), at=timezone.now())
    return redirect("account_reset_password_done")


@login_not_required
@require_safe
def reset_password_done(request: HttpRequest) -> HttpResponse:
    """申込みを受けた。登録の有無によらず同じ画面。"""
    return render(request, "accounts/reset_password_done.html", {"minutes": MINUTES})


@login_not_required
@never_cache
@require_safe
def reset_password_from_key(request: HttpRequest, key: str) -> HttpResponse:
    """メールのリンクを開いた。開くだけでは使ったことにならない。"""
    return KEY.hold(key) or _link_dead(request)


@login_not_required
@never_cache
@sensitive_post_parameters("new_password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password_new(request: HttpRequest) -> HttpResponse:
    """新しいパスワードを決める。"""
    key, now = KEY.of(request), timezone.now()
    try:
        form = NewPassword(owner_of(key, at=now), request.POST if request.method == "POST" else None)
        if request.method != "POST" or not form.is_valid():
            return render(request, "accounts/reset_password_new.html", {"form": form})
        use_reset_link(key, form.cleaned_data["new_password"], address=address_of(request), at=now)
    except LinkDead:
        return _link_dead(request)
    return KEY.forget(redirect("account_reset_password_from_key_done"))


@login_not_required
@require_safe
def reset_password_from_key_done(request: HttpRequest) -> HttpResponse:
    """再設定が終わった。"""
    return render(request, "accounts/reset_password_from_key_done.html")


@never_cache
@sensitive_post_parameters("password", "new_password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: SignedInRequest) -> HttpResponse:
    """ログインしている人が、自分のパスワードを変える。"""
    form = ChangePassword(request.user, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/password_change.html", {"form": form})
    typed, now, old_key = form.cleaned_data, timezone.now(), request.session.session_key or ""
    try:
        user = change_own_password(
            request.user,
            typed["password"],
            typed["new_password"],
            address=address_of(request),
            session_key=old_key,
            at=now,
        )
    except SignInRefused:
        form.add_error("password", "いまのパスワードが違います。もう一度入力してください。")
        return render(request, "accounts/password_change.html", {"form": form})
    except MustWait as refusal:
        form.add_error("password", words_of_waiting(refusal.until, now)["title"] + "。")
        return render(request, "accounts/password_change.html", {"form": form}, status=429)
    update_session_auth_hash(request, user)
    rename_session(old_key, request.session.session_key or "")
    messages.success(request, "パスワードを変更しました。ほかの端末でのログインは終わりました。")
    return redirect("/")


def _link_dead(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/link_dead.html", {"minutes": MINUTES}, status=410)
