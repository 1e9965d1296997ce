"""事務局の届出：代行入力。紙の届出や、死亡・除名などの退会を、医師に代わって書く。"""

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import PROCEDURE_LABELS, Procedure, Role
from mamis.doctors.models import Doctor
from mamis.doctors.queries import current_licence, main_workplace
from mamis.files.forms import hold_uploads
from mamis.membership import operations, policy, queries
from mamis.membership.forms.entry import ENTRIES, IN_STEPS, AnyEntryForm, EntryDoctorForm, PrintoutNumber
from mamis.membership.models import Application
from mamis.membership.moving import Moving, correcting, moving_of, on_paper
from mamis.membership.operations import REFUSALS, ProfileUnderWay
from mamis.membership.rules import PRINTED_AS, PRINTOUT_LIVES
from mamis.membership.steps import CORRECTED_AS, ERRAND_OF, MOVING
from mamis.membership.views.desks import OfficeDesk, opened, received
from mamis.membership.views.writing import resume, write
from mamis.workflow.table import PageIsStale

# 段階の頁で写す手続き。
ENTERED = {CORRECTED_AS[kind].slug: CORRECTED_AS[kind] for kind in IN_STEPS}

# 手続きごとの受け付け方：新しい紙と、直した紙。
ENTER = {kind: partial(operations.enter_application, printed=printed) for kind, printed in PRINTED_AS.items()}
ENTER[Procedure.PROFILE] = operations.enter_profile
REENTER = {Procedure.PROFILE: operations.reenter_profile}

# 断りを言う欄。ここにないものは、頁の上で言う。
FIELDS: dict[type[Exception], str] = {
    operations.DayNotAllowed: "effective_on",
    operations.DayBeforeSeat: "effective_on",
    operations.PaperDayNotAllowed: "paper_on",
}


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def entry_new(request: HttpRequest) -> HttpResponse:
    """だれの、どの手続きかを決める。書きかけの代行入力も、ここから続ける。"""
    now = timezone.now()
    today = timezone.localdate(now)
    form = EntryDoctorForm(request.POST if request.method == "POST" else None, staff=request.staff, on=today)
    if form.is_valid() and form.doctor is not None:
        return _begin(request, form.doctor, Procedure(form.cleaned_data["kind"]))
    return draw_entry_new(request, now, form=form)


def draw_entry_new(
    request: HttpRequest,
    at: datetime,
    *,
    form: EntryDoctorForm | None = None,
    number_form: PrintoutNumber | None = None,
) -> HttpResponse:
    """代行入力の初めの頁。医師と手続きの欄と、戻った用紙の番号の欄がある。"""
    today = timezone.localdate(at)
    ours = policy.printouts_of(request.staff, today)
    form = form or EntryDoctorForm(staff=request.staff, on=today)
    number_form = number_form or PrintoutNumber(printouts=ours)
    drafts = queries.paper_drafts(request.staff, policy.enterable_by(request.staff, today), at)
    returned = policy.steps_reenterable_by(request.staff).values_list("application__receipt_no", flat=True)
    printouts = queries.waiting_printouts(ours, at)
    context = {
        "form": form,
        "number_form": number_form,
        "drafts": on_paper(drafts, returned, printouts),
        "printouts": [(one, ERRAND_OF[Procedure(one.kind)]) for one in printouts],
        "most": queries.MOST_WAITING,
        "days": PRINTOUT_LIVES.days,
        "form_failed": bool(form.errors or number_form.errors),
    }
    return render(request, "membership/office/entry_new.html", context, status=422 if context["form_failed"] else 200)


def _begin(request: HttpRequest, doctor: Doctor, kind: Procedure) -> HttpResponse:
    code = request.association.code
    if "print" in request.POST:
        return redirect("office_application_printing", code, doctor.pk, ERRAND_OF[PRINTED_AS[kind]].slug)
    if kind in IN_STEPS:
        return redirect("office_application_writing", code, doctor.pk, CORRECTED_AS[kind].slug)
    return redirect("office_application_entry", code, doctor.pk, kind.value)


# 段階の頁


@never_cache
@require_safe
@office_required(Role.CLERK)
def entry_writing(request: HttpRequest, pk: int, subject: str) -> HttpResponse:
    """紙の届出を写し始めるか、前にいたところから続ける。"""
    moving = _on_paper(request, pk, subject)
    return moving if isinstance(moving, HttpResponse) else resume(moving)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def entry_step(request: HttpRequest, pk: int, subject: str, step: str) -> HttpResponse:
    """紙の届出の一段階。"""
    moving = _on_paper(request, pk, subject)
    return moving if isinstance(moving, HttpResponse) else write(request, moving, step)


@require_POST
@office_required(Role.CLERK)
def entry_draft_removal(request: HttpRequest, pk: int, subject: str) -> HttpResponse:
    """書きかけの代行入力を消す。"""
    moving = _on_paper(request, pk, subject)
    if isinstance(moving, HttpResponse):
        return moving
    moving.desk.discard(moving)
    messages.success(request, f"{moving.doctor.name} 先生の書きかけを消しました。")
    return redirect("office_application_entry_new", code=request.association.code)


