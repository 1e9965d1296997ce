"""研修の要件を改めると、だれに関わるか。医師会ごとの数だけを数え、だれであるかは答えない。"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from mamis.associations.models import Association
from mamis.associations.rules import Tier
from mamis.doctors.models import Doctor, Workplace
from mamis.membership.models import Membership
from mamis.training.models import CompletionApplication, CreditLine, ProgrammeRule
from mamis.training.queries.programmes import KAKARI
from mamis.training.queries.standing import COMPLETION_DRAFT
from mamis.training.rules import Kind, Rule
from mamis.training.workflow import LIVE
from mamis.wizard.models import Draft
from mamis.wizard.queries import KEPT

NOWHERE = "申請先の決まらない医師"


@dataclass(frozen=True)
class Effect:
    """一つの医師会の、関わる医師と申請の数。"""

    code: str
    name: str
    drafts: int
    live: int
    losing: int
    gaining: int


def effects_of_rule(was: ProgrammeRule | None, now: Rule, on: date, at: datetime) -> list[Effect]:
    """規則をその日から改めるときの数。医師がいくらいても、問い合わせの数は同じである。

    満たす・満たさないは、その日に申請するとしたらの、台帳の単位だけで数える。決まっていない申請のある医師は、いまの版のままである。
    """
    losing, gaining = _turned(was, now, on) if was else (set(), set())
    return _effects(_draft_owners(at), losing, gaining, on)


def effects_of_activity(code: str, on: date, at: datetime) -> list[Effect]:
    """活動を改めるときの数：その活動を書きかけている医師と、決まっていない申請。"""
    written = {"activities": {"lines": [{"typed": {"activity": [code]}}]}}
    return _effects(_draft_owners(at, answers__contains=written), set(), set(), on, reports=code)


def _effects(
    drafting: Collection[int], losing: Collection[int], gaining: Collection[int], on: date, reports: str = ""
) -> list[Effect]:
    desks = _desks({*drafting, *losing, *gaining}, on)
    live: Counter[int | None] = Counter(_live(reports).values_list("destination_id", flat=True))
    counted = [Counter(desks.get(doctor) for doctor in doctors) for doctors in (drafting, losing, gaining)]
    touched = {place for numbers in (live, *counted) for place in numbers}
    names = {one.pk: one for one in Association.objects.filter(pk__in=[pk for pk in touched if pk])}
    rows = [
        Effect(
            names[place].code if place else "",
            names[place].name if place else NOWHERE,
            counted[0][place],
            live[place],
            counted[1][place],
            counted[2][place],
        )
        for place in touched
    ]
    return sorted(rows, key=lambda row: (not row.code, row.code))


def _live(activity: str) -> QuerySet[CompletionApplication]:
    live = CompletionApplication.objects.filter(programme__code=KAKARI, state__in=LIVE)
    if not activity:
        return live
    written = CompletionApplication.objects.filter(submissions__field_reports__activity__code=activity)
    return live.filter(pk__in=written.values("pk"))


def _draft_owners(at: datetime, **written: Any) -> set[int]:
    """新しく申請を書きかけている医師。"""
    owners = Draft.objects.filter(kind=COMPLETION_DRAFT, subject="", written_at__gt=at - KEPT, **written)
    return set(Doctor.objects.filter(user_id__in=owners.values("owner_id")).values_list("pk", flat=True))


def _turned(was: ProgrammeRule, now: Rule, on: date) -> tuple[set[int], set[int]]:
    """その日に、いまの規則なら満たし新しい規則では満たさない医師と、その逆。"""
    held = _held(was, was.rule, now, on)
    waiting = CompletionApplication.objects.filter(programme_id=was.programme_id, state__in=LIVE).values("doctor_id")
    free = held.exclude(doctor_id__in=waiting)
    before, after = _enough("was", was.rule), _enough("now", now)
    return (
        set(free.filter(before).exclude(after).values_list("doctor_id", flat=True)),
        set(free.filter(after).exclude(before).values_list("doctor_id", flat=True)),
    )


def _held(version: ProgrammeRule, was: Rule, now: Rule, on: date) -> QuerySet[CreditLine, Any]:
    """医師ごとの、二つの規則で数えた座学と実地。"""
    sums = {}
    for label, rule in (("was", was), ("now", now)):
        window = rule.window(on)
        within = Q(earned_on__gte=window.from_on, earned_on__lte=window.until_on)
        knowledge = within & Q(kind=Kind.KNOWLEDGE, programme_id=version.knowledge_programme_id)
        field = within & Q(kind=Kind.FIELD, programme_id=version.programme_id)
        sums[f"{label}_knowledge"] = Sum("half_units", filter=knowledge, default=0)
        sums[f"{label}_field"] = Sum("half_units", filter=field, default=0)
    return CreditLine.objects.filter(reverses=None, reversal=None).values("doctor_id").annotate(**sums)


def _enough(label: str, rule: Rule) -> Q:
    return Q(
        **{
            f"{label}_knowledge__gte": rule.min_knowledge,
            f"{label}_field__gte": rule.min_field,
        }
    ) & Q(**{f"{label}_knowledge__gte": rule.min_total - F(f"{label}_field")})


def _desks(doctors: Collection[int], on: date) -> dict[int, int]:
    """医師ごとの、申請先になる医師会。会員は所属の郡市区等、非会員は勤務先、なければ住まいの都道府県。"""
    prefectures = dict(Association.objects.filter(tier=Tier.PREFECTURE).values_list("prefecture_id", "pk"))
    at_home = Doctor.objects.filter(pk__in=doctors).values_list("pk", "home_prefecture_id")
    at_work = (
        Workplace.objects.filter(doctor_id__in=doctors, is_main=True, from_on__lte=on)
        .filter(Q(until_on=None) | Q(until_on__gt=on))
        .values_list("doctor_id", Coalesce("facility__prefecture", "request__prefecture"))
    )
    seated = (
        Membership.objects.filter(doctor_id__in=doctors, association__tier=Tier.DISTRICT, joined_on__lte=on)
        .filter(Q(left_on=None) | Q(left_on__gt=on))
        .order_by("-association__code")
        .values_list("doctor_id", "association_id")
    )
    return _to_prefecture(at_home, prefectures) | _to_prefecture(at_work, prefectures) | dict(seated)


def _to_prefecture(places: Iterable[tuple[int, Any]], prefectures: dict[Any, int]) -> dict[int, int]:
    return {doctor: prefectures[place] for doctor, place in places if place in prefectures}
