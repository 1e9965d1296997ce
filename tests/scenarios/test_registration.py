"""操作マニュアル（医師向け）「はじめて使う（利用者登録）」と、（事務局向け）「登録の確認」。一文に一つの試験。"""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from mamis.accounts.operations import deactivate_user
from mamis.associations.rules import Role
from mamis.audit.models import AuditEntry
from mamis.doctors import policy
from mamis.doctors.models import Doctor, Registration, RegistrationLetter, RegistrationLink
from mamis.doctors.operations import (
    RecordTaken,
    RegistrationIsStale,
    RegistrationLinkDead,
    accept_registration,
    attach_licence,
    code_of,
    finish_letter,
    make_letter,
    offer_registration,
)
from tests.files.samples import jpeg
from tests.registering import (
    ADDRESS,
    WORK,
    ask,
    days,
    licence_of,
    link_in_newest_mail,
    register,
    sign_in,
    unknown_licence,
)
from tests.world import PASSWORD

LETTER_LIST = 13


def told(response):
    """頁に書かれた言葉。受付番号と、日時を除く。"""
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
    return re.sub(r"R\d{4}-\d{4}-\d+|\d+年\d+月\d+日（令和\d+年）\d+時\d+分|\w+月\d+日 \d+時\d+分", "", words)


def test_メールアドレスを入力すると_登録の画面を開くリンクがメールで届く(world, posted):
    ask(Client())

    assert posted() == [("RegistrationLinkOffered", ADDRESS)]


def test_登録のあるメールアドレスには_ログインのしかたがメールで届く(world, doctor, posted):
    posted()
    ask(Client(), doctor.user.email)
    deactivate_user(doctor.user)
    ask(Client(), doctor.user.email)

    assert posted() == [("AlreadyRegistered", doctor.user.email)] * 2
    assert not RegistrationLink.objects.exists()


def test_すべてが記録と合えば_すぐに登録が終わり_マイページに所属が見える(world, posted):
    member = world.member("白石", "薫", world.district, kana=("シライシ", "カオル"), signs_in=False)
    posted()

    page = register(licence_of(member))

    assert "利用者登録が終わりました" in told(page)
    assert posted() == [
        ("RegistrationLinkOffered", ADDRESS),
        ("RegistrationCompleted", ADDRESS),
        ("RegistrationNoticed", member.contact_address),
    ]
    home = sign_in(licence_of(member)["number"]).get("/mypage/")
    assert "みどり市医師会" in home.content.decode()


def test_年は元号でも西暦でもよく_カナは平仮名でも半角でもよく_数字は全角でもよい(world):
    member = world.doctor("白石", "薫", kana=("シライシ", "カオル"), signs_in=False)
    typed = licence_of(member, family_kana="しらいし", given_kana="ｶｵﾙ", birth_on_0="昭和53")
    typed["number"] = "第" + "".join(chr(ord(digit) + 0xFEE0) for digit in typed["number"]) + "号"

    page = register(typed)

    assert "利用者登録が終わりました" in told(page)


def test_一つでも違えば_受け付けましたとだけ答え_どれが違うかも記録があるかも言わない(world):
    member = world.member("白石", "薫", world.other_district, kana=("シライシ", "カオル"), signs_in=False)
    taken = world.member("山田", "太郎", world.district, kana=("ヤマダ", "タロウ"))
    answers = {
        told(register(typed, address=f"{number}@hana.example")).replace(f"{number}@hana.example", ADDRESS)
        for number, typed in enumerate(
            (
                unknown_licence(),
                licence_of(member, birth_on=date(1978, 8, 22)),
                licence_of(member, registered_on=date(2005, 5, 11)),
                licence_of(member, given_kana="カオリ"),
                licence_of(taken),
            ),
            start=1,
        )
    }

    assert len(answers) == 1
    assert "確認のうえお知らせします" in answers.pop()


