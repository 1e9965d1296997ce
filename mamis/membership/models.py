"""在籍（どの医師が、どの医師会に、いつからいつまで、どの会員区分で）と、それを変える届出。"""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from mamis.associations.models import Association, Category, DateRange, JoinItem, Prefecture, Staff
from mamis.associations.rules import DUTY_LABELS, ITEM_LABEL_LENGTH, PROCEDURE_LABELS, Duty, Procedure
from mamis.doctors.models import Doctor, Facility
from mamis.doctors.rules import SEX_LABELS, Identity, Sex
from mamis.files.models import StoredFile
from mamis.japanese.calendar import long_date
from mamis.membership.mails import ApplicationFacts, JoiningFacts, StepFacts
from mamis.membership.rules import (
    BATCH_KIND_LABELS,
    CAUSE_LABELS,
    CONFIRMATIONS,
    ENDINGS,
    NUMBER_LENGTH,
    PRINTOUT_KINDS,
    REASON_LABELS,
    TASK_LABELS,
    BatchKind,
    Cause,
    Planned,
    Reason,
    Remark,
    Task,
    number_words,
)
from mamis.membership.workflow import (
    ANSWERED,
    APPLICATION,
    CONFIRMATION_WAITS,
    DONE,
    JOINING,
    JOINING_STATE_LABELS,
    LIVE,
    STATE_LABELS,
    STEP,
    STEP_STATE_LABELS,
    UNANSWERED,
    UNDECIDED,
    JoiningState,
    State,
    StepEvent,
    StepState,
)
from mamis.workflow.models import History, Stateful
from mamis.workflow.table import By


@pghistory.track(append_only=True)
class Membership(models.Model):
    """在籍。退会した日は含まない。

    上の層の在籍は、下の層の在籍のうちにある。データベースの制約 `membership_chain` が守る（architecture.md §2 Seats）。
    """

    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="memberships")
    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="memberships")
    joined_on = models.DateField("入会日")
    left_on = models.DateField("退会日", null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="membership_begins_before_end", condition=Q(left_on=None) | Q(left_on__gt=F("joined_on"))
            ),
            ExclusionConstraint(
                name="membership_once_at_a_time",
                expressions=(
                    ("doctor", RangeOperators.EQUAL),
                    ("association", RangeOperators.EQUAL),
                    (DateRange("joined_on", "left_on"), RangeOperators.OVERLAPS),
                ),
            ),
        )


@pghistory.track(append_only=True)
class MembershipCategory(models.Model):
    """ある期間の会員区分。"""

    membership = models.ForeignKey(Membership, models.PROTECT, verbose_name="在籍", related_name="categories")
    category = models.ForeignKey(Category, models.PROTECT, verbose_name="会員区分", related_name="+")
    from_on = models.DateField("始まり")
    until_on = models.DateField("終わり", null=True, blank=True)

    class Meta:
        verbose_name_plural = "membership categories"
        constraints = (
            models.CheckConstraint(
                name="membership_category_begins_before_end", condition=Q(until_on=None) | Q(until_on__gt=F("from_on"))
            ),
            ExclusionConstraint(
                name="membership_category_one_at_a_time",
                expressions=(
                    ("membership", RangeOperators.EQUAL),
                    (DateRange("from_on", "until_on"), RangeOperators.OVERLAPS),
                ),
            ),
        )


