"""代行入力：紙の修了申請を、申請先の事務局が打つ。"""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mamis.associations.models import Staff
from mamis.associations.rules import Role
from mamis.audit.models import AuditEntry
from mamis.doctors.operations import OwnCase
from mamis.files.models import StoredFile
from mamis.mail.models import Message
from mamis.training import policy, queries
from mamis.training.models import CompletionApplication, CompletionHistory, Submission
from mamis.training.operations import (
    AlreadyLive,
    CertificateStillValid,
    DestinationNotAllowed,
    EnteredByYourself,
    PaperDayNotAllowed,
    PaperRequest,
    RequirementsNotMet,
    enter_completion,
    reenter_completion,
    resubmit_completion,
    withdraw_completion,
)
from mamis.training.rules import PAPER_DAYS, paper_day_is_allowed
from mamis.training.workflow import Event, State, told_to_doctor
from mamis.wizard.models import Draft
from mamis.workflow.table import NotAllowed
from tests.files.samples import jpeg, pdf, upload
from tests.pages import words_in_main as words
from tests.world import TODAY

NEW = "/office/14-021/completions/entry/"
NEXT, BACK, LATER = {"next": "1"}, {"back": "1"}, {"later": "1"}


@pytest.fixture
def staff(world):
    return world.clerk(world.district)


@pytest.fixture
def clerk(world, staff):
    return world.browser(staff.user)


@pytest.fixture
def paper(world):
    """マイページもメールアドレスもない、紙野一郎先生。単位は足りている。"""
    doctor = world.member("紙野", "一郎", world.district, signs_in=False, address="", kana=("カミノ", "イチロウ"))
    world.credit(doctor, 20, date(2026, 3, 14))
    return doctor


def request_of(world, *, paper_on=TODAY, entries=1, destination=None):
    asked = world.request(destination or world.district, entries, "紙のとおり")
    return PaperRequest(asked.destination_id, asked.entries, asked.note, paper_on)


def days(name, on) -> dict[str, str]:
    return {f"{name}_0": str(on.year), f"{name}_1": str(on.month), f"{name}_2": str(on.day)}


def number_of(doctor) -> str:
    return doctor.licences.get(ended_on=None).number


# 操作


def test_a_paper_becomes_an_application_of_the_office_that_entered_it(world, paper, staff, posted):
    application = enter_completion(paper, request_of(world, paper_on=TODAY - timedelta(days=30)), by=staff, at=world.at)

    submission = application.submissions.get()
    step = application.history.get()
    assert (application.state, application.destination, application.is_entered) == ("submitted", world.district, True)
    assert application.counted_on == application.window.until_on == TODAY - timedelta(days=30)
    assert (application.first_submitted_at, application.submitted_at) == (world.at, world.at)
    assert (submission.paper_on, submission.entered_by, submission.entered_for, submission.note) == (
        TODAY - timedelta(days=30),
        staff.user,
        world.district,
        "紙のとおり",
    )
    assert (step.event, step.party, step.by_user, step.by_association) == (
        "enter",
        "office",
        staff.user,
        world.district,
    )
    assert posted() == [("CompletionReceived", "")]
    assert Message.objects.get(mail="CompletionReceived").state == "no_address"
    assert policy.visible_to(staff).get() == application


def test_the_doctor_with_an_address_is_told_and_the_office_is_not(world, doctor, posted):
    world.enter(doctor, world.district)

    assert posted() == [("CompletionReceived", doctor.contact_address)]
    body = Message.objects.get(mail="CompletionReceived").body
    assert "先生の紙の申請書をもとに、みどり市医師会が代行入力したものです。" in body
    assert "マイページでご覧になれます" in body


def test_a_notice_on_paper_does_not_speak_of_a_screen_the_doctor_has_not(world, paper, staff):
    application = world.enter(paper, world.district)
    world.send_back(application, staff)
    reenter_completion(application, request_of(world), by=staff, at=world.at + timedelta(hours=2))
    world.approve(application, world.admin(world.district))

    bodies = Message.objects.filter(about_doctor=paper).order_by("pk").values_list("body", flat=True)
    assert [("マイページ" in body, "/mypage/" in body) for body in bodies] == [(False, False)] * 4
    assert "直した紙の申請書を、みどり市医師会にお出しください。" in bodies[1]
    assert "修了証は、みどり市医師会からお渡しします。" in bodies[3]


