"""修了申請の段階の表と、書いている途中の申請（training.md §1.5）。"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.forms import BaseForm
from django.utils.timezone import localdate

from mamis.associations.models import Association, Staff
from mamis.doctors.models import Doctor
from mamis.files import policy as files_policy
from mamis.files.forms import UploadField, hold_uploads, show_held
from mamis.files.models import StoredFile
from mamis.training import policy, queries
from mamis.training.forms.mypage import ActivityForm, DestinationForm, NoteForm
from mamis.training.forms.proxy import PaperForm
from mamis.training.models import Activity, CompletionApplication, Submission
from mamis.training.operations import CompletionRequest, DestinationNotAllowed, FieldEntry, PaperRequest
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
    def evidence(self) -> StoredFile | None:
        """添えた書類。"""
        return stored_in(self.form, "evidence")

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

    @property
    def owner_id(self) -> int | None:
        """書いている利用者。"""
        return self.doctor.user_id

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

    def activity_form(self, data: Any = None, files: Any = None, typed: Typed | None = None) -> ActivityForm:
        """実地研修の一件の頁。選ばれた書類は、すぐに預かる。"""
        initial = as_initial(ActivityForm, typed) if typed and data is None else None
        form = ActivityForm(
            data, files, activities=self.activities, window=self.window, today=localdate(self.at), initial=initial
        )
        return self._hold(form, typed)

    def _hold(self, form: Any, typed: Typed | None = None) -> Any:
        """選ばれた書類を預かり、前に預かったもの（前の申請書のものも）を欄に戻す。"""
        hold_uploads(form, by_user_id=self.owner_id, at=self.at)
        for name, field in form.fields.items():
            if isinstance(field, UploadField) and field.stored is None and not field.problem:
                token = (typed or form.data).get(f"{name}_0", "")
                show_held(form, name, self._held_before(field.purpose, token[0] if isinstance(token, list) else token))
        return form

    def _held_before(self, purpose: str, token: str) -> StoredFile | None:
        """その名の、自分が預けたものか、この申請の前の申請書に添えられたもの。"""
        if not token or "\x00" in token:
            return None
        mine = files_policy.carried_by(purpose, by_user_id=self.owner_id).filter(token=token).first()
        if mine is None and self.application is not None:
            return policy.attached_to(self.application).filter(purpose=purpose, token=token).first()
        return mine

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
        activity, _ = cleaned.pop("activity"), cleaned.pop("evidence")
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
            entries=self.field_entries,
            note=self.note.cleaned_data["note"],
            delegates=self.delegates,
        )

    @property
    def field_entries(self) -> tuple[FieldEntry, ...]:
        """申請書に書く実地研修。"""
        return tuple(
            FieldEntry(
                activity_id=entry.activity.pk,
                place=entry.report.place,
                from_on=entry.report.from_on,
                until_on=entry.report.until_on,
                times=entry.report.times,
                note=entry.report.note,
                evidence_id=entry.evidence.pk if entry.evidence else None,
            )
            for entry in self.entries
            if entry.report and entry.activity
        )

    @property
    def delegates(self) -> str:
        """この下書きに書いた代理の人の名。"""
        return "、".join(self.answers.get("delegates", ()))

    @property
    def subject(self) -> str:
        return self.application.receipt_no if self.application else ""

    def _initial(self, form: type, slug: str) -> dict[str, Any]:
        return as_initial(form, self.answers.get(slug, {}))


PAPER_STEPS = (
    Step("paper", "紙の申請書", PaperForm),
    Step("activities", "実地研修", ActivityForm),
    Step("check", "内容確認"),
)


class CannotEnter(Exception):
    """いまは、その医師の紙を代行入力できない。ほかの医師会にあることは言わない。"""


@dataclass(frozen=True)
class PaperWriting(Writing):
    """代行入力している途中の、紙の修了申請。"""

    staff: Staff

    @property
    def owner_id(self) -> int | None:
        return self.staff.user_id

    @cached_property
    def wizard(self) -> Wizard:
        return Wizard(PAPER_STEPS, self.answers, self)

    def paper_form(self, data: Any = None, files: Any = None) -> PaperForm:
        """紙の申請書の頁。選ばれた写しは、すぐに預かる。"""
        typed = self.answers.get("paper", {}) if data is None else None
        initial = self._initial(PaperForm, "paper") if data is None else None
        form: PaperForm = self._hold(PaperForm(data, files, on=localdate(self.at), initial=initial), typed)
        return form

    @cached_property
    def paper(self) -> PaperForm:
        """残した紙の申請日と連絡事項を確かめたもの。"""
        form = self.paper_form(as_data(self.answers.get("paper", {})))
        form.full_clean()
        return form

    @property
    def problems(self) -> tuple[tuple[str, Step], ...]:
        """申請する前に直すことと、その段階。"""
        steps = {step.slug: step for step in PAPER_STEPS}
        found = []
        if self.paper.errors:
            found.append(("紙の申請日、写し、連絡事項を直してください。", steps["paper"]))
        if self.unfinished:
            words = f"書きかけの実地研修が {len(self.unfinished)} 件あります。書き終えるか、消してください。"
            found.append((words, steps["activities"]))
        return tuple(found)

    def request(self) -> PaperRequest:
        """代行入力すること。is_ready のときだけ作れる。"""
        asked = self.paper.cleaned_data
        return PaperRequest(
            destination_id=self.destinations[0].pk,
            entries=self.field_entries,
            note=asked["note"],
            paper_on=asked["paper_on"],
            scan_id=asked["scan"].pk,
        )


def paper_writing_of(staff: Staff, doctor: Doctor, at: datetime) -> PaperWriting:
    """いま代行入力できる紙：新しいものか、差し戻したものを直した紙。できなければ CannotEnter。"""
    today = localdate(at)
    draft = queries.paper_draft(staff, doctor, at)
    application = queries.live_application(doctor)
    if application is not None and policy.reenterable_by(staff).filter(pk=application.pk).exists():
        return PaperWriting(staff=staff, **_correcting(doctor, application, draft, at))
    answers = draft.answers if draft else {}
    counted_on = _paper_day(answers, today)
    _require_ours(staff, doctor, application, today, counted_on)
    version = queries.rule_on(queries.completion_programme(), counted_on)
    return PaperWriting(
        staff=staff,
        doctor=doctor,
        application=None,
        destinations=(staff.association,),
        reason="この医師の申請先です。",
        rule=version.rule,
        window=version.rule.window(counted_on),
        activities=tuple(queries.activities_on(version.programme, counted_on)),
        ledger=tuple(queries.ledger_of(doctor, version)),
        draft=draft,
        answers=answers,
        at=at,
    )


def _paper_day(answers: dict[str, Any], today: date) -> date:
    """数える期間を決める、紙の申請日。まだ書かれていなければ、今日として数えておく。"""
    form = PaperForm(as_data(answers.get("paper", {})), on=today)
    form.full_clean()
    return form.cleaned_data.get("paper_on") or today


def _require_ours(
    staff: Staff, doctor: Doctor, application: CompletionApplication | None, today: date, counted_on: date
) -> None:
    """この医師会に、いま申請できる医師か。"""
    if staff.association_id not in {one.pk for one in queries.destinations(doctor, today).associations}:
        raise CannotEnter("この医師の修了申請の申請先は、この医師会ではありません。")
    if application is not None and application.destination_id == staff.association_id:
        raise CannotEnter(f"この医師の修了申請は、もう届いています（受付番号 {application.receipt_no}）。")
    if application is not None or not queries.may_begin(doctor, counted_on):
        raise CannotEnter("この医師は、いまは新しい修了申請ができません。先生にお確かめください。")


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


def sign(answers: dict[str, Any], name: str) -> None:
    """代理の人が書いたことを、下書きに残す。"""
    names = answers.setdefault("delegates", [])
    if name not in names:
        names.append(name)


def tokens_in(answers: Any) -> set[str]:
    """下書きの中の、預かった書類の名。"""
    if isinstance(answers, list):
        return {token for one in answers for token in tokens_in(one)}
    if not isinstance(answers, dict):
        return set()
    held = {values[0] for name, values in answers.items() if name in {"evidence_0", "scan_0"} and values}
    return held | {token for one in answers.values() if isinstance(one, dict | list) for token in tokens_in(one)}


def stored_in(form: BaseForm, name: str) -> StoredFile | None:
    """その欄に預かったもの。"""
    field = form.fields[name]
    return field.stored if isinstance(field, UploadField) else None


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
        draft = queries.completion_draft(doctor, application, at)
        return Writing(**_correcting(doctor, application, draft, at))
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


def _correcting(
    doctor: Doctor, application: CompletionApplication, draft: Draft | None, at: datetime
) -> dict[str, Any]:
    """差し戻された申請を直すときの事実。下書きがなければ、前の申請書を写して始める。"""
    return {
        "doctor": doctor,
        "application": application,
        "destinations": (application.destination,),
        "reason": "申請先は、はじめて申請したときのまま変わりません。",
        "rule": application.rule.rule,
        "window": application.window,
        "activities": tuple(queries.activities_on(application.programme, application.counted_on)),
        "ledger": tuple(queries.ledger_of(doctor, application.rule)),
        "draft": draft,
        "answers": draft.answers if draft else _as_typed(queries.latest_submission(application)),
        "at": at,
    }


def _as_typed(submission: Submission) -> dict[str, Any]:
    """前の申請書を、打たれたときの形に戻したもの。紙の申請日は、新しい紙のものを書く。"""
    answers: dict[str, Any] = {"note": {"note": [submission.note]}, "paper": {"note": [submission.note]}}
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
                **({"evidence_0": [report.evidence.token]} if report.evidence else {}),
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
