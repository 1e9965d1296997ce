"""医師会の検索と、会員手続きについて医師会が決めたことの読み方。"""

from datetime import date, timedelta
from importlib import import_module

import pgtrigger
import pytest
from django.apps import apps

from mamis.associations import queries
from mamis.associations.models import BoardDay, Category, Municipality
from mamis.associations.rules import Duty
from tests.world import new_district

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 10)
BEFORE, AFTER = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def new_category(association, code, **facts):
    return Category.objects.create(association=association, code=code, label=f"{code} 会員", **facts)


def test_the_first_board_day_is_that_day_or_the_next(world):
    for held_on in (AFTER, TODAY, BEFORE):
        BoardDay.objects.create(association=world.district, held_on=held_on)
    BoardDay.objects.create(association=world.prefecture, held_on=BEFORE)

    assert queries.board_day_after(world.district.pk, BEFORE) == BEFORE
    assert queries.board_day_after(world.district.pk, TODAY) == TODAY
    assert queries.board_day_after(world.district.pk, AFTER + timedelta(days=1)) is None
    assert queries.board_day_after(world.prefecture.pk, TODAY) is None


def test_board_days_of_many_associations_take_one_query(world, django_assert_num_queries):
    for association, held_on in ((world.district, AFTER), (world.district, TODAY), (world.prefecture, AFTER)):
        BoardDay.objects.create(association=association, held_on=held_on)

    with django_assert_num_queries(1):
        found = queries.board_days_after([world.district.pk, world.prefecture.pk, world.national.pk], TODAY)

    assert found == {world.district.pk: TODAY, world.prefecture.pk: AFTER}


def test_a_doctor_can_choose_the_categories_in_force_in_their_order(world, django_assert_num_queries):
    first, second = world.district.categories.order_by("position")
    ending = new_category(world.district, "E", position=3, until_on=AFTER)
    beginning = new_category(world.district, "F", position=0, from_on=TODAY)
    new_category(world.district, "ended", until_on=TODAY)
    new_category(world.district, "coming", from_on=AFTER)
    new_category(world.district, "offices", is_selectable=False)
    world.prefecture.categories.update(until_on=TODAY)

    with django_assert_num_queries(1):
        found = queries.selectable_categories([world.district.pk, world.prefecture.pk], TODAY)

    assert found == {world.district.pk: [beginning, first, second, ending], world.prefecture.pk: []}


def test_the_first_category_for_the_duty_is_proposed():
    opener = Category(label="A", duties=[Duty.CLINIC_OPENER, Duty.HOSPITAL_OPENER])
    manager = Category(label="B", duties=[Duty.CLINIC_OPENER, Duty.CLINIC_MANAGER])

    assert queries.proposed_category([opener, manager], Duty.CLINIC_OPENER) is opener
    assert queries.proposed_category([opener, manager], Duty.CLINIC_MANAGER) is manager
    assert queries.proposed_category([opener, manager], Duty.RESIDENT) is None


def test_live_districts_of_a_prefecture_are_found_by_name_kana_and_area(world):
    blue = new_district("14-022", "あおば区医師会", "アオバクイシカイ", world.prefecture, "14998", "青葉区")
    closed = new_district("14-023", "みどり南医師会", "ミドリミナミイシカイ", world.prefecture, "14997", "緑町")
    closed.closed_on = BEFORE
    closed.save()
    world.district.municipalities.add(Municipality.objects.create(code="14996", prefecture_id="14", name="緑ヶ丘町"))

    def found(words):
        return list(queries.find_associations("14", words))

    assert found("") == [world.district, blue]
    assert found("　") == [world.district, blue]
    assert found("みどり") == found("ﾐﾄﾞﾘ") == [world.district]
    assert found("緑ケ丘") == [world.district]
    assert found("青葉区　医師会") == [blue]
    assert found("さくら") == []
    assert list(queries.find_associations("26")) == [world.other_district]


def test_categories_from_before_the_history_get_their_first_version(world):
    with pgtrigger.ignore("associations.Category:insert_insert"):
        old = new_category(world.district, "old", position=7, duties=[Duty.RESIDENT])
    assert not old.events.exists()

    import_module("mamis.associations.migrations.0009_first_versions_of_categories").write(apps, None)

    version = old.events.get()
    assert (version.code, version.position, version.duties) == ("old", 7, [Duty.RESIDENT])
    assert world.district.categories.get(code="A").events.count() == 1
