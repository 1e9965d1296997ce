"""裏方の仕事のアプリケーション。"""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """裏方の仕事。"""

    name = "mamis.jobs"
    label = "jobs"
    verbose_name = "裏方の仕事"
