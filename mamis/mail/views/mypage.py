"""医師の送信履歴。"""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mamis.mail import policy, queries
from mamis.mail.forms import MyMessages


@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """自分に宛てたメールの一覧。"""
    form = MyMessages(request.GET)
    mine = policy.owned_by(request.doctor.pk, request.user.pk)
    found = queries.newest(mine, form.criteria(timezone.localdate()))
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "mail/mypage_message_list.html", {"form": form, "page": page})


@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """自分に宛てたメールの一通。"""
    mine = policy.readable(policy.owned_by(request.doctor.pk, request.user.pk))
    return render(request, "mail/mypage_message.html", {"message": get_object_or_404(mine, pk=pk)})
