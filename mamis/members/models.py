"""データの取り込み：ファイル、その一行ずつ、経過、覚えた列。"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mamis.associations.models import Association
from mamis.doctors.models import Doctor
from mamis.members.rules import ACCEPTED, KIND_LABELS, OUTCOME_LABELS, Kind, Outcome
from mamis.members.workflow import IMPORT, STATE_LABELS, WORKING, State
from mamis.workflow.models import History, Stateful
from mamis.workflow.table import By


class Import(Stateful):
    """一つのファイルの取り込み。番号は医師会ごとに付ける。

    ファイルはそのまま持つ。取り込みを続けるためと、何を渡されたかを確かめるためで、画面からは返さない。
    """

    workflow = IMPORT
    states = State

    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="+")
    number = models.PositiveIntegerField("番号")
    kind = models.CharField("種類", max_length=12, choices=KIND_LABELS.items())
    file_name = models.CharField("ファイルの名", max_length=200)
    content = models.BinaryField("ファイルの中身")
    written_in = models.CharField("文字", max_length=20)
    heads = models.JSONField("見出し", default=list)
    mapping = models.JSONField("列", default=dict)
    rows_total = models.PositiveIntegerField("行の数")
    by_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="取り込んだ人", related_name="+")
    uploaded_at = models.DateTimeField("ファイルを選んだ日時")

    class Meta:
        constraints = (
            models.UniqueConstraint(name="import_number_once", fields=("association", "number")),
            models.CheckConstraint(
                name="import_state_known", condition=Q(state__in=[state.value for state in STATE_LABELS])
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return f"{KIND_LABELS[Kind(self.kind)]}の取り込み 第{self.number}号"

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[Kind(self.kind)]

    @property
    def state_label(self) -> str:
        return STATE_LABELS[State(self.state)]

    @property
    def is_working(self) -> bool:
        return self.state in WORKING

    def mail_facts(self, **facts: Any) -> None:
        """メールはない。"""

    def can(self, event: str) -> bool:
        """事務局の人にその行為のボタンを見せるか。"""
        return event in self.workflow.events(State(self.state), By.OFFICE)


class ImportHistory(History):
    """取り込みの経過。"""

    of_import = models.ForeignKey(Import, models.PROTECT, verbose_name="取り込み", related_name="history")

    class Meta:
        verbose_name_plural = "import histories"


class ImportRow(models.Model):
    """取り込むファイルの一行。どの行も、終わりにはただ一つの行く末を持つ。

    `made` は、この行が書いたものの写しである。取り込みを取り消すときに、元へ戻すために使う。
    """

    of_import = models.ForeignKey(Import, models.PROTECT, verbose_name="取り込み", related_name="rows")
    line = models.PositiveIntegerField("ファイルの行")
    cells = models.JSONField("ます目")
    broken = models.JSONField("読めないわけ", null=True)
    key = models.CharField("同じ行を見分ける言葉", max_length=400, blank=True)
    who = models.CharField("だれの行か", max_length=160, blank=True)
    outcome = models.CharField("行く末", max_length=10, choices=OUTCOME_LABELS.items(), blank=True)
    changes = models.JSONField("変わること", default=list)
    problems = models.JSONField("取り込めないわけ", default=list)
    doctor = models.ForeignKey(Doctor, models.SET_NULL, null=True, verbose_name="医師", related_name="+")
    done_at = models.DateTimeField("取り込んだ日時", null=True)
    made = models.JSONField("書いたもの", default=list)
    undone_at = models.DateTimeField("取り消した日時", null=True)
    kept = models.CharField("取り消せなかったわけ", max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="import_row_line_once", fields=("of_import", "line")),
            models.CheckConstraint(name="import_row_done_has_outcome", condition=Q(done_at=None) | ~Q(outcome="")),
            models.CheckConstraint(
                name="import_row_undone_was_done",
                condition=Q(undone_at=None) | Q(done_at__isnull=False, outcome__in=[one.value for one in ACCEPTED]),
            ),
        )
        indexes = (
            models.Index(name="import_row_by_key", fields=("of_import", "key")),
            models.Index(name="import_row_by_outcome", fields=("of_import", "outcome", "line")),
        )

    @property
    def outcome_label(self) -> str:
        return OUTCOME_LABELS[Outcome(self.outcome)]


class RememberedColumns(models.Model):
    """医師会が前に決めた列：どの列が、どの見出しか。"""

    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="+")
    kind = models.CharField("種類", max_length=12, choices=KIND_LABELS.items())
    heads = models.JSONField("見出し")

    class Meta:
        verbose_name_plural = "remembered columns"
        constraints = (models.UniqueConstraint(name="remembered_columns_once", fields=("association", "kind")),)
