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


def test_はじめの焦点から本文へ飛べる(typist):
    typist.start("midori@demo.example").hit("Tab")

    assert typist.page.evaluate(FOCUSED) == {"name": "本文へ進む", "trouble": ""}

    typist.hit("Enter").hit("Tab")
    assert typist.page.evaluate("() => document.activeElement.closest('main') !== null")
