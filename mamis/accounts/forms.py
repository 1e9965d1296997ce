"""ログインとパスワードの画面に打たれたもの。"""

from __future__ import annotations

from typing import Any

from django import forms

from mamis.accounts.models import User
from mamis.accounts.operations import password_reasons
from mamis.accounts.rules import SHORTEST_ALONE, normal_password

NAME_LABEL = "メールアドレス、医籍登録番号、会員IDのいずれか"
NAME_HELP = "全角で打っても、空白やハイフンが入ってもかまいません。"
NEW_PASSWORD_HELP = (
    f"{SHORTEST_ALONE}文字以上。ひらがなや漢字、空白も使えます。記号や数字を混ぜる必要はありません。"
    "好きな言葉を4つほどつなげると、長くて覚えやすくなります。"
)
LONGEST_NAME = 254


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
