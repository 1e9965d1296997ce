"""会員区分の書き方と、期間。"""

from datetime import date

import pytest

from mamis.members.rules import category_key, covered, find_category

JMA = ((1, "A1", "A①"), (2, "A2B", "A②(B)"), (3, "A2C", "A②(C)"), (4, "B", "B"), (5, "C", "C"))
DISTRICT = ((11, "1", "A 会員"), (12, "2", "B 会員"), (13, "3", "準会員"))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("A①", 1), ("A(1)", 1), ("A1", 1), ("A（一）", 1), ("Ａ１", 1), ("a-1", 1), ("A①会員", 1),
        ("A②(B)", 2), ("A②会員(B)", 2), ("A2B", 2), ("A(2)(B)", 2), ("A2（B）", 2), ("A② Ｃ", 3),
        ("B", 4), ("Ｂ会員", 4), ("Ｃ", 5), ("A", None), ("A②", None), ("", None), ("D", None),
    ],
)  # fmt: skip
def test_every_writing_of_a_category_finds_its_one(written, found):
    assert find_category(written, JMA) == found


@pytest.mark.parametrize(("written", "found"), [("A", 11), ("A会員", 11), ("2", 12), ("二", 12), ("準会員", 13)])
def test_code_or_label_will_do(written, found):
    assert find_category(written, DISTRICT) == found


def test_what_fits_two_categories_finds_none():
    assert find_category("A", ((1, "A1", "A"), (2, "A2", "A 会員"))) is None


def test_the_key_keeps_what_tells_categories_apart():
    assert [category_key(one) for one in ("2号イ", "2号ロ", "甲種", "乙種")] == ["2号イ", "2号ロ", "甲種", "乙種"]


@pytest.mark.parametrize(
    ("inner", "outers", "holds"),
    [
        ((2014, None), [(2010, None)], True),
        ((2014, None), [(2014, None)], True),
        ((2014, None), [(2015, None)], False),
        ((2014, None), [(2010, 2020)], False),
        ((2014, 2020), [(2010, 2020)], True),
        ((2014, 2021), [(2010, 2020)], False),
        ((2014, None), [(2018, None), (2010, 2018)], True),
        ((2014, None), [(2019, None), (2010, 2018)], False),
        ((2014, None), [], False),
    ],
)
def test_a_period_is_covered_by_periods_that_join(inner, outers, holds):
    def day(year: int | None) -> date | None:
        return date(year, 4, 1) if year else None

    spans = [(date(since, 4, 1), day(until)) for since, until in outers]

    assert covered((date(inner[0], 4, 1), day(inner[1])), spans) is holds
