"""段階式の入力のアプリケーション。"""

from django.apps import AppConfig


class WizardConfig(AppConfig):
    """段階式の入力。"""

    name = "mamis.wizard"
    label = "wizard"
    verbose_name = "段階式の入力"
