"""研修医の名簿の取り込み：お願い、断る行、取り消し。"""

from datetime import date, timedelta

import pytest

from mamis.associations.models import Category
from mamis.doctors.models import Doctor
from mamis.doctors.operations import FacilityFacts, register_facility
from mamis.members import queries
from mamis.members.rules import Kind
from mamis.membership.models import Joining, Membership
from mamis.membership.operations import confirm_joining
from tests.members.files import changes, csv_of, outcomes, resident, told, undone
from tests.members.files import checked as checked_any
from tests.members.files import taken as taken_any
from tests.membership.acts import submit
from tests.world import NOON, TODAY

pytestmark = pytest.mark.django_db

NOT_CONFIRMED = "医籍登録番号・フリガナ・生年月日の組を、この医師会だけでは確かめられません。"


@pytest.fixture
def admin(world):
    return world.admin(world.district)


def checked(*rows, by):
    return checked_any(csv_of(*rows), by, kind=Kind.RESIDENTS)


def taken(*rows, by):
    return taken_any(csv_of(*rows), by, kind=Kind.RESIDENTS)


def known(world, number, *associations, **facts):
    """名簿と同じ人の記録。"""
    doctor = world.member(
        "研修", "一郎", *associations, kana=("ケンシュウ", "イチロウ"), signs_in=facts.pop("signs_in", False)
    )
    doctor.licences.update(number=str(number))
    Doctor.objects.filter(pk=doctor.pk).update(**{"birth_on": date(2000, 4, 2)} | facts)
    return Doctor.objects.get(pk=doctor.pk)


def refusals(of_import):
    return [(column, reason) for column, _, reason, _ in told(of_import)]


def test_a_row_becomes_a_request_and_neither_a_doctor_nor_a_seat(world, admin):
    hospital = register_facility(FacilityFacts("みどり中央病院", "14"))

    of_import = taken(resident(), by=admin)

    joining = Joining.objects.get()
    assert (outcomes(of_import), of_import.title) == (["new"], "研修医の名簿の取り込み 第1号")
    assert (joining.number, joining.name, joining.kana, joining.sex) == (
        "600001",
        "研修 一郎",
        "ケンシュウ イチロウ",
        "male",
    )
    assert (joining.birth_on, joining.joined_on, joining.list_number) == (date(2000, 4, 2), date(2027, 4, 1), 1)
    assert (joining.facility, joining.unlisted_name, joining.doctor) == (hospital, "", None)
    assert (joining.state, joining.last_on) == ("waiting", TODAY + timedelta(days=30))
    assert [(seat.association.code, seat.category.code) for seat in joining.seats.order_by("pk")] == [
        ("14-021", "B"),
        ("14", "B"),
        ("00", "B"),
    ]
    assert (Doctor.objects.count(), Membership.objects.count()) == (0, 0)
    assert changes(of_import) == [
        [
            ("入会", "", "みどり市医師会 B 会員、神奈川県医師会 B 会員、日本医師会 B 会員　2027年4月1日から"),
            ("所属施設", "", "みどり中央病院"),
            ("お願いの宛先", "", "resident-600001@hospital.example"),
        ]
    ]


def test_checking_asks_nobody(admin, posted):
    of_import = checked(resident(), by=admin)

    assert (outcomes(of_import), Joining.objects.count(), posted()) == (["new"], 0, [])


def test_the_request_goes_to_the_address_of_the_list(admin, posted):
    taken(resident(), by=admin)

    assert posted() == [("JoiningAsked", "resident-600001@hospital.example")]


def test_a_doctor_who_signs_in_is_asked_at_the_registered_address(world, admin, posted):
    doctor = known(world, 600001, signs_in=True)
    posted()

    taken(resident(), by=admin)

    assert posted() == [("JoiningAsked", doctor.contact_address)]
    assert (Joining.objects.get().doctor, Joining.objects.get().mail_address) == (
        doctor,
        "resident-600001@hospital.example",
    )


def test_empty_upper_tiers_are_not_joined(admin):
    taken(resident(都道府県の会員区分="", 日本医師会の会員区分=""), by=admin)

    assert [seat.association.code for seat in Joining.objects.get().seats.all()] == ["14-021"]


def test_the_place_is_found_by_code_or_name_and_otherwise_stays_open(world, admin):
    coded = register_facility(FacilityFacts("あおば病院", "13", code="0123456789"))
    named = register_facility(FacilityFacts("みどり中央病院", "14"))

    taken(
        resident(1, 所属施設="０１２３４５６７８９"),
        resident(2, 所属施設="123456789"),
        resident(3, 所属施設="みどり 中央病院"),
        resident(4, 所属施設="できたばかりの病院"),
        by=admin,
    )

    assert [(one.facility, one.unlisted_name) for one in Joining.objects.order_by("number")] == [
        (coded, ""),
        (coded, ""),
        (named, ""),
        (None, "できたばかりの病院"),
    ]


