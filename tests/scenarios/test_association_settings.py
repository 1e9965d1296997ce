"""newsletter Topic 01 の 1～4：設定期限までに、医師会の管理者がすること。"""

from datetime import date

import pytest
from django.urls import reverse

from mamis.associations.models import Association, Platform
from mamis.associations.rules import Role
from mamis.mail.models import Message
from tests.world import World

FIELDS = ("お問い合わせ通知先メールアドレス", "会員管理用通知メールアドレス", "ホームページ")


@pytest.fixture
def unset(world: World) -> Association:
    """通知先のない医師会。"""
    Association.objects.filter(pk=world.district.pk).update(inquiry_address="")
    return Association.objects.get(pk=world.district.pk)


def read(world: World, person, name: str, association: Association) -> str:
    return world.browser(person.user).get(reverse(name, args=[association.code])).content.decode()


def test_1_設定期限までに設定されていない医師会には期限と四つの手順が出る(world, unset):
    Platform.objects.update(address_deadline_on=date(2026, 6, 4))

    page = read(world, world.admin(unset), "office_home", unset)

    assert [words in page for words in ("2026年6月4日", "管理者権限のアカウント", "医師会情報", "保存する")] == [
        True
    ] * 4


def test_1_設定した医師会には設定期限の知らせは出ない(world):
    page = read(world, world.admin(world.district), "office_home", world.district)

    assert "設定期限" not in page


def test_2_管理者権限のアカウントでログインし左側のメニューから医師会情報を開く(world):
    home = read(world, world.admin(world.district), "office_home", world.district)
    address = reverse("office_association", args=[world.district.code])

    assert f'href="{address}"' in home
    assert "<h1>医師会情報</h1>" in read(world, world.admin(world.district), "office_association", world.district)


def test_2_管理者権限のログインアカウントが不明な場合は会員情報室に問い合わせると書いてある(world, client):
    viewer = world.appoint(world.district, Role.VIEWER, "閲覧 五郎")

    sign_in = client.get(reverse("account_login")).content.decode()
    settings = read(world, viewer, "office_association", world.district)

    assert ("会員情報室" in sign_in, "会員情報室" in settings, "管理 花子" in settings) == (True, True, True)


def test_3_医師会情報画面の下部に三つの欄がこの順にある(world):
    page = read(world, world.admin(world.district), "office_association", world.district)

    places = [page.index(f">{label}") for label in FIELDS]
    assert places == sorted(places)
    assert page.count("半角英数字・記号 100文字以内") == 3


def test_3_個人のメールアドレスではなく担当部署の代表メールアドレスを推奨すると欄のそばにある(world):
    page = read(world, world.admin(world.district), "office_association", world.district)

    advice = page.index("個人のメールアドレスではなく")
    assert page.index(f">{FIELDS[0]}") < advice < page.index(f">{FIELDS[1]}")


def test_3_設定した後の修了申請は設定したアドレスに届く(world, unset, doctor, posted):
    save(world, unset, inquiry_address="daihyo@midori-med.example")

    world.submit(doctor, world.district)

    assert posted()[-1] == ("CompletionArrived", "daihyo@midori-med.example")


def test_4_メールアドレスを修正後に保存するボタンで保存される(world, unset):
    response = save(world, unset, inquiry_address="daihyo@midori-med.example")

    unset.refresh_from_db()
    assert (response.status_code, unset.inquiry_address) == (302, "daihyo@midori-med.example")


def test_補足1_通知先を変えても届かなくなるメールはない(world, unset, doctor):
    """この欄を使うメールは、修了申請の受付と、自分で頼むテスト送信だけである。"""
    save(world, unset, inquiry_address="daihyo@midori-med.example")
    application = world.submit(doctor, world.district)
    world.approve(application, world.clerk(world.district))

    kinds = set(Message.objects.filter(recipient_association=unset).values_list("mail", flat=True))

    assert kinds == {"CompletionArrived"}


def save(world: World, association: Association, **typed: str):
    """管理者が画面を開き、欄を直して「保存する」を押す。"""
    browser = world.browser(world.admin(association).user)
    address = reverse("office_association", args=[association.code])
    form = browser.get(address).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    return browser.post(address, {**values, **typed})
