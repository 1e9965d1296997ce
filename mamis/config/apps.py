"""設定のアプリケーション。"""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """設定。"""

    name = "mamis.config"
    label = "config"
    verbose_name = "設定"
