"""通知先とホームページの決まり、設定期限。"""

from datetime import date

import pytest

from mamis.associations.rules import (
    NOT_A_PAGE,
    NOT_AN_ADDRESS,
    ONE_ADDRESS_ONLY,
    AddressNotice,
    address_refusal,
    page_refusal,
)

DEADLINE = date(2026, 6, 4)


@pytest.mark.parametrize("address", ["kenshu@midori.example", "a+b.c@x-1.midori.example", "0@a.co"])
def test_one_address_is_taken(address):
    assert address_refusal(address) == ""


@pytest.mark.parametrize(
    "address", ["midori", "@midori.example", "a@midori", "a b@midori.example", "<a@midori.example>", "a..b@m.example"]
)
def test_what_is_not_an_address_is_refused(address):
    assert address_refusal(address) == NOT_AN_ADDRESS


@pytest.mark.parametrize("address", ["a@m.example,b@m.example", "a@m.example;b@m.example", "a@m.example b@m.example"])
def test_two_addresses_are_refused_as_two(address):
    assert address_refusal(address) == ONE_ADDRESS_ONLY


@pytest.mark.parametrize(
    "page", ["https://www.med.or.jp/index.html", "http://midori.example", "https://midori.example:8443/a?b=1#c"]
)
def test_a_page_of_the_web_is_taken(page):
    assert page_refusal(page) == ""


@pytest.mark.parametrize(
    "page",
    [
        "www.midori.example",
        "ftp://midori.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://localhost/",
        "https://user:word@midori.example/",
        "https://midori.example/a b",
        'https://midori.example/"onclick=',
        "https://midori.example:99999/",
        "http://[",
    ],
)
def test_what_is_not_a_page_of_the_web_is_refused(page):
    assert page_refusal(page) == NOT_A_PAGE


@pytest.mark.parametrize(
    ("on", "days_left", "is_overdue"),
    [(date(2026, 6, 3), 1, False), (date(2026, 6, 4), 0, False), (date(2026, 6, 5), -1, True)],
)
def test_the_deadline_lasts_to_the_end_of_its_day(on, days_left, is_overdue):
    notice = AddressNotice(DEADLINE, on)

    assert (notice.days_left, notice.days_over, notice.is_overdue) == (days_left, -days_left, is_overdue)


def test_without_a_deadline_nothing_is_overdue():
    notice = AddressNotice(None, date(2030, 1, 1))

    assert (notice.days_left, notice.is_overdue) == (0, False)
