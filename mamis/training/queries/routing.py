"""申請先：どの医師会に申請し、どこへ回送できるか。"""

from dataclasses import dataclass
from datetime import date

from mamis.associations.models import Association
from mamis.associations.rules import Tier
from mamis.doctors.models import Doctor
from mamis.doctors.queries import main_workplace
from mamis.membership.queries import associations_of
from mamis.training.models import CompletionApplication
from mamis.training.rules import Route, route


@dataclass(frozen=True)
class Destinations:
    """選べる申請先と、そうなるわけ。"""

    route: Route
    associations: tuple[Association, ...]


def destinations(doctor: Doctor, on: date) -> Destinations:
    """医師の申請先。会員は所属の郡市区等、非会員は勤務先、なければ住まいの都道府県（training.md §1.5）。"""
    candidates = {
        association.pk: association
        for association in (
            *(association for association in associations_of(doctor, on) if association.is_district),
            *Association.objects.filter(tier=Tier.PREFECTURE, closed_on=None).order_by("code"),
        )
    }
    workplace = main_workplace(doctor, on)
    of_prefecture = {one.prefecture_id: one.pk for one in candidates.values() if one.is_prefecture}
    how, chosen = route(
        frozenset(one.pk for one in candidates.values() if one.is_district),
        of_prefecture.get(workplace.place.prefecture_id) if workplace else None,
        of_prefecture.get(doctor.home_prefecture_id) if doctor.home_prefecture_id else None,
    )
    return Destinations(
        how,
        tuple(one for one in candidates.values() if (one.is_prefecture if chosen is None else one.pk in chosen)),
    )


def forwarding_targets(application: CompletionApplication, on: date) -> tuple[Association, ...]:
    """回送できる先：いまの申請先を除く、その医師の正しい申請先。"""
    found = destinations(application.doctor, on).associations
    return tuple(one for one in found if one.pk != application.destination_id)
