"""メールの配達の仕事。"""

from django.db import transaction
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from mamis.jobs.resuming import without_job
from mamis.mail import delivery
from mamis.mail.models import WAITING, Message, MessageState

QUEUE = "mail"
LOCK = "mail.message."
# 人が画面の前で待っているメール（再設定の案内など）は、溜まった知らせより先に送る。
AWAITED = 10


@app.task(name="mail.deliver", queue=QUEUE, pass_context=True)
@transaction.atomic
def deliver(context: JobContext, message: int) -> None:
    """一通を送る。すでに送られていれば何もしない。送り直すときは、次の仕事を同じトランザクションで預ける。"""
    row = Message.objects.select_for_update(of=("self",)).get(pk=message)
    tried = delivery.attempt(row, at=timezone.now(), crashes=context.job.attempts)
    if tried and row.state == MessageState.RETRYING:
        hand_over(row)


@app.periodic(cron="*/5 * * * *")
@app.task(name="mail.sweep", queue="upkeep", queueing_lock="mail.sweep")
@transaction.atomic
def sweep(timestamp: int) -> None:
    """送るべきなのに仕事がなくなったメールに、仕事を預け直す。"""
    for message in orphans():
        hand_over(message)


def hand_over(message: Message) -> None:
    """配達の仕事を、いまのトランザクションの中で預ける。"""
    deliver.configure(
        lock=f"{LOCK}{message.pk}",
        priority=AWAITED if message.is_secret else 0,
        schedule_at=message.next_attempt_at,
    ).defer(message=message.pk)


def orphans() -> list[Message]:
    """送信待ちなのに、生きている仕事がないメール。"""
    return list(without_job(Message.objects.filter(state__in=WAITING), LOCK).order_by("pk")[:1000])
