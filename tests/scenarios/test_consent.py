"""操作マニュアル（医師向け、事務局向け）「規約とお知らせに同意する」。一文に一つの試験。"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mamis.accounts.models import Agreement, Statement
from mamis.accounts.operations import publish_statement
from mamis.accounts.rules import StatementKind
from tests.world import PASSWORD, make_world

SIGN_IN, CONSENT = "/sign-in/", "/consent/"


@pytest.fixture
def world(db):
    """だれも、まだ何にも同意していない。"""
    return make_world(agrees=False)


def sign_in(user, goal):
    client = Client()
    client.post(SIGN_IN, {"sign_in_name": user.email, "password": PASSWORD, "next": goal})
    return client


def begin_new_version(world, change="第4条に、住所の変更の届出を加えました。"):
    """昨日までに公開され、今日から始まった版。"""
    yesterday = timezone.now() - timedelta(days=1)
    return publish_statement(
        StatementKind.TERMS,
        body="■第1条\n\n新しい約束です。",
        change=change,
        from_on=timezone.localdate(),
        by=world.admin(world.national).user,
        at=yesterday,
    )


def seen_on(page):
    return page.content.decode().partition('name="seen" value="')[2].partition('"')[0]


@pytest.mark.parametrize("goal", ["/mypage/credits/", "/office/14-021/completions/"])
def test_はじめてログインした人は規約とお知らせを読み同意すると行こうとしていた画面に進む(world, doctor, goal):
    user = doctor.user if goal.startswith("/mypage") else world.clerk(world.district).user
    browser = sign_in(user, goal)

    stopped = browser.get(goal)
    page = browser.get(stopped.url)
    agreed = browser.post(CONSENT, {"seen": seen_on(page), "next": goal})

    assert stopped.url == f"/consent/?next={goal}"
    assert "はじめてお使いになる前に" in page.content.decode()
    assert (agreed.url, browser.get(goal).status_code) == (goal, 200)
    assert [one.statement.kind for one in Agreement.objects.filter(user=user).order_by("pk")] == ["terms", "joint-use"]


def test_版が改まると次のログインで変わったところを読みもう一度同意する(world, doctor):
    browser = world.browser(doctor.user)
    assert browser.get("/mypage/").status_code == 200
    begin_new_version(world)
    again = sign_in(doctor.user, "/mypage/")

    page = again.get("/mypage/", follow=True)
    again.post(CONSENT, {"seen": seen_on(page), "next": "/mypage/"})

    shown = page.content.decode()
    assert "変わったところ" in shown
    assert "第4条に、住所の変更の届出を加えました。" in shown
    assert "個人データを共同して利用します" not in shown
    assert again.get("/mypage/").status_code == 200


def test_同意するまでは規約を読むこととログアウトのほか何もできず取り出せもしない(world, doctor, application):
    world.approve(application, world.clerk(world.district))
    browser = sign_in(doctor.user, "/")
    certificate = f"/mypage/completions/{application.receipt_no}/certificate.pdf"

    read = [browser.get(path).status_code for path in ("/statements/terms/", "/manual/", "/privacy/")]
    stopped = [browser.get(path).status_code for path in ("/mypage/", certificate, "/password/change/")]
    tried = browser.post(f"/mypage/completions/{application.receipt_no}/withdrawal/")

    assert (read, stopped, tried.url.partition("?")[0]) == ([200] * 3, [302] * 3, CONSENT)
    assert browser.post("/sign-out/").url == SIGN_IN


def test_同意した版と日時はいつでも読み返せる(world, doctor):
    browser = sign_in(doctor.user, "/")
    browser.post(CONSENT, {"seen": seen_on(browser.get(CONSENT))})

    record = browser.get(CONSENT).content.decode()

    assert "同意の記録" in record
    assert "/statements/terms/1/" in record
    assert browser.get("/statements/terms/1/").status_code == 200


def test_読んでいるあいだに新しい版が始まれば読み直してから同意する(world, doctor):
    browser = sign_in(doctor.user, "/")
    seen = seen_on(browser.get(CONSENT))
    begin_new_version(world)

    answer = browser.post(CONSENT, {"seen": seen, "next": "/mypage/"})

    assert answer.url == "/consent/?next=/mypage/"
    assert not Agreement.objects.filter(user=doctor.user).exists()


def test_規約とお知らせはどの画面からも一歩で読め共同利用の法定の事項がそろっている(client, world):
    footer = client.get(SIGN_IN).content.decode()
    notice = client.get("/statements/joint-use/").content.decode()

    assert '"/statements/terms/"' in footer
    assert '"/statements/joint-use/"' in footer
    for item in (
        "個人データを共同して利用します",
        "共同して利用する個人データの項目",
        "共同して利用する者の範囲",
        "郡市区等医師会（郡市区の医師会と、大学、行政、職域の医師会）",
        "利用する目的",
        "責任を有する者",
        "日本医師会",
        "会長　架空 会長",
    ):
        assert item in notice


def test_日本医師会の管理者だけが新しい版を見え方を確かめてから公開する(world):
    browser = world.browser(world.admin(world.national).user)
    path = "/office/00/settings/statements/terms/new/"
    on = timezone.localdate() + timedelta(days=30)
    typed = {
        "body": "■第1条\n\n新しい約束です。",
        "change": "第1条を改めました。",
        "from_on_0": str(on.year),
        "from_on_1": str(on.month),
        "from_on_2": str(on.day),
    }

    preview = browser.post(path, typed)
    unpublished = Statement.objects.filter(number=2).count()
    published = browser.post(path, typed | {"confirmed": "1"})

    assert ("<h3>第1条</h3>" in preview.content.decode(), unpublished) == (True, 0)
    assert (published.status_code, Statement.objects.get(number=2).change) == (302, "第1条を改めました。")
    assert world.browser(world.clerk(world.national).user).get(path).status_code == 404
    assert world.browser(world.admin(world.prefecture).user).get(path).status_code == 404