class Application(Stateful):
    """届出：異動、入会、退会、会員区分の変更、施設の異動、会員情報の変更、取りやめ。

    決めるのは段（Step）である。すべての段が決まると完了し、在籍が変わる。
    """

    workflow = APPLICATION
    states = State

    receipt_no = models.CharField("受付番号", max_length=20, unique=True)
    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="applications")
    kind = models.CharField("手続き", max_length=12)
    effective_on = models.DateField("異動日")
    first_submitted_at = models.DateTimeField("はじめて申請した日時")
    submitted_at = models.DateTimeField("申請した日時")
    finished_at = models.DateTimeField("完了した日時", null=True, blank=True)
    paused_on = models.DateField("止まった日", null=True, blank=True)
    calls_off = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="取りやめる届出", related_name="called_off_by"
    )

    # はじめて申請するときだけ、これから書く段と事由と、代行入力かどうか。受付のメールが要る。保存しない。
    route: "tuple[Step, ...]" = ()
    causes: tuple[str, ...] = ()
    enters = False
    # 差し戻すときだけ、項目ごとの指摘の数。差し戻しのメールが要る。保存しない。
    remarked = 0

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="application_state_known", condition=Q(state__in=[state.value for state in STATE_LABELS])
            ),
            models.CheckConstraint(
                name="application_kind_known", condition=Q(kind__in=[kind.value for kind in Procedure])
            ),
            models.CheckConstraint(
                name="application_finished_at_some_time",
                condition=Q(state=State.FINISHED.value, finished_at__isnull=False)
                | (~Q(state=State.FINISHED.value) & Q(finished_at=None)),
            ),
            models.CheckConstraint(
                name="application_paused_while_stopped",
                condition=Q(state__in=[State.RETURNED.value, State.HELD.value], paused_on__isnull=False)
                | (~Q(state__in=[State.RETURNED.value, State.HELD.value]) & Q(paused_on=None)),
            ),
            models.CheckConstraint(
                name="application_calls_off_another",
                condition=Q(kind=Procedure.CALL_OFF.value, calls_off__isnull=False)
                | (~Q(kind=Procedure.CALL_OFF.value) & Q(calls_off=None)),
            ),
            models.UniqueConstraint(
                name="application_called_off_once",
                fields=("calls_off",),
                condition=Q(state__in=[*(state.value for state in LIVE), State.FINISHED.value]),
            ),
            models.UniqueConstraint(
                name="application_one_live_profile",
                fields=("doctor",),
                condition=Q(kind=Procedure.PROFILE.value, state__in=[state.value for state in LIVE]),
            ),
        )
        indexes = (models.Index(name="application_of_doctor", fields=("doctor", "-first_submitted_at")),)

    def __str__(self) -> str:
        return self.receipt_no

    @property
    def title(self) -> str:
        return PROCEDURE_LABELS[Procedure(self.kind)]

    @property
    def state_label(self) -> str:
        return STATE_LABELS[State(self.state)]

    @property
    def is_profile(self) -> bool:
        """会員情報の変更か。異動日は書かず、承認された日に変わる。"""
        return self.kind == Procedure.PROFILE

    @property
    def day_label(self) -> str:
        """変わる日の名。"""
        return "変わる日" if self.is_profile else "異動日"

    @property
    def is_day_known(self) -> bool:
        """変わる日が決まっているか。"""
        return not self.is_profile or self.state == State.FINISHED

    @property
    def day_words(self) -> str:
        """変わる日を、言葉で。"""
        return long_date(self.effective_on) if self.is_day_known else "承認された日"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_stopped(self) -> bool:
        """医師がすることを待っているか。"""
        return self.state in (State.RETURNED, State.HELD)

    def can(self, event: str, by: By) -> bool:
        """その人にその行為のボタンを見せるか。"""
        return event in self.workflow.events(State(self.state), by)

    @property
    def sheet(self) -> "Sheet":
        """いまの申請書。"""
        return self.sheets.latest("number")

    @property
    def is_of_deceased(self) -> bool:
        """亡くなった方の届出か。"""
        written = self.sheets.order_by("-number").values_list("causes", flat=True).first()
        return Cause.DIED in (written or self.causes)

    def mail_facts(self, *, at: datetime, comment: str) -> ApplicationFacts:
        """この届出のメールが要る事実。亡くなった方には、メールを送らない。"""
        doctor = self.doctor
        steps = self.route or tuple(self.steps.select_related("association").order_by("position"))
        window = steps[0].association
        stopped = next((one for one in steps if one.state in (StepState.RETURNED, StepState.HELD)), None)
        asking = stopped or next((one for one in steps if one.state == StepState.REJECTED), None)
        held_by = asking.association if asking else window
        return ApplicationFacts(
            about_doctor_id=doctor.pk,
            responsible_association_id=window.pk,
            reference=self.receipt_no,
            title=self.title,
            doctor_user_id=doctor.user_id,
            doctor_name=doctor.name,
            doctor_address="" if self.is_of_deceased else doctor.contact_address,
            effective_on=self.effective_on,
            effective_text=self.day_words,
            is_profile=self.is_profile,
            comment=comment,
            route="\n".join(f"　{one.position}. {one.association.name}　{one.task_label}" for one in steps),
            window_name=held_by.name,
            window_telephone=held_by.telephone,
            window_hours=held_by.hours,
            held_by_address=held_by.member_address,
            held_by_code=held_by.code,
            held_by_name=held_by.name,
            held_by_id=held_by.pk,
            is_entered=self.enters,
            remarked=self.remarked,
        )


