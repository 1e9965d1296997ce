"""docs/workflows.md：申請の流れ。"""

from collections.abc import Iterator
from enum import StrEnum
from types import ModuleType, SimpleNamespace
from typing import Any

from mamis.web.docs import rooms
from mamis.web.docs.markdown import fenced, first_sentence, table
from mamis.web.docs.markdown import page as whole
from mamis.workflow.table import By, Row, Workflow

PARTIES = {By.DOCTOR: "医師", By.OFFICE: "事務局", By.CLOCK: "裏方"}
BEGINNING = "はじめ"


def page() -> str:
    """どの状態で、だれが何をすると、どの状態になり、だれに知らせるか。"""
    return whole(
        "申請の流れ",
        "表にない行為は、だれにもできません。行の意味は [architecture.md](architecture.md)、"
        "メールの中身は [mails.md](mails.md) にあります。",
        *(section(part, workflow) for part, workflow in workflows()),
    )


def workflows() -> Iterator[tuple[ModuleType, Workflow]]:
    """すべての流れの表と、その部品。"""
    for part in rooms.parts("workflow"):
        for thing in vars(part).values():
            if isinstance(thing, Workflow):
                yield _own_words(thing) or part, thing


def _own_words(workflow: Workflow) -> Any:
    """自分の題と名を言う表は、部品の代わりに、それを使う。"""
    if not workflow.title:
        return None
    return SimpleNamespace(
        __doc__=f"{workflow.title}。", STATE_LABELS=workflow.state_labels, EVENT_LABELS=workflow.event_labels
    )


def section(part: ModuleType, workflow: Workflow) -> str:
    """一つの流れ：図と表。"""
    rows = [
        (
            state_label(part, row.source),
            PARTIES[row.by],
            event_label(part, row.event),
            state_label(part, row.target),
            "、".join(f"[{mail.label()}](mails.md#{mail.__name__.lower()})" for mail in row.mails) or "なし",
        )
        for row in workflow
    ]
    return "\n\n".join(
        (
            f"## {title(part)}",
            fenced(diagram(part, workflow), "mermaid"),
            table(("いまの状態", "だれが", "すること", "次の状態", "知らせるメール"), rows),
        )
    )


def diagram(part: ModuleType, workflow: Workflow) -> str:
    """状態の図。先のない状態は、終わりである。"""
    sources = {row.source for row in workflow}
    named = dict.fromkeys(
        state for row in workflow for state in (row.source, row.target) if not is_beginning(workflow, state)
    )
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{state_label(part, state)}" as {state}' for state in named]
    for row in workflow:
        source = "[*]" if is_beginning(workflow, row.source) else row.source
        lines.append(f"    {source} --> {row.target} : {PARTIES[row.by]}が{event_label(part, row.event)}")
    lines += [f"    {state} --> [*]" for state in named if state not in sources]
    return "\n".join(lines)


def described(part: ModuleType, row: Row) -> str:
    """一行を、一つの文句にする。"""
    return (
        f"{title(part)}：{PARTIES[row.by]}が{event_label(part, row.event)}"
        f"（{state_label(part, row.source)} → {state_label(part, row.target)}）"
    )


def title(part: ModuleType) -> str:
    """流れの名。"""
    return first_sentence(part).split("。", 1)[0]


def is_beginning(workflow: Workflow, state: StrEnum) -> bool:
    """どこからも来ない状態か。"""
    return state not in {row.target for row in workflow}


def state_label(part: ModuleType, state: StrEnum) -> str:
    """画面に出る状態の名。まだ行のない状態に、名はない。"""
    return str(part.STATE_LABELS.get(state, BEGINNING))


def event_label(part: ModuleType, event: StrEnum) -> str:
    """経過に出る行為の名。"""
    return str(part.EVENT_LABELS[event])
