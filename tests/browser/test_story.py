"""newsletter Topic 01 の話のすべての終わり方を、ブラウザで。言葉は newsletter と画面のとおり。

JavaScriptのあるブラウザとないブラウザで、同じ話を、はじめから通す。
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from mamis.training.models import Certificate
from tests.browser import journeys
from tests.browser.conftest import entrance
from tests.browser.visitor import Mailbox, Visitor
from tests.site import Site

REASON = "実地研修の内容がわかりません。「くわしい内容」に、役割を書いてください。"
MIDORI = "kenshu@midori-med.example"
KANAGAWA = "kenshu@kanagawa-renshu.example"


@pytest.fixture(scope="module", params=[True, False], ids=["JavaScriptあり", "JavaScriptなし"])
def has_javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(scope="module")
def site(has_javascript: bool, demo_world: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    """話ごとに人が違うので、一つの世界で通せる。JavaScriptのあるなしでは、世界を改める。"""
    with django_db_blocker.unblock(), Site(web=1, template=demo_world) as site:
        yield site


@pytest.fixture
def enter(chromium: Browser, site: Site, has_javascript: bool) -> Iterator[Callable[[], Visitor]]:
    with entrance(chromium, site, java_script_enabled=has_javascript) as enter:
        yield enter


@pytest.fixture
def mailbox(enter) -> Mailbox:
    """練習用のメールの画面。話のはじめまでに届いたものは、もう見た。"""
    mailbox = Mailbox(enter())
    mailbox.new(0)
    return mailbox


def test_申請し_差し戻され_直して申請し_承認され_修了証を受け取る(enter, site, mailbox):
    doctor = enter().sign_in("member@demo.example")

    receipt_no = journeys.apply(doctor)

    assert sorted(mailbox.new(2)) == [
        (MIDORI, f"修了申請が届きました（受付番号 {receipt_no}）"),
        ("member@demo.example", f"修了申請を受け付けました（受付番号 {receipt_no}）"),
    ]

    journeys.send_back(enter().sign_in("midori@demo.example"), "山田 太郎", REASON)

    assert mailbox.new(1) == [("member@demo.example", f"修了申請が差し戻されました（受付番号 {receipt_no}）")]

    journeys.correct(doctor, receipt_no, REASON)

    assert sorted(mailbox.new(2)) == [
        (MIDORI, f"修了申請が届きました（受付番号 {receipt_no}）"),
        ("member@demo.example", f"修了申請を受け付けました（受付番号 {receipt_no}）"),
    ]

    journeys.approve(enter().sign_in("midori-admin@demo.example"), "山田 太郎")

    assert mailbox.new(1) == [("member@demo.example", f"修了申請が承認されました（受付番号 {receipt_no}）")]

    doctor.follow("申請の状況を見る")
    paper = doctor.read_pdf("修了証（PDF）をダウンロードする").replace("\n", "")

    with site.orm():
        certificate = Certificate.objects.get(application__receipt_no=receipt_no)
    assert [word in paper for word in ("山田 太郎", certificate.number, certificate.token)] == [True, True, True]

    passer_by = enter().open(f"/v/{certificate.token}/")

    passer_by.sees("この修了証は有効です").sees(f"第 {certificate.number} 号").sees("山田 太郎")
    assert mailbox.new(0) == []


def test_会員でない医師は勤務先の都道府県医師会に申請し_取り下げてもメールは増えない(enter, mailbox):
    doctor = enter().sign_in("non-member@demo.example")

    receipt_no = journeys.apply(doctor)

    doctor.sees("神奈川県医師会に届きました")
    assert sorted(mailbox.new(2)) == [
        (KANAGAWA, f"修了申請が届きました（受付番号 {receipt_no}）"),
        ("non-member@demo.example", f"修了申請を受け付けました（受付番号 {receipt_no}）"),
    ]

    journeys.withdraw(doctor)

    assert mailbox.new(0) == []


def test_二つの立場を持つ人は_自分の申請を自分では決められない(enter):
    person = enter().sign_in("two-hats@demo.example").open("/mypage/")
    journeys.apply(person)

    person.follow("事務局の画面に切り替える")
    journeys.open_case(person, "髙﨑 𠮷郎")

    person.sees("ご自身の申請は、ほかの担当者が決定します。")
    assert set(person.main.get_by_role("button").all_inner_texts()) <= {"キーだけで進める"}
    person.follow("マイページに切り替える")
    assert person.heading == "マイページTOP"


def test_単位が足りない医師は_足りない分と次にすることを知る(enter):
    doctor = enter().sign_in("district-member@demo.example")

    doctor.follow("研修管理").follow("いまの単位と、次にすることを見る")

    doctor.sees("あと 1.5 単位で").sees("実地研修を 2 件書いて、申請する")


def test_管理者が四つの手順で通知先を設定すると_お知らせが消える(enter, mailbox):
    office = enter().sign_in("sakura-admin@demo.example")
    office.sees("お問い合わせ通知先メールアドレス」を").unfold("設定のしかた（4 つの手順）").sees("2026年6月4日")

    office.choose_menu("医師会情報")
    fields = office.main.get_by_role("textbox")
    labels = [fields.nth(index).evaluate("field => field.labels[0].innerText") for index in range(fields.count())]
    assert labels == ["お問い合わせ通知先メールアドレス", "会員管理用通知メールアドレス", "ホームページ"]
    office.write("お問い合わせ通知先メールアドレス", "ｋｅｎｓｈｕ＠sakura-med.example").press("保存する")
    office.sees("保存しました。")

    office.press("テスト送信 ：お問い合わせ通知先メールアドレス")

    assert mailbox.new(1) == [("kenshu@sakura-med.example", "テスト送信：お問い合わせ通知先メールアドレスの確認")]
    office.open("/office/26-011/association/").sees("送信済")
    office.open("/office/26-011/").does_not_see("設定のしかた（4 つの手順）")
