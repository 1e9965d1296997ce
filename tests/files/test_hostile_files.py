"""危ないファイル。どれも送られたままでは渡されず、断りは言葉で言い、確かめる力には限りがある。

三つの終わり方しかない：欄で断る（預からない）、確かめて断る（わけが残り、中身は消える）、描き直す（仕掛けは残らない）。
"""

import gzip
import resource
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pypdf
import pytest
from django.http import Http404
from PIL import Image

from mamis.files import decoder
from mamis.files.checking import check
from mamis.files.models import Original, StoredFile
from mamis.files.operations import NotTaken, begin_check, receive, settle_check
from mamis.files.rules import MOST_BYTES, MOST_PAGES, REFUSED, Refusal
from mamis.files.views import deliver
from tests.files.samples import SECRET, heic, jpeg, pdf, picture, png, saved, upload

NOON = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
SCRIPT = b"<script>alert('kougeki')</script>"
DRAWN_ANEW = "drawn anew"


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def claimed_png(width: int, height: int, data: bytes = b"") -> bytes:
    """大きさだけを名のる PNG。"""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def zipped(*names: str, content: bytes = b"a") -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return written.getvalue()


def with_pdf(change: Callable[[pypdf.PdfWriter], object], pages: int = 1) -> bytes:
    """そう変えた PDF。"""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf(pages)))
    change(writer)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def raw_pdf(*objects: bytes) -> bytes:
    """手で書いた PDF。"""
    body = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, one) for n, one in enumerate(objects, start=1))
    return body + b"trailer << /Root 1 0 R /Size %d >>\n%%%%EOF" % (len(objects) + 1)


def endless_tree() -> bytes:
    """自分を子に持つ頁の木。"""
    return raw_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")


def page_of(side: int, drawing: bytes = b"") -> bytes:
    """その大きさの頁。"""
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R >>" % (side, side),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
    )


def scripted_pdf() -> bytes:
    """開くと動き、外へつなぎ、入力欄を持つ PDF。"""
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R /AcroForm << /Fields [] /XFA (" + SCRIPT + b") >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /AA << /O 5 0 R >> >>",
        b"<< /Length 0 >>\nstream\n\nendstream",
        b"<< /S /JavaScript /JS (app.alert\\('" + SECRET + b"'\\)) /Next << /S /URI /URI (https://evil.example) >> >>",
    )


def stream_bomb() -> bytes:
    """小さく縮めた、200 MB の描き方。"""
    packed = zlib.compress(b" " * 200_000_000, 9)
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
    )


def commented_jpeg() -> bytes:
    """説明の欄にスクリプトのある JPEG。"""
    plain = saved(picture(), "JPEG")
    return plain[:2] + b"\xff\xfe" + struct.pack(">H", len(SCRIPT) + 2) + SCRIPT + plain[2:]


def animated_png() -> bytes:
    return saved(picture(), "PNG", save_all=True, append_images=[Image.new("RGB", (300, 200))] * 3)


def texted_png() -> bytes:
    """広げると 200 MB になる説明を持つ PNG。"""
    plain = png()
    bomb = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"a" * 200_000_000, 9))
    return plain[:33] + bomb + plain[33:]


def encrypted(writer: pypdf.PdfWriter) -> None:
    writer.encrypt("himitsu", algorithm="RC4-128")


def carrying(writer: pypdf.PdfWriter) -> None:
    writer.add_attachment("virus.exe", b"MZ" + SECRET)


def described(writer: pypdf.PdfWriter) -> None:
    writer.add_metadata({"/Author": SECRET.decode()})


Case = tuple[str, str, Callable[[], bytes], Refusal | str]

