"""コードの表から書く頁は、いまの表のとおりである。"""

import ast
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from mamis.mail.base import Mail
from mamis.mail.models import MessageState
from mamis.web.docs import PAGES, mails, markdown, permissions, rooms, workflows

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_the_written_page_is_fresh(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name]()


def test_the_command_writes_once_and_then_finds_nothing_stale(tmp_path: Path) -> None:
    call_command("write_docs", folder=tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(PAGES)
    assert call_command("write_docs", "--check", folder=tmp_path, stdout=StringIO()) is None


def test_a_stale_page_is_refused_by_name_with_the_command_that_mends_it(tmp_path: Path) -> None:
    call_command("write_docs", folder=tmp_path)
    (tmp_path / "mails.md").write_text("古い", encoding="utf-8")

    with pytest.raises(CommandError, match=r"^mails\.md が古くなっています。script/docs で書き直せます。$"):
        call_command("write_docs", "--check", folder=tmp_path)

    assert (tmp_path / "mails.md").read_text(encoding="utf-8") == "古い"


@override_settings(DEMO=False)
def test_the_command_asks_for_the_demo_whose_pages_it_also_lists(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("write_docs", folder=tmp_path)


def test_every_mail_says_when_it_is_sent() -> None:
    assert [mail for mail in mails.mails() if not mails.when(mail)] == []


def test_every_mail_class_is_listed() -> None:
    sent = {mail for mail in _heirs(Mail) if mail.__module__.startswith("mamis.") and hasattr(mail, "template")}

    assert set(mails.mails()) == sent


def test_every_row_of_a_workflow_is_drawn_and_listed() -> None:
    for part, workflow in workflows.workflows():
        section = workflows.section(part, workflow)
        assert section.count(" --> ") >= len(workflow.rows)
        assert section.count("\n| ") == len(workflow.rows) + 2


def test_a_sender_is_found_through_a_table_and_a_private_function() -> None:
    source = """
MAILS = {"a": Told}

def _send():
    return MAILS

def tell():
    _send()

def tell_again():
    tell()

def rest():
    return None
"""

    assert [function.name for function in mails.senders(ast.parse(source), "Told")] == ["tell"]


def test_every_address_says_what_it_is_and_whom_it_lets_in() -> None:
    nameless = [one.path for one in permissions.addresses() if not markdown.first_sentence(one.view)]
    open_to_all = {one.path for one in permissions.addresses() if one.door == "だれでも"}

    assert nameless == []
    assert not any(path.startswith(("/mypage/", "/office/")) for path in open_to_all)


def test_every_office_and_mypage_address_has_its_door() -> None:
    doors = {one.path: one.door for one in permissions.addresses()}

    assert [path for path, door in doors.items() if path.startswith("/office/") and not door.startswith("事務局")] == []
    assert {door for path, door in doors.items() if path.startswith("/mypage/")} == {"医師", "医師、代理"}


def test_a_cell_cannot_break_its_table() -> None:
    assert markdown.table(("題",), [("縦|線\n改行",)]) == "| 題 |\n| --- |\n| 縦\\|線 改行 |"


def test_the_glossary_names_every_label_beside_its_identifier() -> None:
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines()

    missing = [
        (label, identifier)
        for label, identifier in _labels()
        if not any(label in line and identifier in line for line in glossary)
    ]

    assert missing == []


def test_every_setting_is_explained_and_every_explained_one_exists() -> None:
    settings = (DOCS.parent / "mamis" / "config" / "settings.py").read_text(encoding="utf-8")
    rows = (line.split("|")[1] for line in (DOCS / "operations.md").read_text("utf-8").splitlines() if "| `" in line)

    explained = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}

    assert explained == set(re.findall(r'environment\.\w+\("([A-Z_]+)"', settings))


def test_every_record_of_a_decision_is_short_and_listed() -> None:
    records = sorted((DOCS / "adr").glob("[0-9]*.md"))
    listed = (DOCS / "adr" / "README.md").read_text(encoding="utf-8")

    assert [record.name[:4] for record in records] == [f"{number:04}" for number in range(1, len(records) + 1)]
    assert [record.name for record in records if f"({record.name})" not in listed] == []
    assert [record.name for record in records if len(record.read_text(encoding="utf-8").splitlines()) >= 40] == []
    for record in records:
        heads = re.findall(r"^## (.+)$", record.read_text(encoding="utf-8"), re.MULTILINE)
        assert heads == ["文脈", "決定", "ほかの案", "結果"], record.name


def test_every_link_and_picture_in_the_words_leads_somewhere() -> None:
    pages = [DOCS.parent / "README.md", DOCS.parent / "CHANGELOG.md", *DOCS.rglob("*.md")]

    dead = [
        (page.name, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert dead == []


def _labels() -> Iterator[tuple[str, str]]:
    """画面に出る名と、コードの名。"""
    for name in ("rules", "workflow"):
        for part in rooms.parts(name):
            for table in (thing for word, thing in vars(part).items() if word.endswith("_LABELS")):
                for member, label in table.items():
                    yield label, f"{type(member).__name__}.{member.name}"
    for state in MessageState:
        yield state.label, f"MessageState.{state.name}"


def _heirs(kind: type[Mail]) -> set[type[Mail]]:
    return {heir for one in kind.__subclasses__() for heir in (one, *_heirs(one))}
