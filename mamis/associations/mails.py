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


@dataclass(frozen=True, kw_only=True)
class InvitationFacts(Facts):
    """招待のメールが要る事実。path は住所の、ホスト名より後ろ。"""

    association_name: str
    telephone: str
    role_label: str
    address: str
    by_name: str
    by_association: str
    path: str
    until: str
    hours: int


class StaffInvited(Mail):
    """事務局の担当者に招かれた人に、承諾の画面を開くリンクを知らせる。"""

    template = "associations/mails/staff_invited.txt"
    secret = True
    facts: InvitationFacts

    def to(self) -> tuple[Recipient, ...]:
        """招かれたアドレス。利用者がいるかどうかは見ない。"""
        return (Recipient(self.facts.address),)


@dataclass(frozen=True, kw_only=True)
class DelegationFacts(Facts):
    """代行を知らせるメールが要る事実。"""

    association_name: str
    office_name: str
    telephone: str
    has_own_administrator: bool
    told: tuple[Recipient, ...]


@dataclass(frozen=True)
class _DelegationTold(Mail):
    """代行についての知らせ。"""

    facts: DelegationFacts

    def to(self) -> tuple[Recipient, ...]:
        """代行される医師会の、二つの通知先。"""
        return self.facts.told


class DelegationBegun(_DelegationTold):
    """都道府県医師会が事務の代行を始めたことを、代行される医師会の二つの通知先に知らせる。"""

    template = "associations/mails/delegation_begun.txt"


class DelegationEnded(_DelegationTold):
    """都道府県医師会の代行が終わったことを、代行されていた医師会の二つの通知先に知らせる。"""

    template = "associations/mails/delegation_ended.txt"


@dataclass(frozen=True, kw_only=True)
class RekeyFacts(Facts):
    """管理者の復旧を知らせるメールが要る事実。"""

    association_name: str
    association_code: str
    office_name: str
    telephone: str
    told: tuple[Recipient, ...]


class AssociationRekeyed(Mail):
    """上の医師会が新しい管理者を招いたことを、その医師会の二つの通知先と、いまの担当者に知らせる。"""

    template = "associations/mails/association_rekeyed.txt"
    facts: RekeyFacts

    def to(self) -> tuple[Recipient, ...]:
        """二つの通知先と、いま務めているすべての人。"""
        return self.facts.told


@dataclass(frozen=True, kw_only=True)
class AdministratorFacts(Facts):
    """管理者が増えたことを知らせるメールが要る事実。"""

    association_name: str
    association_code: str
    administrator_name: str
    by_name: str
    told: tuple[Recipient, ...]


class AdministratorGranted(Mail):
    """新しい管理者ができたことを、その医師会のほかの管理者と会員管理用の通知先に知らせる。"""

    template = "associations/mails/administrator_granted.txt"
    facts: AdministratorFacts

    def to(self) -> tuple[Recipient, ...]:
        """ほかの管理者と、医師会の会員管理用通知メールアドレス。"""
        return self.facts.told
