"""操作マニュアル「入会のときに尋ねること」（事務局向け）と「医師会からお尋ねすること」（医師向け）。一文に一つの試験。"""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from mamis.associations import queries as association_queries
from mamis.associations.models import JoinItem
from mamis.associations.operations import JoinItemFacts, add_join_item
from mamis.associations.rules import MOST_ITEMS, ItemKind, Role
from mamis.audit.models import AuditEntry
from mamis.files.checking import Clean, Drawn
from mamis.files.models import StoredFile
from mamis.files.operations import settle_check
from mamis.membership import queries
from mamis.membership.models import Application, SheetAnswer
from mamis.membership.operations import Request, return_step, submit_application
from mamis.membership.operations.refusals import NotAnswered
from mamis.wizard.models import Draft
from tests.files.samples import jpeg, upload
from tests.membership.acts import step_at
from tests.pages import plain

JOINING = "/mypage/applications/joining/writing/"
ITEM = {"label": "履歴書", "explanation": "写真を貼ったもの", "kind": "file", "is_required": "on", "is_used": "on"}
PICKS = {"join_26-011": "on", "category_26-011": "A", "join_26": "on", "category_26": "A"}


@pytest.fixture
def world(world):
    """画面は、今日のものである。"""
    world.at = timezone.now()
    return world


class Window:
    """一つの窓。いまの頁で、書いて、ボタンを押す。"""

    def __init__(self, world, user, association=None):
        self.client, self.association = world.browser(user), association

    def open(self, path: str) -> "Window":
        return self._shown(self.client.get(path, follow=True))

    def go(self, name: str, *rest: object) -> "Window":
        return self.open(reverse(name, args=[self.association.code, *rest]))

    def press(self, button: str, **typed: object) -> "Window":
        """`button` は押すボタンの言葉。頁に実際にあるものだけを押せる。"""
        found = re.search(rf"<button[^>]*>{re.escape(button)}</button>", self.text)
        assert found, f"「{button}」がありません：{self.words}"
        named = re.search(r'name="(\w+)"', found[0])
        return self._shown(self.client.post(self.path, typed | ({named[1]: "1"} if named else {}), follow=True))

    def send(self, name: str, *rest: object, **typed: object) -> "Window":
        path = reverse(name, args=[self.association.code, *rest])
        return self._shown(self.client.post(path, typed, follow=True))

    def _shown(self, response) -> "Window":
        self.status = response.status_code
        chain = response.redirect_chain
        self.path = urlsplit(chain[-1][0]).path if chain else response.request["PATH_INFO"]
        self.text = unescape(response.content.decode())
        return self

    @property
    def heading(self) -> str:
        return re.sub(r"<[^>]+>", "", re.search(r"<h1[^>]*>(.*?)</h1>", self.text, re.S)[1]).strip()

    @property
    def words(self) -> str:
        return plain(self.text)


@pytest.fixture
def sakura(world):
    """京都府の郡市区等医師会。"""
    return world.other_district


@pytest.fixture
def admin(world, sakura):
    return Window(world, world.admin(sakura).user, sakura)


@pytest.fixture
def newcomer(world):
    """まだどの医師会の会員でもない先生。"""
    return world.member("新田", "良子")


@pytest.fixture
def page(world, newcomer):
    return Window(world, newcomer.user)


def ask(world, association, label: str, kind: ItemKind = ItemKind.YES_NO, **facts: object) -> JoinItem:
    """その医師会が、入会のときに尋ねることを一つ足す。"""
    usual = {"explanation": "", "choices": [], "is_required": True, "is_used": True}
    written = JoinItemFacts(label=label, **usual | facts)
    return add_join_item(association, kind, written, by=world.admin(association), at=world.at)


def day(on, name: str = "effective_on") -> dict[str, object]:
    return {f"{name}_0": on.year, f"{name}_1": on.month, f"{name}_2": on.day}


def to_the_questions(page: Window, after: str = "医師会からお尋ねすること", **picks: str) -> Window:
    """京都府のさくら市医師会への入会申込みを、必要事項まで書く。"""
    page.open(JOINING).press("検索する", prefecture="26", district="26-011")
    page.press("次へ進む", **PICKS | picks).press("内容確認へ進む", **day(localdate()))
    page.press("入力フォームに進む")
    return page.press(f"変更はないので、このまま{after}へ進む", telephone="075-000-0188", postcode="", address="")


