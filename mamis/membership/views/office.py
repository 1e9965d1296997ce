"""事務局の届出：一覧、一件、決めること、医師会のあいだの連絡。"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.audit.operations import record
from mamis.doctors import policy as doctors_policy
from mamis.doctors.queries import current_licence, main_workplace
from mamis.files.views import deliver
from mamis.mail import policy as mail_policy
from mamis.membership import columns, operations, policy, queries
from mamis.membership.forms.entry import ENTRIES, IN_STEPS
from mamis.membership.forms.office import (
    ApprovalForm,
    NoteForm,
    QuestionForm,
    SpokenAnswerForm,
    StepConditions,
    StepRejectionForm,
    StepReturnForm,
    TakeoverForm,
)
from mamis.membership.models import Step
from mamis.membership.operations import (
    REFUSALS,
    BoardDayNotAllowed,
    CategoryNotOffered,
    FacilityNotOffered,
)
from mamis.membership.queries import TAB_LABELS, Tab
from mamis.membership.rules import REJECTABLE
from mamis.membership.workflow import State, StepState
from mamis.tabular.csv import download

ROWS = 50
# 断りを言う欄。ここにないものは、頁の上で言う。
FIELDS = {BoardDayNotAllowed: "board_on", CategoryNotOffered: "category", FacilityNotOffered: "words"}


# 一覧


@require_safe
@office_required(Role.VIEWER)
def application_list(request: HttpRequest) -> HttpResponse:
    """届出の一覧。こちらで決めるものは、期限の近い順、古い順。"""
    today = timezone.localdate()
    form = StepConditions(request.GET, on=today)
    ours = policy.steps_visible_to(request.staff)
    found = queries.find_steps(ours, form.filters(), today)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    decidable = policy.steps_decidable_by(request.staff).filter(pk__in=[one.pk for one in shown])
    context = {
        "form": form,
        "page": page,
        "tab": form.tab.value,
        "tabs": _tabs(queries.counts(ours), form.tab),
        "heads": list(_heads(request, form)),
        "decidable": set(decidable.values_list("pk", flat=True)) if form.tab == Tab.OURS else set(),
        "may_work": request.staff.may(Role.CLERK),
    }
    page.object_list = queries.rows_of(shown, today)
    return render(request, "membership/office/application_list.html", context)


@require_safe
@office_required(Role.VIEWER)
def application_download(request: HttpRequest) -> HttpResponseBase:
    """画面に出ている一覧の、すべての頁の CSV。"""
    form = StepConditions(request.GET, on=timezone.localdate())
    rows = _rows(request, form)
    _record(request, "届出の一覧のダウンロード", f"{len(rows)} 件")
    return download(f"届出（{TAB_LABELS[form.tab]}）", columns.STEPS[form.tab], rows)


@require_safe
@office_required(Role.VIEWER)
def application_list_print(request: HttpRequest) -> HttpResponse:
    """理事会の一覧（A4）：こちらで決めるもの。"""
    form = StepConditions(request.GET, on=timezone.localdate())
    rows = _rows(request, form)
    _record(request, "理事会の一覧の印刷", f"{len(rows)} 件")
    context = {
        "form": form,
        "rows": rows,
        "tab_label": TAB_LABELS[form.tab],
        "today": timezone.localdate(),
        "boxes": ("会長", "副会長", "担当理事", "事務局"),
    }
    return render(request, "membership/office/application_list_print.html", context)


@dataclass(frozen=True)
class TabLink:
    """一覧の組への案内。"""

    tab: str
    label: str
    number: int
    is_current: bool


def _tabs(numbers: dict[Tab, int], current: Tab) -> list[TabLink]:
    return [TabLink(tab.value, label, numbers[tab], tab == current) for tab, label in TAB_LABELS.items()]


@dataclass(frozen=True)
class Head:
    """並べ替えのできる列の頭。"""

    label: str
    query: str
    order: str


# 組ごとの、列の頭と、並べ替えの名。
HEADS: dict[Tab, tuple[tuple[str, str], ...]] = {
    Tab.OURS: (
        ("期限", "due"),
        ("受付日", "received"),
        ("氏名", "name"),
        ("医籍登録番号", "number"),
        ("手続き", "kind"),
        ("会員区分", ""),
        ("異動日", "effective"),
    ),
    Tab.OTHERS: (
        ("申請した日", "submitted"),
        ("氏名", "name"),
        ("医籍登録番号", "number"),
        ("手続き", "kind"),
        ("いまだれの手に", "due"),
        ("異動日", "effective"),
        ("こちらの状態", ""),
    ),
    Tab.DONE: (
        ("決めた日", "since"),
        ("氏名", "name"),
        ("医籍登録番号", "number"),
        ("手続き", "kind"),
        ("会員区分", ""),
        ("異動日", "effective"),
        ("こちらの状態", ""),
        ("届出の状態", ""),
    ),
}


def _heads(request: HttpRequest, form: StepConditions) -> Iterable[Head]:
    """列の頭。押すと、その列で並べ、もう一度押すと逆に並べる。"""
    for label, key in HEADS[form.tab]:
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = f"-{key}" if form.sort == key else key
        order = {key: "ascending", f"-{key}": "descending"}.get(form.sort, "") if key else ""
        yield Head(label, query.urlencode() if key else "", order)


def _rows(request: HttpRequest, form: StepConditions) -> list[queries.StepRow]:
    """条件に合うすべての行。"""
    today = timezone.localdate()
    found = queries.find_steps(policy.steps_visible_to(request.staff), form.filters(), today)
    return queries.rows_of(list(found), today)


def _record(request: HttpRequest, act: str, about: str) -> None:
    record(by=request.user.pk, association_id=request.association.pk, act=act, about=about, at=timezone.now())


# 一件


@require_safe
@office_required(Role.VIEWER)
def application(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """届出の一件：決めること、変わるところ、機械の確かめ、道順、経過。"""
    return _case(request, _visible(request, receipt_no))


@require_safe
@office_required(Role.VIEWER)
def application_print(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """届出の一件を、紙に印刷する。"""
    step = _visible(request, receipt_no)
    _record(request, "届出の印刷", f"届出 {receipt_no}")
    stopped = queries.stopped_at(step.application) if step.state == StepState.RETURNED else None
    return render(request, "membership/office/application_print.html", _facts(request, step) | {"stopped": stopped})


@require_safe
@office_required(Role.VIEWER)
def application_scan(request: HttpRequest, receipt_no: str, token: str) -> HttpResponse:
    """紙の届出の写し。取り出したことを書きとめる。"""
    step = _visible(request, receipt_no)
    response = deliver(get_object_or_404(policy.scans_of(step.application), token=token))
    _record(request, "紙の届出の写しのダウンロード", f"届出 {receipt_no}")
    return response


@require_safe
@office_required(Role.VIEWER)
def application_evidence(request: HttpRequest, receipt_no: str, token: str) -> HttpResponse:
    """会員情報の変更を証明する書類の写し。取り出したことを書きとめる。"""
    step = _visible(request, receipt_no)
    response = deliver(get_object_or_404(policy.evidence_of(step.application), token=token))
    _record(request, "証明する書類の写しのダウンロード", f"届出 {receipt_no}")
    return response


@require_safe
@office_required(Role.VIEWER)
def application_attachment(request: HttpRequest, receipt_no: str, token: str) -> HttpResponse:
    """入会のときに求めた添付。取り出したことを書きとめる。"""
    step = _visible(request, receipt_no)
    response = deliver(get_object_or_404(policy.attachments_visible_to(request.staff, step.application), token=token))
    _record(request, "入会のときの添付のダウンロード", f"届出 {receipt_no}")
    return response


@require_POST
@office_required(Role.CLERK)
def application_approval(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """承認または確認する。"""
    step = _answerable(request, receipt_no)
    today, sheet = timezone.localdate(), step.application.sheet
    if "search" in request.POST:
        written = ApprovalForm(step=step, sheet=sheet, on=today, written=request.POST)
        return _case(request, step, approval_form=written)
    form = ApprovalForm(request.POST, step=step, sheet=sheet, on=today)
    done = "確認しました。" if step.is_confirmation else "承認しました。"

    def decide(seen: str) -> None:
        operations.approve_step(step, form.decision(), seen=seen, by=request.staff, at=timezone.now())

    return _do(request, step, form, decide, done, approval_form=form)


@require_POST
@office_required(Role.CLERK)
def application_return(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """理由と、項目ごとの指摘を添えて差し戻す。"""
    step = _answerable(request, receipt_no)
    form = StepReturnForm(request.POST, items=queries.items_of(step, step.application.sheet))

    def decide(seen: str) -> None:
        operations.return_step(
            step, reason=form.words, remarks=form.remarks, seen=seen, by=request.staff, at=timezone.now()
        )

    return _do(request, step, form, decide, "差し戻しました。", return_form=form)


@require_POST
@office_required(Role.CLERK)
def application_question(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """保留にして尋ねる。"""
    step = _answerable(request, receipt_no)
    form = QuestionForm(request.POST)

    def decide(seen: str) -> None:
        operations.ask_about_step(step, question=form.words, seen=seen, by=request.staff, at=timezone.now())

    return _do(request, step, form, decide, "保留にして、お尋ねしました。", question_form=form)


@require_POST
@office_required(Role.CLERK)
def application_answer(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """電話や紙でのお答えを書きとめる。"""
    step = _answerable(request, receipt_no)
    form = SpokenAnswerForm(request.POST)

    def decide(seen: str) -> None:
        operations.answer_for_doctor(step, answer=form.words, seen=seen, by=request.staff, at=timezone.now())

    return _do(request, step, form, decide, "お答えを書きとめ、続きを始めました。", answer_form=form)


@require_POST
@office_required(Role.CLERK)
def application_rejection(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """理由を添えて却下する。"""
    step = _answerable(request, receipt_no)
    form = StepRejectionForm(request.POST)

    def decide(seen: str) -> None:
        operations.reject_step(step, reason=form.words, seen=seen, by=request.staff, at=timezone.now())

    return _do(request, step, form, decide, "却下しました。", rejection_form=form)


@require_POST
@office_required(Role.CLERK)
def application_note(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """医師会のあいだの連絡を書く。"""
    step = _answerable(request, receipt_no)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _case(request, step, note_form=form)
    operations.write_note(step, text=form.cleaned_data["text"], by=request.staff, at=timezone.now())
    messages.success(request, "連絡を書きました。この届出を決める医師会が読めます。")
    return redirect("office_application", code=request.association.code, receipt_no=receipt_no)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def application_takeover(request: HttpRequest, receipt_no: str, position: int) -> HttpResponse:
    """期限の過ぎた下の医師会の段を、代わって決める。"""
    today = timezone.localdate()
    found = policy.steps_of_others_answerable_by(request.staff)
    step = get_object_or_404(found, application__receipt_no=receipt_no, position=position)
    form = TakeoverForm(request.POST if request.method == "POST" else None, step=step, on=today)
    if form.is_valid():
        try:
            operations.take_over_step(step, form.decision(), seen=_seen(request), by=request.staff, at=timezone.now())
        except REFUSALS as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, f"{step.association.name}に代わって決めました。")
            return redirect("office_application", code=request.association.code, receipt_no=receipt_no)
    context = {
        "step": step,
        "form": form,
        "form_failed": bool(form.errors),
        "seen": queries.fingerprint(step),
        "told": queries.told_by(step, queries.steps_of(step.application), above=request.association.name)["decide"],
        "is_takeable": policy.steps_takeable_by(request.staff, today).filter(pk=step.pk).exists(),
        "days_over": (today - step.due_on).days if step.due_on else 0,
    }
    status = 422 if form.errors else 200
    return render(request, "membership/office/takeover.html", context, status=status)


def _visible(request: HttpRequest, receipt_no: str) -> Step:
    """その届出の、この医師会の段。"""
    return get_object_or_404(policy.steps_visible_to(request.staff), application__receipt_no=receipt_no)


def _answerable(request: HttpRequest, receipt_no: str) -> Step:
    return get_object_or_404(policy.steps_answerable_by(request.staff), application__receipt_no=receipt_no)


def _do(
    request: HttpRequest, step: Step, form: Form, decide: Callable[[str], None], done: str, **forms: Form
) -> HttpResponse:
    """決めて、その届出の画面に戻る。直すところがあれば、書いたものを残して言う。"""
    if not form.is_valid():
        return _case(request, step, **forms)
    try:
        decide(_seen(request))
    except REFUSALS as refusal:
        _refuse(form, refusal)
        return _case(request, step, **forms)
    messages.success(request, f"{step.application.doctor.name} 先生の届出を{done}")
    return redirect("office_application", code=request.association.code, receipt_no=step.application.receipt_no)


def _refuse(form: Form, refusal: Exception) -> None:
    """断りを、欄のそばで言う。"""
    field = FIELDS.get(type(refusal))
    form.add_error(field if field in form.fields else None, str(refusal))


def _seen(request: HttpRequest) -> str:
    """決めた人が見ていた画面の印。"""
    return str(request.POST.get("seen", ""))


def _case(request: HttpRequest, step: Step, **written: Form) -> HttpResponse:
    """一件の画面。断られたときは、書いたものを残したまま出す。"""
    staff, today = request.staff, timezone.localdate()
    decidable = policy.steps_decidable_by(staff)
    is_decidable = decidable.filter(pk=step.pk).exists()
    doctor, held = step.application.doctor, step.state == StepState.HELD
    facts = _facts(request, step)
    context: dict[str, Any] = {
        **facts,
        "approval_form": ApprovalForm(step=step, sheet=facts["sheet"], on=today),
        "return_form": StepReturnForm(items=queries.items_of(step, facts["sheet"]) if is_decidable else ()),
        "question_form": QuestionForm(),
        "answer_form": SpokenAnswerForm(),
        "rejection_form": StepRejectionForm(),
        "note_form": NoteForm(),
        **written,
        "failed": [form for form in written.values() if form.errors],
        "form_failed": any(form.errors for form in written.values()),
        "seen": queries.fingerprint(step),
        "told": queries.told_by(step, facts["steps"]),
        "is_ours": step.state == StepState.OPEN and step.application.state == State.IN_REVIEW,
        "is_decidable": is_decidable,
        "may_approve": policy.may_decide(staff, step),
        "may_reject": step.task in REJECTABLE,
        "may_work": staff.may(Role.CLERK),
        "overdue": queries.due_words(step.due_on, today) if step.is_overdue(today) else "",
        "may_answer": held and policy.steps_answerable_by(staff).filter(pk=step.pk).exists(),
        "question": queries.question_of(step) if held else "",
        "is_close": doctors_policy.close_to(staff.user_id).filter(pk=doctor.pk).exists(),
        "takeable": set(
            policy.steps_takeable_by(staff, today).filter(application=step.application_id).values_list("pk", flat=True)
        ),
        "may_reenter": step.state == StepState.RETURNED
        and step.application.kind in (*IN_STEPS, *ENTRIES)
        and policy.steps_reenterable_by(staff).filter(pk=step.pk).exists(),
        "sent": mail_policy.visible_to(staff.association_id)
        .filter(reference=step.application.receipt_no)
        .order_by("created_at", "pk"),
        "next_step": queries.next_waiting(decidable, step),
        "left": decidable.exclude(pk=step.pk).count(),
    }
    return render(request, "membership/office/application.html", context, status=422 if context["form_failed"] else 200)


def _facts(request: HttpRequest, step: Step) -> dict[str, Any]:
    """一件の画面と印刷に載る事実。いまの記録は、いまも見える医師のものだけである。"""
    staff, today = request.staff, timezone.localdate()
    filed, doctor = step.application, step.application.doctor
    seen_now = doctors_policy.visible_to(staff, today)
    is_seen = seen_now.filter(pk=doctor.pk).exists()
    workplace = main_workplace(doctor, min(today, filed.effective_on - timedelta(days=1))) if is_seen else None
    sheet, steps = filed.sheet, queries.steps_of(filed)
    answers = policy.answers_visible_to(staff).filter(sheet=sheet)
    return {
        "step": step,
        "application": filed,
        "doctor": doctor,
        "sheet": sheet,
        "sheets": filed.sheets.count(),
        "today": today,
        "is_seen": is_seen,
        "licence": current_licence(doctor),
        "workplace": workplace,
        "changes": queries.changes_of(step, sheet, workplace, steps),
        "checks": queries.checks_of(step, sheet, workplace, seen_now, answers, today),
        "answers": answers,
        "steps": steps,
        "hands": queries.hands(step, steps, today) if filed.is_live else (),
        "history": queries.history_of(step),
        "notes": policy.notes_visible_to(staff).filter(application=filed),
        "is_live": filed.is_live,
        "calls_off": filed.calls_off,
    }