# 名、送るときの名、中身、終わり方。
# fmt: off
AT_THE_FIELD: tuple[Case, ...] = (
    ("empty file", "a.jpg", lambda: b"", Refusal.EMPTY),
    ("too big", "a.jpg", lambda: b"\xff\xd8\xff" + b"0" * MOST_BYTES, Refusal.TOO_BIG),
    ("svg with a script", "a.jpg", lambda: b"<svg xmlns='x' onload='alert(1)'>" + SCRIPT, Refusal.DRAWING),
    ("html called jpeg", "a.jpeg", lambda: b"<!doctype html>" + SCRIPT, Refusal.DRAWING),
    ("xml with entities", "a.png", lambda: b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'b'>]>", Refusal.DRAWING),
    ("shell script", "a.pdf", lambda: b"#!/bin/sh\nrm -rf /", Refusal.PROGRAM),
    ("windows program with two endings", "menkyo.pdf.exe", lambda: b"MZ\x90\x00" + SECRET, Refusal.PROGRAM),
    ("linux program", "a.jpg", lambda: b"\x7fELF" + SECRET, Refusal.PROGRAM),
    ("zip", "a.zip", lambda: zipped("a.txt"), Refusal.ARCHIVE),
    ("zip bomb called pdf", "a.pdf", lambda: zipped("a", content=b"0" * 50_000_000), Refusal.ARCHIVE),
    ("gzip bomb", "a.png", lambda: gzip.compress(b"0" * 50_000_000), Refusal.ARCHIVE),
    ("word file", "a.docx", lambda: zipped("[Content_Types].xml", "word/document.xml"), Refusal.OFFICE),
    ("old excel file", "a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + SECRET, Refusal.OFFICE),
    ("rtf", "a.rtf", lambda: b"{\\rtf1 \\object", Refusal.OFFICE),
    ("gif", "a.jpg", lambda: saved(picture(), "GIF"), Refusal.OTHER_PICTURE),
    ("tiff", "a.tif", lambda: saved(picture(), "TIFF"), Refusal.OTHER_PICTURE),
    ("movie", "a.mov", lambda: b"\x00\x00\x00\x14ftypqt  " + SECRET, Refusal.MOVIE),
    ("html before a pdf", "a.pdf", lambda: b"<html>" + SCRIPT + pdf(), Refusal.DRAWING),
    ("script text", "a.js", lambda: b"fetch('/office/')", Refusal.UNKNOWN),
)
IN_THE_CHECK: tuple[Case, ...] = (
    ("jpeg cut short", "a.jpg", lambda: jpeg(2000, 2000)[:9000], Refusal.BROKEN),
    ("jpeg head and html", "a.jpg", lambda: b"\xff\xd8\xff\xe0" + SCRIPT, Refusal.BROKEN),
    ("png that claims 4 gigapixels", "a.png", lambda: claimed_png(65_000, 65_000), Refusal.TOO_MANY_PIXELS),
    ("png bomb of 41 megapixels", "a.png", lambda: claimed_png(8200, 5000, bytes(8200 * 3)), Refusal.TOO_MANY_PIXELS),
    ("png with a text bomb", "a.png", texted_png, Refusal.BROKEN),
    ("png of no size", "a.png", lambda: claimed_png(0, 0), Refusal.BROKEN),
    ("heic cut short", "a.heic", lambda: heic()[:400], Refusal.BROKEN_HEIC),
    ("heic in name only", "a.heic", lambda: b"\x00\x00\x00\x18ftypheic" + SCRIPT, Refusal.BROKEN_HEIC),
    ("pdf with a password", "a.pdf", lambda: with_pdf(encrypted), Refusal.LOCKED),
    ("pdf cut short", "a.pdf", lambda: pdf()[:40], Refusal.BROKEN),
    ("pdf of endless pages", "a.pdf", endless_tree, Refusal.BROKEN),
    ("pdf with too many pages", "a.pdf", lambda: pdf(MOST_PAGES + 1), Refusal.TOO_MANY_PAGES),
)
NEUTRALISED: tuple[Case, ...] = (
    ("jpeg with place and camera", "a.jpg", jpeg, DRAWN_ANEW),
    ("jpeg with a script as comment", "a.jpg", commented_jpeg, DRAWN_ANEW),
    ("jpeg and zip in one", "a.jpg", lambda: jpeg() + zipped("a.html", content=SCRIPT), DRAWN_ANEW),
    ("jpeg and html in one", "a.html.jpg", lambda: jpeg() + SCRIPT, DRAWN_ANEW),
    ("png with html behind", "a.png", lambda: png() + SCRIPT, DRAWN_ANEW),
    ("png that moves", "a.png", animated_png, DRAWN_ANEW),
    ("pdf with a script", "a.pdf", scripted_pdf, DRAWN_ANEW),
    ("pdf carrying a program", "a.pdf", lambda: with_pdf(carrying), DRAWN_ANEW),
    ("pdf that names its writer", "a.pdf", lambda: with_pdf(described), DRAWN_ANEW),
    ("pdf of a huge page", "a.pdf", lambda: page_of(2_000_000), DRAWN_ANEW),
    ("pdf with a packed bomb", "a.pdf", stream_bomb, DRAWN_ANEW),
)
# fmt: on


ALL = (*AT_THE_FIELD, *IN_THE_CHECK, *NEUTRALISED)


def cases(table: tuple[Case, ...]) -> list[Any]:
    return [pytest.param(name, make, end, id=title) for title, name, make, end in table]


def checked(name: str, content: bytes) -> StoredFile:
    """預かり、確かめ終えたもの。"""
    taken = receive(upload(content, name), purpose="test", by_user_id=None, holder="a", at=NOON)
    begun = begin_check(taken.pk, at=NOON)
    assert begun is not None
    return settle_check(begun[0], check(content, taken.kind), at=NOON)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "make", "refusal"), cases(AT_THE_FIELD))