def test_確認を待つあいだは_ログインしても登録の状況だけが見え_案内の医師会は打った勤務先の都道府県による(world):
    member = world.member("白石", "薫", world.other_district, kana=("シライシ", "カオル"), signs_in=False)
    register(unknown_licence(), address="one@hana.example")
    register(licence_of(member, birth_on=date(1978, 8, 22)), address="two@hana.example")

    new, half = (sign_in(f"{one}@hana.example") for one in ("one", "two"))

    for person in (new, half):
        assert person.get("/").url == "/registration/status/"
        assert person.get("/mypage/").status_code == 404
        assert person.get("/mypage/training/completion/").status_code == 404
    pages = {told(person.get("/registration/status/")) for person in (new, half)}
    assert len({page.replace("白石 薫", "氏名").replace("新田 光", "氏名") for page in pages}) == 1
    assert all("神奈川県医師会" in page for page in pages)


def test_番号が合えば郡市区等に_なければ勤務先の都道府県に_登録の確認が届く(world, posted):
    member = world.member("白石", "薫", world.other_district, kana=("シライシ", "カオル"), signs_in=False)
    posted()

    register(unknown_licence(), address="one@hana.example")
    register(licence_of(member, birth_on=date(1978, 8, 22)), address="two@hana.example")

    assert [row for row in posted() if row[0] == "RegistrationArrived"] == [
        ("RegistrationArrived", "kaiin-14@office.example"),
        ("RegistrationArrived", "kaiin-26-011@office.example"),
    ]


def test_確認待ちの登録がある番号は_すべて合っても_その場では結ばない(world):
    member = world.doctor("白石", "薫", kana=("シライシ", "カオル"), signs_in=False)
    register(licence_of(member, birth_on=date(1978, 8, 22)), address="one@hana.example")

    page = register(licence_of(member), address="two@hana.example")

    assert "確認のうえお知らせします" in told(page)


def test_番号と生年月日だけでは_何も開かない(world):
    member = world.doctor("白石", "薫", kana=("シライシ", "カオル"), signs_in=False)
    typed = licence_of(member, family_kana="アオキ", given_kana="ミサキ", registered_on=date(2000, 1, 1))

    register(typed)

    assert (Registration.objects.get().state, Doctor.objects.get(pk=member.pk).user) == ("waiting", None)


def test_書いたものは残り_同じリンクから続けられる(world):
    client = Client()
    ask(client)
    link = link_in_newest_mail()
    client.get(link)
    client.post("/registration/form/licence/", unknown_licence(number="わからない") | {"next": ""})
    client.post("/registration/form/licence/", {"number": "わからない", "later": "1"})

    elsewhere = Client()
    page = elsewhere.get(link, follow=True)

    assert "わからない" in page.content.decode()


def test_パスワードと正しくない答えは_送っても申し込みにならない(world):
    client = Client()
    ask(client)
    client.get(link_in_newest_mail())

    refused = client.post("/registration/form/licence/", unknown_licence(number="1234567"))
    early = client.post("/registration/form/check/", {"next": "1"})
    client.post("/registration/form/licence/", unknown_licence())
    client.post("/registration/form/workplace/", WORK)
    weak = client.post("/registration/form/check/", {"new_password": "みじかい", "again": "みじかい", "next": "1"})

    assert "6 桁までの数字" in refused.content.decode()
    assert early.url == "/registration/form/licence/"
    assert "15文字以上" in weak.content.decode()
    assert not Registration.objects.exists()


def test_氏名がどんなに長くても登録できる(world):
    register(unknown_licence(family_name="長" * 60, given_name="名" * 60))

    assert len(Registration.objects.get().name) == 121


def test_これから来る日は_断る(world):
    client = Client()
    ask(client)
    client.get(link_in_newest_mail())

    tomorrow = days("birth_on", timezone.localdate() + timedelta(days=1))
    page = client.post("/registration/form/licence/", unknown_licence() | tomorrow)

    assert "まだ来ていない日です" in page.content.decode()


