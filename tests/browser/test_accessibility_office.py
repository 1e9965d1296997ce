"""研修管理のほかの事務局の画面と、うまくいかなかったときの画面を、すべての状態で見る。どの画面も表にある。"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver, resolve

import mamis
from tests.browser.extremes import Extremes
from tests.browser.fitness import problems_of
from tests.browser.states import ERRORS, OTHER_OFFICE, STATES, Explorer, State, cases

# 画面を描かない住所: 行為だけのもの、ファイル、よそへ送るもの。
# 送ったときだけ描く画面（まとめて承認する前の確かめなど）は、送る前の住所から見る。
NOT_PAGES = {
    "account_logout",
    "application_writing",
    "completion_activity_new",
    "completion_activity_removal",
    "completion_application",
    "delegation_link",
    "device_end",
    "devices_end_others",
    "enrolment_link",
    "enrolment_resending",
    "factor_app_qr",
    "manual_image",
    "mypage_attachment",
    "mypage_certificate",
    "office_activity_end",
    "office_activity_removal",
    "office_application_answer",
    "office_application_approval",
    "office_application_attachment",
    "office_application_batch_download",
    "office_application_bulk",
    "office_application_draft_removal",
    "office_application_evidence",
    "office_application_note",
    "office_application_question",
    "office_application_rejection",
    "office_application_return",
    "office_application_scan",
    "office_application_writing",
    "office_applications_download",
    "office_attachment",
    "office_attachment_page",
    "office_board_day_removal",
    "office_category_order",
    "office_certificate",
    "office_completion_approval",
    "office_completion_bulk_preview",
    "office_completion_forwarding",
    "office_completion_return",
    "office_completions_download",
    "office_contact_changes_download",
    "office_credits_download",
    "office_delegation_beginning",
    "office_delegation_ending",
    "office_entry_activity_new",
    "office_entry_activity_removal",
    "office_entry_draft_removal",
    "office_facilities_download",
    "office_handbook_confirmation",
    "office_handbook_return",
    "office_handbook_scan",
    "office_handbook_scan_page",
    "office_handbook_withdrawal",
    "office_import_discard",
    "office_import_refused",
    "office_import_run",
    "office_import_template",
    "office_join_item_order",
    "office_invitation_cancellation",
    "office_invitation_resending",
    "office_joining_address",
    "office_joining_cancellation",
    "office_joining_list_reminder",
    "office_joining_reminder",
    "office_joinings_download",
    "office_letter_print",
    "office_message_told",
    "office_missing_addresses_download",
    "office_printout_form",
    "office_printout_removal",
    "office_printouts",
    "office_registration_acceptance",
    "office_registration_licence",
    "office_registration_rejection",
    "office_registration_return",
    "office_registrations_download",
    "office_rekey_confirmation",
    "office_rekey_withdrawal",
    "office_return_text_order",
    "office_return_text_starters",
    "office_rule_removal",
    "office_test_mail",
    "recovery_code_renewal",
    "registration_correction",
    "registration_form",
    "registration_licence",
    "session_time",
}


@pytest.mark.parametrize(("explorer", "state"), cases(OTHER_OFFICE, ERRORS), indirect=["explorer"])
def test_the_page_is_fit_for_everybody_in_this_state(explorer: Explorer, state: State, cast: Extremes) -> None:
    assert problems_of(explorer, state, cast.places) == []


def test_every_page_template_is_in_the_table() -> None:
    assert _page_templates() == {state.template for state in STATES}


def test_every_address_of_a_page_is_in_the_table() -> None:
    numbers = ("credit", "message", "failed", "long_message", "mail", "president", "long_category")
    known = dict.fromkeys((*numbers, "colleague", "last_admin", "long_clerk", "rekey", "long_rekey"), 1)
    known |= dict.fromkeys(("loss", "factor", "paper_new", "paper_drafted", "paper_ready", "paper_long"), 1)
    known |= dict.fromkeys(("entering", "entering_long"), 1)
    places = {word: known.get(word, 1) for state in STATES for word in re.findall("{([a-z_]+)}", state.path)}
    places["reset"] = "/password/reset/new/"
    places |= dict.fromkeys(("invitation_new", "invitation_known", "invitation_long"), "/invitation/")
    places |= dict.fromkeys(
        ("registration_blank", "registration_half", "registration_lengthy"), "/registration/form/workplace/"
    )
    places |= dict.fromkeys(("registration_received", "registration_linked"), "/registration/done/")
    places["registration_by_letter"] = "/registration/password/"
    places |= {
        "delegation": 1,
        "acting": 1,
        "delegation_link": "/delegations/acceptance/",
        "joining": "/joining/",
        "joining_long": "/joining/",
        "joining_declined": "/joining/",
        "joining_refused": "/joining/review/",
        "joining_declining": "/joining/declining/",
        "joining_ready": "/joining/done/",
        "address_confirmation": "/account/address/confirmation/x/",
        "address_stop": "/account/address/stop/x/",
        "address_restore": "/account/address/stop/x/",
    }
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
