"""修了申請、単位、修了証について、だれが何を見て何ができるか。"""

from datetime import date

from django.db.models import QuerySet

from mamis.associations.models import Staff
from mamis.associations.rules import Role
from mamis.doctors import policy as doctors_policy
from mamis.doctors.models import Doctor
from mamis.training.models import Certificate, CompletionApplication, CreditLine
from mamis.training.workflow import COMPLETION, Event, State
from mamis.workflow.table import By

_DECIDABLE = [state for state in State if Event.APPROVE in COMPLETION.events(state, By.OFFICE)]


def owned_by(doctor: Doctor) -> QuerySet[CompletionApplication]:
    """医師本人の修了申請。"""
    return CompletionApplication.objects.filter(doctor=doctor).select_related("destination", "programme", "rule")


def visible_to(staff: Staff) -> QuerySet[CompletionApplication]:
    """その医師会が申請先である修了申請。上の層からも、ほかの医師会からも見えない。"""
    return CompletionApplication.objects.filter(destination_id=staff.association_id).select_related(
        "doctor", "destination", "programme", "rule"
    )


def decidable_by(staff: Staff) -> QuerySet[CompletionApplication]:
    """その人が決められる修了申請。閲覧の人は決められず、自分の申請はだれも決められない。"""
    if not staff.may(Role.CLERK):
        return CompletionApplication.objects.none()
    return visible_to(staff).filter(state__in=_DECIDABLE).exclude(doctor__user_id=staff.user_id)


def answerable_by(staff: Staff) -> QuerySet[CompletionApplication]:
    """その人が決める行為を送ってよい修了申請。すでに決まったものには、そのことを答える。"""
    if not staff.may(Role.CLERK):
        return CompletionApplication.objects.none()
    return visible_to(staff).exclude(doctor__user_id=staff.user_id)


def creditable_by(staff: Staff, on: date) -> QuerySet[Doctor]:
    """その人が単位を登録できる医師：その医師会に見える医師のうち、自分を除く。"""
    if not staff.may(Role.CLERK):
        return Doctor.objects.none()
    return doctors_policy.visible_to(staff, on).exclude(user_id=staff.user_id)


def credits_of(doctor: Doctor) -> QuerySet[CreditLine]:
    """医師本人の単位の台帳。"""
    return CreditLine.objects.filter(doctor=doctor)


def credits_granted_by(staff: Staff) -> QuerySet[CreditLine]:
    """その医師会が登録した単位。"""
    return CreditLine.objects.filter(granted_by_id=staff.association_id)


def credits_answerable_by(staff: Staff) -> QuerySet[CreditLine]:
    """その人が取り消しを送ってよい単位。すでに取り消されたものには、そのことを答える。"""
    if not staff.may(Role.CLERK):
        return CreditLine.objects.none()
    return credits_granted_by(staff).filter(reverses=None).exclude(doctor__user_id=staff.user_id)


def credits_reversible_by(staff: Staff) -> QuerySet[CreditLine]:
    """その人が取り消せる単位：その医師会が登録した、まだ取り消されていない行。自分の単位は除く。"""
    return credits_answerable_by(staff).filter(reversal=None)


def certificates_of(doctor: Doctor) -> QuerySet[Certificate]:
    """医師本人の修了証。"""
    return Certificate.objects.filter(doctor=doctor)


def certificates_visible_to(staff: Staff) -> QuerySet[Certificate]:
    """その医師会が発行した修了証。"""
    return Certificate.objects.filter(issuer_id=staff.association_id)


def verifiable() -> QuerySet[Certificate]:
    """合言葉を知る人ならだれでも確かめられる修了証。"""
    return Certificate.objects.all()