class ApplicationHistory(History):
    """届出の経過。"""

    application = models.ForeignKey(Application, models.PROTECT, verbose_name="届出", related_name="history")

    class Meta:
        indexes = (models.Index(name="application_history_order", fields=("application", "at")),)


class Sheet(models.Model):
    """申請書の一回分。出したあとは変わらない。紙で出されたものは、医師会が代行入力する。"""

    append_only = True

    application = models.ForeignKey(Application, models.PROTECT, verbose_name="届出", related_name="sheets")
    number = models.PositiveSmallIntegerField("何回目の申請か")
    submitted_at = models.DateTimeField("申請した日時")
    effective_on = models.DateField("異動日")
    reasons = ArrayField(models.CharField(max_length=12), verbose_name="異動事由", default=list)
    causes = ArrayField(models.CharField(max_length=16), verbose_name="事由の項目", default=list)
    facility = models.ForeignKey(
        Facility, models.PROTECT, null=True, blank=True, verbose_name="所属施設", related_name="+"
    )
    unlisted_name = models.CharField("未定の施設名", max_length=120, blank=True)
    work_prefecture = models.ForeignKey(
        Prefecture, models.PROTECT, null=True, blank=True, verbose_name="施設の都道府県", related_name="+"
    )
    duty = models.CharField("施設業務", max_length=24, blank=True)
    facts_before = models.JSONField("変わる前の会員情報", default=dict)
    facts_after = models.JSONField("変わったあとの会員情報", default=dict)
    evidence = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, verbose_name="証明する書類の写し", related_name="+"
    )
    note = models.TextField("医師会への連絡", blank=True)
    delegates = models.TextField("代理で入力した人", blank=True)
    paper_on = models.DateField("紙の届出日", null=True, blank=True)
    scan = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, verbose_name="紙の届出の写し", related_name="+"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="代行入力した人", related_name="+"
    )
    entered_for = models.ForeignKey(
        Association, models.PROTECT, null=True, blank=True, verbose_name="代行入力した医師会", related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(name="sheet_number_once", fields=("application", "number")),
            models.CheckConstraint(
                name="sheet_of_paper_names_who_entered",
                condition=Q(paper_on=None, entered_by=None, entered_for=None, scan=None)
                | Q(paper_on__isnull=False, entered_by__isnull=False, entered_for__isnull=False),
            ),
            models.CheckConstraint(
                name="sheet_has_one_workplace_at_most", condition=Q(facility=None) | Q(unlisted_name="")
            ),
        )

    @property
    def reason_labels(self) -> list[str]:
        return [REASON_LABELS[Reason(one)] for one in self.reasons]

    @property
    def cause_labels(self) -> list[str]:
        return [CAUSE_LABELS[Cause(one)] for one in self.causes]

    @property
    def work_name(self) -> str:
        """所属施設の名。変えないなら空。"""
        return self.facility.name if self.facility else self.unlisted_name

    @property
    def duty_label(self) -> str:
        return DUTY_LABELS[Duty(self.duty)] if self.duty else ""


def seat_item(association: Association) -> str:
    """その医師会の会員区分の、項目の名。"""
    return f"seat_{association.code}"


class SheetSeat(models.Model):
    """申請書に書かれた在籍の一つ：どの医師会で、どの会員区分から、どの会員区分へ。空は、会員でないこと。"""

    append_only = True

    sheet = models.ForeignKey(Sheet, models.PROTECT, verbose_name="申請書", related_name="seats")
    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="+")
    category_before = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, verbose_name="いまの会員区分", related_name="+"
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, verbose_name="変更予定の区分", related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(name="sheet_seat_once", fields=("sheet", "association")),
            models.CheckConstraint(
                name="sheet_seat_says_something",
                condition=Q(category_before__isnull=False) | Q(category__isnull=False),
            ),
        )

    @property
    def item(self) -> str:
        """差し戻すときに指す、項目の名。"""
        return seat_item(self.association)


