"""Pythonの環境を、uv.lock のとおりに .venv へ作る。使う人自身の環境には触れない。"""

import hashlib
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from launch import processes
from launch.places import CACHE, LOG, PYTHON, ROOT, TOOLS, VENV, Refusal

UV_VERSION = "0.13.9"
# これより古いuvは、uv.lock を書いたものと振る舞いが違いうるので使わない。
OLDEST_UV = (0, 9)
STAMP = VENV / "mamis-stamp.json"
# 取り寄せ先についての、使う人の設定。これだけは尊重する。
KEPT_FROM_UV = {
    "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_HTTP_TIMEOUT", "UV_INDEX", "UV_INDEX_URL",
    "UV_INSECURE_HOST", "UV_KEYRING_PROVIDER", "UV_NATIVE_TLS", "UV_OFFLINE", "UV_SYSTEM_CERTS",
}  # fmt: skip
DROPPED = {
    "DJANGO_SETTINGS_MODULE",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
}


def clean(**extra: str) -> dict[str, str]:
    """子プロセスへ渡す環境変数。呼んだ人のPythonやuvの設定に左右されない。"""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in DROPPED
        and not name.startswith("PYTHON")
        and (not name.startswith("UV_") or name in KEPT_FROM_UV)
    }
    kept.update(
        PYTHONUNBUFFERED="1",
        UV_CACHE_DIR=str(CACHE / "uv"),
        UV_PYTHON_INSTALL_DIR=str(TOOLS / "python"),
        PIP_CACHE_DIR=str(CACHE / "pip"),
        PIP_DISABLE_PIP_VERSION_CHECK="1",
    )
    kept.update(extra)
    return kept


def ensure(*, with_dev: bool) -> None:
    """.venv を uv.lock に合わせる。前と同じなら何もしない。"""
    wanted = _fingerprint()
    made = _read_stamp()
    if made.get("fingerprint") == wanted and (made.get("with_dev") or not with_dev) and PYTHON.exists():
        return
    if made and made.get("root") != str(ROOT):
        # よそのフォルダーから写された環境は、元のフォルダーを指している。
        shutil.rmtree(VENV)
    with_dev = with_dev or bool(made.get("with_dev"))
    print("Pythonの環境を用意しています（初回は1分ほどかかります）…", flush=True)
    command = [_uv(), "sync", "--frozen", "--quiet", "--project", str(ROOT), "--python", _base_python()]
    _run([*command, *([] if with_dev else ["--no-group", "dev"])], "部品を取り寄せられませんでした")
    STAMP.write_text(json.dumps({"fingerprint": wanted, "with_dev": with_dev, "root": str(ROOT)}))


def _fingerprint() -> str:
    content = hashlib.sha256()
    for name in ("pyproject.toml", "uv.lock"):
        content.update((ROOT / name).read_bytes())
    content.update(f"{ROOT} {platform.python_version()} {platform.machine()}".encode())
    return content.hexdigest()


def _read_stamp() -> dict[str, object]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def _base_python() -> str:
    """仮想環境の中から呼ばれても、その元のPythonを使う。"""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def _uv() -> str:
    """この機械のuv。なければ、または古ければ、var/tools に入れたuv。"""
    own = TOOLS / "uv" / "bin" / "uv"
    for candidate in (str(own), shutil.which("uv")):
        if candidate and _is_usable(candidate):
            return candidate
    return str(_install_uv(own))


def _is_usable(uv: str) -> bool:
    try:
        answer = subprocess.run([uv, "--version"], env=clean(), capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    version = re.search(r"(\d+)\.(\d+)", answer.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_UV


def _install_uv(own: Path) -> Path:
    if own.parent.parent.exists():
        shutil.rmtree(own.parent.parent)
    _run(
        [_base_python(), "-m", "venv", str(own.parent.parent)],
        "Pythonの venv が使えません（Debian・Ubuntuでは apt install python3-venv）",
    )
    _run(
        [str(own.parent / "python"), "-m", "pip", "install", "--quiet", f"uv=={UV_VERSION}"],
        "uv を取り寄せられませんでした",
    )
    return own


def _run(command: list[str], failure: str) -> None:
    """静かに実行する。失敗したら、最後の一行と記録の場所を添えて断る。"""
    log = LOG / "environment.log"
    log.write_bytes(b"")
    child = processes.start(command, log=log, env=clean(), cwd=ROOT, end=signal.SIGKILL)
    try:
        child.wait()
    finally:
        processes.stop(child)
    if child.returncode != 0:
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
        raise Refusal(f"{failure}: {lines[-1] if lines else child.returncode}（{log}）")
