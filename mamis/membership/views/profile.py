"""会員情報：いまの登録を見る、連絡先を変える、氏名・生年月日・性別・医籍の変更を申請する。"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mamis.associations.queries import prefectures
from mamis.associations.rules import Procedure
from mamis.audit.operations import record
from mamis.doctors.doors import doctor_required
from mamis.doctors.models import Doctor
from mamis.doctors.queries import current_licence
from mamis.files.forms import hold_uploads, show_held, upload_refused, with_uploads
from mamis.files.models import StoredFile
from mamis.files.policy import carried_by
from mamis.membership import policy, queries
from mamis.membership.forms.mypage import DetailsForm, details_of
from mamis.membership.forms.profile import EVIDENCE, IdentityForm, initial_of, recall_evidence
from mamis.membership.models import Application
from mamis.membership.operations import (
    NothingChanges,
    ProfileUnderWay,
    Request,
    change_contact,
    resubmit_profile,
    submit_profile,
)
from mamis.membership.rules import APPROVED_FACTS, CONTACT_FACTS, touched_by
from mamis.membership.workflow import State
from mamis.wizard.models import Draft
from mamis.wizard.operations import write_draft
from mamis.wizard.queries import draft_of
from mamis.wizard.views import as_data, as_initial, may_keep, typed
from mamis.workflow.table import NotAllowed, PageIsStale


@doctor_required
@never_cache
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """医師会に登録されている会員情報と、それを変える二つの入口。"""
    now = timezone.now()
    context = {
        "doctor": request.doctor,
        "licence": current_licence(request.doctor),
        "live": queries.live_profile(request.doctor),
        "window": queries.window_of(request.doctor, timezone.localdate(now)),
        "draft": draft_of(request.user.pk, queries.PROFILE_DRAFT, "", now),
    }
    return render(request, "membership/mypage/profile.html", context)


# 連絡先


@doctor_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """自宅の連絡先を変える。すぐに変わる。"""
    doctor = request.doctor
    if request.method == "POST":
        form = DetailsForm(request.POST, prefectures=prefectures())
        if form.is_valid() and _change_contact(request, form):
            return redirect("mypage_contact_done")
    else:
        held = queries.facts_of(doctor, CONTACT_FACTS)
        form = DetailsForm(initial=details_of(held), prefectures=prefectures())
    context = {"form": form, "seen": _seen(request, CONTACT_FACTS), "form_failed": bool(form.errors)}
    return render(request, "membership/mypage/contact.html", context, status=422 if form.errors else 200)


def _change_contact(request: HttpRequest, form: DetailsForm) -> bool:
    """変えて、そのことを書きとめる。変わるところがなければ、そう言う。"""
    doctor, now = request.doctor, timezone.now()
    try:
        change_contact(doctor, form.facts, seen=str(request.POST.get("seen", "")), at=now)
    except NothingChanges as refusal:
        form.add_error(None, str(refusal))
        return False
    record(by=request.user.pk, act="連絡先の変更", about=f"医師 {doctor.pk}", at=now)
    return True


@doctor_required
@never_cache
@require_safe
def contact_done(request: HttpRequest) -> HttpResponse:
    """連絡先が変わったことと、ほかに要る手続き。"""
    change = policy.contact_changes_of(request.doctor).first()
    if change is None:
        return redirect("mypage_profile")
    context = {
        "change": change,
        "facts": queries.facts_changed(change.facts_before, change.facts_after),
        "touches": touched_by(change.facts_after),
        "associations": [
            seat.membership.association for seat in queries.seats(request.doctor, timezone.localdate(change.changed_at))
        ],
    }
    return render(request, "membership/mypage/contact_done.html", context)


# 氏名・生年月日・性別・医籍


@dataclass(frozen=True)
class Identity:
    """書いている途中の、氏名などの変更。差し戻されたものを直しているときは `application` がある。"""

    doctor: Doctor
    application: Application | None
    at: datetime

    @property
    def subject(self) -> str:
        return self.application.receipt_no if self.application else ""

    @cached_property
    def draft(self) -> Draft | None:
        return draft_of(self.doctor.user_id, queries.PROFILE_DRAFT, self.subject, self.at)

    @cached_property
    def held(self) -> dict[str, str]:
        """いまの登録。"""
        return queries.facts_of(self.doctor, APPROVED_FACTS)

    @cached_property
    def seen(self) -> str:
        """いまの登録の印。"""
        return queries.register_seen(self.doctor, APPROVED_FACTS)

    def form(self) -> IdentityForm:
        """開いたばかりの頁。書きかけ、差し戻された内容、いまの登録の順に、あるものを入れておく。"""
        if self.draft is not None:
            answer = self.draft.answers["identity"]
            form = self._blank_form()
            form.initial = as_initial(form, answer)
            show_held(form, "evidence", self._carried(answer.get("evidence_0", [""])[0]))
            return form
        sheet = self.application.sheet if self.application else None
        form = self._blank_form()
        form.initial = initial_of(self.held | (sheet.facts_after if sheet else {}))
        if sheet is not None:
            form.initial["note"] = sheet.note
            show_held(form, "evidence", sheet.evidence)
        return form

    def written(self, request: HttpRequest) -> IdentityForm:
        """送られてきた頁。選ばれた書類は、すぐに預かる。"""
        form = self._blank_form(request.POST, files=request.FILES)
        self._hold(form)
        return form

    def kept(self) -> IdentityForm | None:
        """下書きに残したものを、検査したもの。まだ書いていないか、書いたあとに登録が変わっていれば、ない。"""
        if self.draft is None or self.draft.answers["seen"] != self.seen:
            return None
        form = self._blank_form(as_data(self.draft.answers["identity"]))
        self._hold(form)
        return form if form.is_valid() else None

    def request(self, form: IdentityForm) -> Request:
        """届け出ること。"""
        return Request(
            after={},
            effective_on=timezone.localdate(self.at),
            facts=form.facts,
            note=form.cleaned_data["note"],
            evidence_id=form.cleaned_data["evidence"].pk,
        )

    def _blank_form(self, data: Any = None, **options: Any) -> IdentityForm:
        return IdentityForm(data, held=self.held, on=timezone.localdate(self.at), **options)

    def _hold(self, form: IdentityForm) -> None:
        """選ばれた書類を預かる。差し戻された申請の書類は、医師会が写したものでも使える。"""
        hold_uploads(form, by_user_id=self.doctor.user_id, at=self.at)
        if self.application is not None:
            recall_evidence(form, self.application)

    def _carried(self, token: str) -> StoredFile | None:
        sent = carried_by(EVIDENCE, by_user_id=self.doctor.user_id)
        if self.application is not None:
            sent = sent | policy.evidence_of(self.application)
        return sent.filter(token=token).first() if token else None


@doctor_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest, receipt_no: str = "") -> HttpResponse:
    """氏名・生年月日・性別・医籍の、変わるところと、証明する書類。"""
    writing = _writing(request, receipt_no)
    if isinstance(writing, HttpResponse):
        return writing
    form = writing.written(request) if request.method == "POST" else writing.form()
    if request.method == "POST" and _keep(request, writing, form):
        return _later(request) if "later" in request.POST else _go("identity_check", receipt_no)
    stopped = queries.stopped_at(writing.application) if writing.application else None
    context = {
        "form": form,
        "seen": writing.seen,
        "application": writing.application,
        "stopped": stopped,
        "remarks": stopped.remarked if stopped else (),
        "is_returned": writing.application is not None,
        "form_failed": bool(form.errors),
    }
    return render(request, "membership/mypage/identity.html", context, status=422 if form.errors else 200)


@doctor_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def identity_check(request: HttpRequest, receipt_no: str = "") -> HttpResponse:
    """変わるところを確かめ、申請する。"""
    writing = _writing(request, receipt_no)
    if isinstance(writing, HttpResponse):
        return writing
    form = writing.kept()
    if form is None:
        if writing.draft is not None:
            messages.warning(request, "書き終えていないか、いまの登録か書類が変わりました。内容をお確かめください。")
        return _go("identity", receipt_no)
    if request.method == "POST":
        return _submit(request, writing, form)
    today = timezone.localdate(writing.at)
    application = writing.application
    context = {
        "application": application,
        "facts": queries.facts_changed(writing.held, form.facts),
        "evidence": form.cleaned_data["evidence"],
        "note": form.cleaned_data["note"],
        "window": application.steps.get().association if application else queries.window_of(writing.doctor, today),
        "touches": touched_by(form.facts),
    }
    return render(request, "membership/mypage/identity_check.html", context)


def _writing(request: HttpRequest, receipt_no: str) -> Identity | HttpResponse:
    """新しい申請か、差し戻された自分の申請。いまは書けないときは、その行き先。"""
    doctor, now = request.doctor, timezone.now()
    if receipt_no:
        found = get_object_or_404(policy.owned_by(doctor), receipt_no=receipt_no, kind=Procedure.PROFILE)
        return Identity(doctor, found, now) if found.state == State.RETURNED else _sent(request, found)
    live = queries.live_profile(doctor)
    if live is not None:
        return _sent(request, live)
    if queries.window_of(doctor, timezone.localdate(now)) is None:
        return redirect("mypage_profile")
    return Identity(doctor, None, now)


def _sent(request: HttpRequest, application: Application) -> HttpResponse:
    """もう出した申請。二度押しても、同じ受付の頁になる。"""
    if request.method == "POST":
        return redirect("mypage_application_receipt", application.receipt_no)
    messages.info(request, str(ProfileUnderWay(application)))
    return redirect("mypage_application", application.receipt_no)


def _keep(request: HttpRequest, writing: Identity, form: IdentityForm) -> bool:
    """下書きに残す。「次へ」なら、正しいときだけ。開いたあとに登録が変わっていれば PageIsStale。"""
    answer = with_uploads(form, typed(form, request.POST))
    if not may_keep(form, answer, request.POST) or upload_refused(form):
        return False
    if request.POST.get("seen") != writing.seen:
        raise PageIsStale
    write_draft(
        by=request.user.pk,
        kind=queries.PROFILE_DRAFT,
        subject=writing.subject,
        step="check",
        at=writing.at,
        start={},
        change=lambda answers: answers.update(identity=answer, seen=writing.seen),
    )
    return True


def _later(request: HttpRequest) -> HttpResponse:
    messages.success(request, "下書きを残しました。30 日のあいだ、「会員情報」から続けられます。")
    return redirect("mypage_profile")


def _submit(request: HttpRequest, writing: Identity, form: IdentityForm) -> HttpResponse:
    wanted, seen = writing.request(form), writing.seen
    try:
        if writing.application is None:
            done = submit_profile(writing.doctor, wanted, seen=seen, at=writing.at)
        else:
            done = resubmit_profile(writing.application, wanted, seen=seen, at=writing.at)
    except ProfileUnderWay as refusal:
        return _sent(request, refusal.application)
    except NotAllowed:
        return redirect("mypage_application_receipt", writing.subject)
    return redirect("mypage_application_receipt", done.receipt_no)


def _go(page: str, receipt_no: str) -> HttpResponse:
    """新しい申請の頁か、差し戻された申請を直す頁。"""
    if receipt_no:
        return redirect(f"mypage_{page}_again", receipt_no)
    return redirect(f"mypage_{page}")


def _seen(request: HttpRequest, names: Any) -> str:
    """開いた画面の印。書き直しているあいだは、初めに開いたときのもの。"""
    if request.method == "POST":
        return str(request.POST.get("seen", ""))
    return queries.register_seen(request.doctor, names)
