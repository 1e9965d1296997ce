"""医師会が段を決める：承認・確認する、差し戻す、保留にして尋ねる、却下する、代わって決める、書きおく。"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from mamis.associations.models import Association, Category, Staff
from mamis.associations.queries import selectable_categories
from mamis.associations.rules import DUTY_LABELS, Duty
from mamis.doctors.operations import ActingForDoctor, as_office, require_not_close
from mamis.doctors.queries import live_facilities
from mamis.mail.outbox import post
from mamis.membership import policy, queries
from mamis.membership.mails import ApplicationAmended
from mamis.membership.models import OfficeNote, Step
from mamis.membership.operations.applications import locked
from mamis.membership.operations.refusals import (
    BoardDayNotAllowed,
    CannotReject,
    CategoryNotOffered,
    EnteredByYourself,
    EvidenceNotReady,
    FacilityNotOffered,
    NotOverdue,
)
from mamis.membership.operations.route import drop, go_on
from mamis.membership.rules import REJECTABLE, Remark
from mamis.membership.workflow import APPLICATION, STEP, Event, State, StepEvent, StepState
from mamis.workflow.table import By, PageIsStale


@dataclass(frozen=True)
class Decision:
    """承認・確認。`board_on` は承認日（理事会の日）。ほかは、医師会が改める会員区分、所属施設、施設業務とそのわけ。"""

    board_on: date
    category_id: int | None = None
    facility_id: int | None = None
    duty: str = ""
    comment: str = ""


@transaction.atomic
def approve_step(step: Step, decision: Decision, *, seen: str, by: Staff, at: datetime) -> Step:
    """承認または確認する。すべての段が決まれば、届出は完了し、在籍が変わる。

    もう決まっていれば NotAllowed、見た内容と違えば PageIsStale、自分に近い医師のことなら OwnCase。
    """
    step = _decidable(step, _deciding(step), seen=seen, by=by)
    if not policy.may_decide(by, step):
        raise EnteredByYourself
    return _decide(step, decision, by=by, at=at)


@transaction.atomic
def take_over_step(step: Step, decision: Decision, *, seen: str, by: Staff, at: datetime) -> Step:
    """期限の過ぎた下の医師会の段を、上の医師会が、わけを書いて代わって決める。"""
    step = _decidable(step, _deciding(step), seen=seen, by=by, above=True)
    if not step.is_overdue(localdate(at)):
        raise NotOverdue
    return _decide(step, decision, by=by, at=at, taken_over_by=by.association)


@transaction.atomic
def return_step(
    step: Step, *, reason: str, remarks: Mapping[str, str] = MappingProxyType({}), seen: str, by: Staff, at: datetime
) -> Step:
    """理由を添えて医師に差し戻す。直して出されたら、この段から続ける。

    `remarks` は、直していただく項目の名と、その指摘（空でもよい）。申請書にない項目なら PageIsStale。
    """
    step = _decidable(step, StepEvent.RETURN, seen=seen, by=by)
    application = step.application
    items = [item for item in queries.items_of(step, application.sheet) if item.name in remarks]
    if len(items) != len(remarks):
        raise PageIsStale
    step.remarks = tuple(Remark(item.name, item.label, remarks[item.name]) for item in items)
    application.remarked = len(items)
    step.advance(StepEvent.RETURN, by=as_office(by), at=at, comment=reason)
    step.remarks = ()
    application.advance(Event.RETURN, by=as_office(by), at=at, comment=reason, paused_on=localdate(at))
    return step


@transaction.atomic
def ask_about_step(step: Step, *, question: str, seen: str, by: Staff, at: datetime) -> Step:
    """保留にして、医師に尋ねる。答えるまで、期限は進まない。"""
    step = _decidable(step, StepEvent.ASK, seen=seen, by=by)
    step.advance(StepEvent.ASK, by=as_office(by), at=at, comment=question)
    step.application.advance(Event.ASK, by=as_office(by), at=at, comment=question, paused_on=localdate(at))
    return step


@transaction.atomic
def reject_step(step: Step, *, reason: str, seen: str, by: Staff, at: datetime) -> Step:
    """却下する。届出は終わり、残りの段は外れ、在籍は変わらない。"""
    step = _decidable(step, StepEvent.REJECT, seen=seen, by=by)
    if step.task not in REJECTABLE:
        raise CannotReject
    actor = as_office(by)
    step.advance(StepEvent.REJECT, by=actor, at=at, comment=reason)
    step.application.advance(Event.REJECT, by=actor, at=at, comment=reason)
    drop(step.application, by=actor, at=at)
    return step


@transaction.atomic
def write_note(step: Step, *, text: str, by: Staff, at: datetime) -> OfficeNote:
    """医師会のあいだの連絡を書きおく。医師には見えない。"""
    return OfficeNote.objects.create(
        application_id=step.application_id,
        association_id=by.association_id,
        by_user_id=by.user_id,
        by_name=by.signature,
        at=at,
        text=text,
    )


def _deciding(step: Step) -> StepEvent:
    return StepEvent.CONFIRM if step.is_confirmation else StepEvent.APPROVE


def _decidable(step: Step, event: StepEvent, *, seen: str, by: Staff, above: bool = False) -> Step:
    """鍵で押さえた段。決まったあとなら NotAllowed、自分に近ければ OwnCase、見た内容と違えば PageIsStale。"""
    application = locked(step.application)
    step = (
        Step.objects.select_for_update(of=("self",))
        .select_related("association", "category", "category_before")
        .get(pk=step.pk)
    )
    step.application = application
    STEP.fire(event, StepState(step.state), By.OFFICE)
    APPLICATION.fire(Event.FINISH, State(application.state), By.OFFICE)
    whose = step.association.parent_id if above else step.association_id
    if whose != by.association_id:
        raise PageIsStale
    require_not_close(application.doctor, by)
    if application.history.filter(party=By.DOCTOR.value, by_user_id=by.user_id).exists():
        raise ActingForDoctor
    if seen != queries.fingerprint(step):
        raise PageIsStale
    return step


def _decide(
    step: Step, decision: Decision, *, by: Staff, at: datetime, taken_over_by: Association | None = None
) -> Step:
    if decision.board_on > localdate(at):
        raise BoardDayNotAllowed
    application, actor = step.application, as_office(by)
    evidence = application.sheet.evidence
    if evidence is not None and not evidence.is_checked:
        raise EvidenceNotReady
    fields = {
        "decided_at": at,
        "decided_by_id": by.user_id,
        "board_on": decision.board_on,
        "taken_over_by": taken_over_by,
    }
    amended = _amendments(step, decision)
    said = "\n".join(filter(None, (*(words for words, _ in amended), decision.comment)))
    for _, changed in amended:
        fields |= {"is_amended": True, **changed}
    step.advance(_deciding(step), by=actor, at=at, comment=said, **fields)
    if amended:
        step.refresh_from_db(fields=["category", "amended_facility"])
        post(ApplicationAmended(application.mail_facts(at=at, comment=said)), at=at)
    go_on(application, by=actor, at=at)
    return step


def _amendments(step: Step, decision: Decision) -> list[tuple[str, dict[str, Any]]]:
    """改めること：先生への言葉と、段に書くこと。選べない会員区分や施設なら断る。"""
    sheet = step.application.sheet
    found: list[tuple[str, dict[str, Any]]] = []
    may_amend = step.may_amend_work(sheet)
    if decision.category_id is not None and decision.category_id != step.category_id:
        category = _category(step, decision.category_id)
        found.append((f"{step.association.name}の会員区分を「{category}」に改めました。", {"category": category}))
    if decision.facility_id is not None and decision.facility_id != sheet.facility_id:
        facility = live_facilities().filter(pk=decision.facility_id).first() if may_amend else None
        if facility is None:
            raise FacilityNotOffered
        found.append((f"所属施設を「{facility.name}」に改めました。", {"amended_facility": facility}))
    if decision.duty and decision.duty != sheet.duty:
        if not may_amend:
            raise FacilityNotOffered
        label = DUTY_LABELS[Duty(decision.duty)]
        found.append((f"施設業務を「{label}」に改めました。", {"amended_duty": decision.duty}))
    return found


def _category(step: Step, pk: int) -> Category:
    """その日に、その医師会で選べる会員区分。"""
    offered = selectable_categories([step.association_id], step.application.effective_on)
    found = next((one for one in offered.get(step.association_id, ()) if one.pk == pk), None)
    if step.category_id is None or found is None:
        raise CategoryNotOffered(step.association)
    return found