def test_rows_that_say_too_little_or_what_cannot_be_are_refused_with_column_and_reason(world, admin):
    for address in ("横浜市1", "川崎市2"):
        register_facility(FacilityFacts("みどり病院", "14", address=address))
    world.district.allows_partial = False
    world.district.save()

    of_import = taken(
        resident(600001, メールアドレス="", 所属施設="", 入会日="", 会員区分=""),
        resident(600002, 会員区分="Z"),
        resident(600003, 都道府県の会員区分=""),
        resident(600004, 都道府県の会員区分="", 日本医師会の会員区分=""),
        resident(600005, 入会日="2027-12-01"),
        resident(600006, 入会日="2026-04-01"),
        resident(600007, 所属施設="みどり病院"),
        resident(600008, 所属施設="9999999999"),
        resident(600009, メールアドレス="resident"),
        by=admin,
    )

    too_far = ("入会日", "入会日は、180 日前から一年先までの日です。")
    assert refusals(of_import) == [
        ("メールアドレス", "空です。"),
        ("所属施設", "空です。"),
        ("入会日", "空です。"),
        ("会員区分", "空です。"),
        ("会員区分", "みどり市医師会で選べる会員区分ではありません。"),
        ("都道府県の会員区分", "日本医師会の会員になるには、都道府県医師会の会員であることが必要です。"),
        ("都道府県の会員区分", "みどり市医師会は、都道府県医師会と日本医師会にも入会していただく決まりです。"),
        too_far,
        too_far,
        ("所属施設", "同じ名の施設がいくつもあります。"),
        ("所属施設", "この医療機関コードの施設は、施設マスタにありません。"),
        ("メールアドレス", "メールアドレスの形ではありません。"),
    ]


def test_categories_that_a_doctor_cannot_choose_that_day_are_refused(world, admin):
    Category.objects.filter(association=world.district, code="B").update(until_on=date(2027, 4, 1))

    of_import = checked(resident(), by=admin)

    assert told(of_import) == [
        (
            "会員区分",
            "B",
            "みどり市医師会で選べる会員区分ではありません。",
            "選べる会員区分は「A 会員」です。",
        )
    ]


def test_the_same_number_twice_in_the_file_is_refused_the_second_time(admin):
    of_import = taken(resident(600001), resident(600002), resident(600001), by=admin)

    assert outcomes(of_import) == ["new", "new", "refused"]
    assert refusals(of_import) == [("医籍登録番号", "同じ医籍登録番号が、2 行目にもあります。")]


def test_who_cannot_be_asked_by_the_list_is_refused(world, admin):
    known(world, 600001, world.district)
    submit(world, known(world, 600002, world.other_district), {world.district: "A"}, TODAY)
    submit(world, known(world, 600003), {world.district: "A"}, TODAY)
    taken(resident(600004), by=admin)

    of_import = taken(*(resident(number) for number in range(600001, 600006)), by=admin)

    assert outcomes(of_import) == ["refused", "refused", "refused", "refused", "new"]
    assert refusals(of_import) == [
        ("医籍登録番号", "すでにこの医師会の会員です。"),
        ("医籍登録番号", "この名簿からは、入会をお願いできません。"),
        ("医籍登録番号", "この方の届出を、すでに受け付けています。"),
        ("医籍登録番号", "入会の確認を、すでにお願いしています。"),
    ]


def test_of_unseen_doctors_neither_seats_nor_applications_are_told(world, admin):
    known(world, 600001, world.other_district)
    national = {world.other_district: "A", world.other_prefecture: "A", world.national: "A"}
    submit(world, known(world, 600002), national, TODAY)
    known(world, 600003)

    of_import = taken(*(resident(number) for number in range(600001, 600004)), by=admin)

    assert outcomes(of_import) == ["refused", "refused", "new"]
    assert refusals(of_import) == [("医籍登録番号", NOT_CONFIRMED)] * 2


@pytest.mark.parametrize("differs", [{"birth_on": date(1999, 4, 2)}, {"given_kana": "ジロウ"}, {"birth_on": None}])
def test_a_record_that_differs_is_refused_without_a_word_about_it(world, admin, differs):
    known(world, 600001, world.district, **differs)

    of_import = taken(resident(), by=admin)

    assert [(column, value, reason) for column, value, reason, _ in told(of_import)] == [
        ("医籍登録番号", "600001", NOT_CONFIRMED)
    ]


def test_undoing_cancels_the_unanswered_and_keeps_the_answered(world, admin):
    of_import = taken(resident(600001), resident(600002), by=admin)
    confirm_joining(Joining.objects.get(number="600001"), at=NOON)

    of_import = undone(of_import, admin)

    assert [(one.number, one.state) for one in Joining.objects.order_by("number")] == [
        ("600001", "confirmed"),
        ("600002", "cancelled"),
    ]
    assert [row.kept for row in queries.rows_of(of_import)] == ["ご本人の返事が、もうありました。", ""]


def test_a_cancelled_row_can_be_asked_again_with_other_facts(admin):
    undone(taken(resident(), by=admin), admin)

    of_import = taken(resident(生年月日="平成12年4月3日"), by=admin)

    assert (outcomes(of_import), of_import.number) == (["new"], 2)
