"""文字の欄。"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinLengthValidator, ProhibitNullCharactersValidator

from mamis.japanese.folding import NotKana, NotStorable, clean, clean_line, to_half_width_ascii, to_katakana

# 制御文字、相方のないサロゲート、文字でない符号、読み取りに失敗した印（U+FFFD）。改行とタブは clean が扱う。
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff]")
_NOT_HALF_WIDTH = re.compile("[^\x21-\x7e]")

UNREADABLE = "読み取れない文字が入っています。その文字を消して、入力し直してください。"


def asked(label: Any, verb: str) -> str:
    """空のままの欄に言うこと。"""
    return f"{label}を{verb}ください。" if label else f"{verb}ください。"


class TextField(forms.CharField):
    """文字の欄。打たれたままの字を残し、読めない文字だけを断る。

    lines=True なら何行でも書ける。文字数の限りは max_length で言う（画面では切らず、送信のあとに知らせる）。
    """

    default_error_messages = {"unreadable": UNREADABLE}

    def __init__(self, *, lines: bool = False, **options: Any) -> None:
        if lines:
            options.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(**options)
        self.lines = lines
        # NUL の検査は to_python が先にする。
        self.validators = [check for check in self.validators if not isinstance(check, ProhibitNullCharactersValidator)]
        for check in self.validators:
            if isinstance(check, MaxLengthValidator):
                check.message = "%(limit_value)d 文字以内で入力してください（いまは %(show_value)d 文字です）。"
            elif isinstance(check, MinLengthValidator):
                check.message = "%(limit_value)d 文字以上で入力してください（いまは %(show_value)d 文字です）。"
        if "required" not in (options.get("error_messages") or {}):
            self.error_messages["required"] = asked(self.label, "入力して")

    def to_python(self, value: Any) -> str:
        """読めない文字を断り、欄の形にならす。"""
        text = "" if value is None else str(value)
        if _UNREADABLE.search(text):
            raise ValidationError(self.error_messages["unreadable"], code="unreadable")
        try:
            return self.shape(text)
        except NotStorable as error:
            raise ValidationError(str(error), code="unreadable") from error

    def shape(self, text: str) -> str:
        """保存する形。"""
        return clean(text) if self.lines else clean_line(text)


class KatakanaField(TextField):
    """フリガナの欄。ひらがなも半角カナも、全角カタカナになる。"""

    def shape(self, text: str) -> str:
        """全角カタカナ。"""
        try:
            return to_katakana(text)
        except NotKana as error:
            raise ValidationError(str(error), code="kana") from error


class HalfWidthField(TextField):
    """半角英数字・記号の欄（番号、メールアドレス、URL）。全角で打たれても半角になる。"""

    def __init__(self, *, inputmode: str = "", **options: Any) -> None:
        attributes = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
        if inputmode:
            attributes["inputmode"] = inputmode
        options.setdefault("widget", forms.TextInput(attrs=attributes))
        super().__init__(**options)

    def shape(self, text: str) -> str:
        """半角。半角にできない文字は、どれかを言って断る。"""
        folded = to_half_width_ascii(text)
        if others := "".join(dict.fromkeys(_NOT_HALF_WIDTH.findall(folded.replace(" ", "")))):
            raise ValidationError(
                f"半角の英数字・記号で入力してください（「{others[:10]}」は使えません）。", code="width"
            )
        return folded
