"""ブラウザの前の人。画面に書いてある言葉で、押し、書き、読む。"""

import io
import re
import time
from dataclasses import dataclass, field
from typing import Self

from playwright.sync_api import Download, Locator, Page
from pypdf import PdfReader

from mamis.demo.people import PASSWORD

WINDOW = {"width": 1280, "height": 900}


@dataclass
class Visitor:
    """ひとりの人と、その人が開いている画面。"""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self._complain(said.text) if said.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self._complain(str(error)))

    def open(self, path: str) -> Self:
        """住所を打って開く。"""
        self.page.goto(path)
        return self

    def sign_in(self, address: str, password: str = PASSWORD) -> Self:
        """ログインする。"""
        self.open("/sign-in/")
        self.write("メールアドレス、医籍登録番号、会員IDのいずれか", address)
        self.write("パスワード", password)
        self.press("ログインする")
        self.sees("ログアウト")
        return self

    def follow(self, name: str) -> Self:
        """その名のリンクをたどる。"""
        self.page.get_by_role("link", name=name, exact=True).first.click()
        return self

    def choose_menu(self, name: str) -> Self:
        """事務局の左のメニューから選ぶ。名のあとに、待っている数が続くことがある。"""
        menu = self.page.get_by_role("navigation", name="事務局メニュー")
        menu.get_by_role("link", name=re.compile(f"^{name}")).click()
        return self

    def press(self, name: str) -> Self:
        """その名のボタンを押す。"""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        return self

    def unfold(self, name: str) -> Self:
        """たたまれた説明を開く。"""
        self.page.locator("summary", has_text=name).first.click()
        return self

    def write(self, label: str, text: str) -> Self:
        """その名の欄に書く。"""
        self.page.get_by_label(label, exact=True).first.fill(text)
        return self

    def choose(self, label: str, option: str) -> Self:
        """その名の引き出しから選ぶ。"""
        self.page.get_by_label(label, exact=True).first.select_option(label=option)
        return self

    def tick(self, name: str) -> Self:
        """その名で始まるものにチェックを入れる。一つだけ選ぶものなら、それを選ぶ。"""
        starts = re.compile(f"^{re.escape(name)}")
        boxes = self.page.get_by_role("checkbox", name=starts).or_(self.page.get_by_role("radio", name=starts))
        boxes.first.check()
        return self

    def write_date(self, legend: str, *parts: str) -> Self:
        """年・月・日の三つの欄に書く。"""
        boxes = self.page.get_by_role("group", name=legend).get_by_role("textbox")
        for index, part in enumerate(parts):
            boxes.nth(index).fill(part)
        return self

    def sees(self, text: str) -> Self:
        """その言葉が見える。"""
        self.page.get_by_text(text).filter(visible=True).first.wait_for()
        return self

    def does_not_see(self, text: str) -> Self:
        """その言葉は見えない。"""
        assert self.page.get_by_text(text).filter(visible=True).count() == 0
        return self

    @property
    def heading(self) -> str:
        """画面の大見出し。"""
        return self.page.locator("h1").inner_text()

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def download(self, name: str) -> Download:
        """その名のリンクから、ファイルを受け取る。"""
        with self.page.expect_download() as download:
            self.follow(name)
        return download.value

    def read_pdf(self, name: str) -> str:
        """その名のリンクから受け取ったPDFの文字。"""
        return text_of(self.download(name).path().read_bytes())

    def _complain(self, words: str) -> None:
        self.complaints.append(f"{self.page.url}: {words}")


def text_of(pdf: bytes) -> str:
    """PDFの文字。"""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@dataclass
class Mailbox:
    """練習用のメールの画面を見ている人。前に見たときから届いたものを、古い順に言う。"""

    visitor: Visitor
    told: int = 0

    def new(self, expected: int) -> list[tuple[str, str]]:
        """前に見てから届いたもののすべて：（宛先、件名）。待っているぶんが届くまで、開き直す。"""
        deadline = time.monotonic() + 20
        while len(mails := self._mails()) < self.told + expected and time.monotonic() < deadline:
            time.sleep(0.3)
        if expected == 0:
            time.sleep(2)
            mails = self._mails()
        arrived, self.told = mails[: len(mails) - self.told], len(mails)
        return arrived[::-1]

    def _mails(self) -> list[tuple[str, str]]:
        self.visitor.open("/demo/mailbox/")
        rows = self.visitor.page.locator("main tbody tr")
        return [(row.locator("td[data-label=宛先]").inner_text(), row.locator("th").inner_text()) for row in rows.all()]
