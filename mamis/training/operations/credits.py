"""事務局が単位を台帳に書き、取り消す。"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from mamis.associations.models import Staff
from mamis.doctors.models import Doctor
from mamis.doctors.operations import lock, require_not_close
from mamis.training.models import CreditLine
from mamis.training.operations.refusals import AlreadyReversed, SameCreditExists
from mamis.training.rules import Kind, Source


@dataclass(frozen=True)
class CreditEntry:
    """事務局が登録する単位の一行。"""

    programme_id: int
    kind: Kind
    title: str
    earned_on: date
    half_units: int
    ground: str
    source: Source = Source.OFFICE
    codes: tuple[str, ...] = ()


@transaction.atomic
def record_credit(doctor: Doctor, entry: CreditEntry, *, by: Staff, at: datetime) -> CreditLine:
    """単位を台帳に一行書く。同じ日の同じ内容があれば SameCreditExists、自分の単位は OwnCase。"""
    lock(doctor)
    require_not_close(doctor, by)
    same = CreditLine.objects.filter(
        doctor=doctor,
        programme_id=entry.programme_id,
        kind=entry.kind,
        title=entry.title,
        earned_on=entry.earned_on,
        reverses=None,
        reversal=None,
    )
    if same.exists():
        raise SameCreditExists
    line = written(doctor, entry, granted_by_id=by.association_id, entered_by_id=by.user_id, at=at)
    line.save(force_insert=True)
    return line


def written(doctor: Doctor, entry: CreditEntry, *, granted_by_id: int, entered_by_id: int, at: datetime) -> CreditLine:
    """登録する、まだ書かれていない行。"""
    return CreditLine(
        doctor=doctor,
        programme_id=entry.programme_id,
        kind=entry.kind,
        title=entry.title,
        earned_on=entry.earned_on,
        half_units=entry.half_units,
        codes=list(entry.codes),
        source=entry.source,
        ground=entry.ground,
        granted_by_id=granted_by_id,
        entered_by_id=entered_by_id,
        entered_at=at,
    )


@transaction.atomic
def reverse_credit(line: CreditLine, *, ground: str, by: Staff, at: datetime) -> CreditLine:
    """台帳の一行を取り消す行を書く。元の行は残る。取り消されていれば AlreadyReversed、自分の単位は OwnCase。"""
    lock(line.doctor)
    require_not_close(line.doctor, by)
    if CreditLine.objects.filter(reverses=line).exists():
        raise AlreadyReversed
    reversal = mirrored(line, ground=ground, granted_by_id=by.association_id, entered_by_id=by.user_id, at=at)
    reversal.save(force_insert=True)
    return reversal


def mirrored(line: CreditLine, *, ground: str, granted_by_id: int, entered_by_id: int, at: datetime) -> CreditLine:
    """その行を打ち消す、まだ書かれていない行。"""
    return CreditLine(
        doctor_id=line.doctor_id,
        programme_id=line.programme_id,
        kind=line.kind,
        title=line.title,
        earned_on=line.earned_on,
        half_units=-line.half_units,
        codes=line.codes,
        source=line.source,
        ground=ground,
        granted_by_id=granted_by_id,
        entered_by_id=entered_by_id,
        entered_at=at,
        reverses=line,
    )
