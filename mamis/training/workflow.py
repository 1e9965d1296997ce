"""修了申請の流れ。この表が規則のすべてである（newsletter Topic 01 ①～④、architecture.md §3）。"""

from enum import StrEnum

from mamis.training.mails import (
    CompletionApproved,
    CompletionArrived,
    CompletionForwarded,
    CompletionReceived,
    CompletionReturned,
    CompletionRevoked,
    CompletionUndone,
)
from mamis.workflow.table import By, Row, Workflow


class State(StrEnum):
    NEW = "new"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


STATE_LABELS = {
    State.SUBMITTED: "申請中",
    State.RETURNED: "差し戻し",
    State.APPROVED: "承認",
    State.WITHDRAWN: "取下げ",
    State.REVOKED: "取消",
}

LIVE = (State.SUBMITTED, State.RETURNED)
# 承認され、いまも決めた人と日時を持つもの。
APPROVED_ONCE = (State.APPROVED, State.REVOKED)


class Event(StrEnum):
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    FORWARD = "forward"
    WITHDRAW = "withdraw"
    UNDO = "undo"
    REVOKE = "revoke"
    ENTER = "enter"


EVENT_LABELS = {
    Event.SUBMIT: "申請しました",
    Event.RETURN: "差し戻しました",
    Event.APPROVE: "承認しました",
    Event.FORWARD: "回送しました",
    Event.WITHDRAW: "取り下げました",
    Event.UNDO: "承認を取りやめました",
    Event.REVOKE: "承認を取り消しました",
    Event.ENTER: "代行入力しました",
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
        case Event.UNDO:
            return f"{office}が承認を取りやめ、申請中に戻しました"
        case Event.REVOKE:
            return f"{office}が承認を取り消しました"
        case Event.ENTER:
            return f"{office}が、{'直した' if again else ''}紙の申請書を代行入力しました"


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
    Row(Event.ENTER,    State.NEW,       State.SUBMITTED, By.OFFICE, (CompletionReceived,)),
    Row(Event.ENTER,    State.RETURNED,  State.SUBMITTED, By.OFFICE, (CompletionReceived,)),
    Row(Event.UNDO,     State.APPROVED,  State.SUBMITTED, By.OFFICE, (CompletionUndone,)),
    Row(Event.REVOKE,   State.APPROVED,  State.REVOKED,   By.OFFICE, (CompletionRevoked,)),
)
# fmt: on


class HandbookState(StrEnum):
    NEW = "new"
    ENTERED = "entered"
    SENT_BACK = "sent_back"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


HANDBOOK_STATE_LABELS = {
    HandbookState.ENTERED: "確認待ち",
    HandbookState.SENT_BACK: "差し戻し",
    HandbookState.CONFIRMED: "確認済",
    HandbookState.DROPPED: "取下げ",
}


class HandbookEvent(StrEnum):
    ENTER = "enter"
    SEND_BACK = "send_back"
    CONFIRM = "confirm"
    DROP = "drop"


HANDBOOK_EVENT_LABELS = {
    HandbookEvent.ENTER: "登録しました",
    HandbookEvent.SEND_BACK: "差し戻しました",
    HandbookEvent.CONFIRM: "確認しました",
    HandbookEvent.DROP: "取り下げました",
}

# 登録する人と確かめる人が同じであってはならないことは、policy と operations が見る。だれにもメールは出ない。
# fmt: off
HANDBOOK = Workflow(
    #   行為                     いまの状態               次の状態                 だれが
    Row(HandbookEvent.ENTER,     HandbookState.NEW,       HandbookState.ENTERED,   By.OFFICE),
    Row(HandbookEvent.SEND_BACK, HandbookState.ENTERED,   HandbookState.SENT_BACK, By.OFFICE),
    Row(HandbookEvent.ENTER,     HandbookState.SENT_BACK, HandbookState.ENTERED,   By.OFFICE),
    Row(HandbookEvent.CONFIRM,   HandbookState.ENTERED,   HandbookState.CONFIRMED, By.OFFICE),
    Row(HandbookEvent.DROP,      HandbookState.ENTERED,   HandbookState.DROPPED,   By.OFFICE),
    Row(HandbookEvent.DROP,      HandbookState.SENT_BACK, HandbookState.DROPPED,   By.OFFICE),
    title="手帳の単位の流れ",
    state_labels=HANDBOOK_STATE_LABELS,
    event_labels=HANDBOOK_EVENT_LABELS,
)
# fmt: on
