"""預かったファイルのアプリケーション。"""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """預かったファイル。"""

    name = "mamis.files"
    label = "files"
    verbose_name = "預かったファイル"
