"""下書きを残し、消す。"""

from datetime import UTC, datetime, timedelta

import pytest

from mamis.accounts.operations import create_user
from mamis.wizard.models import Draft
from mamis.wizard.operations import discard_draft, forget_old_drafts, write_draft
from mamis.wizard.queries import draft_of
from mamis.wizard.tasks import forget

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
DAYS_30 = timedelta(days=30)


@pytest.fixture
def owner(db):
    return create_user(email="yamada@clinic.example", name="山田 太郎", password="hitotsu-no-madoguchi-2026", at=NOW)


def write(owner, slug, answer, *, at=NOW, start=None, subject=""):
    return write_draft(
        by=owner.pk,
        kind="completion",
        subject=subject,
        step=slug,
        at=at,
        start={} if start is None else start,
        change=lambda answers: answers.update({slug: answer}),
    )


def test_each_step_keeps_its_answer_beside_the_others(owner):
    write(owner, "note", {"note": ["よろしく"]}, start={"before": {}})
    write(owner, "place", {"place": ["X市"]}, at=NOW + timedelta(hours=1), start={"before": {"other": ["x"]}})

    draft = draft_of(owner.pk, "completion", "", NOW + timedelta(hours=2))
    assert draft.answers == {"before": {}, "note": {"note": ["よろしく"]}, "place": {"place": ["X市"]}}
    assert (draft.step, draft.begun_at, draft.written_at) == ("place", NOW, NOW + timedelta(hours=1))


def test_a_draft_lives_thirty_days_after_the_last_word(owner):
    write(owner, "note", {})

    assert draft_of(owner.pk, "completion", "", NOW + DAYS_30 - timedelta(seconds=1)) is not None
    assert draft_of(owner.pk, "completion", "", NOW + DAYS_30) is None


def test_writing_on_an_old_draft_begins_anew(owner):
    write(owner, "note", {"note": ["古い"]})
    later = NOW + DAYS_30

    draft = write(owner, "place", {"place": ["X市"]}, at=later, start={"from": "sheet"})

    assert (draft.answers, draft.begun_at) == ({"from": "sheet", "place": {"place": ["X市"]}}, later)


def test_drafts_of_other_subjects_and_people_stay(owner):
    stranger = create_user(email="other@clinic.example", name="別 人", password="hitotsu-no-madoguchi-2026", at=NOW)
    write(owner, "note", {})
    write(owner, "note", {}, subject="2026-1102-0001")
    write(stranger, "note", {})

    discard_draft(by=owner.pk, kind="completion", subject="")

    assert sorted(Draft.objects.values_list("owner_id", "subject")) == sorted(
        [(owner.pk, "2026-1102-0001"), (stranger.pk, "")]
    )


def test_old_drafts_are_forgotten(owner):
    write(owner, "note", {}, subject="old")
    write(owner, "note", {}, subject="new", at=NOW + timedelta(days=1))

    assert forget_old_drafts(at=NOW + DAYS_30) == 1
    assert list(Draft.objects.values_list("subject", flat=True)) == ["new"]


def test_the_nightly_work_forgets_old_drafts(owner):
    write(owner, "note", {}, at=datetime(2020, 1, 1, tzinfo=UTC))

    forget(timestamp=0)

    assert not Draft.objects.exists()
