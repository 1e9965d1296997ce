"""医師会についての許しの範囲：人 × すること。"""

import pytest

from mamis.accounts.operations import deactivate_user
from mamis.associations import policy
from mamis.associations.models import Association, Invitation, Staff
from mamis.associations.operations import dismiss, invite
from mamis.associations.rules import Role

pytestmark = pytest.mark.django_db


def codes(associations):
    return sorted(associations.values_list("code", flat=True))


@pytest.mark.parametrize(("role", "editable"), [(Role.VIEWER, []), (Role.CLERK, []), (Role.ADMIN, ["14-021"])])
def test_only_an_administrator_edits_and_only_their_own(world, role, editable):
    staff = world.appoint(world.district, role, "職員")

    assert codes(policy.editable_by(staff)) == editable


@pytest.mark.parametrize(("role", "editable"), [(Role.VIEWER, 0), (Role.CLERK, 0), (Role.ADMIN, 1)])
def test_only_the_national_administrator_edits_the_platform(world, role, editable):
    national, prefecture = world.appoint(world.national, role, "職員"), world.appoint(world.prefecture, role, "職員")

    assert policy.platform_editable_by(national).count() == editable
    assert policy.platform_editable_by(prefecture).count() == 0


def test_each_tier_watches_over_the_tiers_below(world):
    assert codes(policy.supervised_by(world.clerk(world.district))) == ["14-021"]
    assert codes(policy.below(world.clerk(world.district))) == []
    assert codes(policy.supervised_by(world.clerk(world.prefecture))) == ["14", "14-021"]
    assert codes(policy.below(world.clerk(world.prefecture))) == ["14-021"]
    assert policy.below(world.clerk(world.national)).count() == 47 + 2


def test_a_closed_association_is_watched_over_no_more(world):
    Association.objects.filter(pk=world.district.pk).update(closed_on=world.on)

    assert codes(policy.below(world.clerk(world.prefecture))) == []


def test_a_person_whose_account_is_stopped_serves_nowhere(world):
    staff = world.admin(world.district)
    deactivate_user(staff.user)

    assert not policy.serving(staff.user).exists()
    assert not policy.is_staff(staff.user)
    assert not policy.administrators(world.district).exists()


def test_only_the_newest_president_of_ones_own_is_correctable(world):
    admin, clerk = world.admin(world.district), world.clerk(world.district)

    assert [one.association.code for one in policy.correctable_by(admin)] == ["14-021"]
    assert not policy.correctable_by(clerk).exists()


def test_a_person_who_has_left_serves_nowhere(world):
    staff = world.admin(world.district)
    world.appoint(world.district, Role.ADMIN, "管理 二子")
    dismiss(staff, by=staff, at=world.at)

    assert not policy.serving(staff.user).exists()
    assert [one.user.name for one in policy.administrators(world.district)] == ["管理 二子"]


@pytest.mark.parametrize(
    ("role", "people", "invitations"), [(Role.VIEWER, [], 0), (Role.CLERK, [], 0), (Role.ADMIN, ["14-021"], 1)]
)
def test_only_an_administrator_manages_the_people_of_their_own_office(world, role, people, invitations):
    staff = world.appoint(world.district, role, "職員")
    for association in (world.district, world.other_district):
        invite("shinjin@office.example", Role.CLERK, by=world.admin(association), at=world.at)

    assert sorted({one.association.code for one in policy.manageable_by(staff)}) == people
    assert policy.invitations_manageable_by(staff).count() == invitations


def test_colleagues_are_those_who_serve_now(world):
    deactivate_user(world.appoint(world.district, Role.CLERK, "停止 四郎").user)
    world.appoint(world.other_district, Role.CLERK, "他所 五郎")
    Staff.objects.filter(pk=world.clerk(world.district).pk).update(ended_at=world.at)

    assert [one.user.name for one in policy.colleagues(world.district)] == ["管理 花子"]


def test_who_acts_for_an_office_manages_neither_its_people_nor_its_invitations(world):
    invite("shinjin@office.example", Role.CLERK, by=world.admin(world.district), at=world.at)
    acting = world.admin(world.prefecture).acting_for(world.district)

    assert not policy.manageable_by(acting).exists()
    assert not policy.invitations_manageable_by(acting).exists()


def test_an_invitation_accepted_or_cancelled_is_managed_no_more(world):
    admin = world.admin(world.district)
    for number, facts in enumerate(
        ({"accepted_at": world.at, "accepted_as": admin}, {"cancelled_at": world.at, "cancelled_by": admin})
    ):
        made = invite(f"{number}@office.example", Role.CLERK, by=admin, at=world.at)
        Invitation.objects.filter(pk=made.pk).update(**facts)

    assert not policy.invitations_manageable_by(admin).exists()
