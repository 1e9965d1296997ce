"""取り込みについて、事務局の人がすること。"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from procrastinate.contrib.django import app

from mamis.associations.models import Association, Staff
from mamis.doctors.operations import as_office
from mamis.members.models import Import, ImportRow, RememberedColumns
from mamis.members.rules import Kind
from mamis.members.workflow import Event, State
from mamis.tabular.reading import Sheet

TASK, QUEUE = "members.work", "imports"


@dataclass(frozen=True)
class Upload:
    """選ばれたファイル。"""

    kind: Kind
    name: str
    content: bytes
    sheet: Sheet


@transaction.atomic
def begin_import(upload: Upload, *, by: Staff, at: datetime) -> Import:
    """ファイルを受け取る。番号は医師会ごとに、一つずつ進む。"""
    Association.objects.select_for_update().only("pk").get(pk=by.association_id)
    last = Import.objects.filter(association_id=by.association_id).aggregate(Max("number"))["number__max"]
    of_import = Import(
        association_id=by.association_id,
        number=(last or 0) + 1,
        kind=upload.kind,
        file_name=upload.name,
        content=upload.content,
        written_in=upload.sheet.written_in,
        heads=upload.sheet.heads,
        rows_total=len(upload.sheet.records),
        by_user_id=by.user_id,
        uploaded_at=at,
        state=State.NEW,
    )
    of_import.advance(Event.UPLOAD, by=as_office(by), at=at)
    return of_import


@transaction.atomic
def check_import(of_import: Import, mapping: Mapping[str, int], *, by: Staff, at: datetime) -> None:
    """列を決め、覚え、裏方に確かめさせる。前に確かめた行は、読み直す。"""
    of_import.advance(Event.CHECK, by=as_office(by), at=at, by_user_id=by.user_id, mapping=dict(mapping))
    ImportRow.objects.filter(of_import=of_import).delete()
    RememberedColumns.objects.update_or_create(
        association_id=by.association_id,
        kind=of_import.kind,
        defaults={"heads": {name: of_import.heads[place] for name, place in mapping.items()}},
    )
    hand_over(of_import.pk)


@transaction.atomic
def run_import(of_import: Import, *, by: Staff, at: datetime) -> None:
    """裏方に取り込ませる。止まったものは、続きから。"""
    of_import.advance(Event.RUN, by=as_office(by), at=at, by_user_id=by.user_id)
    hand_over(of_import.pk)


@transaction.atomic
def undo_import(of_import: Import, *, by: Staff, at: datetime) -> None:
    """裏方に、取り込みをまるごと取り消させる。"""
    of_import.advance(Event.UNDO, by=as_office(by), at=at, by_user_id=by.user_id)
    hand_over(of_import.pk)


@transaction.atomic
def discard_import(of_import: Import, *, by: Staff, at: datetime) -> None:
    """取り込まずにやめる。読んだ行は消す。"""
    of_import.advance(Event.DISCARD, by=as_office(by), at=at)
    ImportRow.objects.filter(of_import=of_import).delete()


def hand_over(of_import: int) -> None:
    """裏方の仕事を、いまのトランザクションの中で預ける。"""
    app.configure_task(TASK, queue=QUEUE, lock=f"{TASK}.{of_import}").defer(of_import=of_import)