def check_files(world) -> None:
    """預かったファイルのすべてを、確かめ終える。"""
    for file in StoredFile.objects.filter(state="waiting"):
        settle_check(file, Clean((Drawn(300, 200, jpeg()),)), at=world.at)


# 事務局：環境設定


def test_左側のメニューの環境設定に入会のときに尋ねることがある(admin):
    page = admin.go("office_home")

    assert f'href="{reverse("office_join_items", args=["26-011"])}"' in page.text
    assert "まだ尋ねることがありません" in admin.go("office_join_items").words


def test_尋ねることを足すと一覧の終わりに並び順は一つ前へと一つあとへで変える(admin, sakura):
    told = admin.send("office_join_item_new", **ITEM).words
    admin.send("office_join_item_new", **ITEM | {"label": "当直に協力できますか", "kind": "yes-no", "is_required": ""})
    assert "「履歴書」を足しました。" in told

    resume, duty = sakura.join_items.order_by("position")
    listed = admin.send("office_join_item_order", duty.pk, earlier="1").words

    assert listed.index("当直に協力できますか") < listed.index("履歴書")
    assert [words in listed for words in ("添付（PDF・写真）", "はい・いいえ", "必ず", "任意", "尋ねています")] == [
        True
    ] * 5
    admin.send("office_join_item_order", duty.pk)
    assert list(sakura.join_items.order_by("position")) == [resume, duty]


def test_管理者だけが変えられ足した人と変えたことが記録に残る(world, admin, sakura):
    item = ask(world, sakura, "当直に協力できますか")
    seen = association_queries.newest_version(item).pgh_id
    for role in (Role.VIEWER, Role.CLERK):
        other = Window(world, world.appoint(sakura, role, "職員").user, sakura)
        assert [other.go(*at).status for at in (("office_join_items",), ("office_join_item", item.pk))] == [404, 404]

    admin.send("office_join_item", item.pk, seen=seen, label="宿直に協力できますか", is_required="on", is_used="on")

    item.refresh_from_db()
    assert item.label == "宿直に協力できますか"
    assert "当直に協力できますか" in admin.go("office_join_item", item.pk).words


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"kind": "choice", "choices": "A"}, "選択肢を、一行に一つずつ、2 から 12 まで入力してください。"),
        ({"kind": "choice", "choices": "A\nA"}, "同じ選択肢が二つあります。一つにしてください。"),
        ({"kind": "choice", "choices": "A\n" + "長" * 61}, "一つの選択肢は 60 文字以内で入力してください。"),
        ({"kind": "short", "choices": "A\nB"}, "選択肢は、「一つを選ぶ」のときだけ書きます。空にしてください。"),
        ({"kind": "song"}, "一覧にあるものから選んでください。"),
        ({"label": "長" * 61}, "60 文字以内で入力してください（いまは 61 文字です）。"),
    ],
)
def test_直すところは欄のそばに出て入力は残る(admin, sakura, typed, reason):
    page = admin.send("office_join_item_new", **ITEM | typed)

    assert [reason in page.words, "写真を貼ったもの" in page.text] == [True, True]
    assert not sakura.join_items.exists()


def test_一度に尋ねられるのは十までである(world, admin, sakura):
    for number in range(MOST_ITEMS):
        ask(world, sakura, f"尋ねること {number}")
    idle = ask(world, sakura, "いまは尋ねないこと", is_used=False)

    more = admin.send("office_join_item_new", **ITEM).words
    seen = association_queries.newest_version(idle).pgh_id
    again = admin.send("office_join_item", idle.pk, seen=seen, label="尋ねる", is_used="on").words

    assert ["一度に尋ねられるのは 10 までです。" in one for one in (more, again)] == [True, True]
    assert sakura.join_items.filter(is_used=True).count() == MOST_ITEMS


