"""在籍：どの医師が、どの医師会に、いつからいつまで、どの会員区分で。"""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from mamis.associations.models import Association, Category, DateRange
from mamis.doctors.models import Doctor


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
