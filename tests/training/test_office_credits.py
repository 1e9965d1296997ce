"""単位の登録、一覧、取り消し。"""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from mamis.associations.rules import Role
from mamis.audit.models import AuditEntry
from mamis.training.models import CreditLine
from mamis.training.rules import Kind
from tests.pages import words_in_main as words

LIST = "/office/14-021/credits/"
NEW = f"{LIST}new/"


@pytest.fixture
def staff(world):
    return world.clerk(world.district)


@pytest.fixture
def clerk(world, staff):
    return world.browser(staff.user)


@pytest.fixture
def typed(doctor) -> dict[str, str]:
    """山田太郎先生の座学 1.5 単位。"""
    return {
        "number": doctor.licences.get().number,
        "kind": "knowledge",
        "title": "みどり市医師会 学術講演会",
        "earned_on_0": "2026",
        "earned_on_1": "6",
        "earned_on_2": "4",
        "units": "1.5",
        "codes": "1, 15",
        "ground": "受講者名簿",
    }


def lines(doctor) -> list[tuple]:
    """登録された行。はじめからある一行は除く。"""
    return [
        (line.programme.code, line.kind, line.title, line.earned_on, line.half_units, line.codes, line.ground)
        for line in CreditLine.objects.filter(doctor=doctor).exclude(title="学術講演会").order_by("pk")
    ]


def test_the_doctors_name_is_confirmed_before_anything_is_written(clerk, doctor, typed):
    page = clerk.post(NEW, typed)

    text = words(page)
    assert page.status_code == 200
    assert "まだ登録していません。" in text
    assert "山田 太郎 先生 （ヤマダ タロウ）" in text
    assert "1.5 単位" in text
    assert lines(doctor) == []


def test_confirming_writes_one_line_granted_by_this_association(world, clerk, staff, doctor, typed):
    hidden = re.findall(
        r'<input type="hidden" name="(?!csrf)([^"]*)" value="([^"]*)"', clerk.post(NEW, typed).content.decode()
    )

    answer = clerk.post(NEW, {**dict(hidden), "confirmed": "1"}, follow=True)

    assert answer.redirect_chain == [(LIST, 302)]
    assert "山田 太郎 先生の 座学 1.5 単位を登録しました。" in words(answer)
    assert lines(doctor) == [
        ("cme", "knowledge", "みどり市医師会 学術講演会", date(2026, 6, 4), 3, ["1", "15"], "受講者名簿")
    ]
    line = CreditLine.objects.latest("pk")
    assert (line.granted_by, line.entered_by) == (world.district, staff.user)


def test_field_work_goes_to_the_ledger_of_this_training(clerk, doctor, typed):
    clerk.post(NEW, {**typed, "kind": "field", "codes": "", "title": "学校医", "confirmed": "1"})

    assert lines(doctor) == [("kakari-report", "field", "学校医", date(2026, 6, 4), 3, [], "受講者名簿")]


def test_full_width_and_era_are_read(clerk, doctor, typed):
    number = typed["number"].translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    wide = {
        "number": f"　{number}",
        "units": "１．５",
        "codes": "１、１５",
        "earned_on_0": "令和８",
        "earned_on_1": "６",
        "earned_on_2": "４",
    }

    clerk.post(NEW, {**typed, **wide, "confirmed": "1"})

    assert lines(doctor) == [
        ("cme", "knowledge", "みどり市医師会 学術講演会", date(2026, 6, 4), 3, ["1", "15"], "受講者名簿")
    ]


def test_rewriting_shows_the_form_with_everything_typed(clerk, doctor, typed):
    page = clerk.post(NEW, {**typed, "rewrite": "1"})

    html = page.content.decode()
    assert page.status_code == 200
    assert [value in html for value in ('value="1.5"', 'value="1, 15"', 'value="受講者名簿"')] == [True] * 3
    assert lines(doctor) == []


TOMORROW = timezone.localdate() + timedelta(days=1)


