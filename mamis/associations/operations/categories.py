"""会員区分を、足し、直し、終え、並べる。使われた区分があるので、消すことはない。"""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from mamis.associations.models import Association, Category, Staff
from mamis.associations.operations.ordering import next_position, shift
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
    with recorded_as(by):
        return Category.objects.create(association=association, position=next_position(categories), **asdict(facts))


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
    shift(Category.objects.filter(association=locked(category.association)), category, earlier=earlier, by=by)
