"""会員手続きの流れ。届出（申請の全体）と、段（一つの医師会が決めること）の二つの表が、規則のすべてである。"""

from enum import StrEnum

from mamis.membership.mails import (
    ApplicationAnswered,
    ApplicationAsked,
    ApplicationFinished,
    ApplicationReceived,
    ApplicationRejected,
    ApplicationReturned,
    JoiningAsked,
    StepArrived,
)
from mamis.workflow.table import By, Row, Workflow


class State(StrEnum):
    NEW = "new"
    IN_REVIEW = "in-review"
    RETURNED = "returned"
    HELD = "held"
    FINISHED = "finished"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


STATE_LABELS = {
    State.IN_REVIEW: "申請中",
    State.RETURNED: "差し戻し",
    State.HELD: "保留",
    State.FINISHED: "完了",
    State.REJECTED: "却下",
    State.WITHDRAWN: "取下げ",
}

LIVE = (State.IN_REVIEW, State.RETURNED, State.HELD)


class Event(StrEnum):
    SUBMIT = "submit"
    ENTER = "enter"
    RETURN = "return"
    ASK = "ask"
    ANSWER = "answer"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    FINISH = "finish"


EVENT_LABELS = {
    Event.SUBMIT: "申請しました",
    Event.ENTER: "代行入力しました",
    Event.RETURN: "差し戻しました",
    Event.ASK: "保留にして、お尋ねしました",
    Event.ANSWER: "お答えしました",
    Event.REJECT: "却下しました",
    Event.WITHDRAW: "取り下げました",
    Event.FINISH: "完了しました",
}

# fmt: off
APPLICATION = Workflow(
    #   行為            いまの状態        次の状態          だれが     だれに知らせるか
    Row(Event.SUBMIT,   State.NEW,        State.IN_REVIEW,  By.DOCTOR, (ApplicationReceived,)),
    Row(Event.ENTER,    State.NEW,        State.IN_REVIEW,  By.OFFICE, (ApplicationReceived,)),
    Row(Event.RETURN,   State.IN_REVIEW,  State.RETURNED,   By.OFFICE, (ApplicationReturned,)),
    Row(Event.SUBMIT,   State.RETURNED,   State.IN_REVIEW,  By.DOCTOR, (ApplicationReceived,)),
    Row(Event.ENTER,    State.RETURNED,   State.IN_REVIEW,  By.OFFICE, (ApplicationReceived,)),
    Row(Event.ASK,      State.IN_REVIEW,  State.HELD,       By.OFFICE, (ApplicationAsked,)),
    Row(Event.ANSWER,   State.HELD,       State.IN_REVIEW,  By.DOCTOR, (ApplicationAnswered,)),
    Row(Event.ANSWER,   State.HELD,       State.IN_REVIEW,  By.OFFICE),
    Row(Event.REJECT,   State.IN_REVIEW,  State.REJECTED,   By.OFFICE, (ApplicationRejected,)),
    Row(Event.WITHDRAW, State.IN_REVIEW,  State.WITHDRAWN,  By.DOCTOR),
    Row(Event.WITHDRAW, State.RETURNED,   State.WITHDRAWN,  By.DOCTOR),
    Row(Event.WITHDRAW, State.HELD,       State.WITHDRAWN,  By.DOCTOR),
    Row(Event.FINISH,   State.IN_REVIEW,  State.FINISHED,   By.OFFICE, (ApplicationFinished,)),
    Row(Event.FINISH,   State.IN_REVIEW,  State.FINISHED,   By.CLOCK,  (ApplicationFinished,)),
    title="届出の流れ",
    state_labels=STATE_LABELS,
    event_labels=EVENT_LABELS,
)
# fmt: on


class StepState(StrEnum):
    NEW = "new"
    WAITING = "waiting"
    OPEN = "open"
    APPROVED = "approved"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"
    RETURNED = "returned"
    HELD = "held"
    REJECTED = "rejected"
    DROPPED = "dropped"


