"""同意の関門：規約とお知らせのいまの版に同意した人だけが、先へ進める。"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from mamis.accounts import queries
from mamis.accounts.middleware import page_asked_for

AGREED_ON = "agreed_on"


class ConsentRequired:
    """ログインした人が同意するまで、ログインの要る頁の代わりに、同意の頁を開く。

    版が始まるのは日の変わり目だけなので、尋ねるのは一つのセッションで一日に一度でよい。
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *arguments: Any) -> HttpResponse | None:
        """だれでも開ける頁（規約、マニュアル、ログアウト）と、同意の頁は、そのまま開く。"""
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        today = timezone.localdate()
        if request.session.get(AGREED_ON) == today.isoformat() or getattr(view, "is_before_consent", False):
            return None
        if queries.to_agree(request.user, today).exists():
            return redirect_to_login(page_asked_for(request), reverse("consent"))
        request.session[AGREED_ON] = today.isoformat()
        return None


def before_consent(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """同意の前でも開ける頁に付ける印。"""
    view.is_before_consent = True  # type: ignore[attr-defined]
    return view
