"""newsletter Topic 02 の 15 の手順と、Topic 03 の 16 の手順を、ブラウザで。言葉は newsletter と画面のとおり。

マウスで、JavaScriptのないブラウザで、キーボードだけで。頁の数と、打つ欄の数も数える。
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Self
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Frame

from mamis.accounts.models import User
from mamis.accounts.operations import create_user
from mamis.associations.models import Association
from mamis.doctors.models import Facility
from mamis.doctors.operations import DoctorFacts, begin_work, register_doctor
from mamis.membership.models import Application
from mamis.membership.operations import admit
from tests.browser.conftest import entrance
from tests.browser.typist import Typist
from tests.browser.visitor import Mailbox, Visitor
from tests.site import Site
from tests.world import agree_to_all

MOST_PAGES, MOST_TYPED = 12, 8
DAY_LABEL = "異動日（いつから変わりますか）"
_numbers = count(910001)


@dataclass
class Mover(Visitor):
    """異動届を書く人。開いた頁と、打った欄を数える。"""

    pages: list[str] = field(default_factory=list)
    typed: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.page.on("framenavigated", self._turn)

    def _turn(self, frame: Frame) -> None:
        if frame.parent_frame is None:
            self.pages.append(urlsplit(frame.url).path)

    def write(self, label: str, text: str) -> Self:
        self.typed += 1
        return super().write(label, text)

    def write_date(self, legend: str, *parts: str) -> Self:
        self.typed += len(parts)
        return super().write_date(legend, *parts)

    def begin(self, address: str) -> Self:
        """ログインし、そこから数えはじめる。"""
        self.sign_in(address)
        self.pages, self.typed = [urlsplit(self.page.url).path], 0
        return self

    def is_at(self, heading: str) -> Self:
        assert self.heading == heading
        return self


@pytest.fixture(params=[True, False], ids=["JavaScriptあり", "JavaScriptなし"])
def mover(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Mover]:
    with entrance(chromium, site, java_script_enabled=request.param) as enter:
        visitor = enter()
        mover = Mover(visitor.page, visitor.complaints)
        yield mover


@pytest.fixture
def typist(chromium: Browser, site: Site) -> Iterator[Typist]:
    with entrance(chromium, site, viewport={"width": 1280, "height": 720}, reduced_motion="reduce") as enter:
        yield Typist(enter().page)


@pytest.fixture
def mailbox(enter: Callable[[], Visitor]) -> Mailbox:
    """練習用のメールの画面。はじめまでに届いたものは、もう見た。"""
    mailbox = Mailbox(enter())
    mailbox.new(0)
    return mailbox


@pytest.fixture
def address(site: Site) -> str:
    """みどり市・神奈川県・日本医師会の会員で、みどり中央病院に勤める、ログインできる医師。"""
    number = next(_numbers)
    address = f"mover-{number}@demo.example"
    with site.orm():
        at = timezone.now()
        user = create_user(email=address, name="動田 届子", at=at)
        # この一式が読める形のパスワードは、練習用の人のものを写す。
        user.password = User.objects.get(email="member@demo.example").password
        user.save(update_fields=["password"])
        agree_to_all(user)
        doctor = register_doctor(
            DoctorFacts(
                family_name="動田",
                given_name="届子",
                family_kana="ドウダ",
                given_kana="トドケコ",
                licence_number=str(number),
                registered_on=date(2005, 5, 10),
                birth_on=date(1954, 8, 21),
                contact_address=address,
                telephone="045-000-0199",
                user_id=user.pk,
            )
        )
        for code, letter in (("14-021", "A"), ("14", "A"), ("00", "A1")):
            association = Association.objects.get(code=code)
            admit(doctor, association, category=association.categories.get(code=letter), on=date(2015, 4, 1))
        hospital = Facility.objects.filter(name="みどり中央病院").earliest("pk")
        begin_work(doctor, hospital, on=date(2015, 4, 1))
    return address


def parts() -> tuple[str, str, str]:
    """今日。年は元号で。"""
    today = timezone.localdate()
    return f"令和{today.year - 2018}", str(today.month), str(today.day)


def receipt(visitor: Visitor) -> str:
    return visitor.page.locator(".receipt b").inner_text()


def told(mailbox: Mailbox, number: int, address: str) -> list[str]:
    """その人に届いたメールの件名。"""
    return [subject for recipient, subject in mailbox.new(number) if recipient == address]


def test_Topic02_医師会の異動を伴わない施設の異動と会員区分の変更(mover, mailbox, address):
    mover.begin(address).is_at("マイページTOP")
    mover.follow("異動届").is_at("異動事由の選択")
    mover.tick("会員区分の変更").write_date(DAY_LABEL, *parts()).press("次へ進む")
    mover.is_at("変更事由の選択").tick("勤務医になった")
    mover.sees("現在の所属医師会").tick("みどり市医師会")
    mover.choose("変更予定の区分：みどり市医師会", "B 会員（勤務）").press("次へ進む")
    mover.is_at("内容確認").sees("B 会員（勤務）").press("入力フォームに進む")
    mover.is_at("必要事項の入力").write("電話", "045-000-0188").press("所属施設の選択へ進む")
    mover.is_at("所属施設の選択").write("施設名の一部", "みどり台").press("候補を探す")
    mover.tick("みどり台クリニック").press("施設業務の選択へ進む")
    mover.is_at("施設業務の選択").choose("施設業務", "診療所の勤務者").press("選択")
    mover.sees("施設業務に「診療所の勤務者」を選びました。")
    mover.write("医師会への連絡", "よろしくお願いします。").press("最終確認へ進む")
    mover.is_at("最終確認").sees("みどり台クリニック").press("異動を申請する")
    mover.is_at("会員区分の変更の届出を受け付けました")
    number = receipt(mover)
    mover.follow("マイページTOPへ戻る").sees(f"受付番号 {number}").sees("申請中").sees("みどり市医師会（承認待ち）")

    assert told(mailbox, 2, address) == [f"会員区分の変更の届出を受け付けました（受付番号 {number}）"]
    assert len(mover.pages) <= MOST_PAGES
    assert mover.typed <= MOST_TYPED


def test_Topic03_医師会の異動を伴う会員区分の変更(mover, mailbox, address):
    mover.begin(address).is_at("マイページTOP")
    mover.follow("異動届").is_at("異動事由の選択")
    mover.tick("医師会の異動").write_date(DAY_LABEL, *parts()).press("次へ進む")
    mover.is_at("異動事由の項目の選択").tick("転勤（勤務先変更）")
    mover.sees("異動元医師会").sees("みどり市医師会").press("次へ進む")
    mover.is_at("異動先医師会の検索").choose("都道府県", "京都府").press("検索する")
    mover.choose("郡市区", "さくら市医師会").press("検索する")
    mover.sees("入会を希望する医師会").tick("さくら市医師会").tick("京都府医師会").tick("日本医師会")
    mover.choose("会員区分：さくら市医師会", "B 会員（勤務医）").choose("会員区分：京都府医師会", "B1 勤務・行政")
    mover.choose("会員区分：日本医師会", "A②(B)").press("次へ進む")
    mover.is_at("内容確認").sees("さくら市医師会").press("入力フォームに進む")
    mover.is_at("必要事項の入力").press("所属施設の選択へ進む")
    mover.is_at("所属施設の選択").write("施設名の一部", "ありえない名前").press("候補を探す")
    mover.sees("見つかりませんでした").write("未定", "架空さくら診療所")
    mover.choose("「未定」に書いた施設の都道府県", "京都府").press("施設業務の選択へ進む")
    mover.is_at("施設業務の選択").choose("施設業務", "診療所の勤務者").press("選択")
    mover.sees("施設業務に「診療所の勤務者」を選びました。").press("最終確認へ進む")
    mover.is_at("最終確認").sees("架空さくら診療所（未定）").press("異動を申請する")
    mover.is_at("医師会の異動の届出を受け付けました")
    number = receipt(mover)
    mover.follow("マイページTOPへ戻る").sees(f"受付番号 {number}").sees("申請中").sees("みどり市医師会（確認待ち）")

    assert f"医師会の異動の届出を受け付けました（受付番号 {number}）" in told(mailbox, 2, address)
    assert mover.typed <= MOST_TYPED


def test_施設の異動だけなら六枚の頁で終わる(mover, address):
    mover.begin(address)
    mover.follow("異動届").tick("施設の異動").write_date(DAY_LABEL, *parts()).press("次へ進む")
    mover.is_at("所属施設の選択").write("未定", "架空みどり診療所")
    mover.choose("「未定」に書いた施設の都道府県", "神奈川県").press("施設業務の選択へ進む")
    mover.choose("施設業務", "診療所の勤務者").press("最終確認へ進む")
    mover.press("異動を申請する").is_at("施設の異動の届出を受け付けました")

    assert [one.rpartition("/writing/")[2] or one for one in mover.pages[:-1]] == [
        "/mypage/", "reason/", "workplace/", "duties/", "check/",
    ]  # fmt: skip
    assert mover.typed <= MOST_TYPED


def test_Topic02をキーボードだけで(typist, address, site):
    typist.start(address).reach("異動届").go()
    typist.reach("会員区分の変更").hit("Space")
    typist.reach("施設の異動")
    for part in parts():
        typist.hit("Tab").type(part)
    typist.reach("次へ進む").go("Space")
    typist.reach("勤務医になった").hit("Space").reach("みどり市医師会").hit("Space")
    typist.hit("Tab", "ArrowDown").reach("次へ進む").go("Space")
    typist.reach("入力フォームに進む").go("Space")
    # 電話の欄でエンターを押すと、次の段階へ進む。戻りも、省きもしない。
    typist.reach("電話").go()
    assert typist.heading == "所属施設の選択"
    # 施設名の欄でエンターを押すと、候補を探す。
    typist.reach("施設名の一部").type("みどり台").go()
    typist.sees("みどり台クリニック").reach("みどり台クリニック").hit("Space")
    typist.reach("施設業務の選択へ進む").go("Space")
    typist.reach("施設業務").hit("ArrowDown").reach("選択").go("Space")
    typist.sees("を選びました。").reach("最終確認へ進む").go("Space")
    assert typist.heading == "最終確認"
    typist.reach("異動を申請する").go("Space")

    assert typist.heading == "会員区分の変更の届出を受け付けました"
    typist.reach("マイページTOPへ戻る").go().sees("申請中")


def test_Topic03をキーボードだけで(typist, address, site):
    typist.start(address).reach("異動届").go()
    typist.reach("医師会の異動").hit("Space").reach("施設の異動")
    for part in parts():
        typist.hit("Tab").type(part)
    # 日の欄でエンターを押すと、次の段階へ進む。
    typist.go()
    assert typist.heading == "異動事由の項目の選択"
    typist.reach("転勤").hit("Space").reach("次へ進む").go("Space")
    typist.reach("都道府県").hit(*["ArrowDown"] * 12).reach("検索する").go("Space")
    typist.sees("さくら市医師会").reach("さくら市医師会").hit("Space").hit("Tab", "ArrowDown", "ArrowDown")
    typist.reach("京都府医師会").hit("Tab", "ArrowDown")
    typist.reach("次へ進む").go("Space")
    assert typist.heading == "内容確認"
    typist.reach("入力フォームに進む").go("Space").reach("変更はないので").go("Space")
    assert typist.heading == "最終確認"
    typist.reach("異動を申請する").go("Space")

    assert typist.heading == "医師会の異動の届出を受け付けました"
    with site.orm():
        assert Application.objects.latest("pk").steps.count() == 5
