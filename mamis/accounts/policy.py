"""だれがログインできるか。"""

from __future__ import annotations

from django.db.models import QuerySet

from mamis.accounts.models import User


def in_use() -> QuerySet[User]:
    """使用中の利用者。"""
    return User.objects.filter(is_active=True)


def known_by(folded: str) -> QuerySet[User]:
    """ならした名前の持ち主。使用を止められた人も含む。"""
    return User.objects.filter(sign_in_names__folded=folded)
