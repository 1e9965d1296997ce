from datetime import UTC, datetime
from io import BytesIO

import pypdf
import pytest
from django.http import Http404

from mamis.files.checking import Clean, Drawn, check
from mamis.files.models import StoredFile
from mamis.files.operations import begin_check, receive, settle_check
from mamis.files.views import deliver
from tests.files.samples import jpeg, pdf, upload

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


def taken(content: bytes, name: str) -> StoredFile:
    return receive(upload(content, name), purpose="test", by_user_id=None, holder="a", at=NOON)


def checked(content: bytes, name: str) -> StoredFile:
    """本当に確かめられたファイル。"""
    file, original = begin_check(taken(content, name).pk, at=NOON)
    return settle_check(file, check(original, file.kind), at=NOON)


def test_a_picture_is_served_as_an_attachment_that_does_nothing() -> None:
    response = deliver(checked(jpeg(), "免許証.exe.jpg"))

    assert response.content.startswith(b"\xff\xd8\xff")
    assert dict(response.headers) == {
        "Content-Type": "image/jpeg",
        "Content-Disposition": "attachment; filename*=utf-8''%E5%85%8D%E8%A8%B1%E8%A8%BC_exe.jpg",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


def test_a_pdf_is_bound_anew_from_its_drawn_pages() -> None:
    file = checked(pdf(2), "techo.pdf")

    whole, second = deliver(file), deliver(file, page=2)

    read = pypdf.PdfReader(BytesIO(whole.content), strict=True)
    assert (whole["Content-Type"], whole["Content-Disposition"]) == (
        "application/pdf",
        'attachment; filename="techo.pdf"',
    )
    assert [tuple(map(float, page.mediabox[2:])) for page in read.pages] == [(842.0, 561.33)] * 2
    assert [page.images[0].image.size for page in read.pages] == [(834, 556)] * 2
    assert read.metadata is None
    assert (second["Content-Type"], second["Content-Disposition"]) == (
        "image/jpeg",
        'attachment; filename="techo-2.jpg"',
    )
    assert deliver(file).content == whole.content


def test_nothing_is_served_before_it_was_checked_and_no_page_that_is_not_there() -> None:
    waiting = taken(jpeg(), "a.jpg")
    file = settle_check(taken(jpeg(), "b.jpg"), Clean((Drawn(1, 1, b"\xff\xd8\xff"),)), at=NOON)

    for stored, page in ((waiting, None), (waiting, 1), (file, 2), (file, -1)):
        with pytest.raises(Http404):
            deliver(stored, page)
