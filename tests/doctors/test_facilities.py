"""施設マスタの施設、未定の施設、主たる施設の移り。"""

from datetime import date, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.utils.timezone import get_default_timezone

from mamis.associations.models import Municipality
from mamis.doctors import operations, queries
from mamis.doctors.models import Facility, FacilityRequest, Workplace
from mamis.doctors.operations import FacilityFacts, FacilityGone, Work, register_facilities, register_facility
from mamis.doctors.queries import Candidates, facility_candidates
from mamis.doctors.rules import FacilityState, search_words

pytestmark = pytest.mark.django_db
JUNE = date(2026, 6, 10)
AT = datetime(2026, 6, 10, 9, 0, tzinfo=get_default_timezone())
STAFF = "hospital-staff"


def facility(name, prefecture="14", **facts):
    return register_facility(FacilityFacts(name, prefecture, **facts))


def names(found):
    return [one.name for one in found.facilities]


def terms(doctor):
    works = doctor.workplaces.order_by("from_on")
    return [(one.place_name, one.duty, one.from_on, one.until_on) for one in works]


def move(doctor, work, on=JUNE):
    return operations.move_work(doctor, work, on=on, at=AT)


def at(place, duty=STAFF):
    return Work(place.pk, "", "", duty)


def unlisted(name, prefecture="14", duty=STAFF):
    return Work(None, name, prefecture, duty)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("髙橋　医院", ("高橋", "医院")),
        ("　橋 ", ()),
        ("橋 本", ("橋本",)),
        ("", ()),
        ("橋 医院", ("橋", "医院")),
        ("045-000-1234", ("0450001234",)),
    ],
)
def test_words_are_folded_and_at_least_one_has_two_characters(typed, words):
    assert search_words(typed) == words


@pytest.mark.parametrize(
    "words",
    [
        "高橋医院",
        "髙橋医院",
        "橋医",
        "タカハシ",
        "たかはし",
        "1410012345",
        "045-000-1234",
        "みどり町",
        "架空市みどり町",
        "横浜 高橋",
    ],
)
def test_a_facility_is_found_by_a_part_of_what_is_known_of_it(world, words):
    town = Municipality.objects.create(code="14199", prefecture_id="14", name="横浜架空市")
    found = facility(
        "髙橋医院",
        kana="タカハシイイン",
        code="1410012345",
        telephone="045-000-1234",
        municipality_code=town.code,
        address="みどり町1-2-3",
    )
    facility("別の病院")

    assert facility_candidates(words) == Candidates((found,))
    assert facility_candidates(words, "26") == Candidates(none=True)


def test_the_best_match_comes_first(world):
    for name, kana in (("北みどり医院", ""), ("みどり医院", ""), ("緑病院", "ミドリビョウイン")):
        facility(name, kana=kana)
    facility("あおば医院", address="みどり町1")

    assert names(facility_candidates("みどり")) == ["みどり医院", "緑病院", "北みどり医院", "あおば医院"]


def test_merged_and_closed_facilities_are_no_candidates(world):
    live = facility("みどり医院")
    Facility.objects.filter(pk=facility("みどり第二医院").pk).update(merged_into=live)
    facility("みどり旧医院", closed_on=date(2020, 1, 1))

    assert names(facility_candidates("みどり")) == ["みどり医院"]


@pytest.mark.parametrize(("number", "too_many"), [(1, False), (20, False), (21, True)])
def test_twenty_candidates_come_in_one_query(world, django_assert_num_queries, number, too_many):
    register_facilities([FacilityFacts(f"みどり第{n:02}医院", "14") for n in range(number)])

    with django_assert_num_queries(1):
        found = facility_candidates("みどり")
        shown = [(one.prefecture.name, one.municipality) for one in found.facilities]

    assert (len(shown), found.too_many, found.none) == (min(number, 20), too_many, False)


def test_words_too_short_are_not_searched(world, django_assert_num_queries):
    facility("み")

    with django_assert_num_queries(0):
        found = [facility_candidates(words) for words in ("", "み", "　み　", "-")]

    assert found == [Candidates(too_many=True)] * 4


def test_facilities_known_before_are_made_findable(world):
    Facility.objects.create(name="髙橋医院", kana="タカハシイイン", address="みどり町1", prefecture_id="14")

    import_module("mamis.doctors.migrations.0008_facility_search").write(apps, None)

    assert [names(facility_candidates(words)) for words in ("高橋", "はしい", "みどり町")] == [["髙橋医院"]] * 3


