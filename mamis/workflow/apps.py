"""申請の流れのアプリケーション。"""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """申請の流れ。"""

    name = "mamis.workflow"
    label = "workflow"
    verbose_name = "申請の流れ"
