"""だれが、いつ、だれの情報を見たか、取り出したか。"""

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """記録の一行。書き足すだけで、直すことも消すこともできない。調べるためにあり、どの画面も読まない。"""

    append_only = True

    at = models.DateTimeField("日時")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="した人", related_name="+")
    association = models.ForeignKey(
        "associations.Association", models.PROTECT, null=True, verbose_name="どの医師会として", related_name="+"
    )
    act = models.CharField("したこと", max_length=40)
    about = models.CharField("何を", max_length=200)

    class Meta:
        verbose_name_plural = "audit entries"
        constraints = (models.CheckConstraint(name="audit_names_act", condition=~models.Q(act="")),)
        indexes = (
            models.Index(name="audit_by_subject", fields=("about", "at")),
            models.Index(name="audit_by_user", fields=("user", "at")),
        )
