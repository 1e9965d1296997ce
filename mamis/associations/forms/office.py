"""医師会情報・環境設定の画面に打たれたもの。"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from mamis.accounts.forms import NewPassword
from mamis.accounts.rules import CHANGE_LENGTH
from mamis.associations.models import Prefecture
from mamis.associations.operations import Addresses, PlatformSettings, Profile
from mamis.associations.rules import (
    LONGEST_AHEAD,
    ONE_ADDRESS_ONLY,
    ROLE_LABELS,
    ROLE_WORDS,
    SETTING_LENGTH,
    Role,
    address_refusal,
    page_refusal,
)
from mamis.fields import ChoiceField, DateField3, HalfWidthField, TextField
from mamis.fields.dates import HINT
from mamis.japanese.phones import NotPhone, phone
from mamis.japanese.postcodes import NotPostcode, postcode

EMPTY_LINK = "空にすると、画面の下の案内に出ません。"
LENGTH_HINT = f"（半角英数字・記号 {SETTING_LENGTH}文字以内）"


class AddressField(HalfWidthField):
    """一件だけのメールアドレスの欄。"""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(inputmode="email", max_length=SETTING_LENGTH, **options)

    def shape(self, text: str) -> str:
        """二件書かれていれば、区切りの字より先に、そのことを言う。"""
        if text.count("@") + text.count("＠") > 1:
            raise ValidationError(ONE_ADDRESS_ONLY, code="several")
        return super().shape(text)

    def clean(self, value: Any) -> str:
        """長さを確かめてから、形を確かめる。"""
        return _checked(super().clean(value), address_refusal)


class PageField(HalfWidthField):
    """ホームページの欄。"""

    def __init__(self, **options: Any) -> None:
        super().__init__(inputmode="url", required=False, **options)

    def clean(self, value: Any) -> str:
        """長さを確かめてから、形を確かめる。"""
        return _checked(super().clean(value), page_refusal)


class PhoneField(HalfWidthField):
    """電話番号の欄。"""

    def __init__(self, **options: Any) -> None:
        super().__init__(inputmode="tel", max_length=20, **options)

    def shape(self, text: str) -> str:
        """区切りを「-」にそろえる。"""
        try:
            return phone(text) if text.strip() else ""
        except NotPhone as error:
            raise ValidationError(str(error), code="phone") from error


class PostcodeField(HalfWidthField):
    """郵便番号の欄。"""

    def __init__(self, **options: Any) -> None:
        super().__init__(inputmode="numeric", max_length=8, **options)

    def shape(self, text: str) -> str:
        """123-4567 の形にする。"""
        try:
            return postcode(text) if text.strip() else ""
        except NotPostcode as error:
            raise ValidationError(str(error), code="postcode") from error


class Versioned(forms.Form):
    """開いたときの版を持って行き来する画面。版は隠れた欄にあり、読めなければ「知らない版」とみなす。"""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_seen(self) -> int | None:
        """版の番号。"""
        typed = str(self.cleaned_data["seen"])
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None

    def renewed(self, version: Any) -> "Versioned":
        """打たれたものはそのままに、版だけをいまのものにする。"""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["seen"] = str(version.pgh_id)
        return self

    def reshaped(self) -> list[str]:
        """打たれた字と違う形で受け取った欄の、変わったあと。"""
        told = []
        for name, value in self.cleaned_data.items():
            typed = self.data.get(name, "")
            if isinstance(value, str) and value != typed.strip():
                told.append(f"「{self.fields[name].label}」は {value}")
        return told


class AddressesForm(Versioned):
    """通知先とホームページ。"""

    inquiry_address = AddressField(
        label="お問い合わせ通知先メールアドレス",
        help_text=f"{LENGTH_HINT}医師が修了申請をすると、1\u00a0件ごとに 1\u00a0通届きます。"
        "個人のメールアドレスではなく、担当部署の代表メールアドレスを推奨します。",
    )
    member_address = AddressField(
        label="会員管理用通知メールアドレス",
        help_text=f"{LENGTH_HINT}会員情報の担当者が受信できるメールアドレスを設定してください。修了申請のメールは届きません。",
    )
    homepage = PageField(label="ホームページ", max_length=SETTING_LENGTH, help_text=LENGTH_HINT)

    @property
    def addresses(self) -> Addresses:
        return Addresses(**without_version(self))


class ProfileForm(Versioned):
    """所在地と電話。"""

    postcode = PostcodeField(label="郵便番号", required=False)
    address = TextField(label="所在地", max_length=200, required=False)
    telephone = PhoneField(label="電話", required=False)
    hours = TextField(label="受付時間", max_length=100, required=False, help_text="例：平日 9:00～17:00")

    @property
    def profile(self) -> Profile:
        return Profile(**without_version(self))


class PresidentForm(forms.Form):
    """会長の名と就任日。"""

    name = TextField(
        label="会長名",
        max_length=100,
        help_text="修了証に、この字のまま載ります。姓と名のあいだは空けてください。",
        widget=forms.TextInput(attrs={"class": "w-20", "autocomplete": "off"}),
    )
    from_on = DateField3(label="就任日")

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on

    def clean_from_on(self) -> date:
        """遠い先の日は、年の書き誤りとみる。"""
        day: date = self.cleaned_data["from_on"]
        if day > self.on + LONGEST_AHEAD:
            raise ValidationError("就任日は、1 年より先の日にはできません。年をお確かめください。", code="ahead")
        return day


class PlatformForm(Versioned):
    """環境設定。"""

    address_deadline_on = DateField3(
        label="通知先メールアドレスの設定期限",
        required=False,
        help_text="この日の終わりまでに「お問い合わせ通知先メールアドレス」を設定するよう、医師会にお知らせします。"
        f"空にすると、期限を示しません。{HINT}",
    )
    completion_mail_from_on = DateField3(
        label="修了申請の受付メールを始める日",
        required=False,
        help_text="この日より前の申請については、受付のメールを送りません。"
        "空にすると、どの申請についても受付のメールを送りません。",
    )
    operator_name = TextField(label="操作の問い合わせ先", max_length=100)
    operator_telephone = PhoneField(label="フリーダイヤル", required=False)
    operator_hours = TextField(label="受付時間", max_length=100, required=False)
    member_office_name = TextField(
        label="会員情報を担当する部署",
        max_length=100,
        help_text="管理者権限のアカウントが分からない医師会に、この部署をご案内します。",
    )
    video_url = PageField(label="操作マニュアル動画", max_length=200, help_text=EMPTY_LINK)
    doctors_site_url = PageField(label="情報共有サイト（医師向け）", max_length=200, help_text=EMPTY_LINK)
    offices_site_url = PageField(label="情報共有サイト（医師会事務局向け）", max_length=200, help_text=EMPTY_LINK)

    groups = (
        ("修了申請のメール", "deadline", ("address_deadline_on", "completion_mail_from_on")),
        (
            "お困りのときの連絡先",
            "contact",
            ("operator_name", "operator_telephone", "operator_hours", "member_office_name"),
        ),
        ("案内先のアドレス", "links", ("video_url", "doctors_site_url", "offices_site_url")),
    )

    @property
    def grouped(self) -> list[tuple[str, str, list[Any]]]:
        """見出しごとの欄。"""
        return [(title, anchor, [self[name] for name in names]) for title, anchor, names in self.groups]

    @property
    def settings(self) -> PlatformSettings:
        return PlatformSettings(**without_version(self))


class RoleForm(forms.Form):
    """担当者の役割。"""

    role = ChoiceField(
        label="役割",
        widget=forms.RadioSelect,
        choices=[(role.name.lower(), f"{ROLE_LABELS[role]}（{told}）") for role, told in ROLE_WORDS.items()],
    )

    @property
    def chosen(self) -> Role:
        return Role[self.cleaned_data["role"].upper()]


class InvitationForm(RoleForm):
    """招く人のアドレスと役割。"""

    address = AddressField(
        label="招く方のメールアドレス",
        required=True,
        help_text="その方だけが読めるアドレスにしてください。このアドレスが、ログインに使う名前になります。"
        f"{LENGTH_HINT}",
    )
    field_order = ("address", "role")


class RekeyForm(forms.Form):
    """管理者の復旧の申し出。"""

    address = AddressField(
        label="新しい管理者になる方のメールアドレス",
        required=True,
        help_text=f"電話などで、ご本人とアドレスを確かめてから入力してください。{LENGTH_HINT}",
    )
    reason = TextField(
        label="理由",
        lines=True,
        max_length=1000,
        help_text="だれが、いつ、どのようにして申し出たか、どう確かめたかを書いてください。この記録は消せません。",
    )


class JoinForm(NewPassword):
    """招かれて、はじめて利用者になる人の氏名とパスワード。"""

    name = TextField(
        label="氏名",
        max_length=100,
        help_text="申請の経過に、この名が残ります。",
        widget=forms.TextInput(attrs={"class": "w-20", "autocomplete": "name"}),
    )
    field_order = ("name", "new_password", "again")

    def clean_name(self) -> str:
        """氏名は、パスワードの中に入れないでいただく。"""
        self.user.name = str(self.cleaned_data["name"])
        return self.user.name


class StatementForm(forms.Form):
    """規約かお知らせの新しい版。"""

    change = TextField(
        label="何が変わったか",
        max_length=CHANGE_LENGTH,
        help_text="同意をお願いする画面の、いちばん上に出ます。読む方に分かるように、一文で書いてください。",
    )
    from_on = DateField3(label="始まる日", help_text=f"明日からあとの日にしてください。{HINT}")
    body = TextField(
        label="本文",
        lines=True,
        max_length=30_000,
        help_text="「■」で始まる行は見出しに、「・」で始まる行は箇条書きになります。段落のあいだは、一行空けてください。",
        widget=forms.Textarea(attrs={"rows": 24}),
    )

    @property
    def typed(self) -> list[tuple[str, str]]:
        """打たれたままの値。確かめの画面が、次の送信へ運ぶ。"""
        names = {*self.fields} | {f"from_on_{part}" for part in range(3)}
        return [(name, value) for name, value in self.data.items() if name in names]


class ReleaseForm(forms.Form):
    """二要素の解除を決める。本人とどう確かめたかを必ず残す。"""

    how = TextField(
        label="本人と確かめた方法",
        max_length=400,
        lines=True,
        help_text="例：登録の電話番号にこちらからかけ直し、声と生年月日で確かめた。断るときは、そのわけ。400文字以内。",
    )


class MissingFilter(forms.Form):
    """未設定の医師会の絞り込み。"""

    prefecture = ChoiceField(label="都道府県", required=False)

    def __init__(self, *args: Any, prefectures: list[Prefecture], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", "すべて"), *((prefecture.code, prefecture.name) for prefecture in prefectures)]
        self.fields["prefecture"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> str:
        """選ばれた都道府県のコード。ないもの、読めないものは問わない。"""
        return str(self.cleaned_data.get("prefecture", "")) if self.is_valid() else ""


def initial_of(version: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """版に書かれた値と、その版の番号。画面の初めの値になる。"""
    return {"seen": version.pgh_id} | {name: getattr(version, name) for name in names}


def without_version(form: Versioned) -> dict[str, Any]:
    """打たれたものから、版を除いたもの。"""
    return {name: value for name, value in form.cleaned_data.items() if name != "seen"}


def _checked(text: str, refusal: Callable[[str], str]) -> str:
    if text and (reason := refusal(text)):
        raise ValidationError(reason, code="invalid")
    return text
