"""担当者に招かれた人の画面。"""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from mamis.accounts.models import User
from mamis.accounts.operations import NameTaken
from mamis.accounts.views.held_keys import HeldKey
from mamis.associations import operations
from mamis.associations.forms import office as forms
from mamis.associations.rules import INVITATION_LIVES

KEY = HeldKey(
    "invitation-key", re.compile("[0-9A-Za-z-]{1,100}"), INVITATION_LIVES, page="invitation", first="invitation"
)
HOURS = int(INVITATION_LIVES.total_seconds() // 3600)


@login_not_required
@never_cache
@require_safe
def link(request: HttpRequest, key: str) -> HttpResponse:
    """招待のメールのリンクを開いた。開くだけでは承諾したことにならない。"""
    return KEY.hold(key) or _dead(request)


@login_not_required
@never_cache
@sensitive_post_parameters("new_password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def acceptance(request: HttpRequest) -> HttpResponse:
    """招待を承諾する。はじめての人は氏名とパスワードを決め、利用者である人はログインしてから承諾する。"""
    key, now = KEY.of(request), timezone.now()
    try:
        invitation = operations.opened_invitation(key, at=now)
        invitee = operations.invitee_of(invitation)
        if invitee is None and not request.user.is_authenticated:
            return _join(request, invitation, key, now)
        if request.method == "POST" and request.user == invitee:
            staff = operations.accept_invitation(key, by=invitee, at=now)
            messages.success(request, f"{staff.association.name}の担当者（{staff.role_label}）になりました。")
            return KEY.forget(redirect("office_home", code=staff.association.code))
    except operations.InvitationDead:
        return _dead(request)
    return render(request, "associations/invitation_accept.html", {"invitation": invitation, "invitee": invitee})


def _join(request: HttpRequest, invitation: object, key: str, now: object) -> HttpResponse:
    """はじめての人。決めている間にその人が利用者になっていれば、ログインしていただく。"""
    form = forms.JoinForm(User(email=invitation.address), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            staff = operations.join_by_invitation(key, name=typed["name"], password=typed["new_password"], at=now)
        except NameTaken:
            return redirect("invitation")
        messages.success(
            request, f"{staff.association.name}の担当者（{staff.role_label}）になりました。ログインしてください。"
        )
        office = reverse("office_home", args=[staff.association.code])
        return KEY.forget(redirect(f"{reverse('account_login')}?next={office}"))
    return render(request, "associations/invitation_join.html", {"invitation": invitation, "form": form})


def _dead(request: HttpRequest) -> HttpResponse:
    return render(request, "associations/invitation_dead.html", {"hours": HOURS}, status=410)
