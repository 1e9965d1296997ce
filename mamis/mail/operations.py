"""送信履歴で事務局の人がすること。"""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from mamis.mail.models import Message


@transaction.atomic
def mark_told(message: Message, *, by: AbstractBaseUser, at: datetime) -> Message:
    """届かなかったメールの中身を、紙か電話で知らせたと記録する。記録は一度だけで、二度目は何も変えない。"""
    locked = Message.objects.select_for_update().get(pk=message.pk)
    if locked.told_at is None:
        locked.told_at, locked.told_by_id = at, by.pk
        locked.save(update_fields=("told_at", "told_by"))
    return locked
