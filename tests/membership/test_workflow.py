"""届出と段の流れの表。architecture.md §3 と ADR 0067 を表から読み取る。"""

from contextlib import suppress

import pytest

from mamis.membership.mails import (
    ApplicationAnswered,
    ApplicationAsked,
    ApplicationFinished,
    ApplicationReceived,
    ApplicationRejected,
    ApplicationReturned,
    StepArrived,
)
from mamis.membership.workflow import (
    APPLICATION,
    EVENT_LABELS,
    STATE_LABELS,
    STEP,
    STEP_EVENT_LABELS,
    STEP_STATE_LABELS,
    Event,
    State,
    StepEvent,
    StepState,
)
from mamis.workflow.table import By, NotAllowed

# 届出：（行為、いまの状態、だれが）と、次の状態と、知らせるメール。
APPLICATION_ALLOWED = {
    (Event.SUBMIT, State.NEW, By.DOCTOR): (State.IN_REVIEW, (ApplicationReceived,)),
    (Event.SUBMIT, State.RETURNED, By.DOCTOR): (State.IN_REVIEW, (ApplicationReceived,)),
    (Event.ENTER, State.NEW, By.OFFICE): (State.IN_REVIEW, (ApplicationReceived,)),
    (Event.ENTER, State.RETURNED, By.OFFICE): (State.IN_REVIEW, (ApplicationReceived,)),
    (Event.RETURN, State.IN_REVIEW, By.OFFICE): (State.RETURNED, (ApplicationReturned,)),
    (Event.REJECT, State.IN_REVIEW, By.OFFICE): (State.REJECTED, (ApplicationRejected,)),
    (Event.ASK, State.IN_REVIEW, By.OFFICE): (State.HELD, (ApplicationAsked,)),
    (Event.ANSWER, State.HELD, By.DOCTOR): (State.IN_REVIEW, (ApplicationAnswered,)),
    (Event.ANSWER, State.HELD, By.OFFICE): (State.IN_REVIEW, ()),
    (Event.WITHDRAW, State.IN_REVIEW, By.DOCTOR): (State.WITHDRAWN, ()),
    (Event.WITHDRAW, State.RETURNED, By.DOCTOR): (State.WITHDRAWN, ()),
    (Event.WITHDRAW, State.HELD, By.DOCTOR): (State.WITHDRAWN, ()),
    (Event.FINISH, State.IN_REVIEW, By.OFFICE): (State.FINISHED, (ApplicationFinished,)),
    (Event.FINISH, State.IN_REVIEW, By.CLOCK): (State.FINISHED, (ApplicationFinished,)),
}

SENDERS = (By.DOCTOR, By.OFFICE)
DECIDED = (StepState.APPROVED, StepState.CONFIRMED, StepState.LAPSED)
UNDECIDED = (StepState.WAITING, StepState.OPEN, StepState.RETURNED, StepState.HELD)
# 段：だれもが同じようにできることは、まとめて書く。
STEP_ALLOWED = {
    **{(StepEvent.PLAN, StepState.NEW, by): (StepState.WAITING, ()) for by in SENDERS},
    **{(StepEvent.OPEN, StepState.WAITING, by): (StepState.OPEN, (StepArrived,)) for by in By},
    **{(StepEvent.APPROVE, StepState.OPEN, by): (StepState.APPROVED, ()) for by in (By.OFFICE, By.CLOCK)},
    **{(StepEvent.CONFIRM, StepState.OPEN, by): (StepState.CONFIRMED, ()) for by in (By.OFFICE, By.CLOCK)},
    (StepEvent.LAPSE, StepState.OPEN, By.CLOCK): (StepState.LAPSED, ()),
    (StepEvent.RETURN, StepState.OPEN, By.OFFICE): (StepState.RETURNED, ()),
    (StepEvent.ASK, StepState.OPEN, By.OFFICE): (StepState.HELD, ()),
    (StepEvent.REJECT, StepState.OPEN, By.OFFICE): (StepState.REJECTED, ()),
    **{(StepEvent.RESUME, StepState.RETURNED, by): (StepState.OPEN, (StepArrived,)) for by in SENDERS},
    **{(StepEvent.RESUME, StepState.HELD, by): (StepState.OPEN, ()) for by in SENDERS},
    **{
        (StepEvent.RESTART, state, by): (StepState.WAITING, ())
        for state in (*DECIDED, StepState.OPEN, StepState.RETURNED)
        for by in SENDERS
    },
    **{(StepEvent.DROP, state, by): (StepState.DROPPED, ()) for state in (*DECIDED, *UNDECIDED) for by in SENDERS},
}


@pytest.mark.parametrize(
    ("flow", "allowed", "events", "states"),
    [(APPLICATION, APPLICATION_ALLOWED, Event, State), (STEP, STEP_ALLOWED, StepEvent, StepState)],
    ids=["application", "step"],
)
def test_every_act_in_every_state_by_everybody(flow, allowed, events, states):
    done = {}
    for act in [(event, state, by) for event in events for state in states for by in By]:
        with suppress(NotAllowed):
            row = flow.fire(*act)
            done[act] = (row.target, row.mails)

    assert done == allowed


def test_what_ended_has_no_way_out():
    assert not {row for row in APPLICATION if row.source in {State.FINISHED, State.REJECTED, State.WITHDRAWN}}
    assert not {row for row in STEP if row.source in {StepState.REJECTED, StepState.DROPPED}}


def test_every_state_and_event_has_its_japanese_word():
    assert set(STATE_LABELS) == set(State) - {State.NEW}
    assert set(EVENT_LABELS) == set(Event)
    assert set(STEP_STATE_LABELS) == set(StepState) - {StepState.NEW}
    assert set(STEP_EVENT_LABELS) == set(StepEvent)
