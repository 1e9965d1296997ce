"""パスワード、メールアドレス、二要素について、本人に知らせるメール。"""

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


@dataclass(frozen=True, kw_only=True)
class SafetyFacts(PasswordFacts):
    """だれのログインに、いつ、何が起きたか。確かめる画面の道筋も持つ。"""

    what: str = ""
    settings_path: str


class SafetyNotice(Mail):
    """ログインの守りに変わりがあったことの知らせ。"""

    facts: SafetyFacts

    def to(self) -> tuple[Recipient, ...]:
        """そのログインの本人。"""
        return (Recipient(self.facts.address, user_id=self.facts.user_id),)

    def applies(self) -> bool:
        """メールアドレスを登録していない人には、知らせる先がない。"""
        return bool(self.facts.address)


class FactorAdded(SafetyNotice):
    """認証アプリかパスキーが登録されたことを、本人に知らせる。"""

    template = "accounts/mails/factor_added.txt"


class FactorRemoved(SafetyNotice):
    """認証アプリかパスキーが外されたことを、本人に知らせる。"""

    template = "accounts/mails/factor_removed.txt"


class RecoveryCodeUsed(SafetyNotice):
    """回復コードが使われたことを、本人に知らせる。"""

    template = "accounts/mails/recovery_code_used.txt"


class RecoveryCodesRenewed(SafetyNotice):
    """回復コードが作り直されたことを、本人に知らせる。"""

    template = "accounts/mails/recovery_codes_renewed.txt"


# メールアドレスの変更


@dataclass(frozen=True, kw_only=True)
class AddressFacts(Facts):
    """何のメールアドレスが、どう変わるか。道筋は、住所の、ホスト名より後ろ。"""

    user_id: int
    purpose: str
    old_address: str
    new_address: str
    owner_id: int | None
    when: str
    confirm_path: str
    stop_path: str
    reset_path: str
    hours: int
    days: int


class AddressMail(Mail):
    """メールアドレスの変更についてのメール。"""

    facts: AddressFacts

    def _old(self) -> tuple[Recipient, ...]:
        facts = self.facts
        return (Recipient(facts.old_address, user_id=facts.user_id),) if facts.old_address else ()

    def _new(self) -> tuple[Recipient, ...]:
        # 送信履歴には残さない。ほかの方のアドレスだったときと、見分けがつかないように。
        return (Recipient(self.facts.new_address),)


class AddressConfirmationOffered(AddressMail):
    """新しいメールアドレスに、変更を終えるリンクを知らせる。"""

    template = "accounts/mails/address_confirmation_offered.txt"
    secret = True

    def to(self) -> tuple[Recipient, ...]:
        """新しいアドレス。"""
        return self._new()

    def applies(self) -> bool:
        """ログインに使う、ほかの方のメールアドレスでないとき。"""
        return self.facts.owner_id is None


class AddressInUse(AddressMail):
    """ほかの方のログイン用メールアドレスが変更先に書かれたことを、そのアドレスの持ち主に知らせる。"""

    template = "accounts/mails/address_in_use.txt"

    def to(self) -> tuple[Recipient, ...]:
        """そのアドレスの持ち主。"""
        return (Recipient(self.facts.new_address, user_id=self.facts.owner_id),)

    def applies(self) -> bool:
        """ログインに使う、ほかの方のメールアドレスのとき。"""
        return self.facts.owner_id is not None


class AddressChangeAsked(AddressMail):
    """メールアドレスの変更の申込みがあったことを、前のアドレスに知らせ、心当たりを尋ねる。"""

    template = "accounts/mails/address_change_asked.txt"
    secret = True

    def to(self) -> tuple[Recipient, ...]:
        """前のアドレス。"""
        return self._old()


class AddressChanged(AddressMail):
    """メールアドレスが変わったことを、前と新しいアドレスに知らせ、心当たりを尋ねる。"""

    template = "accounts/mails/address_changed.txt"
    secret = True

    def to(self) -> tuple[Recipient, ...]:
        """前のアドレスと、新しいアドレス。"""
        return (*self._old(), *self._new())


class AddressRestored(AddressMail):
    """メールアドレスの変更が止められたか元に戻されたことを、前と新しいアドレスに知らせる。"""

    template = "accounts/mails/address_restored.txt"

    def to(self) -> tuple[Recipient, ...]:
        """前のアドレスと、新しいアドレス。"""
        return (*self._old(), *self._new())


class NewDeviceUsed(SafetyNotice):
    """はじめての接続元からログインがあったことを、本人に知らせる。"""

    template = "accounts/mails/new_device_used.txt"


@dataclass(frozen=True, kw_only=True)
class ReleaseFacts(SafetyFacts):
    """どの医師会が決め、どのリンクで、何時間のうちに登録し直すか。"""

    association_name: str
    path: str
    hours: int


class FactorLossAsked(SafetyNotice):
    """二要素をなくしたという申し出があったことを、本人に知らせる。"""

    template = "accounts/mails/factor_loss_asked.txt"


class FactorsReleased(SafetyNotice):
    """二要素が解除されたことを本人に知らせ、登録し直す画面を開くリンクを届ける。"""

    template = "accounts/mails/factors_released.txt"
    secret = True
    facts: ReleaseFacts


class FactorReleaseRefused(SafetyNotice):
    """二要素の解除が断られたことを、本人に知らせる。"""

    template = "accounts/mails/factor_release_refused.txt"
    facts: ReleaseFacts
