"""医師、医籍、勤務先、どの医師会に見えるか。"""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from mamis.associations.models import DateRange
from mamis.doctors.rules import GROUND_LABELS, REGISTER_LABELS, SEX_LABELS


@pghistory.track(append_only=True)
class Doctor(models.Model):
    """医師。会員であってもなくてもよい。内部の番号が鍵であり、医籍登録番号は変わりうる（membership.md §5.1）。

    氏名は書かれたとおりに保つ。`search_name` はカナと漢字を畳んだ写しで、検索のためだけにある。
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="利用者", related_name="doctor"
    )
    family_name = models.CharField("姓", max_length=60)
    given_name = models.CharField("名", max_length=60)
    family_kana = models.CharField("セイ", max_length=60)
    given_kana = models.CharField("メイ", max_length=60)
    search_name = models.CharField("検索のための氏名", max_length=400)
    sex = models.CharField("性別", max_length=8, choices=SEX_LABELS.items(), blank=True)
    birth_on = models.DateField("生年月日", null=True, blank=True)
    member_no = models.CharField("会員ID", max_length=10, blank=True)
    contact_address = models.CharField("登録メールアドレス", max_length=254, blank=True)
    telephone = models.CharField("電話", max_length=20, blank=True)
    postcode = models.CharField("自宅の郵便番号", max_length=8, blank=True)
    home_prefecture = models.ForeignKey(
        "associations.Prefecture",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="自宅の都道府県",
        related_name="+",
    )
    address = models.CharField("自宅の住所", max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="doctor_member_no_once", fields=("member_no",), condition=~Q(member_no="")),
            models.CheckConstraint(
                name="doctor_member_no_is_ten_digits", condition=Q(member_no="") | Q(member_no__regex=r"^[0-9]{10}$")
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.family_name} {self.given_name}"

    @property
    def kana(self) -> str:
        return f"{self.family_kana} {self.given_kana}"


@pghistory.track(append_only=True)
class Licence(models.Model):
    """医籍の登録。番号は文字であり、先頭の零にも意味がある。終わりのない行がいまの番号である。"""

    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="licences")
    register = models.CharField("医籍", max_length=10, choices=REGISTER_LABELS.items())
    number = models.CharField("医籍登録番号", max_length=6)
    registered_on = models.DateField("医籍登録年月日", null=True, blank=True)
    ended_on = models.DateField("使わなくなった日", null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="licence_number_once", fields=("register", "number")),
            models.UniqueConstraint(name="licence_one_current", fields=("doctor",), condition=Q(ended_on=None)),
            models.CheckConstraint(name="licence_number_is_digits", condition=Q(number__regex=r"^[0-9]{1,6}$")),
        )


class Facility(models.Model):
    """施設。番号のない施設もある。"""

    name = models.CharField("施設名", max_length=120)
    kana = models.CharField("フリガナ", max_length=200, blank=True)
    prefecture = models.ForeignKey("associations.Prefecture", models.PROTECT, verbose_name="都道府県", related_name="+")
    municipality = models.ForeignKey(
        "associations.Municipality", models.PROTECT, null=True, blank=True, verbose_name="市区町村", related_name="+"
    )
    address = models.CharField("所在地", max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "facilities"

    def __str__(self) -> str:
        return self.name


@pghistory.track(append_only=True)
class Workplace(models.Model):
    """所属施設。主たる施設は同時に一つまで。"""

    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="workplaces")
    facility = models.ForeignKey(Facility, models.PROTECT, verbose_name="施設", related_name="workplaces")
    is_main = models.BooleanField("主たる施設", default=True)
    from_on = models.DateField("始まり")
    until_on = models.DateField("終わり", null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="workplace_begins_before_end", condition=Q(until_on=None) | Q(until_on__gt=F("from_on"))
            ),
            ExclusionConstraint(
                name="workplace_one_main",
                expressions=(
                    ("doctor", RangeOperators.EQUAL),
                    (DateRange("from_on", "until_on"), RangeOperators.OVERLAPS),
                ),
                condition=Q(is_main=True),
            ),
        )


@pghistory.track(append_only=True)
class Sight(models.Model):
    """どの医師会が、なぜ、いつからいつまで、どの医師を見ることができるか。

    根拠を作る行為と同じ取引のなかで書かれる。医師についての policy の唯一のよりどころ。
    """

    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="sights")
    association = models.ForeignKey("associations.Association", models.PROTECT, verbose_name="医師会", related_name="+")
    ground = models.CharField("根拠", max_length=12, choices=GROUND_LABELS.items())
    since_on = models.DateField("いつから")
    until_on = models.DateField("いつまで", null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="sight_once", fields=("doctor", "association", "ground"), condition=Q(until_on=None)
            ),
            models.CheckConstraint(
                name="sight_begins_before_end", condition=Q(until_on=None) | Q(until_on__gte=F("since_on"))
            ),
        )
        indexes = (models.Index(name="sight_of_association", fields=("association", "doctor")),)
