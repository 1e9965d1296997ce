"""利用者についての裏方の仕事。"""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from mamis.accounts.operations.devices import forget_old_devices
from mamis.accounts.operations.reset_links import offer_reset_link
from mamis.accounts.operations.tries import prune_tries


# 人が画面の前で待っているので、溜まった知らせより先に送る。
@app.task(name="accounts.offer_reset", queue="mail", priority=10)
def offer_reset(user: int) -> None:
    """再設定のリンクを届ける。登録のない名前の申込みには、何もしない。"""
    offer_reset_link(user, at=timezone.now())


@app.periodic(cron="20 * * * *")
@app.task(name="accounts.prune_tries", queue="upkeep", queueing_lock="accounts.prune_tries")
def prune(timestamp: int) -> None:
    """数え終えた誤りの数と、終わった端末の行を消す。"""
    prune_tries(at=timezone.now())
    forget_old_devices(at=timezone.now())
