"""まとめて進める一件。その場でも、裏方でも、同じに進む。"""

import logging
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from mamis.associations import policy as associations_policy
from mamis.associations.models import Staff
from mamis.associations.rules import Role
from mamis.doctors.operations import OwnCase, lock
from mamis.membership import policy, queries
from mamis.membership.models import Application, BatchLine
from mamis.membership.operations.applications import enter_application
from mamis.membership.operations.decisions import Decision, approve_step
from mamis.membership.operations.refusals import REFUSALS, OneByOne
from mamis.membership.operations.requests import Paper, Request
from mamis.membership.rules import OBSTACLE_LABELS, BatchKind, Reason
from mamis.workflow.table import NotAllowed, PageIsStale

logger = logging.getLogger(__name__)

FAILED = "システムの都合で進められませんでした。一件ずつ進めてください。"


class NotServing(Exception):
    """選んだ人が、途中で担当でなくなった。"""

    def __init__(self) -> None:
        super().__init__("進めた人の担当が終わったため、進めていません。")


class NotOurs(Exception):
    """その医師会で決められる届出、会員である医師、見える医師ではなくなった。"""

    def __init__(self) -> None:
        super().__init__("この医師会では進められなくなりました。")


class SeatsChanged(Exception):
    """確かめたあとに、在籍か会員区分が変わった。"""

    def __init__(self) -> None:
        super().__init__("確かめたあとに、在籍か会員区分が変わりました。もう一度、初めからお確かめください。")


class CannotChange(Exception):
    """まとめては変えられないわけがある。"""


_REFUSED = (NotAllowed, PageIsStale, OwnCase, NotServing, NotOurs, SeatsChanged, CannotChange, *REFUSALS)


@transaction.atomic
def end_line(line: BatchLine, *, at: datetime) -> BatchLine:
    """一件を進め、結果を同じトランザクションで書く。結果のある行には、何もしない。

    途中で倒れれば、進めたことも結果も残らない。だから、くり返しても二度進むことはない。
    """
    line = (
        BatchLine.objects.select_for_update(of=("self",))
        .select_related("batch__staff__user", "batch__association", "doctor")
        .get(pk=line.pk)
    )
    if line.ended_at is None:
        line.application, line.refusal = _outcome(line, at=at)
        line.ended_at = at
        line.save(update_fields=["application", "refusal", "ended_at"])
    return line


def _outcome(line: BatchLine, *, at: datetime) -> tuple[Application | None, str]:
    """受け付けた届出と、進めなかったわけ。一件の誤りが、ほかの件を止めてはならない。"""
    advance = {BatchKind.APPROVAL: _approve, BatchKind.CATEGORY: _enter}[BatchKind(line.batch.kind)]
    try:
        with transaction.atomic():
            return advance(line, _serving(line), at=at), ""
    except _REFUSED as refusal:
        return None, str(refusal)
    except Exception:
        logger.exception("batch line %s could not be ended", line.pk)
        return None, FAILED


def _serving(line: BatchLine) -> Staff:
    """選んだ人が、いまもその医師会に務めるか、代行しているか。"""
    chosen = line.batch.staff
    staff = associations_policy.staff_at(chosen.user, line.batch.association.code)
    if staff is None or staff.pk != chosen.pk or not staff.may(Role.CLERK):
        raise NotServing
    return staff


def _approve(line: BatchLine, staff: Staff, *, at: datetime) -> None:
    """段を承認または確認する。"""
    step = policy.steps_answerable_by(staff).filter(pk=line.step_id or 0).first()
    if step is None:
        raise NotOurs
    if step.application.is_profile:
        raise OneByOne
    approve_step(step, Decision(line.batch.day), seen=line.seen, by=staff, at=at)


def _enter(line: BatchLine, staff: Staff, *, at: datetime) -> Application:
    """会員区分の変更を、代行入力する。見た在籍から変わっていれば、断る。"""
    batch, today = line.batch, localdate(at)
    lock(line.doctor)
    if not policy.members_changeable_by(staff, today).filter(pk=line.doctor_id).exists():
        raise NotOurs
    [found] = queries.candidates([line.doctor], queries.changes_in(batch), own=(), effective_on=batch.day, on=today)
    if found.seen != line.seen:
        raise SeatsChanged
    if found.obstacle:
        raise CannotChange(OBSTACLE_LABELS[found.obstacle])
    request = Request(
        after=found.after,
        effective_on=batch.day,
        reasons=(Reason.CATEGORY,),
        causes=(batch.cause,),
        note=f"根拠：{batch.ground}",
    )
    return enter_application(line.doctor, request, Paper(batch.paper_on or today), by=staff, at=at)
