"""研修管理のアプリケーション。"""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """研修管理。"""

    name = "mamis.training"
    label = "training"
    verbose_name = "研修管理"
