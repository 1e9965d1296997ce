"""だれが何を打っても、こちらは壊れない。断るときは欄のそばで言い、打たれたものは一字も失わない。

欄の表は手で書く。フォームに欄を足したら、ここにも足さなければ試験が落ちる。
"""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.forms import BaseForm

import mamis
from tests.project.boxes import (
    BASES,
    BOXES,
    Box,
    Stage,
    attached,
    encoded,
    make_stage,
    page_of,
    rows_moved,
    send,
    typed_in,
    undone,
)
from tests.project.fields import ANYTHING, REFUSED, Field, shown
from tests.project.reader import Page, plain
from tests.world import World

MARK = 777_123
# ほかの値と同じ道を通るもの。
LIKE_OTHERS = {"spaces", "control", "many digits", "full width", "emoji", "quote", "formula", "number"}


@pytest.fixture
def stage(world: World) -> Stage:
    return make_stage(world)


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

    assert written == {(box.form, name) for box in BOXES for name in box.fields}


@pytest.mark.parametrize("box", BOXES, ids=str)
def test_the_valid_values_of_the_table_are_taken(stage, box):
    response = send(stage, box, typed_in(stage, box))

    assert response.status_code == (302 if box.method == "POST" else 200)
    assert response.status_code == 302 or not page_of(response).title.startswith("エラー")


@pytest.mark.parametrize("box", BOXES, ids=str)
def test_whatever_is_typed_is_taken_clean_or_refused_at_its_field(stage, box):
    valid = typed_in(stage, box)

    surprises, met = [], []
    for name, described in box.fields.items():
        # 同じ約束の欄が続けば、二つめからは要るものだけを試す。
        is_alike, met = described.is_like(met), [*met, described]
        for label, parts, expected in described.cases():
            if is_alike and label in LIKE_OTHERS:
                continue
            typed = valid | {name + part: value for part, value in parts.items()}
            found = judge(stage, box, name, described, label, typed, expected)
            surprises += [(name, label, *one) for one in found]

    assert surprises == []


@pytest.mark.parametrize("box", [box for box in BOXES if box.method == "POST"], ids=str)
def test_what_a_form_does_not_ask_changes_nothing(stage, box, settings):
    # コードにある名のすべてを一度に送るので、数の限りをゆるめる。
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
    valid = typed_in(stage, box)
    extra = {
        name: str(MARK).encode()
        for model in apps.get_models()
        if model.__module__.startswith("mamis.")
        for one in model._meta.get_fields()
        for name in (one.name, f"{one.name}_id", getattr(one, "attname", one.name))
        if name not in {*box.fields, "next"}
    }

    plainly, greedily = (written_by(stage, box, typed) for typed in (valid, extra | valid))

    assert greedily == plainly
    assert not any(MARK in values or str(MARK) in values for _, _, values in greedily)


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


# 確かめ方


def judge(
    stage: Stage, box: Box, name: str, described: Field, label: str, typed: dict[str, bytes], expected: Any
) -> list[tuple[str, Any]]:
    """送ってみて、約束と違うことを並べる。"""
    with undone():
        before = rows_moved()
        response = send(stage, box, typed)
        moved = rows_moved() - before
        accepted = response.status_code == 302 if box.method == "POST" else response.status_code == 200
        page = page_of(response)
        if box.method == "GET":
            accepted = accepted and not page.title.startswith("エラー")
        stored = box.stored(stage) if accepted and box.stored else {}
    if response.status_code >= 500:
        return [("status", response.status_code)]
    if page.scripts:
        return [("script", page.scripts)]
    if accepted:
        return [] if expected is ANYTHING else wrongly_taken(box, name, typed, stored, expected)
    if expected not in (REFUSED, ANYTHING) and not (box.is_draft and label == "many spaces"):
        return [("refused", page.title)]
    return wrongly_refused(box, name, described, label, typed, response.status_code, page, moved)


