import re

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from mamis.mail.models import Message, MessageState
from mamis.mail.outbox import post
from tests.mail.notes import NOON, Note, NoteFacts, SecretNote

pytestmark = pytest.mark.django_db


class ActFailed(Exception):
    pass


@transaction.atomic
def post_and_fail() -> None:
    post(Note(NoteFacts()), at=NOON)
    raise ActFailed


def jobs() -> list[tuple[str, dict[str, int], int]]:
    return [
        (job.task_name, job.args, job.priority) for job in ProcrastinateJob.objects.filter(status="todo").order_by("pk")
    ]


def test_a_message_and_its_job_are_written_together() -> None:
    (message,) = post(Note(NoteFacts(reference="S-2026-000123")), at=NOON)

    message.refresh_from_db()
    assert (message.mail, message.label, message.subject, message.body, message.reference) == (
        "Note",
        "試験のお知らせを、相手に知らせる",
        "山田 太郎 先生へのお知らせ",
        "山田 太郎 先生\n\n本文です。\nhttp://localhost:8000/mypage/\n",
        "S-2026-000123",
    )
    assert (message.state, message.created_at, message.attempts) == (MessageState.QUEUED, NOON, 0)
    assert re.fullmatch(r"<[0-9a-f]{32}@mamis\.example>", message.message_id)
    assert jobs() == [("mail.deliver", {"message": message.pk}, 0)]


def test_when_the_act_fails_neither_message_nor_job_remains() -> None:
    with pytest.raises(ActFailed):
        post_and_fail()

    assert (Message.objects.count(), jobs()) == (0, [])


def test_a_mail_that_does_not_apply_leaves_no_trace() -> None:
    assert post(Note(NoteFacts(is_wanted=False)), at=NOON) == ()
    assert (Message.objects.count(), jobs()) == (0, [])


@pytest.mark.parametrize("address", ["", "住所なし", "a@b.example, c@d.example"])
def test_without_a_good_address_the_message_is_kept_and_not_sent(address: str) -> None:
    (message,) = post(Note(NoteFacts(address=address)), at=NOON)

    assert (message.state, message.recipient_address, message.body != "") == (MessageState.NO_ADDRESS, address, True)
    assert jobs() == []


def test_a_secret_mail_goes_first_and_is_not_kept_where_it_cannot_be_sent() -> None:
    (sendable,) = post(SecretNote(NoteFacts()), at=NOON)
    (unsendable,) = post(SecretNote(NoteFacts(address="")), at=NOON)

    assert (sendable.is_secret, sendable.body != "") == (True, True)
    assert (unsendable.is_secret, unsendable.body) == (True, "")
    assert jobs() == [("mail.deliver", {"message": sendable.pk}, 10)]


def test_a_name_with_breaks_cannot_reach_another_header() -> None:
    facts = NoteFacts(name="山田\r\nBcc: thief@evil.example\r\n\r\n偽の本文")

    (message,) = post(Note(facts), at=NOON)

    assert message.subject == "山田 Bcc: thief@evil.example 偽の本文 先生へのお知らせ"


def test_a_text_is_written_as_it_is_and_what_cannot_be_stored_is_left_out() -> None:
    (message,) = post(Note(NoteFacts(text="<b>A&B</b> 'x'\x00\ud800 {{ name }}")), at=NOON)

    message.refresh_from_db()
    assert "<b>A&B</b> 'x'〓 {{ name }}\n" in message.body


def test_each_message_has_a_name_of_its_own() -> None:
    posted = [post(Note(NoteFacts()), at=NOON)[0].message_id for _ in range(3)]

    assert len(set(posted)) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"state": MessageState.SENT},
        {"sent_at": NOON},
        {"state": MessageState.RETRYING},
        {"next_attempt_at": NOON},
        {"told_at": NOON},
        {"state": "unknown"},
        {"is_secret": True, "state": MessageState.FAILED},
    ],
)
def test_the_database_refuses_a_half_told_story(change: dict[str, object]) -> None:
    (message,) = post(Note(NoteFacts()), at=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**change)
