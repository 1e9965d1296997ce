"""代行：だれが、どの医師会を、どの役割で。見える範囲は、代行される医師会のもの。"""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from mamis.accounts.operations import deactivate_user
from mamis.associations import operations, policy, queries
from mamis.associations.models import Delegation, Staff
from mamis.associations.operations import Profile
from mamis.associations.rules import Role
from mamis.doctors import policy as doctors_policy
from mamis.doctors.operations import OwnCase
from mamis.training import policy as training_policy
from mamis.training.operations import approve_completion
from tests.world import new_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty(world):
    """担当者のいなくなった、みどり市医師会。"""
    Staff.objects.filter(association=world.district).update(ended_at=world.at)
    return world.district


@pytest.fixture
def held(world, empty):
    """神奈川県医師会による、みどり市医師会の代行。"""
    return operations.begin_delegation(empty, by=world.admin(world.prefecture), at=world.at)


def acting(world, person):
    return policy.staff_at(person.user, world.district.code)


def codes(associations):
    return sorted(associations.values_list("code", flat=True))


def test_an_administrator_of_the_prefecture_may_begin_for_its_districts_without_staff(world, empty):
    new_district("26-012", "小川医師会", "オガワ", world.other_prefecture, "26888", "小川町")

    assert codes(policy.delegable_by(world.admin(world.prefecture))) == ["14-021"]
    assert codes(policy.delegable_by(world.clerk(world.prefecture))) == []
    assert codes(policy.delegable_by(world.admin(world.national))) == []
    assert codes(policy.delegable_by(world.admin(world.other_prefecture))) == ["26-012"]


def test_where_somebody_serves_nobody_acts(world):
    with pytest.raises(operations.HasOwnStaff):
        operations.begin_delegation(world.district, by=world.admin(world.prefecture), at=world.at)


def test_it_is_begun_once(world, held):
    with pytest.raises(operations.HasOwnStaff):
        operations.begin_delegation(world.district, by=world.admin(world.prefecture), at=world.at)
    with pytest.raises(IntegrityError, match="delegation_one_at_a_time"), transaction.atomic():
        Delegation.objects.create(
            association=held.association, office=held.office, begun_by=held.begun_by, begun_at=world.at
        )


@pytest.mark.parametrize("role", Role)
def test_the_prefectures_people_act_with_their_own_role_and_under_both_names(world, held, role):
    person = world.appoint(world.prefecture, role, "県田 一")

    staff = acting(world, person)

    assert (staff.pk, staff.role, staff.association, staff.acting_from) == (
        person.pk,
        role,
        world.district,
        world.prefecture,
    )
    assert (staff.signature, person.signature) == ("県田 一（神奈川県医師会）", "県田 一")


def test_nobody_else_acts(world, held):
    others = (world.admin(world.national), world.admin(world.other_prefecture), world.admin(world.other_district))

    assert [acting(world, one) for one in others] == [None, None, None]
    assert policy.staff_at(world.admin(world.prefecture).user, "26-011") is None


def test_one_who_serves_there_as_well_has_the_role_they_have_there(world, held):
    viewer = world.appoint(world.district, Role.VIEWER, "見田 閲", user=world.admin(world.prefecture).user)

    assert acting(world, viewer) == viewer
    assert (acting(world, viewer).is_acting, acting(world, viewer).role) == (False, Role.VIEWER)


def test_what_is_seen_is_what_the_served_association_sees(world, doctor, held, application):
    elsewhere = world.member("異邦", "遠人", world.other_district)
    staff = acting(world, world.clerk(world.prefecture))

    assert list(doctors_policy.visible_to(staff, world.on)) == [doctor]
    assert list(training_policy.decidable_by(staff)) == [application]
    assert elsewhere not in doctors_policy.visible_to(staff, world.on)
    assert not training_policy.decidable_by(world.clerk(world.prefecture)).exists()


def test_ones_own_case_stays_ones_own(world, doctor, held, application):
    own = world.appoint(world.prefecture, Role.ADMIN, "山田 太郎", user=doctor.user)
    staff = acting(world, own)

    assert not training_policy.decidable_by(staff).exists()
    with pytest.raises(OwnCase):
        approve_completion(application, seen=world.seen(application), by=staff, at=world.at)


