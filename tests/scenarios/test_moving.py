"""newsletter Topic 02・03 の手順を、画面の順に、書かれた言葉で。"""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client

from mamis.doctors.operations import FacilityFacts, register_facility
from mamis.membership import queries
from mamis.membership.models import Application
from mamis.membership.operations import return_step
from tests.membership.acts import states, step_at
from tests.world import TODAY


@pytest.fixture
def page(world, doctor, settings) -> "Pages":
    register_facility(FacilityFacts("さくら市立病院", "26", address="さくら市桜通1-1"))
    register_facility(FacilityFacts("さくら駅前クリニック", "26", address="さくら市駅前2-2"))
    return Pages(world.browser(doctor.user))


class Pages:
    """一つの窓。いまの頁で、書いて、ボタンを押す。"""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.opened: list[str] = []

    def open(self, path: str) -> str:
        response = self.client.get(path, follow=True)
        self.path = response.request["PATH_INFO"]
        self.text = response.content.decode()
        self.opened.append(self.path)
        assert response.status_code == 200
        return self.text

    def press(self, button: str, **typed: object) -> str:
        """`button` は押すボタンの言葉。頁に実際にあるものだけを押せる。"""
        found = re.search(rf'<button[^>]*?(?:name="(\w+)" value="1")?[^>]*>{re.escape(button)}</button>', self.text)
        assert found, f"「{button}」がありません"
        named = re.search(r'name="(\w+)"', found.group(0))
        data = dict(typed) | ({named.group(1): "1"} if named else {})
        response = self.client.post(self.path, data, follow=True)
        self.path = urlsplit(response.redirect_chain[-1][0]).path if response.redirect_chain else self.path
        self.text = response.content.decode()
        self.opened.append(self.path)
        return self.text

    def press_hidden(self, name: str) -> None:
        """頁にないボタンを、押したことにする。"""
        response = self.client.post(self.path, {name: "1"}, follow=True)
        self.path, self.text = response.request["PATH_INFO"], response.content.decode()

    @property
    def heading(self) -> str:
        return re.sub(r"<[^>]+>", "", re.search(r"<h1>(.*?)</h1>", self.text, re.S).group(1)).strip()


def day(on) -> dict[str, object]:
    return {"effective_on_0": on.year, "effective_on_1": on.month, "effective_on_2": on.day}


def test_Topic02_医師会の異動を伴わない会員区分の変更(world, doctor, page, posted):
    assert "異動届" in page.open("/mypage/")
    page.open("/mypage/applications/moving/writing/")
    assert page.heading == "異動事由の選択"
    page.press("次へ進む", reasons=["category"], **day(TODAY))
    assert page.heading == "変更事由の選択"
    assert "現在の所属医師会" in page.text
    page.press("次へ進む", category_causes=["opening"], **{"change_14-021": "on", "category_14-021": "B"})
    assert page.heading == "内容確認"
    page.press("入力フォームに進む")
    assert page.heading == "必要事項の入力"
    page.press("所属施設の選択へ進む", telephone="075-000-0188", postcode="", home_prefecture="", address="")
    assert page.heading == "所属施設の選択"
    page.press("候補を探す", words="さくら")
    assert "さくら市立病院" in page.text
    assert "さくら駅前クリニック" in page.text
    chosen = re.search(r'value="(\d+)"[^>]*>[^<]*<label[^>]*>(?:<b>)?さくら駅前クリニック', page.text)
    page.press("施設業務の選択へ進む", words="さくら", facility=chosen.group(1), unlisted="", unlisted_prefecture="")
    assert page.heading == "施設業務の選択"
    page.press("選択", duty="clinic-opener", note="")
    assert "施設業務に「診療所の開設者または法人の代表者」を選びました" in page.text
    page.press("最終確認へ進む", duty="clinic-opener", note="")
    assert page.heading == "最終確認"
    page.press("異動を申請する")
    assert page.heading == "会員区分の変更の届出を受け付けました"
    application = Application.objects.get()
    assert states(application) == [("みどり市医師会", "会員区分の変更の承認", "承認待ち")]
    assert posted() == [("ApplicationReceived", doctor.contact_address), ("StepArrived", "kaiin-14-021@office.example")]
    assert application.receipt_no in page.open("/mypage/")
    assert "申請中" in page.text


def test_Topic02の8_表示されている内容に変更がなければそのまま最終確認へ(page):
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["category"], **day(TODAY))
    page.press("次へ進む", category_causes=["other"], change_00="on", category_00="B")
    page.press("入力フォームに進む")
    page.press("変更はないので、このまま最終確認へ進む")
    assert page.heading == "最終確認"
    page.press("異動を申請する")
    assert states(Application.objects.get()) == [("日本医師会", "会員区分の変更の承認", "承認待ち")]


