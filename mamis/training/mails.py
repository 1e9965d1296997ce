"""修了申請のメール（newsletter Topic 01 3、補足説明①～④）。

止める・絞るという設定はない（②）。差し戻しと承認は医師本人にだけ知らせる（③）。
受付のメールは機能が始まる前の申請にさかのぼらない（④）。
"""

from dataclasses import dataclass
from datetime import date

from mamis.mail.base import Facts, Mail, Recipient


@dataclass(frozen=True, kw_only=True)
class CompletionFacts(Facts):
    """修了申請のメールが要る事実。生年月日、住所、医籍登録番号は持たない。"""

    programme: str
    doctor_user_id: int | None
    doctor_name: str
    doctor_address: str
    destination_name: str
    destination_code: str
    destination_telephone: str
    destination_hours: str
    destination_address: str
    submitted_on: date
    received_from_on: date | None
    is_imported: bool
    comment: str
    is_entered: bool = False
    certificate_expires_text: str = ""


@dataclass(frozen=True)
class CompletionMail(Mail):
    """修了申請についてのメール。"""

    facts: CompletionFacts

    def _doctor(self) -> tuple[Recipient, ...]:
        facts = self.facts
        return (Recipient(facts.doctor_address, user_id=facts.doctor_user_id, doctor_id=facts.about_doctor_id),)

    def _destination(self) -> tuple[Recipient, ...]:
        facts = self.facts
        return (Recipient(facts.destination_address, association_id=facts.responsible_association_id),)

    def _is_after_start(self) -> bool:
        """受付のメールの機能が始まってからの、この仕組みでの申請か（補足説明④）。"""
        start = self.facts.received_from_on
        return start is not None and self.facts.submitted_on >= start and not self.facts.is_imported


@dataclass(frozen=True)
class CompletionReceived(CompletionMail):
    """修了申請の受付を、医師本人の登録メールアドレスに知らせる。"""

    template = "training/mails/completion_received.txt"

    def to(self) -> tuple[Recipient, ...]:
        return self._doctor()

    def applies(self) -> bool:
        """受付のメールの機能が始まってからの、この仕組みでの申請だけ（補足説明④）。"""
        return self._is_after_start()


@dataclass(frozen=True)
class CompletionArrived(CompletionMail):
    """修了申請が届いたことを、申請先医師会のお問い合わせ通知先メールアドレスに 1 件ごとに知らせる。"""

    template = "training/mails/completion_arrived.txt"

    def to(self) -> tuple[Recipient, ...]:
        return self._destination()

    def applies(self) -> bool:
        """受付のメールの機能が始まってからの、この仕組みでの申請だけ（補足説明④）。"""
        return self._is_after_start()


@dataclass(frozen=True)
class CompletionReturned(CompletionMail):
    """修了申請の差し戻しと理由を、医師本人にのみ知らせる。"""

    template = "training/mails/completion_returned.txt"

    def to(self) -> tuple[Recipient, ...]:
        return self._doctor()


@dataclass(frozen=True)
class CompletionApproved(CompletionMail):
    """修了申請の承認と修了証の発行を、医師本人にのみ知らせる。"""

    template = "training/mails/completion_approved.txt"

    def to(self) -> tuple[Recipient, ...]:
        return self._doctor()


@dataclass(frozen=True)
class CompletionForwarded(CompletionMail):
    """修了申請が正しい申請先に回送されたことを、医師本人に知らせる。"""

    template = "training/mails/completion_forwarded.txt"

    def to(self) -> tuple[Recipient, ...]:
        return self._doctor()


@dataclass(frozen=True)
class CompletionUndone(CompletionMail):
    """承認の取りやめと理由を、医師本人にのみ知らせる。修了証は発行されなかったものとなる。"""

    template = "training/mails/completion_undone.txt"

    def to(self) -> tuple[Recipient, ...]:
        return self._doctor()


@dataclass(frozen=True)
class CompletionRevoked(CompletionMail):
    """承認と修了証の取消しと理由を、医師本人にのみ知らせる。"""

    template = "training/mails/completion_revoked.txt"

    def to(self) -> tuple[Recipient, ...]:
        return self._doctor()
