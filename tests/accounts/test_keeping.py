"""書きかけを守る：限りを過ぎて送られたものは、同じ人がログインし直せば欄に戻る。送られることはない。"""

import importlib
import json
import pkgutil
from datetime import datetime, timedelta

import pytest
from django import forms
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import mamis
from mamis.accounts.keeping import KEPT, SECRET_NAMES, refill
from mamis.accounts.sealing import seal, unseal
from mamis.training.models import CompletionHistory, CreditLine
from tests.project.reader import Page
from tests.world import PASSWORD

CREDIT = "/office/14-021/credits/new/"
TYPED = {
    "number": "１２３４５６",
    "kind": "knowledge",
    "title": 'みどり市 "学術" <講演会> & 懇親会',
    "earned_on_0": "令和8",
    "earned_on_1": "1",
    "earned_on_2": "10",
    "units": "一.五",
    "ground": "控えの第七号",
}


@pytest.fixture
def clerk(world):
    return world.clerk(world.district).user


@pytest.fixture
def page(db) -> str:
    return reverse("office_credit_new", args=["14-021"])


def sign_in(client, user, follow="/"):
    return client.post("/sign-in/", {"sign_in_name": user.email, "password": PASSWORD, "next": follow})


def expire(client) -> None:
    session = client.session
    session["seen_at"] = (timezone.now() - timedelta(hours=2)).isoformat()
    session.save()


def late(user, url, typed, page=None) -> tuple[Client, str]:
    """書いているうちに時間がたち、送ったらログインの頁になった。"""
    client = Client()
    sign_in(client, user)
    client.get(page or url)
    expire(client)
    response = client.post(url, typed, headers={"referer": f"http://testserver{page or url}"})
    return client, response["Location"]


def test_what_was_typed_comes_back_into_the_same_fields_and_is_not_sent(clerk, page):
    lines = CreditLine.objects.count()

    client, sign_in_page = late(clerk, page, TYPED)
    told = client.get(sign_in_page).content.decode()
    sign_in(client, clerk, page)
    shown = Page(client.get(page).content.decode())

    assert "書きかけの内容も、同じ方がログインすれば" in told
    assert {name: shown.value_of(name) for name in TYPED if name != "kind"} == {
        name: [value] for name, value in TYPED.items() if name != "kind"
    }
    assert 'value="knowledge"' in next(tag for tag in shown.markup.split("<") if "checked" in tag)
    assert "書きかけの内容を戻しました。まだ送っていません。" in shown.markup
    assert CreditLine.objects.count() == lines


def test_it_stays_until_it_is_sent_again(clerk, page):
    client, _ = late(clerk, page, TYPED)
    sign_in(client, clerk)

    twice = [client.get(page).content.decode().count("控えの第七号") for _ in range(2)]
    client.post(page, TYPED)

    assert twice == [1, 1]
    assert "控えの第七号" not in client.get(page).content.decode()


def test_another_person_on_the_same_browser_gets_nothing(clerk, page, world):
    client, _ = late(clerk, page, TYPED)
    sign_in(client, world.admin(world.district).user)

    assert "控えの第七号" not in client.get(page).content.decode()
    assert KEPT not in client.session

    client.post("/sign-out/")
    sign_in(client, clerk)
    assert "控えの第七号" not in client.get(page).content.decode()


def test_another_browser_of_the_same_person_gets_nothing(clerk, page):
    late(clerk, page, TYPED)
    elsewhere = Client()
    sign_in(elsewhere, clerk)

    assert "控えの第七号" not in elsewhere.get(page).content.decode()


def test_after_half_an_hour_it_is_gone(clerk, page):
    client, _ = late(clerk, page, TYPED)
    session = client.session
    kept = json.loads(unseal(session[KEPT]))
    left = datetime.fromisoformat(kept["until"]) - timezone.now()
    session[KEPT] = seal(json.dumps(kept | {"until": timezone.now().isoformat()}))
    session.save()
    sign_in(client, clerk)

    assert timedelta(minutes=29) < left <= timedelta(minutes=30)
    assert "控えの第七号" not in client.get(page).content.decode()
    assert KEPT not in client.session


