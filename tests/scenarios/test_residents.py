"""操作マニュアル（事務局向け）「研修医の入会を確かめていただく」と、（医師向け）「入会の確認のお願い」。一文に一つの試験。"""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mamis.associations.rules import Role
from mamis.audit.models import AuditEntry
from mamis.doctors.models import Doctor
from mamis.mail import policy as mail_policy
from mamis.mail.models import Message, MessageState
from mamis.membership.models import Application, Joining
from mamis.membership.operations import (
    JoiningLinkDead,
    cancel_joining,
    decline_joining,
    expire_joinings,
    joining_key,
    open_joining,
    send_reminders,
)
from tests.members.files import undone
from tests.membership.acts import approve, states
from tests.membership.joining import BIRTH, ask, joining_of, opened, proven, row, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(world):
    return world.admin(world.district)


@pytest.fixture
def clerk(world):
    return world.browser(world.clerk(world.district).user)


def url(name: str, *args) -> str:
    return reverse(name, args=["14-021", *args])


# ご本人


def test_メールには医師会の名とリンクと期限だけがあり氏名も施設もない(admin):
    ask(admin)

    message = Message.objects.get(mail="JoiningAsked")
    assert ("みどり市医師会" in message.body, "/joining/link/" in message.body) == (True, True)
    assert [word for word in ("研修", "一郎", "ケンシュウ", "病院", "600001", "2000") if word in message.body] == []
    assert message.is_secret


def test_リンクを開いただけでは氏名も施設も見えず何も申請されない(admin):
    ask(admin)

    page = words(opened(joining_of()).get("/joining/"))

    assert ("みどり市医師会" in page, "研修 一郎" in page, "病院" in page) == (True, False, False)
    assert not Application.objects.exists()


def test_鍵は開いた頁の住所に残らない(admin):
    ask(admin)

    answer = Client().get(reverse("joining_link", args=[joining_key(joining_of())]))

    assert (answer.status_code, answer.url) == (302, "/joining/")


def test_生年月日が違うとどのときも同じ言葉で断られ書いたものは残る(admin):
    ask(admin)
    client = opened(joining_of())

    pages = [words(client.post("/joining/", BIRTH | {"birth_on_0": year})) for year in ("1999", "2001")]

    assert all("生年月日が、名簿に書かれたものと違います" in page for page in pages)
    assert 'value="1999"' in pages[0]
    assert client.get("/joining/review/").url == "/joining/"


def test_生年月日を何度も間違えると待っていただく(admin):
    ask(admin)
    client = opened(joining_of())

    pages = [words(client.post("/joining/", BIRTH | {"birth_on_0": "1999"})) for _ in range(12)]

    assert "生年月日が、名簿に書かれたものと違います" not in pages[-1]
    assert "時" in pages[-1]
    assert client.post("/joining/", BIRTH).status_code == 200


def test_生年月日が合うと医師会と会員区分と入会日と施設が出る(admin):
    ask(admin)

    page = words(proven(joining_of()).get("/joining/review/"))

    for word in ("研修 一郎", "みどり市医師会", "神奈川県医師会", "日本医師会", "B 会員", "みどり中央病院"):
        assert word in page


def test_一つのボタンで入会を申請し受付番号が出て届出が郡市区等医師会に届く(world, admin, posted):
    ask(admin)
    posted()
    client = proven(joining_of())

    answer = client.post("/joining/review/")

    application = Application.objects.get()
    joining = joining_of()
    assert (answer.status_code, answer.url) == (302, "/joining/done/")
    assert application.receipt_no in words(client.get("/joining/done/"))
    assert (application.title, application.effective_on) == ("入会", joining.joined_on)
    assert (joining.state, joining.application, joining.doctor) == ("confirmed", application, application.doctor)
    assert states(application) == [
        ("みどり市医師会", "入会の承認", "承認待ち"),
        ("神奈川県医師会", "入会の承認", "未着"),
        ("日本医師会", "入会の承認", "未着"),
    ]
    assert posted() == [
        ("ApplicationReceived", "resident-600001@hospital.example"),
        ("StepArrived", world.district.member_address),
    ]


