"""修了申請の一覧、ダウンロード、決裁用一覧。"""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mamis.associations.rules import Role
from mamis.audit.models import AuditEntry
from mamis.training.operations import reverse_credit, withdraw_completion

LIST = "/office/14-021/completions/"


@pytest.fixture
def clerk(world):
    return world.browser(world.clerk(world.district).user)


@pytest.fixture
def applied(world):
    """氏名、カナ、受付の日のちがう申請。"""

    def apply(family: str, given: str, kana: tuple[str, str], *, days: int = 0, half_units: int = 19, **facts):
        doctor = world.member(family, given, world.district, kana=kana, **facts)
        world.credit(doctor, half_units, date(2026, 3, 14), by=world.clerk(world.district))
        return world.submit(doctor, world.district, at=world.at + timedelta(days=days))

    return apply


def names(response) -> list[str]:
    return re.findall(r'<th role="rowheader"[^>]*><a [^>]*>([^<]*)</a>', response.content.decode())


def test_waiting_applications_come_first_and_the_oldest_before_them(world, clerk, applied):
    applied("青木", "美咲", ("アオキ", "ミサキ"), days=2)
    returned = applied("石井", "健", ("イシイ", "ケン"))
    applied("上田", "進", ("ウエダ", "ススム"), days=1)
    world.send_back(returned, world.clerk(world.district))

    page = clerk.get(LIST)

    assert names(page) == ["上田 進", "青木 美咲", "石井 健"]
    assert "<b>3&nbsp;件</b>のうち 1～3&nbsp;件目" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=たかはし", ["髙橋 恵子"]),
        ("q=高橋", ["髙橋 恵子"]),
        ("q=ﾀｶﾊｼ　ｹｲｺ", ["髙橋 恵子"]),
        ("q=アオ", ["青木 美咲"]),
        ("q=いない", []),
        ("state=returned", ["青木 美咲"]),
        ("state=approved", []),
        ("month=2026-11", ["髙橋 恵子", "青木 美咲"]),
        ("month=2026-10", []),
        ("from_on_0=2026&from_on_1=11&from_on_2=3", ["髙橋 恵子"]),
        ("until_on_0=令和８&until_on_1=11&until_on_2=2", ["青木 美咲"]),
        ("month=2026-11&until_on_0=2026&until_on_1=11&until_on_2=2", ["青木 美咲"]),
        ("sort=name", ["青木 美咲", "髙橋 恵子"]),
        ("sort=-name", ["髙橋 恵子", "青木 美咲"]),
        ("sort=number", ["青木 美咲", "髙橋 恵子"]),
        ("sort=-submitted", ["髙橋 恵子", "青木 美咲"]),
        ("sort=nonsense", ["髙橋 恵子", "青木 美咲"]),
        ("page=99", ["髙橋 恵子", "青木 美咲"]),
    ],
)
def test_conditions_narrow_and_order_the_list(world, clerk, applied, query, found):
    first = applied("青木", "美咲", ("アオキ", "ミサキ"))
    applied("髙橋", "恵子", ("タカハシ", "ケイコ"), days=1)
    world.send_back(first, world.clerk(world.district))

    assert names(clerk.get(f"{LIST}?{query}")) == found


def test_a_part_of_the_registration_number_finds_the_doctor(clerk, applied):
    application = applied("青木", "美咲", ("アオキ", "ミサキ"))
    applied("髙橋", "恵子", ("タカハシ", "ケイコ"))
    number = application.doctor.licences.get().number

    assert names(clerk.get(LIST, {"q": f"第{number}号"})) == ["青木 美咲"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("from_on_0=2026&from_on_1=13&from_on_2=1", "月は1から12までの数字で入力してください。"),
        ("from_on_0=abc&from_on_1=1&from_on_2=1", "年は「2026」「令和8」「R8」のように入力してください。"),
        ("q=%00", "読み取れない文字が入っています。"),
        ("q=" + "あ" * 101, "100 文字以内で入力してください"),
        ("state=nonsense", "一覧にあるものから選んでください。"),
        ("month=2026-13", "一覧にあるものから選んでください。"),
        (
            "from_on_0=2026&from_on_1=5&from_on_2=2&until_on_0=2026&until_on_1=5&until_on_2=1",
            "「まで」は「から」と同じ日か、あとの日にしてください。",
        ),
    ],
)
def test_a_condition_that_cannot_be_read_is_told_at_its_field(clerk, applied, query, message):
    applied("青木", "美咲", ("アオキ", "ミサキ"))

    page = clerk.get(f"{LIST}?{query}")

    assert page.status_code == 200
    assert message in page.content.decode()
    assert "<title>エラー：修了申請" in page.content.decode()


