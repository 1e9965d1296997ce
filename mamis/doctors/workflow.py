"""利用者登録の流れ。すべてが合えばその場で結ばれ、ほかは医師会の確認を待つ。"""

from enum import StrEnum

from mamis.doctors.mails import (
    RegistrationArrived,
    RegistrationCompleted,
    RegistrationNoticed,
    RegistrationReceived,
    RegistrationRejected,
    RegistrationReturned,
)
from mamis.workflow.table import By, Row, Workflow


class State(StrEnum):
    NEW = "new"
    WAITING = "waiting"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


STATE_LABELS = {
    State.WAITING: "確認待ち",
    State.RETURNED: "差し戻し",
    State.ACCEPTED: "確認済",
    State.REJECTED: "却下",
}

LIVE = (State.WAITING, State.RETURNED)


class Event(StrEnum):
    SUBMIT = "submit"
    LINK = "link"
    RETURN = "return"
    ACCEPT = "accept"
    REJECT = "reject"


EVENT_LABELS = {
    Event.SUBMIT: "登録を申し込みました",
    Event.LINK: "すべてが合い、登録が終わりました",
    Event.RETURN: "差し戻しました",
    Event.ACCEPT: "確認しました",
    Event.REJECT: "却下しました",
}


# fmt: off
REGISTRATION = Workflow(
    #   行為            いまの状態       次の状態         だれが     だれに知らせるか
    Row(Event.SUBMIT,   State.NEW,       State.WAITING,   By.DOCTOR, (RegistrationReceived, RegistrationArrived)),
    Row(Event.LINK,     State.NEW,       State.ACCEPTED,  By.DOCTOR, (RegistrationCompleted, RegistrationNoticed)),
    Row(Event.RETURN,   State.WAITING,   State.RETURNED,  By.OFFICE, (RegistrationReturned,)),
    Row(Event.SUBMIT,   State.RETURNED,  State.WAITING,   By.DOCTOR, (RegistrationReceived, RegistrationArrived)),
    Row(Event.LINK,     State.RETURNED,  State.ACCEPTED,  By.DOCTOR, (RegistrationCompleted, RegistrationNoticed)),
    Row(Event.ACCEPT,   State.WAITING,   State.ACCEPTED,  By.OFFICE, (RegistrationCompleted, RegistrationNoticed)),
    Row(Event.REJECT,   State.WAITING,   State.REJECTED,  By.OFFICE, (RegistrationRejected,)),
)
# fmt: on
