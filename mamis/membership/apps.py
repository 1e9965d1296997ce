"""在籍のアプリケーション。"""

from django.apps import AppConfig


class MembershipConfig(AppConfig):
    """在籍。"""

    name = "mamis.membership"
    label = "membership"
    verbose_name = "在籍"
