"""パスワードについて、本人に知らせるメール。"""

from __future__ import annotations

from dataclasses import dataclass

from mamis.mail.base import Facts, Mail, Recipient


@dataclass(frozen=True, kw_only=True)
class PasswordFacts(Facts):
    """だれのパスワードの話か。"""

    user_id: int
    address: str
    when: str
    reset_path: str


@dataclass(frozen=True, kw_only=True)
class ResetFacts(PasswordFacts):
    """再設定の画面を開く道筋（住所の、ホスト名より後ろ）と、開ける分数。"""

    path: str
    minutes: int


class PasswordResetOffered(Mail):
    """パスワードの再設定を申し込んだ本人に、再設定の画面を開くリンクを知らせる。"""

    template = "accounts/mails/password_reset_offered.txt"
    secret = True
    facts: ResetFacts

    def to(self) -> tuple[Recipient, ...]:
        """申し込んだ本人。"""
        return (Recipient(self.facts.address, user_id=self.facts.user_id),)


class PasswordChanged(Mail):
    """パスワードが変更されたことを、本人に知らせる。"""

    template = "accounts/mails/password_changed.txt"
    facts: PasswordFacts

    def to(self) -> tuple[Recipient, ...]:
        """パスワードが変わった本人。"""
        return (Recipient(self.facts.address, user_id=self.facts.user_id),)

    def applies(self) -> bool:
        """メールアドレスを登録していない人には、知らせる先がない。"""
        return bool(self.facts.address)
