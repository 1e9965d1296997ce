"""データの取り込みの決まった言葉と、会員区分の書き方のならし方。"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """何を取り込むか。"""

    MEMBERS = "members"
    CREDITS = "credits"
    COMPLETIONS = "completions"
    FACILITIES = "facilities"
    RESIDENTS = "residents"


KIND_LABELS = {
    Kind.MEMBERS: "会員",
    Kind.CREDITS: "過去の単位",
    Kind.COMPLETIONS: "過去の修了",
    Kind.FACILITIES: "施設",
    Kind.RESIDENTS: "研修医の名簿",
}


class Outcome(StrEnum):
    """一行の行く末。受け入れるのは、新しい行と変わる行である。"""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


OUTCOME_LABELS = {
    Outcome.NEW: "新しい行",
    Outcome.CHANGED: "変わる行",
    Outcome.UNCHANGED: "変わらない行",
    Outcome.REFUSED: "取り込めない行",
}

ACCEPTED = (Outcome.NEW, Outcome.CHANGED)


@dataclass(frozen=True)
class Counts:
    """行の数。どの行も、ただ一つの行く末を持つ。"""

    rows: int
    of: Mapping[str, int]
    done: int
    undone: int
    kept: int
    progress: int
    progress_total: int

    @property
    def new(self) -> int:
        return self.of.get(Outcome.NEW, 0)

    @property
    def changed(self) -> int:
        return self.of.get(Outcome.CHANGED, 0)

    @property
    def unchanged(self) -> int:
        return self.of.get(Outcome.UNCHANGED, 0)

    @property
    def refused(self) -> int:
        return self.of.get(Outcome.REFUSED, 0)

    @property
    def accepted(self) -> int:
        return self.new + self.changed


# 会員区分の書き方（membership.md §3.1）

_KANJI_NUMBERS = str.maketrans("一二三四五六七八九", "123456789")
_DROPPED = re.compile(r"会員|区分|[()\[\]「」\s・,.\-‐ー－]")


def category_key(text: str) -> str:
    """会員区分の書き方をならす：A①、A(1)、A（一）→ A1。A②会員(B)、A2（B）→ A2B。"""
    folded = unicodedata.normalize("NFKC", text).upper().translate(_KANJI_NUMBERS)
    return _DROPPED.sub("", folded)


def find_category(text: str, categories: Iterable[tuple[int, str, str]]) -> int | None:
    """書かれた会員区分の番号。コードが合うもの、なければ名称が合うもの。一つに決まらなければ None。"""
    wanted = category_key(text)
    by_code: list[int] = []
    by_label: list[int] = []
    for pk, code, label in categories:
        if category_key(code) == wanted:
            by_code.append(pk)
        elif category_key(label) == wanted:
            by_label.append(pk)
    found = by_code or by_label
    return found[0] if len(found) == 1 else None


# 期間

Span = tuple[date, date | None]


def covered(inner: Span, outers: Iterable[Span]) -> bool:
    """その期間が、ほかの期間をつないだもののうちに収まるか。終わりの日は含まない。None は終わりがないこと。"""
    reached = inner[0]
    for since, until in sorted(outers, key=lambda span: span[0]):
        if since > reached:
            return False
        if until is None:
            return True
        reached = max(reached, until)
    return inner[1] is not None and reached >= inner[1]
