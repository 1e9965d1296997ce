"""だれが、どの医師を見ることができるか。"""

from datetime import date

import pytest

from mamis.accounts.operations import deactivate_user
from mamis.associations.rules import Role
from mamis.doctors import policy
from mamis.doctors.operations import close_sight, open_sight
from mamis.doctors.rules import Ground

pytestmark = pytest.mark.django_db

JANUARY, JUNE = date(2026, 1, 10), date(2026, 6, 10)


def seen_by(world, on=None):
    """医師会ごとの、見える医師の姓。"""
    associations = (world.national, world.prefecture, world.district, world.other_prefecture, world.other_district)
    return {
        association.code: {one.family_name for one in policy.visible_to(world.clerk(association), on or world.on)}
        for association in associations
    }


def test_each_association_sees_its_own_doctors_and_no_others(world):
    world.member("山田", "太郎", world.district, world.prefecture, world.national)
    world.member("佐藤", "花子", world.district)
    world.member("鈴木", "一郎", world.other_district, world.other_prefecture)
    world.works_in(world.doctor("高橋", "次郎"), world.prefecture)
    world.doctor("伊藤", "三郎")

    assert seen_by(world) == {
        "00": {"山田"},
        "14": {"山田", "高橋"},
        "14-021": {"山田", "佐藤"},
        "26": {"鈴木"},
        "26-011": {"鈴木"},
    }


@pytest.mark.parametrize(
    ("on", "seen"),
    [(date(2026, 1, 9), set()), (JANUARY, {"山田"}), (date(2026, 6, 9), {"山田"}), (JUNE, set())],
)
def test_a_doctor_is_seen_from_the_first_day_of_the_ground_until_the_day_it_ends(world, on, seen):
    doctor = world.doctor("山田", "太郎")
    open_sight(doctor, world.district, ground=Ground.TRAINING, on=JANUARY)
    close_sight(doctor, world.district, ground=Ground.TRAINING, on=JUNE)

    assert seen_by(world, on)["14-021"] == seen


@pytest.mark.parametrize(("on", "known"), [(date(2026, 1, 9), set()), (JANUARY, {"山田"}), (JUNE, {"山田"})])
def test_a_doctor_once_seen_stays_known_to_that_association_alone(world, on, known):
    doctor = world.doctor("山田", "太郎")
    open_sight(doctor, world.district, ground=Ground.TRAINING, on=JANUARY)
    close_sight(doctor, world.district, ground=Ground.TRAINING, on=JUNE)
    world.doctor("伊藤", "三郎")

    def known_to(association):
        return {one.family_name for one in policy.once_visible_to(world.clerk(association), on)}

    assert known_to(world.district) == known
    assert known_to(world.prefecture) == set()


def test_a_person_is_the_doctor_of_their_own_account_while_it_is_in_use(world):
    yamada, sato = world.doctor("山田", "太郎"), world.doctor("佐藤", "花子")
    deactivate_user(sato.user)

    assert [list(policy.owned_by(one.user)) for one in (yamada, sato)] == [[yamada], []]
    assert list(policy.owned_by(world.clerk(world.district).user)) == []


def test_letters_are_made_by_clerks_for_the_doctors_they_see_who_cannot_sign_in_yet(world):
    waiting = world.member("山田", "太郎", world.district, signs_in=False)
    world.member("佐藤", "花子", world.district)
    world.member("鈴木", "一郎", world.other_district, signs_in=False)

    assert [*policy.letterable_by(world.clerk(world.district), world.on)] == [waiting]
    assert not policy.letterable_by(world.appoint(world.district, Role.VIEWER, "閲覧 五郎"), world.on).exists()


def test_a_registration_is_seen_by_the_person_who_sent_it(world):
    own, other = world.registration("新田", "光"), world.registration("北野", "空")

    assert [*policy.registrations_of(own.user)] == [own]
    assert own.user != other.user
