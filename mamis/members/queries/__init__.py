"""取り込みについての検索と、一行ごとの比べ方。"""

from mamis.members.queries.comparing import NO_SUCH_DOCTOR, NOT_CONFIRMED, Change, Office, Plan
from mamis.members.queries.completions import plan_completions
from mamis.members.queries.credits import plan_credits
from mamis.members.queries.facilities import plan_facilities
from mamis.members.queries.imports import (
    counts_of,
    newest_first,
    refused_rows,
    remembered_heads,
    rows_of,
    steps_of,
)
from mamis.members.queries.members import NEEDS_BELOW, plan_members
from mamis.members.queries.residents import ALREADY_ASKED, plan_residents

__all__ = [
    "ALREADY_ASKED",
    "NEEDS_BELOW",
    "NOT_CONFIRMED",
    "NO_SUCH_DOCTOR",
    "Change",
    "Office",
    "Plan",
    "counts_of",
    "newest_first",
    "plan_completions",
    "plan_credits",
    "plan_facilities",
    "plan_members",
    "plan_residents",
    "refused_rows",
    "remembered_heads",
    "rows_of",
    "steps_of",
]
