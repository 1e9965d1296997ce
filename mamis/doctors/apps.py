"""医師のアプリケーション。"""

from django.apps import AppConfig


class DoctorsConfig(AppConfig):
    """医師。"""

    name = "mamis.doctors"
    label = "doctors"
    verbose_name = "医師"
