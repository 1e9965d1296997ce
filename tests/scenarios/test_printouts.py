"""届出の用紙を印刷し、戻った紙の番号から同じところを開く（事務局の手引き「用紙を印刷する」）。"""

import io
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate
from pypdf import PdfReader

from mamis.associations.models import JoinItem
from mamis.associations.rules import ItemKind
from mamis.audit.models import AuditEntry
from mamis.doctors.operations import open_sight
from mamis.doctors.rules import Ground
from mamis.membership.models import Application, Printout
from mamis.membership.operations import forget_printed
from mamis.wizard.models import Draft
from tests.pages import plain
from tests.scenarios.test_paper_entry import ENTRY, Desk, day, to_the_slip

PRINTOUTS = "/office/14-021/printouts/"


@pytest.fixture
def world(world):
    """画面は、今日のものである。"""
    world.at = timezone.now()
    return world


@pytest.fixture
def today():
    return localdate()


@pytest.fixture
def doctor(world):
    """マイページを使っていない、三つの医師会の会員。"""
    seats = (world.district, world.prefecture, world.national)
    return world.member("山田", "太郎", *seats, kana=("ヤマダ", "タロウ"), address="", signs_in=False)


@pytest.fixture
def desk(world) -> Desk:
    return Desk(world.browser(world.clerk(world.district).user))


@pytest.fixture
def colleague(world) -> Desk:
    return Desk(world.browser(world.admin(world.district).user))


def printed(desk: Desk, doctor, subject: str = "moving") -> Printout:
    """用紙の頁を開き、印刷する。"""
    desk.open(f"{ENTRY}{doctor.pk}/{subject}/printing/").press("用紙を印刷する")
    return Printout.objects.latest("pk")


def paper(desk: Desk, printout: Printout) -> str:
    """受け取った用紙の言葉。"""
    response = desk.client.get(f"{PRINTOUTS}{printout.number}/form.pdf")
    assert response["Content-Type"] == "application/pdf"
    (page,) = PdfReader(io.BytesIO(response.content)).pages
    return "".join(page.extract_text().split())


def scan(desk: Desk, printout: Printout) -> Desk:
    """戻った紙の QR コードを読む。"""
    return desk.open(f"{PRINTOUTS}{printout.number}/")


def test_番号を入力し用紙を印刷するを押すと先生のいまの登録を刷った用紙ができる(world, desk, doctor):
    number = doctor.licences.get(ended_on=None).number
    response = desk.client.post(ENTRY, {"number": number, "kind": "transfer", "print": "1"})
    desk.open(response.url)
    assert desk.heading == "山田 太郎 先生の異動届の用紙"
    desk.press("用紙を印刷する")

    printout = Printout.objects.get()
    assert f"用紙を作りました（番号 {printout.number_words}）。" in desk.words
    words = paper(desk, printout)
    for word in (
        "山田太郎",
        "ヤマダタロウ",
        number,
        "みどり市医師会",
        "異動事由",
        "転勤（勤務先変更）",
        "署名",
        "届出日",
    ):
        assert word in words
    assert f"{printout.number_words}" in words
    assert f"/office/14-021/printouts/{printout.number}/" in words
    assert [entry.act for entry in AuditEntry.objects.order_by("pk")] == ["届出の用紙の印刷", "届出の用紙の受け取り"]
    assert (printout.printed_by, printout.association) == (world.clerk(world.district).user, world.district)


def test_入会申込みの用紙には_入会する医師会の尋ねることも刷る(world, desk, doctor):
    newcomer = world.member("新田", "良子")
    open_sight(newcomer, world.district, ground=Ground.WORKPLACE, on=localdate())
    for association, kind, label in (
        (world.district, ItemKind.YES_NO, "当直に協力できますか"),
        (world.prefecture, ItemKind.FILE, "履歴書"),
    ):
        JoinItem.objects.create(association=association, kind=kind, label=label, position=1)

    words = paper(desk, printed(desk, newcomer, "joining"))

    assert "当直に協力できますか" in words
    assert "はいいいえ" in words
    assert "この紙に添えていただくもの" in words
    assert "履歴書（神奈川県医師会）" in words
    assert "当直に協力できますか" not in paper(desk, printed(desk, doctor, "joining"))


