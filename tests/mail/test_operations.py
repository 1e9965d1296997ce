from datetime import timedelta

import pytest

from mamis.mail import operations, policy, queries
from mamis.mail.outbox import post
from tests.mail.notes import NOON, Note, NoteFacts
from tests.world import World

pytestmark = pytest.mark.django_db


def test_what_was_told_on_paper_is_recorded_once(world: World) -> None:
    doctor = world.doctor("佐藤", "次郎", address="")
    facts = NoteFacts(address="", doctor_id=doctor.pk, responsible_association_id=world.district.pk)
    (message,) = post(Note(facts), at=NOON)
    clerk, admin = world.clerk(world.district).user, world.admin(world.district).user
    untold_before = queries.untold(policy.tellable_by(world.district.pk)).count()

    operations.mark_told(message, by=clerk, at=NOON + timedelta(hours=1))
    told = operations.mark_told(message, by=admin, at=NOON + timedelta(hours=2))

    assert (told.told_at, told.told_by_id) == (NOON + timedelta(hours=1), clerk.pk)
    assert (untold_before, queries.untold(policy.tellable_by(world.district.pk)).count()) == (1, 0)
