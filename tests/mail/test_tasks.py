from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from mamis.mail.models import Message, MessageState
from mamis.mail.outbox import post
from mamis.mail.tasks import orphans, sweep
from tests.mail.notes import NOON, Note, NoteFacts

pytestmark = pytest.mark.django_db


def posted(name: str) -> Message:
    return post(Note(NoteFacts(name=name)), at=NOON)[0]


def set_job(message: Message, status: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status WHERE lock = %s",
            (status, f"mail.message.{message.pk}"),
        )


def test_only_waiting_messages_without_a_living_job_are_orphans() -> None:
    lost, waiting, running, sent = (posted(name) for name in ("失われた", "待つ", "送っている", "送った"))
    set_job(lost, "doing")
    set_job(lost, "failed")
    set_job(running, "doing")
    set_job(sent, "doing")
    set_job(sent, "succeeded")
    Message.objects.filter(pk=sent.pk).update(state=MessageState.SENT, sent_at=NOON)

    assert orphans() == [lost]
    assert waiting.state == MessageState.QUEUED


def test_the_sweep_hands_an_orphan_over_again_at_its_time() -> None:
    message = posted("失われた")
    next_attempt_at = NOON + timedelta(hours=1)
    Message.objects.update(state=MessageState.RETRYING, attempts=3, next_attempt_at=next_attempt_at)
    set_job(message, "doing")
    set_job(message, "failed")

    sweep.func(timestamp=0)

    (job,) = ProcrastinateJob.objects.filter(status="todo")
    assert (job.task_name, job.args, job.scheduled_at) == ("mail.deliver", {"message": message.pk}, next_attempt_at)
    assert orphans() == []
