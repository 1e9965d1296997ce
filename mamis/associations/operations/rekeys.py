"""管理者のいなくなった医師会に、上の医師会の二人が、新しい管理者を招く。"""

from datetime import datetime

from django.db import transaction

from mamis.associations import policy
from mamis.associations.mails import AssociationRekeyed, RekeyFacts
from mamis.associations.models import Association, Rekey, Staff
from mamis.associations.operations.invitations import invite_administrator
from mamis.associations.operations.recording import locked, recorded_as
from mamis.associations.rules import Role
from mamis.japanese.folding import fold_identifier
from mamis.mail.base import Recipient
from mamis.mail.outbox import post


class AlreadyRequested(Exception):
    """その医師会の復旧は、もう申し出られている。"""

    def __init__(self) -> None:
        super().__init__("この医師会の復旧は、すでに申し出られています。もう一人の確認を待っています。")


class NotASecondPerson(Exception):
    """申し出た人と確かめる人は、違う人でなければならない。"""

    def __init__(self) -> None:
        super().__init__("ご自身が申し出た復旧は、ほかの管理者が確認します。")


class RekeyDone(Exception):
    """その復旧は、もう確かめられたか、取り下げられている。"""

    def __init__(self) -> None:
        super().__init__("この復旧は、すでに確認されたか、取り下げられています。")


@transaction.atomic
def request_rekey(association: Association, *, address: str, reason: str, by: Staff, at: datetime) -> Rekey:
    """復旧を申し出る。まだ何も起こらない。"""
    locked(association)
    policy.require_on_duty(by, Role.CLERK)
    if Rekey.objects.filter(association=association, confirmed_at=None, declined_at=None).exists():
        raise AlreadyRequested
    with recorded_as(by):
        return Rekey.objects.create(
            association=association,
            office_id=by.association_id,
            address=fold_identifier(address),
            reason=reason,
            requested_by=by.user,
            requested_at=at,
        )


@transaction.atomic
def confirm_rekey(rekey: Rekey, *, by: Staff, at: datetime) -> Rekey:
    """もう一人が確かめ、新しい管理者を招き、その医師会の通知先といまの担当者に知らせる。"""
    rekey = _waiting(rekey)
    policy.require_on_duty(by, Role.ADMIN)
    if rekey.requested_by_id == by.user_id:
        raise NotASecondPerson
    rekey.confirmed_by, rekey.confirmed_at = by.user, at
    with recorded_as(by):
        rekey.save(update_fields=("confirmed_by", "confirmed_at"))
    invite_administrator(rekey.association, rekey.address, by=by, at=at)
    _tell(rekey, at)
    return rekey


@transaction.atomic
def decline_rekey(rekey: Rekey, *, by: Staff, at: datetime) -> Rekey:
    """確かめる前に取り下げる。"""
    rekey = _waiting(rekey)
    policy.require_on_duty(by, Role.CLERK)
    rekey.declined_by, rekey.declined_at = by.user, at
    with recorded_as(by):
        rekey.save(update_fields=("declined_by", "declined_at"))
    return rekey


def _waiting(rekey: Rekey) -> Rekey:
    """医師会の行を押さえてから、まだ待っているかを確かめる。"""
    locked(rekey.association)
    rekey = Rekey.objects.select_related("association", "office").get(pk=rekey.pk)
    if not rekey.is_waiting:
        raise RekeyDone
    return rekey


def _tell(rekey: Rekey, at: datetime) -> None:
    association = rekey.association
    addresses = dict.fromkeys(filter(None, (association.inquiry_address, association.member_address)))
    told = [Recipient(address, association_id=association.pk) for address in addresses]
    told += [
        Recipient(person.user.email, user_id=person.user_id, association_id=association.pk)
        for person in policy.colleagues(association).exclude(user__email="")
    ]
    facts = RekeyFacts(
        responsible_association_id=association.pk,
        association_name=association.name,
        association_code=association.code,
        office_name=rekey.office.name,
        telephone=rekey.office.telephone,
        told=tuple(told),
    )
    post(AssociationRekeyed(facts), at=at)
