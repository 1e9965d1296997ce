"""だれでも開ける頁：修了証の確認。"""

import re

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mamis.training import policy

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@login_not_required
@require_safe
def certificate_verification(request: HttpRequest, token: str) -> HttpResponse:
    """修了証が有効か、期限が切れているか、取り消されたか。紙に載っていることのほかは見せない。"""
    certificate = policy.verifiable().filter(token=token).first() if TOKEN.fullmatch(token) else None
    today = timezone.localdate()
    if certificate is None:
        response = render(request, "training/public/certificate_unknown.html", status=404)
    else:
        context = {"certificate": certificate, "standing": certificate.standing(today), "today": today}
        response = render(request, "training/public/certificate_verification.html", context)
    # 合言葉の入った住所を、検索にも、控えにも、ほかのサイトにも渡さない。
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