def test_each_condition_can_be_taken_off_and_the_others_stay(clerk, applied):
    applied("青木", "美咲", ("アオキ", "ミサキ"))

    page = clerk.get(f"{LIST}?q=青木&state=submitted&sort=name&page=1").content.decode()

    assert re.findall(r'class="filter" href="([^"]*)">([^<]*) <svg', page) == [
        ("?state=submitted&amp;sort=name", "検索：青木"),
        ("?q=%E9%9D%92%E6%9C%A8&amp;sort=name", "状態：申請中"),
    ]


def test_the_list_says_why_it_is_empty(clerk, applied):
    nothing = clerk.get(LIST).content.decode()
    applied("青木", "美咲", ("アオキ", "ミサキ"))
    not_found = clerk.get(f"{LIST}?q=いない").content.decode()

    assert "まだ修了申請はありません。" in nothing
    assert "この条件に合う修了申請はありません。" in not_found


def test_fifty_rows_stand_on_a_page(world, clerk, applied):
    for number in range(51):
        applied("青木", "美咲", ("アオキ", "ミサキ"), days=number % 3, signs_in=False)

    first, second = clerk.get(LIST), clerk.get(f"{LIST}?page=2")

    assert (len(names(first)), len(names(second))) == (50, 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_as_often_for_three_rows_as_for_one(world, clerk, applied, rows):
    for number in range(rows):
        applied("青木", "美咲", ("アオキ", "ミサキ"), days=number)
    clerk.get(LIST)

    with CaptureQueriesContext(connection) as asked:
        clerk.get(LIST)

    assert len(asked) == 18


def test_the_download_holds_exactly_what_is_shown_and_is_recorded(world, clerk, applied):
    twice = applied("青木", "=美咲", ("アオキ", "ミサキ"))
    short = applied("髙橋", "恵子", ("タカハシ", "ケイコ"), days=1)
    withdrawn = applied("石井", "健", ("イシイ", "ケン"), days=2)
    withdraw_completion(withdrawn, at=world.at + timedelta(days=3))
    line = short.doctor.credit_lines.get()
    reverse_credit(line, ground="名簿の誤り", by=world.clerk(world.district), at=world.at)

    response = clerk.get(f"{LIST}download/?state=submitted")

    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"), newline="")))
    assert [rows[0], *([row[0], *row[2:]] for row in rows[1:])] == [
        ["受付日", "経過（日）", "氏名", "フリガナ", "医籍登録番号", "単位", "確認の結果", "状態", "代行入力"],
        ["2026/11/02", "青木 =美咲", "アオキ ミサキ", number_of(twice), "10.5", "要件を満たす", "申請中", ""],
        ["2026/11/03", "髙橋 恵子", "タカハシ ケイコ", number_of(short), "1.0", "9 単位不足", "申請中", ""],
    ]
    entry = AuditEntry.objects.get()
    assert (entry.user, entry.association, entry.act, entry.about) == (
        world.clerk(world.district).user,
        world.district,
        "修了申請の一覧のダウンロード",
        "2 件",
    )


def number_of(application) -> str:
    return application.doctor.licences.get().number


def test_the_presidents_list_holds_what_waits_with_its_field_work(world, clerk, applied):
    applied("青木", "美咲", ("アオキ", "ミサキ"))
    withdrawn = applied("石井", "健", ("イシイ", "ケン"))
    withdraw_completion(withdrawn, at=world.at)

    page = clerk.get(f"{LIST}print/").content.decode()

    assert ("みどり市医師会" in page, "1&nbsp;件" in page, "青木 美咲" in page, "石井 健" in page) == (
        True,
        True,
        True,
        False,
    )
    assert "平日夜間・休日の輪番業務（みどり市休日急患診療所）" in page
    assert AuditEntry.objects.get().act == "決裁用一覧の印刷"


@pytest.mark.parametrize("page", ["", "print/", "download/"])
def test_other_associations_and_strangers_find_no_list(world, application, page):
    strangers = [world.clerk(world.prefecture), world.clerk(world.other_district), world.clerk(world.national)]

    found = [world.browser(staff.user).get(LIST + page).status_code for staff in strangers]

    assert found == [404, 404, 404]
    assert not AuditEntry.objects.exists()


def test_a_viewer_reads_the_list(world, application):
    viewer = world.appoint(world.district, Role.VIEWER, "閲覧 三郎")

    assert names(world.browser(viewer.user).get(LIST)) == ["山田 太郎"]
