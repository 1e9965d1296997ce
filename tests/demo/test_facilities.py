"""架空の施設の一覧。"""

import pytest
from django.core.management import call_command

from mamis.demo.facilities import facilities
from mamis.members.rules import Kind
from tests.members.files import outcomes, taken

pytestmark = pytest.mark.django_db


def test_the_listed_facilities_all_differ():
    listed = list(facilities(10_000, prefecture_code="14", prefecture="神奈川県"))

    assert [len({getattr(one, name) for one in listed}) for name in ("name", "code", "telephone")] == [10_000] * 3


def test_the_file_can_be_imported(world, tmp_path):
    path = tmp_path / "facilities.csv"

    call_command("make_facilities", "30", str(path), "--prefecture", "14", verbosity=0)
    of_import = taken(path.read_bytes(), world.admin(world.prefecture), kind=Kind.FACILITIES)

    assert outcomes(of_import) == ["new"] * 30
