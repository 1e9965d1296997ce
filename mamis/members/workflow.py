"""データの取り込みの流れ。事務局の人が始め、裏方が終える。"""

from enum import StrEnum

from mamis.workflow.table import By, Row, Workflow


class State(StrEnum):
    NEW = "new"
    MAPPING = "mapping"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


STATE_LABELS = {
    State.MAPPING: "列の確認待ち",
    State.CHECKING: "確かめ中",
    State.CHECKED: "取り込み待ち",
    State.RUNNING: "取り込み中",
    State.STOPPED: "途中で停止",
    State.DONE: "取り込み済",
    State.UNDOING: "取り消し中",
    State.UNDONE: "取り消し済",
    State.DISCARDED: "中止",
}

WORKING = (State.CHECKING, State.RUNNING, State.UNDOING)
# 取り込まれる前の行は、列を選び直すと読み直される。
BEFORE = (State.MAPPING, State.CHECKED)


class Event(StrEnum):
    UPLOAD = "upload"
    CHECK = "check"
    RUN = "run"
    UNDO = "undo"
    DISCARD = "discard"
    FINISH = "finish"
    STOP = "stop"


EVENT_LABELS = {
    Event.UPLOAD: "ファイルを選びました",
    Event.CHECK: "列を決め、確かめはじめました",
    Event.RUN: "取り込みはじめました",
    Event.UNDO: "取り消しはじめました",
    Event.DISCARD: "取り込まずにやめました",
    Event.FINISH: "終わりました",
    Event.STOP: "始めた方が担当でなくなったので、止めました",
}


# fmt: off
IMPORT = Workflow(
    #   行為            いまの状態       次の状態         だれが
    Row(Event.UPLOAD,   State.NEW,       State.MAPPING,   By.OFFICE),
    Row(Event.CHECK,    State.MAPPING,   State.CHECKING,  By.OFFICE),
    Row(Event.CHECK,    State.CHECKED,   State.CHECKING,  By.OFFICE),
    Row(Event.FINISH,   State.CHECKING,  State.CHECKED,   By.CLOCK),
    Row(Event.RUN,      State.CHECKED,   State.RUNNING,   By.OFFICE),
    Row(Event.FINISH,   State.RUNNING,   State.DONE,      By.CLOCK),
    Row(Event.UNDO,     State.DONE,      State.UNDOING,   By.OFFICE),
    Row(Event.FINISH,   State.UNDOING,   State.UNDONE,    By.CLOCK),
    # 始めた人が務めを終えれば、そこで止まる。ほかの管理者が続けるか、取り消す。
    Row(Event.STOP,     State.CHECKING,  State.MAPPING,   By.CLOCK),
    Row(Event.STOP,     State.RUNNING,   State.STOPPED,   By.CLOCK),
    Row(Event.RUN,      State.STOPPED,   State.RUNNING,   By.OFFICE),
    Row(Event.UNDO,     State.STOPPED,   State.UNDOING,   By.OFFICE),
    Row(Event.STOP,     State.UNDOING,   State.DONE,      By.CLOCK),
    Row(Event.DISCARD,  State.MAPPING,   State.DISCARDED, By.OFFICE),
    Row(Event.DISCARD,  State.CHECKED,   State.DISCARDED, By.OFFICE),
)
# fmt: on
