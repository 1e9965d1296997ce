"""メールアドレスの変更を申し込み、新しいアドレスで確かめ、前のアドレスから止める。"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.module_loading import import_string

from mamis.accounts import policy, queries, rules
from mamis.accounts.mails import (
    AddressChangeAsked,
    AddressChanged,
    AddressConfirmationOffered,
    AddressFacts,
    AddressInUse,
    AddressRestored,
)
from mamis.accounts.models import AddressChange, SignInName, User
from mamis.accounts.operations.sign_in import confirm_password
from mamis.accounts.operations.users import NameTaken, set_sign_in_names
from mamis.accounts.operations.words import in_words
from mamis.accounts.rules import Purpose
from mamis.mail.outbox import post


class AddressLinkDead(Exception):
    """リンクの時間が過ぎたか、もう使われたか、止められたか、写し間違えている。"""

    def __init__(self) -> None:
        super().__init__("このリンクは使えません。")


class SameAddress(Exception):
    """いまと同じアドレスである。"""

    def __init__(self) -> None:
        super().__init__("いまのメールアドレスと同じです。新しいメールアドレスを入力してください。")


class TooManyChanges(Exception):
    """申込みが続いた。"""

    def __init__(self) -> None:
        super().__init__(f"変更の申込みは、1 時間に {rules.CHANGES_AN_HOUR} 回までです。時間をおいてお試しください。")


@transaction.atomic
def ask_for_address(user: User, purpose: Purpose, new_address: str, *, at: datetime) -> AddressChange:
    """変更を申し込む。まだ何も変わらず、新旧のアドレスにメールが出る。

    新しいアドレスがほかの方のものでも、同じ行を書き、同じ数のメールを預け、同じに答える。前の申込みは、もう使えない。
    """
    User.objects.select_for_update().only("pk").get(pk=user.pk)
    old_address = _address_of(user, purpose)
    if new_address == old_address:
        raise SameAddress
    if queries.changes_since(user, at - rules.CHANGES_WINDOW).count() >= rules.CHANGES_AN_HOUR:
        raise TooManyChanges
    queries.unused_changes(user, purpose).update(stopped_at=at)
    change = AddressChange.objects.create(
        user=user, purpose=purpose, old_address=old_address, new_address=new_address, asked_at=at
    )
    owner = policy.known_by(new_address).exclude(pk=user.pk).first() if purpose == Purpose.SIGN_IN else None
    facts = _facts(change, at, owner_id=owner.pk if owner else None)
    for mail in (AddressConfirmationOffered, AddressInUse, AddressChangeAsked):
        post(mail(facts), at=at)
    return change


def ask_with_password(
    user: User, purpose: Purpose, new_address: str, *, password: str, address: str, at: datetime
) -> AddressChange:
    """いまのパスワードを確かめてから、変更を申し込む。誤りは、ログインと同じように数える。"""
    confirm_password(user, password, address=address, at=at)
    return ask_for_address(user, purpose, new_address, at=at)


def open_confirmation(key: str, *, at: datetime) -> AddressChange:
    """新しいアドレスに届いたリンクの、まだ使える申込み。"""
    return _confirmable(_change(key), key, at)


@transaction.atomic
def confirm_address(key: str, *, at: datetime) -> AddressChange:
    """新しいアドレスに届いたリンクを使い、アドレスを変える。一度だけ使える。"""
    change = _confirmable(_locked(key), key, at)
    _set_address(change.user, change.purpose, change.new_address)
    change.confirmed_at = at
    change.save(update_fields=["confirmed_at"])
    post(AddressChanged(_facts(change, at)), at=at)
    return change


def open_stop(key: str, *, at: datetime) -> AddressChange:
    """前のアドレスに届いたリンクの、まだ止められる申込み。"""
    return _stoppable(_change(key), key, at)


@transaction.atomic
def stop_address_change(key: str, *, at: datetime) -> AddressChange:
    """前のアドレスに届いたリンクを使い、申込みを止めるか、変わったアドレスを元に戻す。

    ログイン用を元に戻すときは、パスワードを知られたとみて使えなくし、ログインをすべて終える。
    """
    change = _stoppable(_locked(key), key, at)
    if change.confirmed_at is not None:
        _set_address(change.user, change.purpose, change.old_address)
        if change.purpose == Purpose.SIGN_IN:
            change.user.set_unusable_password()
            change.user.save(update_fields=["password"])
    change.stopped_at = at
    change.save(update_fields=["stopped_at"])
    post(AddressRestored(_facts(change, at)), at=at)
    return change


def confirm_key(change: AddressChange) -> str:
    """申込みと、いまのパスワードとアドレスに結びついた鍵。どれかが変われば、使えなくなる。"""
    user = change.user
    sealed = (change.purpose, change.new_address, str(change.asked_at.timestamp()), user.password, user.email)
    return _key("confirm", change, *sealed)


def stop_key(change: AddressChange) -> str:
    """申込みに結びついた鍵。パスワードが変わっても使える。"""
    return _key("stop", change, change.purpose, change.new_address, str(change.asked_at.timestamp()))


def _key(act: str, change: AddressChange, *sealed: str) -> str:
    text = "|".join((act, str(change.pk), str(change.user_id), *sealed))
    return f"{change.pk}-{salted_hmac('mamis.accounts.address', text, algorithm='sha256').hexdigest()}"


def _change(key: str) -> AddressChange | None:
    number = key.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 12):
        return None
    return queries.change_numbered(int(number))


def _locked(key: str) -> AddressChange | None:
    """鍵で押さえ、読み直した申込み。利用者の行から押さえる。"""
    found = _change(key)
    if found is None:
        return None
    User.objects.select_for_update().only("pk").get(pk=found.user_id)
    return queries.change_numbered(found.pk)


def _confirmable(change: AddressChange | None, key: str, at: datetime) -> AddressChange:
    if change is None or not constant_time_compare(key, confirm_key(change)):
        raise AddressLinkDead
    is_used = change.confirmed_at is not None or change.stopped_at is not None
    if is_used or not change.user.is_active or not rules.may_confirm(asked_at=change.asked_at, at=at):
        raise AddressLinkDead
    if _address_of(change.user, change.purpose) != change.old_address:
        raise AddressLinkDead
    return change


def _stoppable(change: AddressChange | None, key: str, at: datetime) -> AddressChange:
    if change is None or not constant_time_compare(key, stop_key(change)) or change.stopped_at is not None:
        raise AddressLinkDead
    if not rules.may_stop(asked_at=change.asked_at, confirmed_at=change.confirmed_at, at=at):
        raise AddressLinkDead
    if change.confirmed_at is not None and _address_of(change.user, change.purpose) != change.new_address:
        raise AddressLinkDead
    return change


def _address_of(user: User, purpose: str) -> str:
    if purpose == Purpose.SIGN_IN:
        return user.email
    return str(_contact("of")(user))


def _set_address(user: User, purpose: str, address: str) -> None:
    """アドレスを書き換える。ほかの方がログインに使いはじめていれば、リンクは使えない。"""
    with pghistory.context(user=user.pk, user_name=user.name):
        if purpose == Purpose.CONTACT:
            _contact("set")(user, address)
            return
        try:
            set_sign_in_names(user, {SignInName.Kind.EMAIL: address})
        except NameTaken as error:
            raise AddressLinkDead from error


def _contact(act: str) -> Any:
    """登録メールアドレスは、上の部屋が持つ。設定 CONTACT_ADDRESS の関数に任せる。"""
    return import_string(settings.CONTACT_ADDRESS[act])


def _facts(change: AddressChange, at: datetime, *, owner_id: int | None = None) -> AddressFacts:
    return AddressFacts(
        user_id=change.user_id,
        purpose=rules.PURPOSES[Purpose(change.purpose)],
        old_address=change.old_address,
        new_address=change.new_address,
        owner_id=owner_id,
        when=in_words(at),
        confirm_path=reverse("address_confirmation", args=[confirm_key(change)]),
        stop_path=reverse("address_stop", args=[stop_key(change)]),
        reset_path=reverse("account_reset_password"),
        hours=int(rules.CONFIRMED_WITHIN.total_seconds() // 3600),
        days=rules.RESTORED_WITHIN.days,
    )
