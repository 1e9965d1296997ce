"""下書きの検索。"""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from mamis.wizard.models import Draft

KEPT = timedelta(days=30)


def draft_of(owner_id: int, kind: str, subject: str, at: datetime) -> Draft | None:
    """その人の、まだ消えていない下書き。最後に書いてから 30 日残る。"""
    return Draft.objects.filter(owner_id=owner_id, kind=kind, subject=subject, written_at__gt=at - KEPT).first()


def drafts_of(owner_id: int, kind: str, at: datetime) -> QuerySet[Draft]:
    """その人のその手続きの、まだ消えていない下書き。最後に書いた順。"""
    return Draft.objects.filter(owner_id=owner_id, kind=kind, written_at__gt=at - KEPT).order_by("-written_at", "-pk")
