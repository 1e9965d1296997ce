"""取り込みの証明：一万行を、裏方を二度不意に殺しながら取り込んでも、一行も失われず、二重にもならない。

一万行の中に、髙﨑𠮷、同じ番号の行、閉じない引用符、ほかの医師会の会員の番号があり、終わりに改行はない。確かめているときと
取り込んでいるときに、働き手を SIGKILL で殺す。ほかの医師会の行は、一つも変わらない。ほかの文字では千行ずつ
（PROOFS=long では一万行ずつ）。
"""

import os
import time

import pytest
from asgiref.sync import async_to_sync
from django.apps import apps
from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from mamis.associations.rules import Tier
from mamis.doctors.models import Doctor, Licence
from mamis.jobs.tasks import STALLED_AFTER, rescue
from mamis.members import queries
from mamis.members.columns import columns_of
from mamis.members.models import Import, ImportRow
from mamis.members.operations import QUEUE, check_import, run_import
from mamis.members.rules import Kind
from mamis.members.workflow import State
from mamis.membership.models import Membership
from mamis.tabular.reading import propose
from tests.jobs.worker import Worker, wait_until
from tests.members.files import checked, csv_of, member, outcomes, taken, undone, upload
from tests.world import NOON, make_world

ROWS, DOUBLES, PROBES = 10_000, 25, 15
FEW = ROWS if os.environ.get("PROOFS") == "long" else 1000


def roster(count: int, *, first: int = 500_000, name: str = "髙﨑 𠮷郎") -> list[dict[str, str]]:
    return [member(first + number, 氏名=name, 勤務先=f"架空医院{number % 40}") for number in range(count)]


def rows_of_others(doctors: list[int]) -> dict[str, list]:
    """ほかの医師会の医師の、すべての行。"""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in {"doctors", "membership", "training", "mail"} and "Event" not in model.__name__:
            names = {field.name for field in model._meta.concrete_fields}
            rows = model._base_manager.order_by("pk")
            if model is Doctor:
                found[model._meta.label] = list(rows.filter(pk__in=doctors).values())
            elif "doctor" in names:
                found[model._meta.label] = list(rows.filter(doctor__in=doctors).values())
    return found


def put_back(silence: float = 1) -> bool:
    """倒れた働き手の仕事を、列に戻す。"""
    job = Job(id=None, queue="upkeep", lock=None, queueing_lock=None, task_name="jobs.rescue")
    context = JobContext(
        app=app,
        job=job,
        additional_context={STALLED_AFTER: silence},
        abort_reason=lambda: None,
        start_timestamp=time.time(),
    )
    async_to_sync(rescue.func)(context, timestamp=0)
    return not ProcrastinateJob.objects.filter(status="doing", queue_name=QUEUE).exists()


def work_and_die(of_import: Import, worker: Worker, after: int, *, then: str) -> None:
    """何行か進んだところで殺し、列に戻し、終わりまで働かせる。"""
    done = ImportRow.objects.filter(of_import=of_import)
    far = done.exclude(outcome="") if then == State.CHECKED else done.exclude(done_at=None)
    worker.start()
    assert wait_until(lambda: far.count() >= after, seconds=240)
    worker.kill()
    assert far.count() < ROWS
    assert Import.objects.get(pk=of_import.pk).is_working
    assert wait_until(put_back)
    worker.start()
    assert wait_until(lambda: Import.objects.get(pk=of_import.pk).state == then, seconds=600)
    assert worker.stop() == 0


@pytest.mark.django_db(transaction=True)
def test_ten_thousand_rows_and_two_kills_lose_nothing_double_nothing_and_touch_nobody_else() -> None:
    world = make_world()
    staff, other = world.admin(world.district), world.admin(world.other_district)
    taken(csv_of(*roster(PROBES, first=700_000)), other)
    others = list(Doctor.objects.values_list("pk", flat=True))
    theirs = rows_of_others(others)
    good = ROWS - DOUBLES - PROBES - 1
    rows = roster(good)
    rows[good // 2 : good // 2] = [member('"500001')]
    content = csv_of(*rows, *rows[:DOUBLES], *roster(PROBES, first=700_000))
    begun = time.monotonic()

    of_import = upload(content, staff)
    mapping = propose(columns_of(Kind.MEMBERS, Tier.DISTRICT), of_import.heads, {})
    check_import(of_import, mapping, by=staff, at=NOON)
    worker = Worker()
    try:
        work_and_die(of_import, worker, 2000, then=State.CHECKED)
        preview = queries.counts_of(Import.objects.get(pk=of_import.pk))
        run_import(Import.objects.get(pk=of_import.pk), by=staff, at=NOON)
        work_and_die(of_import, worker, 4000, then=State.DONE)
    finally:
        if worker.process is not None and worker.process.poll() is None:
            worker.kill()

    counts = queries.counts_of(Import.objects.get(pk=of_import.pk))
    print(f"\n{counts.rows} rows, 2 kills, {time.monotonic() - begun:.0f} s: {dict(counts.of)}")  # noqa: T201 証明の数字
    assert counts.of == preview.of == {"new": good, "refused": DOUBLES + PROBES + 1}
    assert (counts.rows, counts.accepted + counts.refused + counts.unchanged, counts.done) == (ROWS, ROWS, ROWS)
    assert Licence.objects.exclude(doctor__in=others).count() == good
    assert Membership.objects.filter(association=world.district).count() == good
    assert rows_of_others(others) == theirs
    probed = {str(row.problems) for row in queries.refused_rows(of_import) if row.line > ROWS - PROBES + 1}
    assert (
        len(
            {
                text.replace(str(number), "")
                for text in probed
                for number in range(700_000, 700_000 + PROBES)
                if str(number) in text
            }
        )
        == 1
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("codec", "name"), [("utf-8-sig", "髙﨑 𠮷郎"), ("cp932", "髙﨑 吉郎"), ("utf-16", "髙﨑 𠮷郎")]
)
def test_many_rows_in_each_encoding_again_and_undone(codec: str, name: str) -> None:
    world = make_world()
    staff = world.admin(world.district)
    content = csv_of(*roster(FEW, name=name), codec=codec)
    before = {table: count_of(table) for table in tables()}

    first, again = taken(content, staff), checked(content, staff)

    assert set(Doctor.objects.values_list("family_name", "given_name")) == {tuple(name.split())}
    assert (outcomes(first), outcomes(again)) == (["new"] * FEW, ["unchanged"] * FEW)
    undone(first, staff)
    assert {table: count_of(table) for table in tables()} == before


def tables() -> list[str]:
    return [
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in {"doctors", "membership", "training"}
        and "Event" not in model.__name__
        and model.__name__ != "Facility"
    ]


def count_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return int(cursor.fetchone()[0])