def test_ほかの方が直すとまだ保存していないことが出て入力は残る(world, admin, sakura):
    item = ask(world, sakura, "専門", ItemKind.CHOICE, choices=["内科", "外科"])
    seen = association_queries.newest_version(item).pgh_id
    admin.send("office_join_item", item.pk, seen=seen, label="専門", choices="内科\n外科\n小児科", is_used="on")

    late = admin.send("office_join_item", item.pk, seen=seen, label="専攻", choices="内科\n外科", is_used="on")

    assert "まだ保存していません" in late.words
    assert "選択肢：内科、外科 → 内科、外科、小児科" in late.words
    item.refresh_from_db()
    assert (item.label, item.choices) == ("専門", ["内科", "外科", "小児科"])


# 医師：医師会からお尋ねすること


def test_尋ねることのない医師会に入会するときはこの頁は出ない(world, page, sakura):
    ask(world, sakura, "いまは尋ねないこと", is_used=False)
    ask(world, world.district, "よその医師会の尋ねること")

    to_the_questions(page, after="最終確認")

    assert page.heading == "最終確認"
    assert page.open(f"{JOINING}questions/").heading != "医師会からお尋ねすること"


def test_履歴書と当直を尋ねる医師会に入会し尋ねた医師会だけが答えを見て添付を開ける(world, page, sakura, newcomer):
    resume = ask(world, sakura, "履歴書", ItemKind.FILE, explanation="写真を貼ったもの")
    duty = ask(world, sakura, "当直に協力できますか")
    to_the_questions(page)
    assert page.heading == "医師会からお尋ねすること"
    assert ["さくら市医師会のお尋ね" in page.words, "写真を貼ったもの。" in page.words] == [True, True]

    page.press("最終確認へ進む", **{f"item_{duty.pk}": "はい"})
    assert "「履歴書」のファイルを選んでください。" in page.words
    page.press("最終確認へ進む", **{f"item_{resume.pk}": upload(jpeg(), "rireki.jpg"), f"item_{duty.pk}": "はい"})
    assert page.heading == "最終確認"
    assert ["rireki.jpg" in page.words, "変更する：当直に協力できますか" in page.words] == [True, True]
    page.press("入会を申請する")
    check_files(world)

    application = Application.objects.get()
    shown = page.open(f"/mypage/applications/{application.receipt_no}/").words
    assert ["rireki.jpg" in shown, "さくら市医師会のお尋ね" in shown] == [True, True]
    token = StoredFile.objects.get().token
    ours = Window(world, world.clerk(sakura).user, sakura)
    theirs = Window(world, world.clerk(world.other_prefecture).user, world.other_prefecture)
    seen = ours.go("office_application", application.receipt_no).words
    assert [one in seen for one in ("当直に協力できますか", "rireki.jpg", "「履歴書」の添付があります。")] == [True] * 3
    assert "当直に協力できますか" in ours.go("office_application_print", application.receipt_no).words
    assert [
        one.client.get(
            reverse("office_application_attachment", args=[one.association.code, application.receipt_no, token])
        ).status_code
        for one in (ours, theirs)
    ] == [200, 404]
    hidden = theirs.go("office_application", application.receipt_no)
    assert (hidden.status, "当直に協力できますか" in hidden.text, "履歴書" in hidden.text) == (200, False, False)
    assert AuditEntry.objects.filter(act="入会のときの添付のダウンロード").count() == 1


def test_いまの会員である医師会の尋ねることには答えなくてよい(world, sakura):
    member = world.member("山田", "花子", sakura, world.other_prefecture)
    ask(world, world.other_prefecture, "もう会員の医師会の尋ねること")
    asked = ask(world, world.district, "新しい医師会の尋ねること", is_required=False)
    page = Window(world, member.user)
    page.open("/mypage/applications/joining/writing/").press("検索する", prefecture="14", district="14-021")
    page.press("次へ進む", **{"join_14-021": "on", "category_14-021": "A"}).press("内容確認へ進む", **day(localdate()))
    page.press("入力フォームに進む")

    page.press(
        "変更はないので、このまま医師会からお尋ねすることへ進む", telephone=member.telephone, postcode="", address=""
    )

    assert f'name="item_{asked.pk}"' in page.text
    assert "もう会員の医師会の尋ねること" not in page.words
    page.press("最終確認へ進む", **{f"item_{asked.pk}": ""})
    assert "新しい医師会の尋ねること" in page.words
    page.press("入会を申請する")
    assert [(one.words, one.label) for one in SheetAnswer.objects.all()] == [("", "新しい医師会の尋ねること")]


