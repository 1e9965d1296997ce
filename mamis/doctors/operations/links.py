"""利用者登録のリンクを作り、届け、打ちかけの答えを残す。"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from mamis.accounts import policy as accounts_policy
from mamis.accounts.models import User
from mamis.doctors import policy, queries
from mamis.doctors.mails import AlreadyRegistered, LinkFacts, RegistrationLinkOffered
from mamis.doctors.models import Registration, RegistrationLink
from mamis.doctors.rules import LINK_LIVES
from mamis.mail.outbox import post

KEPT = timedelta(days=2)


class RegistrationLinkDead(Exception):
    """リンクの時間が過ぎたか、写し間違えている。"""

    def __init__(self) -> None:
        super().__init__("このリンクは使えません。もう一度、利用者登録をお申込みください。")


@transaction.atomic
def offer_registration(link_id: int, *, at: datetime) -> None:
    """申込みに答える。はじめての人には登録のリンクを、登録のある人にはそのことを、メールで届ける。"""
    link = RegistrationLink.objects.select_for_update().filter(pk=link_id, key="").first()
    if link is None:
        return
    user = accounts_policy.known_by(link.mail_address).first()
    if user is not None and not _may_register(user):
        post(AlreadyRegistered(LinkFacts(address=link.mail_address, user_id=user.pk)), at=at)
        link.delete()
        return
    link.user = user
    path = give_key(link, at=at)
    post(
        RegistrationLinkOffered(
            LinkFacts(
                address=link.mail_address,
                user_id=user.pk if user else None,
                path=path,
                hours=int(LINK_LIVES.total_seconds() // 3600),
            )
        ),
        at=at,
    )


def _may_register(user: User) -> bool:
    """事務局の人のように、利用者ではあっても、医師としての登録がまだない人。"""
    return user.is_active and not policy.owned_by(user).exists() and not policy.registrations_of(user).exists()


def give_key(link: RegistrationLink, *, at: datetime) -> str:
    """新しい合言葉を決め、登録の画面を開く道筋を返す。合言葉は、この道筋のほかには残らない。"""
    key = secrets.token_urlsafe(32)
    link.key, link.expires_at = sealed(key), at + LINK_LIVES
    link.save()
    return reverse("registration_link", args=[key])


def sealed(key: str) -> str:
    """元に戻せない形の合言葉。"""
    return salted_hmac("mamis.doctors.registration", key, algorithm="sha256").hexdigest()


def open_link(key: str, *, at: datetime) -> RegistrationLink:
    """その合言葉の、まだ使えるリンク。使い終わったものも、終わりの頁のために返す。"""
    return _checked(queries.link_with(sealed(key)), at)


def locked_link(key: str, *, at: datetime) -> RegistrationLink:
    """鍵で押さえたリンク。"""
    found = RegistrationLink.objects.select_for_update(of=("self",)).filter(key=sealed(key)).first()
    return _checked(found, at)


def _checked(link: RegistrationLink | None, at: datetime) -> RegistrationLink:
    if link is None or link.expires_at is None or link.expires_at <= at:
        raise RegistrationLinkDead
    return link


@transaction.atomic
def keep_answer(key: str, *, step: str, answer: dict[str, Any], at: datetime) -> RegistrationLink:
    """打たれた答えを、そのまま残す。使い終わったリンクには書かない。"""
    link = locked_link(key, at=at)
    if link.used_at is None:
        link.answers = {**link.answers, step: answer}
        link.step = step
        link.save(update_fields=("answers", "step"))
    return link


@transaction.atomic
def reopen_registration(registration: Registration, *, at: datetime) -> str:
    """差し戻された本人が、登録の状況から直しはじめる。直す画面を開く道筋を返す。"""
    return correction_link(registration, at=at)


def correction_link(registration: Registration, *, at: datetime) -> str:
    """書いたものを入れた、直すためのリンク。前のリンクは使えなくなる。"""
    RegistrationLink.objects.filter(registration=registration, used_at=None).delete()
    link = RegistrationLink(
        mail_address=registration.mail_address,
        user_id=registration.user_id,
        registration=registration,
        answers=answers_of(registration),
        asked_at=at,
    )
    return give_key(link, at=at)


def answers_of(registration: Registration) -> dict[str, dict[str, list[str]]]:
    """申し込まれたものを、打たれたときの形に。"""
    days = {
        f"{name}_{place}": [str(part)]
        for name in ("registered_on", "birth_on")
        for day in (getattr(registration, name),)
        for place, part in enumerate((day.year, day.month, day.day))
    }
    texts = {
        name: [getattr(registration, name)]
        for name in ("number", "family_name", "given_name", "family_kana", "given_kana")
    }
    work = {
        "work_prefecture": [registration.work_prefecture_id],
        "facility_name": [registration.facility_name],
        "home_prefecture": [registration.home_prefecture_id or ""],
    }
    return {"licence": texts | days, "workplace": work}


def forget_old_links(*, at: datetime) -> int:
    """古くなった申込みとリンクを、打ちかけの答えとともに消す。"""
    number, _ = RegistrationLink.objects.filter(asked_at__lte=at - KEPT).delete()
    return number
