"""利用者、ログインに使う名前、規約と同意、誤入力の数。"""

from __future__ import annotations

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from mamis.accounts.rules import CHANGE_LENGTH, PURPOSES, STATEMENTS, Block, StatementKind, blocks


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


class Statement(models.Model):
    """規約かお知らせの、一つの版。公開したあとは変わらない。改めるときは、次の版を公開する。"""

    append_only = True

    kind = models.CharField("種類", max_length=10, choices=[(kind.value, label) for kind, label in STATEMENTS.items()])
    number = models.PositiveSmallIntegerField("何番目の版か")
    body = models.TextField("本文")
    change = models.CharField("何が変わったか", max_length=CHANGE_LENGTH, blank=True)
    from_on = models.DateField("始まる日")
    published_at = models.DateTimeField("公開した日時", null=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="公開した人"
    )

    class Meta:
        verbose_name = "規約とお知らせ"
        verbose_name_plural = "規約とお知らせ"
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="statement_number_once"),
            models.CheckConstraint(condition=~models.Q(body=""), name="statement_says_something"),
            models.CheckConstraint(
                condition=models.Q(number=1, change="", published_at=None, published_by=None)
                | (
                    models.Q(number__gt=1, published_at__isnull=False, published_by__isnull=False)
                    & ~models.Q(change="")
                ),
                name="statement_new_version_names_its_change_and_publisher",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（第{self.number}版）"

    @property
    def name(self) -> str:
        return STATEMENTS[StatementKind(self.kind)]

    @property
    def blocks(self) -> list[Block]:
        """見出し、段落、箇条書きに分けた本文。"""
        return blocks(self.body)

    @property
    def is_joint_use(self) -> bool:
        """責任を有する者を添えて見せるものか。"""
        return self.kind == StatementKind.JOINT_USE


class Agreement(models.Model):
    """だれが、いつ、どの版に同意したか。"""

    append_only = True

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="同意した人")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="+", verbose_name="版")
    at = models.DateTimeField("同意した日時")

    class Meta:
        verbose_name = "同意"
        verbose_name_plural = "同意"
        constraints = [models.UniqueConstraint(fields=["user", "statement"], name="agreement_once")]

    def __str__(self) -> str:
        return f"同意 {self.pk}"


class AddressChange(models.Model):
    """メールアドレスの変更の申込み。新しいアドレスに届いたリンクを本人が使うまで、何も変わらない。"""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="申し込んだ人")
    purpose = models.CharField(
        "何のアドレスか", max_length=10, choices=[(one.value, label) for one, label in PURPOSES.items()]
    )
    old_address = models.CharField("前のアドレス", max_length=254, blank=True)
    new_address = models.CharField("新しいアドレス", max_length=254)
    asked_at = models.DateTimeField("申し込んだ日時")
    confirmed_at = models.DateTimeField("変わった日時", null=True)
    stopped_at = models.DateTimeField("止めた、または元に戻した日時", null=True)

    class Meta:
        verbose_name = "メールアドレスの変更"
        verbose_name_plural = "メールアドレスの変更"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(new_address="") & ~models.Q(new_address=models.F("old_address")),
                name="address_change_changes_something",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=[one.value for one in PURPOSES]), name="address_change_purpose_known"
            ),
        ]
        indexes = [models.Index(fields=["user", "asked_at"], name="address_change_of_user")]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}の変更"


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


class RecoveryCode(models.Model):
    """二要素をなくしたときの控えのコード一つ。元に戻せない形でだけ持ち、一回で死ぬ。"""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recovery_codes", verbose_name="利用者")
    seal = models.CharField("印", max_length=64)
    made_at = models.DateTimeField("作った日時")
    used_at = models.DateTimeField("使った日時", null=True)

    class Meta:
        verbose_name = "回復コード"
        verbose_name_plural = "回復コード"
        constraints = [models.UniqueConstraint(fields=["user", "seal"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"回復コード {self.pk}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class FactorLoss(models.Model):
    """二要素をなくした申し出。パスワードを確かめた本人が申し出て、別の管理者が解除する。"""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="factor_losses", verbose_name="利用者")
    reason = models.CharField("わけ", max_length=400)
    asked_at = models.DateTimeField("申し出た日時")
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="decided_losses", verbose_name="決めた人"
    )
    decided_as = models.CharField("決めた医師会", max_length=100, blank=True)
    how = models.CharField("本人と確かめた方法", max_length=400, blank=True)
    decided_at = models.DateTimeField("決めた日時", null=True)
    is_released = models.BooleanField("解除した", default=False)
    closed_at = models.DateTimeField("終わった日時", null=True)

    class Meta:
        verbose_name = "二要素をなくした申し出"
        verbose_name_plural = "二要素をなくした申し出"
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(closed_at=None), name="factor_loss_one_open"),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("user")),
                name="factor_loss_decided_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at=None, decided_by=None, is_released=False, how="")
                | (models.Q(decided_at__isnull=False, decided_by__isnull=False) & ~models.Q(how="")),
                name="factor_loss_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"二要素をなくした申し出 {self.pk}"


class SignedInDevice(models.Model):
    """ログインしている端末一つ。どこからかは持たない。終えると、行もセッションも消える。"""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="devices", verbose_name="利用者")
    session_key = models.CharField("セッション", max_length=40, unique=True)
    device = models.CharField("端末", max_length=60)
    signed_in_at = models.DateTimeField("ログインした日時")
    seen_at = models.DateTimeField("最後の操作", db_index=True)

    class Meta:
        verbose_name = "ログイン中の端末"
        verbose_name_plural = "ログイン中の端末"

    def __str__(self) -> str:
        return self.device
