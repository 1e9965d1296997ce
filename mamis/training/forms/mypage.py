"""修了申請で医師が書くこと。"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from mamis.associations.models import Association
from mamis.fields import ChoiceField, DateField3, TextField
from mamis.files.forms import HINT, UploadField
from mamis.japanese.calendar import plain_date
from mamis.japanese.folding import to_half_width_ascii
from mamis.training.models import Activity
from mamis.training.rules import Window

FEW = 8
MOST_TIMES = 999
EVIDENCE = "training.evidence"


class DestinationForm(forms.Form):
    """申請先を選ぶ。少なければ並べ、多ければ引き出しから。"""

    destination = ChoiceField(label="申請先の医師会")

    def __init__(self, *args: Any, destinations: Sequence[Association], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["destination"]
        field.choices = [(one.code, one.name) for one in destinations]
        if len(destinations) <= FEW:
            field.widget = forms.RadioSelect(choices=field.choices)
        else:
            field.choices = [("", "選んでください"), *field.choices]
            field.widget.attrs["class"] = "w-20"
        self.destinations = {one.code: one for one in destinations}

    def clean_destination(self) -> Association:
        """選ばれた医師会。"""
        return self.destinations[self.cleaned_data["destination"]]


class ActivityForm(forms.Form):
    """実地研修の一件。"""

    activity = ChoiceField(
        label="活動",
        help_text="一覧にない活動は、「その他会長が認める活動」を選び、くわしい内容に書いてください。",
        widget=forms.Select(attrs={"class": "w-40"}),
    )
    place = TextField(label="場所・団体", max_length=100, help_text="例：みどり市休日急患診療所、みどり市立第一小学校")
    from_on = DateField3(label="活動した日")
    until_on = DateField3(
        label="終わりの日",
        required=False,
        help_text="学校医のように続けた活動は、終わりの日も入力してください。1\u00a0日だけなら、空けておいてください。",
    )
    times = TextField(
        label="回数",
        required=False,
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="空けておくと 1\u00a0回とします。単位は、回数によらず 1\u00a0件ごとに数えます。",
    )
    note = TextField(
        label="くわしい内容",
        required=False,
        lines=True,
        max_length=400,
        help_text="申請先の医師会が確かめやすいように、役割や内容を 400 文字以内で書いてください。",
    )
    evidence = UploadField(
        label="添付の書類",
        purpose=EVIDENCE,
        required=False,
        help_text=f"出務表や委嘱状など、活動が分かるもの。なくてもかまいません。{HINT}",
    )

    def __init__(self, *args: Any, activities: Iterable[Activity], window: Window, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.activities = {one.code: one for one in activities}
        self.today = today
        self.fields["activity"].choices = [("", "選んでください"), *_by_category(self.activities.values())]
        self.fields["from_on"].help_text = (
            f"{plain_date(window.from_on)}から{plain_date(window.until_on)}までの活動を数えます。"
            f"{self.fields['from_on'].help_text}"
        )

    def clean_activity(self) -> Activity:
        """選ばれた活動。"""
        return self.activities[self.cleaned_data["activity"]]

    def clean_from_on(self) -> date:
        """これからの日は、まだ活動ではない。"""
        return self._past(self.cleaned_data["from_on"])

    def clean_until_on(self) -> date | None:
        """これからの日は、まだ活動ではない。"""
        day = self.cleaned_data["until_on"]
        return self._past(day) if day else None

    def clean_times(self) -> int:
        """空なら 1 回。"""
        typed = to_half_width_ascii(self.cleaned_data["times"]).removesuffix("回").strip() or "1"
        if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= MOST_TIMES):
            raise ValidationError(f"回数は、1 から {MOST_TIMES} までの数字で入力してください。")
        return int(typed)

    def clean(self) -> dict[str, Any]:
        """終わりの日は、初めの日よりあと。"""
        cleaned = dict(self.cleaned_data)
        first, last = cleaned.get("from_on"), cleaned.get("until_on")
        if first and last and last < first:
            words = f"終わりの日は、活動した日（{plain_date(first)}）と同じ日か、あとの日にしてください。"
            self.add_error("until_on", words)
        if first and "until_on" in cleaned and last is None:
            cleaned["until_on"] = first
        return cleaned

    def _past(self, day: date) -> date:
        if day > self.today:
            words = f"今日（{plain_date(self.today)}）までの日付を入力してください。終わった活動だけを書けます。"
            raise ValidationError(words)
        return day


class NoteForm(forms.Form):
    """申請先への連絡。"""

    note = TextField(
        label="申請先の医師会への連絡",
        required=False,
        lines=True,
        max_length=1000,
        help_text="伝えておきたいことがあれば、1,000 文字以内で書いてください。なければ、空けたまま進んでください。",
    )


def _by_category(activities: Iterable[Activity]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (category, [(one.code, one.name) for one in members])
        for category, members in groupby(activities, key=lambda one: one.category)
    ]
