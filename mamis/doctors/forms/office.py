"""事務局が書くこと：登録の一覧の条件、確かめたもの、差し戻しと却下の理由。"""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from mamis.associations.models import Staff
from mamis.doctors import policy
from mamis.doctors.models import Doctor
from mamis.doctors.operations import ActingForDoctor, OwnCase
from mamis.doctors.queries import RegistrationFilters, with_number
from mamis.doctors.workflow import STATE_LABELS
from mamis.fields import ChoiceField, Conditions, HalfWidthField, TextField, Words
from mamis.japanese.folding import fold_identifier


class RegistrationConditions(Conditions):
    """登録の一覧の条件。"""

    q = TextField(label="氏名・カナ・番号の一部", required=False, max_length=100)
    state = ChoiceField(label="状態", required=False, choices=[("", "すべて"), *STATE_LABELS.items()])

    def filters(self) -> RegistrationFilters:
        """選ばれた条件。"""
        return RegistrationFilters(words=self.cleaned_data.get("q", ""), state=self.cleaned_data.get("state", ""))


class LetterSearch(Words):
    """ご案内を作る医師を探す条件。"""

    q = TextField(label="氏名・カナ・医籍登録番号の一部", required=False, max_length=100)


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


# 見えない医師と、いない医師は、同じ言葉で答える。
NO_SUCH_DOCTOR = "この番号の医師は、この医師会では見つかりません。番号をご確認ください。"


class DoctorByNumber(forms.Form):
    """医師を、その人が扱える医師のうちから、番号で選ぶ。だれを扱えるかは、使う側が決める。"""

    number = HalfWidthField(
        label="医籍登録番号",
        inputmode="numeric",
        max_length=12,
        help_text="全角でもかまいません。次の画面で、氏名を確かめます。",
    )

    def __init__(self, data: QueryDict | None = None, *, staff: Staff, on: date) -> None:
        super().__init__(data)
        self.staff, self.on = staff, on
        self.doctor: Doctor | None = None

    def among(self) -> QuerySet[Doctor]:
        """このうちから選ぶ。"""
        return policy.visible_to(self.staff, self.on)

    def clean_number(self) -> str:
        """その番号の医師。見えないか、いないか、自分なら断る。"""
        number = fold_identifier(self.cleaned_data["number"])
        close = with_number(policy.close_to(self.staff.user_id), number)
        if close is not None:
            refusal = OwnCase() if close.user_id == self.staff.user_id else ActingForDoctor()
            raise ValidationError(str(refusal), code="own")
        self.doctor = with_number(self.among(), number)
        if self.doctor is None:
            raise ValidationError(NO_SUCH_DOCTOR, code="unknown")
        return number
