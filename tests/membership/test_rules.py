"""道順：だれが、何を、どの順に決めるか（architecture.md §3）。データベースは使わない。"""

from datetime import date

import pytest

from mamis.associations.rules import Duty, Procedure, Tier
from mamis.membership import rules
from mamis.membership.rules import (
    APPROVED_FACTS,
    CONTACT_FACTS,
    OUTSIDE_WORDS,
    Body,
    Cause,
    Fault,
    Held,
    Obstacle,
    Outside,
    Reason,
    Task,
    category_day,
    claimed_by,
    day_is_allowed,
    due_on,
    dues_term,
    duty_told_by,
    fault_in,
    folded_number,
    kind_of,
    number_words,
    obstacle_to,
    plan,
    plan_single,
    put_off,
    reached_by,
    restarted,
    touched_by,
    without_support,
)

NATION, P, Q = 1, 2, 3
X, X2, U, Y, STRICT = 11, 12, 13, 21, 22
BODIES = {
    NATION: Body(NATION, Tier.NATIONAL),
    P: Body(P, Tier.PREFECTURE, NATION),
    Q: Body(Q, Tier.PREFECTURE, NATION),
    X: Body(X, Tier.DISTRICT, P),
    X2: Body(X2, Tier.DISTRICT, P),
    U: Body(U, Tier.DISTRICT, P),
    Y: Body(Y, Tier.DISTRICT, Q),
    STRICT: Body(STRICT, Tier.DISTRICT, Q, allows_partial=False),
}
B, A = 100, 200


def route(before: dict[int, int], after: dict[int, int]) -> list[tuple[int, Task, tuple[int, ...]]]:
    return [(one.body, one.task, one.waits_for) for one in plan(before, after, BODIES)]


def test_施設だけが変わるなら郡市区等だけが一度ずつ確かめる() -> None:
    held = {X: B, Y: B, P: B, Q: B, NATION: B}

    planned = rules.route(held, held, BODIES, moves_work=True)

    assert [(one.body, one.task, one.waits_for) for one in planned] == [
        (X, Task.FACILITY, ()),
        (Y, Task.FACILITY, ()),
    ]
    assert rules.route(held, held, BODIES, moves_work=False) == ()
    assert rules.route(held, held | {X: A}, BODIES, moves_work=True) == plan(held, held | {X: A}, BODIES)


def test_県をまたぐ異動は異動元と異動先が同時に始まり日本医師会が最後に一度決める() -> None:
    assert route({X: B, P: B, NATION: B}, {Y: A, Q: A, NATION: A}) == [
        (X, Task.LEAVE_CONFIRM, ()),
        (P, Task.LEAVE_CONFIRM, (1,)),
        (Y, Task.JOIN, ()),
        (Q, Task.JOIN, (3,)),
        (NATION, Task.MOVE, (2, 4)),
    ]


def test_同じ県の異動では県も一度だけ決める() -> None:
    assert route({X: B, P: B, NATION: B}, {X2: B, P: B, NATION: B}) == [
        (X, Task.LEAVE_CONFIRM, ()),
        (X2, Task.JOIN, ()),
        (P, Task.MOVE, (1, 2)),
        (NATION, Task.MOVE, (3,)),
    ]


def test_郡市区だけの会員の異動には上の層の段がない() -> None:
    assert route({X: B}, {Y: B}) == [(X, Task.LEAVE_CONFIRM, ()), (Y, Task.JOIN, ())]


def test_大学医師会と郡市区医師会のあいだの異動は同じ県の異動である() -> None:
    assert route({U: B, P: B}, {X: B, P: B}) == [
        (U, Task.LEAVE_CONFIRM, ()),
        (X, Task.JOIN, ()),
        (P, Task.MOVE, (1, 2)),
    ]


def test_二つの郡市区の一方だけを移るときもとの県の在籍は続く() -> None:
    assert route({X: B, X2: B, P: B, NATION: B}, {X2: B, P: B, Y: B, Q: B, NATION: B}) == [
        (X, Task.LEAVE_CONFIRM, ()),
        (Y, Task.JOIN, ()),
        (Q, Task.JOIN, (2,)),
        (NATION, Task.MOVE, (1, 3)),
    ]


