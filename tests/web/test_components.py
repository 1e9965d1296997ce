"""部品：名のある欄、間違いへの案内、札、絵。"""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory

from mamis.fields import ChoiceField, DateField3, HalfWidthField, TextField, TickField
from mamis.web import pictures
from mamis.web.tags import ICONS, TAGS

TOKYO = ZoneInfo("Asia/Tokyo")


class Report(forms.Form):
    """試すための欄。"""

    place = TextField(label="場所・団体", max_length=5, help_text="会場の名")
    address = HalfWidthField(label="メールアドレス", max_length=100, required=False, inputmode="email")
    note = TextField(label="補足", lines=True, required=False)
    day = DateField3(label="活動した日")
    kind = ChoiceField(label="種類", choices=[("duty", "休日当番"), ("school", "学校医")], widget=forms.RadioSelect)
    agreed = TickField(label="確かめました")


def draw(source, **context):
    """その部品の HTML。"""
    template = engines["django"].from_string("{% load web %}" + source)
    return template.render(context, RequestFactory().get("/list/?q=%E5%B1%B1&page=3"))


def answered(text):
    """そう打たれた欄。"""
    return Report(QueryDict(text))


def ids(html):
    return re.findall(r'\bid="([^"]+)"', html)


def test_every_field_has_a_visible_label_and_says_whether_it_must_be_filled():
    html = draw("{{ form }}", form=Report())

    assert re.findall(r"<(?:label for=\"[^\"]+\"|legend)>([^<]+)<", html) == [
        "場所・団体",
        "メールアドレス",
        "補足",
        "活動した日",
        "種類",
        "休日当番",
        "学校医",
        "確かめました",
    ]
    assert re.findall(r'class="(must|may)"', html) == ["must", "may", "may", "must", "must"]


def test_everything_that_is_described_points_to_something_that_is_there():
    html = draw("{{ form }}", form=answered("place=%E3%81%82%E3%81%84%E3%81%86%E3%81%88%E3%81%8A%E3%81%8B"))

    described = " ".join(re.findall(r'aria-describedby="([^"]+)"', html)).split()
    assert described
    assert set(described) <= set(ids(html))
    assert set(re.findall(r'<label for="([^"]+)"', html)) <= set(ids(html))
    assert len(ids(html)) == len(set(ids(html)))


def test_the_browser_neither_cuts_nor_checks_what_is_typed():
    html = draw("{{ form }}", form=Report())

    assert not re.search(r"\s(required|maxlength|minlength|placeholder|disabled|style)\b", html)
    assert set(re.findall(r'type="(\w+)"', html)) == {"text", "radio", "checkbox"}


def test_what_was_typed_stays():
    html = draw(
        "{{ form }}",
        form=answered(
            "place=%E3%81%82%E3%81%84%E3%81%86%E3%81%88%E3%81%8A%E3%81%8B&day_0=R8&day_1=2&day_2=30&note=%3Cb%3E"
        ),
    )

    assert re.findall(r'value="([^"]*)"', html) == ["あいうえおか", "R8", "2", "30", "duty", "school"]
    assert "&lt;b&gt;</textarea>" in html


def test_the_error_summary_leads_to_the_first_box_of_each_field():
    form = answered("day_0=2026&day_1=2&day_2=30")

    html = draw("{% error_summary form %}", form=form)

    assert re.findall(r'<a href="#([^"]+)">([^<]+)</a>', html) == [
        ("id_place", "場所・団体を入力してください。"),
        ("id_day_0", "2026年2月は28日までです。"),
        ("id_kind_0", "種類を選んでください。"),
        ("id_agreed", "内容を確かめて、チェックを入れてください。"),
    ]
    assert "4 か所を直すと、次へ進めます" in html
    assert 'role="alert"' in html
    assert 'tabindex="-1" autofocus' in html
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids(draw("{{ form }}", form=form)))


def test_no_summary_without_errors():
    assert draw("{% error_summary form nothing %}", form=Report(), nothing=None).strip() == ""


def test_the_summary_reads_a_list_of_forms_too():
    html = draw("{% error_summary forms %}", forms=[answered("place=x"), answered("place=y")])

    assert "6 か所を直すと" in html


