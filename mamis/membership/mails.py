"""会員手続きのメール。医師には登録メールアドレスへ、医師会には会員管理用通知メールアドレスへ（membership.md §9）。

お問い合わせ通知先には、会員手続きのメールは送らない（newsletter 補足説明①）。
"""

from dataclasses import dataclass
from datetime import date

from mamis.mail.base import Facts, Mail, Recipient


@dataclass(frozen=True, kw_only=True)
class ApplicationFacts(Facts):
    """届出のメールが要る事実。生年月日、住所、医籍登録番号は持たない。"""

    title: str
    doctor_user_id: int | None
    doctor_name: str
    doctor_address: str
    effective_on: date
    effective_text: str
    comment: str
    route: str
    window_name: str
    window_telephone: str
    window_hours: str
    held_by_address: str = ""
    held_by_code: str = ""
    held_by_name: str = ""
    held_by_id: int | None = None
    is_entered: bool = False
    is_profile: bool = False
    remarked: int = 0


@dataclass(frozen=True, kw_only=True)
class StepFacts(Facts):
    """段のメールが要る事実。"""

    title: str
    task: str
    doctor_name: str
    association_name: str
    association_code: str
    association_address: str
    due_text: str
    is_automatic: bool = False
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactFacts(Facts):
    """連絡先が変わったことのメールが要る事実。だれの、何がは、ログインして見る。"""

    association_name: str
    association_code: str
    association_address: str


@dataclass(frozen=True)
class ApplicationMail(Mail):
    """届出についてのメール。"""

    facts: ApplicationFacts

    def to(self) -> tuple[Recipient, ...]:
        facts = self.facts
        return (Recipient(facts.doctor_address, user_id=facts.doctor_user_id, doctor_id=facts.about_doctor_id),)


@dataclass(frozen=True)
class StepMail(Mail):
    """段についてのメール。"""

    facts: StepFacts

    def to(self) -> tuple[Recipient, ...]:
        facts = self.facts
        return (Recipient(facts.association_address, association_id=facts.responsible_association_id),)


@dataclass(frozen=True)
class ApplicationReceived(ApplicationMail):
    """会員手続きの届出を受け付けたことを、医師本人の登録メールアドレスに知らせる（newsletter Topic 02 14）。"""

    template = "membership/mails/application_received.txt"


@dataclass(frozen=True)
class ApplicationReturned(ApplicationMail):
    """会員手続きの届出の差し戻しと理由を、医師本人に知らせる。"""

    template = "membership/mails/application_returned.txt"


@dataclass(frozen=True)
class ApplicationAsked(ApplicationMail):
    """会員手続きの届出についての医師会からのお尋ねを、医師本人に知らせる。"""

    template = "membership/mails/application_asked.txt"


@dataclass(frozen=True)
class ApplicationAnswered(ApplicationMail):
    """お尋ねに医師が答えたことを、尋ねた医師会の会員管理用通知メールアドレスに知らせる。"""

    template = "membership/mails/application_answered.txt"

    def to(self) -> tuple[Recipient, ...]:
        facts = self.facts
        return (Recipient(facts.held_by_address, association_id=facts.held_by_id),)


@dataclass(frozen=True)
class ApplicationAmended(ApplicationMail):
    """医師会が承認のときに改めたことを、医師本人に知らせる。"""

    template = "membership/mails/application_amended.txt"


@dataclass(frozen=True)
class ApplicationRejected(ApplicationMail):
    """会員手続きの届出の却下と理由を、医師本人に知らせる。"""

    template = "membership/mails/application_rejected.txt"


@dataclass(frozen=True)
class ApplicationFinished(ApplicationMail):
    """会員手続きの届出がすべての医師会で決まったことを、医師本人に知らせる。"""

    template = "membership/mails/application_finished.txt"


@dataclass(frozen=True)
class StepArrived(StepMail):
    """決める番になった届出を、その医師会の会員管理用通知メールアドレスに知らせる。"""

    template = "membership/mails/step_arrived.txt"

    def applies(self) -> bool:
        """届いてすぐに自動で決まるものは、知らせない。"""
        return not self.facts.is_automatic


@dataclass(frozen=True)
class StepNear(StepMail):
    """期限の近い届出を、その医師会の会員管理用通知メールアドレスに知らせる。"""

    template = "membership/mails/step_near.txt"


@dataclass(frozen=True)
class StepOverdue(StepMail):
    """期限の過ぎた届出を、その医師会の会員管理用通知メールアドレスに知らせる。"""

    template = "membership/mails/step_overdue.txt"


@dataclass(frozen=True)
class SeatTold(StepMail):
    """決めることはないが、会員の届出が完了したことを、その医師会の会員管理用通知メールアドレスに知らせる。"""

    template = "membership/mails/seat_told.txt"


@dataclass(frozen=True)
class ContactChanged(Mail):
    """会員が自宅の連絡先を変えたことを、在籍する医師会の会員管理用通知メールアドレスに知らせる。"""

    template = "membership/mails/contact_changed.txt"
    facts: ContactFacts

    def to(self) -> tuple[Recipient, ...]:
        facts = self.facts
        return (Recipient(facts.association_address, association_id=facts.responsible_association_id),)


@dataclass(frozen=True, kw_only=True)
class JoiningFacts(Facts):
    """入会の確認のお願いのメールが要る事実。氏名も施設も持たない。道筋は、住所の、ホスト名より後ろ。"""

    address: str
    user_id: int | None
    association_name: str
    path: str
    until: str


@dataclass(frozen=True)
class JoiningAsked(Mail):
    """研修医の名簿に載った医師に、入会の確認をお願いし、確認の画面を開くリンクを知らせる。"""

    template = "membership/mails/joining_asked.txt"
    secret = True

    facts: JoiningFacts

    def to(self) -> tuple[Recipient, ...]:
        """名簿のメールアドレス。利用者登録を終えた医師には、登録メールアドレス。"""
        facts = self.facts
        return (Recipient(facts.address, user_id=facts.user_id, doctor_id=facts.about_doctor_id),)
