"""利用者とログイン。"""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """利用者、ログインに使う名前、パスワード、誤入力の制限。"""

    name = "mamis.accounts"
    label = "accounts"
    verbose_name = "利用者とログイン"
    default_auto_field = "django.db.models.BigAutoField"