@pytest.mark.parametrize("label", TAGS)
def test_a_state_is_told_by_word_and_shape(label):
    html = draw("{% state_tag label %}", label=label)

    assert re.fullmatch(r'<span class="tag tag-\w+"><svg [^>]*aria-hidden="true">.+</svg>(.+)</span>', html)[1] == label


def test_an_unknown_state_is_still_told():
    assert "新しい状態</span>" in draw("{% state_tag '新しい状態' %}")


def test_every_tag_has_a_drawn_shape():
    assert {tag.icon for tag in TAGS.values()} <= set(ICONS)


def test_paging_keeps_the_conditions():
    html = draw("{% pages page %}", page=Paginator(range(200), 50).page(3))

    assert re.findall(r'href="\?([^"]+)"', html) == [f"q=%E5%B1%B1&amp;page={number}" for number in (2, 1, 2, 4, 4)]


def test_one_page_needs_no_paging():
    assert draw("{% pages page %}", page=Paginator(range(3), 50).page(1)).strip() == ""


@pytest.mark.parametrize(
    ("knowledge", "field", "sentence"),
    [
        (15, 2, "必要な 10 単位のうち、座学 7.5 単位と実地 1 単位、合わせて 8.5 単位があります。あと 1.5 単位です。"),
        (20, 4, "必要な 10 単位のうち、座学 10 単位と実地 2 単位、合わせて 12 単位があります。足りています。"),
        (0, 0, "必要な 10 単位のうち、座学 0 単位と実地 0 単位、合わせて 0 単位があります。あと 10 単位です。"),
    ],
)
def test_the_picture_of_units_says_its_result(knowledge, field, sentence):
    assert pictures.units_bar(knowledge, field, 20)["sentence"] == sentence


@pytest.mark.parametrize(("knowledge", "field"), [(15, 2), (0, 0), (1, 0), (40, 31), (300, 200)])
def test_the_picture_of_units_fills_its_width_and_no_more(knowledge, field):
    bars = pictures.units_bar(knowledge, field, 20)["bars"]

    assert all(float(bar["width"]) > 0 for bar in bars)
    assert float(bars[-1]["x"]) + float(bars[-1]["width"]) == pytest.approx(100, abs=1)


def test_units_that_can_be_counted_are_drawn_one_by_one():
    looks = [bar["look"] for bar in pictures.units_bar(3, 2, 8)["bars"]]

    assert looks == ["a", "a", "a", "b", "b", "none", "none", "none"]


def test_the_picture_of_months_says_its_result():
    months = [(date(2026, 2, 1), 44), (date(2026, 3, 1), 0), (date(2026, 4, 1), 3)]

    html = draw("{% month_chart months '受付件数' today %}", months=months, today=date(2026, 4, 20))

    assert (
        "受付件数。2026年2月から2026年4月まで。2026年2月が 44 件で最も多く、4月は 20 日までで 3 件です。</title>"
        in html
    )
    assert re.findall(r'<td class="number">(\d+) 件</td>', html) == ["44", "0", "3"]


@pytest.mark.parametrize("months", [[], [(date(2026, 2, 1), 0)]])
def test_a_chart_of_nothing_is_told_in_words(months):
    html = draw("{% month_chart months '受付件数' today %}", months=months, today=date(2026, 2, 20))

    assert "<svg" not in html
    assert "件もありません。" in html or "まだありません。" in html


def test_dates_and_units_are_written_as_people_write_them():
    at = datetime(2026, 6, 4, 9, 5, tzinfo=TOKYO)
    source = (
        "{{ at|long_date }}|{{ at|plain_date }}|{{ at|short_date }}|{{ at|weekday }}|{{ at|short_datetime }}|"
        "{{ at|long_datetime }}|{{ at|days_ago:today }}|{{ today|days_ago:today }}|{{ 15|units }}|{{ none|units }}|"
        "{{ none|long_date }}|{{ '1402773056'|member_no }}"
    )

    assert draw(source, at=at, today=date(2026, 6, 16), none=None).split("|") == [
        "2026年6月4日（令和8年）",
        "2026年6月4日",
        "6月4日",
        "木",
        "6月4日 9時05分",
        "2026年6月4日（令和8年）9時05分",
        "12\xa0日前",
        "今日",
        "7.5",
        "",
        "",
        "1402-7730-56",
    ]
