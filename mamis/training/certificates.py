"""修了証。凍結された事実から、何度でも同じ紙を描く。"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mamis.documents import pdf, qr
from mamis.japanese.calendar import formal_date

TEMPLATE = Path(__file__).with_name("certificate.typ")


@dataclass(frozen=True)
class CertificateFacts:
    """修了証に書かれることのすべて。"""

    number: str
    name: str
    licence_no: str
    programme: str
    completed_on: date
    expires_on: date
    issuer: str
    president: str
    verify_url: str


def certificate_words(facts: CertificateFacts) -> dict[str, str]:
    """型紙に渡す言葉。"""
    return {
        "number": facts.number,
        "name": facts.name,
        "licence_no": facts.licence_no,
        "programme": facts.programme,
        "completed_on": formal_date(facts.completed_on),
        "expires_on": formal_date(facts.expires_on),
        "issuer": facts.issuer,
        "president": facts.president,
        "address": facts.verify_url.partition("://")[2],
        "qr": qr.svg(facts.verify_url),
    }


def certificate_pdf(facts: CertificateFacts) -> bytes:
    """修了証の PDF。"""
    return pdf.draw(TEMPLATE, certificate_words(facts))
