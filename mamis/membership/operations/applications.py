"""医師が届け出、直し、答え、取り下げる。紙の届出は、医師会が代行入力する。"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from mamis.associations.models import Association, Staff
from mamis.associations.queries import items_asked_by, selectable_categories
from mamis.associations.rules import Procedure
from mamis.doctors.models import Delegation, Doctor
from mamis.doctors.operations import as_doctor, as_office, lock, require_not_close
from mamis.membership import queries
from mamis.membership.models import Application, Membership, Sheet, SheetAnswer, SheetSeat, Step
from mamis.membership.operations.printouts import answer_printouts
from mamis.membership.operations.refusals import (
    AssociationsChanged,
    CategoryNotOffered,
    ChangeAhead,
    DayBeforeSeat,
    DayNotAllowed,
    NotAnswered,
    NothingChanges,
    NotWindow,
    NoWindow,
    PaperDayNotAllowed,
    ProfileUnderWay,
    SeatEnds,
    SeatsClaimed,
    SeatsNotAllowed,
    TooLateToCallOff,
)
from mamis.membership.operations.requests import Entered, Paper, Request
from mamis.membership.operations.route import begin, drop, go_on, steps_for
from mamis.membership.rules import (
    APPROVED_FACTS,
    Planned,
    Task,
    claimed_by,
    day_is_allowed,
    fault_in,
    kind_of,
    plan_single,
    put_off,
    restarted,
    route,
)
from mamis.membership.workflow import APPLICATION, DONE, STEP, Event, State, StepEvent, StepState
from mamis.wizard.operations import discard_draft
from mamis.workflow.models import next_number
from mamis.workflow.table import Actor, By, PageIsStale

# 望む在籍から道順を作らない届出。
SEATLESS = (Procedure.PROFILE, Procedure.CALL_OFF)


@transaction.atomic
def submit_application(
    doctor: Doctor, request: Request, *, by: Delegation | None = None, draft: str = "", at: datetime
) -> Application:
    """届け出る。だれが決めるかは、いまの在籍と望む在籍から決まる。

    決まりに合わなければ SeatsNotAllowed、CategoryNotOffered、DayNotAllowed、DayBeforeSeat、SeatEnds、NotAnswered、
    NothingChanges、同じ在籍についての届出があれば SeatsClaimed か ChangeAhead。下書きは、届出になって消える。
    """
    application = _begin(doctor, request, by=as_doctor(doctor, by), at=at)
    discard_draft(by=doctor.user_id, kind=queries.DRAFT, subject=draft)
    return application


@transaction.atomic
def enter_application(
    doctor: Doctor,
    request: Request,
    paper: Paper,
    *,
    by: Staff,
    draft: str = "",
    printed: Procedure | None = None,
    at: datetime,
) -> Application:
    """紙の届出か、死亡・除名などの退会を、医師会が代行入力する。自分のことは OwnCase。

    ほかの断りは submit_application と同じ。書きかけは、届出になって消える。`printed` の用紙は、戻ったことになる。
    """
    require_not_close(doctor, by)
    _require_paper_day(paper, at)
    application = _begin(doctor, request, by=as_office(by), at=at, entered=Entered(paper, by))
    discard_draft(by=by.user_id, kind=queries.PAPER_DRAFT, subject=queries.paper_subject(by, doctor, draft))
    if printed is not None:
        answer_printouts(application, printed, by=by)
    return application


@transaction.atomic
def resubmit_application(
    application: Application, request: Request, *, by: Delegation | None = None, at: datetime
) -> Application:
    """差し戻された届出を直して、もう一度申請する。医師会を変えるなら AssociationsChanged。

    差し戻した医師会から続ける。日か会員区分を変えれば、その側ははじめから決め直す。
    """
    application = _again(application, request, by=as_doctor(application.doctor, by), at=at)
    discard_draft(by=application.doctor.user_id, kind=queries.DRAFT, subject=application.receipt_no)
    return application


@transaction.atomic
def reenter_application(
    application: Application, request: Request, paper: Paper, *, by: Staff, at: datetime
) -> Application:
    """差し戻した届出の、直した紙を代行入力する。"""
    require_not_close(application.doctor, by)
    _require_paper_day(paper, at)
    application = _again(application, request, by=as_office(by), at=at, entered=Entered(paper, by))
    subject = queries.paper_subject(by, application.doctor, application.receipt_no)
    discard_draft(by=by.user_id, kind=queries.PAPER_DRAFT, subject=subject)
    return application


@transaction.atomic
def submit_profile(doctor: Doctor, request: Request, *, seen: str, at: datetime) -> Application:
    """氏名、生年月日、性別、医籍の変更を届け出る。決めるのは、窓口の医師会である。

    届出がもうあれば ProfileUnderWay、書いたあとに登録が変わっていれば PageIsStale、窓口がなければ NoWindow。
    """
    application = _begin_profile(doctor, request, seen=seen, by=as_doctor(doctor), at=at)
    discard_draft(by=doctor.user_id, kind=queries.PROFILE_DRAFT, subject="")
    return application


@transaction.atomic
def enter_profile(doctor: Doctor, request: Request, paper: Paper, *, seen: str, by: Staff, at: datetime) -> Application:
    """紙の会員情報の変更を、窓口の医師会が代行入力する。窓口でなければ NotWindow、自分のことは OwnCase。

    ほかの断りは submit_profile と同じ。
    """
    require_not_close(doctor, by)
    _require_paper_day(paper, at)
    return _begin_profile(doctor, request, seen=seen, by=as_office(by), at=at, entered=Entered(paper, by))


@transaction.atomic
def resubmit_profile(application: Application, request: Request, *, seen: str, at: datetime) -> Application:
    """差し戻された会員情報の変更を直して、もう一度申請する。"""
    application = _again_profile(application, request, seen=seen, by=as_doctor(application.doctor), at=at)
    discard_draft(by=application.doctor.user_id, kind=queries.PROFILE_DRAFT, subject=application.receipt_no)
    return application


@transaction.atomic
def reenter_profile(
    application: Application, request: Request, paper: Paper, *, seen: str, by: Staff, at: datetime
) -> Application:
    """差し戻した会員情報の変更の、直した紙を代行入力する。"""
    require_not_close(application.doctor, by)
    _require_paper_day(paper, at)
    return _again_profile(application, request, seen=seen, by=as_office(by), at=at, entered=Entered(paper, by))


def _begin_profile(
    doctor: Doctor, request: Request, *, seen: str, by: Actor, at: datetime, entered: Entered | None = None
) -> Application:
    lock(doctor)
    live = queries.live_profile(doctor)
    if live is not None:
        raise ProfileUnderWay(live)
    _require_profile(doctor, request, seen)
    window = queries.window_of(doctor, localdate(at))
    if window is None:
        raise NoWindow
    if entered is not None and window.pk != entered.by.association_id:
        raise NotWindow
    planned = plan_single([window.pk], Task.PROFILE)
    return _write(doctor, request, Procedure.PROFILE, planned, (), by=by, at=at, entered=entered)


def _again_profile(
    application: Application, request: Request, *, seen: str, by: Actor, at: datetime, entered: Entered | None = None
) -> Application:
    application = locked(application)
    APPLICATION.fire(Event.ENTER if entered else Event.SUBMIT, State(application.state), by.party)
    _require_profile(application.doctor, request, seen)
    return _again(application, request, by=by, at=at, entered=entered)


def _require_profile(doctor: Doctor, request: Request, seen: str) -> None:
    if not request.facts:
        raise NothingChanges
    if seen != queries.register_seen(doctor, APPROVED_FACTS):
        raise PageIsStale


@transaction.atomic
def answer_application(
    application: Application, *, answer: str, by: Delegation | None = None, at: datetime
) -> Application:
    """医師会のお尋ねに、医師が答える。止まっていた日数だけ、期限が延びる。"""
    application = locked(application)
    return _resume(application, by=as_doctor(application.doctor, by), at=at, comment=answer)


@transaction.atomic
def answer_for_doctor(step: Step, *, answer: str, seen: str, by: Staff, at: datetime) -> Application:
    """電話や紙での答えを、尋ねた医師会が書きとめる。ほかの医師会の尋ねたことには答えられない。"""
    application = locked(step.application)
    APPLICATION.fire(Event.ANSWER, State(application.state), By.OFFICE)
    step = Step.objects.select_for_update(of=("self",)).get(pk=step.pk)
    STEP.fire(StepEvent.RESUME, StepState(step.state), By.OFFICE)
    step.application = application
    if step.association_id != by.association_id or seen != queries.fingerprint(step):
        raise PageIsStale
    require_not_close(application.doctor, by)
    return _resume(application, by=as_office(by), at=at, comment=answer)


@transaction.atomic
def withdraw_application(application: Application, *, by: Delegation | None = None, at: datetime) -> Application:
    """決まる前の届出を、医師が取り下げる。在籍は変わらない。"""
    application = locked(application)
    actor = as_doctor(application.doctor, by)
    application.advance(Event.WITHDRAW, by=actor, at=at, paused_on=None)
    drop(application, by=actor, at=at)
    for kind in (queries.DRAFT, queries.PROFILE_DRAFT):
        discard_draft(by=application.doctor.user_id, kind=kind, subject=application.receipt_no)
    return application


@transaction.atomic
def call_off(application: Application, *, note: str, by: Delegation | None = None, at: datetime) -> Application:
    """決まったが、その日がまだ来ていない異動を取りやめる届出。決めるのは、最後に承認した医師会である。"""
    lock(application.doctor)
    application = Application.objects.select_for_update(of=("self",)).select_related("doctor").get(pk=application.pk)
    if application.state != State.FINISHED or application.effective_on <= localdate(at):
        raise TooLateToCallOff
    last = application.steps.filter(state__in=DONE).order_by("-decided_at", "-position")[0]
    request = Request(after={}, effective_on=application.effective_on, note=note)
    claimed = list(application.claims.values_list("association_id", flat=True))
    _require_unclaimed(application.doctor, claimed, application, at)
    return _write(
        application.doctor,
        request,
        Procedure.CALL_OFF,
        plan_single([last.association_id], Task.CALL_OFF),
        claimed,
        by=as_doctor(application.doctor, by),
        at=at,
        calls_off=application,
    )


def locked(application: Application) -> Application:
    """鍵で押さえ、読み直した届出。"""
    lock(application.doctor)
    return (
        Application.objects.select_for_update(of=("self",)).select_related("doctor", "calls_off").get(pk=application.pk)
    )


def _begin(
    doctor: Doctor,
    request: Request,
    *,
    by: Actor,
    at: datetime,
    entered: Entered | None = None,
) -> Application:
    lock(doctor)
    before = queries.seats_of(doctor, localdate(at))
    planned = _planned(doctor, before, request, at=at, by_office=entered is not None)
    kind = kind_of(before, request.after, request.reasons)
    claimed = claimed_by(before, request.after, planned)
    _require_answers(before, request, by_office=entered is not None)
    _require_unclaimed(doctor, claimed, None, at)
    _require_standing(doctor, planned, at)
    return _write(doctor, request, kind, planned, claimed, by=by, at=at, entered=entered)


def _write(
    doctor: Doctor,
    request: Request,
    kind: Procedure,
    planned: tuple[Planned, ...],
    claimed: Iterable[int],
    *,
    by: Actor,
    at: datetime,
    entered: Entered | None = None,
    calls_off: Application | None = None,
) -> Application:
    """届出と申請書と段を書く。`claimed` は手を付ける在籍。"""
    application = Application(
        receipt_no=f"K{localdate(at):%Y-%m%d}-{next_number('membership_receipt_seq'):04d}",
        doctor=doctor,
        kind=kind,
        effective_on=request.effective_on,
        first_submitted_at=at,
        submitted_at=at,
        calls_off=calls_off,
        state=State.NEW,
    )
    steps = steps_for(application, planned)
    application.route, application.causes, application.enters = steps, tuple(request.causes), entered is not None
    application.advance(Event.ENTER if entered else Event.SUBMIT, by=by, at=at)
    application.route, application.causes = (), ()
    write_sheet(application, request, planned, number=1, at=at, entered=entered)
    begin(application, steps, claimed, by=by, at=at)
    return application


def _planned(
    doctor: Doctor, before: dict[int, int], request: Request, *, at: datetime, by_office: bool
) -> tuple[Planned, ...]:
    """道順。決まりに合わなければ断る。"""
    if not day_is_allowed(request.effective_on, localdate(at), by_office=by_office):
        raise DayNotAllowed(by_office=by_office)
    bodies = queries.bodies([*before, *request.after])
    fault = fault_in(request.after, bodies)
    if fault is not None:
        raise SeatsNotAllowed(fault[0], Association.objects.get(pk=fault[1]))
    _require_categories(before, request)
    planned = route(before, request.after, bodies, moves_work=request.work is not None)
    if not planned:
        raise NothingChanges
    _require_days(doctor, planned, request.effective_on)
    return planned


def _require_categories(before: dict[int, int], request: Request) -> None:
    """選べる会員区分か。いまと同じ会員区分は、選べなくなったものでもよい。"""
    new = {pk: category for pk, category in request.after.items() if before.get(pk) != category}
    offered = selectable_categories(list(new), request.effective_on)
    for pk, category in new.items():
        if category not in {one.pk for one in offered.get(pk, ())}:
            raise CategoryNotOffered(Association.objects.get(pk=pk))


def _require_answers(before: dict[int, int], request: Request, *, by_office: bool) -> None:
    """新しく入会する医師会の、必ず答えていただくことに、答えがあるか。紙の届出には、添付がなくてもよい。"""
    if not request.is_asked:
        return
    given = {one.item.pk for one in request.answers if not one.is_missing}
    for item in items_asked_by([pk for pk in request.after if pk not in before]):
        if item.is_required and item.pk not in given and not (by_office and item.is_file):
            raise NotAnswered(item)


def _require_days(doctor: Doctor, planned: Iterable[Planned], on: date) -> None:
    """いまの在籍と会員区分の始まりより後の日か。前の在籍の終わりより前から、入会し直せない。"""
    seats = {
        seat.association_id: seat
        for seat in Membership.objects.filter(doctor=doctor)
        .select_related("association")
        .prefetch_related("categories")
        .order_by("joined_on")
    }
    for one in planned:
        seat = seats.get(one.body)
        if seat is None or one.task in (Task.FACILITY, Task.CALL_OFF):
            continue
        began = seat.left_on if one.task == Task.JOIN else max(c.from_on for c in seat.categories.all())
        ends = one.category is None
        if began is not None and (on < began or (ends and on == began)):
            raise DayBeforeSeat(seat.association)


def _require_unclaimed(doctor: Doctor, bodies: Iterable[int], calls_off: Application | None, at: datetime) -> None:
    """同じ在籍についての届出と、これからの異動がないか。"""
    live = queries.claiming(doctor, bodies)
    if live is not None:
        raise SeatsClaimed(live)
    ahead = queries.change_ahead(doctor, localdate(at))
    if ahead is not None and ahead != calls_off:
        raise ChangeAhead(ahead)


def _require_standing(doctor: Doctor, planned: Iterable[Planned], at: datetime) -> None:
    """変える在籍の、終わる日が決まっていないか。"""
    changed = [one.body for one in planned if one.task not in (Task.JOIN, Task.FACILITY)]
    ending = Membership.objects.filter(doctor=doctor, association__in=changed, left_on__gt=localdate(at))
    seat = ending.select_related("association").first()
    if seat is not None:
        raise SeatEnds(seat.association)


def _require_paper_day(paper: Paper, at: datetime) -> None:
    if paper.paper_on > localdate(at):
        raise PaperDayNotAllowed


def _again(
    application: Application,
    request: Request,
    *,
    by: Actor,
    at: datetime,
    entered: Entered | None = None,
) -> Application:
    """直したものを、もう一度出す。"""
    application = locked(application)
    event = Event.ENTER if entered else Event.SUBMIT
    APPLICATION.fire(event, State(application.state), by.party)
    steps = {one.position: one for one in application.steps.select_related("association").order_by("position")}
    planned = _replanned(application, steps, request, at=at, by_office=entered is not None)
    # 取りやめの日は、取りやめる異動の日である。会員情報は、承認された日に変わる。
    on = application.effective_on if application.kind in SEATLESS else request.effective_on
    changed = on != application.effective_on
    again = restarted((one.planned for one in steps.values()), planned, day_changed=changed)
    number = application.sheet.number + 1
    write_sheet(application, request, planned, number=number, at=at, entered=entered)
    paused_on = application.paused_on
    application.enters = entered is not None
    application.advance(event, by=by, at=at, submitted_at=at, effective_on=on, paused_on=None)
    for one in planned:
        step = steps[one.position]
        step.application = application
        step.category_id = one.category
        _take_up(step, restart=one.position in again, paused_on=paused_on, by=by, at=at)
    go_on(application, by=by, at=at)
    return application


def _replanned(
    application: Application, steps: dict[int, Step], request: Request, *, at: datetime, by_office: bool
) -> tuple[Planned, ...]:
    """直したあとの道順。医師会と、することは、変えられない。"""
    doctor = application.doctor
    if application.kind in SEATLESS:
        return tuple(one.planned for one in steps.values())
    before = queries.seats_of(doctor, localdate(at))
    planned = _planned(doctor, before, request, at=at, by_office=by_office)
    if not by_office:
        _require_answers(before, request, by_office=False)
    if [(one.position, one.body, one.task) for one in planned] != [
        (one.position, one.association_id, one.task) for one in steps.values()
    ]:
        raise AssociationsChanged
    _require_standing(doctor, planned, at)
    return planned


_UNDECIDED: dict[str, Any] = {
    "decided_at": None,
    "decided_by": None,
    "board_on": None,
    "is_automatic": False,
    "is_amended": False,
    "amended_facility": None,
    "amended_duty": "",
    "taken_over_by": None,
    "near_told_at": None,
    "overdue_told_at": None,
}


def _take_up(step: Step, *, restart: bool, paused_on: date | None, by: Actor, at: datetime) -> None:
    """はじめから決め直すか、続きから決める。止まっていた日数だけ、期限を延ばす。"""
    if restart and step.state != StepState.WAITING:
        step.advance(StepEvent.RESTART, by=by, at=at, received_on=None, due_on=None, **_UNDECIDED)
        return
    due = _put_off(step, paused_on, at)
    if step.state == StepState.RETURNED:
        step.advance(StepEvent.RESUME, by=by, at=at, due_on=due)
    else:
        step.due_on = due
        step.save(update_fields=["category", "due_on"])


def _resume(application: Application, *, by: Actor, at: datetime, comment: str) -> Application:
    APPLICATION.fire(Event.ANSWER, State(application.state), by.party)
    paused_on = application.paused_on
    application.advance(Event.ANSWER, by=by, at=at, comment=comment, paused_on=None)
    for step in application.steps.select_related("association"):
        step.application = application
        due = _put_off(step, paused_on, at)
        if step.state == StepState.HELD:
            step.advance(StepEvent.RESUME, by=by, at=at, due_on=due)
        elif step.state == StepState.OPEN:
            step.due_on = due
            step.save(update_fields=["due_on"])
    return application


def _put_off(step: Step, paused_on: date | None, at: datetime) -> date | None:
    """止まっていた日数だけ延ばした期限。もう決まった段の期限は、変わらない。"""
    if step.due_on is None or paused_on is None or not step.is_undecided:
        return step.due_on
    return put_off(step.due_on, paused_on, localdate(at))


def write_sheet(
    application: Application,
    request: Request,
    planned: Iterable[Planned],
    *,
    number: int,
    at: datetime,
    entered: Entered | None = None,
) -> Sheet:
    """申請書を書く。書いたあとは変わらない。"""
    work = request.work
    sheet = Sheet.objects.create(
        application=application,
        number=number,
        submitted_at=at,
        effective_on=request.effective_on,
        reasons=[one.value for one in request.reasons],
        causes=list(request.causes),
        facility_id=work.facility_id if work else None,
        unlisted_name=work.unlisted_name if work else "",
        work_prefecture_id=(work.prefecture_code or None) if work else None,
        duty=work.duty if work else "",
        facts_before=queries.facts_of(application.doctor, request.facts),
        facts_after={name: _written(value) for name, value in request.facts.items()},
        note=request.note,
        delegates=request.delegates,
        evidence_id=request.evidence_id,
        paper_on=entered.paper.paper_on if entered else None,
        scan_id=entered.paper.scan_id if entered else None,
        entered_by_id=entered.by.user_id if entered else None,
        entered_for_id=entered.by.association_id if entered else None,
    )
    SheetSeat.objects.bulk_create(
        SheetSeat(
            sheet=sheet,
            association_id=one.body,
            category_before_id=one.category_before,
            category_id=one.category,
        )
        for one in planned
        if one.category or one.category_before
    )
    SheetAnswer.objects.bulk_create(
        SheetAnswer(
            sheet=sheet,
            item=one.item,
            position=position,
            label=one.label,
            is_required=one.is_required,
            words=one.words,
            file=one.file,
        )
        for position, one in enumerate(request.answers, start=1)
    )
    return sheet


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
