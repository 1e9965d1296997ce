"""利用者登録をする人：メールのリンクを開き、頁に打ち、申し込む。"""

import re
from datetime import date, datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from mamis.accounts.policy import known_by
from mamis.doctors.models import Doctor, RegistrationLink
from mamis.doctors.operations import offer_registration
from mamis.doctors.queries import current_licence
from mamis.mail.models import Message
from tests.world import PASSWORD, agree_to_all

LINK = re.compile(r"/registration/link/[A-Za-z0-9_-]{43}/")
ADDRESS = "yamada@hana.example"


def days(name: str, day: date) -> dict[str, str]:
    return {f"{name}_0": str(day.year), f"{name}_1": str(day.month), f"{name}_2": str(day.day)}


def licence_of(doctor: Doctor, **others: Any) -> dict[str, str]:
    """その医師の免許証のとおりに打たれたもの。"""
    licence = current_licence(doctor)
    return {
        "number": licence.number,
        "family_name": doctor.family_name,
        "given_name": doctor.given_name,
        "family_kana": doctor.family_kana,
        "given_kana": doctor.given_kana,
        "next": "1",
        **days("registered_on", others.pop("registered_on", licence.registered_on)),
        **days("birth_on", others.pop("birth_on", doctor.birth_on)),
        **others,
    }


def unknown_licence(number: str = "777001", **others: Any) -> dict[str, str]:
    """まだ記録のない医師の、免許証のとおりに打たれたもの。"""
    return {
        "number": number,
        "family_name": "新田",
        "given_name": "光",
        "family_kana": "ニッタ",
        "given_kana": "ヒカル",
        "next": "1",
        **days("registered_on", date(2012, 5, 1)),
        **days("birth_on", date(1986, 3, 9)),
        **others,
    }


WORK = {"work_prefecture": "14", "facility_name": "みどり中央病院", "home_prefecture": "", "next": "1"}


def link_in_newest_mail() -> str:
    """いちばん新しいメールの中の、登録のリンク。"""
    found = LINK.search(Message.objects.latest("pk").body)
    assert found is not None
    return found[0]


def ask(client: Client, address: str = ADDRESS, *, at: datetime | None = None) -> None:
    """申し込み、裏方が答える。"""
    client.post("/registration/", {"mail_address": address})
    link = RegistrationLink.objects.latest("pk")
    offer_registration(link.pk, at=at or timezone.now())


def register(licence: dict[str, str], *, address: str = ADDRESS, work: dict[str, str] | None = None) -> Any:
    """はじめから申し込みまで。終わりの頁を返す。"""
    client = Client()
    ask(client, address)
    client.get(link_in_newest_mail())
    assert client.post("/registration/form/licence/", licence).status_code == 302
    assert client.post("/registration/form/workplace/", work or WORK).status_code == 302
    answer = client.post("/registration/form/check/", {"new_password": PASSWORD, "again": PASSWORD, "next": "1"})
    assert answer.status_code == 302
    return client.get("/registration/done/")


def sign_in(name: str = ADDRESS) -> Client:
    """決めたパスワードでログインした人。規約とお知らせには、前に同意している。"""
    agree_to_all(known_by(name).get())
    client = Client()
    assert client.post("/sign-in/", {"sign_in_name": name, "password": PASSWORD}).status_code == 302
    return client
