"""練習用のメール受け。"""

from django.db import models


class ReceivedMail(models.Model):
    """SMTPで受け取った一通。宛先が二人なら二行になる。"""

    received_at = models.DateTimeField("受け取った日時")
    envelope_from = models.CharField("差出人（SMTP）", max_length=320)
    envelope_to = models.CharField("宛先（SMTP）", max_length=320)
    message_id = models.CharField("Message-ID", max_length=998, blank=True)
    subject = models.TextField("件名", blank=True)
    body = models.TextField("本文", blank=True)
    raw = models.BinaryField("届いたままの中身")

    class Meta:
        verbose_name = "届いたメール"
        verbose_name_plural = "届いたメール"
        indexes = (
            models.Index(name="received_newest", fields=("-received_at", "-id")),
            models.Index(name="received_by_recipient", fields=("envelope_to",)),
        )

    def __str__(self) -> str:
        return self.subject
