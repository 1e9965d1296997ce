"""一覧の列。画面とダウンロードするファイルは、同じ列を同じ順に並べる。"""

from django.utils.timezone import localdate

from mamis.japanese.calendar import short_date
from mamis.tabular.csv import Column

REGISTRATIONS = (
    Column("受付日", lambda one: short_date(localdate(one.submitted_at))),
    Column("受付番号", lambda one: one.receipt_no),
    Column("氏名", lambda one: one.name),
    Column("フリガナ", lambda one: one.kana),
    Column("医籍登録番号", lambda one: one.number),
    Column("確認すること", lambda one: one.task),
    Column("状態", lambda one: one.state_label),
)
