"""どの操作も使うこと：決めてよい人か、鍵、要件。"""

from mamis.associations.models import Staff
from mamis.doctors.operations import ActingForDoctor, lock, require_not_close
from mamis.training.models import CompletionApplication
from mamis.training.operations.refusals import RequirementsNotMet
from mamis.training.rules import Evaluation
from mamis.workflow.table import By


def require_may_decide(application: CompletionApplication, by: Staff) -> None:
    """自分の申請か、代理を引き受けている医師の申請か、代わりに申請したものなら OwnCase。"""
    require_not_close(application.doctor, by)
    if application.history.filter(party=By.DOCTOR.value, by_user_id=by.user_id).exists():
        raise ActingForDoctor


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
