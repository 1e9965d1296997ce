"""医師と事務局の道すじを、キーボードだけで。焦点は、いつも見える。"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import entrance
from tests.browser.journeys import DAY
from tests.browser.typist import FOCUSED, Typist
from tests.site import Site


@pytest.fixture
def typist(chromium: Browser, site: Site) -> Iterator[Typist]:
    # なめらかな動きを止めて、動き終えたところを見る。
    with entrance(chromium, site, viewport={"width": 1280, "height": 720}, reduced_motion="reduce") as enter:
        yield Typist(enter().page)


def test_医師はキーボードだけで修了を申請できる(typist):
    typist.start("member@demo.example").reach("研修管理").go().reach("修了申請へ進む").go()
    typist.reach("修了申請をはじめる").go().reach("実地研修を書き足す").go()
    typist.reach("活動").hit("ArrowDown", "ArrowDown").reach("場所・団体").type("みどり市休日急患診療所")
    for part in DAY:
        typist.hit("Tab").type(part)
    typist.reach("この内容で一覧に入れる").go("Space")

    typist.sees("みどり市休日急患診療所").reach("次へ進む").go("Space")
    typist.reach("申請先の医師会への連絡").type("よろしくお願いいたします。")
    typist.reach("あとで続ける").reach("内容確認へ進む", key="Shift+Tab").go("Space")
    typist.reach("数えた単位").hit("Enter").sees("までに取った単位を数えます").reach("修了を申請する").go("Space")

    assert typist.heading == "修了申請を受け付けました"


def test_事務局はキーボードだけで差し戻しと承認ができる(typist):
    typist.start("midori@demo.example").reach("修了申請").go()
    first, second = (re.sub(r"\s+", " ", name) for name in typist.main.locator("tbody th").all_inner_texts()[:2])

    typist.reach(f"{first} 先生の申請を選ぶ").reach(first).go().reach("差し戻す").hit("Enter").reach("理由").type(
        "活動した日をご確認ください。"
    )
    typist.reach(f"{first} 先生に差し戻す").go("Space").sees(f"{first} 先生に差し戻しました。")
    typist.reach("修了申請").go().reach(f"{second} 先生の申請を選ぶ").reach(second).go().reach("承認する").go("Space")

    typist.sees(f"承認しました。{second} 先生の修了証を発行しました。")


def test_事務局は一文字のキーで一覧を進み_差し戻しの理由を書き_承認のボタンに移れる(typist):
    typist.start("midori@demo.example").reach("届出").go()
    names = [re.sub(r"\s+", " ", name) for name in typist.main.locator("tbody th a").all_inner_texts()]

    typist.hit("j", "j")
    assert focused(typist) == names[1]
    typist.hit("k", "k")
    assert focused(typist) == names[0]
    typist.hit("x", "a")
    assert focused(typist) == "選んだ届出をまとめて承認・確認する"
    assert typist.main.get_by_role("checkbox", checked=True).count() == 1
    typist.hit("/").type("aj").hit("Tab")
    assert typist.page.get_by_label("氏名・カナ・医籍登録番号・受付番号の一部").input_value() == "aj"

    typist.open(typist.page.url).hit("j").go().hit("r").type("ar 日をご確認ください。")
    assert typist.page.get_by_role("textbox", name="理由").input_value() == "ar 日をご確認ください。"
    typist.hit("Tab").hit("a")
    assert focused(typist) in {"承認する", "確認する"}
    assert typist.heading.startswith(names[0])
    typist.go("j")
    assert typist.heading.startswith(names[1])
    typist.go("k")
    assert typist.heading == "届出"


def test_キーの表は_尋ねる印で開き_キーを止めたことは_次の画面でも覚えている(typist):
    typist.start("midori@demo.example").reach("修了申請").go()

    typist.hit("?").sees("下の行、上の行へ移る").reach("このブラウザで").hit("Space").reach("閉じる").hit("Enter")
    typist.does_not_see("下の行、上の行へ移る").open(typist.page.url)
    before = focused(typist)
    typist.hit("j")
    assert focused(typist) == before

    typist.reach("キーだけで進める").hit("Enter").reach("このブラウザで").hit("Space", "Escape", "j")
    assert focused(typist) == re.sub(r"\s+", " ", typist.main.locator("tbody th a").first.inner_text())


def focused(typist: Typist) -> str:
    """焦点のあるものの言葉。"""
    return re.sub(r"\s+", " ", typist.page.evaluate("() => document.activeElement.innerText")).strip()


def test_はじめの焦点から本文へ飛べる(typist):
    typist.start("midori@demo.example").hit("Tab")

    assert typist.page.evaluate(FOCUSED) == {"name": "本文へ進む", "trouble": ""}

    typist.hit("Enter").hit("Tab")
    assert typist.page.evaluate("() => document.activeElement.closest('main') !== null")
