"""試験のあいだだけのPostgreSQLと、その中のデータベース。

表をそろえたデータベースを一つ（原本）だけ作り、試験はその写しを使う。原本は、表の作りが変わらないかぎり、次の回も使う。
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection
from launch import build
from launch.places import CACHE, make_var
from launch.postgres import APPLICATION, DATABASE, OWNER
from psycopg import sql

from mamis.config.management.commands.grant_rights import grant_to
from tests.cluster import CLUSTER, FOLDER

KEPT = CACHE / "tests-database"
SOURCES = (*build.TABLE_SOURCES, "tests/databases.py", "script/launch/postgres.py")
TEMPLATE = DATABASE
TESTED = "mamis_tests"


def start() -> None:
    """PostgreSQLを動かし、原本を用意する。"""
    make_var()
    _clear_left_behind()
    kept = KEPT / build.fingerprint(*SOURCES)
    # 並んで始まった回は、先の一つが原本を作るのを待つ。
    with build.one_at_a_time("tests-database"):
        if kept.exists():
            shutil.copytree(kept, CLUSTER.data, copy_function=shutil.copy)
            CLUSTER.data.chmod(0o700)
        CLUSTER.start()
        if not kept.exists():
            _fill_template()
            _keep(kept)


def stop() -> None:
    """PostgreSQLを止め、跡を残さない。"""
    connection.close()
    CLUSTER.stop()
    shutil.rmtree(FOLDER, ignore_errors=True)


def make(name: str, *, template: str = TEMPLATE) -> None:
    """原本の写しを作る。同じ名のものがあれば、つながりを切って捨ててから。"""
    drop(name)
    _execute("CREATE DATABASE {} TEMPLATE {}", name, template)


def drop(name: str) -> None:
    """写しを捨てる。"""
    _execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def use(name: str, *, role: str = APPLICATION) -> None:
    """Djangoのつなぎ先を変える。"""
    connection.close()
    connection.settings_dict["NAME"] = name
    connection.settings_dict["OPTIONS"]["assume_role"] = role


@contextmanager
def used(name: str) -> Iterator[None]:
    """Djangoのつなぎ先を、そのあいだだけ変える。"""
    before = connection.settings_dict["NAME"]
    use(name)
    try:
        yield
    finally:
        use(before)


def _fill_template() -> None:
    use(TEMPLATE, role=OWNER)
    call_command("migrate", verbosity=0, interactive=False)
    grant_to(APPLICATION)
    connection.close()


def _keep(kept: Path) -> None:
    """次の回のために、止めた状態の写しを取っておく。古い写しは捨てる。"""
    CLUSTER.stop()
    shutil.rmtree(KEPT, ignore_errors=True)
    draft = KEPT / f"{os.getpid()}.new"
    shutil.copytree(CLUSTER.data, draft, copy_function=shutil.copy)
    draft.rename(kept)
    CLUSTER.start()


def _clear_left_behind() -> None:
    """強制終了された回の跡を捨てる。"""
    for folder in FOLDER.parent.glob("*"):
        if not Path(f"/proc/{folder.name}").exists() or folder == FOLDER:
            shutil.rmtree(folder, ignore_errors=True)


def _execute(statement: str, *names: str) -> None:
    with psycopg.connect(CLUSTER.url(OWNER, "postgres"), autocommit=True) as owner:
        owner.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))
