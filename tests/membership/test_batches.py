"""まとめて進める：一件ずつ別に進み、どこで倒れても続きから、二度は進まない。"""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from mamis.associations.models import Association, Category, Staff
from mamis.associations.rules import Role
from mamis.membership import queries, tasks
from mamis.membership.models import Application, Batch, BatchLine, MembershipCategory
from mamis.membership.operations import CategoryChange, approve_together, change_together, end_line
from mamis.membership.operations.batches import AT_ONCE
from tests.membership.acts import approve, step_at, submit
from tests.world import TODAY

KEY = "a" * 32


@pytest.fixture
def members(world):
    return [world.member(name, "花子", world.district, signs_in=False) for name in ("青木", "石井", "小川")]


def chosen(doctors):
    return [(one, queries.seats_fingerprint(queries.seats(one, TODAY))) for one in doctors]


def change_of(world, effective_on=date(2027, 4, 1)) -> CategoryChange:
    was, now = (world.district.categories.get(code=letter) for letter in "AB")
    return CategoryChange({was.pk: now.pk}, effective_on, "trained", "名簿", TODAY)


def change(world, doctors, *, key=KEY, by=None, effective_on=date(2027, 4, 1)) -> Batch:
    staff = by or world.clerk(world.district)
    return change_together(chosen(doctors), change_of(world, effective_on), key=key, by=staff, at=world.at)


def outcomes(batch):
    return [line.refusal or line.outcome_label for line in BatchLine.objects.filter(batch=batch).order_by("position")]


def test_each_doctor_gets_an_application_of_their_own(world, members):
    batch = change(world, members)

    assert outcomes(batch) == ["受け付けた"] * 3
    assert [line.application.doctor for line in batch.lines.order_by("position")] == members
    assert queries.report_of(list(batch.lines.all())) == queries.BatchReport(total=3, done=3, waiting=0)


def test_the_same_page_sent_twice_finds_the_same_batch(world, members):
    assert change(world, members) == change(world, members[:1])
    assert change(world, members[:1], key="b" * 32) != change(world, members[:1])


@pytest.mark.parametrize(
    ("letter", "day", "said"),
    [
        ("A", TODAY + timedelta(days=400), "異動日は、一年先までの日にしてください。"),
        ("A", date(2010, 4, 1), "いまの会員区分の始まりが、変更日よりあとです。"),
    ],
)
def test_what_is_refused_to_one_is_refused_to_many(world, members, letter, day, said):
    assert outcomes(change(world, members[:1], effective_on=day)) == [said]
    assert Application.objects.count() == 0


def test_a_category_that_ended_meanwhile_is_refused(world, members):
    world.district.categories.filter(code="B").update(until_on=TODAY)

    assert outcomes(change(world, members[:1])) == ["みどり市医師会の会員区分を、一覧から選んでください。"]


def test_a_seat_changed_meanwhile_is_refused_and_not_overwritten(world, members):
    choices = chosen(members[:2])
    other = Category.objects.create(association=world.district, code="D", label="D 会員", position=9)
    MembershipCategory.objects.filter(membership__doctor=members[0]).update(category=other)

    batch = change_together(choices, change_of(world), key=KEY, by=world.clerk(world.district), at=world.at)

    assert outcomes(batch) == [
        "確かめたあとに、在籍か会員区分が変わりました。もう一度、初めからお確かめください。",
        "受け付けた",
    ]


def test_ones_own_seat_is_changed_by_a_colleague(world, members):
    clerk = world.clerk(world.district)
    members[0].user = clerk.user
    members[0].save()

    assert outcomes(change(world, members[:1])) == ["ご自身の申請や単位は、ほかの担当者にお願いしてください。"]


def test_a_doctor_of_others_is_refused(world):
    stranger = world.member("異邦", "遠人", world.other_district)

    assert outcomes(change(world, [stranger])) == ["この医師会では進められなくなりました。"]


@pytest.mark.parametrize("ended", [{"ended_at": date(2026, 11, 1)}, {"role": Role.VIEWER}])
def test_one_who_no_longer_serves_changes_nothing(world, members, ended):
    clerk = world.clerk(world.district)
    at = {"ended_at": world.at} if "ended_at" in ended else ended
    Staff.objects.filter(pk=clerk.pk).update(**at)

    assert outcomes(change(world, members[:1], by=clerk)) == ["進めた人の担当が終わったため、進めていません。"]


