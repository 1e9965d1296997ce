"""だれとして操作するか。自分のことと、代理を引き受けている医師のことは、決められない。"""

from django.db import connection

from mamis.associations.models import Staff
from mamis.doctors import policy
from mamis.doctors.models import Delegation, Doctor
from mamis.doctors.rules import by_delegate
from mamis.workflow.table import Actor, By


class OwnCase(Exception):
    """自分の申請や単位は、自分では決められない。"""

    def __init__(self) -> None:
        super().__init__("ご自身の申請や単位は、ほかの担当者にお願いしてください。")


class ActingForDoctor(OwnCase):
    """代理を引き受けている医師の申請や単位も、決められない。"""

    def __init__(self) -> None:
        Exception.__init__(self, "代理を引き受けている医師の申請や単位は、ほかの担当者にお願いしてください。")


def as_office(staff: Staff) -> Actor:
    """事務局の人として。"""
    return Actor(By.OFFICE, staff.signature, user_id=staff.user_id, association_id=staff.association_id)


def as_doctor(doctor: Doctor, delegation: Delegation | None = None) -> Actor:
    """医師本人として。代理の人がするときは、その人の名に（代理）を添えて。"""
    if delegation is not None and delegation.user is not None:
        return Actor(By.DOCTOR, by_delegate(delegation.user.name), user_id=delegation.user_id)
    return Actor(By.DOCTOR, doctor.name, user_id=doctor.user_id)


def require_not_close(doctor: Doctor, by: Staff) -> None:
    """自分のことなら OwnCase、代理を引き受けている医師のことなら ActingForDoctor。"""
    if doctor.user_id is not None and doctor.user_id == by.user_id:
        raise OwnCase
    if policy.close_to(by.user_id).filter(pk=doctor.pk).exists():
        raise ActingForDoctor


def lock(doctor: Doctor) -> None:
    """医師の行を鍵で押さえる。申請と単位の変更は、医師ごとに一つずつ進む。"""
    Doctor.objects.select_for_update().only("pk").get(pk=doctor.pk)


def lock_number(number: str) -> None:
    """医籍登録番号を鍵で押さえる。まだ記録のない医師のことも、同じ番号では一つずつ進む。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"doctors {number.lstrip('0')}"])
