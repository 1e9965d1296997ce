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

from mamis.associations.models import Association, DateRange, Platform, Staff
from mamis.associations.rules import standing
from mamis.doctors.models import Doctor
from mamis.files.models import StoredFile
from mamis.japanese.calendar import long_date
from mamis.training import rules
from mamis.training.mails import CompletionFacts
from mamis.training.rules import (
    KIND_LABELS,
    OUTCOME_ADVICE,
    OUTCOME_LABELS,
    SOURCE_LABELS,
    Kind,
    Outcome,
    Report,
    Rule,
    Source,
    Window,
)
from mamis.training.workflow import (
    APPROVED_ONCE,
    COMPLETION,
    HANDBOOK,
    HANDBOOK_STATE_LABELS,
    LIVE,
    STATE_LABELS,
    HandbookState,
    State,
)
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

    def standing(self, on: date) -> str:
        """その日の、いま・これから・終わり。"""
        return standing(self.from_on, self.until_on, on)

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

    def standing(self, on: date) -> str:
        """その日の、いま・これから・終わり。"""
        return standing(self.from_on, self.until_on, on)


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
    is_entered = models.BooleanField("いまの申請書は代行入力か", default=False)
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
                condition=Q(state__in=list(APPROVED_ONCE), decided_at__isnull=False, decided_by__isnull=False)
                | (~Q(state__in=list(APPROVED_ONCE)) & Q(decided_at=None, decided_by=None)),
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
    def counted_on(self) -> date:
        """規則の版と活動の単位を決めた日：はじめて申請した日。紙なら、はじめの紙の申請日。"""
        return self.window_until_on

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
            is_entered=self.is_entered,
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
    """医師が出した申請書の一回分。出したあとは変わらない。紙で出されたものは、医師会が代行入力する。"""

    append_only = True

    application = models.ForeignKey(
        CompletionApplication, models.PROTECT, verbose_name="修了申請", related_name="submissions"
    )
    number = models.PositiveSmallIntegerField("何回目の申請か")
    submitted_at = models.DateTimeField("申請した日時")
    note = models.TextField("医師会への連絡", blank=True)
    delegates = models.TextField("代理で入力した人", blank=True, db_default="")
    scan = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, verbose_name="紙の申請書の写し", related_name="submissions"
    )
    paper_on = models.DateField("紙の申請日", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="代行入力した人", related_name="+"
    )
    entered_for = models.ForeignKey(
        Association, models.PROTECT, null=True, blank=True, verbose_name="代行入力した医師会", related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(name="submission_number_once", fields=("application", "number")),
            models.CheckConstraint(
                name="submission_of_paper_names_who_entered",
                condition=Q(paper_on=None, entered_by=None, entered_for=None)
                | Q(paper_on__isnull=False, entered_by__isnull=False, entered_for__isnull=False),
            ),
            models.CheckConstraint(
                name="submission_scan_is_of_paper", condition=Q(scan=None) | Q(paper_on__isnull=False)
            ),
        )


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
    evidence = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, verbose_name="添付の書類", related_name="field_reports"
    )

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
    field_report = models.ForeignKey(
        FieldReport,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="承認された実地研修",
        related_name="credit_lines",
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


class HandbookEntry(Stateful):
    """手帳の単位の登録。よそでつけられた単位を、一人が手帳の写しから書き、もう一人が確かめる。"""

    workflow = HANDBOOK
    states = HandbookState

    number = models.CharField("登録番号", max_length=20, unique=True)
    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="handbook_entries")
    association = models.ForeignKey(Association, models.PROTECT, verbose_name="登録した医師会", related_name="+")
    round = models.PositiveSmallIntegerField("何回目の登録か", default=1)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登録した人", related_name="+"
    )
    entered_at = models.DateTimeField("登録した日時")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="確認した人", related_name="+"
    )
    confirmed_at = models.DateTimeField("確認した日時", null=True, blank=True)
    is_by_one = models.BooleanField("一人の事務局のため、登録した人が確認", default=False)

    class Meta:
        verbose_name_plural = "handbook entries"
        constraints = (
            models.CheckConstraint(
                name="handbook_state_known", condition=Q(state__in=[one.value for one in HANDBOOK_STATE_LABELS])
            ),
            models.CheckConstraint(
                name="handbook_confirmed_has_confirmer",
                condition=Q(state="confirmed", confirmed_at__isnull=False, confirmed_by__isnull=False)
                | (~Q(state="confirmed") & Q(confirmed_at=None, confirmed_by=None, is_by_one=False)),
            ),
            models.CheckConstraint(
                name="handbook_second_person_confirms",
                condition=Q(confirmed_by=None)
                | (Q(is_by_one=True) & Q(confirmed_by=F("entered_by")))
                | (Q(is_by_one=False) & ~Q(confirmed_by=F("entered_by"))),
            ),
        )
        indexes = (models.Index(name="handbook_waiting", fields=("association", "state", "entered_at")),)

    def __str__(self) -> str:
        return self.number

    @property
    def state_label(self) -> str:
        return HANDBOOK_STATE_LABELS[HandbookState(self.state)]

    @property
    def seen(self) -> str:
        """画面の印：見ているあいだに、直されたり決まったりしていないか。"""
        return str(self.version)


