"""ログインの部品（django-allauth）に、この家のやり方を教える。"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from mamis.accounts.keeping import drop_foreign
from mamis.accounts.middleware import allow_longer, forget_times
from mamis.accounts.operations import begin_device
from mamis.accounts.policy import is_staff
from mamis.accounts.views.visitor import address_of


class MailOutsideOutbox(Exception):
    """部品がメールを直に送ろうとした。メールは post だけが預かる。"""


class SignInAdapter(DefaultAccountAdapter):
    """言葉とメールと待ち時間はこちらで決め、ログインの段取りだけを任せる。"""

    def login(self, request: HttpRequest, user: Any) -> None:
        """新しいセッションを始める。時間は、はじめから数える。使った端末を書き留める。"""
        super().login(request, user)
        forget_times(request)
        drop_foreign(request, user.pk)
        allow_longer(request, not is_staff(user))
        begin_device(
            user,
            request.session.session_key or "",
            agent=request.headers.get("User-Agent", ""),
            address=address_of(request),
            at=timezone.now(),
        )

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """知らせの言葉は画面が書くので、部品には書かせない。"""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """メールは post だけが預かる。部品が直に送ろうとすれば、作り手の誤りである。"""
        raise MailOutsideOutbox(template_prefix)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """部品の登録画面は使わない。"""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponseBase:
        """使用を止められた人には、ほかの誤りと同じ画面だけを見せる。"""
        return redirect("account_login")