def _on_paper(request: HttpRequest, pk: int, subject: str) -> Moving | HttpResponse:
    """その医師の、写せる紙。新しい届出か、差し戻した届出の直した紙。いまは写せないときは、開く頁。"""
    now = timezone.now()
    if subject not in ENTERED:
        return _corrected(request, pk, subject, now)
    doctor = get_object_or_404(policy.enterable_by(request.staff, timezone.localdate(now)), pk=pk)
    moving = moving_of(OfficeDesk(request, doctor), ENTERED[subject], now)
    if moving.errand is MOVING and not moving.held:
        messages.warning(request, f"{doctor.name} 先生は、どの医師会の会員でもありません。「入会」を選んでください。")
        return redirect(moving.desk.home)
    return moving


def _corrected(request: HttpRequest, pk: int, receipt_no: str, now: datetime) -> Moving | HttpResponse:
    ours = policy.steps_answerable_by(request.staff)
    step = get_object_or_404(ours, application__receipt_no=receipt_no, application__doctor_id=pk)
    application = step.application
    if not _is_in_steps(application):
        raise Http404
    if not policy.steps_reenterable_by(request.staff).filter(pk=step.pk).exists():
        if request.method == "POST":
            raise PageIsStale
        return opened(request, application)
    return correcting(OfficeDesk(request, application.doctor), application, now)


def _is_in_steps(application: Application) -> bool:
    """直した紙を、段階の頁で写すか。退会は、医師会だけが書ける事由があるので、一枚の欄に写す。"""
    return application.kind in CORRECTED_AS and application.kind != Procedure.LEAVE


# 一枚の欄


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def entry(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """届出を書き、確かめて、受け付ける。会員情報の変更は、窓口の医師会だけが書く。"""
    today = timezone.localdate()
    doctor = get_object_or_404(policy.enterable_by(request.staff, today), pk=pk)
    procedure = _procedure(kind)
    if procedure == Procedure.PROFILE:
        if queries.window_of(doctor, today) != request.association:
            raise Http404
        live = queries.live_profile(doctor)
        if live is not None:
            messages.info(request, str(ProfileUnderWay(live)))
            return opened(request, live)
    return _enter(request, doctor, procedure)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def reentry(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """差し戻した届出の、直した紙を代行入力する。"""
    found = policy.steps_reenterable_by(request.staff)
    application = get_object_or_404(found, application__receipt_no=receipt_no).application
    if _is_in_steps(application):
        return redirect("office_application_writing", request.association.code, application.doctor_id, receipt_no)
    return _enter(request, application.doctor, _procedure(application.kind), application)


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
    if again is not None:
        form.recall(again)
    if not form.is_valid() or "rewrite" in request.POST:
        return _draw(request, form, kind, again)
    if "confirmed" not in request.POST:
        return _check(request, form, kind, again)
    try:
        asked, paper, by = form.request(), form.paper, request.staff
        if again is None:
            done = ENTER[kind](doctor, asked, paper, **form.marks, by=by, at=now)
        else:
            reenter = REENTER.get(kind, operations.reenter_application)
            done = reenter(again, asked, paper, **form.marks, by=by, at=now)
    except REFUSALS as refusal:
        field = FIELDS.get(type(refusal))
        form.add_error(field, str(refusal))
        return _draw(request, form, kind, again)
    messages.success(request, received(done))
    return opened(request, done)


def _context(form: AnyEntryForm, kind: Procedure, again: Application | None) -> dict[str, Any]:
    return {
        "form": form,
        "doctor": form.doctor,
        "kind": kind,
        "kind_label": PROCEDURE_LABELS[kind],
        "again": again,
        "licence": current_licence(form.doctor),
    }


def _draw(request: HttpRequest, form: AnyEntryForm, kind: Procedure, again: Application | None) -> HttpResponse:
    stopped = queries.stopped_at(again) if again else None
    context = _context(form, kind, again) | {
        "is_returned": stopped is not None,
        "stopped": stopped,
        "remarks": stopped.remarked if stopped else (),
        "held": queries.seats_beside(form.doctor, request.association, form.on),
        "workplace": main_workplace(form.doctor, form.on),
        "form_failed": bool(form.errors),
    }
    return render(request, "membership/office/entry.html", context, status=422 if form.errors else 200)


def _check(request: HttpRequest, form: AnyEntryForm, kind: Procedure, again: Application | None) -> HttpResponse:
    route = form.route()
    context = _context(form, kind, again) | {
        "told": form.told(),
        "asked": form.cleaned_data,
        "route": route,
        "first": [association for association, one in route if not one.waits_for],
        "is_of_deceased": getattr(form, "is_of_deceased", False),
    }
    return render(request, "membership/office/entry_check.html", context)
