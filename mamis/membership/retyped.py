"""申請書を、打たれたものの形に戻す。差し戻された届出は、ここから直し始める。"""

from collections.abc import Iterable
from typing import Any

from mamis.associations.rules import Procedure
from mamis.membership import queries
from mamis.membership.forms.mypage import DETAILS, details_of
from mamis.membership.forms.questions import name_of
from mamis.membership.models import Application, MembershipCategory, Sheet, SheetAnswer
from mamis.membership.rules import CATEGORY_CAUSES, TRANSFER_CAUSES
from mamis.membership.scopes import scope_of
from mamis.wizard.views import Typed


def answers_from(sheet: Sheet, application: Application, answered: Iterable[SheetAnswer]) -> dict[str, Any]:
    """申請書を、打たれたものの形に戻す。`answered` は、医師会の尋ねたことへの答えのうち、出してよいもの。"""
    on = [str(sheet.effective_on.year), str(sheet.effective_on.month), str(sheet.effective_on.day)]
    day = {f"effective_on_{number}": [part] for number, part in enumerate(on)}
    seats = list(sheet.seats.select_related("association", "category", "category_before"))
    held = queries.seats(application.doctor, sheet.effective_on)
    left = [one.association for one in seats if one.category is None]
    answers: dict[str, Any] = {
        "reason": {"reasons": sheet.reasons, **day},
        "day": day,
        "grounds": _grounds_typed(sheet, seats),
        "leaving": {
            "causes": sheet.causes,
            "note": [sheet.note],
            "scope": [scope_of(left, (one.membership.association_id for one in held))],
            **day,
        },
        "details": {name: [value] for name, value in _details_typed(sheet).items()},
        "duties": {"duty": [sheet.duty], "note": [sheet.note]},
        "questions": dict(_question_typed(one) for one in answered),
        "paper": {"note": [sheet.note]},
    }
    new = [one.association for one in seats if one.category_before is None and one.category is not None]
    beside = [one.membership.association for one in held]
    places = [one.prefecture_id for one in (*new, *beside) if one.prefecture_id]
    prefecture = places[0] if places else ""
    answers["search"] = {"prefecture": [prefecture], "district": [""]}
    answers["destination"] = _destination_typed(seats, held)
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


def _question_typed(answer: SheetAnswer) -> tuple[str, list[str]]:
    """一つの答え。添付は、預かったファイルの名で。"""
    name = name_of(answer.item_id)
    return (f"{name}_0", [answer.file.token]) if answer.file else (name, [answer.words])


def _details_typed(sheet: Sheet) -> dict[str, str]:
    return details_of(queries.facts_of(sheet.application.doctor, DETAILS) | sheet.facts_after)


def _destination_typed(seats: Iterable[Any], held: Iterable[MembershipCategory]) -> Typed:
    """入会を希望する医師会。変わらない上の層も、チェックを入れたままに。"""
    written = {one.association: one.category for one in seats}
    unchanged = {one.membership.association: one.category for one in held if not one.membership.association.is_district}
    wanted = unchanged | written
    typed: Typed = {}
    for association, category in wanted.items():
        typed[f"category_{association.code}"] = [category.code if category else ""]
        if category is not None:
            typed[f"join_{association.code}"] = ["on"]
    parents = {one.parent_id for one, category in written.items() if category is not None and one.is_district}
    is_left = any(category is None and (one.is_national or one.pk in parents) for one, category in wanted.items())
    return typed | ({"leaves_upper": ["on"]} if is_left else {})
