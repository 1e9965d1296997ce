"""操作マニュアル（医師向け、事務局向け）「メールアドレスを変える」。一文に一つの試験。"""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from mamis.accounts.models import AddressChange, User
from mamis.accounts.operations import AddressLinkDead, change_password, confirm_address, stop_address_change
from mamis.mail.models import Message
from tests.world import PASSWORD

SIGN_IN, CONTACT = "/account/address/", "/mypage/account/contact/"
NEW = "atarashii@hana.example"


def ask(browser, path, address=NEW, password=PASSWORD):
    return browser.post(path, {"new_address": address, "password": password})


def link(mail):
    """その種類の、いちばん新しいメールにあるリンク。"""
    body = Message.objects.filter(mail=mail).latest("pk").body
    return re.search(r"/account/address/(confirmation|stop)/\S+", body)[0]


def addresses_of(doctor):
    doctor.refresh_from_db()
    return User.objects.get(pk=doctor.user_id).email, doctor.contact_address


def test_新しいアドレスに届くリンクを使うまでログイン用メールアドレスは変わらない(world, doctor, posted):
    old, browser = doctor.user.email, world.browser(doctor.user)

    sent = ask(browser, SIGN_IN)
    asked = posted()
    opened = browser.get(link("AddressConfirmationOffered")).status_code
    before = addresses_of(doctor)[0]
    Client().post(link("AddressConfirmationOffered"))

    assert (sent.url, opened, before, addresses_of(doctor)[0]) == ("/account/address/sent/", 200, old, NEW)
    assert asked == [("AddressConfirmationOffered", NEW), ("AddressChangeAsked", old)]
    assert posted() == [("AddressChanged", old), ("AddressChanged", NEW)]


def test_変わったあとは新しいアドレスでログインし前のアドレスではログインできない(world, doctor):
    old = doctor.user.email
    ask(world.browser(doctor.user), SIGN_IN)
    Client().post(link("AddressConfirmationOffered"))

    statuses = [
        Client().post("/sign-in/", {"sign_in_name": name, "password": PASSWORD}).status_code for name in (NEW, old)
    ]

    assert statuses == [302, 200]
    assert apps.get_model("accounts", "UserEvent").objects.filter(email=old).exists()


def test_登録メールアドレスは二人の医師が同じでもよくログイン用とは別に変わる(world, doctor):
    spouse = world.member("山田", "花子", world.district)
    ask(world.browser(doctor.user), CONTACT, spouse.contact_address)

    Client().post(link("AddressConfirmationOffered"))

    assert addresses_of(doctor) == (doctor.user.email, spouse.contact_address)


def test_事務局の人も画面の下からログイン用メールアドレスを変えられる(world):
    clerk = world.clerk(world.district).user
    browser = world.browser(clerk)
    footer = browser.get("/office/14-021/").content.decode()

    ask(browser, SIGN_IN)
    Client().post(link("AddressConfirmationOffered"))

    assert 'href="/account/address/"' in footer
    assert User.objects.get(pk=clerk.pk).email == NEW


def test_ほかの方のアドレスでも同じに答え持ち主にだけメールで知らせる(world, doctor, posted):
    other = world.clerk(world.other_district).user
    browser = world.browser(doctor.user)

    free, taken = ask(browser, SIGN_IN), ask(browser, SIGN_IN, other.email)
    mails = posted()
    history = browser.get("/mypage/messages/").content.decode()

    assert (free.status_code, free.url) == (taken.status_code, taken.url)
    assert mails[2:] == [("AddressInUse", other.email), ("AddressChangeAsked", doctor.user.email)]
    assert doctor.user.name not in Message.objects.get(mail="AddressInUse").body
    assert (other.email in history, NEW in history) == (False, False)


def test_前のアドレスに届くリンクで変わる前の申込みを止められる(world, doctor):
    ask(world.browser(doctor.user), SIGN_IN)

    opened = Client().get(link("AddressChangeAsked"))
    stopped = Client().post(link("AddressChangeAsked"))

    assert "申込みを止める" in opened.content.decode()
    assert stopped.url == "/account/address/done/stopped/"
    assert Client().post(link("AddressConfirmationOffered")).status_code == 410


