"""練習用の世界のアプリケーション。"""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """練習用の世界。"""

    name = "mamis.demo"
    label = "demo"
    verbose_name = "練習用の世界"
