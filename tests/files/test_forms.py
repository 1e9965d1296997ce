from datetime import UTC, datetime

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from mamis.accounts.models import User
from mamis.accounts.operations import create_user
from mamis.fields import TextField
from mamis.files.checking import Refused
from mamis.files.forms import UploadField, hold_uploads, show_held
from mamis.files.models import StoredFile
from mamis.files.operations import receive, settle_check
from mamis.files.rules import MOST_A_DAY, REFUSED, Refusal
from tests.files.samples import fill_the_day, jpeg, upload

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


class Notice(forms.Form):
    """試すための届。"""

    title = TextField(label="題", max_length=20)
    scan = UploadField(label="写し", purpose="test")
    more = UploadField(label="続き", purpose="test.more", required=False)


@pytest.fixture
def user() -> User:
    return create_user(email="clerk@office.example", name="一般 次郎", password="hitotsu-no-madoguchi-2026", at=NOON)


def sent(user: User | None, text: str = "", **files: SimpleUploadedFile) -> Notice:
    """送られ、預かられたフォーム。"""
    form = Notice(QueryDict(text), MultiValueDict({name: [file] for name, file in files.items()}))
    hold_uploads(form, by_user_id=user.pk if user else None, holder="" if user else "visitor", at=NOON)
    form.is_valid()
    return form


def test_a_chosen_file_becomes_the_value_of_its_field(user: User) -> None:
    form = sent(user, "title=a", scan=upload(jpeg()))

    assert form.errors == {}
    assert form.cleaned_data == {"title": "a", "scan": StoredFile.objects.get(), "more": None}


def test_a_file_is_not_lost_when_another_field_is_wrong(user: User) -> None:
    first = sent(user, "title=", scan=upload(jpeg(), "手帳.jpg"))
    stored = StoredFile.objects.get()
    page = first.as_div()

    again = sent(user, f"title=a&scan_0={stored.token}")

    assert list(first.errors) == ["title"]
    assert f'name="scan_0" value="{stored.token}"' in page
    assert "手帳.jpg" in page
    assert "このファイルは預かっています" in page
    assert again.cleaned_data["scan"] == stored
    assert StoredFile.objects.count() == 1


def test_nobody_uses_the_file_of_another_or_for_another_purpose(user: User) -> None:
    own = receive(upload(jpeg()), purpose="test.more", by_user_id=user.pk, at=NOON)
    foreign = receive(upload(jpeg()), purpose="test", by_user_id=None, holder="visitor", at=NOON)

    for token in (own.token, foreign.token, "x" * 32, "\x00", ""):
        form = sent(user, f"title=a&scan_0={token}".replace("\x00", "%00"))
        assert form.errors["scan"] == ["写しを選んでください。"]
        assert 'name="scan_0"' not in form.as_div()
    assert sent(None, f"title=a&scan_0={foreign.token}").cleaned_data["scan"] == foreign


def test_a_better_file_takes_the_place_of_the_former_and_a_worse_one_does_not(user: User) -> None:
    former = receive(upload(jpeg()), purpose="test", by_user_id=user.pk, at=NOON)

    better = sent(user, f"title=a&scan_0={former.token}", scan=upload(jpeg(), "よい.jpg"))
    worse = sent(user, f"title=a&scan_0={former.token}", scan=upload(b"<svg>", "だめ.svg"))

    assert better.cleaned_data["scan"].name == "よい.jpg"
    assert worse.errors["scan"] == [REFUSED[Refusal.DRAWING]]
    assert former.token in worse.as_div()


def test_a_file_that_was_refused_meanwhile_must_be_chosen_again(user: User) -> None:
    stored = receive(upload(jpeg()), purpose="test", by_user_id=user.pk, at=NOON)
    settle_check(stored, Refused(Refusal.LOCKED), at=NOON)

    form = sent(user, f"title=a&scan_0={stored.token}")

    assert form.errors["scan"] == [REFUSED[Refusal.LOCKED]]


def test_too_many_files_are_refused_at_the_field(user: User) -> None:
    fill_the_day(user, NOON)

    assert sent(user, "title=a", scan=upload(jpeg())).errors["scan"] == [
        f"一日に送れるファイルは {MOST_A_DAY} 個までです。あすになってから、もう一度お試しください。"
    ]


def test_an_opened_page_shows_what_was_held_before(user: User) -> None:
    stored = receive(upload(jpeg(), "前の.jpg"), purpose="test", by_user_id=user.pk, at=NOON)
    form = Notice()
    show_held(form, "scan", stored)

    page = form.as_div()

    assert ("前の.jpg" in page, stored.token in page) == (True, True)
    assert 'accept=".jpg' in page
    assert Notice().fields["scan"].widget.value_omitted_from_data(QueryDict("a=1"), {}, "scan")
