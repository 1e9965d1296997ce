"""在籍を書くこと。"""

from datetime import date

from django.db import transaction

from mamis.associations.models import Association, Category
from mamis.doctors.models import Doctor
from mamis.doctors.operations import close_sight, open_sight
from mamis.doctors.rules import Ground
from mamis.membership.models import Membership, MembershipCategory


class CategoryOfAnotherAssociation(Exception):
    """その会員区分は、その医師会のものではない。"""

    def __init__(self) -> None:
        super().__init__("この医師会の会員区分を選んでください。")


@transaction.atomic
def admit(doctor: Doctor, association: Association, *, category: Category, on: date) -> Membership:
    """その日から会員にする。その日から医師会に見える。非会員としての見え方は終わる。"""
    if category.association_id != association.pk:
        raise CategoryOfAnotherAssociation
    membership = Membership.objects.create(doctor=doctor, association=association, joined_on=on)
    MembershipCategory.objects.create(membership=membership, category=category, from_on=on)
    open_sight(doctor, association, ground=Ground.MEMBER, on=on)
    close_sight(doctor, association, ground=Ground.WORKPLACE, on=on)
    return membership
