"""見たこと、取り出したことの記録。"""

import pytest
from django.db import DatabaseError, transaction

from mamis.audit.models import AuditEntry
from mamis.audit.operations import record


def test_an_entry_says_who_did_what_and_for_whom(world):
    staff = world.clerk(world.district)

    record(by=staff.user_id, act="download", about="修了申請の一覧", at=world.at, association_id=world.district.pk)

    assert list(AuditEntry.objects.values_list("user_id", "association_id", "act", "about", "at")) == [
        (staff.user_id, world.district.pk, "download", "修了申請の一覧", world.at)
    ]


@pytest.mark.parametrize("change", [{"act": "looked"}, None], ids=["change", "delete"])
def test_an_entry_can_neither_be_changed_nor_deleted(world, change):
    record(by=world.clerk(world.district).user_id, act="download", about="一覧", at=world.at)

    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.update(**change) if change else AuditEntry.objects.all().delete()
