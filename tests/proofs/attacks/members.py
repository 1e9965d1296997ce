"""データの取り込みの攻め。"""

from tests.proofs.attacks.sql import change, copy

ATTACKS = {
    # 取り込み
    "import_state_known: 知らない状態の取り込み": lambda f: change("members_import", f.of_import.pk, state="lost"),
    "import_number_once: 同じ番号の取り込み": lambda f: copy("members_import", f.of_import.pk),
    "import_row_line_once: 同じ行が二つ": lambda f: copy("members_importrow", f.row.pk),
    "import_row_done_has_outcome: 行く末のない取り込み済": lambda f: change(
        "members_importrow", f.row.pk, outcome="", done_at=f.world.at
    ),
    "import_row_undone_was_done: 取り込んでいない行の取り消し": lambda f: change(
        "members_importrow", f.row.pk, undone_at=f.world.at
    ),
    "import_row_undone_was_done: 取り込めない行の取り消し": lambda f: change(
        "members_importrow", f.row.pk, outcome="refused", done_at=f.world.at, undone_at=f.world.at
    ),
    "remembered_columns_once: 覚えた列が二つ": lambda f: copy("members_rememberedcolumns", f.columns.pk),
}
