"""機械による確認と、前の申請から直されたところ。"""

from dataclasses import replace
from datetime import date

import pytest

from mamis.training.rules import (
    Change,
    Correction,
    Kind,
    Line,
    Report,
    ReportChange,
    Window,
    already_granted,
    changes,
    outside,
    read_codes,
    read_units,
    written_twice,
)

DUTY = Report(
    "休日夜間急患センター等への出務", "みどり市休日急患診療所", date(2026, 5, 10), date(2026, 5, 10), 1, "", 2
)
SCHOOL = Report("学校保健", "みどり第一小学校", date(2025, 4, 1), date(2026, 3, 31), 12, "学校医", 2)
WINDOW = Window(date(2023, 6, 2), date(2026, 6, 1))


def granted(title: str, on: date, *, kind: Kind = Kind.FIELD, is_reversed: bool = False) -> Line:
    return Line(kind, title, on, 2, credit_id=1, is_reversed=is_reversed)


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (DUTY, ((1, 2),)),
        (replace(DUTY, place="みどり市 休日急患診療所"), ((1, 2),)),
        (replace(DUTY, from_on=date(2026, 5, 1), until_on=date(2026, 5, 31)), ((1, 2),)),
        (replace(DUTY, from_on=date(2026, 5, 11), until_on=date(2026, 5, 11)), ()),
        (replace(DUTY, place="さくら市休日急患診療所"), ()),
        (replace(DUTY, activity="在宅当番医"), ()),
    ],
)
def test_the_same_work_at_one_place_on_common_days_is_written_twice(other, found):
    assert written_twice([DUTY, other]) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (granted(DUTY.title, date(2026, 5, 10)), True),
        (granted(DUTY.title, date(2026, 5, 11)), False),
        (granted(DUTY.title, date(2026, 5, 10), is_reversed=True), False),
        (granted(DUTY.title, date(2026, 5, 10), kind=Kind.KNOWLEDGE), False),
        (granted(SCHOOL.title, date(2026, 5, 10)), False),
    ],
)
def test_work_that_the_ledger_holds_is_named_with_its_line(line, found):
    assert already_granted([DUTY], [line]) == (((1, line),) if found else ())


def test_work_is_outside_the_window_when_it_ended_before_or_after_it():
    early = replace(DUTY, from_on=date(2023, 6, 1), until_on=date(2023, 6, 1))
    first = replace(DUTY, from_on=date(2023, 6, 1), until_on=date(2023, 6, 2))
    last = replace(DUTY, from_on=date(2026, 6, 1), until_on=date(2026, 6, 1))
    late = replace(DUTY, from_on=date(2026, 6, 1), until_on=date(2026, 6, 2))

    assert outside([early, first, last, late], WINDOW) == (1, 4)


def test_nothing_has_changed_when_the_same_lines_stand_in_another_order():
    assert changes([DUTY, SCHOOL], [SCHOOL, DUTY]) == ()


def test_a_corrected_line_shows_each_field_that_changed():
    corrected = replace(DUTY, from_on=date(2026, 5, 17), until_on=date(2026, 5, 17), times=2, note="内科の当番")

    assert changes([SCHOOL, DUTY], [SCHOOL, corrected]) == (
        ReportChange(
            Correction.CHANGED,
            corrected,
            (
                Change("日", "2026年5月10日", "2026年5月17日"),
                Change("回数", "1 回", "2 回"),
                Change("くわしい内容", "", "内科の当番"),
            ),
        ),
    )


def test_a_line_with_another_activity_at_the_same_place_and_day_is_a_correction():
    corrected = replace(DUTY, activity="在宅当番医")

    assert changes([DUTY], [corrected]) == (
        ReportChange(Correction.CHANGED, corrected, (Change("活動", DUTY.activity, "在宅当番医"),)),
    )


def test_lines_that_resemble_nothing_were_added_and_removed():
    assert changes([DUTY], [SCHOOL]) == (
        ReportChange(Correction.ADDED, SCHOOL),
        ReportChange(Correction.REMOVED, DUTY),
    )


def test_days_are_written_once_when_work_took_one_day():
    assert (DUTY.days_text, SCHOOL.days_text) == ("2026年5月10日", "2025年4月1日～2026年3月31日")


@pytest.mark.parametrize(
    ("text", "half_units"),
    [
        ("1.5", 3),
        ("1", 2),
        ("0.5", 1),
        ("10.0", 20),
        ("2.50", 5),
        ("1.25", None),
        ("-1", None),
        ("", None),
        ("1,5", None),
    ],
)
def test_units_are_read_in_steps_of_a_half(text, half_units):
    assert read_units(text) == half_units


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ()),
        ("1, 15", ("1", "15")),
        ("01、1,83", ("1", "83")),
        ("0 7", ("0", "7")),
        ("84", None),
        ("a", None),
        ("1-3", None),
    ],
)
def test_curriculum_codes_are_numbers_up_to_83(text, codes):
    assert read_codes(text) == codes
