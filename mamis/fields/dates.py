"""日付の欄：年・月・日の三つ。年は元号でも西暦でも読む。"""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from mamis.fields.text import asked
from mamis.japanese.calendar import DateRefused, parse_date

HINT = "年は、2026 のような西暦でも、令和8 のような元号でもかまいません。"


class DateParts(forms.MultiWidget):
    """年・月・日の三つの入力欄。名は `_0`、`_1`、`_2` で終わる。"""

    template_name = "components/date_parts.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__([forms.TextInput, forms.TextInput, forms.TextInput], attrs)

    def decompress(self, value: Any) -> list[str]:
        """日付を三つの欄へ。打たれたままの三つなら、そのまま。"""
        if isinstance(value, date):
            return [str(value.year), str(value.month), str(value.day)]
        return ["", "", ""]


class DateField3(forms.Field):
    """三つの欄に書かれた日付。値は date。何も書いていなければ None。"""

    widget = DateParts

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", HINT)
        messages = {"required": asked(options.get("label"), "入力して")}
        options["error_messages"] = messages | (options.get("error_messages") or {})
        super().__init__(**options)

    def to_python(self, value: Any) -> date | None:
        """三つの文字を一つの日付に。"""
        if isinstance(value, date):
            return value
        parts = [str(part or "").strip() for part in value or ()]
        if not any(parts):
            return None
        try:
            return parse_date(*parts)
        except DateRefused as error:
            raise ValidationError(str(error), code="invalid") from error
