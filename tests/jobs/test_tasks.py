import time
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from procrastinate.jobs import Job

from mamis.jobs.tasks import STALLED_AFTER, put_back, rescue, tidy

pytestmark = pytest.mark.django_db


def context() -> JobContext:
    job = Job(id=None, queue="upkeep", lock=None, queueing_lock=None, task_name="jobs.rescue")
    return JobContext(
        app=app,
        job=job,
        additional_context={STALLED_AFTER: 3},
        abort_reason=lambda: None,
        start_timestamp=time.time(),
    )


def run(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0] if cursor.description else None


def worker(silent_for: int) -> int:
    return run(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s)) RETURNING id",
        silent_for,
    )


def job(status: str, *, by: int | None = None, queueing_lock: str | None = None) -> int:
    return run(
        "INSERT INTO procrastinate_jobs (task_name, queue_name, status, worker_id, queueing_lock)"
        " VALUES ('some.task', 'upkeep', %s, %s, %s) RETURNING id",
        status,
        by,
        queueing_lock,
    )


def statuses() -> dict[int, str]:
    return dict(ProcrastinateJob.objects.values_list("pk", "status"))


def test_only_the_jobs_of_silent_workers_are_put_back() -> None:
    silent, living = worker(silent_for=10), worker(silent_for=1)
    left, running, ownerless = job("doing", by=silent), job("doing", by=living), job("doing")

    async_to_sync(rescue.func)(context(), timestamp=0)

    assert statuses() == {left: "todo", running: "doing", ownerless: "todo"}
    assert list(ProcrastinateWorker.objects.values_list("pk", flat=True)) == [living]


@pytest.mark.django_db(transaction=True)
def test_a_left_behind_regular_job_gives_way_to_the_next_one() -> None:
    left = job("doing", by=worker(silent_for=10), queueing_lock="some.task")
    following = job("todo", queueing_lock="some.task")

    async_to_sync(rescue.func)(context(), timestamp=0)

    assert statuses() == {left: "failed", following: "todo"}


def test_a_job_that_was_finished_meanwhile_is_left_alone() -> None:
    finished = job("doing")
    found = async_to_sync(app.job_manager.get_stalled_jobs)()
    run("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", finished)

    for stalled in found:
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT before_putting_back")
            async_to_sync(put_back)(app.job_manager, stalled)
            cursor.execute("ROLLBACK TO SAVEPOINT before_putting_back")

    assert statuses() == {finished: "succeeded"}


def test_what_ended_long_ago_is_forgotten() -> None:
    old, recent, waiting = job("doing"), job("doing"), job("todo")
    run("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = ANY(%s)", [old, recent])
    run("UPDATE procrastinate_events SET at = now() - interval '15 days' WHERE job_id = %s", old)

    async_to_sync(tidy.func)(context(), timestamp=0)

    assert statuses() == {recent: "failed", waiting: "todo"}