def test_変わってから三日のあいだは前のアドレスから元に戻せログインはすべて終わる(world, doctor, posted):
    old, browser = doctor.user.email, world.browser(doctor.user)
    ask(browser, SIGN_IN)
    Client().post(link("AddressConfirmationOffered"))
    posted()

    restored = Client().post(link("AddressChanged"))

    assert (restored.url, addresses_of(doctor)[0]) == ("/account/address/done/restored/", old)
    assert posted() == [("AddressRestored", old), ("AddressRestored", NEW)]
    assert browser.get("/mypage/").url == "/sign-in/?next=/mypage/"
    assert not User.objects.get(pk=doctor.user_id).has_usable_password()


def test_三日を過ぎると元に戻すリンクは使えない(world, doctor):
    ask(world.browser(doctor.user), CONTACT)
    Client().post(link("AddressConfirmationOffered"))
    AddressChange.objects.update(confirmed_at=timezone.now() - timedelta(hours=72))

    assert Client().post(link("AddressChanged")).status_code == 410
    assert addresses_of(doctor)[1] == NEW


@pytest.mark.parametrize("meanwhile", ["used", "password", "asked_again", "torn"])
def test_リンクは一回だけ使えパスワードが変わるか申し込み直すと使えない(world, doctor, meanwhile):
    browser = world.browser(doctor.user)
    ask(browser, SIGN_IN)
    path = link("AddressConfirmationOffered")
    if meanwhile == "used":
        Client().post(path)
    elif meanwhile == "password":
        change_password(doctor.user, "kumori-nochi-ame-ashita", at=world.at)
    elif meanwhile == "asked_again":
        ask(browser, SIGN_IN, "betsu@hana.example")
    else:
        path = path.replace("confirmation/", "confirmation/9")

    answers = [Client().get(path), Client().post(path)]

    assert [answer.status_code for answer in answers] == [410, 410]


def test_リンクは二十四時間のあいだ使える(world, doctor):
    ask(world.browser(doctor.user), SIGN_IN)
    key = link("AddressConfirmationOffered").rstrip("/").rpartition("/")[2]
    asked_at = AddressChange.objects.get().asked_at

    with pytest.raises(AddressLinkDead):
        confirm_address(key, at=asked_at + timedelta(hours=24))
    with pytest.raises(AddressLinkDead):
        stop_address_change(key, at=asked_at)

    assert confirm_address(key, at=asked_at + timedelta(hours=24, seconds=-1)).new_address == NEW


def test_申し込むときにいまのパスワードを確かめる(world, doctor, posted):
    answer = ask(world.browser(doctor.user), CONTACT, password="chigau-aikotoba")

    assert "いまのパスワードが違います" in answer.content.decode()
    assert posted() == []


def test_いまと同じアドレスや続けての申込みは断る(world, doctor):
    browser = world.browser(doctor.user)

    same = ask(browser, SIGN_IN, doctor.user.email)
    for number in range(5):
        ask(browser, SIGN_IN, f"{number}@hana.example")
    sixth = ask(browser, CONTACT)

    assert "いまのメールアドレスと同じです" in same.content.decode()
    assert "1 時間に 5 回までです" in sixth.content.decode()


def test_申し込んだあとに前のアドレスの持ち主が現れたら変わらない(world, doctor):
    ask(world.browser(doctor.user), SIGN_IN)
    path = link("AddressConfirmationOffered")
    world.doctor("先田", "先子", address=NEW)

    assert Client().post(path).status_code == 410
    assert addresses_of(doctor)[0] == doctor.user.email


def test_届かなかったアドレスを変えるとマイページTOPのお願いが消える(world, doctor, application):
    Message.objects.filter(recipient_doctor=doctor).update(state="failed", sent_at=None)
    browser = world.browser(doctor.user)
    before = browser.get("/mypage/").content.decode()

    ask(browser, CONTACT)
    Client().post(link("AddressConfirmationOffered"))

    assert "登録メールアドレスを確かめる" in before
    assert "登録メールアドレスを確かめる" not in browser.get("/mypage/").content.decode()
