"""利用者登録の裏方の仕事。"""

from django.utils import timezone
from procrastinate.contrib.django import app

from mamis.doctors.operations.links import forget_old_links, offer_registration
from mamis.jobs.cron import daily


# 人が画面の前で待っているので、溜まった知らせより先に送る。
@app.task(name="doctors.offer_registration", queue="mail", priority=10)
def offer(link: int) -> None:
    """申込みに、メールで答える。"""
    offer_registration(link, at=timezone.now())


@app.periodic(cron=daily(3, 50))
@app.task(name="doctors.forget_links", queue="upkeep", queueing_lock="doctors.forget_links")
def forget(timestamp: int) -> None:
    """古くなった申込みとリンクを消す。"""
    forget_old_links(at=timezone.now())
