"""送信履歴の絞り込み。"""

from datetime import date, timedelta
from typing import Any

from django import forms

from mamis.fields import ChoiceField, TextField
from mamis.mail.models import MessageState
from mamis.mail.queries import Criteria

PERIODS = (("", "すべて"), ("7", "この1週間"), ("31", "この1か月"), ("93", "この3か月"), ("366", "この1年"))


class MyMessages(forms.Form):
    """医師の送信履歴の絞り込み。"""

    state = ChoiceField(label="状態", required=False, choices=[("", "すべて"), *MessageState.choices])
    period = ChoiceField(label="期間", required=False, choices=PERIODS)

    def criteria(self, on: date) -> Criteria:
        """選ばれた条件。間違いのある欄は問わない。"""
        self.is_valid()
        asked: dict[str, Any] = self.cleaned_data
        days = asked.get("period")
        return Criteria(
            state=asked.get("state", ""),
            since_on=on - timedelta(days=int(days)) if days else None,
            recipient=asked.get("recipient", ""),
        )

    @property
    def is_narrowed(self) -> bool:
        """何かの条件で絞っているか。"""
        return any(self.cleaned_data.values())


class OfficeMessages(MyMessages):
    """事務局の送信履歴の絞り込み。"""

    recipient = TextField(label="宛先の氏名・カナ・アドレスの一部", required=False, max_length=100)
    field_order = ("recipient", "state", "period")
