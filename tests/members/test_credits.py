"""過去の単位の取り込み：台帳、同じもの、知らない医師、取り消し。"""

from datetime import date

import pytest

from mamis.doctors.models import Sight
from mamis.members import queries
from mamis.members.queries import NO_SUCH_DOCTOR
from mamis.members.rules import Kind as ImportKind
from mamis.training.models import CreditLine
from mamis.training.operations import reverse_credit
from mamis.training.rules import Kind, Source
from tests.members.files import changes, csv_of, outcomes, taken, told, undone
from tests.members.files import checked as checked_import
from tests.world import NOON


@pytest.fixture
def admin(world):
    return world.admin(world.district)


@pytest.fixture
def number(world) -> str:
    doctor = world.member("山田", "太郎", world.district, kana=("ヤマダ", "タロウ"))
    return doctor.licences.get().number


def credit(number: str, **changes: str) -> dict[str, str]:
    return {
        "医籍登録番号": number,
        "フリガナ": "ﾔﾏﾀﾞﾀﾛｳ",
        "研修名": "学術講演会",
        "受講日": "令和6年5月12日",
        "単位数": "１．５",
    } | changes


def imported(world, *rows: dict[str, str]):
    return taken(csv_of(*rows), world.admin(world.district), kind=ImportKind.CREDITS)


def test_a_past_credit_stands_in_the_ledger_with_the_import_as_its_ground(world, number):
    of_import = imported(world, credit(number, CC="1、15", 備考="手帳の写し"))

    line = CreditLine.objects.get()
    assert (line.kind, line.title, line.earned_on, line.half_units, line.codes) == (
        Kind.KNOWLEDGE,
        "学術講演会",
        date(2024, 5, 12),
        3,
        ["1", "15"],
    )
    assert (line.source, line.ground) == (Source.MIGRATION, "移行（過去の単位の取り込み 第1号）手帳の写し")
    assert (line.granted_by, line.entered_by) == (world.district, world.admin(world.district).user)
    assert changes(of_import) == [[("単位", "", "座学 1.5 単位　2024年5月12日　学術講演会")]]


def test_what_is_in_the_ledger_already_is_unchanged_and_other_units_are_told(world, number):
    imported(world, credit(number), credit(number, 種別="実地", 研修名="休日診療"))

    again = imported(world, credit(number, 研修名="学術 講演会"), credit(number, 単位数="2", 種別="座学"))

    assert outcomes(again) == ["unchanged", "refused"]
    assert told(again) == [
        (
            "単位",
            "2",
            "登録されている単位と違います。",
            "同じ日の同じ内容が 1.5 単位で登録されています。違えば、先に取り消してください。",
        )
    ]
    assert CreditLine.objects.count() == 2


def test_unknown_and_absent_doctors_are_answered_word_for_word_alike(world, number):
    stranger = world.member("異邦", "遠人", world.other_district, kana=("イホウ", "トオヒト"))
    theirs = stranger.licences.get().number

    left = world.member("去田", "太郎", world.district, kana=("サリタ", "タロウ"))
    Sight.objects.filter(doctor=left).update(until_on=date(2020, 4, 1))
    gone = left.licences.get().number

    of_import = imported(
        world,
        credit(theirs),
        credit("999999"),
        credit(theirs, フリガナ="イホウ トオヒト"),
        credit(gone, フリガナ="サリタ タロウ"),
    )

    assert {one[2:] for one in told(of_import)} == {
        (NO_SUCH_DOCTOR, "番号を確かめてください。会員であれば、先に「会員」の取り込みをしてください。")
    }
    assert "異邦" not in str(list(of_import.rows.values("who", "problems", "changes")))
    assert not CreditLine.objects.exists()


def test_doubles_differences_and_bad_cells_are_told(world, number):
    of_import = imported(
        world,
        credit(number),
        credit(number, 単位数="2"),
        credit(number, 研修名="別", フリガナ="スズキ タロウ"),
        credit(number, 研修名="別", 生年月日="1978-08-22"),
        credit(number, 受講日="2099-01-01"),
        credit(number, 単位数="0.3"),
        credit(number, 種別="実地", CC="1"),
        credit(number, CC="84"),
        credit(number, 研修名=""),
        credit('"1'),
    )

    assert outcomes(of_import) == ["new"] + ["refused"] * 9
    assert [one[2] for one in told(of_import)] == [
        "同じ単位が、2 行目にもあります。",
        "登録されているフリガナと違います。",
        "登録されている生年月日と違います。",
        "まだ来ていない日です。",
        "単位は 0.5 から 100 までの、0.5 きざみの数です。",
        "カリキュラムコードは座学だけのものです。",
        "カリキュラムコードは 0 から 83 までの番号です。",
        "空です。",
        '引用符「"」が閉じられていません。',
    ]


def test_nobody_imports_their_own_credits(world, number):
    own = world.member("二役", "次郎", world.district, kana=("ニヤク", "ジロウ"))
    staff = world.appoint(world.district, 3, "二役 次郎", user=own.user)

    of_import = checked_import(
        csv_of(credit(own.licences.get().number, フリガナ="ニヤクジロウ")), staff, kind=ImportKind.CREDITS
    )

    assert [one[2] for one in told(of_import)] == ["ご自身の申請や単位は、ほかの担当者にお願いしてください。"]


def test_undoing_adds_reversing_lines_and_leaves_what_was_reversed(world, number, admin):
    of_import = imported(world, credit(number), credit(number, 研修名="別の会"))
    first = CreditLine.objects.order_by("pk").first()
    reverse_credit(first, ground="誤り", by=admin, at=NOON)

    of_import = undone(of_import, admin)

    assert CreditLine.objects.count() == 4
    assert sum(CreditLine.objects.values_list("half_units", flat=True)) == 0
    assert CreditLine.objects.latest("pk").ground == "過去の単位の取り込み 第1号の取り消し"
    assert [row.kept for row in queries.rows_of(of_import)] == ["この単位は、すでに取り消されています。", ""]
    assert outcomes(imported(world, credit(number))) == ["new"]
