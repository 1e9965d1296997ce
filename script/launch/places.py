"""ものの置き場所。すべてプロジェクトのフォルダーの中にある。"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
CACHE = VAR / "cache"
LOG = VAR / "log"
TOOLS = VAR / "tools"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MANAGE = ROOT / "manage.py"


def make_var() -> None:
    """var/ を作る。書けないフォルダーなら、一行で断る。"""
    try:
        for folder in (VAR, LOG, CACHE):
            folder.mkdir(mode=0o700, exist_ok=True)
        probe = VAR / ".writable"
        probe.touch()
        probe.unlink(missing_ok=True)
    except OSError as error:
        raise Refusal(f"{VAR} に書き込めません（{error.strerror}）。持ち主を確かめてください。") from error


class Refusal(Exception):
    """始められない理由。読む人への一行。"""
