"""入会の確認のお願いの試験が使う、人のすること。"""

from datetime import timedelta

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mamis.associations.models import Staff
from mamis.members.models import Import
from mamis.members.rules import Kind
from mamis.membership.models import Joining
from mamis.membership.operations import joining_key
from tests.members.files import csv_of, resident, taken

BIRTH = {"birth_on_0": "2000", "birth_on_1": "4", "birth_on_2": "2"}


def row(number: int, **changes: str) -> dict[str, str]:
    """いまから入会できる日の、名簿の一行。"""
    joined_on = timezone.localdate() + timedelta(days=100)
    return resident(number, 入会日=joined_on.isoformat()) | changes


def ask(by: Staff, *rows: dict[str, str], days_ago: int = 0) -> Import:
    """名簿を取り込み、お願いする。"""
    at = timezone.now() - timedelta(days=days_ago)
    return taken(csv_of(*(rows or (row(600001),))), by, kind=Kind.RESIDENTS, at=at)


def joining_of(number: int = 600001) -> Joining:
    """その番号の、いちばん新しいお願い。"""
    return Joining.objects.filter(number=str(number)).latest("pk")


def opened(joining: Joining, client: Client | None = None) -> Client:
    """メールのリンクを開いた人。"""
    client = client or Client()
    client.get(reverse("joining_link", args=[joining_key(joining)]))
    return client


def proven(joining: Joining) -> Client:
    """生年月日まで確かめた人。"""
    client = opened(joining)
    client.post(reverse("joining"), BIRTH)
    return client


def words(response: HttpResponse) -> str:
    return response.content.decode()
