"""紙に出すもの: 修了証、受付票、決裁用一覧、お知らせ。A4で、案内の言葉は出ない。"""

import io
import re
import unicodedata

import pytest
from pypdf import PdfReader

from mamis.doctors.queries import current_licence
from mamis.mail.models import Message
from mamis.training.models import CompletionApplication
from tests.browser import journeys

A4 = (595, 842)
NOT_PRINTED = ("本文へ進む", "ログアウト", "ヘルプ", "メニュー", "お困りのとき", "リリースノート", "へ戻る")


def _paper(visitor) -> PdfReader:
    visitor.page.emulate_media(media="print")
    return PdfReader(io.BytesIO(visitor.page.pdf(format="A4", prefer_css_page_size=True, print_background=False)))


def _words(paper: PdfReader) -> str:
    return _plain("".join(page.extract_text() for page in paper.pages))


def _plain(text: str) -> str:
    """空白を除き、字の揺れをならす。Chromiumの文字の取り出しは、「月」などを部首の字で返すことがある。"""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _size(paper: PdfReader) -> tuple[int, int]:
    box = paper.pages[0].mediabox
    return round(box.width), round(box.height)


def _printed_that_should_not_be(paper: PdfReader) -> list[str]:
    words = _words(paper)
    return [word for word in NOT_PRINTED if word in words]


def _may_be_cut(visitor) -> list[str]:
    return visitor.page.evaluate(
        "() => [...document.querySelectorAll('main tr, main dl.facts > div')]"
        ".filter((row) => getComputedStyle(row).breakInside !== 'avoid').map((row) => row.innerText.slice(0, 40))"
    )


@pytest.fixture
def doctor(enter):
    return enter().sign_in("member@demo.example")


def test_受付票と修了証は_A4の紙になる(enter, doctor):
    receipt_no = journeys.apply(doctor)
    receipt = _paper(doctor)

    assert _size(receipt) == A4
    assert receipt_no in _words(receipt)
    assert _printed_that_should_not_be(receipt) == []
    assert _may_be_cut(doctor) == []

    journeys.approve(enter().sign_in("midori-admin@demo.example"), "山田 太郎")
    doctor.page.emulate_media(media="screen")
    doctor.follow("申請の状況を見る")
    file = doctor.download("修了証（PDF）をダウンロードする").path().read_bytes()
    certificate = PdfReader(io.BytesIO(file))

    assert (len(certificate.pages), _size(certificate)) == (1, A4)
    assert "/StructTreeRoot" in certificate.trailer["/Root"]


def test_決裁用一覧は_待っている申請をA4の横に並べ_行を二つに切らない(enter, site):
    with site.orm():
        numbers = [
            current_licence(application.doctor).number
            for application in CompletionApplication.objects.filter(destination__code="14-021", state="submitted")
        ]

    clerk = enter().sign_in("midori@demo.example")
    clerk.choose_menu("修了申請").follow("決裁用一覧を印刷する")
    paper = _paper(clerk)

    assert _size(paper) == A4[::-1]
    assert [number for number in numbers if number not in _words(paper)] == []
    assert _printed_that_should_not_be(paper) == []
    assert _may_be_cut(clerk) == []


def test_届かなかったメールのお知らせは_A4の紙になる(enter, site):
    with site.orm():
        message = Message.objects.get(state="failed")

    clerk = enter().sign_in("midori@demo.example").open(f"/office/14-021/messages/{message.pk}/notice/")
    paper = _paper(clerk)

    assert _size(paper) == A4
    assert "書面でお知らせいたします" in _words(paper)
    assert _printed_that_should_not_be(paper) == []
