"""医師について、だれが何を見ることができるか。"""

from datetime import date
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from mamis.accounts.models import User
from mamis.associations.models import Prefecture, Staff
from mamis.associations.rules import Role
from mamis.doctors.models import DelegateDeed, Delegation, Doctor, Facility, FacilityRequest, Registration, Sight
from mamis.doctors.workflow import LIVE, REGISTRATION, Event, State
from mamis.workflow.table import By

Row = TypeVar("Row", Facility, FacilityRequest)
_DECIDABLE = [state for state in State if Event.ACCEPT in REGISTRATION.events(state, By.OFFICE)]


def owned_by(user: User) -> QuerySet[Doctor]:
    """利用者その人である医師。"""
    return Doctor.objects.filter(user_id=user.pk, user__is_active=True).select_related("home_prefecture")


def owned_or_acted_for(user: User, on: date) -> QuerySet[Doctor]:
    """利用者が画面を開ける医師：自分と、いま代理を引き受けている相手。相手には、代理の番号（acting_pk）が付く。"""
    acting = acting_as(user, on)
    return (
        Doctor.objects.filter(user__is_active=True)
        .annotate(acting_pk=Subquery(acting.filter(doctor=OuterRef("pk")).values("pk")[:1]))
        .filter(Q(user_id=user.pk) | Q(acting_pk__isnull=False))
    )


def visible_to(staff: Staff, on: date) -> QuerySet[Doctor]:
    """その医師会が、その日に根拠をもって見ることのできる医師。上の層も、根拠がなければ見えない。"""
    sights = Sight.objects.filter(
        Q(until_on=None) | Q(until_on__gt=on),
        association_id=staff.association_id,
        doctor=OuterRef("pk"),
        since_on__lte=on,
    )
    return Doctor.objects.filter(Exists(sights))


def once_visible_to(staff: Staff, on: date) -> QuerySet[Doctor]:
    """その医師会に、その日に見えるか、前に見えた医師。選んだあとに見えなくなった医師を断るためで、画面には出さない。"""
    sights = Sight.objects.filter(association_id=staff.association_id, doctor=OuterRef("pk"), since_on__lte=on)
    return Doctor.objects.filter(Exists(sights))


def registrations_of(user: User) -> QuerySet[Registration]:
    """本人の利用者登録。却下されたものは、申し込み直せるので、含まない。"""
    return (
        Registration.objects.filter(user_id=user.pk)
        .exclude(state=State.REJECTED)
        .select_related("desk", "licence_file")
    )


def registrations_visible_to(staff: Staff) -> QuerySet[Registration]:
    """その医師会が確認する利用者登録。"""
    return Registration.objects.filter(association_id=staff.association_id).select_related(
        "user", "doctor", "desk", "association", "work_prefecture", "home_prefecture", "licence_file"
    )


def registrations_asked_at(staff: Staff) -> QuerySet[Registration]:
    """その医師会の名で案内したが、確認は要らない利用者登録。尋ねられたときに、受付だけを答える。"""
    live = Registration.objects.filter(desk_id=staff.association_id, state__in=[state.value for state in LIVE])
    return live.exclude(association_id=staff.association_id)


def registrations_answerable_by(staff: Staff) -> QuerySet[Registration]:
    """その人が決める行為を送ってよい利用者登録。すでに決まったものには、そのことを答える。"""
    if not staff.may(Role.CLERK):
        return Registration.objects.none()
    return registrations_visible_to(staff).exclude(user_id=staff.user_id)


def registrations_decidable_by(staff: Staff) -> QuerySet[Registration]:
    """その人が決められる利用者登録。自分の登録は、だれも決められない。"""
    return registrations_answerable_by(staff).filter(state__in=_DECIDABLE)


def letterable_by(staff: Staff, on: date) -> QuerySet[Doctor]:
    """その人が利用者登録のご案内を作れる医師：その医師会に見え、まだログインできない医師。"""
    if not staff.may(Role.CLERK):
        return Doctor.objects.none()
    return visible_to(staff, on).filter(user=None)


def delegations_of(doctor: Doctor) -> QuerySet[Delegation]:
    """医師本人が頼んだ、終わっていない代理。まだ引き受けられていないものも含む。"""
    return Delegation.objects.filter(doctor=doctor, ended_at=None).select_related("user", "doctor")


def acting_as(user: User, on: date) -> QuerySet[Delegation]:
    """その利用者がいま引き受けている代理：終わっておらず、期限の前で、どちらも使用中のもの。"""
    return Delegation.objects.filter(
        user_id=user.pk, ended_at=None, until_on__gt=on, user__is_active=True, doctor__user__is_active=True
    ).select_related("doctor", "doctor__home_prefecture", "user")


def delegations_held_by(user: User) -> QuerySet[Delegation]:
    """その利用者が引き受けた、終わっていない代理。期限の過ぎたものも、終えられるように含む。"""
    return Delegation.objects.filter(user_id=user.pk, ended_at=None).select_related("doctor", "user")


def deeds_for(doctor: Doctor) -> QuerySet[DelegateDeed]:
    """医師本人に見せる、代理の人がしたこと。終わった代理のものも含む。"""
    return DelegateDeed.objects.filter(delegation__doctor=doctor).select_related("delegation__user")


def close_to(user_id: int) -> QuerySet[Doctor]:
    """その利用者が決めてはならない医師：自分と、代理を引き受けている相手。期限が過ぎても、終えるまでは含む。"""
    acting = Delegation.objects.filter(doctor=OuterRef("pk"), user_id=user_id, ended_at=None)
    return Doctor.objects.filter(Q(user_id=user_id) | Exists(acting))


# 施設マスタ


def facilities_visible_to(staff: Staff) -> QuerySet[Facility]:
    """その人が見ることのできる施設：すべて。施設は医師会どうしで同じものを使い、個人のことは書かれていない。"""
    return Facility.objects.all() if staff.may(Role.VIEWER) else Facility.objects.none()


def facilities_changeable_by(staff: Staff) -> QuerySet[Facility]:
    """その人が直せる施設：一般以上の人が、自分の医師会の都道府県のものを。日本医師会はすべて（ADR 0064）。"""
    if not staff.may(Role.CLERK):
        return Facility.objects.none()
    return _within(staff, Facility.objects.all())


def facility_requests_visible_to(staff: Staff) -> QuerySet[FacilityRequest]:
    """その人に見える、決まっていない未定の施設：自分の医師会の都道府県のもの。日本医師会はすべて。"""
    return _within(staff, FacilityRequest.objects.filter(resolved_at=None).select_related("prefecture"))


def facility_requests_resolvable_by(staff: Staff) -> QuerySet[FacilityRequest]:
    """その人が決められる、未定の施設。"""
    requests = facility_requests_visible_to(staff)
    return requests if staff.may(Role.CLERK) else requests.none()


def all_prefectures() -> QuerySet[Prefecture]:
    """すべての都道府県。だれもが知っている。"""
    return Prefecture.objects.order_by("code")


def facility_prefectures_of(staff: Staff) -> QuerySet[Prefecture]:
    """その人が施設を書ける都道府県。"""
    prefectures = all_prefectures()
    return prefectures if staff.association.is_national else prefectures.filter(code=staff.association.prefecture_id)


def _within(staff: Staff, rows: QuerySet[Row]) -> QuerySet[Row]:
    if staff.association.is_national:
        return rows
    return rows.filter(prefecture_id=staff.association.prefecture_id)
