"""本物の働き手と本物のSMTPサーバーで、配達を確かめる。"""

from collections import Counter

import pytest
from django.db.models import Count

from mamis.mail.models import Message, MessageState
from mamis.mail.outbox import post
from tests.jobs.worker import Worker, wait_until
from tests.mail.notes import NOON, Note, NoteFacts
from tests.mail.smtp import Server

pytestmark = pytest.mark.django_db(transaction=True)


def counts() -> dict[str, int]:
    return dict(Message.objects.values_list("state").annotate(Count("pk")))


def test_one_bad_message_holds_up_nobody_and_a_refused_one_comes_again_under_its_name() -> None:
    busy = Counter[str]()

    def at_recipient(address: str) -> str:
        busy[address] += 1
        if address == "gone@clinic.example":
            return "550 no such user"
        return "450 busy" if address == "busy@clinic.example" and busy[address] == 1 else "250 OK"

    poison, gone, later = (
        post(Note(NoteFacts(address=f"{name}@clinic.example")), at=NOON)[0] for name in ("poison", "gone", "busy")
    )
    Message.objects.filter(pk=poison.pk).update(subject="壊れた\n件名")
    good = [post(Note(NoteFacts(address=f"d{number}@clinic.example")), at=NOON)[0] for number in range(20)]

    with (
        Server(at_recipient=at_recipient) as smtp,
        Worker(SMTP_PORT=str(smtp.port), SMTP_HOST="127.0.0.1", MAIL_RETRY_FIRST="1") as worker,
    ):
        ended = wait_until(lambda: counts() == {MessageState.SENT: 21, MessageState.FAILED: 2})
        code = worker.stop()

    assert (ended, code) == (True, 0)
    assert Counter(smtp.message_ids) == Counter(message.message_id for message in [*good, later])
    assert list(Message.objects.filter(state=MessageState.FAILED).order_by("pk").values_list("pk", "last_error")) == [
        (poison.pk, "BadHeaderError"),
        (gone.pk, "SMTPRecipientsRefused 550"),
    ]


def test_the_worker_finishes_what_it_holds_before_it_stops() -> None:
    message = post(Note(NoteFacts()), at=NOON)[0]
    stopping = Worker()

    def at_data(_: str) -> str:
        assert stopping.process is not None
        stopping.process.terminate()
        return "250 OK"

    with Server(at_data=at_data) as smtp:
        stopping.settings = {"SMTP_PORT": str(smtp.port), "SMTP_HOST": "127.0.0.1"}
        with stopping:
            assert stopping.process is not None
            code = stopping.process.wait(timeout=20)

    message.refresh_from_db()
    assert (code, message.state, smtp.message_ids) == (0, MessageState.SENT, [message.message_id])
