"""パスワードを再設定するリンクを作り、届け、一回だけ使わせる。"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from mamis.accounts import policy, rules
from mamis.accounts.mails import PasswordResetOffered, ResetFacts
from mamis.accounts.models import User
from mamis.accounts.operations.passwords import change_password
from mamis.accounts.operations.tries import forgive_name
from mamis.accounts.operations.words import in_words
from mamis.mail.outbox import post


class LinkDead(Exception):
    """リンクの時間が過ぎたか、もう使われたか、写し間違えている。"""

    def __init__(self) -> None:
        super().__init__("このリンクは使えません。もう一度、パスワードの再設定をお申込みください。")


@transaction.atomic
def offer_reset_link(user_id: int, *, at: datetime) -> None:
    """再設定のリンクを本人に届ける。使用中でメールアドレスのある人だけに。"""
    user = policy.in_use().exclude(email="").filter(pk=user_id).first()
    if user is None:
        return
    facts = ResetFacts(
        user_id=user.pk,
        address=user.email,
        when=in_words(at),
        reset_path=reverse("account_reset_password"),
        path=reverse("account_reset_password_from_key", args=[reset_key(user, at)]),
        minutes=int(rules.LINK_LIVES.total_seconds() // 60),
    )
    post(PasswordResetOffered(facts), at=at)


def owner_of(key: str, *, at: datetime) -> User:
    """リンクの持ち主。使えないリンクは断る。"""
    user = policy.in_use().filter(pk=_user_id(key)).first()
    return _checked(user, key, at)


@transaction.atomic
def use_reset_link(key: str, password: str, *, address: str, at: datetime) -> User:
    """リンクを使ってパスワードを決める。同時に二度使っても、通るのは一度だけ。"""
    user = _checked(policy.in_use().select_for_update().filter(pk=_user_id(key)).first(), key, at)
    change_password(user, password, by=user, at=at)
    for folded in user.sign_in_names.order_by("folded").values_list("folded", flat=True):
        forgive_name(folded, address, at=at)
    return user


def reset_key(user: User, at: datetime) -> str:
    """本人と用途と今のパスワードに結びついた鍵。パスワードかメールアドレスが変わるか、ログインすると、使えなくなる。"""
    seconds = int(at.timestamp())
    last_login = user.last_login.isoformat() if user.last_login else ""
    sealed = "|".join((str(user.pk), user.password, user.email, last_login, str(seconds)))
    seal = salted_hmac("mamis.accounts.reset", sealed, algorithm="sha256").hexdigest()
    return f"{int_to_base36(user.pk)}-{int_to_base36(seconds)}-{seal}"


def _checked(user: User | None, key: str, at: datetime) -> User:
    made_at = datetime.fromtimestamp(number_in(key, 1), UTC)
    if user is None or not constant_time_compare(key, reset_key(user, made_at)):
        raise LinkDead
    if not made_at <= at < made_at + rules.LINK_LIVES:
        raise LinkDead
    return user


def _user_id(key: str) -> int:
    return number_in(key, 0)


def number_in(key: str, place: int) -> int:
    """鍵の中の数。読めない鍵は使えない鍵。"""
    parts = key.split("-")
    if len(parts) != 3 or not parts[place].isascii() or not parts[place].isalnum() or len(parts[place]) > 10:
        raise LinkDead
    number = base36_to_int(parts[place])
    if number >= 2**33:
        raise LinkDead
    return number
