"""QR コード。描かれた目を規格の目と一つずつ比べる。"""

import re

import segno

from mamis.documents import qr

ADDRESS = "https://mamis.example/v/Zk3v9QxT2bLr8mWn5yHc7A"


def test_the_drawing_holds_the_modules_of_the_code():
    expected = {
        (column + 4, row + 4)
        for row, modules in enumerate(segno.make(ADDRESS, error="m", micro=False).matrix)
        for column, module in enumerate(modules)
        if module
    }

    assert _dark_modules(qr.svg(ADDRESS)) == expected


def test_the_drawing_is_the_same_each_time():
    assert qr.svg(ADDRESS) == qr.svg(ADDRESS)


def _dark_modules(drawing):
    """SVG の線（M 位置、m 移動、h 横線）をたどって、黒い目の位置を集める。"""
    path = re.search(r' d="([^"]+)"', drawing)[1]
    modules, column, row = set(), 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", path):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "M":
            column, row = values
        elif command == "m":
            column, row = column + values[0], row + values[1]
        else:
            modules |= {(int(column) + step, int(row)) for step in range(int(values[0]))}
            column += values[0]
    return modules
