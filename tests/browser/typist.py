"""キーボードだけを使う人。焦点は、いつも見える。"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from mamis.demo.people import PASSWORD
from tests.browser.visitor import Visitor

FOCUSED = (Path(__file__).parent / "focus.js").read_text(encoding="utf-8")
FARTHEST = 250


@dataclass
class Typist(Visitor):
    """キーボードだけを使う人。"""

    def reach(self, name: str, *, key: str = "Tab") -> Self:
        """その名で始まるものに焦点が来るまで、鍵を押し続ける。途中の焦点も、すべて見える。"""
        for _ in range(FARTHEST):
            self.page.keyboard.press(key)
            focused = self.page.evaluate(FOCUSED)
            assert focused["trouble"] == "", focused["trouble"]
            if focused["name"].startswith(name):
                return self
        raise AssertionError(f"{self.page.url} で「{name}」にたどり着けない")

    def type(self, text: str) -> Self:
        """打つ。"""
        self.page.keyboard.type(text)
        return self

    def go(self, key: str = "Enter") -> Self:
        """押して、次の画面へ。"""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        return self

    def hit(self, *keys: str) -> Self:
        """その場で鍵を押す。"""
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def start(self, address: str) -> Self:
        """ログインする。"""
        self.open("/sign-in/").reach("メールアドレス").type(address)
        return self.reach("パスワード").type(PASSWORD).go()