def test_用紙のない手続きは印刷できないことを言う(desk, doctor):
    number = doctor.licences.get(ended_on=None).number
    refused = desk.client.post(ENTRY, {"number": number, "kind": "profile", "print": "1"})

    assert refused.status_code == 422
    assert "この手続きの用紙はありません。" in refused.content.decode()
    assert not Printout.objects.exists()


@pytest.mark.parametrize(
    ("kind", "subject", "word"),
    [("join", "joining", "入会を希望する日"), ("leave", "leaving", "退会の事由"), ("facility", "moving", "異動事由")],
)
def test_入会申込みも退会届も印刷でき会員区分と施設の異動は異動届の用紙になる(desk, doctor, kind, subject, word):
    number = doctor.licences.get(ended_on=None).number
    response = desk.client.post(ENTRY, {"number": number, "kind": kind, "print": "1"})

    assert response.url == f"{ENTRY}{doctor.pk}/{subject}/printing/"
    assert word in paper(desk, printed(desk, doctor, subject))


def test_戻った紙の_QR_コードを読むと写しかけの同じ届出が開く(desk, doctor, today):
    desk.begin(doctor, "transfer").press("次へ進む", reasons=["facility"], **day(today))
    printout = printed(desk, doctor)

    scan(desk, printout)

    assert f"用紙 {printout.number_words}" in desk.words
    assert "書きかけの続きから写せます。" in desk.words
    assert desk.path.startswith(f"{ENTRY}{doctor.pk}/moving/writing/")
    assert "用紙を印刷（" in desk.open(ENTRY).words


def test_ログインしていなければログインのあとにその届出が開く(world, desk, doctor):
    printout = printed(desk, doctor)
    path = f"{PRINTOUTS}{printout.number}/"

    asked = Client().get(path)

    assert asked.status_code == 302
    assert urlsplit(asked.url).query.endswith(path.replace("/", "%2F")) or path in asked.url


def test_打った番号は幅や大小や区切りが違っても同じ用紙になる(desk, doctor):
    printout = printed(desk, doctor, "joining")
    wide = printout.number_words.lower().translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})

    for typed in (printout.number, printout.number_words, printout.number.lower(), wide, wide.replace("－", "ー")):
        response = desk.client.post(PRINTOUTS, {"number": typed})
        assert response.url == f"{PRINTOUTS}{printout.number}/"


def test_違う番号には用紙がないと欄で言い打ったものを残す(desk, doctor):
    response = desk.client.post(PRINTOUTS, {"number": "A2A2-A2A2"})

    assert response.status_code == 422
    text = response.content.decode()
    assert "この番号の用紙は、この医師会にありません。" in plain(text)
    assert 'value="A2A2-A2A2"' in text


def test_ほかの担当者が開いても刷ったところから写せる(desk, colleague, doctor, today):
    desk.begin(doctor, "transfer").press("次へ進む", reasons=["facility"], **day(today))
    printout = printed(desk, doctor)

    scan(colleague, printout)
    assert "紙のとおりに写してください。" in colleague.words
    colleague.open(f"{ENTRY}{doctor.pk}/moving/writing/reason/")

    assert re.search(r'value="facility"[^>]*checked', colleague.text)


def test_書きかけを消しても用紙は残り刷ったところから写せる(desk, doctor, today):
    desk.begin(doctor, "transfer").press("次へ進む", reasons=["facility"], **day(today))
    printout = printed(desk, doctor)
    desk.client.post(f"{ENTRY}{doctor.pk}/moving/writing/removal/")
    assert not Draft.objects.exists()

    scan(desk, printout)
    desk.open(f"{ENTRY}{doctor.pk}/moving/writing/reason/")

    assert re.search(r'value="facility"[^>]*checked', desk.text)
    assert printout.number_words in desk.open(ENTRY).words


