"""取り込みを、同じ行を生の SQL（COPY と INSERT … SELECT）で入れるのに比べて測る。

会員 10,000 行を、読み、確かめ、取り込み、取り消す。同じ回に、同じ五つの表へ同じ行を COPY と SQL で入れ、毎秒の行数と、
何倍かかるかを示す。秒は機械しだいなので、比べるのは倍率である。

    .venv/bin/python -m benchmarks.imports
"""

import time

from benchmarks.nation import say, timed  # isort: skip

from django.db import connection, transaction
from django.utils import timezone

from mamis.associations.rules import Tier
from mamis.members.columns import columns_of
from mamis.members.models import Import
from mamis.members.operations import Upload, begin_import, check_import, run_import, undo_import, work_on
from mamis.members.rules import Kind
from mamis.tabular.reading import propose, read_sheet
from tests import databases
from tests.members.files import csv_of, member
from tests.world import make_world

ROWS = 10_000

RAW = """
INSERT INTO doctors_doctor (family_name, given_name, family_kana, given_kana, search_name, sex, birth_on, member_no,
    contact_address, telephone, postcode, address)
    SELECT '髙﨑', '𠮷郎', 'タカサキ', 'キチロウ', '高崎吉郎 タカサキキチロウ', '', '1978-08-21', '', '', number, '', ''
    FROM raw_roster;
INSERT INTO doctors_licence (doctor_id, register, number)
    SELECT doctor.id, 'japanese', doctor.telephone FROM doctors_doctor doctor;
INSERT INTO membership_membership (doctor_id, association_id, joined_on)
    SELECT doctor.id, body.id, '2014-04-01' FROM doctors_doctor doctor, associations_association body
    WHERE body.code = '14-021';
INSERT INTO membership_membershipcategory (membership_id, category_id, from_on)
    SELECT seat.id, (SELECT min(id) FROM associations_category WHERE association_id = seat.association_id), '2014-04-01'
    FROM membership_membership seat;
INSERT INTO doctors_sight (doctor_id, association_id, ground, since_on)
    SELECT doctor_id, association_id, 'member', '2014-04-01' FROM membership_membership;
SET CONSTRAINTS ALL IMMEDIATE;
"""


def main() -> None:
    """データを作り、測り、表を出す。"""
    try:
        databases.start()
        databases.make("roster")
        databases.use("roster")
        _measure()
    finally:
        databases.stop()


def _measure() -> None:
    world = make_world()
    staff = world.admin(world.district)
    content = csv_of(*(member(500_000 + number, 勤務先="", 電話="") for number in range(ROWS)))
    raw = timed(_raw)
    begun = time.perf_counter()
    sheet = read_sheet(content)
    read = time.perf_counter() - begun
    of_import = begin_import(Upload(Kind.MEMBERS, "名簿.csv", content, sheet), by=staff, at=timezone.now())
    mapping = propose(columns_of(Kind.MEMBERS, Tier.DISTRICT), sheet.heads, {})
    check_import(of_import, mapping, by=staff, at=timezone.now())
    checking = timed(lambda: _work(of_import))
    run_import(_fresh(of_import), by=staff, at=timezone.now())
    running = timed(lambda: _work(of_import))
    undo_import(_fresh(of_import), by=staff, at=timezone.now())
    undoing = timed(lambda: _work(of_import))
    say(f"{'':<20}{'毎秒の行':>10}{'生の SQL との倍率':>16}")
    for label, seconds in (
        ("生の SQL", raw),
        ("読む", read),
        ("確かめる", checking),
        ("取り込む", running),
        ("取り消す", undoing),
    ):
        say(f"{label:<20}{ROWS / seconds:>12,.0f}{seconds / raw:>14.1f}")


def _raw() -> None:
    """同じ行を、守りも履歴もそのままに、まとめて入れてから、なかったことにする。"""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE raw_roster (number text) ON COMMIT DROP")
            with cursor.copy("COPY raw_roster FROM STDIN") as copy:
                for number in range(ROWS):
                    copy.write_row([str(500_000 + number)])
            cursor.execute(RAW)
        transaction.set_rollback(True)


def _work(of_import: Import) -> None:
    while work_on(of_import.pk, at=timezone.now()):
        pass


def _fresh(of_import: Import) -> Import:
    return Import.objects.get(pk=of_import.pk)


if __name__ == "__main__":
    main()
