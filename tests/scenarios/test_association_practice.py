"""操作マニュアル（事務局向け）「会員手続きについて決める」。一文に一つの試験。"""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from mamis.associations import queries
from mamis.associations.models import BoardDay, Category
from mamis.associations.operations import begin_delegation
from mamis.associations.rules import Duty, Procedure, Role
from tests.world import new_district

pytestmark = pytest.mark.django_db

PRACTICE = {
    "allows_partial": "on",
    "confirmation_days": "14",
    "decision_days": "45",
    "join_note": "",
}
CATEGORY = {"code": "C", "label": "C 会員（臨床研修医）", "is_selectable": "on"}


class Office:
    """ある人の画面。"""

    def __init__(self, world, staff, association=None):
        self.browser, self.association = world.browser(staff.user), association or staff.association

    def url(self, name, *rest):
        return reverse(name, args=[self.association.code, *rest])

    def open(self, name, *rest):
        return unescape(self.browser.get(self.url(name, *rest)).content.decode())

    def send(self, name, *rest, **typed):
        return unescape(self.browser.post(self.url(name, *rest), typed, follow=True).content.decode())

    def save_practice(self, **typed):
        seen = queries.newest_version(self.association).pgh_id
        told = self.send("office_practice", **{"seen": seen} | PRACTICE | typed)
        self.association.refresh_from_db()
        return told


@pytest.fixture
def admin(world):
    return Office(world, world.admin(world.district))


def category(association, code):
    return association.categories.get(code=code)


def days(*ahead):
    return [timezone.localdate() + timedelta(days=number) for number in ahead]


def date_parts(name, day):
    return {f"{name}_0": day.year, f"{name}_1": day.month, f"{name}_2": day.day}


def choices(association):
    return [one.code for one in queries.selectable_categories([association.pk], timezone.localdate())[association.pk]]


def test_左側のメニューの環境設定に会員手続きと会員区分と理事会の日程がある(world, admin):
    home = admin.open("office_home")

    assert [admin.url(name) in home for name in ("office_practice", "office_categories", "office_board_days")] == [
        True
    ] * 3
    assert "環境設定" in home


def test_日本医師会の環境設定からも三つの画面へ行ける(world):
    national = Office(world, world.admin(world.national))

    page = national.open("office_platform")

    assert [
        page.count(f'href="{national.url(name)}"')
        for name in ("office_practice", "office_categories", "office_board_days")
    ] == [2, 2, 2]


def test_管理者だけが変えられる(world):
    for role in (Role.VIEWER, Role.CLERK):
        office = Office(world, world.appoint(world.district, role, "職員"))

        assert "環境設定" not in office.open("office_home")
        for name in ("office_practice", "office_categories", "office_category_new", "office_board_days"):
            assert office.browser.get(office.url(name)).status_code == 404


def test_変えたことは変更の記録に残る(admin):
    admin.save_practice(confirmation_days="21")

    page = admin.open("office_practice")

    assert [words in page for words in ("変更の記録", "異動元の確認を待つ日数", "21", "管理 花子")] == [True] * 4


def test_一部の層だけの会員を認めるかは郡市区等医師会だけが決める(world, admin):
    prefecture = Office(world, world.admin(world.prefecture))

    admin.save_practice(allows_partial="")
    prefecture.save_practice(allows_partial="")

    assert "一部の層だけの会員を認める" not in prefecture.open("office_practice")
    assert (admin.association.allows_partial, prefecture.association.allows_partial) == (False, True)


@pytest.mark.parametrize(
    ("name", "typed", "reason"),
    [
        ("confirmation_days", "0", "1 から 60 までの数で入力してください（例：14）。"),
        ("confirmation_days", "61", "1 から 60 までの数で入力してください（例：14）。"),
        ("decision_days", "181", "1 から 180 までの数で入力してください（例：45）。"),
        ("decision_days", "すぐ", "半角の英数字・記号で入力してください（「すぐ」は使えません）。"),
    ],
)
def test_日数は決まった範囲で入力し直すところは欄のそばに出て入力は残る(admin, name, typed, reason):
    page = admin.save_practice(**{name: typed, "join_note": "履歴書をお持ちください。"})

    assert [reason in page, f'value="{typed}"' in page, "履歴書をお持ちください。" in page] == [True] * 3
    assert (admin.association.confirmation_days, admin.association.decision_days) == (14, 45)


