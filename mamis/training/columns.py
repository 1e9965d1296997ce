"""一覧の列。画面とダウンロードするファイルは、同じ列を同じ順に並べる。"""

from django.utils.timezone import localdate

from mamis.japanese.calendar import short_date
from mamis.tabular.csv import Column

COMPLETIONS = (
    Column("受付日", lambda row: short_date(localdate(row.application.submitted_at))),
    Column("経過（日）", lambda row: row.waiting_days),
    Column("氏名", lambda row: row.application.doctor.name),
    Column("フリガナ", lambda row: row.application.doctor.kana),
    Column("医籍登録番号", lambda row: row.application.licence_number),
    Column("単位", lambda row: row.review.evaluation.total / 2),
    Column("確認の結果", lambda row: row.review.verdict),
    Column("状態", lambda row: row.application.state_label),
    Column("代行入力", lambda row: "代行入力" if row.application.is_entered else ""),
)

CREDITS = (
    Column("取得した日", lambda line: short_date(line.earned_on)),
    Column("氏名", lambda line: line.doctor.name),
    Column("医籍登録番号", lambda line: line.licence_number),
    Column("種別", lambda line: line.kind_label),
    Column("内容", lambda line: line.title),
    Column("単位", lambda line: line.half_units / 2),
    Column("カリキュラムコード", lambda line: ",".join(line.codes)),
    Column("根拠", lambda line: line.ground),
    Column("登録した日", lambda line: short_date(localdate(line.entered_at))),
    Column("登録した人", lambda line: line.entered_by.name),
    Column("状態", lambda line: "取消" if hasattr(line, "reversal") else "有効"),
    Column("取り消した根拠", lambda line: line.reversal.ground if hasattr(line, "reversal") else ""),
)
