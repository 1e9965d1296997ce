"""変えるときの約束：医師会の行を鍵で押さえ、だれがしたかを記録に添える。"""

from typing import Any

import pghistory

from mamis.associations.models import Association, Staff


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
