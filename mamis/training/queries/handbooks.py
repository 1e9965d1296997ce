"""手帳の単位の登録の検索。"""

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When

from mamis.doctors.queries import current_number
from mamis.training.models import HandbookEntry, HandbookHistory, HandbookLine, HandbookScan
from mamis.training.workflow import HandbookState

_IN_ORDER = Case(
    When(state=HandbookState.ENTERED, then=Value(0)),
    When(state=HandbookState.SENT_BACK, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


def find_handbooks(entries: QuerySet[HandbookEntry]) -> QuerySet[HandbookEntry]:
    """手帳の単位の登録。確認を待つものが先、次に差し戻し、あとは新しい順。"""
    now = Q(lines__round=F("round"))
    return (
        entries.select_related("doctor", "entered_by", "confirmed_by")
        .annotate(
            licence_number=current_number("doctor"),
            line_count=Count("lines", filter=now),
            half_units=Sum("lines__half_units", filter=now),
        )
        .order_by(_IN_ORDER, "-entered_at", "-pk")
    )


def handbooks_waiting(entries: QuerySet[HandbookEntry]) -> int:
    """確認を待つ登録の数。"""
    return entries.filter(state=HandbookState.ENTERED).count()


def handbook_lines(entry: HandbookEntry) -> list[HandbookLine]:
    """いまの回の行。"""
    return list(HandbookLine.objects.filter(entry=entry, round=entry.round).order_by("position"))


def handbook_scans(entry: HandbookEntry) -> list[HandbookScan]:
    """いまの回の写し。"""
    return list(HandbookScan.objects.filter(entry=entry, round=entry.round).select_related("file").order_by("position"))


def handbook_steps(entry: HandbookEntry) -> list[HandbookHistory]:
    """経過。新しい順。"""
    return list(HandbookHistory.objects.filter(entry=entry).order_by("-at", "-pk"))


def last_handbook_return(entry: HandbookEntry) -> HandbookHistory | None:
    """いちばん新しい差し戻し。"""
    return HandbookHistory.objects.filter(entry=entry, to_state=HandbookState.SENT_BACK).order_by("-at", "-pk").first()
