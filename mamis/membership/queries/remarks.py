"""差し戻すときに、指摘の付けられる項目。"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mamis.membership.models import Sheet, Step, seat_item
from mamis.membership.queries.cases import FACT_LABELS
from mamis.membership.rules import Task


@dataclass(frozen=True)
class Item:
    """申請書の項目の一つ：その名と見出し。"""

    name: str
    label: str


def items_of(step: Step, sheet: Sheet) -> list[Item]:
    """申請書の項目のうち、その医師会に出ているもの。出ている順に。会員区分と、尋ねたことへの答えは、自分のところのものだけである。"""
    return [item for items in _ITEMS for item in items(step, sheet)]


Items = Callable[[Step, Sheet], Iterable[Item]]


def _shown(name: str, label: str, is_shown: Callable[[Sheet], Any]) -> Items:
    return lambda step, sheet: [Item(name, label)] if is_shown(sheet) else []


def _seat(step: Step, sheet: Sheet) -> Iterable[Item]:
    is_written = step.category_id or step.category_before_id
    return [Item(seat_item(step.association), f"{step.association.name}の会員区分")] if is_written else []


def _facts(step: Step, sheet: Sheet) -> Iterable[Item]:
    return [Item(name, label) for name, label in FACT_LABELS.items() if name in sheet.facts_after]


def _answers(step: Step, sheet: Sheet) -> Iterable[Item]:
    """その医師会が尋ねたことへの答え。尋ねるのは、新しく入会する医師会だけである。"""
    if step.task != Task.JOIN:
        return []
    asked = sheet.answers.filter(item__association=step.association).order_by("position")
    return [Item(one.remark_item, one.label) for one in asked]


_ITEMS: tuple[Items, ...] = (
    _shown("effective_on", "異動日", lambda sheet: not sheet.application.is_profile),
    _shown("reasons", "異動事由", lambda sheet: sheet.reasons),
    _shown("causes", "事由の項目", lambda sheet: sheet.causes),
    _seat,
    _shown("work", "所属施設", lambda sheet: sheet.work_name),
    _shown("duty", "施設業務", lambda sheet: sheet.work_name),
    _facts,
    _answers,
    _shown("evidence", "証明する書類の写し", lambda sheet: sheet.evidence_id),
    _shown("note", "医師会への連絡", lambda sheet: True),
    _shown("paper_on", "紙の届出日", lambda sheet: sheet.paper_on),
    _shown("scan", "紙の届出の写し", lambda sheet: sheet.paper_on),
)
