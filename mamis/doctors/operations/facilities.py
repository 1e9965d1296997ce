"""施設マスタの施設と、医師の主たる施設。"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from mamis.associations.models import Municipality
from mamis.doctors.models import Doctor, Facility, FacilityRequest, Workplace
from mamis.doctors.rules import LONGEST_SEARCH
from mamis.japanese.folding import fold, grams


class FacilityGone(Exception):
    """選ばれた施設が、もうない。"""

    def __init__(self) -> None:
        super().__init__("選んだ施設は、施設マスタにありません。もう一度お探しください。")


@dataclass(frozen=True)
class FacilityFacts:
    """施設として書くこと。"""

    name: str
    prefecture_code: str
    kana: str = ""
    kind: str = ""
    code: str = ""
    municipality_code: str | None = None
    address: str = ""
    telephone: str = ""
    opener_name: str = ""
    manager_name: str = ""
    opened_on: date | None = None
    suspended_on: date | None = None
    closed_on: date | None = None
    successor_id: int | None = None


def register_facility(facts: FacilityFacts) -> Facility:
    """施設を書く。"""
    return register_facilities([facts])[0]


@transaction.atomic
def register_facilities(many: Sequence[FacilityFacts]) -> list[Facility]:
    """いくつもの施設を、一度に書く。"""
    towns = Municipality.objects.in_bulk({facts.municipality_code for facts in many if facts.municipality_code})
    return Facility.objects.bulk_create(
        fill(Facility(municipality=towns.get(facts.municipality_code or "")), facts) for facts in many
    )


@transaction.atomic
def amend_facility(facility: Facility, facts: Mapping[str, Any]) -> None:
    """いくつかの事実だけを書き改める。データの取り込みが使う。"""
    for name, value in facts.items():
        setattr(facility, name, value)
    refresh_search(facility).save()


def fill(facility: Facility, facts: FacilityFacts) -> Facility:
    """事実を書き入れた施設。探すための写しも改める。まだ保存しない。"""
    for name, value in vars(facts).items():
        setattr(facility, FIELDS.get(name, name), value)
    return refresh_search(facility)


# 事実の名と、表の列の名が違うもの。
FIELDS = {"prefecture_code": "prefecture_id", "municipality_code": "municipality_id"}


def refresh_search(facility: Facility) -> Facility:
    """探すための写しを、書かれていることから作り直す。"""
    facility.search_name = _folded(facility.name, facility.kana)
    facility.search_place = _folded(facility.code, facility.telephone, facility.place_words)
    facility.search_grams = grams(f"{facility.search_name} {facility.search_place}")
    return facility


def _folded(*parts: str) -> str:
    """畳んで、区切りをはさんで並べたもの。"""
    return " ".join(filter(None, map(fold, parts)))[:LONGEST_SEARCH]


@dataclass(frozen=True)
class Work:
    """医師の主たる施設とすること。施設マスタの施設か、なければ書かれた名（未定）と都道府県、それに施設業務。"""

    facility_id: int | None
    unlisted_name: str
    prefecture_code: str
    duty: str


@transaction.atomic
def move_work(doctor: Doctor, work: Work, *, on: date, at: datetime) -> Workplace:
    """主たる施設か施設業務が、その日に変わった。前の主たる施設はその日に終わる。

    その日より後に始まったことになっていた勤務は、なかったことになる。いまと何も変わらなければ、いまの勤務を返す。
    同じ日に二度変わっても、過ぎた日に変わったことが分かっても、勤務は重ならない。
    """
    Doctor.objects.select_for_update(no_key=True).get(pk=doctor.pk)
    place = _place(work, at=at)
    later = list(
        Workplace.objects.select_for_update()
        .filter(Q(until_on=None) | Q(until_on__gt=on), doctor=doctor, is_main=True)
        .order_by("-from_on", "-pk")
    )
    if later and later[0].until_on is None and later[0].from_on <= on and _is_at(later[0], place, work.duty):
        return later[0]
    replaced = [one for one in later if one.from_on >= on]
    for superfluous in replaced[1:]:
        superfluous.delete()
    for former in later[len(replaced) :]:
        former.until_on = on
        former.save(update_fields=["until_on"])
    workplace = replaced[0] if replaced else Workplace(doctor=doctor, is_main=True)
    workplace.facility, workplace.request = place
    workplace.duty, workplace.from_on, workplace.until_on = work.duty, on, None
    workplace.save()
    return workplace


@transaction.atomic
def forget_work(doctor: Doctor, *, on: date) -> None:
    """まだ始まっていない勤務を、なかったことにする。その前の勤務は、続いているものに戻る。"""
    Workplace.objects.filter(doctor=doctor, is_main=True, from_on=on).delete()
    Workplace.objects.filter(doctor=doctor, is_main=True, until_on=on).update(until_on=None)


Place = tuple[Facility, None] | tuple[None, FacilityRequest]


def _is_at(workplace: Workplace, place: Place, duty: str) -> bool:
    """いまの勤務が、その所のその業務か。"""
    facility, request = place
    at_place = workplace.facility_id == facility.pk if facility else workplace.request_id == (request and request.pk)
    return at_place and workplace.duty == duty


def _place(work: Work, *, at: datetime) -> Place:
    """勤める所。まとめられた施設なら、まとめた先。"""
    if work.facility_id is None:
        return _requested(work, at=at)
    # まとめる人を待つ。待つあいだにまとめられたら、まとめた先に勤める。
    facility = Facility.objects.select_for_update(no_key=True).filter(pk=work.facility_id).first()
    while facility and facility.merged_into_id:
        facility = Facility.objects.select_for_update(no_key=True).get(pk=facility.merged_into_id)
    if facility is None:
        raise FacilityGone
    return facility, None


def _requested(work: Work, *, at: datetime) -> Place:
    """未定の施設。同じ都道府県の同じ名が待っていれば、それを使う。"""
    name = fold(work.unlisted_name)[:LONGEST_SEARCH]
    request, _ = FacilityRequest.objects.get_or_create(
        prefecture_id=work.prefecture_code,
        search_name=name,
        resolved_at=None,
        defaults={"name": work.unlisted_name, "asked_at": at},
    )
    request = FacilityRequest.objects.select_for_update(of=("self",)).select_related("facility").get(pk=request.pk)
    return (request.facility, None) if request.facility else (None, request)
