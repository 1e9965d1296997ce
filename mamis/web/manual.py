"""操作マニュアルとリリースノート：docs/ の Markdown を頁にする。"""

import re
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(settings.BASE_DIR)
IMAGES = ROOT / "docs" / "manual" / "images"
RELEASE_NOTES = ROOT / "CHANGELOG.md"
# CommonMark と表だけ。HTML は書けない。
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
IMAGE_NAME = re.compile(r"[a-z0-9-]+\.png")


class Book(NamedTuple):
    """一冊の操作マニュアル。"""

    slug: str
    title: str
    about: str
    path: Path


BOOKS = {
    book.slug: book
    for book in (
        Book(
            "doctor",
            "操作マニュアル（医師向け）",
            "ログイン、研修の単位の見方、修了申請、修了証の受け取り方",
            ROOT / "docs" / "manual" / "doctor.md",
        ),
        Book(
            "office",
            "操作マニュアル（事務局向け）",
            "医師会情報の設定、修了申請の承認と差し戻し、単位の登録、送信履歴",
            ROOT / "docs" / "manual" / "office.md",
        ),
    )
}


class Heading(NamedTuple):
    """目次の一行。"""

    anchor: str
    text: str


def read(path: Path) -> dict[str, Any]:
    """頁の本文と目次。書き物がまだなければ、どちらも空。"""
    return _render(path, path.stat().st_mtime_ns) if path.is_file() else {"body": "", "headings": []}


@lru_cache(maxsize=8)
def _render(path: Path, written: int) -> dict[str, Any]:
    tokens = MARKDOWN.parse(path.read_text(encoding="utf-8"))
    tokens = _without_title(tokens)
    headings = list(_number_headings(tokens))
    for token in tokens:
        for child in token.children or ():
            _settle(child)
    html = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return {"body": mark_safe(html), "headings": headings}  # noqa: S308 html を切った markdown-it が描いたもの


def image(name: str) -> Path | None:
    """その名の絵。"""
    path = IMAGES / name
    return path if IMAGE_NAME.fullmatch(name) and path.is_file() else None


def _without_title(tokens: list[Token]) -> list[Token]:
    """題は頁の h1 になるので、本文の最初の h1 は除く。"""
    if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        return tokens[3:]
    return tokens


def _number_headings(tokens: list[Token]) -> list[Heading]:
    """節に名札を付け、目次を返す。"""
    headings: list[Heading] = []
    for opening, words in pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == "h2":
            anchor = f"section-{len(headings) + 1}"
            opening.attrSet("id", anchor)
            headings.append(Heading(anchor, words.content))
    return headings


def _settle(token: Token) -> None:
    """絵と、もう一冊への案内を、この中の住所にする。"""
    if token.type == "image":
        token.attrSet("src", "/manual/images/" + str(token.attrGet("src")).rsplit("/", 1)[-1])
        token.attrSet("loading", "lazy")
    if token.type == "link_open":
        name = str(token.attrGet("href")).removesuffix(".md")
        if name in BOOKS:
            token.attrSet("href", f"/manual/{name}/")
