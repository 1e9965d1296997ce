"""修了申請を書く頁。答えは打たれたままに残し、終わりにまとめて確かめる。"""

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.doctors.doors import doctor_or_delegate, keep_deed
from mamis.doctors.rules import Act, Deed
from mamis.files.forms import upload_refused, with_uploads
from mamis.files.operations import forget_held
from mamis.training import queries
from mamis.training.operations import (
    ActivityNotOffered,
    AlreadyLive,
    CertificateStillValid,
    DestinationNotAllowed,
    RequirementsNotMet,
    resubmit_completion,
    submit_completion,
)
from mamis.training.steps import (
    COMPLETION_STEPS,
    MOST_LINES,
    Writing,
    drop_line,
    put_line,
    sign,
    tokens_in,
    writing_of,
)
from mamis.wizard.operations import discard_draft, write_draft
from mamis.wizard.steps import NoSuchStep, Place
from mamis.wizard.views import may_keep, typed
from mamis.workflow.table import NotAllowed

SLUGS = {step.slug for step in COMPLETION_STEPS}
REFUSALS = (
    RequirementsNotMet,
    DestinationNotAllowed,
    ActivityNotOffered,
    CertificateStillValid,
    queries.NoRuleInForce,
)


@doctor_or_delegate(Act.WRITE)
@never_cache
@require_safe
def completion_application(request: HttpRequest) -> HttpResponse:
    """書き始めるか、前にいたところから続ける。"""
    writing = writing_of(request.doctor, timezone.now())
    if writing is None:
        return _elsewhere(request)
    return redirect("completion_step", writing.wizard.resume(writing.draft.step if writing.draft else "").slug)


