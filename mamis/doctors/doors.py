"""マイページの戸口：この人は医師か、その代理か。"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db.models import Exists
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone

from mamis.audit.operations import record
from mamis.doctors import policy
from mamis.doctors.models import Delegation
from mamis.doctors.operations import note_deed
from mamis.doctors.rules import Act, Deed

View = Callable[..., HttpResponse]


def doctor_required(view: View) -> View:
    """医師本人だけを通す。通ると request.doctor がある。代理の人には、頁がないように見える。"""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        today = timezone.localdate()
        own = policy.owned_by(request.user).annotate(acts_for_others=Exists(policy.acting_as(request.user, today)))
        doctor = None if _delegation(request) else own.first()
        if doctor is None:
            raise Http404
        request.doctor = doctor
        return view(request, *args, **kwargs)

    # 見える範囲の一覧（docs/permissions.md）が読む印。
    door.is_for_doctors = True
    return door


def doctor_or_delegate(act: Act) -> Callable[[View], View]:
    """医師本人と、それをしてよい代理の人を通す。通ると request.doctor がある。

    代理の人は /for/<代理>/ から来る。その操作と取り出しは、だれの代理かとともに書きとめる。
    """

    def decorate(view: View) -> View:
        mine = doctor_required(view)

        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            delegation = _delegation(request)
            if delegation is None:
                return mine(request, *args, **kwargs)
            if not delegation.may(act):
                raise Http404
            request.doctor = delegation.doctor
            response = view(request, *args, **kwargs)
            if request.method == "POST" or act == Act.DOWNLOAD:
                about = f"代理 {delegation.pk}：医師 {delegation.doctor_id}：{request.path_info}"[:200]
                record(by=request.user.pk, act="代理の操作", about=about, at=timezone.now())
            return response

        door.is_for_doctors = door.is_for_delegates = True
        return door

    return decorate


def keep_deed(request: HttpRequest, deed: Deed, about: str = "") -> None:
    """代理の人がしたことなら、先生に見えるところに残す。"""
    delegation = _delegation(request)
    if delegation is not None:
        note_deed(delegation, deed, about=about, at=timezone.now())


@contextmanager
def wearing(request: HttpRequest, delegation: Delegation, root: str) -> Iterator[None]:
    """代理の帽子をかぶって、マイページの頁を開く。そのあいだ、頁の中の案内はすべて、同じ帽子の中へ向く。"""
    before = get_script_prefix()
    request.delegation = delegation
    set_script_prefix(root)
    try:
        yield
    finally:
        set_script_prefix(before)


def _delegation(request: HttpRequest) -> Delegation | None:
    return getattr(request, "delegation", None)