class HandbookHistory(History):
    """手帳の単位の登録の経過。"""

    entry = models.ForeignKey(HandbookEntry, models.PROTECT, verbose_name="登録", related_name="history")

    class Meta:
        indexes = (models.Index(name="handbook_history_in_order", fields=("entry", "at")),)


class HandbookLine(models.Model):
    """手帳から書き写した一行。直したときは、次の回の行を書き足す。"""

    append_only = True

    entry = models.ForeignKey(HandbookEntry, models.PROTECT, verbose_name="登録", related_name="lines")
    round = models.PositiveSmallIntegerField("何回目の登録か")
    position = models.PositiveSmallIntegerField("何行目か")
    kind = models.CharField("種別", max_length=10, choices=KIND_LABELS.items())
    title = models.CharField("内容", max_length=100)
    earned_on = models.DateField("取得した日")
    half_units = models.PositiveSmallIntegerField("半単位")
    codes = ArrayField(models.CharField(max_length=4), verbose_name="カリキュラムコード", default=list, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="handbook_line_once", fields=("entry", "round", "position")),
            models.CheckConstraint(name="handbook_line_gives_units", condition=Q(half_units__gt=0)),
        )

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[Kind(self.kind)]


class HandbookScan(models.Model):
    """手帳の頁の写し。"""

    append_only = True

    entry = models.ForeignKey(HandbookEntry, models.PROTECT, verbose_name="登録", related_name="scans")
    round = models.PositiveSmallIntegerField("何回目の登録か")
    position = models.PositiveSmallIntegerField("何枚目か")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, verbose_name="写し", related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(name="handbook_scan_once", fields=("entry", "round", "position")),)


@pghistory.track(append_only=True)
class Certificate(models.Model):
    """修了証。紙に載ることは、発行のときの写しである。"""

    application = models.ForeignKey(
        CompletionApplication, models.PROTECT, verbose_name="修了申請", related_name="certificates"
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
    voided_at = models.DateTimeField("承認を取りやめた日時", null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="certificate_one_each", fields=("application",), condition=Q(voided_at=None)),
            models.CheckConstraint(
                name="certificate_revoked_or_voided", condition=Q(revoked_at=None) | Q(voided_at=None)
            ),
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
        """その日の有効・期限切れ・取消・取りやめ。"""
        if self.voided_at is not None:
            return "void"
        if self.revoked_at is not None:
            return "revoked"
        return "valid" if on <= self.expires_on else "expired"


class PastCompletion(models.Model):
    """このシステムの前に医師会が承認した修了の写し。ここからは、修了証も確認の頁も出ない（ADR 0062）。

    書いたあとは変わらない。取り込みが取り消されると、そのことが書かれ、なかったものになる。
    """

    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="past_completions")
    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name="プログラム", related_name="+")
    association = models.ForeignKey(Association, models.PROTECT, verbose_name="承認した医師会", related_name="+")
    completed_on = models.DateField("修了日")
    expires_on = models.DateField("有効期限")
    number = models.CharField("その医師会の修了証番号", max_length=30, blank=True)
    ground = models.CharField("根拠", max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="取り込んだ人", related_name="+"
    )
    entered_at = models.DateTimeField("取り込んだ日時")
    undone_at = models.DateTimeField("取り込みを取り消した日時", null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="past_completion_once",
                fields=("doctor", "programme", "association", "completed_on"),
                condition=Q(undone_at=None),
            ),
            models.CheckConstraint(
                name="past_completion_expires_after_completion", condition=Q(expires_on__gt=F("completed_on"))
            ),
            models.CheckConstraint(name="past_completion_has_ground", condition=~Q(ground="")),
        )

    def standing(self, on: date) -> str:
        """その日の有効・期限切れ。"""
        return "valid" if on <= self.expires_on else "expired"


class CertificateTaken(models.Model):
    """修了証の PDF が、はじめて取り出されたこと。これがあれば、承認を取りやめることはできない。"""

    append_only = True

    certificate = models.OneToOneField(Certificate, models.PROTECT, verbose_name="修了証", related_name="taken")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="取り出した人", related_name="+"
    )
    taken_at = models.DateTimeField("取り出した日時")


