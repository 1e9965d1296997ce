"""差し戻しの文例。"""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from mamis.associations.rules import Role
from mamis.training import policy
from mamis.training.models import ReturnText
from mamis.training.operations import TitleTaken, end_text, move_text, rewrite_text, take_starters, write_text
from mamis.training.rules import STARTER_TEXTS, inserted

LIST = reverse("office_return_texts", args=["14-021"])
BODY = "日付をご確認ください。"


@pytest.fixture
def clerk(world):
    return world.clerk(world.district)


@pytest.fixture
def texts(world, clerk):
    return [write_text(title, BODY, by=clerk, at=world.at) for title in ("日付", "場所", "単位")]


def titles(staff):
    return [text.title for text in policy.return_texts_of(staff)]


@pytest.mark.parametrize(
    ("title", "earlier", "order"),
    [
        ("場所", True, ["場所", "日付", "単位"]),
        ("場所", False, ["日付", "単位", "場所"]),
        ("日付", True, ["日付", "場所", "単位"]),
        ("単位", False, ["日付", "場所", "単位"]),
    ],
)
def test_texts_stand_in_the_order_given(clerk, texts, title, earlier, order):
    move_text(ReturnText.objects.get(title=title), earlier=earlier, by=clerk)

    assert titles(clerk) == order


def test_a_title_stands_once_among_the_texts_in_use(world, clerk, texts):
    with pytest.raises(TitleTaken):
        write_text("日付", BODY, by=clerk, at=world.at)
    with pytest.raises(TitleTaken):
        rewrite_text(texts[1], "日付", BODY, by=clerk, at=world.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnText.objects.filter(pk=texts[1].pk).update(title="日付")
    rewrite_text(texts[0], "日付", "書き直した。", by=clerk, at=world.at)

    end_text(texts[0], by=clerk, at=world.at + timedelta(days=1))
    write_text("日付", BODY, by=clerk, at=world.at)

    assert titles(clerk) == ["場所", "単位", "日付"]


def test_starters_are_taken_once(world, clerk):
    take_starters(by=clerk, at=world.at)
    take_starters(by=clerk, at=world.at)

    assert titles(clerk) == [title for title, _ in STARTER_TEXTS]


def test_texts_belong_to_their_office_and_its_clerks(world, clerk, texts):
    assert titles(world.admin(world.district)) == ["日付", "場所", "単位"]
    assert titles(world.admin(world.other_district)) == []
    assert titles(world.appoint(world.district, Role.VIEWER, "閲覧 五郎")) == []


def test_a_text_is_put_below_what_was_written():
    assert inserted("", "文") == "文"
    assert inserted(" \n", "文") == "文"
    assert inserted("書きかけ\n", "文") == "書きかけ\n文"


def test_the_pages_write_order_and_remove(world, clerk):
    browser = world.browser(clerk.user)
    browser.post(reverse("office_return_text_starters", args=["14-021"]))
    first = policy.return_texts_of(clerk)[0]
    page = reverse("office_return_text", args=["14-021", first.pk])

    browser.post(reverse("office_return_text_order", args=["14-021", first.pk]))
    browser.post(page, {"title": "日付について", "body": BODY})
    taken = browser.post(page, {"title": "くわしい内容", "body": BODY})
    new = browser.post(reverse("office_return_text_new", args=["14-021"]), {"title": "日付について", "body": BODY})
    browser.post(reverse("office_return_text_removal", args=["14-021", policy.return_texts_of(clerk)[0].pk]))

    assert (taken.status_code, new.status_code) == (422, 422)
    assert titles(clerk) == ["日付について", "くわしい内容", "同じ活動が二度ある", "単位が足りない"]


def test_nothing_chosen_leaves_what_was_typed(world, clerk, texts, application):
    page = world.browser(clerk.user).post(
        reverse("office_completion_return", args=["14-021", application.receipt_no]),
        {"reason": "書きかけ", "text": "", "insert": "1"},
    )

    assert page.context["return_form"]["reason"].value() == "書きかけ"


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_however_many(world, clerk, number, django_assert_num_queries):
    for place in range(number):
        write_text(f"題{place}", BODY, by=clerk, at=world.at)
    browser = world.browser(clerk.user)
    browser.get(LIST)

    with django_assert_num_queries(12):
        browser.get(LIST)
