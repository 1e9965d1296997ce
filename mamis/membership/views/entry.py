"""事務局の届出：代行入力。紙の届出や、死亡・除名などの退会を、医師に代わって書く。"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mamis.associations.doors import office_required
from mamis.associations.rules import PROCEDURE_LABELS, Procedure, Role
from mamis.doctors.models import Doctor
from mamis.doctors.queries import current_licence, main_workplace
from mamis.files.forms import hold_uploads
from mamis.membership import operations, policy, queries
from mamis.membership.forms.entry import ENTRIES, EntryDoctorForm, EntryForm
from mamis.membership.models import Application
from mamis.membership.operations import REFUSALS

# 断りを言う欄。ここにないものは、頁の上で言う。
FIELDS: dict[type[Exception], str] = {
    operations.DayNotAllowed: "effective_on",
    operations.DayBeforeSeat: "effective_on",
    operations.PaperDayNotAllowed: "paper_on",
}


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def entry_new(request: HttpRequest) -> HttpResponse:
    """だれの、どの手続きかを決める。"""
    form = EntryDoctorForm(
        request.POST if request.method == "POST" else None, staff=request.staff, on=timezone.localdate()
    )
    if form.is_valid() and form.doctor is not None:
        return redirect(
            "office_application_entry",
            code=request.association.code,
            pk=form.doctor.pk,
            kind=form.cleaned_data["kind"],
        )
    return render(request, "membership/office/entry_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def entry(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """届出を書き、確かめて、受け付ける。"""
    doctor = get_object_or_404(policy.enterable_by(request.staff, timezone.localdate()), pk=pk)
    return _enter(request, doctor, _procedure(kind))


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def reentry(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """差し戻した届出の、直した紙を代行入力する。"""
    found = policy.steps_reenterable_by(request.staff)
    step = get_object_or_404(found, application__receipt_no=receipt_no)
    return _enter(request, step.application.doctor, _procedure(step.application.kind), step.application)


def _procedure(kind: str) -> Procedure:
    if kind not in list(ENTRIES):
        raise Http404
    return Procedure(kind)


def _enter(request: HttpRequest, doctor: Doctor, kind: Procedure, again: Application | None = None) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    make = ENTRIES[kind]
    if request.method == "POST":
        form = make(request.POST, request.FILES, doctor=doctor, staff=request.staff, on=today)
        hold_uploads(form, by_user_id=request.user.pk, at=now)
    else:
        form = make(doctor=doctor, staff=request.staff, on=today)
    if not form.is_valid() or "rewrite" in request.POST:
        return _draw(request, form, kind, again)
    if "confirmed" not in request.POST:
        return _check(request, form, kind, again)
    try:
        if again is None:
            done = operations.enter_application(doctor, form.request(), form.paper, by=request.staff, at=now)
        else:
            done = operations.reenter_application(again, form.request(), form.paper, by=request.staff, at=now)
    except REFUSALS as refusal:
        field = FIELDS.get(type(refusal))
        form.add_error(field, str(refusal))
        return _draw(request, form, kind, again)
    messages.success(request, f"{doctor.name} 先生の{done.title}を受け付けました（受付番号 {done.receipt_no}）。")
    if policy.visible_to(request.staff).filter(pk=done.pk).exists():
        return redirect("office_application", code=request.association.code, receipt_no=done.receipt_no)
    return redirect("office_applications", code=request.association.code)


def _context(form: EntryForm, kind: Procedure, again: Application | None) -> dict[str, Any]:
    return {
        "form": form,
        "doctor": form.doctor,
        "kind": kind,
        "kind_label": PROCEDURE_LABELS[kind],
        "again": again,
        "licence": current_licence(form.doctor),
    }


def _draw(request: HttpRequest, form: EntryForm, kind: Procedure, again: Application | None) -> HttpResponse:
    context = _context(form, kind, again) | {
        "held": form.held,
        "workplace": main_workplace(form.doctor, form.on),
        "form_failed": bool(form.errors),
    }
    return render(request, "membership/office/entry.html", context, status=422 if form.errors else 200)


def _check(request: HttpRequest, form: EntryForm, kind: Procedure, again: Application | None) -> HttpResponse:
    wanted = form.request()
    route = queries.route_for(form.doctor, wanted.after, moves_work=wanted.work is not None, on=form.on)
    context = _context(form, kind, again) | {
        "told": form.told(),
        "asked": form.cleaned_data,
        "route": route,
        "first": [association for association, one in route if not one.waits_for],
        "is_of_deceased": getattr(form, "is_of_deceased", False),
    }
    return render(request, "membership/office/entry_check.html", context)
