"""うまくいかなかったときの頁。人もサインインも要らず、故障のときはデータベースにも頼らない。"""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from mamis.web import contacts


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """読めない送信。大きすぎるときは、その旨を言う。"""
    if isinstance(exception, RequestDataTooBig):
        return _page("413.html", 413)
    return _page("400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """してはいけないこと。"""
    return _page("403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """ない頁。見てはいけない頁も、同じに見える。"""
    return _page("404.html", 404)


def conflict(request: HttpRequest, message: str) -> HttpResponse:
    """すでに処理されていること。"""
    return _page("409.html", 409, message=message)


def server_error(request: HttpRequest) -> HttpResponse:
    """こちらの故障。"""
    return _page("500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """開いたままの頁からの送信。"""
    return _page("403_csrf.html", 403)


def _page(template: str, status: int, **context: str) -> HttpResponse:
    # request を渡さないので、枠は人も設定も問い合わせない。
    body = render_to_string(template, {"frame": {"demo": settings.DEMO}, "platform": contacts.last_seen(), **context})
    return HttpResponse(body, status=status)
