"""届出の用紙。書かれた言葉と、長いときの行き先と、読み取れる QR コード。"""

import io
import re
from dataclasses import replace
from datetime import date

import pytest
import segno
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from mamis.membership.printouts import BLANK_DAY, FormFacts, Line, Part, Tick, form_pdf, form_words

ADDRESS = "https://mamis.example/office/14-021/printouts/A2B3C4D5/"
FACTS = FormFacts(
    title="退会届",
    issuer="みどり市医師会",
    place="〒224-0001 神奈川県みどり市一丁目",
    telephone="045-000-0002",
    number="A2B3-C4D5",
    address=ADDRESS,
    printed_on=date(2026, 11, 29),
    name="髙﨑 𠮷郎",
    facts=[("氏名", "髙﨑 𠮷郎"), ("自宅の住所", "神奈川県みどり市二丁目")],
    parts=[
        Part("退会の事由", "一つに印をつけてください。", [Tick("海外", True), Tick("その他")], columns=2),
        Part("医師会への連絡", lines=[Line("", rows=2)]),
    ],
    signs=[Line("届出日", BLANK_DAY), Line("署名")],
)


def pages_of(facts):
    """頁ごとの言葉を、空白と折り返しを除いて一続きにしたもの。"""
    pages = PdfReader(io.BytesIO(form_pdf(facts))).pages
    return ["".join(page.extract_text().split()) for page in pages]


def test_every_word_of_the_form():
    assert pages_of(FACTS) == [
        "退会届"
        "みどり市医師会御中"
        "黒か青のペンで書き、下の医師会へお出しください。"
        "はじめから印刷してある字は、違うところに線を引いて、そばに正しく書いてください。"
        "用紙の番号（事務局用）A2B3-C4D5mamis.example/office/14-021/printouts/A2B3C4D5/"
        "いま登録されていること氏名髙﨑𠮷郎自宅の住所神奈川県みどり市二丁目"
        "退会の事由一つに印をつけてください。✓海外その他"
        "医師会への連絡"
        "届出日令和年月日署名"
        "お出しになる先みどり市医師会電話045-000-0002〒224-0001神奈川県みどり市一丁目"
        "退会届の用紙A2B3-C4D5令和8年11月29日（2026年）印刷1/1"
    ]


@pytest.mark.parametrize("long", ["神奈川県架空郡とても長い町" * 15, "A" * 200])
def test_long_words_stay_whole(long):
    (words,) = pages_of(replace(FACTS, facts=[("自宅の住所", long)], parts=[Part("施設", lines=[Line("名", long)])]))

    assert words.count(long) == 2


def test_what_does_not_fit_goes_to_a_second_page_in_order():
    parts = [Part(f"まとまり{number}", lines=[Line("", rows=2)] * 2) for number in range(1, 9)]

    first, second = pages_of(replace(FACTS, parts=parts, is_roomy=True))

    found = re.findall("まとまり([0-9])", first + second)
    assert found == [str(number) for number in range(1, 9)]
    assert "署名" in second
    assert second.endswith("2/2")


def test_the_code_on_the_page_opens_the_printed_form():
    """紙を絵にして、QR コードの目を一つずつ読む。"""
    page = PdfDocument(form_pdf(FACTS))[0].render(scale=300 / 72).to_pil().convert("L")
    expected = [[bool(module) for module in line] for line in segno.make(ADDRESS, error="m", micro=False).matrix]
    size = len(expected)

    assert _modules(page, size) == expected
    assert form_words(FACTS)["address"] == ADDRESS.removeprefix("https://")


def test_the_headings_and_the_code_are_told_to_screen_readers():
    reader = PdfReader(io.BytesIO(form_pdf(FACTS)))
    root = reader.trailer["/Root"]

    assert (root["/MarkInfo"]["/Marked"].value, root["/Lang"], reader.metadata.title) == (
        True,
        "ja-JP",
        "退会届の用紙 A2B3-C4D5",
    )


def test_the_form_is_drawn_alike_each_time():
    assert form_pdf(FACTS) == form_pdf(FACTS)


def _modules(page, size):
    """絵の右上にある QR コードの、目の白黒。"""
    width, height = page.size
    code = page.crop((round(width * 0.61), 0, round(width * 0.757), round(height * 0.14)))
    dark = code.point(lambda shade: 255 if shade < 128 else 0)
    left, top, right, _ = dark.getbbox()
    step = (right - left) / size
    middle = [round((number + 0.5) * step) for number in range(size)]
    return [[dark.getpixel((left + column, top + row)) == 255 for column in middle] for row in middle]
