"""手帳の単位：一人が登録し、もう一人が確かめる。"""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from mamis.associations.models import Staff
from mamis.associations.rules import Role
from mamis.doctors.models import Doctor
from mamis.doctors.operations import OwnCase
from mamis.files.checking import Clean, Drawn, Refused
from mamis.files.models import StoredFile
from mamis.files.operations import forget_unclaimed, receive, settle_check
from mamis.files.rules import Refusal
from mamis.training import policy, queries
from mamis.training.models import CreditLine, HandbookEntry
from mamis.training.operations import (
    HandbookFacts,
    LineAlreadyRecorded,
    ScansNotReady,
    SecondReaderNeeded,
    confirm_handbook,
    correct_handbook,
    drop_handbook,
    enter_handbook,
    return_handbook,
)
from mamis.training.rules import Kind
from mamis.workflow.table import NotAllowed, PageIsStale
from tests.files.samples import jpeg, upload
from tests.world import World

pytestmark = pytest.mark.django_db

LINES = (
    HandbookFacts(Kind.KNOWLEDGE, "県医師会 学術講演会", date(2024, 5, 12), 3, ("1", "15")),
    HandbookFacts(Kind.FIELD, "休日急患診療所", date(2025, 2, 11), 2),
)


@pytest.fixture
def clerk(world: World) -> Staff:
    return world.clerk(world.district)


@pytest.fixture
def admin(world: World) -> Staff:
    return world.admin(world.district)


@pytest.fixture
def member(world: World) -> Doctor:
    return world.member("手帳", "持夫", world.district)


@pytest.fixture
def scan(world: World, clerk: Staff) -> StoredFile:
    """確かめ終えた写し。"""
    file = receive(upload(jpeg()), purpose="training.handbook", by_user_id=clerk.user_id, at=world.at)
    return settle_check(file, Clean((Drawn(1, 1, b"\xff\xd8\xff"),)), at=world.at)


@pytest.fixture
def entry(world: World, member: Doctor, clerk: Staff, scan: StoredFile) -> HandbookEntry:
    return enter_handbook(member, LINES, (scan,), by=clerk, at=world.at)


def fresh(entry: HandbookEntry) -> HandbookEntry:
    return HandbookEntry.objects.get(pk=entry.pk)


def ledger(doctor: Doctor) -> list[tuple[str, str, int, list[str], str, str]]:
    lines = CreditLine.objects.filter(doctor=doctor).order_by("pk")
    return [(one.kind, one.title, one.half_units, one.codes, one.source_label, one.ground) for one in lines]


def test_lines_become_credits_only_when_a_second_person_confirms(
    world: World, entry: HandbookEntry, member: Doctor, admin: Staff
) -> None:
    before = ledger(member)

    confirm_handbook(entry, seen=entry.seen, by=admin, at=world.at)

    ground = f"手帳の写し（{entry.number}）"
    assert before == []
    assert ledger(member) == [
        ("knowledge", "県医師会 学術講演会", 3, ["1", "15"], "手帳", ground),
        ("field", "休日急患診療所", 2, [], "手帳", ground),
    ]
    assert (fresh(entry).state_label, fresh(entry).confirmed_by, fresh(entry).is_by_one) == (
        "確認済",
        admin.user,
        False,
    )


def test_whoever_entered_cannot_confirm_while_another_can(world: World, entry: HandbookEntry, clerk: Staff) -> None:
    with pytest.raises(SecondReaderNeeded):
        confirm_handbook(entry, seen=entry.seen, by=clerk, at=world.at)

    assert not CreditLine.objects.exists()


def test_an_office_of_one_confirms_alone_and_says_so_in_the_ledger(
    world: World, entry: HandbookEntry, member: Doctor, clerk: Staff, admin: Staff
) -> None:
    world.appoint(world.district, Role.VIEWER, "閲覧 五郎")
    world.appoint(world.district, Role.CLERK, "手帳 持夫", user=member.user)
    Staff.objects.filter(pk=admin.pk).update(ended_at=world.at)

    confirm_handbook(entry, seen=entry.seen, by=clerk, at=world.at)

    assert (fresh(entry).is_by_one, {ground for *_, ground in ledger(member)}) == (
        True,
        {f"手帳の写し（{entry.number}）。一人の事務局のため、登録した人が確認"},
    )


def test_nobody_touches_their_own_handbook(
    world: World, entry: HandbookEntry, member: Doctor, scan: StoredFile
) -> None:
    own = world.appoint(world.district, Role.CLERK, "手帳 持夫", user=member.user)

    with pytest.raises(OwnCase):
        enter_handbook(member, LINES, (scan,), by=own, at=world.at)
    with pytest.raises(OwnCase):
        confirm_handbook(entry, seen=entry.seen, by=own, at=world.at)
    for column in ("entered_by", "confirmed_by"):
        with pytest.raises(IntegrityError), transaction.atomic():
            HandbookEntry.objects.filter(pk=entry.pk).update(
                **{column: member.user}, state="confirmed", confirmed_at=world.at
            )


