"""事務局の届出の一件：変わるところ、機械の確かめ、道順、経過、知らせること。"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from django.db.models import QuerySet

from mamis.associations.models import Category
from mamis.associations.queries import prefectures
from mamis.associations.rules import DUTY_LABELS, Duty
from mamis.doctors.models import Doctor, Workplace
from mamis.doctors.queries import current_number, is_number_held, matching
from mamis.doctors.rules import SEX_LABELS, Sex
from mamis.japanese.calendar import long_date, plain_date
from mamis.membership.models import Application, ContactChange, Sheet, SheetAnswer, Step, StepHistory
from mamis.membership.queries.seats import facts_of, fingerprint, without_step
from mamis.membership.rules import Remark, Task, dues_term, reached_by
from mamis.membership.workflow import (
    DONE,
    EVENT_LABELS,
    Event,
    StepEvent,
    StepState,
    told_to_doctor,
)
from mamis.workflow.models import History
from mamis.workflow.table import By

NOT_MEMBER = "非会員"


def steps_of(application: Application) -> list[Step]:
    """道順のすべての段。順に。"""
    return list(
        application.steps.select_related(
            "association", "category", "category_before", "taken_over_by", "amended_facility__prefecture"
        ).order_by("position")
    )


def answers_of(sheet: Sheet) -> QuerySet[SheetAnswer]:
    """その申請書の、医師会の尋ねたことへの答え。尋ねた順。"""
    return answers_on([sheet])


def answers_on(sheets: Iterable[Sheet]) -> QuerySet[SheetAnswer]:
    """それらの申請書の、医師会の尋ねたことへの答え。尋ねた順。"""
    found = SheetAnswer.objects.filter(sheet__in=list(sheets)).select_related("item__association", "file")
    return found.order_by("sheet", "position")


# 変わるところ


@dataclass(frozen=True)
class Change:
    """変わるところの一つ：いまと、変わったあと。会員情報なら、その項目の名。"""

    label: str
    was: str
    now: str
    name: str = ""


PREFECTURE = "home_prefecture_id"
FACT_LABELS = {field.attname: str(field.verbose_name) for field in Doctor._meta.fields} | {
    "licence_number": "医籍登録番号",
    "licence_registered_on": "医籍登録年月日",
}


def changes_of(step: Step, sheet: Sheet, workplace: Workplace | None, steps: Sequence[Step]) -> list[Change]:
    """その医師会に関わる、変わるところ：会員区分、主たる施設、施設業務、会員情報。"""
    found = []
    if step.category_before_id != step.category_id:
        found.append(Change(f"{step.association.name}の会員区分", _label(step.category_before), _label(step.category)))
    if sheet.work_name:
        found.append(Change("主たる施設", _place(workplace), _wanted_place(sheet, steps)))
    duty = next((one.amended_duty for one in reversed(steps) if one.amended_duty), sheet.duty)
    if duty and (workplace is None or duty != workplace.duty):
        was = DUTY_LABELS[Duty(workplace.duty)] if workplace and workplace.duty else ""
        found.append(Change("施設業務", was, DUTY_LABELS[Duty(duty)]))
    return [*found, *facts_shown(sheet)]


def facts_shown(sheet: Sheet) -> list[Change]:
    """申請書に書かれた会員情報の、変わるところ。"""
    return facts_changed(sheet.facts_before, sheet.facts_after)


def facts_changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """会員情報の、変わるところ。"""
    return _facts_changed(before, after, _prefecture_names() if PREFECTURE in after else {})


def contact_rows(changes: Iterable[ContactChange]) -> list[tuple[ContactChange, list[Change]]]:
    """連絡先の変更と、その変わったところ。都道府県の名は、一度だけ読む。"""
    names = _prefecture_names()
    return [(one, _facts_changed(one.facts_before, one.facts_after, names)) for one in changes]


def _facts_changed(before: Mapping[str, str], after: Mapping[str, str], names: Mapping[str, str]) -> list[Change]:
    return [
        Change(label, _fact(name, before.get(name, ""), names), _fact(name, after[name], names), name)
        for name, label in FACT_LABELS.items()
        if name in after
    ]


def _prefecture_names() -> dict[str, str]:
    return {one.code: one.name for one in prefectures()}


def find_contact_changes(changes: QuerySet[ContactChange], words: str) -> QuerySet[ContactChange]:
    """言葉に合う医師の、連絡先の変更。医師のいまの医籍登録番号を添える。"""
    if words:
        changes = changes.filter(matching(words, "doctor"))
    return changes.annotate(licence_number=current_number("doctor"))


def _fact(name: str, value: str, names: Mapping[str, str]) -> str:
    """会員情報の値を、読む言葉で。"""
    if name == PREFECTURE:
        return names.get(value, value)
    if name.endswith("_on"):
        return long_date(date.fromisoformat(value)) if value else ""
    return SEX_LABELS[Sex(value)] if name == "sex" and value else value


def _label(category: Category | None) -> str:
    return category.label if category else NOT_MEMBER


def _place(workplace: Workplace | None) -> str:
    return f"{workplace.place_name}（{workplace.place.prefecture.name}）" if workplace else ""


def _wanted_place(sheet: Sheet, steps: Sequence[Step]) -> str:
    """変わったあとの主たる施設。医師会が改めていれば、改めたもの。"""
    for one in reversed(steps):
        if one.amended_facility is not None:
            name = f"{one.amended_facility.name}（{one.amended_facility.prefecture.name}）"
            return f"{name}　{one.association.name}が改めました。申請は「{sheet.work_name}」です。"
    prefecture = sheet.facility.prefecture if sheet.facility else sheet.work_prefecture
    return f"{sheet.work_name}（{prefecture.name}）" if prefecture else sheet.work_name


# 機械の確かめ


@dataclass(frozen=True)
class Check:
    """機械の確かめの一つ。決めるのは人である。"""

    is_clear: bool
    words: str


def checks_of(
    step: Step,
    sheet: Sheet,
    workplace: Workplace | None,
    others: QuerySet[Doctor],
    answers: Iterable[SheetAnswer],
    on: date,
) -> list[Check]:
    """機械の確かめ。`others` は、その医師会に見える医師、`answers` は、その医師会の尋ねたことへの答え。"""
    application = step.application
    if application.is_profile:
        return _profile_checks(application.doctor, sheet)
    return [
        *_same_doctors(application.doctor, others),
        *_category_check(step, sheet, workplace),
        _day_check(application.effective_on, on),
        *_dues_check(step, on),
        *(
            [Check(False, f"「{sheet.work_name}」は、施設マスタにない施設（未定）です。")]
            if sheet.unlisted_name
            else []
        ),
        *_paper_check(sheet),
        *_attachment_checks(answers),
    ]


def _profile_checks(doctor: Doctor, sheet: Sheet) -> list[Check]:
    """会員情報の変更：証明する書類、番号の重なり、申請のあとに登録が変わっていないか。"""
    return [
        *_evidence_check(sheet),
        *_number_check(doctor, sheet),
        *_register_check(doctor, sheet),
        *_paper_check(sheet),
    ]


def _evidence_check(sheet: Sheet) -> list[Check]:
    if sheet.evidence is None or sheet.evidence.is_refused:
        return [Check(False, "証明する書類の写しが、使えないファイルです。承認できません。")]
    if sheet.evidence.is_waiting:
        return [Check(False, "証明する書類の写しを、機械が確かめているところです。終わるまで承認できません。")]
    return [Check(True, "証明する書類の写しがあります。")]


def _number_check(doctor: Doctor, sheet: Sheet) -> list[Check]:
    number = sheet.facts_after.get("licence_number")
    if not number or not sheet.application.is_live:
        return []
    if is_number_held(number, besides=doctor):
        return [Check(False, "新しい医籍登録番号は、ほかの医師の記録にあります。このままでは承認できません。")]
    return [Check(True, "新しい医籍登録番号は、ほかの医師の記録にありません。")]


def _register_check(doctor: Doctor, sheet: Sheet) -> list[Check]:
    if not sheet.application.is_live or facts_of(doctor, sheet.facts_before) == sheet.facts_before:
        return []
    return [Check(False, "申請のあとに、いまの登録が変わっています。変わるところを、もう一度お確かめください。")]


def _same_doctors(doctor: Doctor, others: QuerySet[Doctor]) -> list[Check]:
    """同じ方の記録が、もう一つないか。見えない医師のことは言わない。"""
    besides = others.exclude(pk=doctor.pk)
    same = besides.filter(search_name=doctor.search_name, birth_on=doctor.birth_on).annotate(
        number=current_number("pk")
    )
    twins = list(same.order_by("pk")[:3]) if doctor.birth_on else []
    found = [
        Check(False, f"氏名と生年月日の同じ記録が、もう一つあります（{one.name} 先生、医籍登録番号 {one.number}）。")
        for one in twins
    ]
    return found or [Check(True, "同じ方と思われる、ほかの記録はありません。")]


def _category_check(step: Step, sheet: Sheet, workplace: Workplace | None) -> list[Check]:
    """会員区分が、施設業務に合うか。"""
    duty = sheet.duty or (workplace.duty if workplace else "")
    category = step.category
    if category is None or not category.duties or not duty:
        return []
    words = f"施設業務「{DUTY_LABELS[Duty(duty)]}」"
    if duty in category.duties:
        return [Check(True, f"会員区分「{category.label}」は、{words}に合います。")]
    return [Check(False, f"会員区分「{category.label}」は、ふつう、{words}の先生の区分ではありません。")]


def _day_check(day: date, on: date) -> Check:
    ahead = (day - on).days
    if ahead < 0:
        return Check(False, f"異動日が {-ahead} 日前です。決まると、その日にさかのぼって変わります。")
    return Check(True, "異動日は今日です。" if ahead == 0 else f"異動日は {ahead} 日あとです。")


def _dues_check(step: Step, on: date) -> list[Check]:
    """異動日が、終わった会費の期の日か。施設だけの異動は、会費によらない。"""
    began = dues_term(step.application.effective_on)
    if step.task == Task.FACILITY or began >= dues_term(on):
        return []
    term = f"{plain_date(began)}からの会費の期"
    return [Check(False, f"異動日は、もう終わった、{term}の日です。会費の精算が要らないか、お確かめください。")]


def _paper_check(sheet: Sheet) -> list[Check]:
    if sheet.paper_on is None:
        return []
    if sheet.scan is None:
        return [Check(False, "紙の届出の写しがありません。")]
    if sheet.scan.is_refused:
        return [Check(False, "紙の届出の写しが、使えないファイルです。")]
    return [Check(True, "紙の届出の写しがあります。")]


def _attachment_checks(answers: Iterable[SheetAnswer]) -> list[Check]:
    """求めた添付があり、開けるか。"""
    return [_attachment_check(one) for one in answers if one.file is not None or one.lacks_file]


def _attachment_check(answer: SheetAnswer) -> Check:
    if answer.file is None:
        return Check(False, f"「{answer.label}」の添付がありません。")
    if answer.file.is_refused:
        return Check(False, f"「{answer.label}」の添付が、使えないファイルです。")
    if answer.file.is_waiting:
        return Check(False, f"「{answer.label}」の添付を、機械が確かめているところです。")
    return Check(True, f"「{answer.label}」の添付があります。")


def glance(step: Step, sheet: Sheet, answers: Iterable[SheetAnswer], on: date) -> list[str]:
    """まとめて決める前に、申請書だけで分かる、見てほしいこと。"""
    if step.application.is_profile:
        return []
    checks = [
        *(_category_check(step, sheet, None) if sheet.duty else []),
        _day_check(step.application.effective_on, on),
        *_dues_check(step, on),
        *([Check(False, "施設マスタにない施設（未定）です。")] if sheet.unlisted_name else []),
        *_paper_check(sheet),
        *_attachment_checks(answers),
    ]
    return [one.words for one in checks if not one.is_clear]


# 経過


@dataclass(frozen=True)
class Line:
    """経過の一行。"""

    at: datetime
    title: str
    by: str
    comment: str = ""
    remarks: tuple[Remark, ...] = ()


# 段の経過が同じことを言うもの。
_TOLD_BY_STEPS = (Event.RETURN, Event.ASK, Event.REJECT)


def history_of(step: Step) -> list[Line]:
    """その医師会に見せる経過。新しい順。ほかの医師会の人の名と理由は、出さない。"""
    application = step.application
    answered = {one.at for one in step.history.all() if one.event == StepEvent.RESUME}
    found = [
        (one.at, order_of(one), one.pk, _application_line(one, step.association_id, answered))
        for one in application.history.select_related("by_association")
        if one.event not in _TOLD_BY_STEPS
    ]
    lines = StepHistory.objects.filter(step__application=application).exclude(event=StepEvent.PLAN)
    found += [
        (one.at, order_of(one), one.pk, _step_line(one, step.association_id))
        for one in lines.select_related("step__association", "by_association", "taken_over_by")
    ]
    return [line for *_, line in sorted(found, key=lambda one: one[:3], reverse=True)]


def order_of(one: History) -> int:
    """同じ時に起きたことの順：申請、段のこと、届出の全体のこと。"""
    if isinstance(one, StepHistory):
        return 1
    return 0 if one.event in (Event.SUBMIT, Event.ENTER) else 2


def _application_line(one: History, ours: int, answered: Iterable[datetime]) -> Line:
    tells = one.by_association_id == ours or one.at in answered or one.event == Event.WITHDRAW
    return Line(one.at, EVENT_LABELS[Event(one.event)], _who(one, ours), one.comment if tells else "")


def _step_line(one: StepHistory, ours: int) -> Line:
    above = one.taken_over_by.name if one.taken_over_by else ""
    title = told_to_doctor(one.event, one.step.association.name, is_automatic=one.is_automatic, taken_over_by=above)
    if one.by_association_id != ours:
        return Line(one.at, title, "")
    return Line(one.at, title, _who(one, ours), one.comment, one.remarked)


def _who(one: History, ours: int) -> str:
    """した人。医師と、自分の医師会の人だけを、名で言う。"""
    if one.by_association is None:
        return f"{one.by_name} 先生" if one.party == By.DOCTOR else one.by_name
    return f"{one.by_association.name}　{one.by_name}" if one.by_association_id == ours else one.by_association.name


def question_of(step: Step) -> str:
    """保留にして尋ねたこと。"""
    return step.history.filter(event=StepEvent.ASK).latest("at", "pk").comment


def last_line(step: Step) -> History:
    """画面を開いたあとに起きた、終わりの一つ：段が決まるか止まっていれば段の、そうでなければ届出のこと。"""
    mine = step.state in (*DONE, StepState.RETURNED, StepState.HELD, StepState.REJECTED)
    line: Any = (step if mine else step.application).history.latest("at", "pk")
    return cast("History", line)


# 知らせること

# 項目ごとの指摘の届き方：マイページをお使いの先生と、そうでない先生。
REMARKS_SEEN = "指摘は、先生のマイページの、その項目のところに出ます。メールには、いくつあるかだけを書きます。"
REMARKS_PRINTED = "指摘は、メールには書きません。差し戻したあとに、この届出を印刷して、お渡しください。"


class Act(StrEnum):
    """事務局が段にすること。"""

    DECIDE = "decide"
    RETURN = "return"
    ASK = "ask"
    REJECT = "reject"


def told_by(step: Step, steps: Sequence[Step], *, above: str = "") -> dict[str, list[str]]:
    """することごとの、先生とほかの医師会に知らせること。押す前に見せる。`above` は、代わって決める医師会。"""
    name = f"{step.application.doctor.name} 先生"
    application = step.application
    hears = _hears(application)
    mailed = f"{name}に、この文をメールで知らせます。" if hears else _no_mail(application, name)
    if application.is_profile:
        stops, drops = "届出は止まり、期限も、そのあいだ進みません。", "いまの登録は変わりません。"
    else:
        stops = "届出は止まり、ほかの医師会の期限も、そのあいだ進みません。ほかの医師会にメールは出ません。"
        drops = "残りの医師会の段は「対象外」になり、先生の在籍は変わりません。ほかの医師会にメールは出ません。"
    return {
        Act.DECIDE.value: _told_by_deciding(step, steps, name, above),
        Act.RETURN.value: [
            mailed,
            REMARKS_SEEN if hears and application.doctor.user_id else REMARKS_PRINTED,
            f"先生が直して出すと、{step.association.name}から続きます。",
            stops,
        ],
        Act.ASK.value: [mailed, stops],
        Act.REJECT.value: [mailed, drops],
    }


def follows(step: Step, steps: Sequence[Step]) -> tuple[list[Step], bool]:
    """その段が決まると届く段と、それで手続きが完了するか。"""
    positions = {one.position: one for one in steps}
    reached, finishes = reached_by(
        step.position,
        [one.planned for one in steps],
        done=[one.position for one in steps if one.is_done],
        waiting=[one.position for one in steps if one.state == StepState.WAITING],
        automatic=[one.position for one in steps if _is_automatic(step.application, one)],
    )
    return [positions[position] for position in reached], finishes


def _is_automatic(application: Application, step: Step) -> bool:
    return application.kind in step.association.automatic_kinds


def _told_by_deciding(step: Step, steps: Sequence[Step], name: str, above: str) -> list[str]:
    application = step.application
    reached, finishes = follows(step, steps)
    words = [
        f"{one.association.name}に届き、あらかじめ決めたとおり、自動で決まります。"
        if _is_automatic(application, one)
        else f"{one.association.name}に、届いたことをメールで知らせます。"
        for one in reached
    ]
    if finishes:
        return [*words, *_told_by_finishing(application, steps, name)]
    left = [one.association.name for one in steps if one.is_undecided and one.pk != step.pk]
    event = StepEvent.CONFIRM if step.is_confirmation else StepEvent.APPROVE
    if application.doctor.user_id:
        seen = told_to_doctor(event, step.association.name, taken_over_by=above)
        words.append(f"先生のマイページには「{seen}」と出ます。")
    return [*words, f"先生にメールが出るのは、すべて決まったときです。残り：{'、'.join(left)}"]


def _told_by_finishing(application: Application, steps: Sequence[Step], name: str) -> list[str]:
    """これで、すべてが決まる。"""
    day = long_date(application.effective_on)
    words = ["これで、すべての医師会が決めたことになり、手続きが完了します。"]
    words.append(f"{name}に、完了をメールで知らせます。" if _hears(application) else _no_mail(application, name))
    words.append(f"{'すぐに' if application.is_profile else f'{day}から'}、届け出た内容に変わります。")
    return words + [f"{one.name}に、完了をメールで知らせます。" for one in without_step(application, steps)]


def _hears(application: Application) -> bool:
    """医師に、メールが届くか。"""
    return bool(application.doctor.contact_address) and not application.is_of_deceased


def _no_mail(application: Application, name: str) -> str:
    if application.is_of_deceased:
        return "亡くなった先生には、メールを送りません。ご家族に、電話か紙でお知らせください。"
    return f"{name}は登録メールアドレスがないので、メールは届きません。電話か紙でお知らせください。"


@dataclass(frozen=True)
class BulkRow:
    """まとめて決める前の一件：次に届く医師会、見てほしいこと、決められないわけ。"""

    step: Any
    seen: str
    next_names: tuple[str, ...]
    finishes: bool
    looks: tuple[str, ...]
    obstacle: str = ""


def bulk_rows(steps: Sequence[Step], obstacles: Mapping[int, str], on: date) -> list[BulkRow]:
    """まとめて決める前の一覧。道順と申請書は、一度にまとめて読む。"""
    applications = {step.application_id for step in steps}
    routes: dict[int, list[Step]] = {}
    for one in Step.objects.filter(application__in=applications).select_related("association").order_by("position"):
        routes.setdefault(one.application_id, []).append(one)
    sheets = Sheet.objects.filter(application__in=applications).select_related("scan").order_by("number")
    latest = {sheet.application_id: sheet for sheet in sheets}
    answers: dict[tuple[int, int], list[SheetAnswer]] = {}
    for answer in answers_on(latest.values()):
        answers.setdefault((answer.sheet_id, answer.item.association_id), []).append(answer)
    rows = []
    for step in steps:
        reached, finishes = follows(step, routes[step.application_id])
        sheet = latest[step.application_id]
        rows.append(
            BulkRow(
                step,
                fingerprint(step),
                tuple(one.association.name for one in reached),
                finishes,
                tuple(glance(step, sheet, answers.get((sheet.pk, step.association_id), ()), on)),
                obstacles.get(step.pk, ""),
            )
        )
    return rows
