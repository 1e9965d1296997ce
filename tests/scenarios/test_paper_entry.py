"""紙の入会申込書と異動届を、事務局が代わりに入力する（事務局の手引き「届出を代行入力する」）。"""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate

from mamis.associations.rules import Role
from mamis.doctors.models import Doctor
from mamis.doctors.operations import OwnCase
from mamis.files.models import StoredFile
from mamis.membership import queries
from mamis.membership.models import Application
from mamis.membership.operations import (
    Decision,
    EnteredByYourself,
    NotWindow,
    Paper,
    PaperDayNotAllowed,
    ProfileUnderWay,
    Request,
    approve_step,
    enter_profile,
    return_step,
)
from mamis.membership.rules import APPROVED_FACTS
from mamis.wizard.models import Draft
from tests.files.samples import jpeg, upload
from tests.membership.acts import evidence, states, step_at, submit
from tests.pages import plain

ENTRY = "/office/14-021/applications/entry/"


@pytest.fixture
def world(world):
    """画面は、今日のものである。"""
    world.at = timezone.now()
    return world


@pytest.fixture
def today():
    return localdate()


@pytest.fixture
def doctor(world):
    """マイページを使っていない、三つの医師会の会員。"""
    seats = (world.district, world.prefecture, world.national)
    return world.member("山田", "太郎", *seats, kana=("ヤマダ", "タロウ"), address="", signs_in=False)


@pytest.fixture
def newcomer(world):
    """みどり市の会員で、さくら市にも入ろうとしている、マイページを使っていない先生。"""
    return world.member("新田", "良子", world.district, signs_in=False)


@pytest.fixture
def desk(world) -> "Desk":
    return Desk(world.browser(world.clerk(world.district).user))


class Desk:
    """事務局の一つの窓。いまの頁で、書いて、ボタンを押す。"""

    def __init__(self, client: Client) -> None:
        self.client = client

    def open(self, path: str) -> "Desk":
        return self._shown(self.client.get(path, follow=True))

    def begin(self, doctor, kind: str) -> "Desk":
        number = doctor.licences.get(ended_on=None).number
        return self._shown(self.client.post(ENTRY, {"number": number, "kind": kind}, follow=True))

    def press(self, button: str, **typed: object) -> "Desk":
        """`button` は押すボタンの言葉。頁に実際にあるものだけを押せる。"""
        found = re.search(rf"<button[^>]*>{re.escape(button)}</button>", self.text)
        assert found, f"「{button}」がありません"
        named = re.search(r'name="(\w+)"', found[0])
        return self._shown(self.client.post(self.path, typed | ({named[1]: "1"} if named else {}), follow=True))

    def _shown(self, response) -> "Desk":
        self.status = response.status_code
        if response.redirect_chain:
            self.path = urlsplit(response.redirect_chain[-1][0]).path
        else:
            self.path = response.request["PATH_INFO"]
        self.text = response.content.decode()
        return self

    @property
    def heading(self) -> str:
        return re.sub(r"<[^>]+>", "", re.search(r"<h1[^>]*>(.*?)</h1>", self.text, re.S)[1]).strip()

    @property
    def words(self) -> str:
        return plain(self.text)


def day(on, name: str = "effective_on") -> dict[str, object]:
    return {f"{name}_0": on.year, f"{name}_1": on.month, f"{name}_2": on.day}


SAKURA = {"join_26-011": "on", "category_26-011": "A", "join_26": "on", "category_26": "A"}
TO_SAKURA = SAKURA | {"join_00": "on", "category_00": "A"}


def to_the_slip(desk: Desk, doctor, on) -> Desk:
    """みどり市からさくら市への異動届を、「届出の紙」の前まで写す。"""
    desk.begin(doctor, "transfer").press("次へ進む", reasons=["transfer"], **day(on))
    desk.press("次へ進む", transfer_causes=["transferred"], **{"leave_14-021": "on"})
    desk.press("検索する", prefecture="26", district="26-011").press("次へ進む", **TO_SAKURA)
    desk.press("入力フォームに進む")
    return desk.press("変更はないので、このまま届出の紙へ進む", telephone=doctor.telephone, postcode="", address="")


