"""施設マスタについての検索。"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value, When

from mamis.associations.queries import Change, Recorded
from mamis.doctors.models import Doctor, Facility, FacilityMerge, FacilityRequest, Licence, Workplace
from mamis.doctors.rules import MOST_CANDIDATES, FacilityState, search_words
from mamis.japanese.calendar import plain_date
from mamis.japanese.folding import fold, grams

# 写しは「畳んだ名 畳んだフリガナ」である。
_FOLDED_NAME = Func(F("search_name"), Value(" "), Value(1), function="split_part", output_field=CharField())


def live_facilities() -> QuerySet[Facility]:
    """いまある施設：まとめられておらず、廃止の日が決まっていないもの。"""
    return Facility.objects.filter(merged_into=None, closed_on=None).select_related("prefecture", "municipality")


@dataclass(frozen=True)
class Candidates:
    """施設の候補。多すぎる（言葉が短すぎる）か、一つもないか。"""

    facilities: tuple[Facility, ...] = ()
    too_many: bool = False
    none: bool = False


def facility_candidates(words: str, prefecture_code: str = "") -> Candidates:
    """言葉に合う、いまある施設の候補。よく合うものから。

    施設名、フリガナ、医療機関コード、電話、所在地の一部で探す。まとめられた施設と、廃止の日が決まった施設は出ない。
    二文字に足りない言葉では探さない。
    """
    if not search_words(words):
        return Candidates(too_many=True)
    live = live_facilities()
    if prefecture_code:
        live = live.filter(prefecture_id=prefecture_code)
    found = best_first(with_words(live, words), words).select_related("prefecture", "municipality")
    facilities = tuple(found.defer("search_grams")[: MOST_CANDIDATES + 1])
    return Candidates(facilities[:MOST_CANDIDATES], too_many=len(facilities) > MOST_CANDIDATES, none=not facilities)


def with_words(facilities: QuerySet[Facility], words: str) -> QuerySet[Facility]:
    """どの言葉も含む施設。文字の組の索引で絞り、写しで確かめる。"""
    wanted = search_words(words)
    if not wanted:
        return facilities
    facilities = facilities.filter(search_grams__contains=grams(" ".join(wanted)))
    for word in wanted:
        facilities = facilities.filter(Q(search_name__contains=word) | Q(search_place__contains=word))
    return facilities


def with_names(facilities: QuerySet[Facility], names: Collection[str]) -> QuerySet[Facility]:
    """畳んだ名が、そのどれかである施設。写しの頭は、いつも畳んだ名である。"""
    return facilities.alias(folded_name=_FOLDED_NAME).filter(folded_name__in=names)


def best_first(facilities: QuerySet[Facility], words: str) -> QuerySet[Facility]:
    """よく合うものから：名かフリガナか医療機関コードがそれで始まる、名かフリガナに含む、そのほか。"""
    whole = "".join(search_words(words))
    begins = Q(search_name__startswith=whole) | Q(search_name__contains=f" {whole}") | Q(code__startswith=whole)
    rank = Case(When(begins, then=0), When(search_name__contains=whole, then=1), default=2)
    return facilities.order_by(rank, "search_name", "pk")


# 一覧

FACILITY_SORTS: dict[str, tuple[Any, ...]] = {
    "name": (F("search_name"), "pk"),
    "-name": (F("search_name").desc(), "-pk"),
    "kind": (F("kind"), "search_name", "pk"),
    "-kind": (F("kind").desc(), "search_name", "pk"),
    "code": (F("code"), "search_name", "pk"),
    "-code": (F("code").desc(), "search_name", "pk"),
}


@dataclass(frozen=True)
class FacilityFilters:
    """施設の一覧の条件。"""

    words: str = ""
    prefecture: str = ""
    kind: str = ""
    state: str = ""
    sort: str = ""


def find_facilities(facilities: QuerySet[Facility], filters: FacilityFilters, on: date) -> QuerySet[Facility]:
    """条件に合う、まとめられていない施設。並べ方を選んでいなければ、探した言葉によく合うもの、または施設名の順。"""
    found = with_words(facilities.filter(merged_into=None), filters.words)
    for name in ("prefecture", "kind"):
        if value := getattr(filters, name):
            found = found.filter(**{name: value})
    if filters.state:
        found = found.filter(_in_state(FacilityState(filters.state), on))
    found = found.select_related("prefecture", "municipality").defer("search_grams")
    if filters.sort in FACILITY_SORTS:
        return found.order_by(*FACILITY_SORTS[filters.sort])
    return best_first(found, filters.words) if search_words(filters.words) else found.order_by("search_name", "pk")


def _in_state(state: FacilityState, on: date) -> Q:
    """その日に、その状態の施設。"""
    closed, suspended = Q(closed_on__lte=on), Q(suspended_on__lte=on)
    return {
        FacilityState.CLOSED: closed,
        FacilityState.SUSPENDED: suspended & _not_yet("closed_on", on),
        FacilityState.OPEN: _not_yet("suspended_on", on) & _not_yet("closed_on", on),
    }[state]


def _not_yet(name: str, on: date) -> Q:
    return Q(**{name: None}) | Q(**{f"{name}__gt": on})


def namesakes(facilities: QuerySet[Facility], *, name: str, telephone: str, prefecture_code: str) -> list[Facility]:
    """同じ都道府県にある、同じ名か同じ電話の施設。二重に書く前に見ていただく。"""
    same = Q(folded_name=fold(name))
    if telephone:
        same |= Q(telephone=telephone)
    found = facilities.alias(folded_name=_FOLDED_NAME).filter(same, prefecture=prefecture_code, merged_into=None)
    return list(found.defer("search_grams").order_by("search_name", "pk")[:MOST_CANDIDATES])


def doctors_at(facility: Facility, doctors: QuerySet[Doctor], on: date) -> QuerySet[Workplace]:
    """その日にその施設に勤める医師のうち、その範囲のもの。フリガナの順。"""
    number = Licence.objects.filter(doctor=OuterRef("doctor"), ended_on=None).values("number")[:1]
    return (
        Workplace.objects.filter(
            Q(until_on=None) | Q(until_on__gt=on),
            Exists(doctors.filter(pk=OuterRef("doctor"))),
            facility=facility,
            from_on__lte=on,
        )
        .annotate(licence_number=Subquery(number))
        .select_related("doctor")
        .order_by("doctor__family_kana", "doctor__given_kana", "pk")
    )


def open_merges(facility: Facility) -> list[FacilityMerge]:
    """その施設にまとめた、元に戻していない施設。新しい順。"""
    merges = FacilityMerge.objects.filter(into=facility, separated_at=None)
    return list(merges.select_related("facility", "merged_by").order_by("-merged_at", "-pk"))


# 変更の記録

FACILITY_FIELDS = (
    "name",
    "kana",
    "kind",
    "code",
    "prefecture",
    "municipality",
    "address",
    "telephone",
    "opener_name",
    "manager_name",
    "opened_on",
    "suspended_on",
    "closed_on",
    "successor",
    "merged_into",
)


def newest_facility_version(facility: Facility) -> Any:
    """施設のいちばん新しい版。"""
    return facility.events.order_by("-pgh_id").first()  # type: ignore[attr-defined]


def facility_changed_since(facility: Facility, seen: int | None) -> list[Change]:
    """その版のあとに変わった項目。知らない版なら、いまの値をみな並べる。"""
    version = facility.events.filter(pgh_id=seen).first()  # type: ignore[attr-defined]
    changes = (
        Change(label, _words(version, name) if version else "", _words(facility, name)) for name, label in _labels()
    )
    return [change for change in changes if change.was != change.now]


def facility_changes(facility: Facility) -> list[Recorded]:
    """変更の記録。新しい順。"""
    related = ("prefecture", "municipality", "successor", "merged_into", "pgh_context")
    versions = facility.events.select_related(*related).order_by("pgh_id")  # type: ignore[attr-defined]
    return [
        _recorded(after, label, _words(before, name), _words(after, name))
        for before, after in pairwise(versions)
        for name, label in _labels()
        if _words(before, name) != _words(after, name)
    ][::-1]


def _labels() -> Iterable[tuple[str, str]]:
    for name in FACILITY_FIELDS:
        yield name, str(Facility._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _words(version: Any, name: str) -> str:
    """画面に出す値。"""
    if name == "kind":
        return str(version.get_kind_display())
    value = getattr(version, name)
    return plain_date(value) if isinstance(value, date) else str(value or "")


def _recorded(event: Any, label: str, was: str, now: str) -> Recorded:
    who = event.pgh_context.metadata if event.pgh_context else {}
    return Recorded(label, was, now, who.get("user_name", ""), who.get("association_name", ""), event.pgh_created_at)


# 未定の施設


def find_requests(requests: QuerySet[FacilityRequest], words: str) -> QuerySet[FacilityRequest]:
    """決まっていない未定の施設。勤める医師の数を添えて、古い順。"""
    for word in map(fold, words.split()):
        requests = requests.filter(search_name__contains=word)
    return requests.annotate(doctor_count=_doctors_waiting()).order_by("asked_at", "pk")


def _doctors_waiting() -> Subquery:
    waiting = Workplace.objects.filter(request=OuterRef("pk")).order_by().values("request")
    return Subquery(waiting.annotate(number=Count("doctor", distinct=True)).values("number"))


def requests_waiting(requests: QuerySet[FacilityRequest]) -> int:
    """決まっていない未定の施設の数。"""
    return requests.count()
