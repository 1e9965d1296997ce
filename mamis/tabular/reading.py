"""人の手元の表を読む。CSV（文字と区切りは見て決める）と Excel（.xlsx）。

読めない行も、わけを添えて一行として残す。行は、数を合わせるため、一つも失わない（空の行だけは数えない）。
"""

import csv
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from mamis.japanese.folding import clean, fold

LARGEST = 20 * 1024 * 1024
LARGEST_UNPACKED = 256 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200
# 引用符の中の改行は、この行数まで続いてよい。超えれば、引用符の閉じ忘れとみる。
LONGEST_RECORD = 50

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8（BOM 付き）"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
DELIMITERS = (",", "\t", ";")
UNDECODED = "\ufffd"

OPEN_QUOTE = '引用符「"」が閉じられていません。'
OPEN_QUOTE_FIX = 'この行の「"」を消すか、ます目の終わりに「"」を足してください。'
UNREADABLE = "読み取れない文字があります。"
UNREADABLE_FIX = "その文字を打ち直すか、表計算ソフトで開いて「CSV UTF-8」か Excel（.xlsx）で保存し直してください。"
TOO_WIDE_FIX = 'ます目の中の「,」を「、」に変えるか、ます目を「"」で囲んでください。'
# 取り込めなかった行のファイルで、式にならないように付けた「'」（csv.safe）。読むときに外す。
_GUARDED = re.compile(r"^'(?=[=+\-@＝＋－＠])")


class FileRefused(ValueError):
    """ファイルそのものを受け取れない。"""


class FileTooLarge(FileRefused):
    """大きさの限りを超えている。"""

    def __init__(self) -> None:
        super().__init__(f"ファイルが大きすぎます。{LARGEST // 1024 // 1024} MB までにしてください。")


class CellRefused(ValueError):
    """ます目の値を受け取れない。わけと、直し方。"""

    def __init__(self, reason: str, fix: str = "") -> None:
        super().__init__(reason)
        self.fix = fix


@dataclass(frozen=True)
class Problem:
    """一行のわるいところ：どの列の、どの値が、なぜいけないか、どう直すか。"""

    column: str
    value: str
    reason: str
    fix: str = ""


@dataclass(frozen=True)
class Record:
    """表の一行。`line` は、ファイルの何行目か。"""

    line: int
    cells: tuple[str, ...]
    problem: Problem | None = None


@dataclass(frozen=True)
class Sheet:
    """読んだ表。"""

    heads: tuple[str, ...]
    records: tuple[Record, ...]
    written_in: str


@dataclass(frozen=True)
class Intake:
    """取り込む列の一つ：名、見出し、読み方、ほかの見出し、直し方、書き方の例。"""

    name: str
    label: str
    read: Callable[[str], Any]
    aliases: tuple[str, ...] = ()
    fix: str = ""
    example: str = ""


def read_sheet(content: bytes) -> Sheet:
    """ファイルの中身を表にする。ファイルごと受け取れなければ FileRefused。"""
    if len(content) > LARGEST:
        raise FileTooLarge
    if content.startswith(OLD_EXCEL):
        raise FileRefused(
            "古い Excel の形式（.xls）か、パスワードの付いたファイルです。Excel で「.xlsx」として保存し直してください。"
        )
    if content.startswith(ZIP):
        return _arrange(_excel_records(content), "Excel")
    text, written_in = _decoded(content)
    if "\x00" in text:
        raise FileRefused("表として読めないファイルです。CSV か Excel（.xlsx）を選んでください。")
    return _arrange(_text_records(text), written_in)


def propose(columns: Sequence[Intake], heads: Sequence[str], remembered: Mapping[str, str]) -> dict[str, int]:
    """どの列が、ファイルの何列目か。前に決めた見出しを先に、次に見出しの名で探す。使った列は二度使わない。"""
    places: dict[str, int] = {}
    for place, head in enumerate(heads):
        places.setdefault(fold(head), place)
    found: dict[str, int] = {}
    for wanted in (
        {column.name: (remembered.get(column.name, ""),) for column in columns},
        {column.name: (column.label, *column.aliases) for column in columns},
    ):
        for name, words in wanted.items():
            free = [places[fold(word)] for word in words if word and fold(word) in places]
            free = [one for one in free if one not in found.values()]
            if free and name not in found:
                found[name] = free[0]
    return found


def read_cells(
    columns: Iterable[Intake], mapping: Mapping[str, int], cells: Sequence[str]
) -> tuple[dict[str, Any], list[Problem]]:
    """一行のます目を、列の読み方で読む。空のます目は、ないのと同じ。"""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column in columns:
        place = mapping.get(column.name)
        text = cells[place] if place is not None and place < len(cells) else ""
        if not text:
            continue
        try:
            values[column.name] = column.read(text)
        except ValueError as refusal:
            problems.append(Problem(column.label, text, str(refusal), getattr(refusal, "fix", "") or column.fix))
    return values, problems


