"""修了申請の画面を、全国の大きさのデータで測る。

医師 350,000 人、郡市区等 890、修了申請 180,000 件、単位の行 2,000,000 行。同じ回に、同じことをする生の SQL を
並べて測り、何倍かかるかを示す。秒は機械しだいなので、比べるのは倍率である。

    .venv/bin/python -m benchmarks.completions
"""

# ruff: noqa: E501, S608
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "script"))
os.environ.update(DJANGO_SETTINGS_MODULE="tests.settings")

import django

django.setup()

import psycopg  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.db import connection  # noqa: E402
from launch.postgres import OWNER  # noqa: E402

from mamis.associations.models import Staff  # noqa: E402
from mamis.doctors.models import Doctor  # noqa: E402
from mamis.training import policy, queries  # noqa: E402
from mamis.training.models import CompletionApplication  # noqa: E402
from tests import databases  # noqa: E402
from tests.cluster import CLUSTER  # noqa: E402

REPEATS = 15

NATION = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', one.tablename);
    END LOOP;
END $$;
INSERT INTO accounts_user (id, password, email, name, is_active, created_at)
    VALUES (1, '', 'clerk@office.example', '一般 次郎', true, now());
INSERT INTO associations_municipality (code, name, prefecture_id)
    SELECT lpad((90000 + n)::text, 5, '0'), '町' || n, lpad((1 + n % 47)::text, 2, '0') FROM generate_series(1, 890) n;
INSERT INTO associations_association
    (id, code, name, kana, tier, kind, parent_id, prefecture_id, postcode, address, telephone, hours,
     inquiry_address, member_address, homepage)
    SELECT 1000 + n, lpad((1 + n % 47)::text, 2, '0') || '-' || lpad(n::text, 3, '0'), '第' || n || '医師会', 'ダイイシカイ',
           'district', 'area', parent.id, parent.prefecture_id, '', '', '', '', 'a@office.example', '', ''
    FROM generate_series(1, 890) n
    JOIN associations_association parent ON parent.code = lpad((1 + n % 47)::text, 2, '0');
INSERT INTO associations_staff (id, role, since_on, association_id, user_id) VALUES (1, 2, '2020-04-01', 1001, 1);
INSERT INTO doctors_doctor
    (id, family_name, given_name, family_kana, given_kana, search_name, sex, member_no, contact_address, telephone,
     postcode, address)
    SELECT n, '姓' || n % 9000, '名' || n % 7000, 'セイ', 'メイ', '姓' || n % 9000 || '名' || n % 7000 || ' セイメイ', '', '',
           'd@clinic.example', '', '', ''
    FROM generate_series(1, 350000) n;
INSERT INTO doctors_licence (doctor_id, register, number)
    SELECT n, 'japanese', lpad((100000 + n)::text, 6, '0') FROM generate_series(1, 350000) n;
INSERT INTO training_creditline
    (doctor_id, programme_id, kind, title, earned_on, half_units, codes, source, ground, granted_by_id, entered_by_id, entered_at)
    SELECT 1 + n % 350000, (SELECT id FROM training_programme WHERE code = 'cme'), 'knowledge', '講習会' || n % 400,
           date '2026-11-01' - (n % 1500)::int, 3, '{}', 'course', '受講者名簿', 1001 + n % 890, 1, now()
    FROM generate_series(1, 2000000) n;
INSERT INTO training_completionapplication
    (id, state, version, state_since, receipt_no, window_from_on, window_until_on, first_submitted_at, submitted_at,
     is_imported, destination_id, doctor_id, programme_id, rule_id, decided_at, decided_by_id)
    SELECT n, CASE WHEN n % 8 = 0 THEN 'submitted' ELSE 'approved' END, 1, now(), 'B-' || n, '2023-11-02', '2026-11-01',
           timestamptz '2026-11-01' - (n % 700) * interval '1 day', timestamptz '2026-11-01' - (n % 700) * interval '1 day',
           false, 1001 + n % 890, n, rule.programme_id, rule.id,
           CASE WHEN n % 8 = 0 THEN NULL ELSE now() END, CASE WHEN n % 8 = 0 THEN NULL ELSE 1 END
    FROM generate_series(1, 180000) n CROSS JOIN (SELECT * FROM training_programmerule LIMIT 1) rule;