def test_チェックを入れた手続きは届いたときに承認される手続きになる(admin):
    told = admin.save_practice(automatic_kinds=["category", "facility"])

    assert "保存しました。" in told
    assert admin.association.automatic_kinds == [Procedure.CATEGORY, Procedure.FACILITY]


def test_入会する先生への案内は千文字まで書ける(admin):
    longest = admin.save_practice(join_note="案" * 1000)
    longer = admin.save_practice(join_note="内" * 1001)

    assert "保存しました。" in longest
    assert "1000 文字以内で入力してください（いまは 1001 文字です）。" in longer
    assert admin.association.join_note == "案" * 1000


def test_ほかの方が変更するとまだ保存していないことと何が変わったかが出て入力は残る(admin):
    seen = queries.newest_version(admin.association).pgh_id
    admin.save_practice(confirmation_days="21", automatic_kinds=["join"])

    late = admin.save_practice(seen=seen, confirmation_days="30", automatic_kinds=["category", "facility"])

    told = ("まだ保存していません", "異動元の確認を待つ日数：14 → 21", 'value="30"')
    assert [words in late for words in told] == [True] * 3
    assert late.count("checked") == 3
    assert admin.association.confirmation_days == 21
    newest = queries.newest_version(admin.association).pgh_id
    assert f'name="seen" value="{newest}"' in late


def test_会員区分を足すと一覧の終わりに並ぶ(admin):
    told = admin.send("office_category_new", **CATEGORY)

    assert "会員区分「C 会員（臨床研修医）」を足しました。" in told
    assert choices(admin.association) == ["A", "B", "C"]


def test_順は一つ前へと一つあとへで変える(admin):
    admin.send("office_category_order", category(admin.association, "B").pk, earlier="1")
    assert choices(admin.association) == ["B", "A"]

    admin.send("office_category_order", category(admin.association, "B").pk)
    assert choices(admin.association) == ["A", "B"]


def test_すすめる施設業務にチェックを入れるとその施設業務の先生にこの区分をすすめる(admin):
    admin.send("office_category_new", **CATEGORY, duties=["resident"])

    listed = queries.selectable_categories([admin.association.pk], timezone.localdate())[admin.association.pk]
    assert queries.proposed_category(listed, Duty.RESIDENT).code == "C"
    assert "臨床研修医" in admin.open("office_categories")


def test_医師が選べるのチェックを外した区分は先生の画面に出ない(admin):
    told = admin.send("office_category_new", **CATEGORY | {"is_selectable": ""})

    assert choices(admin.association) == ["A", "B"]
    assert "事務局だけが付ける" in told


def test_使うのをやめる日から先生は選べなくなり区分は残る(admin):
    found = category(admin.association, "B")
    (today,) = days(0)
    seen = queries.newest_version(found).pgh_id

    told = admin.send(
        "office_category",
        found.pk,
        seen=seen,
        code="B",
        label="B 会員",
        is_selectable="on",
        **date_parts("until_on", today),
    )

    assert "会員区分「B 会員」を保存しました。" in told
    assert "終わり" in told
    assert choices(admin.association) == ["A"]
    assert Category.objects.get(pk=found.pk).until_on == today


def test_使うのをやめる日は使い始める日より後にする(admin):
    today, tomorrow = days(0, 1)
    period = date_parts("from_on", tomorrow) | date_parts("until_on", today)

    page = admin.send("office_category_new", **CATEGORY | period)

    assert "より後の日にしてください。" in page
    assert choices(admin.association) == ["A", "B"]


def test_同じコードの区分は二つ作れない(admin):
    found = category(admin.association, "B")

    new = admin.send("office_category_new", **CATEGORY | {"code": "A"})
    corrected = admin.send("office_category", found.pk, seen=queries.newest_version(found).pgh_id, code="A", label="別")

    told = "このコードは、「A 会員」が使っています。別のコードにしてください。"
    assert (told in new, told in corrected) == (True, True)
    assert choices(admin.association) == ["A", "B"]


