"""画面を開いたあとに進んでいた件は、どの画面からでも 409 の頁になる。"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mamis.membership import policy as membership_policy
from mamis.membership import queries as membership_queries
from mamis.membership.models import Step
from mamis.membership.workflow import EVENT_LABELS as APPLICATION_EVENT_LABELS
from mamis.membership.workflow import STEP_EVENT_LABELS
from mamis.training import policy, queries
from mamis.training.models import CompletionApplication
from mamis.training.workflow import EVENT_LABELS, Event
from mamis.web.views import errors
from mamis.workflow.models import History
from mamis.workflow.table import By, NotAllowed, PageIsStale

ALREADY_MOVED = "この件は、画面を開いたあとに進んでいました。今回の操作では、何も変わっていません。"


class AlreadyHandled:
    """NotAllowed と PageIsStale を、何が起きたかを言う 409 にする。"""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """画面が断りきれなかった NotAllowed と PageIsStale だけを受け止める。"""
        if not isinstance(exception, NotAllowed | PageIsStale):
            return None
        step = _step(request)
        if step is not None:
            return _step_moved(request, step, isinstance(exception, NotAllowed))
        application = _application(request)
        if application is None:
            return errors.conflict(request, ALREADY_MOVED)
        if isinstance(exception, NotAllowed):
            return _decided(request, application)
        return _conflict(request, application, heading="内容が変わりました")


def _application(request: HttpRequest) -> CompletionApplication | None:
    """事務局が決めようとした修了申請。"""
    staff = getattr(request, "staff", None)
    receipt_no = request.resolver_match.kwargs.get("receipt_no") if request.resolver_match else None
    if staff is None or receipt_no is None:
        return None
    return policy.visible_to(staff).filter(receipt_no=receipt_no).first()


def _decided(request: HttpRequest, application: CompletionApplication) -> HttpResponse:
    """いつ、だれが、何をしたか。二度押した人には、自分の操作が済んでいることを言う。"""
    step = queries.last_step(application)
    if step.party == By.DOCTOR:
        heading, who = "申請は取り下げられています", f"{step.by_name} 先生"
    elif step.by_user_id == request.user.pk:
        heading, who = "すでに処理されています", "ご自身"
    else:
        heading, who = "他の担当者が処理済みです", f"{step.by_name} さん"
    return _conflict(request, application, heading=heading, step=step, who=who, what=EVENT_LABELS[Event(step.event)])


def _conflict(request: HttpRequest, application: CompletionApplication, **words: object) -> HttpResponse:
    context = {"application": application, "typed": request.POST.get("reason", ""), **words}
    return render(request, "training/office/conflict.html", context, status=409)


# 届出の段


def _step(request: HttpRequest) -> Step | None:
    """事務局が決めようとした届出の段：自分の医師会のものか、代わって決めようとした、下の医師会のもの。"""
    staff = getattr(request, "staff", None)
    where = request.resolver_match.kwargs if request.resolver_match else {}
    if staff is None or "receipt_no" not in where:
        return None
    steps = (
        membership_policy.steps_of_others_answerable_by(staff).filter(position=where["position"])
        if "position" in where
        else membership_policy.steps_visible_to(staff)
    )
    return steps.filter(application__receipt_no=where["receipt_no"]).first()


def _step_moved(request: HttpRequest, step: Step, is_decided: bool) -> HttpResponse:
    """いつ、だれが、何をしたか。内容が変わっただけなら、読み直すように言う。"""
    typed = request.POST.get("reason") or request.POST.get("question") or request.POST.get("answer")
    context = {
        "application": step.application,
        "heading": "内容が変わりました",
        "typed": typed or request.POST.get("comment", ""),
    }
    if is_decided:
        last = membership_queries.last_line(step)
        labels = {**APPLICATION_EVENT_LABELS, **STEP_EVENT_LABELS}
        context |= {"at": last.at, "what": labels[last.event], "heading": "すでに処理されています"}
        context["who"] = _who(last, step, request.user.pk)
    return render(request, "membership/office/conflict.html", context, status=409)


def _who(last: History, step: Step, user_id: int) -> str:
    """した人。よその医師会の人の名は出さない。"""
    if last.by_user_id == user_id:
        return "ご自身"
    if last.by_association is None:
        return f"{last.by_name} 先生" if last.party == By.DOCTOR else last.by_name
    ours = last.by_association_id == step.association_id
    return f"{last.by_name} さん" if ours else last.by_association.name
