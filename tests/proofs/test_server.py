"""script/server: 何をされても、立ち直り、後に何も残さない。別のフォルダーへ写したもので確かめる。"""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from launch import environment
from launch.places import ROOT

STARTED = "動いています"
LEFT_OUT = shutil.ignore_patterns(".venv", "var", ".git", "__pycache__", ".*_cache")
SLOW = 240
# この試験自身の設定は、写したものには渡さない。
OF_THIS_RUN = {
    "ALLOWED_HOSTS", "BASE_URL", "DATABASE_OWNER_URL", "DATABASE_POOL", "DATABASE_URL", "DEMO", "PG_BIN", "SECRET_KEY",
    "SECURE",
}  # fmt: skip


class Copy:
    """別のフォルダーに写したプロジェクトと、そこで動いている script/server。"""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        # 取り寄せ済みの部品だけは分け合う。
        (folder / "var").mkdir()
        for shared in ("cache", "tools"):
            if (ROOT / "var" / shared).exists():
                (folder / "var" / shared).symlink_to(ROOT / "var" / shared)
        self.output = folder / "output.txt"
        self.process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    def start(self) -> float:
        began = time.monotonic()
        with self.output.open("wb") as output:
            self.process = self.launch(output, subprocess.STDOUT, self.port)
        while STARTED not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() - began < SLOW
            time.sleep(0.05)
        return time.monotonic() - began

    def launch(self, stdout: object, stderr: object, port: int | str) -> subprocess.Popen[bytes]:
        environ = {name: value for name, value in environment.clean().items() if name not in OF_THIS_RUN}
        return subprocess.Popen(
            [self.folder / "script" / "server"],
            stdout=stdout,  # type: ignore[call-overload]
            stderr=stderr,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env={**environ, "PORT": str(port)},
        )

    def refused(self, port: int | str) -> list[str]:
        with self.launch(subprocess.PIPE, subprocess.STDOUT, port) as attempt:
            said, _ = attempt.communicate(timeout=60)
            assert attempt.returncode == 1
        return said.decode().splitlines()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://localhost:{self.port}/", timeout=30) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def end(self, number: signal.Signals) -> int:
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(60)

    def left(self) -> list[str]:
        """このフォルダーか、このポートのために動いているプロセス。"""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if f"{self.folder}/" in command or f"127.0.0.1:{self.port}" in command:
                found.append(command)
        return found

    def pid_of(self, part: str) -> int:
        for entry in Path("/proc").glob("[0-9]*"):
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if f"{self.folder}/" in command and part in command:
                return int(entry.name)
        raise LookupError(part)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(holds, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.1)
    return bool(holds())


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    folder = tmp_path_factory.mktemp("写し 100% ") / ("とても長い道" * 12) / "mamis"
    made = Copy(folder)
    yield made
    if made.process and made.process.poll() is None:
        made.end(signal.SIGTERM)


def test_server_starts_from_nothing_and_ctrl_c_leaves_nothing(copy: Copy):
    copy.start()

    assert copy.answers()
    assert "member@demo.example" in copy.output.read_text()
    assert copy.end(signal.SIGINT) == 0
    assert copy.left() == []


def test_second_start_answers_within_five_seconds_and_sigterm_leaves_nothing(copy: Copy):
    # ほかの仕事で機械が込んでいることもあるので、三度のうちの最もよいもの。
    seconds = []
    for _ in range(3):
        copy.start()
        seconds.append(float(re.search(rf"{STARTED}（([\d.]+)秒", copy.output.read_text())[1]))
        assert copy.end(signal.SIGTERM) == 0
        assert copy.left() == []

    assert min(seconds) < 5


def test_killed_parent_leaves_nothing_and_the_next_start_recovers(copy: Copy):
    copy.start()

    copy.end(signal.SIGKILL)

    assert wait_until(lambda: copy.left() == [])
    copy.start()
    assert copy.answers()
    copy.end(signal.SIGTERM)


def test_second_start_in_the_same_folder_is_refused_in_one_line(copy: Copy):
    copy.start()

    said = copy.refused(free_port())

    assert said == [f"このフォルダー（{copy.folder}）では、すでに動いています。"]
    assert copy.answers()
    copy.end(signal.SIGTERM)


def test_port_in_use_is_refused_in_one_line_before_anything_starts(copy: Copy):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        said = copy.refused(port)

    assert said == [f"ポート {port} は、すでに使われています。PORT={port + 1} のように、別の番号にしてください。"]
    assert copy.left() == []
    assert copy.refused("八千") == ["PORT は 1 から 65535 までの数にしてください（いまは 八千）。"]


def test_worker_that_dies_is_started_again(copy: Copy):
    copy.start()
    before = copy.pid_of("manage.py work")

    os.kill(before, signal.SIGKILL)

    assert wait_until(lambda: "裏方が止まったので、始め直します" in copy.output.read_text())
    assert wait_until(lambda: any("manage.py work" in command for command in copy.left()))
    assert copy.pid_of("manage.py work") != before
    copy.end(signal.SIGTERM)


def test_database_that_dies_stops_everything_and_the_next_start_recovers(copy: Copy):
    copy.start()

    os.kill(copy.pid_of("postgres -D"), signal.SIGKILL)

    assert copy.process.wait(60) == 1
    assert "PostgreSQLが止まりました" in copy.output.read_text()
    assert copy.left() == []
    copy.start()
    assert copy.answers()
    copy.end(signal.SIGTERM)


def test_two_copies_do_not_disturb_each_other(copy: Copy, tmp_path: Path):
    copy.start()
    other = Copy(tmp_path / "mamis")
    other.start()

    assert (copy.answers(), other.answers()) == (True, True)
    other.end(signal.SIGTERM)
    assert other.left() == []
    assert copy.answers()
    assert copy.end(signal.SIGTERM) == 0
