"""和暦、西暦、年度、月の足し引き。"""

from datetime import date, timedelta

import pytest

from mamis.japanese import calendar

# 元号の初日と、その前日の書き方。
BOUNDARIES = [
    (date(1868, 1, 25), "明治元年1月25日", None),
    (date(1912, 7, 30), "大正元年7月30日", "明治45年7月29日"),
    (date(1926, 12, 25), "昭和元年12月25日", "大正15年12月24日"),
    (date(1989, 1, 8), "平成元年1月8日", "昭和64年1月7日"),
    (date(2019, 5, 1), "令和元年5月1日", "平成31年4月30日"),
]


@pytest.mark.parametrize(("first", "words", "day_before"), BOUNDARIES)
def test_eras_begin_and_end_on_their_day(first, words, day_before):
    assert calendar.era_date(first) == words
    if day_before:
        assert calendar.era_date(first - timedelta(days=1)) == day_before


def test_no_era_before_meiji():
    with pytest.raises(ValueError):
        calendar.era_date(date(1868, 1, 24))


def test_a_day_in_every_form():
    day = date(2026, 6, 4)

    assert {
        form: getattr(calendar, form)(day)
        for form in (
            "era_year",
            "era_date",
            "long_date",
            "formal_date",
            "plain_date",
            "date_with_weekday",
            "short_date",
            "weekday",
        )
    } == {
        "era_year": "令和8年",
        "era_date": "令和8年6月4日",
        "long_date": "2026年6月4日（令和8年）",
        "formal_date": "令和8年6月4日（2026年）",
        "plain_date": "2026年6月4日",
        "date_with_weekday": "2026年6月4日（木）",
        "short_date": "2026/06/04",
        "weekday": "木",
    }


def test_every_day_from_meiji_to_2100_is_read_as_it_is_written():
    day = calendar.EARLIEST
    wrong = []
    while day <= calendar.LATEST:
        year, rest = calendar.era_date(day).split("年")
        month, number = rest.split("月")
        if calendar.parse_date(f"{year}年", month, number) != day:
            wrong.append(day)
        if calendar.parse_date(str(day.year), str(day.month), str(day.day)) != day:
            wrong.append(day)
        day += timedelta(days=1)

    assert wrong == []


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        (("2026", "6", "4"), date(2026, 6, 4)),
        (("２０２６", "０６", "０４"), date(2026, 6, 4)),
        (("2026年", "6月", "4日"), date(2026, 6, 4)),
        ((" 2026 ", " 6 ", "\u30004"), date(2026, 6, 4)),
        (("令和8", "6", "4"), date(2026, 6, 4)),
        (("令和８年", "６", "４"), date(2026, 6, 4)),
        (("令和 8 年", "6", "4"), date(2026, 6, 4)),
        (("令和八年", "6", "4"), date(2026, 6, 4)),
        (("令8", "6", "4"), date(2026, 6, 4)),
        (("R8", "6", "4"), date(2026, 6, 4)),
        (("ｒ８", "6", "4"), date(2026, 6, 4)),
        (("R.8", "6", "4"), date(2026, 6, 4)),
        (("R08", "6", "4"), date(2026, 6, 4)),
        (("㋿8", "6", "4"), date(2026, 6, 4)),
        (("二〇二六", "6", "4"), date(2026, 6, 4)),
        (("令和元年", "5", "1"), date(2019, 5, 1)),
        (("令和1", "5", "1"), date(2019, 5, 1)),
        (("平成31", "4", "30"), date(2019, 4, 30)),
        (("平成元", "1", "8"), date(1989, 1, 8)),
        (("㍻元", "1", "8"), date(1989, 1, 8)),
        (("昭和64", "1", "7"), date(1989, 1, 7)),
        (("昭和六十四年", "1", "7"), date(1989, 1, 7)),
        (("昭和二十年", "8", "15"), date(1945, 8, 15)),
        (("S64", "1", "1"), date(1989, 1, 1)),
        (("昭和元", "12", "31"), date(1926, 12, 31)),
        (("昭和元", "12", "25"), date(1926, 12, 25)),
        (("大正15", "12", "25"), date(1926, 12, 25)),
        (("明治45", "7", "30"), date(1912, 7, 30)),
        (("大正元", "7", "30"), date(1912, 7, 30)),
        (("T10", "3", "3"), date(1921, 3, 3)),
        (("M33", "2", "28"), date(1900, 2, 28)),
        (("明治元年", "1", "25"), date(1868, 1, 25)),
        (("2000", "2", "29"), date(2000, 2, 29)),
        (("2024", "2", "29"), date(2024, 2, 29)),
        (("令和6", "2", "29"), date(2024, 2, 29)),
        (("昭和55", "2", "29"), date(1980, 2, 29)),
        (("2100", "12", "31"), date(2100, 12, 31)),
    ],
)
def test_a_date_may_be_typed_in_many_ways(typed, day):
    assert calendar.parse_date(*typed) == day


