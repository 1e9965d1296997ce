"""医師会、その区域・会長・会員区分・理事会の日、事務局の人、全体の設定。"""

from datetime import date, datetime

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from mamis.associations.rules import (
    AUTOMATIC,
    CHOICE_LENGTH,
    CONFIRMATION_DAYS,
    DECISION_DAYS,
    DUTY_LABELS,
    EXPLANATION_LENGTH,
    FEWEST_CHOICES,
    FIXED_CHOICES,
    INVITATION_LIVES,
    ITEM_KIND_LABELS,
    ITEM_LABEL_LENGTH,
    JOIN_NOTE_LENGTH,
    KIND_LABELS,
    LONGEST_CONFIRMATION,
    LONGEST_DECISION,
    NATIONAL_CODE,
    ROLE_LABELS,
    TIER_LABELS,
    Duty,
    ItemKind,
    Kind,
    Role,
    Tier,
    standing,
)

# 経過の「した人の名」に入る長さ。
LONGEST_SIGNATURE = 200


class DateRange(Func):
    """始まりの日を含み、終わりの日を含まない期間。"""

    function = "daterange"


class Prefecture(models.Model):
    """都道府県（JIS X 0401）。"""

    code = models.CharField("都道府県コード", max_length=2, primary_key=True)
    name = models.CharField("名称", max_length=4, unique=True)

    def __str__(self) -> str:
        return self.name


class Municipality(models.Model):
    """市区町村（JIS X 0402）。"""

    code = models.CharField("市区町村コード", max_length=5, primary_key=True)
    prefecture = models.ForeignKey(Prefecture, models.PROTECT, verbose_name="都道府県", related_name="municipalities")
    name = models.CharField("名称", max_length=40)

    def __str__(self) -> str:
        return self.name


@pghistory.track(append_only=True)
class Association(models.Model):
    """医師会。"""

    code = models.CharField("医師会コード", max_length=8, unique=True)
    name = models.CharField("名称", max_length=100)
    kana = models.CharField("フリガナ", max_length=200)
    tier = models.CharField("層", max_length=12, choices=TIER_LABELS.items())
    kind = models.CharField("種別", max_length=16, blank=True, choices=KIND_LABELS.items())
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="上の医師会", related_name="children"
    )
    prefecture = models.ForeignKey(Prefecture, models.PROTECT, null=True, blank=True, verbose_name="都道府県")
    municipalities = models.ManyToManyField(Municipality, blank=True, verbose_name="区域", related_name="associations")
    postcode = models.CharField("郵便番号", max_length=8, blank=True)
    address = models.CharField("所在地", max_length=200, blank=True)
    telephone = models.CharField("電話", max_length=20, blank=True)
    hours = models.CharField("受付時間", max_length=100, blank=True)
    inquiry_address = models.CharField("お問い合わせ通知先メールアドレス", max_length=100, blank=True)
    member_address = models.CharField("会員管理用通知メールアドレス", max_length=100, blank=True)
    homepage = models.CharField("ホームページ", max_length=100, blank=True)
    closed_on = models.DateField("解散した日", null=True, blank=True)
    allows_partial = models.BooleanField("一部の層だけの会員を認める", default=True, db_default=True)
    confirmation_days = models.PositiveSmallIntegerField(
        "異動元の確認を待つ日数", default=CONFIRMATION_DAYS, db_default=CONFIRMATION_DAYS
    )
    decision_days = models.PositiveSmallIntegerField(
        "決めるまでの目安の日数", default=DECISION_DAYS, db_default=DECISION_DAYS
    )
    automatic_kinds = ArrayField(
        models.CharField(max_length=16),
        verbose_name="届いたときに自動で承認する手続き",
        default=list,
        db_default=[],
        blank=True,
    )
    join_note = models.CharField("入会する先生への案内", max_length=JOIN_NOTE_LENGTH, blank=True, db_default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="association_tier_has_its_parent",
                condition=Q(tier=Tier.NATIONAL, parent=None, prefecture=None, kind="", code=NATIONAL_CODE)
                | Q(tier=Tier.PREFECTURE, parent__isnull=False, prefecture__isnull=False, kind="")
                | Q(tier=Tier.DISTRICT, parent__isnull=False, prefecture__isnull=False, kind__in=list(Kind)),
            ),
            models.CheckConstraint(
                name="association_only_districts_forbid_partial",
                condition=Q(allows_partial=True) | Q(tier=Tier.DISTRICT.value),
            ),
            models.CheckConstraint(
                name="association_confirmation_days_in_reason",
                condition=Q(confirmation_days__range=(1, LONGEST_CONFIRMATION)),
            ),
            models.CheckConstraint(
                name="association_decision_days_in_reason", condition=Q(decision_days__range=(1, LONGEST_DECISION))
            ),
            models.CheckConstraint(
                name="association_automatic_kinds_known",
                condition=Q(automatic_kinds__contained_by=[kind.value for kind in AUTOMATIC]),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def line(self) -> tuple[int, ...]:
        """この医師会と、その上の医師会の番号。"""
        upper = self.parent
        return tuple(pk for pk in (self.pk, self.parent_id, upper.parent_id if upper else None) if pk is not None)

    @property
    def is_district(self) -> bool:
        return self.tier == Tier.DISTRICT

    @property
    def is_prefecture(self) -> bool:
        return self.tier == Tier.PREFECTURE

    @property
    def is_national(self) -> bool:
        return self.tier == Tier.NATIONAL

    @property
    def tier_label(self) -> str:
        return TIER_LABELS[Tier(self.tier)]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True)
