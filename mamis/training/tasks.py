"""まとめての承認の、裏方の仕事。"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from procrastinate.contrib.django import app

from mamis.jobs.resuming import without_job
from mamis.training import queries
from mamis.training.models import BulkDecision, BulkLine
from mamis.training.operations.bulk_lines import decide_line

LOCK = "training.bulk."


@app.task(name="training.bulk_approval", queue="default")
def go_on(decision: int) -> None:
    """まだ結果の出ていない行を、一件ずつ決める。どこで倒れても、続きから始まる。"""
    for line in queries.waiting_lines(BulkDecision.objects.get(pk=decision)):
        decide_line(line, at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="training.sweep_bulk", queue="upkeep", queueing_lock="training.sweep_bulk")
@transaction.atomic
def sweep(timestamp: int) -> None:
    """結果の出ていない行があるのに仕事がなくなったものに、仕事を預け直す。"""
    for decision in orphans():
        hand_over(decision)


def hand_over(decision: BulkDecision) -> None:
    """裏方の仕事を、いまのトランザクションの中で預ける。"""
    go_on.configure(lock=f"{LOCK}{decision.pk}").defer(decision=decision.pk)


def orphans() -> list[BulkDecision]:
    """途中なのに、生きている仕事がないもの。"""
    waiting = BulkLine.objects.filter(decision=OuterRef("pk"), outcome="")
    return list(without_job(BulkDecision.objects.filter(Exists(waiting)), LOCK).order_by("pk"))
