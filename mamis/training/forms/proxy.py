"""代行入力で事務局が書くこと：医師の番号と、紙の申請書。"""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from mamis.associations.models import Staff
from mamis.fields import DateField3, TextField
from mamis.files.forms import HINT, UploadField
from mamis.training.forms.office import DoctorForm
from mamis.training.rules import PAPER_DAY_REFUSED, paper_day_is_allowed


class PaperDoctorForm(DoctorForm):
    """紙の申請書を出した医師を、番号で探す。"""

    def __init__(self, data: QueryDict | None = None, *, staff: Staff, on: date) -> None:
        super().__init__(data, staff=staff, on=on)
        self.fields[
            "number"
        ].help_text = "紙の申請書に書かれた番号。全角でもかまいません。次の画面で、氏名を確かめます。"


class PaperForm(forms.Form):
    """紙の申請書に書かれた申請日と連絡事項。"""

    paper_on = DateField3(label="紙の申請日")
    scan = UploadField(
        label="紙の申請書の写し",
        purpose="training.paper",
        help_text=f"スキャンか、携帯電話で撮った写真。何枚もあるときは、一つの PDF にしてください。{HINT}",
    )
    note = TextField(
        label="連絡事項",
        required=False,
        lines=True,
        max_length=1000,
        help_text="紙に書かれた連絡を、1,000 文字以内で写してください。なければ、空けたまま進んでください。",
    )

    def __init__(self, data: object = None, files: object = None, *, on: date, **kwargs: object) -> None:
        super().__init__(data, files, **kwargs)
        self.on = on
        self.fields[
            "paper_on"
        ].help_text = f"この日からさかのぼって、単位を数えます。{self.fields['paper_on'].help_text}"

    def clean_paper_on(self) -> date:
        """今日までの、古すぎない日。"""
        day: date = self.cleaned_data["paper_on"]
        if not paper_day_is_allowed(day, self.on):
            raise ValidationError(PAPER_DAY_REFUSED, code="day")
        return day
