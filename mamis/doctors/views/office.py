"""事務局の会員管理：利用者登録の確認。"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.audit.operations import record
from mamis.doctors import columns, operations, policy, queries
from mamis.doctors.forms.office import (
    AcceptanceForm,
    RegistrationConditions,
    RegistrationReturnForm,
    RejectionForm,
)
from mamis.doctors.models import Registration, RegistrationHistory
from mamis.doctors.operations import OwnRegistration, RecordNotSeen, RecordTaken, RegistrationIsStale, is_own
from mamis.doctors.rules import IDENTITY_ITEMS
from mamis.doctors.workflow import EVENT_LABELS, Event, State
from mamis.files.views import deliver
from mamis.japanese.calendar import long_date
from mamis.mail import policy as mail_policy
from mamis.tabular.csv import download
from mamis.workflow.table import By

ROWS = 50
REFUSALS = (OwnRegistration, RecordNotSeen, RecordTaken, RegistrationIsStale)


@require_safe
@office_required(Role.VIEWER)
def registration_list(request: HttpRequest) -> HttpResponse:
    """登録の確認の一覧。待っているものが先、古いものが先。"""
    form = RegistrationConditions(request.GET, on=timezone.localdate())
    found = queries.find_registrations(policy.registrations_visible_to(request.staff), form.filters())
    return render(
        request,
        "doctors/office/registration_list.html",
        {
            "form": form,
            "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
            "asked": policy.registrations_asked_at(request.staff).order_by("submitted_at", "pk"),
            "today": timezone.localdate(),
        },
    )


@require_safe
@office_required(Role.VIEWER)
def registration_download(request: HttpRequest) -> HttpResponseBase:
    """画面に出ている一覧の、すべての頁の CSV。"""
    form = RegistrationConditions(request.GET, on=timezone.localdate())
    rows = list(queries.find_registrations(policy.registrations_visible_to(request.staff), form.filters()))
    record(
        by=request.user.pk,
        association_id=request.association.pk,
        act="登録の確認の一覧のダウンロード",
        about=f"{len(rows)} 件",
        at=timezone.now(),
    )
    return download("登録の確認", columns.REGISTRATIONS, rows)


@require_safe
@office_required(Role.VIEWER)
def registration(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """利用者登録の一件：打たれたものと記録、決めること、これまでの経過。"""
    return _case(request, get_object_or_404(policy.registrations_visible_to(request.staff), receipt_no=receipt_no))


@require_safe
@office_required(Role.VIEWER)
def registration_licence(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """出された医師免許証の写し。見たことは、閲覧の記録に残る。"""
    found = get_object_or_404(
        policy.registrations_visible_to(request.staff).exclude(licence_file=None), receipt_no=receipt_no
    )
    response = deliver(found.licence_file)
    record(
        by=request.user.pk,
        association_id=request.association.pk,
        act="医師免許証の写しの閲覧",
        about=f"利用者登録 {receipt_no}",
        at=timezone.now(),
    )
    return response


@require_POST
@office_required(Role.CLERK)
def registration_acceptance(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """確認したこととする。"""
    found = get_object_or_404(policy.registrations_answerable_by(request.staff), receipt_no=receipt_no)
    form = AcceptanceForm(request.POST)
    done = f"確認しました。{found.name} 先生は、マイページをお使いになれます。"
    return _decide(
        request,
        found,
        form,
        done,
        lambda seen: operations.accept_registration(
            found, ground=form.cleaned_data["ground"], seen=seen, by=request.staff, at=timezone.now()
        ),
        accept_form=form,
    )


@require_POST
@office_required(Role.CLERK)
def registration_return(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """理由を添えて本人に差し戻す。"""
    found = get_object_or_404(policy.registrations_answerable_by(request.staff), receipt_no=receipt_no)
    form = RegistrationReturnForm(request.POST)
    return _decide(
        request,
        found,
        form,
        f"{found.name} 様に差し戻しました。",
        lambda seen: operations.return_registration(
            found, reason=form.cleaned_data["reason"], seen=seen, by=request.staff, at=timezone.now()
        ),
        return_form=form,
    )


@require_POST
@office_required(Role.CLERK)
def registration_rejection(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """理由を添えて却下する。"""
    found = get_object_or_404(policy.registrations_answerable_by(request.staff), receipt_no=receipt_no)
    form = RejectionForm(request.POST)
    return _decide(
        request,
        found,
        form,
        f"{found.name} 様の登録を却下しました。",
        lambda seen: operations.reject_registration(
            found, reason=form.cleaned_data["reason"], seen=seen, by=request.staff, at=timezone.now()
        ),
        reject_form=form,
    )


def _decide(
    request: HttpRequest,
    found: Registration,
    form: Form,
    done: str,
    act: Callable[[str], object],
    **forms: Form,
) -> HttpResponse:
    """決める。断られたときは、書いたものを残したまま、わけを添えて一件の画面に戻る。"""
    if not form.is_valid():
        return _case(request, found, **forms)
    try:
        act(str(request.POST.get("seen", "")))
    except REFUSALS as refusal:
        return _case(request, found, refusal=refusal, **forms)
    messages.success(request, done)
    return redirect("office_registration", code=request.association.code, receipt_no=found.receipt_no)


def _case(
    request: HttpRequest, found: Registration, *, refusal: Exception | None = None, **forms: Form
) -> HttpResponse:
    """一件の画面。"""
    staff, today = request.staff, timezone.localdate()
    held = next(iter(queries.records_with(found.identity)), None)
    is_over = found.state == State.ACCEPTED
    seen = held is not None and policy.visible_to(staff, today).filter(pk=held.doctor.pk).exists()
    context: dict[str, Any] = {
        "registration": found,
        "today": today,
        "refusal": refusal,
        "form_failed": bool(refusal or forms),
        "accept_form": AcceptanceForm(),
        "return_form": RegistrationReturnForm(),
        "reject_form": RejectionForm(),
        "seen": queries.fingerprint(found, held),
        "is_new": held is None,
        "record": held.doctor if held and seen else None,
        "rows": _rows(found, held if seen else None),
        "workplace": queries.main_workplace(held.doctor, today) if held and seen else None,
        "is_taken": bool(held and seen and held.doctor.user_id is not None and not is_over),
        "is_waiting": found.can(Event.ACCEPT, By.OFFICE),
        "is_decidable": policy.registrations_decidable_by(staff).filter(pk=found.pk).exists()
        and not is_own(found, staff),
        "is_own": is_own(found, staff),
        "steps": [_step(step) for step in queries.registration_steps(found)],
        "sent": mail_policy.visible_to(staff.association_id)
        .filter(reference=found.receipt_no)
        .order_by("created_at", "pk"),
        "next_case": queries.next_registration(policy.registrations_decidable_by(staff), found),
        **forms,
    }
    return render(request, "doctors/office/registration.html", context, status=422 if context["form_failed"] else 200)


def _rows(found: Registration, held: queries.Record | None) -> list[dict[str, Any]]:
    """打たれたものと、記録とを並べた行。"""
    agreeing = held.agreeing(found.identity) if held else frozenset()
    return [
        {
            "label": label,
            "typed": _shown(getattr(found.identity, name)),
            "held": _shown(getattr(held.identity, name)) if held else "",
            "agrees": name in agreeing,
        }
        for name, label in IDENTITY_ITEMS.items()
    ]


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else long_date(value) if value else "（記録がありません）"


def _step(step: RegistrationHistory) -> dict[str, Any]:
    """経過の一行。"""
    who = step.by_name if step.party == By.DOCTOR else f"{step.by_association.name}　{step.by_name}"
    return {"at": step.at, "title": EVENT_LABELS[Event(step.event)], "by": who, "comment": step.comment}