def test_ほかの方が直した会員区分は何が変わったかが出て入力は残る(admin):
    found = category(admin.association, "B")
    seen = queries.newest_version(found).pgh_id
    admin.send("office_category", found.pk, seen=seen, code="B", label="B 会員（勤務医）", is_selectable="on")

    late = admin.send("office_category", found.pk, seen=seen, code="B", label="乙", is_selectable="on")

    assert ["名称：B 会員 → B 会員（勤務医）" in late, 'value="乙"' in late] == [True, True]
    assert category(admin.association, "B").label == "B 会員（勤務医）"


def test_日医医賠責に加入するは日本医師会の区分にだけある(world, admin):
    national = Office(world, world.admin(world.national))

    national.send("office_category_new", **CATEGORY, is_insured="on")
    admin.send("office_category_new", **CATEGORY, is_insured="on")

    assert [one.is_insured for one in (category(world.national, "C"), category(world.district, "C"))] == [True, False]
    assert "日医医賠責" not in admin.open("office_category_new")


def test_理事会の日はいろいろな書き方で一行に一日ずつまとめて入力できる(admin):
    first, second, third = days(30, 60, 90)
    typed = f"{first.isoformat()}\r\n{second.year}年{second.month}月{second.day}日\r\n\r\n" + (
        f"令和{third.year - 2018}年{third.month}月{third.day}日（定例）"
    )

    told = admin.send("office_board_days", days=typed)

    assert "理事会の日を 3 日、足しました。" in told
    assert queries.board_day_after(admin.association.pk, first) == first
    assert sorted(BoardDay.objects.values_list("held_on", flat=True)) == [first, second, third]


def test_読めない日や過ぎた日があるとどの日かが出て一日も足されず入力は残る(admin):
    yesterday, coming, far = days(-1, 30, 800)
    typed = f"{coming}\n2027年2月30日\n{yesterday}\n{far}\n来月"

    page = admin.send("office_board_days", days=typed)

    assert [
        f"「{text}」：{reason}" in page
        for text, reason in (
            ("2027年2月30日", "2027年2月は28日までです。"),
            (yesterday, "もう過ぎた日です。今日か、これからの日を入力してください。"),
            (far, "2 年より先の日は入力できません。年をお確かめください。"),
            ("来月", "日付は「2026年6月4日」「令和8年6月4日」「2026-06-04」のように入力してください。"),
        )
    ] == [True] * 4
    assert typed.splitlines()[0] in page
    assert not BoardDay.objects.exists()


@pytest.mark.parametrize("typed", ["、", "\n".join(f"2027-01-{1 + number % 28:02}" for number in range(101))])
def test_一日もないものと多すぎるものは断る(admin, typed):
    assert "一度に入力できるのは、1 日から 100 日分までです。" in admin.send("office_board_days", days=typed)
    assert not BoardDay.objects.exists()


def test_すでにある日を入力しても二つにはならない(admin):
    coming, next_one = days(30, 60)
    admin.send("office_board_days", days=f"{coming}")

    told = admin.send("office_board_days", days=f"{coming}\n{next_one}")

    assert "理事会の日を 1 日、足しました。1 日は、すでにありました。" in told
    assert BoardDay.objects.count() == 2


def test_間違えた日は消せて過ぎた日は消せない(admin):
    past, coming = (BoardDay.objects.create(association=admin.association, held_on=day) for day in days(-1, 30))

    told = admin.send("office_board_day_removal", coming.pk)
    refused = admin.browser.post(admin.url("office_board_day_removal", past.pk))

    assert "を消しました。" in told
    assert refused.status_code == 404
    assert list(BoardDay.objects.all()) == [past]


def test_代行している都道府県医師会の管理者も決められる(world):
    district = new_district("14-090", "小川医師会", "オガワイシカイ", world.prefecture, "14888", "小川町")
    begin_delegation(district, by=world.admin(world.prefecture), at=world.at)
    acting = Office(world, world.admin(world.prefecture), district)

    told = acting.save_practice(confirmation_days="7")

    assert "保存しました。" in told
    assert district.confirmation_days == 7
    assert queries.practice_changes(district)[0].by_name == "管理 花子（神奈川県医師会）"
