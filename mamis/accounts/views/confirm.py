"""ログインの守りに触れる前に、ログインから時間のたった人には、もう一度パスワードを打ってもらう。"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from mamis.accounts.forms import ConfirmPassword
from mamis.accounts.middleware import SIGNED_IN_AT
from mamis.accounts.operations import MustWait, SignInRefused, confirm_password
from mamis.accounts.rules import CONFIRMED_FOR
from mamis.accounts.views.sign_in import words_of_waiting
from mamis.accounts.views.visitor import SignedInRequest, address_of, page_to_return_to

CONFIRMED_AT = "confirmed_at"


def confirmed_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """ログインしたばかりか、パスワードを打ったばかりの人だけを通す。ほかの人は、打ってから戻る。"""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _is_confirmed(request, timezone.now()):
            back = request.get_full_path() if request.method == "GET" else reverse("login_settings")
            return redirect(f"{reverse('login_confirm')}?{urlencode({'next': back})}")
        return view(request, *args, **kwargs)

    return door


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login_confirm(request: SignedInRequest) -> HttpResponse:
    """パスワードで、本人かを確かめる。"""
    form = ConfirmPassword(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    now = timezone.now()
    try:
        confirm_password(request.user, form.cleaned_data["password"], address=address_of(request), at=now)
    except SignInRefused:
        form.add_error("password", "パスワードが違います。もう一度入力してください。")
        return _page(request, form)
    except MustWait as refusal:
        form.add_error("password", words_of_waiting(refusal.until, now)["title"] + "。")
        return _page(request, form, status=429)
    request.session[CONFIRMED_AT] = now.isoformat()
    return redirect(page_to_return_to(request))


def _is_confirmed(request: HttpRequest, at: datetime) -> bool:
    times = (request.session.get(SIGNED_IN_AT), request.session.get(CONFIRMED_AT))
    return any(time and at - datetime.fromisoformat(time) < CONFIRMED_FOR for time in times)


def _page(request: HttpRequest, form: ConfirmPassword, status: int = 200) -> HttpResponse:
    return render(
        request, "accounts/login_confirm.html", {"form": form, "next": page_to_return_to(request)}, status=status
    )
