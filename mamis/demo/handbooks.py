"""練習用の手帳の頁と、証明する書類。絵として描き、ほかの写しと同じ道で確かめる。"""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from mamis.documents import pdf
from mamis.files import decoder
from mamis.files.checking import Clean, Drawn
from mamis.files.models import StoredFile
from mamis.files.operations import begin_check, receive, settle_check
from mamis.japanese.calendar import plain_date
from mamis.membership.forms.profile import EVIDENCE
from mamis.training.forms.handbooks import PURPOSE
from mamis.training.operations import HandbookFacts
from mamis.training.rules import units_text

FONT = next(Path(pdf.__file__).parent.glob("fonts/*/*400Regular.ttf"))
SIZE = (1100, 1000)


def scan(
    lines: Iterable[HandbookFacts], *, name: str, by_user_id: int, at: datetime, checked: bool = True
) -> StoredFile:
    """手帳の頁の写し。確かめ終えたものと、まだのもの。"""
    upload = SimpleUploadedFile(f"{name}.jpg", _page(lines), "image/jpeg")
    file = receive(upload, purpose=PURPOSE, by_user_id=by_user_id, at=at)
    return _checked(file, at=at) if checked else file


def evidence(lines: Iterable[str], *, name: str, holder: str, at: datetime) -> StoredFile:
    """会員情報の変更を証明する書類の写し。"""
    upload = SimpleUploadedFile(f"{name}.jpg", _paper(f"{name}（練習用の見本）", lines), "image/jpeg")
    return _checked(receive(upload, purpose=EVIDENCE, by_user_id=None, holder=holder, at=at), at=at)


def _checked(file: StoredFile, *, at: datetime) -> StoredFile:
    begun = begin_check(file.pk, at=at)
    if begun is None:
        return file
    row, content = begun
    # 自分で描いた絵なので、子プロセスを待たずに、同じ描き直しをする。
    return settle_check(row, Clean(tuple(Drawn(*page) for page in decoder.draw(content, row.kind))), at=at)


def _page(lines: Iterable[HandbookFacts]) -> bytes:
    """けい線のある頁に、日、内容、単位と印。"""
    paper = Image.new("RGB", SIZE, "#f7f2e4")
    pen = ImageDraw.Draw(paper)
    head, hand = ImageFont.truetype(FONT, 40), ImageFont.truetype(FONT, 30)
    pen.text((70, 50), "研修手帳（練習用の見本）", fill="#333333", font=head)
    for row in range(9):
        pen.line((60, 150 + row * 90, SIZE[0] - 60, 150 + row * 90), fill="#8a7f66", width=2)
    for row, line in enumerate(lines):
        top = 175 + row * 90
        pen.text((75, top), plain_date(line.earned_on), fill="#22336b", font=hand)
        pen.text((370, top), line.title, fill="#22336b", font=hand)
        pen.text((850, top), f"{units_text(line.half_units)} 単位", fill="#22336b", font=hand)
        pen.ellipse((985, top - 12, 1035, top + 38), outline="#b02a2a", width=4)
    return _as_jpeg(paper)


def _paper(title: str, lines: Iterable[str]) -> bytes:
    """題と、何行かの字。"""
    paper = Image.new("RGB", SIZE, "#ffffff")
    pen = ImageDraw.Draw(paper)
    pen.text((70, 50), title, fill="#333333", font=ImageFont.truetype(FONT, 40))
    for row, line in enumerate(lines):
        pen.text((75, 175 + row * 90), line, fill="#333333", font=ImageFont.truetype(FONT, 30))
    return _as_jpeg(paper)


def _as_jpeg(paper: Image.Image) -> bytes:
    written = BytesIO()
    paper.save(written, "JPEG", quality=85)
    return written.getvalue()