class President(models.Model):
    """会長。修了証に名が載る。"""

    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="presidents")
    name = models.CharField("会長名", max_length=100)
    from_on = models.DateField("就任日")
    until_on = models.DateField("退任日", null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="president_begins_before_end", condition=Q(until_on=None) | Q(until_on__gt=F("from_on"))
            ),
            ExclusionConstraint(
                name="president_one_at_a_time",
                expressions=(
                    ("association", RangeOperators.EQUAL),
                    (DateRange("from_on", "until_on"), RangeOperators.OVERLAPS),
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name


@pghistory.track(append_only=True)
class Category(models.Model):
    """会員区分。各医師会のものであり、同じ字でも意味は医師会ごとに違う（membership.md §3.2）。

    使われた区分は消せない。終えると（until_on）、その日から選べなくなる。いまその区分にいる会員は変わらない。
    """

    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="categories")
    code = models.CharField("コード", max_length=16)
    label = models.CharField("名称", max_length=60)
    position = models.PositiveSmallIntegerField("並び順", default=0)
    from_on = models.DateField("始まり", null=True, blank=True)
    until_on = models.DateField("終わり", null=True, blank=True)
    is_selectable = models.BooleanField("医師が入会・異動で選べる", default=True, db_default=True)
    is_voting = models.BooleanField("社員", default=False, db_default=False)
    # 日本医師会の区分でだけ意味を持つ。
    is_insured = models.BooleanField("日医医賠責に加入する", default=False, db_default=False)
    # この施設業務の医師に、この区分をすすめる。合わない区分には注意を出す。
    duties = ArrayField(
        models.CharField(max_length=24), verbose_name="施設業務", default=list, db_default=[], blank=True
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(name="category_code_once", fields=("association", "code")),
            models.CheckConstraint(
                name="category_begins_before_end",
                condition=Q(from_on=None) | Q(until_on=None) | Q(until_on__gt=F("from_on")),
            ),
            models.CheckConstraint(
                name="category_duties_known", condition=Q(duties__contained_by=[duty.value for duty in Duty])
            ),
        )

    def __str__(self) -> str:
        return self.label

    def standing(self, on: date) -> str:
        """その日の、いま・これから・終わり。"""
        return standing(self.from_on or date.min, self.until_on, on)

    @property
    def duty_labels(self) -> list[str]:
        return [DUTY_LABELS[Duty(duty)] for duty in self.duties]


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), append_only=True)
class BoardDay(models.Model):
    """理事会の日。届いた申請を、その医師会がいつ決められるかの目安になる。"""

    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="board_days")
    held_on = models.DateField("理事会の日")

    class Meta:
        triggers = (pgtrigger.ReadOnly(name="board_day_keeps_its_day"),)
        constraints = (models.UniqueConstraint(name="board_day_once", fields=("association", "held_on")),)


