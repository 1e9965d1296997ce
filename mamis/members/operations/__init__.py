"""データの取り込みについて、人と裏方がすること。書くのはここだけである。"""

from mamis.members.operations.flow import (
    QUEUE,
    TASK,
    Upload,
    begin_import,
    check_import,
    discard_import,
    hand_over,
    run_import,
    undo_import,
)
from mamis.members.operations.working import work_on

__all__ = [
    "QUEUE",
    "TASK",
    "Upload",
    "begin_import",
    "check_import",
    "discard_import",
    "hand_over",
    "run_import",
    "undo_import",
    "work_on",
]
