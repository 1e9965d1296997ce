"""練習用の画面で選ぶもの。"""

from typing import Any

from django import forms

from mamis.fields import ChoiceField


class MailboxFilter(forms.Form):
    """メール受けを宛先で絞る。"""

    to = ChoiceField(label="宛先", required=False)

    def __init__(self, *args: Any, recipients: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", "すべて"), *((address, address) for address in recipients)]  # type: ignore[attr-defined]

    @property
    def recipient(self) -> str:
        """選ばれた宛先。届いたことのない宛先なら、すべて。"""
        return self.cleaned_data["to"] if self.is_valid() else ""
