"""下の医師会の担当者の数と、管理者の復旧と、事務の代行。"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.associations import operations, policy, queries
from mamis.associations.doors import office_required
from mamis.associations.forms import office as forms
from mamis.associations.rules import ADMINISTRATORS_WANTED, DORMANT_AFTER, Role

PER_PAGE = 50


@require_safe
@office_required(Role.VIEWER)
def office_list(request: HttpRequest) -> HttpResponse:
    """下の医師会の、管理者と担当者と、長くログインのない人の数。都道府県医師会と日本医師会だけが見る。"""
    if request.association.is_district:
        raise Http404
    below = policy.below(request.staff)
    form, found = None, queries.with_people_counted(below, timezone.now())
    if request.association.is_national:
        form = forms.MissingFilter(request.GET, prefectures=queries.prefectures())
        found = queries.in_prefecture(found, form.chosen)
    page = {
        "form": form,
        "page": Paginator(found.order_by("code"), PER_PAGE).get_page(request.GET.get("page")),
        "rekeyable": set(policy.rekeyable_by(request.staff).values_list("pk", flat=True)),
        "delegated": set(
            policy.delegations_visible_to(request.staff).filter(ended_at=None).values_list("association_id", flat=True)
        ),
        "waiting": policy.rekeys_visible_to(request.staff).filter(confirmed_at=None, declined_at=None),
        "short": queries.short_of_administrators(below).count(),
        "wanted": ADMINISTRATORS_WANTED,
        "dormant_days": DORMANT_AFTER.days,
    }
    return render(request, "associations/office_list.html", page)


# 管理者の復旧


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def rekey_new(request: HttpRequest, below: str) -> HttpResponse:
    """下の医師会の管理者の復旧を申し出る。もう一人が確かめるまで、何も起こらない。"""
    found = get_object_or_404(policy.rekeyable_by(request.staff), code=below)
    form = forms.RekeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.request_rekey(found, **form.cleaned_data, by=request.staff, at=timezone.now())
        except operations.AlreadyRequested as refusal:
            form.add_error("address", str(refusal))
        else:
            messages.success(request, "復旧を申し出ました。ほかの管理者が確認すると、招待のメールを送ります。")
            return redirect("office_rekey", code=request.association.code, pk=made.pk)
    page = {"form": form, "below": found, "administrators": policy.administrators(found).count()}
    return render(request, "associations/rekey_new.html", page)


@require_safe
@office_required(Role.VIEWER)
def rekey_list(request: HttpRequest) -> HttpResponse:
    """復旧の記録。新しい順。"""
    if request.association.is_district:
        raise Http404
    found = policy.rekeys_visible_to(request.staff)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "associations/rekey_list.html", {"page": page})


@require_safe
@office_required(Role.VIEWER)
def rekey(request: HttpRequest, pk: int) -> HttpResponse:
    """一つの復旧：だれが、なぜ申し出て、だれが確かめたか。"""
    found = get_object_or_404(policy.rekeys_visible_to(request.staff), pk=pk)
    page = {
        "rekey": found,
        "may_confirm": policy.rekeys_confirmable_by(request.staff).filter(pk=pk).exists(),
        "may_decline": policy.rekeys_declinable_by(request.staff).filter(pk=pk).exists(),
    }
    return render(request, "associations/rekey.html", page)


@require_POST
@office_required(Role.ADMIN)
def rekey_confirmation(request: HttpRequest, pk: int) -> HttpResponse:
    """もう一人が確かめる。新しい管理者に招待のメールを送る。"""
    found = get_object_or_404(policy.rekeys_confirmable_by(request.staff), pk=pk)
    try:
        operations.confirm_rekey(found, by=request.staff, at=timezone.now())
    except (operations.RekeyDone, operations.TooManyInvitations) as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"確認しました。{found.address} へ、管理者としての招待のメールを送ります。")
    return redirect("office_rekey", code=request.association.code, pk=pk)


@require_POST
@office_required(Role.CLERK)
def rekey_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """確かめる前に取り下げる。"""
    found = get_object_or_404(policy.rekeys_declinable_by(request.staff), pk=pk)
    try:
        operations.decline_rekey(found, by=request.staff, at=timezone.now())
    except operations.RekeyDone as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "復旧の申し出を取り下げました。何も変わっていません。")
    return redirect("office_rekey", code=request.association.code, pk=pk)


# 代行


@require_safe
@office_required(Role.VIEWER)
def delegation(request: HttpRequest, below: str) -> HttpResponse:
    """下の医師会の事務の代行：いまの代行と、これまでの代行。"""
    found = get_object_or_404(policy.below(request.staff), parent=request.association, code=below)
    held = policy.delegations_visible_to(request.staff).filter(association=found)
    page = {
        "below": found,
        "current": held.filter(ended_at=None).first(),
        "past": held.exclude(ended_at=None),
        "may_begin": policy.delegable_by(request.staff).filter(pk=found.pk).exists(),
        "may_end": policy.delegations_endable_by(request.staff).filter(association=found).exists(),
    }
    return render(request, "associations/delegation.html", page)


@require_POST
@office_required(Role.ADMIN, own=True)
def delegation_beginning(request: HttpRequest, below: str) -> HttpResponse:
    """代行を始める。"""
    found = get_object_or_404(policy.delegable_by(request.staff), code=below)
    try:
        operations.begin_delegation(found, by=request.staff, at=timezone.now())
    except operations.HasOwnStaff as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"{found.name}の事務の代行を始めました。")
    return redirect("office_delegation", code=request.association.code, below=below)


@require_POST
@office_required(Role.ADMIN, own=True)
def delegation_ending(request: HttpRequest, below: str) -> HttpResponse:
    """代行を終える。"""
    found = get_object_or_404(policy.delegations_endable_by(request.staff), association__code=below)
    operations.end_delegation(found, by=request.staff, at=timezone.now())
    messages.success(request, f"{found.association.name}の事務の代行を終えました。次の操作から断られます。")
    return redirect("office_delegation", code=request.association.code, below=below)