def test_あとで続けるときも戻るときも答えは残る(world, page, sakura):
    item = ask(world, sakura, "専門", ItemKind.SHORT)
    to_the_questions(page)

    page.press("戻る", **{f"item_{item.pk}": "循環器内科"})
    page.open(f"{JOINING}questions/")

    assert "循環器内科" in page.text
    assert Draft.objects.get().answers["questions"] == {f"item_{item.pk}": ["循環器内科"]}


def test_書いているあいだに尋ねることがふえると答えてから申請する(world, page, sakura):
    to_the_questions(page, after="最終確認")
    ask(world, sakura, "当直に協力できますか")

    page.open(f"{JOINING}check/")

    assert "「医師会からお尋ねすること」を書き終えてください。" in page.words
    assert "入会を申請する" not in page.words


def test_必ず答えていただくことに答えのない申請は受け付けない(world, newcomer, sakura):
    ask(world, sakura, "当直に協力できますか")
    seats = {one.pk: one.categories.get(code="A").pk for one in (sakura, world.other_prefecture)}

    with pytest.raises(NotAnswered, match="さくら市医師会がお尋ねしている「当直に協力できますか」"):
        submit_application(newcomer, Request(after=seats, effective_on=localdate()), at=world.at)


def test_差し戻されたときは前の答えと添付から直しやめた問いの答えも残る(world, page, sakura):
    resume = ask(world, sakura, "履歴書", ItemKind.FILE)
    duty = ask(world, sakura, "当直に協力できますか")
    to_the_questions(page)
    page.press("最終確認へ進む", **{f"item_{resume.pk}": upload(jpeg(), "rireki.jpg"), f"item_{duty.pk}": "はい"})
    page.press("入会を申請する")
    check_files(world)
    application = Application.objects.get()
    step, remarks = step_at(application, sakura), {f"answer_{resume.pk}": "二枚目もお願いします。"}
    upper = queries.items_of(step_at(application, world.other_prefecture), application.sheet)
    assert f"answer_{duty.pk}" not in {one.name for one in upper}
    seen, by = queries.fingerprint(step), world.clerk(sakura)
    return_step(step, reason="お直しください。", remarks=remarks, seen=seen, by=by, at=world.at)
    JoinItem.objects.filter(pk=duty.pk).update(label="宿直に協力できますか", is_used=False)

    page.open(f"/mypage/applications/{application.receipt_no}/")
    assert "医師会からの指摘：二枚目もお願いします。" in page.words
    page.open(f"/mypage/applications/{application.receipt_no}/writing/questions/")
    assert "医師会からの指摘：二枚目もお願いします。" in page.words
    token = re.search(rf'name="item_{resume.pk}_0" value="([^"]+)"', page.text)[1]
    page.press("最終確認へ進む", **{f"item_{resume.pk}_0": token, f"item_{duty.pk}": "いいえ"})
    page.press("もう一度申請する")

    written = SheetAnswer.objects.order_by("sheet", "position").values_list("label", "words", "file__token")
    assert list(written) == [
        ("履歴書", "", token),
        ("当直に協力できますか", "はい", None),
        ("履歴書", "", token),
        ("宿直に協力できますか", "いいえ", None),
    ]


def test_下書きを消すと預かった添付も消える(world, page, sakura):
    resume = ask(world, sakura, "履歴書", ItemKind.FILE)
    to_the_questions(page).press("最終確認へ進む", **{f"item_{resume.pk}": upload(jpeg())})

    page.client.post(f"{JOINING}removal/")

    assert (Draft.objects.count(), StoredFile.objects.count()) == (0, 0)


# 事務局：代行入力


def to_the_slip(desk: Window, doctor, **answers: object) -> Window:
    """紙の入会申込書を、「届出の紙」の前まで写す。"""
    number = doctor.licences.get(ended_on=None).number
    desk.open("/office/14-021/applications/entry/").press("氏名を確かめて始める", number=number, kind="join")
    desk.press("検索する", prefecture="26", district="26-011").press("次へ進む", **PICKS)
    desk.press("内容確認へ進む", **day(localdate())).press("入力フォームに進む")
    to = "変更はないので、このまま医師会からお尋ねすることへ進む"
    return desk.press(to, telephone=doctor.telephone, postcode="", address="").press("届出の紙へ進む", **answers)


