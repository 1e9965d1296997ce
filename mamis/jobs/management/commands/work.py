"""裏方の仕事（メールの配達など）をする働き手。"""

import asyncio
import logging
import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate import App, exceptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from mamis.jobs.tasks import STALLED_AFTER

# 一つの列の仕事は一つずつ。メールの列が一通ずつなので、突然倒れても、二度届くメールは一通まで。
# ファイルの確認とデータの取り込みは重いので、別の列にして、世話とメールを待たせない。
LANES = (("mail",), ("files",), ("imports",), ("upkeep", "default"))
RECONNECT_AFTER = 3

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """裏方の仕事をする。SIGTERM か Ctrl-C を受けると、いまの仕事を終えてから止まる。"""

    help = "裏方の仕事（メールの配達など）をします。SIGTERM か Ctrl-C で、いまの仕事を終えてから止まります。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """脈の間隔。脈が3回分とだえた働き手は倒れたとみなされる。"""
        parser.add_argument("--heartbeat", type=float, default=10, help="脈の間隔（秒）。既定は10。")

    def handle(self, *args: Any, heartbeat: float, **options: Any) -> None:
        """止められるまで働く。"""
        # 仕事を預ける側（app）は Django の接続を使い続け、仕事を取る側だけが非同期の接続を使う。
        # そうすると、仕事の中から次の仕事を、同じトランザクションで預けられる。
        worker = app.with_connector(DjangoConnector().get_worker_connector())
        asyncio.run(work(worker, heartbeat))


async def work(worker: App, heartbeat: float) -> None:
    """データベースに届かなくなったら、待ってつなぎ直す。"""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    while not stop.is_set():
        try:
            async with worker.open_async():
                await run_lanes(worker, heartbeat, stop)
        except exceptions.ConnectorException as error:
            logger.warning("database not reachable, trying again: %s", type(error.__cause__).__name__)
            await wait(stop, RECONNECT_AFTER)


async def run_lanes(worker: App, heartbeat: float, stop: asyncio.Event) -> None:
    """列ごとに一人ずつ働かせる。一人が倒れたら、みな止める。"""
    lanes = [
        asyncio.create_task(
            worker.run_worker_async(
                queues=list(lane),
                name=lane[0],
                concurrency=1,
                install_signal_handlers=False,
                update_heartbeat_interval=heartbeat,
                stalled_worker_timeout=heartbeat * 3,
                additional_context={STALLED_AFTER: heartbeat * 3},
            )
        )
        for lane in LANES
    ]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([*lanes, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for lane in lanes:
        lane.cancel()
    ended = await asyncio.gather(*lanes, return_exceptions=True)
    for end in ended:
        if isinstance(end, Exception):
            raise end


async def wait(stop: asyncio.Event, seconds: float) -> None:
    """その秒数か、止まれと言われるまで待つ。"""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
