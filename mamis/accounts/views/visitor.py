"""画面を開いた人の、接続元と、戻る先。"""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from mamis.accounts.models import User
from mamis.accounts.rules import is_readable

HOME = "/"
LONGEST_PATH = 2000


class SignedInRequest(HttpRequest):
    """ログインしている人の要求。"""

    user: User


def address_of(request: HttpRequest) -> str:
    """接続元の住所。設定で言われた段数のプロキシが書いたものだけを信じる。IPv6は、一軒に配られる範囲でまとめる。"""
    hops = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    passed_on = request.headers.get("X-Forwarded-For", "").split(",")
    written = passed_on[-hops] if hops and len(passed_on) >= hops else request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(written.strip())
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)


def page_to_return_to(request: HttpRequest) -> str:
    """ログインのあとに開く画面。このシステムの中だけ。"""
    asked_for = request.POST.get("next") or request.GET.get("next") or HOME
    is_plain = asked_for.startswith("/") and len(asked_for) <= LONGEST_PATH and is_readable(asked_for)
    return asked_for if is_plain and url_has_allowed_host_and_scheme(asked_for, allowed_hosts=None) else HOME
