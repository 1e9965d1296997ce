"""打たれるものと、欄の種類ごとの約束：何を受け取り、どの形にならし、何を断るか。"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

# 打たれるもの

HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "spaces": " 　 ".encode(),
    "many spaces": b" " * 10_000,
    "too long": "あ".encode() * 10_000,
    "many digits": b"9" * 10_000,
    "nul": "山\x00田".encode(),
    "surrogate": "山".encode() + b"\xed\xa0\x80",
    "broken bytes": b"\xff\xfe",
    "control": "山\x07\x1b田".encode(),
    "header": "山田\r\nBcc: all@office.example".encode(),
    "full width": "ＡＢＣ１２３".encode(),
    "emoji": "👩\u200d⚕\ufe0f🍀".encode(),
    "right to left": "山\u202e田".encode(),
    "script": b"</textarea><script>alert(1)</script>",
    "quote": b"' OR 1=1; --\"",
    "formula": b"=1+1",
    "number": b"-1e400",
}
BLANK = ("empty", "spaces", "many spaces")
AS_TYPED = ("full width", "emoji", "script", "quote", "formula", "number")
REFUSED = object()
ANYTHING = object()


def shown(typed: bytes) -> str:
    """送られた字の、こちらでの読まれ方。"""
    return typed.decode("utf-8", "replace")


# 欄


@dataclass(frozen=True)
class Field:
    """一つの欄。`keeps` は受け取ってよい値と、ならしたあとの形で、ほかはこの欄（か `told_at` の欄）で断る。

    `parts` は日付の三つの入力、`also` はこの欄だけの値、`together` は欄を言わずに断る値（ログイン）。
    """

    keeps: Mapping[str, Any] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[str, ...] = ("",)
    tries: tuple[str, ...] = tuple(HOSTILE)
    told_at: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    is_secret: bool = False
    is_free: bool = False

    def is_like(self, others: Iterable["Field"]) -> bool:
        """断るものも、入力の形も同じ欄があるか。"""
        return any(self.keeps.keys() == one.keeps.keys() and self.parts == one.parts for one in others)

    def cases(self) -> Iterator[tuple[str, dict[str, bytes], Any]]:
        """値の名、送る値（名の終わり → 値）、受け取ったあとの形。"""
        typed = {name: HOSTILE[name] for name in self.tries} | {name: text.encode() for name, text in self.also.items()}
        for name, value in typed.items():
            expected = ANYTHING if self.is_free else self.keeps.get(name, REFUSED)
            if name in BLANK:
                yield name, dict.fromkeys(self.parts, value), expected
                continue
            part = self.parts[len(name) % len(self.parts)]
            yield name, {part: value}, expected


def text(longest: int, *, required: bool = True, lines: bool = False) -> Field:
    """文字の欄。"""
    header = "山田\nBcc: all@office.example" if lines else "山田 Bcc: all@office.example"
    keeps = {name: shown(HOSTILE[name]) for name in AS_TYPED}
    keeps |= {"header": header, "right to left": "山田", "longest": "あ" * longest}
    keeps |= {} if required else dict.fromkeys(BLANK, "")
    return Field(keeps, {"longest": "あ" * longest, "one too long": "あ" * (longest + 1)})


def narrow(
    *, required: bool = False, good: tuple[str, Any] | None = None, bad: str = "", blank: Any = "", **more: Any
) -> Field:
    """決まった形の欄。`good` は全角で打たれたよい値と、その形。"""
    keeps = {} if required else dict.fromkeys(BLANK, blank)
    also = {"bad": bad} if bad else {}
    if good:
        also, keeps = also | {"wide": good[0]}, keeps | {"wide": good[1]}
    return Field(keeps, also, **more)


def day(*, required: bool = True) -> Field:
    """年月日の欄。"""
    few = (*BLANK, "many digits", "nul", "surrogate", "header", "full width", "number")
    return narrow(required=required, blank=None, parts=("_0", "_1", "_2"), tries=few)


def chosen(*, required: bool = True) -> Field:
    """選ぶ欄。"""
    few = ("empty", "spaces", "too long", "nul", "surrogate", "header", "script")
    return Field({} if required else {"empty": ""}, {"bad": "0 OR 1=1"}, tries=few)


def address(*, required: bool = False) -> Field:
    return narrow(
        required=required,
        good=("ｊｉｍｕ＠midori．example", "jimu@midori.example"),
        bad="a" * 60 + "@" + "b" * 32 + ".example",
    )


def mail_address() -> Field:
    """欠かせないメールアドレスの欄。"""
    return narrow(
        required=True, good=("ｊｉｍｕ＠ｍｉｄｏｒｉ．ｅｘａｍｐｌｅ", "jimu@midori.example"), bad="jimu@midori"
    )


def page_address(longest: int) -> Field:
    return narrow(
        good=("ｈｔｔｐｓ：／／ｍｉｄｏｒｉ．ｅｘａｍｐｌｅ／", "https://midori.example/"),
        bad="https://midori.example/".ljust(longest + 1, "a"),
    )


def telephone() -> Field:
    return narrow(good=("０４５（０００）０１２０", "045-000-0120"), bad="045-000-0120 内線 12345678901234")


def secret(*together: str, **more: Any) -> Field:
    """パスワードの欄。打たれたものは戻さない。"""
    return Field(together=together, is_secret=True, **more)


SEEN = Field(is_free=True)
# ファイルを選ぶ欄。字は読まない（tests/files）。
ATTACHED = Field(tries=())
ALL = tuple(HOSTILE)
NAME = {"one too long": "a" * 255}
