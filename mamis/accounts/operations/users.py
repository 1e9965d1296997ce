"""利用者を作り、ログインに使う名前を決め、使用を止める。"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from mamis.accounts.models import SignInName, User
from mamis.accounts.operations.passwords import require_good_password
from mamis.accounts.rules import normal_password
from mamis.japanese.folding import fold_identifier

Kind = SignInName.Kind


class NameTaken(Exception):
    """ログインに使う名前が、ほかの人と重なる。"""

    def __init__(self, kind: SignInName.Kind) -> None:
        super().__init__(f"この{kind.label}は、ほかの方がログインに使っています。")
        self.kind = kind


@transaction.atomic
def create_user(*, email: str, name: str, password: str | None = None, at: datetime, by: User | None = None) -> User:
    """利用者を作る。メールアドレスがあれば、それでログインできる。パスワードがなければ、再設定の案内から本人が決める。"""
    user = User(name=name, created_at=at, password=make_password(None))
    if password is not None:
        require_good_password(user, password, others=[email])
        user.set_password(normal_password(password))
    user.save()
    return set_sign_in_names(user, {Kind.EMAIL: email}, by=by, at=at)


@transaction.atomic
def set_sign_in_names(
    user: User, names: Mapping[SignInName.Kind, str], *, by: User | None = None, at: datetime | None = None
) -> User:
    """ログインに使う名前を、種類ごとに決める。空にした種類は使えなくなり、書かれていない種類は変わらない。"""
    for kind, typed in names.items():
        _set_sign_in_name(user, Kind(kind), typed)
    return user


@transaction.atomic
def rename_user(user: User, name: str) -> User:
    """画面に出る名を改める。"""
    user.name = name[: User._meta.get_field("name").max_length]
    user.save(update_fields=["name"])
    return user


@transaction.atomic
def deactivate_user(user: User, *, by: User | None = None, at: datetime | None = None) -> User:
    """使用を止める。開いている画面も、次の操作から断られる。"""
    user.is_active = False
    user.save(update_fields=["is_active"])
    return user


@transaction.atomic
def reactivate_user(user: User, *, by: User | None = None, at: datetime | None = None) -> User:
    """止めた使用を、また始める。"""
    user.is_active = True
    user.save(update_fields=["is_active"])
    return user


def _set_sign_in_name(user: User, kind: SignInName.Kind, typed: str) -> None:
    folded = fold_identifier(typed)
    try:
        with transaction.atomic():
            if kind == Kind.EMAIL:
                user.email = folded
                user.save(update_fields=["email"])
            if folded:
                SignInName.objects.update_or_create(user=user, kind=kind, defaults={"folded": folded})
            else:
                SignInName.objects.filter(user=user, kind=kind).delete()
    except IntegrityError as error:
        raise NameTaken(kind) from error
