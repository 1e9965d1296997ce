"""預かったメールを一通、相手のメールサーバーに渡す。"""

import random
import smtplib
from contextlib import suppress
from datetime import datetime, timedelta
from email.charset import BASE64, Charset
from email.utils import format_datetime
from typing import NoReturn

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from mamis.mail.models import WAITING, Message, MessageState
from mamis.mail.rules import Pace, is_permanent, wait_before_next

SMTP = "django.core.mail.backends.smtp.EmailBackend"
UTF8 = Charset("utf-8")
UTF8.body_encoding = BASE64
# 仕事を預けた時計と、いまの時計の、わずかなずれ。
CLOCK_SLACK = timedelta(seconds=5)


class Temporary(Exception):
    """いまは送れないが、あとなら送れるかもしれない。"""


class Permanent(Exception):
    """何度送っても送れない。"""


def attempt(message: Message, *, at: datetime, crashes: int) -> bool:
    """一通を送り、結果をその行に書く。もう送られているか、まだ送る時でなければ、何もせず False。

    行は呼ぶ側が鍵で押さえている。

    `crashes` は、この仕事の最中に働き手が倒れた数。働き手を倒し続けるメールは、送るのをやめる。
    """
    if message.state not in WAITING or (message.next_attempt_at and message.next_attempt_at > at + CLOCK_SLACK):
        return False
    message.attempts += 1
    message.next_attempt_at = None
    try:
        if crashes >= settings.MAIL_RETRY["attempts"]:
            raise Permanent("WorkerDied")
        send(message)
    except Temporary as error:
        _try_later(message, str(error), at)
    except Permanent as error:
        _give_up(message, str(error))
    else:
        message.state, message.sent_at, message.last_error = MessageState.SENT, at, ""
        message.body = "" if message.is_secret else message.body
    message.save()
    return True


def send(message: Message) -> None:
    """SMTPで送る。送れなければ Temporary か Permanent。理由には、誤りの種類と応答の番号だけを書く。"""
    connection = get_connection(SMTP)
    try:
        connection.open()
        connection.send_messages([_email(message)])
    except smtplib.SMTPException as error:
        raise_for(error)
    except OSError as error:
        raise Temporary(type(error).__name__) from error
    except Exception as error:
        # 組み立てられない一通が、ほかのメールを止めてはならない。
        raise Permanent(type(error).__name__) from error
    finally:
        # 受け取られたあとの別れの挨拶がうまくいかなくても、届いたことに変わりはない。
        with suppress(smtplib.SMTPException, OSError):
            connection.close()


def raise_for(error: smtplib.SMTPException) -> NoReturn:
    """断りを、あとで送り直せるものと、そうでないものに分ける。"""
    reason, code = type(error).__name__, _code(error)
    # ログインの失敗や差出人の断りは、こちらの設定の誤りかもしれない。宛先のせいにせず、あとで送り直す。
    blames_recipient = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    refusal = Permanent if blames_recipient and is_permanent(code) else Temporary
    raise refusal(f"{reason} {code}" if code else reason) from error


def _code(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(code for code, _ in error.recipients.values())
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0


def _email(message: Message) -> EmailMessage:
    email = EmailMessage(
        subject=message.subject,
        body=message.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.recipient_address],
        headers={
            "Message-ID": message.message_id,
            "Date": format_datetime(timezone.localtime(message.created_at)),
            "Auto-Submitted": "auto-generated",
        },
    )
    email.encoding = UTF8
    return email


def _try_later(message: Message, reason: str, at: datetime) -> None:
    wait = wait_before_next(Pace(**settings.MAIL_RETRY), message.attempts, random.random())  # noqa: S311 待ちをずらすだけ
    if wait is None:
        _give_up(message, reason)
        return
    message.state, message.next_attempt_at, message.last_error = MessageState.RETRYING, at + wait, reason


def _give_up(message: Message, reason: str) -> None:
    message.state, message.last_error = MessageState.FAILED, reason
    message.body = "" if message.is_secret else message.body
