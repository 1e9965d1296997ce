"""在籍についての検索。"""

from datetime import date

from django.db.models import Q, QuerySet

from mamis.associations.models import Association
from mamis.doctors.models import Doctor
from mamis.membership.models import MembershipCategory

_TIERS_UPWARD = ("district", "prefecture", "national")


def seats(doctor: Doctor, on: date) -> list[MembershipCategory]:
    """その日の所属医師会と会員区分。郡市区等、都道府県、日本医師会の順。"""
    current = (
        MembershipCategory.objects.filter(membership__doctor=doctor, membership__joined_on__lte=on, from_on__lte=on)
        .filter(Q(membership__left_on=None) | Q(membership__left_on__gt=on), Q(until_on=None) | Q(until_on__gt=on))
        .select_related("membership__association", "category")
        .order_by("membership__joined_on", "pk")
    )
    return sorted(current, key=lambda seat: _TIERS_UPWARD.index(seat.membership.association.tier))


def associations_of(doctor: Doctor, on: date) -> QuerySet[Association]:
    """その日に在籍している医師会。"""
    return (
        Association.objects.filter(memberships__doctor=doctor, memberships__joined_on__lte=on)
        .filter(Q(memberships__left_on=None) | Q(memberships__left_on__gt=on))
        .distinct()
        .order_by("code")
    )