STEP_STATE_LABELS = {
    StepState.WAITING: "未着",
    StepState.OPEN: "承認待ち",
    StepState.APPROVED: "承認済",
    StepState.CONFIRMED: "確認済",
    StepState.LAPSED: "みなし確認",
    StepState.RETURNED: "差し戻し",
    StepState.HELD: "保留",
    StepState.REJECTED: "却下",
    StepState.DROPPED: "対象外",
}
CONFIRMATION_WAITS = "確認待ち"

# 決まった段。
DONE = (StepState.APPROVED, StepState.CONFIRMED, StepState.LAPSED)
# まだ決まっていない段。
UNDECIDED = (StepState.WAITING, StepState.OPEN, StepState.RETURNED, StepState.HELD)


class StepEvent(StrEnum):
    PLAN = "plan"
    OPEN = "open"
    APPROVE = "approve"
    CONFIRM = "confirm"
    LAPSE = "lapse"
    RETURN = "return"
    ASK = "ask"
    RESUME = "resume"
    RESTART = "restart"
    REJECT = "reject"
    DROP = "drop"


STEP_EVENT_LABELS = {
    StepEvent.PLAN: "予定に入りました",
    StepEvent.OPEN: "届きました",
    StepEvent.APPROVE: "承認しました",
    StepEvent.CONFIRM: "確認しました",
    StepEvent.LAPSE: "期限が過ぎ、確認したものとみなしました",
    StepEvent.RETURN: "差し戻しました",
    StepEvent.ASK: "保留にして、お尋ねしました",
    StepEvent.RESUME: "続きを始めました",
    StepEvent.RESTART: "はじめから決め直すことになりました",
    StepEvent.REJECT: "却下しました",
    StepEvent.DROP: "対象から外れました",
}

_PARTIES = (By.DOCTOR, By.OFFICE, By.CLOCK)
_SENDERS = (By.DOCTOR, By.OFFICE)

# fmt: off
STEP = Workflow(
    #     行為               いまの状態          次の状態             だれが     だれに知らせるか
    *(Row(StepEvent.PLAN,    StepState.NEW,      StepState.WAITING,   by) for by in _SENDERS),
    *(Row(StepEvent.OPEN,    StepState.WAITING,  StepState.OPEN,      by,        (StepArrived,)) for by in _PARTIES),
    Row(StepEvent.APPROVE,   StepState.OPEN,     StepState.APPROVED,  By.OFFICE),
    Row(StepEvent.APPROVE,   StepState.OPEN,     StepState.APPROVED,  By.CLOCK),
    Row(StepEvent.CONFIRM,   StepState.OPEN,     StepState.CONFIRMED, By.OFFICE),
    Row(StepEvent.CONFIRM,   StepState.OPEN,     StepState.CONFIRMED, By.CLOCK),
    Row(StepEvent.LAPSE,     StepState.OPEN,     StepState.LAPSED,    By.CLOCK),
    Row(StepEvent.RETURN,    StepState.OPEN,     StepState.RETURNED,  By.OFFICE),
    Row(StepEvent.ASK,       StepState.OPEN,     StepState.HELD,      By.OFFICE),
    Row(StepEvent.REJECT,    StepState.OPEN,     StepState.REJECTED,  By.OFFICE),
    *(Row(StepEvent.RESUME,  StepState.RETURNED, StepState.OPEN,      by,        (StepArrived,)) for by in _SENDERS),
    *(Row(StepEvent.RESUME,  StepState.HELD,     StepState.OPEN,      by) for by in _SENDERS),
    *(
        Row(StepEvent.RESTART, state, StepState.WAITING, by)
        for state in (*DONE, StepState.OPEN, StepState.RETURNED)
        for by in _SENDERS
    ),
    *(
        Row(StepEvent.DROP, state, StepState.DROPPED, by)
        for state in (*UNDECIDED, *DONE)
        for by in _SENDERS
    ),
    title="段の流れ",
    state_labels=STEP_STATE_LABELS,
    event_labels=STEP_EVENT_LABELS,
)
# fmt: on