def test_確かめたときに初めて医師の記録ができすべて承認されると会員になり施設業務は臨床研修医になる(world, admin):
    ask(admin)
    assert not Doctor.objects.exists()
    proven(joining_of()).post("/joining/review/")

    approve(world, Application.objects.get(), world.district, world.prefecture, world.national)

    doctor = Doctor.objects.get()
    assert (doctor.name, doctor.kana, doctor.birth_on, doctor.user) == (
        "研修 一郎",
        "ケンシュウ イチロウ",
        date(2000, 4, 2),
        None,
    )
    assert (doctor.licences.get().number, doctor.contact_address) == ("600001", "resident-600001@hospital.example")
    assert sorted(seat.association.code for seat in doctor.memberships.all()) == ["00", "14", "14-021"]
    assert (doctor.workplaces.get().place_name, doctor.workplaces.get().duty) == ("みどり中央病院", "resident")


def test_ボタンを二度押しても届出は一つである(admin):
    ask(admin)
    client = proven(joining_of())

    answers = [client.post("/joining/review/") for _ in range(2)]

    assert [answer.url for answer in answers] == ["/joining/done/"] * 2
    assert Application.objects.count() == 1


def test_内容が違うときはわけを書いて送り入会は申請されず事務局にわけが見える(admin, clerk):
    ask(admin)
    client = proven(joining_of())

    empty = client.post("/joining/declining/", {"note": ""})
    answer = client.post("/joining/declining/", {"note": "入会日は 5 月 1 日です。"})

    assert (empty.status_code, answer.url) == (200, "/joining/done/")
    assert "入会は申請していません" in words(client.get("/joining/done/"))
    assert (joining_of().state, Application.objects.count()) == ("declined", 0)
    assert "入会日は 5 月 1 日です。" in words(clerk.get(url("office_joining", joining_of().pk)))
    assert "入会日は 5 月 1 日です。" in words(clerk.get(url("office_joinings")))


def test_返事の済んだリンクを開くとすでに返事があったことが分かる(admin):
    ask(admin)
    proven(joining_of()).post("/joining/review/")

    answer = opened(joining_of()).get("/joining/")

    assert (answer.status_code, "すでにお返事をいただきました" in words(answer)) == (410, True)
    assert "研修 一郎" not in words(answer)


@pytest.mark.parametrize("link", ["x", "a" * 97, "a" * 32 + "-" + "b" * 64])
def test_写し間違えたリンクと知らないリンクは使えない(admin, link):
    ask(admin)
    client = Client()
    answer = client.get(reverse("joining_link", args=[link]), follow=True)

    assert (answer.status_code, "このリンクは使えません" in words(answer)) == (410, True)


def test_期限の過ぎたリンクは使えず三十日目までは使える(admin):
    ask(admin)
    joining = joining_of()
    asked_on = timezone.localdate(joining.asked_at)

    assert joining.last_on == asked_on + timedelta(days=30)
    assert open_joining(joining_key(joining), at=joining.asked_at + timedelta(days=30)) == joining
    with pytest.raises(JoiningLinkDead):
        open_joining(joining_key(joining), at=joining.asked_at + timedelta(days=31))


def test_もう会員になっている先生には届け出かたが伝えられ届出はできない(world, admin):
    doctor = world.member("研修", "一郎", kana=("ケンシュウ", "イチロウ"), signs_in=False)
    doctor.licences.update(number="600001")
    Doctor.objects.filter(pk=doctor.pk).update(birth_on=date(2000, 4, 2))
    ask(admin)
    client = proven(joining_of())
    world.join(doctor, world.other_district)

    answer = client.post("/joining/review/")

    assert (answer.status_code, "すでに医師会の会員でいらっしゃいます" in words(answer)) == (409, True)
    assert (joining_of().state, Application.objects.count()) == ("waiting", 0)


