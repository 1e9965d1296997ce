import pytest

from mamis.doctors.models import Doctor
from mamis.mail import policy
from mamis.mail.models import Message
from mamis.mail.outbox import post
from tests.mail.notes import NOON, Note, NoteFacts, SecretNote
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def messages(world: World, doctor: Doctor) -> dict[str, int]:
    """だれに宛て、だれが受け持つかの違うメール。"""
    stranger = world.doctor("佐藤", "次郎")
    facts = {
        "to_doctor": NoteFacts(doctor_id=doctor.pk, responsible_association_id=world.district.pk),
        "to_doctor_without_address": NoteFacts(
            address="", doctor_id=doctor.pk, responsible_association_id=world.district.pk
        ),
        "to_user": NoteFacts(user_id=doctor.user_id),
        "to_district": NoteFacts(association_id=world.district.pk, responsible_association_id=world.district.pk),
        "to_district_without_address": NoteFacts(
            address="", association_id=world.district.pk, responsible_association_id=world.district.pk
        ),
        "to_stranger": NoteFacts(doctor_id=stranger.pk, responsible_association_id=world.other_district.pk),
        "to_nobody_known": NoteFacts(),
    }
    pks = {name: post(Note(fact), at=NOON)[0].pk for name, fact in facts.items()}
    secret = SecretNote(NoteFacts(user_id=doctor.user_id))
    return {**pks, "secret_to_user": post(secret, at=NOON)[0].pk}


def names(messages: dict[str, int], found: object) -> set[str]:
    pks = set(Message.objects.filter(pk__in=found).values_list("pk", flat=True))
    return {name for name, pk in messages.items() if pk in pks}


def test_a_doctor_sees_only_the_mails_to_that_doctor(doctor: Doctor, messages: dict[str, int]) -> None:
    mine = policy.owned_by(doctor.pk, doctor.user_id)

    assert names(messages, mine) == {"to_doctor", "to_doctor_without_address", "to_user", "secret_to_user"}
    assert names(messages, policy.readable(mine)) == {"to_doctor", "to_doctor_without_address", "to_user"}


def test_a_doctor_who_cannot_sign_in_owns_no_mail_to_nobody(doctor: Doctor, messages: dict[str, int]) -> None:
    assert names(messages, policy.owned_by(doctor.pk, None)) == {"to_doctor", "to_doctor_without_address"}


def test_an_association_sees_the_mails_to_it_and_about_its_applications(world: World, messages: dict[str, int]) -> None:
    seen = {
        association.code: names(messages, policy.visible_to(association.pk))
        for association in (world.district, world.prefecture, world.other_district, world.national)
    }

    assert seen == {
        "14-021": {"to_doctor", "to_doctor_without_address", "to_district", "to_district_without_address"},
        "14": set(),
        "26-011": {"to_stranger"},
        "00": set(),
    }


def test_only_an_undelivered_mail_to_a_doctor_can_be_told_on_paper(world: World, messages: dict[str, int]) -> None:
    assert names(messages, policy.tellable_by(world.district.pk)) == {"to_doctor_without_address"}
    assert names(messages, policy.tellable_by(world.other_district.pk)) == set()


def test_a_mail_to_one_association_about_the_case_of_another_is_seen_by_both(world: World) -> None:
    facts = NoteFacts(association_id=world.district.pk, responsible_association_id=world.other_district.pk)
    (message,) = post(Note(facts), at=NOON)

    seen = {one.code: list(policy.visible_to(one.pk)) for one in (world.district, world.other_district, world.national)}

    assert seen == {"14-021": [message], "26-011": [message], "00": []}


def test_only_the_association_in_charge_tells_the_doctor_on_paper(world: World, doctor: Doctor) -> None:
    facts = NoteFacts(
        address="",
        doctor_id=doctor.pk,
        association_id=world.district.pk,
        responsible_association_id=world.other_district.pk,
    )
    (message,) = post(Note(facts), at=NOON)

    telling = {one.code: list(policy.tellable_by(one.pk)) for one in (world.district, world.other_district)}

    assert telling == {"14-021": [], "26-011": [message]}
