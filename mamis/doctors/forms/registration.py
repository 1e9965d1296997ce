"""利用者登録で打たれたもの。"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from mamis.accounts.forms import MailAddressField, NewPassword
from mamis.accounts.models import User
from mamis.associations.queries import prefectures
from mamis.doctors.operations import Applicant
from mamis.doctors.rules import LONGEST_NUMBER
from mamis.fields import ChoiceField, DateField3, HalfWidthField, KatakanaField, TextField
from mamis.fields.dates import HINT
from mamis.files.forms import UploadField
from mamis.japanese.folding import fold_identifier

NOT_NUMBER = f"{LONGEST_NUMBER} 桁までの数字で入力してください。"
NOT_YET = "まだ来ていない日です。もう一度お確かめください。"


class NumberField(HalfWidthField):
    """医籍登録番号の欄。「第」と「号」は、打っても打たなくてもよい。"""

    def __init__(self, **options: Any) -> None:
        super().__init__(inputmode="numeric", max_length=20, **options)
        self.widget.attrs |= {"class": "w-12"}

    def shape(self, text: str) -> str:
        """数字だけにする。"""
        number = fold_identifier(super().shape(text.strip().removeprefix("第").removesuffix("号")))
        if number and not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
            raise ValidationError(NOT_NUMBER, code="number")
        return number


class AskForRegistration(forms.Form):
    """利用者登録の申込みの画面。"""

    mail_address = MailAddressField(
        label="メールアドレス",
        help_text="登録のあと、ログインとお知らせに使います。ご本人だけが読めるメールアドレスにしてください。",
    )


class LicenceForm(forms.Form):
    """医籍と氏名。"""

    number = NumberField(label="医籍登録番号", help_text="医師免許証に書かれている番号です。全角でもかまいません。")
    registered_on = DateField3(label="医籍登録年月日", help_text=f"医師免許証に書かれています。{HINT}")
    family_name = TextField(label="姓", max_length=60)
    given_name = TextField(label="名", max_length=60)
    family_kana = KatakanaField(
        label="セイ", max_length=60, help_text="ひらがなでも半角カナでも、全角のカタカナになります。"
    )
    given_kana = KatakanaField(label="メイ", max_length=60)
    birth_on = DateField3(label="生年月日")

    def __init__(self, data: Any = None, *, on: date, **options: Any) -> None:
        super().__init__(data, **options)
        self.on = on
        for name in ("family_name", "given_name", "family_kana", "given_kana"):
            self.fields[name].widget.attrs["class"] = "w-20"

    def clean_registered_on(self) -> date | None:
        return self._past("registered_on")

    def clean_birth_on(self) -> date | None:
        return self._past("birth_on")

    def _past(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day and day > self.on:
            raise ValidationError(NOT_YET, code="future")
        return day


class WorkForm(forms.Form):
    """勤務先とお住まい。"""

    work_prefecture = ChoiceField(label="主な勤務先の都道府県")
    facility_name = TextField(
        label="主な勤務先の名称", max_length=120, help_text="病院や診療所の名前です。例：みどり中央病院"
    )
    home_prefecture = ChoiceField(label="お住まいの都道府県", required=False)

    def __init__(self, data: Any = None, *, on: date, **options: Any) -> None:
        super().__init__(data, **options)
        known = [(one.code, one.name) for one in prefectures()]
        self.fields["work_prefecture"].choices = [("", "選んでください"), *known]
        self.fields["home_prefecture"].choices = [("", "選ばない"), *known]


class RegistrationPassword(NewPassword):
    """登録する人が決めるパスワード。"""

    def __init__(self, data: Any = None, *, names: str, mail_address: str) -> None:
        super().__init__(User(name=names, email=mail_address), data)
        self.fields["new_password"].label = "パスワード"
        self.fields["again"].label = "パスワード（もう一度）"


class LetterForm(forms.Form):
    """ご案内の紙から登録する人が打つこと。"""

    code = TextField(
        label="ご案内のコード",
        max_length=40,
        help_text="紙に書かれた 12 文字です。小文字でも全角でも、区切りがなくてもかまいません。",
        widget=forms.TextInput(attrs={"class": "w-20", "autocomplete": "off", "autocapitalize": "characters"}),
    )
    birth_on = DateField3(label="生年月日")
    mail_address = MailAddressField(
        label="メールアドレス",
        help_text="ここに、パスワードを決めるリンクが届きます。ご本人だけが読めるメールアドレスにしてください。",
    )


class LicenceScanForm(forms.Form):
    """医師免許証の写し。"""

    licence = UploadField(label="医師免許証の写し", purpose="doctors.licence")


def applicant_of(licence: Mapping[str, Any], work: Mapping[str, Any]) -> Applicant:
    """確かめ終えた二枚の答えから。"""
    return Applicant(
        number=licence["number"],
        registered_on=licence["registered_on"],
        family_name=licence["family_name"],
        given_name=licence["given_name"],
        family_kana=licence["family_kana"],
        given_kana=licence["given_kana"],
        birth_on=licence["birth_on"],
        work_prefecture_code=work["work_prefecture"],
        facility_name=work["facility_name"],
        home_prefecture_code=work["home_prefecture"],
    )
