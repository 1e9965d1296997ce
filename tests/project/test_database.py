"""アプリケーションの役割が、データベースでできることと、できないこと。"""

import pytest
from django.db import ProgrammingError, connection, transaction

from mamis.config.management.commands.grant_rights import append_only_tables

pytestmark = pytest.mark.django_db


def rights_of(role: str) -> dict[str, set[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = %s", [role]
        )
        rights: dict[str, set[str]] = {}
        for table, right in cursor.fetchall():
            rights.setdefault(table, set()).add(right)
    return rights


def test_application_role_is_neither_superuser_nor_owner_of_anything():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication"
            " FROM pg_roles WHERE rolname = current_user"
        )
        role = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = 'mamis_app')"
        )
        owned = cursor.fetchone()

    assert role == ("mamis_app", False, False, False, False, False)
    assert owned == (0,)


def test_history_can_only_be_read_and_added_to():
    rights = rights_of("mamis_app")

    append_only = {table: rights[table] for table in append_only_tables()}

    assert append_only
    assert append_only == {table: {"SELECT", "INSERT"} for table in append_only}


def test_every_other_table_can_be_changed_but_not_emptied_or_altered():
    rights = rights_of("mamis_app")

    tables = set(connection.introspection.table_names())

    changed = {table: rights[table] for table in tables - append_only_tables()}
    assert changed == {table: {"SELECT", "INSERT", "UPDATE", "DELETE"} for table in changed}


def test_history_refuses_to_be_rewritten():
    for table in sorted(append_only_tables()):
        for attack in (f'DELETE FROM "{table}"', f'TRUNCATE "{table}"', f'DROP TABLE "{table}"'):
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(attack)


def test_database_and_application_agree_on_time_and_letters():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('timezone'), current_setting('server_encoding')")

        assert cursor.fetchone() == ("Asia/Tokyo", "UTF8")
