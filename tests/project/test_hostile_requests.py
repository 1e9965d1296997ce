"""どんな送り方、住所、問いにも、こちらは壊れない。"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.project.boxes import BOXES, at, rows_moved, undone

# 送り方


def part(name: str, value: bytes, more: str = "", header: str = "") -> bytes:
    """multipart の一つの部分。"""
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n{header}\r\n'.encode() + value + b"\r\n--x--"


PARTS = "multipart/form-data; boundary=x"
TYPED = "application/x-www-form-urlencoded"
STRANGE_BODIES = (
    (f"{TYPED}; charset=utf-16", b"name=x"),
    (f"{TYPED}; charset=rot13", b"name=x"),
    (f"{PARTS}; charset=zlib", part("q", b"x")),
    (f"{PARTS}; charset=unicode_escape", part("reason", b"\\ud800")),
    (f"{PARTS}; charset=idna", part("q", b"\xff")),
    ("multipart/form-data", b"--x"),
    ("multipart/form-data; boundary=" + "x" * 300, b"--x"),
    (PARTS, b'--x\r\nContent-Disposition: form-data; name="reason"\r\n'),
    (PARTS, part("reason", b"x", more='; filename="a\x00.txt"')),
    (PARTS, part("reason", b"=", header="Content-Transfer-Encoding: base64\r\n")),
    ("application/json", b'{"reason": '),
    ("text/plain; charset=", b"\xff"),
    ("", b"reason=x"),
    (TYPED, b"&".join(b"a%d=1" % number for number in range(600))),
    (TYPED, b"reason=" + b"x" * 1_100_000),
)


@pytest.mark.parametrize(
    "box", [box for box in BOXES if box.form in {"SignIn", "AddressesForm", "NoteForm", "ReturnForm"}], ids=str
)
def test_bodies_in_strange_shapes_are_refused(stage, box):
    client, url = stage.client(box.person), box.url(stage)

    statuses = {}
    for kind, body in STRANGE_BODIES:
        with undone():
            before = rows_moved()
            answers = [client.generic(method, url, body, content_type=kind) for method in ("POST", "GET")]
            statuses[kind, body[:40]] = ({answer.status_code for answer in answers}, rows_moved() - before)

    allowed = {200, 302, 400, 404, 405, 409, 410, 413, 415, 422}
    assert {key: value for key, value in statuses.items() if not value[0] <= allowed} == {}
    assert [key for key, (_, moved) in statuses.items() if moved and not box.is_draft] == []


STRANGE_COOKIES = ('"abcdefgh\\000"', "a" * 5000, '"\\377\\376abcdefgh"', "\ud800abcdefgh", "';--abcdefgh", "")


@pytest.mark.parametrize("name", ["session", "csrf", "reset-key", "messages"])
def test_strange_cookies_are_nobodys(stage, name):
    surprises = []
    for cookie in STRANGE_COOKIES:
        sent = f"{name}={cookie}".encode("utf-8", "surrogatepass").decode("latin-1")
        for url in ("/sign-in/", "/mypage/", "/password/reset/new/"):
            with undone():
                status = Client(raise_request_exception=False).get(url, HTTP_COOKIE=sent).status_code
            if status not in {200, 302, 400, 410}:
                surprises.append((cookie[:20], url, status))

    assert surprises == []


# 住所


STRANGE_WORDS = (
    "%00", "%ED%A0%80", "%FF%FE", "%2e%2e", "%0d%0aSet-Cookie:x=1", "9" * 5000, "-1", "１２", "%E2%80%AE",
    "%22%3E%3Cscript%3E", "9223372036854775808",
)  # fmt: skip


def test_strange_addresses_are_not_found(stage):
    known = {"code": "14-021", "pk": "1", "receipt_no": stage.application.receipt_no, "step": "note", "key": "a1"}
    people = {"mypage": stage.client("doctor"), "office": stage.client("admin")}

    surprises = []
    for route in patterns(get_resolver().url_patterns):
        client = people.get(route.partition("/")[0], stage.client("visitor"))
        # 医師会のコードは、どの住所でも同じ戸口が読む。
        asked = [name for name in placeholders(route) if name != "code" or route == "office/<str:code>/"]
        for name, word in product(asked, STRANGE_WORDS):
            url = fill(f"/{route}", known | {name: word})
            with undone():
                statuses = {client.get(url).status_code, client.post(url).status_code}
            if max(statuses) >= 500:
                surprises.append((route, word[:20], statuses))

    assert surprises == []


LISTS = (
    ("doctor", at("mypage_messages")),
    ("doctor", at("mypage_credits")),
    ("doctor", at("mypage_completions")),
    ("clerk", at("office_completions", "14-021")),
    ("clerk", at("office_completions_print", "14-021")),
    ("clerk", at("office_completions_download", "14-021")),
    ("clerk", at("office_credits", "14-021")),
    ("clerk", at("office_credits_download", "14-021")),
    ("clerk", at("office_messages", "14-021")),
    ("admin", at("office_association", "14-021")),
    ("national", at("office_missing_addresses", "00")),
    ("national", at("office_missing_addresses_download", "00")),
    ("national", at("office_platform", "00")),
    ("visitor", at("demo_mailbox")),
    ("visitor", at("account_login")),
    ("visitor", at("manual")),
)
PARAMETERS = (
    "page", "sort", "state", "month", "kind", "period", "q", "recipient", "to", "prefecture", "next",
    "from_on_0", "from_on_1", "until_on_2", "q[]", "q__in", "doctor__user__password", "%00",
)  # fmt: skip


ASKED = ("%00", "%FF%FE", "%ED%A0%80", "9" * 5000, "-1", "0", "１２", "'", "%25s", "-name", "2026-13", "")


@pytest.mark.parametrize(("person", "url"), LISTS, ids=lambda value: value if isinstance(value, str) else "")
def test_lists_open_whatever_is_asked_of_them(stage, person, url):
    client = stage.client(person)

    surprises = []
    for word in ASKED:
        query = "&".join(f"{name}={word}" for name in PARAMETERS)
        for asked in (query, f"page={word}&page=%FF&sort={word}&sort"):
            with undone():
                response = client.get(f"{url(stage)}?{asked}")
                b"".join(response)
            if response.status_code not in {200, 400}:
                surprises.append((word[:60], response.status_code))

    assert surprises == []


def patterns(found: list[Any], before: str = "") -> Iterator[str]:
    for pattern in found:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from patterns(pattern.url_patterns, route)
        else:
            yield route


def placeholders(route: str) -> list[str]:
    return [part.partition(">")[0].rpartition(":")[2] for part in route.split("<")[1:]]


def fill(route: str, words: Mapping[str, str]) -> str:
    head, *rest = route.split("<")
    return head + "".join(
        words.get(part.partition(">")[0].rpartition(":")[2], "x") + part.partition(">")[2] for part in rest
    )
