"""列の表から、CSV を作る。画面の一覧と同じ列を、同じ順に並べる。

文字は UTF-8（BOM 付き）で、表計算ソフトで開いても式として動かない。
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import StreamingHttpResponse

BOM = "\ufeff"
# 表計算ソフトが式の始まりと見る文字。
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Column:
    """一つの列：見出しと、一行からその値を取り出す方法。"""

    label: str
    value: Callable[[Any], Any]


def download(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> StreamingHttpResponse:
    """その名の CSV を、順に送る。"""
    response = StreamingHttpResponse(lines(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename=\"download.csv\"; filename*=UTF-8''{quote(name)}.csv"
    return response


def lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """見出しと、一行ずつ。"""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow([column.label for column in columns])
    for row in rows:
        yield writer.writerow([safe(column.value(row)) for column in columns])


def safe(value: Any) -> str:
    """一つのます。式として動きうる文字で始まるものには「'」を付ける。数はそのまま。"""
    if value is None:
        return ""
    text = str(value)
    is_number = isinstance(value, int | float)
    return f"'{text}" if not is_number and text.startswith(FORMULA_STARTS) else text


class _Echo:
    """書かれたものを、そのまま返す。"""

    def write(self, text: str) -> str:
        return text
