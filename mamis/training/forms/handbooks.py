"""手帳の単位を書き写すところと、差し戻しのわけ。"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from mamis.associations.models import Staff
from mamis.fields import ChoiceField, TextField
from mamis.files.forms import UploadField, show_held
from mamis.files.models import StoredFile
from mamis.training.forms.office import CreditLineForm, DoctorForm
from mamis.training.models import HandbookLine, HandbookScan
from mamis.training.operations import HandbookFacts
from mamis.training.rules import KIND_LABELS, Kind, units_text

ROWS = 10
SCANS = ("scan", "scan_2", "scan_3")
PURPOSE = "training.handbook"


class HandbookForm(DoctorForm):
    """だれの手帳かと、その写し。差し戻された登録では、医師は変えられない。"""

    scan = UploadField(label="手帳の写し", purpose=PURPOSE)
    scan_2 = UploadField(label="手帳の写し（2 枚目）", purpose=PURPOSE, required=False, help_text="あるときだけ。")
    scan_3 = UploadField(label="手帳の写し（3 枚目）", purpose=PURPOSE, required=False, help_text="あるときだけ。")

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, Any] | None = None,
        *,
        staff: Staff,
        on: date,
        fixed: bool = False,
    ) -> None:
        super().__init__(data, staff=staff, on=on)
        self.files = MultiValueDict() if files is None else files
        if fixed:
            del self.fields["number"]
        else:
            self.fields["number"].help_text = "全角でもかまいません。登録したあとの画面で、氏名を確かめます。"

    def show(self, scans: list[HandbookScan]) -> None:
        """前の回の写しを見せる。"""
        for name, scan in zip(SCANS, scans, strict=False):
            show_held(self, name, scan.file)

    @property
    def scans(self) -> tuple[StoredFile, ...]:
        return tuple(self.cleaned_data[name] for name in SCANS if self.cleaned_data[name])


class HandbookLineForm(CreditLineForm):
    """手帳から書き写す一行。決まりは、単位の登録と同じ。"""

    kind = ChoiceField(label="種別", choices=[("", "選んでください"), *((one.value, KIND_LABELS[one]) for one in Kind)])

    def __init__(self, data: QueryDict | None = None, *, on: date, position: int) -> None:
        super().__init__(data)
        self.on, self.position = on, position
        self.prefix = f"line{position}" if position > 1 else None

    def show(self, line: HandbookLine) -> None:
        """前の回の行を見せる。"""
        self.initial = {
            "kind": line.kind,
            "title": line.title,
            "earned_on": line.earned_on,
            "units": units_text(line.half_units),
            "codes": ", ".join(line.codes),
        }

    def facts(self) -> HandbookFacts:
        """確かめ終えた一行。"""
        asked = self.cleaned_data
        return HandbookFacts(Kind(asked["kind"]), asked["title"], asked["earned_on"], asked["units"], asked["codes"])


class HandbookLines:
    """書き写す行の並び。何も書いていない行は、ないのと同じ。少なくとも一行は要る。"""

    def __init__(self, data: QueryDict | None = None, *, on: date, lines: list[HandbookLine] | None = None) -> None:
        self.forms = [
            HandbookLineForm(data if self._is_written(data, position) else None, on=on, position=position)
            for position in range(1, ROWS + 1)
        ]
        if data is not None and not any(form.is_bound for form in self.forms):
            self.forms[0] = HandbookLineForm(data, on=on, position=1)
        for form, line in zip(self.forms, lines or (), strict=False):
            form.show(line)

    def __iter__(self) -> Iterator[HandbookLineForm]:
        return iter(self.forms)

    @property
    def first(self) -> list[HandbookLineForm]:
        return self.forms[:3]

    @property
    def rest(self) -> list[HandbookLineForm]:
        return self.forms[3:]

    @property
    def has_rest(self) -> bool:
        """四行目からも、開いて見せるか。"""
        return any(form.is_bound or form.initial for form in self.rest)

    @property
    def bound(self) -> list[HandbookLineForm]:
        """書かれた行。"""
        return [form for form in self.forms if form.is_bound]

    def is_valid(self) -> bool:
        """書かれた行が、どれも正しいか。"""
        failed = [form for form in self.bound if not form.is_valid()]
        return not failed

    def facts(self) -> tuple[HandbookFacts, ...]:
        return tuple(form.facts() for form in self.bound)

    @staticmethod
    def _is_written(data: QueryDict | None, position: int) -> bool:
        if data is None:
            return False
        begins = f"line{position}-" if position > 1 else ""
        names = ("kind", "title", "earned_on_0", "earned_on_1", "earned_on_2", "units", "codes")
        return any(data.get(begins + name, "") for name in names)


class HandbookReturnForm(forms.Form):
    """差し戻すわけ。登録した人への言葉で、医師には届かない。"""

    reason = TextField(
        label="差し戻すわけ",
        lines=True,
        max_length=1000,
        help_text="登録した担当者への言葉です。医師には届きません。例：2 行目の日付が、写しと違います。",
    )
