"""ログインとパスワードの画面に打たれたもの。"""

from __future__ import annotations

import json
from typing import Any

from django import forms

from mamis.accounts.models import User
from mamis.accounts.operations import password_reasons
from mamis.accounts.rules import (
    SHORTEST_ALONE,
    is_app_code,
    is_recovery_code,
    normal_password,
    plain_code,
)
from mamis.fields import HalfWidthField, TextField
from mamis.japanese.folding import fold_identifier
from mamis.mail.rules import is_deliverable

NAME_LABEL = "メールアドレス、医籍登録番号、会員IDのいずれか"
NAME_HELP = "全角で打っても、空白やハイフンが入ってもかまいません。"
NEW_PASSWORD_HELP = (
    f"{SHORTEST_ALONE}文字以上。ひらがなや漢字、空白も使えます。記号や数字を混ぜる必要はありません。"
    "好きな言葉を4つほどつなげると、長くて覚えやすくなります。"
)
LONGEST_NAME = 254
NOT_ADDRESS = "メールアドレスの形になっていません（例：yamada@example.jp）。1 件だけ入力してください。"


class PasswordField(forms.CharField):
    """パスワードの欄。打ったものを画面に戻さない。"""

    def __init__(self, *, label: str, missing: str, autocomplete: str, help_text: str = "") -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            strip=False,
            error_messages={
                "required": missing,
                "null_characters_not_allowed": "使えない文字が入っています。打ち直してください。",
            },
            widget=forms.PasswordInput(
                attrs={"class": "w-40", "autocomplete": autocomplete, "autocapitalize": "none", "spellcheck": "false"}
            ),
        )


