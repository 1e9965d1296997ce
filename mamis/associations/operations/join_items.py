"""入会のときに尋ねることを、足し、直し、やめ、並べる。答えられたものがあるので、消すことはない。"""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from mamis.associations.models import Association, JoinItem, Staff
from mamis.associations.operations.ordering import next_position, shift
from mamis.associations.operations.recording import locked, recorded_as, rewritten
from mamis.associations.rules import MOST_ITEMS


class TooManyItems(Exception):
    """一度に尋ねられる数を超える。"""

    def __init__(self) -> None:
        super().__init__(f"一度に尋ねられるのは {MOST_ITEMS} までです。先に、ほかのものを尋ねるのをやめてください。")


@dataclass(frozen=True)
class JoinItemFacts:
    """尋ねることに書くこと。"""

    label: str
    explanation: str
    choices: list[str]
    is_required: bool
    is_used: bool


@transaction.atomic
def add_join_item(association: Association, kind: str, facts: JoinItemFacts, *, by: Staff, at: datetime) -> JoinItem:
    """尋ねることを、終わりに一つ足す。多すぎれば TooManyItems。"""
    items = JoinItem.objects.filter(association=locked(association))
    _require_room(items, facts)
    with recorded_as(by):
        return JoinItem.objects.create(
            association=association, kind=kind, position=next_position(items), **asdict(facts)
        )


@transaction.atomic
def correct_join_item(item: JoinItem, facts: JoinItemFacts, *, seen: int | None, by: Staff, at: datetime) -> JoinItem:
    """尋ねることを直すか、やめる。種類は変わらない。断るときは TooManyItems か ChangedMeanwhile。"""
    items = JoinItem.objects.filter(association=locked(item.association))
    _require_room(items.exclude(pk=item.pk), facts)
    corrected: JoinItem = rewritten(JoinItem, item.pk, asdict(facts), seen=seen, by=by)
    return corrected


@transaction.atomic
def move_join_item(item: JoinItem, *, earlier: bool, by: Staff) -> None:
    """尋ねる順を、一つ前か、一つあとにする。"""
    shift(JoinItem.objects.filter(association=locked(item.association)), item, earlier=earlier, by=by)


def _require_room(others: QuerySet[JoinItem], facts: JoinItemFacts) -> None:
    if facts.is_used and others.filter(is_used=True).count() >= MOST_ITEMS:
        raise TooManyItems
