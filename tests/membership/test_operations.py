"""入会：三つの層、会員区分、見え方、同時に変わる在籍。"""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from mamis.doctors import policy
from mamis.doctors.rules import Ground
from mamis.membership import queries
from mamis.membership.models import Membership
from mamis.membership.operations import CategoryOfAnotherAssociation, admit

JOINED = date(2026, 4, 1)


def join(doctor, association, on=JOINED):
    return admit(doctor, association, category=association.categories.first(), on=on)


def join_and_check(doctor, associations):
    """在籍を書き、取引の終わりの守りをここで確かめる。"""
    for association in associations:
        join(doctor, association)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db
def test_seats_are_listed_from_the_district_upwards(world):
    doctor = world.doctor("山田", "太郎")
    for association in (world.district, world.prefecture, world.national):
        join(doctor, association)

    seats = queries.seats(doctor, JOINED)

    assert [(seat.membership.association.name, seat.category.label) for seat in seats] == [
        ("みどり市医師会", "A 会員"),
        ("神奈川県医師会", "A 会員"),
        ("日本医師会", "A 会員"),
    ]
    assert queries.seats(doctor, date(2026, 3, 31)) == []
    assert [one.code for one in queries.associations_of(doctor, JOINED)] == ["00", "14", "14-021"]
    assert not queries.associations_of(doctor, date(2026, 3, 31)).exists()


@pytest.mark.django_db
def test_a_seat_has_ended_on_the_day_of_leaving(world):
    doctor = world.doctor("山田", "太郎")
    membership = join(doctor, world.district)

    Membership.objects.filter(pk=membership.pk).update(left_on=date(2026, 9, 1))

    assert len(queries.seats(doctor, date(2026, 8, 31))) == 1
    assert queries.seats(doctor, date(2026, 9, 1)) == []


@pytest.mark.django_db
def test_joining_lets_the_association_see_and_ends_the_ground_of_a_non_member(world):
    doctor = world.doctor("山田", "太郎")
    world.works_in(doctor, world.prefecture)

    join(doctor, world.district)
    join(doctor, world.prefecture)

    grounds = (
        doctor.sights.filter(until_on=None).order_by("association__code").values_list("association__code", "ground")
    )
    assert list(grounds) == [("14", Ground.MEMBER), ("14-021", Ground.MEMBER)]
    assert list(policy.visible_to(world.clerk(world.district), JOINED)) == [doctor]


@pytest.mark.django_db
def test_the_category_of_another_association_is_refused(world):
    doctor = world.doctor("山田", "太郎")

    with pytest.raises(CategoryOfAnotherAssociation):
        admit(doctor, world.district, category=world.other_district.categories.first(), on=JOINED)

    assert not doctor.memberships.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "seats", [["prefecture"], ["national"], ["district", "national"], ["other_district", "prefecture"]]
)
def test_an_upper_seat_needs_the_tier_below(world, seats):
    doctor = world.doctor("山田", "太郎")

    with pytest.raises(IntegrityError), transaction.atomic():
        join_and_check(doctor, [getattr(world, seat) for seat in seats])

    assert not doctor.memberships.exists()


@pytest.mark.django_db
def test_a_district_only_member_is_a_member(world):
    doctor = world.doctor("山田", "太郎")

    join_and_check(doctor, [world.district])

    assert [seat.membership.association.code for seat in queries.seats(doctor, JOINED)] == ["14-021"]


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_one_moment_cannot_break_the_chain_together(world):
    """郡市区等を退会する取引と、都道府県に入会する取引。一つずつなら、どちらも正しい。"""
    doctor = world.doctor("山田", "太郎")
    district = join(doctor, world.district)
    both, outcomes = Barrier(2, timeout=30), []

    def leave():
        Membership.objects.filter(pk=district.pk).update(left_on=date(2026, 9, 1))

    def enter():
        join(doctor, world.prefecture)

    def at_once(act):
        try:
            with transaction.atomic():
                act()
                both.wait()
            outcomes.append("accepted")
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=at_once, args=(act,)) for act in (leave, enter)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["accepted", "refused"]
