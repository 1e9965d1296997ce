"""二要素の戸口：事務局の人は、二要素を確かめるまで、どの頁にも入れない。"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mamis.accounts import policy as account_policy
from mamis.accounts.proof import is_proven
from mamis.associations import policy

# 二要素をまだ持たない人が、登録するまでに要る頁。ほかは、知らない頁も含めて、すべて閉じている。
WAY_IN = {
    "consent",
    "enrolment_resending",
    "factor_app",
    "factor_app_qr",
    "login_confirm",
    "login_settings",
    "passkey_new",
    "recovery_codes",
    "session_time",
}


def require_second_factor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """ログインの要る頁を、事務局の人には、二要素を確かめたログインでだけ開く。"""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        is_public = getattr(view, "login_required", True) is False
        if not settings.SECOND_FACTOR_REQUIRED or is_public or is_proven(request) or not policy.is_staff(request.user):
            return None
        if account_policy.asks_second_step(request.user):
            # 登録はあるのに確かめていない（ログインしたあとに務めはじめた人など）。ログインからやり直す。
            page = request.get_full_path() if request.method == "GET" else "/"
            logout(request)
            return redirect_to_login(page, reverse("account_login"))
        if request.resolver_match.url_name in WAY_IN:
            return None
        return redirect("login_settings")

    middleware.process_view = process_view
    return middleware
