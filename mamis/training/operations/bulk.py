"""修了申請を、まとめて承認する。決まりは一件の承認と同じで、一件ずつ別に決まる。"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from mamis.associations.models import Staff
from mamis.training import queries, tasks
from mamis.training.models import BulkDecision, BulkLine, CompletionApplication
from mamis.training.operations.bulk_lines import decide_line

# この数までは、その場で決める。残りは裏方が決める。
AT_ONCE = 20
MOST = 400

Choice = tuple[CompletionApplication, str]


def approve_together(choices: Sequence[Choice], *, key: str, by: Staff, at: datetime) -> BulkDecision:
    """選ばれた申請を、一件ずつ承認する。確かめた画面の名（`key`）が同じなら、前のものを返す。

    選んだことを先に残すので、途中で倒れても、残りは裏方が続ける。
    """
    decision = _begin(choices, key=key, by=by, at=at)
    for line in queries.waiting_lines(decision)[:AT_ONCE]:
        decide_line(line, at=at)
    return decision


@transaction.atomic
def _begin(choices: Sequence[Choice], *, key: str, by: Staff, at: datetime) -> BulkDecision:
    """選んだことを書き、裏方の仕事を、同じトランザクションで預ける。"""
    decision, is_new = BulkDecision.objects.get_or_create(
        staff=by, key=key, defaults={"association_id": by.association_id, "started_at": at}
    )
    if is_new:
        BulkLine.objects.bulk_create(
            BulkLine(decision=decision, position=position, application=application, seen=seen)
            for position, (application, seen) in enumerate(choices[:MOST], start=1)
        )
        if len(choices) > AT_ONCE:
            tasks.hand_over(decision)
    return decision