def test_Topic03_医師会の異動を伴う会員区分の変更(world, doctor, page):
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["transfer"], **day(TODAY))
    assert page.heading == "異動事由の項目の選択"
    assert "異動元医師会" in page.text
    assert "みどり市医師会" in page.text
    page.press("次へ進む", transfer_causes=["transferred"], **{"leave_14-021": "on"})
    assert page.heading == "異動先医師会の検索"
    page.press("検索する", prefecture="26", district="")
    page.press("検索する", prefecture="26", district="26-011")
    assert "入会を希望する医師会" in page.text
    page.press(
        "次へ進む",
        **{
            "join_26-011": "on",
            "category_26-011": "A",
            "join_26": "on",
            "category_26": "A",
            "join_00": "on",
            "category_00": "A",
        },
    )
    assert page.heading == "内容確認"
    page.press("入力フォームに進む")
    page.press("所属施設の選択へ進む", telephone="075-000-0188", postcode="", home_prefecture="", address="")
    page.press("候補を探す", words="ありえない名前")
    assert "見つかりませんでした" in page.text
    page.press("施設業務の選択へ進む", words="", facility="", unlisted="架空さくら診療所", unlisted_prefecture="26")
    page.press("最終確認へ進む", duty="clinic-staff", note="よろしくお願いします。")
    assert "架空さくら診療所（未定）" in page.text
    page.press("異動を申請する")
    assert page.heading == "医師会の異動の届出を受け付けました"
    assert [(name, task) for name, task, _ in states(Application.objects.get())] == [
        ("みどり市医師会", "退会の確認"),
        ("神奈川県医師会", "退会の確認"),
        ("さくら市医師会", "入会の承認"),
        ("京都府医師会", "入会の承認"),
        ("日本医師会", "異動の承認"),
    ]


def test_施設の異動だけなら六枚の頁で終わる(world, doctor, page):
    page.open("/mypage/")
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["facility"], **day(TODAY))
    page.press("施設業務の選択へ進む", words="", facility="", unlisted="架空さくら診療所", unlisted_prefecture="26")
    page.press("最終確認へ進む", duty="clinic-staff", note="")
    page.press("異動を申請する")

    assert len(page.opened) == 6
    assert Application.objects.get().title == "施設の異動"


def test_日本医師会を選ばないと退会になることをもう一度尋ねる(world, page):
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["transfer"], **day(TODAY))
    page.press("次へ進む", transfer_causes=["transferred"], **{"leave_14-021": "on"})
    page.press("検索する", prefecture="26", district="")
    picks = {"join_26-011": "on", "category_26-011": "A", "join_26": "on", "category_26": "A", "category_00": ""}
    page.press("次へ進む", **picks)
    assert "日本医師会を退会することになります" in page.text
    page.press("次へ進む", leaves_upper="on", **picks)
    assert page.heading == "内容確認"


def test_何も選ばずに進むと欄ごとに直し方を言い打ったものは残る(page):
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", effective_on_0="2026", effective_on_1="13", effective_on_2="1")

    assert "異動事由に、一つ以上チェックを入れてください。" in page.text
    assert 'value="13"' in page.text


def test_入会は勤務先から医師会を探して申し込む(world, posted):
    newcomer = world.doctor("入会", "三郎")
    page = Pages(world.browser(newcomer.user))
    page.open("/mypage/applications/start/")
    assert "医師会に入会する" in page.text
    page.open("/mypage/applications/joining/writing/destination/")
    page.press("検索する", prefecture="14", district="")
    page.press("次へ進む", **{"join_14-021": "on", "category_14-021": "B"})
    page.press("内容確認へ進む", **day(TODAY))
    page.press("入力フォームに進む")
    page.press("変更はないので、このまま最終確認へ進む")
    page.press("入会を申請する")

    assert states(Application.objects.get()) == [("みどり市医師会", "入会の承認", "承認待ち")]


def test_退会は範囲と事由と日を書いて申請する(world, doctor, page):
    page.open("/mypage/applications/leaving/writing/leaving/")
    page.press("最終確認へ進む", scope="upper", causes=["partial"], note="", **day(TODAY))
    assert page.heading == "最終確認"
    page.press("退会を申請する")

    assert states(Application.objects.get()) == [
        ("神奈川県医師会", "退会の承認", "承認待ち"),
        ("日本医師会", "退会の確認", "未着"),
    ]


