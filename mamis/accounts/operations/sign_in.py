"""ログインする人を確かめる。"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import authenticate

from mamis.accounts.models import User
from mamis.accounts.operations.passwords import change_password
from mamis.accounts.operations.tries import count_sign_in, forgive_sign_in
from mamis.accounts.rules import normal_password
from mamis.japanese.folding import fold_identifier


class SignInRefused(Exception):
    """名前かパスワードが違うか、使用を止められている。どれであるかは言わない。"""


def identify(sign_in_name: str, password: str, *, address: str, at: datetime) -> User:
    """ログインに使う名前とパスワードから、その人を確かめる。誤りは数え、続けば MustWait で待ってもらう。"""
    folded = fold_identifier(sign_in_name)
    count_sign_in(folded, address, at=at)
    user = authenticate(sign_in_name=sign_in_name, password=password)
    if not isinstance(user, User):
        raise SignInRefused
    forgive_sign_in(folded, address, at=at)
    return user


def confirm_password(user: User, password: str, *, address: str, at: datetime) -> None:
    """いまのパスワードを知る本人かを確かめる。誤りは、ログインと同じように数える。"""
    # ならした名前に空白は残らないので、だれかのログインに使う名前と重ならない。
    counted_as = f"user {user.pk}"
    count_sign_in(counted_as, address, at=at)
    if not user.check_password(normal_password(password)):
        raise SignInRefused
    forgive_sign_in(counted_as, address, at=at)


def change_own_password(
    user: User, password: str, new_password: str, *, address: str, session_key: str = "", at: datetime
) -> User:
    """いまのパスワードを知る本人が、パスワードを変える。いまの端末のログインだけが残る。"""
    confirm_password(user, password, address=address, at=at)
    return change_password(user, new_password, session_key=session_key, by=user, at=at)
