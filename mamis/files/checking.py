"""預かったファイルを、限られた力の子プロセスで確かめる。"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mamis.files import decoder
from mamis.files.rules import Refusal

DECODER = Path(decoder.__file__)
# 子プロセスが自分で止まらないときに、外から止めるまでの秒。
PATIENCE = decoder.WALL_SECONDS + 10
JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True)
class Drawn:
    """描き直した一頁。"""

    width: int
    height: int
    content: bytes


@dataclass(frozen=True)
class Clean:
    """確かめて、描き直せた。"""

    pages: tuple[Drawn, ...]


@dataclass(frozen=True)
class Refused:
    """使えないことが、はっきりした。"""

    refusal: Refusal


@dataclass(frozen=True)
class Unanswered:
    """答えがなかった。`is_files_fault` は、力の限りに触れたか落ちたか（ファイルのせいかもしれない）。"""

    is_files_fault: bool


Verdict = Clean | Refused | Unanswered


def check(
    content: bytes,
    kind: str,
    *,
    command: tuple[str, ...] = (sys.executable, "-I", str(DECODER)),
    patience: float = PATIENCE,
) -> Verdict:
    """子プロセスに開かせ、答えを読む。子には、環境も、接続も、置き場所も渡さない。"""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as answer:
        source.write(content)
        source.seek(0)
        try:
            child = subprocess.run(  # noqa: S603
                [*command, kind],
                stdin=source,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
                cwd="/",
                timeout=patience,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Unanswered(is_files_fault=True)
        except OSError:
            return Unanswered(is_files_fault=False)
        answer.seek(0)
        if child.returncode != 0:
            # 1 は、部品が読めないなど、子そのものが始まらなかったとき。
            return Unanswered(is_files_fault=child.returncode != 1)
        return _read(answer)


def _read(answer: IO[bytes]) -> Verdict:
    """子の答え。形が違えば、答えがなかったのと同じ。"""
    try:
        told = json.loads(answer.readline(4096))
        if "refused" in told:
            return Refused(Refusal(told["refused"]))
        pages = tuple(Drawn(width, height, answer.read(size)) for width, height, size in told["pages"])
    except (ValueError, KeyError, TypeError):
        return Unanswered(is_files_fault=True)
    if not pages or not all(page.content.startswith(JPEG) for page in pages):
        return Unanswered(is_files_fault=True)
    return Clean(pages)