class SheetAnswer(models.Model):
    """申請書に書かれた、医師会の尋ねたことへの答え。尋ねたときの言葉とともに残り、変わらない。

    読めるのは、医師と、尋ねた医師会だけである。
    """

    append_only = True

    sheet = models.ForeignKey(Sheet, models.PROTECT, verbose_name="申請書", related_name="answers")
    item = models.ForeignKey(JoinItem, models.PROTECT, verbose_name="尋ねたこと", related_name="+")
    position = models.PositiveSmallIntegerField("何番目か")
    label = models.CharField("尋ねたときの言葉", max_length=ITEM_LABEL_LENGTH)
    is_required = models.BooleanField("必ず答えていただいたか")
    words = models.TextField("答え", blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, verbose_name="添付", related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(name="sheet_answer_once", fields=("sheet", "item")),
            models.CheckConstraint(name="sheet_answer_is_words_or_a_file", condition=Q(file=None) | Q(words="")),
        )

    @property
    def remark_item(self) -> str:
        """差し戻すときに指す、項目の名。"""
        return f"answer_{self.item_id}"

    @property
    def lacks_file(self) -> bool:
        """要る添付がないか。紙の届出にだけ起こる。"""
        return self.is_required and self.item.is_file and self.file is None


class Step(Stateful):
    """段：一つの医師会が、一つの届出について、一度決めること。"""

    workflow = STEP
    states = StepState

    application = models.ForeignKey(Application, models.PROTECT, verbose_name="届出", related_name="steps")
    position = models.PositiveSmallIntegerField("何番目の段か")
    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="steps")
    task = models.CharField("すること", max_length=16)
    category_before = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, verbose_name="いまの会員区分", related_name="+"
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, verbose_name="変更予定の区分", related_name="+"
    )
    waits_for = ArrayField(models.PositiveSmallIntegerField(), verbose_name="待つ段", default=list)
    received_on = models.DateField("受付日", null=True, blank=True)
    due_on = models.DateField("期限", null=True, blank=True)
    board_on = models.DateField("承認日", null=True, blank=True)
    decided_at = models.DateTimeField("決めた日時", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="決めた人", related_name="+"
    )
    near_told_at = models.DateTimeField("期限が近いことを知らせた日時", null=True, blank=True)
    overdue_told_at = models.DateTimeField("期限が過ぎたことを知らせた日時", null=True, blank=True)
    taken_over_by = models.ForeignKey(
        Association, models.PROTECT, null=True, blank=True, verbose_name="代わって決めた医師会", related_name="+"
    )
    is_automatic = models.BooleanField("自動で決めたか", default=False)
    is_amended = models.BooleanField("医師会が改めたか", default=False)
    amended_facility = models.ForeignKey(
        Facility, models.PROTECT, null=True, blank=True, verbose_name="改めた所属施設", related_name="+"
    )
    amended_duty = models.CharField("改めた施設業務", max_length=24, blank=True)

    # 差し戻すときだけ、項目ごとの指摘。経過に書く。
    remarks: tuple[Remark, ...] = ()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="step_position_once", fields=("application", "position")),
            models.UniqueConstraint(name="step_association_once", fields=("application", "association")),
            models.CheckConstraint(
                name="step_state_known", condition=Q(state__in=[state.value for state in STEP_STATE_LABELS])
            ),
            models.CheckConstraint(name="step_task_known", condition=Q(task__in=[task.value for task in Task])),
            models.CheckConstraint(
                name="step_decided_at_some_time",
                condition=Q(state__in=[state.value for state in DONE], decided_at__isnull=False)
                | (~Q(state__in=[state.value for state in DONE]) & Q(decided_at=None)),
            ),
            models.CheckConstraint(
                name="step_decided_by_someone",
                condition=~Q(state__in=[StepState.APPROVED.value, StepState.CONFIRMED.value])
                | Q(decided_by__isnull=False)
                | Q(is_automatic=True),
            ),
            models.CheckConstraint(
                name="step_lapses_without_anyone",
                condition=~Q(state=StepState.LAPSED.value)
                | Q(decided_by=None, is_automatic=False, task__in=[task.value for task in CONFIRMATIONS]),
            ),
            models.CheckConstraint(
                name="step_amended_work_is_marked",
                condition=Q(amended_facility=None, amended_duty="") | Q(is_amended=True),
            ),
            models.CheckConstraint(
                name="step_has_its_deadline_when_open",
                condition=~Q(state=StepState.OPEN.value) | Q(received_on__isnull=False, due_on__isnull=False),
            ),
        )
        indexes = (
            models.Index(name="step_of_association", fields=("association", "state", "due_on")),
            models.Index("association", F("state_since").desc(nulls_last=True), name="step_newest_first"),
            models.Index(name="step_by_deadline", fields=("due_on",), condition=Q(state=StepState.OPEN.value)),
        )

    @property
    def task_label(self) -> str:
        return TASK_LABELS[Task(self.task)]

    @property
    def task_beside_title(self) -> str:
        """手続きの名のそばに書く、すること。手続きの名から分かるなら、空。"""
        return "" if self.task_label.startswith(self.application.title) else self.task_label

    @property
    def is_confirmation(self) -> bool:
        """承認ではなく、確認か。"""
        return self.task in CONFIRMATIONS

    @property
    def state_label(self) -> str:
        if self.state == StepState.OPEN and self.is_confirmation:
            return CONFIRMATION_WAITS
        return STEP_STATE_LABELS[StepState(self.state)]

    def may_amend_work(self, sheet: Sheet) -> bool:
        """所属施設を改められるか：施設の変わる届出の、その医師会に残るか、入る段。"""
        return self.task not in (*ENDINGS, Task.CALL_OFF) and sheet.work_name != ""

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    @property
    def is_undecided(self) -> bool:
        return self.state in UNDECIDED

    @property
    def planned(self) -> Planned:
        """道順の一つとして見た、この段。"""
        return Planned(
            position=self.position,
            body=self.association_id,
            task=Task(self.task),
            category_before=self.category_before_id,
            category=self.category_id,
            waits_for=tuple(self.waits_for),
        )

    def is_overdue(self, on: date) -> bool:
        """決めないまま、期限が過ぎたか。"""
        return self.state == StepState.OPEN and self.due_on is not None and self.due_on < on

    def mail_facts(self, *, at: datetime, comment: str) -> StepFacts:
        """この段のメールが要る事実。"""
        application, association = self.application, self.association
        return StepFacts(
            about_doctor_id=application.doctor_id,
            responsible_association_id=association.pk,
            reference=application.receipt_no,
            title=application.title,
            task=self.task_label,
            doctor_name=application.doctor.name,
            association_name=association.name,
            association_code=association.code,
            association_address=association.member_address,
            due_text=long_date(self.due_on) if self.due_on else "",
            is_automatic=application.kind in association.automatic_kinds,
            comment=comment,
        )

    def history_fields(self) -> dict[str, Any]:
        return {
            "taken_over_by_id": self.taken_over_by_id,
            "is_automatic": self.is_automatic,
            "remarks": [asdict(one) for one in self.remarks],
        }


