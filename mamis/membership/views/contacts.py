"""事務局の会員管理：会員が変えた、自宅の連絡先。"""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.audit.operations import record
from mamis.membership import columns, policy, queries
from mamis.membership.forms.office import ContactConditions
from mamis.membership.models import ContactChange
from mamis.tabular.csv import download

ROWS = 50


@require_safe
@office_required(Role.VIEWER)
def contact_change_list(request: HttpRequest) -> HttpResponse:
    """会員が変えた連絡先の一覧。新しいものから。"""
    form = _conditions(request)
    page = Paginator(_found(request, form), ROWS).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": queries.contact_rows(page)}
    return render(request, "membership/office/contact_change_list.html", context)


@require_safe
@office_required(Role.VIEWER)
def contact_change_download(request: HttpRequest) -> HttpResponseBase:
    """画面に出ている一覧の、すべての頁の CSV。"""
    rows = queries.contact_rows(_found(request, _conditions(request)))
    record(
        by=request.user.pk,
        association_id=request.association.pk,
        act="連絡先の変更の一覧のダウンロード",
        about=f"{len(rows)} 件",
        at=timezone.now(),
    )
    return download("連絡先の変更", columns.CONTACT_CHANGES, rows)


def _conditions(request: HttpRequest) -> ContactConditions:
    return ContactConditions(request.GET, on=timezone.localdate())


def _found(request: HttpRequest, form: ContactConditions) -> QuerySet[ContactChange]:
    return queries.find_contact_changes(policy.contact_changes_visible_to(request.staff), form.words)