def test_日本医師会を選ばない異動は一部の退会として日本医師会が承認する() -> None:
    assert route({X: B, P: B, NATION: B}, {Y: B, Q: B}) == [
        (X, Task.LEAVE_CONFIRM, ()),
        (P, Task.LEAVE_CONFIRM, (1,)),
        (Y, Task.JOIN, ()),
        (Q, Task.JOIN, (3,)),
        (NATION, Task.LEAVE, (2, 4)),
    ]


def test_同じ県で県と日本医師会を選ばない異動は県が退会を承認し日本医師会は確認する() -> None:
    assert route({X: B, P: B, NATION: B}, {X2: B}) == [
        (X, Task.LEAVE_CONFIRM, ()),
        (X2, Task.JOIN, ()),
        (P, Task.LEAVE, (1, 2)),
        (NATION, Task.LEAVE_CONFIRM, (3,)),
    ]


def test_郡市区だけの会員が異動先で三つの層に入る() -> None:
    assert route({X: B}, {Y: A, Q: A, NATION: A}) == [
        (X, Task.LEAVE_CONFIRM, ()),
        (Y, Task.JOIN, ()),
        (Q, Task.JOIN, (2,)),
        (NATION, Task.JOIN, (1, 3)),
    ]


def test_会員区分の変更は変わる医師会だけが下から順に決める() -> None:
    before = {X: B, P: B, NATION: B}

    assert route(before, before | {NATION: A}) == [(NATION, Task.CATEGORY, ())]
    assert route(before, before | {X: A, NATION: A}) == [(X, Task.CATEGORY, ()), (NATION, Task.CATEGORY, (1,))]
    assert route(before, {X: A, P: A, NATION: A}) == [
        (X, Task.CATEGORY, ()),
        (P, Task.CATEGORY, (1,)),
        (NATION, Task.CATEGORY, (2,)),
    ]
    assert route(before, before) == []


def test_入会は下の層から順に承認する() -> None:
    assert route({}, {X: B, P: B, NATION: B}) == [(X, Task.JOIN, ()), (P, Task.JOIN, (1,)), (NATION, Task.JOIN, (2,))]
    assert route({X: B, P: B, NATION: B}, {X: B, X2: B, P: B, NATION: B}) == [(X2, Task.JOIN, ())]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({}, [(X, Task.LEAVE, ()), (P, Task.LEAVE_CONFIRM, (1,)), (NATION, Task.LEAVE_CONFIRM, (2,))]),
        ({X: B}, [(P, Task.LEAVE, ()), (NATION, Task.LEAVE_CONFIRM, (1,))]),
        ({X: B, P: B}, [(NATION, Task.LEAVE, ())]),
    ],
)
def test_退会は退会するいちばん下の層が承認し上の層は確認する(after, expected) -> None:
    assert route({X: B, P: B, NATION: B}, after) == expected


def test_在籍ができるかなくなる届出は支え合うすべての在籍に手を付ける() -> None:
    before = {X: B, P: B, NATION: B}

    assert claimed_by(before, before | {P: A}, plan(before, before | {P: A}, BODIES)) == {P}
    assert claimed_by(before, before, plan_single([X], Task.FACILITY)) == {X}
    assert claimed_by(before, {X: B, P: B}, plan(before, {X: B, P: B}, BODIES)) == {X, P, NATION}
    assert claimed_by({X: B}, {X: B, P: B}, plan({X: B}, {X: B, P: B}, BODIES)) == {X, P}


