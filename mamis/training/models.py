"""研修のプログラムと規則、単位の台帳、修了申請、修了証。"""

from datetime import date, datetime
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from mamis.associations.models import Association, DateRange, Platform
from mamis.doctors.models import Doctor
from mamis.japanese.calendar import long_date
from mamis.training import rules
from mamis.training.mails import CompletionFacts
from mamis.training.rules import KIND_LABELS, SOURCE_LABELS, Kind, Report, Rule, Source, Window
from mamis.training.workflow import COMPLETION, LIVE, STATE_LABELS, State
from mamis.workflow.models import History, Stateful
from mamis.workflow.table import By


class Programme(models.Model):
    """研修のプログラム。名の似た制度を同じ略称で呼ばない。"""

    code = models.CharField("コード", max_length=20, unique=True)
    name = models.CharField("名称", max_length=100)

    def __str__(self) -> str:
        return self.name


@pghistory.track(append_only=True)
class ProgrammeRule(models.Model):
    """ある期間の規則。半単位と月で持つ。日本医師会だけが変える（training.md §1.3）。"""

    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name="プログラム", related_name="rules")
    knowledge_programme = models.ForeignKey(
        Programme, models.PROTECT, verbose_name="座学として数えるプログラム", related_name="+"
    )
    from_on = models.DateField("適用の始まり")
    until_on = models.DateField("適用の終わり", null=True, blank=True)
    min_total_half_units = models.PositiveSmallIntegerField("合計の下限（半単位）")
    min_knowledge_half_units = models.PositiveSmallIntegerField("座学の下限（半単位）")
    min_field_half_units = models.PositiveSmallIntegerField("実地の下限（半単位）")
    window_months = models.PositiveSmallIntegerField("さかのぼる月数")
    validity_months = models.PositiveSmallIntegerField("修了証の有効な月数")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="rule_begins_before_end", condition=Q(until_on=None) | Q(until_on__gt=F("from_on"))
            ),
            ExclusionConstraint(
                name="rule_one_at_a_time",
                expressions=(
                    ("programme", RangeOperators.EQUAL),
                    (DateRange("from_on", "until_on"), RangeOperators.OVERLAPS),
                ),
            ),
        )

    @property
    def rule(self) -> Rule:
        return Rule(
            min_total=self.min_total_half_units,
            min_knowledge=self.min_knowledge_half_units,
            min_field=self.min_field_half_units,
            window_months=self.window_months,
            validity_months=self.validity_months,
        )


