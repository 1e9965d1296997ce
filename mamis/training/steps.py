"""修了申請の段階の表と、書いている途中の申請（training.md §1.5）。"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.timezone import localdate

from mamis.associations.models import Association
from mamis.doctors.models import Doctor
from mamis.training import queries
from mamis.training.forms.mypage import ActivityForm, DestinationForm, NoteForm
from mamis.training.models import Activity, CompletionApplication, Submission
from mamis.training.operations import CompletionRequest, DestinationNotAllowed, FieldEntry
from mamis.training.rules import (
    ROUTE_REASONS,
    Evaluation,
    Fate,
    Judged,
    Kind,
    Line,
    Report,
    Route,
    Rule,
    Window,
    already_granted,
    evaluate,
    written_twice,
)
from mamis.training.workflow import State
from mamis.wizard.models import Draft
from mamis.wizard.steps import Answers, Step, Wizard
from mamis.wizard.views import Typed, as_data, as_initial

MOST_LINES = 30


SEVERAL_DISTRICTS = "所属の郡市区等医師会がいくつかあります。どちらかお一つに申請してください。"


def has_choice(answers: Answers, about: "Writing") -> bool:
    """申請先が一つに決まらないとき。"""
    return about.chooses_destination


COMPLETION_STEPS = (
    Step("destination", "申請先", DestinationForm, applies=has_choice),
    Step("activities", "実地研修", ActivityForm),
    Step("note", "連絡事項", NoteForm),
    Step("check", "内容確認"),
)


@dataclass(frozen=True)
class Entry:
    """書いた実地研修の一件と、その読まれ方。書きかけなら report がない。"""

    key: str
    typed: Typed
    form: ActivityForm
    report: Report | None
    activity: Activity | None
    judged: Judged | None

    @property
    def is_counted(self) -> bool:
        return self.judged is not None and self.judged.fate == Fate.COUNTED


@dataclass(frozen=True)
class Writing:
    """書いている途中の修了申請。差し戻されたものを直しているときは `application` がある。"""

    doctor: Doctor
    application: CompletionApplication | None
    destinations: tuple[Association, ...]
    reason: str
    rule: Rule
    window: Window
    activities: tuple[Activity, ...]
    ledger: tuple[Line, ...]
    draft: Draft | None
    answers: dict[str, Any]
    at: datetime

    @cached_property
    def wizard(self) -> Wizard:
        return Wizard(COMPLETION_STEPS, self.answers, self)

    # 申請先

    @property
    def chooses_destination(self) -> bool:
        """申請先が一つに決まらず、まだ申請していないか。"""
        return self.application is None and len(self.destinations) > 1

    def destination_form(self, data: Any = None) -> DestinationForm:
        """申請先の頁。打たれたものがなければ、残した答えを写す。"""
        initial = None if data is not None else self._initial(DestinationForm, "destination")
        return DestinationForm(data, destinations=self.destinations, initial=initial)

    @cached_property
    def destination(self) -> Association | None:
        """選ばれた、または一つに決まる申請先。"""
        if not self.chooses_destination:
            return self.destinations[0] if self.destinations else None
        form = self.destination_form(as_data(self.answers.get("destination", {})))
        return form.cleaned_data["destination"] if form.is_valid() else None

    # 実地研修

    def activity_form(self, data: Any = None, typed: Typed | None = None) -> ActivityForm:
        """実地研修の一件の頁。"""
        initial = as_initial(ActivityForm, typed) if typed and data is None else None
        return ActivityForm(
            data, activities=self.activities, window=self.window, today=localdate(self.at), initial=initial
        )

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """書いた実地研修。数える期間の外のものは、残しても数えない。"""
        read = [(row["key"], row["typed"], *self._read(row["typed"])) for row in lines_of(self.answers)]
        lines = [_line(report) for *_, report, _ in read if report]
        fates = {one.line: one for one in evaluate(self.rule, self.window, lines).judged}
        return tuple(
            Entry(key, typed, form, report, activity, fates[_line(report)] if report else None)
            for key, typed, form, report, activity in read
        )

    def _read(self, typed: Typed) -> tuple[ActivityForm, Report | None, Activity | None]:
        form = self.activity_form(as_data(typed))
        if not form.is_valid():
            return form, None, None
        cleaned = dict(form.cleaned_data)
        activity = cleaned.pop("activity")
        return form, Report(activity=activity.name, half_units=activity.half_units, **cleaned), activity

    def entry(self, key: str) -> Entry | None:
        """その印の実地研修。まだ書いていないか、ほかの画面で消されていれば、ない。"""
        return next((entry for entry in self.entries if entry.key == key), None)

    @property
    def reports(self) -> tuple[Report, ...]:
        return tuple(entry.report for entry in self.entries if entry.report)

    @property
    def unfinished(self) -> tuple[Entry, ...]:
        """書きかけの実地研修。"""
        return tuple(entry for entry in self.entries if entry.report is None)

    @property
    def may_add(self) -> bool:
        return len(self.entries) < MOST_LINES

    @property
    def has_same(self) -> bool:
        """同じ活動が重なっているか、すでに台帳にあるか。申請はできるが、確かめてもらう。"""
        return bool(written_twice(self.reports) or already_granted(self.reports, self.ledger))

    # 連絡事項

    def note_form(self, data: Any = None) -> NoteForm:
        """連絡事項の頁。"""
        return NoteForm(data, initial=None if data is not None else self._initial(NoteForm, "note"))

    @cached_property
    def note(self) -> NoteForm:
        """残した連絡事項を確かめたもの。"""
        form = self.note_form(as_data(self.answers.get("note", {})))
        form.full_clean()
        return form

    # 全体

    @cached_property
    def evaluation(self) -> Evaluation:
        """いまの台帳と、書いた実地研修で数えた結果。"""
        return evaluate(self.rule, self.window, [*self.ledger, *(_line(report) for report in self.reports)])

    @property
    def problems(self) -> tuple[tuple[str, Step], ...]:
        """申請する前に直すことと、その段階。"""
        found = []
        if self.destination is None:
            found.append(("申請先の医師会を選んでください。", "destination"))
        if self.unfinished:
            words = f"書きかけの実地研修が {len(self.unfinished)} 件あります。書き終えるか、消してください。"
            found.append((words, "activities"))
        if self.note.errors:
            found.append(("連絡事項を直してください。", "note"))
        return tuple((words, self.wizard.place(slug).step) for words, slug in found)

    @property
    def is_ready(self) -> bool:
        """申請できるか。"""
        return not self.problems and self.evaluation.is_met

    def request(self) -> CompletionRequest:
        """申請すること。is_ready のときだけ作れる。"""
        if self.destination is None:
            raise DestinationNotAllowed
        return CompletionRequest(
            destination_id=self.destination.pk,
            entries=tuple(
                FieldEntry(
                    activity_id=entry.activity.pk,
                    place=entry.report.place,
                    from_on=entry.report.from_on,
                    until_on=entry.report.until_on,
                    times=entry.report.times,
                    note=entry.report.note,
                )
                for entry in self.entries
                if entry.report and entry.activity
            ),
            note=self.note.cleaned_data["note"],
        )

    @property
    def subject(self) -> str:
        return self.application.receipt_no if self.application else ""

    def _initial(self, form: type, slug: str) -> dict[str, Any]:
        return as_initial(form, self.answers.get(slug, {}))


def lines_of(answers: dict[str, Any]) -> list[dict[str, Any]]:
    """残した実地研修の行。"""
    return list(answers.get("activities", {}).get("lines", []))


def put_line(answers: dict[str, Any], key: str, typed: Typed) -> None:
    """実地研修の一件を書く。その印の行があれば書き直し、なければ書き足す。"""
    lines = answers.setdefault("activities", {"lines": []})["lines"]
    for row in lines:
        if row["key"] == key:
            row["typed"] = typed
            return
    if len(lines) < MOST_LINES:
        lines.append({"key": key, "typed": typed})


def drop_line(answers: dict[str, Any], key: str) -> None:
    """実地研修の一件を消す。"""
    answers["activities"] = {"lines": [row for row in lines_of(answers) if row["key"] != key]}


def writing_of(doctor: Doctor, at: datetime) -> Writing | None:
    """いま書ける申請：新しいものか、差し戻されたもの。申請中や、有効な修了証があるときは、ない。"""
    today = localdate(at)
    application = queries.live_application(doctor)
    if application is not None:
        if application.state != State.RETURNED:
            return None
        return _correcting(doctor, application, at)
    if not queries.may_begin(doctor, today):
        return None
    version = queries.rule_on(queries.completion_programme(), today)
    found = queries.destinations(doctor, today)
    several = found.route == Route.DISTRICT and len(found.associations) > 1
    draft = queries.completion_draft(doctor, None, at)
    return Writing(
        doctor=doctor,
        application=None,
        destinations=found.associations,
        reason=SEVERAL_DISTRICTS if several else ROUTE_REASONS[found.route],
        rule=version.rule,
        window=version.rule.window(today),
        activities=tuple(queries.activities_on(version.programme, today)),
        ledger=tuple(queries.ledger_of(doctor, version)),
        draft=draft,
        answers=draft.answers if draft else {},
        at=at,
    )


def _correcting(doctor: Doctor, application: CompletionApplication, at: datetime) -> Writing:
    """差し戻された申請。下書きがなければ、前の申請書を写して始める。"""
    draft = queries.completion_draft(doctor, application, at)
    first_on = localdate(application.first_submitted_at)
    return Writing(
        doctor=doctor,
        application=application,
        destinations=(application.destination,),
        reason="申請先は、はじめて申請したときのまま変わりません。",
        rule=application.rule.rule,
        window=application.window,
        activities=tuple(queries.activities_on(application.programme, first_on)),
        ledger=tuple(queries.ledger_of(doctor, application.rule)),
        draft=draft,
        answers=draft.answers if draft else _as_typed(queries.latest_submission(application)),
        at=at,
    )


def _as_typed(submission: Submission) -> dict[str, Any]:
    """前の申請書を、打たれたときの形に戻したもの。"""
    answers: dict[str, Any] = {"note": {"note": [submission.note]}}
    for report in queries.reports_of(submission):
        days = {"from_on": report.from_on}
        if report.until_on != report.from_on:
            days["until_on"] = report.until_on
        put_line(
            answers,
            f"{submission.number}-{report.position}",
            {
                "activity": [report.activity.code],
                "place": [report.place],
                "times": [str(report.times)],
                "note": [report.note],
                **{
                    f"{name}_{position}": [str(part)]
                    for name, day in days.items()
                    for position, part in enumerate((day.year, day.month, day.day))
                },
            },
        )
    return answers


def _line(report: Report) -> Line:
    return Line(kind=Kind.FIELD, title=report.title, on=report.until_on, half_units=report.half_units)
