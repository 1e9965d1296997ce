"""事務局の人を任じ、役割を変え、務めを終える。"""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from mamis.accounts.models import User
from mamis.associations import policy
from mamis.associations.mails import AdministratorFacts, AdministratorGranted
from mamis.associations.models import Association, Staff
from mamis.associations.operations.delegations import end_delegation_for
from mamis.associations.operations.recording import locked, recorded_as
from mamis.associations.rules import Role
from mamis.mail.base import Recipient
from mamis.mail.outbox import post


class LastAdministrator(Exception):
    """ほかに管理者がいない。"""

    def __init__(self) -> None:
        super().__init__("ほかに管理者がいません。先に、ほかの方を管理者にしてください。")


@transaction.atomic
def appoint(user: User, association: Association, role: Role, *, at: datetime, by: Staff | None = None) -> Staff:
    """事務局の人にする。すでに務めていれば、役割を上げることだけがある。"""
    locked(association)
    staff = Staff.objects.filter(user=user, association=association, ended_at=None).first()
    was = Role(staff.role) if staff else None
    with recorded_as(by):
        if staff is None:
            staff = Staff.objects.create(user=user, association=association, role=role, since_on=localdate(at))
        elif staff.role < role:
            staff.role = role
            staff.save(update_fields=("role",))
    _tell_of_administrator(staff, was, by=by, at=at)
    if staff.role == Role.ADMIN:
        end_delegation_for(staff, at=at)
    return staff


@transaction.atomic
def change_role(staff: Staff, role: Role, *, by: Staff, at: datetime) -> Staff:
    """役割を変える。次の操作から効く。最後の管理者は、一般にも閲覧にもできない。"""
    staff = _in_hand(staff, by)
    was = Role(staff.role)
    if role != Role.ADMIN:
        _require_another_administrator(staff)
    with recorded_as(by):
        staff.role = role
        staff.save(update_fields=("role",))
    _tell_of_administrator(staff, was, by=by, at=at)
    return staff


@transaction.atomic
def dismiss(staff: Staff, *, by: Staff, at: datetime) -> Staff:
    """務めを終える。開いている画面も、次の操作から断られる。二度目は何も変えない。"""
    staff = _in_hand(staff, by)
    if staff.ended_at is None:
        _require_another_administrator(staff)
        with recorded_as(by):
            staff.ended_at = at
            staff.save(update_fields=("ended_at",))
    return staff


def _in_hand(staff: Staff, by: Staff) -> Staff:
    """医師会の行を押さえてから、する人がいまも管理者かを確かめる。二人が互いを外し合っても、一人は残る。"""
    locked(staff.association)
    policy.require_on_duty(by, Role.ADMIN, own=True)
    return Staff.objects.select_for_update(of=("self",)).select_related("association", "user").get(pk=staff.pk)


def _require_another_administrator(staff: Staff) -> None:
    others = policy.administrators(staff.association).exclude(pk=staff.pk)
    if staff.role == Role.ADMIN and not others.exists():
        raise LastAdministrator


def _tell_of_administrator(staff: Staff, was: Role | None, *, by: Staff | None, at: datetime) -> None:
    """新しく管理者になった人がいることを、ほかの管理者と、会員管理用の通知先に知らせる。"""
    if staff.role != Role.ADMIN or was == Role.ADMIN:
        return
    association = staff.association
    others = policy.administrators(association).exclude(pk=staff.pk).exclude(user__email="")
    told = [Recipient(other.user.email, user_id=other.user_id, association_id=association.pk) for other in others]
    if association.member_address:
        told.append(Recipient(association.member_address, association_id=association.pk))
    facts = AdministratorFacts(
        responsible_association_id=association.pk,
        association_name=association.name,
        association_code=association.code,
        administrator_name=staff.user.name,
        by_name=by.signature if by else "システムを動かしている担当者",
        told=tuple(told),
    )
    post(AdministratorGranted(facts), at=at)
