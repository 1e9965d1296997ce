"""入会の確認のお願い：ご本人の打つこと、事務局の一覧の条件と宛先。"""

from collections.abc import Iterable
from datetime import date

from django import forms
from django.http import QueryDict

from mamis.accounts.forms import MailAddressField
from mamis.fields import ChoiceField, Conditions, DateField3, TextField
from mamis.membership.queries import JoiningFilters, JoiningList
from mamis.membership.workflow import JOINING_STATE_LABELS


class BirthForm(forms.Form):
    """ご本人であることを確かめる、生年月日。"""

    birth_on = DateField3(label="生年月日")


class DecliningForm(forms.Form):
    """内容が違うか、申し込まないわけ。"""

    note = TextField(
        label="違うところ、または申し込まないわけ",
        lines=True,
        max_length=500,
        help_text="この文は、お願いをした医師会だけが読みます。例：入会日は 5 月 1 日です。ほかの医師会に入会します。",
    )


class JoiningConditions(Conditions):
    """一覧の条件。"""

    q = TextField(label="氏名・カナ・医籍登録番号の一部", required=False, max_length=100)
    state = ChoiceField(label="状態", required=False, choices=[("", "すべて"), *JOINING_STATE_LABELS.items()])
    list = ChoiceField(label="名簿", required=False)

    def __init__(self, data: QueryDict, *, on: date, lists: Iterable[JoiningList]) -> None:
        self.lists = lists
        super().__init__(data, on=on)

    def arrange(self, on: date) -> None:
        """この医師会の名簿を並べる。"""
        self.fields["list"].choices = [("", "すべて"), *((str(one.number), f"第{one.number}号") for one in self.lists)]

    @property
    def list_number(self) -> int | None:
        """選ばれた名簿の番号。"""
        chosen = self.cleaned_data.get("list", "")
        return int(chosen) if chosen else None

    def filters(self) -> JoiningFilters:
        """選ばれた条件。"""
        asked = self.cleaned_data
        return JoiningFilters(words=asked.get("q", ""), state=asked.get("state", ""), list_number=self.list_number)


class AddressForm(forms.Form):
    """直したメールアドレス。"""

    mail_address = MailAddressField(label="正しいメールアドレス")
