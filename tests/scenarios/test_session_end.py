"""操作マニュアル「ログインの時間」の一文ずつ。医師向けと事務局向けに同じ文がある。"""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mamis.accounts.models import SignedInDevice
from tests.project.reader import Page
from tests.world import PASSWORD

TIME = reverse("session_time")
PAGE = reverse("office_credit_new", args=["14-021"])
GO_ON = "このまま使うときは、「ログインを続ける」を押してください。"
KEPT = "終わったあとに送っても、書いたものは、ログインし直すと元の欄に戻ります。"


def sign_in(user, follow=PAGE) -> Client:
    client = Client()
    client.post("/sign-in/", {"sign_in_name": user.email, "password": PASSWORD, "next": follow})
    client.get("/login-settings/devices/")
    return client


@pytest.fixture
def clerk(world):
    return world.clerk(world.district).user


@pytest.fixture
def client(clerk) -> Client:
    return sign_in(clerk)


def set_back(client, **times) -> None:
    session = client.session
    for name, time in times.items():
        session[name] = (timezone.now() - time).isoformat()
    session.save()


def clock(at: datetime) -> str:
    here = timezone.localtime(at)
    return f"{here.hour}時{here.minute:02}分"


def end_of(client, limit=timedelta(minutes=30)) -> str:
    return clock(datetime.fromisoformat(client.session["seen_at"]) + limit)


def asked(client) -> dict:
    return client.get(TIME).json()


@pytest.mark.parametrize("path", [PAGE, "/login-settings/devices/", "/privacy/"])
def test_どの画面もいちばん下に何もしないとログインが終わる時刻を書く(client, path):
    page = client.get(path).content.decode()

    assert f"何もしないと <span data-session-end>{end_of(client)}</span>にログインが終わります。" in page


def test_医師だけの方の画面には60分後の時刻を書く(world):
    client = sign_in(world.member("山田", "太郎", world.district).user, "/mypage/")

    page = client.get("/mypage/").content.decode()

    assert f"<span data-session-end>{end_of(client, timedelta(minutes=60))}</span>" in page


def test_ログインしていない人の画面には時刻も知らせも出ない(db):
    page = Client().get("/privacy/").content.decode()

    assert "ログインが終わります" not in page
    assert "session.js" not in page


def test_終わる5分前になると知らせが出てボタンで続けられる(client):
    page = client.get(PAGE).content.decode()
    set_back(client, seen_at=timedelta(minutes=24, seconds=50))
    early = asked(client)
    set_back(client, seen_at=timedelta(minutes=25, seconds=10))
    late = asked(client)

    assert '<p role="status" tabindex="-1"></p>' in page
    assert 290 <= int(Page(page).markup.split('data-session="')[1].split('"')[0]) / 5 <= 301
    assert (early["words"], early["button"]) == ("", False)
    assert 0 < early["again"] <= 11
    assert late == {
        "words": f"{end_of(client)}にログインが終わります（あと約4分）。{GO_ON}",
        "button": True,
        "again": 30,
        "end": end_of(client),
    }


def test_残りが1分より短くても言い方は崩れない(client):
    set_back(client, seen_at=timedelta(minutes=29, seconds=30))

    assert asked(client)["words"].startswith(f"{end_of(client)}にログインが終わります（あと1分たらず）。")


def test_ログインを続けるを一度押すと操作のない時間は数え直される(client):
    set_back(client, seen_at=timedelta(minutes=27))
    SignedInDevice.objects.update(seen_at=timezone.now() - timedelta(minutes=27))

    told = client.post(TIME).json()

    assert told == {
        "words": f"ログインを続けました。何もしないと{end_of(client)}に終わります。",
        "button": False,
        "again": 30,
        "end": end_of(client),
    }
    assert datetime.fromisoformat(client.session["seen_at"]) > timezone.now() - timedelta(minutes=1)
    assert SignedInDevice.objects.get().seen_at > timezone.now() - timedelta(minutes=1)
    assert asked(client)["words"] == ""


def test_時刻を尋ねただけでは延びない(client):
    set_back(client, seen_at=timedelta(minutes=27))
    before = dict(client.session)

    asked(client)

    assert dict(client.session) == before


def test_ログインからの時間の限りは延ばせないと言う(client):
    set_back(client, seen_at=timedelta(minutes=2), signed_in_at=timedelta(hours=11, minutes=57))
    end = clock(datetime.fromisoformat(client.session["signed_in_at"]) + timedelta(hours=12))

    told = asked(client)

    assert told == client.post(TIME).json()
    assert (told["button"], told["end"]) == (False, end)
    assert told["words"] == (
        f"{end}にログインが終わります（あと約2分）。ログインしてからの時間の限りなので、延ばせません。{KEPT}"
    )


@pytest.mark.parametrize("method", ["get", "post"])
def test_終わったあとに尋ねても書いたものを預かれるように残しておく(client, clerk, method):
    client.get(PAGE)
    set_back(client, seen_at=timedelta(minutes=31))

    told = getattr(client, method)(TIME).json()
    sent = client.post(PAGE, {"title": "学術講演会"}, headers={"referer": f"http://testserver{PAGE}"})
    client.post("/sign-in/", {"sign_in_name": clerk.email, "password": PASSWORD, "next": PAGE})

    assert (told["words"], told["button"], told["again"]) == (f"ログインが終わりました。{KEPT}", False, 0)
    assert sent["Location"].startswith("/sign-in/")
    assert Page(client.get(PAGE).content.decode()).value_of("title") == ["学術講演会"]


def test_ほかの画面でログアウトした人には答えない(client):
    client.post("/sign-out/")

    assert client.get(TIME).status_code == client.post(TIME).status_code == 302


def test_画面の問い合わせは増えない(client, django_assert_num_queries):
    """セッションと利用者の二つだけ。"""
    client.get(PAGE)

    with django_assert_num_queries(2):
        asked(client)
