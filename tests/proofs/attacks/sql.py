"""攻めの一手：正しい行の写しと書き換え。"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

DENIED = "permission denied"


@dataclass(frozen=True)
class Sql:
    """生の文と、その値。"""

    text: str
    values: tuple[Any, ...] = ()


def copy(table, pk, **changes):
    """行の写しを、いくつかの列だけ変えて入れる。"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, is_identity FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
            [table],
        )
        columns = [name for name, is_identity in cursor.fetchall() if is_identity == "NO" or name in changes]
    sources = ["%s" if name in changes else f'"{name}"' for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    values = tuple(changes[name] for name in columns if name in changes)
    return Sql(
        f'INSERT INTO "{table}" ({names}) SELECT {", ".join(sources)} FROM "{table}" WHERE id = %s', (*values, pk)
    )


def change(table, pk, **changes):
    """行を書き換える。"""
    settings = ", ".join(f'"{name}" = %s' for name in changes)
    return Sql(f'UPDATE "{table}" SET {settings} WHERE id = %s', (*changes.values(), pk))


def remove(table, pk):
    """行を消す。"""
    return Sql(f'DELETE FROM "{table}" WHERE id = %s', (pk,))
