"""利用者と、ログインに使う名前と、誤入力の数。"""

from __future__ import annotations

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    """DjangoとallauthがUSERNAME_FIELDで利用者を探すための窓口。"""


@pghistory.track(fields=["email", "name", "is_active"], model_name="UserEvent")
class User(AbstractBaseUser):
    """ログインする人。医師か、事務局の職員か、その両方かは、ここでは問わない。"""

    email = models.EmailField("ログイン用メールアドレス", max_length=254, blank=True, default="")
    name = models.CharField("氏名", max_length=100)
    is_active = models.BooleanField("使用中", default=True)
    created_at = models.DateTimeField("登録日時")

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "利用者"
        verbose_name_plural = "利用者"
        constraints = [
            models.UniqueConstraint(fields=["email"], condition=~models.Q(email=""), name="user_email_unique"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """ライブラリーが求める呼び名。"""
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SignInName(models.Model):
    """ログインに使う名前ひとつ。打ち方の違い（全角、空白、ハイフン）をならした形で、全員を通じて重ならない。"""

    class Kind(models.TextChoices):
        EMAIL = "email", "メールアドレス"
        REGISTER_NUMBER = "register_number", "医籍登録番号"
        MEMBER_ID = "member_id", "会員ID"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_in_names", verbose_name="利用者")
    kind = models.CharField("種類", max_length=20, choices=Kind.choices)
    folded = models.CharField("ならした名前", max_length=254)

    class Meta:
        verbose_name = "ログインに使う名前"
        verbose_name_plural = "ログインに使う名前"
        constraints = [
            models.UniqueConstraint(fields=["folded"], name="sign_in_name_folded_unique"),
            models.UniqueConstraint(fields=["user", "kind"], name="sign_in_name_one_of_a_kind"),
            models.CheckConstraint(condition=~models.Q(folded=""), name="sign_in_name_not_empty"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class FailureCount(models.Model):
    """誤ったログインと、再設定の申込みの数。名前も接続元も、元に戻せない形でだけ持つ。"""

    class Scope(models.TextChoices):
        NAME_AND_ADDRESS = "name_and_address", "名前と接続元の組"
        NAME = "name", "名前（すべての接続元）"
        ADDRESS = "address", "接続元（すべての名前）"
        RESETS_FOR_NAME = "resets_for_name", "名前への再設定の案内"
        RESETS_FOR_ADDRESS = "resets_for_addr", "接続元からの再設定の案内"

    scope = models.CharField("範囲", max_length=20, choices=Scope.choices)
    key = models.CharField("鍵", max_length=64)
    failures = models.PositiveIntegerField("回数", default=0)
    since = models.DateTimeField("数え始め")
    blocked_until = models.DateTimeField("待ってもらう時刻", null=True)

    class Meta:
        verbose_name = "ログインの誤りの数"
        verbose_name_plural = "ログインの誤りの数"
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="failure_count_scope_key_unique")]
        indexes = [models.Index(fields=["since"], name="failure_count_since")]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} {self.failures}"


class FamiliarPlace(models.Model):
    """本人がログインしたことのある接続元。名前への総当たりが続いていても、ここからは待たせない。"""

    key = models.CharField("鍵", max_length=64, unique=True)
    seen_at = models.DateTimeField("最後のログイン", db_index=True)

    class Meta:
        verbose_name = "なじみの接続元"
        verbose_name_plural = "なじみの接続元"

    def __str__(self) -> str:
        return f"なじみの接続元 {self.pk}"
