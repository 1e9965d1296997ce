"""README と操作マニュアルの絵を撮り直す。"""

import shutil
import sys

from launch import tests


def main() -> None:
    """道具とブラウザをそろえて、撮る。引数は、残す絵の名。"""
    tests._run(["-m", "tests.pictures", *sys.argv[1:]], check_first=False)


def browser() -> str:
    """この機械の Chromium。"""
    return next(found for name in tests.BROWSERS if (found := shutil.which(name)))
