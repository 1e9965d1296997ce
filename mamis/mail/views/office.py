"""事務局の送信履歴。"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mamis.mail import operations, policy, queries
from mamis.mail.forms import OfficeMessages


@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """医師会に宛てたメールと、受け持つ申請についてのメールの一覧。"""
    form = OfficeMessages(request.GET)
    ours = policy.visible_to(request.association.pk)
    page = Paginator(queries.newest(ours, form.criteria(timezone.localdate())), 50).get_page(request.GET.get("page"))
    untold = queries.untold(policy.tellable_by(request.association.pk)).count()
    return render(request, "mail/office_message_list.html", {"form": form, "page": page, "untold": untold})


@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """一通の中身と、届いたかどうか。"""
    found = get_object_or_404(policy.readable(policy.visible_to(request.association.pk)), pk=pk)
    is_tellable = policy.tellable_by(request.association.pk).filter(pk=pk).exists()
    return render(request, "mail/office_message.html", {"message": found, "is_tellable": is_tellable})


@require_safe
def message_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """届かなかったメールの中身を、紙で渡すためのお知らせ（A4）。"""
    found = get_object_or_404(policy.tellable_by(request.association.pk), pk=pk)
    return render(request, "mail/office_message_notice.html", {"message": found, "today": timezone.localdate()})


@require_POST
def message_told(request: HttpRequest, pk: int) -> HttpResponse:
    """紙か電話で知らせたことを記録する。"""
    found = get_object_or_404(policy.tellable_by(request.association.pk), pk=pk)
    operations.mark_told(found, by=request.user, at=timezone.now())
    messages.success(request, "紙・電話でお知らせしたことを記録しました。")
    return redirect("office_message", code=request.association.code, pk=pk)
