"""練習用のメール受け：本物のSMTPで受け取り、表に書く。どこへも送らない。"""

import asyncio
import logging
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import DatabaseError, close_old_connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from mamis.demo.models import ReceivedMail

LARGEST = 5 * 1024 * 1024
STORED = "250 OK"
NOT_STORED = "451 いまは受け取れません"

logger = logging.getLogger(__name__)


class Mailbox:
    """受け取った一通を書き留めてから、受け取ったと答える。"""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpdの決めた名
        """一通を書き留める。書けなければ、あとで送り直してもらう。"""
        return await asyncio.to_thread(keep, envelope)


def keep(envelope: Envelope) -> str:
    """一通を書き、SMTPの答えを返す。"""
    close_old_connections()
    try:
        store(envelope)
    except DatabaseError as error:
        logger.warning("mail not stored: %s", type(error).__name__)
        return NOT_STORED
    finally:
        close_old_connections()
    return STORED


@transaction.atomic
def store(envelope: Envelope) -> None:
    """宛先ごとに一行を書く。"""
    content = envelope.original_content or b""
    parsed = message_from_bytes(content, policy=policy.default)
    for recipient in envelope.rcpt_tos:
        ReceivedMail.objects.create(
            received_at=timezone.now(),
            envelope_from=_readable(envelope.mail_from or "")[:320],
            envelope_to=_readable(recipient)[:320],
            message_id=_readable(str(parsed.get("Message-ID", "")))[:998],
            subject=_readable(str(parsed.get("Subject", ""))),
            body=_readable(_body(parsed).replace("\r\n", "\n")),
            raw=content,
        )


def received(recipient: str = "") -> QuerySet[ReceivedMail]:
    """届いたメール。新しい順。"""
    mails = ReceivedMail.objects.order_by("-received_at", "-pk")
    return mails.filter(envelope_to=recipient) if recipient else mails


def recipients() -> list[str]:
    """届いたことのある宛先。"""
    return list(ReceivedMail.objects.order_by("envelope_to").values_list("envelope_to", flat=True).distinct())


async def serve(host: str, port: int, stop: asyncio.Event) -> None:
    """止められるまで受け取り続ける。"""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Mailbox(), hostname="mailbox.example", data_size_limit=LARGEST, loop=loop), host, port
    )
    async with server:
        await stop.wait()


def _body(parsed: EmailMessage) -> str:
    part = parsed.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        return (part.get_payload(decode=True) or b"").decode(errors="replace")


def _readable(text: str) -> str:
    """表に書ける文字だけにする。"""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
