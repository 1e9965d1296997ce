"""研修管理：いまの単位、申請の状況、単位の記録、修了証。

戸口は urls.py で付ける。見るだけの頁は、わけを書いた事務局にも、同じ頁のまま開く（doors.py）。
"""

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mamis.audit.operations import record
from mamis.doctors.doors import doctor_or_delegate, doctor_required, keep_deed
from mamis.doctors.rules import Act, Deed, is_by_delegate
from mamis.training import policy, queries
from mamis.training.certificates import CertificateFacts, certificate_pdf
from mamis.training.models import Certificate, CompletionApplication, CompletionHistory
from mamis.training.operations import CertificateGone, take_certificate, withdraw_completion
from mamis.training.workflow import LIVE, Event, State, told_to_doctor
from mamis.workflow.table import By


@require_safe
def training(request: HttpRequest) -> HttpResponse:
    """研修管理の入口。"""
    now = timezone.now()
    context = {
        "today": timezone.localdate(now),
        "standing": queries.standing(request.doctor, now),
        "certificates": queries.certificates_newest_first(policy.certificates_of(request.doctor)),
        "past": queries.past_newest_first(policy.past_completions_of(request.doctor)),
        "applications": queries.newest_first(_own(request))[:3],
        "credits": queries.credit_totals(policy.credits_of(request.doctor)),
        "viewing_count": policy.viewings_of(request.doctor).count(),
    }
    return render(request, "training/mypage/training.html", context)


@require_safe
def completion_card(request: HttpRequest) -> HttpResponse:
    """かかりつけ医機能報告制度にかかる研修の、いまの単位と、次にすること。"""
    now = timezone.now()
    standing = queries.standing(request.doctor, now)
    context = {
        "today": timezone.localdate(now),
        "standing": standing,
        "advice": queries.advice(standing, timezone.localdate(now)),
        "returned": queries.last_return(standing.application) if standing.application else None,
    }
    return render(request, "training/mypage/card.html", context)


@require_safe
def credit_record(request: HttpRequest) -> HttpResponse:
    """単位の記録。"""
    lines = queries.own_ledger(policy.credits_of(request.doctor))
    totals = queries.credit_totals(policy.credits_of(request.doctor))
    return render(request, "training/mypage/credit_record.html", {"lines": lines, "totals": totals})


@require_safe
def completion_list(request: HttpRequest) -> HttpResponse:
    """これまでの修了申請。"""
    applications = queries.newest_first(_own(request))
    return render(request, "training/mypage/completion_list.html", {"applications": applications})


@never_cache
@require_safe
def completion(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """一つの修了申請：いまの状態、差し戻しの理由、経過、申請した内容。"""
    application = get_object_or_404(_own(request), receipt_no=receipt_no)
    submission = queries.latest_submission(application)
    context = {
        "today": timezone.localdate(),
        "application": application,
        "is_returned": application.can(Event.SUBMIT, By.DOCTOR),
        "may_withdraw": application.can(Event.WITHDRAW, By.DOCTOR),
        "certificate": policy.certificates_of(request.doctor).filter(application=application).first(),
        "history": [(row, _told(row)) for row in queries.steps_of(application)],
        "returned": queries.last_return(application),
        "submission": submission,
        "reports": queries.reports_of(submission),
        "evaluation": queries.evaluation_of(application),
    }
    return render(request, "training/mypage/completion.html", context)


@never_cache
@require_safe
def completion_receipt(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """受付票。申請したときも、あとからも、同じもの。"""
    application = get_object_or_404(_own(request), receipt_no=receipt_no)
    submission = queries.latest_submission(application)
    context = {
        "application": application,
        "is_live": application.state in LIVE,
        "submission": submission,
        "reports": queries.reports_of(submission),
        "mails": queries.tells_receipt(timezone.localdate(submission.submitted_at)) and not application.is_imported,
    }
    return render(request, "training/mypage/receipt.html", context)


@doctor_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def completion_withdrawal(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """決まる前の申請を取り下げる。"""
    application = get_object_or_404(policy.owned_by(request.doctor), receipt_no=receipt_no)
    if request.method != "POST":
        if not application.can(Event.WITHDRAW, By.DOCTOR):
            return redirect("mypage_completion", receipt_no)
        return render(request, "training/mypage/withdrawal.html", {"application": application})
    withdraw_completion(application, at=timezone.now())
    messages.success(request, "修了申請を取り下げました。")
    return redirect("mypage_completion", receipt_no)


@doctor_or_delegate(Act.DOWNLOAD)
@require_safe
def completion_certificate(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """修了証の PDF。そのつど描き、取り出したことを書きとめる。"""
    certificate = get_object_or_404(
        policy.certificates_of(request.doctor), application__receipt_no=receipt_no, revoked_at=None
    )
    response = certificate_file(request, certificate)
    keep_deed(request, Deed.DOWNLOADED, f"修了証 第 {certificate.number} 号")
    return response


def certificate_file(request: HttpRequest, certificate: Certificate, association_id: int | None = None) -> HttpResponse:
    """修了証の PDF を描いて渡し、だれが取り出したかを書きとめる。"""
    paper = certificate_pdf(_facts(certificate))
    try:
        take_certificate(certificate, by=request.user, at=timezone.now())
    except CertificateGone as gone:
        raise Http404 from gone
    record(
        by=request.user.pk,
        association_id=association_id,
        act="certificate_download",
        about=f"修了証 {certificate.number}",
        at=timezone.now(),
    )
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, f"修了証_{certificate.number}.pdf")
    response["Cache-Control"] = "no-store"
    return response


def _own(request: HttpRequest) -> QuerySet[CompletionApplication]:
    """この頁に出る修了申請：医師のもの。事務局が見ているときは、そのうち申請先である分。"""
    viewing = getattr(request, "viewing", None)
    return policy.shown_in(viewing) if viewing else policy.owned_by(request.doctor)


def _told(row: CompletionHistory) -> str:
    """経過の一行。代理の人がしたことには、その名を添える。"""
    told = told_to_doctor(
        Event(row.event),
        again=row.from_state != State.NEW,
        office=row.by_association.name if row.by_association else "",
        destination=row.destination.name,
    )
    return f"{row.by_name}が{told}" if is_by_delegate(row.by_name) else told


def _facts(certificate: Certificate) -> CertificateFacts:
    """修了証の紙に載ること：発行のときの写し。"""
    return CertificateFacts(
        number=certificate.number,
        name=certificate.holder_name,
        licence_no=certificate.licence_number,
        programme=certificate.programme_name,
        completed_on=certificate.completed_on,
        expires_on=certificate.expires_on,
        issuer=certificate.issuer_name,
        president=certificate.president_name,
        verify_url=settings.BASE_URL + reverse("certificate_verification", args=[certificate.token]),
    )
