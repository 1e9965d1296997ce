"""会員手続き・会員区分・入会のときに尋ねること・理事会の日程の画面に打たれたもの。"""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from mamis.associations.forms.office import Versioned, without_version
from mamis.associations.models import Association, JoinItem
from mamis.associations.operations import CategoryFacts, JoinItemFacts, Practice
from mamis.associations.rules import (
    AUTOMATIC,
    BOARD_DAYS_AHEAD,
    CHOICE_LENGTH,
    CONFIRMATION_DAYS,
    DECISION_DAYS,
    DUTY_LABELS,
    EXPLANATION_LENGTH,
    FEWEST_CHOICES,
    ITEM_KIND_LABELS,
    ITEM_LABEL_LENGTH,
    JOIN_NOTE_LENGTH,
    LONGEST_CONFIRMATION,
    LONGEST_DECISION,
    MOST_CHOICES,
    PROCEDURE_LABELS,
    ItemKind,
)
from mamis.fields import ChoiceField, DateField3, HalfWidthField, MultipleChoiceField, TextField, TickField
from mamis.fields.dates import HINT
from mamis.japanese.calendar import DateRefused, parse_day, plain_date
from mamis.japanese.folding import clean_line

MOST_BOARD_DAYS = 100
_BETWEEN_DAYS = re.compile(r"[\n、，,；;]")


class DaysField(HalfWidthField):
    """日数。"""

    def __init__(self, *, usual: int, longest: int, **options: Any) -> None:
        super().__init__(inputmode="numeric", max_length=4, **options)
        self.usual, self.longest = usual, longest

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= self.longest:
            raise ValidationError(
                f"1 から {self.longest} までの数で入力してください（例：{self.usual}）。", code="days"
            )
        return int(text)


class PracticeForm(Versioned):
    """会員手続き。一部の層だけの会員を認めるかは、郡市区等医師会だけが決める。"""

    allows_partial = TickField(
        label="一部の層だけの会員を認める",
        required=False,
        help_text="郡市区等医師会だけ、または郡市区等医師会と都道府県医師会だけの会員を認めます。"
        "チェックを外すと、入会する先生には、都道府県医師会と日本医師会にも一緒に申し込んでいただきます。",
    )
    confirmation_days = DaysField(
        usual=CONFIRMATION_DAYS,
        longest=LONGEST_CONFIRMATION,
        label="異動元の確認を待つ日数",
        help_text="会員がほかの医師会へ異動するとき、この医師会の確認を待つ日数です。"
        "過ぎても確認がなければ、確認したものとして進みます。",
    )
    decision_days = DaysField(
        usual=DECISION_DAYS,
        longest=LONGEST_DECISION,
        label="決めるまでの目安の日数",
        help_text="申請が届いてから決めるまでの、おおよその日数です。申請した先生に、目安としてお知らせします。",
    )
    automatic_kinds = MultipleChoiceField(
        label="届いたときに自動で承認する手続き",
        required=False,
        choices=[(kind.value, PROCEDURE_LABELS[kind]) for kind in AUTOMATIC],
        help_text="チェックを入れた手続きは、届いたときに承認されます。担当者の操作は要りません。",
    )
    join_note = TextField(
        label="入会する先生への案内",
        required=False,
        lines=True,
        max_length=JOIN_NOTE_LENGTH,
        help_text=f"必要な書類、会費、お問い合わせ先などを書いてください。入会の申請の画面に出ます（{JOIN_NOTE_LENGTH:,}文字以内）。",
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, association: Association, **options: Any) -> None:
        super().__init__(*args, **options)
        if not association.is_district:
            del self.fields["allows_partial"]

    @property
    def practice(self) -> Practice:
        return Practice(**{"allows_partial": True} | without_version(self))


class CategoryForm(Versioned):
    """会員区分。日医医賠責の欄は、日本医師会にだけある。"""

    code = TextField(
        label="コード",
        max_length=16,
        help_text="名簿の取り込みで使う短い名です（例：A、B1）。ほかの区分と同じものは使えません。",
    )
    label = TextField(
        label="名称",
        max_length=60,
        help_text="先生と事務局の画面に出ます（例：B 会員（勤務医））。",
        widget=forms.TextInput(attrs={"class": "w-20", "autocomplete": "off"}),
    )
    is_selectable = TickField(
        label="医師が入会・異動で選べる",
        required=False,
        help_text="チェックを外すと、先生の画面には出ません。事務局だけが付ける区分になります。",
    )
    is_voting = TickField(label="社員", required=False, help_text="総会で議決できる会員の区分です。")
    is_insured = TickField(
        label="日医医賠責に加入する",
        required=False,
        help_text="この区分を離れる先生に、日医医賠責の補償が終わることを注意します。",
    )
    duties = MultipleChoiceField(
        label="すすめる施設業務",
        required=False,
        choices=DUTY_LABELS.items(),
        help_text="チェックを入れた施設業務の先生に、この区分をすすめます。"
        "ほかの施設業務の先生がこの区分を選ぶと、注意が出ます（選ぶことはできます）。一つもなければ、注意は出ません。",
    )
    from_on = DateField3(label="使い始める日", required=False, help_text=f"空なら、前から使っている区分です。{HINT}")
    until_on = DateField3(
        label="使うのをやめる日",
        required=False,
        help_text="空なら、使い続けます。日を入れると、その日から先生は選べなくなります。いまこの区分の会員は変わりません。",
    )

    def __init__(self, *args: Any, association: Association, **options: Any) -> None:
        super().__init__(*args, **options)
        if not association.is_national:
            del self.fields["is_insured"]

    def clean(self) -> dict[str, Any]:
        """やめる日は、始める日よりあと。"""
        typed = self.cleaned_data
        from_on, until_on = typed.get("from_on"), typed.get("until_on")
        if from_on and until_on and until_on <= from_on:
            self.add_error("until_on", f"使い始める日（{plain_date(from_on)}）より後の日にしてください。")
        return typed

    @property
    def facts(self) -> CategoryFacts:
        return CategoryFacts(**{"is_insured": False} | without_version(self))


