"""練習用の世界。"""

from collections import Counter

import pytest

from mamis.accounts.models import User
from mamis.associations.models import Association
from mamis.demo.people import sign_ins
from mamis.demo.world import WorldExists, build
from mamis.doctors.models import Doctor
from mamis.mail.models import Message
from mamis.members.models import Import
from mamis.membership.models import Application, Batch, Joining
from mamis.training import queries
from mamis.training.models import CompletionApplication
from tests.world import NOON, TODAY

pytestmark = pytest.mark.django_db


def test_everyone_named_on_the_sign_in_page_can_sign_in_and_every_state_is_there(client):
    build(NOON)

    assert {one.address for one in sign_ins()} <= set(User.objects.values_list("email", flat=True))
    assert set(CompletionApplication.objects.values_list("state", flat=True)) == {
        "submitted",
        "returned",
        "approved",
        "withdrawn",
        "revoked",
    }
    assert set(Application.objects.values_list("state", flat=True)) == {"in-review", "returned", "held", "finished"}
    assert Counter(Joining.objects.values_list("state", flat=True)) == {"confirmed": 2, "declined": 1, "waiting": 4}
    assert Import.objects.get(kind="residents").rows.filter(outcome="refused").count() == 2
    refused = Batch.objects.get().lines.exclude(refusal="").count()
    assert (Batch.objects.get().lines.count(), refused) == (4, 1)
    assert 65 <= Doctor.objects.count() <= 90
    assert not Message.objects.filter(state="queued").exists()


def test_the_main_characters_have_the_units_that_the_table_promises():
    build(NOON)

    met = {
        address: queries.progress(Doctor.objects.get(user__email=address), TODAY).evaluation.is_met
        for address in (
            "member@demo.example",
            "district-member@demo.example",
            "non-member@demo.example",
            "two-hats@demo.example",
        )
    }
    assert met == {
        "member@demo.example": True,
        "district-member@demo.example": False,
        "non-member@demo.example": True,
        "two-hats@demo.example": True,
    }


def test_a_second_building_is_refused():
    build(NOON)
    before = Counter(Association.objects.values_list("tier", flat=True))

    with pytest.raises(WorldExists):
        build(NOON)

    assert Counter(Association.objects.values_list("tier", flat=True)) == before
