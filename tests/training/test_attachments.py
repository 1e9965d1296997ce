"""実地研修に添えた書類と、紙の申請書の写し：預かる、残る、渡す、印に入る。"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from mamis.audit.models import AuditEntry
from mamis.files.checking import check
from mamis.files.models import StoredFile
from mamis.files.operations import begin_check, settle_check
from mamis.training import policy
from mamis.training.models import FieldReport
from mamis.training.operations import (
    CompletionRequest,
    FieldEntry,
    approve_completion,
    forward_completion,
    resubmit_completion,
    submit_completion,
)
from mamis.wizard.models import Draft
from mamis.workflow.table import PageIsStale
from tests.files.samples import jpeg, pdf, upload
from tests.pages import words_in_main as words
from tests.world import TODAY

APPLICATION = "/mypage/training/completion/application/"
ONE = f"{APPLICATION}activities/a1/"
NEXT, LATER = {"next": "1"}, {"later": "1"}


@pytest.fixture
def page(world, doctor):
    return world.browser(doctor.user)


def line(**typed):
    day = timezone.localdate() - timedelta(days=20)
    days = {f"from_on_{position}": str(part) for position, part in enumerate((day.year, day.month, day.day))}
    return {"activity": "F102", "place": "急患診療所"} | days | typed


def checked(file) -> StoredFile:
    """裏方が確かめ終えたファイル。"""
    row, original = begin_check(file.pk, at=timezone.now())
    return settle_check(row, check(original, row.kind), at=timezone.now())


def attached(world, doctor, destination):
    """書類を添えて申請したもの。"""
    page = world.browser(doctor.user)
    page.post(ONE, line(evidence=upload(jpeg(), "出務表.jpg")) | LATER)
    file = StoredFile.objects.latest("pk")
    asked = world.request(destination)
    entry = FieldEntry(asked.entries[0].activity_id, "急患診療所", TODAY, TODAY, evidence_id=file.pk)
    return submit_completion(doctor, CompletionRequest(destination.pk, (entry,)), at=world.at), file


def test_a_doctor_attaches_a_paper_that_stays_while_the_rest_is_wrong(page, doctor):
    wrong = page.post(ONE, line(place="", evidence=upload(jpeg(), "出務表.jpg")) | NEXT)

    assert "場所・団体を入力してください。" in words(wrong)
    assert "出務表.jpg" in words(wrong)
    token = re.findall(r'name="evidence_0" value="([^"]+)"', wrong.content.decode())[0]
    assert page.post(ONE, line(evidence_0=token) | NEXT).status_code == 302
    file = StoredFile.objects.get()
    assert (file.token, file.uploaded_by, file.purpose) == (token, doctor.user, "training.evidence")
    assert Draft.objects.get().answers["activities"]["lines"][0]["typed"]["evidence_0"] == [token]
    for shown in (f"{APPLICATION}activities/", f"{APPLICATION}check/", ONE):
        assert "出務表.jpg" in words(page.get(shown))
        assert "確認待ち" in words(page.get(shown))

    page.post(f"{APPLICATION}check/", NEXT)

    report = FieldReport.objects.get()
    assert report.evidence == file
    own = f"/mypage/completions/{report.submission.application.receipt_no}/"
    assert "出務表.jpg" in words(page.get(own))
    assert f"{own}files/{token}/" not in page.get(own).content.decode()
    checked(file)
    assert f"{own}files/{token}/" in page.get(own).content.decode()
    assert page.get(f"{own}files/{token}/").content.startswith(b"\xff\xd8\xff")


def test_the_attachment_can_be_taken_off_again(page):
    page.post(ONE, line(evidence=upload(pdf(), "委嘱状.pdf")) | NEXT)
    token = StoredFile.objects.get().token

    assert page.post(ONE, line(evidence_0=token, detach="1")).url == ONE

    assert not StoredFile.objects.exists()
    assert "委嘱状.pdf" not in words(page.get(ONE))
    assert "evidence_0" not in Draft.objects.get().answers["activities"]["lines"][0]["typed"]


def test_what_was_attached_goes_with_the_line_and_with_the_draft_but_not_with_a_submission(world, page, doctor):
    page.post(ONE, line(evidence=upload(jpeg())) | NEXT)
    page.post(f"{ONE}removal/")
    assert not StoredFile.objects.exists()
    page.post(ONE, line(evidence=upload(jpeg())) | NEXT)
    page.post("/mypage/training/completion/draft/removal/")
    assert not StoredFile.objects.exists()
    clerk = world.browser(world.clerk(world.district).user)
    root = f"/office/14-021/completions/entry/{doctor.pk}/"
    clerk.post(f"{root}paper/", {"scan": upload(jpeg())} | LATER)
    assert StoredFile.objects.get().purpose == "training.paper"
    clerk.post(f"{root}removal/")
    assert not StoredFile.objects.exists()

    application, file = attached(world, doctor, world.district)
    world.send_back(application, world.clerk(world.district))
    page.get(f"{APPLICATION}check/")
    page.post(f"{APPLICATION}check/", LATER)
    page.post("/mypage/training/completion/draft/removal/")

    assert StoredFile.objects.get() == file


def test_what_cannot_be_taken_is_said_before_going_on(page):
    answers = [page.post(ONE, line(evidence=upload(b"MZ\x90\x00", "program.exe")) | button) for button in (NEXT, LATER)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("か所を直すと" in words(answer) for answer in answers)
    assert not StoredFile.objects.exists()
    assert not Draft.objects.exists()


def test_a_file_of_somebody_else_or_of_another_purpose_is_as_none(world, page, doctor):
    other = world.member("鈴木", "花子", world.district)
    world.browser(other.user).post(ONE, line(evidence=upload(jpeg())) | LATER)
    foreign = StoredFile.objects.get().token

    for token in (foreign, "x" * 32, "\x00", ""):
        page.post(ONE, line(evidence_0=token) | NEXT)

    assert "evidence_0" not in Draft.objects.get(owner=doctor.user).answers["activities"]["lines"][0]["typed"]


def test_only_who_sees_the_application_gets_its_paper(world):
    doctor = world.member("二席", "三郎", world.district, world.other_district)
    world.credit(doctor, 20, TODAY)
    application, file = attached(world, doctor, world.district)
    link = f"completions/{application.receipt_no}/files/{file.token}/"
    clerk, other = (world.browser(world.clerk(one).user) for one in (world.district, world.other_district))
    assert clerk.get(f"/office/14-021/{link}").status_code == 404
    checked(file)

    assert clerk.get(f"/office/14-021/{link}").status_code == 200
    assert clerk.get(f"/office/14-021/{link}1/")["Content-Type"] == "image/jpeg"
    assert clerk.get(f"/office/14-021/{link}2/").status_code == 404
    assert (
        list(AuditEntry.objects.values_list("act", "about"))
        == [("添付の書類のダウンロード", f"修了申請 {application.receipt_no}")] * 2
    )
    assert other.get(f"/office/26-011/{link}").status_code == 404
    assert world.browser(world.doctor("鈴木", "花子").user).get(f"/mypage/{link}").status_code == 404

    forward_completion(
        application,
        destination_id=world.other_district.pk,
        reason="こちらの会員ではありません。",
        seen=world.seen(application),
        by=world.clerk(world.district),
        at=world.at,
    )

    assert clerk.get(f"/office/14-021/{link}").status_code == 404
    assert other.get(f"/office/26-011/{link}").status_code == 200


def test_files_of_other_applications_are_not_attached_to_this_one(world, doctor, application):
    other = world.member("鈴木", "花子", world.district)
    world.credit(other, 20, TODAY)
    hers, file = attached(world, other, world.district)

    assert list(policy.attached_to(hers)) == [file]
    assert not policy.attached_to(application).exists()


def test_the_decider_decides_on_the_papers_as_they_were_seen(world, doctor):
    application, file = attached(world, doctor, world.district)
    clerk, seen = world.clerk(world.district), world.seen(application)
    page = world.browser(clerk.user).get(f"/office/14-021/completions/{application.receipt_no}/")
    assert "確認待ち" in words(page)
    checked(file)

    with pytest.raises(PageIsStale):
        approve_completion(application, seen=seen, by=clerk, at=world.at)

    world.approve(application, clerk)


def test_the_paper_of_a_returned_application_is_still_there(world, doctor, page):
    application, file = attached(world, doctor, world.district)
    world.send_back(application, world.clerk(world.district))
    Draft.objects.all().delete()

    assert page.get(f"{APPLICATION}activities/").status_code == 200
    assert "出務表.jpg" in words(page.get(f"{APPLICATION}check/"))
    page.post(f"{APPLICATION}check/", NEXT)

    assert [report.evidence for report in FieldReport.objects.order_by("pk")] == [file, file]


def test_a_paper_the_office_attached_stays_when_the_doctor_corrects_on_screen(world, doctor, page):
    clerk = world.clerk(world.district)
    world.browser(clerk.user).post(
        f"/office/14-021/completions/entry/{doctor.pk}/activities/a1/",
        line(evidence=upload(jpeg(), "写し.jpg")) | LATER,
    )
    file = StoredFile.objects.get()
    application = world.enter(doctor, world.district)
    world.send_back(application, clerk)
    activity = world.request(world.district).entries[0].activity_id
    entry = FieldEntry(activity, "急患診療所", TODAY, TODAY, evidence_id=file.pk)
    again = resubmit_completion(
        application, CompletionRequest(world.district.pk, (entry,)), at=world.at + timedelta(hours=2)
    )
    world.send_back(again, clerk)

    assert "写し.jpg" in words(page.get(f"{APPLICATION}check/"))