@doctor_or_delegate(Act.WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def completion_step(request: HttpRequest, step: str) -> HttpResponse:
    """修了申請の一段階。"""
    if step not in SLUGS:
        raise Http404
    writing = writing_of(request.doctor, timezone.now())
    if writing is None:
        return _elsewhere(request)
    try:
        place = writing.wizard.place(step)
    except NoSuchStep:
        return redirect("completion_application")
    return PAGES[step](request, writing, place)


def _destination(request: HttpRequest, writing: Writing, place: Place) -> HttpResponse:
    return _answer(request, writing, place, writing.destination_form)


def _note(request: HttpRequest, writing: Writing, place: Place) -> HttpResponse:
    return _answer(request, writing, place, writing.note_form)


def _answer(request: HttpRequest, writing: Writing, place: Place, make: Callable[..., Any]) -> HttpResponse:
    """一枚の入力の頁。戻るときも、あとで続けるときも、打たれたままに残す。"""
    if request.method != "POST":
        return _draw(request, writing, place, form=make())
    form = make(request.POST)
    answer = typed(form, request.POST)
    if not may_keep(form, answer, request.POST) or upload_refused(form):
        return _draw(request, writing, place, form=form)
    _keep(request, writing, place, lambda answers: answers.update({place.step.slug: answer}))
    return _move(request, place)


def _activities(request: HttpRequest, writing: Writing, place: Place) -> HttpResponse:
    """書いた実地研修の一覧。"""
    if request.method != "POST":
        return _draw(request, writing, place, most=MOST_LINES)
    _keep(request, writing, place, lambda answers: None)
    return _move(request, place)


def _check(request: HttpRequest, writing: Writing, place: Place) -> HttpResponse:
    """内容を確かめ、申請する。"""
    if request.method != "POST":
        return _draw(request, writing, place, mails=queries.tells_receipt(timezone.localdate(writing.at)))
    if "next" not in request.POST:
        _keep(request, writing, place, lambda answers: None)
        return _move(request, place)
    if not writing.is_ready or not _may_submit(request):
        return redirect("completion_step", place.step.slug)
    return _submit(request, writing)


def _may_submit(request: HttpRequest) -> bool:
    """医師本人か、申請も任された代理の人か。"""
    delegation = getattr(request, "delegation", None)
    return delegation is None or delegation.may(Act.SUBMIT)


PAGES = {"destination": _destination, "activities": _activities, "note": _note, "check": _check}


def _submit(request: HttpRequest, writing: Writing) -> HttpResponse:
    """申請する。二度押しても、同じ受付の頁になる。"""
    delegation = getattr(request, "delegation", None)
    try:
        if writing.application is None:
            application = submit_completion(writing.doctor, writing.request(), by=delegation, at=writing.at)
        else:
            application = resubmit_completion(writing.application, writing.request(), by=delegation, at=writing.at)
    except AlreadyLive as refusal:
        return redirect("mypage_completion_receipt", refusal.application.receipt_no)
    except NotAllowed:
        if queries.live_application(request.doctor) is not None:
            return redirect("mypage_completion_receipt", writing.subject)
        raise
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("completion_step", "check")
    keep_deed(request, Deed.SUBMITTED, application.receipt_no)
    return redirect("mypage_completion_receipt", application.receipt_no)


@doctor_or_delegate(Act.WRITE)
@never_cache
@require_safe
def completion_activity_new(request: HttpRequest) -> HttpResponse:
    """新しい一件に印を付けて、その頁へ。"""
    return redirect("completion_activity", secrets.token_hex(6))


@doctor_or_delegate(Act.WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def completion_activity(request: HttpRequest, key: str) -> HttpResponse:
    """実地研修の一件。"""
    writing = writing_of(request.doctor, timezone.now())
    if writing is None:
        return _elsewhere(request)
    entry, place = writing.entry(key), writing.wizard.place("activities")
    if entry is None and not writing.may_add:
        messages.warning(request, f"実地研修は {MOST_LINES} 件まで書けます。")
        return redirect("completion_step", "activities")
    if request.method != "POST":
        form = writing.activity_form(typed=entry.typed if entry else None)
        return _draw(request, writing, place, "activity", form=form, entry=entry, key=key)
    form = writing.activity_form(request.POST, request.FILES)
    answer = with_uploads(form, typed(form, request.POST), detach="detach" in request.POST)
    if not may_keep(form, answer, request.POST) or upload_refused(form):
        return _draw(request, writing, place, "activity", form=form, entry=entry, key=key)
    if any(value.strip() for values in answer.values() for value in values):
        _keep(request, writing, place, lambda answers: put_line(answers, key, answer))
    if "later" in request.POST:
        return _later(request)
    if "detach" in request.POST:
        forget_held(tokens_in(entry.typed if entry else {}), by_user_id=writing.owner_id)
        return redirect("completion_activity", key)
    return redirect("completion_step", "check" if request.GET.get("to") == "check" else "activities")


@doctor_or_delegate(Act.WRITE)
@require_POST
def completion_activity_removal(request: HttpRequest, key: str) -> HttpResponse:
    """実地研修の一件を消す。"""
    writing = writing_of(request.doctor, timezone.now())
    if writing is None:
        return _elsewhere(request)
    entry = writing.entry(key)
    if entry is not None:
        _keep(request, writing, writing.wizard.place("activities"), lambda answers: drop_line(answers, key))
        forget_held(tokens_in(entry.typed), by_user_id=writing.owner_id)
        title = entry.report.title if entry.report else "書きかけの実地研修"
        messages.success(request, f"「{title}」を消しました。")
    return redirect("completion_step", "activities")


@doctor_or_delegate(Act.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def completion_draft_removal(request: HttpRequest) -> HttpResponse:
    """下書きを消す。"""
    writing = writing_of(request.doctor, timezone.now())
    if writing is None or writing.draft is None:
        return redirect("completion_card")
    if request.method != "POST":
        return render(request, "training/mypage/draft_removal.html", {"writing": writing})
    discard_draft(by=request.doctor.user_id, kind=queries.COMPLETION_DRAFT, subject=writing.subject)
    forget_held(tokens_in(writing.answers), by_user_id=writing.owner_id)
    keep_deed(request, Deed.DISCARDED, writing.subject)
    messages.success(request, "下書きを消しました。")
    return redirect("completion_card")


def _draw(request: HttpRequest, writing: Writing, place: Place, page: str = "", **context: Any) -> HttpResponse:
    returned = queries.last_return(writing.application) if writing.application else None
    template = f"training/mypage/step_{page or place.step.slug}.html"
    return render(request, template, {"writing": writing, "place": place, "returned": returned, **context})


def _keep(request: HttpRequest, writing: Writing, place: Place, change: Callable[[dict[str, Any]], None]) -> None:
    """下書きに残す。次に開いたときは、この段階から始まる。代理の人が書いたときは、その名も残る。"""

    def signed(answers: dict[str, Any]) -> None:
        change(answers)
        if delegation is not None:
            sign(answers, request.user.name)

    delegation = getattr(request, "delegation", None)
    write_draft(
        by=request.doctor.user_id,
        kind=queries.COMPLETION_DRAFT,
        subject=writing.subject,
        step=place.step.slug,
        at=writing.at,
        start=writing.answers,
        change=signed,
    )
    keep_deed(request, Deed.WROTE, writing.subject)


def _move(request: HttpRequest, place: Place) -> HttpResponse:
    """次へ、戻る、あとで続ける。確認の頁から直しに来たときは、確認の頁へ戻る。"""
    if "later" in request.POST:
        return _later(request)
    if "back" in request.POST and place.before:
        return redirect("completion_step", place.before.slug)
    if "next" in request.POST and place.after:
        return redirect("completion_step", "check" if request.GET.get("to") == "check" else place.after.slug)
    return redirect("completion_card")


def _later(request: HttpRequest) -> HttpResponse:
    messages.success(request, "下書きを残しました。30 日のあいだ、この画面から続けられます。")
    return redirect("completion_card")


def _elsewhere(request: HttpRequest) -> HttpResponse:
    """いまは書けない。申請したばかりならその受付、申請中ならその状況、ほかは研修の頁へ。"""
    live = queries.live_application(request.doctor)
    if live is None:
        return redirect("completion_card")
    return redirect("mypage_completion_receipt" if request.method == "POST" else "mypage_completion", live.receipt_no)