def wrongly_taken(box: Box, name: str, typed: dict[str, bytes], stored: dict[str, Any], expected: Any) -> list[Any]:
    if expected is REFUSED:
        return [("taken", stored.get(name))]
    if box.stored is None or (name not in stored and box.is_draft):
        return []
    wanted = shown(typed[name]) if box.is_draft and name in typed else expected
    return [] if (box.is_draft and name not in typed) or stored[name] == wanted else [("stored", stored[name])]


def wrongly_refused(
    box: Box, name: str, described: Field, label: str, typed: dict[str, bytes], status: int, page: Page, moved: int
) -> list[Any]:
    found: list[Any] = []
    if status not in {200, 400, 409, 422}:
        found.append(("status", status))
    if moved:
        found.append(("wrote", moved))
    if not page.title.startswith("エラー："):
        found.append(("title", page.title))
    if not page.has_alert:
        found.append(("summary", "none"))
    hidden = {one for one, other in box.fields.items() if other.is_secret}
    found += [
        ("lost", key) for key in lost(page, typed, skip=hidden | ({name} if name in chosen_names(box) else set()))
    ]
    if hidden and any(page.value_of(one) not in ([], [""]) for one in hidden):
        found.append(("showed the password", name))
    if described.is_free or label in described.together:
        return found
    places = described.told_at or (name,)
    controls = page.named(*(place + part for place in places for part in described.parts))
    pointed = [control for control in controls if control.id in page.summary_links]
    within = [one for one in page.summary_links if any(control.id.startswith(one) for control in controls)]
    if not pointed and not within:
        found.append(("summary link", page.summary_links))
    words = [page.words.get(one, "") for control in controls for one in control.described_by if one.endswith("_error")]
    if not any("エラー：" in one for one in words):
        found.append(("message", words))
    return found


def lost(page: Page, typed: dict[str, bytes], skip: set[str]) -> list[str]:
    """打たれたのに、頁に残っていない欄。"""
    buttons = {"next", "later", "confirmed", "seen"}
    return [
        name
        for name, value in typed.items()
        if name not in skip | buttons and plain(shown(value)) not in [plain(one) for one in page.value_of(name)]
    ]


def chosen_names(box: Box) -> set[str]:
    """一覧から選ぶ欄。一覧にない値は、残しようがない。"""
    return {name for name, one in box.fields.items() if one.also.get("bad") == "0 OR 1=1"}


def written_by(stage: Stage, box: Box, typed: dict[str, bytes]) -> list[tuple[str, str, tuple[Any, ...]]]:
    """送ると変わる表と列と値。鍵、時刻、合言葉のように送るたび違うものは、値を問わない。"""
    with undone():
        before = all_rows()
        response = send(stage, box, typed)
        after = all_rows()
    assert response.status_code == 302
    changed = []
    for table, rows in after.items():
        for key, row in rows.items():
            was = before[table].get(key, {})
            names = [name for name, value in row.items() if was.get(name) != value]
            changed += [(table, name, plain_values(row[name])) for name in names]
    return sorted(changed, key=str)


def plain_values(value: Any) -> tuple[Any, ...]:
    return (value,) if isinstance(value, bool | date | None.__class__) or value == MARK or value == str(MARK) else ()


def all_rows() -> dict[str, dict[Any, dict[str, Any]]]:
    skipped = ("audit", "pghistory", "sessions", "procrastinate")
    return {
        model._meta.db_table: {row["pk_"]: row for row in rows_of(model)}
        for model in apps.get_models()
        if model._meta.app_label not in skipped and model._meta.managed
    }


def rows_of(model: type) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if not hasattr(value, "hour")}
        | {"pk_": row[model._meta.pk.attname]}
        for row in model._default_manager.values()
    ]


def forms_below(form: type) -> Iterator[type]:
    for below in form.__subclasses__():
        yield below
        yield from forms_below(below)
