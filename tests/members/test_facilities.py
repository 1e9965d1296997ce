"""施設の取り込み：新しい施設、変わること、断る行、取り消し。"""

from datetime import date

import pytest

from mamis.doctors.models import Facility
from mamis.doctors.operations import FacilityFacts, begin_work, register_facility
from mamis.doctors.queries import facility_candidates, facility_changes
from mamis.members import queries
from mamis.members.operations.traces import FACILITY_CHANGED_SINCE
from mamis.members.rules import Kind
from tests.members.files import changes, csv_of, outcomes, told, undone
from tests.members.files import checked as checked_any
from tests.members.files import taken as taken_any

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(world):
    return world.admin(world.district)


def row(name="髙橋医院", **more):
    return {"施設名": name} | more


def checked(*rows, by):
    return checked_any(csv_of(*rows), by, kind=Kind.FACILITIES)


def taken(*rows, by):
    return taken_any(csv_of(*rows), by, kind=Kind.FACILITIES)


def place(name, prefecture="14", **facts):
    return register_facility(FacilityFacts(name, prefecture, **facts))


def reasons(of_import):
    return [(column, reason) for column, _, reason, _ in told(of_import)]


def test_a_new_facility_gets_all_that_is_written(admin):
    full = row(
        フリガナ="ﾀｶﾊｼｲｲﾝ",
        種別="クリニック",
        医療機関番号="１４１００１２３４５",
        都道府県="神奈川",
        所在地="横浜市中区山下町1-1",
        電話="０４５（０００）１２３４",
        開設者="髙橋 一郎",
        管理者="髙橋 一郎",
        開設年月日="平成10年4月1日",
        休止日="2020-04-01",
        廃止日="2024-04-01",
    )

    of_import = taken(full, by=admin)

    made = Facility.objects.get()
    assert (outcomes(of_import), of_import.title) == (["new"], "施設の取り込み 第1号")
    assert (made.name, made.kana, made.kind, made.code, made.prefecture_id) == (
        "髙橋医院",
        "タカハシイイン",
        "clinic",
        "1410012345",
        "14",
    )
    assert (made.address, made.telephone, made.opener_name, made.manager_name) == (
        "横浜市中区山下町1-1",
        "045-000-1234",
        "髙橋 一郎",
        "髙橋 一郎",
    )
    assert (made.opened_on, made.suspended_on, made.closed_on) == (
        date(1998, 4, 1),
        date(2020, 4, 1),
        date(2024, 4, 1),
    )


def test_checking_writes_nothing_and_taking_again_changes_nothing(admin):
    typed = row(電話="045-000-1234", 種別="診療所", 所在地="横浜市1")

    first = checked(typed, by=admin)
    before = Facility.objects.count()
    taken(typed, by=admin)
    again = checked(typed, by=admin)

    assert (outcomes(first), before, outcomes(again)) == (["new"], 0, ["unchanged"])
    assert facility_candidates("高橋医院").facilities == (Facility.objects.get(),)


def test_what_is_written_differently_changes_and_blanks_change_nothing(admin):
    clinic = place("髙橋医院", kind="hospital", telephone="045-000-1234", address="横浜市1")

    of_import = taken(
        {"施設名": "高橋 医院", "種別": "診療所", "医療機関コード": "1410012345", "電話": "", "所在地": ""}, by=admin
    )

    clinic.refresh_from_db()
    assert changes(of_import) == [
        [
            ("施設名", "髙橋医院", "高橋 医院"),
            ("種別", "病院", "診療所"),
            ("医療機関コード", "", "1410012345"),
        ]
    ]
    assert (clinic.kind, clinic.telephone, clinic.address) == ("clinic", "045-000-1234", "横浜市1")
    assert {one.by_name for one in facility_changes(clinic)} == {admin.user.name}