class StepHistory(History):
    """段の経過。"""

    step = models.ForeignKey(Step, models.PROTECT, verbose_name="段", related_name="history")
    taken_over_by = models.ForeignKey(
        Association, models.PROTECT, null=True, blank=True, verbose_name="代わって決めた医師会", related_name="+"
    )
    is_automatic = models.BooleanField("自動で決めたか", default=False)
    remarks = models.JSONField("項目ごとの指摘", default=list)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="step_history_remarks_on_return", condition=Q(remarks=[]) | Q(event=StepEvent.RETURN.value)
            ),
        )
        indexes = (models.Index(name="step_history_in_order", fields=("step", "at")),)

    @property
    def remarked(self) -> tuple[Remark, ...]:
        """項目ごとの指摘。"""
        return tuple(Remark(**one) for one in self.remarks)


class Claim(models.Model):
    """届出が手を付けている在籍。同じ在籍に手を付ける、決まっていない届出は、同時に一つまで。"""

    application = models.ForeignKey(Application, models.PROTECT, verbose_name="届出", related_name="claims")
    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="+")
    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="+")
    released_at = models.DateTimeField("手を離した日時", null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="claim_once_while_live", fields=("doctor", "association"), condition=Q(released_at=None)
            ),
            models.UniqueConstraint(name="claim_once_each", fields=("application", "association")),
        )


class OfficeNote(models.Model):
    """届出についての、医師会のあいだの連絡。医師には見えない。書き足すだけである。"""

    append_only = True

    application = models.ForeignKey(Application, models.PROTECT, verbose_name="届出", related_name="office_notes")
    association = models.ForeignKey(Association, models.PROTECT, verbose_name="書いた医師会", related_name="+")
    by_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="書いた人", related_name="+")
    by_name = models.CharField("書いた人の名", max_length=200)
    at = models.DateTimeField("日時")
    text = models.TextField("連絡")

    class Meta:
        constraints = (models.CheckConstraint(name="office_note_says_something", condition=~Q(text="")),)
        indexes = (models.Index(name="office_note_in_order", fields=("application", "at")),)


