"""ログインとログアウト。"""

from __future__ import annotations

from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from mamis.accounts.forms import SignIn
from mamis.accounts.keeping import KEPT
from mamis.accounts.middleware import HAS_ENDED
from mamis.accounts.operations import MustWait, SignInRefused, identify, leave_device
from mamis.accounts.views.visitor import address_of, page_to_return_to

REFUSED = {
    "title": "ログインできませんでした",
    "advice": (
        "入力した名前かパスワードが違います。大文字と小文字、番号の打ち間違いを確かめて、もう一度入力してください。"
    ),
}


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """ログインの画面。"""
    if request.user.is_authenticated:
        return redirect(page_to_return_to(request))
    if request.method != "POST":
        return _page(request, SignIn())
    form = SignIn(request.POST)
    if not form.is_valid():
        return _page(request, form)
    typed, now = form.cleaned_data, timezone.now()
    try:
        user = identify(typed["sign_in_name"], typed["password"], address=address_of(request), at=now)
    except SignInRefused:
        return _page(request, form, REFUSED)
    except MustWait as refusal:
        return _page(request, form, words_of_waiting(refusal.until, now), status=429)
    return perform_login(request, user, redirect_url=page_to_return_to(request))


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """ログアウトする。"""
    left = request.session.session_key
    get_adapter(request).logout(request)
    leave_device(left or "")
    response = redirect("account_login")
    # 共用の端末に、前の人の頁を残さない。Cookie はセッションを終えれば足り、消せば同じ端末のほかのシステムにも及ぶ。
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def words_of_waiting(until: datetime, now: datetime) -> dict[str, str]:
    """いつまで待つかの言葉。分は切り上げる。"""
    minutes = -int((now - until).total_seconds() // 60)
    end = timezone.localtime(until)
    return {
        "title": f"{end.hour}時{end.minute:02}分{end.second:02}秒まで（あと約{minutes}分）お待ちください",
        "advice": (
            "誤りが続いたため、しばらくログインを受け付けません。お急ぎのときや、パスワードが分からないときは、"
            "「パスワードを忘れた方」から再設定すると、すぐにログインできます。"
        ),
    }


def _page(request: HttpRequest, form: SignIn, refusal: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    facts = {
        "form": form,
        "refusal": refusal,
        "form_failed": refusal is not None,
        "next": page_to_return_to(request),
        "session_has_ended": request.session.pop(HAS_ENDED, False) if request.method == "GET" else False,
        "is_kept": KEPT in request.session,
        "demo": settings.DEMO,
    }
    return render(request, "accounts/sign_in.html", facts, status=status)
