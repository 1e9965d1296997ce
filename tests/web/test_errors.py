"""うまくいかなかったときの頁は、データベースがなくても出る。"""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.test import Client, RequestFactory

from mamis.web.middleware import ALREADY_MOVED, AlreadyHandled
from mamis.web.views import errors
from mamis.workflow.table import By, NotAllowed

request = RequestFactory().get("/")

# データベースの印がない試験は、問い合わせをすると失敗する。
PAGES = {
    "送られた内容を読み取れませんでした": lambda: errors.bad_request(request),
    "送られたものが大きすぎます": lambda: errors.bad_request(request, RequestDataTooBig()),
    "この操作はできません": lambda: errors.forbidden(request),
    "お探しのページが見つかりません": lambda: errors.not_found(request),
    "すでに処理されています": lambda: errors.conflict(request, "他の担当者が処理済みです。"),
    "システムの故障で、続けられませんでした": lambda: errors.server_error(request),
    "もう一度、画面を開いてから送ってください": lambda: errors.csrf_failure(request),
}


@pytest.mark.parametrize("heading", PAGES)
def test_an_error_page_needs_no_database_and_no_sign_in(heading):
    page = PAGES[heading]().content.decode()

    assert f"<title>{heading}｜医師会会員情報システム（MAMIS）</title>" in page
    assert page.count("<h1>") == page.count(f"<h1>{heading}</h1>") == 1
    assert 'href="/"' in page


def test_each_error_has_its_status():
    assert [page().status_code for page in PAGES.values()] == [400, 413, 403, 404, 409, 500, 403]


def test_a_form_from_a_stale_page_is_refused_kindly():
    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"sign_in_name": "a", "password": "b"})

    assert response.status_code == 403
    assert "もう一度、画面を開いてから送ってください" in response.content.decode()


def test_an_act_that_comes_too_late_is_told_as_such():
    handled = AlreadyHandled(lambda request: None)

    response = handled.process_exception(request, NotAllowed("withdraw", "approved", By.DOCTOR))

    assert response.status_code == 409
    assert ALREADY_MOVED in response.content.decode()


def test_other_exceptions_pass():
    assert AlreadyHandled(lambda request: None).process_exception(request, ValueError()) is None
