"""コードの表から書く頁を書き直す。"""

import subprocess
import sys

from launch import checks
from launch.places import MANAGE, PYTHON, ROOT, Refusal


def main() -> None:
    """書く。引数（--check など）は、そのまま渡す。"""
    try:
        checks.prepare()
    except Refusal as refusal:
        sys.exit(str(refusal))
    command = [str(PYTHON), str(MANAGE), "write_docs", *sys.argv[1:]]
    sys.exit(subprocess.run(command, env=checks.tools_environment(), cwd=ROOT, check=False).returncode)
