"""どのページにも付ける、ブラウザへの約束と、どの画面より先に断る送り方。"""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse

NOT_USED = ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "usb", "xr-spatial-tracking")


def permissions_policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """使わないブラウザの機能を閉じる。"""
    policy = ", ".join(f"{feature}=()" for feature in NOT_USED)

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", policy)
        return response

    return middleware


def keep_nowhere(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """どの頁も、ブラウザにも途中の控えにも残さない。共用の端末で「戻る」を押しても、前の人の頁は出ない。"""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def refuse_unreadable(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """読みようのない送り方を断る：UTF-8 でない文字の約束と、データベースに尋ねられない NUL。

    欄に打たれた NUL は、ここでは断らない。欄のそばで言い、ほかに打たれたものを残すため。
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if (request.encoding or "utf-8").lower() not in ("utf-8", "utf8"):
            raise BadRequest("UTF-8 のほかの文字の約束は読みません。")
        if "\x00" in request.path_info:
            raise Http404
        if any("\x00" in text for text in request.COOKIES.values()):
            raise BadRequest("Cookie に NUL があります。")
        return get_response(request)

    return middleware