def test_紙に添えられていない添付は空のままで受け付けられ機械の確かめに添付がないと出る(world, sakura):
    member = world.member("山田", "太郎", world.district, signs_in=False)
    resume = ask(world, sakura, "履歴書", ItemKind.FILE)
    duty = ask(world, sakura, "当直に協力できますか")
    secret = ask(world, world.other_prefecture, "都道府県医師会の尋ねること", ItemKind.SHORT)
    desk = Window(world, world.clerk(world.district).user, world.district)
    to_the_slip(desk, member, **{f"item_{duty.pk}": "はい", f"item_{secret.pk}": "府への答え"})
    assert desk.heading == "届出の紙"

    desk.press("最終確認へ進む", **day(localdate(), "paper_on")).press("入会申込みを受け付ける")

    application = Application.objects.get()
    ours = Window(world, world.clerk(sakura).user, sakura).go("office_application", application.receipt_no)
    assert ["「履歴書」の添付がありません。" in ours.words, "府への答え" in ours.words] == [True, False]
    assert {one.item_id: one.words for one in SheetAnswer.objects.all()} == {
        resume.pk: "",
        duty.pk: "はい",
        secret.pk: "府への答え",
    }


def test_医師会が写した添付は先生が直すときにもそのまま使える(world, sakura):
    member = world.member("山田", "太郎", world.district)
    resume = ask(world, sakura, "履歴書", ItemKind.FILE)
    desk = Window(world, world.clerk(world.district).user, world.district)
    to_the_slip(desk, member, **{f"item_{resume.pk}": upload(jpeg(), "rireki.jpg")})
    desk.press("最終確認へ進む", **day(localdate(), "paper_on")).press("入会申込みを受け付ける")
    check_files(world)
    application = Application.objects.get()
    step = step_at(application, sakura)
    return_step(step, reason="お直しください。", seen=queries.fingerprint(step), by=world.clerk(sakura), at=world.at)

    page = Window(world, member.user).open(f"/mypage/applications/{application.receipt_no}/writing/questions/")
    token = re.search(rf'name="item_{resume.pk}_0" value="([^"]+)"', page.text)[1]
    page.press("最終確認へ進む", **{f"item_{resume.pk}_0": token}).press("もう一度申請する")

    assert [one.file.token for one in SheetAnswer.objects.all()] == [token, token]


def test_先生の書いたほかの医師会への答えは直した紙を写す医師会には見えないまま次の申請書に移る(world, page, sakura):
    duty = ask(world, sakura, "当直に協力できますか")
    secret = ask(world, world.other_prefecture, "府の尋ねること", ItemKind.SHORT)
    to_the_questions(page).press("最終確認へ進む", **{f"item_{duty.pk}": "はい", f"item_{secret.pk}": "府への答え"})
    page.press("入会を申請する")
    application = Application.objects.get()
    step = step_at(application, sakura)
    return_step(step, reason="お直しください。", seen=queries.fingerprint(step), by=world.clerk(sakura), at=world.at)
    JoinItem.objects.filter(pk=secret.pk).update(label="府の新しい尋ね方")

    desk = Window(world, world.clerk(sakura).user, sakura)
    base = f"/office/26-011/applications/entry/{application.doctor_id}/{application.receipt_no}/writing/"
    questions = desk.open(f"{base}questions/")
    assert ["当直に協力できますか" in questions.words, "府の" in questions.text] == [True, False]
    desk.press("届出の紙へ進む", **{f"item_{duty.pk}": "いいえ"})
    desk.press("最終確認へ進む", **day(localdate(), "paper_on"))
    assert "府への答え" not in desk.text
    desk.press("直した入会申込みを受け付ける")

    answers = application.sheets.latest("number").answers.order_by("position")
    assert [(one.label, one.words) for one in answers] == [
        ("当直に協力できますか", "いいえ"),
        ("府の尋ねること", "府への答え"),
    ]
