"""裏方が、日ごとにすること：期限の過ぎた確認をみなし確認にし、期限の近い段と過ぎた段を知らせる。"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from mamis.mail.base import Mail
from mamis.mail.outbox import post
from mamis.membership.mails import StepNear, StepOverdue
from mamis.membership.models import Step
from mamis.membership.operations.applications import locked
from mamis.membership.operations.route import CLOCK, go_on
from mamis.membership.rules import CONFIRMATIONS, NEAR
from mamis.membership.workflow import State, StepEvent, StepState


def lapse_confirmations(*, at: datetime) -> int:
    """期限の過ぎた確認を、確認したものとみなす。一つずつの取引で進み、途中で止まっても続きからできる。"""
    overdue = _waiting().filter(due_on__lt=localdate(at), task__in=[one.value for one in CONFIRMATIONS])
    return sum(_lapse(pk, at=at) for pk in overdue.values_list("pk", flat=True))


@transaction.atomic
def _lapse(pk: int, *, at: datetime) -> bool:
    application = locked(Step.objects.select_related("application__doctor").get(pk=pk).application)
    step = _waiting().filter(pk=pk, due_on__lt=localdate(at)).select_for_update(of=("self",)).first()
    if step is None:
        return False
    step.application = application
    step.advance(StepEvent.LAPSE, by=CLOCK, at=at, decided_at=at, board_on=None)
    go_on(application, by=CLOCK, at=at)
    return True


def tell_deadlines(*, at: datetime) -> int:
    """期限の近い段と、過ぎた段を、その医師会に一度ずつ知らせる。"""
    day = localdate(at)
    near = _waiting().filter(due_on__lte=day + NEAR, due_on__gte=day, near_told_at=None)
    overdue = _waiting().filter(due_on__lt=day, overdue_told_at=None)
    return _tell(near, "near_told_at", StepNear, at=at) + _tell(overdue, "overdue_told_at", StepOverdue, at=at)


def _tell(steps: QuerySet[Step], mark: str, mail: type[Mail], *, at: datetime) -> int:
    told = 0
    for pk in steps.values_list("pk", flat=True):
        with transaction.atomic():
            step = steps.filter(pk=pk).select_for_update(of=("self",)).first()
            if step is None:
                continue
            setattr(step, mark, at)
            step.save(update_fields=[mark])
            post(mail(step.mail_facts(at=at, comment="")), at=at)
            told += 1
    return told


def _waiting() -> QuerySet[Step]:
    """届いていて、届出が止まっていない段。"""
    return Step.objects.filter(state=StepState.OPEN, application__state=State.IN_REVIEW).select_related(
        "application__doctor", "association"
    )