def test_a_line_that_breaks_is_told_and_the_next_goes_on(world, members, as_owner):
    before, *both = members
    change(world, [before])
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('membership_receipt_seq', last_value, false) FROM membership_receipt_seq")

    batch = change(world, both, key="b" * 32)

    assert outcomes(batch) == ["システムの都合で進められませんでした。一件ずつ進めてください。", "受け付けた"]
    assert Application.objects.count() == 2


def test_what_is_left_goes_on_in_the_background_once(world):
    doctors = [world.member(f"医師{number}", "花子", world.district, signs_in=False) for number in range(AT_ONCE + 2)]

    batch = change(world, doctors)

    assert queries.waiting_lines(batch).count() == 2
    assert ProcrastinateJob.objects.filter(lock=f"{tasks.LOCK}{batch.pk}").count() == 1
    tasks.go_on(batch.pk)
    tasks.go_on(batch.pk)
    assert outcomes(batch) == ["受け付けた"] * (AT_ONCE + 2)
    assert Application.objects.count() == AT_ONCE + 2


def test_a_batch_whose_job_is_gone_is_handed_over_again(world):
    doctors = [world.member(f"医師{number}", "花子", world.district, signs_in=False) for number in range(AT_ONCE + 1)]
    batch = change(world, doctors)
    assert tasks.orphans() == []
    with transaction.atomic():
        ProcrastinateJob.objects.filter(lock=f"{tasks.LOCK}{batch.pk}")._raw_delete("default")

    assert tasks.orphans() == [batch]
    tasks.sweep(0)
    assert tasks.orphans() == []


def test_an_ended_line_stays_as_it_is(world, members):
    batch = change(world, members[:1])
    line = batch.lines.get()

    assert end_line(line, at=world.at + timedelta(days=1)).ended_at == line.ended_at
    assert Application.objects.count() == 1


def test_steps_decided_together_leave_a_lasting_record(world, members):
    first, second = (submit(world, one, {world.district: "B"}, TODAY) for one in members[:2])
    steps = [step_at(one, world.district) for one in (first, second)]
    choices = [(step, queries.fingerprint(step)) for step in steps]
    approve(world, first, world.district)

    batch = approve_together(choices, board_on=TODAY, key=KEY, by=world.clerk(world.district), at=world.at)

    assert outcomes(batch) == [
        "すでに処理されています。画面を開き直して、いまの状態をご確認ください。",
        "承認した",
    ]
    assert (batch.kind_label, batch.day) == ("届出の承認・確認", TODAY)
    assert [line.case for line in batch.lines.order_by("position")] == [first, second]
    second.refresh_from_db()
    assert second.state_label == "完了"


def test_a_step_of_another_association_is_not_decided(world, members):
    application = submit(world, members[0], {world.district: "B"}, TODAY)
    step = step_at(application, world.district)
    other = world.clerk(world.other_district)

    batch = approve_together([(step, queries.fingerprint(step))], board_on=TODAY, key=KEY, by=other, at=world.at)

    assert outcomes(batch) == ["この医師会では進められなくなりました。"]


def test_a_confirmation_is_called_so(world, members):
    application = submit(world, members[0], None, TODAY, work="みどり新医院")
    step = step_at(application, world.district)
    clerk = world.clerk(world.district)

    batch = approve_together([(step, queries.fingerprint(step))], board_on=TODAY, key=KEY, by=clerk, at=world.at)

    assert outcomes(batch) == ["確認した"]


def test_who_acted_for_an_association_is_named_with_their_own(world, members):
    acting = world.clerk(world.prefecture).acting_for(world.district)

    batch = change(world, members[:1], by=acting)

    assert Batch.objects.get(pk=batch.pk).by_name == "一般 次郎（神奈川県医師会）"


def test_counts_stand_beside_each_batch(world, members):
    change(world, members[:2])
    stranger = world.member("異邦", "遠人", world.other_district)
    change(world, [stranger], key="b" * 32)

    found = queries.batches_newest_first(Batch.objects.all())

    assert [(one.number, one.done, one.waiting) for one in found] == [(1, 0, 0), (2, 2, 0)]


def test_categories_of_the_own_line_are_offered_own_first(world, doctor):
    beside = world.district_beside()
    world.join(doctor, beside)
    everyone = type(doctor).objects.filter(pk=doctor.pk)

    def offered(association: Association) -> list[str]:
        return [one.association.code for one in queries.held_categories(everyone, association, TODAY)]

    assert offered(world.district) == ["14-021", "14", "00"]
    assert offered(world.prefecture) == ["14", "00", "14-021", "14-022"]
    assert offered(world.national) == ["00", "14", "14-021", "14-022"]
    assert offered(world.other_district) == ["00"]
