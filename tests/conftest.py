"""試験の土台: そのあいだだけのPostgreSQL。データベースを使わない試験では、始めもしない。

試験の問い合わせは、本番と同じく、表の持ち主でも特権者でもない役割で行う。
"""

import signal
from collections.abc import Iterator

import pytest
from coverage import Coverage
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests import coverage_report, databases
from tests.site import Site
from tests.world import application, doctor, posted, world  # noqa: F401

# 止められたときも、Ctrl-Cと同じに後片づけをする。
signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def cluster(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """この回だけのPostgreSQL。"""
    try:
        with django_db_blocker.unblock():
            databases.start()
        yield
    finally:
        databases.stop()


@pytest.fixture(scope="session")
def django_db_setup(cluster: None, django_test_environment: None) -> None:
    """試験のデータベースを、原本から写す。"""
    databases.make(databases.TESTED)
    databases.use(databases.TESTED)


def renew_database(case: TransactionTestCase) -> None:
    """確定する試験のあとは、原本から写し直す。移行が入れた行も、元どおりになる。"""
    connection.close()
    databases.make(databases.TESTED)


TransactionTestCase._fixture_teardown = renew_database


@pytest.fixture
def as_owner(db: None) -> Iterator[None]:
    """表の持ち主に着替えて試す。"""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        yield
        cursor.execute("SET ROLE mamis_app")


@pytest.fixture(scope="module")
def live_site(cluster: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    """本物のプロセスで動く一式（ウェブ2、裏方1、メールの受け皿）。モジュールごとに一つ。"""
    with django_db_blocker.unblock(), Site() as site:
        yield site


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """覆いを測っていれば、pytestのまとめの前に告げる。"""
    measuring = Coverage.current()
    if measuring is not None:
        terminalreporter.write_line(coverage_report.summary(measuring))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """並んで試す働き手は、測った分を、まとめの前に書き出す。"""
    measuring = Coverage.current()
    if measuring is not None and hasattr(session.config, "workerinput"):
        measuring.stop()
        measuring.save()
