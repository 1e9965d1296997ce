"""待ち行列そのものの世話。"""

from procrastinate import JobContext, exceptions
from procrastinate.contrib.django import app
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from mamis.jobs.cron import daily

QUEUE = "upkeep"
STALLED_AFTER = "stalled_after"
KEPT_HOURS = 14 * 24


@app.periodic(cron="* * * * *")
@app.task(name="jobs.rescue", queue=QUEUE, queueing_lock="jobs.rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """働き手が突然いなくなって残された仕事を、列に戻す。

    この仕事には lock を付けない。付けると、この仕事の最中に働き手が倒れたとき、助ける者がいなくなる。
    """
    manager = context.app.job_manager
    silence = float(context.additional_context[STALLED_AFTER])
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=silence):
        await put_back(manager, job)
    await manager.prune_stalled_workers(silence)


@app.periodic(cron=daily(3, 10))
@app.task(name="jobs.tidy", queue=QUEUE, queueing_lock="jobs.tidy", pass_context=True)
async def tidy(context: JobContext, timestamp: int) -> None:
    """終わった仕事の記録を、2週間たったら消す。"""
    await context.app.job_manager.delete_old_jobs(
        KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )


async def put_back(manager: JobManager, job: Job) -> None:
    """一つの仕事を列に戻す。その間にだれかが戻したか終えたなら、それでよい。"""
    try:
        await manager.retry_job(job)
    except exceptions.UniqueViolation:
        # 定時の仕事で、次の回がもう列にある。残された回は、しなかったことにする。
        await manager.finish_job(job, Status.FAILED, delete_job=False)
    except exceptions.ConnectorException:
        return
