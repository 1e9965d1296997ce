"""並び順を変える。"""

from typing import Any

from django.db.models import Max, QuerySet

from mamis.associations.models import Staff
from mamis.associations.operations.recording import recorded_as


def next_position(rows: QuerySet[Any]) -> int:
    """終わりに足すときの並び順。"""
    return (rows.aggregate(last=Max("position"))["last"] or 0) + 1


def shift(rows: QuerySet[Any], row: Any, *, earlier: bool, by: Staff) -> None:
    """一つ前か、一つあとにする。端では、何も変わらない。"""
    order = list(rows.order_by("position", "pk"))
    here = order.index(row)
    there = here - 1 if earlier else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    with recorded_as(by):
        for position, one in enumerate(order, start=1):
            if one.position != position:
                one.position = position
                one.save(update_fields=["position"])
