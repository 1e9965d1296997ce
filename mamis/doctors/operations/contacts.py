"""登録メールアドレスを変える。"""

from django.db import transaction

from mamis.accounts.models import User
from mamis.doctors.models import Doctor


@transaction.atomic
def set_contact_address(user: User, address: str) -> Doctor:
    """その利用者である医師の登録メールアドレスを書き換える（設定 CONTACT_ADDRESS）。二人の医師が同じでもよい。"""
    doctor = Doctor.objects.select_for_update().get(user_id=user.pk)
    doctor.contact_address = address
    doctor.save(update_fields=["contact_address"])
    return doctor
