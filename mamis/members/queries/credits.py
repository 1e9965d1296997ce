"""過去の単位の一行を、台帳と比べる。見えない医師は、いない医師と同じ言葉で断る。"""

from collections.abc import Sequence
from datetime import date
from functools import partial

from mamis.doctors.models import Doctor
from mamis.doctors.operations import ActingForDoctor, OwnCase
from mamis.doctors.policy import close_to
from mamis.doctors.rules import Register
from mamis.japanese.calendar import plain_date
from mamis.japanese.folding import fold
from mamis.members.models import ImportRow
from mamis.members.queries.comparing import (
    NO_SUCH_DOCTOR,
    NO_SUCH_DOCTOR_FIX,
    NUMBER,
    Office,
    Plan,
    holders,
    planned,
    refuse_doubles,
)
from mamis.training.models import CreditLine, Programme
from mamis.training.operations import CreditEntry
from mamis.training.queries import programme_of
from mamis.training.rules import KIND_LABELS, Kind, Source, units_text

NEEDED = (
    ("医籍登録番号", "number"),
    ("フリガナ", "kana"),
    ("内容", "title"),
    ("取得した日", "earned_on"),
    ("単位", "half_units"),
)

Key = tuple[int, str, str, date]


def plan_credits(office: Office, rows: Sequence[ImportRow]) -> list[Plan]:
    """行ごとに、何をするかを決める。"""
    programmes = {kind: programme_of(kind) for kind in Kind}
    plans = planned(
        office,
        rows,
        arrange=partial(_arrange, office),
        records=partial(_held, office),
        decide=lambda plan, held: _decide(office, plan, programmes, held),
    )
    refuse_doubles(office, plans, "同じ単位")
    return plans


def find_doctors(office: Office, plans: Sequence[Plan]) -> None:
    """番号の医師を探し、フリガナと（書かれていれば）生年月日を合わせる。"""
    licences = holders(plan.values["number"] for plan in plans if "number" in plan.values)
    found = {licence.doctor_id for licence in licences.values()}
    close = set(close_to(office.of_import.by_user_id).filter(pk__in=found).values_list("pk", flat=True))
    visible = set(office.visible.filter(pk__in=found).values_list("pk", flat=True))
    for plan in plans:
        if plan.problems:
            continue
        values = plan.values
        licence = licences.get((Register.JAPANESE, values["number"]))
        licence = licence or licences.get((Register.FOREIGN, values["number"]))
        if licence is None or licence.doctor_id not in visible:
            plan.refuse(NUMBER, values["number"], NO_SUCH_DOCTOR, NO_SUCH_DOCTOR_FIX)
            continue
        plan.doctor = licence.doctor
        plan.who = f"{values['number']} {licence.doctor.name}"
        _match(office, plan, licence.doctor, close)


def _arrange(office: Office, plan: Plan) -> None:
    values = plan.values
    values.setdefault("kind", Kind.KNOWLEDGE.value)
    read = {one.column for one in plan.problems}
    for label, name in NEEDED:
        if not values.get(name) and label not in read:
            plan.refuse(label, "", "空です。", "書き足してください。")
    plan.who = str(values.get("number", ""))
    earned = values.get("earned_on")
    if earned and earned > office.on:
        plan.refuse("取得した日", plain_date(earned), "まだ来ていない日です。", "取得した日を確かめてください。")
    if values.get("codes") and values["kind"] == Kind.FIELD:
        shown = ", ".join(values["codes"])
        plan.refuse(
            "カリキュラムコード", shown, "カリキュラムコードは座学だけのものです。", "実地では空にしてください。"
        )
    if not plan.problems:
        words = (values["number"], values["kind"], values["earned_on"].isoformat(), fold(values["title"]))
        plan.key = "|".join(words)[:400]


def _match(office: Office, plan: Plan, doctor: Doctor, close: set[int]) -> None:
    values = plan.values
    if doctor.user_id is not None and doctor.user_id == office.of_import.by_user_id:
        plan.refuse(NUMBER, values["number"], str(OwnCase()), "ほかの管理者の方が取り込んでください。")
    elif doctor.pk in close:
        plan.refuse(NUMBER, values["number"], str(ActingForDoctor()), "ほかの管理者の方が取り込んでください。")
    elif fold(doctor.family_kana + doctor.given_kana) != fold(values["kana"]):
        fix = f"この番号の医師のフリガナは「{doctor.kana}」です。番号とフリガナを確かめてください。"
        plan.refuse("フリガナ", values["kana"], "登録されているフリガナと違います。", fix)
    elif doctor.birth_on and values.get("birth_on", doctor.birth_on) != doctor.birth_on:
        fix = f"この番号の医師の生年月日は「{plain_date(doctor.birth_on)}」です。番号と生年月日を確かめてください。"
        plan.refuse("生年月日", plain_date(values["birth_on"]), "登録されている生年月日と違います。", fix)


def _held(office: Office, plans: Sequence[Plan]) -> dict[Key, CreditLine]:
    """番号から医師を見つけ、その医師の、いま台帳にある、取り消されていない行を読む。"""
    find_doctors(office, plans)
    doctors = {plan.doctor.pk for plan in plans if plan.doctor}
    lines = CreditLine.objects.filter(doctor__in=doctors, reverses=None, reversal=None)
    return {(one.doctor_id, one.kind, fold(one.title), one.earned_on): one for one in lines}


def _decide(office: Office, plan: Plan, programmes: dict[Kind, Programme], held: dict[Key, CreditLine]) -> None:
    values, doctor = plan.values, plan.doctor
    kind = Kind(values["kind"])
    same = held.get((doctor.pk if doctor else 0, kind, fold(values["title"]), values["earned_on"]))
    if same is not None:
        if same.half_units != values["half_units"]:
            held_units = units_text(same.half_units)
            fix = f"同じ日の同じ内容が {held_units} 単位で登録されています。違えば、先に取り消してください。"
            plan.refuse("単位", units_text(values["half_units"]), "登録されている単位と違います。", fix)
        return
    ground = f"移行（{office.of_import.title}）{values.get('ground', '')}"[:200]
    plan.deeds["credit"] = CreditEntry(
        programmes[kind].pk,
        kind,
        values["title"],
        values["earned_on"],
        values["half_units"],
        ground,
        Source.MIGRATION,
        values.get("codes", ()),
    )
    plan.is_new = True
    units = units_text(values["half_units"])
    plan.change(
        "単位",
        "",
        f"{KIND_LABELS[kind]} {units} 単位　{plain_date(values['earned_on'])}　{values['title']}",
    )
