"""担当者をメールで招き、招かれた人が承諾する。"""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36
from django.utils.timezone import localtime

from mamis.accounts import policy as account_policy
from mamis.accounts.models import User
from mamis.accounts.operations import create_user
from mamis.associations import policy, queries
from mamis.associations.mails import InvitationFacts, StaffInvited
from mamis.associations.models import Association, Invitation, Staff
from mamis.associations.operations.recording import locked, recorded_as
from mamis.associations.operations.staff import appoint
from mamis.associations.rules import INVITATION_LIVES, INVITATIONS_AN_HOUR, ROLE_LABELS, Role
from mamis.japanese.calendar import plain_date
from mamis.japanese.folding import fold_identifier
from mamis.mail.outbox import post

LONGEST_NUMBER = 12


class AlreadyInvited(Exception):
    """同じ医師会から同じアドレスへの招待が、まだ開いている。"""

    def __init__(self) -> None:
        super().__init__("このアドレスには、すでに招待を送っています。「担当者」の一覧から送り直してください。")


class AlreadyServing(Exception):
    """この医師会の担当者のアドレスである。"""

    def __init__(self) -> None:
        super().__init__("この医師会の担当者のアドレスです。役割は「担当者」の一覧から変えられます。")


class TooManyInvitations(Exception):
    """招待のメールが続いた。"""

    def __init__(self) -> None:
        super().__init__(
            f"招待のメールは、1 時間に {INVITATIONS_AN_HOUR} 通までです。時間をおいて、もう一度お試しください。"
        )


class InvitationDead(Exception):
    """時間が過ぎたか、使われたか、取り消されたか、招いた人がもう招けないか、写し間違えている。"""


@transaction.atomic
def invite(address: str, role: Role, *, by: Staff, at: datetime) -> Invitation:
    """自分の医師会に、メールで担当者を招く。

    そのアドレスの利用者がいるかどうかは、ここでは見ない。だから、招いた人への答えは言葉も時間も変わらない。
    """
    association = locked(by.association)
    address = fold_identifier(address)
    if policy.colleagues(association).filter(user__email=address).exists():
        raise AlreadyServing
    if queries.open_invitations(association).filter(address=address).exists():
        raise AlreadyInvited
    return _invite(association, address, role, by=by, at=at)


@transaction.atomic
def invite_administrator(association: Association, address: str, *, by: Staff, at: datetime) -> Invitation:
    """下の医師会に、二人で確かめた復旧の管理者を招く。そこにだれがいるかは見ず、同じアドレスの招待に代わる。"""
    association = locked(association)
    with recorded_as(by):
        queries.open_invitations(association).filter(address=address).update(cancelled_at=at, cancelled_by=by)
    return _invite(association, address, Role.ADMIN, by=by, at=at)


@transaction.atomic
def resend_invitation(invitation: Invitation, *, by: Staff, at: datetime) -> Invitation:
    """招待を送り直す。前のリンクは使えなくなり、時間ははじめから数える。送り直した人が、招いた人になる。"""
    invitation = _in_hand(invitation, by)
    invitation.sent_at, invitation.invited_by = at, by
    with recorded_as(by):
        invitation.save(update_fields=("sent_at", "invited_by"))
    _send(invitation, at)
    return invitation


@transaction.atomic
def cancel_invitation(invitation: Invitation, *, by: Staff, at: datetime) -> Invitation:
    """招待を取り消す。送ったリンクは使えなくなる。"""
    invitation = _in_hand(invitation, by)
    invitation.cancelled_at, invitation.cancelled_by = at, by
    with recorded_as(by):
        invitation.save(update_fields=("cancelled_at", "cancelled_by"))
    return invitation


# 招かれた人


def opened_invitation(key: str, *, at: datetime) -> Invitation:
    """リンクの招待。使えないリンクは InvitationDead。"""
    found = Invitation.objects.select_related("association", "invited_by__user", "invited_by__association")
    return _checked(found.filter(pk=_number(key)).first(), key, at)


def invitee_of(invitation: Invitation) -> User | None:
    """招かれたアドレスでログインする人。使用を止められた人は、承諾できない。"""
    user = account_policy.known_by(invitation.address).first()
    if user is not None and not user.is_active:
        raise InvitationDead
    return user


