"""事務局が施設マスタを整える：足す、直す、引き継がせる、まとめる、元に戻す、未定の施設を決める。"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from mamis.associations import policy as associations_policy
from mamis.associations.models import Staff
from mamis.associations.operations.recording import recorded_as
from mamis.associations.queries import Change
from mamis.associations.rules import Role
from mamis.doctors import queries
from mamis.doctors.models import Facility, FacilityMerge, FacilityRequest, Workplace
from mamis.doctors.operations.facilities import FacilityFacts, FacilityGone, fill


class FacilityChanged(Exception):
    """開いていたあいだに、ほかの人が直した。何が変わったかを持つ。"""

    def __init__(self, changes: Sequence[Change]) -> None:
        super().__init__("この画面を開いているあいだに、ほかの方が変更しました。")
        self.changes = changes


class CodeTaken(Exception):
    """同じ医療機関コードの施設がある。"""

    def __init__(self, other: Facility | None) -> None:
        name = f"「{other.name}」（{other.prefecture.name}）" if other else "ほかの施設"
        super().__init__(f"この医療機関コードは、{name}に書かれています。")


class CannotMerge(Exception):
    """まとめられないか、元に戻せない。"""


class RequestResolved(Exception):
    """未定の施設は、もう決まっている。"""

    def __init__(self) -> None:
        super().__init__("この未定の施設は、ほかの方がすでに決めました。")


@transaction.atomic
def add_facility(facts: FacilityFacts, *, by: Staff, at: datetime) -> Facility:
    """施設を施設マスタに足す。"""
    associations_policy.require_on_duty(by, Role.CLERK)
    with recorded_as(by):
        return _save(fill(Facility(), facts))


@transaction.atomic
def correct_facility(
    facility: Facility, facts: FacilityFacts, *, seen: int | None, by: Staff, at: datetime
) -> Facility:
    """施設の書かれていることを直す。見ていた版（seen）のあとに変わっていれば FacilityChanged。"""
    facility = _locked(facility.pk)
    associations_policy.require_on_duty(by, Role.CLERK)
    if changes := queries.facility_changed_since(facility, seen):
        raise FacilityChanged(changes)
    with recorded_as(by):
        return _save(fill(facility, facts))


@transaction.atomic
def set_successor(facility: Facility, successor: Facility | None, *, by: Staff, at: datetime) -> Facility:
    """廃止のあとを引き継いだ施設を決める。None なら、なかったことにする。"""
    facility = _locked(facility.pk)
    associations_policy.require_on_duty(by, Role.CLERK)
    facility.successor = successor
    with recorded_as(by):
        facility.save(update_fields=["successor"])
    return facility


@transaction.atomic
def merge_facilities(facility: Facility, *, into: Facility, by: Staff, at: datetime) -> FacilityMerge:
    """二重に書かれた施設を、残す施設にまとめる。所属施設は、過ぎたものもみな、残す施設に移る。"""
    pair = {one.pk: one for one in Facility.objects.select_for_update().filter(pk__in=(facility.pk, into.pk))}
    associations_policy.require_on_duty(by, Role.CLERK)
    leaving, kept = pair[facility.pk], pair[into.pk]
    if leaving.pk == kept.pk:
        raise CannotMerge("同じ施設です。ほかの施設を選んでください。")
    if leaving.merged_into_id or kept.merged_into_id:
        raise CannotMerge("ほかの方が、先にまとめました。施設の画面でお確かめください。")
    works = Workplace.objects.filter(facility=leaving)
    merge = FacilityMerge.objects.create(
        facility=leaving,
        into=kept,
        moved=sorted(works.values_list("pk", flat=True)),
        merged_at=at,
        merged_by=by.user,
    )
    leaving.merged_into = kept
    with recorded_as(by):
        works.update(facility=kept)
        leaving.save(update_fields=["merged_into"])
    return merge


@transaction.atomic
def separate_facility(facility: Facility, *, by: Staff, at: datetime) -> FacilityMerge:
    """まとめた施設を、元に戻す。まとめたときに移した所属施設のうち、いまも移した先にあるものが戻る。"""
    facility = _locked(facility.pk)
    associations_policy.require_on_duty(by, Role.CLERK)
    merge = FacilityMerge.objects.select_related("into").filter(facility=facility, separated_at=None).first()
    if merge is None:
        raise CannotMerge("この施設は、もう元に戻してあります。")
    if merge.into.merged_into_id:
        raise CannotMerge(
            f"まとめた先の「{merge.into.name}」が、さらにほかの施設にまとめてあります。先に、そちらを元に戻してください。"
        )
    facility.merged_into = None
    merge.separated_at, merge.separated_by = at, by.user
    with recorded_as(by):
        _save(facility)
        Workplace.objects.filter(pk__in=merge.moved, facility=merge.into).update(facility=facility)
        merge.save(update_fields=["separated_at", "separated_by"])
    return merge


@transaction.atomic
def resolve_request(request: FacilityRequest, facility: Facility, *, by: Staff, at: datetime) -> FacilityRequest:
    """未定の施設を、施設マスタの施設に決める。書いた全員の所属施設が、一度に決まる。"""
    request = _open(request)
    associations_policy.require_on_duty(by, Role.CLERK)
    facility = _locked(facility.pk)
    if facility.merged_into_id:
        raise FacilityGone
    return _resolve(request, facility, by=by, at=at)


@transaction.atomic
def resolve_with_new(request: FacilityRequest, facts: FacilityFacts, *, by: Staff, at: datetime) -> FacilityRequest:
    """未定の施設を、施設マスタに足して、それに決める。"""
    request = _open(request)
    return _resolve(request, add_facility(facts, by=by, at=at), by=by, at=at)


def _resolve(request: FacilityRequest, facility: Facility, *, by: Staff, at: datetime) -> FacilityRequest:
    request.facility, request.resolved_by, request.resolved_at = facility, by.user, at
    with recorded_as(by):
        Workplace.objects.filter(request=request).update(facility=facility, request=None)
        request.save(update_fields=["facility", "resolved_by", "resolved_at"])
    return request


def _open(request: FacilityRequest) -> FacilityRequest:
    """鍵で押さえた、決まっていない未定の施設。"""
    request = FacilityRequest.objects.select_for_update().get(pk=request.pk)
    if request.resolved_at:
        raise RequestResolved
    return request


def _locked(pk: int) -> Facility:
    return Facility.objects.select_for_update().get(pk=pk)


def _save(facility: Facility) -> Facility:
    """保存する。医療機関コードがほかの施設と同じなら CodeTaken。"""
    try:
        with transaction.atomic():
            facility.save()
    except IntegrityError as error:
        if "facility_code_once" not in str(error):
            raise
        others = Facility.objects.filter(code=facility.code, merged_into=None).exclude(pk=facility.pk)
        raise CodeTaken(others.select_related("prefecture").first()) from error
    return facility