@pghistory.track(append_only=True)
class Activity(models.Model):
    """実地研修の活動と、ある期間の単位（training.md §1.4）。"""

    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name="プログラム", related_name="activities")
    code = models.CharField("コード", max_length=8)
    category = models.CharField("分類", max_length=40)
    name = models.CharField("活動", max_length=80)
    half_units = models.PositiveSmallIntegerField("1 件の半単位")
    from_on = models.DateField("適用の始まり")
    until_on = models.DateField("適用の終わり", null=True, blank=True)

    class Meta:
        verbose_name_plural = "activities"
        constraints = (
            models.CheckConstraint(
                name="activity_begins_before_end", condition=Q(until_on=None) | Q(until_on__gt=F("from_on"))
            ),
            models.CheckConstraint(name="activity_gives_units", condition=Q(half_units__gt=0)),
            ExclusionConstraint(
                name="activity_one_at_a_time",
                expressions=(
                    ("programme", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    (DateRange("from_on", "until_on"), RangeOperators.OVERLAPS),
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name


class CompletionApplication(Stateful):
    """修了申請。申請先、規則の版、数える期間は、はじめて申請したときのまま変わらない。

    申請先が変わるのは、医師会が回送したときだけである。
    """

    workflow = COMPLETION
    states = State

    receipt_no = models.CharField("受付番号", max_length=20, unique=True)
    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="completion_applications")
    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name="プログラム", related_name="applications")
    destination = models.ForeignKey(Association, models.PROTECT, verbose_name="申請先", related_name="+")
    rule = models.ForeignKey(ProgrammeRule, models.PROTECT, verbose_name="規則の版", related_name="+")
    window_from_on = models.DateField("数える期間の初めの日")
    window_until_on = models.DateField("数える期間の終わりの日")
    first_submitted_at = models.DateTimeField("はじめて申請した日時")
    submitted_at = models.DateTimeField("申請した日時")
    is_imported = models.BooleanField("移された申請", default=False)
    decided_at = models.DateTimeField("承認した日時", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="承認した人", related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="completion_one_live", fields=("doctor", "programme"), condition=Q(state__in=list(LIVE))
            ),
            models.CheckConstraint(
                name="completion_state_known", condition=Q(state__in=[state.value for state in STATE_LABELS])
            ),
            models.CheckConstraint(
                name="completion_approved_has_decider",
                condition=Q(state=State.APPROVED, decided_at__isnull=False, decided_by__isnull=False)
                | (~Q(state=State.APPROVED) & Q(decided_at=None, decided_by=None)),
            ),
            models.CheckConstraint(
                name="completion_window_in_order", condition=Q(window_until_on__gte=F("window_from_on"))
            ),
        )
        indexes = (
            models.Index(name="completion_waiting", fields=("destination", "state", "submitted_at")),
            models.Index(name="completion_of_doctor", fields=("doctor", "-first_submitted_at")),
        )

    def __str__(self) -> str:
        return self.receipt_no

    @property
    def window(self) -> Window:
        return Window(self.window_from_on, self.window_until_on)

    @property
    def state_label(self) -> str:
        return STATE_LABELS[State(self.state)]

    def history_fields(self) -> dict[str, Any]:
        return {"destination_id": self.destination_id}

    def mail_facts(self, *, at: datetime, comment: str) -> CompletionFacts:
        """メールが要る事実。宛先は、いまのアドレスである。"""
        doctor, destination = self.doctor, self.destination
        day = localdate(at)
        return CompletionFacts(
            about_doctor_id=doctor.pk,
            responsible_association_id=destination.pk,
            reference=self.receipt_no,
            programme=self.programme.name,
            doctor_user_id=doctor.user_id,
            doctor_name=doctor.name,
            doctor_address=doctor.contact_address,
            destination_name=destination.name,
            destination_code=destination.code,
            destination_telephone=destination.telephone,
            destination_hours=destination.hours,
            destination_address=destination.inquiry_address,
            submitted_on=localdate(self.submitted_at),
            received_from_on=Platform.objects.get(pk=1).completion_mail_from_on,
            is_imported=self.is_imported,
            comment=comment,
            certificate_expires_text=long_date(self.rule.rule.expires_on(day)),
        )

    def can(self, event: str, by: By) -> bool:
        """その人にその行為のボタンを見せるか。"""
        return event in self.workflow.events(State(self.state), by)


class CompletionHistory(History):
    """修了申請の経過。"""

    application = models.ForeignKey(
        CompletionApplication, models.PROTECT, verbose_name="修了申請", related_name="history"
    )
    destination = models.ForeignKey(Association, models.PROTECT, verbose_name="このときの申請先", related_name="+")

    class Meta:
        indexes = (models.Index(name="completion_history_in_order", fields=("application", "at")),)


class Submission(models.Model):
    """医師が出した申請書の一回分。出したあとは変わらない。"""

    append_only = True

    application = models.ForeignKey(
        CompletionApplication, models.PROTECT, verbose_name="修了申請", related_name="submissions"
    )
    number = models.PositiveSmallIntegerField("何回目の申請か")
    submitted_at = models.DateTimeField("申請した日時")
    note = models.TextField("医師会への連絡", blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(name="submission_number_once", fields=("application", "number")),)


class FieldReport(models.Model):
    """申請書に書かれた実地研修の一件。単位は、はじめて申請した日の活動の表による。"""

    append_only = True

    submission = models.ForeignKey(Submission, models.PROTECT, verbose_name="申請書", related_name="field_reports")
    position = models.PositiveSmallIntegerField("何件目か")
    activity = models.ForeignKey(Activity, models.PROTECT, verbose_name="活動", related_name="+")
    place = models.CharField("場所・団体", max_length=100)
    from_on = models.DateField("初めの日")
    until_on = models.DateField("終わりの日")
    times = models.PositiveSmallIntegerField("回数", default=1)
    note = models.CharField("くわしい内容", max_length=400, blank=True)
    half_units = models.PositiveSmallIntegerField("半単位")

    class Meta:
        constraints = (
            models.UniqueConstraint(name="field_report_position_once", fields=("submission", "position")),
            models.CheckConstraint(name="field_report_days_in_order", condition=Q(until_on__gte=F("from_on"))),
            models.CheckConstraint(name="field_report_times_positive", condition=Q(times__gt=0)),
            models.CheckConstraint(name="field_report_gives_units", condition=Q(half_units__gt=0)),
        )

    @property
    def facts(self) -> Report:
        return Report(
            activity=self.activity.name,
            place=self.place,
            from_on=self.from_on,
            until_on=self.until_on,
            times=self.times,
            note=self.note,
            half_units=self.half_units,
        )

    @property
    def title(self) -> str:
        return self.facts.title

    @property
    def days_text(self) -> str:
        return rules.days_text(self.from_on, self.until_on)


class CreditLine(models.Model):
    """単位の台帳の一行。書き足すだけで、直すことも消すこともできない。訂正は取り消しの行で行う（training.md §6.4）。

    取り消しの行は `reverses` で元の行を指し、半単位が負である。
    """

    append_only = True

    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="credit_lines")
    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name="プログラム", related_name="+")
    kind = models.CharField("種別", max_length=10, choices=KIND_LABELS.items())
    title = models.CharField("内容", max_length=200)
    earned_on = models.DateField("取得した日")
    half_units = models.SmallIntegerField("半単位")
    codes = ArrayField(models.CharField(max_length=4), verbose_name="カリキュラムコード", default=list, blank=True)
    source = models.CharField("出どころ", max_length=12, choices=SOURCE_LABELS.items())
    ground = models.CharField("根拠", max_length=200)
    granted_by = models.ForeignKey(Association, models.PROTECT, verbose_name="登録した医師会", related_name="+")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登録した人", related_name="+"
    )
    entered_at = models.DateTimeField("登録した日時")
    field_report = models.OneToOneField(
        FieldReport,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="承認された実地研修",
        related_name="credit_line",
    )
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, verbose_name="取り消す行", related_name="reversal"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="credit_sign_tells_reversal",
                condition=Q(reverses=None, half_units__gt=0) | Q(reverses__isnull=False, half_units__lt=0),
            ),
            models.CheckConstraint(name="credit_has_ground", condition=~Q(ground="")),
            models.CheckConstraint(
                name="credit_of_completion_names_report",
                condition=Q(source=Source.COMPLETION, field_report__isnull=False)
                | Q(source=Source.COMPLETION, reverses__isnull=False)
                | (~Q(source=Source.COMPLETION) & Q(field_report=None)),
            ),
        )
        indexes = (models.Index(name="credit_of_doctor", fields=("doctor", "programme", "earned_on")),)

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[Kind(self.kind)]

    @property
    def source_label(self) -> str:
        return SOURCE_LABELS[Source(self.source)]

    @property
    def units_text(self) -> str:
        return rules.units_text(self.half_units)