def test_what_is_seen_at_once_is_not_even_taken(name: str, make: Callable[[], bytes], refusal: Refusal) -> None:
    with pytest.raises(NotTaken, match=r"ください。$") as told:
        receive(upload(make(), name), purpose="test", by_user_id=None, holder="a", at=NOON)

    assert (told.value.refusal, StoredFile.objects.count()) == (refusal, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "make", "refusal"), cases(IN_THE_CHECK))
def test_what_the_check_refuses_leaves_only_the_reason(name: str, make: Callable[[], bytes], refusal: Refusal) -> None:
    file = checked(name, make())

    assert (file.state_label, file.refusal, file.reason) == ("使えません", refusal, REFUSED[refusal])
    assert not Original.objects.exists()
    with pytest.raises(Http404):
        deliver(file)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "make", "end"), cases(NEUTRALISED))
def test_what_can_be_drawn_keeps_only_its_picture(name: str, make: Callable[[], bytes], end: str) -> None:
    content = make()

    file = checked(name, content)
    served = deliver(file)

    assert (file.state_label, end, Original.objects.exists()) == ("確認済", DRAWN_ANEW, False)
    assert served.content != content
    assert served["Content-Disposition"].endswith((".jpg", '.jpg"', '.pdf"'))
    assert [bad for bad in (SCRIPT, SECRET, b"alert", b"PK", b"MZ", b"evil") if bad in _words_of(served.content)] == []


@pytest.mark.django_db
def test_no_child_was_ever_larger_than_its_limit() -> None:
    check(saved(Image.new("RGBA", (8000, 5000)), "PNG"), "png")

    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024

    assert 0 < largest < decoder.MEMORY


def test_there_are_enough_of_them() -> None:
    assert len(ALL) >= 30
    assert {end for *_, end in ALL} == {*Refusal, DRAWN_ANEW} - {Refusal.TOO_HEAVY}


def _words_of(content: bytes) -> bytes:
    """絵の点を除いた、ファイルの言葉のところ。絵は開き直して、付いてくる言葉だけを見る。"""
    if content.startswith(b"%PDF"):
        read = pypdf.PdfReader(BytesIO(content))
        return repr(
            (read.trailer, read.metadata, read.attachments, [page.extract_text() for page in read.pages])
        ).encode()
    opened = Image.open(BytesIO(content))
    opened.load()
    return repr(opened.info).encode() + content[content.rindex(b"\xff\xd9") :]
