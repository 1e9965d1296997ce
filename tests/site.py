"""本物のプロセスで動く一式: ウェブ、裏方、メールの受け皿。ブラウザの試験と、競合や強制終了の証明のためのもの。"""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from launch import build, environment, processes
from launch.places import LOG, MANAGE, PYTHON, ROOT
from launch.postgres import APPLICATION, OWNER

from tests import databases
from tests.cluster import CLUSTER

_numbers = count(1)


class Site:
    """自分だけのデータベースを持つ、動いているシステム一つ。始めたものは、抜けるときにすべて止める。

    原本（表と権限がそろい、移行が入れた行だけがあるデータベース）の写しから始まる。fixture の live_site が、
    ウェブ2、裏方1、メールの受け皿1で始めたものを渡す。ほかの組み合わせは自分で始める（cluster の fixture が要る）。

        with Site(web=2, workers=0, mailbox=False, SMTP_HOST="127.0.0.1", SMTP_PORT="2525") as site:
            with site.orm():                    # この中では、Djangoのモデルが、このシステムのデータベースを見る
                make_world()
            site.manage("make_demo")            # 管理コマンドを、終わりまで
            page.goto(site.url + "/accounts/login/")
            site.start_worker("--heartbeat", "1")
            site.kill_worker()                  # SIGKILL

    template には、ほかのデータベースの名を渡すと、その写しから始まる。
    大文字の引数は、そのまま環境変数になる。記録は var/log/site-*.log に残る。
    """

    def __init__(
        self,
        *,
        web: int = 2,
        workers: int = 1,
        mailbox: bool = True,
        template: str = databases.TEMPLATE,
        **environ: str,
    ) -> None:
        self.number = next(_numbers)
        self.template = template
        self.database = f"site_{os.getpid()}_{self.number}"
        self.port = _free_port()
        self.smtp_port = _free_port()
        self.url = f"http://localhost:{self.port}"
        self.web_count = web
        self.worker_count = workers
        self.has_mailbox = mailbox
        self.web: subprocess.Popen[bytes] | None = None
        self.mailbox: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []
        self.environ = environment.clean(
            SECRET_KEY="for-tests-only",
            DEMO="1",
            SECURE="0",
            BASE_URL=self.url,
            ALLOWED_HOSTS="localhost,127.0.0.1",
            DATABASE_URL=CLUSTER.url(APPLICATION, self.database),
            DATABASE_OWNER_URL=CLUSTER.url(OWNER, self.database),
            SMTP_HOST="127.0.0.1",
            SMTP_PORT=str(self.smtp_port),
            DJANGO_SETTINGS_MODULE="mamis.config.settings",
        )
        self.environ.update(environ)

    def __enter__(self) -> "Site":
        try:
            databases.make(self.database, template=self.template)
            if self.web_count:
                build.static_files(self.environ)
                self.start_web()
            if self.has_mailbox:
                self.start_mailbox()
            for _ in range(self.worker_count):
                self.start_worker()
            self.wait_until_answering()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()

    def start_web(self) -> None:
        """ウェブを始める。"""
        self.web = self._start(
            "web", "-m", "gunicorn", "mamis.config.wsgi", "--bind", f"127.0.0.1:{self.port}",
            "--worker-class", "gthread", "--workers", str(self.web_count), "--threads", "8", "--preload",
            "--graceful-timeout", "2", "--timeout", "120", "--no-control-socket", "--log-level", "warning",
        )  # fmt: skip

    def start_mailbox(self) -> None:
        """練習用のメールの受け皿を始める。"""
        self.mailbox = self._start("mailbox", str(MANAGE), "receive_mail", "--port", str(self.smtp_port))

    def start_worker(self, *options: str) -> subprocess.Popen[bytes]:
        """裏方をひとり始める。"""
        worker = self._start("work", str(MANAGE), "work", *options)
        self.workers.append(worker)
        return worker

    def kill_worker(self) -> None:
        """裏方のひとりを、予告なく倒す。"""
        worker = self.workers.pop(0)
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    def manage(self, *command: str) -> None:
        """管理コマンドを、終わりまで動かす。"""
        build.manage(*command, environ=self.environ)

    @contextmanager
    def orm(self) -> Iterator[None]:
        """Djangoのモデルのつなぎ先を、このシステムのデータベースにする。書いたことは、そのまま確定する。"""
        with databases.used(self.database):
            yield

    def wait_until_answering(self, seconds: float = 60) -> None:
        """ウェブとメールの受け皿が答えるまで待つ。"""
        deadline = time.monotonic() + seconds
        if self.web:
            _wait(deadline, self.web, lambda: _answers(self.port), "web")
        if self.mailbox:
            _wait(deadline, self.mailbox, lambda: _listens(self.smtp_port), "mailbox")

    def stop(self) -> None:
        """始めたものをすべて止め、データベースを捨てる。"""
        children = [child for child in (self.web, self.mailbox, *self.workers) if child is not None]
        processes.stop_all([(child, signal.SIGTERM) for child in children], patience=5)
        self.web, self.mailbox, self.workers = None, None, []
        databases.drop(self.database)

    def _start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        log = LOG / f"site-{name}.log"
        return processes.start([str(PYTHON), *command], log=log, env=self.environ, cwd=ROOT, end=signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(deadline, child, is_ready, name) -> None:
    while not is_ready():
        if child.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{name} を始められませんでした（{LOG}/site-{name}.log）")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(f"http://127.0.0.1:{port}/", timeout=30).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
