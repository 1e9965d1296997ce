"""前の仕組みや紙の台帳から、過去の単位と過去の修了を移す。データの取り込みが使う。"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from mamis.doctors.models import Doctor
from mamis.training.models import CreditLine, PastCompletion
from mamis.training.operations.credits import CreditEntry, mirrored, written


@transaction.atomic
def record_past_credits(
    entries: Sequence[tuple[Doctor, CreditEntry]], *, association_id: int, user_id: int, at: datetime
) -> list[CreditLine]:
    """何人もの過去の単位を、一度に台帳に書く。同じものがないことと、自分の単位でないことは、先に確かめてある。"""
    _lock(doctor for doctor, _ in entries)
    return CreditLine.objects.bulk_create(
        written(doctor, entry, granted_by_id=association_id, entered_by_id=user_id, at=at) for doctor, entry in entries
    )


@transaction.atomic
def reverse_past_credits(pks: Sequence[int], *, ground: str, user_id: int, at: datetime) -> set[int]:
    """移した単位を取り消す行を書く。元の行は残る。すでに取り消されている行は、そのままにする。取り消した行の番号を返す。"""
    lines = list(CreditLine.objects.filter(pk__in=pks, reverses=None).select_related("doctor"))
    _lock(line.doctor for line in lines)
    reversed_already = set(CreditLine.objects.filter(reverses__in=lines).values_list("reverses_id", flat=True))
    fresh = [line for line in lines if line.pk not in reversed_already]
    CreditLine.objects.bulk_create(
        mirrored(line, ground=ground, granted_by_id=line.granted_by_id, entered_by_id=user_id, at=at) for line in fresh
    )
    return {line.pk for line in fresh}


@dataclass(frozen=True)
class PastCompletionEntry:
    """過去の修了の一件。"""

    programme_id: int
    completed_on: date
    expires_on: date
    number: str
    ground: str


@transaction.atomic
def record_past_completions(
    entries: Sequence[tuple[Doctor, PastCompletionEntry]], *, association_id: int, user_id: int, at: datetime
) -> list[PastCompletion]:
    """何人もの過去の修了を、一度に書く。同じものがないことと、自分の修了でないことは、先に確かめてある。"""
    _lock(doctor for doctor, _ in entries)
    return PastCompletion.objects.bulk_create(
        PastCompletion(
            doctor=doctor,
            programme_id=entry.programme_id,
            association_id=association_id,
            completed_on=entry.completed_on,
            expires_on=entry.expires_on,
            number=entry.number,
            ground=entry.ground,
            entered_by_id=user_id,
            entered_at=at,
        )
        for doctor, entry in entries
    )


@transaction.atomic
def undo_past_completions(pks: Sequence[int], *, at: datetime) -> set[int]:
    """移した修了を、なかったものにする。行は残る。すでにそうなっている行は、そのままにする。変えた行の番号を返す。"""
    found = list(PastCompletion.objects.filter(pk__in=pks).select_related("doctor"))
    _lock(one.doctor for one in found)
    fresh = set(PastCompletion.objects.filter(pk__in=pks, undone_at=None).values_list("pk", flat=True))
    PastCompletion.objects.filter(pk__in=fresh).update(undone_at=at)
    return fresh


def _lock(doctors: Iterable[Doctor]) -> None:
    pks = {doctor.pk for doctor in doctors}
    list(Doctor.objects.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk"))