def test_リンクは一日で使えなくなり_二度送っても一件である(world):
    client = Client()
    ask(client)
    client.get(link_in_newest_mail())
    client.post("/registration/form/licence/", unknown_licence())
    client.post("/registration/form/workplace/", WORK)
    password = {"new_password": "ame-nochi-hare-no-asa", "again": "ame-nochi-hare-no-asa", "next": "1"}
    client.post("/registration/form/check/", password)
    again = client.post("/registration/form/check/", password)
    work = client.get("/registration/form/workplace/")

    late = Client()
    ask(late, "late@hana.example", at=timezone.now() - timedelta(hours=25))
    late.get(link_in_newest_mail())

    assert (again.url, work.url) == ("/registration/done/", "/registration/done/")
    assert Registration.objects.count() == 1
    for path in ("/registration/form/", "/registration/form/licence/", "/registration/done/", "/registration/link/x/"):
        assert late.get(path).status_code == 410


def test_事務局の人は_いまのログインのまま_医師として登録できる(world):
    clerk = world.clerk(world.prefecture)
    client = Client()
    ask(client, clerk.user.email)
    client.get(link_in_newest_mail())
    client.post("/registration/form/licence/", unknown_licence())
    client.post("/registration/form/workplace/", WORK)

    assert "パスワード（もう一度）" not in client.get("/registration/form/check/").content.decode()
    client.post("/registration/form/check/", {"next": "1"})

    assert Registration.objects.get().user == clerk.user


def test_二度目の申込みの仕事は_何もしない(world, posted):
    ask(Client())
    posted()

    offer_registration(RegistrationLink.objects.get().pk, at=timezone.now())

    assert posted() == []


def test_医師免許証の写しを登録の状況から出すと_確認する医師会だけが見られる(world):
    register(unknown_licence())
    found = Registration.objects.get()
    person = sign_in()

    nothing = person.post("/registration/status/", {})
    early = person.get("/registration/status/licence/")
    sent = person.post("/registration/status/", {"licence": SimpleUploadedFile("menkyo.jpg", jpeg())})
    attach_licence(found, world.licence_scan(found), at=timezone.now())

    assert "医師免許証の写しを選んでください" in told(nothing)
    assert (early.status_code, sent.status_code) == (404, 302)
    path = f"/office/14/registrations/{found.receipt_no}/"
    clerk = world.browser(world.clerk(world.prefecture).user)
    assert "menkyo.jpg" in told(clerk.get(path))
    assert clerk.get(f"{path}licence/")["Content-Disposition"].startswith("attachment")
    assert person.get("/registration/status/licence/").status_code == 200
    assert AuditEntry.objects.get().act == "医師免許証の写しの閲覧"


def test_決まったあとの登録には_写しを出せない(world):
    found = world.registration("新田", "光")
    scan = world.licence_scan(found)
    seen, clerk = world.registration_seen(found), world.clerk(world.prefecture)
    accept_registration(found, ground="窓口", seen=seen, by=clerk, at=world.at)

    with pytest.raises(RegistrationIsStale):
        attach_licence(found, scan, at=world.at)


# 事務局：登録の確認


def test_会員管理の登録の確認に_待っている件数が出る(world):
    world.registration("新田", "光")

    page = world.browser(world.clerk(world.prefecture).user).get("/office/14/")

    assert "待っている仕事 1 件" in page.content.decode()
    assert "/office/14/registrations/" in page.content.decode()


def test_申し込まれた内容といまの記録を並べて見て_合えば確認したにする(world):
    member = world.member("白石", "薫", world.district, kana=("シライシ", "カオル"), signs_in=False)
    register(licence_of(member, birth_on=date(1978, 8, 22)))
    found = Registration.objects.get()
    clerk, path = world.browser(world.clerk(world.district).user), f"/office/14-021/registrations/{found.receipt_no}/"

    page = told(clerk.get(path))
    clerk.post(f"{path}acceptance/", {"seen": world.registration_seen(found), "ground": "電話で確認"})

    assert (
        "生年月日 1978年8月22日（昭和53年） 1978年8月21日（昭和53年） 違います" in page,
        "電話で確認" in told(clerk.get(path)),
    ) == (
        True,
        True,
    )
    assert sign_in().get("/").url == "/mypage/"


