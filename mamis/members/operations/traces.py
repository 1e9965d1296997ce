"""取り込みが書いたものの写しと、それを元へ戻すこと。

医師のまわりの行を、書く前と後で比べる。だから、どの操作が何を書いても、一つも取りこぼさない。
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError

from mamis.doctors.models import Doctor, Facility, Licence, Sight, Workplace
from mamis.members.models import ImportRow
from mamis.membership.models import Membership, MembershipCategory

CHANGED_SINCE = "取り込みのあとに、この医師の記録が変わっています。"
FACILITY_CHANGED_SINCE = "取り込みのあとに、この施設の記録が変わったか、勤める医師が書かれています。"

# 医師のまわりの表と、その行から医師への道。書いた順に並べ、逆の順に戻す。
AROUND: tuple[tuple[type[models.Model], str], ...] = (
    (Doctor, "pk"),
    (Licence, "doctor_id"),
    (Membership, "doctor_id"),
    (MembershipCategory, "membership__doctor_id"),
    (Sight, "doctor_id"),
    (Workplace, "doctor_id"),
)

# 写しを持つ表の、書く順。施設は、勤める医師より先にある。
TABLES: tuple[type[models.Model], ...] = (Facility, *(model for model, _ in AROUND))

Snapshot = dict[tuple[str, int], tuple[int, dict[str, Any]]]


def snapshot(doctors: Collection[int]) -> Snapshot:
    """医師のまわりの行の写し。（表、番号）から（医師、値）。"""
    found: Snapshot = {}
    for model, path in AROUND if doctors else ():
        of_doctor = dict(model._base_manager.filter(**{f"{path}__in": doctors}).values_list("pk", path))
        for row in model._base_manager.filter(pk__in=of_doctor):
            found[model._meta.label_lower, row.pk] = (of_doctor[row.pk], values_of(row))
    return found


def traces(before: Snapshot, after: Snapshot) -> dict[int, list[dict[str, Any]]]:
    """医師ごとの、書いたもの。新しい行か、前と後の値。"""
    found: dict[int, list[dict[str, Any]]] = {}
    for (table, pk), (doctor, values) in after.items():
        was = before.get((table, pk))
        if was is None:
            found.setdefault(doctor, []).append({"table": table, "pk": pk, "after": values})
        elif was[1] != values:
            found.setdefault(doctor, []).append({"table": table, "pk": pk, "before": was[1], "after": values})
    return found


def undo(rows: Sequence[ImportRow]) -> list[ImportRow]:
    """行が書いたものを、元へ戻す。戻せた行を返す。取り込みのあとに変わっていた行は、そっくり残す。

    まとめて戻し、断られたら半分ずつに分けて、断られた行だけを除く。
    """
    now = _values_now(rows)
    intact = [row for row in rows if all(now.get((one["table"], one["pk"])) == one["after"] for one in row.made)]
    return _undo(intact)


def _undo(rows: Sequence[ImportRow]) -> list[ImportRow]:
    if not rows:
        return []
    try:
        with transaction.atomic():
            for model in reversed(TABLES):
                _put_back(model, [one for row in rows for one in row.made if one["table"] == model._meta.label_lower])
            check_now()
    except (ProtectedError, IntegrityError):
        half = len(rows) // 2
        return [*_undo(rows[:half]), *_undo(rows[half:])] if half else []
    return list(rows)


def _put_back(model: type[models.Model], made: Sequence[dict[str, Any]]) -> None:
    """足した行を消し、変えた行を前の値にする。"""
    model._base_manager.filter(pk__in=[one["pk"] for one in made if "before" not in one]).delete()
    for one in made:
        if "before" in one:
            values = {
                field.attname: field.to_python(one["before"][field.attname]) for field in model._meta.concrete_fields
            }
            model._base_manager.filter(pk=one["pk"]).update(**values)


def _values_now(rows: Sequence[ImportRow]) -> dict[tuple[str, int], dict[str, Any]]:
    """書いた行の、いまの値。鍵で押さえて読む。"""
    found = {}
    for model in TABLES:
        table = model._meta.label_lower
        pks = [one["pk"] for row in rows for one in row.made if one["table"] == table]
        for row in model._base_manager.select_for_update().filter(pk__in=pks).order_by("pk") if pks else ():
            found[table, row.pk] = values_of(row)
    return found


def check_now() -> None:
    """取引の終わりの守りを、ここで確かめる。"""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def values_of(row: models.Model) -> dict[str, Any]:
    """行の値。JSON にできる形。"""
    return {field.attname: _plain(getattr(row, field.attname)) for field in row._meta.concrete_fields}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
