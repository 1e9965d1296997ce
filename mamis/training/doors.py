"""医師の画面を見る事務局の戸口：わけを書いて始めた閲覧の、決まった時間のうちか。"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.audit.operations import record
from mamis.training import policy

View = Callable[..., HttpResponse]
MYPAGE = "/mypage/"


def seen_by_office(view: View) -> View:
    """マイページの頁を、見るだけの頁として事務局に開く。通ると request.doctor と request.viewing がある。

    頁は医師のものと同じ一つで、頁の中の案内だけが、同じ閲覧の中へ向く。開いたことは一頁ごとに書きとめる。
    """

    @require_safe
    @office_required(Role.CLERK)
    @wraps(view)
    def door(request: HttpRequest, key: str, *args: Any, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        begun = policy.viewings_begun_by(request.staff, timezone.localdate(now)).filter(key=key)
        viewing = begun.filter(pk__in=policy.viewings_open_to(request.staff, now)).first()
        if viewing is None:
            return _over(request, begun.first())
        request.viewing, request.doctor = viewing, viewing.doctor
        request.viewing_root = reverse("as_doctor", args=[request.association.code, key])
        response = view(request, *args, **kwargs)
        response.content = response.content.replace(
            f'href="{MYPAGE}'.encode(), f'href="{request.viewing_root}'.encode()
        )
        record(
            by=request.user.pk,
            association_id=request.association.pk,
            act="医師の画面の閲覧",
            about=f"修了申請 {viewing.application.receipt_no}：{request.path.removeprefix(request.viewing_root)}",
            at=now,
        )
        return response

    return door


def _over(request: HttpRequest, viewing: Any) -> HttpResponse:
    """時間の過ぎた閲覧なら、そのことを言う。ほかの人の閲覧や、根拠のなくなった閲覧は、ないのと同じである。"""
    if viewing is None:
        raise Http404
    return render(request, "training/office/viewing_over.html", {"viewing": viewing}, status=410)
