"""システムを動かす: 環境、データベース、練習用の世界、メールの受け皿、裏方、ウェブ。"""

import contextlib
import errno
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType

from launch import build, environment, postgres, processes
from launch.places import LOG, MANAGE, PYTHON, ROOT, VAR, Refusal, make_var

SIGN_INS = ROOT / "mamis" / "demo" / "sign_ins.txt"


LABELS = {"mailbox": "メールの受け皿", "work": "裏方"}


class Stopped(Exception):
    """Ctrl-CかSIGTERMで止められた。"""


def main() -> None:
    """動かし、止められるまで見守る。断るときは一行だけ。"""
    _listen_to_signals()
    server = Server()
    status = 0
    try:
        with _only_one():
            server.prepare()
            server.run()
    except Stopped:
        pass
    except Refusal as refusal:
        print(refusal, file=sys.stderr, flush=True)
        status = 1
    finally:
        server.stop()
    sys.exit(status)


def _listen_to_signals() -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        for known in (signal.SIGINT, signal.SIGTERM):
            signal.signal(known, signal.SIG_IGN)
        raise Stopped

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, stop)


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """同じフォルダーでは一つだけ動く。錠は、持ち主が強制終了されてもOSが外す。"""
    make_var()
    with (VAR / "server.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(f"このフォルダー（{ROOT}）では、すでに動いています。") from None
        yield


@dataclass
class Server:
    """動いているもの一式。"""

    cluster: postgres.Cluster | None = None
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    started_at: float = field(default_factory=time.monotonic)

    def prepare(self) -> None:
        """始める前に分かる差し支えを確かめ、環境とデータベースを整える。"""
        self.port = _port()
        _refuse_taken(self.port)
        environment.ensure(with_dev=False)
        self.smtp_port = _free_port()
        self.environ = self._environment()
        if "DATABASE_URL" not in os.environ:
            self._start_database()
        build.static_files(self.environ)
        build.tables(self.environ, self.cluster)
        build.demo_world(self.environ, self.cluster)

    def run(self) -> None:
        """ウェブを始め、答えたら残りを始め、住所を告げて見守る。"""
        address = self.environ["BASE_URL"]
        self._start("web")
        self._wait_for_web()
        for name in ("mailbox", "work"):
            self._start(name)
        print(f"\n  {address}/\n", flush=True)
        if self.environ["DEMO"] == "1" and SIGN_INS.exists():
            print(SIGN_INS.read_text(), flush=True)
        print(
            f"動いています（{time.monotonic() - self.started_at:.1f}秒で始まりました）。終わるときは Ctrl-C。",
            flush=True,
        )
        self._watch()

    def stop(self) -> None:
        """始めたものを、始めたのと逆に止める。"""
        if not self.children and self.cluster is None:
            return
        with contextlib.suppress(OSError):
            print("\n止めています…", flush=True)
        processes.stop_all([(child, signal.SIGTERM) for child in self.children.values()])
        if self.cluster is not None:
            self.cluster.stop()
        with contextlib.suppress(OSError):
            print("止まりました。", flush=True)

    def _environment(self) -> dict[str, str]:
        address = f"http://localhost:{self.port}"
        own = {
            "DEMO": "1",
            "BASE_URL": address,
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.smtp_port),
        }
        given = {name: os.environ[name] for name in own if os.environ.get(name)}
        if "SMTP_HOST" in given and "SMTP_PORT" not in given:
            own["SMTP_PORT"] = "25"
        return environment.clean(**{**own, **given}, SECRET_KEY=os.environ.get("SECRET_KEY") or _secret_key())

    def _start_database(self) -> None:
        folder = VAR / "postgres"
        self.cluster = postgres.Cluster(folder, LOG / "postgres.log")
        self.cluster.start()
        self.environ["DATABASE_URL"] = self.cluster.url(postgres.APPLICATION)
        self.environ["DATABASE_OWNER_URL"] = self.cluster.url(postgres.OWNER)

    def _start(self, name: str) -> None:
        self.children[name] = processes.start(
            self._command(name), log=LOG / f"{name}.log", env=self.environ, cwd=ROOT, end=signal.SIGTERM
        )

    def _command(self, name: str) -> list[str]:
        if name == "web":
            return [
                str(PYTHON), "-m", "gunicorn", "mamis.config.wsgi", "--bind", f"127.0.0.1:{self.port}",
                "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload",
                "--graceful-timeout", "4", "--timeout", "60", "--no-control-socket", "--log-level", "warning",
            ]  # fmt: skip
        if name == "mailbox":
            return [str(PYTHON), str(MANAGE), "receive_mail", "--port", str(self.smtp_port)]
        return [str(PYTHON), str(MANAGE), "work"]

    def _wait_for_web(self) -> None:
        deadline = time.monotonic() + 120
        while not _answers(self.port):
            if self.children["web"].poll() is not None:
                raise Refusal(f"ウェブサーバーを始められませんでした（{LOG / 'web.log'}）。")
            if time.monotonic() > deadline:
                raise Refusal(f"ウェブサーバーが2分たっても答えません（{LOG / 'web.log'}）。")
            time.sleep(0.05)

    def _watch(self) -> None:
        """裏方とメールの受け皿は、倒れたら起こす。ウェブとデータベースが倒れたら、全体を止める。"""
        rest_until: dict[str, float] = {}
        while True:
            if self.cluster and self.cluster.process and self.cluster.process.poll() is not None:
                raise Refusal(f"PostgreSQLが止まりました（{LOG / 'postgres.log'}）。")
            for name, child in list(self.children.items()):
                if child.poll() is None:
                    continue
                if name == "web":
                    raise Refusal(f"ウェブサーバーが止まりました（{LOG / 'web.log'}）。")
                if name not in rest_until:
                    print(f"{LABELS[name]}が止まったので、始め直します（{LOG / name}.log）。", flush=True)
                    rest_until[name] = time.monotonic() + 2
                elif time.monotonic() > rest_until[name]:
                    del rest_until[name]
                    self._start(name)
            time.sleep(0.2)


def _port() -> int:
    typed = os.environ.get("PORT") or "8000"
    if not (typed.isascii() and typed.isdigit() and 0 < int(typed) < 65536):
        raise Refusal(f"PORT は 1 から 65535 までの数にしてください（いまは {typed}）。")
    return int(typed)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except PermissionError:
            raise Refusal(
                f"ポート {port} を使う権限がありません。PORT=8080 のように、別の番号にしてください。"
            ) from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise Refusal(
                f"ポート {port} は、すでに使われています。PORT={port + 1} のように、別の番号にしてください。"
            ) from None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    """どんな返事でも、返れば答えている。"""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(f"http://127.0.0.1:{port}/", timeout=30).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _secret_key() -> str:
    """この場所だけの秘密の鍵。一度作ったら使い続ける。"""
    path = VAR / "secret-key"
    if not path.exists():
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        draft.rename(path)
    return path.read_text()
