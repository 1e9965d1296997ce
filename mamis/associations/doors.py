"""事務局の戸口：この人は、この医師会の、この役割か。"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from mamis.associations import policy
from mamis.associations.rules import Role

View = Callable[..., HttpResponse]


def office_required(role: Role) -> Callable[[View], View]:
    """その医師会に務め、その役割以上の人だけを通す。ほかの人には、頁がないように見える。

    URL の `code` が医師会を決める。通ると request.staff と request.association がある。
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponse:
            staff = policy.serving(request.user).filter(association__code=code).first()
            if staff is None or not staff.may(role):
                raise Http404
            request.staff, request.association = staff, staff.association
            return view(request, *args, **kwargs)

        # 見える範囲の一覧（docs/permissions.md）が読む印。
        door.role = role
        return door

    return decorate
