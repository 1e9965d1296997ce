"""印刷した用紙についての検索。"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from mamis.membership.models import Printout
from mamis.membership.rules import PRINTOUT_LIVES, folded_number

MOST_WAITING = 100


def printout_with(printouts: QuerySet[Printout], typed: str) -> Printout | None:
    """その番号の用紙。"""
    number = folded_number(typed)
    return printouts.filter(number=number).first() if number else None


def waiting_printouts(printouts: QuerySet[Printout], at: datetime) -> list[Printout]:
    """紙が戻るのを待っている用紙。新しい順に、百まで。"""
    waiting = printouts.filter(application=None, ended_at=None, printed_at__gt=at - PRINTOUT_LIVES)
    return list(waiting.order_by("-printed_at", "-pk")[:MOST_WAITING])


def printed_answers(printouts: QuerySet[Printout], at: datetime) -> dict[str, Any]:
    """写し始める答え：紙が戻るのを待っている用紙のうち、終わりに刷ったもの。"""
    return next((one.answers for one in waiting_printouts(printouts, at)), {})
