"""届出を書く頁。答えは打たれたままに残し、終わりにまとめて確かめる。"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mamis.doctors.doors import doctor_or_delegate, keep_deed
from mamis.doctors.rules import Act, Deed
from mamis.membership import policy, queries
from mamis.membership.moving import Moving, correcting, moving_of
from mamis.membership.operations import REFUSALS, SeatsClaimed, resubmit_application, submit_application
from mamis.membership.steps import CORRECTED_AS, ERRANDS, MOVING
from mamis.membership.workflow import State
from mamis.wizard.operations import discard_draft, write_draft
from mamis.wizard.steps import NoSuchStep, Place
from mamis.wizard.views import may_keep, typed
from mamis.workflow.table import NotAllowed


@doctor_or_delegate(Act.WRITE)
@require_safe
def application_start(request: HttpRequest) -> HttpResponse:
    """何が変わりますか：どの手続きから始めるかを、ふだんの言葉で。"""
    seats = queries.seats(request.doctor, timezone.localdate())
    return render(request, "membership/mypage/start.html", {"seats": seats})


@doctor_or_delegate(Act.WRITE)
@never_cache
@require_safe
def application_writing(request: HttpRequest, subject: str) -> HttpResponse:
    """書き始めるか、前にいたところから続ける。"""
    moving = _moving(request, subject)
    if moving is None:
        return redirect("mypage_application", subject)
    step = moving.wizard.resume(moving.draft.step if moving.draft else "")
    return redirect("application_step", subject, step.slug)


@doctor_or_delegate(Act.WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application_step(request: HttpRequest, subject: str, step: str) -> HttpResponse:
    """届出の一段階。"""
    moving = _moving(request, subject)
    if moving is None:
        return redirect("mypage_application_receipt" if request.method == "POST" else "mypage_application", subject)
    if step not in {one.slug for one in moving.errand.steps}:
        raise Http404
    if moving.errand is MOVING and not moving.seats:
        return redirect("application_start")
    try:
        place = moving.wizard.place(step)
    except NoSuchStep:
        return redirect("application_writing", subject)
    return PAGES[step](request, moving, place)


def _moving(request: HttpRequest, subject: str) -> Moving | None:
    """新しい届出か、差し戻された自分の届出。いまは直せない届出なら、ない。"""
    now = timezone.now()
    if subject in ERRANDS:
        return moving_of(request.doctor, ERRANDS[subject], now)
    application = get_object_or_404(policy.owned_by(request.doctor), receipt_no=subject)
    if application.kind not in CORRECTED_AS:
        raise Http404
    return correcting(application, now) if application.state == State.RETURNED else None


def _plain(name: str) -> Callable[[HttpRequest, Moving, Place], HttpResponse]:
    """一枚の入力の頁。"""

    def page(request: HttpRequest, moving: Moving, place: Place) -> HttpResponse:
        make = getattr(moving, f"{name}_form")
        if request.method != "POST":
            return _draw(request, moving, place, form=make())
        form = make(request.POST)
        return _answer(request, moving, place, form)

    return page


def _answer(request: HttpRequest, moving: Moving, place: Place, form: Any, **context: Any) -> HttpResponse:
    """正しければ残して進む。戻るときも、あとで続けるときも、打たれたままに残す。"""
    answer = typed(form, request.POST)
    if not may_keep(form, answer, request.POST):
        return _draw(request, moving, place, form=form, **context)

    more = {"as_is": False} if place.step.slug == "details" else {}
    _keep(request, moving, place, _put(**{place.step.slug: answer}, **more))
    return _move(request, moving, place)


def _put(**written: Any) -> Callable[[dict[str, Any]], None]:
    """その名の答えを書くこと。"""

    return lambda answers: answers.update(written)


def _destination(request: HttpRequest, moving: Moving, place: Place) -> HttpResponse:
    """異動先を探し、入会を希望する医師会を選ぶ。"""
    if request.method != "POST":
        return _draw(request, moving, place, form=moving.destination_form(), search=moving.search_form())
    if "search" in request.POST:
        search = moving.search_form(request.POST)
        if not search.is_valid():
            form = moving.destination_form()
            return _draw(request, moving, place, form=form, search=search, form_failed=True)
        found = typed(search, request.POST)

        def change(answers: dict[str, Any]) -> None:
            if answers.get("search") != found:
                answers.pop("destination", None)
            answers["search"] = found

        _keep(request, moving, place, change)
        return redirect(f"{reverse('application_step', args=[moving.subject, place.step.slug])}#results")
    form = moving.destination_form(request.POST)
    if "next" in request.POST and not moving.offered:
        messages.error(request, "都道府県と郡市区を選び、「検索する」を押して、医師会を探してください。")
        return redirect("application_step", moving.subject, place.step.slug)
    return _answer(request, moving, place, form, search=moving.search_form())


def _details(request: HttpRequest, moving: Moving, place: Place) -> HttpResponse:
    """必要事項。変わるところがなければ、そのまま最終確認へ進める（Topic 02 の 8）。"""
    if request.method != "POST" or "as_is" not in request.POST:
        return _plain("details")(request, moving, place)
    form = moving.details_form(request.POST)
    answer = typed(form, request.POST)
    if not (may_keep(form, answer, request.POST) and form.is_valid()):
        return _draw(request, moving, place, form=form)
    _keep(request, moving, place, _put(details=answer, as_is=True))
    return redirect("application_step", moving.subject, "check")


def _workplace(request: HttpRequest, moving: Moving, place: Place) -> HttpResponse:
    """所属施設。候補を探し、なければ「未定」に書く。"""
    if request.method != "POST":
        form = moving.workplace_form()
        words = moving.answers.get("workplace", {}).get("words", [""])[0]
        return _draw(request, moving, place, form=form, candidates=moving.candidates(words), words=words)
    form, words = moving.workplace_form(request.POST), request.POST.get("words", "")
    answer = typed(form, request.POST)
    if "search" in request.POST and may_keep(form, answer, request.POST):
        _keep(request, moving, place, _put(workplace=answer))
        return redirect(f"{reverse('application_step', args=[moving.subject, place.step.slug])}#candidates")
    return _answer(request, moving, place, form, candidates=moving.candidates(words), words=words)


def _duties(request: HttpRequest, moving: Moving, place: Place) -> HttpResponse:
    """施設業務と任意項目。「選択」は、選んだ施設業務を反映して、この頁に戻る（Topic 02 の 10）。"""
    if request.method == "POST" and "choose" in request.POST:
        form = moving.duties_form(request.POST)
        answer = typed(form, request.POST)
        if may_keep(form, answer, request.POST):
            form.full_clean()
            if "duty" in form.errors:
                return _draw(request, moving, place, form=form)
            _keep(request, moving, place, _put(duties=answer))
            return redirect("application_step", moving.subject, place.step.slug)
    return _plain("duties")(request, moving, place)


def _review(request: HttpRequest, moving: Moving, place: Place) -> HttpResponse:
    """選択に間違いがないかを確かめ、入力フォームに進む。"""
    if request.method != "POST":
        return _draw(request, moving, place)
    _keep(request, moving, place, lambda answers: None)
    return _move(request, moving, place)


def _check(request: HttpRequest, moving: Moving, place: Place) -> HttpResponse:
    """最終確認をし、申請する。"""
    if request.method != "POST":
        return _draw(request, moving, place)
    if "next" not in request.POST:
        return _review(request, moving, place)
    if moving.draft is None and moving.application is None and (sent := queries.last_live(moving.doctor)):
        return redirect("mypage_application_receipt", sent.receipt_no)
    delegation = getattr(request, "delegation", None)
    if not moving.is_ready or (delegation is not None and not delegation.may(Act.SUBMIT)):
        return redirect("application_step", moving.subject, place.step.slug)
    return _submit(request, moving)


PAGES: dict[str, Callable[[HttpRequest, Moving, Place], HttpResponse]] = {
    "reason": _plain("reason"),
    "grounds": _plain("grounds"),
    "destination": _destination,
    "day": _plain("day"),
    "leaving": _plain("leaving"),
    "review": _review,
    "details": _details,
    "workplace": _workplace,
    "duties": _duties,
    "check": _check,
}


def _submit(request: HttpRequest, moving: Moving) -> HttpResponse:
    """申請する。二度押しても、同じ受付の頁になる。"""
    delegation = getattr(request, "delegation", None)
    try:
        if moving.application is None:
            application = submit_application(
                moving.doctor, moving.request(), by=delegation, draft=moving.subject, at=moving.at
            )
        else:
            application = resubmit_application(moving.application, moving.request(), by=delegation, at=moving.at)
    except SeatsClaimed as refusal:
        if queries.draft(moving.doctor, moving.subject, moving.at) is None:
            return redirect("mypage_application_receipt", refusal.application.receipt_no)
        messages.error(request, str(refusal))
        return redirect("mypage_application", refusal.application.receipt_no)
    except NotAllowed:
        return redirect("mypage_application_receipt", moving.subject)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("application_step", moving.subject, "check")
    keep_deed(request, Deed.SUBMITTED, application.receipt_no)
    return redirect("mypage_application_receipt", application.receipt_no)


@doctor_or_delegate(Act.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def application_draft_removal(request: HttpRequest, subject: str) -> HttpResponse:
    """下書きを消す。"""
    moving = _moving(request, subject)
    if moving is None or moving.draft is None:
        return redirect("mypage_applications")
    if request.method != "POST":
        return render(request, "membership/mypage/draft_removal.html", {"moving": moving})
    discard_draft(by=request.doctor.user_id, kind=queries.DRAFT, subject=moving.subject)
    keep_deed(request, Deed.DISCARDED, moving.subject)
    messages.success(request, "下書きを消しました。")
    return redirect("mypage_applications")


def _draw(request: HttpRequest, moving: Moving, place: Place, **context: Any) -> HttpResponse:
    stopped = queries.stopped_at(moving.application) if moving.application else None
    template = f"membership/mypage/step_{place.step.slug}.html"
    return render(request, template, {"moving": moving, "place": place, "stopped": stopped, **context})


def _keep(request: HttpRequest, moving: Moving, place: Place, change: Callable[[dict[str, Any]], None]) -> None:
    """下書きに残す。次に開いたときは、この段階から始まる。代理の人が書いたときは、その名も残る。"""

    def signed(answers: dict[str, Any]) -> None:
        change(answers)
        if delegation is not None and request.user.name not in answers.setdefault("delegates", []):
            answers["delegates"].append(request.user.name)

    delegation = getattr(request, "delegation", None)
    write_draft(
        by=request.doctor.user_id,
        kind=queries.DRAFT,
        subject=moving.subject,
        step=place.step.slug,
        at=moving.at,
        start=moving.answers,
        change=signed,
    )
    keep_deed(request, Deed.WROTE, moving.subject if moving.application else "")


def _move(request: HttpRequest, moving: Moving, place: Place) -> HttpResponse:
    """次へ、戻る、あとで続ける。答えで段階が変わるので、残したあとの表で進む。確認の頁から直しに来たら、確認の頁へ。"""
    if "later" in request.POST:
        messages.success(request, "下書きを残しました。30 日のあいだ、マイページTOPから続けられます。")
        return redirect("mypage_home")
    now = _moving(request, moving.subject)
    if now is None:
        return redirect("mypage_application", moving.subject)
    place = now.wizard.place(place.step.slug)
    if "back" in request.POST:
        return redirect("application_step", now.subject, place.before.slug) if place.before else redirect("mypage_home")
    if request.GET.get("to") == "check" and not now.problems:
        return redirect("application_step", now.subject, "check")
    return redirect("application_step", now.subject, place.after.slug if place.after else "check")
