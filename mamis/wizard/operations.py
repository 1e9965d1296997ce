"""下書きを残し、消すこと。"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from mamis.wizard.models import Draft
from mamis.wizard.queries import KEPT


@transaction.atomic
def write_draft(
    *,
    by: int,
    kind: str,
    subject: str,
    step: str,
    at: datetime,
    start: dict[str, Any],
    change: Callable[[dict[str, Any]], None],
) -> Draft:
    """下書きを鍵で押さえて書き足す。まだないか、期限が過ぎていれば `start` から始める。

    書き足すのはその段階の答えだけなので、二つの画面で書いても、ほかの段階の答えは失われない。
    """
    draft, _ = Draft.objects.get_or_create(
        owner_id=by,
        kind=kind,
        subject=subject,
        defaults={"step": step, "answers": start, "begun_at": at, "written_at": at},
    )
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.written_at <= at - KEPT:
        draft.answers, draft.begun_at = start, at
    change(draft.answers)
    draft.step, draft.written_at = step, at
    draft.save()
    return draft


def discard_draft(*, by: int | None, kind: str, subject: str) -> None:
    """下書きを消す。なければ何もしない。"""
    Draft.objects.filter(owner_id=by, kind=kind, subject=subject).delete()


def forget_old_drafts(*, at: datetime) -> int:
    """期限の過ぎた下書きを消し、その数を返す。"""
    number, _ = Draft.objects.filter(written_at__lte=at - KEPT).delete()
    return number
