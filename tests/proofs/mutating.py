"""変わり種ごとに、試験が気づくかを調べるpytestの部品（``-p tests.proofs.mutating --mutants=報告の場所``）。

集めるのもデータベースを用意するのも一度だけ。はじめに壊さずに全部を試し、どの試験がどの関数を通るかを覚える。
変わり種ごとに枝分かれ（fork）して壊し、通る試験だけを、同じ部屋のもの、短いものから試す。一つでも落ちれば、気づいたことになる。
進みぐあいは、報告のそばの .log に一行ずつ残る。
"""

import json
import os
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from django.db import connections

from tests.proofs.mutants import DRAWING, Mutant, all_mutants, watch

# 一つの試験が、これより長くかかれば、終わらない。
LONGEST = 60


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutants", metavar="報告", help="変わり種ごとに試し、気づいた試験の名を書く場所")
    parser.addoption("--only-mutants", default="", metavar="語", help="名にその語のある変わり種だけ")


class Watched:
    """壊さずに試した一つの試験：かかった秒と、通った関数。"""

    def __init__(self, item: pytest.Item) -> None:
        self.item = item
        self.seconds = 0.0
        self.seen: frozenset[str] = frozenset()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """いつもの一巡りに代わる。"""
    report = Path(session.config.getoption("--mutants"))
    mutants = [m for name, m in all_mutants().items() if session.config.getoption("--only-mutants") in name]
    tests = list(_watched(session.items))
    connections.close_all()
    killers: dict[str, str] = {}
    with report.with_suffix(".log").open("w", buffering=1) as log:
        for mutant in mutants:
            began = time.monotonic()
            killers[mutant.name] = _killer(mutant, tests)
            log.write(f"{time.monotonic() - began:6.1f} 秒 {mutant.name}：{killers[mutant.name]}\n")
    report.write_text(json.dumps(killers, ensure_ascii=False))
    return True


def _watched(items: list[pytest.Item]) -> Iterator[Watched]:
    """壊さずに試す。ここで落ちる試験があれば、何も分からない。"""
    seen: set[str] = set()
    watch(seen)
    for place, item in enumerate(items):
        seen.clear()
        test, began = Watched(item), time.monotonic()
        # 最後の試験のあとも、データベースなど、この回を通して使うものは片づけない。
        if not _passes(item, items[(place + 1) % len(items)]):
            pytest.exit(f"{item.nodeid} は、壊さなくても落ちる。", returncode=1)
        test.seconds, test.seen = time.monotonic() - began, frozenset(seen)
        # 組版の部品は、枝分かれしたプロセスでは動かない。
        if f"{DRAWING}.draw" not in seen:
            yield test


def _killer(mutant: Mutant, tests: Iterable[Watched]) -> str:
    """気づいた試験の名。どの試験も気づかなければ空。"""
    rooms = {name.split(".")[1] for name in mutant.reaches}
    touching = sorted(
        (test for test in tests if test.seen & mutant.reaches),
        key=lambda test: (test.item.path.parent.name not in rooms, test.seconds),
    )
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        mutant.apply()
        os.write(writing, _first_failure([test.item for test in touching]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        found = answer.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return f"一つの試験が {LONGEST} 秒で終わらない"
    if os.WEXITSTATUS(status) != 0:
        raise RuntimeError(f"{mutant.name}: the forked tests did not finish")
    return found


def _first_failure(items: list[pytest.Item]) -> str:
    for place, item in enumerate(items):
        signal.alarm(LONGEST)
        if place == 0:
            item.session._setupstate.teardown_exact(item)
        if not _passes(item, items[(place + 1) % len(items)]):
            return item.nodeid
    return ""


def _passes(item: pytest.Item, following: pytest.Item) -> bool:
    return all(report.passed for report in runtestprotocol(item, log=False, nextitem=following))
