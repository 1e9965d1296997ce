"""途中で倒れても、続きから始められる仕事：生きている仕事のない行を見つける。"""

from typing import TypeVar

from django.db.models import CharField, Exists, Model, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from procrastinate.contrib.django.models import ProcrastinateJob

Row = TypeVar("Row", bound=Model)


def without_job(rows: QuerySet[Row], lock: str) -> QuerySet[Row]:
    """待っている仕事も、している最中の仕事もない行。仕事の鍵は `lock` に行の番号を続けたものである。"""
    key = Concat(Value(lock), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    return rows.filter(~Exists(ProcrastinateJob.objects.filter(lock=key, status__in=("todo", "doing"))))
