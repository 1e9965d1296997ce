"""代行入力：紙の修了申請を、申請先の事務局が打つ。書きかけは、打たれたままに残す。"""

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.files.forms import upload_refused, with_uploads
from mamis.files.operations import forget_held
from mamis.training import policy, queries
from mamis.training.forms.proxy import PaperDoctorForm
from mamis.training.operations import (
    ActivityNotOffered,
    AlreadyLive,
    CertificateStillValid,
    DestinationNotAllowed,
    PaperDayNotAllowed,
    RequirementsNotMet,
    enter_completion,
    reenter_completion,
)
from mamis.training.steps import (
    MOST_LINES,
    PAPER_STEPS,
    CannotEnter,
    PaperWriting,
    drop_line,
    paper_writing_of,
    put_line,
    tokens_in,
)
from mamis.training.views.mypage import certificate_file
from mamis.wizard.operations import discard_draft, write_draft
from mamis.wizard.steps import Place
from mamis.wizard.views import may_keep, typed

SLUGS = {step.slug for step in PAPER_STEPS}
REFUSALS = (
    RequirementsNotMet,
    DestinationNotAllowed,
    ActivityNotOffered,
    CertificateStillValid,
    AlreadyLive,
    PaperDayNotAllowed,
    queries.NoRuleInForce,
)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def entry_new(request: HttpRequest) -> HttpResponse:
    """紙の申請書を出した医師を番号で探す。書きかけの代行入力も、ここから続ける。"""
    now = timezone.now()
    form = PaperDoctorForm(
        request.POST if request.method == "POST" else None, staff=request.staff, on=timezone.localdate(now)
    )
    if form.is_valid() and form.doctor is not None:
        try:
            writing = paper_writing_of(request.staff, form.doctor, now)
        except (CannotEnter, queries.NoRuleInForce) as refusal:
            form.add_error("number", str(refusal))
        else:
            return _to(request, writing, writing.wizard.resume(writing.draft.step if writing.draft else "").slug)
    enterable = policy.enterable_by(request.staff, timezone.localdate(now))
    context = {"form": form, "drafts": queries.paper_drafts(request.staff, enterable, now)}
    return render(request, "training/office/entry_new.html", context, status=422 if form.errors else 200)


