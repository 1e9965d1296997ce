"""自宅の連絡先を、医師が変える。すぐに変わり、在籍する医師会に知らせる。"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from mamis.doctors.models import Doctor
from mamis.doctors.operations import amend_doctor, lock
from mamis.mail.outbox import post
from mamis.membership import queries
from mamis.membership.mails import ContactChanged, ContactFacts
from mamis.membership.models import ContactChange
from mamis.membership.operations.refusals import NothingChanges
from mamis.membership.rules import CONTACT_FACTS
from mamis.workflow.table import PageIsStale


@transaction.atomic
def change_contact(doctor: Doctor, facts: Mapping[str, str], *, seen: str, at: datetime) -> ContactChange:
    """連絡先を書き改める。開いた画面のあとに変わっていれば PageIsStale、何も変わらなければ NothingChanges。"""
    lock(doctor)
    if seen != queries.register_seen(doctor, CONTACT_FACTS):
        raise PageIsStale
    before = queries.facts_of(doctor, facts)
    after = {name: value for name, value in facts.items() if value != before[name]}
    if not after:
        raise NothingChanges
    amend_doctor(doctor, {name: value or (None if name.endswith("_id") else "") for name, value in after.items()})
    change = ContactChange.objects.create(
        doctor=doctor, changed_at=at, facts_before={name: before[name] for name in after}, facts_after=after
    )
    for association in queries.associations_of(doctor, localdate(at)):
        told = ContactFacts(
            about_doctor_id=doctor.pk,
            responsible_association_id=association.pk,
            association_name=association.name,
            association_code=association.code,
            association_address=association.member_address,
        )
        post(ContactChanged(told), at=at)
    return change
