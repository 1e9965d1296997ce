"""段階式の入力の表を読む小さな仕組み。表は各アプリの steps.py にある。"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Answers = Mapping[str, Any]


class NoSuchStep(LookupError):
    """その段階は、この人の入力にはない。"""


def always(answers: Answers, about: Any) -> bool:
    """だれにでもある段階。"""
    return True


@dataclass(frozen=True)
class Step:
    """表の一行：住所に出る名、題、入力の型、どのようなときにある段階か。"""

    slug: str
    title: str
    form: type | None = None
    applies: Callable[[Answers, Any], bool] = always


@dataclass(frozen=True)
class Place:
    """いまの段階と、その前後。"""

    step: Step
    number: int
    total: int
    before: Step | None
    after: Step | None

    @property
    def bars(self) -> tuple[dict[str, Any], ...]:
        """進み具合の帯：段階ごとに一枚。幅と位置は百分率。"""
        gap = 1.2
        width = (100 - gap * (self.total - 1)) / self.total
        return tuple(
            {
                "look": "on" if position < self.number else "off",
                "x": f"{position * (width + gap):.2f}",
                "width": f"{width:.2f}",
            }
            for position in range(self.total)
        )


class Wizard:
    """この人の答えに合う段階を、表の順に並べたもの。"""

    def __init__(self, table: Iterable[Step], answers: Answers, about: Any = None) -> None:
        self.steps = tuple(step for step in table if step.applies(answers, about))

    def place(self, slug: str) -> Place:
        """その段階と前後。この人の入力になければ NoSuchStep。"""
        for position, step in enumerate(self.steps):
            if step.slug == slug:
                return Place(
                    step=step,
                    number=position + 1,
                    total=len(self.steps),
                    before=self.steps[position - 1] if position else None,
                    after=self.steps[position + 1] if position + 1 < len(self.steps) else None,
                )
        raise NoSuchStep(slug)

    def resume(self, slug: str) -> Step:
        """続きから始める段階：前にいたところ。なくなっていれば、はじめの段階。"""
        return next((step for step in self.steps if step.slug == slug), self.steps[0])
