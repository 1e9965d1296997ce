"""だれが、どの施設と未定の施設を、見て、直し、決められるか。"""

import pytest

from mamis.associations.rules import Role
from mamis.doctors import policy
from mamis.doctors.operations import FacilityFacts, Work, move_work, register_facility, resolve_request
from tests.world import TODAY


@pytest.fixture
def viewer(world):
    return world.appoint(world.district, Role.VIEWER, "閲覧 三郎")


@pytest.fixture
def places(world):
    """神奈川県と京都府の施設。"""
    return register_facility(FacilityFacts("みどり医院", "14")), register_facility(FacilityFacts("さくら医院", "26"))


def unlisted(world, doctor, prefecture):
    return move_work(doctor, Work(None, "できたばかりの医院", prefecture, ""), on=TODAY, at=world.at).request


def test_clerks_change_the_facilities_of_their_prefecture_and_the_national_office_all(world, places, viewer):
    midori, sakura = places

    assert set(policy.facilities_visible_to(viewer)) == {midori, sakura}
    assert set(policy.facilities_changeable_by(world.clerk(world.district))) == {midori}
    assert set(policy.facilities_changeable_by(world.clerk(world.prefecture))) == {midori}
    assert set(policy.facilities_changeable_by(world.clerk(world.national))) == {midori, sakura}
    assert set(policy.facilities_changeable_by(viewer)) == set()


def test_facilities_are_written_in_ones_own_prefecture(world):
    assert [one.code for one in policy.facility_prefectures_of(world.clerk(world.district))] == ["14"]
    assert len(policy.facility_prefectures_of(world.clerk(world.national))) == len(policy.all_prefectures())


def test_unlisted_places_are_seen_until_resolved_and_resolved_by_clerks_of_the_prefecture(
    world, doctor, places, viewer
):
    request = unlisted(world, doctor, "14")
    elsewhere = unlisted(world, world.doctor("佐藤", "次郎"), "26")
    clerk = world.clerk(world.district)

    assert list(policy.facility_requests_visible_to(viewer)) == [request]
    assert list(policy.facility_requests_resolvable_by(viewer)) == []
    assert list(policy.facility_requests_resolvable_by(clerk)) == [request]
    assert set(policy.facility_requests_resolvable_by(world.clerk(world.national))) == {request, elsewhere}

    resolve_request(request, places[0], by=clerk, at=world.at)
    assert list(policy.facility_requests_visible_to(viewer)) == []
