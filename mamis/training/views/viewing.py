"""医師の画面を見る：わけを書いて始める頁、本人だけの頁のかわりの頁、医師に見える記録。"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.doctors.doors import doctor_required
from mamis.training import operations, policy, queries
from mamis.training.forms.viewing import ViewingForm


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def viewing_new(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """わけを書いて、医師の画面を見はじめる。"""
    now = timezone.now()
    viewable = policy.viewable_by(request.staff, timezone.localdate(now))
    application = get_object_or_404(viewable, receipt_no=receipt_no)
    form = ViewingForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "application": application}
        return render(request, "training/office/viewing_new.html", context, status=422 if form.is_bound else 200)
    viewing = operations.begin_viewing(application, reason=form.cleaned_data["reason"], by=request.staff, at=now)
    return redirect("as_doctor_completion", request.association.code, viewing.key, receipt_no)


def elsewhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """医師本人だけの頁のかわりに出る頁。"""
    return render(request, "training/office/viewing_elsewhere.html", status=403)


@doctor_required
@require_safe
def viewing_list(request: HttpRequest) -> HttpResponse:
    """事務局がこの医師の画面を見たことの記録。"""
    viewings = queries.newest_viewings(policy.viewings_of(request.doctor))
    return render(request, "training/mypage/viewing_list.html", {"viewings": viewings})
