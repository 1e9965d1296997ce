"""書類の PDF。事実は文字としてだけ置かれ、同じ事実は同じ紙になる。"""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from mamis.documents import pdf


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "letter.typ"
    path.write_text(
        "#let facts = json(bytes(sys.inputs.facts))\n"
        "#set document(title: facts.title)\n"
        '#set text(font: "Noto Serif JP", lang: "ja")\n'
        "#facts.body\n"
    )
    return path


def text_of(document):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)


@pytest.mark.parametrize(
    "body",
    [
        "#panic() *太字* $x$ _斜体_ \\ // <label> @ref `code` = 見出し",
        '"引用" #{} \\u{41} #sys.inputs',
        "#read(/etc/passwd)",
    ],
)
def test_facts_are_never_read_as_markup(template, body):
    assert text_of(pdf.draw(template, {"title": "手紙", "body": body})).split() == body.split()


def test_the_same_facts_give_the_same_bytes(template):
    facts = {"title": "手紙", "body": "髙﨑 𠮷郎"}

    assert pdf.draw(template, facts) == pdf.draw(template, facts)


def test_the_document_is_tagged_a4_japanese_and_holds_its_font(template):
    reader = PdfReader(io.BytesIO(pdf.draw(template, {"title": "手紙", "body": "髙﨑 𠮷郎"})))
    root = reader.trailer["/Root"]
    (font,) = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    (descendant,) = font["/DescendantFonts"]

    assert {
        "marked": root["/MarkInfo"]["/Marked"].value,
        "language": root["/Lang"],
        "title": reader.metadata.title,
        "shows title": root["/ViewerPreferences"]["/DisplayDocTitle"].value,
        "PDF/UA part": "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode(),
        "size": [round(float(side) * 25.4 / 72) for side in reader.pages[0].mediabox[2:]],
        "font": font["/BaseFont"].partition("+")[2].partition("-Identity")[0],
        "embedded": bool({"/FontFile2", "/FontFile3"} & set(descendant.get_object()["/FontDescriptor"])),
    } == {
        "marked": True,
        "language": "ja",
        "title": "手紙",
        "shows title": True,
        "PDF/UA part": True,
        "size": [210, 297],
        "font": "NotoSerifJP-Regular",
        "embedded": True,
    }


def test_a_character_without_glyph_leaves_room_for_the_pen(template):
    assert text_of(pdf.draw(template, {"title": "手紙", "body": "龘山 太郎"})) == "〓山 太郎"


def test_control_characters_are_left_out(template):
    assert text_of(pdf.draw(template, {"title": "手紙", "body": "高\x00橋\x1f"})) == "高橋"


@settings(max_examples=40, deadline=None)
@given(body=st.text(max_size=40))
def test_whatever_is_typed_can_be_drawn(template, body):
    assert pdf.draw(template, {"title": "手紙", "body": body}).startswith(b"%PDF-")


def test_threads_do_not_mix_their_facts(template):
    numbers = range(60)
    with ThreadPoolExecutor(6) as threads:
        documents = list(
            threads.map(lambda number: pdf.draw(template, {"title": f"{number}", "body": f"No.{number}"}), numbers)
        )

    assert [text_of(document) for document in documents] == [f"No.{number}" for number in numbers]
