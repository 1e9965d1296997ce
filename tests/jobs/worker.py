"""試験のあいだの、本物の働き手（別のプロセス）。"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from launch.postgres import APPLICATION

from tests.databases import CLUSTER, TESTED

ROOT = Path(__file__).resolve().parents[2]


def environment(**settings: str) -> dict[str, str]:
    """試験のデータベースを、本番と同じ役割で使う環境。"""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "mamis.config.settings",
        "SECRET_KEY": "for-tests-only",
        "DATABASE_URL": CLUSTER.url(APPLICATION, TESTED),
        **settings,
    }


class Worker:
    """`manage.py work` を動かし、止め、殺す。"""

    def __init__(self, **settings: str) -> None:
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "work", "--heartbeat", "1"], cwd=ROOT, env=environment(**self.settings)
        )

    def kill(self) -> None:
        """不意に殺す。"""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=10)

    def stop(self) -> int:
        """止まれと言って、終わりの番号を返す。"""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)

    def __enter__(self) -> "Worker":
        self.start()
        return self

    def __exit__(self, *exception: Any) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()


def wait_until(holds: Callable[[], bool], *, seconds: float = 20) -> bool:
    """そうなるまで待つ。ならなければ False。"""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return holds()


def work_and_be_killed(work: str, reached: Callable[[], bool]) -> None:
    """Djangoの中の一つの仕事（プログラムの一行）を別のプロセスで始め、そこまで進んだら、不意に殺す。"""
    process = subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup(); {work}"], cwd=ROOT, env=environment()
    )
    try:
        assert wait_until(reached, seconds=120)
    finally:
        process.kill()
        process.wait(timeout=10)
