"""入会のときに医師会の尋ねることを、書く欄。"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.forms import BoundField

from mamis.associations.models import Association, JoinItem
from mamis.associations.rules import ItemKind
from mamis.fields import ChoiceField, TextField
from mamis.files.forms import HINT, UploadField, show_held
from mamis.files.models import StoredFile
from mamis.membership.models import SheetAnswer
from mamis.membership.operations import Answer, answer_to

ATTACHMENT = "membership.attachment"
SHORT_LENGTH, LONG_LENGTH = 100, 500
NOT_ANSWERED = ("", "答えない")


def _told(explanation: str, hint: str) -> str:
    """医師会の説明と、書き方。説明の終わりに句点がなければ、補う。"""
    if not explanation:
        return hint
    return f"{explanation}{'' if explanation.endswith(('。', '）')) else '。'}{hint}"


def _short(item: JoinItem, **options: Any) -> forms.Field:
    return TextField(max_length=SHORT_LENGTH, help_text=item.explanation, **options)


def _long(item: JoinItem, **options: Any) -> forms.Field:
    told = _told(item.explanation, f"{LONG_LENGTH} 文字以内で書いてください。")
    return TextField(lines=True, max_length=LONG_LENGTH, help_text=told, **options)


def _choice(item: JoinItem, **options: Any) -> forms.Field:
    offered = [(one, one) for one in item.offered]
    choices = offered if options["required"] else [*offered, NOT_ANSWERED]
    return ChoiceField(widget=forms.RadioSelect, choices=choices, help_text=item.explanation, **options)


def _file(item: JoinItem, **options: Any) -> forms.Field:
    return UploadField(purpose=ATTACHMENT, help_text=_told(item.explanation, HINT), **options)


@dataclass(frozen=True)
class Kind:
    """種類ごとの、欄の作り方と、空のままのときに言うこと。"""

    field: Callable[..., forms.Field]
    empty: str


KINDS = {
    ItemKind.SHORT: Kind(_short, "「{}」に答えを入力してください。"),
    ItemKind.LONG: Kind(_long, "「{}」に答えを入力してください。"),
    ItemKind.CHOICE: Kind(_choice, "「{}」の答えを選んでください。"),
    ItemKind.YES_NO: Kind(_choice, "「{}」の答えを選んでください。"),
    ItemKind.FILE: Kind(_file, "「{}」のファイルを選んでください。"),
}


def name_of(item_id: int) -> str:
    """尋ねることの、欄の名。"""
    return f"item_{item_id}"


class QuestionsForm(forms.Form):
    """医師会の尋ねることのすべて。紙を写す事務局は、添付を空のままにできる。"""

    def __init__(
        self, data: Any = None, files: Any = None, *, items: Sequence[JoinItem], by_office: bool = False
    ) -> None:
        super().__init__(data, files)
        self.items = items
        for item in items:
            kind = KINDS[ItemKind(item.kind)]
            self.fields[name_of(item.pk)] = kind.field(
                item,
                label=item.label,
                required=item.is_required and not (by_office and item.is_file),
                error_messages={"required": kind.empty.format(item.label)},
            )

    @property
    def sections(self) -> list[tuple[Association, list[BoundField]]]:
        """医師会ごとの欄。"""
        return [
            (association, [self[name_of(item.pk)] for item in items])
            for association, items in groupby(self.items, key=lambda item: item.association)
        ]

    def recall(self, answered: Iterable[SheetAnswer]) -> None:
        """前の申請書の添付を、そのまま使う。同じ欄の、同じファイルだけである。"""
        for one in answered:
            name = name_of(one.item_id)
            field = self.fields.get(name)
            is_empty = isinstance(field, UploadField) and field.stored is None
            if is_empty and one.file is not None and self.data.get(f"{name}_0") == one.file.token:
                show_held(self, name, one.file)

    @property
    def uploads(self) -> dict[str, StoredFile]:
        """預かった添付。欄の名から。"""
        fields = ((name, field) for name, field in self.fields.items() if isinstance(field, UploadField))
        return {name: field.stored for name, field in fields if field.stored is not None}

    @property
    def answers(self) -> tuple[Answer, ...]:
        """書かれた答え。まだ書き終えていないところは、空である。"""
        return tuple(self._answer(item) for item in self.items)

    def _answer(self, item: JoinItem) -> Answer:
        value = self.cleaned_data.get(name_of(item.pk))
        return answer_to(item, file=value) if item.is_file else answer_to(item, words=value or "")
