"""送信履歴の絞り込みと数。"""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from mamis.japanese.folding import fold
from mamis.mail.models import Message, MessageState


@dataclass(frozen=True)
class Criteria:
    """絞り込みの条件。空のものは問わない。"""

    state: str = ""
    since_on: date | None = None
    recipient: str = ""


def newest(messages: QuerySet[Message], criteria: Criteria) -> QuerySet[Message]:
    """条件に合うもの。新しい順。"""
    if criteria.state:
        messages = messages.filter(state=criteria.state)
    if criteria.since_on:
        start = timezone.make_aware(datetime.combine(criteria.since_on, time.min))
        messages = messages.filter(created_at__gte=start)
    if criteria.recipient:
        messages = messages.filter(
            Q(recipient_address__icontains=criteria.recipient)
            | Q(recipient_doctor__search_name__contains=fold(criteria.recipient))
        )
    return messages.order_by("-created_at", "-pk")


def untold(messages: QuerySet[Message]) -> QuerySet[Message]:
    """まだ紙・電話でも知らせていないもの。"""
    return messages.filter(told_at=None)


def to_addresses_in_use(messages: QuerySet[Message]) -> QuerySet[Message]:
    """いまも使っているアドレスに宛てたもの。アドレスを変えれば、前のアドレスに届かなかったことは、もう問わない。"""
    return messages.filter(
        Q(recipient_address=F("recipient_doctor__contact_address"))
        | Q(recipient_doctor=None, recipient_address=F("recipient_user__email"))
    )


def bounced(messages: QuerySet[Message]) -> QuerySet[Message]:
    """届かず、そのあと同じ宛先に一通も届いていないもの。本人に、アドレスを確かめてもらう。"""
    later = Message.objects.filter(
        recipient_address=OuterRef("recipient_address"), state=MessageState.SENT, sent_at__gt=OuterRef("created_at")
    )
    return messages.filter(~Exists(later), state=MessageState.FAILED).order_by("-created_at", "-pk")
