"""修了申請の流れ。この表が規則のすべてである（newsletter Topic 01 ①～④、architecture.md §3）。"""

from enum import StrEnum

from mamis.training.mails import (
    CompletionApproved,
    CompletionArrived,
    CompletionForwarded,
    CompletionReceived,
    CompletionReturned,
)
from mamis.workflow.table import By, Row, Workflow


class State(StrEnum):
    NEW = "new"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


STATE_LABELS = {
    State.SUBMITTED: "申請中",
    State.RETURNED: "差し戻し",
    State.APPROVED: "承認",
    State.WITHDRAWN: "取下げ",
}

LIVE = (State.SUBMITTED, State.RETURNED)


class Event(StrEnum):
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    FORWARD = "forward"
    WITHDRAW = "withdraw"


EVENT_LABELS = {
    Event.SUBMIT: "申請しました",
    Event.RETURN: "差し戻しました",
    Event.APPROVE: "承認しました",
    Event.FORWARD: "回送しました",
    Event.WITHDRAW: "取り下げました",
}


def told_to_doctor(event: Event, *, again: bool, office: str, destination: str) -> str:
    """経過の一行を、医師に語る言葉。事務局の人の名は出さない。"""
    match event:
        case Event.SUBMIT:
            return f"直して、もう一度{destination}に申請しました" if again else f"{destination}に申請しました"
        case Event.RETURN:
            return f"{office}が差し戻しました"
        case Event.APPROVE:
            return f"{office}が承認しました"
        case Event.FORWARD:
            return f"{office}が{destination}へ回送しました"
        case Event.WITHDRAW:
            return "取り下げました"


# fmt: off
COMPLETION = Workflow(
    #   行為            いまの状態       次の状態         だれが     だれに知らせるか
    Row(Event.SUBMIT,   State.NEW,       State.SUBMITTED, By.DOCTOR, (CompletionReceived, CompletionArrived)),
    Row(Event.RETURN,   State.SUBMITTED, State.RETURNED,  By.OFFICE, (CompletionReturned,)),
    Row(Event.SUBMIT,   State.RETURNED,  State.SUBMITTED, By.DOCTOR, (CompletionReceived, CompletionArrived)),
    Row(Event.FORWARD,  State.SUBMITTED, State.SUBMITTED, By.OFFICE, (CompletionForwarded, CompletionArrived)),
    Row(Event.APPROVE,  State.SUBMITTED, State.APPROVED,  By.OFFICE, (CompletionApproved,)),
    Row(Event.WITHDRAW, State.SUBMITTED, State.WITHDRAWN, By.DOCTOR),
    Row(Event.WITHDRAW, State.RETURNED,  State.WITHDRAWN, By.DOCTOR),
)
# fmt: on
