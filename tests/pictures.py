"""README と操作マニュアルの絵を、作りたての練習用の世界から撮る（script/screenshots）。

上から順に撮る。あとの絵は、前の絵の操作が終わった世界で撮る。ファイルを選ぶ欄の言葉はブラウザのもので、
日本語にするには、Debianでは chromium-l10n が要る。
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.utils.timezone import localdate  # noqa: E402
from launch import screenshots  # noqa: E402
from launch.places import ROOT  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from mamis.demo.people import PASSWORD  # noqa: E402
from tests import databases  # noqa: E402
from tests.site import Site  # noqa: E402

MANUAL = ROOT / "docs" / "manual" / "images"
README = ROOT / "docs" / "images"
WIDTH = 1280
TALLEST = 1300
LIST = 760

Act = Callable[[Page], object]


def write(name: str, text: str) -> Act:
    """名のある欄に書く。"""
    return lambda page: page.locator(f"[name={name}]").first.fill(text)


def write_day(name: str, days_ago: int) -> Act:
    """三つに分かれた日付の欄に書く。"""

    def act(page: Page) -> None:
        day = localdate() - timedelta(days=days_ago)
        for position, part in enumerate((day.year, day.month, day.day)):
            page.locator(f"[name={name}_{position}]").fill(str(part))

    return act


def choose(name: str, value: str) -> Act:
    """名のある選択肢から選ぶ。"""
    return lambda page: page.locator(f"select[name={name}]").select_option(value)


def press(words: str) -> Act:
    """その言葉のボタンを押す。"""
    return lambda page: page.get_by_role("button", name=words, exact=True).click()


def tick(words: str) -> Act:
    """その言葉の欄に印を付ける。"""
    return lambda page: page.get_by_label(words).first.check()


def open_first(page: Page) -> None:
    """一覧のいちばん上の一件を開く。"""
    page.locator("main tbody a").first.click()


def unfold(words: str) -> Act:
    """畳まれたところを開く。"""
    return lambda page: page.locator("summary", has_text=words).first.click()


@dataclass(frozen=True)
class Shot:
    """一枚：名、だれとして、どこで、何をしたあとで。名のないものは、操作だけをする。

    cut はどこを切り取るか。空なら画面の全体。paper は、その案内の先にある PDF の一頁目を撮る。
    printed は、刷ったときの姿を撮る。
    """

    name: str
    sign_in: str
    path: str
    acts: tuple[Act, ...] = ()
    cut: str = "main"
    tallest: int = TALLEST
    paper: str = ""
    printed: bool = False
    folder: Path = MANUAL


MEMBER = "member@demo.example"
SHORT = "district-member@demo.example"
CLERK = "midori@demo.example"
ADMIN = "midori-admin@demo.example"
PREFECTURE = "kanagawa-admin@demo.example"
NATIONAL = "jma-admin@demo.example"
MIDORI = "/office/14-021"
APPLICATION = "/mypage/training/completion/application"
MOVING = "/mypage/applications/moving/writing"
DECISION = "main section.panel-side"

ACTIVITY: tuple[Act, ...] = (
    choose("activity", "F303"),
    write("place", "みどり市立緑小学校"),
    write_day("from_on", 400),
    write_day("until_on", 220),
    write("times", "3"),
    write("note", "学校医として、春と秋の定期健康診断と、性教育の授業を受け持った。"),
)

# 医師会の異動（newsletter Topic 03）。
REASON: tuple[Act, ...] = (tick("医師会の異動"), write_day("effective_on", 0))
DESTINATION: tuple[Act, ...] = (
    tick("転勤"),
    press("次へ進む"),
    choose("prefecture", "26"),
    press("検索する"),
    choose("district", "26-011"),
    press("検索する"),
    tick("さくら市医師会"),
    tick("京都府医師会"),
    choose("category_26-011", "B"),
    choose("category_26", "B1"),
)
DUTIES: tuple[Act, ...] = (
    tick("さくら市立病院"),
    press("施設業務の選択へ進む"),
    choose("duty", "hospital-staff"),
    press("選択"),
    press("最終確認へ進む"),
)

SHOTS = (
    Shot("office-completions", ADMIN, f"{MIDORI}/completions/", cut="", folder=README),
    # 医師
    Shot("sign-in", "", "/sign-in/", cut="main"),
    Shot("registration", "", "/registration/"),
    Shot("mypage-home", MEMBER, "/mypage/", tallest=820),
    Shot("delegates", MEMBER, "/mypage/delegates/"),
    Shot("completion-card", SHORT, "/mypage/training/completion/"),
    Shot("completion-activity", MEMBER, f"{APPLICATION}/activities/new/", ACTIVITY),
    Shot(
        "completion-activities", MEMBER, f"{APPLICATION}/activities/new/", (*ACTIVITY, press("この内容で一覧に入れる"))
    ),
    Shot("completion-check", MEMBER, f"{APPLICATION}/check/"),
    Shot("completion-receipt", MEMBER, f"{APPLICATION}/check/", (press("修了を申請する"),), tallest=920),
    Shot("completion-status", MEMBER, "/mypage/completions/", (open_first,), tallest=940),
    Shot("moving-reason", MEMBER, f"{MOVING}/reason/", REASON),
    Shot("moving-grounds", MEMBER, f"{MOVING}/reason/", (*REASON, press("次へ進む")), tallest=920),
    Shot("moving-destination", MEMBER, f"{MOVING}/grounds/", DESTINATION),
    Shot("", MEMBER, f"{MOVING}/destination/", (*DESTINATION[6:], press("次へ進む"))),
    Shot("moving-workplace", MEMBER, f"{MOVING}/workplace/", (write("words", "さくら"), press("候補を探す"))),
    Shot("moving-check", MEMBER, f"{MOVING}/workplace/", DUTIES),
    Shot("moving-receipt", MEMBER, f"{MOVING}/check/", (press("異動を申請する"),), tallest=1100),
    Shot("moving-home", MEMBER, "/mypage/", tallest=760),
    Shot("profile", MEMBER, "/mypage/profile/", tallest=1000),
    # 事務局
    Shot("office-home", ADMIN, f"{MIDORI}/"),
    Shot("office-applications", CLERK, f"{MIDORI}/applications/", tallest=LIST),
    Shot("office-application", CLERK, f"{MIDORI}/applications/", (open_first,)),
    Shot(
        "office-category-batch",
        CLERK,
        f"{MIDORI}/applications/categories/",
        (choose("category", "C 会員（臨床研修医）"), press("先生を選ぶ")),
    ),
    Shot("office-batch", CLERK, f"{MIDORI}/applications/batches/", (open_first,), tallest=LIST),
    Shot("office-joinings", ADMIN, f"{MIDORI}/joinings/", tallest=1000),
    Shot(
        "office-printout",
        CLERK,
        f"{MIDORI}/applications/entry/",
        (write("number", "402249"), tick("医師会の異動"), press("用紙を印刷する"), press("用紙を印刷する")),
        paper="a[href$='/form.pdf']",
    ),
    Shot("office-list", CLERK, f"{MIDORI}/completions/", tallest=LIST),
    Shot("office-decision", CLERK, f"{MIDORI}/completions/", (open_first,), tallest=1000),
    Shot("office-return", CLERK, f"{MIDORI}/completions/", (open_first, unfold("差し戻す")), cut=DECISION),
    Shot(
        "office-bulk",
        CLERK,
        f"{MIDORI}/completions/",
        (tick("この頁のすべて"), press("選んだ申請をまとめて承認する")),
        tallest=1000,
    ),
    Shot("office-entry", CLERK, f"{MIDORI}/completions/entry/"),
    Shot("office-return-texts", CLERK, f"{MIDORI}/return-texts/", tallest=LIST),
    Shot("office-handbook-new", CLERK, f"{MIDORI}/handbooks/new/"),
    Shot("office-registration", CLERK, f"{MIDORI}/registrations/", (open_first,)),
    Shot("office-letters", CLERK, f"{MIDORI}/letters/", tallest=LIST),
    Shot("office-import-new", ADMIN, f"{MIDORI}/imports/new/"),
    Shot("office-factor-loss", ADMIN, f"{MIDORI}/factor-losses/", (open_first,)),
    Shot("office-requirements", NATIONAL, "/office/00/requirements/", tallest=1000),
    Shot("office-print", CLERK, f"{MIDORI}/completions/print/", tallest=LIST, printed=True),
    Shot("office-association", ADMIN, f"{MIDORI}/association/", tallest=1060),
    Shot("office-staff", ADMIN, f"{MIDORI}/staff/", tallest=1100),
    Shot("office-handover", ADMIN, f"{MIDORI}/staff/handover/", printed=True),
    Shot("office-offices", PREFECTURE, "/office/14/offices/"),
    Shot("office-delegation", PREFECTURE, "/office/14-022/", cut="", tallest=LIST),
    Shot("office-practice", ADMIN, f"{MIDORI}/practice/"),
    Shot("office-categories", ADMIN, f"{MIDORI}/categories/"),
    Shot(
        "office-join-item",
        ADMIN,
        f"{MIDORI}/join-items/new/",
        (tick("添付（PDF・写真）"), write("label", "履歴書"), write("explanation", "写真を貼ったもの")),
    ),
    Shot("office-board-days", ADMIN, f"{MIDORI}/board-days/"),
    Shot("office-presidents", ADMIN, f"{MIDORI}/association/presidents/"),
    Shot("office-credit-new", CLERK, f"{MIDORI}/credits/new/"),
    Shot("office-messages", CLERK, f"{MIDORI}/messages/", tallest=LIST),
    Shot("office-missing-addresses", PREFECTURE, "/office/14/addresses/"),
    Shot("office-platform", NATIONAL, "/office/00/settings/"),
    # 承認のあと
    Shot("", CLERK, f"{MIDORI}/completions/?q=ヤマダ", (open_first, press("承認する"))),
    Shot("completion-approved", MEMBER, "/mypage/completions/", (open_first,), tallest=LIST),
    Shot("certificate", MEMBER, "/mypage/completions/", (open_first,), paper="a[href$='/certificate.pdf']"),
)


def main(names: set[str]) -> None:
    """撮る。"""
    databases.start()
    try:
        with Site(web=1, BASE_URL="https://mamis.example") as site, sync_playwright() as playwright:
            site.manage("make_demo")
            browser = playwright.chromium.launch(
                executable_path=screenshots.browser(), args=["--lang=ja"], env={**os.environ, "LANGUAGE": "ja"}
            )
            Photographer(site.url, browser).take(SHOTS, names)
    finally:
        databases.stop()


class Photographer:
    """人ごとに一つの窓を開いておき、順に撮る。"""

    def __init__(self, url: str, browser: Browser) -> None:
        self.url = url
        self.browser = browser
        self.pages: dict[str, Page] = {}

    def take(self, shots: tuple[Shot, ...], names: set[str]) -> None:
        """名ざされたものだけを残す。操作は、どれも行う。"""
        for shot in shots:
            page = self._page_of(shot.sign_in)
            page.goto(self.url + shot.path)
            for act in shot.acts:
                act(page)
            page.wait_for_load_state()
            if shot.name and (not names or shot.name in names):
                shot.folder.mkdir(parents=True, exist_ok=True)
                (self._shoot_paper if shot.paper else self._shoot)(page, shot)
                sys.stdout.write(f"{shot.name}.png\n")

    def _page_of(self, sign_in: str) -> Page:
        if sign_in not in self.pages:
            page = self.browser.new_context(
                viewport={"width": WIDTH, "height": 860}, locale="ja-JP", reduced_motion="reduce"
            ).new_page()
            page.set_default_timeout(15_000)
            self.pages[sign_in] = page
            if sign_in:
                page.goto(self.url + "/sign-in/")
                page.get_by_label("メールアドレス").fill(sign_in)
                page.get_by_label("パスワード", exact=True).fill(PASSWORD)
                page.get_by_role("button", name="ログインする").click()
                page.wait_for_url(lambda url: "/sign-in/" not in url)
        return self.pages[sign_in]

    def _shoot(self, page: Page, shot: Shot) -> None:
        path = shot.folder / f"{shot.name}.png"
        if not shot.cut:
            page.screenshot(path=path, animations="disabled")
            return
        page.emulate_media(media="print" if shot.printed else "screen")
        page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0) }")
        boxes = [box for part in page.locator(shot.cut).all() if (box := part.bounding_box())]
        top, left = (min(box[side] for box in boxes) for side in ("y", "x"))
        width = max(box["x"] + box["width"] for box in boxes) - left
        height = max(box["y"] + box["height"] for box in boxes) - top
        clip = {"x": left, "y": top, "width": width, "height": min(height, shot.tallest)}
        page.screenshot(path=path, clip=clip, full_page=True, animations="disabled")

    def _shoot_paper(self, page: Page, shot: Shot) -> None:
        href = page.locator(shot.paper).first.get_attribute("href")
        paper = page.request.get(self.url + str(href)).body()
        subprocess.run(
            ["pdftoppm", "-png", "-r", "72", "-singlefile", "-", str(shot.folder / shot.name)], input=paper, check=True
        )


if __name__ == "__main__":
    main(set(sys.argv[1:]))
