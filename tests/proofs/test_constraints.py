"""データベースの守り：検査を通らない生の SQL で、業務の決まりを一つずつ破ろうとする。一つも通らない。

攻めはどれも、正しい行の写しか書き換えで、破る決まりのほかは正しい。だから、名指しの守りだけが断る。
攻めの表は tests/proofs/attacks に、部屋ごとにある。
"""

import re
from datetime import date

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from mamis.config.management.commands.grant_rights import append_only_tables
from tests.proofs.attacks import ATTACKS, ROOMS
from tests.proofs.attacks.facts import Facts
from tests.proofs.attacks.handbooks import confirm
from tests.proofs.attacks.sql import DENIED, change, copy

pytestmark = pytest.mark.django_db

# 決まった列を変えさせない守り（pgtrigger）は、制約の名を言わず、関数の名に出る。
READ_ONLY = re.compile(r"pgtrigger_(\w+)_[0-9a-f]{5}\(\)")


def refusal(*attack):
    """攻めを断った守りの名。断られなければ空。"""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for sql in attack:
                cursor.execute(sql.text, sql.values)
                assert cursor.rowcount == 1, "the attack hit nothing"
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError as error:
        cause = error.__cause__
        assert isinstance(cause, psycopg.Error)
        if isinstance(cause, psycopg.errors.InsufficientPrivilege):
            return DENIED
        read_only = READ_ONLY.search(cause.diag.context or "")
        return cause.diag.constraint_name or (read_only[1] if read_only else str(cause))
    return ""


def key(table, column):
    """列に付いた一意の守りの名。"""
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, table)
    return next(
        name
        for name, facts in constraints.items()
        if facts["unique"] and facts["columns"] == [column] and not facts["primary_key"]
    )


@pytest.fixture
def facts(world, doctor):
    return Facts(world, doctor)


# 攻めの表：守りの名、文。


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_is_accepted(facts, attack):
    expected = attack.split(":")[0]
    if expected.startswith("="):
        expected = key(*expected[1:].split("."))
    made = ATTACKS[attack](facts)

    assert refusal(*(made if isinstance(made, tuple) else (made,))) == expected


def test_every_append_only_table_refuses_change_and_removal(facts):
    refused = {}
    for table in sorted(append_only_tables()):
        for verb in (f'DELETE FROM "{table}"', f'UPDATE "{table}" SET {first_column(table)} = {first_column(table)}'):
            refused[verb] = refusal_of(verb)

    assert refused
    assert set(refused.values()) == {DENIED}


def first_column(table):
    with connection.cursor() as cursor:
        return f'"{connection.introspection.get_table_description(cursor, table)[0].name}"'


def refusal_of(statement):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return DENIED if isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege) else str(error)
    return ""


def test_the_right_rows_are_accepted(facts):
    """守りが正しい行まで断っていないこと。"""
    spare = facts.spare()
    right = (
        copy("training_creditline", facts.line.pk, title="別の講演会"),
        copy("training_creditline", facts.line.pk, half_units=-19, reverses_id=facts.line.pk),
        change("training_certificate", facts.certificate.pk, revoked_at=facts.world.at),
        copy(
            "training_certificate",
            facts.certificate.pk,
            number="2026-9",
            token="t" * 43,
            application_id=spare.pk,
            doctor_id=spare.doctor_id,
        ),
        change("membership_membership", facts.seat(facts.world.national).pk, left_on=date(2026, 4, 1)),
        copy(
            "associations_president",
            facts.world.district.presidents.get().pk,
            from_on=date(2020, 6, 1),
            until_on=date(2024, 6, 1),
        ),
    )

    assert [refusal(sql) for sql in right] == [""] * len(right)


def test_the_right_rows_of_people_and_doors_are_accepted(facts):
    """人と入り口の守りも、正しい行までは断っていないこと。"""
    at, clerk, admin = facts.world.at, facts.staff(), facts.admin()
    right = (
        copy("accounts_statement", facts.statement.pk, number=3),
        change(
            "accounts_factorloss", facts.loss.pk, decided_by_id=admin.user_id, decided_at=at, how="電話", closed_at=at
        ),
        copy("accounts_factorloss", facts.loss.pk),
        change("associations_staff", clerk.pk, role=2),
        change("associations_invitation", facts.invitation.pk, accepted_at=at, accepted_as_id=clerk.pk),
        change("associations_rekey", facts.rekey.pk, confirmed_at=at, confirmed_by_id=admin.user_id),
        change("associations_delegation", facts.delegation.pk, ended_at=at, ended_by_id=admin.user_id),
        copy("associations_delegation", facts.delegation.pk),
        change(
            "doctors_registration", facts.registration.pk, state="rejected", decided_at=at, decided_by_id=clerk.user_id
        ),
        copy("doctors_registration", facts.registration.pk, receipt_no="2026-9999-0001", licence_file_id=facts.file.pk),
        change("doctors_registrationletter", facts.letter.pk, used_at=at),
        copy("doctors_registrationletter", facts.letter.pk, code="c" * 64),
        change("doctors_registrationlink", facts.link.pk, used_at=at),
        copy("training_submission", facts.paper.pk, number=9, scan_id=facts.file.pk),
        copy("training_viewing", facts.viewing.pk, key="k" * 22),
        copy("training_handbookline", facts.handbook.lines.get().pk, position=9),
        copy("training_handbookscan", facts.handbook.scans.get().pk, position=9),
        confirm(facts, admin.user_id),
        confirm(facts, clerk.user_id, is_by_one=True),
        copy("training_pastcompletion", facts.past.pk, completed_on=date(2025, 5, 1)),
        change("training_pastcompletion", facts.past.pk, undone_at=at),
        copy("files_page", facts.file.page_set.get().pk, number=2),
        change("members_importrow", facts.row.pk, done_at=at, undone_at=at),
        copy("members_importrow", facts.row.pk, line=99),
        copy("audit_auditentry", facts.entry.pk),
    )

    assert [refusal(sql) for sql in right] == [""] * len(right)


# モデルの守りのある部屋。
GUARDED = "^(accounts|associations|audit|doctors|files|mail|members|membership|training|wizard)_"


def test_the_table_of_attacks_names_every_named_guard(facts):
    """モデルの名のある守りは、どれも一度は攻められている。一意の守りも、変えさせない守りも。"""
    named = {attack.split(":")[0] for attack in ATTACKS}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"
            " WHERE contype IN ('c', 'x') AND relname ~ %(rooms)s"
            " UNION SELECT indexrelid::regclass::text FROM pg_index"
            " WHERE indisunique AND NOT indisprimary AND indrelid::regclass::text ~ %(rooms)s"
            " UNION SELECT regexp_replace(tgname, '^pgtrigger_(.+)_[0-9a-f]{5}$', '\\1') FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgrelid::regclass::text ~ %(rooms)s"
            " AND tgname !~ '^pgtrigger_(append_only|insert_insert|update_update|delete_delete)_'",
            {"rooms": GUARDED},
        )
        guards = {name for (name,) in cursor.fetchall() if not re.search(r"(_check\d*|_not_null|_key|_uniq)$", name)}

    assert guards - named == set()


def test_no_attack_hides_another():
    """部屋の表を一つにしても、攻めは減らない。"""
    assert len(ATTACKS) == sum(len(room.ATTACKS) for room in ROOMS)