@transaction.atomic
def join_by_invitation(key: str, *, name: str, password: str, at: datetime) -> Staff:
    """はじめての人が、氏名とパスワードを決めて担当者になる。同時に二度使っても、通るのは一度だけ。"""
    invitation = _locked(key, at)
    user = create_user(email=invitation.address, name=name, password=password, at=at)
    return _accept(invitation, user, at)


@transaction.atomic
def accept_invitation(key: str, *, by: User, at: datetime) -> Staff:
    """すでに利用者である人が、ログインして承諾する。招かれたアドレスの人だけ。"""
    invitation = _locked(key, at)
    if invitee_of(invitation) != by:
        raise InvitationDead
    return _accept(invitation, by, at)


def invitation_key(invitation: Invitation) -> str:
    """招待の番号に、医師会と役割とアドレスと送った時刻の封をした鍵。どこにも置かない。"""
    sealed = "|".join(
        str(part)
        for part in (
            invitation.pk,
            invitation.association_id,
            int(invitation.role),
            invitation.address,
            f"{invitation.sent_at.timestamp():.6f}",
        )
    )
    seal = salted_hmac("mamis.associations.invitation", sealed, algorithm="sha256").hexdigest()
    return f"{int_to_base36(invitation.pk)}-{seal}"


def _invite(association: Association, address: str, role: Role, *, by: Staff, at: datetime) -> Invitation:
    policy.require_on_duty(by, Role.ADMIN, own=True)
    with recorded_as(by):
        invitation = Invitation.objects.create(
            association=association, role=role, address=address, invited_by=by, invited_at=at, sent_at=at
        )
    _send(invitation, at)
    return invitation


def _accept(invitation: Invitation, user: User, at: datetime) -> Staff:
    staff = appoint(user, invitation.association, Role(invitation.role), at=at, by=invitation.invited_by)
    invitation.accepted_at, invitation.accepted_as = at, staff
    with recorded_as(invitation.invited_by):
        invitation.save(update_fields=("accepted_at", "accepted_as"))
    return staff


def _locked(key: str, at: datetime) -> Invitation:
    """鍵で押さえた招待。医師会、招待の順に押さえる。"""
    locked(opened_invitation(key, at=at).association)
    return opened_invitation(key, at=at)


def _in_hand(invitation: Invitation, by: Staff) -> Invitation:
    """医師会の行を押さえてから、招待がまだ開いているかを、その人の見える範囲でもう一度確かめる。"""
    locked(invitation.association)
    found = (
        policy.invitations_manageable_by(policy.require_on_duty(by, Role.ADMIN, own=True))
        .filter(pk=invitation.pk)
        .first()
    )
    if found is None:
        raise InvitationDead
    return found


def _send(invitation: Invitation, at: datetime) -> None:
    association = invitation.association
    if queries.invitations_within_hour(association, at) >= INVITATIONS_AN_HOUR:
        raise TooManyInvitations
    until = localtime(at + INVITATION_LIVES)
    facts = InvitationFacts(
        responsible_association_id=association.pk,
        association_name=association.name,
        telephone=association.telephone,
        role_label=ROLE_LABELS[Role(invitation.role)],
        address=invitation.address,
        by_name=invitation.invited_by.user.name,
        by_association=invitation.invited_by.association.name,
        path=reverse("invitation_link", args=[invitation_key(invitation)]),
        until=f"{plain_date(until.date())} {until.hour}時{until.minute:02}分",
        hours=int(INVITATION_LIVES.total_seconds() // 3600),
    )
    post(StaffInvited(facts), at=at)


def _checked(invitation: Invitation | None, key: str, at: datetime) -> Invitation:
    if invitation is None or not constant_time_compare(key, invitation_key(invitation)):
        raise InvitationDead
    if not invitation.is_open or not invitation.sent_at <= at < invitation.expires_at:
        raise InvitationDead
    # 招いた人が務めを終えたか、管理者でなくなっていれば、招待も効かない。
    if not policy.is_on_duty(invitation.invited_by, Role.ADMIN):
        raise InvitationDead
    return invitation


def _number(key: str) -> int:
    """鍵の中の番号。読めない鍵は使えない鍵。"""
    number = key.partition("-")[0]
    if not (number.isascii() and number.isalnum() and len(number) <= LONGEST_NUMBER):
        raise InvitationDead
    return base36_to_int(number)
