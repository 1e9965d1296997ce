"""変えるときの約束：行を鍵で押さえ、見ていた版から変わっていないことを確かめ、だれがしたかを記録に添える。"""

from collections.abc import Mapping
from typing import Any

import pghistory

from mamis.associations import queries
from mamis.associations.models import Association, Staff
from mamis.associations.queries import Change


class ChangedMeanwhile(Exception):
    """開いていたあいだに、ほかの人が変えた。何が変わったかを持つ。"""

    def __init__(self, changes: list[Change]) -> None:
        super().__init__("この画面を開いているあいだに、ほかの方が変更しました。")
        self.changes = changes


def rewritten(model: Any, pk: int, values: Mapping[str, Any], *, seen: int | None, by: Staff) -> Any:
    """書き直した行。見ていた版（seen）のあとに変わっていれば ChangedMeanwhile。"""
    row = model.objects.select_for_update().get(pk=pk)
    changes = queries.changed_since(row, seen, values)
    if changes:
        raise ChangedMeanwhile(changes)
    for name, value in values.items():
        setattr(row, name, value)
    with recorded_as(by):
        row.save(update_fields=list(values))
    return row


def locked(association: Association) -> Association:
    """鍵で押さえた医師会。"""
    return Association.objects.select_for_update().get(pk=association.pk)


def recorded_as(by: Staff | None) -> Any:
    """変更の記録に、だれが、どの医師会としてしたかを添える。"""
    if by is None:
        return pghistory.context()
    return pghistory.context(
        user=by.user_id, user_name=by.signature, association=by.association_id, association_name=by.association.name
    )
