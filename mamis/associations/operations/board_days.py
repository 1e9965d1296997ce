"""理事会の日を、足し、消す。"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from mamis.associations.models import Association, BoardDay, Staff
from mamis.associations.operations.recording import locked, recorded_as


@transaction.atomic
def add_board_days(association: Association, days: Iterable[date], *, by: Staff, at: datetime) -> list[BoardDay]:
    """理事会の日をまとめて足す。すでにある日は、そのままにする。足した日を返す。"""
    known = set(locked(association).board_days.values_list("held_on", flat=True))
    new = [BoardDay(association=association, held_on=day) for day in sorted(set(days) - known)]
    with recorded_as(by):
        return BoardDay.objects.bulk_create(new)


@transaction.atomic
def remove_board_day(day: BoardDay, *, by: Staff, at: datetime) -> None:
    """理事会の日を消す。消したことは、記録に残る。"""
    with recorded_as(by):
        day.delete()
