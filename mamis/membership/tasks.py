"""会員手続きの裏方の仕事：日ごとの期限、まとめて進めることの残り、入会の確認のお願い。"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from procrastinate.contrib.django import app

from mamis.jobs.cron import daily
from mamis.jobs.resuming import without_job
from mamis.membership import queries
from mamis.membership.models import Batch, BatchLine
from mamis.membership.operations.batch_lines import end_line
from mamis.membership.operations.clock import lapse_confirmations, tell_deadlines
from mamis.membership.operations.joinings import QUEUE, TASK, expire_joinings, send_reminders
from mamis.membership.operations.printouts import forget_printed

LOCK = "membership.batch."


@app.periodic(cron=daily(0, 10))
@app.task(name="membership.deadlines", queue="upkeep", queueing_lock="membership.deadlines")
def deadlines(timestamp: int) -> None:
    """期限の過ぎた確認をみなし確認にし、期限の近い段と過ぎた段を知らせる。返事のないお願いを、期限切れにする。

    古い用紙に刷ったことを忘れる。
    """
    now = timezone.now()
    lapse_confirmations(at=now)
    tell_deadlines(at=now)
    expire_joinings(at=now)
    forget_printed(at=now)


@app.task(name="membership.batch", queue="default")
def go_on(batch: int) -> None:
    """まだ結果の出ていない行を、一件ずつ進める。どこで倒れても、続きから始まる。"""
    for line in queries.waiting_lines(Batch.objects.get(pk=batch)):
        end_line(line, at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="membership.sweep_batches", queue="upkeep", queueing_lock="membership.sweep_batches")
@transaction.atomic
def sweep(timestamp: int) -> None:
    """結果の出ていない行があるのに仕事がなくなったものに、仕事を預け直す。"""
    for batch in orphans():
        hand_over(batch)


def hand_over(batch: Batch) -> None:
    """裏方の仕事を、いまのトランザクションの中で預ける。"""
    go_on.configure(lock=f"{LOCK}{batch.pk}").defer(batch=batch.pk)


def orphans() -> list[Batch]:
    """途中なのに、生きている仕事がないもの。"""
    waiting = BatchLine.objects.filter(batch=OuterRef("pk"), ended_at=None)
    return list(without_job(Batch.objects.filter(Exists(waiting)), LOCK).order_by("pk"))


@app.task(name=TASK, queue=QUEUE)
def remind(code: str, user: int, list_number: int) -> None:
    """入会の確認を、まだ返事のない方へ、もう一度お願いする。"""
    send_reminders(code, user, list_number, at=timezone.now())
