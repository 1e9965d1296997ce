"""事務局が書くこと：登録の一覧の条件、確かめたもの、差し戻しと却下の理由。"""

from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from mamis.doctors.queries import RegistrationFilters
from mamis.doctors.workflow import STATE_LABELS
from mamis.fields import ChoiceField, TextField


@dataclass(frozen=True)
class Condition:
    """いまの条件の一つと、それを外したときの URL の問い。"""

    text: str
    query_without: str


class RegistrationConditions(forms.Form):
    """登録の一覧の条件。間違いのある欄は、問わないのと同じである。"""

    q = TextField(label="氏名・カナ・番号の一部", required=False, max_length=100)
    state = ChoiceField(label="状態", required=False, choices=[("", "すべて"), *STATE_LABELS.items()])

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.is_valid()

    def filters(self) -> RegistrationFilters:
        """選ばれた条件。"""
        return RegistrationFilters(words=self.cleaned_data.get("q", ""), state=self.cleaned_data.get("state", ""))

    @property
    def conditions(self) -> list[Condition]:
        """いまの条件。一つずつ外せる。"""
        states = {str(state): label for state, label in STATE_LABELS.items()}
        return [
            Condition(f"{label}：{states.get(value, value)}", self._query_without(name))
            for name, label in (("q", "検索"), ("state", "状態"))
            if (value := self.cleaned_data.get(name))
        ]

    def _query_without(self, name: str) -> str:
        kept = self.data.copy()
        for key in (name, "page"):
            kept.pop(key, None)
        return str(kept.urlencode())


class LetterSearch(forms.Form):
    """ご案内を作る医師を探す条件。"""

    q = TextField(label="氏名・カナ・医籍登録番号の一部", required=False, max_length=100)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.is_valid()

    @property
    def words(self) -> str:
        return str(self.cleaned_data.get("q", ""))


class AcceptanceForm(forms.Form):
    """確認したこととする根拠。"""

    ground = TextField(
        label="確かめたもの", max_length=200, help_text="あとから分かるように。例：医師免許証の写し、窓口で免許証の原本"
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="accept_%s")


class RegistrationReturnForm(forms.Form):
    """差し戻しの理由。そのままの文が本人に届く。"""

    reason = TextField(
        label="理由", lines=True, max_length=2000, help_text="このままの文が、ご本人にメールで届きます。"
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="return_%s")


class RejectionForm(forms.Form):
    """却下の理由。そのままの文が本人に届く。"""

    reason = TextField(
        label="理由", lines=True, max_length=2000, help_text="このままの文が、ご本人にメールで届きます。"
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="reject_%s")
