"""預かったファイルの攻め。"""

from tests.proofs.attacks.sql import change, copy

ATTACKS = {
    # 預かったファイル
    "file_token_long_enough: 短い外での名": lambda f: change("files_storedfile", f.file.pk, token="short"),
    "file_token_long_enough: 住所に書けない外での名": lambda f: change("files_storedfile", f.file.pk, token="/" * 40),
    "=files_storedfile.token: 同じ外での名": lambda f: copy("files_storedfile", f.file.pk),
    "file_has_one_sender: だれも送っていないファイル": lambda f: change(
        "files_storedfile", f.file.pk, uploaded_by_id=None
    ),
    "file_has_one_sender: 二人が送ったファイル": lambda f: change("files_storedfile", f.file.pk, holder="h" * 64),
    "file_state_tells_outcome: 知らない状態のファイル": lambda f: change("files_storedfile", f.file.pk, state="lost"),
    "file_state_tells_outcome: 頁のない確認済": lambda f: change("files_storedfile", f.file.pk, pages=0),
    "file_state_tells_outcome: 日時のない確認済": lambda f: change("files_storedfile", f.file.pk, checked_at=None),
    "file_state_tells_outcome: わけのある確認済": lambda f: change("files_storedfile", f.file.pk, refusal="broken"),
    "file_state_tells_outcome: わけのない使えないファイル": lambda f: change(
        "files_storedfile", f.file.pk, state="refused", pages=0
    ),
    "file_state_tells_outcome: 頁のある使えないファイル": lambda f: change(
        "files_storedfile", f.file.pk, state="refused", refusal="broken"
    ),
    "file_state_tells_outcome: 頁のある確認待ち": lambda f: change("files_storedfile", f.waiting_file.pk, pages=1),
    "=files_original.file_id: もとの中身が二つ": lambda f: copy("files_original", f.waiting_file.original.pk),
    "file_page_once: 同じ番目の頁": lambda f: copy("files_page", f.file.page_set.get().pk),
    "file_page_has_size: 0 頁目": lambda f: change("files_page", f.file.page_set.get().pk, number=0),
    "file_page_has_size: 幅のない頁": lambda f: change("files_page", f.file.page_set.get().pk, width=0),
    "file_page_has_size: 高さのない頁": lambda f: change("files_page", f.file.page_set.get().pk, height=0),
}
