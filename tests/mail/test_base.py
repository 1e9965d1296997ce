from dataclasses import FrozenInstanceError

import pytest

from mamis.mail.base import Facts, Mail
from tests.mail.notes import Note, NoteFacts


def test_the_label_is_the_first_line_of_the_docstring_without_its_full_stop() -> None:
    assert Note.label() == "試験のお知らせを、相手に知らせる"


def test_a_mail_and_its_facts_cannot_be_changed() -> None:
    note = Note(NoteFacts())

    with pytest.raises(FrozenInstanceError):
        note.facts = NoteFacts(name="別人")
    with pytest.raises(FrozenInstanceError):
        note.facts.name = "別人"


def test_a_mail_without_recipients_rule_is_not_finished() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Mail(Facts())
