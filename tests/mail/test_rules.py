from datetime import timedelta

import pytest

from mamis.mail.rules import (
    Pace,
    Parts,
    TemplateBroken,
    clean_line,
    clean_parts,
    clean_text,
    is_deliverable,
    is_permanent,
    split_template,
    wait_before_next,
)

HOUSE = Pace(first=60, longest=6 * 60 * 60, attempts=20)


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("山田 太郎", "山田 太郎"),
        ("山田\r\nBcc: thief@evil.example", "山田 Bcc: thief@evil.example"),
        ("山田\u2028太郎\u2029", "山田 太郎"),
        ("山田\x00\x0b太郎", "山田 太郎"),
        ("山田\u202eoratrev", "山田 oratrev"),
        ("山田\ud800", "山田"),
        ("髙﨑 𠮷\U000e0100", "髙﨑 𠮷\U000e0100"),
    ],
)
def test_a_line_holds_no_break_and_no_control_character(typed: str, cleaned: str) -> None:
    assert clean_line(typed) == cleaned


def test_a_text_keeps_its_lines_and_tabs_and_loses_what_cannot_be_written() -> None:
    assert clean_text("一行\r\n二行\r三行\t\x00\u202e\ud83d終") == "一行\n二行\n三行\t〓終"


def test_a_template_is_split_before_the_facts_are_put_in() -> None:
    assert split_template("件名: {{ name }}\n\n本文\n\n終\n") == Parts(" {{ name }}", "本文\n\n終\n")


@pytest.mark.parametrize("source", ["本文だけ", "件名: あり\n空行がない\n", ""])
def test_a_template_without_subject_or_blank_line_is_refused(source: str) -> None:
    with pytest.raises(TemplateBroken):
        split_template(source)


def test_a_subject_is_one_line_of_limited_length() -> None:
    assert clean_parts(" 件\n名" + "長" * 300, "\n\n本文\n\n") == Parts("件 名" + "長" * 197, "本文\n")


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("yamada@clinic.example", True),
        ("o'neill+mamis@sub.clinic.example", True),
        ("", False),
        ("yamada", False),
        ("yamada@clinic", False),
        ("a@b.example, c@d.example", False),
        ("a@b.example\nBcc: c@d.example", False),
        ("山田@clinic.example", False),
        ("yamada@医院.example", False),
        ("ya..mada@clinic.example", False),
        ("<yamada@clinic.example>", False),
        ("y" * 65 + "@clinic.example", False),
        ("y@" + "c" * 60 + "." + ("d" * 60 + ".") * 4 + "example", False),
    ],
)
def test_an_address_is_deliverable_when_it_is_one_plain_address(address: str, good: bool) -> None:
    assert is_deliverable(address) is good


def test_the_wait_doubles_and_stops_growing_at_the_longest() -> None:
    waits = [wait_before_next(HOUSE, attempts, 0.5) for attempts in (1, 2, 3, 9, 10, 19)]

    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 256, 360, 360)]


def test_the_attempts_reach_over_about_three_days_and_then_end() -> None:
    waits = [wait_before_next(HOUSE, attempts, 0.5) for attempts in range(1, 21)]

    assert waits[-1] is None
    assert timedelta(days=2.5) < sum((wait for wait in waits if wait), timedelta()) < timedelta(days=3.5)


def test_chance_spreads_the_wait_by_a_tenth_to_either_side() -> None:
    assert [wait_before_next(HOUSE, 1, chance) for chance in (0.0, 1.0)] == [
        timedelta(seconds=54),
        timedelta(seconds=66),
    ]


def test_only_a_five_hundred_answer_is_permanent() -> None:
    assert [is_permanent(code) for code in (250, 421, 452, 500, 550, 599, 0)] == [
        False,
        False,
        False,
        True,
        True,
        True,
        False,
    ]
