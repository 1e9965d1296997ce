"""まとめての承認：どれが承認できるか、どう終わったか。"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from mamis.doctors.queries import current_number
from mamis.training.models import BulkDecision, BulkLine, CompletionApplication, Submission
from mamis.training.queries.counting import Review, fingerprints, reviews
from mamis.training.rules import OUTCOME_ADVICE, OUTCOME_LABELS, Outcome
from mamis.training.workflow import State


@dataclass(frozen=True)
class Candidate:
    """まとめて承認する前に確かめた一件。`obstacle` があれば承認できない。"""

    application: CompletionApplication
    review: Review
    submission: Submission
    obstacle: Outcome | None
    seen: str

    @property
    def why(self) -> str:
        """承認できないわけ。単位不足は、いくつ足りないかを言う。"""
        match self.obstacle:
            case None:
                return ""
            case Outcome.SHORT:
                return self.review.verdict
            case _:
                return OUTCOME_LABELS[self.obstacle]

    @property
    def advice(self) -> str:
        return OUTCOME_ADVICE[self.obstacle] if self.obstacle else ""


def candidates(
    applications: QuerySet[CompletionApplication], *, decidable: Collection[int], own: Collection[int], president: bool
) -> list[Candidate]:
    """一件ずつ、機械で確かめた結果。いくつあっても問い合わせの数は同じである。"""
    chosen = list(applications.annotate(licence_number=current_number("doctor")).order_by("submitted_at", "pk"))
    found = reviews(chosen)
    seen = fingerprints(chosen, {pk: review.evaluation for pk, review in found.items()})
    newest = {
        submission.application_id: submission
        for submission in Submission.objects.filter(application__in=chosen).order_by("number")
    }
    return [
        Candidate(
            application,
            found[application.pk],
            newest[application.pk],
            _obstacle(application, found[application.pk], decidable=decidable, own=own, president=president),
            seen[application.pk],
        )
        for application in chosen
    ]


def _obstacle(
    application: CompletionApplication,
    review: Review,
    *,
    decidable: Collection[int],
    own: Collection[int],
    president: bool,
) -> Outcome | None:
    if application.pk in own:
        return Outcome.OWN
    if application.pk not in decidable:
        return Outcome.WITHDRAWN if application.state == State.WITHDRAWN else Outcome.HANDLED
    if not review.evaluation.is_met:
        return Outcome.SHORT
    if not review.passes:
        return Outcome.UNCLEAR
    return None if president else Outcome.NO_PRESIDENT


def waiting_lines(decision: BulkDecision) -> QuerySet[BulkLine]:
    """まだ結果の出ていない行。選ばれた順。"""
    return BulkLine.objects.filter(decision=decision, outcome="").order_by("position")


def lines_of(decision: BulkDecision) -> QuerySet[BulkLine]:
    """まとめて承認した行。承認されなかったものが先。"""
    return (
        BulkLine.objects.filter(decision=decision)
        .select_related("application")
        .annotate(is_approved=Q(outcome=Outcome.APPROVED))
        .order_by("is_approved", "position")
    )


@dataclass(frozen=True)
class BulkReport:
    """まとめての承認が、いまどこまで進んだか。"""

    total: int
    approved: int
    waiting: int

    @property
    def refused(self) -> int:
        return self.total - self.approved - self.waiting


def report_of(lines: Iterable[BulkLine]) -> BulkReport:
    """行の数え上げ。"""
    numbers = Counter(line.outcome for line in lines)
    return BulkReport(numbers.total(), numbers[Outcome.APPROVED], numbers[""])


def bulk_decisions_newest_first(decisions: QuerySet[BulkDecision]) -> QuerySet[BulkDecision]:
    """まとめての承認。新しい順に、件数を添えて。"""
    return decisions.annotate(
        number=Count("lines"),
        approved=Count("lines", filter=Q(lines__outcome=Outcome.APPROVED)),
        waiting=Count("lines", filter=Q(lines__outcome="")),
    ).order_by("-started_at", "-pk")