def test_二度押しても受付は一つで同じ頁になる(page):
    page.open("/mypage/applications/leaving/writing/leaving/")
    page.press("最終確認へ進む", scope="all", causes=["retired"], note="", **day(TODAY))
    check, text = page.path, page.text
    page.press("退会を申請する")
    first = page.path
    page.path, page.text = check, text
    page.press("退会を申請する")

    assert page.path == first
    assert Application.objects.count() == 1


# 途中でやめて、続ける。


def test_あとで続けるときは打ったものがすべて残りほかの端末からでも続けられる(world, doctor, page):
    page.open("/mypage/applications/moving/writing/reason/")
    page.press(
        "あとで続ける（下書きを残す）",
        reasons=["transfer"],
        effective_on_0="令和9",
        effective_on_1="4",
        effective_on_2="",
    )
    assert page.heading == "マイページTOP"
    assert "異動届の続きを書く" in page.text

    other = Pages(world.browser(doctor.user))
    other.open("/mypage/applications/moving/writing/")

    assert other.heading == "異動事由の選択"
    assert re.search(r'value="transfer"[^>]*checked', other.text)
    assert 'value="令和9"' in other.text
    other.press("次へ進む", reasons=["transfer"], **day(TODAY))
    other.press("次へ進む", transfer_causes=["transferred"], **{"leave_14-021": "on"})
    assert page.open("/mypage/applications/moving/writing/") == page.text
    assert page.heading == "異動事由の項目の選択"


def test_誤りがあれば題がエラーで始まり直すところへ飛べて選んだものは残る(page):
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["transfer", "category"], **day(TODAY))
    page.press("次へ進む", category_causes=["opening"], **{"category_14-021": "B", "leave_14-021": "on"})

    assert "<title>エラー：" in page.text
    assert '<a href="#id_change_14-021">変更するときは、みどり市医師会にチェックを入れてください。</a>' in page.text
    assert '<a href="#id_transfer_causes_0">' in page.text
    assert re.search(r'value="opening"[^>]*checked', page.text)
    assert re.search(r'<option value="B" selected', page.text)
    assert re.search(r'name="leave_14-021"[^>]*checked', page.text)


def test_戻っても打ったものは残り先へ進むとまた出る(page):
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["facility"], **day(TODAY))
    page.press("戻る", words="さくら", unlisted="架空さくら診療所", unlisted_prefecture="26")
    assert page.heading == "異動事由の選択"
    page.press("次へ進む", reasons=["facility"], **day(TODAY))

    assert page.heading == "所属施設の選択"
    assert 'value="架空さくら診療所"' in page.text
    assert '<option value="26" selected' in page.text


def test_候補が多いときは長めに入力するように言う(page):
    for number in range(40):
        register_facility(FacilityFacts(f"候補第 {number} 診療所", "14"))
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["facility"], **day(TODAY))
    page.press("候補を探す", words="候補", unlisted="", unlisted_prefecture="")

    assert "候補が多いため" in page.text
    assert "もう少し長く入力して" in page.text


def test_名の欄でエンターを押すと候補を探す(page):
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["facility"], **day(TODAY))

    assert re.findall(r'<button class="[^"]+" type="submit" name="(\w+)"', page.text)[0] == "search"


def test_書きかけの届出は消せる(page):
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("あとで続ける（下書きを残す）", reasons=["facility"])
    page.open("/mypage/applications/moving/writing/removal/")
    page.press("下書きを消す")

    assert "下書きを消しました。" in page.text
    assert page.heading == "届出"
    assert "続きを書く" not in page.text


# 差し戻されて、直す。


def sent_back(world, application: Application, association) -> None:
    step = step_at(application, association)
    return_step(
        step,
        reason="異動日をご確認ください。",
        seen=queries.fingerprint(step),
        by=world.clerk(association),
        at=world.at,
    )


def correct(page: Pages, application: Application) -> None:
    """直すところへ進み、すべて前のままで、もう一度申請する。"""
    page.open("/mypage/")
    assert "異動日をご確認ください。" in page.text
    page.open(f"/mypage/applications/{application.receipt_no}/")
    assert "直して、もう一度申請する" in page.text
    page.open(f"/mypage/applications/{application.receipt_no}/writing/")
    assert "差し戻しの理由" in page.text
    page.open(f"/mypage/applications/{application.receipt_no}/writing/check/")
    assert "このままでは申請できません" not in page.text
    page.press("もう一度申請する")
    assert page.heading == f"{application.title}の届出を受け付けました"