def test_お願いのあとに同じ番号のほかの記録ができていれば申請できない(world, admin):
    ask(admin)
    client = proven(joining_of())
    world.doctor("別の", "医師", signs_in=False).licences.update(number="600001")

    answer = client.post("/joining/review/")

    assert (answer.status_code, "確かめられませんでした" in words(answer)) == (409, True)
    assert "別の" not in words(answer)
    assert not Application.objects.exists()


def test_登録メールアドレスのない記録の医師には名簿のアドレスが登録される(world, admin):
    doctor = world.doctor("研修", "一郎", kana=("ケンシュウ", "イチロウ"), address="", signs_in=False)
    doctor.licences.update(number="600001")
    Doctor.objects.filter(pk=doctor.pk).update(birth_on=date(2000, 4, 2))
    ask(admin)

    proven(joining_of()).post("/joining/review/")

    doctor.refresh_from_db()
    assert (Application.objects.get().doctor, doctor.contact_address) == (doctor, "resident-600001@hospital.example")


# 事務局


def test_名簿ごとに確認済と辞退と返事待ちと期限切れの数が出る(admin, clerk):
    ask(admin, *(row(number) for number in range(600001, 600006)))
    proven(joining_of(600001)).post("/joining/review/")
    decline_joining(joining_of(600002), "ほかに入会します。", at=timezone.now())
    Joining.objects.filter(number="600003").update(last_on=timezone.localdate() - timedelta(days=1))
    cancel_joining(joining_of(600004), by=admin, at=timezone.now())

    expire_joinings(at=timezone.now())

    [numbers] = clerk.get(url("office_joinings")).context["lists"]
    assert (numbers.sent, numbers.confirmed, numbers.declined) == (4, 1, 1)
    assert (numbers.waiting, numbers.expired, numbers.cancelled) == (1, 1, 1)
    assert numbers.sentence == "お願いした 4 人のうち、確認済 1 人、辞退 1 人、返事のない方 2 人。"
    assert [(one.look, one.x, one.width) for one in numbers.segments] == [
        ("a", 0.0, 25.0),
        ("part", 25.0, 25.0),
        ("none", 50.0, 50.0),
    ]


def test_一覧は返事のない方が先でお願いの古い順である(admin, clerk):
    ask(admin, row(600001), row(600002), days_ago=1)
    ask(admin, row(600003))
    decline_joining(joining_of(600001), "ほかに入会します。", at=timezone.now())

    page = clerk.get(url("office_joinings")).context["page"]

    assert [one.number for one in page] == ["600002", "600003", "600001"]


def test_一覧を状態と名簿と氏名の一部で絞れる(admin, clerk):
    ask(admin, row(600001, 姓="山田", セイ="ヤマダ"), row(600002))
    ask(admin, row(600003))
    decline_joining(joining_of(600002), "ほかに入会します。", at=timezone.now())

    found = [
        [one.number for one in clerk.get(url("office_joinings"), query).context["page"]]
        for query in ({"q": "やまだ"}, {"q": "600003"}, {"state": "declined"}, {"list": "2"}, {"list": "9"})
    ]

    assert found == [["600001"], ["600003"], ["600002"], ["600003"], ["600001", "600003", "600002"]]


def test_まだの方へもう一度送ると返事のない方だけに送られ期限が延びる(world, admin, clerk, posted):
    ask(admin, *(row(number) for number in (600001, 600002, 600003)), days_ago=3)
    decline_joining(joining_of(600001), "ほかに入会します。", at=timezone.now())
    Joining.objects.filter(number="600002").update(last_on=timezone.localdate() - timedelta(days=1))
    expire_joinings(at=timezone.now())
    posted()

    clerk.post(url("office_joining_list_reminder", 1))
    send_reminders("14-021", world.clerk(world.district).user_id, 1, at=timezone.now())

    assert posted() == [
        ("JoiningAsked", "resident-600002@hospital.example"),
        ("JoiningAsked", "resident-600003@hospital.example"),
    ]
    assert {(one.state, one.last_on) for one in (joining_of(600002), joining_of(600003))} == {
        ("waiting", timezone.localdate() + timedelta(days=30))
    }


