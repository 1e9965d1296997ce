"""入力欄：読めない文字、幅、長さ、日付。"""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from mamis.fields import ChoiceField, DateField3, HalfWidthField, KatakanaField, TextField, TickField
from mamis.fields.text import UNREADABLE

UNREADABLE_TEXTS = ("山\x00田", "山\x1b田", "山\ud800田", "山\ufffd田", "山\uffff田", "山\x85田"[:1] + "\x7f")


def refusal(field, value):
    """その欄が言うこと。"""
    with pytest.raises(ValidationError) as refused:
        field.clean(value)
    return refused.value.messages


@pytest.mark.parametrize("text", UNREADABLE_TEXTS)
@pytest.mark.parametrize(
    "field",
    [
        TextField(label="氏名"),
        TextField(label="補足", lines=True),
        KatakanaField(label="フリガナ"),
        HalfWidthField(label="番号"),
    ],
    ids=["line", "lines", "kana", "half-width"],
)
def test_every_text_field_refuses_what_cannot_be_read(field, text):
    assert refusal(field, text) == [UNREADABLE]


def test_a_name_is_kept_as_typed():
    assert TextField(label="氏名").clean("　髙﨑\U000e0101 𠮷郎 ") == "髙﨑\U000e0101 𠮷郎"


def test_lines_are_kept_in_a_field_of_lines_and_joined_in_a_line():
    assert TextField(lines=True).clean("一\r\n二") == "一\n二"
    assert TextField().clean("一\r\n二") == "一 二"


def test_too_long_text_is_told_with_its_length_and_never_cut():
    assert refusal(TextField(label="氏名", max_length=3), "あいうえ") == [
        "3 文字以内で入力してください（いまは 4 文字です）。"
    ]


def test_an_empty_field_says_which():
    assert refusal(TextField(label="氏名"), " ") == ["氏名を入力してください。"]
    assert refusal(ChoiceField(label="種類", choices=[("a", "甲")]), "") == ["種類を選んでください。"]
    assert refusal(DateField3(label="活動した日"), ["", " ", ""]) == ["活動した日を入力してください。"]
    assert refusal(TickField(), False) == ["内容を確かめて、チェックを入れてください。"]


def test_kana_becomes_full_width_katakana():
    assert KatakanaField().clean("やまだ ﾀﾛｳ") == "ヤマダ　タロウ"


def test_a_field_of_kana_names_what_is_not_kana():
    assert refusal(KatakanaField(), "山ダ") == ["カタカナで入力してください（「山」は使えません）。"]


def test_full_width_becomes_half_width():
    assert HalfWidthField().clean(" ｊｉｍｕ＠ｍｉｄｏｒｉ．ｅｘａｍｐｌｅ　") == "jimu@midori.example"


def test_a_half_width_field_names_what_has_no_half_width():
    assert refusal(HalfWidthField(), "事務@midori.example") == [
        "半角の英数字・記号で入力してください（「事務」は使えません）。"
    ]


def test_a_choice_that_is_not_listed_is_refused_without_repeating_it():
    assert refusal(ChoiceField(choices=[("a", "甲")]), "\x00") == ["一覧にあるものから選んでください。"]


@pytest.mark.parametrize("parts", [["2026", "6", "4"], ["令和8", "６", "4日"], ["R8", "06", "04"]])
def test_a_date_is_read_from_era_or_western_year(parts):
    assert DateField3().clean(parts) == date(2026, 6, 4)


@pytest.mark.parametrize(
    "parts", [["2026", "2", "30"], ["8", "6", "4"], ["\x00", "6", "4"], ["2026", "", ""], ["2026"] * 3]
)
def test_a_wrong_date_gives_one_message(parts):
    assert len(refusal(DateField3(), parts)) == 1


def test_an_optional_date_may_be_left_empty():
    assert DateField3(required=False).clean(["", "", ""]) is None


def test_a_date_is_shown_in_three_parts():
    assert DateField3().widget.decompress(date(2026, 6, 4)) == ["2026", "6", "4"]
