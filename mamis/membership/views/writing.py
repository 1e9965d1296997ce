"""届出を書く頁。答えは打たれたままに残し、終わりにまとめて確かめる。"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mamis.doctors.doors import doctor_or_delegate
from mamis.doctors.rules import Act
from mamis.files.forms import upload_refused, with_uploads
from mamis.membership import policy, queries
from mamis.membership.moving import Moving, correcting, moving_of, reread
from mamis.membership.operations import REFUSALS
from mamis.membership.steps import CORRECTED_AS, ERRANDS, MOVING
from mamis.membership.views.desks import DoctorDesk
from mamis.membership.workflow import State
from mamis.wizard.steps import NoSuchStep, Place
from mamis.wizard.views import may_keep, typed


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
    moving = _mine(request, subject)
    return resume(moving) if moving else redirect("mypage_application", subject)


@doctor_or_delegate(Act.WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application_step(request: HttpRequest, subject: str, step: str) -> HttpResponse:
    """届出の一段階。"""
    moving = _mine(request, subject)
    if moving is None:
        return redirect("mypage_application_receipt" if request.method == "POST" else "mypage_application", subject)
    if moving.errand is MOVING and not moving.held and step in moving.slugs:
        return redirect("application_start")
    return write(request, moving, step)


def _mine(request: HttpRequest, subject: str) -> Moving | None:
    """新しい届出か、差し戻された自分の届出。いまは直せない届出なら、ない。"""
    desk, now = DoctorDesk(request), timezone.now()
    if subject in ERRANDS:
        return moving_of(desk, ERRANDS[subject], now)
    application = get_object_or_404(policy.owned_by(request.doctor), receipt_no=subject)
    if application.kind not in CORRECTED_AS:
        raise Http404
    return correcting(desk, application, now) if application.state == State.RETURNED else None


@doctor_or_delegate(Act.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def application_draft_removal(request: HttpRequest, subject: str) -> HttpResponse:
    """下書きを消す。"""
    moving = _mine(request, subject)
    if moving is None or moving.draft is None:
        return redirect("mypage_applications")
    if request.method != "POST":
        return render(request, "membership/mypage/draft_removal.html", {"moving": moving})
    moving.desk.discard(moving)
    messages.success(request, "下書きを消しました。")
    return redirect("mypage_applications")


# どの机でも同じ頁


def resume(moving: Moving) -> HttpResponse:
    """書き始めるか、前にいたところから続ける。"""
    return _to(moving, moving.wizard.resume(moving.draft.step if moving.draft else "").slug)


def write(request: HttpRequest, moving: Moving, step: str) -> HttpResponse:
    """届出の一段階。"""
    if step not in moving.slugs:
        raise Http404
    try:
        place = moving.wizard.place(step)
    except NoSuchStep:
        return resume(moving)
    return PAGES[step](request, moving, place)


def _to(moving: Moving, step: str, part: str = "") -> HttpResponse:
    return redirect(f"{moving.address(step)}{part}")


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
    moving.desk.keep(moving, place.step.slug, _put(**{place.step.slug: answer}, **more))
    return _move(request, moving, place)


def _put(**written: Any) -> Callable[[dict[str, Any]], None]:
    """その名の答えを書くこと。"""

    return lambda answers: answers.update(written)


def _destination(request: HttpRequest, moving: Moving, place: Place) -> HttpResponse:
    """異動先を探し、入会を希望する医師会を選ぶ。"""
    if request.method != "POST":
        return _draw(request, moving, place, form=moving.destination_form(), search=moving.search_form())
    form, search = moving.destination_form(request.POST), moving.search_form()
    if "search" in request.POST:
        search = moving.search_form(request.POST)
        answer = typed(form, request.POST)
        if not may_keep(form, answer, request.POST):
            return _draw(request, moving, place, form=form, search=search)
        if not search.is_valid():
            form = moving.supposing(destination=answer).destination_form()
            return _draw(request, moving, place, form=form, search=search, form_failed=True)
        written = _put(search=typed(search, search.data), destination=form.remembered(answer))
        moving.desk.keep(moving, place.step.slug, written)
        return _to(moving, place.step.slug, "#results")
    if "next" in request.POST and not form.offered:
        messages.error(request, "都道府県と郡市区を選び、「検索する」を押して、医師会を探してください。")
        return _to(moving, place.step.slug)
    return _answer(request, moving, place, form, search=search)


def _details(request: HttpRequest, moving: Moving, place: Place) -> HttpResponse:
    """必要事項。変わるところがなければ、そのまま最終確認へ進める（Topic 02 の 8）。"""
    if request.method != "POST" or "as_is" not in request.POST:
        return _plain("details")(request, moving, place)
    form = moving.details_form(request.POST)
    answer = typed(form, request.POST)
    if not (may_keep(form, answer, request.POST) and form.is_valid()):
        return _draw(request, moving, place, form=form)
    moving.desk.keep(moving, place.step.slug, _put(details=answer, as_is=True))
    return _to(moving, reread(moving).wizard.place(place.step.slug).after.slug)


def _workplace(request: HttpRequest, moving: Moving, place: Place) -> HttpResponse:
    """所属施設。候補を探し、なければ「未定」に書く。"""
    if request.method != "POST":
        form = moving.workplace_form()
        words = moving.answers.get("workplace", {}).get("words", [""])[0]
        return _draw(request, moving, place, form=form, candidates=moving.candidates(words), words=words)
    form, words = moving.workplace_form(request.POST), request.POST.get("words", "")
    answer = typed(form, request.POST)
    if "search" in request.POST and may_keep(form, answer, request.POST):
        moving.desk.keep(moving, place.step.slug, _put(workplace=answer))
        return _to(moving, place.step.slug, "#candidates")
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
            moving.desk.keep(moving, place.step.slug, _put(duties=answer))
            return _to(moving, place.step.slug)
    return _plain("duties")(request, moving, place)


def _with_files(name: str) -> Callable[[HttpRequest, Moving, Place], HttpResponse]:
    """ファイルも選べる頁。選ばれたものは預かり、その名を下書きに残す。"""

    def page(request: HttpRequest, moving: Moving, place: Place) -> HttpResponse:
        make = getattr(moving, f"{name}_form")
        if request.method != "POST":
            return _draw(request, moving, place, form=make())
        form = make(request.POST, request.FILES)
        answer = with_uploads(form, typed(form, request.POST))
        if not may_keep(form, answer, request.POST) or upload_refused(form):
            return _draw(request, moving, place, form=form)
        moving.desk.keep(moving, place.step.slug, _put(**{name: answer}))
        return _move(request, moving, place)

    return page


def _review(request: HttpRequest, moving: Moving, place: Place) -> HttpResponse:
    """選択に間違いがないかを確かめ、入力フォームに進む。"""
    if request.method != "POST":
        return _draw(request, moving, place)
    moving.desk.keep(moving, place.step.slug, lambda answers: None)
    return _move(request, moving, place)


def _check(request: HttpRequest, moving: Moving, place: Place) -> HttpResponse:
    """最終確認をし、申請する。"""
    if request.method != "POST":
        return _draw(request, moving, place)
    if "next" not in request.POST:
        return _review(request, moving, place)
    if moving.draft is None and moving.application is None and (sent := moving.desk.sent(moving)):
        return sent
    if not moving.is_ready or not moving.desk.may_submit:
        return _to(moving, place.step.slug)
    try:
        return moving.desk.submit(moving)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return _to(moving, place.step.slug)


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
    "questions": _with_files("questions"),
    "paper": _with_files("paper"),
    "check": _check,
}


def _draw(request: HttpRequest, moving: Moving, place: Place, **context: Any) -> HttpResponse:
    template = f"membership/mypage/step_{place.step.slug}.html"
    told = {"stopped": moving.stopped, "remarks": moving.remarks_at(place.step.slug)}
    return render(request, template, {"moving": moving, "place": place, **told, **context})


def _move(request: HttpRequest, moving: Moving, place: Place) -> HttpResponse:
    """次へ、戻る、あとで続ける。答えで段階が変わるので、残したあとの表で進む。確認の頁から直しに来たら、確認の頁へ。"""
    if "later" in request.POST:
        messages.success(request, moving.desk.words.kept)
        return redirect(moving.desk.home)
    now = reread(moving)
    place = now.wizard.place(place.step.slug)
    if "back" in request.POST:
        return _to(now, place.before.slug) if place.before else redirect(now.desk.home)
    if request.GET.get("to") == "check" and not now.problems:
        return _to(now, "check")
    return _to(now, place.after.slug if place.after else "check")
