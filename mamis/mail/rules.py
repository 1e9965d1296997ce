"""メールの文字、宛先、送り直しの決まり。"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

# 制御文字、書字方向などを変える見えない文字、組になっていないサロゲート、行や段落の区切り。
UNWANTED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
REPLACEMENT = "〓"
ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
ADDRESS_LENGTH = 254
SUBJECT_LENGTH = 200


@dataclass(frozen=True)
class Pace:
    """送り直しの間隔。はじめの待ち、長くても待つ上限（秒）、あきらめるまでの回数。"""

    first: float
    longest: float
    attempts: int


@dataclass(frozen=True)
class Parts:
    """件名と本文。"""

    subject: str
    body: str


class TemplateBroken(Exception):
    """ひな型の一行目が「件名: …」、二行目が空行でない。"""


def split_template(source: str) -> Parts:
    """ひな型を、件名のひな型と本文のひな型に分ける。事実を当てはめる前に分けるので、名前に改行があっても崩れない。"""
    head, _, rest = source.partition("\n")
    blank, _, body = rest.partition("\n")
    if not head.startswith("件名:") or blank.strip():
        raise TemplateBroken("メールのひな型は「件名: …」の行と空行で始めてください。")
    return Parts(subject=head.removeprefix("件名:"), body=body)


def clean_parts(subject: str, body: str) -> Parts:
    """事実を当てはめた件名と本文から、置けない文字を除く。"""
    return Parts(subject=clean_line(subject)[:SUBJECT_LENGTH], body=clean_text(body).strip("\n") + "\n")


def clean_line(text: str) -> str:
    """改行と制御文字を空白にして一行にする。メールの頭書きに入れてよい文字だけが残る。"""
    return " ".join(
        "".join(" " if unicodedata.category(char) in UNWANTED_CATEGORIES else char for char in text).split()
    )


def clean_text(text: str) -> str:
    """本文に置けない文字を除く。改行とタブは残す。"""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_clean_char(char) for char in text)


def is_deliverable(address: str) -> bool:
    """送れる形のアドレスが、ちょうど一つ書かれているか。"""
    return len(address) <= ADDRESS_LENGTH and ADDRESS.fullmatch(address) is not None and ".." not in address


def wait_before_next(pace: Pace, attempts: int, chance: float) -> timedelta | None:
    """送れなかったあと、次に送るまでの待ち。倍々に延び、上限で止まる。回数が尽きたら None。

    `chance` は0から1の乱数。同じ時に溜まったメールが同じ時に戻ってこないよう、待ちを2割までずらす。
    """
    if attempts >= pace.attempts:
        return None
    seconds = min(pace.first * 2 ** (attempts - 1), pace.longest)
    return timedelta(seconds=seconds * (0.9 + 0.2 * chance))


def is_permanent(code: int) -> bool:
    """相手のサーバーの答えが、送り直しても変わらない断りか。"""
    return 500 <= code < 600


def _clean_char(char: str) -> str:
    if char in "\n\t":
        return char
    category = unicodedata.category(char)
    if category == "Cs":
        return REPLACEMENT
    return "" if category in UNWANTED_CATEGORIES else char
