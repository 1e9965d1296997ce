"""医師について、だれが何を見ることができるか。"""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from mamis.accounts.models import User
from mamis.associations.models import Staff
from mamis.associations.rules import Role
from mamis.doctors.models import Doctor, Registration, Sight
from mamis.doctors.workflow import LIVE, REGISTRATION, Event, State
from mamis.workflow.table import By

_DECIDABLE = [state for state in State if Event.ACCEPT in REGISTRATION.events(state, By.OFFICE)]


def owned_by(user: User) -> QuerySet[Doctor]:
    """利用者その人である医師。"""
    return Doctor.objects.filter(user_id=user.pk, user__is_active=True).select_related("home_prefecture")


def visible_to(staff: Staff, on: date) -> QuerySet[Doctor]:
    """その医師会が、その日に根拠をもって見ることのできる医師。上の層も、根拠がなければ見えない。"""
    sights = Sight.objects.filter(
        Q(until_on=None) | Q(until_on__gt=on),
        association_id=staff.association_id,
        doctor=OuterRef("pk"),
        since_on__lte=on,
    )
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
