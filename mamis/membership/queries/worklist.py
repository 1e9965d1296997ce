"""事務局の届出の一覧：こちらで決めるもの、ほかを待つもの、終わったもの。"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery

from mamis.doctors.queries import current_number, matching
from mamis.japanese.folding import to_half_width_ascii
from mamis.membership.models import Sheet, Step
from mamis.membership.rules import NEAR
from mamis.membership.workflow import LIVE, UNDECIDED, State, StepState


class Tab(StrEnum):
    """一覧の三つの組。"""

    OURS = "ours"
    OTHERS = "others"
    DONE = "done"


TAB_LABELS = {
    Tab.OURS: "こちらで決めるもの",
    Tab.OTHERS: "ほかの医師会や先生を待つもの",
    Tab.DONE: "終わったもの",
}

_OURS = Q(state=StepState.OPEN, application__state=State.IN_REVIEW)
_UNDECIDED = Q(state__in=[one.value for one in UNDECIDED], application__state__in=[one.value for one in LIVE])
_TABS = {Tab.OURS: _OURS, Tab.OTHERS: _UNDECIDED & ~_OURS, Tab.DONE: ~_UNDECIDED}


class Due(StrEnum):
    """期限での絞り込み。"""

    OVERDUE = "overdue"
    NEAR = "near"
    LATER = "later"


DUE_LABELS = {
    Due.OVERDUE: "過ぎているもの",
    Due.NEAR: f"今日から {NEAR.days} 日のうち",
    Due.LATER: "そのあと",
}

# 並べ替えの名と、その列。
_KEYS: dict[str, tuple[str, ...]] = {
    "due": ("deadline",),
    "received": ("received_on",),
    "submitted": ("application__submitted_at",),
    "name": ("application__doctor__family_kana", "application__doctor__given_kana"),
    "number": ("licence_number",),
    "kind": ("application__kind",),
    "effective": ("application__effective_on",),
    "since": ("state_since",),
}
SORTS = frozenset({"", *_KEYS, *(f"-{key}" for key in _KEYS)})
_FIRST = {Tab.OURS: "due", Tab.OTHERS: "due", Tab.DONE: "-since"}


@dataclass(frozen=True)
class StepFilters:
    """届出の一覧の条件。"""

    tab: Tab = Tab.OURS
    words: str = ""
    kind: str = ""
    due: str = ""
    sort: str = ""


def find_steps(steps: QuerySet[Step], filters: StepFilters, on: date) -> QuerySet[Step]:
    """条件に合う段。決めるものは期限の近い順、古い順。終わったものは新しい順。"""
    found = steps.filter(_TABS[filters.tab]).annotate(
        deadline=_deadline(filters.tab),
        licence_number=current_number("application__doctor"),
        is_entered=Exists(Sheet.objects.filter(application=OuterRef("application"), paper_on__isnull=False)),
    )
    if filters.words:
        doctors = matching(filters.words, "application__doctor")
        receipt = Q(application__receipt_no__contains=to_half_width_ascii(filters.words).upper())
        found = found.filter(doctors | receipt)
    if filters.kind:
        found = found.filter(application__kind=filters.kind)
    if filters.due:
        found = found.filter(_due(Due(filters.due), on))
    return found.order_by(*_ordering(filters.sort or _FIRST[filters.tab]))


def _deadline(tab: Tab) -> Any:
    """決める期限。ほかを待つものでは、待つ相手の期限のいちばん近いもの。止まっているあいだは、ない。"""
    if tab == Tab.OURS:
        return F("due_on")
    open_now = Step.objects.filter(_OURS, application=OuterRef("application"))
    return Subquery(open_now.order_by("due_on").values("due_on")[:1])


def _due(due: Due, on: date) -> Q:
    return {
        Due.OVERDUE: Q(deadline__lt=on),
        Due.NEAR: Q(deadline__gte=on, deadline__lte=on + NEAR),
        Due.LATER: Q(deadline__gt=on + NEAR),
    }[due]


def _ordering(sort: str) -> tuple[Any, ...]:
    names = _KEYS[sort.removeprefix("-")]
    if sort.startswith("-"):
        return (*(F(name).desc(nulls_last=True) for name in names), "-application__first_submitted_at", "-pk")
    return (*(F(name).asc(nulls_last=True) for name in names), "application__first_submitted_at", "pk")


@dataclass(frozen=True)
class StepRow:
    """届出の一覧の一行。"""

    step: Any
    on: date
    hands: tuple[str, ...] = ()

    @property
    def due_words(self) -> str:
        """期限までの日を、言葉で。"""
        return due_words(self.step.deadline, self.on)

    @property
    def is_overdue(self) -> bool:
        return self.step.deadline is not None and self.step.deadline < self.on

    @property
    def is_near(self) -> bool:
        return self.step.deadline is not None and self.on <= self.step.deadline <= self.on + NEAR

    @property
    def change(self) -> str:
        """会員区分の、いまと変わったあと。"""
        return category_words(self.step)


def category_words(step: Step) -> str:
    """会員区分の、いまと変わったあと。変わらなければ、いまのもの。"""
    was = step.category_before.label if step.category_before else "非会員"
    now = step.category.label if step.category else "非会員"
    if step.category_before is None and step.category is None:
        return ""
    return was if was == now else f"{was} → {now}"


def due_words(due: date | None, on: date) -> str:
    """期限までの日を、言葉で。"""
    if due is None:
        return ""
    days = (due - on).days
    return "今日まで" if days == 0 else f"あと {days} 日" if days > 0 else f"{-days} 日過ぎています"


def rows_of(steps: Sequence[Step], on: date) -> list[StepRow]:
    """一覧の行。だれの手にあるかは、一度にまとめて読む。"""
    stopped = (StepState.OPEN, StepState.RETURNED, StepState.HELD)
    at_hand: dict[int, list[Step]] = {}
    for one in (
        Step.objects.filter(application__in={step.application_id for step in steps}, state__in=stopped)
        .select_related("association")
        .order_by("position")
    ):
        at_hand.setdefault(one.application_id, []).append(one)
    return [StepRow(step, on, hands(step, at_hand.get(step.application_id, ()), on)) for step in steps]


def hands(step: Step, at_hand: Iterable[Step], on: date) -> tuple[str, ...]:
    """その届出が、いまだれの手にあるか。"""
    state = step.application.state
    if state == State.IN_REVIEW:
        return tuple(
            f"{one.association.name}（{'期限を ' if one.is_overdue(on) else ''}{due_words(one.due_on, on)}）"
            for one in at_hand
            if one.state == StepState.OPEN
        )
    words = {State.RETURNED: "が差し戻したところ", State.HELD: "がお尋ねしているところ"}
    stopping = [one for one in at_hand if one.state in (StepState.RETURNED, StepState.HELD)]
    return tuple(f"先生（{one.association.name}{words[State(state)]}）" for one in stopping)


@dataclass(frozen=True)
class Waiting:
    """決めるのを待っている届出の数、期限の過ぎたものの数、いちばん古い受付日、いちばん近い期限。"""

    number: int
    overdue: int
    oldest_on: date | None
    due_on: date | None


def waiting(steps: QuerySet[Step], on: date) -> Waiting:
    """決めるのを待っている届出。"""
    found = steps.filter(_OURS).aggregate(
        number=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=on)), oldest=Min("received_on"), due=Min("due_on")
    )
    return Waiting(found["number"], found["overdue"], found["oldest"], found["due"])


def waiting_number(steps: QuerySet[Step]) -> int:
    """決めるのを待っている届出の数。"""
    return steps.filter(_OURS).count()


def counts(steps: QuerySet[Step]) -> dict[Tab, int]:
    """三つの組の数。届出まで開くのは、決まっていない段だけである。"""
    undecided = steps.filter(state__in=[one.value for one in UNDECIDED])
    found = undecided.aggregate(ours=Count("pk", filter=_OURS), all=Count("pk", filter=_UNDECIDED))
    return {
        Tab.OURS: found["ours"],
        Tab.OTHERS: found["all"] - found["ours"],
        Tab.DONE: steps.count() - found["all"],
    }


def next_waiting(steps: QuerySet[Step], after: Step) -> Step | None:
    """この次に決める、期限のいちばん近い段。"""
    return steps.exclude(pk=after.pk).order_by("due_on", "application__first_submitted_at", "pk").first()
