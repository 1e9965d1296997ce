"""事務局の戸口：この人は、この医師会の、この役割か。"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from mamis.accounts.middleware import allow_longer
from mamis.associations import policy
from mamis.associations.rules import Role

View = Callable[..., HttpResponse]


def office_required(role: Role, *, own: bool = False) -> Callable[[View], View]:
    """その医師会に務めるか代行していて、その役割以上の人だけを通す。ほかの人には、頁がないように見える。

    URL の `code` が医師会を決める。通ると request.staff と request.association がある。own の頁は、代行の人を通さない。
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponse:
            staff = policy.staff_at(request.user, code)
            if staff is None or not staff.may(role) or (own and staff.is_acting):
                raise Http404
            allow_longer(request, False)
            request.staff, request.association = staff, staff.association
            try:
                return view(request, *args, **kwargs)
            except policy.NotServing as ended:
                # 通ったあと、操作が鍵を待つあいだに務めが終わった。
                raise Http404 from ended

        # 見える範囲の一覧（docs/permissions.md）が読む印。
        door.role, door.own = role, own
        return door

    return decorate
