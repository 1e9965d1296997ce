"""退会の範囲：どの医師会を退会し、どの医師会に残るか。"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mamis.associations.models import Association
from mamis.associations.rules import Tier
from mamis.membership.rules import Body, Seats, fault_in, without_support

ALL, UPPER, NATIONAL = "all", "upper", "national"


@dataclass(frozen=True)
class Scope:
    """一つの範囲：選ぶときの言葉と、退会する医師会。"""

    words: str
    gone: frozenset[int]


def scopes_for(held: Sequence[Association], before: Seats, bodies: Mapping[int, Body]) -> dict[str, Scope]:
    """いまの所属医師会から選べる範囲。一部の層だけの会員を認めない医師会が残るものは、選べない。"""
    by_tier = {tier: [one for one in held if one.tier == tier] for tier in Tier}
    ids = {tier: frozenset(one.pk for one in some) for tier, some in by_tier.items()}
    districts, upper, national = ids[Tier.DISTRICT], ids[Tier.PREFECTURE], ids[Tier.NATIONAL]
    scopes = {ALL: Scope("所属するすべての医師会を退会する", districts | upper | national)}
    if len(districts) > 1:
        for one in by_tier[Tier.DISTRICT]:
            scopes[_district(one)] = Scope(f"{one.name}だけを退会する", frozenset({one.pk}))
    if upper:
        names = "都道府県医師会と日本医師会を" if national else "都道府県医師会を"
        scopes[UPPER] = Scope(f"{names}退会し、郡市区等医師会の会員は続ける", upper | national)
    if national:
        scopes[NATIONAL] = Scope("日本医師会だけを退会し、ほかの医師会の会員は続ける", national)
    return {name: one for name, one in scopes.items() if _may_leave(before, one.gone, bodies)}


def _may_leave(before: Seats, gone: frozenset[int], bodies: Mapping[int, Body]) -> bool:
    kept = {pk: category for pk, category in before.items() if pk not in gone}
    return fault_in(without_support(kept, bodies), bodies) is None


def scope_of(left: Sequence[Association], held: Iterable[int]) -> str:
    """退会する医師会から、範囲の名。"""
    if {one.pk for one in left} >= set(held):
        return ALL
    district = next((one for one in left if one.is_district), None)
    if district is not None:
        return _district(district)
    return UPPER if any(one.is_prefecture for one in left) else NATIONAL


def _district(association: Association) -> str:
    return f"district-{association.code}"
