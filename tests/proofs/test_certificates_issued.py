"""承認して出した200枚の修了証は、どの紙も自分の氏名、番号、日だけを持ち、氏名の字は一つも欠けない（quality.md 29）。

申請から承認まで本物の操作で進め、200人が本物の HTTP で、三つのウェブのプロセスから同時に取り出す。
紙の読み方と期待する言葉は、ここで組み立てる。
"""

import io
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http.client import HTTPConnection
from itertools import combinations
from typing import NamedTuple

import pytest
from pypdf import PdfReader

from mamis.training.models import Certificate
from tests.site import Site
from tests.world import make_world

SHEETS = 200
PROCESSES = 3
AT_ONCE = 12

VARIANT = "葛\U000e0100城"
FAMILY_NAMES = ["髙﨑", "高崎", "𠮷田", "吉田", VARIANT, "葛城", "辻\U000e0100", "𣘺本", "濵口", "瀨川"]
DIGITS = "〇一二三四五六七八九"
COMPLETED, EXPIRES = "令和8年11月2日（2026年）", "令和11年11月1日（2029年）"

DPI = 144


class Sheet(NamedTuple):
    """一人の医師の、申請と、取り出すのに要るもの。"""

    name: str
    licence: str
    issuer: str
    receipt_no: str
    session: str
    number: str
    token: str


def name_of(place):
    return FAMILY_NAMES[place % len(FAMILY_NAMES)], f"{''.join(DIGITS[int(digit)] for digit in f'{place:03}')}郎"


@pytest.fixture(scope="module")
def drawn(cluster, django_db_blocker) -> Iterator[list[tuple[Sheet, bytes]]]:
    """200人に出した修了証と、それぞれが取り出した紙。"""
    with django_db_blocker.unblock(), Site(web=PROCESSES, workers=0, mailbox=False) as site:
        with site.orm():
            world = make_world()
            sheets = [issue(world, place) for place in range(SHEETS)]
        with ThreadPoolExecutor(AT_ONCE) as people:
            papers = list(people.map(lambda sheet: download(site.port, sheet), sheets))
    return list(zip(sheets, papers, strict=True))


def issue(world, place):
    """医師を一人登録し、申請させ、承認する。"""
    district = (world.district, world.other_district)[place % 2]
    doctor = world.member(*name_of(place), district)
    world.credit(doctor, 19, date(2026, 3, 14))
    application = world.submit(doctor, district)
    world.approve(application, world.clerk(district))
    certificate = Certificate.objects.get(application=application)
    return Sheet(
        name=" ".join(name_of(place)),
        licence=doctor.licences.get().number,
        issuer=district.name,
        receipt_no=application.receipt_no,
        session=world.browser(doctor.user).cookies["session"].value,
        number=certificate.number,
        token=certificate.token,
    )


def download(port, sheet):
    line = HTTPConnection("localhost", port, timeout=120)
    line.request(
        "GET", f"/mypage/completions/{sheet.receipt_no}/certificate.pdf", headers={"Cookie": f"session={sheet.session}"}
    )
    response = line.getresponse()
    body = response.read()
    line.close()
    assert (response.status, response.headers["Content-Type"]) == (200, "application/pdf")
    return body


def words_of(paper):
    (page,) = PdfReader(io.BytesIO(paper)).pages
    return "".join(page.extract_text().split())


def expected_words(sheet, host):
    return (
        f"第{sheet.number}号修了証かかりつけ医機能報告制度にかかる研修{''.join(sheet.name.split())}殿"
        f"医籍登録番号第{sheet.licence}号"
        "あなたは、かかりつけ医機能報告制度にかかる研修の座学研修及び実地研修を修了されましたので、これを証します。"
        f"修了日{COMPLETED}有効期限{EXPIRES}真偽の確認{host}/v/{sheet.token}/"
        f"{sheet.issuer}会長架空会長会長印"
    )


def test_200枚を三つのプロセスで同時に描いてもどの紙も自分の氏名と番号と日だけを持つ(drawn):
    found = {sheet.number: words_of(paper) for sheet, paper in drawn}

    hosts = {re.search(r"真偽の確認(.*?)/v/", words)[1] for words in found.values()}
    assert (len(found), len(hosts)) == (SHEETS, 1)
    assert found == {sheet.number: expected_words(sheet, *hosts) for sheet, _ in drawn}


def test_氏名の字は_字ごとに違う形で描かれる(drawn, tmp_path):
    """書体にない字は、どれも同じ豆腐になる。描いた紙の点を、字ごとに比べる。"""
    pictures = {}
    for place, (_, paper) in enumerate(drawn[: len(FAMILY_NAMES)]):
        letters = re.findall(".\U000e0100?", FAMILY_NAMES[place])
        cells = cells_of(tmp_path, paper, FAMILY_NAMES[place], len(letters))
        pictures |= dict(zip(letters, cells, strict=True))

    assert [letter for letter, cell in pictures.items() if not 0.05 < share_of_ink(cell) < 0.7] == []
    assert [pair for pair in combinations(pictures, 2) if alike(pictures[pair[0]], pictures[pair[1]])] == []


SIDE = 24


def cells_of(folder, paper, word, number):
    """紙に描いたその言葉を、字の数だけ横に切り分け、それぞれを同じ大きさの濃淡の升にしたもの。"""
    source, picture = folder / "paper.pdf", folder / "paper"
    source.write_bytes(paper)
    boxes = subprocess.run(["pdftotext", "-bbox", source, "-"], capture_output=True, text=True, check=True).stdout
    found = re.search(rf'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">{word}<', boxes)
    left, top, right, bottom = (float(edge) * DPI / 72 for edge in found.groups())
    subprocess.run(["pdftoppm", "-gray", "-r", str(DPI), "-singlefile", source, picture], check=True)
    header = re.match(rb"P5\s(\d+)\s(\d+)\s255\s", (folder / "paper.pgm").read_bytes())
    wide, dots = int(header[1]), header.string[header.end() :]
    width = (right - left) / number
    return [
        [
            dots[
                round(top + (bottom - top) * (y + 0.5) / SIDE) * wide + round(left + width * (place + (x + 0.5) / SIDE))
            ]
            for y in range(SIDE)
            for x in range(SIDE)
        ]
        for place in range(number)
    ]


def share_of_ink(cell):
    return sum(255 - dot for dot in cell) / 255 / len(cell)


def alike(one, other):
    """墨のうち、重ならないところがわずかであるか。同じ字なら 0、﨑と崎や IVS の異体字で 0.09 ほどになる。"""
    difference = sum(abs(a - b) for a, b in zip(one, other, strict=True))
    return difference < 0.04 * sum(510 - a - b for a, b in zip(one, other, strict=True))
