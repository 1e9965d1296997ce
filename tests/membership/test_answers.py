"""入会のときに医師会の尋ねることへの答え：受け付けるもの、断るもの、機械の確かめ、引き継ぎ。"""

from dataclasses import replace

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from mamis.associations.models import JoinItem
from mamis.associations.rules import ItemKind
from mamis.files.models import StoredFile
from mamis.membership import queries
from mamis.membership.forms.questions import QuestionsForm
from mamis.membership.models import SheetAnswer
from mamis.membership.operations import (
    NotAnswered,
    Paper,
    answer_to,
    enter_application,
    reenter_application,
    resubmit_application,
    return_step,
    submit_application,
)
from mamis.membership.queries.cases import checks_of
from tests.membership.acts import attachment, request, step_at
from tests.membership.joining import ask, joining_of, proven
from tests.world import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer(world):
    """まだどの医師会の会員でもない先生。"""
    return world.doctor("新田", "良子")


@pytest.fixture
def wanted(world):
    """さくら市と京都府への入会。"""
    return request({world.other_district: "A", world.other_prefecture: "A"}, TODAY)


@pytest.fixture
def resume(world):
    return JoinItem.objects.create(association=world.other_district, kind=ItemKind.FILE, label="履歴書", position=1)


@pytest.fixture
def duty(world):
    return JoinItem.objects.create(
        association=world.other_district, kind=ItemKind.YES_NO, label="当直に協力できますか", position=2
    )


def returned(world, application):
    """さくら市が差し戻した届出。"""
    step = step_at(application, world.other_district)
    by = world.clerk(world.other_district)
    return_step(step, reason="お直しください。", seen=queries.fingerprint(step), by=by, at=world.at)
    application.refresh_from_db()
    return application


def test_only_what_is_required_and_asked_now_by_those_joined_must_be_answered(world, newcomer, wanted):
    for association, label, facts in (
        (world.other_district, "任意", {"is_required": False}),
        (world.other_district, "やめた", {"is_used": False}),
        (world.district, "よその医師会", {}),
    ):
        JoinItem.objects.create(association=association, kind=ItemKind.SHORT, label=label, position=1, **facts)

    application = submit_application(newcomer, wanted, at=world.at)

    assert not application.sheet.answers.exists()


def test_a_member_of_an_association_is_not_asked_by_it(world, wanted, duty):
    member = world.member("山田", "花子", world.other_district)

    application = submit_application(member, wanted, at=world.at)

    assert application.title == "入会"


def test_a_required_question_without_words_is_not_answered(world, newcomer, wanted, duty):
    with pytest.raises(NotAnswered):
        submit_application(newcomer, replace(wanted, answers=(answer_to(duty),)), at=world.at)


def test_a_doctor_must_attach_what_an_office_may_leave_out(world, newcomer, wanted, resume):
    by = world.clerk(world.district)
    missing = replace(wanted, answers=(answer_to(resume),))

    with pytest.raises(NotAnswered):
        submit_application(newcomer, missing, at=world.at)
    entered = enter_application(newcomer, missing, Paper(TODAY), by=by, at=world.at)

    assert [one.lacks_file for one in entered.sheet.answers.all()] == [True]


def test_an_office_must_answer_a_required_question(world, newcomer, wanted, duty):
    with pytest.raises(NotAnswered):
        enter_application(newcomer, wanted, Paper(TODAY), by=world.clerk(world.district), at=world.at)


def test_a_doctor_corrects_with_answers_and_an_office_with_those_it_has(world, newcomer, wanted, duty):
    answered = replace(wanted, answers=(answer_to(duty, words="はい"),))
    application = returned(world, submit_application(newcomer, answered, at=world.at))

    with pytest.raises(NotAnswered):
        resubmit_application(application, wanted, at=world.at)
    reenter_application(application, wanted, Paper(TODAY), by=world.clerk(world.other_district), at=world.at)

    assert SheetAnswer.objects.get().sheet.number == 1


def test_the_list_of_residents_asks_nothing(world):
    JoinItem.objects.create(association=world.district, kind=ItemKind.SHORT, label="専門", position=1)
    ask(world.admin(world.district))
    joining = joining_of()

    proven(joining).post("/joining/review/")

    joining.refresh_from_db()
    assert joining.application is not None
    assert not SheetAnswer.objects.exists()


@pytest.mark.parametrize(
    ("state", "is_required", "words"),
    [
        ("checked", True, "「履歴書」の添付があります。"),
        ("waiting", True, "「履歴書」の添付を、機械が確かめているところです。"),
        ("refused", False, "「履歴書」の添付が、使えないファイルです。"),
        ("", True, "「履歴書」の添付がありません。"),
        ("", False, None),
    ],
)
def test_the_machine_looks_at_the_attachment(world, newcomer, wanted, resume, state, is_required, words):
    held = {"checked": attachment(world, newcomer), "": None}.get(state, StoredFile(state=state))
    item = replace(answer_to(resume), is_required=is_required)
    answer = SheetAnswer(item=resume, label=item.label, is_required=is_required, file=held)
    application = enter_application(newcomer, wanted, Paper(TODAY), by=world.clerk(world.district), at=world.at)
    step = step_at(application, world.other_district)
    others = type(newcomer).objects.none()

    checks = checks_of(step, application.sheet, None, others, [answer], TODAY)

    told = [(one.words, one.is_clear) for one in checks if "添付" in one.words]
    assert told == ([(words, state == "checked")] if words else [])


def test_a_missing_attachment_is_told_before_deciding_together(world, newcomer, wanted, resume):
    wanted = replace(wanted, effective_on=localdate(), answers=(answer_to(resume),))
    by = world.clerk(world.district)
    application = enter_application(newcomer, wanted, Paper(localdate()), by=by, at=timezone.now())
    client = world.browser(world.clerk(world.other_district).user)

    page = client.post("/office/26-011/applications/approvals/", {"pick": [application.receipt_no]})

    assert "「履歴書」の添付がありません。" in page.content.decode()


def test_a_form_takes_over_only_the_file_of_its_own_question(world, newcomer, resume, duty):
    other = JoinItem.objects.create(
        association=world.other_district, kind=ItemKind.FILE, label="医籍の写し", position=3
    )
    file = attachment(world, newcomer)
    written = [SheetAnswer(item=resume, file=file), SheetAnswer(item=duty, words="はい")]

    def uploads(**data):
        form = QuestionsForm(data, items=[resume, duty, other])
        form.recall(written)
        return form.uploads

    assert uploads(**{f"item_{resume.pk}_0": file.token}) == {f"item_{resume.pk}": file}
    assert uploads(**{f"item_{other.pk}_0": file.token}) == {}
    assert uploads(**{f"item_{resume.pk}_0": "x" * 32}) == {}