class ContactChange(models.Model):
    """医師が自宅の連絡先を変えたこと。前の値も残る。書き足すだけである。"""

    append_only = True

    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="contact_changes")
    changed_at = models.DateTimeField("変えた日時")
    facts_before = models.JSONField("変わる前の連絡先", default=dict)
    facts_after = models.JSONField("変わったあとの連絡先", default=dict)

    class Meta:
        constraints = (models.CheckConstraint(name="contact_change_says_something", condition=~Q(facts_after={})),)
        indexes = (models.Index(name="contact_change_newest", fields=("doctor", "-changed_at")),)


class Batch(models.Model):
    """まとめて進めた一回。だれが、いつ、何を選んだか。決まり、受け付けられるのは、一件ずつである。"""

    append_only = True

    kind = models.CharField("何をしたか", max_length=12)
    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="+")
    staff = models.ForeignKey(Staff, models.PROTECT, verbose_name="進めた人", related_name="+")
    key = models.CharField("確かめた画面の名", max_length=32)
    started_at = models.DateTimeField("進めた日時")
    day = models.DateField("承認日か、変更日")
    cause = models.CharField("変更事由", max_length=16, blank=True)
    ground = models.CharField("根拠", max_length=200, blank=True)
    paper_on = models.DateField("書面・名簿の日付", null=True, blank=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = (
            models.UniqueConstraint(name="batch_once", fields=("staff", "key")),
            models.CheckConstraint(
                name="batch_says_why_it_changes",
                condition=Q(kind=BatchKind.APPROVAL.value, cause="", ground="", paper_on=None)
                | (Q(kind=BatchKind.CATEGORY.value, paper_on__isnull=False) & ~Q(cause="") & ~Q(ground="")),
            ),
        )
        indexes = (models.Index(name="batch_newest", fields=("association", "-started_at")),)

    @property
    def is_approval(self) -> bool:
        return self.kind == BatchKind.APPROVAL

    @property
    def kind_label(self) -> str:
        return BATCH_KIND_LABELS[BatchKind(self.kind)]

    @property
    def cause_label(self) -> str:
        return CAUSE_LABELS[Cause(self.cause)] if self.cause else ""

    @property
    def by_name(self) -> str:
        """進めた人の名。代行していた人には、その医師会を添える。"""
        name = self.staff.user.name
        return name if self.staff.association_id == self.association_id else f"{name}（{self.staff.association.name}）"


class BatchChange(models.Model):
    """まとめて変える会員区分の一つ：どの区分を、どの区分に。"""

    append_only = True

    batch = models.ForeignKey(Batch, models.PROTECT, verbose_name="まとめての変更", related_name="changes")
    category_before = models.ForeignKey(Category, models.PROTECT, verbose_name="いまの会員区分", related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, verbose_name="変更後の会員区分", related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(name="batch_change_once", fields=("batch", "category_before")),
            models.CheckConstraint(name="batch_change_changes_something", condition=~Q(category=F("category_before"))),
        )


class BatchLine(models.Model):
    """まとめて進める一件：見た内容の印と、結果。決める段があるか、受け付けた届出ができる。結果は一度だけ書かれる。"""

    batch = models.ForeignKey(Batch, models.PROTECT, verbose_name="まとめての記録", related_name="lines")
    position = models.PositiveSmallIntegerField("何件目か")
    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="+")
    step = models.ForeignKey(Step, models.PROTECT, null=True, blank=True, verbose_name="決める段", related_name="+")
    seen = models.CharField("見た内容の印", max_length=32)
    application = models.OneToOneField(
        Application, models.PROTECT, null=True, blank=True, verbose_name="受け付けた届出", related_name="+"
    )
    refusal = models.CharField("進めなかったわけ", max_length=200, blank=True)
    ended_at = models.DateTimeField("結果の出た日時", null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="batch_line_position_once", fields=("batch", "position")),
            models.UniqueConstraint(name="batch_line_step_once", fields=("batch", "step")),
            models.UniqueConstraint(name="batch_line_doctor_once", fields=("batch", "doctor"), condition=Q(step=None)),
            models.CheckConstraint(
                name="batch_line_ends_with_something",
                condition=Q(ended_at=None, application=None, refusal="")
                | (Q(ended_at__isnull=False) & ~Q(refusal="") & Q(application=None))
                | Q(ended_at__isnull=False, refusal="", step__isnull=False, application=None)
                | Q(ended_at__isnull=False, refusal="", step=None, application__isnull=False),
            ),
        )
        indexes = (models.Index(name="batch_line_waiting", fields=("batch", "position"), condition=Q(ended_at=None)),)

    @property
    def case(self) -> Application | None:
        """決めた届出か、受け付けた届出。受け付けていなければ、ない。"""
        return self.step.application if self.step else self.application

    @property
    def is_done(self) -> bool:
        return self.ended_at is not None and not self.refusal

    @property
    def outcome_label(self) -> str:
        """結果の言葉。まだなければ、待っていること。"""
        if self.ended_at is None:
            return "順番を待っています"
        if self.step is None:
            return "受け付けていない" if self.refusal else "受け付けた"
        if self.refusal:
            return "決めていない"
        return "確認した" if self.step.is_confirmation else "承認した"


