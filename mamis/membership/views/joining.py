"""だれでも開ける頁：研修医の名簿に載った医師が、入会の内容を確かめる。"""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mamis.accounts.operations import MustWait
from mamis.accounts.views.held_keys import HeldKey
from mamis.accounts.views.sign_in import words_of_waiting
from mamis.accounts.views.visitor import address_of
from mamis.membership import queries
from mamis.membership.forms.joinings import BirthForm, DecliningForm
from mamis.membership.models import Joining
from mamis.membership.operations import (
    REFUSALS,
    BirthDiffers,
    JoiningLinkDead,
    confirm_joining,
    decline_joining,
    is_proven,
    open_joining,
    prove_joining,
    read_joining,
)
from mamis.membership.rules import JOINING_WAITS
from mamis.membership.workflow import ANSWERED, JoiningState

KEY = HeldKey("joining-key", re.compile("[0-9a-f]{32}-[0-9a-f]{64}"), JOINING_WAITS, page="joining", first="joining")
PROOF = HeldKey("joining-proof", re.compile("[0-9a-f]{64}"), timedelta(hours=1), page="joining", first="joining_review")


@login_not_required
@never_cache
@require_safe
def joining_link(request: HttpRequest, key: str) -> HttpResponse:
    """お願いのメールのリンクを開いた。開くだけでは申請にならない。"""
    return KEY.hold(key) or _dead(request, None)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def joining(request: HttpRequest) -> HttpResponse:
    """生年月日を打ち、ご本人であることを確かめる。それまでは、お願いをした医師会のほかは見せない。"""
    now = timezone.now()
    try:
        found = open_joining(KEY.of(request), at=now)
    except JoiningLinkDead as dead:
        return _dead(request, dead.joining)
    form = BirthForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            proof = prove_joining(found, form.cleaned_data["birth_on"], address=address_of(request), at=now)
        except BirthDiffers as refusal:
            form.add_error("birth_on", str(refusal))
        except MustWait as refusal:
            form.add_error("birth_on", words_of_waiting(refusal.until, now)["title"] + "。")
        else:
            return PROOF.hold(proof) or redirect("joining")
    return render(request, "membership/public/joining.html", {"form": form, "joining": found})


def _proven_door(page: Callable[[HttpRequest, Joining], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """生年月日まで確かめた人だけを、返事のできるあいだ通す。返事が済んでいれば、済んだ頁へ。"""

    @wraps(page)
    def door(request: HttpRequest) -> HttpResponse:
        found = _proven(request)
        if found is None:
            return redirect("joining")
        if found.state in ANSWERED:
            return redirect("joining_done")
        try:
            return page(request, found)
        except JoiningLinkDead as dead:
            return _dead(request, dead.joining)

    return door


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_proven_door
def joining_review(request: HttpRequest, found: Joining) -> HttpResponse:
    """名簿の内容を確かめ、一つのボタンで入会を申請する。"""
    refusal = None
    if request.method == "POST":
        try:
            confirm_joining(found, at=timezone.now())
        except REFUSALS as refused:
            refusal = refused
        else:
            return redirect("joining_done")
    context = {"joining": found, "seats": queries.seats_asked(found), "refusal": refusal}
    return render(request, "membership/public/joining_review.html", context, status=409 if refusal else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_proven_door
def joining_declining(request: HttpRequest, found: Joining) -> HttpResponse:
    """内容が違うか、申し込まない。"""
    form = DecliningForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        decline_joining(found, form.cleaned_data["note"], at=timezone.now())
        return redirect("joining_done")
    return render(request, "membership/public/joining_declining.html", {"form": form, "joining": found})


@login_not_required
@never_cache
@require_safe
def joining_done(request: HttpRequest) -> HttpResponse:
    """お返事が済んだ。"""
    found = _proven(request)
    if found is None or found.state not in ANSWERED:
        return redirect("joining")
    context = {"joining": found, "is_confirmed": found.state == JoiningState.CONFIRMED}
    return render(request, "membership/public/joining_done.html", context)


def _proven(request: HttpRequest) -> Joining | None:
    """生年月日まで確かめた人の、まだ返事のできるか、返事の済んだお願い。"""
    try:
        found = read_joining(KEY.of(request))
        if not is_proven(found, PROOF.of(request)):
            return None
        return found if found.state in ANSWERED else open_joining(KEY.of(request), at=timezone.now())
    except JoiningLinkDead:
        return None


def _dead(request: HttpRequest, found: Joining | None) -> HttpResponse:
    """使えないリンク。鍵が正しければ、もう返事があったことと、お問合せ先だけを言う。"""
    context = {"joining": found, "is_answered": found is not None and found.state in ANSWERED}
    return render(request, "membership/public/joining_link_dead.html", context, status=410)