@pghistory.track(append_only=True)
class JoinItem(models.Model):
    """入会のときに尋ねることの一つ：問いか、添付する書類。

    消せない。尋ねるのをやめると（is_used）、次の申請から出なくなる。答えは、尋ねたときの言葉とともに申請書に残る。
    """

    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="join_items")
    kind = models.CharField(
        "種類", max_length=8, choices=[(one.value, label) for one, label in ITEM_KIND_LABELS.items()]
    )
    label = models.CharField("尋ねること", max_length=ITEM_LABEL_LENGTH)
    explanation = models.CharField("説明", max_length=EXPLANATION_LENGTH, blank=True)
    choices = ArrayField(models.CharField(max_length=CHOICE_LENGTH), verbose_name="選択肢", default=list, blank=True)
    is_required = models.BooleanField("必ず答えていただく", default=True)
    is_used = models.BooleanField("入会のときに尋ねる", default=True)
    position = models.PositiveSmallIntegerField("並び順")

    class Meta:
        triggers = (pgtrigger.ReadOnly(name="join_item_keeps_what_it_is", fields=["association", "kind"]),)
        constraints = (
            models.CheckConstraint(
                name="join_item_kind_known", condition=Q(kind__in=[one.value for one in ITEM_KIND_LABELS])
            ),
            models.CheckConstraint(name="join_item_asks_something", condition=~Q(label="")),
            models.CheckConstraint(
                name="join_item_has_its_choices",
                condition=Q(kind=ItemKind.CHOICE.value, choices__len__gte=FEWEST_CHOICES)
                | (~Q(kind=ItemKind.CHOICE.value) & Q(choices=[])),
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def kind_label(self) -> str:
        return ITEM_KIND_LABELS[ItemKind(self.kind)]

    @property
    def is_file(self) -> bool:
        return self.kind == ItemKind.FILE

    @property
    def offered(self) -> tuple[str, ...]:
        """選択肢。選ぶものでなければ、空。"""
        return FIXED_CHOICES.get(ItemKind(self.kind), tuple(self.choices))


@pghistory.track(append_only=True)
class Staff(models.Model):
    """事務局の人：ある利用者の、ある医師会での役割。"""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="利用者", related_name="staff")
    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="staff")
    role = models.PositiveSmallIntegerField(
        "役割", choices=[(role.value, label) for role, label in ROLE_LABELS.items()]
    )
    since_on = models.DateField("始まり")
    ended_at = models.DateTimeField("終わった日時", null=True, blank=True)

    # 代行しているときだけ、本来務める医師会。association は代行される医師会になる。
    acting_from: Association | None = None

    class Meta:
        verbose_name_plural = "staff"
        triggers = (pgtrigger.ReadOnly(name="staff_keeps_who_and_where", fields=["user", "association"]),)
        constraints = (
            models.UniqueConstraint(
                name="staff_one_role_each", fields=("user", "association"), condition=Q(ended_at=None)
            ),
            models.CheckConstraint(name="staff_role_known", condition=Q(role__in=[role.value for role in Role])),
        )

    @property
    def role_label(self) -> str:
        return ROLE_LABELS[Role(self.role)]

    @property
    def signature(self) -> str:
        """記録とメールに書く、した人の名。代行なら、本来務める医師会を添える。"""
        name = f"{self.user.name}（{self.acting_from.name}）" if self.acting_from else self.user.name
        return name[:LONGEST_SIGNATURE]

    @property
    def is_acting(self) -> bool:
        """ほかの医師会の事務を代行しているところか。"""
        return self.acting_from is not None

    def acting_for(self, association: Association) -> "Staff":
        """その医師会の事務を代行する、この人。行は変わらない（データベースも、務める医師会を変えさせない）。"""
        acting = Staff(pk=self.pk, user=self.user, association=association, role=self.role, since_on=self.since_on)
        acting.acting_from = self.association
        return acting

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMIN

    def may(self, role: Role) -> bool:
        """その役割でできることを、この人もできるか。"""
        return self.role >= role


@pghistory.track(append_only=True)
class Invitation(models.Model):
    """担当者への招待。リンクの鍵はどこにも置かず、送るときと開かれたときに計算する。"""

    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="invitations")
    role = models.PositiveSmallIntegerField(
        "役割", choices=[(role.value, label) for role, label in ROLE_LABELS.items()]
    )
    address = models.CharField("招くメールアドレス", max_length=100)
    invited_by = models.ForeignKey(Staff, models.PROTECT, verbose_name="招いた人", related_name="+")
    invited_at = models.DateTimeField("招いた日時")
    sent_at = models.DateTimeField("いちばん新しいリンクを送った日時")
    accepted_at = models.DateTimeField("承諾した日時", null=True, blank=True)
    accepted_as = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, verbose_name="承諾した担当者", related_name="+"
    )
    cancelled_at = models.DateTimeField("取り消した日時", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, verbose_name="取り消した人", related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="invitation_one_open_each",
                fields=("association", "address"),
                condition=Q(accepted_at=None, cancelled_at=None),
            ),
            models.CheckConstraint(name="invitation_role_known", condition=Q(role__in=[role.value for role in Role])),
            models.CheckConstraint(
                name="invitation_accepted_as_someone_at_some_time",
                condition=Q(accepted_at=None, accepted_as=None)
                | Q(accepted_at__isnull=False, accepted_as__isnull=False, cancelled_at=None),
            ),
            models.CheckConstraint(
                name="invitation_cancelled_by_someone_at_some_time",
                condition=Q(cancelled_at=None, cancelled_by=None)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
            ),
        )

    @property
    def role_label(self) -> str:
        return ROLE_LABELS[Role(self.role)]

    @property
    def is_open(self) -> bool:
        """まだ承諾も取消しもされていないか。"""
        return self.accepted_at is None and self.cancelled_at is None

    @property
    def expires_at(self) -> datetime:
        """この時刻から、リンクは使えない。"""
        return self.sent_at + INVITATION_LIVES


