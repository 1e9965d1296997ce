"""二要素をなくした人の申し出、別の管理者による解除、登録し直すためのリンク。"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import int_to_base36

from mamis.accounts import policy, rules
from mamis.accounts.mails import FactorLossAsked, FactorReleaseRefused, FactorsReleased, ReleaseFacts
from mamis.accounts.models import FactorLoss, RecoveryCode, User
from mamis.accounts.operations.devices import end_other_devices
from mamis.accounts.operations.reset_links import LinkDead, number_in
from mamis.accounts.operations.tries import count_reset
from mamis.accounts.operations.words import in_words
from mamis.mail.outbox import post


class AlreadyDecided(Exception):
    """ほかの管理者が、先に決めた。"""

    def __init__(self) -> None:
        super().__init__("この申し出は、ほかの管理者が先に決めました。")


class OwnLoss(Exception):
    """なくした本人は、自分の申し出を決められない。"""

    def __init__(self) -> None:
        super().__init__("ご自身の申し出は、ほかの管理者が決めます。")


class LinkNeeded(Exception):
    """解除のあとの登録には、本人に届いたメールのリンクが要る。"""

    def __init__(self) -> None:
        super().__init__("登録し直すには、登録メールアドレスに届いたリンクを開いてください。")


@transaction.atomic
def report_loss(user: User, reason: str, *, at: datetime) -> FactorLoss:
    """二要素をなくしたことを申し出る。すでに申し出ていれば、それを返す。本人に知らせる。"""
    user = User.objects.select_for_update().get(pk=user.pk)
    loss = policy.open_losses().filter(user=user).first()
    if loss is None:
        loss = FactorLoss.objects.create(user=user, reason=reason, asked_at=at)
        post(FactorLossAsked(_facts(loss, at)), at=at)
    return loss


@transaction.atomic
def release_factors(loss: FactorLoss, *, how: str, by: User, association: str, at: datetime) -> FactorLoss:
    """二要素を解除する。登録もログインもすべて終わり、本人には、登録し直すリンクが届く。"""
    loss = _decide(loss, how, by, association, at)
    loss.is_released = True
    loss.save()
    policy.factors_of(loss.user).delete()
    RecoveryCode.objects.filter(user=loss.user).delete()
    end_other_devices(loss.user)
    post(FactorsReleased(_facts(loss, at)), at=at)
    return loss


@transaction.atomic
def refuse_release(loss: FactorLoss, *, how: str, by: User, association: str, at: datetime) -> FactorLoss:
    """解除を断り、本人に知らせる。いまの二要素はそのまま残る。"""
    loss = _decide(loss, how, by, association, at)
    loss.closed_at = at
    loss.save()
    post(FactorReleaseRefused(_facts(loss, at)), at=at)
    return loss


@transaction.atomic
def send_enrolment_link(user: User, *, address: str, at: datetime) -> None:
    """登録し直すリンクを、もう一度、本人に届ける。続けて求めれば待ってもらう。"""
    count_reset(f"factor {user.pk}", address, at=at)
    loss = policy.released(user).first()
    if loss is not None:
        post(FactorsReleased(_facts(loss, at)), at=at)


def require_link(user: User, key: str, *, at: datetime) -> None:
    """解除のあとなら、本人に届いたリンクの鍵を持つことを確かめる。"""
    loss = policy.released(user).first()
    if loss is not None and not _opens(loss, key, at):
        raise LinkNeeded


def enrolment_key(loss: FactorLoss, at: datetime) -> str:
    """この申し出と、本人のいまのパスワードに結びついた鍵。登録し直すか、パスワードを変えると、使えなくなる。"""
    seconds = int(at.timestamp())
    sealed = "|".join((str(loss.pk), str(loss.user_id), loss.user.password, loss.user.email, str(seconds)))
    seal = salted_hmac("mamis.accounts.enrolment", sealed, algorithm="sha256").hexdigest()
    return f"{int_to_base36(loss.pk)}-{int_to_base36(seconds)}-{seal}"


def _opens(loss: FactorLoss, key: str, at: datetime) -> bool:
    try:
        made_at = datetime.fromtimestamp(number_in(key, 1), UTC)
    except LinkDead:
        return False
    return constant_time_compare(key, enrolment_key(loss, made_at)) and made_at <= at < made_at + rules.ENROLMENT_LIVES


def _decide(loss: FactorLoss, how: str, by: User, association: str, at: datetime) -> FactorLoss:
    loss = FactorLoss.objects.select_for_update().get(pk=loss.pk)
    if loss.decided_at is not None:
        raise AlreadyDecided
    if loss.user_id == by.pk:
        raise OwnLoss
    loss.decided_by, loss.decided_as, loss.how, loss.decided_at = by, association, how, at
    return loss


def _facts(loss: FactorLoss, at: datetime) -> ReleaseFacts:
    return ReleaseFacts(
        user_id=loss.user_id,
        address=loss.user.email,
        when=in_words(at),
        association_name=loss.decided_as,
        settings_path=reverse("login_settings"),
        reset_path=reverse("account_reset_password"),
        path=reverse("enrolment_link", args=[enrolment_key(loss, at)]) if loss.is_released else "",
        hours=int(rules.ENROLMENT_LIVES.total_seconds() // 3600),
    )
