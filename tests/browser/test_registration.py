"""利用者登録と招待の一巡を、ブラウザで。操作マニュアル「はじめて使う」「登録の確認」「担当者を招く」の言葉のとおりに進む。"""

import re
import time
from dataclasses import dataclass

import pytest

from mamis.associations.models import Association
from mamis.demo.models import ReceivedMail
from mamis.demo.people import PASSWORD
from tests.browser import journeys
from tests.browser.test_second_factor import give_authenticator
from tests.browser.visitor import Visitor
from tests.site import Site
from tests.world import World

MIDORI_CLERK, MIDORI_ADMIN, KANAGAWA_CLERK = "midori@demo.example", "midori-admin@demo.example", "kanagawa@demo.example"


@dataclass(frozen=True)
class Card:
    """医師免許証に書いてあること。"""

    number: str
    name: tuple[str, str]
    kana: tuple[str, str]
    registered_on: tuple[str, str, str] = ("平成17", "5", "10")
    birth_on: tuple[str, str, str] = ("昭和53", "8", "21")


@pytest.fixture
def member_card(site: Site):
    """まだログインしたことのない、みどり市医師会の会員の免許証を作る。"""

    def make(family: str, given: str, *kana: str) -> Card:
        with site.orm():
            codes = ("00", "14", "14-021", "26", "26-011")
            world = World(*(Association.objects.get(code=code) for code in codes))
            member = world.member(family, given, world.district, kana=kana, signs_in=False)
            return Card(member.licences.get().number, (family, given), kana)

    return make


def link_in_mail(site: Site, to: str, pattern: str) -> str:
    """その人に届いたいちばん新しいメールの、リンクの住所。"""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with site.orm():
            for mail in ReceivedMail.objects.filter(envelope_to=to).order_by("-pk"):
                if found := re.search(pattern, mail.body):
                    return found.group()
        time.sleep(0.2)
    raise AssertionError(f"{pattern} を書いたメールが届かない")


def register(person: Visitor, site: Site, card: Card, address: str) -> None:
    """案内のメールを受け取り、免許証のとおりに打ち、申し込む。"""
    person.open("/").follow("利用者登録をはじめる").write("メールアドレス", address).press("案内のメールを受け取る")
    person.sees("メールをお送りしました")
    person.open(link_in_mail(site, address, r"/registration/link/[\w-]+/"))
    person.write("医籍登録番号", card.number).write_date("医籍登録年月日", *card.registered_on)
    person.write("姓", card.name[0]).write("名", card.name[1]).write("セイ", card.kana[0]).write("メイ", card.kana[1])
    person.write_date("生年月日", *card.birth_on).press("次へ進む")
    person.choose("主な勤務先の都道府県", "神奈川県").write("主な勤務先の名称", "架空中央病院").press("次へ進む")
    person.sees("まだ申し込んでいません。").sees("架空中央病院（神奈川県）").sees(" ".join(card.name))
    decide_password(person).press("利用者登録を申し込む")


def decide_password(person: Visitor) -> Visitor:
    """はじめてのパスワードを、二度打つ。"""
    for name in ("new_password", "again"):
        person.page.locator(f"input[name={name}]").fill(PASSWORD)
    return person


def first_sign_in(person: Visitor, address: str) -> None:
    """はじめてログインし、規約とお知らせに同意する。"""
    person.sign_in(address).sees("規約とお知らせの確認").press("同意して進む")
    assert person.heading == "マイページTOP"


def confirm(clerk: Visitor, name: str, ground: str) -> None:
    """登録の確認から、その人の登録を確認する。"""
    clerk.choose_menu("登録の確認").follow(name)
    clerk.write("確かめたもの", ground).press("確認した")