@pghistory.track(append_only=True)
class Rekey(models.Model):
    """管理者のいなくなった医師会の復旧：上の医師会の一人が申し出て、もう一人が確かめる。"""

    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="rekeys")
    office = models.ForeignKey(Association, models.PROTECT, verbose_name="上の医師会", related_name="+")
    address = models.CharField("新しい管理者のメールアドレス", max_length=100)
    reason = models.TextField("理由")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="申し出た人", related_name="+"
    )
    requested_at = models.DateTimeField("申し出た日時")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="確かめた人", related_name="+"
    )
    confirmed_at = models.DateTimeField("確かめた日時", null=True, blank=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="取り下げた人", related_name="+"
    )
    declined_at = models.DateTimeField("取り下げた日時", null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="rekey_one_waiting_each",
                fields=("association",),
                condition=Q(confirmed_at=None, declined_at=None),
            ),
            models.CheckConstraint(
                name="rekey_confirmed_by_a_second_person",
                condition=Q(confirmed_by=None, confirmed_at=None)
                | (
                    Q(confirmed_by__isnull=False, confirmed_at__isnull=False, declined_at=None)
                    & ~Q(confirmed_by=F("requested_by"))
                ),
            ),
            models.CheckConstraint(
                name="rekey_declined_by_someone_at_some_time",
                condition=Q(declined_by=None, declined_at=None)
                | Q(declined_by__isnull=False, declined_at__isnull=False),
            ),
            models.CheckConstraint(name="rekey_has_its_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="rekey_is_of_another_office", condition=~Q(office=F("association"))),
        )

    @property
    def is_waiting(self) -> bool:
        """もう一人の確かめを待っているか。"""
        return self.confirmed_at is None and self.declined_at is None

    @property
    def state_label(self) -> str:
        if self.is_waiting:
            return "確認待ち"
        return "確認済" if self.confirmed_at else "取下げ"


@pghistory.track(append_only=True)
class Delegation(models.Model):
    """代行：担当者のいない郡市区等医師会の事務を、都道府県医師会が行う期間。"""

    association = models.ForeignKey(
        Association, models.PROTECT, verbose_name="代行される医師会", related_name="delegations"
    )
    office = models.ForeignKey(Association, models.PROTECT, verbose_name="代行する医師会", related_name="+")
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="始めた人", related_name="+")
    begun_at = models.DateTimeField("始めた日時")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="終えた人", related_name="+"
    )
    ended_at = models.DateTimeField("終えた日時", null=True, blank=True)
    has_own_administrator = models.BooleanField("管理者ができたため", default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="delegation_one_at_a_time", fields=("association",), condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="delegation_ended_by_someone_at_some_time",
                condition=Q(ended_by=None, ended_at=None, has_own_administrator=False)
                | Q(ended_by__isnull=False, ended_at__isnull=False, ended_at__gte=F("begun_at")),
            ),
            models.CheckConstraint(name="delegation_is_to_another_office", condition=~Q(office=F("association"))),
        )


@pghistory.track(append_only=True)
class Platform(models.Model):
    """全体の設定。日本医師会の管理者だけが変える。一行しかない。"""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    address_deadline_on = models.DateField("通知先メールアドレスの設定期限", null=True, blank=True)
    completion_mail_from_on = models.DateField("修了申請の受付メールを始める日", null=True, blank=True)
    operator_name = models.CharField("操作の問い合わせ先", max_length=100, blank=True)
    operator_telephone = models.CharField("フリーダイヤル", max_length=20, blank=True)
    operator_hours = models.CharField("受付時間", max_length=100, blank=True)
    member_office_name = models.CharField("会員情報を担当する部署", max_length=100, blank=True)
    video_url = models.CharField("操作マニュアル動画", max_length=200, blank=True)
    doctors_site_url = models.CharField("情報共有サイト（医師向け）", max_length=200, blank=True)
    offices_site_url = models.CharField("情報共有サイト（医師会事務局向け）", max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "platform"
        constraints = (models.CheckConstraint(name="platform_is_one_row", condition=Q(id=1)),)