def test_下の層をなくした上の層は落ちる() -> None:
    assert without_support({P: B, NATION: B}, BODIES) == {}
    assert without_support({X2: B, P: B, NATION: B}, BODIES) == {X2: B, P: B, NATION: B}
    assert without_support({X: B, NATION: B}, BODIES) == {X: B}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({X: B, P: B, NATION: B}, None),
        ({X: B}, None),
        ({}, None),
        ({X: B, NATION: B}, (Fault.NO_PREFECTURE, NATION)),
        ({Y: B, P: B}, (Fault.NO_DISTRICT, P)),
        ({STRICT: B}, (Fault.NO_PARTIAL, STRICT)),
        ({STRICT: B, Q: B}, (Fault.NO_PARTIAL, STRICT)),
        ({STRICT: B, Q: B, NATION: B}, None),
    ],
)
def test_上の層の在籍には下の層が要り一部の層を認めない医師会もある(after, expected) -> None:
    assert fault_in(after, BODIES) == expected


BEFORE = {X: B, P: B, NATION: B}


@pytest.mark.parametrize(
    ("after", "day_changed", "again"),
    [
        ({Y: B, Q: B, NATION: B}, False, set()),
        ({Y: A, Q: B, NATION: B}, False, {3, 4, 5}),
        ({Y: B, Q: A, NATION: B}, False, {3, 4, 5}),
        ({Y: B, Q: B, NATION: A}, False, {3, 4, 5}),
        ({Y: B, Q: B, NATION: B}, True, {1, 2, 3, 4, 5}),
    ],
)
def test_直して出すと変わった側だけをはじめから決め直す(after, day_changed, again) -> None:
    old, new = plan(BEFORE, {Y: B, Q: B, NATION: B}, BODIES), plan(BEFORE, after, BODIES)

    assert restarted(old, new, day_changed=day_changed) == again


@pytest.mark.parametrize(
    ("before", "after", "reasons", "expected"),
    [
        ({X: B}, {Y: B}, (Reason.TRANSFER,), Procedure.TRANSFER),
        ({X: B}, {X: B, Y: B}, (Reason.TRANSFER,), Procedure.TRANSFER),
        ({}, {X: B}, (), Procedure.JOIN),
        ({X: B}, {}, (), Procedure.LEAVE),
        ({X: B}, {X: A}, (Reason.CATEGORY,), Procedure.CATEGORY),
        ({X: B}, {X: B}, (Reason.FACILITY,), Procedure.FACILITY),
    ],
)
def test_手続きの名は在籍の変わり方が決める(before, after, reasons, expected) -> None:
    assert kind_of(before, after, reasons) == expected


def test_在籍の変わらない届出はそれぞれの医師会が一度ずつ決める() -> None:
    assert [(one.position, one.body, one.task) for one in plan_single([X, X2], Task.FACILITY)] == [
        (1, X, Task.FACILITY),
        (2, X2, Task.FACILITY),
    ]


@pytest.mark.parametrize(
    ("on", "by_office", "expected"),
    [
        (date(2026, 5, 6), False, True),
        (date(2026, 5, 5), False, False),
        (date(2020, 5, 5), True, True),
        (date(2027, 11, 3), False, True),
        (date(2027, 11, 4), True, False),
    ],
)
def test_異動日は180日前から一年先まで(on, by_office, expected) -> None:
    assert day_is_allowed(on, date(2026, 11, 2), by_office=by_office) is expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 4, 1), date(2026, 4, 1)),
        (date(2026, 7, 31), date(2026, 4, 1)),
        (date(2026, 8, 1), date(2026, 8, 1)),
        (date(2026, 11, 30), date(2026, 8, 1)),
        (date(2026, 12, 1), date(2026, 12, 1)),
        (date(2027, 3, 31), date(2026, 12, 1)),
    ],
)
def test_会費の期は四月と八月と十二月に始まる(on, expected) -> None:
    assert dues_term(on) == expected


def test_確認の期限は医師会の決めた日数であり止まっていた日数だけ延びる() -> None:
    opened = date(2026, 11, 2)

    assert due_on(Task.LEAVE_CONFIRM, opened, confirmation_days=14, decision_days=45) == date(2026, 11, 16)
    assert due_on(Task.JOIN, opened, confirmation_days=14, decision_days=45) == date(2026, 12, 17)
    assert put_off(date(2026, 11, 16), date(2026, 11, 5), date(2026, 11, 9)) == date(2026, 11, 20)


