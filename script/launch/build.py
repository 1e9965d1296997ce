"""動かす前に整えるもの: 静的ファイル、表と権限、練習用の世界。前の回と同じなら、何もしない。"""

import fcntl
import hashlib
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launch import processes
from launch.places import CACHE, LOG, MANAGE, PYTHON, ROOT, VAR, Refusal
from launch.postgres import Cluster

STATIC_SOURCES = ("mamis/*/static/**/*", "uv.lock")
TABLE_SOURCES = (
    "mamis/*/migrations/*.py", "mamis/*/models.py", "mamis/*/models/*.py",
    "mamis/config/management/commands/grant_rights.py", "uv.lock",
)  # fmt: skip
MAKE_DEMO = ROOT / "mamis" / "demo" / "management" / "commands" / "make_demo.py"


def static_files(environ: dict[str, str]) -> None:
    """ブラウザへ渡すファイルを、一か所に集める。"""
    step = _Step(VAR / "static.stamp", fingerprint(*STATIC_SOURCES))
    with one_at_a_time("static"):
        if not step.is_done:
            manage("collectstatic", "--noinput", "--clear", environ=environ)
            step.done()


def tables(environ: dict[str, str], cluster: Cluster | None) -> None:
    """表を最新にし、アプリケーションの役割に権限を渡す。よそのデータベースは、いつも確かめる。"""
    step = _Step(cluster.folder / "tables.stamp" if cluster else None, fingerprint(*TABLE_SOURCES))
    if not step.is_done:
        print("データベースを整えています…", flush=True)
        manage("migrate", "--noinput", environ=environ)
        manage("grant_rights", environ=environ)
        step.done()


def demo_world(environ: dict[str, str], cluster: Cluster | None) -> None:
    """練習用の医師会と医師。すでにあれば、コマンド自身が何もしない。"""
    step = _Step(cluster.folder / "world.stamp" if cluster else None, "made")
    if environ["DEMO"] == "1" and not step.is_done and MAKE_DEMO.exists():
        print("練習用の医師会と医師を作っています…", flush=True)
        manage("make_demo", environ=environ)
        step.done()


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """同じ名の仕事を、プロセスをまたいで一つずつにする。錠は、持ち主が倒れてもOSが外す。"""
    with (CACHE / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fingerprint(*patterns: str) -> str:
    """ファイルの中身の要約。"""
    content = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(path for path in ROOT.glob(pattern) if path.is_file()):
            content.update(f"{path.relative_to(ROOT)} ".encode() + path.read_bytes())
    return content.hexdigest()


def manage(*command: str, environ: dict[str, str]) -> None:
    """管理コマンドを終わりまで動かす。失敗したら、最後の一行と記録の場所を添えて断る。"""
    log = LOG / f"{command[0]}.log"
    log.write_bytes(b"")
    child = processes.start([str(PYTHON), str(MANAGE), *command], log=log, env=environ, cwd=ROOT, end=signal.SIGTERM)
    try:
        child.wait()
    finally:
        processes.stop(child)
    if child.returncode != 0:
        lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
        raise Refusal(f"manage.py {command[0]} に失敗しました: {lines[-1] if lines else child.returncode}（{log}）")


@dataclass(frozen=True)
class _Step:
    """一度済ませたら、材料が変わるまで繰り返さない仕事。"""

    stamp: Path | None
    material: str

    @property
    def is_done(self) -> bool:
        return self.stamp is not None and self.stamp.exists() and self.stamp.read_text() == self.material

    def done(self) -> None:
        if self.stamp is not None:
            self.stamp.write_text(self.material)
