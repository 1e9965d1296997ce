"""表の移行: 一本道で、もれがなく、初めまで戻れること。"""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests import databases

MAMIS = Path(__file__).parents[2] / "mamis"
# どこまで戻すか。この二つは、ほかのすべての土台にある。
GROUND = ("config", "contenttypes")


def own_apps() -> list[str]:
    return sorted(folder.parent.name for folder in MAMIS.glob("*/migrations"))


def test_each_app_has_one_last_migration():
    graph = MigrationLoader(None).graph

    leaves = {app: graph.leaf_nodes(app) for app in own_apps()}

    assert {app: len(found) for app, found in leaves.items() if len(found) > 1} == {}


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_every_migration_can_be_taken_back_and_applied_again():
    databases.use(databases.TESTED, role="mamis_owner")

    for app in own_apps():
        call_command("migrate", app, "zero", verbosity=0)
    taken_back = {name for name in connection.introspection.table_names() if name.split("_")[0] in own_apps()}
    call_command("migrate", verbosity=0)

    databases.use(databases.TESTED)
    assert taken_back == set()