def test_受け付けたあとの紙にはもう受け付けたことと届出への道を出す(desk, doctor, today):
    to_the_slip(desk, doctor, today)
    printout = printed(desk, doctor)
    scan(desk, printout)
    desk.open(f"{ENTRY}{doctor.pk}/moving/writing/paper/")
    desk.press("最終確認へ進む", **day(today, "paper_on")).press("異動届を受け付ける")
    application = Application.objects.get()

    scan(desk, printout)

    assert desk.heading == "この用紙は、もう受け付けています"
    assert application.receipt_no in desk.words
    assert f"/office/14-021/applications/{application.receipt_no}/" in desk.text
    assert desk.client.get(f"{PRINTOUTS}{printout.number}/form.pdf").status_code == 404
    assert Printout.objects.get().answers == {}
    assert "戻るのを待っている用紙はありません。" in desk.open(ENTRY).words


def test_戻った退会届を写して受け付ける(desk, doctor, today):
    printout = printed(desk, doctor, "leaving")
    scan(desk, printout)
    assert desk.heading == "山田 太郎 先生の退会"
    wrote = {"cause": "abroad", "scope": "all", "ground": "紙の退会届"} | day(today) | day(today, "paper_on")

    desk.press("内容を確かめる", **wrote)
    desk.client.post(desk.path, wrote | {"confirmed": "1"})

    assert Printout.objects.get().application == Application.objects.get()


def test_戻らない用紙を片付けると一覧から消え番号からはいまの登録で始まる(desk, doctor, today):
    desk.begin(doctor, "transfer").press("次へ進む", reasons=["facility"], **day(today))
    printout = printed(desk, doctor)
    desk.client.post(f"{ENTRY}{doctor.pk}/moving/writing/removal/")

    desk._shown(desk.client.post(f"{PRINTOUTS}{printout.number}/removal/", follow=True))
    assert f"用紙 {printout.number_words} を片付けました。" in desk.words
    assert "戻るのを待っている用紙はありません。" in desk.words
    again = desk._shown(desk.client.post(f"{PRINTOUTS}{printout.number}/removal/", follow=True))
    assert "もう片付いています。" in again.words

    scan(desk, printout)
    assert "書きかけは残っていないので、いま登録されている内容から始めます。" in desk.words
    assert Printout.objects.get().answers == {}


def test_九十日のあいだ刷ったところが残りそのあとはいまの登録から始まる(world, desk, doctor, today):
    desk.begin(doctor, "transfer").press("次へ進む", reasons=["facility"], **day(today))
    printout = printed(desk, doctor)
    Draft.objects.all().delete()
    made = printout.printed_at

    assert forget_printed(at=made + timedelta(days=89)) == 0
    assert Printout.objects.get().answers != {}
    assert forget_printed(at=made + timedelta(days=90)) == 1
    assert Printout.objects.get().answers == {}
    assert forget_printed(at=made + timedelta(days=91)) == 0


def test_会員でない先生の異動届の用紙は印刷できない(world, desk):
    stranger = world.member("新田", "良子", world.district, signs_in=False)
    stranger.memberships.get().categories.all().delete()

    desk.open(f"{ENTRY}{stranger.pk}/moving/printing/")

    assert "「入会」を選んでください。" in desk.words


def test_よその医師会からは開けず見えなくなった先生の用紙もない(world, desk, doctor):
    printout = printed(desk, doctor)
    sakura = world.browser(world.clerk(world.other_district).user)
    above = world.browser(world.clerk(world.prefecture).user)

    assert sakura.get(f"{PRINTOUTS}{printout.number}/").status_code == 404
    assert sakura.get(f"/office/26-011/printouts/{printout.number}/").status_code == 404
    assert above.get(f"/office/14/printouts/{printout.number}/").status_code == 404
    assert desk.client.get(f"{PRINTOUTS}A2A2A2A2/").status_code == 404
    assert desk.client.get(f"{ENTRY}{doctor.pk}/other/printing/").status_code == 404
    doctor.sights.all().delete()
    assert desk.client.get(f"{PRINTOUTS}{printout.number}/").status_code == 404