def test_事由が会員区分をすすめるもとになる() -> None:
    assert duty_told_by([Cause.OTHER.value, Cause.OPENING.value]) == Duty.CLINIC_OPENER
    assert duty_told_by([Cause.OTHER.value]) is None


@pytest.mark.parametrize(
    ("number", "done", "waiting", "automatic", "expected"),
    [
        (1, (), (2, 4, 5), (), ((2,), False)),
        (1, (), (2, 4, 5), (2,), ((2,), False)),
        (1, (3, 4), (2, 5), (2,), ((2, 5), False)),
        (2, (1,), (4, 5), (), ((), False)),
        (2, (1, 3, 4), (5,), (), ((5,), False)),
        (2, (1, 3, 4), (5,), (5,), ((5,), True)),
        (5, (1, 2, 3, 4), (), (), ((), True)),
    ],
)
def test_一つが決まるとどこに届きそれで終わるか(number, done, waiting, automatic, expected) -> None:
    steps = plan({X: B, P: B, NATION: B}, {Y: A, Q: A, NATION: A}, BODIES)

    assert reached_by(number, steps, done=done, waiting=waiting, automatic=automatic) == expected


def test_会員情報のどの項目にもよそで要る手続きがある() -> None:
    assert all(APPROVED_FACTS.values())
    assert all(CONTACT_FACTS.values())


def test_よそで要る手続きは同じ順に一度ずつ言う() -> None:
    assert touched_by(["telephone", "address"]) == tuple(OUTSIDE_WORDS.values())
    assert touched_by(["licence_registered_on"]) == (OUTSIDE_WORDS[Outside.CARD],)
    assert touched_by([]) == ()


@pytest.mark.parametrize(
    ("held", "after", "expected"),
    [
        (Held(X, A, date(2020, 4, 1)), {X: B}, None),
        (Held(X, A, date(2027, 4, 1)), {X: B}, None),
        (Held(X, A, date(2027, 4, 2)), {X: B}, Obstacle.BEGINS_LATER),
        (Held(X, A, date(2020, 4, 1), date(2028, 3, 31)), {X: B}, Obstacle.ENDS),
        (Held(X, A, date(2020, 4, 1)), {X: A}, Obstacle.SAME),
        (Held(STRICT, A, date(2020, 4, 1)), {STRICT: B}, Obstacle.NOT_ALLOWED),
    ],
)
def test_まとめては変えられないわけ(held, after, expected) -> None:
    assert obstacle_to([held], after, BODIES, date(2027, 4, 1)) == expected


def test_変わらない在籍はまとめて変えることを妨げない() -> None:
    held = [Held(X, A, date(2020, 4, 1)), Held(P, A, date(2027, 9, 1), date(2028, 3, 31))]

    assert obstacle_to(held, {X: B, P: A}, BODIES, date(2027, 4, 1)) is None


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 2), date(2027, 4, 1)),
        (date(2027, 3, 31), date(2027, 4, 1)),
        (date(2027, 4, 1), date(2027, 4, 1)),
        (date(2027, 4, 2), date(2028, 4, 1)),
    ],
)
def test_まとめて変える日のはじめの案は次の四月一日である(today, expected) -> None:
    assert category_day(today) == expected


# 用紙の番号


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("A2B3-C4D5", "A2B3C4D5"),
        (" a2b3 c4d5 ", "A2B3C4D5"),
        ("Ａ２Ｂ３－Ｃ４Ｄ５", "A2B3C4D5"),
        ("a2b3ーc4d5", "A2B3C4D5"),
        ("A2B3-C4D", ""),
        ("A2B3-C4D56", ""),
        ("A0B1-C4D5", ""),
        ("2A3B-4C5D", ""),
        ("A2B3-あ4D5", ""),
        ("", ""),
    ],
)
def test_a_number_is_read_in_whatever_width_case_and_dashes_it_is_typed(typed, number):
    assert folded_number(typed) == number


def test_a_number_is_printed_in_fours():
    assert number_words("A2B3C4D5") == "A2B3-C4D5"
