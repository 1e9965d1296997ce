"""事務局の側：一覧、条件、数。"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, Min, QuerySet, When
from django.db.models.functions import TruncMonth
from django.utils.timezone import localdate

from mamis.doctors.queries import current_number, matching
from mamis.training.models import CompletionApplication, CreditLine
from mamis.training.queries.counting import Review, reviews
from mamis.training.workflow import State

_WAITING_FIRST = Case(When(state=State.SUBMITTED, then=0), default=1)


SORTS: dict[str, tuple[Any, ...]] = {
    "": (_WAITING_FIRST, "submitted_at", "pk"),
    "submitted": ("submitted_at", "pk"),
    "-submitted": ("-submitted_at", "-pk"),
    "name": ("doctor__family_kana", "doctor__given_kana", "pk"),
    "-name": ("-doctor__family_kana", "-doctor__given_kana", "-pk"),
    "number": ("licence_number", "pk"),
    "-number": ("-licence_number", "-pk"),
    "state": ("state", "submitted_at", "pk"),
    "-state": ("-state", "submitted_at", "pk"),
}


@dataclass(frozen=True)
class Filters:
    """修了申請の一覧の条件。"""

    words: str = ""
    state: str = ""
    from_on: date | None = None
    until_on: date | None = None
    sort: str = ""

    def of_state(self, state: State) -> "Filters":
        """ほかは同じ条件で、その状態のもの。"""
        return replace(self, state=state.value)


def find_applications(
    applications: QuerySet[CompletionApplication], filters: Filters
) -> QuerySet[CompletionApplication]:
    """条件に合う修了申請。待っているものが先、古いものが先。"""
    if filters.words:
        applications = applications.filter(matching(filters.words, "doctor"))
    if filters.state:
        applications = applications.filter(state=filters.state)
    if filters.from_on:
        applications = applications.filter(submitted_at__date__gte=filters.from_on)
    if filters.until_on:
        applications = applications.filter(submitted_at__date__lte=filters.until_on)
    return applications.annotate(licence_number=current_number("doctor")).order_by(*SORTS[filters.sort])


@dataclass(frozen=True)
class CaseRow:
    """修了申請の一覧の一行。"""

    application: CompletionApplication
    review: Review
    on: date

    @property
    def waiting_days(self) -> int | None:
        """受付から、決まらないまま何日たったか。"""
        if self.application.state != State.SUBMITTED:
            return None
        return (self.on - localdate(self.application.submitted_at)).days


def case_rows(applications: Sequence[CompletionApplication], on: date) -> list[CaseRow]:
    """一覧の行。"""
    found = reviews(applications)
    return [CaseRow(application, found[application.pk], on) for application in applications]


def next_waiting(
    applications: QuerySet[CompletionApplication], after: CompletionApplication
) -> CompletionApplication | None:
    """この次に決める、いちばん古い修了申請。"""
    return applications.exclude(pk=after.pk).order_by("submitted_at", "pk").first()


@dataclass(frozen=True)
class CreditFilters:
    """単位の一覧の条件。"""

    words: str = ""
    kind: str = ""
    from_on: date | None = None
    until_on: date | None = None


def find_credits(lines: QuerySet[CreditLine], filters: CreditFilters) -> QuerySet[CreditLine]:
    """条件に合う単位。登録の新しい順。取り消しの行は、元の行に付いて来る。"""
    lines = lines.filter(reverses=None)
    if filters.words:
        lines = lines.filter(matching(filters.words, "doctor"))
    if filters.kind:
        lines = lines.filter(kind=filters.kind)
    if filters.from_on:
        lines = lines.filter(earned_on__gte=filters.from_on)
    if filters.until_on:
        lines = lines.filter(earned_on__lte=filters.until_on)
    return (
        lines.select_related("doctor", "programme", "entered_by", "reversal", "reversal__entered_by")
        .annotate(licence_number=current_number("doctor"))
        .order_by("-entered_at", "-pk")
    )


@dataclass(frozen=True)
class Waiting:
    """待っている修了申請の数と、いちばん古い受付。"""

    number: int
    oldest_at: datetime | None


def waiting(applications: QuerySet[CompletionApplication]) -> Waiting:
    """待っている修了申請。"""
    found = applications.filter(state=State.SUBMITTED).aggregate(number=Count("pk"), oldest=Min("submitted_at"))
    return Waiting(found["number"], found["oldest"])


def submitted_by_month(applications: QuerySet[CompletionApplication], since: datetime) -> dict[date, int]:
    """月ごとの、はじめての申請の数。"""
    months = (
        applications.filter(first_submitted_at__gte=since)
        .annotate(month=TruncMonth("first_submitted_at"))
        .values("month")
        .annotate(number=Count("pk"))
    )
    return {row["month"].date(): row["number"] for row in months}
