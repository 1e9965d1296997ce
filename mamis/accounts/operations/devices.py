"""ログインしている端末を書き留め、終える。"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from mamis.accounts import policy, rules
from mamis.accounts.mails import NewDeviceUsed, SafetyFacts
from mamis.accounts.models import SignedInDevice, User
from mamis.accounts.operations.tries import is_familiar, remember
from mamis.accounts.operations.words import in_words
from mamis.mail.outbox import post

# 接続元を覚えはじめた人の印。
ANYWHERE = "anywhere"


@transaction.atomic
def begin_device(user: User, session_key: str, *, agent: str, address: str, at: datetime) -> SignedInDevice:
    """ログインした端末を書き留める。なじみの接続元がある人が、ほかからログインしたら、本人に知らせる。"""
    counted_as = f"device {user.pk}"
    device = rules.device_in_words(agent)
    if is_familiar(counted_as, ANYWHERE) and not is_familiar(counted_as, address):
        post(NewDeviceUsed(_facts(user, device, at)), at=at)
    for place in (ANYWHERE, address):
        remember(counted_as, place, at=at)
    return SignedInDevice.objects.create(user=user, session_key=session_key, device=device, signed_in_at=at, seen_at=at)


@transaction.atomic
def see_device(session_key: str, *, at: datetime) -> None:
    """その端末で操作があった。"""
    SignedInDevice.objects.filter(session_key=session_key).update(seen_at=at)


@transaction.atomic
def rename_session(old_key: str, new_key: str) -> None:
    """セッションの番号が替わった。"""
    SignedInDevice.objects.filter(session_key=old_key).update(session_key=new_key)


@transaction.atomic
def leave_device(session_key: str) -> None:
    """その端末で、ログアウトした。"""
    SignedInDevice.objects.filter(session_key=session_key).delete()


@transaction.atomic
def end_device(device: SignedInDevice) -> None:
    """その端末のログインを終える。開いている画面も、次の操作から断られる。"""
    _end(device)


@transaction.atomic
def end_other_devices(user: User, session_key: str = "") -> int:
    """この端末（なければ、どれも残さない）のほかの、すべてのログインを終える。終えた数を返す。"""
    others = list(policy.devices_of(user).exclude(session_key=session_key))
    for device in others:
        _end(device)
    return len(others)


@transaction.atomic
def forget_old_devices(*, at: datetime) -> None:
    """時間の限りを過ぎた端末の行を消す。"""
    SignedInDevice.objects.filter(seen_at__lte=at - rules.LONGEST_SESSION).delete()


def _end(device: SignedInDevice) -> None:
    import_module(settings.SESSION_ENGINE).SessionStore(device.session_key).delete()
    device.delete()


def _facts(user: User, device: str, at: datetime) -> SafetyFacts:
    return SafetyFacts(
        user_id=user.pk,
        address=user.email,
        when=in_words(at),
        what=device,
        settings_path=reverse("devices"),
        reset_path=reverse("account_reset_password"),
    )