# 文字


def _decoded(content: bytes) -> tuple[str, str]:
    """文字にする。どの符号かは、印（BOM）か、UTF-8 として読めるところの多さで決める。"""
    for mark, codec, name in BOMS:
        if content.startswith(mark):
            return content.decode(codec, "replace"), name
    text = content.decode("utf-8", "replace")
    beyond_ascii = sum(character > "\x7f" for character in text)
    if text.count(UNDECODED) * 4 <= beyond_ascii:
        return text, "UTF-8"
    return content.decode("cp932", "replace"), "Shift_JIS"


# CSV


def _text_records(text: str) -> Iterator[Record]:
    lines = list(StringIO(text, newline=""))
    delimiter = _delimiter(lines)
    at = 0
    while at < len(lines):
        taken, cells, problem = _record(lines, at, delimiter)
        yield Record(at + 1, cells, problem)
        at += taken


def _delimiter(lines: Sequence[str]) -> str:
    """区切りの字。はじめの数行に、いちばん多いもの。"""
    sample = "".join(lines[:5])
    return max(DELIMITERS, key=sample.count)


def _record(lines: Sequence[str], at: int, delimiter: str) -> tuple[int, tuple[str, ...], Problem | None]:
    """一行。引用符が閉じていなければ、その物理行だけをわるい行とし、次の行から読み直す。"""
    line = lines[at]
    plain = tuple(line.rstrip("\r\n").split(delimiter))
    if '"' not in line:
        return 1, plain, None
    reader = csv.reader(lines[at : at + LONGEST_RECORD], delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
    except csv.Error:
        value = next((cell for cell in plain if cell.count('"') % 2), line.strip())
        return 1, plain, Problem("この行", value[:100], OPEN_QUOTE, OPEN_QUOTE_FIX)
    return reader.line_num, tuple(cells), None


# Excel


def _excel_records(content: bytes) -> Iterator[Record]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > LARGEST_UNPACKED:
                raise FileRefused("ファイルの中身が大きすぎます。行や画像を減らしてください。")
        sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS * 2)
    except (CalamineError, zipfile.BadZipFile) as error:
        raise FileRefused("Excel のファイルとして読めませんでした。開けるか確かめ、保存し直してください。") from error
    return (Record(line, tuple(map(_cell_text, row))) for line, row in enumerate(rows, start=1))


def _cell_text(value: Any) -> str:
    """Excel のます目を、打たれた文字に近い形にする。"""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


# 見出しと行


def _arrange(records: Iterable[Record], written_in: str) -> Sheet:
    """見出しの行（はじめて二つ以上のます目に字がある行）と、その下の行。"""
    heads: tuple[str, ...] = ()
    body: list[Record] = []
    for record in records:
        cells = _trimmed(_tidy(cell) for cell in record.cells)
        if not heads:
            if record.problem:
                raise FileRefused(f"見出しの行（{record.line} 行目）が読めません。{record.problem.reason}")
            heads = tuple(cells) if len([cell for cell in cells if cell]) > 1 else ()
            continue
        if not any(cells) and record.problem is None:
            continue
        body.append(
            Record(record.line, _filled(cells, len(heads)), record.problem or _problem_of(record, cells, heads))
        )
        if len(body) > MOST_ROWS:
            raise FileRefused(f"行が多すぎます。一度に取り込めるのは {MOST_ROWS:,} 行までです。分けてください。")
    if not heads:
        raise FileRefused("見出しの行が見つかりません。一行目に「医籍登録番号」のような見出しを置いてください。")
    if len(heads) > MOST_COLUMNS:
        raise FileRefused(f"列が多すぎます。{MOST_COLUMNS} 列までにしてください。")
    if not body:
        raise FileRefused("見出しの下に、行がありません。")
    return Sheet(heads, tuple(body), written_in)


def _tidy(cell: str) -> str:
    return _GUARDED.sub("", clean(cell))


def _trimmed(cells: Iterable[str]) -> list[str]:
    """終わりの空のます目を落とす。"""
    kept = list(cells)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _filled(cells: Sequence[str], width: int) -> tuple[str, ...]:
    return tuple(cells) + ("",) * (width - len(cells))


def _problem_of(record: Record, cells: Sequence[str], heads: Sequence[str]) -> Problem | None:
    broken = next((cell for cell in record.cells if UNDECODED in cell), None)
    if broken is not None:
        return Problem("この行", broken.replace(UNDECODED, "〓")[:100], UNREADABLE, UNREADABLE_FIX)
    if len(cells) > len(heads):
        reason = f"ます目が見出しより多くあります（見出し {len(heads)}、この行 {len(cells)}）。"
        return Problem("この行", cells[len(heads)][:100], reason, TOO_WIDE_FIX)
    return None
