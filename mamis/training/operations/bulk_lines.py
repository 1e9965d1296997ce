"""まとめて承認する一件。その場でも、裏方でも、同じに決まる。"""

import logging
from datetime import datetime

from django.db import transaction

from mamis.associations import policy as associations_policy
from mamis.associations.rules import Role
from mamis.doctors.operations import OwnCase
from mamis.training import policy, queries
from mamis.training.models import BulkLine, CompletionApplication
from mamis.training.operations.decisions import approve_completion
from mamis.training.operations.refusals import PresidentMissing, RequirementsNotMet
from mamis.training.rules import Outcome
from mamis.training.workflow import State
from mamis.workflow.table import NotAllowed, PageIsStale

logger = logging.getLogger(__name__)


class NeedsReading(Exception):
    """機械による確認で、人が読むべきところがある。まとめては承認できない。"""

    def __init__(self) -> None:
        super().__init__("同じ活動か、数える期間の外の実地研修があります。開いて、読んでから決めてください。")


REFUSED: dict[type[Exception], Outcome] = {
    NotAllowed: Outcome.HANDLED,
    OwnCase: Outcome.OWN,
    PageIsStale: Outcome.CHANGED,
    RequirementsNotMet: Outcome.SHORT,
    PresidentMissing: Outcome.NO_PRESIDENT,
    NeedsReading: Outcome.UNCLEAR,
}


@transaction.atomic
def decide_line(line: BulkLine, *, at: datetime) -> BulkLine:
    """一件を承認し、結果を同じトランザクションで書く。結果のある行には、何もしない。

    途中で倒れれば、承認も結果も残らない。だから、くり返しても二度承認されることはない。
    """
    line = BulkLine.objects.select_for_update(of=("self",)).select_related("decision__staff").get(pk=line.pk)
    if not line.outcome:
        line.outcome, line.ended_at = _outcome(line, at=at), at
        line.save(update_fields=["outcome", "ended_at"])
    return line


def _outcome(line: BulkLine, *, at: datetime) -> Outcome:
    """承認できたか、できなかったわけ。一件の誤りが、ほかの件を止めてはならない。"""
    try:
        with transaction.atomic():
            return _approve(line, at=at)
    except tuple(REFUSED) as refusal:
        return next(outcome for kind, outcome in REFUSED.items() if isinstance(refusal, kind))
    except Exception:
        logger.exception("bulk line %s could not be decided", line.pk)
        return Outcome.FAILED


def _approve(line: BulkLine, *, at: datetime) -> Outcome:
    """選んだ人が、いまもその申請を決められるかを見て、承認する。"""
    staff = associations_policy.serving(line.decision.staff.user).filter(pk=line.decision.staff_id).first()
    if staff is None or not staff.may(Role.CLERK):
        return Outcome.NOT_SERVING
    if not policy.visible_to(staff).filter(pk=line.application_id).exists():
        return Outcome.MOVED
    application = CompletionApplication.objects.select_related("doctor", "rule").get(pk=line.application_id)
    if application.state == State.WITHDRAWN:
        return Outcome.WITHDRAWN
    review = queries.review_of(application)
    approve_completion(application, seen=line.seen, by=staff, at=at)
    if not review.passes:
        raise NeedsReading
    return Outcome.APPROVED
