"""状態を持つ行と、その経過。状態は advance を通してだけ変わる。"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection, models, transaction

from mamis.mail.outbox import post
from mamis.workflow.table import Actor, By, Workflow


class History(models.Model):
    """経過の一行。書き足すだけで、直すことも消すこともできない。"""

    append_only: ClassVar[bool] = True

    at = models.DateTimeField("日時")
    event = models.CharField("行為", max_length=20)
    from_state = models.CharField("前の状態", max_length=20)
    to_state = models.CharField("後の状態", max_length=20)
    party = models.CharField("立場", max_length=10, choices=[(by.value, by.name) for by in By])
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="した人", related_name="+"
    )
    by_association = models.ForeignKey(
        "associations.Association", models.PROTECT, null=True, verbose_name="どの医師会として", related_name="+"
    )
    by_name = models.CharField("した人の名", max_length=200)
    comment = models.TextField("理由・連絡", blank=True)

    class Meta:
        abstract = True


class Stateful(models.Model):
    """表に従って状態が変わる行。

    経過の表は `history` という名でこの行を指す。`mail_facts` はこの行のメールが要るだけの事実を返す。
    """

    workflow: ClassVar[Workflow]
    states: ClassVar[type[StrEnum]]
    history: Any
    mail_facts: Callable[..., Any]

    state = models.CharField("状態", max_length=20)
    version = models.PositiveIntegerField("版", default=0)
    state_since = models.DateTimeField("この状態になった日時")

    class Meta:
        abstract = True

    @transaction.atomic
    def advance(self, event: StrEnum, *, by: Actor, at: datetime, comment: str = "", **fields: Any) -> History:
        """行を鍵で押さえ、表に従って進め、経過を書き、メールを預ける。表にない行為は NotAllowed。

        `fields` はこの行為と同時に書き込む値。
        """
        if self._state.adding:
            state = self.states(self.state)
        else:
            locked = type(self)._base_manager.select_for_update().only("state", "version").get(pk=self.pk)
            state, self.version = self.states(locked.state), locked.version
        row = self.workflow.fire(event, state, by.party)
        for name, value in fields.items():
            setattr(self, name, value)
        self.state, self.version, self.state_since = row.target.value, self.version + 1, at
        self.save()
        history: History = self.history.create(
            at=at,
            event=event.value,
            from_state=state.value,
            to_state=row.target.value,
            party=by.party.value,
            by_user_id=by.user_id,
            by_association_id=by.association_id,
            by_name=by.name,
            comment=comment,
            **self.history_fields(),
        )
        if row.mails:
            facts = self.mail_facts(at=at, comment=comment)
            for mail in row.mails:
                post(mail(facts), at=at)
        return history

    def history_fields(self) -> dict[str, Any]:
        """経過の表が、この行から写して持つ値。"""
        return {}


def next_number(sequence: str) -> int:
    """通し番号の次。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [sequence])
        return int(cursor.fetchone()[0])
