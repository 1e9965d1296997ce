"""段階の頁を描き、答えを打たれたままに残し、打たれたままに戻す。"""

import re
from typing import Any

from django.forms import BaseForm
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

Typed = dict[str, list[str]]

# データベースが持てない文字。読み取れなかった印に替えて残し、欄の検査がそれを断る。
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
LONGEST = 4000
TOO_LONG = f"この頁に書けるのは、空白も含めて {LONGEST:,} 文字までです。余分な空白を消してください。"


def typed(form: BaseForm, post: QueryDict) -> Typed:
    """その頁の欄に打たれたもの。送られてきた欄だけを、そのまま。"""
    pattern = re.compile("|".join(rf"{re.escape(form.add_prefix(name))}(?:_\d)?" for name in form.fields))
    return {
        key: [_NOT_STORABLE.sub("\ufffd", value) for value in post.getlist(key)]
        for key in post
        if pattern.fullmatch(key)
    }


def is_keepable(answer: Typed) -> bool:
    """下書きに残せる長さか。"""
    return sum(len(value) for values in answer.values() for value in values) <= LONGEST


def _say_too_long(form: BaseForm, answer: Typed) -> None:
    """残せない長さであることを、いちばん長い欄で言う。空白ばかりなら、欄の検査は何も言わない。"""
    if not form.errors:
        longest = max(answer, key=lambda key: sum(len(value) for value in answer[key]))
        form.add_error(re.sub(r"_\d$", "", longest) if longest not in form.fields else longest, TOO_LONG)


def may_keep(form: BaseForm, answer: Typed, post: QueryDict) -> bool:
    """下書きに残してよいか。「次へ」なら正しいこと、ほかは長すぎないことだけを問う。"""
    if not is_keepable(answer):
        _say_too_long(form, answer)
        return False
    return "next" not in post or form.is_valid()


def as_data(answer: Typed) -> MultiValueDict[str, str]:
    """残した答えを、送られてきたときの形に。"""
    return MultiValueDict(answer)


def as_initial(form: type[BaseForm] | BaseForm, answer: Typed) -> dict[str, Any]:
    """残した答えを、検査をせずに欄に戻す形に。"""
    data = as_data(answer)
    fields = form.fields if isinstance(form, BaseForm) else form.base_fields  # type: ignore[attr-defined]
    return {name: field.widget.value_from_datadict(data, {}, name) for name, field in fields.items()}