class Joining(Stateful):
    """入会の確認のお願い：研修医の名簿の一行について、ご本人に確かめていただく、入会の下書き。

    書かれたことは、ご本人が確かめるまで、医師の記録にも在籍にもならない。`doctor` は、名簿を取り込んだときに、番号・
    フリガナ・生年月日の合う記録のあった医師か、確かめていただいたあとの医師である。
    """

    workflow = JOINING
    states = JoiningState

    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="joinings")
    list_number = models.PositiveIntegerField("名簿の番号")
    doctor = models.ForeignKey(
        Doctor, models.PROTECT, null=True, blank=True, verbose_name="医師", related_name="joinings"
    )
    application = models.OneToOneField(
        Application, models.PROTECT, null=True, blank=True, verbose_name="届出", related_name="joining"
    )
    number = models.CharField("医籍登録番号", max_length=6)
    registered_on = models.DateField("医籍登録年月日", null=True, blank=True)
    family_name = models.CharField("姓", max_length=60)
    given_name = models.CharField("名", max_length=60)
    family_kana = models.CharField("セイ", max_length=60)
    given_kana = models.CharField("メイ", max_length=60)
    search_name = models.CharField("検索のための氏名", max_length=400)
    sex = models.CharField("性別", max_length=8, choices=SEX_LABELS.items(), blank=True)
    birth_on = models.DateField("生年月日")
    mail_address = models.CharField("名簿のメールアドレス", max_length=254)
    facility = models.ForeignKey(
        Facility, models.PROTECT, null=True, blank=True, verbose_name="所属施設", related_name="+"
    )
    unlisted_name = models.CharField("未定の施設名", max_length=120, blank=True)
    joined_on = models.DateField("入会日")
    seed = models.CharField("リンクの種", max_length=32, unique=True)
    asked_at = models.DateTimeField("お願いした日時")
    sent_at = models.DateTimeField("終わりにお願いを送った日時")
    last_on = models.DateField("返事の期限")
    answered_at = models.DateTimeField("返事のあった日時", null=True, blank=True)
    note = models.TextField("辞退のわけ", blank=True)

    # お願いを送るときだけ、そのメールのリンク。保存しない。
    path = ""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="joining_once_while_unanswered",
                fields=("association", "number"),
                condition=Q(state__in=[state.value for state in UNANSWERED]),
            ),
            models.CheckConstraint(
                name="joining_state_known", condition=Q(state__in=[state.value for state in JOINING_STATE_LABELS])
            ),
            models.CheckConstraint(
                name="joining_confirmed_by_application",
                condition=Q(state=JoiningState.CONFIRMED.value, application__isnull=False, doctor__isnull=False)
                | (~Q(state=JoiningState.CONFIRMED.value) & Q(application=None)),
            ),
            models.CheckConstraint(
                name="joining_answered_at_some_time",
                condition=Q(state__in=[state.value for state in ANSWERED], answered_at__isnull=False)
                | (~Q(state__in=[state.value for state in ANSWERED]) & Q(answered_at=None)),
            ),
            models.CheckConstraint(
                name="joining_declined_with_reason",
                condition=(Q(state=JoiningState.DECLINED.value) & ~Q(note=""))
                | (~Q(state=JoiningState.DECLINED.value) & Q(note="")),
            ),
            models.CheckConstraint(
                name="joining_has_one_workplace",
                condition=(Q(facility=None) & ~Q(unlisted_name="")) | Q(facility__isnull=False, unlisted_name=""),
            ),
            models.CheckConstraint(name="joining_number_is_digits", condition=Q(number__regex=r"^[0-9]{6}$")),
        )
        indexes = (
            models.Index(name="joining_of_association", fields=("association", "state", "asked_at")),
            models.Index(name="joining_by_deadline", fields=("last_on",), condition=Q(state="waiting")),
        )

    @property
    def name(self) -> str:
        return f"{self.family_name} {self.given_name}"

    @property
    def kana(self) -> str:
        return f"{self.family_kana} {self.given_kana}"

    @property
    def sex_label(self) -> str:
        return SEX_LABELS[Sex(self.sex)] if self.sex else ""

    @property
    def state_label(self) -> str:
        return JOINING_STATE_LABELS[JoiningState(self.state)]

    @property
    def work_name(self) -> str:
        """勤める所の名。"""
        return self.facility.name if self.facility else self.unlisted_name

    @property
    def is_unanswered(self) -> bool:
        return self.state in UNANSWERED

    @property
    def identity(self) -> Identity:
        """名簿に書かれた、その人。"""
        return Identity(self.number, self.registered_on, self.kana, self.birth_on)

    @property
    def goes_to_registered(self) -> bool:
        """利用者登録を終えた医師へのお願いか。名簿のアドレスではなく、ご本人の登録メールアドレスへ送る。"""
        doctor = self.doctor
        return doctor is not None and doctor.user_id is not None and doctor.contact_address != ""

    def mail_facts(self, *, at: datetime, comment: str) -> JoiningFacts:
        """この下書きのメールが要る事実。

        登録メールアドレスへ送るものは、ご本人の送信履歴にだけ載せる。名簿のアドレスへ送るものは、医師会の送信履歴にだけ載せる。
        """
        doctor = self.doctor if self.goes_to_registered else None
        return JoiningFacts(
            about_doctor_id=doctor.pk if doctor else None,
            responsible_association_id=None if doctor else self.association_id,
            reference=f"J{self.pk}",
            address=doctor.contact_address if doctor else self.mail_address,
            user_id=doctor.user_id if doctor else None,
            association_name=self.association.name,
            path=self.path,
            until=long_date(self.last_on),
        )


