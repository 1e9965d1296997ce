"""200枚の修了証を三つのプロセスで同時に描いても、どの紙も自分の氏名と番号だけを持つ。

描く側だけを ``mamis`` から借り、読む側（文字の取り出しと期待する言葉）はここで組み立てる。
"""

import io
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date

from pypdf import PdfReader

from mamis.training.certificates import CertificateFacts, certificate_pdf

SHEETS = 200
PROCESSES = 3
THREADS = 4

FAMILY_NAMES = ["髙﨑", "𠮷田", "德永", "𣘺本", "濵口", "栁澤", "葛\U000e0100城", "辻\U000e0100", "渡邉", "瀨川"]
DIGITS = "〇一二三四五六七八九"


def number_of(sheet):
    return f"2026-14021-{sheet:06}"


def name_of(sheet):
    return f"{FAMILY_NAMES[sheet % len(FAMILY_NAMES)]} {''.join(DIGITS[int(digit)] for digit in f'{sheet:03}')}郎"


def licence_of(sheet):
    return f"{351000 + sheet}"


def draw(sheet):
    return certificate_pdf(
        CertificateFacts(
            number=number_of(sheet),
            name=name_of(sheet),
            licence_no=licence_of(sheet),
            programme="かかりつけ医機能報告制度にかかる研修",
            completed_on=date(2026, 6, 9),
            expires_on=date(2029, 6, 8),
            issuer="みどり市医師会",
            president="小野寺 正",
            verify_url=f"https://mamis.example/v/{sheet:022}",
        )
    )


def draw_share(sheets):
    """一つのプロセスの分を、四つのスレッドで描く。"""
    with ThreadPoolExecutor(THREADS) as threads:
        return list(zip(sheets, threads.map(draw, sheets), strict=True))


def read(document):
    """番号、氏名、医籍登録番号、番地を、紙から読み取る。"""
    lines = PdfReader(io.BytesIO(document)).pages[0].extract_text().splitlines()
    address = lines.index("真偽の確認")
    return lines[0], lines[3], lines[4], "".join(lines[address + 1 : address + 3])


def test_200枚を三つのプロセスで同時に描いてもどの紙も自分の氏名と番号を持つ():
    shares = [list(range(first, SHEETS, PROCESSES)) for first in range(PROCESSES)]

    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as processes:
        documents = dict(pair for share in processes.map(draw_share, shares) for pair in share)

    assert {sheet: read(document) for sheet, document in documents.items()} == {
        sheet: (
            f"第 {number_of(sheet)} 号",
            f"{name_of(sheet)} 殿",
            f"医籍登録番号\u3000第 {licence_of(sheet)} 号",
            f"mamis.example/v/{sheet:022}",
        )
        for sheet in range(SHEETS)
    }
