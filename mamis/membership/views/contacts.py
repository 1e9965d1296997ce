"""事務局の会員管理：会員が変えた、自宅の連絡先。"""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.membership import policy, queries

ROWS = 50


@require_safe
@office_required(Role.VIEWER)
def contact_change_list(request: HttpRequest) -> HttpResponse:
    """会員が変えた連絡先の一覧。新しいものから。"""
    found = queries.with_licence_number(policy.contact_changes_visible_to(request.staff))
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "rows": queries.contact_rows(page)}
    return render(request, "membership/office/contact_change_list.html", context)
