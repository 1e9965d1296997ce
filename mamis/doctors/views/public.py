"""だれでも開ける頁：利用者登録。"""

import re
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.accounts.operations import MustWait
from mamis.accounts.views.held_keys import HeldKey
from mamis.accounts.views.sign_in import words_of_waiting
from mamis.accounts.views.visitor import SignedInRequest, address_of
from mamis.doctors import policy
from mamis.doctors.forms.registration import AskForRegistration, LetterForm, LicenceScanForm, RegistrationPassword
from mamis.doctors.models import RegistrationLink
from mamis.doctors.operations import (
    LetterRefused,
    RegistrationLinkDead,
    attach_licence,
    finish_letter,
    finish_registration,
    keep_answer,
    open_link,
    reopen_registration,
)
from mamis.doctors.operations.asking import ask_to_register, use_letter
from mamis.doctors.queries import registration_steps
from mamis.doctors.rules import LINK_LIVES
from mamis.doctors.steps import SLUGS, Writing
from mamis.doctors.workflow import Event, State
from mamis.files.forms import hold_uploads
from mamis.files.views import deliver
from mamis.wizard.steps import Place
from mamis.wizard.views import may_keep, typed

KEY = HeldKey(
    "registration-key", re.compile("[A-Za-z0-9_-]{43}"), LINK_LIVES, page="registration", first="registration_form"
)
CODE = HeldKey(
    "letter-code",
    re.compile("[0-9A-Za-z-]{1,20}"),
    timedelta(hours=1),
    page="registration_letter",
    first="registration_letter",
)
HOURS = int(LINK_LIVES.total_seconds() // 3600)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest) -> HttpResponse:
    """利用者登録を申し込む。"""
    form = AskForRegistration(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "doctors/public/registration.html", {"form": form, "hours": HOURS})
    ask_to_register(form.cleaned_data["mail_address"], address=address_of(request), at=timezone.now())
    return redirect("registration_sent")


@login_not_required
@require_safe
def registration_sent(request: HttpRequest) -> HttpResponse:
    """申込みを受けた。登録の有無によらず同じ画面。"""
    return render(request, "doctors/public/registration_sent.html", {"hours": HOURS})


@login_not_required
@never_cache
@require_safe
def registration_link(request: HttpRequest, key: str) -> HttpResponse:
    """メールのリンクを開いた。開くだけでは使ったことにならない。"""
    return KEY.hold(key) or _dead(request)


@login_not_required
@never_cache
@require_safe
def registration_form(request: HttpRequest) -> HttpResponse:
    """書き始めるか、前にいたところから続ける。"""
    try:
        link = _link(request, timezone.now())
    except RegistrationLinkDead:
        return _dead(request)
    if link.used_at is not None:
        return redirect("registration_done")
    if link.letter is not None:
        return redirect("registration_letter_password")
    return redirect("registration_step", Writing(link, timezone.now()).wizard.resume(link.step).slug)


@login_not_required
@never_cache
@sensitive_post_parameters("new_password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def registration_step(request: HttpRequest, step: str) -> HttpResponse:
    """利用者登録の一段階。"""
    if step not in SLUGS:
        raise Http404
    now = timezone.now()
    try:
        link = _link(request, now)
        if link.used_at is not None or link.letter is not None:
            return redirect("registration_done")
        writing = Writing(link, now)
        place = writing.wizard.place(step)
        return _answer(request, writing, place) if place.step.form else _check(request, writing, place)
    except RegistrationLinkDead:
        return _dead(request)


@login_not_required
@never_cache
@require_safe
def registration_done(request: HttpRequest) -> HttpResponse:
    """申込みが済んだ。その場で結ばれたときのほかは、どの場合も同じ画面。"""
    try:
        link = _link(request, timezone.now())
    except RegistrationLinkDead:
        return _dead(request)
    if link.used_at is None:
        return redirect("registration_form")
    if link.registration is None:
        return render(request, "doctors/public/registration_linked.html")
    is_linked = link.registration.state == State.ACCEPTED and link.registration.decided_by_id is None
    name = "linked" if is_linked else "received"
    return render(
        request, f"doctors/public/registration_{name}.html", {"registration": link.registration, "link": link}
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def registration_letter(request: HttpRequest) -> HttpResponse:
    """ご案内の紙から登録する。"""
    sent = {"code": CODE.of(request)}
    form = LetterForm(request.POST) if request.method == "POST" else LetterForm(initial=sent)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            use_letter(**form.cleaned_data, address=address_of(request), at=now)
        except LetterRefused as refusal:
            form.add_error("code", str(refusal))
        except MustWait as refusal:
            form.add_error("code", words_of_waiting(refusal.until, now)["title"] + "。")
        else:
            return redirect("registration_sent")
    return render(request, "doctors/public/registration_letter.html", {"form": form})


@login_not_required
@never_cache
@require_safe
def registration_letter_code(request: HttpRequest, code: str) -> HttpResponse:
    """紙の QR コードを読んだ。"""
    return CODE.hold(code) or redirect("registration_letter")


@login_not_required
@never_cache
@sensitive_post_parameters("new_password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def registration_letter_password(request: HttpRequest) -> HttpResponse:
    """ご案内の紙で登録する人が、メールのリンクから、パスワードを決める。"""
    now = timezone.now()
    try:
        link = _link(request, now)
        if link.letter is None or link.used_at is not None:
            return redirect("registration_done")
        doctor = link.letter.doctor
        form = RegistrationPassword(
            request.POST if request.method == "POST" else None,
            names=f"{doctor.name} {doctor.kana}",
            mail_address=link.mail_address,
        )
        if request.method == "POST" and (link.user is not None or form.is_valid()):
            finish_letter(KEY.of(request), None if link.user else form.cleaned_data["new_password"], at=now)
            return redirect("registration_done")
    except RegistrationLinkDead:
        return _dead(request)
    return render(request, "doctors/public/registration_letter_password.html", {"form": form, "link": link})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def registration_status(request: SignedInRequest) -> HttpResponse:
    """登録の状況。確認が終わるまで、ログインした人に見える、ただ一つの画面。医師免許証の写しも、ここで出す。"""
    registration = policy.registrations_of(request.user).first()
    if registration is None:
        raise Http404
    if policy.owned_by(request.user).exists():
        return redirect("mypage_home")
    form = LicenceScanForm(request.POST, request.FILES) if request.method == "POST" else LicenceScanForm()
    if request.method == "POST":
        hold_uploads(form, by_user_id=request.user.pk, at=timezone.now())
        if form.is_valid():
            attach_licence(registration, form.cleaned_data["licence"], at=timezone.now())
            messages.success(request, "医師免許証の写しを受け取りました。")
            return redirect("registration_status")
    steps = [step for step in registration_steps(registration) if step.event in {Event.SUBMIT, Event.RETURN}]
    return render(
        request,
        "doctors/public/registration_status.html",
        {
            "registration": registration,
            "form": form,
            "steps": steps,
            "returned": next((step for step in steps if step.event == Event.RETURN), None),
            "is_returned": registration.state == State.RETURNED,
        },
    )


@never_cache
@require_safe
def registration_licence(request: SignedInRequest) -> HttpResponse:
    """本人が出した、医師免許証の写し。"""
    registration = policy.registrations_of(request.user).exclude(licence_file=None).first()
    if registration is None or registration.licence_file is None:
        raise Http404
    return deliver(registration.licence_file)


@never_cache
@require_POST
def registration_correction(request: SignedInRequest) -> HttpResponse:
    """差し戻された登録を、登録の状況から直しはじめる。"""
    registration = policy.registrations_of(request.user).filter(state=State.RETURNED).first()
    if registration is None:
        raise Http404
    return redirect(reopen_registration(registration, at=timezone.now()))


def _answer(request: HttpRequest, writing: Writing, place: Place) -> HttpResponse:
    """一枚の入力の頁。戻るときも、あとで続けるときも、打たれたままに残す。"""
    if request.method != "POST":
        return _draw(request, writing, place, form=writing.step_form(place.step.slug))
    form = writing.step_form(place.step.slug, request.POST)
    answer = typed(form, request.POST)
    if not may_keep(form, answer, request.POST):
        return _draw(request, writing, place, form=form)
    keep_answer(KEY.of(request), step=place.step.slug, answer=answer, at=writing.at)
    return _move(request, writing, place)


def _check(request: HttpRequest, writing: Writing, place: Place) -> HttpResponse:
    """内容を確かめ、パスワードを決め、申し込む。"""
    applicant = writing.applicant
    if applicant is None:
        return redirect("registration_step", writing.first_open)
    form = RegistrationPassword(
        request.POST if request.method == "POST" and "next" in request.POST else None,
        names=f"{applicant.name} {applicant.family_kana} {applicant.given_kana}",
        mail_address=writing.link.mail_address,
    )
    if request.method == "POST" and "next" not in request.POST:
        return _move(request, writing, place)
    if request.method != "POST" or (writing.needs_password and not form.is_valid()):
        return _draw(request, writing, place, form=form)
    password = form.cleaned_data["new_password"] if writing.needs_password else None
    finish_registration(KEY.of(request), applicant, password, at=writing.at)
    return redirect("registration_done")


def _move(request: HttpRequest, writing: Writing, place: Place) -> HttpResponse:
    """次へ、戻る、あとで続ける。"""
    if "later" in request.POST:
        messages.success(request, "書いたものを残しました。メールのリンクを開くと、続きから書けます。")
        return redirect("account_login")
    if "back" in request.POST and place.before:
        return redirect("registration_step", place.before.slug)
    if "next" in request.POST and place.after:
        return redirect("registration_step", "check" if request.GET.get("to") == "check" else place.after.slug)
    return redirect("registration_form")


def _draw(request: HttpRequest, writing: Writing, place: Place, **context: Any) -> HttpResponse:
    name = "check" if place.step.form is None else "step"
    return render(request, f"doctors/public/registration_{name}.html", {"writing": writing, "place": place, **context})


def _link(request: HttpRequest, at: datetime) -> RegistrationLink:
    return open_link(KEY.of(request), at=at)


def _dead(request: HttpRequest) -> HttpResponse:
    return render(request, "doctors/public/registration_link_dead.html", {"hours": HOURS}, status=410)
