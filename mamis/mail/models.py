"""送ったメール、これから送るメール、送れなかったメール。"""

from django.conf import settings
from django.db import models
from django.db.models import Q


class MessageState(models.TextChoices):
    """メールの送信の状態。"""

    QUEUED = "queued", "送信待ち"
    RETRYING = "retrying", "再送待ち"
    SENT = "sent", "送信済"
    FAILED = "failed", "不達"
    NO_ADDRESS = "no_address", "未送信（宛先未設定）"


WAITING = (MessageState.QUEUED, MessageState.RETRYING)
FINISHED = (MessageState.SENT, MessageState.FAILED, MessageState.NO_ADDRESS)
# 相手に届いていない：紙か電話で知らせるべきもの。
UNDELIVERED = (MessageState.FAILED, MessageState.NO_ADDRESS)


class Message(models.Model):
    """一人の宛先への一通のメール。行為と同じトランザクションで書かれる。"""

    mail = models.CharField("メールの種類", max_length=100)
    label = models.CharField("だれに何を知らせるか", max_length=200)
    recipient_address = models.CharField("宛先", max_length=254, blank=True)
    recipient_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="宛先の利用者", related_name="+"
    )
    recipient_doctor = models.ForeignKey(
        "doctors.Doctor", models.PROTECT, null=True, verbose_name="宛先の医師", related_name="+"
    )
    recipient_association = models.ForeignKey(
        "associations.Association", models.PROTECT, null=True, verbose_name="宛先の医師会", related_name="+"
    )
    about_doctor = models.ForeignKey(
        "doctors.Doctor", models.PROTECT, null=True, verbose_name="話題の医師", related_name="+"
    )
    responsible_association = models.ForeignKey(
        "associations.Association", models.PROTECT, null=True, verbose_name="受け持つ医師会", related_name="+"
    )
    reference = models.CharField("受付番号", max_length=40, blank=True)
    is_secret = models.BooleanField("中身を見せない", default=False)
    subject = models.CharField("件名", max_length=200)
    body = models.TextField("本文", blank=True)
    message_id = models.CharField("Message-ID", max_length=200, unique=True)
    created_at = models.DateTimeField("作られた日時")
    state = models.CharField("状態", max_length=12, choices=MessageState.choices, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField("送った回数", default=0)
    next_attempt_at = models.DateTimeField("次に送る日時", null=True)
    last_error = models.CharField("送れなかった理由", max_length=100, blank=True)
    sent_at = models.DateTimeField("送れた日時", null=True)
    told_at = models.DateTimeField("紙・電話で知らせた日時", null=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="紙・電話で知らせた人", related_name="+"
    )

    class Meta:
        verbose_name = "メール"
        verbose_name_plural = "メール"
        constraints = (
            models.CheckConstraint(name="message_state_known", condition=Q(state__in=MessageState.values)),
            models.CheckConstraint(
                name="message_sent_has_its_time",
                condition=Q(state=MessageState.SENT, sent_at__isnull=False)
                | (~Q(state=MessageState.SENT) & Q(sent_at=None)),
            ),
            models.CheckConstraint(
                name="message_retrying_has_its_time",
                condition=Q(state=MessageState.RETRYING, next_attempt_at__isnull=False)
                | (~Q(state=MessageState.RETRYING) & Q(next_attempt_at=None)),
            ),
            models.CheckConstraint(
                name="message_told_by_someone_at_some_time",
                condition=Q(told_at=None, told_by=None)
                | Q(told_at__isnull=False, told_by__isnull=False, state__in=UNDELIVERED),
            ),
            models.CheckConstraint(
                name="message_secret_is_blanked_when_finished",
                condition=Q(is_secret=False) | Q(state__in=WAITING) | Q(body=""),
            ),
        )
        indexes = (
            models.Index(name="message_to_doctor", fields=("recipient_doctor", "-created_at", "-id")),
            models.Index(name="message_to_association", fields=("recipient_association", "-created_at", "-id")),
            models.Index(name="message_of_association", fields=("responsible_association", "-created_at", "-id")),
            models.Index(name="message_waiting", fields=("id",), condition=Q(state__in=WAITING)),
            models.Index(
                name="message_untold", fields=("recipient_doctor",), condition=Q(state__in=UNDELIVERED, told_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.label}（{self.get_state_display()}）"

    @property
    def is_undelivered(self) -> bool:
        """届いていないと分かっているか。"""
        return self.state in UNDELIVERED
