"""医師の画面を見ること。"""

import secrets
from datetime import datetime

from django.db import transaction

from mamis.associations.models import Staff
from mamis.audit.operations import record
from mamis.training.models import CompletionApplication, Viewing
from mamis.training.rules import VIEWING


@transaction.atomic
def begin_viewing(application: CompletionApplication, *, reason: str, by: Staff, at: datetime) -> Viewing:
    """医師の画面を見はじめる。わけは医師に見え、決まった時間で終わる。"""
    viewing = Viewing.objects.create(
        key=secrets.token_urlsafe(16),
        application=application,
        association_id=by.association_id,
        by_user_id=by.user_id,
        reason=reason,
        begun_at=at,
        until_at=at + VIEWING,
    )
    record(
        by=by.user_id,
        association_id=by.association_id,
        act="医師の画面の閲覧を始める",
        about=f"修了申請 {application.receipt_no}",
        at=at,
    )
    return viewing
