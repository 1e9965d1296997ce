"""動かさずに分かることを確かめる: 書式、誤り、型、部屋の上下、表の変更もれ、文書の古さ。"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from launch import environment
from launch.places import MANAGE, PYTHON, ROOT, Refusal, make_var

LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"
WRITE_DOCS = "mamis/web/management/commands/write_docs.py"


@dataclass(frozen=True)
class Check:
    """確かめること一つと、直し方。"""

    name: str
    command: tuple[str, ...]
    remedy: str


# 時間のかかるものから始める。
CHECKS = (
    Check("型", ("-m", "mypy"), "上の行を直してください"),
    Check(
        "表の変更もれ",
        ("-W", "ignore", str(MANAGE), "makemigrations", "--check", "--dry-run"),
        ".venv/bin/python manage.py makemigrations",
    ),
    Check("文書の古さ", (str(MANAGE), "write_docs", "--check"), "script/docs"),
    Check(
        "部屋の上下",
        (
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--cache-dir",
            "var/cache/import-linter",
        ),
        "上の読み込みを、docs/architecture.md の順に直してください",
    ),
    Check("誤り", ("-m", "ruff", "check", "."), ".venv/bin/ruff check --fix ."),
    Check("書式", ("-m", "ruff", "format", "--check", "."), ".venv/bin/ruff format ."),
)


def main() -> None:
    """すべて確かめ、直すところがあれば1で終わる。"""
    try:
        prepare()
        sys.exit(0 if all_hold() else 1)
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)


def prepare() -> None:
    """確かめる道具をそろえる。"""
    make_var()
    environment.ensure(with_dev=True)


def all_hold() -> bool:
    """二つずつ並べて確かめ、結果を一行ずつ告げる。"""
    began = time.monotonic()
    checks = [check for check in CHECKS if "write_docs" not in check.command or (ROOT / WRITE_DOCS).exists()]
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(_holds, checks))
    print(f"確かめました（{time.monotonic() - began:.1f}秒）。", flush=True)
    return all(results)


def _holds(check: Check) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        [str(PYTHON), *check.command],
        env=tools_environment(),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    if done.returncode == 0:
        print(f"○ {check.name}（{seconds:.1f}秒）", flush=True)
    else:
        print(f"× {check.name}\n{done.stdout}{done.stderr}  直すには: {check.remedy}", flush=True)
    return done.returncode == 0


def tools_environment() -> dict[str, str]:
    """道具と試験に渡す環境変数。"""
    return environment.clean(PYTHONPATH=f"{ROOT}:{ROOT / 'script'}", DJANGO_SETTINGS_MODULE="tests.settings")
