"""下書きの片づけ。"""

from django.utils import timezone
from procrastinate.contrib.django import app

from mamis.jobs.cron import daily
from mamis.wizard.operations import forget_old_drafts


@app.periodic(cron=daily(3, 40))
@app.task(name="wizard.forget", queue="upkeep", queueing_lock="wizard.forget")
def forget(timestamp: int) -> None:
    """30 日書かれなかった下書きを消す。"""
    forget_old_drafts(at=timezone.now())