def test_記録のない医師は_医師免許証を見て確認したにすると_マイページが使える(world):
    register(unknown_licence())
    found = Registration.objects.get()
    clerk, path = world.browser(world.clerk(world.prefecture).user), f"/office/14/registrations/{found.receipt_no}/"

    assert "医師の記録は、まだありません" in told(clerk.get(path))
    clerk.post(f"{path}acceptance/", {"seen": world.registration_seen(found), "ground": "免許証の写し"})

    person = sign_in("777001")
    assert person.get("/registration/status/").url == "/mypage/"
    assert person.get("/mypage/").status_code == 200


def test_差し戻すと_理由と直すリンクが本人に届き_直して合えばその場で終わる(world):
    member = world.member("白石", "薫", world.district, kana=("シライシ", "カオル"), signs_in=False)
    register(licence_of(member, birth_on=date(1978, 8, 22)))
    found = Registration.objects.get()
    clerk, path = world.browser(world.clerk(world.district).user), f"/office/14-021/registrations/{found.receipt_no}/"
    clerk.post(f"{path}return/", {"seen": world.registration_seen(found), "reason": "生年月日をお確かめください。"})

    client = Client()
    page = client.get(link_in_newest_mail(), follow=True)
    client.post("/registration/form/licence/", licence_of(member))
    client.post("/registration/form/check/", {"next": "1"})

    assert 'value="白石"' in page.content.decode()
    assert "利用者登録が終わりました" in told(client.get("/registration/done/"))


def test_差し戻された登録は_登録の状況からも直せる(world):
    register(unknown_licence())
    found = Registration.objects.get()
    assert sign_in().post("/registration/status/correction/").status_code == 404
    world.send_back_registration(found, "番号をお確かめください。")
    person = sign_in()

    status = told(person.get("/registration/status/"))
    page = person.post("/registration/status/correction/", follow=True)
    person.post("/registration/form/licence/", unknown_licence(number="777009"))
    person.post("/registration/form/check/", {"next": "1"})

    assert "番号をお確かめください。" in status
    assert 'value="777001"' in page.content.decode()
    found.refresh_from_db()
    assert (found.state, found.number) == ("waiting", "777009")


def test_却下すると_理由が本人に届き_同じメールアドレスで登録し直せる(world, posted):
    register(unknown_licence())
    found = Registration.objects.get()
    clerk, path = world.browser(world.clerk(world.prefecture).user), f"/office/14/registrations/{found.receipt_no}/"
    posted()
    clerk.post(f"{path}rejection/", {"seen": world.registration_seen(found), "reason": "免許証と番号が違います。"})
    register(unknown_licence(number="777003"))

    assert [mail for mail, _ in posted()] == [
        "RegistrationRejected",
        "RegistrationLinkOffered",
        "RegistrationReceived",
        "RegistrationArrived",
    ]


def test_開いたあとに変わった登録は_書いたものを残して断る(world):
    found = world.registration("新田", "光")
    clerk, path = world.browser(world.clerk(world.prefecture).user), f"/office/14/registrations/{found.receipt_no}/"

    page = clerk.post(f"{path}return/", {"seen": "古い印", "reason": "番号をお確かめください。"})
    empty = clerk.post(f"{path}acceptance/", {"seen": "古い印", "ground": ""})

    assert (page.status_code, empty.status_code) == (422, 422)
    assert "内容が変わりました" in told(page)
    assert "番号をお確かめください。" in page.content.decode()


def test_一覧は待つものを先に古い順で_氏名でも番号でも状態でも探せ_そのままダウンロードできる(
    world, django_assert_num_queries
):
    clerk = world.browser(world.clerk(world.prefecture).user)
    first = world.registration("新田", "光")
    clerk.get("/office/14/registrations/")
    with django_assert_num_queries(14):
        clerk.get("/office/14/registrations/")
    returned = world.registration("古田", "進", number="777123")
    world.send_back_registration(returned)
    third = world.registration("新井", "始")

    with django_assert_num_queries(14):
        page = clerk.get("/office/14/registrations/")

    names = re.findall(r"/registrations/(R[^/]+)/", page.content.decode())
    assert names == [first.receipt_no, third.receipt_no, returned.receipt_no]
    for query in ("?q=ふるた", "?q=777123", "?state=returned"):
        found = clerk.get(f"/office/14/registrations/{query}")
        expected = [returned.receipt_no] if query != "?q=ふるた" else []
        assert re.findall(r"/registrations/(R[^/]+)/", found.content.decode()) == expected
    assert "条件をすべて外す" in clerk.get("/office/14/registrations/?q=古田").content.decode()
    csv = b"".join(clerk.get("/office/14/registrations/download/?q=古田").streaming_content).decode()
    assert csv.splitlines()[1].split(",")[1:3] == [returned.receipt_no, "古田 進"]


