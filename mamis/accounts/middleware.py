"""操作のない時間と、ログインしてからの時間に限りを設ける。"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from mamis.accounts.rules import session_has_ended

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
HAS_ENDED = "session_has_ended"
WRITTEN_EVERY = timedelta(minutes=1)


def limit_session(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """限りを過ぎたセッションを終え、もう一度ログインしてもらう。"""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now()
            if _has_ended(request, now):
                logout(request)
                request.session[HAS_ENDED] = True
                return redirect_to_login(_page_asked_for(request), reverse("account_login"))
            _note_times(request, now)
        return get_response(request)

    return middleware


def forget_times(request: HttpRequest) -> None:
    """時間をはじめから数え直す。"""
    request.session.pop(SIGNED_IN_AT, None)
    request.session.pop(SEEN_AT, None)


def _has_ended(request: HttpRequest, at: datetime) -> bool:
    signed_in_at, seen_at = request.session.get(SIGNED_IN_AT), request.session.get(SEEN_AT)
    if not signed_in_at or not seen_at:
        return False
    return session_has_ended(
        signed_in_at=datetime.fromisoformat(signed_in_at), seen_at=datetime.fromisoformat(seen_at), at=at
    )


def _note_times(request: HttpRequest, at: datetime) -> None:
    """最後の操作を書き留める。画面を開くたびには書かない。"""
    request.session.setdefault(SIGNED_IN_AT, at.isoformat())
    seen_at = request.session.get(SEEN_AT)
    if not seen_at or at - datetime.fromisoformat(seen_at) >= WRITTEN_EVERY:
        request.session[SEEN_AT] = at.isoformat()


def _page_asked_for(request: HttpRequest) -> str:
    """ログインのあとに戻る画面。押したボタンの先ではなく、ボタンのあった画面に戻る。"""
    if request.method == "GET":
        return request.get_full_path()
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc != request.get_host():
        return "/"
    return f"{referer.path}?{referer.query}" if referer.query else referer.path
