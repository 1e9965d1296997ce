"""部品と、日付・単位の書き方。"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from mamis.japanese import calendar
from mamis.web import pictures, tags

register = template.Library()

# 端末の言葉で吹き出しを出したり、貼り付けた文字を黙って切ったりする属性は書かない。検査は送信のあとに一度でする。
LEFT_OUT = {"required", "maxlength", "minlength", "min", "max", "step", "class", "placeholder"}
TYPED_AS_TEXT = {"email": "email", "url": "url", "number": "numeric", "tel": "tel", "date": "", "datetime-local": ""}
WITHOUT_BOX = {"hidden", "checkbox", "radio", "file"}


# 絵と札


@register.simple_tag
def icon(name: str) -> SafeString:
    """名前の絵。言葉のそばに置く。"""
    drawing = mark_safe(tags.ICONS[name])  # noqa: S308 表にある決まった絵だけ
    return format_html('<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">{}</svg>', drawing)


@register.simple_tag
def state_tag(state: Any) -> SafeString:
    """状態の札。状態の名（承認待ちなど）か、label を持つ状態を渡す。"""
    label = str(getattr(state, "label", state))
    tag = tags.TAGS.get(label, tags.PLAIN)
    return format_html('<span class="tag tag-{}">{}{}</span>', tag.look, icon(tag.icon), label)


@register.simple_tag
def check(passed: bool, label: str) -> SafeString:
    """検査の結果：満たすか、見るべきか。"""
    look, shape = ("ok", "tick") if passed else ("look", "warning")
    return format_html('<span class="{}">{}{}</span>', look, icon(shape), label)


# 道しるべ


@register.simple_block_tag(takes_context=True)
def crumbs(context: Context, content: str) -> SafeString:
    """パンくず。中身は TOP の次からの li。TOP は枠から決まる。"""
    frame = context.get("frame")
    home = frame.home if frame else None
    top = format_html('<li><a href="{}">{}</a></li>', home.url, home.label) if home else ""
    return format_html(
        '<nav class="crumbs" aria-label="現在の位置"><ol class="plain">{}{}</ol></nav>',
        top,
        mark_safe(content),  # noqa: S308 テンプレートが描いたもの
    )


@register.inclusion_tag("components/pages.html", takes_context=True)
def pages(context: Context, page: Page) -> dict[str, Any]:
    """頁送り。ほかの条件は URL に残る。"""
    return {
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "request": context.get("request"),
    }


@register.simple_tag(takes_context=True)
def page_query(context: Context, number: int) -> str:
    """いまの条件のまま、その頁へ。"""
    query = context["request"].GET.copy()
    query["page"] = number
    return str(query.urlencode())


# 入力


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | Iterable[BaseForm] | None) -> dict[str, Any]:
    """直すところの一覧。各行は欄への案内で、頁が開くとここに移る。"""
    return {"problems": [problem for form in forms if form is not None for problem in _problems(form)]}


def _problems(form: Any) -> Iterable[dict[str, str]]:
    if not isinstance(form, BaseForm):
        for error in getattr(form, "non_form_errors", list)():
            yield {"message": error, "anchor": ""}
        for member in form:
            yield from _problems(member)
        return
    for error in form.non_field_errors():
        yield {"message": error, "anchor": ""}
    for field in form:
        for error in field.errors:
            yield {"message": error, "anchor": _anchor(field)}


def _anchor(field: BoundField) -> str:
    """間違いから飛ぶ先。いくつかの入力でできた欄は、その最初のもの。"""
    if field.is_hidden:
        return ""
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


@register.filter
def is_tick(field: BoundField) -> bool:
    """一つだけのチェックか。"""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_house_attribute(name: str) -> bool:
    """入力欄にそのまま書く属性か。"""
    return name not in LEFT_OUT


@register.filter
def house_type(kind: str) -> str:
    """入力欄の種類。全角で打てるよう、数字もメールアドレスも文字として受ける。"""
    return "text" if kind in TYPED_AS_TEXT else kind


@register.filter
def house_mode(kind: str) -> str:
    """画面に出すキーボード。"""
    return TYPED_AS_TEXT.get(kind, "")


@register.filter
def house_class(kind: str) -> str:
    """入力欄の見え方。"""
    return "" if kind in WITHOUT_BOX else "input"


@register.filter
def width(attributes: Mapping[str, Any], default: str = "") -> str:
    """欄の幅。class で言われた幅か、入る文字数から。"""
    if "class" in attributes:
        return str(attributes["class"])
    if default:
        return default
    length = int(attributes.get("maxlength") or 100)
    return "w-6" if length <= 8 else "w-12" if length <= 16 else "w-20" if length <= 40 else "w-40"


@register.filter
def invalid(attributes: Mapping[str, Any]) -> bool:
    """その欄に間違いがあるか。"""
    return bool(attributes.get("aria-invalid"))


# 絵にした数


@register.inclusion_tag("components/units_picture.html")
def units_picture(knowledge: int, field: int, required: int, id: str = "units") -> dict[str, Any]:  # noqa: A002
    """座学と実地と足りない単位の帯。数は半単位。"""
    return {"id": id, **pictures.units_bar(knowledge, field, required)}


@register.inclusion_tag("components/month_chart.html")
def month_chart(months: Iterable[tuple[date, int]], caption: str, today: date, id: str = "months") -> dict[str, Any]:  # noqa: A002
    """月ごとの件数の棒。months は古い順の（月の初日, 件数）で、最後が今月。"""
    return {"id": id, "caption": caption, "today": today, **pictures.month_bars(list(months), caption, today)}


# 日付と単位


@register.filter
def long_date(day: date | datetime | None) -> str:
    """2026年6月4日（令和8年）"""
    return calendar.long_date(_day(day)) if day else ""


@register.filter
def plain_date(day: date | datetime | None) -> str:
    """2026年6月4日"""
    return calendar.plain_date(_day(day)) if day else ""


@register.filter
def short_date(day: date | datetime | None) -> str:
    """6月4日"""
    return f"{_day(day).month}月{_day(day).day}日" if day else ""


@register.filter
def weekday(day: date | datetime) -> str:
    """木"""
    return calendar.weekday(_day(day))


@register.filter
def clock(at: datetime) -> str:
    """9時31分"""
    here = timezone.localtime(at)
    return f"{here.hour}時{here.minute:02}分"


@register.filter
def short_datetime(at: datetime | None) -> str:
    """6月4日 9時31分"""
    return f"{short_date(at)} {clock(at)}" if at else ""


@register.filter
def long_datetime(at: datetime | None) -> str:
    """2026年6月4日（令和8年）9時31分"""
    return f"{long_date(at)}{clock(at)}" if at else ""


@register.filter
def days_ago(day: date | datetime | None, today: date | None = None) -> str:
    """12 日前"""
    if not day:
        return ""
    days = ((today or timezone.localdate()) - _day(day)).days
    return "今日" if days == 0 else f"{days}\u00a0日前" if days > 0 else f"{-days}\u00a0日後"


@register.filter
def units(half_units: int | None) -> str:
    """半単位の数を単位で：15 → 7.5"""
    return "" if half_units is None else pictures.units(half_units)


@register.filter
def member_no(number: str) -> str:
    """会員ID：1402773056 → 1402-7730-56"""
    return f"{number[:4]}-{number[4:8]}-{number[8:]}" if len(number) == 10 else number


def _day(day: date | datetime) -> date:
    return timezone.localtime(day).date() if isinstance(day, datetime) else day