def test_facilities_are_matched_by_code_and_then_by_name_in_the_prefecture(admin):
    coded = place("みどり医院", code="1410012345")
    place("みどり京都医院", "26")
    named = place("あおば医院")

    of_import = taken(
        row("みどり内科", 医療機関コード="1410012345"),
        row("みどり医院", 医療機関コード="1499999999"),
        row("みどり京都医院", 医療機関コード="", 電話=""),
        row("あおば医院", 電話="045-000-0001"),
        by=admin,
    )

    coded.refresh_from_db()
    named.refresh_from_db()
    assert outcomes(of_import) == ["changed", "new", "new", "changed"]
    assert (coded.name, named.telephone, Facility.objects.count()) == ("みどり内科", "045-000-0001", 5)


def test_namesakes_are_told_apart_by_their_address(admin):
    for address in ("横浜市1", "川崎市2"):
        place("みどり医院", address=address)

    of_import = taken(
        row("みどり医院", 所在地="", 電話="045-000-0001"),
        row("みどり医院", 所在地="川崎市2", 電話="044-000-0002"),
        row("みどり医院", 所在地="厚木市3", 電話="046-000-0003"),
        by=admin,
    )

    assert outcomes(of_import) == ["refused", "changed", "new"]
    assert reasons(of_import) == [("施設名", "同じ名の施設がいくつもあります。")]
    assert Facility.objects.get(telephone="044-000-0002").address == "川崎市2"


def test_rows_are_refused_with_column_and_reason(admin):
    place("京都の医院", "26", code="2610012345")

    of_import = checked(
        row("", 電話="045-000-0001"),
        row("医院一", 種別="なぞの施設"),
        row("医院二", 医療機関コード="123"),
        row("医院三", 都道府県="京都府"),
        row("医院四", 都道府県="架空県"),
        row("医院五", 医療機関コード="2610012345"),
        row("医院六", 開設日="2020-04-01", 廃止日="2019-04-01"),
        row("医院七"),
        row("医院七"),
        row("医院?"),
        by=admin,
    )

    assert outcomes(of_import) == [*["refused"] * 7, "new", "refused", "refused"]
    assert [column for column, _ in reasons(of_import)] == [
        "施設名",
        "種別",
        "医療機関コード",
        "都道府県",
        "都道府県",
        "医療機関コード",
        "廃止した日",
        "施設名",
        "施設名",
    ]
    assert reasons(of_import)[7][1] == "同じ施設が、9 行目にもあります。"


def test_days_that_clash_with_the_record_are_refused_by_the_database(admin):
    place("みどり医院", opened_on=date(2020, 4, 1))

    of_import = checked(row("みどり医院", 廃止日="2019-04-01"), by=admin)

    assert reasons(of_import) == [("この行", "開設した日より前の、休止か廃止の日です。")]


def test_the_national_office_writes_the_prefecture(world):
    of_import = taken(
        row("京都の医院", 都道府県="京都"), row("どこかの医院", 都道府県=""), by=world.admin(world.national)
    )

    assert (outcomes(of_import), reasons(of_import)) == (["new", "refused"], [("都道府県", "空です。")])
    assert Facility.objects.get().prefecture_id == "26"


def test_an_import_is_undone_but_what_came_after_stays(world, admin):
    kept_as_it_was = place("みどり医院", telephone="045-000-0001")
    of_import = taken(
        row("みどり医院", 電話="045-000-9999"), row("新しい医院", 電話=""), row("勤める医院", 電話=""), by=admin
    )
    begin_work(world.doctor("勤田", "一"), Facility.objects.get(name="勤める医院"), on=date(2026, 4, 1))

    undone(of_import, admin)

    kept_as_it_was.refresh_from_db()
    assert kept_as_it_was.telephone == "045-000-0001"
    assert sorted(Facility.objects.values_list("name", flat=True)) == ["みどり医院", "勤める医院"]
    assert [one.kept for one in queries.rows_of(of_import)] == ["", "", FACILITY_CHANGED_SINCE]
