"""代理を頼み、引き受け、期限を延ばし、終える。"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.timezone import localdate

from mamis.accounts import policy as accounts_policy
from mamis.accounts.models import User
from mamis.accounts.operations import create_user
from mamis.doctors import policy, queries
from mamis.doctors.mails import (
    DelegateAccepted,
    DelegateEnded,
    DelegateGaveUp,
    DelegateInvited,
    DelegationFacts,
)
from mamis.doctors.models import DelegateDeed, Delegation, Doctor
from mamis.doctors.rules import DELEGATE_LINK_LIVES, LONGEST_DELEGATION, MOST_INVITED_A_DAY, Deed, Relation
from mamis.japanese.calendar import plain_date
from mamis.mail.outbox import post


class DelegateLinkDead(Exception):
    """リンクの時間が過ぎたか、もう使われたか、先生が取りやめたか、写し間違えている。"""

    def __init__(self) -> None:
        super().__init__("このリンクは使えません。先生に、もう一度お頼みくださるようお伝えください。")


class NotOneself(Exception):
    """自分の代理にはなれない。"""

    def __init__(self) -> None:
        super().__init__("先生ご自身は、ご自分の代理になれません。")


class AlreadyDelegate(Exception):
    """その人は、もうこの先生の代理である。"""

    def __init__(self) -> None:
        super().__init__("すでに、この先生の代理を引き受けています。")


class BadEnd(Exception):
    """期限が、明日から一年のあいだにない。"""

    def __init__(self, on: date) -> None:
        last = plain_date(on + LONGEST_DELEGATION - timedelta(days=1))
        super().__init__(f"期限は、今日から一年以内（{last}まで）の日にしてください。")


class TooManyInvited(Exception):
    """一日に頼める数を超えた。"""

    def __init__(self) -> None:
        super().__init__(f"一日に頼めるのは {MOST_INVITED_A_DAY} 人までです。あす、もう一度お試しください。")


class AccountExists(Exception):
    """そのメールアドレスの人は、もうログインを持っている。"""

    def __init__(self) -> None:
        super().__init__("このメールアドレスのログインがあります。ログインしてから、お引き受けください。")


@transaction.atomic
def invite_delegate(
    doctor: Doctor,
    *,
    name: str,
    relation: Relation,
    mail_address: str,
    may_submit: bool,
    last_on: date,
    at: datetime,
) -> Delegation:
    """代理を頼む。相手にログインがあるかどうかは、先生には分からない。last_on は、できる最後の日。"""
    if doctor.user is not None and mail_address == doctor.user.email:
        raise NotOneself
    Doctor.objects.select_for_update().only("pk").get(pk=doctor.pk)
    if queries.invited_since(doctor, at - timedelta(days=1)) >= MOST_INVITED_A_DAY:
        raise TooManyInvited
    day = localdate(at)
    delegation = Delegation.objects.create(
        doctor=doctor,
        name=name,
        relation=relation,
        mail_address=mail_address,
        may_submit=may_submit,
        invited_at=at,
        set_on=day,
        until_on=_end(last_on, day),
    )
    path = reverse("delegation_link", args=[delegate_key(delegation)])
    post(DelegateInvited(_facts(delegation, path)), at=at)
    return delegation


def open_delegation(key: str, *, at: datetime) -> Delegation:
    """そのリンクの、まだ引き受けられる代理。"""
    number = key.partition("-")[0]
    is_number = number.isascii() and number.isdigit() and len(number) < 12
    delegation = queries.delegation_numbered(int(number)) if is_number else None
    if delegation is None or not constant_time_compare(key, delegate_key(delegation)):
        raise DelegateLinkDead
    if not delegation.invited_at <= at < delegation.link_ends_at or delegation.until_on <= localdate(at):
        raise DelegateLinkDead
    return delegation


@transaction.atomic
def accept_delegation(key: str, *, by: User, at: datetime) -> Delegation:
    """ログインしている人が、代理を引き受ける。一度だけ使える。"""
    delegation = _locked(key, at)
    if delegation.doctor.user_id == by.pk:
        raise NotOneself
    if policy.delegations_of(delegation.doctor).filter(user=by).exists():
        raise AlreadyDelegate
    delegation.user, delegation.accepted_at = by, at
    delegation.save(update_fields=["user", "accepted_at"])
    post(DelegateAccepted(_facts(delegation, reverse("mypage_delegates"))), at=at)
    return delegation


@transaction.atomic
def accept_as_newcomer(key: str, *, name: str, password: str, at: datetime) -> Delegation:
    """ログインのない人が、氏名とパスワードを決めて、代理を引き受ける。メールアドレスは、招かれたものになる。"""
    delegation = _locked(key, at)
    if has_account(delegation):
        raise AccountExists
    user = create_user(email=delegation.mail_address, name=name, password=password, at=at)
    return accept_delegation(key, by=user, at=at)


def has_account(delegation: Delegation) -> bool:
    """招いたメールアドレスの人が、もうログインを持っているか。リンクを開いた人にだけ分かる。"""
    return accounts_policy.known_by(delegation.mail_address).exists()


@transaction.atomic
def renew_delegation(delegation: Delegation, *, may_submit: bool, last_on: date, at: datetime) -> Delegation:
    """期限と、申請してよいかを決め直す。"""
    day = localdate(at)
    delegation.may_submit, delegation.set_on, delegation.until_on = may_submit, day, _end(last_on, day)
    delegation.save(update_fields=["may_submit", "set_on", "until_on"])
    return delegation


@transaction.atomic
def end_delegation(delegation: Delegation, *, at: datetime) -> Delegation:
    """頼んだ先生が、代理を終える。その人の次の操作から、断られる。"""
    if _end_once(delegation, at):
        post(DelegateEnded(_facts(delegation, "")), at=at)
    return delegation


@transaction.atomic
def give_up_delegation(delegation: Delegation, *, at: datetime) -> Delegation:
    """引き受けた人が、代理をやめる。頼んだ先生に知らせる。"""
    if _end_once(delegation, at):
        post(DelegateGaveUp(_facts(delegation, reverse("mypage_delegates"))), at=at)
    return delegation


def note_deed(delegation: Delegation, deed: Deed, *, about: str, at: datetime) -> None:
    """代理の人がしたことを、先生に見えるところに残す。下書きを書いたことは、一日に一行でよい。"""
    if deed == Deed.WROTE and queries.has_written(delegation, localdate(at), about):
        return
    DelegateDeed.objects.create(delegation=delegation, deed=deed, about=about, at=at)


def _end_once(delegation: Delegation, at: datetime) -> bool:
    """まだ終わっていなければ終える。二度押しても、知らせるのは一度である。"""
    delegation.ended_at = at
    return Delegation.objects.filter(pk=delegation.pk, ended_at=None).update(ended_at=at) == 1


def delegate_key(delegation: Delegation) -> str:
    """招いた先と日時に結びついた鍵。"""
    text = "|".join((str(delegation.pk), delegation.mail_address, str(delegation.invited_at.timestamp())))
    return f"{delegation.pk}-{salted_hmac('mamis.doctors.delegate', text, algorithm='sha256').hexdigest()}"


def _locked(key: str, at: datetime) -> Delegation:
    """鍵で押さえ、もう一度確かめた代理。二つの画面で同時に引き受けても、一度だけである。"""
    Doctor.objects.select_for_update().only("pk").get(pk=open_delegation(key, at=at).doctor_id)
    return open_delegation(key, at=at)


def _end(last_on: date, day: date) -> date:
    """できる最後の日の、次の日。"""
    until_on = last_on + timedelta(days=1)
    if not day < until_on <= day + LONGEST_DELEGATION:
        raise BadEnd(day)
    return until_on


def _facts(delegation: Delegation, path: str) -> DelegationFacts:
    doctor, user = delegation.doctor, delegation.user
    return DelegationFacts(
        about_doctor_id=doctor.pk,
        doctor_name=doctor.name,
        doctor_address=doctor.contact_address,
        doctor_user_id=doctor.user_id,
        delegate_name=user.name if user else delegation.name,
        delegate_address=user.email if user else delegation.mail_address,
        delegate_user_id=delegation.user_id,
        until=plain_date(delegation.until_on - timedelta(days=1)),
        path=path,
        hours=int(DELEGATE_LINK_LIVES.total_seconds() // 3600),
    )
