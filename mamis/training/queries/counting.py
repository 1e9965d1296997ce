"""台帳と申請書から規則へ渡す値と、数えた結果。"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from mamis.doctors.models import Doctor
from mamis.files.models import StoredFile
from mamis.training.models import CompletionApplication, CountedLine, CreditLine, FieldReport, ProgrammeRule, Submission
from mamis.training.queries.programmes import completion_programme, rule_on
from mamis.training.rules import (
    Evaluation,
    Kind,
    Line,
    Window,
    already_granted,
    evaluate,
    outside,
    units_text,
    written_twice,
)


def credit_lines(doctors: Collection[int]) -> dict[int, list[CreditLine]]:
    """医師ごとの台帳の行。取り消しの行は、元の行に付いて来る。"""
    found: dict[int, list[CreditLine]] = {doctor_id: [] for doctor_id in doctors}
    lines = CreditLine.objects.filter(doctor_id__in=doctors, reverses=None).select_related("granted_by", "reversal")
    for line in lines.order_by("pk"):
        found[line.doctor_id].append(line)
    return found


def ledger_lines(lines: Iterable[CreditLine], version: ProgrammeRule) -> list[Line]:
    """台帳のうち、この規則が見る行。座学は生涯教育制度の単位、実地はこの研修の単位。"""
    seen = {
        (version.knowledge_programme_id, Kind.KNOWLEDGE.value),
        (version.programme_id, Kind.FIELD.value),
    }
    return [
        Line(
            kind=Kind(line.kind),
            title=line.title,
            on=line.earned_on,
            half_units=line.half_units,
            granted_by=line.granted_by.name,
            credit_id=line.pk,
            is_reversed=hasattr(line, "reversal"),
        )
        for line in lines
        if (line.programme_id, line.kind) in seen
    ]


def report_lines(reports: Iterable[FieldReport]) -> list[Line]:
    """申請書に書かれた実地研修の行。終わりの日に得たものとする。"""
    return [
        Line(kind=Kind.FIELD, title=report.title, on=report.until_on, half_units=report.half_units)
        for report in reports
    ]


def ledger_of(doctor: Doctor, version: ProgrammeRule) -> list[Line]:
    """医師の台帳のうち、この規則が見る行。"""
    return ledger_lines(credit_lines([doctor.pk])[doctor.pk], version)


@dataclass(frozen=True)
class Progress:
    """その日に申請するとしたら、どう数えられるか。"""

    version: ProgrammeRule
    window: Window
    evaluation: Evaluation


def progress(doctor: Doctor, on: date, written: Iterable[Line] = ()) -> Progress:
    """まだ申請していない医師の、いまの進み具合。`written` は下書きの実地研修。"""
    version = rule_on(completion_programme(), on)
    window = version.rule.window(on)
    lines = [*ledger_lines(credit_lines([doctor.pk])[doctor.pk], version), *written]
    return Progress(version, window, evaluate(version.rule, window, lines))


def evaluation_of(application: CompletionApplication) -> Evaluation:
    """申請を、その規則の版と期間で数えた結果。"""
    return evaluations([application])[application.pk]


def evaluations(applications: Sequence[CompletionApplication]) -> dict[int, Evaluation]:
    """申請ごとの結果。いくつあっても三つの問い合わせで足りる。承認された申請は、承認のときに数えた行による。"""
    return {pk: review.evaluation for pk, review in reviews(applications).items()}


@dataclass(frozen=True)
class Review:
    """申請を機械で確かめた結果。番号は、申請書の何件目かを表す。"""

    evaluation: Evaluation
    reports: tuple[FieldReport, ...]
    twice: tuple[tuple[int, int], ...]
    granted: tuple[tuple[int, Line], ...]
    outside: tuple[int, ...]

    @property
    def has_same_activity(self) -> bool:
        return bool(self.twice or self.granted)

    @property
    def is_clear(self) -> bool:
        return self.evaluation.is_met and not self.has_same_activity

    @property
    def passes(self) -> bool:
        """人が読むべきところが一つもないか。まとめて承認できるのは、このときだけである。"""
        return self.is_clear and not self.outside

    @property
    def verdict(self) -> str:
        """一覧に書く、確認の結果。"""
        if not self.evaluation.is_met:
            return f"{units_text(self.evaluation.missing)} 単位不足"
        return "同じ活動あり" if self.has_same_activity else "要件を満たす"


def review_of(application: CompletionApplication) -> Review:
    """申請を機械で確かめた結果。"""
    return reviews([application])[application.pk]


def reviews(applications: Sequence[CompletionApplication]) -> dict[int, Review]:
    """申請ごとの、機械で確かめた結果。いくつあっても三つの問い合わせで足りる。"""
    credits_by_doctor = credit_lines({application.doctor_id for application in applications})
    reports = _latest_reports(applications)
    counted: dict[int, list[Line]] = {}
    for line in CountedLine.objects.filter(application__in=applications, certificate__voided_at=None).order_by(
        "position"
    ):
        counted.setdefault(line.application_id, []).append(
            Line(Kind(line.kind), line.title, line.earned_on, line.half_units, credit_id=line.credit_line_id)
        )
    return {
        application.pk: _review(
            application,
            credits_by_doctor[application.doctor_id],
            reports.get(application.pk, []),
            counted.get(application.pk, []),
        )
        for application in applications
    }


def _latest_reports(applications: Sequence[CompletionApplication]) -> dict[int, list[FieldReport]]:
    """申請ごとの、いちばん新しい申請書の実地研修。"""
    newest = Submission.objects.filter(application=OuterRef("submission__application")).order_by("-number")
    reports: dict[int, list[FieldReport]] = {}
    for report in (
        FieldReport.objects.filter(
            submission__application__in=applications, submission__number=Subquery(newest.values("number")[:1])
        )
        .select_related("submission", "activity", "evidence")
        .order_by("position")
    ):
        reports.setdefault(report.submission.application_id, []).append(report)
    return reports


def _review(
    application: CompletionApplication, ledger: list[CreditLine], reports: list[FieldReport], counted: list[Line]
) -> Review:
    lines = ledger_lines(ledger, application.rule)
    own = {line.pk for line in ledger if line.field_report_id in {report.pk for report in reports}}
    written = [report.facts for report in reports]
    return Review(
        evaluation=evaluate(application.rule.rule, application.window, counted or [*lines, *report_lines(reports)]),
        reports=tuple(reports),
        twice=written_twice(written),
        granted=already_granted(written, (line for line in lines if line.credit_id not in own)),
        outside=outside(written, application.window),
    )


def evaluation_while_correcting(application: CompletionApplication, written: Iterable[Line]) -> Evaluation:
    """差し戻された申請を、直している途中の実地研修で数えた結果。"""
    lines = ledger_lines(credit_lines([application.doctor_id])[application.doctor_id], application.rule)
    return evaluate(application.rule.rule, application.window, [*lines, *written])


def fingerprint(application: CompletionApplication, evaluation: Evaluation) -> str:
    """画面を開いた人が見た内容の印。申請も、添付の書類とその状態も、数えた単位も同じときだけ同じになる。"""
    return fingerprints([application], {application.pk: evaluation})[application.pk]


def fingerprints(
    applications: Sequence[CompletionApplication], evaluations: Mapping[int, Evaluation]
) -> dict[int, str]:
    """申請ごとの印。いくつあっても一つの問い合わせで足りる。"""
    files: dict[int, list[tuple[int, str]]] = {}
    attached = StoredFile.objects.annotate(
        of=Coalesce("submissions__application_id", "field_reports__submission__application_id")
    )
    for of, pk, state in (
        attached.filter(of__in=[one.pk for one in applications])
        .distinct()
        .order_by("pk")
        .values_list("of", "pk", "state")
    ):
        files.setdefault(of, []).append((pk, state))
    return {one.pk: _fingerprint(one, evaluations[one.pk], files.get(one.pk, [])) for one in applications}


def _fingerprint(application: CompletionApplication, evaluation: Evaluation, files: Iterable[tuple[int, str]]) -> str:
    seen = (
        application.pk,
        application.version,
        tuple(files),
        tuple(
            (one.line.credit_id, one.line.title, one.line.on, one.line.half_units, one.fate)
            for one in evaluation.judged
        ),
    )
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]