def test_what_the_doctor_could_not_apply_for_is_not_entered_either(world, doctor, paper, staff):
    poor = world.member("不足", "花子", world.district)
    own = world.appoint(world.district, Role.CLERK, doctor.name, doctor.user)
    refusals = (
        (OwnCase, doctor, request_of(world), own),
        (DestinationNotAllowed, paper, request_of(world, destination=world.prefecture), staff),
        (DestinationNotAllowed, paper, request_of(world, destination=world.prefecture), world.clerk(world.prefecture)),
        (PaperDayNotAllowed, paper, request_of(world, paper_on=TODAY + timedelta(days=1)), staff),
        (PaperDayNotAllowed, paper, request_of(world, paper_on=TODAY - timedelta(days=PAPER_DAYS + 1)), staff),
        (RequirementsNotMet, poor, request_of(world), staff),
    )
    for refusal, one, request, by in refusals:
        with pytest.raises(refusal), transaction.atomic():
            enter_completion(one, request, by=by, at=world.at)
    assert not CompletionApplication.objects.exists()

    application = world.enter(paper, world.district)
    with pytest.raises(AlreadyLive), transaction.atomic():
        world.enter(paper, world.district)
    world.approve(application, world.admin(world.district))
    with pytest.raises(CertificateStillValid), transaction.atomic():
        world.enter(paper, world.district)


