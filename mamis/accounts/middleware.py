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

from mamis.accounts.keeping import KEPT, keep
from mamis.accounts.operations import leave_device, see_device
from mamis.accounts.rules import DOCTOR_LIMITS, OFFICE_LIMITS, Limits, may_go_on, session_ends_at

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
LONGER = "longer"
HAS_ENDED = "session_has_ended"
# 残りの時間を尋ねる住所。尋ねただけでは、操作をしたことにも、終えたことにもならない。
ASKED_AT = "session_time"
WRITTEN_EVERY = timedelta(minutes=1)


def limit_session(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """限りを過ぎたセッションを終え、もう一度ログインしてもらう。"""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.path != reverse(ASKED_AT):
            now = timezone.now()
            end = ends_at(request)
            if end is not None and end <= now:
                page = page_asked_for(request)
                kept = keep(request, page, now)
                leave_device(request.session.session_key or "")
                logout(request)
                request.session[HAS_ENDED] = True
                if kept:
                    request.session[KEPT] = kept
                return redirect_to_login(page, reverse("account_login"))
            note_times(request, now)
        return get_response(request)

    return middleware


def forget_times(request: HttpRequest) -> None:
    """時間をはじめから数え直す。"""
    request.session.pop(SIGNED_IN_AT, None)
    request.session.pop(SEEN_AT, None)


def allow_longer(request: HttpRequest, is_allowed: bool) -> None:
    """医師だけの人のログインは、長くてよい。言われなければ、事務局の短い限りである。"""
    if is_allowed:
        request.session[LONGER] = True
    else:
        request.session.pop(LONGER, None)


def ends_at(request: HttpRequest) -> datetime | None:
    """このまま操作がなければ、ログインが終わる時刻。まだ数え始めていなければ None。"""
    if not request.session.get(SIGNED_IN_AT) or not request.session.get(SEEN_AT):
        return None
    limits, signed_in_at, seen_at = _times(request)
    return session_ends_at(limits, signed_in_at=signed_in_at, seen_at=seen_at)


def goes_on(request: HttpRequest) -> bool:
    """操作をすれば、ログインの終わりは延びるか。数え始めていることを、先に尋ねておく。"""
    limits, signed_in_at, seen_at = _times(request)
    return may_go_on(limits, signed_in_at=signed_in_at, seen_at=seen_at)


def note_times(request: HttpRequest, at: datetime) -> None:
    """最後の操作を書き留める。画面を開くたびには書かない。"""
    request.session.setdefault(SIGNED_IN_AT, at.isoformat())
    seen_at = request.session.get(SEEN_AT)
    if not seen_at:
        request.session[SEEN_AT] = at.isoformat()
    elif at - datetime.fromisoformat(seen_at) >= WRITTEN_EVERY:
        request.session[SEEN_AT] = at.isoformat()
        see_device(request.session.session_key or "", at=at)


def _times(request: HttpRequest) -> tuple[Limits, datetime, datetime]:
    """時間の限り、ログインした時刻、最後の操作の時刻。"""
    limits = DOCTOR_LIMITS if request.session.get(LONGER) else OFFICE_LIMITS
    signed_in_at, seen_at = (datetime.fromisoformat(request.session[name]) for name in (SIGNED_IN_AT, SEEN_AT))
    return limits, signed_in_at, seen_at


def page_asked_for(request: HttpRequest) -> str:
    """ログインのあとに戻る画面。押したボタンの先ではなく、ボタンのあった画面に戻る。"""
    if request.method == "GET":
        return request.get_full_path()
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc != request.get_host():
        return "/"
    return f"{referer.path}?{referer.query}" if referer.query else referer.path
