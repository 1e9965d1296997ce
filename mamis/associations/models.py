"""医師会、その区域・会長・会員区分、事務局の人、全体の設定。"""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from mamis.associations.rules import KIND_LABELS, NATIONAL_CODE, ROLE_LABELS, TIER_LABELS, Kind, Role, Tier


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

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="association_tier_has_its_parent",
                condition=Q(tier=Tier.NATIONAL, parent=None, prefecture=None, kind="", code=NATIONAL_CODE)
                | Q(tier=Tier.PREFECTURE, parent__isnull=False, prefecture__isnull=False, kind="")
                | Q(tier=Tier.DISTRICT, parent__isnull=False, prefecture__isnull=False, kind__in=list(Kind)),
            ),
        )

    def __str__(self) -> str:
        return self.name

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


class Category(models.Model):
    """会員区分。各医師会のものであり、同じ字でも意味は医師会ごとに違う（membership.md §3.2）。"""

    association = models.ForeignKey(Association, models.PROTECT, verbose_name="医師会", related_name="categories")
    code = models.CharField("コード", max_length=16)
    label = models.CharField("名称", max_length=60)
    position = models.PositiveSmallIntegerField("並び順", default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="category_code_once", fields=("association", "code")),)

    def __str__(self) -> str:
        return self.label


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

    class Meta:
        verbose_name_plural = "staff"
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
    def is_administrator(self) -> bool:
        return self.role == Role.ADMIN

    def may(self, role: Role) -> bool:
        """その役割でできることを、この人もできるか。"""
        return self.role >= role


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
