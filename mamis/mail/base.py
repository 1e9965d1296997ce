"""メールの形。各アプリの mails.py が、一通ごとに一つのクラスを書く。

    @dataclass(frozen=True, kw_only=True)
    class CompletionFacts(Facts):
        doctor_address: str

    class CompletionReceived(Mail):
        \"\"\"修了申請を受け付けたことを、医師本人に知らせる。\"\"\"

        template = "training/mails/completion_received.txt"
        facts: CompletionFacts

        def to(self) -> tuple[Recipient, ...]:
            return (Recipient(self.facts.doctor_address, doctor_id=self.facts.about_doctor_id),)

ひな型の一行目は「件名: …」、二行目は空け、三行目から本文。事実の項目の名がそのままひな型の変数になる。
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Recipient:
    """宛先。アドレスと、それが誰のものか。"""

    address: str
    user_id: int | None = None
    doctor_id: int | None = None
    association_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """メールに書く事実。どの医師の、どの医師会が受け持つ、どの受付番号の話か。"""

    about_doctor_id: int | None = None
    responsible_association_id: int | None = None
    reference: str = ""


@dataclass(frozen=True)
class Mail(ABC):
    """一通のメール。docstring の一行が「だれに何を知らせるか」であり、送信履歴の名前にもなる。"""

    template: ClassVar[str]
    secret: ClassVar[bool] = False

    facts: Facts

    @abstractmethod
    def to(self) -> tuple[Recipient, ...]:
        """宛先。"""

    def applies(self) -> bool:
        """このメールを出すか。False なら、送信履歴にも残らない。"""
        return True

    @classmethod
    def label(cls) -> str:
        """だれに何を知らせるメールか。"""
        return (cls.__doc__ or "").strip().splitlines()[0].rstrip("。")
