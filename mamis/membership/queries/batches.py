"""まとめて進めること：会員区分を変えられる医師とその在籍、まとめた記録とその結果。"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from mamis.associations.models import Association, Category
from mamis.doctors.models import Doctor, Workplace
from mamis.doctors.queries import current_number, live_facilities, with_words
from mamis.japanese.folding import fold
from mamis.membership.models import Batch, BatchChange, BatchLine, Claim, MembershipCategory
from mamis.membership.queries.seats import bodies, changes_ahead, seats_on, tier_upward
from mamis.membership.rules import OBSTACLE_LABELS, Held, Obstacle, Seats, obstacle_to


@dataclass(frozen=True)
class TargetFilters:
    """会員区分をまとめて変える相手：その医師会の会員区分、主たる施設の施設業務と名。"""

    category: int
    duty: str = ""
    words: str = ""


def find_targets(doctors: QuerySet[Doctor], filters: TargetFilters, association: Association, on: date) -> Any:
    """条件に合う医師。決まっていない届出のある方はあとに、フリガナの順。"""
    seat = seats_on(on).filter(
        membership__doctor=OuterRef("pk"), membership__association=association, category_id=filters.category
    )
    found = doctors.filter(Exists(seat.order_by()))
    if filters.duty or filters.words:
        found = found.filter(Exists(_workplaces(filters, on).filter(doctor=OuterRef("pk"))))
    claim = Claim.objects.filter(doctor=OuterRef("pk"), association=association, released_at=None)
    return found.annotate(is_claimed=Exists(claim), licence_number=current_number("pk")).order_by(
        "is_claimed", "family_kana", "given_kana", "pk"
    )


def _workplaces(filters: TargetFilters, on: date) -> QuerySet[Workplace]:
    found = _main_workplaces(on)
    if filters.duty:
        found = found.filter(duty=filters.duty)
    if filters.words:
        unlisted = Q(facility=None)
        for word in map(fold, filters.words.split()):
            unlisted &= Q(request__search_name__contains=word)
        found = found.filter(Q(facility__in=with_words(live_facilities(), filters.words)) | unlisted)
    return found


def _main_workplaces(on: date) -> QuerySet[Workplace]:
    return Workplace.objects.filter(Q(until_on=None) | Q(until_on__gt=on), is_main=True, from_on__lte=on)


@dataclass(frozen=True)
class HeldCategory:
    """選んだ医師がいま持っている会員区分の一つと、その人数。"""

    association: Association
    category: Category
    number: int


def held_categories(doctors: QuerySet[Doctor], association: Association, on: date) -> list[HeldCategory]:
    """選んだ医師の会員区分：その医師会、上の医師会、下の医師会の順。よその系列の在籍は出さない。

    選んだ医師から在籍をたどるので、小さな医師会では、会員の全体を読まない。
    """
    order = association.line
    ours = Association.objects.filter(Q(pk__in=order) | Q(parent=association) | Q(parent__parent=association))
    seats = Q(memberships__association__in=list(ours.values_list("pk", flat=True)))
    for first, last in (("joined_on", "left_on"), ("categories__from_on", "categories__until_on")):
        begun = Q(**{f"memberships__{first}__lte": on})
        seats &= begun & (Q(**{f"memberships__{last}": None}) | Q(**{f"memberships__{last}__gt": on}))
    # 一人の医師の、一つの医師会の在籍は、同じ日に一つである。
    counted = doctors.order_by().filter(seats).values("memberships__categories__category").annotate(number=Count("pk"))
    numbers = dict(counted.values_list("memberships__categories__category", "number"))
    categories = Category.objects.filter(pk__in=numbers).select_related("association").order_by("position", "pk")
    rows = [HeldCategory(one.association, one, numbers[one.pk]) for one in categories]
    rows.sort(key=lambda one: _place(one.association, order))
    return rows


def _place(association: Association, order: Sequence[int]) -> tuple[int, str]:
    mine = order.index(association.pk) if association.pk in order else len(order)
    return mine, association.code


@dataclass(frozen=True)
class SeatChange:
    """一つの医師会での、いまと変わったあとの会員区分。"""

    association: Association
    was: Category
    now: Category


@dataclass(frozen=True)
class Candidate:
    """会員区分をまとめて変える一人。`obstacle` があれば、まとめては変えられない。"""

    doctor: Any
    workplace: Workplace | None
    changes: tuple[SeatChange, ...]
    after: Seats
    obstacle: Obstacle | None
    seen: str

    @property
    def why(self) -> str:
        return OBSTACLE_LABELS[self.obstacle] if self.obstacle else ""


def candidates(
    doctors: Sequence[Doctor], changes: Mapping[int, int], *, own: Collection[int], effective_on: date, on: date
) -> list[Candidate]:
    """一人ずつの、変わることと、変えられないわけ。何人いても問い合わせの数は同じである。"""
    pks = [one.pk for one in doctors]
    held: dict[int, list[Any]] = {pk: [] for pk in pks}
    seats = seats_on(on).filter(membership__doctor__in=pks).annotate(newest_on=Max("membership__categories__from_on"))
    for seat in tier_upward(seats):
        held[seat.membership.doctor_id].append(seat)
    categories = Category.objects.in_bulk({*changes.values()})
    claimed: dict[int, set[int]] = {}
    for doctor_id, association_id in Claim.objects.filter(doctor__in=pks, released_at=None).values_list(
        "doctor", "association"
    ):
        claimed.setdefault(doctor_id, set()).add(association_id)
    ahead = set(changes_ahead(on).filter(doctor__in=pks).values_list("doctor", flat=True))
    known = bodies({seat.membership.association_id for some in held.values() for seat in some})
    work = {
        one.doctor_id: one for one in _main_workplaces(on).filter(doctor__in=pks).select_related("facility", "request")
    }

    def candidate(doctor: Doctor) -> Candidate:
        seats = held[doctor.pk]
        changing = [seat for seat in seats if seat.category_id in changes]
        after = {seat.membership.association_id: changes.get(seat.category_id, seat.category_id) for seat in seats}
        touched = {seat.membership.association_id for seat in changing}
        first = (
            (Obstacle.OWN, doctor.pk in own),
            (Obstacle.CLAIMED, bool(touched & claimed.get(doctor.pk, set()))),
            (Obstacle.AHEAD, doctor.pk in ahead),
        )
        found = next((one for one, holds in first if holds), None)
        return Candidate(
            doctor,
            work.get(doctor.pk),
            tuple(
                SeatChange(seat.membership.association, seat.category, categories[changes[seat.category_id]])
                for seat in changing
            ),
            after,
            found or obstacle_to([_held(seat) for seat in seats], after, known, effective_on),
            seats_fingerprint(seats),
        )

    return [candidate(doctor) for doctor in doctors]


def _held(seat: Any) -> Held:
    return Held(seat.membership.association_id, seat.category_id, seat.newest_on, seat.membership.left_on)


def seats_fingerprint(seats: Iterable[MembershipCategory]) -> str:
    """見た在籍の印：どの医師会に、いつから、どの会員区分で、いつまで。"""
    facts = sorted((one.membership_id, one.category_id, one.from_on, one.membership.left_on) for one in seats)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


# 記録


def waiting_lines(batch: Batch) -> QuerySet[BatchLine]:
    """まだ結果の出ていない行。選ばれた順。"""
    return BatchLine.objects.filter(batch=batch, ended_at=None).order_by("position")


def lines_of(batch: Batch) -> QuerySet[BatchLine]:
    """まとめて進めた行。進めなかったもの、これから進めるもの、進めたものの順。"""
    return (
        BatchLine.objects.filter(batch=batch)
        .select_related("doctor", "application", "step__application")
        .annotate(licence_number=current_number("doctor"))
        .order_by(F("refusal").desc(), F("ended_at").asc(nulls_first=True), "position")
    )


@dataclass(frozen=True)
class BatchReport:
    """まとめて進めることが、いまどこまで来たか。"""

    total: int
    done: int
    waiting: int

    @property
    def refused(self) -> int:
        return self.total - self.done - self.waiting


def report_of(lines: Collection[BatchLine]) -> BatchReport:
    """行の数え上げ。"""
    return BatchReport(len(lines), sum(line.is_done for line in lines), sum(line.ended_at is None for line in lines))


def batches_newest_first(batches: QuerySet[Batch]) -> QuerySet[Batch]:
    """まとめて進めた記録。新しい順に、件数を添えて。"""
    return batches.annotate(
        number=Count("lines"),
        done=Count("lines", filter=Q(lines__ended_at__isnull=False, lines__refusal="")),
        waiting=Count("lines", filter=Q(lines__ended_at=None)),
    ).order_by("-started_at", "-pk")


def changes_in(batch: Batch) -> dict[int, int]:
    """まとめて変える会員区分：いまの区分から、変更後の区分へ。"""
    return dict(batch.changes.values_list("category_before", "category"))


@dataclass(frozen=True)
class BatchRow:
    """まとめて進めた結果の一行。医師がいまはこの医師会に見えなければ、氏名を出さない。"""

    line: BatchLine
    doctor: Doctor | None
    opens: bool


def batch_rows(lines: Iterable[BatchLine], *, doctors: Collection[int], cases: Collection[int]) -> list[BatchRow]:
    """見える医師（`doctors`）か、見える届出（`cases`）の行にだけ、医師を添える。見える届出は、開ける。"""
    rows = []
    for line in lines:
        opens = line.case is not None and line.case.pk in cases
        rows.append(BatchRow(line, line.doctor if opens or line.doctor_id in doctors else None, opens))
    return rows


def changes_told(batch: Batch) -> list[BatchChange]:
    """まとめて変えた会員区分。"""
    return list(
        batch.changes.select_related("category_before__association", "category").order_by(
            "category_before__association__code", "category_before__position", "pk"
        )
    )