class CountedLine(models.Model):
    """承認のときに数えた一行。のちの訂正で修了証の根拠が変わらないように、そのまま残す（training.md §1.5）。"""

    append_only = True

    application = models.ForeignKey(
        CompletionApplication, models.PROTECT, verbose_name="修了申請", related_name="counted_lines"
    )
    certificate = models.ForeignKey(Certificate, models.PROTECT, verbose_name="修了証", related_name="counted_lines")
    position = models.PositiveSmallIntegerField("並び順")
    credit_line = models.ForeignKey(CreditLine, models.PROTECT, verbose_name="台帳の行", related_name="+")
    kind = models.CharField("種別", max_length=10, choices=KIND_LABELS.items())
    title = models.CharField("内容", max_length=200)
    earned_on = models.DateField("取得した日")
    half_units = models.PositiveSmallIntegerField("半単位")

    class Meta:
        constraints = (models.UniqueConstraint(name="counted_line_once", fields=("certificate", "credit_line")),)

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[Kind(self.kind)]


class Viewing(models.Model):
    """事務局が、電話の相談などのために、医師の画面を見たこと。わけとともに残り、医師のマイページに出る。"""

    append_only = True

    key = models.CharField("住所に入る印", max_length=22, unique=True)
    application = models.ForeignKey(
        CompletionApplication, models.PROTECT, verbose_name="根拠となる修了申請", related_name="viewings"
    )
    association = models.ForeignKey(Association, models.PROTECT, verbose_name="どの医師会として", related_name="+")
    by_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="見た人", related_name="+")
    reason = models.CharField("見たわけ", max_length=200)
    begun_at = models.DateTimeField("始まり")
    until_at = models.DateTimeField("終わり")

    class Meta:
        constraints = (
            models.CheckConstraint(name="viewing_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="viewing_begins_before_end", condition=Q(until_at__gt=F("begun_at"))),
        )
        indexes = (models.Index(name="viewing_of_application", fields=("application", "-begun_at")),)

    @property
    def doctor(self) -> Doctor:
        return self.application.doctor


class BulkDecision(models.Model):
    """まとめての承認の一回。だれが、いつ、どの申請を選んだか。決まるのは一件ずつである。"""

    append_only = True

    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="+")
    staff = models.ForeignKey(Staff, models.PROTECT, verbose_name="承認した人", related_name="+")
    key = models.CharField("確かめた画面の名", max_length=32)
    started_at = models.DateTimeField("承認した日時")

    class Meta:
        constraints = (models.UniqueConstraint(name="bulk_decision_once", fields=("staff", "key")),)
        indexes = (models.Index(name="bulk_decision_newest", fields=("association", "-started_at")),)


class BulkLine(models.Model):
    """まとめて承認する一件：見た内容の印と、結果。結果が書かれるのは一度だけである。"""

    decision = models.ForeignKey(BulkDecision, models.PROTECT, verbose_name="まとめての承認", related_name="lines")
    position = models.PositiveSmallIntegerField("何件目か")
    application = models.ForeignKey(CompletionApplication, models.PROTECT, verbose_name="修了申請", related_name="+")
    seen = models.CharField("見た内容の印", max_length=32)
    outcome = models.CharField("結果", max_length=12, choices=OUTCOME_LABELS.items(), blank=True)
    ended_at = models.DateTimeField("結果の出た日時", null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="bulk_line_once", fields=("decision", "application")),
            models.UniqueConstraint(name="bulk_line_position_once", fields=("decision", "position")),
            models.CheckConstraint(
                name="bulk_line_ends_with_outcome",
                condition=Q(outcome="", ended_at=None)
                | Q(outcome__in=[outcome.value for outcome in OUTCOME_LABELS], ended_at__isnull=False),
            ),
        )
        indexes = (models.Index(name="bulk_line_waiting", fields=("decision", "position"), condition=Q(outcome="")),)

    @property
    def outcome_label(self) -> str:
        """結果の言葉。まだなければ、待っていること。"""
        return OUTCOME_LABELS[Outcome(self.outcome)] if self.outcome else "順番を待っています"

    @property
    def advice(self) -> str:
        """次にすること。"""
        return OUTCOME_ADVICE[Outcome(self.outcome)] if self.outcome else ""


@pghistory.track(append_only=True)
class ReturnText(models.Model):
    """差し戻しの文例。医師会ごとに持ち、消すときは終わりを書く。"""

    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="+")
    title = models.CharField("題", max_length=60)
    body = models.TextField("文")
    position = models.PositiveSmallIntegerField("並び順")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="書いた人", related_name="+")
    written_at = models.DateTimeField("書いた日時")
    ended_at = models.DateTimeField("終わった日時", null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="return_text_title_once", fields=("association", "title"), condition=Q(ended_at=None)
            ),
            models.CheckConstraint(name="return_text_says_something", condition=~Q(title="") & ~Q(body="")),
        )