def the_same(application: Application) -> None:
    """前の申請書と、同じことが書かれている。"""
    application.refresh_from_db()
    before, after = application.sheets.order_by("number")
    assert (before.reasons, before.causes, before.effective_on) == (after.reasons, after.causes, after.effective_on)
    assert (before.work_name, before.duty, before.work_prefecture_id) == (
        after.work_name,
        after.duty,
        after.work_prefecture_id,
    )
    assert (before.facts_after, before.note) == (after.facts_after, after.note)
    seats = [
        sorted((one.association_id, one.category_before_id or 0, one.category_id or 0) for one in sheet.seats.all())
        for sheet in (before, after)
    ]
    assert seats[0] == seats[1]


def test_差し戻された医師会の異動を直してもう一度申請する(world, doctor, page):
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["transfer", "category"], **day(TODAY))
    page.press(
        "次へ進む",
        transfer_causes=["relocated"],
        category_causes=["managing", "other"],
        **{"leave_14-021": "on", "change_00": "on", "category_00": "B"},
    )
    page.press("検索する", prefecture="26", district="26-011")
    picks = {"join_26-011": "on", "category_26-011": "B", "join_26": "on", "category_26": "B"}
    page.press("次へ進む", **picks, join_00="on", category_00="B")
    page.press("入力フォームに進む")
    page.press(
        "所属施設の選択へ進む", telephone="075-000-0188", postcode="6008001", home_prefecture="26", address="桜通1"
    )
    page.press("施設業務の選択へ進む", words="", facility="", unlisted="架空さくら診療所", unlisted_prefecture="26")
    page.press("最終確認へ進む", duty="clinic-staff", note="お願いします。")
    page.press("異動を申請する")
    application = Application.objects.get()
    sent_back(world, application, world.district)

    correct(page, application)

    the_same(application)


def test_同じ都道府県の中の異動を直してもう一度申請する(world, doctor, page):
    world.district_beside()
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["transfer"], **day(TODAY))
    page.press("次へ進む", transfer_causes=["transferred"], **{"leave_14-021": "on"})
    page.press("検索する", prefecture="14", district="14-022")
    picks = {"join_14-022": "on", "category_14-022": "A", "join_14": "on", "category_14": "A"}
    page.press("次へ進む", **picks, join_00="on", category_00="A")
    page.press("入力フォームに進む")
    page.press("変更はないので、このまま最終確認へ進む")
    page.press("異動を申請する")
    application = Application.objects.get()
    sent_back(world, application, world.district)

    correct(page, application)

    the_same(application)


def test_日本医師会を退会する異動を直してもう一度申請する(world, doctor, page):
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["transfer"], **day(TODAY))
    page.press("次へ進む", transfer_causes=["transferred"], **{"leave_14-021": "on"})
    page.press("検索する", prefecture="26", district="")
    picks = {"join_26-011": "on", "category_26-011": "A", "join_26": "on", "category_26": "A", "category_00": ""}
    page.press("次へ進む", leaves_upper="on", **picks)
    page.press("入力フォームに進む")
    page.press("変更はないので、このまま最終確認へ進む")
    page.press("異動を申請する")
    application = Application.objects.get()
    sent_back(world, application, world.district)

    correct(page, application)

    the_same(application)


def test_差し戻された会員区分の変更を直してもう一度申請する(world, doctor, page):
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["category"], **day(TODAY))
    page.press("次へ進む", category_causes=["opening"], **{"change_14-021": "on", "category_14-021": "B"})
    page.press("入力フォームに進む")
    page.press("変更はないので、このまま最終確認へ進む")
    page.press("異動を申請する")
    application = Application.objects.get()
    sent_back(world, application, world.district)

    correct(page, application)

    the_same(application)


def test_差し戻された施設の異動を直してもう一度申請する(world, doctor, page):
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["facility"], **day(TODAY))
    page.press("候補を探す", words="さくら市立")
    chosen = re.search(r'name="facility" value="(\d+)"', page.text).group(1)
    page.press("施設業務の選択へ進む", words="さくら市立", facility=chosen, unlisted="", unlisted_prefecture="")
    page.press("最終確認へ進む", duty="hospital-staff", note="お願いします。")
    page.press("異動を申請する")
    application = Application.objects.get()
    sent_back(world, application, world.district)

    correct(page, application)

    the_same(application)