@pytest.mark.parametrize(
    ("wrong", "anchor", "message"),
    [
        ({"number": ""}, "number", "医籍登録番号を入力してください。"),
        ({"number": "999999"}, "number", "この番号の医師は、この医師会では見つかりません。"),
        ({"number": "山田"}, "number", "半角の英数字・記号で入力してください（「山田」は使えません）。"),
        ({"kind": ""}, "kind", "種別を選んでください。"),
        ({"kind": "other"}, "kind", "一覧にあるものから選んでください。"),
        ({"title": ""}, "title", "内容を入力してください。"),
        ({"title": "長" * 101}, "title", "100 文字以内で入力してください"),
        ({"title": "\x00"}, "title", "読み取れない文字が入っています。"),
        ({"earned_on_1": "13"}, "earned_on", "月は1から12までの数字で入力してください。"),
        (
            {"earned_on_0": str(TOMORROW.year), "earned_on_1": str(TOMORROW.month), "earned_on_2": str(TOMORROW.day)},
            "earned_on",
            "まだ来ていない日です。",
        ),
        ({"units": "1.2"}, "units", "0.5 から 100 までの、0.5 きざみの数で入力してください"),
        ({"units": "0"}, "units", "0.5 から 100 までの、0.5 きざみの数で入力してください"),
        ({"units": "100.5"}, "units", "0.5 から 100 までの、0.5 きざみの数で入力してください"),
        ({"units": "-1"}, "units", "0.5 から 100 までの、0.5 きざみの数で入力してください"),
        ({"codes": "84"}, "codes", "0 から 83 までの番号を「,」で区切って入力してください"),
        ({"kind": "field"}, "codes", "カリキュラムコードは座学だけのものです。"),
        ({"ground": ""}, "ground", "根拠を入力してください。"),
    ],
)
def test_what_cannot_be_registered_is_told_at_its_field(clerk, doctor, typed, wrong, anchor, message):
    answer = clerk.post(NEW, {**typed, **wrong, "confirmed": "1"})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>エラー：" in html
    assert re.search(f'<a href="#id_{anchor}(_0)?">{re.escape(message)}', html)
    assert lines(doctor) == []


def test_an_invisible_doctor_and_an_absent_number_are_answered_alike(world, clerk, typed):
    stranger = world.member("鈴木", "花子", world.other_district)

    invisible = clerk.post(NEW, {**typed, "number": stranger.licences.get().number})
    absent = clerk.post(NEW, {**typed, "number": "999999"})

    assert words(invisible) == words(absent)
    assert "鈴木" not in invisible.content.decode()


def test_the_same_line_is_not_written_twice(clerk, doctor, typed):
    clerk.post(NEW, {**typed, "confirmed": "1"})

    again = clerk.post(NEW, {**typed, "confirmed": "1"})

    assert again.status_code == 422
    assert "同じ日の同じ内容の単位が、すでに登録されています。" in words(again)
    assert len(lines(doctor)) == 1


def test_ones_own_credits_are_left_to_a_colleague(world, doctor, typed):
    world.appoint(world.district, Role.CLERK, doctor.name, doctor.user)

    answer = world.browser(doctor.user).post(NEW, {**typed, "confirmed": "1"})

    assert answer.status_code == 422
    assert "ご自身の申請や単位は、ほかの担当者にお願いしてください。" in words(answer)
    assert lines(doctor) == []


@pytest.fixture
def granted(world, doctor, staff) -> CreditLine:
    return world.credit(doctor, 3, date(2026, 4, 1), title="在宅医療研修会", by=staff)


def test_a_reversal_keeps_the_line_and_its_ground(clerk, doctor, granted):
    page = clerk.get(f"{LIST}{granted.pk}/reversal/")

    answer = clerk.post(f"{LIST}{granted.pk}/reversal/", {"ground": "名簿の誤り"}, follow=True)

    assert "在宅医療研修会" in words(page)
    assert answer.redirect_chain == [(LIST, 302)]
    assert "山田 太郎 先生の 1.5 単位を取り消しました。" in words(answer)
    assert "取消 名簿の誤り" in words(answer)
    assert [line[4] for line in lines(doctor)] == [3, -3]