class CountedLine(models.Model):
    """承認のときに数えた一行。のちの訂正で修了証の根拠が変わらないように、そのまま残す（training.md §1.5）。"""

    append_only = True

    application = models.ForeignKey(
        CompletionApplication, models.PROTECT, verbose_name="修了申請", related_name="counted_lines"
    )
    position = models.PositiveSmallIntegerField("並び順")
    credit_line = models.ForeignKey(CreditLine, models.PROTECT, verbose_name="台帳の行", related_name="+")
    kind = models.CharField("種別", max_length=10, choices=KIND_LABELS.items())
    title = models.CharField("内容", max_length=200)
    earned_on = models.DateField("取得した日")
    half_units = models.PositiveSmallIntegerField("半単位")

    class Meta:
        constraints = (models.UniqueConstraint(name="counted_line_once", fields=("application", "credit_line")),)

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[Kind(self.kind)]


@pghistory.track(append_only=True)
class Certificate(models.Model):
    """修了証。紙に載ることは、発行のときの写しである。"""

    application = models.OneToOneField(
        CompletionApplication, models.PROTECT, verbose_name="修了申請", related_name="certificate"
    )
    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="certificates")
    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name="プログラム", related_name="+")
    number = models.CharField("修了証番号", max_length=30, unique=True)
    token = models.CharField("確認用の合言葉", max_length=43, unique=True)
    holder_name = models.CharField("氏名", max_length=130)
    licence_number = models.CharField("医籍登録番号", max_length=6)
    programme_name = models.CharField("研修の名", max_length=100)
    completed_on = models.DateField("修了日")
    expires_on = models.DateField("有効期限")
    issuer = models.ForeignKey(Association, models.PROTECT, verbose_name="発行した医師会", related_name="+")
    issuer_name = models.CharField("発行した医師会の名", max_length=100)
    president_name = models.CharField("会長名", max_length=100)
    issued_at = models.DateTimeField("発行した日時")
    revoked_at = models.DateTimeField("取り消した日時", null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="certificate_expires_after_completion", condition=Q(expires_on__gt=F("completed_on"))
            ),
            models.CheckConstraint(
                name="certificate_token_long_enough",
                condition=Q(token__regex=r"^[A-Za-z0-9_-]{43}$"),  # noqa: S106
            ),
        )
        indexes = (models.Index(name="certificate_of_doctor", fields=("doctor", "-completed_on")),)

    def standing(self, on: date) -> str:
        """その日の有効・期限切れ・取消。"""
        if self.revoked_at is not None:
            return "revoked"
        return "valid" if on <= self.expires_on else "expired"
