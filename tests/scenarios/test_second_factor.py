"""操作マニュアル（事務局向け）「二要素でログインする」の一文ずつ。"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mamis.training.models import CreditLine
from tests.accounts.authenticator import code_at
from tests.world import PASSWORD

OFFICE = reverse("office_home", args=["14-021"])


@pytest.fixture(autouse=True)
def production(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def clerk(world):
    return world.clerk(world.district).user


def sign_in(user) -> Client:
    client = Client()
    client.post("/sign-in/", {"sign_in_name": user.email, "password": PASSWORD})
    return client


def enrol(client: Client) -> tuple[str, list[str]]:
    """画面の QR コードを読み、出た数字を入力する。秘密と、一度だけ出た回復コードを返す。"""
    secret = client.get("/login-settings/app/").context["secret"].replace("-", "")
    shown = client.post("/login-settings/app/", {"code": code_at(timezone.now(), secret)}, follow=True)
    client.post("/login-settings/codes/")
    return secret, shown.context["codes"]


def test_パスワードでログインするとログインの設定が開く(clerk):
    client = sign_in(clerk)

    response = client.get(OFFICE, follow=True)

    assert "二要素を登録すると、事務局の画面に進めます" in response.content.decode()


def test_認証アプリを登録すると事務局の画面に進め登録メールアドレスにお知らせが届く(clerk, posted):
    client = sign_in(clerk)

    enrol(client)

    assert client.get(OFFICE).status_code == 200
    assert posted() == [("FactorAdded", clerk.email)]


def test_次のログインからはパスワードのあとに6桁の数字を入力し同じ数字は二度使えない(clerk):
    secret, _ = enrol(sign_in(clerk))
    client = sign_in(clerk)
    assert client.get(OFFICE)["Location"].startswith("/sign-in/")
    following = code_at(timezone.now() + timedelta(seconds=30), secret)

    opened, again = (one.post("/sign-in/second-step/", {"code": following}) for one in (client, sign_in(clerk)))

    assert (opened.status_code, client.get(OFFICE).status_code, again.status_code) == (302, 200, 200)


def test_スマートフォンをなくしたときは回復コードでログインし登録し直す(clerk, posted):
    _, codes = enrol(sign_in(clerk))
    posted()
    client = sign_in(clerk)

    client.post("/sign-in/second-step/", {"code": codes[0]})

    assert client.get(OFFICE).status_code == 200
    assert posted() == [("RecoveryCodeUsed", clerk.email)]
    assert "残り 9" in client.get("/login-settings/").content.decode().replace("&nbsp;", " ")


def test_時間がたってから送ったときも書いたものは元の欄に戻り代わりに送られることはない(world, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    clerk, page = world.clerk(world.district).user, reverse("office_credit_new", args=["14-021"])
    client = sign_in(clerk)
    client.get(page)
    session = client.session
    session["seen_at"] = (timezone.now() - timedelta(minutes=31)).isoformat()
    session.save()

    client.post(page, {"title": "打ちかけの講演会"}, headers={"referer": f"http://testserver{page}"})
    client.post("/sign-in/", {"sign_in_name": clerk.email, "password": PASSWORD})

    assert 'value="打ちかけの講演会"' in client.get(page).content.decode()
    assert not CreditLine.objects.exists()
