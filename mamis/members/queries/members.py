"""会員の一行を、いまの記録と比べる。

自分の医師会の在籍だけを書く。上の層は、まだない下の層の在籍を足すこともできるが、すでにあるものは直さない。
医師その人の事実と所属施設を直すのは、窓口である郡市区等医師会だけである（ADR）。
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from mamis.associations.models import Association
from mamis.associations.rules import Tier
from mamis.doctors.models import Doctor, Licence, Workplace
from mamis.doctors.operations import DoctorFacts, WorkEntry
from mamis.doctors.rules import SEX_LABELS, Register, Sex
from mamis.japanese.calendar import plain_date
from mamis.japanese.folding import fold
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
from mamis.members.rules import covered
from mamis.membership.models import Membership
from mamis.membership.operations import SeatEntry

NEEDS_BELOW = "下の層の医師会の在籍が、入会日から退会日まで続いて見つかりません。"
NEEDS_BELOW_FIX = "先に、所属の{tier}の取り込みが要ります。{columns}の列があれば、いっしょに取り込めます。"

# 直してよい事実と、その見出し。連絡先は、ご本人が利用者登録をしていれば直さない。
AMENDED = (
    ("family_name", "姓"),
    ("given_name", "名"),
    ("sex", "性別"),
    ("birth_on", "生年月日"),
    ("member_no", "会員ID"),
    ("contact_address", "メールアドレス"),
    ("telephone", "電話"),
    ("postcode", "自宅の郵便番号"),
    ("address", "自宅の住所"),
)
CONTACTS = {"contact_address", "telephone", "postcode", "address"}
# 空のときだけ書く。お知らせの宛先は、取り込みでは替えない。
ONLY_WHEN_EMPTY = {"contact_address", "member_no", "birth_on"}


@dataclass
class Records:
    """この行々に要る、いまの記録。"""

    licences: dict[tuple[str, str], Licence]
    visible: set[int]
    known: set[int]
    seats: dict[int, list[Membership]]
    works: dict[int, Workplace]
    member_nos: set[str]


def plan_members(office: Office, rows: Sequence[ImportRow]) -> list[Plan]:
    """行ごとに、何をするかを決める。"""
    plans = planned(
        office,
        rows,
        arrange=partial(_arrange, office),
        records=partial(_records, office),
        decide=partial(_decide, office),
    )
    refuse_doubles(office, plans, "同じ医籍登録番号")
    return plans


def _arrange(office: Office, plan: Plan) -> None:
    """姓名をそろえ、空ではいけない列を確かめる。"""
    values = plan.values
    arrange_person(plan, (("入会日", ("joined_on",)), ("会員区分", ("category",))))
    if "category" in values:
        found = office.category(office.association, values["category"])
        if found is None:
            words = f"この医師会の会員区分は「{office.category_words(office.association)}」です。"
            plan.refuse("会員区分", values["category"], "この医師会にない会員区分です。", words)
        values["category_id"] = found
    joined, left = values.get("joined_on"), values.get("left_on")
    if joined and left and left <= joined:
        plan.refuse(
            "退会日", plain_date(left), "入会日より後の日ではありません。", "入会日と退会日を確かめてください。"
        )


def _records(office: Office, plans: Sequence[Plan]) -> Records:
    licences = holders(plan.key for plan in plans if plan.key)
    doctors = {licence.doctor_id for licence in licences.values()}
    seats: dict[int, list[Membership]] = {}
    for seat in (
        Membership.objects.filter(doctor__in=doctors).select_related("association").prefetch_related("categories")
    ):
        seats.setdefault(seat.doctor_id, []).append(seat)
    works = Workplace.objects.filter(doctor__in=doctors, is_main=True, until_on=None).select_related(
        "facility", "request"
    )
    asked = {plan.values["member_no"] for plan in plans if "member_no" in plan.values}
    return Records(
        licences=licences,
        visible=set(office.visible.filter(pk__in=doctors).values_list("pk", flat=True)),
        known=set(office.known.filter(pk__in=doctors).values_list("pk", flat=True)),
        seats=seats,
        works={one.doctor_id: one for one in works},
        member_nos=set(Doctor.objects.filter(member_no__in=asked).values_list("member_no", flat=True)),
    )


def _decide(office: Office, plan: Plan, records: Records) -> None:
    values = plan.values
    below = _seats_below(office, plan)
    if plan.problems:
        return
    licence = records.licences.get((values.get("register", Register.JAPANESE), values["number"]))
    own = _own_entry(office, values)
    if licence is not None:
        _compare(office, plan, licence.doctor, records, own, below)
    elif office.tier != Tier.DISTRICT and not below:
        _need_below(office, plan)
    elif values.get("member_no") in records.member_nos:
        plan.refuse(NUMBER, values["number"], NOT_CONFIRMED, office.way_on)
    else:
        _register(office, plan, [*below, own])


def _compare(
    office: Office, plan: Plan, doctor: Doctor, records: Records, own: SeatEntry, below: list[SeatEntry]
) -> None:
    """その番号の医師が、もういる。見える医師、知っている医師、下の層の会員のほかは、いるとも言わない。"""
    seats, is_visible = records.seats.get(doctor.pk, []), doctor.pk in records.visible
    agrees = _same_kana(doctor, plan.values) and doctor.birth_on in (None, plan.values["birth_on"])
    is_below = office.tier != Tier.DISTRICT and doctor.birth_on is not None and _is_beneath(office, own, seats)
    if is_visible and not agrees:
        _tell_difference(plan, doctor)
    elif agrees and (doctor.pk in records.known or is_below):
        plan.doctor = doctor
        _compare_seat(office, plan, own, below, seats)
        # 会員でなくなった医師の、その後の事実は、比べもしない。
        if office.tier == Tier.DISTRICT and is_visible:
            _compare_person(plan, doctor)
            _compare_work(office, plan, records.works.get(doctor.pk))
    elif office.tier != Tier.DISTRICT and not below:
        _need_below(office, plan)
    else:
        plan.refuse(NUMBER, plan.values["number"], NOT_CONFIRMED, office.way_on)


# 新しい医師


def _register(office: Office, plan: Plan, seats: list[SeatEntry]) -> None:
    values = plan.values
    names = [name for name, _ in AMENDED if name in values] + ["family_kana", "given_kana"]
    facts = {name: values[name] for name in names}
    plan.deeds["register"] = DoctorFacts(
        **facts,
        licence_number=values["number"],
        registered_on=values.get("registered_on"),
        register=Register(values.get("register", Register.JAPANESE)),
    )
    plan.deeds["seats"] = seats
    plan.deeds["work"] = _work_entry(office, values, values["joined_on"])
    plan.is_new = True
    plan.change("在籍", "", _seat_words(office, seats[-1]))


def _own_entry(office: Office, values: dict) -> SeatEntry:
    return SeatEntry(
        office.association.pk,
        values["category_id"],
        values["joined_on"],
        values.get("left_on"),
        values.get("category_from_on"),
    )


def _seats_below(office: Office, plan: Plan) -> list[SeatEntry]:
    """下の層の在籍。書かれていなければ空。都道府県は郡市区等を、日本医師会は両方を足せる。"""
    values, entries = plan.values, []
    for name, tier, label in (
        ("district", Tier.DISTRICT, "郡市区等医師会"),
        ("prefecture", Tier.PREFECTURE, "都道府県医師会"),
    ):
        written = values.get(name)
        if not written:
            continue
        body = office.bodies.get((tier, fold(written)))
        if body is None:
            plan.refuse(
                label, written, "この名の医師会が見つかりません。", "正式な名か、医師会コードを書いてください。"
            )
            continue
        category = office.category(body, values.get(f"{name}_category", ""))
        if category is None:
            words = f"{body.name}の会員区分は「{office.category_words(body)}」です。"
            shown = values.get(f"{name}_category", "")
            plan.refuse(f"{label}の会員区分", shown, "その医師会にない会員区分です。", words)
            continue
        joined = values.get(f"{name}_joined_on", values["joined_on"])
        entries.append(SeatEntry(body.pk, category, joined, values.get("left_on")))
    return entries


def _need_below(office: Office, plan: Plan) -> None:
    tier, columns = ("郡市区等医師会", "「郡市区等医師会」「郡市区等の会員区分」")
    if office.tier == Tier.NATIONAL:
        tier, columns = f"{tier}と都道府県医師会", f"{columns}「都道府県医師会」「都道府県の会員区分」"
    plan.refuse(NUMBER, plan.values["number"], NEEDS_BELOW, NEEDS_BELOW_FIX.format(tier=tier, columns=columns))


def _is_beneath(office: Office, own: SeatEntry, seats: Sequence[Membership]) -> bool:
    """この在籍を支える、すぐ下の層の在籍があるか。"""
    spans = [(seat.joined_on, seat.left_on) for seat in seats if seat.association.parent_id == office.association.pk]
    return covered((own.joined_on, own.left_on), spans)


# 知っている医師


def _same_kana(doctor: Doctor, values: dict) -> bool:
    return fold(doctor.family_kana + doctor.given_kana) == fold(values["family_kana"] + values["given_kana"])


def _tell_difference(plan: Plan, doctor: Doctor) -> None:
    """見えている医師なので、どこが違うかを言う。"""
    values = plan.values
    if not _same_kana(doctor, values):
        label, typed, held = "フリガナ", f"{values['family_kana']} {values['given_kana']}", doctor.kana
    else:
        label, typed, held = "生年月日", plain_date(values["birth_on"]), _shown("birth_on", doctor.birth_on)
    fix = f"この番号の医師の{label}は「{held}」です。番号と{label}を確かめてください。"
    plan.refuse(label, typed, f"登録されている{label}と違います。", fix)


def _compare_seat(
    office: Office, plan: Plan, own: SeatEntry, below: list[SeatEntry], seats: Sequence[Membership]
) -> None:
    ours = [seat for seat in seats if seat.association_id == office.association.pk]
    seat = next((one for one in ours if one.joined_on == own.joined_on), None) or next(
        (one for one in ours if one.left_on is None), None
    )
    if seat is None:
        held = {one.association_id for one in seats if one.left_on is None}
        plan.deeds["seats"] = [*(entry for entry in below if entry.association_id not in held), own]
        plan.is_new = True
        plan.change("在籍", "", _seat_words(office, own))
        return
    left_on = own.left_on if "left_on" in plan.values else seat.left_on
    if (seat.joined_on, seat.left_on) != (own.joined_on, left_on):
        plan.deeds["seat"] = (seat, own.joined_on, left_on)
        _change_day(plan, "入会日", seat.joined_on, own.joined_on)
        _change_day(plan, "退会日", seat.left_on, left_on)
    current = max(seat.categories.all(), key=lambda one: one.from_on)
    if current.category_id != own.category_id:
        plan.deeds["category"] = (seat, own.category_id, own.category_from_on)
        labels = office.category_labels
        plan.change("会員区分", labels[current.category_id], labels[own.category_id])


def _change_day(plan: Plan, label: str, before: date | None, after: date | None) -> None:
    if before != after:
        plan.change(label, plain_date(before) if before else "", plain_date(after) if after else "")


def _compare_person(plan: Plan, doctor: Doctor) -> None:
    """医師その人の事実。空のますは、比べない。"""
    amendments = {}
    for name, label in AMENDED:
        wanted, held = plan.values.get(name), getattr(doctor, name)
        if not wanted or wanted == held:
            continue
        if held and (name in ONLY_WHEN_EMPTY or (name in CONTACTS and doctor.user_id is not None)):
            continue
        amendments[name] = wanted
        plan.change(label, _shown(name, held), _shown(name, wanted))
    if amendments:
        plan.deeds["amend"] = amendments


def _shown(name: str, value: object) -> str:
    if isinstance(value, date):
        return plain_date(value)
    return SEX_LABELS[Sex(str(value))] if name == "sex" and value else str(value or "")


def _compare_work(office: Office, plan: Plan, current: Workplace | None) -> None:
    entry = _work_entry(office, plan.values, office.on if current else plan.values["joined_on"])
    if entry is None or (current and fold(current.place_name) == fold(entry.name)):
        return
    plan.deeds["work"] = entry
    plan.change("所属施設", current.place_name if current else "", entry.name)


def _work_entry(office: Office, values: dict, default_on: date) -> WorkEntry | None:
    """所属施設。都道府県は、その医師会か、書かれた下の医師会のもの。"""
    prefecture = office.association.prefecture_id or _prefecture_below(office, values)
    if not values.get("facility") or prefecture is None:
        return None
    from_on = values.get("works_from_on", default_on)
    return WorkEntry(values["facility"], prefecture, from_on, values.get("facility_address", ""))


def _prefecture_below(office: Office, values: dict) -> str | None:
    body: Association | None = office.bodies.get((Tier.DISTRICT, fold(values.get("district", ""))))
    return body.prefecture_id if body else None


def _seat_words(office: Office, entry: SeatEntry) -> str:
    until = f"{plain_date(entry.left_on)} 退会" if entry.left_on else ""
    label = office.category_labels[entry.category_id]
    return "　".join(part for part in (label, f"{plain_date(entry.joined_on)} 入会", until) if part)
