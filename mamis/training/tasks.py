"""まとめての承認の、裏方の仕事。"""

from __future__ import annotations

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

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
    lock = Concat(Value(LOCK), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    jobs = ProcrastinateJob.objects.filter(lock=lock, status__in=("todo", "doing"))
    waiting = BulkLine.objects.filter(decision=OuterRef("pk"), outcome="")
    return list(BulkDecision.objects.filter(Exists(waiting), ~Exists(jobs)).order_by("pk"))
