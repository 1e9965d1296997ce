"""医師について、だれが何を見ることができるか。"""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from mamis.accounts.models import User
from mamis.associations.models import Staff
from mamis.doctors.models import Doctor, Sight


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