def test_the_reason_of_a_return_comes_back_in_its_unfolded_place(clerk, application):
    case = reverse("office_completion", args=["14-021", application.receipt_no])
    act = reverse("office_completion_return", args=["14-021", application.receipt_no])
    steps = CompletionHistory.objects.count()

    client, _ = late(clerk, act, {"seen": "old", "reason": "日を\nご確認ください。"}, page=case)
    sign_in(client, clerk)
    markup = client.get(case).content.decode()

    assert markup.count("日を\nご確認ください。") == 1
    assert " open>" in markup
    assert Page(markup).value_of("seen") != ["old"]
    assert CompletionHistory.objects.count() == steps


@pytest.mark.parametrize(
    ("url", "typed", "referer"),
    [
        ("/password/change/", {"password": "himitsu", "new_password": "himitsu"}, "/password/change/"),
        (CREDIT, {"password": "himitsu"}, CREDIT),
        (CREDIT, {"ground": "長" * 100_001}, CREDIT),
        (CREDIT, {"ground": "ほかから"}, None),
        (CREDIT, {"ground": "ほかから"}, "https://evil.example/x"),
    ],
)
def test_secrets_the_endless_and_the_foreign_are_not_kept(clerk, url, typed, referer):
    client = Client()
    sign_in(client, clerk)
    client.get(CREDIT)
    expire(client)

    headers = {"referer": referer if "//" in referer else f"http://testserver{referer}"} if referer else {}
    client.post(url, typed, headers=headers)

    assert KEPT not in client.session


def test_what_is_kept_lies_sealed(clerk, page):
    client, _ = late(clerk, page, TYPED)

    assert "控えの第七号" not in str(dict(client.session.items()))


def test_every_secret_field_of_the_house_has_a_secret_name():
    for module in pkgutil.walk_packages(mamis.__path__, "mamis."):
        if any(part.startswith("forms") for part in module.name.split(".")):
            importlib.import_module(module.name)

    def below(kind):
        return {kind} | {form for child in kind.__subclasses__() for form in below(child)}

    secret = {
        name
        for form in below(forms.BaseForm)
        if form.__module__.startswith("mamis.")
        for name, field in form.base_fields.items()
        if isinstance(field.widget, forms.PasswordInput)
    }
    assert secret
    assert {name for name in secret if not SECRET_NAMES.search(name)} == set()


FORM = '<!doctype html><p>a &amp; b &#39; &nbsp;</p><!-- c --><form method="post" action="/x/">{}</form>'


@pytest.mark.parametrize(
    ("before", "words", "after"),
    [
        ('<input name="a" value="old">', [["a", '"><script>']], '<input name="a" value="&quot;&gt;&lt;script&gt;">'),
        ('<input name="a"/>', [["a", "1"]], '<input name="a" value="1">'),
        ('<input type="hidden" name="a" value="old">', [["a", "1"]], '<input type="hidden" name="a" value="old">'),
        ('<input type="password" name="a">', [["a", "1"]], '<input type="password" name="a">'),
        (
            '<input type="checkbox" name="a" value="1" checked><input type="checkbox" name="a" value="2">',
            [["a", "2"]],
            '<input type="checkbox" name="a" value="1"><input type="checkbox" name="a" value="2" checked>',
        ),
        (
            '<select name="a"><option value="1" selected>一</option><option value="2">二</option></select>',
            [["a", "2"]],
            '<select name="a"><option value="1">一</option><option value="2" selected>二</option></select>',
        ),
        (
            '<details><textarea name="a">\nold &amp; <!-- gone --> &#39;</textarea></details>',
            [["a", "</textarea>"]],
            '<details open><textarea name="a">\n&lt;/textarea&gt;</textarea></details>',
        ),
        ('<input name="b" value="old"><br>', [["a", "1"]], '<input name="b" value="old"><br>'),
    ],
)
def test_only_the_fields_change(before, words, after):
    assert refill(FORM.format(before), words, "/p/", "/x/") == FORM.format(after)
    assert refill(FORM.format(before), words, "/p/", "/y/") == FORM.format(before)


def test_a_form_without_an_action_goes_to_its_own_page():
    page = '<form method="post"><input name="a"></form><form method="get"><input name="a"></form>'

    assert refill(page, [["a", "1"]], "/p/", "/p/") == page.replace('<input name="a">', '<input name="a" value="1">', 1)