def test_同じ方に送れるのは一日に一度である(world, admin, clerk, posted):
    ask(admin, days_ago=1)
    by = world.clerk(world.district).user_id
    posted()

    sent = [send_reminders("14-021", by, 1, at=timezone.now()) for _ in range(2)]
    page = words(clerk.post(url("office_joining_reminder", joining_of().pk), follow=True))
    again = words(clerk.post(url("office_joining_list_reminder", 1), follow=True))

    assert (sent, posted()) == ([1, 0], [("JoiningAsked", "resident-600001@hospital.example")])
    assert "きょうは、もう送っています" in page
    assert "いま送れる方はいません" in again


def test_もう一度送られたあとも前のメールのリンクで確かめられる(world, admin):
    ask(admin, days_ago=1)
    before = joining_key(joining_of())

    send_reminders("14-021", world.clerk(world.district).user_id, 1, at=timezone.now())

    assert joining_key(joining_of()) == before


def test_一人にもう一度送れる(admin, clerk, posted):
    ask(admin, days_ago=1)
    posted()

    page = words(clerk.post(url("office_joining_reminder", joining_of().pk), follow=True))

    assert ("もう一度送りました" in page, posted()) == (True, [("JoiningAsked", "resident-600001@hospital.example")])


def test_務めを終えた人の頼んだ送り直しは送られない(world, admin, posted):
    ask(admin, days_ago=1)
    by = world.clerk(world.district)
    by.ended_at = timezone.now()
    by.save()
    posted()

    assert send_reminders("14-021", by.user_id, 1, at=timezone.now()) == 0
    assert posted() == []


def test_メールアドレスを直して送ると新しいアドレスに届き前のリンクは使えなくなる(admin, clerk, posted):
    ask(admin)
    before = joining_key(joining_of())
    posted()

    bad = clerk.post(url("office_joining_address", joining_of().pk), {"mail_address": "resident"})
    clerk.post(url("office_joining_address", joining_of().pk), {"mail_address": "right@hospital.example"})

    assert (bad.status_code, 'value="resident"' in words(bad)) == (422, True)
    assert posted() == [("JoiningAsked", "right@hospital.example")]
    with pytest.raises(JoiningLinkDead):
        open_joining(before, at=timezone.now())
    assert open_joining(joining_key(joining_of()), at=timezone.now()) == joining_of()


def test_メールが届かなかった方が一覧と一件の画面で分かる(admin, clerk):
    ask(admin)
    Message.objects.filter(mail="JoiningAsked").update(state=MessageState.FAILED, body="")

    pages = [words(clerk.get(url("office_joinings"))), words(clerk.get(url("office_joining", joining_of().pk)))]
    clerk.post(url("office_joining_address", joining_of().pk), {"mail_address": "right@hospital.example"})

    assert ("不達" in pages[0], "メールが届いていません" in pages[1]) == (True, True)
    assert "不達" not in words(clerk.get(url("office_joinings")))


def test_登録メールアドレスへ送ったものは医師会の送信履歴に載らない(world, admin):
    doctor = world.doctor("研修", "一郎", kana=("ケンシュウ", "イチロウ"))
    doctor.licences.update(number="600001")
    Doctor.objects.filter(pk=doctor.pk).update(birth_on=date(2000, 4, 2))
    ask(admin, row(600001), row(600002))

    ours = mail_policy.visible_to(world.district.pk).filter(mail="JoiningAsked")
    theirs = mail_policy.owned_by(doctor.pk, doctor.user_id).filter(mail="JoiningAsked")

    assert [one.recipient_address for one in ours] == ["resident-600002@hospital.example"]
    assert [one.recipient_address for one in theirs] == [doctor.contact_address]


def test_登録メールアドレスへ送った方の宛先は事務局では直せない(world, admin, clerk, posted):
    doctor = world.doctor("研修", "一郎", kana=("ケンシュウ", "イチロウ"))
    doctor.licences.update(number="600001")
    Doctor.objects.filter(pk=doctor.pk).update(birth_on=date(2000, 4, 2))
    ask(admin)
    posted()

    page = words(clerk.get(url("office_joining", joining_of().pk)))
    answer = clerk.post(url("office_joining_address", joining_of().pk), {"mail_address": "other@hospital.example"})

    assert ("ご本人の登録メールアドレス" in page, doctor.contact_address in page) == (True, False)
    assert (answer.status_code, posted()) == (422, [])
    assert "ご本人が、マイページで変えられます" in words(answer)


