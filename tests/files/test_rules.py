from datetime import timedelta

import pytest

from mamis.files import decoder
from mamis.files.rules import (
    MOST_PAGES,
    MOST_PIXELS,
    REFUSED,
    FileKind,
    Refusal,
    cleaned_name,
    kind_of,
    next_try,
    served_name,
    size_text,
)


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"", Refusal.EMPTY),
        (b"\xff\xd8\xff\xe0..JFIF", FileKind.JPEG),
        (b"\x89PNG\r\n\x1a\n....", FileKind.PNG),
        (b"%PDF-1.7\n", FileKind.PDF),
        (b"\x00\x00\x00\x18ftypheic", FileKind.HEIC),
        (b"\x00\x00\x00\x18ftypmif1", FileKind.HEIC),
        (b"\x00\x00\x00\x18ftypavif", Refusal.OTHER_PICTURE),
        (b"\x00\x00\x00\x18ftypqt  ", Refusal.MOVIE),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", Refusal.OTHER_PICTURE),
        (b"RIFF\x00\x00\x00\x00AVI LIST", Refusal.MOVIE),
        (b"PK\x03\x04aaaa", Refusal.ARCHIVE),
        (b"PK\x03\x04....[Content_Types].xml", Refusal.OFFICE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", Refusal.DRAWING),
        (b"\xef\xbb\xbf <!doctype html>", Refusal.DRAWING),
        (b"junk before %PDF-1.7", Refusal.UNKNOWN),
        (b"MZ\x90\x00", Refusal.PROGRAM),
    ],
)
def test_what_a_file_is_comes_from_its_first_bytes(head: bytes, found: FileKind | Refusal) -> None:
    assert kind_of(head) == found


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("免許証.jpg", "免許証.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\scan\\手帳.pdf", "手帳.pdf"),
        ("a\r\nSet-Cookie: x.jpg", "a Set-Cookie_ x.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("...", "ファイル"),
        ("", "ファイル"),
        ("山\ud800.jpg", "ファイル"),
        ("長" * 200 + ".jpg", "長" * 96 + ".jpg"),
    ],
)
def test_the_name_is_only_words(name: str, cleaned: str) -> None:
    assert cleaned_name(name) == cleaned


def test_the_served_name_ends_as_the_content_does_and_nowhere_else() -> None:
    assert served_name("invoice.pdf.exe", "jpg") == "invoice_pdf_exe.jpg"


def test_every_refusal_says_what_to_do() -> None:
    assert REFUSED.keys() == set(Refusal)
    assert [words for words in REFUSED.values() if not words.endswith("ください。")] == []


def test_sizes_are_said_in_words() -> None:
    assert [size_text(number) for number in (1, 34 * 1024, 1_300_000)] == ["1 KB", "34 KB", "1.2 MB"]


def test_the_pause_before_the_next_try_doubles_up_to_an_hour() -> None:
    assert [next_try(tries) for tries in (0, 1, 9)] == [
        timedelta(seconds=30),
        timedelta(minutes=1),
        timedelta(hours=1),
    ]


def test_the_decoder_which_knows_nothing_keeps_the_same_limits() -> None:
    assert (decoder.MOST_PIXELS, decoder.MOST_PAGES) == (MOST_PIXELS, MOST_PAGES)
