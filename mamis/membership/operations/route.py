"""段を書き、届いた段を開け、すべてが決まれば在籍を変える。"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.timezone import localdate

from mamis.associations.models import Association
from mamis.doctors.operations import close_sight, open_sight
from mamis.doctors.rules import Ground
from mamis.mail.outbox import post
from mamis.membership import queries
from mamis.membership.mails import SeatTold, StepFacts
from mamis.membership.models import Application, Claim, Step
from mamis.membership.operations import effects
from mamis.membership.rules import Planned, Task, due_on
from mamis.membership.workflow import DONE, UNDECIDED, Event, StepEvent, StepState
from mamis.workflow.table import Actor, By

CLOCK = Actor(By.CLOCK, "自動")


def steps_for(application: Application, planned: Iterable[Planned]) -> tuple[Step, ...]:
    """まだ書かれていない段。"""
    planned = tuple(planned)
    associations = Association.objects.in_bulk([one.body for one in planned])
    return tuple(
        Step(
            application=application,
            position=one.position,
            association=associations[one.body],
            task=one.task,
            category_before_id=one.category_before,
            category_id=one.category,
            waits_for=list(one.waits_for),
            state=StepState.NEW,
        )
        for one in planned
    )


def begin(application: Application, steps: Sequence[Step], claimed: Iterable[int], *, by: Actor, at: datetime) -> None:
    """段を書き、在籍に手を付け、入会を望まれた医師会に見えるようにし、はじめの段を開ける。"""
    for step in steps:
        step.application = application
        step.advance(StepEvent.PLAN, by=by, at=at)
        if step.task == Task.JOIN:
            open_sight(application.doctor, step.association, ground=Ground.APPLICANT, on=localdate(at))
    Claim.objects.bulk_create(
        Claim(application=application, doctor_id=application.doctor_id, association_id=pk) for pk in claimed
    )
    go_on(application, by=by, at=at)


def go_on(application: Application, *, by: Actor, at: datetime) -> None:
    """待つものがなくなった段を開ける。自動で決まる段は決める。すべて決まれば、完了する。"""
    while True:
        steps = {one.position: one for one in _steps(application)}
        ready = [
            one
            for one in steps.values()
            if one.state == StepState.WAITING and all(steps[number].state in DONE for number in one.waits_for)
        ]
        if not ready:
            break
        for step in ready:
            _open(step, by=by, at=at)
            by = CLOCK if _decides_itself(step, at=at) else by
    if all(one.state in DONE for one in steps.values()):
        _finish(application, list(steps.values()), by=by, at=at)


def drop(application: Application, *, by: Actor, at: datetime) -> None:
    """決まらずに終わった届出の、残りの段を外し、在籍から手を離す。"""
    for step in _steps(application):
        if step.state in UNDECIDED:
            step.advance(StepEvent.DROP, by=by, at=at)
    let_go(application, at=at)


def let_go(application: Application, *, at: datetime) -> None:
    """在籍から手を離す。入会を望まれた医師会からは、その根拠では見えなくなる。"""
    Claim.objects.filter(application=application, released_at=None).update(released_at=at)
    for step in _steps(application):
        if step.task == Task.JOIN:
            day = max(localdate(at), application.effective_on) if application.finished_at else localdate(at)
            close_sight(application.doctor, step.association, ground=Ground.APPLICANT, on=day)


def _steps(application: Application) -> list[Step]:
    steps = list(application.steps.select_related("association").order_by("position"))
    for step in steps:
        step.application = application
    return steps


def _open(step: Step, *, by: Actor, at: datetime) -> None:
    association, day = step.association, localdate(at)
    step.advance(
        StepEvent.OPEN,
        by=by,
        at=at,
        received_on=day,
        due_on=due_on(
            Task(step.task),
            day,
            confirmation_days=association.confirmation_days,
            decision_days=association.decision_days,
        ),
    )


def _decides_itself(step: Step, *, at: datetime) -> bool:
    """その医師会が、この手続きを自動で決めると決めていれば、決める。"""
    if step.application.kind not in step.association.automatic_kinds:
        return False
    event = StepEvent.CONFIRM if step.is_confirmation else StepEvent.APPROVE
    step.advance(event, by=CLOCK, at=at, decided_at=at, board_on=localdate(at), is_automatic=True)
    return True


def _finish(application: Application, steps: Sequence[Step], *, by: Actor, at: datetime) -> None:
    """在籍を変え、決めることのなかった医師会に知らせる。"""
    effects.take_effect(application, steps, at=at)
    # 会員情報は、承認された日に変わる。
    on = localdate(at) if application.is_profile else application.effective_on
    application.advance(Event.FINISH, by=by, at=at, finished_at=at, effective_on=on)
    let_go(application, at=at)
    _tell_others(application, steps, at=at)


def _tell_others(application: Application, steps: Sequence[Step], *, at: datetime) -> None:
    """在籍のある、段のなかった医師会に知らせる。"""
    for association in queries.without_step(application, steps):
        facts = StepFacts(
            about_doctor_id=application.doctor_id,
            responsible_association_id=association.pk,
            reference=application.receipt_no,
            title=application.title,
            task="",
            doctor_name=application.doctor.name,
            association_name=association.name,
            association_code=association.code,
            association_address=association.member_address,
            due_text="",
        )
        post(SeatTold(facts), at=at)
