"""預かったファイルの検索。"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from mamis.files.models import Page, StoredFile
from mamis.files.rules import KEPT, FileState
from mamis.jobs.resuming import without_job


def sent_today(*, by_user_id: int | None, holder: str, at: datetime) -> int:
    """この一日に、その人が送った数。"""
    return StoredFile.objects.filter(
        uploaded_by_id=by_user_id, holder=holder, uploaded_at__gt=at - timedelta(days=1)
    ).count()


def pages_of(file: StoredFile) -> list[Page]:
    """描き直した頁。順に。"""
    return list(Page.objects.filter(file=file).order_by("number"))


def page_of(file: StoredFile, number: int) -> Page | None:
    """その一頁。"""
    return Page.objects.filter(file=file, number=number).first()


def unclaimed(at: datetime) -> QuerySet[StoredFile]:
    """だれのものにもならないまま、30 日を過ぎたファイル。"""
    return unreferenced().filter(uploaded_at__lte=at - KEPT)


def unreferenced() -> QuerySet[StoredFile]:
    """どの部屋の、どの行も指していないファイル。"""
    found = StoredFile.objects.all()
    for reference in _references():
        found = found.filter(
            ~Exists(reference.related_model._base_manager.filter(**{reference.field.name: OuterRef("pk")}))
        )
    return found


def orphans(lock_prefix: str) -> list[StoredFile]:
    """確認待ちなのに、生きている仕事がないファイル。"""
    waiting = StoredFile.objects.filter(state=FileState.WAITING)
    return list(without_job(waiting, lock_prefix).order_by("pk")[:1000])


def _references() -> list[Any]:
    """ほかの部屋から、ファイルを指す列。"""
    relations: list[Any] = [one for one in StoredFile._meta.get_fields(include_hidden=True) if one.auto_created]
    return [one for one in relations if one.is_relation and one.related_model._meta.app_label != "files"]
