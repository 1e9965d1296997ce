"""医師の側：いまどこにいて、次に何ができるか。"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet, Sum
from django.utils.timezone import localdate

from mamis.associations.models import Staff
from mamis.doctors.models import Doctor
from mamis.training.models import Certificate, CompletionApplication, CreditLine, PastCompletion, ProgrammeRule
from mamis.training.queries.counting import evaluation_of, progress
from mamis.training.queries.programmes import KAKARI, NoRuleInForce, activities_on, completion_programme, rule_on
from mamis.training.queries.submissions import live_application
from mamis.training.rules import KIND_LABELS, Advice, Evaluation, Kind, advise, may_apply, opens_on
from mamis.training.workflow import State
from mamis.wizard.models import Draft
from mamis.wizard.queries import draft_of, drafts_of

COMPLETION_DRAFT = "completion"
PAPER_DRAFT = "paper"


def valid_certificate(doctor: Doctor, on: date) -> Certificate | None:
    """有効な修了証のうち、期限の最も遠いもの。"""
    return (
        Certificate.objects.filter(
            doctor=doctor, programme__code=KAKARI, revoked_at=None, voided_at=None, expires_on__gte=on
        )
        .select_related("application")
        .order_by("-expires_on", "-pk")
        .first()
    )


def valid_past_completion(doctor: Doctor, on: date) -> PastCompletion | None:
    """このシステムの前の修了で、まだ有効なもののうち、期限の最も遠いもの。"""
    return (
        PastCompletion.objects.filter(doctor=doctor, programme__code=KAKARI, undone_at=None, expires_on__gte=on)
        .select_related("association")
        .order_by("-expires_on", "-pk")
        .first()
    )


def completed_until(doctor: Doctor, on: date) -> date | None:
    """いまの修了が、いつまで有効か。修了証でも、このシステムの前の修了でも、遠いほうによる。"""
    return _later(valid_certificate(doctor, on), valid_past_completion(doctor, on))


def _later(*found: Certificate | PastCompletion | None) -> date | None:
    return max((one.expires_on for one in found if one is not None), default=None)


def past_newest_first(completions: QuerySet[PastCompletion]) -> QuerySet[PastCompletion]:
    """このシステムの前の修了。新しい順。"""
    return completions.order_by("-completed_on", "-pk")


def certificates_newest_first(certificates: QuerySet[Certificate]) -> QuerySet[Certificate]:
    """修了証。新しい順。"""
    return certificates.select_related("application").order_by("-completed_on", "-pk")


def own_ledger(lines: QuerySet[CreditLine]) -> QuerySet[CreditLine]:
    """単位の記録。取った日の新しい順。取り消しの行は、元の行に付いて来る。"""
    return (
        lines.filter(reverses=None)
        .select_related("programme", "granted_by", "reversal", "reversal__granted_by")
        .order_by("-earned_on", "-pk")
    )


@dataclass(frozen=True)
class CreditTotal:
    """一つのプログラムの一つの種別の単位。取り消された分は除いてある。"""

    programme: str
    kind: Kind
    half_units: int

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[self.kind]


def credit_totals(lines: QuerySet[CreditLine]) -> list[CreditTotal]:
    """プログラムと種別ごとの単位の合計。"""
    rows = (
        lines.values("programme__name", "kind").annotate(total=Sum("half_units")).order_by("programme__code", "-kind")
    )
    return [CreditTotal(row["programme__name"], Kind(row["kind"]), row["total"]) for row in rows]


def may_begin(doctor: Doctor, on: date) -> bool:
    """新しく申請を書き始められるか：規則があり、有効な修了の期限がまだ先でないとき。決まっていない申請は別に見る。"""
    try:
        rule_on(completion_programme(), on)
    except NoRuleInForce:
        return False
    return may_apply(completed_until(doctor, on), on)


def completion_draft(doctor: Doctor, application: CompletionApplication | None, at: datetime) -> Draft | None:
    """修了申請の下書き。差し戻された申請を直しているときは、その申請のもの。"""
    if doctor.user_id is None:
        return None
    return draft_of(doctor.user_id, COMPLETION_DRAFT, application.receipt_no if application else "", at)


def paper_subject(staff: Staff, doctor: Doctor) -> str:
    """代行入力の下書きの対象：どの医師会として、どの医師の紙か。"""
    return f"{staff.association_id}/{doctor.pk}"


def paper_draft(staff: Staff, doctor: Doctor, at: datetime) -> Draft | None:
    """その人の、その医師の紙の代行入力の下書き。"""
    return draft_of(staff.user_id, PAPER_DRAFT, paper_subject(staff, doctor), at)


@dataclass(frozen=True)
class PaperDraft:
    """書きかけの代行入力。"""

    doctor: Doctor
    written_at: datetime


def paper_drafts(staff: Staff, doctors: QuerySet[Doctor], at: datetime) -> list[PaperDraft]:
    """その人がその医師会として書きかけている代行入力。最後に書いた順。"""
    drafts = drafts_of(staff.user_id, PAPER_DRAFT, at).filter(subject__startswith=f"{staff.association_id}/")
    written = {int(draft.subject.partition("/")[2]): draft.written_at for draft in drafts}
    found = doctors.in_bulk(written)
    return [PaperDraft(found[pk], at) for pk, at in written.items() if pk in found]


@dataclass(frozen=True)
class Standing:
    """この医師の、この研修についての、いま。研修の頁とマイページTOPが同じものを見る。

    `evaluation` は、決まっていない申請があればその申請を、なければ今日申請するとしたらを数えた結果。
    受け付けていないときはない。
    """

    application: CompletionApplication | None
    certificate: Certificate | None
    past: PastCompletion | None
    draft: Draft | None
    version: ProgrammeRule | None
    evaluation: Evaluation | None
    opens_on: date | None
    may_begin: bool

    @property
    def is_completed(self) -> bool:
        """有効な修了があるか。"""
        return self.certificate is not None or self.past is not None

    @property
    def is_returned(self) -> bool:
        return self.application is not None and self.application.state == State.RETURNED

    @property
    def may_write(self) -> bool:
        """申請の画面に入れるか：新しく申請できるか、差し戻されたものを直せるか。"""
        return self.may_begin or self.is_returned

    @property
    def report_count(self) -> int:
        """下書きに書いた実地研修の数。"""
        return len(self.draft.answers.get("activities", {}).get("lines", ())) if self.draft else 0


def standing(doctor: Doctor, at: datetime) -> Standing:
    """いまの申請、修了証、下書き、単位。"""
    today = localdate(at)
    application = live_application(doctor)
    certificate = valid_certificate(doctor, today)
    past = valid_past_completion(doctor, today)
    expires_on = _later(certificate, past)
    version: ProgrammeRule | None
    evaluation: Evaluation | None
    if application is not None:
        version, evaluation = application.rule, evaluation_of(application)
    else:
        try:
            now = progress(doctor, today)
            version, evaluation = now.version, now.evaluation
        except NoRuleInForce:
            version, evaluation = None, None
    return Standing(
        application=application,
        certificate=certificate,
        past=past,
        draft=completion_draft(doctor, application, at),
        version=version,
        evaluation=evaluation,
        opens_on=opens_on(expires_on),
        may_begin=application is None and version is not None and may_apply(expires_on, today),
    )


def advice(now: Standing, on: date) -> Advice | None:
    """申請できるようになるまでに、すること。受け付けていないときはない。"""
    if now.version is None or now.evaluation is None:
        return None
    return advise(now.evaluation, [one.half_units for one in activities_on(now.version.programme, on)])
