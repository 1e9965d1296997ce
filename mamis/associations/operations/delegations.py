"""担当者のいない郡市区等医師会の事務を、都道府県医師会が代行する。"""

from datetime import datetime

from django.db import transaction

from mamis.accounts.models import User
from mamis.associations import policy
from mamis.associations.mails import DelegationBegun, DelegationEnded, DelegationFacts
from mamis.associations.models import Association, Delegation, Staff
from mamis.associations.operations.recording import locked, recorded_as
from mamis.associations.rules import Role
from mamis.mail.base import Recipient
from mamis.mail.outbox import post


class HasOwnStaff(Exception):
    """その医師会には担当者がいるか、もう代行されている。"""

    def __init__(self) -> None:
        super().__init__("この医師会には担当者がいるか、すでに代行しています。画面を開き直してください。")


@transaction.atomic
def begin_delegation(association: Association, *, by: Staff, at: datetime) -> Delegation:
    """代行を始める。担当者が一人でもいれば始められない。"""
    locked(association)
    policy.require_on_duty(by, Role.ADMIN, own=True)
    if not policy.delegable_by(by).filter(pk=association.pk).exists():
        raise HasOwnStaff
    with recorded_as(by):
        delegation = Delegation.objects.create(
            association=association, office=by.association, begun_by=by.user, begun_at=at
        )
    post(DelegationBegun(_facts(delegation)), at=at)
    return delegation


@transaction.atomic
def end_delegation(delegation: Delegation, *, by: Staff, at: datetime) -> Delegation:
    """代行を終える。開いている画面も、次の操作から断られる。二度目は何も変えない。"""
    locked(delegation.association)
    policy.require_on_duty(by, Role.ADMIN, own=True)
    found = policy.delegations_endable_by(by).filter(pk=delegation.pk).first()
    return _end(found, by.user, at, by=by) if found else delegation


def end_delegation_for(administrator: Staff, *, at: datetime) -> None:
    """自分の管理者ができたので、代行は終わる。"""
    held = Delegation.objects.select_related("association", "office")
    delegation = held.filter(association_id=administrator.association_id, ended_at=None).first()
    if delegation is not None:
        delegation.has_own_administrator = True
        _end(delegation, administrator.user, at, by=administrator)


def _end(delegation: Delegation, user: User, at: datetime, *, by: Staff) -> Delegation:
    delegation.ended_by, delegation.ended_at = user, at
    with recorded_as(by):
        delegation.save(update_fields=("ended_by", "ended_at", "has_own_administrator"))
    post(DelegationEnded(_facts(delegation)), at=at)
    return delegation


def _facts(delegation: Delegation) -> DelegationFacts:
    association, office = delegation.association, delegation.office
    addresses = dict.fromkeys(filter(None, (association.inquiry_address, association.member_address)))
    return DelegationFacts(
        responsible_association_id=association.pk,
        association_name=association.name,
        office_name=office.name,
        telephone=office.telephone,
        has_own_administrator=delegation.has_own_administrator,
        told=tuple(Recipient(address, association_id=association.pk) for address in addresses),
    )