def test_a_reversal_needs_a_ground(clerk, doctor, granted):
    answer = clerk.post(f"{LIST}{granted.pk}/reversal/", {"ground": " "})

    assert answer.status_code == 422
    assert "取り消す根拠を入力してください。" in words(answer)
    assert [line[4] for line in lines(doctor)] == [3]


def test_a_second_reversal_is_told_and_writes_nothing(clerk, doctor, granted):
    clerk.post(f"{LIST}{granted.pk}/reversal/", {"ground": "名簿の誤り"})

    again = clerk.post(f"{LIST}{granted.pk}/reversal/", {"ground": "名簿の誤り"}, follow=True)

    assert "この単位は、すでに取り消されています。" in words(again)
    assert [line[4] for line in lines(doctor)] == [3, -3]


def test_the_list_shows_what_this_association_granted_only(world, clerk, doctor, granted):
    text = words(clerk.get(LIST))

    assert "1 件 のうち 1～1 件目。" in text
    assert "在宅医療研修会" in text
    assert "学術講演会" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=やまだ", 2),
        ("q=すずき", 0),
        ("kind=field", 1),
        ("from_on_0=2026&from_on_1=4&from_on_2=2", 1),
        ("until_on_0=2026&until_on_1=4&until_on_2=1", 1),
        ("", 2),
    ],
)
def test_conditions_narrow_the_list(world, clerk, staff, doctor, granted, query, found):
    world.credit(doctor, 2, date(2026, 4, 2), kind=Kind.FIELD, title="学校医", by=staff)

    assert clerk.get(f"{LIST}?{query}").content.decode().count('<th role="rowheader"') == found


def test_the_empty_list_says_what_to_do(clerk):
    assert "まだ登録した単位はありません。" in words(clerk.get(LIST))
    assert "この条件に合う単位はありません。" in words(clerk.get(f"{LIST}?q=いない"))


def test_the_download_holds_what_is_shown_and_is_recorded(clerk, granted, staff):
    response = clerk.get(f"{LIST}download/")

    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"), newline="")))
    assert [row[:8] for row in rows] == [
        ["取得した日", "氏名", "医籍登録番号", "種別", "内容", "単位", "カリキュラムコード", "根拠"],
        [
            "2026/04/01",
            "山田 太郎",
            granted.doctor.licences.get().number,
            "座学",
            "在宅医療研修会",
            "1.5",
            "",
            "受講者名簿",
        ],
    ]
    assert [(entry.user, entry.act, entry.about) for entry in AuditEntry.objects.all()] == [
        (staff.user, "単位の一覧のダウンロード", "1 件")
    ]


def test_a_viewer_sees_the_list_and_writes_nothing(world, doctor, granted, typed):
    viewer = world.browser(world.appoint(world.district, Role.VIEWER, "閲覧 三郎").user)

    page = viewer.get(LIST)

    assert "在宅医療研修会" in words(page)
    assert ("単位を登録する" in words(page), "取り消す" in words(page)) == (False, False)
    assert [
        viewer.get(NEW).status_code,
        viewer.post(NEW, {**typed, "confirmed": "1"}).status_code,
        viewer.post(f"{LIST}{granted.pk}/reversal/", {"ground": "名簿の誤り"}).status_code,
    ] == [404, 404, 404]
    assert len(lines(doctor)) == 1


def test_other_associations_neither_see_nor_reverse_it(world, granted):
    other = world.browser(world.clerk(world.other_district).user)

    assert [
        other.get(LIST).status_code,
        other.get(f"/office/26-011/credits/{granted.pk}/reversal/").status_code,
        other.post(f"/office/26-011/credits/{granted.pk}/reversal/", {"ground": "誤り"}).status_code,
    ] == [404, 404, 404]
    assert "在宅医療研修会" not in words(other.get("/office/26-011/credits/"))
