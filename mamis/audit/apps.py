"""閲覧の記録のアプリケーション。"""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """閲覧の記録。"""

    name = "mamis.audit"
    label = "audit"
    verbose_name = "閲覧の記録"