def test_紙の異動届を先生の画面と同じ順に写し紙の届出日と写しを添えて受け付ける(world, desk, doctor, today):
    assert "入会申込書や異動届" in desk.open(ENTRY).words
    to_the_slip(desk, doctor, today)
    assert desk.heading == "届出の紙"

    desk.press("最終確認へ進む", scan=upload(jpeg()), note="電話は午後に。", **day(today, "paper_on"))
    assert desk.heading == "最終確認"
    assert "まだ受け付けていません。" in desk.words
    assert "登録メールアドレスがないので、先生にメールは届きません。電話か紙でお知らせください。" in desk.words
    desk.press("異動届を受け付ける")

    application = Application.objects.get()
    assert f"山田 太郎 先生の医師会の異動を受け付けました（受付番号 {application.receipt_no}）。" in desk.words
    assert "代行入力" in desk.words
    assert [(name, task) for name, task, _ in states(application)] == [
        ("みどり市医師会", "退会の確認"),
        ("神奈川県医師会", "退会の確認"),
        ("さくら市医師会", "入会の承認"),
        ("京都府医師会", "入会の承認"),
        ("日本医師会", "異動の承認"),
    ]
    sheet = application.sheet
    assert (sheet.paper_on, sheet.note, sheet.scan) == (today, "電話は午後に。", StoredFile.objects.get())
    assert sheet.entered_by == world.clerk(world.district).user
    assert not Draft.objects.exists()


def test_紙の入会申込書を写して受け付ける(world, desk, newcomer, today):
    desk.begin(newcomer, "join")
    assert desk.heading == "入会する医師会の検索"
    number = newcomer.licences.get().number
    assert f"紙の医師が、新田 良子 先生（医籍登録番号 {number}）であることを確かめてください。" in desk.words
    desk.press("検索する", prefecture="26", district="26-011").press("次へ進む", **SAKURA)
    desk.press("内容確認へ進む", **day(today)).press("入力フォームに進む")
    desk.press("所属施設の選択へ進む", telephone="", postcode="", address="")
    desk.press("施設業務の選択へ進む", words="", unlisted="架空さくら診療所", unlisted_prefecture="26")
    assert "医師会への連絡" not in desk.words
    desk.press("届出の紙へ進む", duty="clinic-staff")
    desk.press("最終確認へ進む", note="", **day(today, "paper_on"))
    assert "みどり市医師会の段は" not in desk.words
    desk.press("入会申込みを受け付ける")

    assert states(Application.objects.get()) == [
        ("さくら市医師会", "入会の承認", "承認待ち"),
        ("京都府医師会", "入会の承認", "未着"),
    ]


def test_先生には書けない180日より前の日も事務局は写せるが一年より先の日は断る(desk, doctor, today):
    desk.begin(doctor, "transfer")
    assert "過ぎた日でも、一年先までの日でもかまいません。" in desk.words

    desk.press("次へ進む", reasons=["facility"], **day(today.replace(year=today.year + 2)))
    assert "異動日は、一年先までの日にしてください。" in desk.words
    desk.press("次へ進む", reasons=["facility"], **day(today.replace(year=today.year - 1)))

    assert desk.heading == "所属施設の選択"


def test_届出の紙を書かないうちは受け付けられず日はまだ来ていない日ではいけない(desk, doctor, today):
    to_the_slip(desk, doctor, today)
    desk.press("最終確認へ進む", note="午後に電話", **day(today.replace(year=today.year + 1), "paper_on"))
    assert "紙の届出日は、今日までの日にしてください。" in desk.words
    assert "午後に電話" in desk.words

    desk.open(desk.path.replace("/paper/", "/check/"))

    assert "このままでは受け付けられません" in desk.words
    assert "「届出の紙」を書き終えてください。" in desk.words
    assert "異動届を受け付ける" not in desk.words


