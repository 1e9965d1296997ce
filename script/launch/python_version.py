"""Pythonが新しいかを確かめる。古いPythonでも読めるように書いてある。"""

import os
import shutil
import sys

NEWEST_FIRST = ("python3.14", "python3.13", "python3.12", "python3.11")


def require() -> None:
    """3.11以上でなければ、この機械にある新しいPythonで始め直す。なければ一行で断る。"""
    if sys.version_info >= (3, 11):
        # 文字の種類を決めていない端末でも、日本語で告げる。
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        return
    for name in NEWEST_FIRST:
        newer = shutil.which(name)
        if newer:
            os.execv(newer, [newer, *sys.argv])
    sys.exit("Python 3.11 以上が必要です（いまは {}.{} です）。".format(*sys.version_info[:2]))
