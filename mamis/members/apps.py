"""会員管理のアプリケーション。"""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """会員管理。"""

    name = "mamis.members"
    label = "members"
    verbose_name = "会員管理"
