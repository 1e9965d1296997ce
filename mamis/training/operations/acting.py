"""どの操作も使うこと：だれとして、鍵、番号、要件。"""

from django.db import connection

from mamis.associations.models import Staff
from mamis.doctors import policy as doctors_policy
from mamis.doctors.models import Delegation, Doctor
from mamis.doctors.rules import by_delegate
from mamis.training.models import CompletionApplication
from mamis.training.operations.refusals import ActingForDoctor, OwnCase, RequirementsNotMet
from mamis.training.rules import Evaluation
from mamis.workflow.table import Actor, By


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
    if doctors_policy.close_to(by.user_id).filter(pk=doctor.pk).exists():
        raise ActingForDoctor


def require_may_decide(application: CompletionApplication, by: Staff) -> None:
    """自分の申請か、代理を引き受けている医師の申請か、代わりに申請したものなら OwnCase。"""
    require_not_close(application.doctor, by)
    if application.history.filter(party=By.DOCTOR.value, by_user_id=by.user_id).exists():
        raise ActingForDoctor


def lock(doctor: Doctor) -> None:
    """医師の行を鍵で押さえる。申請と単位の変更は、医師ごとに一つずつ進む。"""
    Doctor.objects.select_for_update().only("pk").get(pk=doctor.pk)


def locked(application: CompletionApplication) -> CompletionApplication:
    """鍵で押さえ、読み直した申請。"""
    lock(application.doctor)
    return (
        CompletionApplication.objects.select_for_update(of=("self",))
        .select_related("doctor", "destination", "programme", "rule")
        .get(pk=application.pk)
    )


def require_met(evaluation: Evaluation) -> None:
    """単位が足りなければ RequirementsNotMet。"""
    if not evaluation.is_met:
        raise RequirementsNotMet(evaluation)


def next_number(sequence: str) -> int:
    """通し番号の次。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [sequence])
        return int(cursor.fetchone()[0])
