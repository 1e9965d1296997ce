"""医師会のアプリケーション。"""

from django.apps import AppConfig


class AssociationsConfig(AppConfig):
    """医師会。"""

    name = "mamis.associations"
    label = "associations"
    verbose_name = "医師会"