def test_an_acting_person_decides_nothing_about_people(world, held):
    staff = acting(world, world.admin(world.prefecture))

    assert not policy.manageable_by(staff).exists()
    assert not policy.invitations_manageable_by(staff).exists()
    with pytest.raises(policy.NotServing):
        operations.invite("shinjin@midori.example", Role.ADMIN, by=staff, at=world.at)
    with pytest.raises(policy.NotServing):
        operations.begin_delegation(world.district, by=staff, at=world.at)


def test_a_change_of_the_settings_is_recorded_under_both_names(world, held):
    staff = acting(world, world.admin(world.prefecture))
    seen = queries.newest_version(world.district).pgh_id

    operations.set_profile(world.district, Profile("", "", "045-000-9999", ""), seen=seen, by=staff, at=world.at)

    newest = queries.association_changes(world.district)[0]
    assert (newest.by_name, newest.by_association) == ("管理 花子（神奈川県医師会）", "みどり市医師会")


def test_the_row_of_a_person_never_moves_to_another_association(world, held):
    staff = acting(world, world.admin(world.prefecture))

    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Staff.objects.filter(pk=staff.pk).update(association=world.district)


def test_it_ends_by_hand_at_the_next_request(world, held, posted):
    person, admin = world.clerk(world.prefecture), world.admin(world.prefecture)
    staff = acting(world, person)

    operations.end_delegation(held, by=admin, at=world.at + timedelta(days=1))
    operations.end_delegation(held, by=admin, at=world.at + timedelta(days=2))

    held.refresh_from_db()
    assert (held.ended_at, held.has_own_administrator) == (world.at + timedelta(days=1), False)
    assert not policy.is_on_duty(staff, Role.VIEWER)
    assert [mail for mail, _ in posted()] == ["DelegationEnded", "DelegationEnded"]


def test_it_ends_when_the_district_gets_its_own_administrator(world, held):
    clerk = world.clerk(world.district)

    operations.appoint(clerk.user, world.district, Role.VIEWER, at=world.at)
    held.refresh_from_db()
    assert held.ended_at is None

    operations.appoint(clerk.user, world.district, Role.ADMIN, at=world.at)
    held.refresh_from_db()
    assert (held.ended_at, held.ended_by, held.has_own_administrator) == (world.at, clerk.user, True)


@pytest.mark.parametrize(("role", "ends"), [(Role.VIEWER, 0), (Role.CLERK, 0), (Role.ADMIN, 1)])
def test_an_administrator_ends_and_everybody_in_the_office_sees(world, held, role, ends):
    person, stranger = (world.appoint(one, role, "県田 一") for one in (world.prefecture, world.other_prefecture))

    assert policy.delegations_endable_by(person).count() == ends
    assert list(policy.delegations_visible_to(person)) == [held]
    assert not policy.delegations_endable_by(stranger).exists()
    assert not policy.delegations_visible_to(stranger).exists()


def test_the_pages_begin_mark_and_end(world, empty):
    client = world.browser(world.admin(world.prefecture).user)
    page = reverse("office_delegation", args=["14", "14-021"])
    assert "代行を始める</button>" in client.get(page).content.decode()

    client.post(f"{page}beginning/")
    shown = client.get(reverse("office_association", args=["14-021"])).content.decode()
    listed = client.get(reverse("office_offices", args=["14"])).content.decode()
    ended = client.post(f"{page}ending/", follow=True).content.decode()

    assert ("神奈川県医師会が代行しています" in shown, "代行しています" in listed) == (True, True)
    assert ">担当者<" not in shown
    assert "管理 花子 が終えました" in ended
    assert client.get(reverse("office_association", args=["14-021"])).status_code == 404


def test_only_an_open_office_without_people_and_without_a_deputy_is_delegable(world, empty):
    admin = world.admin(world.prefecture)
    other = new_district("14-022", "あおば市医師会", "アオバシ", world.prefecture, "14922", "あおば市")
    deactivate_user(world.appoint(other, Role.CLERK, "停止 四郎").user)
    assert codes(policy.delegable_by(admin)) == ["14-021", "14-022"]

    held = operations.begin_delegation(empty, by=admin, at=world.at)
    assert codes(policy.delegable_by(admin)) == ["14-022"]

    operations.end_delegation(held, by=admin, at=world.at + timedelta(days=1))
    assert codes(policy.delegable_by(admin)) == ["14-021", "14-022"]

    type(other).objects.filter(pk=other.pk).update(closed_on=world.on)
    assert codes(policy.delegable_by(admin)) == ["14-021"]
