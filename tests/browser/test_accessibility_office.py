"""事務局の画面と、うまくいかなかったときの画面を、すべての状態で見る。どの画面も表にある。"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver, resolve

import mamis
from tests.browser.extremes import Extremes
from tests.browser.fitness import problems_of
from tests.browser.states import ERRORS, OFFICE, STATES, Explorer, State, cases

# 画面を描かない住所: 行為だけのもの、ファイル、よそへ送るもの。
NOT_PAGES = {
    "account_logout",
    "completion_activity_new",
    "completion_activity_removal",
    "completion_application",
    "manual_image",
    "mypage_certificate",
    "office_completion_approval",
    "office_completion_forwarding",
    "office_completion_return",
    "office_completions_download",
    "office_credits_download",
    "office_message_told",
    "office_missing_addresses_download",
    "office_test_mail",
}


@pytest.mark.parametrize(("explorer", "state"), cases(OFFICE, ERRORS), indirect=["explorer"])
def test_the_page_is_fit_for_everybody_in_this_state(explorer: Explorer, state: State, cast: Extremes) -> None:
    assert problems_of(explorer, state, cast.places) == []


def test_every_page_template_is_in_the_table() -> None:
    assert _page_templates() == {state.template for state in STATES}


def test_every_address_of_a_page_is_in_the_table() -> None:
    known = dict.fromkeys(("credit", "message", "failed", "long_message", "mail", "president"), 1)
    places = {word: known.get(word, "x") for state in STATES for word in re.findall("{([a-z_]+)}", state.path)}
    places["reset"] = "/password/reset/new/"
    paths = (state.path.format(**places).partition("?")[0] for state in STATES if state.template not in _error_pages())

    assert {resolve(path).url_name for path in paths} == set(_routes(get_resolver().url_patterns)) - NOT_PAGES


def _page_templates() -> set[str]:
    """枠に中身を入れている型紙。"""
    found = set()
    for path in Path(mamis.__path__[0]).glob("*/templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        if "{% extends" in text and not re.search(r"{% block (main|frame|step) %}{% endblock %}", text):
            found.add(path.as_posix().partition("/templates/")[2])
    return found


def _error_pages() -> set[str]:
    return {template for template in _page_templates() if re.fullmatch(r"\d{3}\w*\.html", template)}


def _routes(patterns: list) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield str(pattern.name)
        else:
            yield from _routes(pattern.url_patterns)
