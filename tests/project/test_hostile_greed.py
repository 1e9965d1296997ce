"""フォームが尋ねないものを送っても、何も変わらない。"""

from datetime import date
from typing import Any

import pytest
from django.apps import apps

from tests.project.boxes import BOXES, Box, Stage, send, typed_in, undone

MARK = 777_123


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