class SignInNameField(forms.CharField):
    """ログインに使う名前の欄。"""

    def __init__(self, *, missing: str) -> None:
        super().__init__(
            label=NAME_LABEL,
            help_text=NAME_HELP,
            max_length=LONGEST_NAME,
            error_messages={
                "required": missing,
                "max_length": f"{LONGEST_NAME}文字以内で入力してください。",
                "null_characters_not_allowed": "使えない文字が入っています。打ち直してください。",
            },
            widget=forms.TextInput(
                attrs={"class": "w-40", "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
            ),
        )


class MailAddressField(HalfWidthField):
    """一人の人のメールアドレスの欄。"""

    def __init__(self, **options: Any) -> None:
        super().__init__(inputmode="email", max_length=LONGEST_NAME, **options)
        self.widget.attrs |= {"autocomplete": "email", "class": "w-40"}

    def clean(self, value: Any) -> str:
        """一件だけの、届く形のアドレス。"""
        address = fold_identifier(super().clean(value))
        if not is_deliverable(address):
            raise forms.ValidationError(NOT_ADDRESS, code="address")
        return address


class SignIn(forms.Form):
    """ログインの画面。"""

    sign_in_name = SignInNameField(missing="メールアドレス、医籍登録番号、会員IDのどれか一つを入力してください。")
    password = PasswordField(
        label="パスワード", missing="パスワードを入力してください。", autocomplete="current-password"
    )


class AskForReset(forms.Form):
    """再設定の申込みの画面。"""

    sign_in_name = SignInNameField(missing="メールアドレス、医籍登録番号、会員IDのどれか一つを入力してください。")


class NewPassword(forms.Form):
    """新しいパスワードを決める画面。"""

    new_password = PasswordField(
        label="新しいパスワード",
        missing="新しいパスワードを入力してください。",
        autocomplete="new-password",
        help_text=NEW_PASSWORD_HELP,
    )
    again = PasswordField(
        label="新しいパスワード（もう一度）",
        missing="確かめのため、新しいパスワードをもう一度入力してください。",
        autocomplete="new-password",
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new_password(self) -> str:
        """きまりに合わなければ、すべての理由を言う。"""
        password = str(self.cleaned_data["new_password"])
        reasons = password_reasons(self.user, password)
        if reasons:
            raise forms.ValidationError(reasons)
        return password

    def clean(self) -> dict[str, Any]:
        """二度打ったものが同じか。"""
        typed = dict(self.cleaned_data)
        password, again = typed.get("new_password"), typed.get("again")
        if password and again and normal_password(password) != normal_password(again):
            self.add_error("again", "上の欄と同じパスワードを入力してください。")
        return typed


class ChangePassword(NewPassword):
    """ログインしている人がパスワードを変える画面。"""

    password = PasswordField(
        label="いまのパスワード", missing="いまのパスワードを入力してください。", autocomplete="current-password"
    )
    field_order = ("password", "new_password", "again")


class ChangeAddress(forms.Form):
    """メールアドレスの変更を申し込む画面。"""

    new_address = MailAddressField(
        label="新しいメールアドレス", help_text="このアドレスに確かめのメールが届きます。全角で打ってもかまいません。"
    )
    password = PasswordField(
        label="いまのパスワード", missing="いまのパスワードを入力してください。", autocomplete="current-password"
    )


# 二要素


class CodeField(forms.CharField):
    """コードの欄。全角、空白、ハイフン、小文字の違いは問わない。"""

    def __init__(self, *, label: str, help_text: str, takes_recovery_code: bool = False) -> None:
        self.takes_recovery_code = takes_recovery_code
        super().__init__(
            label=label,
            help_text=help_text,
            max_length=100,
            error_messages={
                "required": "コードを入力してください。",
                "max_length": CODE_SHAPE,
                "null_characters_not_allowed": "使えない文字が入っています。打ち直してください。",
            },
            widget=forms.TextInput(
                attrs={
                    "class": "w-20",
                    "autocomplete": "one-time-code",
                    "autocapitalize": "characters",
                    "spellcheck": "false",
                }
            ),
        )

    def clean(self, value: Any) -> str:
        """形だけを確かめる。"""
        code = plain_code(super().clean(value))
        if is_app_code(code) or (self.takes_recovery_code and is_recovery_code(code)):
            return code
        raise forms.ValidationError(CODE_OR_RECOVERY_SHAPE if self.takes_recovery_code else CODE_SHAPE)


NO_PASSKEY = "パスキーの答えを受け取れませんでした。もう一度お試しください。"
CODE_SHAPE = "認証アプリに出ている 6 桁の数字を入力してください。"
CODE_OR_RECOVERY_SHAPE = (
    "認証アプリに出ている 6 桁の数字か、控えておいた回復コード（英数字 16 文字）を入力してください。"
)


class SecondStep(forms.Form):
    """ログインの二つめの画面。"""

    code = CodeField(
        label="コード",
        help_text="認証アプリに出ている 6 桁の数字。アプリが使えないときは、控えておいた回復コード。",
        takes_recovery_code=True,
    )


class AppCode(forms.Form):
    """認証アプリを登録する画面。"""

    code = CodeField(label="認証アプリに出たコード", help_text="6 桁の数字。30 秒ごとに変わります。")


class PasskeyAnswer(forms.Form):
    """ブラウザが書き込む、パスキーの答え。"""

    credential = forms.CharField(
        required=False,
        widget=forms.HiddenInput,
        error_messages={"null_characters_not_allowed": NO_PASSKEY},
    )

    def clean(self) -> dict[str, Any]:
        """形だけを確かめる。人が打つ欄ではないので、欄を言わずに断る。"""
        try:
            answer = json.loads(self.cleaned_data.get("credential", ""))
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or not answer:
            self.errors.pop("credential", None)
            raise forms.ValidationError(NO_PASSKEY)
        return {"credential": answer}


class LossReport(forms.Form):
    """二要素をなくしたことを申し出る画面。"""

    reason = TextField(
        label="わけ",
        help_text="例：スマートフォンを落とした。管理者が読みます。400文字以内。",
        max_length=400,
        lines=True,
    )


class ConfirmPassword(forms.Form):
    """大事な変更の前に、本人かを確かめる画面。"""

    password = PasswordField(
        label="パスワード", missing="パスワードを入力してください。", autocomplete="current-password"
    )