def test_書きかけは代行入力の初めの頁から続け消すこともできる(world, desk, doctor, today):
    to_the_slip(desk, doctor, today)
    desk.press("あとで続ける（下書きを残す）", scan=upload(jpeg()), note="午後に電話")
    assert desk.path == ENTRY
    assert "書きかけを残しました。30 日のあいだ、この画面から続けられます。" in desk.words
    assert "山田 太郎 先生 ヤマダ タロウ異動届" in desk.words

    desk.open(f"{ENTRY}{doctor.pk}/moving/writing/")
    assert desk.heading == "届出の紙"
    assert "午後に電話" in desk.words
    assert StoredFile.objects.get().token in desk.text
    colleague = Desk(world.browser(world.admin(world.district).user))
    assert "書きかけの代行入力はありません。" in colleague.open(ENTRY).words

    desk.open(ENTRY)
    desk.path = f"{ENTRY}{doctor.pk}/moving/writing/removal/"
    desk.press('消す<span class="unseen">：山田 太郎 先生の異動届の書きかけ</span>')
    assert "山田 太郎 先生の書きかけを消しました。" in desk.words
    assert (Draft.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_二度押しても届出は一つである(desk, doctor, today):
    to_the_slip(desk, doctor, today)
    desk.press("最終確認へ進む", note="", **day(today, "paper_on"))
    check = desk.path
    desk.press("異動届を受け付ける")

    again = desk.client.post(check, {"next": "1"})

    assert again["Location"] == f"/office/14-021/applications/{Application.objects.get().receipt_no}/"


def test_すでに届出のある在籍には二つめを受け付けずわけを言い書いたものは残る(world, desk, doctor, today):
    to_the_slip(desk, doctor, today)
    desk.press("最終確認へ進む", note="", **day(today, "paper_on"))
    submit(world, doctor, {world.district: "B", world.prefecture: "A", world.national: "A"}, today)

    desk.press("異動届を受け付ける")

    assert desk.heading == "最終確認"
    assert "同じ医師会についての届出を、すでに受け付けています。" in desk.words
    assert Draft.objects.count() == 1


def test_差し戻した異動届の直した紙は前の内容から写し続きから決める(world, doctor, today):
    sakura = Desk(world.browser(world.clerk(world.other_district).user))
    wanted = {world.other_district: "B", world.other_prefecture: "B", world.national: "B"}
    application = submit(world, doctor, wanted, today)
    step = step_at(application, world.other_district)
    by = world.admin(world.other_district)
    return_step(step, reason="区分を。", seen=queries.fingerprint(step), by=by, at=world.at)

    sakura.open(f"/office/26-011/applications/{application.receipt_no}/")
    assert "直した紙を代行入力する" in sakura.words
    sakura.open(f"/office/26-011/applications/{application.receipt_no}/entry/")
    assert sakura.heading == "異動事由の選択"
    assert "区分を。" in sakura.words
    assert "直した紙と違うところだけを、書き直してください。" in sakura.words
    assert "A 会員" not in sakura.words
    where = sakura.path.replace("/reason/", "/{}/")
    typed = {"reasons": ["transfer"]} | day(today)
    sakura.press("次へ進む", **typed)
    assert "みどり市医師会会員" in sakura.words.replace(" ", "")
    sakura.press("次へ進む", transfer_causes=["transferred"], **{"leave_14-021": "on"})
    sakura.press("次へ進む", **TO_SAKURA)
    assert "みどり市医師会いま：会員変更後：退会" in sakura.words.replace(" ", "")
    sakura.open(where.format("paper")).press("最終確認へ進む", note="", **day(today, "paper_on"))
    sakura.press("直した異動届を受け付ける")

    application.refresh_from_db()
    assert (application.state_label, application.sheet.paper_on) == ("申請中", today)
    assert step_at(application, world.other_district).category.code == "A"
    late = sakura.client.post(where.format("check"), {"next": "1"})
    assert late.status_code == 409
    assert sakura.open(where.format("check")).path == f"/office/26-011/applications/{application.receipt_no}/"


def test_よその系列の医師会の会員区分は出さない(world, desk, today):
    doctor = world.member("両田", "会子", world.district, world.other_district, world.other_prefecture)
    world.other_district.categories.update(label="秘密の区分")
    desk.begin(doctor, "transfer").press("次へ進む", reasons=["transfer", "category"], **day(today))

    assert "みどり市医師会" in desk.words
    assert "さくら市医師会" not in desk.words
    assert "秘密の区分" not in desk.words


def test_会員でない先生の異動届は写せず入会を案内する(world, today):
    doctor = world.doctor("無所", "属")
    world.works_in(doctor, world.prefecture)
    kanagawa = Desk(world.browser(world.clerk(world.prefecture).user))

    kanagawa.open(f"/office/14/applications/entry/{doctor.pk}/moving/writing/")

    assert kanagawa.path == "/office/14/applications/entry/"
    assert "無所 属 先生は、どの医師会の会員でもありません。「入会」を選んでください。" in kanagawa.words
    kanagawa.open(f"/office/14/applications/entry/{doctor.pk}/joining/writing/")
    assert kanagawa.heading == "入会する医師会の検索"


def test_見えない医師の紙は写せず代わりにすることを言う(world, desk):
    stranger = world.member("異邦", "遠人", world.other_district)

    assert "先生ご自身に利用者登録をしていただくと" in desk.begin(stranger, "join").words
    for path in ("joining/writing/", "joining/writing/destination/", "moving/writing/reason/"):
        assert desk.client.get(f"{ENTRY}{stranger.pk}/{path}").status_code == 404


# 会員情報の変更


def identity(world, doctor, today, **others: object) -> dict[str, object]:
    """紙のとおりに打つこと：姓が変わる。"""
    return {
        "family_name": "木村",
        "given_name": "太郎",
        "family_kana": "きむら",
        "given_kana": "タロウ",
        "number": doctor.licences.get(ended_on=None).number,
        "evidence_0": evidence(world, world.clerk(world.district)).token,
        "note": "四月に改姓。",
        "seen": queries.register_seen(doctor, APPROVED_FACTS),
        **day(doctor.birth_on, "birth_on"),
        **day(doctor.licences.get(ended_on=None).registered_on, "registered_on"),
        **day(today, "paper_on"),
        **others,
    }


def test_紙の会員情報の変更を窓口の医師会が写し_ほかの担当者が決める(world, desk, doctor, today, posted):
    desk.begin(doctor, "profile")
    assert desk.heading == "山田 太郎 先生の会員情報の変更"
    assert 'value="山田"' in desk.text
    posted()

    desk.press("内容を確かめる", **identity(world, doctor, today))
    assert desk.heading == "代行入力の内容を確かめる"
    assert "姓山田 → 木村" in desk.words
    assert "戸籍抄本.jpg" in desk.words
    carried = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', desk.text))
    desk.press("代行入力として受け付ける", **carried)

    change = Application.objects.get()
    assert states(change) == [("みどり市医師会", "会員情報の変更の承認", "承認待ち")]
    sheet = change.sheet
    assert (sheet.facts_after, sheet.paper_on) == ({"family_name": "木村", "family_kana": "キムラ"}, today)
    assert (sheet.entered_by, sheet.evidence.name) == (world.clerk(world.district).user, "戸籍抄本.jpg")
    assert "ほかの担当者が行います" in desk.words
    assert "紙の届出の写しがありません。" in desk.words
    assert posted() == [("ApplicationReceived", ""), ("StepArrived", "kaiin-14-021@office.example")]
    step = step_at(change, world.district)
    decision, seen = Decision(today), queries.fingerprint(step)
    with pytest.raises(EnteredByYourself):
        approve_step(step, decision, seen=seen, by=world.clerk(world.district), at=world.at)
    approve_step(step, decision, seen=seen, by=world.admin(world.district), at=world.at)
    doctor.refresh_from_db()
    assert (doctor.name, doctor.kana) == ("木村 太郎", "キムラ タロウ")


def test_差し戻した会員情報の変更の直した紙には_前の内容と書類が入っている(world, desk, doctor, today):
    change = enter_change(world, doctor, today)
    step, by = step_at(change, world.district), world.admin(world.district)
    remarks = {"family_name": "戸籍は「樹」です。"}
    return_step(step, reason="字を。", remarks=remarks, seen=queries.fingerprint(step), by=by, at=world.at)

    colleague = Desk(world.browser(by.user))
    colleague.open(f"/office/14-021/applications/{change.receipt_no}/")
    assert "直した紙を代行入力する" in colleague.words
    colleague.open(f"/office/14-021/applications/{change.receipt_no}/entry/")
    assert "医師会からの指摘：戸籍は「樹」です。" in colleague.words
    assert 'value="木村"' in colleague.text
    token = change.sheet.evidence.token
    assert token in colleague.text
    again = identity(world, doctor, today, family_name="樹村", evidence_0=token)
    colleague.press("内容を確かめる", **again).press("代行入力として受け付ける", **again)

    change.refresh_from_db()
    assert (change.state_label, change.sheet.number, change.sheet.entered_by) == ("申請中", 2, by.user)
    assert change.sheet.facts_after["family_name"] == "樹村"
    assert change.sheet.evidence.token == token


def test_医師会が写した会員情報の変更は_先生が前の書類のまま直せる(world, doctor, today):
    doctor = world.member("山田", "太郎", world.district, kana=("ヤマダ", "タロウ"))
    change = enter_change(world, doctor, today)
    step, by = step_at(change, world.district), world.admin(world.district)
    return_step(step, reason="字を。", seen=queries.fingerprint(step), by=by, at=world.at)
    client, token = world.browser(doctor.user), change.sheet.evidence.token
    where = f"/mypage/profile/identity/{change.receipt_no}/"
    assert token in client.get(where).content.decode()

    client.post(where, identity(world, doctor, today, family_name="樹村", evidence_0=token) | {"next": "1"})
    client.post(f"{where}check/")

    change.refresh_from_db()
    assert (change.state_label, change.sheet.evidence.token) == ("申請中", token)


def test_窓口でない医師会は会員情報の変更を写せず_わけを言う(world, doctor, today):
    kanagawa = Desk(world.browser(world.clerk(world.prefecture).user))
    kanagawa.path = "/office/14/applications/entry/"
    number = doctor.licences.get().number

    refused = kanagawa.client.post(kanagawa.path, {"number": number, "kind": "profile"})

    assert refused.status_code == 422
    assert "会員情報の変更は、先生の窓口の医師会が入力します。" in plain(refused.content.decode())
    where = f"{kanagawa.path}{doctor.pk}/profile/"
    assert kanagawa.client.get(where).status_code == 404
    assert kanagawa.client.post(where, identity(world, doctor, today, confirmed="1")).status_code == 404
    with pytest.raises(NotWindow):
        enter_change(world, doctor, today, by=world.clerk(world.prefecture))


def test_会員情報の変更がもう出ていれば_その届出を開く(world, desk, doctor, today):
    change = enter_change(world, doctor, today)

    desk.begin(doctor, "profile")

    assert desk.path == f"/office/14-021/applications/{change.receipt_no}/"
    assert "会員情報の変更の届出を、すでに受け付けています。" in desk.words
    with pytest.raises(ProfileUnderWay):
        enter_change(world, doctor, today)


def test_会員情報の紙を写しているあいだに登録が変われば_受け付けない(world, desk, doctor, today):
    asked = identity(world, doctor, today, confirmed="1")
    Doctor.objects.filter(pk=doctor.pk).update(given_name="次郎")

    assert desk.client.post(f"{ENTRY}{doctor.pk}/profile/", asked).status_code == 409
    assert not Application.objects.exists()


def test_会員情報の紙にはいまの登録と変わるところと書類と今日までの日が要り_自分の紙は写せない(
    world, desk, doctor, today
):
    desk.begin(doctor, "profile")
    tomorrow = today + timedelta(days=1)
    same = {"family_name": "山田", "family_kana": "ヤマダ"}
    assert (
        "いまの登録と変わるところがありません"
        in desk.press("内容を確かめる", **identity(world, doctor, today, **same)).words
    )
    desk.press("内容を確かめる", **identity(world, doctor, today, evidence_0="", **day(tomorrow, "paper_on")))
    assert desk.status == 422
    assert "紙の届出日は、今日までの日にしてください。" in desk.words
    assert "証明する書類の写しを選んでください。" in desk.words
    assert "四月に改姓。" in desk.words
    with pytest.raises(PaperDayNotAllowed):
        enter_change(world, doctor, today, paper_on=tomorrow)
    both = world.member("兼田", "業", world.district)
    clerk = world.appoint(world.district, Role.CLERK, "兼田 業", both.user)
    with pytest.raises(OwnCase):
        enter_change(world, both, today, by=clerk)


def enter_change(world, doctor, today, *, by=None, paper_on=None) -> Application:
    """紙の会員情報の変更を写す。"""
    by = by or world.clerk(world.district)
    facts = {"family_name": "木村", "family_kana": "キムラ"}
    asked = Request(after={}, effective_on=today, facts=facts, evidence_id=evidence(world, by).pk)
    seen = queries.register_seen(doctor, APPROVED_FACTS)
    return enter_profile(doctor, asked, Paper(paper_on or today), seen=seen, by=by, at=world.at)


def test_続けられない書きかけは出ない(world, desk, doctor):
    stranger = world.member("異邦", "遠人", world.other_district)
    clerk, elsewhere = world.clerk(world.district), world.clerk(world.other_district)
    live = submit(world, doctor, {world.district: "B", world.prefecture: "A", world.national: "A"}, localdate())
    for subject in (
        queries.paper_subject(clerk, stranger, "moving"),
        queries.paper_subject(elsewhere, doctor, "moving"),
        queries.paper_subject(clerk, doctor, live.receipt_no),
    ):
        Draft.objects.create(
            owner=clerk.user,
            kind=queries.PAPER_DRAFT,
            subject=subject,
            step="reason",
            begun_at=world.at,
            written_at=world.at,
        )

    assert "書きかけの代行入力はありません。" in desk.open(ENTRY).words
