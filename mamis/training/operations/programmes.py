"""日本医師会が、研修の要件を改める。使われた版は変えず、新しい版を足し、終わりの日を書く。"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, TypeVar

import pghistory
from django.db import models, transaction

from mamis.associations.models import Staff
from mamis.training import queries
from mamis.training.models import Activity, Programme, ProgrammeRule

Version = TypeVar("Version", ProgrammeRule, Activity)


class InThePast(Exception):
    """その日は、もう過ぎている。使われた要件は変えられない。"""

    def __init__(self) -> None:
        super().__init__("もう過ぎた日からは変えられません。今日か、これからの日にしてください。")


class AlreadyFrom(Exception):
    """同じ日から、またはそのあとに始まる版が、すでにある。"""

    def __init__(self) -> None:
        super().__init__("その日か、そのあとに始まる版が、すでにあります。先に、その版を取りやめてください。")


class NotRunning(Exception):
    """その版は、その日には使われていない。"""

    def __init__(self) -> None:
        super().__init__("この版は、その日には使われていません。始まりのあとの日にしてください。")


@dataclass(frozen=True)
class RuleEntry:
    """規則の新しい版。"""

    from_on: date
    min_total_half_units: int
    min_knowledge_half_units: int
    min_field_half_units: int
    window_months: int
    validity_months: int


@dataclass(frozen=True)
class ActivityEntry:
    """活動の新しい版。"""

    from_on: date
    code: str
    category: str
    name: str
    half_units: int


@transaction.atomic
def add_rule(entry: RuleEntry, *, by: Staff, on: date) -> ProgrammeRule:
    """規則の新しい版を、今日か、これからの日から足す。いまの版は、その日に終わる。決まっていない申請の版は変わらない。"""
    programme = _locked_programme()
    versions = ProgrammeRule.objects.filter(programme=programme)
    return _add(versions, entry, by=by, on=on, knowledge_programme=Programme.objects.get(code=queries.CME))


@transaction.atomic
def add_activity(entry: ActivityEntry, *, by: Staff, on: date) -> Activity:
    """活動の新しい版か、新しい活動を足す。"""
    return _add(Activity.objects.filter(programme=_locked_programme(), code=entry.code), entry, by=by, on=on)


@transaction.atomic
def end_version(version: Version, *, from_on: date, by: Staff, on: date) -> Version:
    """版を、その日から使わないことにする。"""
    _locked_programme()
    version.refresh_from_db()
    if from_on < on:
        raise InThePast
    if from_on <= version.from_on or (version.until_on is not None and version.until_on <= from_on):
        raise NotRunning
    version.until_on = from_on
    with _as(by):
        version.save(update_fields=["until_on"])
    return version


@transaction.atomic
def cancel_version(version: Version, *, by: Staff, on: date) -> None:
    """まだ始まっていない版を取りやめる。その日に終わるはずだった前の版は、そのまま続く。"""
    _locked_programme()
    version.refresh_from_db()
    if version.from_on <= on:
        raise InThePast
    same = type(version)._default_manager.filter(programme_id=version.programme_id)
    if isinstance(version, Activity):
        same = same.filter(code=version.code)
    former = same.filter(until_on=version.from_on).first()
    with _as(by):
        until_on = version.until_on
        version.delete()
        if former is not None:
            former.until_on = until_on
            former.save(update_fields=["until_on"])


def _add(
    versions: models.QuerySet[Version], entry: RuleEntry | ActivityEntry, *, by: Staff, on: date, **more: Any
) -> Version:
    if entry.from_on < on:
        raise InThePast
    if versions.filter(from_on__gte=entry.from_on).exists():
        raise AlreadyFrom
    with _as(by):
        for former in versions.filter(models.Q(until_on=None) | models.Q(until_on__gt=entry.from_on)):
            former.until_on = entry.from_on
            former.save(update_fields=["until_on"])
        return versions.model._default_manager.create(programme=queries.completion_programme(), **asdict(entry), **more)


def _locked_programme() -> Programme:
    """要件の変更は、一つずつ進む。"""
    return Programme.objects.select_for_update().get(code=queries.KAKARI)


def _as(by: Staff) -> Any:
    """変更の履歴に、だれが、どの医師会として変えたかを残す。"""
    return pghistory.context(user=by.user_id, association=by.association_id)
