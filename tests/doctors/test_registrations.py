"""利用者登録の操作と見える範囲：医師会が確かめること。"""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from mamis.associations.rules import Role
from mamis.doctors import policy, queries
from mamis.doctors.models import Doctor, Registration, RegistrationLink, Sight
from mamis.doctors.operations import (
    OwnRegistration,
    RecordNotSeen,
    RecordTaken,
    RegistrationIsStale,
    accept_registration,
    close_sight,
    forget_old_links,
    reject_registration,
    return_registration,
)
from mamis.doctors.operations.links import offer_registration
from mamis.doctors.rules import Ground, Identity, agreeing, agrees_in_all, number_forms
from mamis.doctors.workflow import REGISTRATION, Event, State
from mamis.workflow.table import By, NotAllowed
from tests.world import TODAY

WRONG_BIRTH = date(1978, 8, 22)
KANA = ("シライシ", "カオル")


@pytest.fixture
def shiraishi(world):
    """みどり市の会員で、まだログインしたことのない医師。"""
    return world.member("白石", "薫", world.district, kana=KANA, signs_in=False)


@pytest.fixture
def half(world, shiraishi):
    """生年月日の違う、白石先生の登録。"""
    return world.registration("白石", "薫", facts=shiraishi, birth_on=WRONG_BIRTH)


@pytest.fixture
def new(world):
    """記録のない、新田先生の登録。"""
    return world.registration("新田", "光")


def accept(world, registration, by=None, seen=None):
    by = by or world.clerk(registration.association)
    seen = seen or world.registration_seen(registration)
    return accept_registration(registration, ground="免許証の写し", seen=seen, by=by, at=world.at)


def test_agreement_is_told_item_by_item_and_what_is_not_recorded_does_not_agree():
    typed = Identity("012345", date(2005, 5, 10), "シライシ カオル", date(1978, 8, 21))

    assert agrees_in_all(typed, Identity("12345", date(2005, 5, 10), "しらいし　かおる", date(1978, 8, 21)))
    assert agreeing(typed, Identity("", None, "", None)) == frozenset()
    assert number_forms("0") == ("0", "000000")


def test_a_half_match_asks_the_database_as_often_as_an_unknown_number(world, shiraishi, django_assert_num_queries):
    for number in (shiraishi.licences.get().number, "900001", "900002"):
        with django_assert_num_queries(34):
            world.registration("新田", "光", number=number)


def test_the_office_that_keeps_the_record_decides(world, shiraishi, half, new):
    former = world.doctor("退井", "会", signs_in=False)
    works = world.doctor("勤井", "務", signs_in=False)
    world.works_in(works, world.other_prefecture)

    offices = [
        registration.association
        for registration in (
            half,
            new,
            world.registration("退井", "会", facts=former, birth_on=WRONG_BIRTH),
            world.registration("勤井", "務", facts=works, birth_on=WRONG_BIRTH),
        )
    ]

    assert offices == [world.district, world.prefecture, world.prefecture, world.other_prefecture]


def test_accepting_a_half_match_links_it_and_tells_the_address_on_record(world, shiraishi, half, posted):
    posted()

    accept(world, half)

    doctor = Doctor.objects.get(pk=shiraishi.pk)
    assert (doctor.user, doctor.contact_address) == (half.user, shiraishi.contact_address)
    assert posted() == [
        ("RegistrationCompleted", half.mail_address),
        ("RegistrationNoticed", shiraishi.contact_address),
    ]
    assert set(half.user.sign_in_names.values_list("kind", flat=True)) == {"email", "register_number"}


def test_accepting_a_new_doctor_makes_the_record_that_the_prefecture_sees(world, new, posted):
    posted()

    accept(world, new)

    doctor = Doctor.objects.get(user=new.user)
    assert queries.main_workplace(doctor, TODAY).facility.name == "みどり中央病院"
    assert list(Sight.objects.filter(doctor=doctor).values_list("association__code", "ground")) == [("14", "workplace")]
    assert posted() == [("RegistrationCompleted", new.mail_address)]


def test_a_record_nobody_sees_is_linked_and_opened_to_the_prefecture(world):
    former = world.doctor("退井", "会", signs_in=False)
    registration = world.registration("退井", "会", facts=former, birth_on=WRONG_BIRTH)

    accept(world, registration)

    assert policy.visible_to(world.clerk(world.prefecture), TODAY).get().user == registration.user


def test_a_record_that_moved_out_of_sight_is_refused(world, shiraishi, half):
    world.join(shiraishi, world.other_district)
    close_sight(shiraishi, world.district, ground=Ground.MEMBER, on=TODAY)

    with pytest.raises(RecordNotSeen):
        accept(world, half)


def test_only_the_first_of_two_registrations_for_one_number_is_accepted(world):
    first, second = (world.registration("新田", "光", number="777001") for _ in range(2))
    accept(world, first)

    with pytest.raises(RecordTaken):
        accept(world, second)

    assert Doctor.objects.filter(licences__number="777001").get().user == first.user


def test_a_doctor_with_an_account_is_never_given_a_second(world, doctor):
    twin = world.registration("山田", "太郎", facts=doctor)

    assert twin.state == State.WAITING
    with pytest.raises(RecordTaken):
        accept(world, twin)


