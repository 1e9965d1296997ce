"""取り込みの一覧と数。"""

from django.db.models import Count, Q, QuerySet

from mamis.members.models import Import, ImportHistory, ImportRow, RememberedColumns
from mamis.members.rules import ACCEPTED, Counts, Outcome
from mamis.members.workflow import State


def newest_first(imports: QuerySet[Import]) -> QuerySet[Import]:
    """番号の新しい順。"""
    return imports.order_by("-number")


def counts_of(of_import: Import) -> Counts:
    """行の数を、行く末ごとに。"""
    rows = ImportRow.objects.filter(of_import=of_import)
    of = dict(rows.exclude(outcome="").values_list("outcome").annotate(Count("pk")))
    more = rows.aggregate(
        done=Count("pk", filter=Q(done_at__isnull=False)),
        undone=Count("pk", filter=Q(undone_at__isnull=False)),
        kept=Count("pk", filter=~Q(kept="")),
    )
    accepted = sum(of.get(one, 0) for one in ACCEPTED)
    progress, total = {
        State.RUNNING: (more["done"], of_import.rows_total),
        State.UNDOING: (more["undone"] + more["kept"], accepted),
    }.get(State(of_import.state), (sum(of.values()), of_import.rows_total))
    return Counts(rows=of_import.rows_total, of=of, progress=progress, progress_total=total, **more)


def rows_of(of_import: Import, *, outcome: str = "") -> QuerySet[ImportRow]:
    """取り込みの行。ファイルの順。"""
    rows = ImportRow.objects.filter(of_import=of_import).defer("made").order_by("line")
    return rows.filter(outcome=outcome) if outcome else rows


def refused_rows(of_import: Import) -> QuerySet[ImportRow]:
    """取り込めない行。"""
    return rows_of(of_import, outcome=Outcome.REFUSED)


def remembered_heads(association_id: int, kind: str) -> dict[str, str]:
    """その医師会が前に決めた列。"""
    found = RememberedColumns.objects.filter(association_id=association_id, kind=kind).first()
    return dict(found.heads) if found else {}


def steps_of(of_import: Import) -> QuerySet[ImportHistory]:
    """経過。新しい順。"""
    return ImportHistory.objects.filter(of_import=of_import).order_by("-at", "-pk")
