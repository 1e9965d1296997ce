"""医師の登録と、医師会に見えるようにすること。"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from mamis.associations.models import Association
from mamis.doctors.models import Doctor, Facility, Licence, Sight, Workplace
from mamis.doctors.rules import Ground, Register
from mamis.japanese.folding import fold


@dataclass(frozen=True)
class DoctorFacts:
    """医師として登録すること。"""

    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    licence_number: str
    registered_on: date | None = None
    register: Register = Register.JAPANESE
    sex: str = ""
    birth_on: date | None = None
    member_no: str = ""
    contact_address: str = ""
    telephone: str = ""
    postcode: str = ""
    home_prefecture_code: str | None = None
    address: str = ""
    user_id: int | None = None


def register_doctor(facts: DoctorFacts) -> Doctor:
    """医師と医籍の登録を書く。"""
    return register_doctors([facts])[0]


@transaction.atomic
def register_doctors(people: Sequence[DoctorFacts]) -> list[Doctor]:
    """何人もの医師と医籍の登録を、一度に書く。"""
    doctors = Doctor.objects.bulk_create(
        Doctor(
            user_id=facts.user_id,
            family_name=facts.family_name,
            given_name=facts.given_name,
            family_kana=facts.family_kana,
            given_kana=facts.given_kana,
            search_name=search_name(facts),
            sex=facts.sex,
            birth_on=facts.birth_on,
            member_no=facts.member_no,
            contact_address=facts.contact_address,
            telephone=facts.telephone,
            postcode=facts.postcode,
            home_prefecture_id=facts.home_prefecture_code,
            address=facts.address,
        )
        for facts in people
    )
    Licence.objects.bulk_create(
        Licence(doctor=doctor, register=facts.register, number=facts.licence_number, registered_on=facts.registered_on)
        for doctor, facts in zip(doctors, people, strict=True)
    )
    return doctors


def search_name(facts: DoctorFacts | Doctor) -> str:
    """氏名とフリガナを畳んで、区切りをはさんで並べたもの。"""
    name = fold(facts.family_name + facts.given_name)
    kana = fold(facts.family_kana + facts.given_kana)
    return f"{name} {kana}"


@transaction.atomic
def begin_work(doctor: Doctor, facility: Facility, *, on: date) -> Workplace:
    """主たる施設を決める。前の主たる施設はその日に終わる。"""
    Workplace.objects.filter(doctor=doctor, is_main=True, until_on=None).update(until_on=on)
    return Workplace.objects.create(doctor=doctor, facility=facility, is_main=True, from_on=on)


def open_sight(doctor: Doctor, association: Association, *, ground: Ground, on: date) -> None:
    """その根拠で、その医師会から医師が見えるようにする。すでに見えていれば何もしない。"""
    Sight.objects.get_or_create(
        doctor=doctor, association=association, ground=ground, until_on=None, defaults={"since_on": on}
    )


def close_sight(doctor: Doctor, association: Association, *, ground: Ground, on: date) -> None:
    """その根拠がなくなった。"""
    Sight.objects.filter(doctor=doctor, association=association, ground=ground, until_on=None).update(until_on=on)