def test_the_day_on_the_paper_is_one_of_the_last_180():
    day = date(2026, 11, 2)

    assert [paper_day_is_allowed(day - timedelta(days=days), day) for days in (-1, 0, PAPER_DAYS, PAPER_DAYS + 1)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_submission_of_paper_names_day_person_and_association_or_none(world, application, staff):
    for named in ({"paper_on": TODAY}, {"entered_by": staff.user}, {"entered_for": world.district}):
        with pytest.raises(IntegrityError, match="submission_of_paper_names_who_entered"), transaction.atomic():
            Submission.objects.create(application=application, number=9, submitted_at=world.at, **named)


# 直した紙


def test_after_a_return_the_corrected_paper_is_entered_again(world, paper, staff, posted):
    application = world.enter(paper, world.district, paper_on=TODAY - timedelta(days=10))
    with pytest.raises(NotAllowed):
        reenter_completion(application, request_of(world), by=staff, at=world.at)
    world.send_back(application, staff)
    posted()

    again = reenter_completion(application, request_of(world, entries=2), by=staff, at=world.at + timedelta(hours=2))

    assert (again.state, again.counted_on, again.is_entered) == ("submitted", TODAY - timedelta(days=10), True)
    assert [one.paper_on for one in again.submissions.order_by("number")] == [TODAY - timedelta(days=10), TODAY]
    assert posted() == [("CompletionReceived", "")]


def test_a_doctor_corrects_on_screen_and_the_mark_goes_with_the_paper(world, doctor, staff):
    application = world.enter(doctor, world.district)
    world.send_back(application, staff)

    again = resubmit_completion(application, world.request(world.district), at=world.at + timedelta(hours=2))

    assert again.is_entered is False
    assert [one.paper_on for one in again.submissions.order_by("number")] == [TODAY, None]


def test_who_enters_a_corrected_paper(world, doctor, paper, staff, application):
    hers = world.enter(paper, world.district)
    for one in (application, hers):
        world.send_back(one, staff)
    other = world.clerk(world.other_district)

    assert set(policy.reenterable_by(staff)) == {hers}
    assert not policy.reenterable_by(other).exists()
    assert not policy.reenterable_by(world.appoint(world.district, Role.VIEWER, "閲覧 三郎")).exists()
    with pytest.raises(DestinationNotAllowed):
        reenter_completion(hers, request_of(world), by=other, at=world.at)
    CompletionApplication.objects.filter(pk=application.pk).update(is_entered=True)
    CompletionApplication.objects.filter(pk=hers.pk).update(is_entered=False)
    assert set(policy.reenterable_by(staff)) == {application, hers}


# 打った人と決める人


def test_another_person_approves_what_one_entered(world, paper, staff):
    application = world.enter(paper, world.district, by=staff)

    with pytest.raises(EnteredByYourself, match="ほかの担当者が承認します"):
        world.approve(application, staff)
    page = words(world.browser(staff.user).get(f"/office/14-021/completions/{application.receipt_no}/"))

    assert "この申請は、ご自身が代行入力しました。承認は、ほかの担当者が行います。" in page
    assert "承認する" not in page
    assert "先生に差し戻す" in page
    world.approve(application, world.admin(world.district))
    assert not policy.entered_and_decided_by_one(CompletionApplication.objects.get(pk=application.pk))


def test_in_an_office_of_one_the_same_person_approves_and_that_is_said(world, paper, staff, clerk):
    Staff.objects.filter(pk=world.admin(world.district).pk).update(ended_at=world.at)
    world.appoint(world.district, Role.VIEWER, "閲覧 三郎")
    application = world.enter(paper, world.district, by=staff)
    case = f"/office/14-021/completions/{application.receipt_no}/"
    assert "ほかに決められる担当者がいないので、ご自身で承認できます" in words(clerk.get(case))

    world.approve(application, staff)

    assert policy.entered_and_decided_by_one(CompletionApplication.objects.get(pk=application.pk))
    assert "代行入力した人と、承認した人が同じです" in words(clerk.get(case))


def test_the_doctor_and_the_disabled_are_not_the_other_person(world, doctor, staff):
    application = world.enter(doctor, world.district, by=staff)
    admin = world.admin(world.district)
    world.appoint(world.district, Role.CLERK, doctor.name, doctor.user)
    assert list(policy.deciders_besides(staff, application)) == [admin]

    admin.user.is_active = False
    admin.user.save()

    assert policy.may_approve(staff, application)
    assert list(policy.deciders_besides(admin, application)) == [staff]


def test_an_application_on_screen_is_approved_as_before(world, application, staff):
    assert policy.may_approve(staff, application)
    assert not policy.entered_by(staff, application)
    world.approve(application, staff)
    assert not policy.entered_and_decided_by_one(CompletionApplication.objects.get(pk=application.pk))


# 画面


def test_a_clerk_finds_the_doctor_types_the_paper_leaves_and_comes_back(world, clerk, staff, paper):
    at = timezone.localdate()
    world.credit(paper, 20, at - timedelta(days=60), title="在宅医療研修会")
    root = f"{NEW}{paper.pk}/"
    assert "書きかけの代行入力はありません" in words(clerk.get(NEW))
    assert clerk.post(NEW, {"number": number_of(paper)}).url == f"{root}paper/"
    assert "紙野 一郎 先生" in words(clerk.get(f"{root}paper/"))

    assert clerk.post(f"{root}paper/", {"note": "電話は午後"} | LATER).url == NEW
    assert "紙野 一郎 先生" in words(clerk.get(NEW))
    assert "紙の申請日、写し、連絡事項を直してください" in words(clerk.get(f"{root}check/"))
    assert clerk.post(f"{root}check/", NEXT).url == f"{root}check/"
    typed = days("paper_on", at - timedelta(days=20)) | {"note": "電話は午後"}
    assert clerk.post(f"{root}paper/", typed | NEXT).status_code == 422
    typed["scan"] = upload(jpeg(), "紙.jpg")
    assert clerk.post(f"{root}paper/", typed | NEXT).url == f"{root}activities/"
    assert "まだ写していません" in words(clerk.get(f"{root}activities/"))
    assert re.fullmatch(rf"{root}activities/[0-9a-f]{{12}}/", clerk.get(f"{root}activities/new/").url)
    line = {"activity": "F102", "place": "急患診療所"} | days("from_on", at - timedelta(days=40))
    assert clerk.post(f"{root}activities/a1/", {"place": "急患診療所"} | LATER).url == NEW
    assert "紙.jpg" in words(clerk.get(f"{root}check/"))
    assert "書きかけの実地研修が 1 件" in words(clerk.get(f"{root}check/"))
    assert clerk.post(f"{root}activities/a1/", {"place": ""} | NEXT).status_code == 422
    assert clerk.post(f"{root}activities/a1/", line | NEXT).url == f"{root}activities/"
    assert clerk.post(f"{root}activities/a2/", line | BACK).url == f"{root}activities/"
    assert "写した実地研修 2 件" in words(clerk.get(f"{root}activities/"))
    assert clerk.get(f"{root}activities/a1/").status_code == 200
    assert clerk.post(f"{root}activities/a2/removal/").url == f"{root}activities/"
    assert clerk.post(f"{root}activities/a2/removal/").url == f"{root}activities/"
    assert clerk.post(f"{root}activities/", BACK).url == f"{root}paper/"
    assert clerk.post(f"{root}check/", LATER).url == NEW
    check = words(clerk.get(f"{root}check/"))
    assert "登録メールアドレスがないので、受付のお知らせは、紙に印刷してお渡しください" in check
    answer = clerk.post(f"{root}check/", NEXT, follow=True)

    application = CompletionApplication.objects.get()
    report = queries.reports_of(application.submissions.get()).get()
    assert (application.counted_on, report.place, application.submissions.get().note) == (
        at - timedelta(days=20),
        "急患診療所",
        "電話は午後",
    )
    assert application.submissions.get().scan == StoredFile.objects.get() == policy.attached_to(application).get()
    assert "紙の申請書の写し" in words(answer)
    assert "紙で渡すお知らせを印刷してください" in answer.content.decode()
    assert not Draft.objects.exists()
    assert clerk.get(f"{root}paper/", follow=True).request["PATH_INFO"] == NEW


def test_the_office_types_the_corrected_paper_from_what_was_there(world, clerk, staff, paper):
    application = world.enter(paper, world.district)
    world.send_back(application, staff)
    case, root = f"/office/14-021/completions/{application.receipt_no}/", f"{NEW}{paper.pk}/"
    assert f'href="{root}paper/"' in clerk.get(case).content.decode()
    assert "直した紙を代行入力すると、「承認を待つもの」に戻ります" in words(clerk.get(case))

    assert clerk.post(NEW, {"number": number_of(paper)}).url == f"{root}paper/"
    page = words(clerk.get(f"{root}paper/"))
    assert "活動した日をご確認ください。" in page
    typed = days("paper_on", timezone.localdate()) | {"scan": upload(pdf(), "直した紙.pdf")}
    clerk.post(f"{root}paper/", typed | NEXT)
    assert clerk.post(f"{root}check/", NEXT).url == case

    assert [one.number for one in application.submissions.order_by("number")] == [1, 2]
    assert CompletionApplication.objects.get().state == "submitted"


def problem(response) -> str:
    return re.sub(r"<[^>]+>", "", re.findall(r'<li><a href="#id_number">(.*?)</a></li>', response.content.decode())[0])


def test_who_cannot_be_entered_is_said_without_a_hint(world, clerk, doctor, application):
    at = timezone.now()
    hidden = world.member("遠田", "花子", world.other_district)
    two_seats = world.member("二席", "三郎", world.district, world.other_district)
    prefecture_only = world.member("県野", "四郎", world.district, world.prefecture)
    world.credit(two_seats, 20, TODAY)
    world.submit(two_seats, world.other_district, at=at)
    unknown = "この番号の医師は、この医師会では見つかりません。番号をご確認ください。"

    assert problem(clerk.post(NEW, {"number": number_of(hidden)})) == unknown
    assert problem(clerk.post(NEW, {"number": "999999"})) == unknown
    assert problem(clerk.post(NEW, {"number": number_of(doctor)})) == (
        f"この医師の修了申請は、もう届いています（受付番号 {application.receipt_no}）。"
    )
    assert problem(clerk.post(NEW, {"number": number_of(two_seats)})) == (
        "この医師は、いまは新しい修了申請ができません。先生にお確かめください。"
    )
    above = world.browser(world.clerk(world.prefecture).user)
    assert problem(above.post("/office/14/completions/entry/", {"number": number_of(prefecture_only)})) == (
        "この医師の修了申請の申請先は、この医師会ではありません。"
    )
    own = world.browser(world.appoint(world.district, Role.CLERK, doctor.name, doctor.user).user)
    assert problem(own.post(NEW, {"number": number_of(doctor)})) == (
        "ご自身の申請や単位は、ほかの担当者にお願いしてください。"
    )
    assert clerk.get(f"{NEW}{hidden.pk}/paper/").status_code == 404
    assert clerk.get(f"{NEW}{prefecture_only.pk}/nowhere/").status_code == 404


def test_drafts_of_others_and_of_other_offices_are_not_shown(world, clerk, staff, paper):
    elsewhere = world.appoint(world.other_district, Role.CLERK, staff.user.name, staff.user)
    clerk.post(f"{NEW}{paper.pk}/paper/", {"note": "書きかけ"} | LATER)

    assert "紙野" not in words(world.browser(world.admin(world.district).user).get(NEW))
    assert "紙野" not in words(world.browser(elsewhere.user).get("/office/26-011/completions/entry/"))
    assert "紙野" in words(clerk.get(NEW))
    assert clerk.post(f"{NEW}{paper.pk}/removal/").url == NEW
    assert not Draft.objects.exists()


def test_thirty_lines_are_enough_and_a_long_answer_is_refused(clerk, paper):
    root = f"{NEW}{paper.pk}/"
    for index in range(30):
        clerk.post(f"{root}activities/k{index}/", {"place": "急患診療所"} | LATER)

    assert clerk.get(f"{root}activities/k30/").url == f"{root}activities/"
    assert "実地研修は 30 件まで書けます" in words(clerk.get(f"{root}activities/"))
    assert clerk.post(f"{root}paper/", {"note": "長" * 5000} | LATER).status_code == 422
    assert clerk.post(f"{root}activities/k1/", {"note": "長" * 5000} | LATER).status_code == 422


def test_what_changed_meanwhile_is_said_on_the_check_page(world, clerk, paper, monkeypatch):
    root = f"{NEW}{paper.pk}/"
    clerk.post(f"{root}paper/", days("paper_on", timezone.localdate()) | {"scan": upload(jpeg())} | NEXT)
    world.submit(paper, world.district, at=timezone.now())

    answer = clerk.post(f"{root}check/", NEXT, follow=True)

    assert "もう届いています" in answer.content.decode()


def test_the_certificate_of_a_doctor_without_a_screen_is_handed_over_by_the_office(world, doctor, paper, staff, clerk):
    hers, his = world.enter(paper, world.district), world.enter(doctor, world.district)
    for one in (hers, his):
        world.approve(one, world.admin(world.district))
    link = f"/office/14-021/completions/{hers.receipt_no}/certificate.pdf"
    assert f'href="{link}"' in clerk.get(f"/office/14-021/completions/{hers.receipt_no}/").content.decode()

    answer = clerk.get(link)

    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.about, entry.association) == (
        "certificate_download",
        f"修了証 {hers.certificates.get().number}",
        world.district,
    )
    assert clerk.get(f"/office/14-021/completions/{his.receipt_no}/certificate.pdf").status_code == 404
    assert not policy.certificates_handed_over_by(world.appoint(world.district, Role.VIEWER, "閲覧 三郎")).exists()
    assert not policy.certificates_handed_over_by(world.clerk(world.other_district)).exists()
    hers.certificates.update(revoked_at=world.at)
    assert clerk.get(link).status_code == 404


