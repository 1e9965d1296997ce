"""試験で取り込むファイルと、取り込みの進め方。"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mamis.associations.models import Staff
from mamis.associations.rules import Tier
from mamis.members import queries
from mamis.members.columns import columns_of
from mamis.members.models import Import
from mamis.members.operations import Upload, begin_import, check_import, run_import, undo_import, work_on
from mamis.members.rules import Kind
from mamis.tabular.reading import propose, read_sheet
from tests.world import NOON

HEADS = ("医籍登録番号", "氏名", "フリガナ", "生年月日", "入会日", "会員区分", "電話", "勤務先")


def member(number: int | str, **changes: str) -> dict[str, str]:
    """名簿の一行。"""
    return {
        "医籍登録番号": str(number),
        "氏名": "髙﨑 𠮷郎",
        "フリガナ": "タカサキ キチロウ",
        "生年月日": "昭和53年8月21日",
        "入会日": "平成26年4月1日",
        "会員区分": "A",
        "電話": "045-000-0150",
        "勤務先": "架空医院",
    } | changes


def resident(number: int | str = 600001, **changes: str) -> dict[str, str]:
    """研修医の名簿の一行。"""
    return {
        "医籍登録番号": str(number),
        "姓": "研修",
        "名": "一郎",
        "セイ": "ケンシュウ",
        "メイ": "イチロウ",
        "生年月日": "平成12年4月2日",
        "性別": "男",
        "メールアドレス": f"resident-{number}@hospital.example",
        "所属施設": "みどり中央病院",
        "入会日": "2027-04-01",
        "会員区分": "B",
        "都道府県の会員区分": "B",
        "日本医師会の会員区分": "B",
    } | changes


def csv_of(*rows: dict[str, str], heads: Sequence[str] = (), codec: str = "utf-8") -> bytes:
    """CSV の中身。"""
    heads = heads or list(dict.fromkeys(head for row in rows for head in row)) or HEADS
    lines = [",".join(heads), *(",".join(row.get(head, "") for head in heads) for row in rows)]
    return "\r\n".join(lines).encode(codec)


def upload(content: bytes, by: Staff, *, kind: Kind = Kind.MEMBERS, at: datetime = NOON) -> Import:
    """ファイルを選んだところ。"""
    return begin_import(Upload(kind, "名簿.csv", content, read_sheet(content)), by=by, at=at)


def checked(content: bytes, by: Staff, *, kind: Kind = Kind.MEMBERS, at: datetime = NOON) -> Import:
    """列を決め、裏方が確かめ終えたところ。"""
    of_import = upload(content, by, kind=kind, at=at)
    columns = columns_of(kind, Tier(of_import.association.tier))
    check_import(of_import, propose(columns, of_import.heads, {}), by=by, at=at)
    return worked(of_import, at=at)


def taken(content: bytes, by: Staff, *, kind: Kind = Kind.MEMBERS, at: datetime = NOON) -> Import:
    """取り込み終えたところ。"""
    of_import = checked(content, by, kind=kind, at=at)
    run_import(of_import, by=by, at=at)
    return worked(of_import, at=at)


def undone(of_import: Import, by: Staff, *, at: datetime = NOON) -> Import:
    """取り消し終えたところ。"""
    undo_import(of_import, by=by, at=at)
    return worked(of_import, at=at)


def worked(of_import: Import, *, at: datetime = NOON) -> Import:
    """裏方が、仕事がなくなるまで働く。"""
    while work_on(of_import.pk, at=at):
        pass
    return Import.objects.select_related("association").get(pk=of_import.pk)


def outcomes(of_import: Import) -> list[str]:
    """行の行く末。"""
    return [row.outcome for row in queries.rows_of(of_import)]


def told(of_import: Import) -> list[tuple[str, str, str, str]]:
    """取り込めない行のわけ。"""
    return [
        (one["column"], one["value"], one["reason"], one["fix"])
        for row in queries.refused_rows(of_import)
        for one in row.problems
    ]


def changes(of_import: Import) -> list[list[tuple[str, str, str]]]:
    """行ごとの、変わること。"""
    return [[(one["label"], one["before"], one["after"]) for one in row.changes] for row in queries.rows_of(of_import)]


def values(row: Any, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)
