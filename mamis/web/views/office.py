"""事務局TOP：この医師会で、いま待っているもの。"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.web import homes


@require_safe
@office_required(Role.VIEWER)
def home(request: HttpRequest) -> HttpResponse:
    """設定期限、対応を待っているもの、12か月の受付件数。"""
    return render(request, "web/office_home.html", homes.office(request.staff, at=timezone.now()))


@require_safe
@office_required(Role.ADMIN, own=True)
def handover(request: HttpRequest) -> HttpResponse:
    """引き継ぎ書（A4）：担当者と役割、通知先、会長、待っているもの、手引き、困ったときの連絡先。"""
    return render(request, "web/handover.html", homes.handover(request.staff, at=timezone.now()))