# 印


def test_the_mark_is_on_every_page_paper_and_file(world, clerk, doctor, staff):
    application = world.enter(doctor, world.district, by=staff)
    case, mine = f"/office/14-021/completions/{application.receipt_no}/", world.browser(doctor.user)
    own = f"/mypage/completions/{application.receipt_no}/"
    pages = [
        *(clerk.get(url) for url in ("/office/14-021/completions/", case, "/office/14-021/completions/print/")),
        *(mine.get(url) for url in ("/mypage/completions/", own, f"{own}receipt/")),
    ]

    assert ["代行入力" in words(page).replace("紙の申請を代行入力する", "") for page in pages] == [True] * 6
    assert "みどり市医師会が、紙の申請書を代行入力しました" in words(pages[4])
    assert "一般 次郎" not in words(pages[4])
    assert "紙の申請書（2026年11月2日（令和8年）付）から、みどり市医師会が入力しました" in words(pages[5])
    assert "代行入力しました" in words(pages[1])
    file = b"".join(clerk.get("/office/14-021/completions/download/").streaming_content).decode("utf-8-sig")
    head, row = file.splitlines()[:2]
    assert (head.split(",")[-1].strip('"'), row.split(",")[-1].strip('"')) == ("代行入力", "代行入力")


def test_an_application_on_screen_bears_no_mark(world, clerk, application):
    page = words(clerk.get(f"/office/14-021/completions/{application.receipt_no}/"))

    assert "代行入力" not in page
    assert not CompletionHistory.objects.filter(event=Event.ENTER).exists()


def test_the_doctor_is_told_in_words_of_the_first_and_of_the_corrected_paper():
    told = [
        told_to_doctor(Event.ENTER, again=again, office="みどり市医師会", destination="") for again in (False, True)
    ]

    assert told == [
        "みどり市医師会が、紙の申請書を代行入力しました",
        "みどり市医師会が、直した紙の申請書を代行入力しました",
    ]


def test_withdrawn_papers_are_not_entered_again(world, doctor, staff):
    application = world.enter(doctor, world.district)
    withdraw_completion(application, at=world.at)

    assert not policy.reenterable_by(staff).exists()
    assert State(application.state) == State.SUBMITTED