def test_a_number_taken_as_somebodys_sign_in_name_waits(world, shiraishi):
    from_elsewhere = world.registration("新田", "光", number="777002")
    accept(world, from_elsewhere)
    Doctor.objects.filter(user=from_elsewhere.user).update(user=None)

    again = world.registration("新田", "光", number="777002", facts=None)

    assert again.state == State.WAITING


def test_two_records_with_one_number_wait_with_the_one_that_agrees_best(world, shiraishi):
    foreign = world.doctor("白井", "仁", kana=("シライ", "ジン"), signs_in=False)
    number = shiraishi.licences.get().number
    foreign.licences.update(register="foreign", number=number)

    registration = world.registration("白石", "薫", facts=shiraishi)

    assert (registration.state, registration.doctor) == (State.WAITING, shiraishi)


def test_a_returned_registration_is_corrected_and_linked_at_once_when_all_agrees(world, shiraishi, half, posted):
    posted()
    world.send_back_registration(half)

    assert posted() == [("RegistrationReturned", half.mail_address)]
    assert RegistrationLink.objects.get().answers["workplace"]["work_prefecture"] == ["14"]


def test_a_rejected_registration_frees_its_address(world, half, posted):
    posted()
    reject_registration(
        half,
        reason="ご本人と確かめられません。",
        seen=world.registration_seen(half),
        by=world.clerk(world.district),
        at=world.at,
    )
    half.user.refresh_from_db()

    assert (half.user.is_active, half.user.email) == (False, "")
    assert posted() == [("RegistrationRejected", half.mail_address)]
    assert not policy.registrations_of(half.user).exists()


def test_rejecting_a_colleagues_registration_leaves_their_work(world, new):
    world.appoint(world.district, Role.CLERK, "新田 光", user=new.user)

    reject_registration(
        new, reason="別の番号です。", seen=world.registration_seen(new), by=world.clerk(world.prefecture), at=world.at
    )
    new.user.refresh_from_db()

    assert new.user.is_active


def test_nobody_decides_their_own_registration_not_even_under_another_address(world, half):
    themselves = world.appoint(world.district, Role.CLERK, "白石　薫", user=half.user)
    namesake = world.appoint(world.district, Role.ADMIN, "白石薫")

    for staff in (themselves, namesake):
        with pytest.raises(OwnRegistration):
            accept(world, half, by=staff)
    with pytest.raises(IntegrityError, match="registration_not_decided_by_oneself"), transaction.atomic():
        Registration.objects.filter(pk=half.pk).update(decided_by=half.user)


def test_what_changed_since_the_page_was_opened_is_not_decided(world, half, shiraishi):
    seen = world.registration_seen(half)
    Doctor.objects.filter(pk=shiraishi.pk).update(family_kana="シロイシ")

    for act, words in ((return_registration, {"reason": "理由"}), (reject_registration, {"reason": "理由"})):
        with pytest.raises(RegistrationIsStale):
            act(half, **words, seen=seen, by=world.clerk(world.district), at=world.at)
    with pytest.raises(RegistrationIsStale):
        accept(world, half, by=world.clerk(world.prefecture))


def test_a_decided_registration_is_not_decided_again(world, half):
    accept(world, half)

    with pytest.raises(NotAllowed):
        world.send_back_registration(half)


def test_the_buttons_are_the_rows_of_the_table():
    assert REGISTRATION.events(State.WAITING, By.OFFICE) == (Event.RETURN, Event.ACCEPT, Event.REJECT)
    assert REGISTRATION.events(State.RETURNED, By.OFFICE) == ()


def test_who_sees_and_decides(world, half, new):
    viewer = world.appoint(world.district, Role.VIEWER, "閲覧 五郎")
    people = {
        "clerk": world.clerk(world.district),
        "viewer": viewer,
        "prefecture": world.clerk(world.prefecture),
        "other": world.clerk(world.other_district),
        "own": world.appoint(world.district, Role.CLERK, "白石 薫", user=half.user),
    }

    sees = {
        name: [
            sorted(one.receipt_no for one in scope(staff))
            for scope in (
                policy.registrations_visible_to,
                policy.registrations_answerable_by,
                policy.registrations_decidable_by,
                policy.registrations_asked_at,
            )
        ]
        for name, staff in people.items()
    }

    assert sees == {
        "clerk": [[half.receipt_no]] * 3 + [[]],
        "viewer": [[half.receipt_no], [], [], []],
        "prefecture": [[new.receipt_no]] * 3 + [[half.receipt_no]],
        "other": [[], [], [], []],
        "own": [[half.receipt_no], [], [], []],
    }
    accept(world, half)
    assert [
        list(scope(people["clerk"]))
        for scope in (policy.registrations_answerable_by, policy.registrations_decidable_by)
    ] == [[half], []]
    assert not policy.registrations_asked_at(people["prefecture"]).exists()


def test_old_links_are_forgotten_with_what_was_typed(world, half):
    world.send_back_registration(half)
    link = RegistrationLink.objects.create(mail_address="a@hana.example", asked_at=world.at)

    assert forget_old_links(at=world.at + timedelta(days=2) - timedelta(seconds=1)) == 0
    assert forget_old_links(at=world.at + timedelta(days=3)) == 2
    assert offer_registration(link.pk, at=world.at) is None
