"""医師会情報のメール：通知先に届くかどうかの確かめ。"""

from dataclasses import dataclass

from mamis.mail.base import Facts, Mail, Recipient


@dataclass(frozen=True, kw_only=True)
class AddressFacts(Facts):
    """テスト送信のメールが要る事実。"""

    association_id: int
    association_name: str
    association_code: str
    address: str
    sender_name: str


@dataclass(frozen=True)
class AddressTested(Mail):
    """通知先メールアドレスのテスト送信。"""

    facts: AddressFacts

    def to(self) -> tuple[Recipient, ...]:
        return (Recipient(self.facts.address, association_id=self.facts.association_id),)


@dataclass(frozen=True)
class InquiryAddressTested(AddressTested):
    """お問い合わせ通知先メールアドレスに届くことを、管理者の求めで医師会に確かめる。"""

    template = "associations/mails/inquiry_address_tested.txt"


@dataclass(frozen=True)
class MemberAddressTested(AddressTested):
    """会員管理用通知メールアドレスに届くことを、管理者の求めで医師会に確かめる。"""

    template = "associations/mails/member_address_tested.txt"
