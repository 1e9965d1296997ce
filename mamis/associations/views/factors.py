"""二要素の解除：なくした人の申し出を、ほかの管理者が決める。"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mamis.accounts.operations import refuse_release, release_factors
from mamis.associations import policy
from mamis.associations.doors import office_required
from mamis.associations.forms import office as forms
from mamis.associations.rules import Role


@require_safe
@office_required(Role.ADMIN)
def factor_losses(request: HttpRequest) -> HttpResponse:
    """二要素をなくした人の申し出の一覧。"""
    return render(request, "associations/factor_losses.html", {"losses": policy.losses_decidable_by(request.staff)})


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def factor_loss(request: HttpRequest, pk: int) -> HttpResponse:
    """一つの申し出を、解除するか断る。"""
    loss = get_object_or_404(policy.losses_decidable_by(request.staff), pk=pk)
    form = forms.ReleaseForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        page = {"form": form, "loss": loss, "offices": policy.serving(loss.user)}
        return render(request, "associations/factor_loss.html", page)
    decide = refuse_release if "refuse" in request.POST else release_factors
    association = request.association.name
    decide(loss, how=form.cleaned_data["how"], by=request.user, association=association, at=timezone.now())
    told = "二要素の解除を断りました。" if decide is refuse_release else "二要素を解除しました。"
    messages.success(request, f"{loss.user.name} さんの{told}ご本人にメールでお知らせします。")
    return redirect("office_factor_losses", code=request.association.code)
