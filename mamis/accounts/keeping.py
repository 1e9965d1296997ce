"""書きかけを守る：時間の限りを過ぎてから送られたものを、同じ人がログインし直すまで預かり、その頁の欄に戻す。

預かるのは、打たれた字だけである。代わりに送ることはない。封じて、その端末のセッションの中にだけ置く。
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from mamis.accounts.sealing import seal, unseal

KEPT = "kept_form"
KEPT_FOR = timedelta(minutes=30)
LARGEST = 100_000
# 秘密の欄の名。フォームの試験が、パスワードの欄がみなこの形であることを確かめる。
SECRET_NAMES = re.compile(r"password|again|code|credential|secret|csrf")
SECRET_PATHS = ("/sign-in/", "/sign-out/", "/password/", "/login-settings/")
RETURNED = "時間がたったため、ログインし直していただきました。書きかけの内容を戻しました。まだ送っていません。"
FILES = "添えたファイルは戻せません。もう一度選んでください。"


def keep(request: HttpRequest, page: str, at: datetime) -> str:
    """送られたものを封じたもの。預からないときは空。"""
    if request.method != "POST" or page == "/" or request.path.startswith(SECRET_PATHS):
        return ""
    words = typed(request.POST)
    if not words or sum(len(name) + len(value) for name, value in words) > LARGEST:
        return ""
    kept = {
        "user": request.user.pk,
        "page": urlsplit(page).path,
        "action": request.path,
        "typed": words,
        "files": bool(request.FILES),
        "until": (at + KEPT_FOR).isoformat(),
    }
    return seal(json.dumps(kept))


def typed(sent: QueryDict) -> list[list[str]]:
    """送られた字。秘密の欄のものは除く。"""
    return [[name, value] for name, values in sent.lists() if not SECRET_NAMES.search(name) for value in values]


def drop_foreign(request: HttpRequest, user_pk: int) -> None:
    """ほかの人がログインしたら、預かったものを捨てる。"""
    if KEPT in request.session and json.loads(unseal(request.session[KEPT]))["user"] != user_pk:
        del request.session[KEPT]


def give_back(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """預かったものを、その頁の欄に戻す。本人が送り直すか、時間がたてば捨てる。"""

    def middleware(request: HttpRequest) -> HttpResponse:
        kept = _kept_for(request)
        if kept is None:
            return get_response(request)
        if request.method == "POST" and request.path == kept["action"]:
            del request.session[KEPT]
        if request.method != "GET" or request.path != kept["page"]:
            return get_response(request)
        messages.warning(request, RETURNED + (FILES if kept["files"] else ""))
        response = get_response(request)
        if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
            response.content = refill(response.content.decode(), kept["typed"], request.path, kept["action"])
        return response

    return middleware


def refill(markup: str, words: list[list[str]], page: str, action: str) -> str:
    """頁の HTML の、その宛先のフォームの欄に、打たれた字を入れたもの。"""
    writer = _Refill(words, page, action)
    writer.feed(markup)
    writer.close()
    return "".join(writer.out)


def _kept_for(request: HttpRequest) -> dict[str, Any] | None:
    """ログインしている本人の、まだ生きている預かりもの。"""
    if not request.user.is_authenticated or KEPT not in request.session:
        return None
    kept: dict[str, Any] = json.loads(unseal(request.session[KEPT]))
    if kept["user"] != request.user.pk or datetime.fromisoformat(kept["until"]) <= timezone.now():
        del request.session[KEPT]
        return None
    return kept


class _Refill(HTMLParser):
    """頁を、欄のほかは一字も変えずに書き写す。"""

    def __init__(self, words: list[list[str]], page: str, action: str) -> None:
        super().__init__(convert_charrefs=False)
        self.values: dict[str, list[str]] = {}
        for name, value in words:
            self.values.setdefault(name, []).append(value)
        self.page, self.action = page, action
        self.out: list[str] = []
        self.is_ours = False
        self.select: list[str] | None = None
        self.is_silent = False
        self.folds: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        written = self.get_starttag_text() or ""
        if tag == "form":
            self.is_ours = given.get("method") == "post" and (given.get("action") or self.page) == self.action
        if tag == "details":
            self.folds.append(len(self.out))
        name = given.get("name", "")
        values = self.values.get(name)
        if self.is_ours and tag == "input":
            written = self._input(written, given, values)
        elif self.is_ours and tag == "textarea" and values:
            self._unfold()
            written += "\n" + html.escape(values[0])
            self.is_silent = True
        elif self.is_ours and tag == "select" and values:
            self._unfold()
            self.select = values
        elif tag == "option" and self.select is not None:
            written = _marked(written, "selected", given.get("value", "") in self.select)
        self.out.append(written)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_ours = False
        if tag == "details" and self.folds:
            self.folds.pop()
        if tag == "select":
            self.select = None
        if tag == "textarea":
            self.is_silent = False
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._copy(data)

    def handle_entityref(self, name: str) -> None:
        self._copy(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._copy(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._copy(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._copy(f"<!{decl}>")

    def _copy(self, text: str) -> None:
        if not self.is_silent:
            self.out.append(text)

    def _input(self, written: str, given: dict[str, str], values: list[str] | None) -> str:
        kind = given.get("type", "text")
        if kind in {"checkbox", "radio"}:
            is_chosen = given.get("value", "on") in (values or [])
            return _marked(written, "checked", is_chosen)
        if values is None or kind in {"hidden", "password", "file", "submit"}:
            return written
        self._unfold()
        bare = re.sub(r'\svalue="[^"]*"', "", written)
        return f'{bare.rstrip("/>").rstrip()} value="{html.escape(values[0])}">'

    def _unfold(self) -> None:
        """たたまれた中の欄に戻したら、開いておく。"""
        for place in self.folds:
            self.out[place] = _marked(self.out[place], "open", True)


def _marked(written: str, mark: str, is_on: bool) -> str:
    """印（checked、selected、open）を付け、または外した札。"""
    bare = re.sub(rf"\s{mark}(=\"[^\"]*\")?(?=[\s>])", "", written)
    return f"{bare[:-1]} {mark}>" if is_on else bare
