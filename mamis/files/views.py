"""預かったファイルを渡す。見てよい人かは、持ち主の部屋の画面が先に確かめる。"""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from mamis.files import queries
from mamis.files.models import StoredFile
from mamis.files.pdf import assemble
from mamis.files.rules import FileKind, served_name

# 開いても、何も動かず、どこへもつながらない。
CLOSED = "default-src 'none'; sandbox"


def deliver(stored_file: StoredFile, page: int | None = None) -> HttpResponse:
    """描き直した中身を、手元に保存するものとして渡す。`page` を言えば、その一頁の絵。確かめ終えていなければ 404。

    住所（urls）も戸口も、持ち主の部屋にある。`<img>` は、絵の頁だけを指す。
    """
    if not stored_file.is_checked:
        raise Http404
    if page is not None or stored_file.kind != FileKind.PDF:
        drawn = queries.page_of(stored_file, page or 1)
        if drawn is None:
            raise Http404
        return _attachment(bytes(drawn.content), "image/jpeg", served_name(_stem(stored_file, page), "jpg"))
    content = assemble([(one.width, one.height, bytes(one.content)) for one in queries.pages_of(stored_file)])
    return _attachment(content, "application/pdf", served_name(_stem(stored_file, None), "pdf"))


def _stem(stored_file: StoredFile, page: int | None) -> str:
    """名の、最後の「.」より前。"""
    stem = stored_file.name.rpartition(".")[0] or stored_file.name
    return stem if page is None or stored_file.pages == 1 else f"{stem}-{page}"


def _attachment(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": CLOSED,
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, no-store",
        },
    )
