"""会員手続きについて医師会が決めること：会員手続き、会員区分、理事会の日程の操作と許し。"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from mamis.associations import operations, policy, queries
from mamis.associations.models import BoardDay, Category, JoinItem
from mamis.associations.operations import CategoryFacts, ChangedMeanwhile, CodeTaken, Practice
from mamis.associations.queries import Change
from mamis.associations.rules import Duty, ItemKind, Procedure, Role, standing

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 10)
PRACTICE = Practice(
    allows_partial=False,
    confirmation_days=7,
    decision_days=45,
    automatic_kinds=[Procedure.CATEGORY, Procedure.FACILITY],
    join_note="履歴書をお持ちください。",
)
FACTS = CategoryFacts(
    code="C",
    label="C 会員",
    from_on=None,
    until_on=None,
    is_selectable=True,
    is_voting=False,
    is_insured=False,
    duties=[Duty.RESIDENT],
)


def version(row):
    return queries.newest_version(row).pgh_id


def told(changes):
    return sorted((one.label, one.was, one.now, one.by_name, one.by_association) for one in changes)


def add(world, facts=FACTS, association=None):
    association = association or world.district
    return operations.add_category(association, facts, by=world.admin(association), at=world.at)


def correct(world, category, *, seen=None, **changes):
    return operations.correct_category(
        category,
        replace(FACTS, code=category.code, label=category.label, **changes),
        seen=version(category) if seen is None else seen,
        by=world.admin(world.district),
        at=world.at,
    )


def order(association):
    return list(association.categories.order_by("position", "pk").values_list("code", flat=True))


# 会員手続き


def test_the_practice_is_saved_and_recorded_with_who_and_for_whom(world):
    admin = world.admin(world.district)

    operations.set_practice(world.district, PRACTICE, seen=version(world.district), by=admin, at=world.at)

    assert told(queries.practice_changes(world.district)) == [
        ("一部の層だけの会員を認める", "はい", "いいえ", "管理 花子", "みどり市医師会"),
        ("入会する先生への案内", "", "履歴書をお持ちください。", "管理 花子", "みどり市医師会"),
        ("届いたときに自動で承認する手続き", "", "会員区分の変更、施設の異動", "管理 花子", "みどり市医師会"),
        ("異動元の確認を待つ日数", "14", "7", "管理 花子", "みどり市医師会"),
    ]


def test_the_later_of_two_is_told_what_the_practice_became(world):
    admin, seen = world.admin(world.district), version(world.district)
    operations.set_practice(world.district, PRACTICE, seen=seen, by=admin, at=world.at)

    with pytest.raises(ChangedMeanwhile) as refused:
        operations.set_practice(
            world.district, replace(PRACTICE, confirmation_days=30), seen=seen, by=admin, at=world.at
        )

    world.district.refresh_from_db()
    assert world.district.confirmation_days == 7
    assert Change("異動元の確認を待つ日数", "14", "7") in refused.value.changes


# 会員区分


def test_a_category_is_added_at_the_end_and_its_code_is_its_own(world):
    added = add(world)

    assert (added.position, order(world.district)) == (3, ["A", "B", "C"])
    with pytest.raises(CodeTaken, match="「C 会員」が使っています"):
        add(world)
    assert add(world, association=world.prefecture).code == "C"


def test_the_first_category_of_an_association_stands_first(world):
    Category.objects.all().delete()

    assert add(world).position == 1


def test_a_category_is_corrected_and_ended_and_recorded(world):
    category = add(world)

    correct(world, category, until_on=TODAY, is_selectable=False, duties=[Duty.RESIDENT, Duty.NONE])

    assert told(queries.category_changes(category)) == [
        ("医師が入会・異動で選べる", "はい", "いいえ", "管理 花子", "みどり市医師会"),
        ("施設業務", "臨床研修医", "臨床研修医、無職", "管理 花子", "みどり市医師会"),
        ("終わり", "", "2026年6月10日", "管理 花子", "みどり市医師会"),
    ]


def test_a_category_cannot_take_the_code_of_another(world):
    category = add(world)

    with pytest.raises(CodeTaken):
        operations.correct_category(
            category, replace(FACTS, code="A"), seen=version(category), by=world.admin(world.district), at=world.at
        )
    category.refresh_from_db()
    assert category.code == "C"


def test_a_category_changed_meanwhile_is_not_overwritten(world):
    category = add(world)
    seen = version(category)
    correct(world, category, is_voting=True)

    with pytest.raises(ChangedMeanwhile) as refused:
        correct(world, category, seen=seen, until_on=TODAY)

    category.refresh_from_db()
    assert (category.is_voting, category.until_on) == (True, None)
    assert refused.value.changes == [Change("社員", "いいえ", "はい")]


def test_a_move_does_not_disturb_a_correction(world):
    category = add(world)
    seen = version(category)
    operations.move_category(category, earlier=True, by=world.admin(world.district))

    correct(world, category, seen=seen, is_voting=True)

    assert order(world.district) == ["A", "C", "B"]


@pytest.mark.parametrize(
    ("moved", "earlier", "expected"),
    [
        ("C", True, ["A", "C", "B"]),
        ("A", False, ["B", "A", "C"]),
        ("A", True, ["A", "B", "C"]),
        ("C", False, ["A", "B", "C"]),
    ],
)
def test_a_category_moves_one_place_and_not_beyond_the_ends(world, moved, earlier, expected):
    add(world)

    operations.move_category(world.district.categories.get(code=moved), earlier=earlier, by=world.admin(world.district))

    assert order(world.district) == expected
    assert sorted(world.district.categories.values_list("position", flat=True)) == [1, 2, 3]


def test_the_move_is_recorded_with_who(world):
    category = add(world)

    operations.move_category(category, earlier=True, by=world.admin(world.district))

    assert category.events.latest("pgh_id").pgh_context.metadata["user_name"] == "管理 花子"


@pytest.mark.parametrize(
    ("from_on", "until_on", "expected"),
    [
        (None, None, "いま"),
        (TODAY, None, "いま"),
        (TODAY + timedelta(days=1), None, "これから"),
        (None, TODAY, "終わり"),
        (None, TODAY + timedelta(days=1), "いま"),
    ],
)
def test_a_category_stands_somewhere_each_day(from_on, until_on, expected):
    assert Category(from_on=from_on, until_on=until_on).standing(TODAY) == expected
    assert standing(from_on or date.min, until_on, TODAY) == expected


# 理事会の日程


def test_board_days_are_added_together_and_known_ones_stay(world):
    known = BoardDay.objects.create(association=world.district, held_on=TODAY)
    BoardDay.objects.create(association=world.prefecture, held_on=TODAY + timedelta(days=7))
    days = [TODAY + timedelta(days=7), TODAY, TODAY + timedelta(days=7)]

    added = operations.add_board_days(world.district, days, by=world.admin(world.district), at=world.at)

    assert [day.held_on for day in added] == [TODAY + timedelta(days=7)]
    assert list(world.district.board_days.order_by("held_on")) == [known, *added]


def test_adding_and_removing_board_days_is_recorded(world):
    admin = world.admin(world.district)
    (day,) = operations.add_board_days(world.district, [TODAY], by=admin, at=world.at)
    BoardDay.objects.create(association=world.prefecture, held_on=TODAY)

    operations.remove_board_day(day, by=admin, at=world.at)

    assert [(one.label, one.was, one.now, one.by_name) for one in queries.board_day_changes(world.district)] == [
        ("理事会の日", "2026年6月10日", "", "管理 花子"),
        ("理事会の日", "", "2026年6月10日", "管理 花子"),
    ]


# 一覧


def test_the_lists_ask_as_often_for_three_as_for_one(world):
    client = world.browser(world.admin(world.district).user)
    urls = [reverse(name, args=["14-021"]) for name in ("office_categories", "office_board_days")]

    def asked():
        counts = []
        for url in urls:
            with CaptureQueriesContext(connection) as context:
                assert client.get(url).status_code == 200
            counts.append(len(context))
        return counts

    def add_board_day(ahead):
        BoardDay.objects.create(association=world.district, held_on=localdate() + timedelta(days=ahead))

    world.district.categories.get(code="B").delete()
    add_board_day(1)
    asked()
    one = asked()
    for number in (2, 3):
        add(world, replace(FACTS, code=f"C{number}", duties=list(Duty)))
        add_board_day(number)

    assert asked() == one


# だれが


@pytest.mark.parametrize(("role", "editable"), [(Role.VIEWER, []), (Role.CLERK, []), (Role.ADMIN, ["A", "B"])])
def test_only_an_administrator_edits_the_categories_of_their_own(world, role, editable):
    staff = world.appoint(world.district, role, "職員")

    assert [one.code for one in policy.categories_editable_by(staff)] == editable
    assert {one.association for one in policy.categories_editable_by(staff)} <= {world.district}


@pytest.mark.parametrize(("role", "editable"), [(Role.VIEWER, []), (Role.CLERK, []), (Role.ADMIN, ["専門", "経歴"])])
def test_only_an_administrator_edits_what_their_own_asks(world, role, editable):
    staff = world.appoint(world.district, role, "職員")
    for association, label, position in (
        (world.district, "経歴", 2),
        (world.district, "専門", 1),
        (world.prefecture, "よその尋ねること", 1),
    ):
        JoinItem.objects.create(association=association, kind=ItemKind.SHORT, label=label, position=position)

    assert [one.label for one in policy.join_items_editable_by(staff)] == editable


@pytest.mark.parametrize(("role", "editable"), [(Role.VIEWER, 0), (Role.CLERK, 0), (Role.ADMIN, 2)])
def test_only_an_administrator_edits_the_coming_board_days_of_their_own(world, role, editable):
    staff = world.appoint(world.district, role, "職員")
    for days in (2, 0, -1):
        BoardDay.objects.create(association=world.district, held_on=TODAY + timedelta(days=days))
    BoardDay.objects.create(association=world.other_district, held_on=TODAY)

    found = [one.held_on for one in policy.board_days_editable_by(staff, TODAY)]

    assert found == [TODAY, TODAY + timedelta(days=2)][:editable]
