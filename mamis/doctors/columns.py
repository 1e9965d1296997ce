"""一覧の列。画面とダウンロードするファイルは、同じ列を同じ順に並べる。"""

from datetime import date

from django.utils.timezone import localdate

from mamis.doctors.rules import FACILITY_STATE_LABELS
from mamis.japanese.calendar import plain_date, short_date
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


def facilities(on: date) -> tuple[Column, ...]:
    """施設の一覧の列。状態は、その日のもの。取り込みの列と同じ見出しである。"""
    return (
        Column("施設名", lambda one: one.name),
        Column("フリガナ", lambda one: one.kana),
        Column("種別", lambda one: one.kind_label),
        Column("医療機関コード", lambda one: one.code),
        Column("都道府県", lambda one: one.prefecture.name),
        Column("所在地", lambda one: one.place_words),
        Column("電話", lambda one: one.telephone),
        Column("開設者", lambda one: one.opener_name),
        Column("管理者", lambda one: one.manager_name),
        Column("開設した日", lambda one: _day(one.opened_on)),
        Column("休止した日", lambda one: _day(one.suspended_on)),
        Column("廃止した日", lambda one: _day(one.closed_on)),
        Column("状態", lambda one: FACILITY_STATE_LABELS[one.state(on)]),
    )


def _day(day: date | None) -> str:
    return plain_date(day) if day else ""