def _found(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """番号の医師の、代行入力できる紙を `view` に渡す。できないときは、わけを言って探す頁へ戻る。"""

    def with_writing(request: HttpRequest, pk: int, **where: str) -> HttpResponse:
        now = timezone.now()
        doctor = get_object_or_404(policy.enterable_by(request.staff, timezone.localdate(now)), pk=pk)
        try:
            writing = paper_writing_of(request.staff, doctor, now)
        except (CannotEnter, queries.NoRuleInForce) as refusal:
            messages.warning(request, str(refusal))
            return redirect("office_entry_new", code=request.association.code)
        return view(request, writing, **where)

    with_writing.__name__, with_writing.__doc__ = view.__name__, view.__doc__
    return with_writing


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
@_found
def entry_step(request: HttpRequest, writing: PaperWriting, step: str) -> HttpResponse:
    """代行入力の一段階。"""
    if step not in SLUGS:
        raise Http404
    return PAGES[step](request, writing, writing.wizard.place(step))


def _paper(request: HttpRequest, writing: PaperWriting, place: Place) -> HttpResponse:
    """紙の申請日と連絡事項。"""
    if request.method != "POST":
        return _draw(request, writing, place, form=writing.paper_form())
    form = writing.paper_form(request.POST, request.FILES)
    answer = with_uploads(form, typed(form, request.POST))
    if not may_keep(form, answer, request.POST) or upload_refused(form):
        return _draw(request, writing, place, form=form)
    _keep(request, writing, place, lambda answers: answers.update({place.step.slug: answer}))
    return _move(request, writing, place)


def _activities(request: HttpRequest, writing: PaperWriting, place: Place) -> HttpResponse:
    """紙に書かれた実地研修の一覧。"""
    if request.method != "POST":
        return _draw(request, writing, place, most=MOST_LINES)
    _keep(request, writing, place, lambda answers: None)
    return _move(request, writing, place)


def _check(request: HttpRequest, writing: PaperWriting, place: Place) -> HttpResponse:
    """内容を確かめ、申請として受け付ける。"""
    if request.method != "POST":
        return _draw(request, writing, place, mails=queries.tells_receipt(timezone.localdate(writing.at)))
    if "next" not in request.POST:
        _keep(request, writing, place, lambda answers: None)
        return _move(request, writing, place)
    if not writing.is_ready:
        return _to(request, writing, place.step.slug)
    return _enter(request, writing)


PAGES = {"paper": _paper, "activities": _activities, "check": _check}


def _enter(request: HttpRequest, writing: PaperWriting) -> HttpResponse:
    """受け付ける。"""
    try:
        if writing.application is None:
            done = enter_completion(writing.doctor, writing.request(), by=request.staff, at=writing.at)
        else:
            done = reenter_completion(writing.application, writing.request(), by=request.staff, at=writing.at)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return _to(request, writing, "check")
    messages.success(request, _received(done.receipt_no, writing))
    return redirect("office_completion", code=request.association.code, receipt_no=done.receipt_no)


def _received(receipt_no: str, writing: PaperWriting) -> str:
    """受け付けたことと、医師にどう知らせるか。"""
    words = f"{writing.doctor.name} 先生の修了申請を受け付けました（受付番号 {receipt_no}）。"
    if not writing.doctor.contact_address:
        words += "登録メールアドレスがないので、下の「この申請の送信履歴」から、紙で渡すお知らせを印刷してください。"
    return words


@require_safe
@office_required(Role.CLERK)
def certificate_for_doctor(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """マイページのない医師に渡す、修了証の PDF。"""
    found = policy.certificates_handed_over_by(request.staff)
    certificate = get_object_or_404(found, application__receipt_no=receipt_no)
    return certificate_file(request, certificate, association_id=request.association.pk)


@require_safe
@office_required(Role.CLERK)
def entry_activity_new(request: HttpRequest, pk: int) -> HttpResponse:
    """新しい一件に印を付けて、その頁へ。"""
    return redirect("office_entry_activity", request.association.code, pk, secrets.token_hex(6))


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
@_found
def entry_activity(request: HttpRequest, writing: PaperWriting, key: str) -> HttpResponse:
    """紙に書かれた実地研修の一件。"""
    entry, place = writing.entry(key), writing.wizard.place("activities")
    if entry is None and not writing.may_add:
        messages.warning(request, f"実地研修は {MOST_LINES} 件まで書けます。")
        return _to(request, writing, "activities")
    if request.method != "POST":
        form = writing.activity_form(typed=entry.typed if entry else None)
        return _draw(request, writing, place, "activity", form=form, entry=entry)
    form = writing.activity_form(request.POST, request.FILES)
    answer = with_uploads(form, typed(form, request.POST), detach="detach" in request.POST)
    if not may_keep(form, answer, request.POST) or upload_refused(form):
        return _draw(request, writing, place, "activity", form=form, entry=entry)
    if any(value.strip() for values in answer.values() for value in values):
        _keep(request, writing, place, lambda answers: put_line(answers, key, answer))
    if "detach" in request.POST:
        forget_held(tokens_in(entry.typed if entry else {}), by_user_id=request.user.pk)
        return redirect("office_entry_activity", request.association.code, writing.doctor.pk, key)
    return _later(request) if "later" in request.POST else _to(request, writing, "activities")


@require_POST
@office_required(Role.CLERK)
@_found
def entry_activity_removal(request: HttpRequest, writing: PaperWriting, key: str) -> HttpResponse:
    """実地研修の一件を消す。"""
    entry = writing.entry(key)
    if entry is not None:
        _keep(request, writing, writing.wizard.place("activities"), lambda answers: drop_line(answers, key))
        forget_held(tokens_in(entry.typed), by_user_id=request.user.pk)
        title = entry.report.title if entry.report else "書きかけの実地研修"
        messages.success(request, f"「{title}」を消しました。")
    return _to(request, writing, "activities")


@require_POST
@office_required(Role.CLERK)
@_found
def entry_draft_removal(request: HttpRequest, writing: PaperWriting) -> HttpResponse:
    """書きかけの代行入力を消す。"""
    subject = queries.paper_subject(request.staff, writing.doctor)
    discard_draft(by=request.user.pk, kind=queries.PAPER_DRAFT, subject=subject)
    forget_held(tokens_in(writing.answers), by_user_id=request.user.pk)
    messages.success(request, f"{writing.doctor.name} 先生の書きかけを消しました。")
    return redirect("office_entry_new", code=request.association.code)


def _draw(request: HttpRequest, writing: PaperWriting, place: Place, page: str = "", **context: Any) -> HttpResponse:
    returned = queries.last_return(writing.application) if writing.application else None
    template = f"training/office/entry_{page or place.step.slug}.html"
    form = context.get("form")
    status = 422 if form is not None and form.errors else 200
    context = {"writing": writing, "place": place, "returned": returned, **context}
    return render(request, template, context, status=status)


def _keep(request: HttpRequest, writing: PaperWriting, place: Place, change: Callable[[dict[str, Any]], None]) -> None:
    """下書きに残す。次に開いたときは、この段階から始まる。"""
    write_draft(
        by=request.user.pk,
        kind=queries.PAPER_DRAFT,
        subject=queries.paper_subject(request.staff, writing.doctor),
        step=place.step.slug,
        at=writing.at,
        start=writing.answers,
        change=change,
    )


def _move(request: HttpRequest, writing: PaperWriting, place: Place) -> HttpResponse:
    """次へ、戻る、あとで続ける。"""
    if "later" in request.POST:
        return _later(request)
    if "back" in request.POST and place.before:
        return _to(request, writing, place.before.slug)
    if "next" in request.POST and place.after:
        return _to(request, writing, place.after.slug)
    return redirect("office_entry_new", code=request.association.code)


def _later(request: HttpRequest) -> HttpResponse:
    messages.success(request, "書きかけを残しました。30 日のあいだ、この画面から続けられます。")
    return redirect("office_entry_new", code=request.association.code)


def _to(request: HttpRequest, writing: PaperWriting, slug: str) -> HttpResponse:
    return redirect("office_entry", request.association.code, writing.doctor.pk, slug)