class JoiningState(StrEnum):
    NEW = "new"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


JOINING_STATE_LABELS = {
    JoiningState.WAITING: "返事待ち",
    JoiningState.CONFIRMED: "確認済",
    JoiningState.DECLINED: "辞退",
    JoiningState.EXPIRED: "期限切れ",
    JoiningState.CANCELLED: "取消",
}

# まだ返事のないもの。
UNANSWERED = (JoiningState.WAITING, JoiningState.EXPIRED)
ANSWERED = (JoiningState.CONFIRMED, JoiningState.DECLINED)


class JoiningEvent(StrEnum):
    ASK = "ask"
    REMIND = "remind"
    CORRECT = "correct"
    CONFIRM = "confirm"
    DECLINE = "decline"
    EXPIRE = "expire"
    CANCEL = "cancel"


JOINING_EVENT_LABELS = {
    JoiningEvent.ASK: "入会の確認をお願いしました",
    JoiningEvent.REMIND: "もう一度お願いしました",
    JoiningEvent.CORRECT: "メールアドレスを直して、もう一度お願いしました",
    JoiningEvent.CONFIRM: "ご本人が確認し、入会を申請しました",
    JoiningEvent.DECLINE: "ご本人が辞退しました",
    JoiningEvent.EXPIRE: "返事のないまま、期限が過ぎました",
    JoiningEvent.CANCEL: "お願いを取り消しました",
}

# fmt: off
JOINING = Workflow(
    #   行為                  いまの状態              次の状態                だれが     だれに知らせるか
    Row(JoiningEvent.ASK,     JoiningState.NEW,       JoiningState.WAITING,   By.OFFICE, (JoiningAsked,)),
    Row(JoiningEvent.REMIND,  JoiningState.WAITING,   JoiningState.WAITING,   By.OFFICE, (JoiningAsked,)),
    Row(JoiningEvent.REMIND,  JoiningState.EXPIRED,   JoiningState.WAITING,   By.OFFICE, (JoiningAsked,)),
    Row(JoiningEvent.CORRECT, JoiningState.WAITING,   JoiningState.WAITING,   By.OFFICE, (JoiningAsked,)),
    Row(JoiningEvent.CORRECT, JoiningState.EXPIRED,   JoiningState.WAITING,   By.OFFICE, (JoiningAsked,)),
    Row(JoiningEvent.CONFIRM, JoiningState.WAITING,   JoiningState.CONFIRMED, By.DOCTOR),
    Row(JoiningEvent.DECLINE, JoiningState.WAITING,   JoiningState.DECLINED,  By.DOCTOR),
    Row(JoiningEvent.EXPIRE,  JoiningState.WAITING,   JoiningState.EXPIRED,   By.CLOCK),
    Row(JoiningEvent.CANCEL,  JoiningState.WAITING,   JoiningState.CANCELLED, By.OFFICE),
    Row(JoiningEvent.CANCEL,  JoiningState.EXPIRED,   JoiningState.CANCELLED, By.OFFICE),
    title="入会の確認のお願いの流れ",
    state_labels=JOINING_STATE_LABELS,
    event_labels=JOINING_EVENT_LABELS,
)
# fmt: on


def told_to_doctor(event: str, association: str, *, is_automatic: bool = False, taken_over_by: str = "") -> str:
    """段の経過の一行を、医師に語る言葉。事務局の人の名は出さない。"""
    who = f"{association}（期限が過ぎたため、{taken_over_by}が代わって）" if taken_over_by else association
    words = STEP_EVENT_LABELS[StepEvent(event)]
    match StepEvent(event):
        case StepEvent.OPEN:
            return f"{association}に届きました"
        case StepEvent.APPROVE | StepEvent.CONFIRM if is_automatic:
            return f"{who}が、あらかじめ決めたとおりに自動で{words}"
        case StepEvent.LAPSE:
            return f"{association}の確認は、{words}"
        case StepEvent.DROP | StepEvent.RESTART:
            return f"{association}の段は、{words}"
        case _:
            return f"{who}が{words}"
