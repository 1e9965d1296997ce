"""事務局の届出：用紙を印刷し、戻った紙の番号から、書きかけを開く。"""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Procedure, Role
from mamis.audit.operations import record
from mamis.doctors.queries import current_licence
from mamis.japanese.calendar import long_date
from mamis.membership import operations, policy, queries
from mamis.membership.forms.entry import PrintoutNumber
from mamis.membership.models import Printout
from mamis.membership.moving import Moving, moving_of
from mamis.membership.printouts import form_of, form_pdf
from mamis.membership.rules import PRINTOUT_LIVES
from mamis.membership.steps import ERRAND_OF, MOVING, PRINTED
from mamis.membership.views.desks import OfficeDesk
from mamis.membership.views.entry import draw_entry_new


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def printing(request: HttpRequest, pk: int, subject: str) -> HttpResponse:
    """一人の医師の、一つの手続きの用紙を印刷する。"""
    now = timezone.now()
    if subject not in PRINTED:
        raise Http404
    doctor = get_object_or_404(policy.enterable_by(request.staff, timezone.localdate(now)), pk=pk)
    moving = moving_of(OfficeDesk(request, doctor), ERRAND_OF[PRINTED[subject]], now)
    if moving.errand is MOVING and not moving.held:
        messages.warning(request, f"{doctor.name} 先生は、どの医師会の会員でもありません。「入会」を選んでください。")
        return redirect(moving.desk.home)
    if request.method == "POST":
        printout = operations.print_form(doctor, PRINTED[subject], moving.answers, by=request.staff, at=now)
        _record(request, printout, "届出の用紙の印刷", now)
        messages.success(
            request, f"用紙を作りました（番号 {printout.number_words}）。下から受け取って、印刷してください。"
        )
        return redirect("office_application_printing", request.association.code, pk, subject)
    ours = _ours(request, now).filter(doctor=doctor, kind=PRINTED[subject])
    context = {
        "doctor": doctor,
        "licence": current_licence(doctor),
        "moving": moving,
        "printouts": queries.waiting_printouts(ours, now),
        "days": PRINTOUT_LIVES.days,
    }
    return render(request, "membership/office/printing.html", context)


@never_cache
@require_safe
@office_required(Role.CLERK)
def printout_form(request: HttpRequest, number: str) -> HttpResponse:
    """紙が戻るのを待っている用紙の PDF。受け取ったことを書きとめる。"""
    now = timezone.now()
    printout = _printout(request, number, now)
    if not printout.is_waiting:
        raise Http404
    moving = replace(_moving(request, printout, now), draft=None, answers=printout.answers)
    path = reverse("office_printout", args=[request.association.code, printout.number])
    facts = form_of(moving, printout, request.association, address=f"{settings.BASE_URL}{path}")
    _record(request, printout, "届出の用紙の受け取り", now)
    name = content_disposition_header(True, f"{moving.title}の用紙_{printout.number_words}.pdf")
    return HttpResponse(
        form_pdf(facts), content_type="application/pdf", headers={"Content-Disposition": name or "attachment"}
    )


@never_cache
@require_POST
@office_required(Role.CLERK)
def printout_search(request: HttpRequest) -> HttpResponse:
    """戻った用紙を、打たれた番号から開く。"""
    now = timezone.now()
    form = PrintoutNumber(request.POST, printouts=_ours(request, now))
    if not form.is_valid():
        return draw_entry_new(request, now, number_form=form)
    return redirect("office_printout", request.association.code, form.printout.number)


@never_cache
@require_safe
@office_required(Role.CLERK)
def printout(request: HttpRequest, number: str) -> HttpResponse:
    """戻った用紙の QR コードを読んだか、番号を打った。写しかけの届出を開く。"""
    now = timezone.now()
    found = _printout(request, number, now)
    if found.application is not None:
        seen = policy.visible_to(request.staff).filter(pk=found.application_id).exists()
        return render(request, "membership/office/printout.html", {"printout": found, "is_visible": seen})
    moving = _moving(request, found, now)
    messages.info(request, _said(found, moving, now))
    code, kind = request.association.code, Procedure(found.kind)
    if kind == Procedure.LEAVE:
        return redirect("office_application_entry", code, found.doctor_id, kind.value)
    return redirect("office_application_writing", code, found.doctor_id, moving.subject)


def _said(found: Printout, moving: Moving, at: datetime) -> str:
    """戻った用紙を開いたときの言葉：どこから写すか。"""
    opened = f"用紙 {found.number_words}（{long_date(timezone.localdate(found.printed_at))}に印刷）を開きました。"
    if moving.draft is not None:
        return f"{opened}書きかけの続きから写せます。"
    if found.is_waiting and found.printed_at > at - PRINTOUT_LIVES:
        return f"{opened}紙のとおりに写してください。"
    return f"{opened}書きかけは残っていないので、いま登録されている内容から始めます。"


@require_POST
@office_required(Role.CLERK)
def printout_removal(request: HttpRequest, number: str) -> HttpResponse:
    """戻らない用紙を片付ける。"""
    now = timezone.now()
    found = _printout(request, number, now)
    if operations.put_away_printout(found, by=request.staff, at=now):
        _record(request, found, "届出の用紙の片付け", now)
        messages.success(request, f"用紙 {found.number_words} を片付けました。")
    else:
        messages.info(request, f"用紙 {found.number_words} は、もう片付いています。")
    return redirect("office_application_entry_new", code=request.association.code)


def _ours(request: HttpRequest, at: datetime) -> QuerySet[Printout]:
    return policy.printouts_of(request.staff, timezone.localdate(at))


def _printout(request: HttpRequest, number: str, at: datetime) -> Printout:
    found = queries.printout_with(_ours(request, at), number)
    if found is None:
        raise Http404
    return found


def _moving(request: HttpRequest, printout: Printout, at: datetime) -> Moving:
    return moving_of(OfficeDesk(request, printout.doctor), ERRAND_OF[Procedure(printout.kind)], at)


def _record(request: HttpRequest, printout: Printout, act: str, at: datetime) -> None:
    record(
        by=request.user.pk,
        association_id=request.association.pk,
        act=act,
        about=f"用紙 {printout.number_words}、医師 {printout.doctor_id}",
        at=at,
    )