def test_差し戻された入会を直してもう一度申請する(world):
    newcomer = world.doctor("入会", "三郎")
    page = Pages(world.browser(newcomer.user))
    page.open("/mypage/applications/joining/writing/destination/")
    page.press("検索する", prefecture="14", district="")
    picks = {"join_14-021": "on", "category_14-021": "B", "join_14": "on", "category_14": "B"}
    page.press("次へ進む", **picks)
    page.press("内容確認へ進む", **day(TODAY))
    page.press("入力フォームに進む")
    page.press("所属施設の選択へ進む", telephone="075-000-0188", postcode="", home_prefecture="", address="")
    page.press("施設業務の選択へ進む", words="", facility="", unlisted="架空さくら診療所", unlisted_prefecture="26")
    page.press("最終確認へ進む", duty="clinic-staff", note="")
    page.press("入会を申請する")
    application = Application.objects.get()
    sent_back(world, application, world.district)

    correct(page, application)

    the_same(application)


@pytest.mark.parametrize("scope", ["all", "upper", "national"])
def test_差し戻された退会を直してもう一度申請する(world, doctor, page, scope):
    page.open("/mypage/applications/leaving/writing/leaving/")
    page.press("最終確認へ進む", scope=scope, causes=["partial", "other"], note="お世話になりました。", **day(TODAY))
    page.press("退会を申請する")
    application = Application.objects.get()
    first = next(one for one in application.steps.order_by("position") if one.state == "open").association
    sent_back(world, application, first)

    correct(page, application)

    the_same(application)


def test_二つのうち一つの郡市区等医師会だけの退会を直してもう一度申請する(world, doctor, page):
    beside = world.district_beside()
    world.join(doctor, beside)
    page.open("/mypage/applications/leaving/writing/leaving/")
    page.press("最終確認へ進む", scope="district-14-022", causes=["other"], note="", **day(TODAY))
    page.press("退会を申請する")
    application = Application.objects.get()
    sent_back(world, application, beside)

    correct(page, application)

    the_same(application)


# 代理


def test_代理の人は書けるが申請は先生ご自身が行う(world, doctor):
    page = acting(world, doctor, may_submit=False)
    page.open(page.top + "applications/leaving/writing/leaving/")
    page.press("最終確認へ進む", scope="all", causes=["other"], note="", **day(TODAY))

    assert "申請は、山田 太郎 先生ご自身が行います。" in page.text
    assert "退会を申請する" not in page.text
    page.press_hidden("next")
    assert page.heading == "最終確認"
    assert not Application.objects.exists()
    own = Pages(world.browser(doctor.user))
    own.open("/mypage/applications/leaving/writing/check/")
    assert "代理の 秘書 文子 さんが入力したところがあります。" in own.text
    own.press("退会を申請する")
    assert "秘書 文子" in own.text


def test_申請もまかされた代理の人は申請できるが取下げはできない(world, doctor):
    page = acting(world, doctor, may_submit=True)
    page.open(page.top + "applications/leaving/writing/leaving/")
    page.press("最終確認へ進む", scope="all", causes=["other"], note="", **day(TODAY))
    page.press("退会を申請する")
    application = Application.objects.get()

    assert page.heading == "退会の届出を受け付けました"
    page.open(page.top + f"applications/{application.receipt_no}/")
    assert "取り下げる" not in page.text
    assert page.client.post(page.top + f"applications/{application.receipt_no}/withdrawal/").status_code == 404
    assert Application.objects.get().state == "in-review"


def acting(world, doctor, *, may_submit: bool) -> Pages:
    """その先生の代理の人の窓。"""
    delegation = world.delegate(doctor, "秘書 文子", may_submit=may_submit)
    page = Pages(world.browser(delegation.user))
    page.top = f"/for/{delegation.pk}/mypage/"
    return page


def test_異動先を探さないまま最終確認に進んでも申請できない(page):
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["transfer"], **day(TODAY))
    page.press("次へ進む", transfer_causes=["transferred"], **{"leave_14-021": "on"})
    page.open("/mypage/applications/moving/writing/details/")
    page.press("変更はないので、このまま最終確認へ進む")

    assert "「異動先医師会の検索」を書き終えてください。" in page.text
    assert "異動を申請する" not in page.text
    page.press_hidden("next")
    assert not Application.objects.exists()


def test_連絡先だけ変えてそのまま最終確認へ進んでも打ったものは届く(page):
    page.open("/mypage/applications/moving/writing/reason/")
    page.press("次へ進む", reasons=["category"], **day(TODAY))
    page.press("次へ進む", category_causes=["other"], change_00="on", category_00="B")
    page.press("入力フォームに進む")
    page.press("変更はないので、このまま最終確認へ進む", telephone="０７５－０００－０１８８")
    page.press("異動を申請する")

    assert Application.objects.get().sheet.facts_after == {"telephone": "075-000-0188"}
