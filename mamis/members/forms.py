"""取り込むファイル、列の決め方、行の絞り方。"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from mamis.fields import ChoiceField
from mamis.japanese.folding import clean_line
from mamis.members.columns import Need
from mamis.members.models import Import
from mamis.members.operations import Upload
from mamis.members.rules import KIND_LABELS, OUTCOME_LABELS, Kind
from mamis.tabular.reading import LARGEST, FileRefused, FileTooLarge, Intake, Sheet, read_sheet

NOT_USED = ""


class UploadForm(forms.Form):
    """取り込むファイル。"""

    kind = ChoiceField(label="取り込むもの", widget=forms.RadioSelect)
    file = forms.FileField(
        label="ファイル",
        help_text="CSV か Excel（.xlsx）。20 MB、100,000 行まで。文字は UTF-8 でも Shift_JIS でもかまいません。",
        error_messages={
            "required": "ファイルを選んでください。",
            "invalid": "ファイルを選んでください。",
            "missing": "ファイルを選んでください。",
            "empty": "ファイルが空です。別のファイルを選んでください。",
        },
    )

    def __init__(self, *given: Any, kinds: Sequence[Kind]) -> None:
        super().__init__(*given)
        self.fields["kind"].choices = [(kind, KIND_LABELS[kind]) for kind in kinds]

    def clean_file(self) -> Any:
        """表として読めるか。大きすぎるものは、読む前に断る。"""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(str(FileTooLarge()), code="large")
        self.content = file.read()
        try:
            self.sheet: Sheet = read_sheet(self.content)
        except FileRefused as refusal:
            raise ValidationError(str(refusal), code="unreadable") from refusal
        return file

    def upload(self) -> Upload:
        """確かめ終えたファイル。"""
        asked = self.cleaned_data
        name = clean_line(asked["file"].name)[-200:]
        return Upload(Kind(asked["kind"]), name, self.content, self.sheet)


class ColumnsForm(forms.Form):
    """どの列が、ファイルのどの見出しか。"""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        of_import: Import,
        columns: Sequence[Intake],
        needs: Sequence[Need],
        proposed: dict[str, int],
    ) -> None:
        super().__init__(data)
        self.columns, self.needs = columns, needs
        heads = [
            (str(place), head or f"（見出しのない {place + 1} 列目）") for place, head in enumerate(of_import.heads)
        ]
        asked = {name: need for need in needs for group in need.groups for name in group}
        for column in columns:
            self.fields[column.name] = ChoiceField(
                label=column.label,
                required=False,
                choices=[(NOT_USED, "（使わない）"), *heads],
                initial=str(proposed.get(column.name, NOT_USED)),
            )
            need = asked.get(column.name)
            self.fields[column.name].demand = "" if need is None else need.demand

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        chosen = self.mapping
        for need in self.needs:
            if not need.is_met(list(chosen)):
                self.add_error(need.groups[0][0], f"「{need.label}」の列を選んでください。")
        used: dict[int, str] = {}
        for column in self.columns:
            place = chosen.get(column.name)
            if place is not None and place in used:
                self.add_error(column.name, f"「{used[place]}」と同じ列です。別の列を選んでください。")
            elif place is not None:
                used[place] = column.label
        return asked

    @property
    def mapping(self) -> dict[str, int]:
        """列の名から、ファイルの何列目か。"""
        return {name: int(place) for name, place in self.cleaned_data.items() if place}


class RowFilter(forms.Form):
    """行の絞り方。間違いがあれば、問わないのと同じである。"""

    outcome = ChoiceField(label="行", required=False, choices=[("", "すべて"), *OUTCOME_LABELS.items()])

    @property
    def chosen(self) -> str:
        return str(self.cleaned_data.get("outcome", "")) if self.is_valid() else ""
