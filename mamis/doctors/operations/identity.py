"""氏名、生年月日、性別、医籍を書き改める。前の値は、変更の履歴に残る。"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from mamis.accounts.models import SignInName, User
from mamis.accounts.operations import NameTaken, rename_user, set_sign_in_names
from mamis.doctors import queries
from mamis.doctors.models import Doctor, Licence
from mamis.doctors.operations.many import amend_doctor
from mamis.doctors.rules import Register

NUMBER, REGISTERED_ON = "licence_number", "licence_registered_on"


class LicenceTaken(Exception):
    """その医籍登録番号は、ほかの医師の記録か、ほかの方のログインにある。"""

    def __init__(self) -> None:
        super().__init__(
            "この医籍登録番号は、ほかの医師の記録にあるため、承認できません。"
            "番号の誤りなら差し戻し、記録が二重なら運営事務局にお知らせください。"
        )


@transaction.atomic
def change_identity(doctor: Doctor, facts: Mapping[str, Any], *, on: date, at: datetime) -> Doctor:
    """氏名などと医籍を書き改め、ログインに使う番号もそろえる。番号がほかの医師のものなら LicenceTaken。

    `facts` は変わるものだけ（Doctor の列の名と、licence_number、licence_registered_on）。
    """
    amend_doctor(doctor, {name: value for name, value in facts.items() if name not in (NUMBER, REGISTERED_ON)})
    if facts.keys() & {NUMBER, REGISTERED_ON}:
        _change_licence(doctor, facts, on=on)
    if doctor.user is not None and facts.keys() & {"family_name", "given_name"}:
        rename_user(doctor.user, doctor.name)
    if doctor.user is not None and NUMBER in facts:
        _follow_number(doctor.user, facts[NUMBER], at=at)
    return doctor


def _change_licence(doctor: Doctor, facts: Mapping[str, Any], *, on: date) -> None:
    """いまの医籍を書き改める。番号が変われば、前の番号は使わなくなったものとして残る（membership.md §5.1）。"""
    held = queries.current_licence(doctor)
    number = facts.get(NUMBER, held.number if held else "")
    registered_on = facts.get(REGISTERED_ON, held.registered_on if held else None)
    if queries.is_number_held(number, besides=doctor):
        raise LicenceTaken
    if held is not None and held.number != number:
        Licence.objects.filter(pk=held.pk).update(ended_on=on)
    register = held.register if held else Register.JAPANESE
    try:
        with transaction.atomic():
            # 前に使っていた番号に戻ることもある。
            Licence.objects.update_or_create(
                doctor=doctor,
                register=register,
                number=number,
                defaults={"registered_on": registered_on, "ended_on": None},
            )
    except IntegrityError as error:
        raise LicenceTaken from error


def _follow_number(user: User, number: str, *, at: datetime) -> None:
    try:
        set_sign_in_names(user, {SignInName.Kind.REGISTER_NUMBER: number}, at=at)
    except NameTaken as error:
        raise LicenceTaken from error
