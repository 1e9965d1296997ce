"""医師の届出：状況、受付票、お尋ねへの答え、取下げ、取りやめ。"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mamis.associations.rules import Procedure
from mamis.doctors.doors import doctor_or_delegate, doctor_required
from mamis.doctors.rules import Act
from mamis.membership import policy, queries
from mamis.membership.forms.mypage import AnswerForm, CallOffForm
from mamis.membership.models import Application
from mamis.membership.moving import begun_by
from mamis.membership.operations import (
    REFUSALS,
    Request,
    SeatsClaimed,
    answer_application,
    call_off,
    resubmit_application,
    withdraw_application,
)
from mamis.membership.rules import OUTSIDE_WORDS, touched_by
from mamis.membership.workflow import Event, State
from mamis.workflow.table import By

# 先生だけが直せる届出と、その頁。ほかの届出は、代理の人も直せる。
DOCTORS_OWN: dict[str, str] = {
    Procedure.PROFILE: "mypage_identity_again",
    Procedure.CALL_OFF: "mypage_application_calling_off",
}


@doctor_or_delegate(Act.READ)
@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """これまでの届出と、書きかけの届出。"""
    now = timezone.now()
    context = {
        "applications": queries.newest_first(policy.owned_by(request.doctor)),
        "drafts": begun_by(request.doctor, now),
    }
    return render(request, "membership/mypage/application_list.html", context)


@doctor_or_delegate(Act.READ)
@never_cache
@require_safe
def application(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """一つの届出：いまだれのところにあるか、道順、経過、申請した内容。"""
    found = get_object_or_404(policy.owned_by(request.doctor), receipt_no=receipt_no)
    return render(request, "membership/mypage/application.html", _context(found))


def _context(found: Application) -> dict[str, Any]:
    today, steps, sheet = timezone.localdate(), queries.steps_of(found), found.sheet
    stopped, is_returned = queries.stopped_at(found), found.state == State.RETURNED
    return {
        "today": today,
        "application": found,
        "stops": queries.stops(steps, today),
        "history": queries.told(found),
        "stopped": stopped,
        "is_returned": is_returned,
        "remarks": stopped.remarked if stopped and is_returned else (),
        "correct_url": reverse(DOCTORS_OWN.get(found.kind, "application_writing"), args=[found.receipt_no]),
        "is_doctors_own": found.kind in DOCTORS_OWN,
        "is_held": found.state == State.HELD,
        "may_withdraw": found.can(Event.WITHDRAW, By.DOCTOR),
        "may_call_off": _may_call_off(found),
        "off": queries.calling_off(found),
        "sheet": sheet,
        "seats": queries.seats_written(sheet),
        "facts": queries.facts_shown(sheet),
        "answers": queries.answers_of(sheet),
        "touches": touched_by(sheet.facts_after) if found.is_profile else tuple(OUTSIDE_WORDS.values()),
    }


def _may_call_off(found: Application) -> bool:
    """決まったが、その日がまだ来ていない届出か。"""
    plain = found.kind not in (Procedure.CALL_OFF, Procedure.PROFILE)
    ahead = found.state == State.FINISHED and found.effective_on > timezone.localdate()
    return plain and ahead and queries.calling_off(found) is None


@doctor_or_delegate(Act.READ)
@never_cache
@require_safe
def application_receipt(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """受付票。申請したときも、あとからも、同じもの。"""
    found = get_object_or_404(policy.owned_by(request.doctor), receipt_no=receipt_no)
    return render(request, "membership/mypage/receipt.html", _context(found))


@doctor_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application_answer(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """医師会のお尋ねに答える。"""
    found = get_object_or_404(policy.owned_by(request.doctor), receipt_no=receipt_no)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer_application(found, answer=form.cleaned_data["answer"], at=timezone.now())
        messages.success(request, "お答えを送りました。手続きが続きます。")
        return redirect("mypage_application", receipt_no)
    if request.method != "POST" and found.state != State.HELD:
        return redirect("mypage_application", receipt_no)
    context = {"application": found, "stopped": queries.stopped_at(found), "form": form}
    return render(request, "membership/mypage/answer.html", context)


@doctor_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application_withdrawal(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """決まる前の届出を取り下げる。"""
    found = get_object_or_404(policy.owned_by(request.doctor), receipt_no=receipt_no)
    if request.method != "POST":
        if not found.can(Event.WITHDRAW, By.DOCTOR):
            return redirect("mypage_application", receipt_no)
        return render(request, "membership/mypage/withdrawal.html", {"application": found})
    withdraw_application(found, at=timezone.now())
    messages.success(
        request, f"届出を取り下げました。いまの{'登録' if found.is_profile else '所属'}は、これまでどおりです。"
    )
    return redirect("mypage_application", receipt_no)


@doctor_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application_calling_off(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """決まったが、その日がまだ来ていない異動を取りやめる。差し戻された取りやめは、ここで直す。"""
    found = get_object_or_404(policy.owned_by(request.doctor), receipt_no=receipt_no)
    if found.kind == Procedure.CALL_OFF:
        return _call_off_again(request, found)
    if not _may_call_off(found):
        off = queries.calling_off(found)
        if request.method == "POST" and off is not None:
            return redirect("mypage_application_receipt", off.receipt_no)
        if request.method == "POST" or found.state != State.FINISHED:
            raise Http404
        return redirect("mypage_application", receipt_no)
    form = CallOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            off = call_off(found, note=form.cleaned_data["note"], at=timezone.now())
        except SeatsClaimed as refusal:
            return redirect("mypage_application_receipt", refusal.application.receipt_no)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("mypage_application_receipt", off.receipt_no)
    return render(request, "membership/mypage/calling_off.html", {"application": found, "form": form})


def _call_off_again(request: HttpRequest, off: Application) -> HttpResponse:
    """差し戻された取りやめの理由を直し、もう一度申請する。"""
    if off.state != State.RETURNED:
        page = "mypage_application_receipt" if request.method == "POST" else "mypage_application"
        return redirect(page, off.receipt_no)
    form = CallOffForm(request.POST or None, initial={"note": off.sheet.note})
    if request.method == "POST" and form.is_valid():
        again = Request(after={}, effective_on=off.effective_on, note=form.cleaned_data["note"])
        resubmit_application(off, again, at=timezone.now())
        return redirect("mypage_application_receipt", off.receipt_no)
    stopped = queries.stopped_at(off)
    context = {
        "application": off,
        "form": form,
        "is_returned": True,
        "stopped": stopped,
        "remarks": stopped.remarked if stopped else (),
    }
    return render(request, "membership/mypage/calling_off.html", context)
