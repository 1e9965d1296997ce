import smtplib
from datetime import timedelta
from typing import Any

import pytest

from mamis.mail import delivery
from mamis.mail.models import Message, MessageState
from mamis.mail.outbox import post
from tests.mail.notes import NOON, Note, NoteFacts, SecretNote
from tests.mail.smtp import DROP, Server, free_port

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(seconds=10)


def posted(mail: Note | None = None) -> Message:
    return post(mail or Note(NoteFacts()), at=NOON)[0]


def outcome(message: Message) -> tuple[str, int, str]:
    message.refresh_from_db()
    return message.state, message.attempts, message.last_error


def test_a_message_is_sent_with_fixed_headers(smtp: Server) -> None:
    message = posted()

    tried = delivery.attempt(message, at=LATER, crashes=0)

    assert (tried, outcome(message), message.sent_at) == (True, (MessageState.SENT, 1, ""), LATER)
    ((recipient, received),) = smtp.received
    assert recipient == "yamada@clinic.example"
    assert {name: str(value) for name, value in received.items()} == {
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "base64",
        "MIME-Version": "1.0",
        "Subject": "山田 太郎 先生へのお知らせ",
        "From": "MAMIS <no-reply@mamis.example>",
        "To": "yamada@clinic.example",
        "Message-ID": message.message_id,
        "Date": "Thu, 04 Jun 2026 12:00:00 +0900",
        "Auto-Submitted": "auto-generated",
    }
    assert received.get_content() == message.body


def test_what_was_sent_is_not_sent_again(smtp: Server) -> None:
    message = posted()
    delivery.attempt(message, at=LATER, crashes=0)

    tried = delivery.attempt(message, at=LATER, crashes=1)

    assert (tried, outcome(message), len(smtp.received)) == (False, (MessageState.SENT, 1, ""), 1)


def test_a_secret_body_is_blanked_once_delivered(smtp: Server) -> None:
    message = posted(SecretNote(NoteFacts(text="秘密の合言葉")))

    delivery.attempt(message, at=LATER, crashes=0)

    assert "秘密の合言葉" in smtp.received[0][1].get_content()
    assert (outcome(message), message.body) == ((MessageState.SENT, 1, ""), "")


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"at_recipient": lambda _: "450 mailbox busy"}, "SMTPRecipientsRefused 450"),
        ({"at_data": lambda _: "451 try later"}, "SMTPDataError 451"),
        ({"at_data": lambda _: DROP}, "SMTPServerDisconnected"),
    ],
)
def test_a_temporary_failure_is_tried_again_later_under_the_same_name(
    smtp: Server, answers: dict[str, Any], error: str
) -> None:
    message = posted()
    for name, answer in answers.items():
        setattr(smtp, name, answer)
    delivery.attempt(message, at=LATER, crashes=0)
    failed = outcome(message)
    wait = message.next_attempt_at - LATER
    smtp.at_recipient = smtp.at_data = lambda _: "250 OK"

    too_early = delivery.attempt(message, at=LATER + timedelta(seconds=20), crashes=0)
    in_time = delivery.attempt(message, at=LATER + timedelta(seconds=70), crashes=0)

    assert failed == (MessageState.RETRYING, 1, error)
    assert timedelta(seconds=54) <= wait <= timedelta(seconds=66)
    assert (too_early, in_time, outcome(message)) == (False, True, (MessageState.SENT, 2, ""))
    assert smtp.message_ids == [message.message_id]


def test_a_server_that_cannot_be_reached_is_a_temporary_failure(settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    message = posted()

    delivery.attempt(message, at=LATER, crashes=0)

    assert outcome(message) == (MessageState.RETRYING, 1, "ConnectionRefusedError")


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"at_recipient": lambda _: "550 no such user yamada@clinic.example"}, "SMTPRecipientsRefused 550"),
        ({"at_data": lambda _: "554 refused"}, "SMTPDataError 554"),
    ],
)
def test_a_permanent_refusal_ends_the_matter_and_keeps_no_personal_data(
    smtp: Server, answers: dict[str, Any], error: str
) -> None:
    message = posted()
    for name, answer in answers.items():
        setattr(smtp, name, answer)

    delivery.attempt(message, at=LATER, crashes=0)

    assert outcome(message) == (MessageState.FAILED, 1, error)


def test_when_the_attempts_are_used_up_the_message_is_undelivered(smtp: Server, settings: Any) -> None:
    settings.MAIL_RETRY = {"first": 1, "longest": 1, "attempts": 2}
    smtp.at_recipient = lambda _: "450 busy"
    message = posted(SecretNote(NoteFacts()))

    for minutes in (1, 2):
        delivery.attempt(message, at=NOON + timedelta(minutes=minutes), crashes=0)

    assert (outcome(message), message.body) == ((MessageState.FAILED, 2, "SMTPRecipientsRefused 450"), "")


def test_a_message_that_cannot_be_put_together_is_undelivered(smtp: Server) -> None:
    message = posted()
    Message.objects.filter(pk=message.pk).update(subject="壊れた\n件名")
    message.refresh_from_db()

    delivery.attempt(message, at=LATER, crashes=0)

    assert (outcome(message), smtp.received) == ((MessageState.FAILED, 1, "BadHeaderError"), [])


def test_a_message_that_keeps_killing_its_worker_is_given_up(smtp: Server) -> None:
    message = posted()

    delivery.attempt(message, at=LATER, crashes=20)

    assert (outcome(message), smtp.received) == ((MessageState.FAILED, 1, "WorkerDied"), [])


def test_a_refused_sender_is_our_own_fault_and_tried_again() -> None:
    with pytest.raises(delivery.Temporary, match="SMTPSenderRefused 553"):
        delivery.raise_for(smtplib.SMTPSenderRefused(553, b"no", "no-reply@mamis.example"))
