"""画面をたどる道すじ。newsletter Topic 01 の言葉のとおりに進む。JavaScriptがあってもなくても、同じ道である。"""

from tests.browser.visitor import Visitor

ACTIVITY = "休日夜間急患センター等への出務"
DAY = ("令和8", "1", "11")


def write_activity(doctor: Visitor, place: str = "みどり市休日急患診療所") -> None:
    """実地研修を一件書き足す。"""
    doctor.follow("実地研修を書き足す")
    doctor.choose("活動", ACTIVITY)
    doctor.write("場所・団体", place)
    doctor.write_date("活動した日", *DAY)
    doctor.press("この内容で一覧に入れる")
    doctor.sees(place)


def apply(doctor: Visitor) -> str:
    """研修管理から、修了を申請する。受付番号を返す。"""
    doctor.follow("研修管理")
    doctor.follow("修了申請へ進む")
    doctor.sees("修了を申請できます")
    doctor.follow("修了申請をはじめる")
    return fill_in(doctor)


def fill_in(doctor: Visitor) -> str:
    """実地研修を一件書き、内容を確かめて申請する。受付番号を返す。"""
    write_activity(doctor)
    doctor.press("次へ進む")
    doctor.write("申請先の医師会への連絡", "よろしくお願いいたします。")
    doctor.press("内容確認へ進む")
    doctor.sees("まだ申請していません。内容を確かめてください。")
    doctor.press("修了を申請する")
    assert doctor.heading == "修了申請を受け付けました"
    return doctor.page.locator(".receipt b").inner_text()


def correct(doctor: Visitor, receipt_no: str, reason: str) -> None:
    """差し戻しの理由を読み、直して、もう一度申請する。"""
    doctor.follow("研修管理")
    doctor.follow("差し戻しの理由を見て、直す")
    doctor.sees(reason)
    doctor.follow("修了申請を直す")
    doctor.page.get_by_role("link", name="直す").first.click()
    doctor.write("くわしい内容", "午前の当番です。")
    doctor.press("この内容で一覧に入れる")
    doctor.press("次へ進む")
    doctor.press("内容確認へ進む")
    doctor.press("もう一度申請する")
    assert doctor.heading == "修了申請を受け付けました"
    assert doctor.page.locator(".receipt b").inner_text() == receipt_no


def withdraw(doctor: Visitor) -> None:
    """いまの申請を取り下げる。"""
    doctor.follow("研修管理")
    doctor.follow("申請の状況")
    doctor.follow("修了申請を取り下げる")
    doctor.press("修了申請を取り下げる")
    doctor.sees("修了申請を取り下げました。")


def open_case(clerk: Visitor, name: str) -> None:
    """左のメニューから修了申請の一覧へ、そこから一件へ。"""
    clerk.choose_menu("修了申請")
    clerk.follow(name)
    assert clerk.heading == f"{name} 先生の修了申請"


def send_back(clerk: Visitor, name: str, reason: str) -> None:
    """理由を添えて差し戻す。"""
    open_case(clerk, name)
    clerk.unfold("差し戻す")
    clerk.write("理由", reason)
    clerk.press(f"{name} 先生に差し戻す")
    clerk.sees(f"{name} 先生に差し戻しました。")


def approve(clerk: Visitor, name: str) -> None:
    """承認する。"""
    open_case(clerk, name)
    clerk.press("承認する")
    clerk.sees(f"承認しました。{name} 先生の修了証を発行しました。")
