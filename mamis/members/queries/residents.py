"""研修医の名簿の一行を確かめ、入会の確認のお願いにする。

医師の記録も在籍も、まだ書かない。ご本人が確かめたときに、名簿のとおりの入会の届出になる（ADR 0070）。
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from mamis.associations.models import Association, Category
from mamis.associations.queries import selectable_categories
from mamis.doctors.models import Facility, Licence
from mamis.doctors.queries import with_names
from mamis.doctors.rules import Identity, Register, is_same_person
from mamis.japanese.calendar import plain_date
from mamis.japanese.folding import digits, fold, to_half_width_ascii
from mamis.members.models import ImportRow
from mamis.members.queries.comparing import (
    NOT_CONFIRMED,
    NUMBER,
    Office,
    Plan,
    arrange_person,
    holders,
    planned,
    refuse_doubles,
)
from mamis.members.rules import find_category
from mamis.membership import queries as membership_queries
from mamis.membership.operations import JoiningEntry, SeatsNotAllowed
from mamis.membership.rules import Body, day_is_allowed, fault_in

FACILITY, JOINED, CATEGORY = "所属施設", "入会日", "会員区分"
# 層ごとの会員区分の列：名と見出し。下の層から。空の上の層には、入会しない。
SEATS = (
    ("category", CATEGORY),
    ("prefecture_category", "都道府県の会員区分"),
    ("national_category", "日本医師会の会員区分"),
)
NEEDED = (
    ("メールアドレス", ("mail_address",)),
    (FACILITY, ("facility",)),
    (JOINED, ("joined_on",)),
    (CATEGORY, ("category",)),
)
ALREADY_ASKED = ("入会の確認を、すでにお願いしています。", "「研修医の入会確認」で、返事のようすをご覧ください。")
ALREADY_MEMBER = (
    "すでにこの医師会の会員です。",
    "この行を消してください。会員区分が変わるときは、ご本人の届出が要ります。",
)
# 見える医師にだけ言う。ほかの医師会の会員であることは、見えていても言わない。
NOT_BY_LIST = ("この名簿からは、入会をお願いできません。", "ご本人に、マイページか紙で届け出ていただいてください。")
CLAIMED = ("この方の届出を、すでに受け付けています。", "この行を消し、届出が決まるのをお待ちください。")
TOO_FAR = ("入会日は、180 日前から一年先までの日です。", "入会日を確かめてください。")
SAME_NAME = ("同じ名の施設がいくつもあります。", "医療機関コード（10 桁）を書いてください。")
NO_SUCH_CODE = ("この医療機関コードの施設は、施設マスタにありません。", "番号を確かめるか、施設の名を書いてください。")


@dataclass
class Records:
    """この行々に要る、いまの記録。"""

    bodies: list[Association]
    shapes: dict[int, Body]
    licences: dict[tuple[str, str], Licence]
    visible: set[int]
    seated: dict[int, set[int]]
    claimed: set[int]
    asked: set[str]
    by_code: dict[str, Facility]
    by_name: dict[str, list[Facility]]
    categories: dict[date, dict[int, list[Category]]] = field(default_factory=dict)

    def offered(self, body: Association, on: date) -> list[Category]:
        """その日に選べる、その医師会の会員区分。"""
        if on not in self.categories:
            self.categories[on] = selectable_categories([one.pk for one in self.bodies], on)
        return self.categories[on][body.pk]


def plan_residents(office: Office, rows: Sequence[ImportRow]) -> list[Plan]:
    """行ごとに、お願いするか、断るかを決める。"""
    plans = planned(
        office,
        rows,
        arrange=lambda plan: arrange_person(plan, NEEDED),
        records=partial(_records, office),
        decide=partial(_decide, office),
    )
    refuse_doubles(office, plans, "同じ医籍登録番号")
    return plans


def _records(office: Office, plans: Sequence[Plan]) -> Records:
    bodies = _bodies(office.association)
    licences = holders(plan.key for plan in plans if plan.key)
    doctors = {licence.doctor_id for licence in licences.values()}
    places = [plan.values["facility"] for plan in plans if "facility" in plan.values]
    live = Facility.objects.filter(merged_into=None)
    by_name: dict[str, list[Facility]] = {}
    for one in with_names(live.filter(prefecture_id=office.association.prefecture_id), {fold(one) for one in places}):
        by_name.setdefault(fold(one.name), []).append(one)
    return Records(
        bodies=bodies,
        shapes=membership_queries.bodies([office.association.pk]),
        licences=licences,
        visible=set(office.visible.filter(pk__in=doctors).values_list("pk", flat=True)),
        seated=membership_queries.seated(doctors, office.on),
        claimed=membership_queries.claimed(doctors, [one.pk for one in bodies]),
        asked=membership_queries.asked_numbers(office.association.pk, {plan.key for plan in plans if plan.key}),
        by_code={one.code: one for one in live.filter(code__in={_code_in(one) for one in places} - {""})},
        by_name=by_name,
    )


def _bodies(association: Association) -> list[Association]:
    """この医師会と、その上の医師会。下の層から。"""
    prefecture = association.parent
    national = prefecture.parent if prefecture else None
    return [one for one in (association, prefecture, national) if one]


def _code_in(written: str) -> str:
    """医療機関コードとして書かれていれば、十桁の番号。頭の零は補う。名なら空。"""
    plain = to_half_width_ascii(written).strip()
    code = digits(plain)
    return code.zfill(10) if re.fullmatch(r"[0-9\- ]+", plain) and len(code) in (9, 10) else ""


def _decide(office: Office, plan: Plan, records: Records) -> None:
    values = plan.values
    if not day_is_allowed(values["joined_on"], office.on):
        plan.refuse(JOINED, plain_date(values["joined_on"]), *TOO_FAR)
    doctor = _doctor_id(office, plan, records)
    facility = _facility(plan, records)
    seats = _seats(plan, records)
    if plan.problems:
        return
    names = ("number", "family_name", "given_name", "family_kana", "given_kana", "birth_on", "mail_address")
    optional = {name: values[name] for name in ("registered_on", "sex") if name in values}
    plan.deeds["joining"] = JoiningEntry(
        **{name: values[name] for name in names},
        **optional,
        joined_on=values["joined_on"],
        seats={body.pk: category.pk for body, category in seats},
        facility_id=facility.pk if facility else None,
        unlisted_name="" if facility else values["facility"],
        doctor_id=doctor,
    )
    plan.is_new = True
    words = "、".join(f"{body.name} {category.label}" for body, category in seats)
    plan.change("入会", "", f"{words}　{plain_date(values['joined_on'])}から")
    plan.change(FACILITY, "", facility.name if facility else f"{values['facility']}（未定の施設）")
    plan.change("お願いの宛先", "", values["mail_address"])


def _doctor_id(office: Office, plan: Plan, records: Records) -> int | None:
    """番号・フリガナ・生年月日の合う記録の医師。合わない記録と、見えない医師の在籍や届出のことは、何も言わない。"""
    values = plan.values
    if plan.key in records.asked:
        plan.refuse(NUMBER, plan.key, *ALREADY_ASKED)
    licence = records.licences.get((Register.JAPANESE, plan.key))
    if licence is None:
        return None
    doctor = licence.doctor
    typed = Identity(plan.key, None, f"{values['family_kana']} {values['given_kana']}", values["birth_on"])
    held = Identity(licence.number, None, doctor.kana, doctor.birth_on)
    seats, is_claimed = records.seated.get(doctor.pk, set()), doctor.pk in records.claimed
    if not is_same_person(typed, held) or ((seats or is_claimed) and doctor.pk not in records.visible):
        plan.refuse(NUMBER, plan.key, NOT_CONFIRMED, office.way_on)
    elif office.association.pk in seats:
        plan.refuse(NUMBER, plan.key, *ALREADY_MEMBER)
    elif seats:
        plan.refuse(NUMBER, plan.key, *NOT_BY_LIST)
    elif is_claimed:
        plan.refuse(NUMBER, plan.key, *CLAIMED)
    return doctor.pk


def _facility(plan: Plan, records: Records) -> Facility | None:
    """書かれた名かコードの施設。施設マスタにない名は、未定の施設になる。"""
    written = plan.values["facility"]
    code = _code_in(written)
    if code:
        if code not in records.by_code:
            plan.refuse(FACILITY, written, *NO_SUCH_CODE)
        return records.by_code.get(code)
    same = records.by_name.get(fold(written), [])
    if len(same) > 1:
        plan.refuse(FACILITY, written, *SAME_NAME)
    return same[0] if same else None


def _seats(plan: Plan, records: Records) -> list[tuple[Association, Category]]:
    """望む在籍。会員区分の書き方は、取り込みのほかの種類と同じく問わない。"""
    found = []
    for body, (name, label) in zip(records.bodies, SEATS, strict=True):
        written = plan.values.get(name)
        if not written:
            continue
        offered = {one.pk: one for one in records.offered(body, plan.values["joined_on"])}
        chosen = find_category(written, ((one.pk, one.code, one.label) for one in offered.values()))
        if chosen is None:
            words = "」「".join(one.label for one in offered.values())
            fix = f"選べる会員区分は「{words}」です。" if words else f"{body.name}にお尋ねください。"
            plan.refuse(label, written, f"{body.name}で選べる会員区分ではありません。", fix)
        else:
            found.append((body, offered[chosen]))
    fault = fault_in({body.pk: category.pk for body, category in found}, records.shapes)
    if fault is not None and not plan.problems:
        at_fault = next(body for body in records.bodies if body.pk == fault[1])
        _, label = SEATS[1]
        plan.refuse(label, "", str(SeatsNotAllowed(fault[0], at_fault)), "会員区分の三つの列を確かめてください。")
    return found
