"""医師の画面の、届出。"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet

from mamis.associations.queries import board_days_after
from mamis.associations.rules import Tier
from mamis.doctors.models import Doctor
from mamis.membership.models import Application, ApplicationHistory, Sheet, SheetSeat, Step, StepHistory
from mamis.membership.queries.cases import order_of
from mamis.membership.rules import TIERS_UPWARD, Remark, Task
from mamis.membership.workflow import EVENT_LABELS, LIVE, Event, State, StepEvent, StepState, told_to_doctor


def newest_first(applications: QuerySet[Application]) -> QuerySet[Application]:
    """届出の一覧。新しい順。"""
    return applications.order_by("-first_submitted_at", "-pk")


def live(applications: QuerySet[Application]) -> list[Application]:
    """決まっていない届出。段も一緒に読む。"""
    found = applications.filter(state__in=[one.value for one in LIVE])
    steps = Step.objects.select_related("association").order_by("position")
    return list(newest_first(found).prefetch_related(Prefetch("steps", steps)))


def last_live(doctor: Doctor) -> Application | None:
    """いちばん新しい、決まっていない届出。"""
    return newest_first(Application.objects.filter(doctor=doctor, state__in=[one.value for one in LIVE])).first()


def calling_off(application: Application) -> Application | None:
    """その届出を取りやめる届出。取り下げられたものと却下されたものは、含まない。"""
    off = application.called_off_by.filter(state__in=[*(one.value for one in LIVE), State.FINISHED.value])
    return off.order_by("-pk").first()


@dataclass(frozen=True)
class Stop:
    """道順の一つを、医師に見せる形：段と、いつごろ決まりそうか。"""

    step: Step
    expected_on: date | None
    lapses: bool

    @property
    def look(self) -> str:
        if self.step.is_done:
            return "done"
        return "now" if self.step.state in (StepState.OPEN, StepState.RETURNED, StepState.HELD) else "later"


def stops(steps: Iterable[Step], on: date) -> list[Stop]:
    """道順と、正直な見込みの日：届いている承認は次の理事会の日（会員情報の変更は理事会によらない）、確認は期限の日。ほかは言わない。"""
    steps = list(steps)
    boards = board_days_after(
        [one.association_id for one in steps if one.state == StepState.OPEN and one.task != Task.PROFILE], on
    )
    return [
        Stop(
            one,
            None
            if one.state != StepState.OPEN
            else one.due_on
            if one.is_confirmation
            else boards.get(one.association_id),
            one.is_confirmation and one.state == StepState.OPEN,
        )
        for one in steps
    ]


@dataclass(frozen=True)
class Told:
    """経過の一行。"""

    at: datetime
    words: str
    comment: str
    remarks: tuple[Remark, ...] = ()


def told(application: Application) -> list[Told]:
    """医師に見せる経過。新しい順。事務局の人の名と、医師会のあいだの連絡は出さない。"""
    shown = (Event.SUBMIT, Event.ENTER, Event.ANSWER, Event.WITHDRAW, Event.FINISH)
    hidden = (StepEvent.PLAN, StepEvent.RESUME, StepEvent.DROP, StepEvent.RESTART)
    whole = application.history.filter(event__in=shown).select_related("by_association")
    parts = StepHistory.objects.filter(step__application=application).exclude(event__in=hidden)
    rows: list[ApplicationHistory | StepHistory] = [
        *whole,
        *parts.select_related("step__association", "taken_over_by"),
    ]
    rows.sort(key=lambda row: (row.at, order_of(row), row.pk), reverse=True)
    return [Told(row.at, _words(row), row.comment, getattr(row, "remarked", ())) for row in rows]


def _words(row: ApplicationHistory | StepHistory) -> str:
    if isinstance(row, ApplicationHistory):
        return _told_of_application(row)
    above = row.taken_over_by.name if row.taken_over_by else ""
    return told_to_doctor(row.event, row.step.association.name, is_automatic=row.is_automatic, taken_over_by=above)


def _told_of_application(row: ApplicationHistory) -> str:
    words = EVENT_LABELS[Event(row.event)]
    return f"{row.by_association.name}が{words}" if row.by_association and row.event != Event.FINISH else words


def stopped_at(application: Application) -> StepHistory | None:
    """いちばん新しい差し戻し、またはお尋ね。"""
    found = StepHistory.objects.filter(step__application=application, event__in=[StepEvent.RETURN, StepEvent.ASK])
    return found.select_related("step__association").order_by("-at", "-pk").first()


def seats_written(sheet: Sheet) -> list[SheetSeat]:
    """申請書に書かれた在籍。下の層から。"""
    found = sheet.seats.select_related("association", "category_before", "category")
    return sorted(found, key=lambda one: (TIERS_UPWARD.index(Tier(one.association.tier)), one.category_before is None))