INSERT INTO training_submission (id, number, submitted_at, note, application_id)
    SELECT n, 1, now(), '', n FROM generate_series(1, 180000) n;
INSERT INTO training_fieldreport
    (position, place, from_on, until_on, times, note, half_units, activity_id, submission_id)
    SELECT 1, '休日急患診療所', '2026-05-10', '2026-05-10', 1, '', 2, (SELECT min(id) FROM training_activity), n
    FROM generate_series(1, 180000) n;
ANALYZE;
"""


def main() -> None:
    """データを作り、測り、表を出す。"""
    try:
        databases.start()
        databases.make("nation")
        _say(f"データを作りました（{_timed(lambda: _fill('nation')):.0f} 秒）")
        databases.use("nation")
        _measure()
    finally:
        databases.stop()


def _fill(name: str) -> None:
    with psycopg.connect(CLUSTER.url(OWNER, name), autocommit=True) as connection:
        connection.execute(NATION)


def _measure() -> None:
    today = date(2026, 11, 1)
    staff = Staff.objects.select_related("association", "user").get(pk=1)
    case = CompletionApplication.objects.filter(destination_id=1001, state="submitted").first()
    of_us = "FROM training_completionapplication WHERE destination_id = 1001"

    def page(**filters: Any) -> None:
        found = queries.find_applications(policy.visible_to(staff), queries.Filters(**filters))
        queries.case_rows(list(Paginator(found, 50).page(1)), today)

    ids = "(SELECT id FROM training_completionapplication WHERE destination_id = 1001 ORDER BY state DESC, submitted_at LIMIT 50)"
    rows = (
        f"SELECT * {of_us} ORDER BY state DESC, submitted_at LIMIT 50",
        f"SELECT count(*) {of_us}",
        f"SELECT * FROM doctors_doctor WHERE id IN (SELECT doctor_id FROM training_completionapplication WHERE id IN {ids})",
        f"SELECT * FROM training_creditline WHERE doctor_id IN (SELECT doctor_id FROM training_completionapplication WHERE id IN {ids})",
        f"SELECT * FROM training_fieldreport WHERE submission_id IN (SELECT id FROM training_submission WHERE application_id IN {ids})",
    )
    named = (
        f"SELECT * {of_us} AND doctor_id IN (SELECT id FROM doctors_doctor WHERE search_name LIKE '%名12%') LIMIT 50",
        *rows[1:],
    )
    one = (
        f"SELECT * FROM training_completionapplication WHERE id = {case.pk}",
        f"SELECT * FROM training_creditline WHERE doctor_id = {case.doctor_id}",
        f"SELECT * FROM training_fieldreport WHERE submission_id = {case.pk}",
    )
    counts = (f"SELECT count(*), min(submitted_at) {of_us} AND state = 'submitted'",)
    doctor = Doctor.objects.get(pk=200_000)
    table = (
        ("修了申請の一覧（1 頁）", page, rows),
        ("修了申請の一覧（氏名の一部）", lambda: page(words="名12"), named),
        ("待っている数", lambda: queries.waiting(policy.visible_to(staff)), counts),
        ("一件を数える", lambda: queries.evaluation_of(case), one),
        (
            "医師のいまの単位",
            lambda: queries.progress(doctor, today),
            (f"SELECT * FROM training_creditline WHERE doctor_id = {doctor.pk}",),
        ),
    )
    _say(f"{'':<24}{'画面の問い合わせ':>12}{'生の SQL':>12}{'倍率':>8}")
    for label, ours, statements in table:
        mine, limit = _median(ours), _median(lambda statements=statements: _raw(statements))
        _say(f"{label:<24}{mine * 1000:>12.1f} ms{limit * 1000:>10.1f} ms{mine / limit:>8.1f}")


def _raw(statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()


def _median(act: Callable[[], Any]) -> float:
    act()
    return median(_timed(act) for _ in range(REPEATS))


def _timed(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
