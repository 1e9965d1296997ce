"""決めたことを書く。何百行かをまとめて書き、断られたら半分ずつに分けて、断られた行だけを除く。"""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from mamis.associations.models import Staff
from mamis.associations.operations.recording import recorded_as
from mamis.associations.rules import Role
from mamis.doctors.models import Doctor, Facility
from mamis.doctors.operations import (
    amend_doctor,
    amend_facility,
    begin_works,
    register_doctors,
    register_facilities,
)
from mamis.members.operations.traces import check_now, values_of
from mamis.members.queries import ALREADY_ASKED, NEEDS_BELOW, NOT_CONFIRMED, Office, Plan
from mamis.membership.operations import ask_to_join, change_category, correct_seat, seat_doctors
from mamis.training.operations import record_past_completions, record_past_credits

SEAT_DAYS = ("在籍の期間が、ほかの在籍と重なります。", "入会日と退会日を確かめてください。")
CATEGORY_DAYS = ("会員区分の始まりが、在籍の期間と合いません。", "会員区分の始まりを確かめてください。")
WORK_DAYS = ("勤務開始日が、いまの所属施設の始まりより前です。", "勤務開始日を確かめてください。")
FACILITY_DAYS = ("開設した日より前の、休止か廃止の日です。", "書かれている日を確かめてください。")
# データベースの守りに断られた行に言うこと。ここにない守りは、見えない記録との重なりである。
GUARDS = {
    "membership_chain": (NEEDS_BELOW, "入会日と退会日を、下の層の在籍と合わせてください。"),
    "membership_once_at_a_time": SEAT_DAYS,
    "membership_category_begins_before_end": CATEGORY_DAYS,
    "membership_category_one_at_a_time": CATEGORY_DAYS,
    "workplace_begins_before_end": WORK_DAYS,
    "workplace_one_main": WORK_DAYS,
    "joining_once_while_unanswered": ALREADY_ASKED,
    "facility_code_once": ("この医療機関コードは、ほかの施設に書かれています。", "番号を確かめてください。"),
    "facility_closes_after_opening": FACILITY_DAYS,
    "facility_suspends_after_opening": FACILITY_DAYS,
}
FACILITY = Facility._meta.label_lower


Act = Callable[[Office, Sequence[Plan], datetime], None]


def write(office: Office, plans: Sequence[Plan], act: Act, *, at: datetime) -> None:
    """行をまとめて書く。断られた行は、わけを持って「取り込めない行」になる。"""
    acting = [plan for plan in plans if plan.acts]
    if not acting:
        return
    try:
        with transaction.atomic():
            act(office, acting, at)
            check_now()
    except IntegrityError as error:
        if len(acting) == 1:
            _refuse(office, acting[0], error)
            return
        half = len(acting) // 2
        write(office, acting[:half], act, at=at)
        write(office, acting[half:], act, at=at)


def write_members(office: Office, plans: Sequence[Plan], at: datetime) -> None:
    """医師、在籍、所属施設を書く。"""
    new = [plan for plan in plans if "register" in plan.deeds]
    for plan, doctor in zip(new, register_doctors([plan.deeds["register"] for plan in new]), strict=True):
        plan.doctor = doctor
    seat_doctors([(_doctor(plan), entry) for plan in plans for entry in plan.deeds.get("seats", ())])
    for plan in plans:
        if "amend" in plan.deeds:
            amend_doctor(_doctor(plan), plan.deeds["amend"])
        if "seat" in plan.deeds:
            seat, joined_on, left_on = plan.deeds["seat"]
            correct_seat(seat, joined_on=joined_on, left_on=left_on)
        if "category" in plan.deeds:
            seat, category_id, from_on = plan.deeds["category"]
            change_category(seat, category_id=category_id, from_on=from_on)
    begin_works([(_doctor(plan), plan.deeds["work"]) for plan in plans if plan.deeds.get("work")])


def write_credits(office: Office, plans: Sequence[Plan], at: datetime) -> None:
    """過去の単位を台帳に書く。"""
    of_import = office.of_import
    lines = record_past_credits(
        [(_doctor(plan), plan.deeds["credit"]) for plan in plans],
        association_id=of_import.association_id,
        user_id=of_import.by_user_id,
        at=at,
    )
    for plan, line in zip(plans, lines, strict=True):
        plan.made = [{"table": "training.creditline", "pk": line.pk}]


def write_completions(office: Office, plans: Sequence[Plan], at: datetime) -> None:
    """過去の修了を書く。"""
    of_import = office.of_import
    written = record_past_completions(
        [(_doctor(plan), plan.deeds["completion"]) for plan in plans],
        association_id=of_import.association_id,
        user_id=of_import.by_user_id,
        at=at,
    )
    for plan, completion in zip(plans, written, strict=True):
        plan.made = [{"table": "training.pastcompletion", "pk": completion.pk}]


def write_facilities(office: Office, plans: Sequence[Plan], at: datetime) -> None:
    """施設を書く。書いたものの写しを、行に残す。"""
    new = [plan for plan in plans if "facility" in plan.deeds]
    amended = [plan for plan in plans if "amend" in plan.deeds]
    with recorded_as(_by(office)):
        made = register_facilities([plan.deeds["facility"] for plan in new])
        for plan, facility in zip(new, made, strict=True):
            plan.made = [{"table": FACILITY, "pk": facility.pk, "after": values_of(facility)}]
        for plan in amended:
            facility, facts = plan.deeds["amend"]
            before = values_of(facility)
            amend_facility(facility, facts)
            plan.made = [{"table": FACILITY, "pk": facility.pk, "before": before, "after": values_of(facility)}]


def write_residents(office: Office, plans: Sequence[Plan], at: datetime) -> None:
    """研修医の一人ずつに、入会の確認をお願いする。"""
    asked = ask_to_join(
        [plan.deeds["joining"] for plan in plans], list_number=office.of_import.number, by=_by(office), at=at
    )
    for plan, joining in zip(plans, asked, strict=True):
        plan.made = [{"table": "membership.joining", "pk": joining.pk}]


def _by(office: Office) -> Staff:
    """取り込む人の、その医師会での立場。"""
    return Staff(user=office.of_import.by_user, association=office.association, role=Role.ADMIN)


def _doctor(plan: Plan) -> Doctor:
    assert plan.doctor is not None  # noqa: S101 書く行には、いつも医師がいる
    return plan.doctor


def _refuse(office: Office, plan: Plan, error: IntegrityError) -> None:
    guard = str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", None))
    reason, fix = GUARDS.get(guard, (NOT_CONFIRMED, office.way_on))
    if "register" in plan.deeds:
        plan.doctor = None
    plan.refuse("この行", plan.who, reason, fix)
