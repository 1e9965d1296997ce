"""試験のためのメールと、それを送る相手。"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from mamis.mail.base import Facts, Mail, Recipient

JST = timezone(timedelta(hours=9))
NOON = datetime(2026, 6, 4, 12, 0, tzinfo=JST)


@dataclass(frozen=True, kw_only=True)
class NoteFacts(Facts):
    """試験のメールの事実。"""

    address: str = "yamada@clinic.example"
    name: str = "山田 太郎"
    text: str = "本文です。"
    user_id: int | None = None
    doctor_id: int | None = None
    association_id: int | None = None
    is_wanted: bool = True


class Note(Mail):
    """試験のお知らせを、相手に知らせる。"""

    template = "tests/note.txt"
    facts: NoteFacts

    def to(self) -> tuple[Recipient, ...]:
        facts = self.facts
        return (Recipient(facts.address, facts.user_id, facts.doctor_id, facts.association_id),)

    def applies(self) -> bool:
        return self.facts.is_wanted


class SecretNote(Note):
    """試験の秘密のお知らせを、相手に知らせる。"""

    secret = True
