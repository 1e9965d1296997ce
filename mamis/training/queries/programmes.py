"""研修のプログラムと、その日に適用される規則・活動。"""

from datetime import date

from django.db.models import Q, QuerySet

from mamis.training.models import Activity, Programme, ProgrammeRule
from mamis.training.rules import Kind

KAKARI = "kakari-report"


CME = "cme"


class NoRuleInForce(Exception):
    """その日に適用される規則がない。"""

    def __init__(self) -> None:
        super().__init__("いまは申請を受け付けていません。受付が始まるまでお待ちください。")


def completion_programme() -> Programme:
    """「かかりつけ医機能報告制度にかかる研修」。"""
    return Programme.objects.get(code=KAKARI)


def programme_of(kind: Kind) -> Programme:
    """その種別の単位を登録するプログラム：座学は生涯教育制度、実地はこの研修（training.md §1.2）。"""
    return Programme.objects.get(code=CME if kind == Kind.KNOWLEDGE else KAKARI)


def rule_on(programme: Programme, day: date) -> ProgrammeRule:
    """その日に適用される規則。なければ NoRuleInForce。"""
    found = (
        ProgrammeRule.objects.filter(programme=programme, from_on__lte=day)
        .filter(Q(until_on=None) | Q(until_on__gt=day))
        .select_related("programme")
        .first()
    )
    if found is None:
        raise NoRuleInForce
    return found


def rules_newest_first(programme: Programme) -> QuerySet[ProgrammeRule]:
    """規則のすべての版。新しい順。"""
    return ProgrammeRule.objects.filter(programme=programme).order_by("-from_on")


def activities_on(programme: Programme, day: date) -> QuerySet[Activity]:
    """その日に選べる実地研修の活動。"""
    return (
        Activity.objects.filter(programme=programme, from_on__lte=day)
        .filter(Q(until_on=None) | Q(until_on__gt=day))
        .order_by("code")
    )
