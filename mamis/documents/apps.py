"""書類のアプリケーション。"""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """書類。"""

    name = "mamis.documents"
    label = "documents"
    verbose_name = "書類"
