"""紙の入会申込書と異動届を、事務局が代わりに入力する（事務局の手引き「届出を代行入力する」）。"""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate

from mamis.files.models import StoredFile
from mamis.membership import queries
from mamis.membership.models import Application
from mamis.membership.operations import return_step
from mamis.wizard.models import Draft
from tests.files.samples import jpeg, upload
from tests.membership.acts import states, step_at, submit
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
