"""newsletter Topic 01「医師会事務局の皆様への重要なお知らせ」。一文に一つの試験。"""

from datetime import timedelta

from mamis.associations.models import Platform
from mamis.mail.models import Message
from mamis.training.operations import (
    forward_completion,
    resubmit_completion,
    submit_completion,
    withdraw_completion,
)
from tests.world import TODAY


def test_医師が修了申請をすると会員本人の登録メールアドレスと申請先医師会のお問い合わせ通知先にメールが届く(
    world, doctor, posted
):
    world.submit(doctor, world.district)

    assert posted() == [
        ("CompletionReceived", doctor.contact_address),
        ("CompletionArrived", "kenshu-14-021@office.example"),
    ]


def test_医師の申請数分のメールが申請医師会に送信される(world, doctor, posted):
    colleague = world.member("髙﨑", "𠮷郎", world.district)
    world.credit(colleague, 20, TODAY)

    world.submit(doctor, world.district)
    world.submit(colleague, world.district)

    assert [address for mail, address in posted() if mail == "CompletionArrived"] == [
        "kenshu-14-021@office.example",
        "kenshu-14-021@office.example",
    ]


def test_補足1_会員管理用通知メールアドレスには修了申請のメールは届かない(world, application, posted):
    world.send_back(application, world.clerk(world.district))
    resubmit_completion(application, world.request(world.district), at=world.at + timedelta(hours=2))
    world.approve(application, world.clerk(world.district))

    assert not Message.objects.filter(recipient_address__startswith="kaiin-").exists()


def test_補足2_メールを止める設定も数を絞る設定もない():
    names = {field.name for field in Platform._meta.concrete_fields}

    assert names == {
        "id",
        "address_deadline_on",
        "completion_mail_from_on",
        "operator_name",
        "operator_telephone",
        "operator_hours",
        "member_office_name",
        "video_url",
        "doctors_site_url",
        "offices_site_url",
    }


def test_補足3_差し戻しは医師本人にのみメールを送信する(world, application, posted):
    posted()

    world.send_back(application, world.clerk(world.district))

    assert posted() == [("CompletionReturned", application.doctor.contact_address)]


def test_補足3_承認は医師本人にのみメールを送信する(world, application, posted):
    posted()

    world.approve(application, world.clerk(world.district))

    assert posted() == [("CompletionApproved", application.doctor.contact_address)]


def test_再申請でも本人と申請先医師会にメールが届く(world, application, posted):
    world.send_back(application, world.clerk(world.district))
    posted()

    resubmit_completion(application, world.request(world.district), at=world.at + timedelta(hours=2))

    assert posted() == [
        ("CompletionReceived", application.doctor.contact_address),
        ("CompletionArrived", "kenshu-14-021@office.example"),
    ]


def test_補足4_機能のリリース前の申請にさかのぼって受付メールは送信されない(world, doctor, posted):
    Platform.objects.update(completion_mail_from_on=TODAY + timedelta(days=1))

    world.submit(doctor, world.district)

    assert posted() == []


def test_補足4_リリース前の申請でも承認は医師本人に知らせる(world, doctor, posted):
    Platform.objects.update(completion_mail_from_on=TODAY + timedelta(days=1))
    application = world.submit(doctor, world.district)

    world.approve(application, world.clerk(world.district))

    assert posted() == [("CompletionApproved", doctor.contact_address)]


def test_補足4_移された申請の受付メールは送信されない(world, doctor, posted):
    submit_completion(doctor, world.request(world.district), at=world.at, is_imported=True)

    assert posted() == []


def test_通知先は申請したときのアドレスである(world, doctor, posted):
    world.submit(doctor, world.district)

    world.district.inquiry_address = "atarashii@office.example"
    world.district.save()

    assert posted()[1] == ("CompletionArrived", "kenshu-14-021@office.example")


def test_通知先が未設定でも申請はでき_未送信として残る(world, doctor, posted):
    world.district.inquiry_address = ""
    world.district.save()

    world.submit(doctor, world.district)

    assert posted() == [("CompletionReceived", doctor.contact_address), ("CompletionArrived", "")]
    assert Message.objects.get(mail="CompletionArrived").state == "no_address"


def test_取り下げではだれにもメールを送信しない(world, application, posted):
    posted()

    withdraw_completion(application, at=world.at + timedelta(hours=1))

    assert posted() == []


def test_差し戻されたあとに取り下げてもだれにもメールを送信しない(world, application, posted):
    world.send_back(application, world.clerk(world.district))
    posted()

    withdraw_completion(application, at=world.at + timedelta(hours=2))

    assert posted() == []


def test_回送すると医師に知らせ_新しい申請先にも届いたことを知らせる(world, application, posted):
    doctor = application.doctor
    world.join(doctor, world.other_district)
    posted()

    forward_completion(
        application,
        destination_id=world.other_district.pk,
        reason="いまの所属はさくら市医師会です。",
        seen=world.seen(application),
        by=world.clerk(world.district),
        at=world.at + timedelta(hours=1),
    )

    assert posted() == [
        ("CompletionForwarded", doctor.contact_address),
        ("CompletionArrived", "kenshu-26-011@office.example"),
    ]


def test_メールの本文に生年月日も住所も医籍登録番号も書かれない(world, application):
    world.approve(application, world.clerk(world.district))
    number = application.doctor.licences.get().number

    bodies = "\n".join(Message.objects.values_list("body", flat=True))

    assert (number in bodies, "1978" in bodies, "8月21日" in bodies) == (False, False, False)


def test_名前にある改行は件名や宛先に混ざらない(world, posted):
    doctor = world.member("山田\r\nBcc: everyone@evil.example", "太郎", world.district)
    world.credit(doctor, 20, TODAY)

    world.submit(doctor, world.district)

    message = Message.objects.get(mail="CompletionArrived")
    assert ("\n" in message.subject, message.recipient_address) == (False, "kenshu-14-021@office.example")
