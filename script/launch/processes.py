"""子プロセスを始め、見守り、終わらせる。親が不意に倒れても、子だけが残ることはない。"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 1_000_000

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def start(
    command: list[str], *, log: Path, env: dict[str, str], cwd: Path, end: signal.Signals
) -> subprocess.Popen[bytes]:
    """子プロセスを、端末から切り離して始める。親が死んだら、OSが end の合図を送る。

    OSの約束は「始めたスレッドが死んだら」なので、長く生きるスレッドから呼ぶ。
    """
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent(end),  # noqa: PLW1509 始めるのは、いつも主スレッド
        )


def _die_with_parent(end: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    parent = os.getpid()

    def ask_the_kernel() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(end), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return ask_the_kernel


def stop(child: subprocess.Popen[bytes], *, end: signal.Signals = signal.SIGTERM, patience: float = 8) -> None:
    """穏やかに終わらせ、聞かなければ強く終わらせる。残った孫も片づける。"""
    if child.poll() is None:
        _send(child.pid, end)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(patience)
    _send_group(child.pid, signal.SIGKILL)
    child.wait()


def stop_all(children: list[tuple[subprocess.Popen[bytes], signal.Signals]], *, patience: float = 8) -> None:
    """まとめて合図を送ってから、そろうのを待つ。"""
    for child, end in children:
        if child.poll() is None:
            _send(child.pid, end)
    deadline = time.monotonic() + patience
    for child, end in children:
        stop(child, end=end, patience=max(0.1, deadline - time.monotonic()))


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _send_group(pid: int, number: signal.Signals) -> None:
    """始めたときに作った組の全員へ。組がもうなければ何もしない。"""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
