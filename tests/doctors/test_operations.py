"""医師の登録、勤務先、どの医師会に見えるか。"""

from datetime import date

import pytest

from mamis.associations.rules import Role
from mamis.doctors import policy, queries
from mamis.doctors.models import Doctor, Facility, Sight
from mamis.doctors.operations import DoctorFacts, begin_work, close_sight, open_sight, register_doctor, search_name
from mamis.doctors.rules import Ground

pytestmark = pytest.mark.django_db

JANUARY, JUNE = date(2026, 1, 10), date(2026, 6, 10)


def facility(world, name):
    return Facility.objects.create(name=name, prefecture=world.prefecture.prefecture)


def sees(world, association, on):
    return sorted(doctor.family_name for doctor in policy.visible_to(world.clerk(association), on))


def test_a_doctor_is_registered_with_a_licence_as_written(world):
    facts = DoctorFacts("髙﨑", "𠮷郎", "タカサキ", "ヨシロウ", "012345", registered_on=date(2005, 5, 10))

    doctor = register_doctor(facts)

    assert (doctor.name, doctor.kana, str(doctor)) == ("髙﨑 𠮷郎", "タカサキ ヨシロウ", "髙﨑 𠮷郎")
    assert queries.current_licence(doctor).number == "012345"
    assert doctor.search_name == search_name(facts)
    assert not doctor.sights.exists()


@pytest.mark.parametrize("words", ["高崎", "髙﨑", "ﾀｶｻｷ", "たかさき", "タカサキ　ヨシ", "崎吉", "012345", "０１２"])
def test_a_doctor_is_found_by_any_spelling(world, words):
    sought = register_doctor(DoctorFacts("髙﨑", "𠮷郎", "タカサキ", "ヨシロウ", "012345"))
    register_doctor(DoctorFacts("山田", "太郎", "ヤマダ", "タロウ", "112345"))

    assert list(Doctor.objects.filter(queries.matching(words))) == [sought]


@pytest.mark.parametrize("words", ["", "　", "・"])
def test_empty_words_ask_nothing(world, doctor, words):
    assert doctor in Doctor.objects.filter(queries.matching(words))


def test_a_new_main_workplace_ends_the_former_that_day(world):
    doctor = world.doctor("山田", "太郎")
    begin_work(doctor, facility(world, "前の病院"), on=JANUARY)

    begin_work(doctor, facility(world, "次の医院"), on=JUNE)

    terms = doctor.workplaces.order_by("from_on").values_list("facility__name", "from_on", "until_on")
    assert list(terms) == [("前の病院", JANUARY, JUNE), ("次の医院", JUNE, None)]
    assert queries.main_workplace(doctor, date(2026, 6, 9)).facility.name == "前の病院"
    assert queries.main_workplace(doctor, JUNE).facility.name == "次の医院"
    assert queries.main_workplace(doctor, date(2025, 12, 31)) is None


def test_an_association_sees_a_doctor_while_there_is_a_ground(world):
    doctor = world.doctor("山田", "太郎")

    open_sight(doctor, world.district, ground=Ground.TRAINING, on=JANUARY)
    close_sight(doctor, world.district, ground=Ground.TRAINING, on=JUNE)

    assert sees(world, world.district, date(2026, 1, 9)) == []
    assert sees(world, world.district, JANUARY) == ["山田"]
    assert sees(world, world.district, date(2026, 6, 9)) == ["山田"]
    assert sees(world, world.district, JUNE) == []


def test_the_same_ground_is_opened_once_and_may_open_again(world):
    doctor = world.doctor("山田", "太郎")

    for day in (JANUARY, JUNE):
        open_sight(doctor, world.district, ground=Ground.TRAINING, on=day)
    close_sight(doctor, world.district, ground=Ground.TRAINING, on=JUNE)
    open_sight(doctor, world.district, ground=Ground.TRAINING, on=JUNE)

    assert list(Sight.objects.filter(doctor=doctor).order_by("pk").values_list("since_on", "until_on")) == [
        (JANUARY, JUNE),
        (JUNE, None),
    ]


def test_one_ground_ends_while_another_goes_on(world):
    doctor = world.doctor("山田", "太郎")
    open_sight(doctor, world.district, ground=Ground.MEMBER, on=JANUARY)
    open_sight(doctor, world.district, ground=Ground.TRAINING, on=JANUARY)

    close_sight(doctor, world.district, ground=Ground.TRAINING, on=JUNE)

    assert sees(world, world.district, JUNE) == ["山田"]


def test_neither_the_tier_above_nor_a_neighbour_sees_without_a_ground(world):
    doctor = world.doctor("山田", "太郎")
    open_sight(doctor, world.district, ground=Ground.MEMBER, on=JANUARY)

    for association in (world.prefecture, world.national, world.other_district):
        assert sees(world, association, JUNE) == []


def test_a_person_owns_only_their_own_page(world):
    doctor, stranger = world.doctor("山田", "太郎"), world.doctor("鈴木", "花子")
    staff = world.appoint(world.district, Role.ADMIN, "職員")

    assert list(policy.owned_by(doctor.user)) == [doctor]
    assert list(policy.owned_by(stranger.user)) == [stranger]
    assert not policy.owned_by(staff.user).exists()
