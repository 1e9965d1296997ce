"""何人もの医師を、一度に書くこと。データの取り込みが使う。"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from mamis.doctors.models import Doctor, Facility, Workplace
from mamis.doctors.operations.facilities import FacilityFacts, register_facilities
from mamis.doctors.operations.records import search_name


@transaction.atomic
def amend_doctor(doctor: Doctor, facts: Mapping[str, Any]) -> None:
    """医師の事実を書き改める。氏名が変われば、検索のための写しも改める。"""
    for name, value in facts.items():
        setattr(doctor, name, value)
    doctor.search_name = search_name(doctor)
    doctor.save(update_fields=[*facts, "search_name"])


@dataclass(frozen=True)
class WorkEntry:
    """主たる施設の名と所在地、いつからか。"""

    name: str
    prefecture_id: str
    from_on: date
    address: str = ""


@transaction.atomic
def begin_works(entries: Sequence[tuple[Doctor, WorkEntry]]) -> None:
    """何人もの主たる施設を、一度に決める。前の主たる施設はその日に終わる。同じ都道府県の同じ名の施設がなければ、施設も書く。"""
    names = {entry.name for _, entry in entries}
    live = Facility.objects.filter(name__in=names, merged_into=None).order_by("-pk")
    facilities = {(one.prefecture_id, one.name): one for one in live}
    wanted = {(one.prefecture_id, one.name): one for _, one in entries}
    made = register_facilities(
        [
            FacilityFacts(one.name, one.prefecture_id, address=one.address)
            for place, one in wanted.items()
            if place not in facilities
        ]
    )
    facilities |= {(one.prefecture_id, one.name): one for one in made}
    working = Workplace.objects.filter(doctor__in=[doctor for doctor, _ in entries], is_main=True, until_on=None)
    began = {doctor.pk: entry.from_on for doctor, entry in entries}
    for former in working:
        former.until_on = began[former.doctor_id]
        former.save(update_fields=["until_on"])
    Workplace.objects.bulk_create(
        Workplace(doctor=doctor, facility=facilities[one.prefecture_id, one.name], is_main=True, from_on=one.from_on)
        for doctor, one in entries
    )
