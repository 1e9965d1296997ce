"""メールのアプリケーション。"""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """メール。"""

    name = "mamis.mail"
    label = "mail"
    verbose_name = "メール"
