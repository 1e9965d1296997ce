"""ファイルを確かめる仕事と、片づけ。"""

from django.utils import timezone
from procrastinate.contrib.django import app

from mamis.files import checking, operations
from mamis.jobs.cron import daily


@app.task(name=operations.CHECK, queue=operations.QUEUE)
def check(file: int) -> None:
    """一つを確かめる。始めたことを先に書き留めるので、途中で倒れても、また確かめられ、いつかはあきらめる。"""
    begun = operations.begin_check(file, at=timezone.now())
    if begun is not None:
        row, content = begun
        operations.settle_check(row, checking.check(content, row.kind), at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="files.sweep", queue="upkeep", queueing_lock="files.sweep")
def sweep(timestamp: int) -> None:
    """確認待ちなのに仕事がなくなったファイルに、仕事を預け直す。"""
    operations.hand_over_orphans()


@app.periodic(cron=daily(3, 50))
@app.task(name="files.forget", queue="upkeep", queueing_lock="files.forget")
def forget(timestamp: int) -> None:
    """30 日だれのものにもならなかったファイルを消す。"""
    operations.forget_unclaimed(at=timezone.now())
