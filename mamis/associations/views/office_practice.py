"""環境設定のうち、医師会が自分で決めること：会員手続き、会員区分、入会のときに尋ねること、理事会の日程。"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.associations import operations, policy, queries
from mamis.associations.doors import office_required
from mamis.associations.forms.office import initial_of
from mamis.associations.forms.practice import BoardDaysForm, CategoryForm, JoinItemForm, PracticeForm
from mamis.associations.models import Category, JoinItem
from mamis.associations.operations import ChangedMeanwhile, CodeTaken, TooManyItems
from mamis.associations.rules import Role
from mamis.japanese.calendar import date_with_weekday

PER_PAGE = 50
# 断りを言う欄。
FIELDS: dict[type[Exception], str] = {CodeTaken: "code", TooManyItems: "is_used"}


def _write(
    request: HttpRequest,
    form: Any,
    write: Callable[[datetime], Any],
    *,
    draw: Callable[..., HttpResponse],
    said: str,
    to: str,
    row: Any = None,
) -> HttpResponse:
    """確かめて書き、`said` を言って `to` へ。書けなければ、わけを添えた頁。`row` は、直している行。"""
    if not form.is_valid():
        return draw(form)
    try:
        written = write(timezone.now())
    except tuple(FIELDS) as refusal:
        form.add_error(FIELDS[type(refusal)], str(refusal))
        return draw(form)
    except ChangedMeanwhile as meanwhile:
        return draw(form.renewed(queries.newest_version(row)), meanwhile.changes)
    messages.success(request, said.format(written))
    return redirect(to, code=request.association.code)


# 会員手続き


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def practice(request: HttpRequest) -> HttpResponse:
    """会員手続き：待つ日数、自動で承認する手続き、入会する先生への案内。"""
    found = get_object_or_404(policy.editable_by(request.staff))
    if request.method != "POST":
        initial = initial_of(queries.newest_version(found), queries.PRACTICE_FIELDS)
        return _practice_page(request, PracticeForm(initial=initial, association=found))
    form = PracticeForm(request.POST, association=found)
    return _write(
        request,
        form,
        lambda at: operations.set_practice(
            found, form.practice, seen=form.cleaned_data["seen"], by=request.staff, at=at
        ),
        row=found,
        draw=partial(_practice_page, request),
        said="保存しました。",
        to="office_practice",
    )


def _practice_page(request: HttpRequest, form: Any, meanwhile: Any = ()) -> HttpResponse:
    changes = Paginator(queries.practice_changes(request.association), PER_PAGE).get_page(request.GET.get("page"))
    page = {"form": form, "meanwhile": meanwhile, "form_failed": bool(meanwhile), "changes": changes}
    return render(request, "associations/practice.html", page)


# 会員区分


@require_safe
@office_required(Role.ADMIN)
def category_list(request: HttpRequest) -> HttpResponse:
    """会員区分の一覧。並び順に、終わったものも。"""
    today = timezone.localdate()
    categories = [(one, one.standing(today)) for one in policy.categories_editable_by(request.staff)]
    return render(request, "associations/category_list.html", {"categories": categories})


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def category_new(request: HttpRequest) -> HttpResponse:
    """会員区分を足す。"""
    found = get_object_or_404(policy.editable_by(request.staff))
    form = CategoryForm(
        request.POST if request.method == "POST" else None, initial={"is_selectable": True}, association=found
    )
    return _write(
        request,
        form,
        lambda at: operations.add_category(found, form.facts, by=request.staff, at=at),
        draw=lambda form: render(request, "associations/category.html", {"form": form}),
        said="会員区分「{}」を足しました。",
        to="office_categories",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def category(request: HttpRequest, pk: int) -> HttpResponse:
    """会員区分を直すか、終える。"""
    found = get_object_or_404(policy.categories_editable_by(request.staff), pk=pk)
    if request.method != "POST":
        initial = initial_of(queries.newest_version(found), queries.CATEGORY_FIELDS)
        return _category_page(request, found, CategoryForm(initial=initial, association=found.association))
    form = CategoryForm(request.POST, association=found.association)
    return _write(
        request,
        form,
        lambda at: operations.correct_category(
            found, form.facts, seen=form.cleaned_data["seen"], by=request.staff, at=at
        ),
        row=found,
        draw=partial(_category_page, request, found),
        said="会員区分「{}」を保存しました。",
        to="office_categories",
    )


def _category_page(request: HttpRequest, found: Category, form: Any, meanwhile: Any = ()) -> HttpResponse:
    changes = Paginator(queries.category_changes(found), PER_PAGE).get_page(request.GET.get("page"))
    page = {
        "category": found,
        "form": form,
        "meanwhile": meanwhile,
        "form_failed": bool(meanwhile),
        "changes": changes,
    }
    return render(request, "associations/category.html", page)


@require_POST
@office_required(Role.ADMIN)
def category_order(request: HttpRequest, pk: int) -> HttpResponse:
    """会員区分の順を変える。"""
    found = get_object_or_404(policy.categories_editable_by(request.staff), pk=pk)
    operations.move_category(found, earlier="earlier" in request.POST, by=request.staff)
    return redirect("office_categories", code=request.association.code)


# 入会のときに尋ねること


@require_safe
@office_required(Role.ADMIN)
def join_item_list(request: HttpRequest) -> HttpResponse:
    """入会のときに尋ねることの一覧。並び順に、やめたものも。"""
    items = policy.join_items_editable_by(request.staff)
    return render(request, "associations/join_item_list.html", {"items": items})


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def join_item_new(request: HttpRequest) -> HttpResponse:
    """入会のときに尋ねることを足す。"""
    found = get_object_or_404(policy.editable_by(request.staff))
    form = JoinItemForm(
        request.POST if request.method == "POST" else None, initial={"is_required": True, "is_used": True}
    )
    return _write(
        request,
        form,
        lambda at: operations.add_join_item(found, form.chosen_kind, form.facts, by=request.staff, at=at),
        draw=lambda form: render(request, "associations/join_item.html", {"form": form}),
        said="「{}」を足しました。",
        to="office_join_items",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def join_item(request: HttpRequest, pk: int) -> HttpResponse:
    """入会のときに尋ねることを直すか、やめる。"""
    found = get_object_or_404(policy.join_items_editable_by(request.staff), pk=pk)
    if request.method != "POST":
        initial = initial_of(queries.newest_version(found), queries.JOIN_ITEM_FIELDS)
        initial["choices"] = "\n".join(initial["choices"])
        return _join_item_page(request, found, JoinItemForm(initial=initial, item=found))
    form = JoinItemForm(request.POST, item=found)
    return _write(
        request,
        form,
        lambda at: operations.correct_join_item(
            found, form.facts, seen=form.cleaned_data["seen"], by=request.staff, at=at
        ),
        row=found,
        draw=partial(_join_item_page, request, found),
        said="「{}」を保存しました。",
        to="office_join_items",
    )


def _join_item_page(request: HttpRequest, found: JoinItem, form: Any, meanwhile: Any = ()) -> HttpResponse:
    changes = Paginator(queries.join_item_changes(found), PER_PAGE).get_page(request.GET.get("page"))
    page = {"item": found, "form": form, "meanwhile": meanwhile, "form_failed": bool(meanwhile), "changes": changes}
    return render(request, "associations/join_item.html", page)


@require_POST
@office_required(Role.ADMIN)
def join_item_order(request: HttpRequest, pk: int) -> HttpResponse:
    """尋ねる順を変える。"""
    found = get_object_or_404(policy.join_items_editable_by(request.staff), pk=pk)
    operations.move_join_item(found, earlier="earlier" in request.POST, by=request.staff)
    return redirect("office_join_items", code=request.association.code)


# 理事会の日程


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def board_days(request: HttpRequest) -> HttpResponse:
    """理事会の日程：これからの日の一覧と、まとめて足す欄。"""
    found, today = get_object_or_404(policy.editable_by(request.staff)), timezone.localdate()
    form = BoardDaysForm(request.POST if request.method == "POST" else None, on=today)
    if form.is_valid():
        added = operations.add_board_days(found, form.cleaned_data["days"], by=request.staff, at=timezone.now())
        known = len(set(form.cleaned_data["days"])) - len(added)
        told = f"{known} 日は、すでにありました。" if known else ""
        messages.success(request, f"理事会の日を {len(added)} 日、足しました。{told}")
        return redirect("office_board_days", code=found.code)
    changes = Paginator(queries.board_day_changes(found), PER_PAGE).get_page(request.GET.get("page"))
    page = {"form": form, "days": policy.board_days_editable_by(request.staff, today), "changes": changes}
    return render(request, "associations/board_days.html", page)


@require_POST
@office_required(Role.ADMIN)
def board_day_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """これからの理事会の日を消す。"""
    found = get_object_or_404(policy.board_days_editable_by(request.staff, timezone.localdate()), pk=pk)
    operations.remove_board_day(found, by=request.staff, at=timezone.now())
    messages.success(request, f"理事会の日 {date_with_weekday(found.held_on)}を消しました。")
    return redirect("office_board_days", code=request.association.code)
