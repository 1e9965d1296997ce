"""届出の用紙を刷り、片付け、戻った紙を受け付け、刷ったことを忘れる。"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from mamis.associations.models import Staff
from mamis.associations.rules import Procedure
from mamis.doctors.models import Doctor
from mamis.doctors.operations import require_not_close
from mamis.membership.models import Application, Printout
from mamis.membership.rules import NUMBER_PLACES, PRINTOUT_LIVES

# 紙が戻ってから書くことなので、用紙には残さない。
AFTER_PRINTING = frozenset({"paper"})


@transaction.atomic
def print_form(doctor: Doctor, kind: Procedure, answers: Mapping[str, Any], *, by: Staff, at: datetime) -> Printout:
    """用紙を刷る。書きかけがあれば、そのときの答えを写しておく。自分のことは OwnCase。"""
    require_not_close(doctor, by)
    return Printout.objects.create(
        number="".join(map(secrets.choice, NUMBER_PLACES)),
        doctor=doctor,
        association_id=by.association_id,
        kind=kind,
        answers={name: answer for name, answer in answers.items() if name not in AFTER_PRINTING},
        printed_at=at,
        printed_by_id=by.user_id,
    )


@transaction.atomic
def put_away_printout(printout: Printout, *, by: Staff, at: datetime) -> bool:
    """戻らない用紙を片付ける。もう受け付けたか、片付けてあれば、何もしない。"""
    waiting = Printout.objects.filter(pk=printout.pk, application=None, ended_at=None)
    return bool(waiting.update(ended_at=at, ended_by=by.user_id, answers={}))


def answer_printouts(application: Application, kind: Procedure, *, by: Staff) -> None:
    """受け付けた届出の用紙が、戻ったこととする。"""
    waiting = Printout.objects.filter(
        doctor=application.doctor, association_id=by.association_id, kind=kind, application=None, ended_at=None
    )
    waiting.update(application=application, answers={})


def forget_printed(*, at: datetime) -> int:
    """90 日たった用紙の、刷ったことを忘れる。番号と、だれが刷ったかは残る。忘れた数を返す。"""
    old = Printout.objects.filter(printed_at__lte=at - PRINTOUT_LIVES).exclude(answers={})
    return old.update(answers={})
