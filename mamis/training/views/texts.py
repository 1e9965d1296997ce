"""事務局の研修管理：差し戻しの文例。"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.training import operations, policy
from mamis.training.forms.texts import ReturnTextForm
from mamis.training.models import ReturnText
from mamis.training.operations import TitleTaken
from mamis.training.rules import STARTER_TEXTS


@require_safe
@office_required(Role.CLERK)
def return_text_list(request: HttpRequest) -> HttpResponse:
    """差し戻しの文例の一覧。空なら、はじめの文例を勧める。"""
    context = {"texts": policy.return_texts_of(request.staff), "starters": STARTER_TEXTS}
    return render(request, "training/office/return_text_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def return_text_new(request: HttpRequest) -> HttpResponse:
    """文例を足す。"""
    form = ReturnTextForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form)
    try:
        operations.write_text(**_written(form), by=request.staff, at=timezone.now())
    except TitleTaken as refusal:
        form.add_error("title", str(refusal))
        return _page(request, form)
    messages.success(request, "文例を足しました。")
    return redirect("office_return_texts", code=request.association.code)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def return_text(request: HttpRequest, pk: int) -> HttpResponse:
    """文例を書き直す。"""
    text = get_object_or_404(policy.return_texts_of(request.staff), pk=pk)
    written = {"title": text.title, "body": text.body}
    form = ReturnTextForm(request.POST if request.method == "POST" else None, initial=written)
    if not form.is_valid():
        return _page(request, form, text)
    try:
        operations.rewrite_text(text, **_written(form), by=request.staff, at=timezone.now())
    except TitleTaken as refusal:
        form.add_error("title", str(refusal))
        return _page(request, form, text)
    messages.success(request, "文例を書き直しました。")
    return redirect("office_return_texts", code=request.association.code)


@require_POST
@office_required(Role.CLERK)
def return_text_order(request: HttpRequest, pk: int) -> HttpResponse:
    """文例の順を変える。"""
    text = get_object_or_404(policy.return_texts_of(request.staff), pk=pk)
    operations.move_text(text, earlier="earlier" in request.POST, by=request.staff)
    return redirect("office_return_texts", code=request.association.code)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def return_text_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """文例を消す。"""
    text = get_object_or_404(policy.return_texts_of(request.staff), pk=pk)
    if request.method != "POST":
        return render(request, "training/office/return_text_removal.html", {"text": text})
    operations.end_text(text, by=request.staff, at=timezone.now())
    messages.success(request, f"文例「{text.title}」を消しました。")
    return redirect("office_return_texts", code=request.association.code)


@require_POST
@office_required(Role.CLERK)
def return_text_starters(request: HttpRequest) -> HttpResponse:
    """はじめの文例を入れる。"""
    operations.take_starters(by=request.staff, at=timezone.now())
    messages.success(request, "はじめの文例を入れました。書き直したり、消したりできます。")
    return redirect("office_return_texts", code=request.association.code)


def _written(form: ReturnTextForm) -> dict[str, str]:
    return {"title": form.cleaned_data["title"], "body": form.cleaned_data["body"]}


def _page(request: HttpRequest, form: ReturnTextForm, text: ReturnText | None = None) -> HttpResponse:
    """文例を書く画面。"""
    context = {"form": form, "text": text}
    return render(request, "training/office/return_text.html", context, status=422 if form.errors else 200)