@pytest.mark.parametrize(
    ("typed", "part", "reason"),
    [
        (("", "6", "4"), "year", "年を入力してください。"),
        (("2026", "", "4"), "month", "月を入力してください。"),
        (("2026", "6", "\u3000"), "day", "日を入力してください。"),
        (
            ("昭和64", "2", "1"),
            "year",
            "昭和64年2月1日はありません。昭和は64年1月7日までです（平成元年2月1日ではありませんか）。",
        ),
        (
            ("昭和64", "1", "8"),
            "year",
            "昭和64年1月8日はありません。昭和は64年1月7日までです（平成元年1月8日ではありませんか）。",
        ),
        (
            ("平成32", "5", "1"),
            "year",
            "平成32年5月1日はありません。平成は31年4月30日までです（令和2年5月1日ではありませんか）。",
        ),
        (
            ("令和元年", "4", "30"),
            "year",
            "令和元年4月30日はありません。令和は元年5月1日からです（平成31年4月30日ではありませんか）。",
        ),
        (
            ("平成元", "1", "7"),
            "year",
            "平成元年1月7日はありません。平成は元年1月8日からです（昭和64年1月7日ではありませんか）。",
        ),
        (("明治元", "1", "24"), "year", "明治元年1月24日はありません。明治は元年1月25日からです。"),
        (
            ("明治45", "7", "31"),
            "year",
            "明治45年7月31日はありません。明治は45年7月30日までです（大正元年7月31日ではありませんか）。",
        ),
        (("昭和200", "1", "1"), "year", "昭和は64年1月7日までです。"),
        (("令和0", "6", "4"), "year", "令和0年はありません。最初の年は令和元年です。"),
        (("令和999", "6", "4"), "year", "年は西暦1868年（明治元年）から2100年までで入力してください。"),
        (("1868", "1", "24"), "year", "年は西暦1868年（明治元年）から2100年までで入力してください。"),
        (("1867", "6", "4"), "year", "年は西暦1868年（明治元年）から2100年までで入力してください。"),
        (("2101", "1", "1"), "year", "年は西暦1868年（明治元年）から2100年までで入力してください。"),
        (("0000", "1", "1"), "year", "年は西暦1868年（明治元年）から2100年までで入力してください。"),
        (("26", "6", "4"), "year", "年は西暦4桁か、元号を付けて入力してください（例：2026、令和8）。"),
        (("元年", "6", "4"), "year", "年は西暦4桁か、元号を付けて入力してください（例：2026、令和8）。"),
        (("らいねん", "6", "4"), "year", "年は「2026」「令和8」「R8」のように入力してください。"),
        (("20260", "6", "4"), "year", "年は「2026」「令和8」「R8」のように入力してください。"),
        (("慶応3", "6", "4"), "year", "年は「2026」「令和8」「R8」のように入力してください。"),
        (("9" * 5000, "6", "4"), "year", "年は「2026」「令和8」「R8」のように入力してください。"),
        (("2026", "13", "4"), "month", "月は1から12までの数字で入力してください。"),
        (("2026", "0", "4"), "month", "月は1から12までの数字で入力してください。"),
        (("2026", "六", "4"), "month", "月は1から12までの数字で入力してください。"),
        (("2026", "6", "32"), "day", "日は1から31までの数字で入力してください。"),
        (("2026", "6", "-4"), "day", "日は1から31までの数字で入力してください。"),
        (("2026", "6", "\x00"), "day", "日は1から31までの数字で入力してください。"),
        (("2026", "6", "31"), "day", "2026年6月は30日までです。"),
        (("2025", "2", "29"), "day", "2025年2月は28日までです。"),
        (("1900", "2", "29"), "day", "1900年2月は28日までです。"),
        (("2100", "2", "29"), "day", "2100年2月は28日までです。"),
        (("令和7", "2", "29"), "day", "令和7年2月は28日までです。"),
        (("令和元年", "11", "31"), "day", "令和元年11月は30日までです。"),
    ],
)
def test_an_impossible_date_is_refused_with_its_reason(typed, part, reason):
    with pytest.raises(calendar.DateRefused) as refusal:
        calendar.parse_date(*typed)

    assert (refusal.value.part, str(refusal.value)) == (part, reason)


