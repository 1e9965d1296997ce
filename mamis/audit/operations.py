"""見たこと、取り出したことを書きとめる。"""

from datetime import datetime

from mamis.audit.models import AuditEntry


def record(*, by: int, act: str, about: str, at: datetime, association_id: int | None = None) -> None:
    """だれが（どの医師会として）、何をしたか。`about` は「修了証 2026-…」のように、調べる人に分かる番号で書く。"""
    AuditEntry.objects.create(user_id=by, association_id=association_id, act=act, about=about, at=at)
