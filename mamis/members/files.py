"""取り込みについて、こちらから渡すファイルの列：見本と、取り込めなかった行。"""

from collections.abc import Callable, Sequence

from mamis.members.models import ImportRow
from mamis.tabular.csv import Column
from mamis.tabular.reading import Intake


def template_columns(columns: Sequence[Intake]) -> list[Column]:
    """見本の列。姓と名のように分けて書ける列があれば、分けたほうだけを出す。"""
    return [Column(one.label, _example_of(one)) for one in _plainest(columns)]


def template_rows(columns: Sequence[Intake]) -> list[None]:
    """書き方の例の一行。"""
    return [None]


def refused_columns(heads: Sequence[str]) -> list[Column]:
    """事務局の列のままに、行とわけと直し方を添える。"""
    own = [Column(head, _cell_at(place)) for place, head in enumerate(heads)]
    return [*own, *REASONS]


def _told(*names: str) -> Callable[[ImportRow], str]:
    """わけや直し方を、一つのますに並べる。"""

    def value(row: ImportRow) -> str:
        told = (f"【{problem['column']}】{problem[name]}" for problem in row.problems for name in names)
        return " / ".join(told)

    return value


def _cell_at(place: int) -> Callable[[ImportRow], str]:
    return lambda row: str(row.cells[place])


_SPLIT = {"name": "family_name", "kana": "family_kana"}


def _plainest(columns: Sequence[Intake]) -> list[Intake]:
    names = {one.name for one in columns}
    return [one for one in columns if _SPLIT.get(one.name) not in names]


def _example_of(column: Intake) -> Callable[[None], str]:
    return lambda row: column.example


REASONS = (
    Column("取り込めない行", lambda row: row.line),
    Column("取り込めないわけ", _told("reason")),
    Column("直し方", _told("fix")),
)
