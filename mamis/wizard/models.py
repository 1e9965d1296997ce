"""書きかけの申請。"""

from django.conf import settings
from django.db import models


class Draft(models.Model):
    """下書き。打たれたままの答えを持ち、どの端末からでも続けられる。申請すると消える。

    一人の人の、一つの手続きの、一つの対象に一つだけある。
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="書いている人", related_name="+")
    kind = models.CharField("手続き", max_length=30)
    subject = models.CharField("対象", max_length=40, blank=True)
    step = models.CharField("いまの段階", max_length=40)
    answers = models.JSONField("答え", default=dict)
    begun_at = models.DateTimeField("書き始めた日時")
    written_at = models.DateTimeField("最後に書いた日時")

    class Meta:
        constraints = (models.UniqueConstraint(name="draft_once", fields=("owner", "kind", "subject")),)
        indexes = (models.Index(name="draft_by_age", fields=("written_at",)),)