def test_a_doctor_without_an_account_is_entered_too(world: World, clerk: Staff, admin: Staff, scan: StoredFile) -> None:
    doctor = world.member("紙野", "次郎", world.district, signs_in=False)

    entry = enter_handbook(doctor, LINES, (scan,), by=clerk, at=world.at)

    assert list(policy.handbooks_confirmable_by(admin)) == [entry]
    assert list(policy.handbooks_confirmable_by(clerk)) == []


def test_a_returned_entry_is_written_again_by_whoever_then_cannot_confirm(
    world: World, entry: HandbookEntry, clerk: Staff, admin: Staff, scan: StoredFile
) -> None:
    return_handbook(entry, reason="2 行目の日付が違います。", seen=entry.seen, by=admin, at=world.at)
    correct_handbook(entry, LINES[:1], (scan,), by=admin, at=world.at + timedelta(hours=1))
    again = fresh(entry)

    with pytest.raises(SecondReaderNeeded):
        confirm_handbook(entry, seen=again.seen, by=admin, at=world.at)
    confirm_handbook(entry, seen=again.seen, by=clerk, at=world.at)

    assert (again.round, again.entered_by, len(queries.handbook_lines(again)), entry.lines.count()) == (
        2,
        admin.user,
        1,
        3,
    )
    assert CreditLine.objects.count() == 1
    assert queries.last_handbook_return(entry).comment == "2 行目の日付が違います。"


def test_an_entry_is_not_confirmed_before_its_scan_was_checked(
    world: World, member: Doctor, clerk: Staff, admin: Staff
) -> None:
    waiting, refused = (
        receive(upload(jpeg()), purpose="training.handbook", by_user_id=clerk.user_id, at=world.at) for _ in range(2)
    )
    settle_check(refused, Refused(Refusal.BROKEN), at=world.at)

    for file in (waiting, refused):
        entry = enter_handbook(member, LINES, (file,), by=clerk, at=world.at)
        with pytest.raises(ScansNotReady):
            confirm_handbook(entry, seen=entry.seen, by=admin, at=world.at)


def test_a_line_that_is_in_the_ledger_already_stops_the_whole(
    world: World, entry: HandbookEntry, member: Doctor, admin: Staff
) -> None:
    world.credit(member, 2, date(2025, 2, 11), kind=Kind.FIELD, title="休日急患診療所", by=admin)

    with pytest.raises(LineAlreadyRecorded, match=r"^2 行目"):
        confirm_handbook(entry, seen=entry.seen, by=admin, at=world.at)

    assert (CreditLine.objects.count(), fresh(entry).state_label) == (1, "確認待ち")


def test_what_was_read_must_be_what_is_decided(
    world: World, entry: HandbookEntry, clerk: Staff, admin: Staff, scan: StoredFile
) -> None:
    return_handbook(entry, reason="直してください。", seen=entry.seen, by=admin, at=world.at)
    correct_handbook(entry, LINES, (scan,), by=clerk, at=world.at)

    with pytest.raises(PageIsStale):
        confirm_handbook(entry, seen=entry.seen, by=admin, at=world.at)


def test_a_dropped_entry_is_over(world: World, entry: HandbookEntry, clerk: Staff, admin: Staff) -> None:
    drop_handbook(entry, seen=entry.seen, by=clerk, at=world.at)

    with pytest.raises(NotAllowed):
        confirm_handbook(entry, seen=fresh(entry).seen, by=admin, at=world.at)
    assert fresh(entry).state_label == "取下げ"


def test_who_sees_writes_and_confirms(world: World, entry: HandbookEntry, clerk: Staff, admin: Staff) -> None:
    viewer = world.appoint(world.district, Role.VIEWER, "閲覧 五郎")
    people = (clerk, admin, viewer, world.admin(world.prefecture), world.admin(world.other_district))

    def seen(scope: object) -> list[bool]:
        return [scope(staff).filter(pk=entry.pk).exists() for staff in people]

    assert seen(policy.handbooks_visible_to) == [True, True, True, False, False]
    assert seen(policy.handbooks_answerable_by) == [True, True, False, False, False]
    assert seen(policy.handbooks_confirmable_by) == [False, True, False, False, False]
    assert seen(policy.handbooks_correctable_by) == [False] * 5
    return_handbook(entry, reason="直してください。", seen=entry.seen, by=admin, at=world.at)
    assert seen(policy.handbooks_confirmable_by) == [False] * 5
    assert seen(policy.handbooks_correctable_by) == [True, True, False, False, False]


def test_the_scan_of_an_entry_is_never_tidied_away(world: World, entry: HandbookEntry, scan: StoredFile) -> None:
    assert forget_unclaimed(at=world.at + timedelta(days=400)) == 0
    assert StoredFile.objects.filter(pk=scan.pk).exists()
