"""ログインと連絡先。"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from mamis.accounts.rules import Purpose
from mamis.accounts.views.addresses import ask
from mamis.doctors.doors import doctor_required


@doctor_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """ログインと連絡先：二つのメールアドレス、パスワード、同意の記録への入口。"""
    return render(request, "doctors/mypage/account.html")


@doctor_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def contact_address(request: HttpRequest) -> HttpResponse:
    """登録メールアドレスの変更を申し込む。"""
    return ask(request, Purpose.CONTACT, request.doctor.contact_address, "doctors/mypage/contact_address.html")
