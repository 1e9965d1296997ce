"""承認を取りやめる理由と、取り消す理由。"""

from django import forms
from django.http import QueryDict

from mamis.doctors.models import Doctor
from mamis.fields import TextField


class ReasonForm(forms.Form):
    """理由。そのままの文が医師に届く。"""

    reason = TextField(label="理由", lines=True, max_length=2000)

    def __init__(self, data: QueryDict | None = None, *, doctor: Doctor) -> None:
        super().__init__(data)
        self.fields["reason"].help_text = f"このままの文が、{doctor.name} 先生にメールで届きます。"
