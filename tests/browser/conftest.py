"""ブラウザの試験の土台: 本物のChromiumと、練習用の世界が入った一式。"""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.test import RequestFactory
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from psycopg import sql
from pytest_django import DjangoDbBlocker

from mamis.accounts.operations.resets import ask_for_reset
from mamis.associations.models import Staff
from mamis.demo.models import ReceivedMail
from mamis.membership.models import Step
from mamis.membership.operations import Decision, approve_step
from mamis.membership.queries import fingerprint as step_fingerprint
from mamis.training.models import Certificate, CompletionApplication
from mamis.training.operations import approve_completion
from mamis.training.queries import evaluation_of, fingerprint
from mamis.web.views import errors
from tests import databases
from tests.browser import extremes
from tests.browser.extremes import Extremes
from tests.browser.fitness import WIDE
from tests.browser.states import Explorer, State
from tests.browser.visitor import Visitor
from tests.site import Site

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=ja-JP"]
DEMO = "mamis_tests_demo"


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """ブラウザ。Playwrightの回し役が動いているあいだは、Djangoが同期の問い合わせを断らないようにする。"""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            path = next(filter(None, map(shutil.which, CHROMIUMS)))
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def demo_world(cluster: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """練習用の世界が入ったデータベース。モジュールごとの一式は、この写しから始まる。"""
    with django_db_blocker.unblock():
        with Site(web=0, workers=0, mailbox=False) as maker:
            maker.manage("make_demo")
            databases.make(DEMO, template=maker.database)
        yield DEMO
        databases.drop(DEMO)


@pytest.fixture(scope="module")
def site(demo_world: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    """練習用の世界が動いている一式。モジュールごとに一つ。"""
    with django_db_blocker.unblock(), Site(web=1, template=demo_world) as site:
        yield site


@pytest.fixture
def enter(chromium: Browser, site: Site) -> Iterator[Callable[[], Visitor]]:
    """訪れる人をひとり迎える。"""
    with entrance(chromium, site) as enter:
        yield enter


@contextmanager
def entrance(chromium: Browser, site: Site, **options: Any) -> Iterator[Callable[[], Visitor]]:
    """訪れる人の入口。options は、その人のブラウザの設定。終わりに、開発者の欄に何も出ていないことを確かめる。"""
    visitors: list[Visitor] = []

    def enter() -> Visitor:
        context = chromium.new_context(base_url=site.url, locale="ja-JP", timezone_id="Asia/Tokyo", **options)
        context.set_default_timeout(15_000)
        visitors.append(Visitor(context.new_page()))
        return visitors[-1]

    try:
        yield enter
    finally:
        for visitor in visitors:
            visitor.page.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


# すべての画面を見て回る試験のためのもの。


@pytest.fixture(scope="module")
def cast(site: Site) -> Extremes:
    """極端な人々。届いたメールと、再設定のリンクも用意する。"""
    with site.orm():
        cast = extremes.build()
        ask_for_reset("member@demo.example", address="127.0.0.1", at=timezone.now())
        cast.places["mail"], cast.places["reset"] = _wait_for_reset()
    with psycopg.connect(site.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ALTER TABLE training_certificate DISABLE TRIGGER certificate_frozen")
        owner.execute(
            "UPDATE training_certificate SET completed_on = completed_on - 4000, expires_on = current_date - 1"
            " WHERE token = %s",
            [cast.places["expired_token"]],
        )
        owner.execute("ALTER TABLE training_certificate ENABLE TRIGGER certificate_frozen")
    return cast


@pytest.fixture(scope="module")
def deeds(site: Site, cast: Extremes) -> dict[str, Callable[[], object]]:
    """画面を開いているあいだに、よそで起きること。"""
    return {
        "stale": lambda: _approve(site, cast.places["stale"]),
        "late": lambda: _approve(site, cast.places["late"]),
        "filed": lambda: _decide(site, cast.places["filed_stale"]),
        "broken": lambda: _rename(site, "training_creditline", "training_creditline_away"),
    }


@pytest.fixture(scope="module")
def contexts(chromium: Browser, site: Site, cast: Extremes) -> Iterator[Callable[[str], BrowserContext]]:
    """人ごとのブラウザ。axe を入れるため、ここだけは頁の決まり（CSP）を外す。

    道をふさぐ（route）と、覚え置き（キャッシュ）が使われないので、どの画面も初めて開いたときと同じ重さになる。
    """
    opened: dict[str, BrowserContext] = {}

    def of(person: str) -> BrowserContext:
        if person not in opened:
            opened[person] = chromium.new_context(base_url=site.url, locale="ja-JP", viewport=WIDE, bypass_csp=True)
            opened[person].set_default_timeout(15_000)
            opened[person].route("**/403/", lambda route: route.fulfill(status=403, body=_forbidden()))
            if person:
                opened[person].add_cookies([{"name": "session", "value": cast.cookies[person], "url": site.url}])
        return opened[person]

    yield of
    for context in opened.values():
        context.close()


@pytest.fixture
def explorer(
    request: pytest.FixtureRequest, site: Site, contexts: Callable[[str], BrowserContext], deeds: dict[str, Callable]
) -> Iterator[Explorer]:
    """その状態の人。"""
    state: State = request.param
    page = contexts(state.person).new_page()
    with site.orm():
        yield Explorer(page, deeds=deeds)
    page.close()
    if state.template == "500.html":
        _rename(site, "training_creditline_away", "training_creditline")


def _wait_for_reset() -> tuple[int, str]:
    """再設定のメールが届くのを待ち、その一通と、リンクの住所を返す。"""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        for mail in ReceivedMail.objects.filter(subject__contains="再設定"):
            found = re.search(r"/password/reset/[0-9a-z-]+/", mail.body)
            if found:
                return mail.pk, found.group()
        time.sleep(0.2)
    raise AssertionError("再設定のメールが届かない")


def _approve(site: Site, receipt_no: str) -> None:
    with site.orm():
        application = CompletionApplication.objects.get(receipt_no=receipt_no)
        by = Staff.objects.get(user__email="midori-admin@demo.example")
        approve_completion(
            application, seen=fingerprint(application, evaluation_of(application)), by=by, at=timezone.now()
        )
        assert Certificate.objects.filter(application=application).exists()


def _decide(site: Site, receipt_no: str) -> None:
    """届出のみどり市の段を、管理者が承認する。"""
    with site.orm():
        step = Step.objects.select_related("application__doctor", "association").get(
            application__receipt_no=receipt_no, association__code="14-021"
        )
        by = Staff.objects.get(user__email="midori-admin@demo.example")
        approve_step(step, Decision(timezone.localdate()), seen=step_fingerprint(step), by=by, at=timezone.now())


def _rename(site: Site, old: str, new: str) -> None:
    with psycopg.connect(site.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))


def _forbidden() -> bytes:
    return errors.forbidden(RequestFactory().get("/403/")).content
