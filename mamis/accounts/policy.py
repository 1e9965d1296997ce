"""だれがログインでき、だれに二要素を求め、どの二要素がだれのものか。"""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from mamis.accounts.models import Agreement, FactorLoss, RecoveryCode, SignedInDevice, Statement, User


def in_use() -> QuerySet[User]:
    """使用中の利用者。"""
    return User.objects.filter(is_active=True)


def known_by(folded: str) -> QuerySet[User]:
    """ならした名前の持ち主。使用を止められた人も含む。"""
    return User.objects.filter(sign_in_names__folded=folded)


def is_staff(user: User) -> bool:
    """事務局の人か。二要素が要り、ログインの時間の限りが短い。設定 STAFF_TESTS の、上の部屋の関数に尋ねる。"""
    tests: list[Callable[[User], bool]] = [import_string(path) for path in settings.STAFF_TESTS]
    return any(test(user) for test in tests)


def factors_of(user: User) -> QuerySet[Authenticator]:
    """その人の認証アプリとパスキー。本人だけのもの。"""
    return Authenticator.objects.filter(user_id=user.pk).order_by("created_at", "pk")


def apps_of(user: User) -> QuerySet[Authenticator]:
    """その人の認証アプリ。一つまで。"""
    return factors_of(user).filter(type=Authenticator.Type.TOTP)


def passkeys_of(user: User) -> QuerySet[Authenticator]:
    """その人のパスキー。"""
    return factors_of(user).filter(type=Authenticator.Type.WEBAUTHN)


def unused_codes_of(user: User) -> QuerySet[RecoveryCode]:
    """その人の、まだ使っていない回復コード。"""
    return RecoveryCode.objects.filter(user_id=user.pk, used_at=None).order_by("pk")


def asks_second_step(user: User) -> bool:
    """パスワードのあとに、二つめを求めるか。医師だけの人のパスキーは、パスワードの代わりであり、なくしても困らせない。"""
    return factors_of(user).exists() and is_staff(user)


def open_losses() -> QuerySet[FactorLoss]:
    """まだ解除も断りもされていない、二要素をなくした申し出。"""
    return FactorLoss.objects.filter(decided_at=None, closed_at=None)


def released(user: User) -> QuerySet[FactorLoss]:
    """解除されて、まだ登録し直していない、その人の申し出。"""
    return FactorLoss.objects.filter(user_id=user.pk, is_released=True, closed_at=None)


def devices_of(user: User) -> QuerySet[SignedInDevice]:
    """その人がログインしている端末。最後に使った順。本人だけのもの。"""
    return SignedInDevice.objects.filter(user_id=user.pk).order_by("-seen_at", "-pk")


def public() -> QuerySet[Statement]:
    """公開された規約とお知らせ。これから始まるものも、だれでも読める。"""
    return Statement.objects.select_related("published_by")


def agreements_of(user: User) -> QuerySet[Agreement]:
    """その利用者の同意の記録。"""
    return Agreement.objects.filter(user=user).select_related("statement")
