"""だれが何を打っても、こちらは壊れない。断るときは欄のそばで言い、打たれたものは一字も失わない。

欄の表は手で書く。フォームに欄を足したら、ここにも足さなければ試験が落ちる。
"""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django.forms import BaseForm

import mamis
from tests.project.boxes import (
    ADMINISTRATORS,
    BASES,
    BOXES,
    CLERKS,
    DOCTORS,
    attached,
    encoded,
    page_of,
    send,
    typed_in,
    undone,
)
from tests.project.hostile import LIKE_OTHERS, chosen_names, lost


def test_every_field_of_every_form_stands_in_the_table():
    for module in pkgutil.walk_packages(mamis.__path__, "mamis."):
        if any(part.startswith("forms") for part in module.name.split(".")):
            importlib.import_module(module.name)

    written = {
        (form.__name__, name)
        for form in forms_below(BaseForm)
        if form.__module__.startswith("mamis.") and form.__name__ not in BASES
        for name in form.base_fields
    }

    assert written == {(box.form, name) for box in BOXES if not box.grows for name in box.fields}


def test_every_box_is_somebodys():
    """打ってみる試験は、打つ人で三つのファイルに分かれる。"""
    assert sorted(map(id, (*DOCTORS, *CLERKS, *ADMINISTRATORS))) == sorted(map(id, BOXES))


@pytest.mark.parametrize("box", BOXES, ids=str)
def test_the_valid_values_of_the_table_are_taken(stage, box):
    response = send(stage, box, typed_in(stage, box))

    assert response.status_code == (302 if box.method == "POST" else 200)
    assert response.status_code == 302 or not page_of(response).title.startswith("エラー")


@pytest.mark.parametrize("box", [box for box in BOXES if box.is_draft], ids=str)
def test_what_is_left_for_later_comes_back_as_typed(stage, box):
    client = stage.client(box.person)
    valid = {name: value for name, value in typed_in(stage, box).items() if name != "next"}

    surprises = []
    for name, described in box.fields.items():
        for label, parts, _ in described.cases():
            if label in LIKE_OTHERS:
                continue
            typed = valid | {name + part: value for part, value in parts.items()}
            kept = {key: value.replace(b"\x00", "\ufffd".encode()) for key, value in typed.items()}
            with undone():
                left = client.post(
                    box.url(stage), encoded(typed | {"later": b"1"}), content_type="application/x-www-form-urlencoded"
                )
                page = page_of(client.get(box.url(stage)) if left.status_code == 302 else left)
            if left.status_code != 302 and not (len(b"".join(typed.values())) > 4000 and page.has_alert):
                surprises.append((name, label, left.status_code))
            elif left.status_code == 302:
                surprises += [(name, label, key) for key in lost(page, kept, skip=chosen_names(box))]

    assert surprises == []


@pytest.mark.parametrize("box", [box for box in BOXES if box.method == "POST"], ids=str)
def test_a_form_sent_in_parts_is_read_as_well(stage, box):
    valid = {name: value.decode() for name, value in typed_in(stage, box).items()}

    response = stage.client(box.person).post(box.url(stage), valid | attached(box))

    assert response.status_code == 302


def forms_below(form: type) -> Iterator[type]:
    for below in form.__subclasses__():
        yield below
        yield from forms_below(below)
