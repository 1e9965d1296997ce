"""利用者登録のメール。生年月日、住所、医籍登録番号は書かない。"""

from dataclasses import dataclass

from mamis.mail.base import Facts, Mail, Recipient


@dataclass(frozen=True, kw_only=True)
class LinkFacts(Facts):
    """登録の画面を開く道筋（住所の、ホスト名より後ろ）と、開ける時間。"""

    address: str
    user_id: int | None = None
    path: str = ""
    hours: int = 0


class RegistrationLinkOffered(Mail):
    """利用者登録を申し込んだ人に、登録の画面を開くリンクを知らせる。"""

    template = "doctors/mails/registration_link_offered.txt"
    secret = True
    facts: LinkFacts

    def to(self) -> tuple[Recipient, ...]:
        """申し込んだ人。"""
        return (Recipient(self.facts.address, user_id=self.facts.user_id),)


class AlreadyRegistered(Mail):
    """利用者登録を申し込んだ人に、そのメールアドレスがすでに登録されていることを知らせる。"""

    template = "doctors/mails/already_registered.txt"
    facts: LinkFacts

    def to(self) -> tuple[Recipient, ...]:
        """そのメールアドレスの持ち主。"""
        return (Recipient(self.facts.address, user_id=self.facts.user_id),)


@dataclass(frozen=True, kw_only=True)
class DelegationFacts(Facts):
    """代理のメールが要る事実。"""

    doctor_name: str
    doctor_address: str
    doctor_user_id: int | None
    delegate_name: str
    delegate_address: str
    delegate_user_id: int | None
    until: str
    path: str
    hours: int


@dataclass(frozen=True)
class DelegationMail(Mail):
    """代理についてのメール。"""

    facts: DelegationFacts

    def _doctor(self) -> tuple[Recipient, ...]:
        facts = self.facts
        return (Recipient(facts.doctor_address, user_id=facts.doctor_user_id, doctor_id=facts.about_doctor_id),)

    def _delegate(self) -> tuple[Recipient, ...]:
        return (Recipient(self.facts.delegate_address, user_id=self.facts.delegate_user_id),)


@dataclass(frozen=True)
class DelegateInvited(DelegationMail):
    """代理を頼まれた人に、引き受ける画面を開くリンクを知らせる。"""

    template = "doctors/mails/delegate_invited.txt"
    secret = True

    def to(self) -> tuple[Recipient, ...]:
        return self._delegate()


@dataclass(frozen=True)
class DelegateAccepted(DelegationMail):
    """代理が引き受けられたことを、頼んだ医師に知らせる。"""

    template = "doctors/mails/delegate_accepted.txt"

    def to(self) -> tuple[Recipient, ...]:
        return self._doctor()


@dataclass(frozen=True)
class DelegateGaveUp(DelegationMail):
    """引き受けていた人が代理をやめたことを、頼んだ医師に知らせる。"""

    template = "doctors/mails/delegate_gave_up.txt"

    def to(self) -> tuple[Recipient, ...]:
        return self._doctor()


@dataclass(frozen=True)
class DelegateEnded(DelegationMail):
    """代理が終わったことを、引き受けていた人に知らせる。"""

    template = "doctors/mails/delegate_ended.txt"

    def to(self) -> tuple[Recipient, ...]:
        return self._delegate()

    def applies(self) -> bool:
        """引き受けられていたとき。"""
        return self.facts.delegate_user_id is not None


@dataclass(frozen=True, kw_only=True)
class RegistrationFacts(Facts):
    """利用者登録のメールが要る事実。"""

    address: str
    user_id: int
    name: str
    office_name: str
    office_telephone: str
    office_hours: str
    record_address: str
    office_code: str = ""
    office_address: str = ""
    desk_name: str = ""
    desk_telephone: str = ""
    desk_hours: str = ""
    comment: str = ""
    path: str = ""
    hours: int = 0


@dataclass(frozen=True)
class RegistrationMail(Mail):
    """利用者登録についてのメール。"""

    facts: RegistrationFacts

    def _applicant(self) -> tuple[Recipient, ...]:
        facts = self.facts
        return (Recipient(facts.address, user_id=facts.user_id, doctor_id=facts.about_doctor_id),)


@dataclass(frozen=True)
class RegistrationReceived(RegistrationMail):
    """利用者登録を受け付け、確認のうえ知らせることを、申し込んだ本人に知らせる。"""

    template = "doctors/mails/registration_received.txt"

    def to(self) -> tuple[Recipient, ...]:
        return self._applicant()


@dataclass(frozen=True)
class RegistrationArrived(RegistrationMail):
    """確認を待つ利用者登録が届いたことを、確認する医師会の会員管理用通知メールアドレスに知らせる。"""

    template = "doctors/mails/registration_arrived.txt"

    def to(self) -> tuple[Recipient, ...]:
        facts = self.facts
        return (Recipient(facts.office_address, association_id=facts.responsible_association_id),)


@dataclass(frozen=True)
class RegistrationReturned(RegistrationMail):
    """利用者登録の差し戻しと理由、直す画面を開くリンクを、申し込んだ本人にのみ知らせる。"""

    template = "doctors/mails/registration_returned.txt"
    secret = True

    def to(self) -> tuple[Recipient, ...]:
        return self._applicant()


@dataclass(frozen=True)
class RegistrationRejected(RegistrationMail):
    """利用者登録を受け付けられなかったことと理由を、申し込んだ本人にのみ知らせる。"""

    template = "doctors/mails/registration_rejected.txt"

    def to(self) -> tuple[Recipient, ...]:
        return self._applicant()


@dataclass(frozen=True)
class RegistrationCompleted(RegistrationMail):
    """利用者登録が終わり、マイページが使えることを、本人に知らせる。"""

    template = "doctors/mails/registration_completed.txt"

    def to(self) -> tuple[Recipient, ...]:
        return self._applicant()


@dataclass(frozen=True)
class RegistrationNoticed(RegistrationMail):
    """利用者登録が行われたことを、記録にある別の登録メールアドレスに知らせ、心当たりを尋ねる。"""

    template = "doctors/mails/registration_noticed.txt"

    def to(self) -> tuple[Recipient, ...]:
        facts = self.facts
        return (Recipient(facts.record_address, doctor_id=facts.about_doctor_id),)

    def applies(self) -> bool:
        """記録に、登録に使ったものと違う登録メールアドレスがあるとき。"""
        return bool(self.facts.record_address) and self.facts.record_address != self.facts.address