def test_ほかの医師会が確かめる登録は_案内した都道府県には受付だけが見える(world):
    member = world.member("白石", "薫", world.other_district, kana=("シライシ", "カオル"), signs_in=False)
    found = world.registration("白石", "薫", facts=member, birth_on=date(1978, 8, 22))
    clerk = world.browser(world.clerk(world.prefecture).user)

    page = told(clerk.get("/office/14/registrations/"))

    assert "していただく確認はありません" in page
    assert found.number not in page
    assert clerk.get(f"/office/14/registrations/{found.receipt_no}/").status_code == 404


def test_自分の登録は_ほかの担当者が確認する(world):
    found = world.registration("一般", "次郎")

    page = world.browser(world.clerk(world.prefecture).user).get(f"/office/14/registrations/{found.receipt_no}/")

    assert "ほかの担当者が確認します" in told(page)


# ご案内の紙


def letter_for(world, doctor):
    """窓口で作った紙の、コード。"""
    clerk = world.browser(world.clerk(world.district).user)
    assert clerk.post(f"/office/14-021/letters/{doctor.pk}/").status_code == 302
    return code_of(RegistrationLetter.objects.latest("pk").seed)


def by_letter(code, doctor, *, address=ADDRESS, **others):
    """紙を見て打つ。"""
    typed = {"code": code, "mail_address": address, **days("birth_on", others.pop("birth_on", doctor.birth_on))}
    answer = Client().post("/registration/letter/", typed)
    if answer.status_code == 302:
        offer_registration(RegistrationLink.objects.latest("pk").pk, at=timezone.now())
    return answer


def test_窓口で作ったご案内の紙から_コードと生年月日とメールで登録できる(world, posted):
    member = world.member("白石", "薫", world.district, kana=("シライシ", "カオル"), signs_in=False)
    code = letter_for(world, member)
    posted()

    assert Client().get(f"/registration/letter/{code}/").url == "/registration/letter/"
    by_letter(code.lower().replace("-", " "), member)
    client = Client()
    page = client.get(link_in_newest_mail(), follow=True)
    password = {"new_password": PASSWORD, "again": PASSWORD}
    client.post("/registration/password/", password)
    again = client.post("/registration/password/", password)

    assert "白石 薫 先生の利用者登録です" in told(page)
    assert again.url == "/registration/done/"
    assert "利用者登録が終わりました" in told(client.get("/registration/done/"))
    assert posted() == [
        ("RegistrationLinkOffered", ADDRESS),
        ("RegistrationCompleted", ADDRESS),
        ("RegistrationNoticed", member.contact_address),
    ]
    assert sign_in(licence_of(member)["number"]).get("/mypage/").status_code == 200
    assert by_letter(code, member, address="second@hana.example").status_code == 200


def test_新しいご案内を作ると前の紙は使えず_作ったことと受け取ったことが記録に残る(world):
    member = world.member("白石", "薫", world.district, signs_in=False)
    first, second = letter_for(world, member), letter_for(world, member)
    clerk = world.browser(world.clerk(world.district).user)

    paper = clerk.get(f"/office/14-021/letters/{member.pk}/letter.pdf")

    assert paper.content.startswith(b"%PDF")
    assert by_letter(first, member).status_code == 200
    assert by_letter(second, member).status_code == 302
    assert list(AuditEntry.objects.order_by("pk").values_list("act", flat=True)) == [
        "利用者登録のご案内の作成",
        "利用者登録のご案内の作成",
        "利用者登録のご案内の受け取り",
    ]
    assert "使えるご案内があります" in told(clerk.get(f"/office/14-021/letters/{member.pk}/"))


