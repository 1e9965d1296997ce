"""施設の一行を、施設マスタと比べる。医療機関コードで、なければ同じ都道府県の同じ名で突き合わせる。"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mamis.associations.models import Prefecture
from mamis.doctors.models import Facility
from mamis.doctors.operations import FacilityFacts
from mamis.doctors.queries import with_names
from mamis.doctors.rules import FACILITY_KIND_LABELS, FacilityKind
from mamis.japanese.calendar import plain_date
from mamis.japanese.folding import fold
from mamis.members.columns import FACILITIES
from mamis.members.models import ImportRow
from mamis.members.queries.comparing import Office, Plan, planned, refuse_doubles

NAME, CODE, PREFECTURE = "施設名", "医療機関コード", "都道府県"
LONGEST_KEY = 400
# 施設の事実の名と、列の名が違うもの。
NOT_FACTS = {"prefecture"}


@dataclass
class Records:
    """この行々に要る、施設マスタの施設：医療機関コードから、都道府県と畳んだ名から。"""

    by_code: dict[str, Facility] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[Facility]] = field(default_factory=dict)


def plan_facilities(office: Office, rows: Sequence[ImportRow]) -> list[Plan]:
    """行ごとに、何をするかを決める。"""
    prefectures = {fold(one.name): one.code for one in Prefecture.objects.all()}
    plans = planned(
        office, rows, arrange=lambda plan: _arrange(office, plan, prefectures), records=_records, decide=_decide
    )
    refuse_doubles(office, plans, "同じ施設", column=NAME, name="name")
    return plans


def _arrange(office: Office, plan: Plan, prefectures: dict[str, str]) -> None:
    values = plan.values
    read = {one.column for one in plan.problems}
    plan.who = str(values.get("name", ""))
    if not values.get("name") and NAME not in read:
        plan.refuse(NAME, "", "空です。", "書き足してください。")
    own = office.association.prefecture_id
    written = values.get("prefecture", "")
    code = _prefecture_code(written, prefectures) if written else own
    if code is None:
        reason = "都道府県の名ではありません。" if written else "空です。"
        plan.refuse(PREFECTURE, written, reason, "「神奈川県」のように書いてください。")
    elif own and code != own:
        plan.refuse(PREFECTURE, written, "この医師会の都道府県の施設ではありません。", "この行を消してください。")
    values["prefecture"] = code
    opened = values.get("opened_on")
    for label, name in (("休止した日", "suspended_on"), ("廃止した日", "closed_on")):
        if opened and values.get(name) and values[name] < opened:
            plan.refuse(
                label, plain_date(values[name]), "開設した日より前の日です。", "どちらの日かを確かめてください。"
            )
    if not plan.problems:
        plan.key = (
            values.get("code") or f"{code}|{fold(values['name'])}|{fold(values.get('address', ''))}"[:LONGEST_KEY]
        )


def _prefecture_code(written: str, prefectures: dict[str, str]) -> str | None:
    """都道府県の名から。「県」や「府」がなくてもよい。"""
    name = fold(written)
    return next((prefectures[one] for one in (name, *(name + end for end in "都府県")) if one in prefectures), None)


def _records(plans: Iterable[Plan]) -> Records:
    asked = [plan.values for plan in plans if not plan.problems]
    live = Facility.objects.filter(merged_into=None).select_related("prefecture", "municipality")
    records = Records()
    for one in live.filter(code__in={values["code"] for values in asked if values.get("code")}):
        records.by_code[one.code] = one
    folded = {fold(values["name"]) for values in asked}
    for one in with_names(live, folded):
        records.by_name.setdefault((one.prefecture_id, fold(one.name)), []).append(one)
    return records


def _decide(plan: Plan, records: Records) -> None:
    values = plan.values
    code = values.get("code", "")
    held = records.by_code.get(code) if code else None
    if held is None:
        namesakes = records.by_name.get((values["prefecture"], fold(values["name"])), [])
        # 医療機関コードの違うものは、同じ名でも別の施設である。
        same = [one for one in namesakes if not (code and one.code)]
        if len(same) > 1 and values.get("address"):
            same = [one for one in same if fold(one.place_words) == fold(values["address"])]
        if len(same) > 1:
            plan.refuse(
                NAME, values["name"], "同じ名の施設がいくつもあります。", "医療機関コードか所在地を書き足してください。"
            )
            return
        held = same[0] if same else None
    if held is None:
        _add(plan)
    elif held.prefecture_id != values["prefecture"]:
        reason = f"この医療機関コードは、{held.prefecture.name}の施設に書かれています。"
        plan.refuse(CODE, code, reason, "番号を確かめてください。")
    else:
        _compare(plan, held)


def _add(plan: Plan) -> None:
    facts = {name: value for name, value in plan.values.items() if name not in NOT_FACTS}
    plan.deeds["facility"] = FacilityFacts(prefecture_code=plan.values["prefecture"], **facts)
    plan.is_new = True
    plan.change("施設", "", f"{plan.values['name']}　{plan.values.get('address', '')}".strip())


def _compare(plan: Plan, held: Facility) -> None:
    """書かれているところだけを比べる。"""
    amendments = {}
    for column in FACILITIES:
        wanted = plan.values.get(column.name)
        if column.name in NOT_FACTS or not wanted or wanted == _held(held, column.name):
            continue
        amendments[column.name] = wanted
        plan.change(column.label, _shown(column.name, _held(held, column.name)), _shown(column.name, wanted))
    if amendments:
        plan.deeds["amend"] = (held, amendments)


def _held(held: Facility, name: str) -> Any:
    return held.place_words if name == "address" else getattr(held, name)


def _shown(name: str, value: Any) -> str:
    if isinstance(value, date):
        return plain_date(value)
    return FACILITY_KIND_LABELS[FacilityKind(value)] if name == "kind" and value else str(value or "")
