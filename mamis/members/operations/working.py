"""裏方がする仕事：読み、確かめ、取り込み、取り消し。何百行かずつの取引で、どこで倒れても続きから行える。"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from mamis.associations import policy as associations_policy
from mamis.associations.models import Staff
from mamis.associations.rules import Role
from mamis.doctors import policy as doctors_policy
from mamis.members import policy, queries
from mamis.members.models import Import, ImportRow
from mamis.members.operations.traces import CHANGED_SINCE, FACILITY_CHANGED_SINCE, snapshot, traces, undo
from mamis.members.operations.writing import (
    Act,
    write,
    write_completions,
    write_credits,
    write_facilities,
    write_members,
    write_residents,
)
from mamis.members.queries import Office, Plan
from mamis.members.rules import ACCEPTED, Kind
from mamis.members.workflow import WORKING, Event, State
from mamis.membership.operations import cancel_unanswered
from mamis.tabular.reading import read_sheet
from mamis.training.operations import reverse_past_credits, undo_past_completions
from mamis.workflow.table import Actor, By

CHUNK = 500
WORKER = Actor(By.CLOCK, "裏方")


@dataclass(frozen=True)
class Work:
    """種類ごとの仕事：行について決め、書き、書いたものの写しを取り、元へ戻す。戻せなかった行に言うこと。"""

    plan: Callable[[Office, Sequence[ImportRow]], list[Plan]]
    write: Act
    trace: Callable[[Sequence[Plan]], Callable[[], None]]
    undo: Callable[[Import, Sequence[ImportRow], datetime], set[int]]
    kept: str


@transaction.atomic
def work_on(pk: int, *, at: datetime) -> bool:
    """一度分の仕事をする。まだ残っていれば True。取り込みの行を鍵で押さえるので、二人で行っても二重にならない。

    始めた人が、もうその医師会の管理者でなければ、そこで止める。
    """
    of_import = (
        Import.objects.select_for_update(of=("self",)).select_related("association__parent", "by_user").get(pk=pk)
    )
    if of_import.state not in WORKING:
        return False
    if not associations_policy.is_on_duty(_by(of_import), Role.ADMIN):
        of_import.advance(Event.STOP, by=WORKER, at=at)
        return False
    if _STEPS[State(of_import.state)](of_import, at):
        return True
    of_import.advance(Event.FINISH, by=WORKER, at=at)
    return False


def _check(of_import: Import, at: datetime) -> bool:
    """行を読み、次の何百行かを、書いてみてから元へ戻して確かめる。だから確かめた結果は、取り込む結果と同じである。"""
    rows = ImportRow.objects.filter(of_import=of_import)
    if not rows.exists():
        _read(of_import)
        return True
    chunk = _next(rows.filter(outcome=""))
    if not chunk:
        return False
    office = _office(of_import, at)
    with transaction.atomic():
        plans = WORKS[office.kind].plan(office, chunk)
        write(office, plans, WORKS[office.kind].write, at=at)
        transaction.set_rollback(True)
    for plan in plans:
        _keep(plan)
    _save(chunk, "key", "who", "outcome", "changes", "problems")
    return True


def _read(of_import: Import) -> None:
    """ファイルの行を、そのまま書きとめる。"""
    ImportRow.objects.bulk_create(
        (
            ImportRow(
                of_import=of_import,
                line=record.line,
                cells=record.cells,
                broken=asdict(record.problem) if record.problem else None,
            )
            for record in read_sheet(bytes(of_import.content)).records
        ),
        batch_size=2000,
    )


def _run(of_import: Import, at: datetime) -> bool:
    """次の何百行かを書く。確かめたあとに世界が変わっていれば、いまの世界に合わせて決め直す。"""
    chunk = _next(ImportRow.objects.filter(of_import=of_import, done_at=None))
    if not chunk:
        return False
    office = _office(of_import, at)
    work = WORKS[office.kind]
    plans = work.plan(office, chunk)
    finish = work.trace(plans)
    write(office, plans, work.write, at=at)
    finish()
    for plan in plans:
        _keep(plan)
        plan.row.done_at, plan.row.doctor, plan.row.made = at, plan.doctor, plan.made
    _save(chunk, "key", "who", "outcome", "changes", "problems", "done_at", "doctor", "made")
    return True


def _undo(of_import: Import, at: datetime) -> bool:
    """次の何百行かを、あとの行から元へ戻す。取り込みのあとに変わった行は、残してわけを書く。"""
    done = ImportRow.objects.filter(of_import=of_import, outcome__in=ACCEPTED, undone_at=None, kept="")
    done = done.exclude(done_at=None)
    chunk = list(done.order_by("-line")[:CHUNK])
    work = WORKS[Kind(of_import.kind)]
    put_back = work.undo(of_import, chunk, at)
    for row in chunk:
        row.doctor = None if row.pk in put_back else row.doctor
        row.undone_at, row.kept = (at, "") if row.pk in put_back else (None, work.kept)
    _save(chunk, "undone_at", "kept", "doctor")
    return bool(chunk)


def _trace_around(plans: Sequence[Plan]) -> Callable[[], None]:
    """医師のまわりの行を、書く前に写す。返すものを書いたあとに呼ぶと、違いが行に残る。"""
    before = snapshot([plan.doctor.pk for plan in plans if plan.doctor and plan.acts])

    def finish() -> None:
        acted = {plan.doctor.pk: plan for plan in plans if plan.doctor and plan.acts}
        for doctor, made in traces(before, snapshot(acted)).items():
            acted[doctor].made = made

    return finish


def _trace_nothing(plans: Sequence[Plan]) -> Callable[[], None]:
    """書く操作が、書いたものを行に残す。"""
    return lambda: None


def _undo_traces(of_import: Import, rows: Sequence[ImportRow], at: datetime) -> set[int]:
    """書いたものの写しから、元へ戻す。"""
    return {row.pk for row in undo(rows)}


def _undo_credits(of_import: Import, rows: Sequence[ImportRow], at: datetime) -> set[int]:
    """台帳は消せないので、取り消す行を書き足す。"""
    lines = {row.made[0]["pk"]: row.pk for row in rows}
    ground = f"{of_import.title}の取り消し"
    reversed_now = reverse_past_credits(list(lines), ground=ground, user_id=of_import.by_user_id, at=at)
    return {lines[line] for line in reversed_now}


def _undo_completions(of_import: Import, rows: Sequence[ImportRow], at: datetime) -> set[int]:
    """行は残し、なかったものにする。"""
    completions = {row.made[0]["pk"]: row.pk for row in rows}
    return {completions[pk] for pk in undo_past_completions(list(completions), at=at)}


def _undo_residents(of_import: Import, rows: Sequence[ImportRow], at: datetime) -> set[int]:
    """まだ返事のないお願いを、取り消す。"""
    asked = {row.made[0]["pk"]: row.pk for row in rows}
    return {asked[pk] for pk in cancel_unanswered(list(asked), by=_by(of_import), at=at)}


WORKS = {
    Kind.MEMBERS: Work(queries.plan_members, write_members, _trace_around, _undo_traces, CHANGED_SINCE),
    Kind.CREDITS: Work(
        queries.plan_credits, write_credits, _trace_nothing, _undo_credits, "この単位は、すでに取り消されています。"
    ),
    Kind.COMPLETIONS: Work(
        queries.plan_completions,
        write_completions,
        _trace_nothing,
        _undo_completions,
        "この修了は、すでに取り消されています。",
    ),
    Kind.RESIDENTS: Work(
        queries.plan_residents, write_residents, _trace_nothing, _undo_residents, "ご本人の返事が、もうありました。"
    ),
    Kind.FACILITIES: Work(
        queries.plan_facilities, write_facilities, _trace_nothing, _undo_traces, FACILITY_CHANGED_SINCE
    ),
}
_STEPS = {State.CHECKING: _check, State.RUNNING: _run, State.UNDOING: _undo}


def _next(rows: QuerySet[ImportRow]) -> list[ImportRow]:
    return list(rows.order_by("line")[:CHUNK])


def _save(rows: Sequence[ImportRow], *names: str) -> None:
    """何百行かを一度に書き直す。"""
    ImportRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=("id",), update_fields=names)


def _office(of_import: Import, at: datetime) -> Office:
    """取り込んだ人の医師会として。"""
    on = localdate(at)
    staff = _by(of_import)
    return Office(of_import, doctors_policy.visible_to(staff, on), policy.known_to(staff, on), on)


def _by(of_import: Import) -> Staff:
    """取り込んだ人の、その医師会での立場。"""
    return Staff(user=of_import.by_user, association=of_import.association, role=Role.ADMIN)


def _keep(plan: Plan) -> None:
    """決めたことを、行に書きとめる。"""
    row = plan.row
    row.key, row.who, row.outcome = plan.key, plan.who[:160], plan.outcome
    row.changes = [asdict(change) for change in plan.changes]
    row.problems = [asdict(problem) for problem in plan.problems]
