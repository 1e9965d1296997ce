"""いくつもの医師会に、一つの届出で：ほかの都道府県の郡市区等医師会、上の層だけ（newsletter Topic 03 の 6・7）。"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from mamis.membership.models import Application
from tests.membership.acts import approve, seats_on, states, submit
from tests.scenarios.test_moving import Pages, correct, day, sent_back, the_same
from tests.world import TODAY

MIDORI = {"join_14-021": "on", "category_14-021": "B"}
KANAGAWA = {"join_14": "on", "category_14": "B"}
SAKURA = {"join_26-011": "on", "category_26-011": "A"}
KYOTO = {"join_26": "on", "category_26": "A"}
JMA = {"join_00": "on", "category_00": "B"}
BOTH = {"14-021": "B", "14": "B", "26-011": "A", "26": "A", "00": "B"}


@pytest.fixture(autouse=True)
def real_clock(world) -> None:
    """画面で届け出たものを決めるので、画面と同じ時計で。"""
    world.at = timezone.now()


@pytest.fixture
def newcomer(world):
    return world.doctor("入会", "三郎")


@pytest.fixture
def page(world, newcomer) -> Pages:
    page = Pages(world.browser(newcomer.user))
    page.open("/mypage/applications/joining/writing/destination/")
    return page


def finish(page: Pages) -> Application:
    """あとは変えずに、申請まで進む。"""
    if page.heading != "内容確認":
        page.press("内容確認へ進む", **day(TODAY))
    page.press("入力フォームに進む")
    page.press("変更はないので、このまま最終確認へ進む")
    page.press(re.search(r">((?:入会|異動)を申請する)</button>", page.text).group(1))
    return Application.objects.get()


def ticked(page: Pages) -> dict[str, str]:
    """チェックの入った医師会と、選んである会員区分。"""
    codes = re.findall(r'name="join_([0-9-]+)"[^>]*checked', page.text)
    drawers = {code: re.search(rf'name="category_{code}".*?</select>', page.text, re.S).group(0) for code in codes}
    chosen = {code: re.search(r'value="(\w*)" selected', drawer) for code, drawer in drawers.items()}
    return {code: found.group(1) if found else "" for code, found in chosen.items()}


def test_ほかの都道府県を探し直しても選んだ医師会は選んだ医師会の欄に残る(page):
    page.press("検索する", prefecture="14", district="")
    assert "選んだ医師会</h2>" not in page.text

    page.press("検索する", prefecture="26", district="", **MIDORI, **KANAGAWA, **JMA)

    kept, found = page.text.split("入会を希望する医師会</h2>")
    assert "選んだ医師会</h2>" in kept
    assert "みどり市医師会" in kept
    assert "神奈川県医師会" in kept
    assert "見つかった医師会は 3&nbsp;件です" in found
    assert ticked(page) == {"14-021": "B", "14": "B", "00": "B"}


def test_前の都道府県の郡市区を選んだまま都道府県を変えて探せる(page):
    page.press("検索する", prefecture="14", district="")
    page.press("検索する", prefecture="14", district="14-021")
    page.press("検索する", prefecture="26", district="14-021", **MIDORI)

    assert "<title>エラー" not in page.text
    assert ticked(page) == {"14-021": "B"}


def test_名ざして探した郡市区等だけに初めからチェックが入る(page):
    page.press("検索する", prefecture="26", district="")
    assert ticked(page) == {}

    page.press("検索する", prefecture="26", district="26-011")
    assert ticked(page) == {"26-011": ""}


def test_二つの都道府県の郡市区等に一度に入会する(world, newcomer, page, posted):
    page.press("検索する", prefecture="14", district="")
    page.press("検索する", prefecture="26", district="", **MIDORI, **KANAGAWA)
    page.press("次へ進む", **MIDORI, **KANAGAWA, **SAKURA, **KYOTO, **JMA)
    application = finish(page)

    assert states(application) == [
        ("みどり市医師会", "入会の承認", "承認待ち"),
        ("さくら市医師会", "入会の承認", "承認待ち"),
        ("神奈川県医師会", "入会の承認", "未着"),
        ("京都府医師会", "入会の承認", "未着"),
        ("日本医師会", "入会の承認", "未着"),
    ]
    assert posted() == [
        ("ApplicationReceived", newcomer.contact_address),
        ("StepArrived", "kaiin-14-021@office.example"),
        ("StepArrived", "kaiin-26-011@office.example"),
    ]

    approve(world, application, world.district)
    assert posted() == [("StepArrived", "kaiin-14@office.example")]
    approve(world, application, world.prefecture, world.other_district)
    assert posted() == [("StepArrived", "kaiin-26@office.example")]
    approve(world, application, world.other_prefecture)
    assert posted() == [("StepArrived", "kaiin-00@office.example")]
    assert seats_on(newcomer, TODAY) == {}

    approve(world, application, world.national)
    assert posted() == [("ApplicationFinished", newcomer.contact_address)]
    assert seats_on(newcomer, TODAY - timedelta(days=1)) == {}
    assert seats_on(newcomer, TODAY) == BOTH


def test_一つの郡市区等からほかの都道府県を含む二つの郡市区等へ異動する(world, doctor, posted):
    beside, moved_on = world.district_beside(), timezone.localdate() + timedelta(days=60)
    page = Pages(world.browser(doctor.user))
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["transfer"], **day(moved_on))
    page.press("次へ進む", transfer_causes=["transferred"], **{"leave_14-021": "on"})
    page.press("検索する", prefecture="14", district="")
    assert ticked(page) == {"14": "A", "00": "A"}
    stay = {"join_14": "on", "category_14": "A", "join_00": "on", "category_00": "A"}
    aoba = {"join_14-022": "on", "category_14-022": "B"}
    page.press("検索する", prefecture="26", district="", **aoba, **stay)
    assert ticked(page) == {"14-022": "B", "14": "A", "26": "", "00": "A"}
    page.press("次へ進む", **aoba, **stay, **SAKURA, **KYOTO)
    application = finish(page)

    assert states(application) == [
        ("みどり市医師会", "退会の確認", "確認待ち"),
        ("さくら市医師会", "入会の承認", "承認待ち"),
        ("あおば市医師会", "入会の承認", "承認待ち"),
        ("京都府医師会", "入会の承認", "未着"),
        ("神奈川県医師会", "異動の承認", "未着"),
        ("日本医師会", "異動の承認", "未着"),
    ]
    assert posted() == [
        ("ApplicationReceived", doctor.contact_address),
        ("StepArrived", "kaiin-14-021@office.example"),
        ("StepArrived", "kaiin-26-011@office.example"),
        ("StepArrived", "kaiin-14-022@office.example"),
    ]
    before = {"14-021": "A", "14": "A", "00": "A"}
    approve(world, application, world.district, beside, world.other_district)
    approve(world, application, world.other_prefecture, world.prefecture)
    assert seats_on(doctor, moved_on) == before

    approve(world, application, world.national)
    assert seats_on(doctor, moved_on - timedelta(days=1)) == before
    assert seats_on(doctor, moved_on) == {"14-022": "B", "14": "A", "26-011": "A", "26": "A", "00": "A"}
    assert doctor.memberships.get(association=world.prefecture).left_on is None
    assert doctor.memberships.get(association=world.national).left_on is None


def test_選んだ医師会のチェックを外せば入会しない(page):
    page.press("検索する", prefecture="14", district="")
    page.press("検索する", prefecture="26", district="", **MIDORI, **KANAGAWA)
    page.press("次へ進む", **SAKURA, category_26="", **{"category_14-021": "B"}, category_14="B")

    assert [name for name, *_ in states(finish(page))] == ["さくら市医師会"]


def test_誤りがあってもチェックを外した医師会は見えたままである(page):
    page.press("検索する", prefecture="14", district="")
    page.press("検索する", prefecture="26", district="", **MIDORI)
    page.press("次へ進む", **{"join_26-011": "on", "category_26-011": "", "category_14-021": "B"})

    assert "さくら市医師会の会員区分を選んでください。" in page.text
    assert "みどり市医師会" in page.text
    assert list(ticked(page)) == ["26-011"]


def test_都道府県に入るにはその都道府県の郡市区等がいる(page):
    page.press("検索する", prefecture="14", district="")
    page.press("検索する", prefecture="26", district="", **MIDORI, **KANAGAWA)
    page.press("次へ進む", **MIDORI, **KANAGAWA, **KYOTO)

    assert "京都府医師会の会員になるには、その都道府県の郡市区等医師会への入会が必要です。" in page.text
    assert list(ticked(page)) == ["14-021", "14", "26"]


def test_一部の層だけを認めない郡市区等はその都道府県と日本医師会にもチェックが要る(world, page):
    world.district.allows_partial = False
    world.district.save()
    page.press("検索する", prefecture="14", district="")
    page.press("検索する", prefecture="26", district="", **MIDORI)
    page.press("次へ進む", **MIDORI, **SAKURA)

    assert "みどり市医師会は、神奈川県医師会にも入会していただく決まりです。" in page.text
    assert "みどり市医師会は、日本医師会にも入会していただく決まりです。" in page.text
    assert "京都府医師会にも入会していただく" not in page.text


def test_都道府県だけにチェックを入れて探し直しても残らない(page):
    page.press("検索する", prefecture="14", district="")
    page.press("検索する", prefecture="26", district="", **KANAGAWA)

    assert "選んだ医師会</h2>" not in page.text
    page.press("次へ進む", **SAKURA)
    assert [name for name, *_ in states(finish(page))] == ["さくら市医師会"]


def test_異動元の都道府県を先に探しても異動先には残らない(world, doctor):
    world.district_beside()
    page = Pages(world.browser(doctor.user))
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["transfer"], **day(TODAY))
    page.press("次へ進む", transfer_causes=["transferred"], **{"leave_14-021": "on"})
    page.press("検索する", prefecture="14", district="")
    held = {"join_14": "on", "category_14": "A", "join_00": "on", "category_00": "A", "category_14-022": ""}
    page.press("検索する", prefecture="26", district="", **held)

    assert "選んだ医師会</h2>" not in page.text
    assert ticked(page) == {"26": "", "00": "A"}


def test_二つの都道府県のどちらにも入らなければ日本医師会には入れない(page):
    page.press("検索する", prefecture="14", district="")
    page.press("検索する", prefecture="26", district="", **MIDORI)
    page.press("次へ進む", **SAKURA, **JMA, **{"category_14-021": ""})
    assert "京都府医師会にチェックを入れてください。" in page.text

    page.press("次へ進む", **MIDORI, **KANAGAWA, **SAKURA, **JMA)
    assert page.heading == "入会を希望する日"


def test_見つからない都道府県を探しても選んだものは残り先へ進める(world, newcomer, page):
    page.press("検索する", prefecture="14", district="")
    page.press("検索する", prefecture="01", district="", **MIDORI, **KANAGAWA)

    assert "この条件では、医師会が見つかりませんでした。" in page.text
    assert ticked(page) == {"14-021": "B", "14": "B"}
    page.press("次へ進む", **MIDORI, **KANAGAWA, **JMA)
    assert [name for name, *_ in states(finish(page))] == ["みどり市医師会", "神奈川県医師会", "日本医師会"]


def test_都道府県を選ばずに探しても選んだものは残る(page):
    page.press("検索する", prefecture="14", district="")
    page.press("検索する", prefecture="", district="", **MIDORI)

    assert "<title>エラー：" in page.text
    assert ticked(page) == {"14-021": "B"}


def test_あとで続けても二つの都道府県の選んだものが残る(world, newcomer, page):
    page.press("検索する", prefecture="14", district="")
    page.press("検索する", prefecture="26", district="", **MIDORI, **KANAGAWA)
    page.press("あとで続ける（下書きを残す）", **MIDORI, **KANAGAWA, **SAKURA, category_26="", category_00="")

    page.open("/mypage/applications/joining/writing/destination/")

    assert ticked(page) == {"14-021": "B", "14": "B", "26-011": "A"}


def test_知らない医師会や解散した医師会にはチェックを入れても入会できない(world, page):
    closed = world.district_beside()
    closed.closed_on = TODAY
    closed.save()
    page.press("検索する", prefecture="26", district="")
    unknown = {"join_14-022": "on", "category_14-022": "A", "join_99-999": "on", "category_99-999": "A"}
    page.press("次へ進む", **unknown, **SAKURA)

    assert [name for name, *_ in states(finish(page))] == ["さくら市医師会"]


def test_二つの都道府県の入会を直してもう一度申請する(world, page):
    page.press("検索する", prefecture="14", district="")
    page.press("検索する", prefecture="26", district="", **MIDORI, **KANAGAWA)
    page.press("次へ進む", **MIDORI, **KANAGAWA, **SAKURA, **KYOTO, **JMA)
    application = finish(page)
    sent_back(world, application, world.other_district)
    page.open(f"/mypage/applications/{application.receipt_no}/writing/destination/")
    assert ticked(page) == BOTH

    correct(page, application)

    the_same(application)


def test_二つの都道府県への異動を直してもう一度申請する(world, doctor):
    beside = world.district_beside()
    wanted = {beside: "B", world.prefecture: "A", world.other_district: "A", world.other_prefecture: "A"}
    application = submit(world, doctor, wanted | {world.national: "A"}, TODAY)
    sent_back(world, application, world.district)
    page = Pages(world.browser(doctor.user))
    page.open(f"/mypage/applications/{application.receipt_no}/writing/reason/")
    page.press("次へ進む", reasons=["transfer"], **day(TODAY))
    page.press("次へ進む", transfer_causes=["transferred"], **{"leave_14-021": "on"})
    assert ticked(page) == {"26-011": "A", "26": "A", "14-022": "B", "14": "A", "00": "A"}


def test_会員のまま二つめの郡市区等に入る届出を直してもう一度申請する(world, doctor):
    beside = world.district_beside()
    page = Pages(world.browser(doctor.user))
    page.open("/mypage/applications/joining/writing/destination/")
    page.press("検索する", prefecture="14", district="14-022")
    assert ticked(page) == {"14-022": "", "14": "A", "00": "A"}
    held = {"join_14": "on", "category_14": "A", "join_00": "on", "category_00": "A"}
    page.press("次へ進む", **{"join_14-022": "on", "category_14-022": "A"}, **held)
    application = finish(page)
    sent_back(world, application, beside)

    correct(page, application)

    the_same(application)


# 上の層だけ


def test_郡市区等だけの会員が都道府県と日本医師会に入会する(world):
    local = world.member("佐藤", "次郎", world.district)
    page = Pages(world.browser(local.user))
    assert "ほかの医師会にも入る" in page.open("/mypage/applications/start/")
    page.open("/mypage/applications/joining/writing/destination/")
    page.press("検索する", prefecture="14", district="")
    assert "先生は、すでに<b>みどり市医師会</b>の会員です。" in page.text
    assert ticked(page) == {}
    page.press("次へ進む", **KANAGAWA, **JMA)
    application = finish(page)

    assert states(application) == [
        ("神奈川県医師会", "入会の承認", "承認待ち"),
        ("日本医師会", "入会の承認", "未着"),
    ]
    sent_back(world, application, world.prefecture)
    correct(page, application)
    the_same(application)
    approve(world, application, world.prefecture, world.national)
    assert seats_on(local, TODAY) == {"14-021": "A", "14": "B", "00": "B"}


def test_都道府県までの会員が日本医師会だけに入会する(world):
    member = world.member("佐藤", "次郎", world.district, world.prefecture)
    page = Pages(world.browser(member.user))
    page.open("/mypage/applications/joining/writing/destination/")
    page.press("検索する", prefecture="14", district="")
    assert ticked(page) == {"14": "A"}
    page.press("次へ進む", join_14="on", category_14="A", **JMA)
    application = finish(page)

    assert states(application) == [("日本医師会", "入会の承認", "承認待ち")]
    sent_back(world, application, world.national)
    correct(page, application)
    the_same(application)
    approve(world, application, world.national)
    assert seats_on(member, TODAY) == {"14-021": "A", "14": "A", "00": "B"}


def test_上の層だけのときも何も選ばなければ欄で言い日本医師会には都道府県がいる(world):
    local = world.member("佐藤", "次郎", world.district)
    page = Pages(world.browser(local.user))
    page.open("/mypage/applications/joining/writing/destination/")
    page.press("検索する", prefecture="14", district="14-021")
    page.press("次へ進む", category_14="", category_00="")
    assert "入会する医師会に、チェックを入れてください。" in page.text

    page.press("次へ進む", category_14="", **JMA)
    assert "神奈川県医師会にチェックを入れてください。" in page.text


def test_三つの層の会員が自分の郡市区等を探しても入会できるものはない(world, doctor):
    page = Pages(world.browser(doctor.user))
    page.open("/mypage/applications/joining/writing/destination/")
    page.press("検索する", prefecture="14", district="")

    assert "この条件で、新しく入会できる医師会は見つかりませんでした。" in page.text
    assert "次へ進む" not in page.text


def test_異動では異動元だけを探しても上の層は出ない(world):
    local = world.member("佐藤", "次郎", world.district)
    page = Pages(world.browser(local.user))
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["transfer"], **day(TODAY))
    page.press("次へ進む", transfer_causes=["transferred"], **{"leave_14-021": "on"})
    page.press("検索する", prefecture="14", district="")

    assert "この条件で、新しく入会できる医師会は見つかりませんでした。" in page.text


# 紙を写す


def test_紙の入会も二つの都道府県の医師会を選んで写せる(world):
    member = world.member("佐藤", "次郎", world.district)
    page = Pages(world.browser(world.clerk(world.district).user))
    page.open(f"/office/14-021/applications/entry/{member.pk}/joining/writing/destination/")
    page.press("検索する", prefecture="14", district="")
    assert "先生は、すでに<b>みどり市医師会</b>の会員です。" in page.text

    page.press("検索する", prefecture="26", district="", **KANAGAWA)
    page.press("次へ進む", **KANAGAWA, **SAKURA, **KYOTO, **JMA)
    page.press("内容確認へ進む", **day(TODAY))

    assert page.heading == "内容確認"
    for name in ("神奈川県医師会", "さくら市医師会", "京都府医師会", "日本医師会"):
        assert name in page.text


def test_よその系列の在籍は探しても事務局には分からない(world):
    member = world.member("佐藤", "次郎", world.district)
    world.join(member, world.other_district)
    page = Pages(world.browser(world.clerk(world.other_district).user))
    page.open(f"/office/26-011/applications/entry/{member.pk}/joining/writing/destination/")
    page.press("検索する", prefecture="14", district="")
    assert "みどり市医師会</b>の会員です" not in page.text
    assert "この条件で、新しく入会できる医師会は見つかりませんでした。" in page.text

    page.press("検索する", prefecture="26", district="")
    page.press("次へ進む", **KANAGAWA)

    assert "join_14" not in page.text
