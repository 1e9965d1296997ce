from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from mamis.accounts.models import User
from mamis.accounts.operations import create_user
from mamis.files import operations, policy, tasks
from mamis.files.checking import Clean, Drawn, Refused, Unanswered
from mamis.files.models import Original, Page, StoredFile
from mamis.files.operations import NotTaken, TooManyFiles, receive
from mamis.files.rules import MOST_BYTES, MOST_TRIES, REFUSED, FileState, Refusal
from tests.files.samples import fill_the_day, jpeg, upload

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
CLEAN = Clean((Drawn(3, 2, b"\xff\xd8\xff one"), Drawn(2, 3, b"\xff\xd8\xff two")))


@pytest.fixture
def user() -> User:
    return create_user(email="clerk@office.example", name="一般 次郎", password="hitotsu-no-madoguchi-2026", at=NOON)


@pytest.fixture
def file(user: User) -> StoredFile:
    return receive(upload(jpeg(), "手帳.jpg"), purpose="test", by_user_id=user.pk, at=NOON)


def jobs(file: StoredFile) -> list[tuple[str, datetime | None]]:
    found = ProcrastinateJob.objects.filter(lock=f"{operations.LOCK}{file.pk}").order_by("pk")
    return list(found.values_list("status", "scheduled_at"))


def begun(file: StoredFile) -> StoredFile:
    found = operations.begin_check(file.pk, at=NOON)
    assert found is not None
    return found[0]


def fresh(file: StoredFile) -> StoredFile:
    return StoredFile.objects.get(pk=file.pk)


def test_a_file_is_taken_with_its_job_and_waits(user: User) -> None:
    file = receive(upload(jpeg(), "../手帳.jpg"), purpose="test", by_user_id=user.pk, at=NOON)

    assert (file.name, file.state_label, file.kind_label, file.pages) == ("手帳.jpg", "確認待ち", "写真（JPEG）", 0)
    assert (len(file.token), file.bytes, bytes(file.original.content)) == (32, len(jpeg()), jpeg())
    assert jobs(file) == [("todo", None)]


def test_what_is_too_big_or_of_another_kind_is_not_even_taken(user: User) -> None:
    for content, refusal in ((b"\xff\xd8\xff" + b"0" * MOST_BYTES, Refusal.TOO_BIG), (b"<svg>", Refusal.DRAWING)):
        with pytest.raises(NotTaken, match=REFUSED[refusal][:10]) as told:
            receive(upload(content), purpose="test", by_user_id=user.pk, at=NOON)
        assert told.value.refusal == refusal
    assert StoredFile.objects.count() == 0


def test_one_person_sends_only_so_many_a_day(user: User) -> None:
    fill_the_day(user, NOON)

    with pytest.raises(TooManyFiles):
        receive(upload(jpeg()), purpose="test", by_user_id=user.pk, at=NOON + timedelta(hours=23))

    assert receive(upload(jpeg()), purpose="test", by_user_id=user.pk, at=NOON + timedelta(days=2)).is_waiting
    assert receive(upload(jpeg()), purpose="test", by_user_id=None, holder="somebody else", at=NOON).is_waiting


def test_a_checked_file_keeps_its_pages_and_loses_its_original(file: StoredFile) -> None:
    settled = operations.settle_check(begun(file), CLEAN, at=NOON)

    assert (settled.state, settled.pages, settled.checked_at, settled.reason) == (FileState.CHECKED, 2, NOON, "")
    assert [bytes(page.content) for page in Page.objects.order_by("number")] == [page.content for page in CLEAN.pages]
    assert not Original.objects.exists()
    assert operations.begin_check(file.pk, at=NOON) is None
    assert operations.settle_check(file, Refused(Refusal.BROKEN), at=NOON).is_checked


def test_a_refused_file_says_why_and_loses_its_original(file: StoredFile) -> None:
    settled = operations.settle_check(begun(file), Refused(Refusal.LOCKED), at=NOON)

    assert (settled.state_label, settled.reason) == ("使えません", REFUSED[Refusal.LOCKED])
    assert (settled.is_refused, list(settled.page_numbers)) == (True, [])
    assert not Original.objects.exists()


def test_a_checker_that_is_down_is_asked_again_without_end(file: StoredFile) -> None:
    for _ in range(MOST_TRIES + 2):
        operations.settle_check(begun(file), Unanswered(is_files_fault=False), at=NOON)

    assert (fresh(file).is_waiting, fresh(file).tries) == (True, 0)
    assert jobs(file)[-1] == ("todo", NOON + timedelta(seconds=30))


def test_a_file_that_is_too_much_for_the_checker_is_given_up_in_the_end(file: StoredFile) -> None:
    for _ in range(MOST_TRIES - 1):
        assert operations.settle_check(begun(file), Unanswered(is_files_fault=True), at=NOON).is_waiting

    settled = operations.settle_check(begun(file), Unanswered(is_files_fault=True), at=NOON)

    assert settled.reason == REFUSED[Refusal.TOO_HEAVY]


def test_a_file_that_fells_the_worker_itself_is_given_up_in_the_end(file: StoredFile) -> None:
    for _ in range(MOST_TRIES):
        begun(file)

    assert operations.begin_check(file.pk, at=NOON) is None
    assert fresh(file).reason == REFUSED[Refusal.TOO_HEAVY]


def test_a_waiting_file_whose_job_was_lost_gets_another(file: StoredFile) -> None:
    assert operations.hand_over_orphans() == 0
    ProcrastinateJob.objects.all()._raw_delete("default")

    tasks.sweep.func(timestamp=0)

    assert jobs(file) == [("todo", None)]


def test_what_nobody_claims_is_forgotten_after_thirty_days(file: StoredFile) -> None:
    assert operations.forget_unclaimed(at=NOON + timedelta(days=29)) == 0
    assert operations.forget_unclaimed(at=NOON + timedelta(days=30)) == 1
    assert not Original.objects.exists()


def test_a_file_is_carried_only_by_its_sender_and_for_its_purpose(user: User, file: StoredFile) -> None:
    other = receive(upload(jpeg()), purpose="test", by_user_id=None, holder="a", at=NOON)

    def carried(purpose: str, by: int | None, holder: str = "") -> list[StoredFile]:
        return list(policy.carried_by(purpose, by_user_id=by, holder=holder))

    assert carried("test", user.pk) == [file]
    assert carried("test", None, "a") == [other]
    assert [
        *carried("else", user.pk),
        *carried("test", user.pk + 1),
        *carried("test", None),
        *carried("test", None, "b"),
    ] == []


def test_the_database_keeps_state_and_outcome_together(file: StoredFile) -> None:
    for wrong in (
        {"state": "checked"},
        {"refusal": "broken"},
        {"holder": "a"},
        {"token": "short"},
        {"uploaded_by": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            StoredFile.objects.filter(pk=file.pk).update(**wrong)
