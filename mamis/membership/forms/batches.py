"""会員区分をまとめて変える：だれの、どの区分を、いつから、どの区分に。"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.forms import BoundField
from django.http import QueryDict

from mamis.associations.models import Staff
from mamis.associations.queries import selectable_categories
from mamis.associations.rules import DUTY_LABELS, Duty
from mamis.fields import ChoiceField, Conditions, DateField3, TextField
from mamis.membership.forms.office import sent_key
from mamis.membership.operations import CategoryChange, DayNotAllowed, PaperDayNotAllowed
from mamis.membership.queries import HeldCategory, TargetFilters
from mamis.membership.rules import CATEGORY_CAUSES, CAUSE_LABELS, Cause, category_day, day_is_allowed
from mamis.wizard.views import as_initial

NO_CHANGE = ""
# 一頁に出す、いまの会員区分の数。日本医師会には、下に千ほどの医師会がある。
ROWS = 50
_PAIR = re.compile(r"([0-9]{1,18}):([0-9]{1,18})", re.ASCII)
_LINE = re.compile(r"([0-9]{1,18}) ([0-9a-f]{32})", re.ASCII)


class TargetForm(Conditions):
    """だれの会員区分を変えるか。はじめは、臨床研修医を選んである。"""

    category = ChoiceField(label="いまの会員区分", required=False)
    duty = ChoiceField(label="施設業務", required=False, choices=[("", "問わない"), *DUTY_LABELS.items()])
    q = TextField(label="主たる施設の名・所在地の一部", required=False, max_length=100)

    def __init__(self, data: QueryDict, *, staff: Staff, on: date) -> None:
        self.association = staff.association
        asked = any(name in data for name in self.base_fields)
        super().__init__(data if asked else QueryDict(f"duty={Duty.RESIDENT.value}"), on=on)

    def arrange(self, on: date) -> None:
        """その医師会の会員区分。選べなくなったものにも、会員がいる。"""
        owned = self.association.categories.order_by("position", "pk")
        self.fields["category"].choices = [("", "選んでください"), *((str(one.pk), one.label) for one in owned)]

    @property
    def filters(self) -> TargetFilters | None:
        """選ばれた条件。会員区分を選んでいなければ、ない。"""
        asked = self.cleaned_data
        if not asked.get("category"):
            return None
        return TargetFilters(int(asked["category"]), asked.get("duty", ""), asked.get("q", ""))

    @property
    def told(self) -> list[tuple[str, str]]:
        """確かめの画面に出す条件。"""
        return [
            (str(self.fields[name].label), self._words(name)) for name in self.fields if self.cleaned_data.get(name)
        ]

    def typed(self) -> Iterable[tuple[str, str]]:
        """打たれたままの条件。次の画面へ運ぶ。"""
        yield from ((name, str(self.data[name])) for name in self.fields if name in self.data)


@dataclass(frozen=True)
class ChangeRow:
    """「いまの区分 → 変更後」の一行と、その欄。"""

    held: HeldCategory
    field: BoundField


class CategoryBatchForm(forms.Form):
    """いつから、なぜ、どの区分に変えるか。医師会と会員区分ごとに一つずつ、変更後の欄がある。

    欄は ROWS ずつの頁に分ける。ほかの頁で選んだものは、一つの隠した欄（`elsewhere`）で運ぶ。
    """

    effective_on = DateField3(label="変更日")
    cause = ChoiceField(label="変更事由", choices=[(one.value, CAUSE_LABELS[one]) for one in CATEGORY_CAUSES])
    ground = TextField(
        label="根拠",
        max_length=200,
        help_text="あとから確かめられるもの。例：臨床研修修了者の名簿（みどり病院、3月20日）",
    )
    paper_on = DateField3(label="書面・名簿の日付")

    def __init__(self, data: QueryDict | None, *, held: Sequence[HeldCategory], on: date) -> None:
        initial = {"effective_on": category_day(on), "cause": Cause.TRAINED.value, "paper_on": on}
        super().__init__(None if data is None else _unpacked(data), initial=initial)
        self.held, self.on = held, on
        self.fields["effective_on"].help_text = f"この日から、新しい会員区分になります。{DateField3().help_text}"
        self.key = sent_key(data)
        lines = [_LINE.fullmatch(text) for text in (data.getlist("line") if data is not None else [])]
        self.seen = {int(match[1]): match[2] for match in lines if match}
        offered = selectable_categories({one.association.pk for one in held}, self._day())
        for one in held:
            others = [(str(to.pk), to.label) for to in offered[one.association.pk] if to.pk != one.category.pk]
            self.fields[_name(one)] = ChoiceField(
                label=f"{one.association.name}の「{one.category.label}」の変更後",
                required=False,
                choices=[(NO_CHANGE, "変えない"), *others],
            )
        self.order_fields([_name(one) for one in held])

    def _day(self) -> date:
        """選べる会員区分を並べる日。まだ読めない日なら、はじめの案の日。"""
        field = self.fields["effective_on"]
        typed = field.widget.value_from_datadict(self.data, self.files, "effective_on")
        try:
            return field.clean(typed) if self.is_bound else category_day(self.on)
        except ValidationError:
            return category_day(self.on)

    @property
    def lines(self) -> list[str]:
        """確かめの画面で選ばれていた行。書き直すあいだも、外した印を覚えておく。"""
        return [f"{pk} {seen}" for pk, seen in self.seen.items()]

    @property
    def rows(self) -> list[ChangeRow]:
        """「いまの区分 → 変更後」の行。"""
        return [ChangeRow(one, self[_name(one)]) for one in self.held]

    @cached_property
    def page(self) -> Page[ChangeRow]:
        """いまの頁の行：めくった頁か、初めの誤りのある頁か、前にいた頁。"""
        wrong = next((place for place, one in enumerate(self.held) if _name(one) in self.errors), None)
        asked = self.data.get("turn") or (wrong // ROWS + 1 if wrong is not None else self.data.get("shown", "1"))
        return Paginator(self.rows, ROWS).get_page(asked)

    @property
    def elsewhere(self) -> str:
        """ほかの頁で選んだもの。"""
        shown = {row.field.name for row in self.page}
        return self._packed(one for one in self.held if _name(one) not in shown)

    @property
    def turns(self) -> bool:
        """頁をめくるボタンを押したか。"""
        return "turn" in self.data

    def turned(self) -> "CategoryBatchForm":
        """頁をめくるだけのとき：確かめずに、打たれたままを出す。"""
        self.initial = as_initial(self, dict(self.data.lists()))
        self.is_bound = False
        return self

    def clean_effective_on(self) -> date:
        """医師会が書ける日。"""
        day: date = self.cleaned_data["effective_on"]
        if not day_is_allowed(day, self.on, by_office=True):
            raise ValidationError(str(DayNotAllowed("変更日", by_office=True)), code="too_far")
        return day

    def clean_paper_on(self) -> date:
        """今日までの日。"""
        day: date = self.cleaned_data["paper_on"]
        if day > self.on:
            raise ValidationError(str(PaperDayNotAllowed("書面・名簿の日付")), code="future")
        return day

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        names = [_name(one) for one in self.held]
        if names and not any(asked.get(name) or name in self.errors for name in names):
            self.add_error(names[0], "変える会員区分を、一つは選んでください。")
        return asked

    def change(self) -> CategoryChange:
        """まとめて変えること。"""
        asked = self.cleaned_data
        chosen = {one.category.pk: asked[_name(one)] for one in self.held}
        return CategoryChange(
            categories={was: int(now) for was, now in chosen.items() if now != NO_CHANGE},
            effective_on=asked["effective_on"],
            cause=asked["cause"],
            ground=asked["ground"],
            paper_on=asked["paper_on"],
        )

    def told(self) -> list[tuple[str, str]]:
        """確かめの画面に出す、変わる会員区分と、その事由。"""
        return [
            *(
                (row.held.association.name, f"{row.held.category.label} → {self._label(row.field.name)}")
                for row in self.rows
                if self.cleaned_data[row.field.name] != NO_CHANGE
            ),
            ("変更事由", self._label("cause")),
        ]

    def typed(self) -> Iterable[tuple[str, str]]:
        """打たれたままの値。次の送信へ運ぶ。変更後の会員区分は、一つの欄にまとめる。"""
        yield "elsewhere", self._packed(self.held)
        changes = {_name(one) for one in self.held}
        days = {f"{name}_{part}" for name in ("effective_on", "paper_on") for part in range(3)}
        names = {*self.fields, *days} - changes
        yield from ((name, str(value)) for name, value in self.data.items() if name in names)

    def _packed(self, held: Iterable[HeldCategory]) -> str:
        chosen = ((one.category.pk, self[_name(one)].value()) for one in held)
        return " ".join(f"{was}:{now}" for was, now in chosen if now)

    def _label(self, name: str) -> str:
        return str(dict(self.fields[name].choices)[self.cleaned_data[name]])


def _name(held: HeldCategory) -> str:
    return f"change_{held.category.pk}"


def _unpacked(data: QueryDict) -> QueryDict:
    """ほかの頁で選んだものを、欄に戻す。この頁の欄に打たれたものが先である。"""
    whole = data.copy()
    for was, now in _PAIR.findall(data.get("elsewhere", "")):
        whole.setdefault(f"change_{was}", now)
    return whole
