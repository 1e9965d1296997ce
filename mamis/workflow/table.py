"""状態遷移の表を読む小さな仕組み。表は各アプリの workflow.py にある。"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mamis.mail.base import Mail


class By(StrEnum):
    """だれがその行為をするか。"""

    DOCTOR = "doctor"
    OFFICE = "office"
    CLOCK = "clock"


@dataclass(frozen=True)
class Actor:
    """行為をした人。事務局の人は、どの医師会としてしたかを伴う。"""

    party: By
    name: str
    user_id: int | None = None
    association_id: int | None = None


@dataclass(frozen=True)
class Row:
    """表の一行：ある状態で、ある人が、ある行為をすると、どの状態になり、だれに知らせるか。"""

    event: StrEnum
    source: StrEnum
    target: StrEnum
    by: By
    mails: tuple[type[Mail], ...] = ()


class NotAllowed(Exception):
    """その状態では、その行為はできない。"""

    def __init__(self, event: StrEnum, state: StrEnum, by: By) -> None:
        super().__init__("すでに処理されています。画面を開き直して、いまの状態をご確認ください。")
        self.event = event
        self.state = state
        self.by = by


class PageIsStale(Exception):
    """画面を開いたあとに、申請か、そのもとになる事実が変わった。"""

    def __init__(self) -> None:
        super().__init__("画面を開いたあとに、内容が変わりました。もう一度ご確認のうえ、決定してください。")


class Workflow:
    """行を並べた表。同じ状態・行為・人の行は一つしかない。

    一つの部屋の二つめの表は、自分の題と、状態と行為の名を言う（はじめの表は、部品のもの）。
    """

    def __init__(
        self,
        *rows: Row,
        title: str = "",
        state_labels: Mapping[Any, str] | None = None,
        event_labels: Mapping[Any, str] | None = None,
    ) -> None:
        self.rows = rows
        self.title, self.state_labels, self.event_labels = title, state_labels, event_labels
        keys = [(row.event, row.source, row.by) for row in rows]
        if len(keys) != len(set(keys)):
            raise ValueError("a workflow has two rows for the same event, state and party")

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def fire(self, event: StrEnum, state: StrEnum, by: By) -> Row:
        """その行為の行を返す。なければ NotAllowed。"""
        for row in self.rows:
            if (row.event, row.source, row.by) == (event, state, by):
                return row
        raise NotAllowed(event, state, by)

    def events(self, state: StrEnum, by: By) -> tuple[StrEnum, ...]:
        """その状態でその人ができる行為。画面のボタンになる。"""
        return tuple(row.event for row in self.rows if (row.source, row.by) == (state, by))

    def sources(self, by: By) -> frozenset[StrEnum]:
        """その人に何かできることがある状態。"""
        return frozenset(row.source for row in self.rows if row.by == by)