def test_生年月日を続けて間違えると_紙は使えなくなり_コードの誤りと同じ言葉で断る(world):
    member = world.member("白石", "薫", world.district, signs_in=False)
    code = letter_for(world, member)

    wrong = [told(by_letter(code, member, birth_on=date(1960, 1, number))) for number in range(1, 11)]
    unknown = told(by_letter("0000-0000-0000", member))

    assert unknown in wrong
    assert RegistrationLetter.objects.get().ended_at is not None
    late = by_letter(code, member)
    assert "お待ちください" in told(late)


def test_期限の過ぎた紙は使えず_PDFも受け取れない(world):
    member = world.member("白石", "薫", world.district, signs_in=False)
    code = letter_for(world, member)
    RegistrationLetter.objects.update(expires_at=timezone.now())
    clerk = world.browser(world.clerk(world.district).user)

    assert by_letter(code, member).status_code == 200
    assert clerk.get(f"/office/14-021/letters/{member.pk}/letter.pdf").status_code == 404
    assert "期限が過ぎました" in told(clerk.get(f"/office/14-021/letters/{member.pk}/"))


def test_紙のリンクは_紙が使えなくなれば使えない(world):
    member = world.member("白石", "薫", world.district, signs_in=False)
    by_letter(letter_for(world, member), member)
    link = link_in_newest_mail()
    letter_for(world, member)
    client = Client()
    client.get(link)

    page = client.post("/registration/password/", {"new_password": PASSWORD, "again": PASSWORD})

    assert page.status_code == 410
    assert client.get("/registration/form/licence/").status_code == 302
    assert Client().get("/registration/password/").status_code == 410


def test_事務局の人の紙は_いまのパスワードのまま使える(world):
    member = world.member("白石", "薫", world.district, signs_in=False)
    staff = world.clerk(world.other_district).user
    by_letter(letter_for(world, member), member, address=staff.email)
    client = Client()
    client.get(link_in_newest_mail())

    assert client.post("/registration/password/", {}).url == "/registration/done/"
    assert Doctor.objects.get(pk=member.pk).user == staff


def test_ふつうのリンクから紙の頁は開けず_登録を終えた医師の紙は作れない(world, doctor):
    client = Client()
    ask(client)
    key = link_in_newest_mail().split("/")[-2]

    with pytest.raises(RegistrationLinkDead):
        finish_letter(key, PASSWORD, at=timezone.now())
    with pytest.raises(RecordTaken):
        make_letter(doctor, by=world.clerk(world.district), at=timezone.now())
    client.get(link_in_newest_mail())
    assert client.get("/registration/password/").url == "/registration/done/"


def test_紙を作る医師は_見える医師のうち登録のまだの方から探す(world, doctor, django_assert_num_queries):
    clerk = world.browser(world.clerk(world.district).user)
    world.member("白石", "薫", world.district, kana=("シライシ", "カオル"), signs_in=False)
    clerk.get("/office/14-021/letters/")
    with django_assert_num_queries(LETTER_LIST):
        clerk.get("/office/14-021/letters/")
    world.member("青木", "薫", world.district, kana=("アオキ", "カオル"), signs_in=False)
    world.member("石井", "進", world.district, kana=("イシイ", "ススム"), signs_in=False)
    world.member("遠井", "外", world.other_district, kana=("トオイ", "ソト"), signs_in=False)
    with django_assert_num_queries(LETTER_LIST):
        page = clerk.get("/office/14-021/letters/").content.decode()
    found = told(clerk.get("/office/14-021/letters/?q=カオル"))

    assert re.findall(r"pk=|>([^<>]+ [^<>]+)</a></th>", page) == ["青木 薫", "石井 進", "白石 薫"]
    assert ("青木 薫" in found, "石井 進" in found) == (True, False)
    viewer = world.appoint(world.district, Role.VIEWER, "閲覧 五郎")
    assert not policy.letterable_by(viewer, world.on).exists()
