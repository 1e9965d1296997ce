"""事務局の手引き「まとめて承認する」ほか。一文に一つの試験。"""

from datetime import date, timedelta

from django.test import Client

from mamis.mail.models import Message
from mamis.training.models import BulkLine, Certificate, CreditLine
from mamis.training.operations import approve_together, revoke_completion, undo_approval, write_text
from mamis.training.rules import Kind


def applications(world, number):
    found = []
    for name in range(number):
        doctor = world.member(f"医師{name}", "花子", world.district)
        world.credit(doctor, 19, date(2026, 3, 14), by=world.clerk(world.district))
        found.append(world.submit(doctor, world.district))
    return found


def test_医師には承認した分だけ一人に一通のメールが届く(world, posted):
    chosen = [(one, world.seen(one)) for one in applications(world, 3)]
    posted()

    approve_together(chosen, key="a" * 32, by=world.clerk(world.district), at=world.at)

    assert posted() == [("CompletionApproved", one.doctor.contact_address) for one, _ in chosen]


def test_確かめたあとに申請や単位が変わったものはその一件だけを承認しない(world):
    chosen = [(one, world.seen(one)) for one in applications(world, 3)]
    world.credit(chosen[1][0].doctor, 1, date(2026, 4, 1), by=world.clerk(world.district))

    decision = approve_together(chosen, key="a" * 32, by=world.clerk(world.district), at=world.at)

    lines = BulkLine.objects.filter(decision=decision).order_by("position")
    assert [line.outcome_label for line in lines] == ["承認した", "内容が変わった", "承認した"]


def test_書きかけの理由は残り文例がその下に入る_まだ差し戻されてはいない(world, application, posted):
    clerk = world.clerk(world.district)
    text = write_text("日付の確認", "日付をご確認ください。", by=clerk, at=world.at)
    typed = {"reason": "5月10日の分です。", "text": text.pk, "insert": "1"}

    page = world.browser(clerk.user).post(f"/office/14-021/completions/{application.receipt_no}/return/", typed)

    assert "5月10日の分です。\n日付をご確認ください。" in page.content.decode()
    application.refresh_from_db()
    assert (page.status_code, application.state, posted()) == (200, "submitted", [])


def test_承認したことと取りやめたことはどちらも経過に残り医師本人にだけ理由をメールで知らせる(
    world, application, posted
):
    clerk = world.clerk(world.district)
    world.approve(application, clerk)
    posted()

    undo_approval(application, reason="別の方と取り違えました。", by=clerk, at=world.at + timedelta(hours=3))

    assert list(application.history.order_by("pk").values_list("event", flat=True)) == ["submit", "approve", "undo"]
    assert posted() == [("CompletionUndone", application.doctor.contact_address)]
    assert "別の方と取り違えました。" in Message.objects.get(mail="CompletionUndone").body


def test_取消しでは修了証が使えなくなり登録された実地研修は取り消される(world, application, posted):
    world.approve(application, world.clerk(world.district))
    posted()

    revoke_completion(
        application, reason="記録の誤りです。", by=world.admin(world.district), at=world.at + timedelta(days=9)
    )

    certificate = Certificate.objects.get(application=application)
    public = Client().get(f"/v/{certificate.token}/").content.decode()
    field = CreditLine.objects.filter(doctor=application.doctor, kind=Kind.FIELD)
    assert "この修了証は取り消されています" in public
    assert sum(line.half_units for line in field) == 0
    assert posted() == [("CompletionRevoked", application.doctor.contact_address)]
