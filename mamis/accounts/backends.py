"""ログインに使う名前から利用者を確かめる。"""

from __future__ import annotations

from functools import cache

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from mamis.accounts import policy
from mamis.accounts.models import User
from mamis.accounts.rules import is_readable, normal_password
from mamis.japanese.folding import fold_identifier

LONGEST_TYPED = 1000


class SignInNameBackend(BaseBackend):
    """メールアドレス、医籍登録番号、会員IDのいずれかとパスワードで確かめる。"""

    def authenticate(
        self, request: HttpRequest | None, sign_in_name: str = "", password: str = "", **credentials: object
    ) -> User | None:
        """名前とパスワードが合う、使用中の利用者。"""
        if max(len(sign_in_name), len(password)) > LONGEST_TYPED or not is_readable(sign_in_name + password):
            return None
        user = policy.known_by(fold_identifier(sign_in_name)).first()
        # 名前の有無を応答の時間から読まれないよう、利用者がいなくても同じ計算をする。
        matches = check_password(normal_password(password), _nobodys_password() if user is None else user.password)
        return user if user and matches and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """使用中の利用者。使用を止められた人は、次の操作から断られる。"""
        return policy.in_use().filter(pk=user_id).first()


@cache
def _nobodys_password() -> str:
    """だれのものでもないパスワード。"""
    return make_password("nobody")
