"""試験と証明: 道具とブラウザをそろえ、pytestに渡す。最後の行は、pytest自身のまとめ。"""

import os
import shutil
import subprocess
import sys

from launch import checks
from launch.places import CACHE, LOG, PYTHON, ROOT, Refusal

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
COVERAGE = CACHE / "coverage"
PROOFS = "tests/proofs"


def test() -> None:
    """確かめてから、証明のほかのすべての試験を行う。引数はpytestへ渡す。"""
    given = sys.argv[1:]
    where = [] if _names_tests(given) else ["tests", f"--ignore={PROOFS}"]
    # 一部だけを試すときは、覆いを測らず、並べて試しもしない。
    measured = [] if given else ["-m", "coverage", "run"]
    shutil.rmtree(COVERAGE, ignore_errors=True)
    COVERAGE.mkdir(parents=True)
    _run([*measured, "-m", "pytest", *_together(4, given), *where, *given], check_first=True)


def prove() -> None:
    """競合、強制終了、状態の探索、規則の一つずつの欠落。引数はpytestへ渡す。"""
    given = sys.argv[1:]
    where = [] if _names_tests(given) else [PROOFS]
    _run(["-m", "pytest", *_together(2, given), *where, *given], check_first=False)


def _together(most: int, given: list[str]) -> list[str]:
    """コアの数だけ、ファイルごとに並べて試す。引数があれば並べない。"""
    return [] if given else ["--numprocesses", str(min(most, os.cpu_count() or 1)), "--dist", "loadfile"]


def _run(command: list[str], *, check_first: bool) -> None:
    try:
        checks.prepare()
        if check_first and not checks.all_hold():
            sys.exit(1)
        _ensure_browser()
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(PYTHON, [str(PYTHON), *command], checks.tools_environment())


def _names_tests(arguments: list[str]) -> bool:
    return any(not word.startswith("-") and (ROOT / word.split("::")[0]).exists() for word in arguments)


def _ensure_browser() -> None:
    """ブラウザ、日本語の字体、PDFを読む道具。rootなら入れ、そうでなければ何を入れるかを言う。"""
    missing = _missing()
    if not missing:
        return
    line = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        raise Refusal(f"試験に要るものがありません。Debian・Ubuntuでは: sudo {line}")
    print(f"試験に要るもの（{'、'.join(missing)}）を入れています…", flush=True)
    with (LOG / "apt.log").open("wb") as log:
        for command in ("apt-get update", line):
            done = subprocess.run(
                command.split(),
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
            )
    if done.returncode != 0 or _missing():
        raise Refusal(f"入れられませんでした（{LOG / 'apt.log'}）。手で: sudo {line}")


def _missing() -> list[str]:
    """足りないものの、Debianでの名。"""
    missing = []
    if not any(shutil.which(name) for name in BROWSERS):
        missing.append("chromium")
    if not _has_japanese_font():
        missing.append("fonts-noto-cjk")
    if shutil.which("pdftotext") is None:
        missing.append("poppler-utils")
    return missing


def _has_japanese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    found = subprocess.run(["fc-list", ":lang=ja"], capture_output=True, text=True, timeout=60, check=False)
    return bool(found.stdout.strip())