class JoinItemForm(Versioned):
    """入会のときに尋ねること。種類は、足すときにだけ選べる。"""

    kind = ChoiceField(
        label="種類",
        widget=forms.RadioSelect,
        choices=[(one.value, label) for one, label in ITEM_KIND_LABELS.items()],
        help_text="あとから変えられません。",
    )
    label = TextField(
        label="尋ねること",
        max_length=ITEM_LABEL_LENGTH,
        help_text="先生の画面に、この字のまま出ます（例：当直に協力できますか、履歴書）。",
    )
    explanation = TextField(
        label="説明",
        max_length=EXPLANATION_LENGTH,
        required=False,
        help_text=f"何のために尋ねるか、どのように書けばよいか。尋ねることの下に出ます（{EXPLANATION_LENGTH}文字以内）。",
    )
    choices = TextField(
        label="選択肢",
        lines=True,
        required=False,
        max_length=(CHOICE_LENGTH + 2) * MOST_CHOICES,
        help_text=f"「{ITEM_KIND_LABELS[ItemKind.CHOICE]}」のときだけ、一行に一つずつ書きます"
        f"（{FEWEST_CHOICES} から {MOST_CHOICES} まで）。",
    )
    is_required = TickField(
        label="必ず答えていただく",
        required=False,
        help_text="チェックを外すと、空のままでも申請できます。",
    )
    is_used = TickField(
        label="入会のときに尋ねる",
        required=False,
        help_text="チェックを外すと、これからの申請では尋ねません。もう答えられたものは、申請書に残ります。",
    )

    def __init__(self, *args: Any, item: JoinItem | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.item = item
        if item is None:
            return
        del self.fields["kind"]
        if item.kind == ItemKind.CHOICE:
            self.fields["choices"].help_text = f"一行に一つずつ書きます（{FEWEST_CHOICES} から {MOST_CHOICES} まで）。"
        else:
            del self.fields["choices"]

    def clean_choices(self) -> list[str]:
        """一行に一つ。空の行は数えない。"""
        lines = (clean_line(text) for text in self.cleaned_data["choices"].splitlines())
        return [text for text in lines if text]

    def clean(self) -> dict[str, Any]:
        """選択肢は、選ぶものにだけある。"""
        typed = self.cleaned_data
        kind = typed.get("kind", "") if self.item is None else self.item.kind
        if kind and "choices" in typed and (reason := _choices_refusal(typed["choices"], kind)):
            self.add_error("choices", reason)
        return typed

    @property
    def chosen_kind(self) -> str:
        return str(self.cleaned_data["kind"])

    @property
    def facts(self) -> JoinItemFacts:
        typed = without_version(self)
        typed.pop("kind", None)
        return JoinItemFacts(**{"choices": []} | typed)


def _choices_refusal(choices: list[str], kind: str) -> str:
    """選択肢を受け取れないわけ。"""
    if kind != ItemKind.CHOICE:
        return (
            f"選択肢は、「{ITEM_KIND_LABELS[ItemKind.CHOICE]}」のときだけ書きます。空にしてください。"
            if choices
            else ""
        )
    if not FEWEST_CHOICES <= len(choices) <= MOST_CHOICES:
        return f"選択肢を、一行に一つずつ、{FEWEST_CHOICES} から {MOST_CHOICES} まで入力してください。"
    if any(len(one) > CHOICE_LENGTH for one in choices):
        return f"一つの選択肢は {CHOICE_LENGTH} 文字以内で入力してください。"
    return "" if len(set(choices)) == len(choices) else "同じ選択肢が二つあります。一つにしてください。"


class BoardDaysForm(forms.Form):
    """理事会の日。一行に一日。"""

    days = TextField(
        label="理事会の日",
        lines=True,
        max_length=4000,
        help_text="一行に一日ずつ、まとめて入力できます（例：2027年4月13日、令和9年4月13日、2027-04-13）。",
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on

    def clean_days(self) -> list[date]:
        """読めない日があれば、どれかをすべて言う。"""
        typed = [text.strip() for text in _BETWEEN_DAYS.split(self.cleaned_data["days"]) if text.strip()]
        if not 0 < len(typed) <= MOST_BOARD_DAYS:
            raise ValidationError(f"一度に入力できるのは、1 日から {MOST_BOARD_DAYS} 日分までです。", code="many")
        read = [(text, *self._read(text)) for text in typed]
        refused = [ValidationError(f"「{text[:30]}」：{reason}", code="day") for text, _, reason in read if reason]
        if refused:
            raise ValidationError(refused)
        return [day for _, day, _ in read if day]

    def _read(self, text: str) -> tuple[date | None, str]:
        """読んだ日と、受け取れないわけ。"""
        try:
            day = parse_day(text)
        except DateRefused as refusal:
            return None, str(refusal)
        if day < self.on:
            return day, "もう過ぎた日です。今日か、これからの日を入力してください。"
        if day > self.on + BOARD_DAYS_AHEAD:
            return day, "2 年より先の日は入力できません。年をお確かめください。"
        return day, ""
