"""届出の一覧の列。画面とダウンロードするファイルは、同じ列を同じ順に並べる。"""

from django.utils.timezone import localdate

from mamis.japanese.calendar import plain_date
from mamis.membership.models import Application
from mamis.membership.queries import Tab
from mamis.tabular.csv import Column

_DUE = Column("期限", lambda row: plain_date(row.step.deadline) if row.step.deadline else "")
_LEFT = Column("期限まで", lambda row: row.due_words)
_RECEIVED = Column("受付日", lambda row: plain_date(row.step.received_on) if row.step.received_on else "")
_WHO = (
    Column("受付番号", lambda row: row.step.application.receipt_no),
    Column("氏名", lambda row: row.step.application.doctor.name),
    Column("フリガナ", lambda row: row.step.application.doctor.kana),
    Column("医籍登録番号", lambda row: row.step.licence_number),
    Column("手続き", lambda row: row.step.application.title),
    Column("すること", lambda row: row.step.task_label),
    Column("会員区分", lambda row: row.change),
    Column("異動日", lambda row: _day(row.step.application)),
)
_STATE = Column("状態", lambda row: row.step.state_label)
_ENTERED = Column("代行入力", lambda row: "代行入力" if row.step.is_entered else "")


def _day(application: Application) -> str:
    """変わる日。まだ決まらなければ、そのことを言う。"""
    return plain_date(application.effective_on) if application.is_day_known else application.day_words


STEPS = {
    Tab.OURS: (_DUE, _LEFT, _RECEIVED, *_WHO, _STATE, _ENTERED),
    Tab.OTHERS: (
        Column("申請した日", lambda row: plain_date(localdate(row.step.application.submitted_at))),
        *_WHO,
        Column("いまだれの手に", lambda row: "、".join(row.hands)),
        _STATE,
        _ENTERED,
    ),
    Tab.DONE: (
        Column("決めた日", lambda row: plain_date(localdate(row.step.state_since))),
        *_WHO,
        Column("承認日", lambda row: plain_date(row.step.board_on) if row.step.board_on else ""),
        _STATE,
        Column("届出の状態", lambda row: row.step.application.state_label),
        _ENTERED,
    ),
}

# まとめて進めた結果。一行は、その行（line）と、いまも見える医師（doctor。見えなければ、ない）。
BATCH_LINES = (
    Column("氏名", lambda row: row.doctor.name if row.doctor else ""),
    Column("フリガナ", lambda row: row.doctor.kana if row.doctor else ""),
    Column("医籍登録番号", lambda row: row.line.licence_number if row.doctor else ""),
    Column("受付番号", lambda row: row.line.case.receipt_no if row.line.case else ""),
    Column("結果", lambda row: row.line.outcome_label),
    Column("進めなかったわけ", lambda row: row.line.refusal),
)

JOININGS = (
    Column("名簿", lambda row: f"第{row.list_number}号"),
    Column("状態", lambda row: row.state_label),
    Column("氏名", lambda row: row.name),
    Column("フリガナ", lambda row: row.kana),
    Column("医籍登録番号", lambda row: row.number),
    Column("所属施設", lambda row: row.work_name),
    Column("入会日", lambda row: plain_date(row.joined_on)),
    Column("名簿のメールアドレス", lambda row: row.mail_address),
    Column("メール", lambda row: "不達" if row.is_undelivered else ""),
    Column("お願いした日", lambda row: plain_date(localdate(row.asked_at))),
    Column("最後に送った日", lambda row: plain_date(localdate(row.sent_at))),
    Column("返事の期限", lambda row: plain_date(row.last_on)),
    Column("返事のあった日", lambda row: plain_date(localdate(row.answered_at)) if row.answered_at else ""),
    Column("届出の受付番号", lambda row: row.application.receipt_no if row.application else ""),
    Column("辞退のわけ", lambda row: row.note),
)

# 会員が変えた連絡先。一行は、変更と、その変わったところ。
CONTACT_CHANGES = (
    Column("変わった日", lambda row: plain_date(localdate(row[0].changed_at))),
    Column("氏名", lambda row: row[0].doctor.name),
    Column("フリガナ", lambda row: row[0].doctor.kana),
    Column("医籍登録番号", lambda row: row[0].licence_number or ""),
    Column("変わったところ", lambda row: "、".join(fact.label for fact in row[1])),
    Column("変わる前", lambda row: "、".join(fact.was for fact in row[1])),
    Column("変わったあと", lambda row: "、".join(fact.now for fact in row[1])),
)
