"""修了証の紙。書かれた言葉を、はじめから終わりまで比べる。"""

import io
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from mamis.training.certificates import CertificateFacts, certificate_pdf

FACTS = CertificateFacts(
    number="2026-14021-000318",
    name="髙﨑 𠮷郎",
    licence_no="351874",
    programme="かかりつけ医機能報告制度にかかる研修",
    completed_on=date(2026, 6, 9),
    expires_on=date(2029, 6, 8),
    issuer="みどり市医師会",
    president="小野寺 正",
    verify_url="https://mamis.example/v/Zk3v9QxT2b",
)


def words_of(facts):
    """紙の言葉を、空白と折り返しを除いて一続きにしたもの。紙は一枚である。"""
    (page,) = PdfReader(io.BytesIO(certificate_pdf(facts))).pages
    return "".join(page.extract_text().split())


def test_every_word_of_the_certificate():
    assert words_of(FACTS) == (
        "第2026-14021-000318号"
        "修了証"
        "かかりつけ医機能報告制度にかかる研修"
        "髙﨑𠮷郎殿"
        "医籍登録番号第351874号"
        "あなたは、かかりつけ医機能報告制度にかかる研修の座学研修及び実地研修を修了されましたので、これを証します。"
        "修了日令和8年6月9日（2026年）"
        "有効期限令和11年6月8日（2029年）"
        "真偽の確認mamis.example/v/Zk3v9QxT2b"
        "みどり市医師会"
        "会長小野寺正"
        "会長印"
    )


def test_the_name_can_be_copied_as_it_was_typed():
    names = ["髙﨑 𠮷郎", "葛\U000e0100城 辻\U000e0100子", "德永 瀨里奈", "𣘺本 濵男", "栁 邉", "Ольга Ñandú"]

    lines = [
        PdfReader(io.BytesIO(certificate_pdf(replace(FACTS, name=name)))).pages[0].extract_text().splitlines()[3]
        for name in names
    ]

    assert lines == [f"{name} 殿" for name in names]


def test_an_ideographic_variant_has_a_glyph_of_its_own():
    names = ["葛城", "葛\U000e0100城", "葛\U000e0101城"]

    plain, registered, unknown = (_bold_glyphs(certificate_pdf(replace(FACTS, name=name))) for name in names)

    assert (plain == registered, plain == unknown) == (False, True)


@pytest.mark.parametrize(
    ("field", "long"),
    [
        ("name", "アレクサンドラ・マリア・フォン・ヴァイツゼッカー＝髙﨑 𠮷太郎左衛門之介"),
        ("issuer", "一般社団法人架空中央海浜丘陵広域都市圏連合医師会学術振興支部会"),
        ("president", "アレクサンドラ・マリア・ヴァイツゼッカー＝髙﨑"),
        ("programme", "かかりつけ医機能報告制度にかかる研修（応用研修及び実地研修を含む架空の長い名）"),
        ("number", "2026-14021-000318-再交付-02"),
        ("verify_url", "https://mamis.example/certificates/" + "Zk3v9QxT2b" * 5),
    ],
)
def test_long_words_stay_whole_on_one_sheet(field, long):
    words = words_of(replace(FACTS, **{field: long}))

    assert "".join(long.removeprefix("https://").split()) in words


def test_an_office_without_president_leaves_the_line_out():
    assert words_of(replace(FACTS, president="")).endswith("みどり市医師会会長印")


def test_the_title_of_the_document_names_its_number():
    reader = PdfReader(io.BytesIO(certificate_pdf(FACTS)))

    assert (reader.metadata.title, reader.metadata.author) == ("修了証 第2026-14021-000318号", "みどり市医師会")


def test_the_heading_and_the_code_are_told_to_screen_readers():
    reader = PdfReader(io.BytesIO(certificate_pdf(FACTS)))
    elements = list(_elements(reader.trailer["/Root"]["/StructTreeRoot"]))

    assert [element["/S"] for element in elements if element["/S"] == "/H1"] == ["/H1"]
    assert [element["/Alt"] for element in elements if element["/S"] == "/Figure"] == [
        "真偽を確かめるページの QR コード"
    ]


def test_the_certificate_is_drawn_alike_each_time():
    assert certificate_pdf(FACTS) == certificate_pdf(FACTS)


def _elements(node):
    """タグの木を上から順にたどる。"""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from _elements(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from _elements(node["/K"])


def _bold_glyphs(document):
    """太字の書体として埋め込まれた字形のすべて。"""
    page = PdfReader(io.BytesIO(document)).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    (bold,) = [font for font in fonts if "Bold" in font["/BaseFont"]]
    descriptor = bold["/DescendantFonts"][0].get_object()["/FontDescriptor"]
    return (descriptor.get("/FontFile2") or descriptor["/FontFile3"]).get_object().get_data()
