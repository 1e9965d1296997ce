"""一覧の条件。間違いのある欄は、問わないのと同じである。条件は URL に残り、一つずつ外せる。"""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.http import QueryDict

from mamis.japanese.calendar import plain_date


@dataclass(frozen=True)
class Condition:
    """いまの条件の一つと、それを外したときの URL の問い。"""

    text: str
    query_without: str


class Conditions(forms.Form):
    """一覧の条件。検索の言葉の欄は `q` という名である。"""

    data: QueryDict

    def __init__(self, data: QueryDict, *, on: date) -> None:
        super().__init__(data)
        self.arrange(on)
        self.is_valid()

    def arrange(self, on: date) -> None:
        """欄の名と選択肢を決める。"""

    @property
    def conditions(self) -> list[Condition]:
        """いまの条件。一つずつ外せる。"""
        return [
            Condition(f"{self._short_label(name)}：{self._words(name)}", self._query_without(name))
            for name in self.fields
            if self.cleaned_data.get(name)
        ]

    @property
    def is_narrowed(self) -> bool:
        """何かの条件で絞っているか。"""
        return any(self.cleaned_data.values())

    def _short_label(self, name: str) -> str:
        return "検索" if name == "q" else str(self.fields[name].label)

    def _words(self, name: str) -> str:
        value = self.cleaned_data[name]
        if isinstance(value, date):
            return plain_date(value)
        choices = dict(getattr(self.fields[name], "choices", ()))
        return str(choices.get(value, value))

    def _query_without(self, name: str) -> str:
        kept = self.data.copy()
        for key in (name, f"{name}_0", f"{name}_1", f"{name}_2", "page"):
            kept.pop(key, None)
        return str(kept.urlencode())


class Words(forms.Form):
    """言葉だけで探す条件。読めない言葉は、問わないのと同じである。"""

    data: QueryDict

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.is_valid()

    @property
    def words(self) -> str:
        """検索の言葉。"""
        return str(self.cleaned_data.get("q", ""))