@pytest.mark.parametrize(
    "typed",
    [
        "2026年6月4日",
        "2026年6月4日（木）",
        "２０２６年０６月０４日",
        "令和8年6月4日",
        "令和八年6月4日",
        "2026-06-04",
        "2026/6/4",
        "2026.6.4",
        "2026－06－04",
        "R8.6.4",
        "R8/6/4",
        "20260604",
        " 2026-06-04 ",
    ],
)
def test_a_date_in_one_cell_is_read(typed):
    assert calendar.parse_day(typed) == date(2026, 6, 4)


@pytest.mark.parametrize("typed", ["", "きょう", "6月4日", "2026-06", "260604"])
def test_a_cell_without_a_date_is_refused(typed):
    with pytest.raises(calendar.DateRefused) as refusal:
        calendar.parse_day(typed)

    assert str(refusal.value) == "日付は「2026年6月4日」「令和8年6月4日」「2026-06-04」のように入力してください。"


def test_the_fiscal_year_begins_in_april():
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 12, 31), date(2027, 1, 1)]

    assert [calendar.fiscal_year(day) for day in days] == [2025, 2026, 2026, 2026]
    assert calendar.fiscal_year_days(2026) == (date(2026, 4, 1), date(2027, 4, 1))
    assert [calendar.fiscal_year_name(year) for year in (2018, 2019, 2026)] == [
        "2018年度（平成30年度）",
        "2019年度（平成31年度）",
        "2026年度（令和8年度）",
    ]


@pytest.mark.parametrize(
    ("day", "months", "after", "before"),
    [
        (date(2026, 6, 4), 0, date(2026, 6, 4), date(2026, 6, 4)),
        (date(2026, 6, 4), 36, date(2029, 6, 4), date(2023, 6, 4)),
        (date(2026, 1, 31), 1, date(2026, 2, 28), date(2025, 12, 31)),
        (date(2024, 1, 31), 1, date(2024, 2, 29), date(2023, 12, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28), date(2023, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29), date(2020, 2, 29)),
        (date(2026, 3, 31), 1, date(2026, 4, 30), date(2026, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1), date(2026, 11, 1)),
        (date(2026, 12, 31), 2, date(2027, 2, 28), date(2026, 10, 31)),
        (date(2026, 1, 15), 13, date(2027, 2, 15), date(2024, 12, 15)),
    ],
)
def test_months_are_counted_to_the_end_of_a_short_month(day, months, after, before):
    assert (calendar.months_after(day, months), calendar.months_before(day, months)) == (after, before)
