"""練習用のメール受けの頁。"""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from mamis.demo import mailbox as box
from mamis.demo.forms import MailboxFilter


@login_not_required
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """届いたメールの一覧。"""
    form = MailboxFilter(request.GET, recipients=box.recipients())
    page = Paginator(box.received(form.recipient), 50).get_page(request.GET.get("page"))
    return render(request, "demo/mailbox.html", {"form": form, "page": page})


@login_not_required
@require_safe
def mailbox_message(request: HttpRequest, pk: int) -> HttpResponse:
    """届いたメールの一通。"""
    return render(request, "demo/mailbox_message.html", {"mail": get_object_or_404(box.received(), pk=pk)})
