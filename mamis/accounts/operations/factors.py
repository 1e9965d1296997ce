"""二要素（認証アプリ、パスキー、回復コード）を足し、使い、外す。"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from mamis.accounts import policy, rules
from mamis.accounts.mails import FactorAdded, FactorRemoved, RecoveryCodesRenewed, RecoveryCodeUsed, SafetyFacts
from mamis.accounts.models import RecoveryCode, User
from mamis.accounts.operations.losses import require_link
from mamis.accounts.operations.tries import count_sign_in, forgive_sign_in
from mamis.accounts.operations.words import in_words
from mamis.accounts.sealing import seal, unseal
from mamis.mail.outbox import post

APP = "認証アプリ"
PASSKEY = "パスキー"
MOST_PASSKEYS = 10


class CodeRefused(Exception):
    """コードが違うか、もう使われた。どちらかは言わない。"""

    def __init__(self) -> None:
        super().__init__("コードが違います。新しいコードが出るのを待って、もう一度入力してください。")


class AppTaken(Exception):
    """認証アプリは、もう登録してある。"""

    def __init__(self) -> None:
        super().__init__("認証アプリは、もう登録してあります。替えるときは、いまのものを外してから登録してください。")


class TooManyPasskeys(Exception):
    """パスキーが多すぎる。"""

    def __init__(self) -> None:
        super().__init__(f"パスキーは {MOST_PASSKEYS} 個まで登録できます。使わないものを外してから登録してください。")


class LastFactor(Exception):
    """事務局の人の、最後の二要素を外そうとした。"""

    def __init__(self) -> None:
        super().__init__("最後の一つは外せません。替わりのものを先に登録してください。")


def new_secret() -> str:
    """認証アプリと分け合う、新しい秘密。"""
    return str(generate_totp_secret())


@transaction.atomic
def add_app(user: User, secret: str, code: str, *, key: str = "", at: datetime) -> list[str]:
    """認証アプリを登録する。はじめての二要素なら、回復コードを作って返す。解除のあとなら、届いたリンクの鍵が要る。"""
    _locked(user)
    require_link(user, key, at=at)
    if policy.apps_of(user).exists():
        raise AppTaken
    step = _matching_step(secret, code, at, after=0)
    Authenticator.objects.create(
        user_id=user.pk, type=Authenticator.Type.TOTP, data={"secret": seal(secret), "last_step": step}, created_at=at
    )
    post(FactorAdded(_facts(user, APP, at)), at=at)
    return _first_codes(user, at)


@transaction.atomic
def add_passkey(user: User, name: str, credential: dict[str, Any], *, key: str = "", at: datetime) -> list[str]:
    """確かめ終えたパスキーを登録する。はじめての二要素なら、回復コードを作って返す。解除のあとなら、届いたリンクの鍵が要る。"""
    _locked(user)
    require_link(user, key, at=at)
    if policy.passkeys_of(user).count() >= MOST_PASSKEYS:
        raise TooManyPasskeys
    Authenticator.objects.create(
        user_id=user.pk,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": name, "credential": credential},
        created_at=at,
    )
    post(FactorAdded(_facts(user, PASSKEY, at)), at=at)
    return _first_codes(user, at)


def use_code(user: User, typed: str, *, address: str, at: datetime) -> None:
    """認証アプリか回復コードで確かめる。誤りはパスワードと同じように数え、同じコードは二度使えない。"""
    # ならした名前に空白は残らないので、だれかのログインに使う名前と重ならない。
    counted_as = f"code {user.pk}"
    count_sign_in(counted_as, address, at=at)
    code = rules.plain_code(typed)
    if rules.is_app_code(code):
        _use_app(user, code, at)
    else:
        _use_recovery_code(user, code, at)
    forgive_sign_in(counted_as, address, at=at)


@transaction.atomic
def use_passkey(passkey: Authenticator, *, at: datetime) -> None:
    """確かめ終えたパスキーを、使ったことにする。"""
    passkey.last_used_at = at
    passkey.save(update_fields=["last_used_at"])


@transaction.atomic
def remove_factor(factor: Authenticator, *, at: datetime) -> None:
    """認証アプリかパスキーを外し、本人に知らせる。回復コードだけが残るときは、それも消す。"""
    user = _locked(factor.user)
    others = policy.factors_of(user).exclude(pk=factor.pk)
    if settings.SECOND_FACTOR_REQUIRED and policy.is_staff(user) and not others.exists():
        raise LastFactor
    what = APP if factor.type == Authenticator.Type.TOTP else PASSKEY
    factor.delete()
    if not others.exists():
        RecoveryCode.objects.filter(user=user).delete()
    post(FactorRemoved(_facts(user, what, at)), at=at)


@transaction.atomic
def renew_recovery_codes(user: User, *, at: datetime) -> list[str]:
    """回復コードを作り直し、本人に知らせる。前のものは死ぬ。"""
    _locked(user)
    RecoveryCode.objects.filter(user=user).delete()
    post(RecoveryCodesRenewed(_facts(user, "回復コード", at)), at=at)
    return _make_codes(user, at)


@transaction.atomic
def _use_app(user: User, code: str, at: datetime) -> None:
    app = policy.apps_of(user).select_for_update().first()
    if app is None:
        raise CodeRefused
    app.data["last_step"] = _matching_step(unseal(app.data["secret"]), code, at, after=app.data["last_step"])
    app.last_used_at = at
    app.save(update_fields=["data", "last_used_at"])


@transaction.atomic
def _use_recovery_code(user: User, code: str, at: datetime) -> None:
    used = policy.unused_codes_of(user).filter(seal=_seal_of(user, code)).update(used_at=at)
    if not used:
        raise CodeRefused
    left = policy.unused_codes_of(user).count()
    post(RecoveryCodeUsed(_facts(user, f"残りは {left} 個です。", at)), at=at)


def _matching_step(secret: str, code: str, at: datetime, *, after: int) -> int:
    """このコードが出る刻み。前に使った刻みと、それより古い刻みのコードは、二度と通らない。"""
    for step in rules.steps_at(at):
        if step > after and constant_time_compare(code, format_hotp_value(hotp_value(secret, step))):
            return step
    raise CodeRefused


def _first_codes(user: User, at: datetime) -> list[str]:
    """はじめて二つめを求められる人になったときの回復コード。解除のあとの登録し直しも、ここで終わる。"""
    policy.released(user).update(closed_at=at)
    if not policy.asks_second_step(user) or policy.unused_codes_of(user).exists():
        return []
    return _make_codes(user, at)


def _make_codes(user: User, at: datetime) -> list[str]:
    codes = [
        "".join(secrets.choice(rules.CODE_LETTERS) for _ in range(rules.CODE_LENGTH))
        for _ in range(rules.CODES_AT_ONCE)
    ]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, seal=_seal_of(user, code), made_at=at) for code in codes)
    return [rules.grouped(code) for code in codes]


def _seal_of(user: User, code: str) -> str:
    """元に戻せない形。78 ビットの乱れた文字なので、遅い計算は要らない。"""
    return hashlib.sha256(f"mamis.accounts.recovery|{user.pk}|{code}".encode()).hexdigest()


def _locked(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _facts(user: User, what: str, at: datetime) -> SafetyFacts:
    return SafetyFacts(
        user_id=user.pk,
        address=user.email,
        when=in_words(at),
        what=what,
        settings_path=reverse("login_settings"),
        reset_path=reverse("account_reset_password"),
    )
