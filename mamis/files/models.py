"""預かったファイル。もとの中身と、描き直した頁。"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mamis.files.rules import (
    FILE_KIND_LABELS,
    FILE_STATE_LABELS,
    REFUSED,
    FileKind,
    FileState,
    Refusal,
    size_text,
)


def _choices(labels: Mapping[Any, str]) -> list[tuple[str, str]]:
    """移行が、規則のモジュールを知らずに済むように、値だけにする。"""
    return [(str(one.value), label) for one, label in labels.items()]


class StoredFile(models.Model):
    """預かったファイル一つ。何のためのものかは `purpose` が言い、持ち主の部屋がここを指す。

    だれが送ったかは、利用者か、利用者になる前の人の印（`holder`）である。
    """

    token = models.CharField("外での名", max_length=43, unique=True)
    purpose = models.CharField("何のため", max_length=40)
    state = models.CharField(
        "状態", max_length=10, choices=_choices(FILE_STATE_LABELS), default=FileState.WAITING.value
    )
    name = models.CharField("もとの名", max_length=100)
    kind = models.CharField("種類", max_length=10, choices=_choices(FILE_KIND_LABELS))
    bytes = models.PositiveIntegerField("大きさ")
    pages = models.PositiveSmallIntegerField("頁の数", default=0)
    sha256 = models.CharField("もとの中身の要約", max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="送った人", related_name="+"
    )
    holder = models.CharField("利用者になる前の人の印", max_length=64, blank=True)
    uploaded_at = models.DateTimeField("送られた日時")
    checked_at = models.DateTimeField("確かめた日時", null=True, blank=True)
    refusal = models.CharField("使えないわけ", max_length=20, blank=True)
    tries = models.PositiveSmallIntegerField("確かめ始めた回数", default=0)
    next_try_at = models.DateTimeField("次に確かめる日時", null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="file_token_long_enough",
                condition=Q(token__regex=r"^[A-Za-z0-9_-]{32,43}$"),  # noqa: S106
            ),
            models.CheckConstraint(name="file_has_one_sender", condition=Q(uploaded_by=None) ^ Q(holder="")),
            models.CheckConstraint(
                name="file_state_tells_outcome",
                condition=Q(state=FileState.WAITING.value, checked_at=None, refusal="", pages=0)
                | Q(state=FileState.CHECKED.value, checked_at__isnull=False, refusal="", pages__gt=0)
                | (Q(state=FileState.REFUSED.value, checked_at__isnull=False, pages=0) & ~Q(refusal="")),
            ),
        )
        indexes = (
            models.Index(name="file_waiting", fields=("state",), condition=Q(state="waiting")),
            models.Index(name="file_of_sender", fields=("uploaded_by", "uploaded_at")),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_waiting(self) -> bool:
        return self.state == FileState.WAITING

    @property
    def is_checked(self) -> bool:
        return self.state == FileState.CHECKED

    @property
    def is_refused(self) -> bool:
        return self.state == FileState.REFUSED

    @property
    def state_label(self) -> str:
        return FILE_STATE_LABELS[FileState(self.state)]

    @property
    def kind_label(self) -> str:
        return FILE_KIND_LABELS[FileKind(self.kind)]

    @property
    def size_text(self) -> str:
        return size_text(self.bytes)

    @property
    def reason(self) -> str:
        """使えないわけと、どうすればよいか。"""
        return REFUSED[Refusal(self.refusal)] if self.refusal else ""

    @property
    def page_numbers(self) -> range:
        return range(1, self.pages + 1)


class Original(models.Model):
    """送られたままの中身。確かめ終えると消す。どこへも渡さない。"""

    file = models.OneToOneField(StoredFile, models.CASCADE, verbose_name="ファイル", related_name="original")
    content = models.BinaryField("中身")


class Page(models.Model):
    """描き直した一頁（JPEG）。人に渡すのは、これだけである。"""

    file = models.ForeignKey(StoredFile, models.CASCADE, verbose_name="ファイル", related_name="page_set")
    number = models.PositiveSmallIntegerField("何頁目か")
    width = models.PositiveIntegerField("幅")
    height = models.PositiveIntegerField("高さ")
    content = models.BinaryField("JPEG")

    class Meta:
        constraints = (
            models.UniqueConstraint(name="file_page_once", fields=("file", "number")),
            models.CheckConstraint(name="file_page_has_size", condition=Q(number__gt=0, width__gt=0, height__gt=0)),
        )
