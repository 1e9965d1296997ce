"""練習用のメール受けを動かす。"""

import asyncio
import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mamis.demo import mailbox


class Command(BaseCommand):
    """本物のSMTPで受け取り、/demo/mailbox/ に見せる。SIGTERM か Ctrl-C で止まる。"""

    help = "練習用のメール受けを動かします。受け取ったメールは /demo/mailbox/ で見られます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """待ち受ける場所。"""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, required=True)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        """止められるまで受け取る。"""
        try:
            asyncio.run(run(host, port))
        except OSError as error:
            raise CommandError(f"{host}:{port} で待ち受けられません（{error.strerror}）。") from error


async def run(host: str, port: int) -> None:
    """合図で止まる。"""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await mailbox.serve(host, port, stop)
