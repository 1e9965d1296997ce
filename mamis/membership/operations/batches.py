"""まとめて進める：届出を承認・確認する、会員区分を変える。決まりは一件のときと同じで、一件ずつ別に進む。"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from mamis.associations.models import Staff
from mamis.doctors.models import Doctor
from mamis.membership import queries, tasks
from mamis.membership.models import Batch, BatchChange, BatchLine, Step
from mamis.membership.operations.batch_lines import end_line
from mamis.membership.rules import BatchKind

# この数までは、その場で進める。残りは裏方が進める。
AT_ONCE = 20
MOST = 1000


@dataclass(frozen=True)
class CategoryChange:
    """まとめて変えること：どの区分をどの区分に、いつから、なぜ。根拠は、書面か名簿。"""

    categories: Mapping[int, int]
    effective_on: date
    cause: str
    ground: str
    paper_on: date


def approve_together(
    choices: Sequence[tuple[Step, str]], *, board_on: date, key: str, by: Staff, at: datetime
) -> Batch:
    """いくつかの段を、一件ずつ承認または確認する。`choices` は、段と、見た画面の印。

    確かめた画面の名（`key`）が同じなら、前のものを返す。選んだことを先に残すので、途中で倒れても、残りは裏方が続ける。
    """
    lines = [BatchLine(doctor_id=step.application.doctor_id, step=step, seen=seen) for step, seen in choices]
    return _advance({"kind": BatchKind.APPROVAL, "day": board_on}, {}, lines, key=key, by=by, at=at)


def change_together(
    choices: Sequence[tuple[Doctor, str]], change: CategoryChange, *, key: str, by: Staff, at: datetime
) -> Batch:
    """選んだ医師の会員区分の変更を、一人ずつ代行入力する。`choices` は、医師と、見た在籍の印。"""
    lines = [BatchLine(doctor=doctor, seen=seen) for doctor, seen in choices]
    facts = {
        "kind": BatchKind.CATEGORY,
        "day": change.effective_on,
        "cause": change.cause,
        "ground": change.ground,
        "paper_on": change.paper_on,
    }
    return _advance(facts, change.categories, lines, key=key, by=by, at=at)


def _advance(
    facts: Mapping[str, Any],
    categories: Mapping[int, int],
    lines: Sequence[BatchLine],
    *,
    key: str,
    by: Staff,
    at: datetime,
) -> Batch:
    batch = _begin(facts, categories, lines, key=key, by=by, at=at)
    for line in queries.waiting_lines(batch)[:AT_ONCE]:
        end_line(line, at=at)
    return batch


@transaction.atomic
def _begin(
    facts: Mapping[str, Any],
    categories: Mapping[int, int],
    lines: Sequence[BatchLine],
    *,
    key: str,
    by: Staff,
    at: datetime,
) -> Batch:
    """選んだことを書き、裏方の仕事を、同じトランザクションで預ける。"""
    batch, is_new = Batch.objects.get_or_create(
        staff=by, key=key, defaults={**facts, "association_id": by.association_id, "started_at": at}
    )
    if is_new:
        BatchChange.objects.bulk_create(
            BatchChange(batch=batch, category_before_id=was, category_id=now) for was, now in categories.items()
        )
        BatchLine.objects.bulk_create(_placed(batch, lines[:MOST]))
        if len(lines) > AT_ONCE:
            tasks.hand_over(batch)
    return batch


def _placed(batch: Batch, lines: Iterable[BatchLine]) -> list[BatchLine]:
    placed = list(lines)
    for position, line in enumerate(placed, start=1):
        line.batch, line.position = batch, position
    return placed