def test_取り消したお願いのリンクは使えず同じ方にもう一度お願いできる(admin, clerk):
    ask(admin)
    joining = joining_of()

    clerk.post(url("office_joining_cancellation", joining.pk))

    assert opened(joining).get("/joining/").status_code == 410
    ask(admin)
    assert joining_of() != joining


def test_返事のあったお願いは取り消せず送り直せない(admin, clerk):
    ask(admin, days_ago=1)
    decline_joining(joining_of(), "ほかに入会します。", at=timezone.now())
    pk = joining_of().pk

    answers = [
        clerk.post(url("office_joining_cancellation", pk)),
        clerk.post(url("office_joining_reminder", pk)),
        clerk.post(url("office_joining_address", pk), {"mail_address": "right@hospital.example"}),
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert joining_of().state == "declined"


def test_返事の前に取り消されるとボタンを押しても申請されない(admin):
    ask(admin)
    client = proven(joining_of())
    cancel_joining(joining_of(), by=admin, at=timezone.now())

    answers = [client.post("/joining/review/", follow=True), client.post("/joining/declining/", follow=True)]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert not Application.objects.exists()


def test_取り込みを取り消すとまだ返事のない方のリンクが使えなくなる(admin):
    of_import = ask(admin)
    client = opened(joining_of())

    undone(of_import, admin, at=timezone.now())

    assert client.get("/joining/").status_code == 410


def test_一覧はダウンロードでき記録に残る(admin, clerk):
    ask(admin, row(600001), row(600002))
    decline_joining(joining_of(600001), "=ほかに入会します。", at=timezone.now())

    answer = clerk.get(url("office_joinings_download"), {"state": "declined"})

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert (len(lines), "辞退" in lines[1], "'=ほかに入会します。" in lines[1]) == (2, True, True)
    assert AuditEntry.objects.get(act="研修医の入会確認の一覧のダウンロード").about == "1 件"


def test_閲覧の役割の方は見ることだけができる(world, admin):
    ask(admin, days_ago=1)
    viewer = world.browser(world.appoint(world.district, Role.VIEWER, "閲覧 三郎").user)
    pk = joining_of().pk

    pages = [words(viewer.get(url("office_joinings"))), words(viewer.get(url("office_joining", pk)))]
    answers = [
        viewer.post(url("office_joining_reminder", pk)),
        viewer.post(url("office_joining_cancellation", pk)),
        viewer.post(url("office_joining_list_reminder", 1)),
    ]

    assert ["もう一度送る</button>" in page or "取り消す</button>" in page for page in pages] == [False, False]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert joining_of().state == "waiting"


def test_よその医師会からは上の医師会でも見えない(world, admin):
    ask(admin)
    pk = joining_of().pk

    seen = [
        world.browser(world.admin(association).user).get(reverse("office_joining", args=[association.code, pk]))
        for association in (world.district, world.other_district, world.prefecture, world.national)
    ]

    assert [answer.status_code for answer in seen] == [200, 404, 404, 404]


def test_まだお願いした方がいないときは取り込みへ案内する(world, clerk):
    page = words(clerk.get(url("office_joinings")))
    managed = words(world.browser(world.admin(world.district).user).get(url("office_joinings")))

    assert "まだ、入会の確認をお願いした方はいません" in page
    assert ("研修医の名簿を取り込む</a>" in page, "研修医の名簿を取り込む</a>" in managed) == (False, True)


@pytest.mark.parametrize("many", [1, 3])
def test_一覧が尋ねる数は名簿と方の数によらない(world, admin, clerk, django_assert_num_queries, many):
    for first in range(many):
        ask(admin, *(row(600000 + 10 * first + number) for number in range(many)))
    clerk.get(url("office_joinings"))

    with django_assert_num_queries(14):
        clerk.get(url("office_joinings"))
