"""会員手続きの、日ごとの仕事。"""

from django.utils import timezone
from procrastinate.contrib.django import app

from mamis.jobs.cron import daily
from mamis.membership.operations import lapse_confirmations, tell_deadlines


@app.periodic(cron=daily(0, 10))
@app.task(name="membership.deadlines", queue="upkeep", queueing_lock="membership.deadlines")
def deadlines(timestamp: int) -> None:
    """期限の過ぎた確認をみなし確認にし、期限の近い段と過ぎた段を知らせる。"""
    now = timezone.now()
    lapse_confirmations(at=now)
    tell_deadlines(at=now)
