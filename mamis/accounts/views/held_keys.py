"""メールのリンクや紙の鍵を、住所の欄から隠し、サーバーにも残さず、それを使う頁だけに送られる Cookie に持たせる。"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse


@dataclass(frozen=True)
class HeldKey:
    """一種類の鍵：Cookie の名、鍵の形、持つ時間、送られる頁（とその下）の名、はじめに開く頁の名。"""

    cookie: str
    shape: re.Pattern[str]
    lives: timedelta
    page: str
    first: str

    def hold(self, key: str) -> HttpResponseRedirect | None:
        """鍵を持たせ、はじめの頁へ。形の合わない鍵は持たせない。"""
        if not self.shape.fullmatch(key):
            return None
        response = redirect(self.first)
        response.set_cookie(
            self.cookie,
            key,
            max_age=self.lives,
            path=reverse(self.page),
            secure=settings.SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    def of(self, request: HttpRequest) -> str:
        """持っている鍵。なければ空。"""
        return request.COOKIES.get(self.cookie, "")

    def forget(self, response: HttpResponseRedirect) -> HttpResponseRedirect:
        """使い終えた鍵を捨てる。"""
        response.delete_cookie(self.cookie, path=reverse(self.page), samesite="Lax")
        return response
