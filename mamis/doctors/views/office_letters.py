"""事務局の会員管理：利用者登録のご案内。"""

from datetime import date, datetime, timedelta
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.audit.operations import record
from mamis.doctors import policy, queries
from mamis.doctors.forms.office import LetterSearch
from mamis.doctors.letters import LetterFacts, letter_pdf
from mamis.doctors.models import Doctor
from mamis.doctors.operations import code_of, make_letter
from mamis.doctors.rules import LETTER_LIVES, LETTER_TRIES

ROWS = 50


@require_safe
@office_required(Role.CLERK)
def letter_list(request: HttpRequest) -> HttpResponse:
    """ご案内を作る医師を探す。まだログインできない医師だけが並ぶ。"""
    form = LetterSearch(request.GET)
    doctors = queries.find_letterable(policy.letterable_by(request.staff, timezone.localdate()), form.words)
    return render(
        request,
        "doctors/office/letter_list.html",
        {"form": form, "page": Paginator(doctors, ROWS).get_page(request.GET.get("page"))},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """一人の医師への、利用者登録のご案内。"""
    doctor = _doctor(request, pk)
    if request.method == "POST":
        make_letter(doctor, by=request.staff, at=timezone.now())
        _record(request, doctor, "利用者登録のご案内の作成")
        messages.success(request, "ご案内を作りました。紙に印刷して、ご本人に渡してください。")
        return redirect("office_letter", code=request.association.code, pk=pk)
    newest = queries.newest_letter(doctor)
    return render(
        request,
        "doctors/office/letter.html",
        {
            "doctor": doctor,
            "licence": queries.current_licence(doctor),
            "letter": newest,
            "is_open": newest is not None and newest.is_open(timezone.now()),
            "is_ours": newest is not None and newest.association_id == request.association.pk,
            "last_on": _last_on(newest.expires_at) if newest else None,
            "days": LETTER_LIVES.days,
            "tries": LETTER_TRIES,
        },
    )


@never_cache
@require_safe
@office_required(Role.CLERK)
def letter_print(request: HttpRequest, pk: int) -> HttpResponse:
    """ご案内の PDF。作った医師会が、使えるあいだだけ受け取れる。"""
    doctor = _doctor(request, pk)
    newest = queries.newest_letter(doctor)
    if newest is None or newest.association_id != request.association.pk or not newest.is_open(timezone.now()):
        raise Http404
    content = letter_pdf(
        LetterFacts(
            name=doctor.name,
            issuer=request.association.name,
            telephone=request.association.telephone,
            code=code_of(newest.seed),
            address=f"{settings.BASE_URL}{reverse('registration_letter')}",
            made_on=timezone.localdate(newest.made_at),
            last_on=_last_on(newest.expires_at),
        )
    )
    _record(request, doctor, "利用者登録のご案内の受け取り")
    name = quote("利用者登録のご案内")
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f"attachment; filename=\"letter.pdf\"; filename*=UTF-8''{name}.pdf"},
    )


def _doctor(request: HttpRequest, pk: int) -> Doctor:
    return get_object_or_404(policy.letterable_by(request.staff, timezone.localdate()), pk=pk)


def _last_on(expires_at: datetime) -> date:
    """使える最後の日。"""
    return timezone.localdate(expires_at - timedelta(seconds=1))


def _record(request: HttpRequest, doctor: Doctor, act: str) -> None:
    record(
        by=request.user.pk,
        association_id=request.association.pk,
        act=act,
        about=f"医師 {doctor.pk}",
        at=timezone.now(),
    )
