"""選ぶ欄。"""

from typing import Any

from django import forms

from mamis.fields.text import asked

NOT_LISTED = "一覧にあるものから選んでください。"


class ChoiceField(forms.ChoiceField):
    """一つを選ぶ欄。一覧にないものが送られても、そのまま写さない。"""

    def __init__(self, **options: Any) -> None:
        messages = {"required": asked(options.get("label"), "選んで"), "invalid_choice": NOT_LISTED}
        options["error_messages"] = messages | (options.get("error_messages") or {})
        super().__init__(**options)


class MultipleChoiceField(forms.MultipleChoiceField):
    """いくつでも選べる欄。"""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        messages = {
            "required": asked(options.get("label"), "選んで"),
            "invalid_choice": NOT_LISTED,
            "invalid_list": NOT_LISTED,
        }
        options["error_messages"] = messages | (options.get("error_messages") or {})
        super().__init__(**options)


class TickField(forms.BooleanField):
    """確かめてチェックを入れる欄。"""

    def __init__(self, **options: Any) -> None:
        messages = {"required": "内容を確かめて、チェックを入れてください。"}
        options["error_messages"] = messages | (options.get("error_messages") or {})
        super().__init__(**options)
