"""メールを預ける、ただ一つの口。"""

import uuid
from dataclasses import fields
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template import Context, Template
from django.template.loader import get_template

from mamis.mail.base import Mail, Recipient
from mamis.mail.models import Message, MessageState
from mamis.mail.rules import Parts, clean_line, clean_parts, is_deliverable, split_template
from mamis.mail.tasks import hand_over


@transaction.atomic
def post(mail: Mail, *, at: datetime) -> tuple[Message, ...]:
    """メールを、いまのトランザクションの中で書き留め、配達の仕事を同じトランザクションで預ける。

    トランザクションが取り消されれば、メールも仕事も残らない。宛先がなくても行為は止めない。
    """
    if not mail.applies():
        return ()
    return tuple(_post_to(recipient, mail, at) for recipient in mail.to())


def _post_to(recipient: Recipient, mail: Mail, at: datetime) -> Message:
    address = clean_line(recipient.address)
    deliverable = is_deliverable(address)
    parts = _parts(mail, recipient)
    message = Message.objects.create(
        mail=type(mail).__name__,
        label=mail.label(),
        recipient_address=address[:254],
        recipient_user_id=recipient.user_id,
        recipient_doctor_id=recipient.doctor_id,
        recipient_association_id=recipient.association_id,
        about_doctor_id=mail.facts.about_doctor_id,
        responsible_association_id=mail.facts.responsible_association_id,
        reference=mail.facts.reference,
        is_secret=mail.secret,
        subject=parts.subject,
        body=parts.body if deliverable or not mail.secret else "",
        message_id=new_message_id(),
        created_at=at,
        state=MessageState.QUEUED if deliverable else MessageState.NO_ADDRESS,
    )
    if deliverable:
        hand_over(message)
    return message


def _parts(mail: Mail, recipient: Recipient) -> Parts:
    """ひな型に事実を当てはめる。本文はHTMLではないので、文字の置き換えはしない。"""
    facts: dict[str, Any] = {field.name: getattr(mail.facts, field.name) for field in fields(mail.facts)}
    context = {**facts, "facts": mail.facts, "recipient": recipient, "base_url": settings.BASE_URL}
    source: Any = get_template(mail.template)
    parts = split_template(source.template.source)
    return clean_parts(_render(parts.subject, context), _render(parts.body, context))


def _render(template: str, context: dict[str, Any]) -> str:
    return Template(template).render(Context(context, autoescape=False))


def new_message_id() -> str:
    """送り直しても変わらない、このメールの名。"""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{uuid.uuid4().hex}@{domain}>"
