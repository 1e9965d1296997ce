"""事務局が医師のためにすること：医師の画面を見る、紙の申請を代行入力する、書類を添える。一文に一つの試験。"""

from dataclasses import replace

import pytest
from django.utils import timezone

from mamis.mail.models import Message
from mamis.training.operations import EnteredByYourself, begin_viewing, forward_completion, submit_completion
from tests.files.samples import held
from tests.world import TODAY


def test_事務局はわけを書いて医師の画面を見られ_医師はいつどの医師会がなぜ見たかを読める(world, doctor, application):
    clerk = world.browser(world.clerk(world.district).user)
    start = f"/office/14-021/completions/{application.receipt_no}/as-doctor/"

    seen = clerk.post(start, {"reason": "修了証の受け取り方のご相談"}, follow=True).content.decode()
    read = world.browser(doctor.user).get("/mypage/viewings/").content.decode()

    assert "山田 太郎 先生の画面を見ています" in seen
    assert "修了申請の状況" in seen
    assert all(words in read for words in ("みどり市医師会", "修了証の受け取り方のご相談", application.receipt_no))
    assert "一般 次郎" not in read


def test_医師の画面を見る事務局は_医師のかわりに何もできない(world, application):
    staff = world.clerk(world.district)
    viewing = begin_viewing(application, reason="お電話でのご相談", by=staff, at=timezone.now())

    answer = world.browser(staff.user).post(
        f"/office/14-021/as-doctor/{viewing.key}/completions/{application.receipt_no}/withdrawal/"
    )

    application.refresh_from_db()
    assert (answer.status_code, application.state) == (405, "submitted")


def test_紙の申請を代行入力すると受付のメールは医師本人にのみ届き_入力した医師会には届かない(world, doctor, posted):
    world.enter(doctor, world.district)

    assert posted() == [("CompletionReceived", doctor.contact_address)]


def test_登録メールアドレスのない医師には紙で渡すお知らせを印刷できる(world, posted):
    paper = world.member("紙野", "一郎", world.district, signs_in=False, address="")
    world.credit(paper, 20, TODAY)
    clerk = world.browser(world.clerk(world.district).user)

    application = world.enter(paper, world.district)

    assert posted() == [("CompletionReceived", "")]
    page = clerk.get(f"/office/14-021/messages/{Message.objects.get(mail='CompletionReceived').pk}/notice/")
    assert all(words in page.content.decode() for words in ("紙野 一郎 先生", application.receipt_no, "代行入力"))


def test_代行入力した申請の承認はほかの担当者が行う(world, doctor):
    application = world.enter(doctor, world.district, by=world.clerk(world.district))

    with pytest.raises(EnteredByYourself):
        world.approve(application, world.clerk(world.district))
    world.approve(application, world.admin(world.district))

    application.refresh_from_db()
    assert application.state == "approved"


def test_添えた書類は申請先の医師会だけが見られ_回送すると前の申請先からは見られない(world):
    doctor = world.member("二席", "三郎", world.district, world.other_district)
    world.credit(doctor, 20, TODAY)
    file = held(doctor.user_id, "training.evidence", world.at)
    request = world.request(world.district)
    request = replace(request, entries=(replace(request.entries[0], evidence_id=file.pk),))
    application = submit_completion(doctor, request, at=world.at)
    link = f"completions/{application.receipt_no}/files/{file.token}/"
    midori, sakura = (world.browser(world.clerk(one).user) for one in (world.district, world.other_district))
    before = [midori.get(f"/office/14-021/{link}").status_code, sakura.get(f"/office/26-011/{link}").status_code]

    forward_completion(
        application,
        destination_id=world.other_district.pk,
        reason="さくら市の活動です。",
        seen=world.seen(application),
        by=world.clerk(world.district),
        at=world.at,
    )

    after = [midori.get(f"/office/14-021/{link}").status_code, sakura.get(f"/office/26-011/{link}").status_code]
    assert (before, after) == ([200, 404], [404, 200])