class JoiningHistory(History):
    """入会の確認のお願いの経過。"""

    joining = models.ForeignKey(Joining, models.PROTECT, verbose_name="入会の確認のお願い", related_name="history")

    class Meta:
        verbose_name_plural = "joining histories"


class JoiningSeat(models.Model):
    """お願いした在籍の一つ：どの医師会に、どの会員区分で。"""

    append_only = True

    joining = models.ForeignKey(Joining, models.PROTECT, verbose_name="入会の確認のお願い", related_name="seats")
    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, verbose_name="会員区分", related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(name="joining_seat_once", fields=("joining", "association")),)


class Printout(models.Model):
    """印刷した用紙：どの医師の、どの手続きの紙を、だれが、いつ刷ったか（ADR 0072）。

    `answers` は、刷ったときの書きかけの答えの写しで、紙が戻るまでのあいだだけある。
    戻った紙を受け付ければ `application` がある。
    """

    number = models.CharField("用紙の番号", max_length=NUMBER_LENGTH, unique=True)
    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="printouts")
    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="+")
    kind = models.CharField("手続き", max_length=12)
    answers = models.JSONField("刷ったときの答え", default=dict)
    printed_at = models.DateTimeField("印刷した日時")
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="印刷した人", related_name="+"
    )
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, verbose_name="届出", related_name="printouts"
    )
    ended_at = models.DateTimeField("片付けた日時", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="片付けた人", related_name="+"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="printout_number_is_typable",
                condition=Q(number__regex="^([ABCDEFGHJKLMNPQRSTUVWXYZ][23456789]){4}$"),
            ),
            models.CheckConstraint(
                name="printout_kind_known", condition=Q(kind__in=[kind.value for kind in PRINTOUT_KINDS])
            ),
            models.CheckConstraint(
                name="printout_ended_by_someone",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(name="printout_ends_one_way", condition=Q(application=None) | Q(ended_at=None)),
            models.CheckConstraint(
                name="printout_forgets_at_its_end", condition=Q(application=None, ended_at=None) | Q(answers={})
            ),
        )
        indexes = (
            models.Index(
                name="printout_waiting",
                fields=("association", "doctor"),
                condition=Q(application=None, ended_at=None),
            ),
        )

    @property
    def number_words(self) -> str:
        """紙に刷る形の番号。"""
        return number_words(self.number)

    @property
    def is_waiting(self) -> bool:
        """紙が戻るのを待っているか。"""
        return self.application_id is None and self.ended_at is None
