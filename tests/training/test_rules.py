"""単位の数え方。数値は training.md §1.3 の仮の値と §9 の試験例。"""

from datetime import date

import pytest

from mamis.training.rules import (
    Evaluation,
    Fate,
    Kind,
    Line,
    Route,
    Rule,
    Window,
    evaluate,
    may_apply,
    route,
    units_text,
)

RULE = Rule(min_total=20, min_knowledge=2, min_field=2, window_months=36, validity_months=36)
FIRST = date(2026, 5, 20)
WINDOW = RULE.window(FIRST)


def knowledge(half_units: int, on: date = date(2026, 3, 14), *, is_reversed: bool = False) -> Line:
    return Line(Kind.KNOWLEDGE, "学術講演会", on, half_units, is_reversed=is_reversed)


def field(half_units: int, on: date = date(2025, 11, 30)) -> Line:
    return Line(Kind.FIELD, "休日急患診療所への出務", on, half_units)


def result(*lines: Line) -> Evaluation:
    return evaluate(RULE, WINDOW, lines)


def test_the_window_is_the_three_years_that_end_with_the_first_application():
    assert Window(date(2023, 5, 21), date(2026, 5, 20)) == WINDOW


def test_the_window_of_a_leap_day_begins_after_the_last_of_february():
    assert RULE.window(date(2028, 2, 29)) == Window(date(2025, 3, 1), date(2028, 2, 29))


def test_a_certificate_is_valid_for_three_years_less_a_day():
    assert RULE.expires_on(date(2026, 6, 9)) == date(2029, 6, 8)


@pytest.mark.parametrize(
    ("lines", "met"),
    [
        ((knowledge(18), field(2)), True),
        ((knowledge(20),), False),
        ((field(20),), False),
        ((knowledge(17), field(2)), False),
        ((knowledge(2), field(18)), True),
        ((knowledge(1), field(19)), False),
        ((knowledge(18), field(1)), False),
        ((), False),
    ],
)
def test_completion_needs_ten_units_of_which_one_of_each_kind(lines, met):
    assert result(*lines).is_met == met


@pytest.mark.parametrize(
    ("on", "fate"),
    [
        (date(2023, 5, 19), Fate.TOO_EARLY),
        (date(2023, 5, 20), Fate.TOO_EARLY),
        (date(2023, 5, 21), Fate.COUNTED),
        (date(2026, 5, 20), Fate.COUNTED),
        (date(2026, 5, 21), Fate.TOO_LATE),
    ],
)
def test_only_units_inside_the_window_count(on, fate):
    assert [one.fate for one in result(knowledge(2, on)).judged] == [fate]


def test_a_reversed_line_does_not_count_and_says_so():
    evaluation = result(knowledge(20, is_reversed=True), field(2))

    assert [(one.fate, one.why) for one in evaluation.not_counted] == [(Fate.REVERSED, "取り消されたため")]
    assert (evaluation.knowledge, evaluation.field, evaluation.total) == (0, 2, 2)


def test_each_requirement_says_what_is_held_and_what_is_missing():
    evaluation = result(knowledge(15), field(2))

    assert [(one.label, one.needed, one.held, one.missing) for one in evaluation.requirements] == [
        ("合わせて", 20, 17, 3),
        ("座学", 2, 15, 0),
        ("実地", 2, 2, 0),
    ]


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ((knowledge(15), field(2)), 3),
        ((knowledge(30),), 2),
        ((), 20),
        ((field(30),), 2),
        ((knowledge(18), field(2)), 0),
    ],
)
def test_what_is_missing_is_the_least_that_would_complete(lines, missing):
    assert result(*lines).missing == missing


def test_lines_are_listed_newest_first():
    evaluation = result(knowledge(2, date(2024, 1, 1)), field(2, date(2025, 1, 1)))

    assert [one.line.on for one in evaluation.judged] == [date(2025, 1, 1), date(2024, 1, 1)]


def test_the_units_that_did_not_count_are_summed():
    assert result(knowledge(3, date(2020, 1, 1)), knowledge(2, date(2027, 1, 1))).not_counted_half_units == 5


@pytest.mark.parametrize(
    ("districts", "workplace", "residence", "expected"),
    [
        ({1}, 14, 26, (Route.DISTRICT, {1})),
        ({1, 2}, None, None, (Route.DISTRICT, {1, 2})),
        (set(), 14, 26, (Route.WORKPLACE, {14})),
        (set(), None, 26, (Route.RESIDENCE, {26})),
        (set(), None, None, (Route.CHOICE, None)),
    ],
)
def test_members_apply_to_their_district_and_others_to_a_prefecture(districts, workplace, residence, expected):
    assert route(frozenset(districts), workplace, residence) == expected


@pytest.mark.parametrize(
    ("half_units", "text"), [(0, "0"), (1, "0.5"), (2, "1"), (15, "7.5"), (20, "10"), (-3, "-1.5")]
)
def test_half_units_are_written_as_units(half_units, text):
    assert units_text(half_units) == text


def test_each_line_is_either_counted_or_not():
    early, inside = knowledge(3, date(2020, 1, 1)), knowledge(2, date(2026, 3, 14))
    evaluation = result(early, inside)

    assert [one.line for one in evaluation.counted] == [inside]
    assert [one.line for one in evaluation.not_counted] == [early]


@pytest.mark.parametrize(
    ("expires_on", "on", "may"),
    [
        (None, date(2026, 5, 20), True),
        (date(2029, 6, 8), date(2028, 6, 7), False),
        (date(2029, 6, 8), date(2028, 6, 8), True),
        (date(2029, 6, 8), date(2028, 6, 9), True),
    ],
)
def test_a_holder_applies_again_from_twelve_months_before_the_end(expires_on, on, may):
    assert may_apply(expires_on, on) is may
