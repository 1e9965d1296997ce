"""日本医師会が書くこと：規則と活動の新しい版、終わりの日。"""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from mamis.fields import DateField3, HalfWidthField, TextField
from mamis.training.operations import ActivityEntry, RuleEntry
from mamis.training.rules import Rule, read_units, units_text

LARGEST = 200
MOST_MONTHS = 120
UNITS = ("min_total_half_units", "min_knowledge_half_units", "min_field_half_units")
CODE = re.compile(r"F[0-9]{3}", re.ASCII)
CODE_HELP = "F と三桁の数字。同じコードの活動は、この日から新しい内容になります。例：F503"
END_HELP = "今日か、これからの日。その前の日までは、いままでどおりです。"
FROM_HELP = "今日か、これからの日。その日の申請から使います。すでに出ている申請の要件は変わりません。"


class UnitsField(HalfWidthField):
    """0.5 きざみの単位。半単位の整数になる。"""

    def __init__(self, *, smallest: int = 0, **options: Any) -> None:
        super().__init__(inputmode="decimal", max_length=8, **options)
        self.smallest = smallest

    def clean(self, value: Any) -> Any:
        half_units = read_units(super().clean(value))
        if half_units is None or not self.smallest <= half_units <= LARGEST:
            least = units_text(self.smallest)
            raise ValidationError(
                f"{least} から 100 までの、0.5 きざみの数で入力してください（例：1.5）。", code="units"
            )
        return half_units


class MonthsField(HalfWidthField):
    """月の数。"""

    def __init__(self, **options: Any) -> None:
        super().__init__(inputmode="numeric", max_length=4, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not re.fullmatch(r"[0-9]{1,3}", text) or not 0 < int(text) <= MOST_MONTHS:
            raise ValidationError(f"1 から {MOST_MONTHS} までの数で入力してください（例：36）。", code="months")
        return int(text)


class VersionForm(forms.Form):
    """日付つきの版。確かめの画面が、打たれたままの値を次の送信へ運ぶ。"""

    def __init__(self, data: QueryDict | None = None, *, on: date, **options: Any) -> None:
        super().__init__(data, **options)
        self.on = on

    def clean_from_on(self) -> date:
        day: date = self.cleaned_data["from_on"]
        if day < self.on:
            raise ValidationError("もう過ぎた日です。今日か、これからの日を入力してください。", code="past")
        return day

    def typed(self) -> list[tuple[str, str]]:
        """打たれたままの値。"""
        names = {*self.fields} | {f"from_on_{part}" for part in range(3)}
        return [(name, value) for name, value in self.data.items() if name in names]


class RuleForm(VersionForm):
    """規則の新しい版。"""

    from_on = DateField3(label="この日から", help_text=FROM_HELP)
    min_total_half_units = UnitsField(label="合わせて要る単位", smallest=1)
    min_knowledge_half_units = UnitsField(label="うち座学の単位", help_text="0 なら、座学だけの下限はありません。")
    min_field_half_units = UnitsField(label="うち実地の単位", help_text="0 なら、実地だけの下限はありません。")
    window_months = MonthsField(label="さかのぼって数える月数", help_text="例：36")
    validity_months = MonthsField(label="修了証の有効な月数", help_text="例：36")

    def entry(self) -> RuleEntry:
        return RuleEntry(**self.cleaned_data)

    @property
    def rule(self) -> Rule:
        """打たれた規則。"""
        asked = self.cleaned_data
        return Rule(
            min_total=asked["min_total_half_units"],
            min_knowledge=asked["min_knowledge_half_units"],
            min_field=asked["min_field_half_units"],
            window_months=asked["window_months"],
            validity_months=asked["validity_months"],
        )

    @property
    def shown(self) -> list[tuple[str, str]]:
        """確かめの画面に出す値。"""
        asked = self.cleaned_data
        return [
            *((str(self.fields[name].label), f"{units_text(asked[name])} 単位") for name in UNITS),
            *((str(self.fields[name].label), f"{asked[name]} か月") for name in ("window_months", "validity_months")),
        ]


class ActivityVersionForm(VersionForm):
    """活動の新しい版。"""

    from_on = DateField3(label="この日から", help_text=FROM_HELP)
    code = HalfWidthField(
        label="コード",
        max_length=8,
        help_text="F と三桁の数字。同じコードの活動は、この日から新しい内容になります。例：F503",
    )
    category = TextField(label="分類", max_length=40)
    name = TextField(label="活動", max_length=80)
    half_units = UnitsField(label="1 件の単位", smallest=1)

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).upper()
        if not CODE.fullmatch(code):
            raise ValidationError("F と三桁の数字で入力してください（例：F503）。", code="code")
        return code

    def entry(self) -> ActivityEntry:
        return ActivityEntry(**self.cleaned_data)

    @property
    def shown(self) -> list[tuple[str, str]]:
        """確かめの画面に出す値。"""
        asked = self.cleaned_data
        return [
            *((str(self.fields[name].label), asked[name]) for name in ("code", "category", "name")),
            ("1 件の単位", f"{units_text(asked['half_units'])} 単位"),
        ]


class EndForm(VersionForm):
    """使わなくなる日。"""

    from_on = DateField3(label="この日から使わない", help_text=END_HELP)
