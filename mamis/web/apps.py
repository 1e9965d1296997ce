from django.apps import AppConfig


class WebConfig(AppConfig):
    """画面の枠と部品。"""

    name = "mamis.web"
    verbose_name = "画面"
