"""申請書を、打たれたものの形に戻す。差し戻された届出は、ここから直し始める。"""

from collections.abc import Iterable
from typing import Any

from mamis.associations.rules import Procedure
from mamis.membership import queries
from mamis.membership.forms.mypage import DETAILS, details_of
from mamis.membership.models import Application, Sheet
from mamis.membership.rules import CATEGORY_CAUSES, TRANSFER_CAUSES
from mamis.membership.scopes import scope_of
from mamis.wizard.views import Typed


def answers_from(sheet: Sheet, application: Application) -> dict[str, Any]:
    """申請書を、打たれたものの形に戻す。"""
    on = [str(sheet.effective_on.year), str(sheet.effective_on.month), str(sheet.effective_on.day)]
    day = {f"effective_on_{number}": [part] for number, part in enumerate(on)}
    seats = list(sheet.seats.select_related("association", "category", "category_before"))
    held = queries.seats_of(application.doctor, sheet.effective_on)
    left = [one.association for one in seats if one.category is None]
    joined = [one for one in seats if one.category is not None and one.category != one.category_before]
    answers: dict[str, Any] = {
        "reason": {"reasons": sheet.reasons, **day},
        "day": day,
        "grounds": _grounds_typed(sheet, seats),
        "leaving": {"causes": sheet.causes, "note": [sheet.note], "scope": [scope_of(left, held)], **day},
        "details": {name: [value] for name, value in _details_typed(sheet).items()},
        "duties": {"duty": [sheet.duty], "note": [sheet.note]},
        "paper": {"note": [sheet.note]},
    }
    new = [one for one in seats if one.category_before is None] or joined
    prefecture = next((one.association.prefecture_id for one in new if one.association.prefecture_id), "")
    answers["search"] = {"prefecture": [prefecture], "district": [""]}
    answers["destination"] = {
        key: value
        for one in seats
        if one.category is not None
        for key, value in (
            (f"join_{one.association.code}", ["on"]),
            (f"category_{one.association.code}", [one.category.code]),
        )
    } | ({"leaves_upper": ["on"]} if _leaves_upper(seats, prefecture) else {})
    if sheet.work_name:
        answers["workplace"] = {
            "words": [sheet.facility.name if sheet.facility else ""],
            "facility": [str(sheet.facility_id or "")],
            "unlisted": [sheet.unlisted_name],
            "unlisted_prefecture": [sheet.work_prefecture_id or ""],
        }
    elif application.kind != Procedure.LEAVE:
        answers["as_is"] = True
    return answers


def _grounds_typed(sheet: Sheet, seats: Iterable[Any]) -> Typed:
    typed: Typed = {
        "category_causes": [one for one in sheet.causes if one in CATEGORY_CAUSES],
        "transfer_causes": [one for one in sheet.causes if one in TRANSFER_CAUSES],
    }
    for one in seats:
        code = one.association.code
        if one.category is None:
            typed[f"leave_{code}"] = ["on"]
        elif one.category_before is not None and one.category != one.category_before:
            typed |= {f"change_{code}": ["on"], f"category_{code}": [one.category.code]}
    return typed


def _details_typed(sheet: Sheet) -> dict[str, str]:
    return details_of(queries.facts_of(sheet.application.doctor, DETAILS) | sheet.facts_after)


def _leaves_upper(seats: Iterable[Any], prefecture: str) -> bool:
    """異動先の上の層のうち、いま会員であるところを選ばなかったか。"""
    return any(
        one.category is None and (one.association.is_national or one.association.prefecture_id == prefecture)
        for one in seats
        if not one.association.is_district
    )
