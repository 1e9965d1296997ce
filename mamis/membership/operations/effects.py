"""すべてが決まった届出が、在籍、所属施設、会員情報にすること。"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.utils.timezone import localdate

from mamis.doctors.operations import Work, amend_doctor, change_identity, forget_work, move_work
from mamis.membership.models import Application, Membership, MembershipCategory, Sheet, Step
from mamis.membership.operations.refusals import DayBeforeSeat
from mamis.membership.operations.seats import (
    admit,
    change_category,
    end_seat,
    forget_seat,
    reopen_seat,
    restore_category,
)
from mamis.membership.rules import ENDINGS, Task


def take_effect(application: Application, steps: Iterable[Step], *, at: datetime) -> None:
    """異動日から、在籍を変える。取りやめなら、もとに戻す。"""
    if application.calls_off is not None:
        _undo(application.calls_off)
        return
    steps = list(steps)
    for step in steps:
        _change_seat(application, step)
    _change_facts(application, application.sheet, steps, at=at)


def _change_seat(application: Application, step: Step) -> None:
    doctor, on = application.doctor, application.effective_on
    if step.task == Task.JOIN and step.category is not None:
        admit(doctor, step.association, category=step.category, on=on)
    elif step.task in ENDINGS:
        seat = _seat(step)
        if seat.categories.latest("from_on").from_on >= on:
            raise DayBeforeSeat(step.association)
        end_seat(seat, on=on)
    elif step.category_id is not None and step.category_id != step.category_before_id:
        seat = _seat(step)
        if seat.categories.latest("from_on").from_on > on:
            raise DayBeforeSeat(step.association)
        change_category(seat, category_id=step.category_id, from_on=on)


def _seat(step: Step) -> Membership:
    """その医師会の、終わっていない在籍。"""
    return Membership.objects.select_related("doctor", "association").get(
        doctor_id=step.application.doctor_id, association_id=step.association_id, left_on=None
    )


def _change_facts(application: Application, sheet: Sheet, steps: Iterable[Step], *, at: datetime) -> None:
    doctor = application.doctor
    if sheet.work_name:
        move_work(doctor, _work(sheet, steps), on=application.effective_on, at=at)
    facts = {name: _read(name, value) for name, value in sheet.facts_after.items()}
    if application.is_profile:
        change_identity(doctor, facts, on=localdate(at), at=at)
    elif facts:
        amend_doctor(doctor, facts)


def _work(sheet: Sheet, steps: Iterable[Step]) -> Work:
    """変わったあとの所属施設：申請されたもの。医師会が改めていれば、いちばん後の段のもの。"""
    work = Work(sheet.facility_id, sheet.unlisted_name, sheet.work_prefecture_id or "", sheet.duty)
    for step in steps:
        if step.amended_facility_id:
            work = Work(step.amended_facility_id, "", "", work.duty)
        if step.amended_duty:
            work = replace(work, duty=step.amended_duty)
    return work


def _read(name: str, value: str) -> object:
    """申請書に残した文字を、列の値に。選ばないことにした都道府県と、書かれていない日は、空の文字ではなく、ない。"""
    if name.endswith("_on"):
        return date.fromisoformat(value) if value else None
    return value or (None if name.endswith("_id") else "")


def _undo(application: Application) -> None:
    """まだその日の来ていない異動を、なかったことにする。"""
    on = application.effective_on
    if application.sheet.work_name:
        forget_work(application.doctor, on=on)
    for step in application.steps.select_related("association"):
        seats = Membership.objects.filter(doctor_id=application.doctor_id, association_id=step.association_id)
        if step.task == Task.JOIN:
            forget_seat(seats.get(joined_on=on))
        elif step.task in ENDINGS:
            reopen_seat(seats.get(left_on=on))
        elif MembershipCategory.objects.filter(membership__in=seats, from_on=on).exists():
            restore_category(seats.get(left_on=None), from_on=on)
