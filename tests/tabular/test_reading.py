"""人の手元の表を読む：文字、区切り、引用符、改行、Excel、見出し。"""

from datetime import date

import pytest

from mamis.tabular import reading
from mamis.tabular.csv import safe
from mamis.tabular.reading import CellRefused, FileRefused, Intake, Problem, propose, read_cells, read_sheet
from tests.tabular.workbooks import excel

NUMBER = Intake("number", "医籍登録番号", str, ("医籍番号",), fix="数字だけ")
NAME = Intake("name", "氏名", str)


def cells(content: bytes) -> list[tuple[str, ...]]:
    return [record.cells for record in read_sheet(content).records]


@pytest.mark.parametrize(
    ("codec", "written_in"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8（BOM 付き）"), ("cp932", "Shift_JIS"), ("utf-16", "UTF-16")],
)
def test_the_letters_of_the_file_are_found(codec, written_in):
    sheet = read_sheet("氏名,番号\r\n髙﨑,351874\r\n".encode(codec))

    assert (sheet.written_in, sheet.heads, [one.cells for one in sheet.records]) == (
        written_in,
        ("氏名", "番号"),
        [("髙﨑", "351874")],
    )


def test_a_letter_outside_the_old_table_comes_through_in_utf8():
    assert cells("氏名,番号\n𠮷田,1".encode()) == [("𠮷田", "1")]


@pytest.mark.parametrize(
    "broken", ["氏名,番号\n山田,1\n".encode() + b"\x81,2", "氏名,番号\n山田,1\n".encode("cp932") + b"\x81\x05,2"]
)
def test_one_broken_letter_refuses_its_row_and_no_other(broken):
    good, bad = read_sheet(broken).records

    assert (good.problem, bad.line, bad.problem.reason) == (None, 3, "読み取れない文字があります。")


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_found(delimiter):
    assert cells(f"氏名{delimiter}番号\n山田{delimiter}1".encode()) == [("山田", "1")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_and_none_at_the_end(end):
    assert cells(end.join(["氏名,番号", "山田,1", "鈴木,2"]).encode()) == [("山田", "1"), ("鈴木", "2")]


def test_quotes_keep_delimiters_and_lines_together_and_line_numbers_true():
    sheet = read_sheet('氏名,番号\n"山田, ""太郎""\n二行",1\n鈴木,2\n'.encode())

    assert [(one.line, one.cells) for one in sheet.records] == [
        (2, ('山田, "太郎"\n二行', "1")),
        (4, ("鈴木", "2")),
    ]


@pytest.mark.parametrize("following", ["鈴木,2\n佐藤,3\n", '"鈴木",2\n"佐藤",3\n', '"鈴木","2"\n佐藤,3\n'])
def test_an_open_quote_costs_its_own_row_only(following):
    records = read_sheet(f'氏名,番号\n"山田,1\n{following}'.encode()).records

    assert [(one.line, one.problem and one.problem.reason) for one in records] == [
        (2, '引用符「"」が閉じられていません。'),
        (3, None),
        (4, None),
    ]
    assert records[0].problem.value == '"山田'


def test_empty_rows_are_not_counted_and_a_title_above_the_heads_is_passed():
    sheet = read_sheet("みどり市医師会 会員名簿\n\n氏名,番号\n,\n山田,1\n,,\n".encode())

    assert (sheet.heads, [(one.line, one.cells) for one in sheet.records]) == (("氏名", "番号"), [(5, ("山田", "1"))])


def test_a_row_wider_than_the_heads_is_refused_and_a_narrower_one_is_filled():
    wide, narrow = read_sheet("氏名,番号\n山田,太郎,1\n鈴木\n".encode()).records

    assert (wide.problem.value, wide.problem.reason) == ("1", "ます目が見出しより多くあります（見出し 2、この行 3）。")
    assert narrow.cells == ("鈴木", "")


def test_an_excel_file_is_read_with_its_dates_and_whole_numbers():
    sheet = read_sheet(
        excel(("番号", "生年月日", "単位"), (351874, date(1978, 8, 21), 1.5), ("", "", ""), ("012345", "", ""))
    )

    assert (sheet.written_in, [(one.line, one.cells) for one in sheet.records]) == (
        "Excel",
        [(2, ("351874", "1978-08-21", "1.5")), (4, ("012345", "", ""))],
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "見出しの行が見つかりません"),
        ("ひとつだけ\n".encode(), "見出しの行が見つかりません"),
        ("氏名,番号\n".encode(), "見出しの下に、行がありません"),
        ('氏名,"番号\n山田,1\n'.encode(), "見出しの行（1 行目）が読めません"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 100, "古い Excel の形式"),
        (b"PK\x03\x04" + b"0" * 100, "Excel のファイルとして読めませんでした"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "表として読めないファイル"),
        (",".join(f"列{n}" for n in range(201)).encode() + b"\n1,2\n", "列が多すぎます"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(content, reason):
    with pytest.raises(FileRefused, match=reason):
        read_sheet(content)


def test_too_large_too_long_and_too_deep_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 30)
    with pytest.raises(FileRefused, match="大きすぎます"):
        read_sheet(b"a,b\n" * 10)
    monkeypatch.setattr(reading, "LARGEST", 100_000)
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    with pytest.raises(FileRefused, match="行が多すぎます"):
        read_sheet(b"a,b\n" * 10)
    monkeypatch.setattr(reading, "LARGEST_UNPACKED", 100)
    with pytest.raises(FileRefused, match="中身が大きすぎます"):
        read_sheet(excel(("番号", "氏名")))


def test_columns_are_proposed_from_memory_then_from_folded_heads_and_used_once():
    heads = ("ﾅﾏｴ", "医籍 番号", "氏名", "医籍登録番号")

    assert propose((NUMBER, NAME), heads, {}) == {"number": 3, "name": 2}
    assert propose((NUMBER, NAME), heads[:3], {"name": "ナマエ"}) == {"name": 0, "number": 1}
    assert propose((NUMBER, NAME), ("氏名",), {"number": "氏名"}) == {"number": 0}


def test_cells_are_read_by_their_columns_and_refusals_name_column_value_reason_and_fix():
    def refuse(text: str) -> str:
        raise CellRefused("数字ではありません。", "数字にしてください。" if text == "x" else "")

    number = Intake("number", "番号", refuse, fix="列の直し方")

    assert read_cells((NAME, number), {"name": 0, "number": 1}, ("山田", "")) == ({"name": "山田"}, [])
    assert read_cells((NAME, number), {"number": 1}, ("山田", "x")) == (
        {},
        [Problem("番号", "x", "数字ではありません。", "数字にしてください。")],
    )
    assert read_cells((number,), {"number": 0}, ("y",))[1] == [
        Problem("番号", "y", "数字ではありません。", "列の直し方")
    ]


@pytest.mark.parametrize("cell", ["=1+1", "-5", "＠x", "'=a", "'a", "山田"])
def test_what_was_made_safe_for_spreadsheets_comes_back_as_it_was(cell):
    assert cells(f"氏名,番号\n{safe(cell)},1".encode()) == [(cell.removeprefix("'") if cell == "'=a" else cell, "1")]
