"""利用者登録のご案内の紙。"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mamis.documents import pdf, qr
from mamis.japanese.calendar import formal_date

TEMPLATE = Path(__file__).with_name("letter.typ")


@dataclass(frozen=True)
class LetterFacts:
    """紙に書かれることのすべて。"""

    name: str
    issuer: str
    telephone: str
    code: str
    address: str
    made_on: date
    last_on: date


def letter_words(facts: LetterFacts) -> dict[str, str]:
    """型紙に渡す言葉。"""
    return {
        "name": facts.name,
        "issuer": facts.issuer,
        "telephone": facts.telephone,
        "code": facts.code,
        "address": facts.address.partition("://")[2],
        "qr": qr.svg(f"{facts.address}{facts.code}/"),
        "made_on": formal_date(facts.made_on),
        "expires": f"{formal_date(facts.last_on)} まで",
    }


def letter_pdf(facts: LetterFacts) -> bytes:
    """ご案内の PDF。"""
    return pdf.draw(TEMPLATE, letter_words(facts))
