"""マイページの戸口：この人は医師か。"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from mamis.doctors import policy

View = Callable[..., HttpResponse]


def doctor_required(view: View) -> View:
    """医師だけを通す。通ると request.doctor がある。"""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        doctor = policy.owned_by(request.user).first()
        if doctor is None:
            raise Http404
        request.doctor = doctor
        return view(request, *args, **kwargs)

    # 見える範囲の一覧（docs/permissions.md）が読む印。
    door.is_for_doctors = True
    return door
