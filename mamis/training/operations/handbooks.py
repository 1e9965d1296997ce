"""手帳の単位：一人が写しから書き、もう一人が確かめると、台帳の行になる。"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from mamis.associations.models import Staff
from mamis.doctors.models import Doctor
from mamis.doctors.operations import as_office, lock, require_not_close
from mamis.files.models import StoredFile
from mamis.training import policy, queries
from mamis.training.models import CreditLine, HandbookEntry, HandbookLine, HandbookScan
from mamis.training.operations.credits import CreditEntry, record_credit
from mamis.training.operations.refusals import SameCreditExists
from mamis.training.rules import Kind, Source, handbook_ground
from mamis.training.workflow import HANDBOOK, HandbookEvent, HandbookState
from mamis.workflow.models import next_number
from mamis.workflow.table import By, PageIsStale


class SecondReaderNeeded(Exception):
    """登録した人は、確かめられない。"""

    def __init__(self) -> None:
        super().__init__("登録した方は、確認できません。ほかの担当者が、写しと見比べて確認してください。")


class ScansNotReady(Exception):
    """写しが、まだ見られない。"""

    def __init__(self) -> None:
        super().__init__(
            "手帳の写しがまだ見られないため、確認できません。写しが「確認済」になってから確認してください。"
        )


class LineAlreadyRecorded(Exception):
    """その行と同じ単位が、もう台帳にある。"""

    def __init__(self, position: int) -> None:
        super().__init__(
            f"{position} 行目と同じ日の同じ内容の単位が、すでに登録されています。差し戻して、その行を除いてください。"
        )


@dataclass(frozen=True)
class HandbookFacts:
    """手帳から書き写した一行。"""

    kind: Kind
    title: str
    earned_on: date
    half_units: int
    codes: tuple[str, ...] = ()


@transaction.atomic
def enter_handbook(
    doctor: Doctor, lines: tuple[HandbookFacts, ...], scans: tuple[StoredFile, ...], *, by: Staff, at: datetime
) -> HandbookEntry:
    """手帳の単位を、写しを添えて登録する。確かめられるまで、台帳には入らない。自分のものは OwnCase。"""
    require_not_close(doctor, by)
    entry = HandbookEntry(
        number=f"T{localdate(at):%Y-%m%d}-{next_number('training_handbook_seq'):04d}",
        doctor=doctor,
        association_id=by.association_id,
        entered_by_id=by.user_id,
        entered_at=at,
        state=HandbookState.NEW,
    )
    entry.advance(HandbookEvent.ENTER, by=as_office(by), at=at)
    _write(entry, lines, scans)
    return entry


@transaction.atomic
def correct_handbook(
    entry: HandbookEntry, lines: tuple[HandbookFacts, ...], scans: tuple[StoredFile, ...], *, by: Staff, at: datetime
) -> HandbookEntry:
    """差し戻された登録を書き直す。書き直した人が、登録した人になる。前の回の行は残る。"""
    entry = _locked(entry)
    require_not_close(entry.doctor, by)
    entry.advance(
        HandbookEvent.ENTER,
        by=as_office(by),
        at=at,
        round=entry.round + 1,
        entered_by_id=by.user_id,
        entered_at=at,
    )
    _write(entry, lines, scans)
    return entry


@transaction.atomic
def return_handbook(entry: HandbookEntry, *, reason: str, seen: str, by: Staff, at: datetime) -> HandbookEntry:
    """わけを書いて、登録した人に差し戻す。"""
    entry = _seen(entry, HandbookEvent.SEND_BACK, seen, by)
    entry.advance(HandbookEvent.SEND_BACK, by=as_office(by), at=at, comment=reason)
    return entry


@transaction.atomic
def drop_handbook(entry: HandbookEntry, *, seen: str, by: Staff, at: datetime) -> HandbookEntry:
    """間違えた登録を取り下げる。行と写しは残り、台帳には入らない。"""
    entry = _seen(entry, HandbookEvent.DROP, seen, by)
    entry.advance(HandbookEvent.DROP, by=as_office(by), at=at)
    return entry


@transaction.atomic
def confirm_handbook(entry: HandbookEntry, *, seen: str, by: Staff, at: datetime) -> list[CreditLine]:
    """写しと見比べて確かめ、台帳に書く。登録した人なら SecondReaderNeeded、写しがまだなら ScansNotReady。

    ほかに確かめられる人がいない事務局では、登録した人が確かめられ、そのことが台帳の根拠にも残る。
    """
    entry = _seen(entry, HandbookEvent.CONFIRM, seen, by)
    if not policy.handbooks_confirmable_by(by).filter(pk=entry.pk).exists():
        raise SecondReaderNeeded
    if not all(scan.file.is_checked for scan in queries.handbook_scans(entry)):
        raise ScansNotReady
    is_by_one = entry.entered_by_id == by.user_id
    entry.advance(
        HandbookEvent.CONFIRM,
        by=as_office(by),
        at=at,
        confirmed_by_id=by.user_id,
        confirmed_at=at,
        is_by_one=is_by_one,
    )
    ground = handbook_ground(entry.number, is_by_one=is_by_one)
    return [_record(entry, line, ground, by=by, at=at) for line in queries.handbook_lines(entry)]


def _record(entry: HandbookEntry, line: HandbookLine, ground: str, *, by: Staff, at: datetime) -> CreditLine:
    """一行を台帳に。"""
    kind = Kind(line.kind)
    facts = CreditEntry(
        programme_id=queries.programme_of(kind).pk,
        kind=kind,
        title=line.title,
        earned_on=line.earned_on,
        half_units=line.half_units,
        ground=ground,
        source=Source.HANDBOOK,
        codes=tuple(line.codes),
    )
    try:
        return record_credit(entry.doctor, facts, by=by, at=at)
    except SameCreditExists as same:
        raise LineAlreadyRecorded(line.position) from same


def _seen(entry: HandbookEntry, event: HandbookEvent, seen: str, by: Staff) -> HandbookEntry:
    """鍵で押さえた登録。もう決まっていれば NotAllowed、自分のなら OwnCase、見た内容と違えば PageIsStale。"""
    entry = _locked(entry)
    HANDBOOK.fire(event, HandbookState(entry.state), By.OFFICE)
    require_not_close(entry.doctor, by)
    if seen != entry.seen:
        raise PageIsStale
    return entry


def _locked(entry: HandbookEntry) -> HandbookEntry:
    lock(entry.doctor)
    return HandbookEntry.objects.select_for_update(of=("self",)).select_related("doctor").get(pk=entry.pk)


def _write(entry: HandbookEntry, lines: tuple[HandbookFacts, ...], scans: tuple[StoredFile, ...]) -> None:
    HandbookLine.objects.bulk_create(
        HandbookLine(
            entry=entry,
            round=entry.round,
            position=position,
            kind=line.kind,
            title=line.title,
            earned_on=line.earned_on,
            half_units=line.half_units,
            codes=list(line.codes),
        )
        for position, line in enumerate(lines, start=1)
    )
    HandbookScan.objects.bulk_create(
        HandbookScan(entry=entry, round=entry.round, position=position, file=file)
        for position, file in enumerate(scans, start=1)
    )
