"""状態遷移の表。"""

from enum import StrEnum

import pytest

from mamis.mail.base import Mail
from mamis.workflow.table import By, NotAllowed, Row, Workflow


class State(StrEnum):
    NEW = "new"
    OPEN = "open"
    DONE = "done"


class Event(StrEnum):
    SUBMIT = "submit"
    CLOSE = "close"


class Told(Mail):
    """知らせる。"""


SUBMIT = Row(Event.SUBMIT, State.NEW, State.OPEN, By.DOCTOR, (Told,))
CLOSE = Row(Event.CLOSE, State.OPEN, State.DONE, By.OFFICE)
TABLE = Workflow(SUBMIT, CLOSE)


def test_firing_answers_the_row_of_the_event_the_state_and_the_party():
    assert TABLE.fire(Event.SUBMIT, State.NEW, By.DOCTOR) is SUBMIT


@pytest.mark.parametrize(
    ("event", "state", "by"),
    [
        (Event.SUBMIT, State.NEW, By.OFFICE),
        (Event.SUBMIT, State.OPEN, By.DOCTOR),
        (Event.CLOSE, State.DONE, By.OFFICE),
    ],
)
def test_what_the_table_does_not_name_is_not_allowed(event, state, by):
    with pytest.raises(NotAllowed) as refusal:
        TABLE.fire(event, state, by)

    assert (refusal.value.event, refusal.value.state, refusal.value.by) == (event, state, by)


def test_the_buttons_of_a_page_are_the_events_of_its_state_and_party():
    assert TABLE.events(State.OPEN, By.OFFICE) == (Event.CLOSE,)
    assert TABLE.events(State.OPEN, By.DOCTOR) == ()


def test_what_waits_for_a_party_are_the_sources_of_its_rows():
    assert TABLE.sources(By.OFFICE) == frozenset({State.OPEN})


def test_two_rows_for_one_event_state_and_party_are_refused():
    with pytest.raises(ValueError, match="two rows"):
        Workflow(SUBMIT, Row(Event.SUBMIT, State.NEW, State.DONE, By.DOCTOR))


def test_a_table_lists_its_rows_in_order():
    assert tuple(TABLE) == (SUBMIT, CLOSE)
