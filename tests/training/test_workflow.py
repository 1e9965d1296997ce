"""修了申請の流れの表。newsletter Topic 01 を表から読み取る。"""

import pytest

from mamis.training.mails import (
    CompletionApproved,
    CompletionReceived,
    CompletionReturned,
    CompletionRevoked,
    CompletionUndone,
)
from mamis.training.workflow import COMPLETION, EVENT_LABELS, STATE_LABELS, Event, State
from mamis.workflow.table import By, NotAllowed

ALLOWED = {
    (Event.SUBMIT, State.NEW, By.DOCTOR): State.SUBMITTED,
    (Event.SUBMIT, State.RETURNED, By.DOCTOR): State.SUBMITTED,
    (Event.WITHDRAW, State.SUBMITTED, By.DOCTOR): State.WITHDRAWN,
    (Event.WITHDRAW, State.RETURNED, By.DOCTOR): State.WITHDRAWN,
    (Event.RETURN, State.SUBMITTED, By.OFFICE): State.RETURNED,
    (Event.FORWARD, State.SUBMITTED, By.OFFICE): State.SUBMITTED,
    (Event.APPROVE, State.SUBMITTED, By.OFFICE): State.APPROVED,
    (Event.UNDO, State.APPROVED, By.OFFICE): State.SUBMITTED,
    (Event.REVOKE, State.APPROVED, By.OFFICE): State.REVOKED,
    (Event.ENTER, State.NEW, By.OFFICE): State.SUBMITTED,
    (Event.ENTER, State.RETURNED, By.OFFICE): State.SUBMITTED,
}


@pytest.mark.parametrize("by", By)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_every_act_in_every_state_by_everybody(event, state, by):
    expected = ALLOWED.get((event, state, by))

    if expected is None:
        with pytest.raises(NotAllowed):
            COMPLETION.fire(event, state, by)
    else:
        assert COMPLETION.fire(event, state, by).target == expected


def test_return_and_approval_tell_the_doctor_alone():
    told = {row.event: row.mails for row in COMPLETION if row.event in {Event.RETURN, Event.APPROVE}}

    assert told == {Event.RETURN: (CompletionReturned,), Event.APPROVE: (CompletionApproved,)}


def test_taking_an_approval_back_tells_the_doctor_alone():
    told = {row.event: row.mails for row in COMPLETION if row.event in {Event.UNDO, Event.REVOKE}}

    assert told == {Event.UNDO: (CompletionUndone,), Event.REVOKE: (CompletionRevoked,)}


def test_entering_tells_the_doctor_alone():
    assert {row.mails for row in COMPLETION if row.event == Event.ENTER} == {(CompletionReceived,)}


def test_every_state_and_event_has_its_japanese_word():
    assert set(STATE_LABELS) == set(State) - {State.NEW}
    assert set(EVENT_LABELS) == set(Event)
