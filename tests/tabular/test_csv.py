"""列の表から作る CSV。"""

import pytest

from mamis.tabular.csv import Column, download, safe

NAME = Column("氏名", lambda row: row[0])
UNITS = Column("単位", lambda row: row[1])


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("山田", "山田"),
        ("=1+1", "'=1+1"),
        ("+81", "'+81"),
        ("-5", "'-5"),
        ("@x", "'@x"),
        ("＝1", "'＝1"),
        ("\t=1", "'\t=1"),
        (-5, "-5"),
        (None, ""),
        ("", ""),
    ],
)
def test_no_cell_runs_as_a_formula(value, cell):
    assert safe(value) == cell


def test_the_file_opens_in_a_spreadsheet():
    response = download("単位の一覧", (NAME, UNITS), [("山田, 太郎", 7.5), ('"髙﨑"\n', 0)])

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].endswith("%E5%8D%98%E4%BD%8D%E3%81%AE%E4%B8%80%E8%A6%A7.csv")
    assert b"".join(response.streaming_content).decode() == (
        '\ufeff氏名,単位\r\n"山田, 太郎",7.5\r\n"""髙﨑""\n",0\r\n'
    )