def test_登録のない医師が_登録し_確かめられ_単位を得て_申請し_承認される(enter, site):
    doctor, address = enter(), "nitta@hana.example"
    register(doctor, site, Card("777001", ("新田", "光"), ("にった", "ひかる")), address)
    assert doctor.heading == "受け付けました"
    doctor.sees("確認のうえお知らせします。").sees("神奈川県医師会")

    doctor.sign_in(address).press("同意して進む")
    assert doctor.heading == "登録の状況"
    clerk = enter().sign_in(KANAGAWA_CLERK)
    confirm(clerk, "新田 光", "医師免許証の原本を窓口で確かめました。")
    link_in_mail(site, address, "マイページ")
    doctor.open("/")
    assert doctor.heading == "マイページTOP"

    clerk.choose_menu("単位の登録").follow("単位を登録する").write("医籍登録番号", "777001")
    clerk.page.get_by_label("座学（日本医師会生涯教育制度の単位）").check()
    clerk.write("内容", "学術講演会").write_date("取得した日", "令和8", "1", "10").write("単位", "9.5")
    clerk.write("根拠", "受講者名簿").press("氏名を確かめる").sees("新田 光 先生").press("登録する")
    clerk.sees("登録しました")

    doctor.open("/mypage/").follow("研修管理").follow("いまの単位と、次にすることを見る")
    doctor.sees("実地研修を 1 件書いて、申請する").follow("修了申請をはじめる")
    receipt_no = journeys.fill_in(doctor)
    journeys.approve(clerk, "新田 光")

    doctor.follow("申請の状況を見る").sees(receipt_no)
    assert "新田 光" in doctor.read_pdf("修了証（PDF）をダウンロードする").replace("\n", "")


def test_会員が登録すると_すぐに終わり_自分の所属が見える(enter, site, member_card):
    card, doctor = member_card("白石", "薫", "シライシ", "カオル"), enter()
    register(doctor, site, card, "shiraishi@hana.example")
    assert doctor.heading == "利用者登録が終わりました"

    first_sign_in(doctor, card.number)
    doctor.sees("みどり市医師会")


def test_一部だけ合う登録は_記録を持つ医師会が確かめて_よく終わる(enter, site, member_card):
    card, doctor, address = member_card("黒川", "澄", "クロカワ", "スミ"), enter(), "kurokawa@hana.example"
    mistaken = Card(card.number, card.name, card.kana, birth_on=("昭和53", "8", "12"))
    register(doctor, site, mistaken, address)
    assert doctor.heading == "受け付けました"
    doctor.sees("神奈川県医師会").sees("045-")

    clerk = enter().sign_in(MIDORI_CLERK)
    clerk.choose_menu("登録の確認").follow("黒川 澄").sees("違います")
    clerk.write("確かめたもの", "お電話で生年月日を伺い、記録と合いました。").press("確認した")
    link_in_mail(site, address, "マイページ")

    first_sign_in(doctor, address)
    doctor.sees("みどり市医師会")


def test_管理者が同僚を招き_同僚はパスキーを登録して_仕事をする(enter, site):
    admin, address = enter().sign_in(MIDORI_ADMIN), "donin@midori-med.example"
    admin.choose_menu("担当者").follow("担当者を招く").write("招く方のメールアドレス", address)
    admin.page.get_by_label(re.compile("^一般")).check()
    admin.press("招待のメールを送る").sees(address)

    colleague = enter().open(link_in_mail(site, address, r"/invitation/[\w./-]+/"))
    colleague.sees("みどり市医師会の担当者になる").write("氏名", "道人 望")
    decide_password(colleague).press("承諾して担当者になる")
    colleague.sign_in(address).press("同意して進む")

    give_authenticator(colleague)
    colleague.follow("ログインの設定").page.get_by_role("link", name="：パスキー").click()
    colleague.press("この端末でパスキーを登録する").sees("回復コードを控えてください").press("控えました")
    colleague.press("ログアウト").follow("パスキーでログイン").press("パスキーでログインする")
    colleague.choose_menu("修了申請")
    assert colleague.heading == "修了申請"