def test_a_move_ends_the_former_workplace_that_day(world):
    doctor, former, new = world.doctor("移山", "動"), facility("前の病院"), facility("次の医院")
    move(doctor, at(former), on=date(2020, 4, 1))

    moved = move(doctor, at(new, "clinic-manager"))

    assert moved == queries.main_workplace(doctor, JUNE)
    assert terms(doctor) == [
        ("前の病院", STAFF, date(2020, 4, 1), JUNE),
        ("次の医院", "clinic-manager", JUNE, None),
    ]


def test_a_change_of_duty_alone_is_a_move_and_no_change_is_none(world):
    doctor, place = world.doctor("移山", "動"), facility("同じ病院")
    move(doctor, at(place), on=date(2020, 4, 1))

    same = move(doctor, at(place), on=date(2024, 4, 1))
    changed = move(doctor, at(place, "hospital-manager"))

    assert same != changed
    assert terms(doctor) == [
        ("同じ病院", STAFF, date(2020, 4, 1), JUNE),
        ("同じ病院", "hospital-manager", JUNE, None),
    ]


def test_a_move_on_the_day_the_present_work_began_amends_it(world):
    doctor = world.doctor("移山", "動")
    began = move(doctor, at(facility("前の病院")))

    moved = move(doctor, unlisted("できたばかりの医院", duty=""))

    assert moved.pk == began.pk
    assert terms(doctor) == [("できたばかりの医院", "", JUNE, None)]


def test_a_move_in_the_past_replaces_what_began_later(world):
    doctor = world.doctor("移山", "動")
    for name, year in (("一", 2015), ("二", 2020), ("三", 2024)):
        move(doctor, at(facility(name)), on=date(year, 4, 1))

    move(doctor, at(facility("四")), on=date(2018, 4, 1))

    assert terms(doctor) == [
        ("一", STAFF, date(2015, 4, 1), date(2018, 4, 1)),
        ("四", STAFF, date(2018, 4, 1), None),
    ]


def test_a_move_begins_after_work_whose_end_is_set(world):
    doctor = world.doctor("移山", "動")
    move(doctor, at(facility("前の病院")), on=date(2015, 4, 1))
    Workplace.objects.update(until_on=date(2020, 4, 1))

    move(doctor, at(facility("次の医院")))

    assert [term[2:] for term in terms(doctor)] == [(date(2015, 4, 1), date(2020, 4, 1)), (JUNE, None)]


def test_doctors_who_typed_the_same_name_share_one_request(world):
    for family, typed in (("移山", "髙橋医院"), ("動山", "高橋 医院"), ("別山", "佐藤医院")):
        move(world.doctor(family, "一"), unlisted(typed))
    move(world.doctor("京山", "一"), unlisted("髙橋医院", "26"))

    requests = FacilityRequest.objects.order_by("pk").values_list("prefecture_id", "name", "asked_at")

    assert list(requests) == [("14", "髙橋医院", AT), ("14", "佐藤医院", AT), ("26", "髙橋医院", AT)]
    assert FacilityRequest.objects.earliest("pk").workplaces.count() == 2


def test_work_at_a_merged_facility_is_at_the_one_that_is_left(world):
    doctor, left, middle, gone = world.doctor("移山", "動"), *map(facility, ("残る", "中", "消える"))
    Facility.objects.filter(pk=middle.pk).update(merged_into=left)
    Facility.objects.filter(pk=gone.pk).update(merged_into=middle)

    assert move(doctor, at(gone)).facility == left
    with pytest.raises(FacilityGone):
        move(doctor, Work(0, "", "", STAFF))


def test_a_doctor_at_an_unlisted_place_applies_to_its_prefecture(world):
    doctor = world.doctor("移山", "動")

    moved = move(doctor, unlisted("架空の病院", "26"))

    assert queries.main_workplace(doctor, JUNE).place.prefecture.code == "26"
    assert (moved.place_name, moved.duty_label) == ("架空の病院", "病院の勤務者")


def test_a_facility_is_open_suspended_or_closed(world):
    place = facility("みどり医院", kind="clinic", suspended_on=date(2024, 4, 1), closed_on=date(2026, 4, 1))

    days = [date(2024, 3, 31), date(2024, 4, 1), date(2026, 3, 31), date(2026, 4, 1)]

    assert [place.state(day) for day in days] == [
        FacilityState.OPEN,
        FacilityState.SUSPENDED,
        FacilityState.SUSPENDED,
        FacilityState.CLOSED,
    ]
    assert (place.kind_label, facility("名だけ").kind_label, str(place)) == ("診療所", "", "みどり医院")
