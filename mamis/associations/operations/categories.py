"""会員区分を、足し、直し、終え、並べる。使われた区分があるので、消すことはない。"""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from mamis.associations.models import Association, Category, Staff
from mamis.associations.operations.recording import locked, recorded_as, rewritten


class CodeTaken(Exception):
    """同じコードの会員区分が、すでにある。"""

    def __init__(self, taken: Category) -> None:
        super().__init__(f"このコードは、「{taken.label}」が使っています。別のコードにしてください。")


@dataclass(frozen=True)
class CategoryFacts:
    """会員区分に書くこと。"""

    code: str
    label: str
    from_on: date | None
    until_on: date | None
    is_selectable: bool
    is_voting: bool
    is_insured: bool
    duties: list[str]


@transaction.atomic
def add_category(association: Association, facts: CategoryFacts, *, by: Staff, at: datetime) -> Category:
    """会員区分を、終わりに一つ足す。同じコードがあれば CodeTaken。"""
    categories = Category.objects.filter(association=locked(association))
    if taken := categories.filter(code=facts.code).first():
        raise CodeTaken(taken)
    last = categories.aggregate(last=Max("position"))["last"] or 0
    with recorded_as(by):
        return Category.objects.create(association=association, position=last + 1, **asdict(facts))


@transaction.atomic
def correct_category(
    category: Category, facts: CategoryFacts, *, seen: int | None, by: Staff, at: datetime
) -> Category:
    """会員区分を直すか、終える。断るときは CodeTaken か ChangedMeanwhile。"""
    others = Category.objects.filter(association=locked(category.association)).exclude(pk=category.pk)
    if taken := others.filter(code=facts.code).first():
        raise CodeTaken(taken)
    corrected: Category = rewritten(Category, category.pk, asdict(facts), seen=seen, by=by)
    return corrected


@transaction.atomic
def move_category(category: Category, *, earlier: bool, by: Staff) -> None:
    """会員区分を、一つ前か、一つあとにする。"""
    categories = Category.objects.filter(association=locked(category.association))
    order = list(categories.order_by("position", "pk"))
    here = order.index(category)
    there = here - 1 if earlier else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    with recorded_as(by):
        for position, one in enumerate(order, start=1):
            if one.position != position:
                one.position = position
                one.save(update_fields=["position"])
