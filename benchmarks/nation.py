"""全国の大きさのデータと、測り方。医師 350,000 人、郡市区等 890。

秒は機械しだいなので、比べるのは、同じ回に同じことをする生の SQL との倍率である。
"""

# ruff: noqa: E501
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "script"))
os.environ.update(DJANGO_SETTINGS_MODULE="tests.settings")

import django

django.setup()

import psycopg  # noqa: E402
from django.db import connection  # noqa: E402
from launch.postgres import OWNER  # noqa: E402

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
"""

Compared = tuple[str, Callable[[], Any], tuple[str, ...]]


def on_nation(more: str, measure: Callable[[], None]) -> None:
    """データを作り、測る。`more` は、測ることに要るデータを足す SQL。"""
    try:
        databases.start()
        databases.make("nation")
        say(f"データを作りました（{timed(lambda: _fill('nation', more)):.0f} 秒）")
        databases.use("nation")
        measure()
    finally:
        databases.stop()


def _fill(name: str, more: str) -> None:
    with psycopg.connect(CLUSTER.url(OWNER, name), autocommit=True) as owner:
        owner.execute(NATION)
        owner.execute(more)
        owner.execute("ANALYZE")


def compare(table: Iterable[Compared]) -> None:
    """画面の問い合わせと、同じことをする生の SQL を並べて測り、何倍かかるかを示す。"""
    say(f"{'':<24}{'画面の問い合わせ':>12}{'生の SQL':>12}{'倍率':>8}")
    for label, ours, statements in table:
        mine, raw = _median(ours), _median(lambda statements=statements: _raw(statements))
        say(f"{label:<24}{mine * 1000:>12.1f} ms{raw * 1000:>10.1f} ms{mine / raw:>8.1f}")


def _raw(statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()


def _median(act: Callable[[], Any]) -> float:
    act()
    return median(timed(act) for _ in range(REPEATS))


def timed(act: Callable[[], Any]) -> float:
    """かかった秒。"""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def say(line: str) -> None:
    """一行を出す。"""
    sys.stdout.write(f"{line}\n")
