"""会員情報の変更：連絡先はすぐに、氏名・生年月日・性別・医籍は承認のあとに（医師向け・事務局向け操作マニュアル）。"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from mamis.doctors.models import Doctor, Licence
from mamis.doctors.operations import LicenceTaken, OwnCase
from mamis.files.checking import Refused
from mamis.files.operations import receive, settle_check
from mamis.files.rules import Refusal
from mamis.mail.models import Message
from mamis.membership import queries
from mamis.membership.models import Application
from mamis.membership.operations import (
    Decision,
    EvidenceNotReady,
    NothingChanges,
    NoWindow,
    OneByOne,
    ProfileUnderWay,
    approve_step,
    approve_together,
    change_contact,
    resubmit_profile,
    return_step,
    submit_profile,
    withdraw_application,
)
from mamis.membership.rules import APPROVED_FACTS, CONTACT_FACTS
from mamis.wizard.models import Draft
from mamis.workflow.table import PageIsStale
from tests.files.samples import jpeg, upload
from tests.membership.acts import approve, evidence, profile_request, states, step_at, submit, submit_change
from tests.world import TODAY

TYPED = {
    "family_name": "木村",
    "given_name": "太郎",
    "family_kana": "きむら",
    "given_kana": "タロウ",
    "birth_on_0": "1978",
    "birth_on_1": "8",
    "birth_on_2": "21",
    "registered_on_0": "2005",
    "registered_on_1": "5",
    "registered_on_2": "10",
    "next": "1",
}


@pytest.fixture
def client(world, doctor):
    """山田先生の画面。"""
    return world.browser(doctor.user)


@pytest.fixture
def change(world, doctor) -> Application:
    """山田先生の、姓が変わる会員情報の変更。"""
    return submit_change(world, doctor)


def number_of(doctor: Doctor) -> str:
    return doctor.licences.get(ended_on=None).number


def typed(doctor: Doctor, **others: object) -> dict[str, object]:
    """頁に打つこと。"""
    seen = queries.register_seen(doctor, APPROVED_FACTS)
    return TYPED | {"number": number_of(doctor), "seen": seen, "evidence": upload(jpeg(), "戸籍抄本.jpg")} | others


# 連絡先


def test_連絡先は押すとすぐに変わり所属の医師会に知らせる(world, doctor, client, posted):
    seen = queries.register_seen(doctor, CONTACT_FACTS)

    answer = client.post(
        reverse("mypage_contact"),
        {
            "postcode": "2200011",
            "home_prefecture": "14",
            "address": "緑町9-9",
            "telephone": "045-000-0199",
            "seen": seen,
        },
        follow=True,
    )

    doctor.refresh_from_db()
    assert (doctor.postcode, doctor.home_prefecture_id, doctor.address) == ("220-0011", "14", "緑町9-9")
    assert posted() == [
        ("ContactChanged", "kaiin-00@office.example"),
        ("ContactChanged", "kaiin-14@office.example"),
        ("ContactChanged", "kaiin-14-021@office.example"),
    ]
    page = answer.content.decode()
    assert "連絡先を変更しました" in page
    assert "医師資格証をお持ちの先生は" in page


def test_連絡先の変更のメールに医師のことは書かれていない(world, doctor):
    seen = queries.register_seen(doctor, CONTACT_FACTS)
    change_contact(doctor, {"address": "緑町9-9"}, seen=seen, at=world.at)

    bodies = {message.subject + message.body for message in Message.objects.filter(about_doctor=doctor)}

    assert bodies
    assert not [body for body in bodies for word in ("山田", "緑町", number_of(doctor)) if word in body]


def test_だれの何が変わったかは連絡先の変更の一覧で見える(world, doctor):
    seen = queries.register_seen(doctor, CONTACT_FACTS)
    change_contact(doctor, {"address": "緑町9-9"}, seen=seen, at=world.at)

    page = world.browser(world.clerk(world.district).user).get(reverse("office_contact_changes", args=["14-021"]))

    assert "山田 太郎" in page.content.decode()
    assert "自宅の住所：（なし） → 緑町9-9" in page.content.decode()


def test_連絡先の変更は氏名で探しダウンロードできる(world, doctor):
    for one in (doctor, world.member("佐藤", "次郎", world.district)):
        change_contact(one, {"address": "緑町9-9"}, seen=queries.register_seen(one, CONTACT_FACTS), at=world.at)
    office = world.browser(world.clerk(world.district).user)

    page = office.get(reverse("office_contact_changes", args=["14-021"]), {"q": "佐藤"}).content.decode()
    file = b"".join(office.get(reverse("office_contact_changes_download", args=["14-021"]), {"q": "佐藤"}))

    assert ("佐藤 次郎" in page, "山田 太郎" in page) == (True, False)
    lines = file.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "佐藤 次郎" in lines[1]
    assert "緑町9-9" in lines[1]


def test_変わるところがなければ変えずに言う(world, doctor, client, posted):
    seen = queries.register_seen(doctor, CONTACT_FACTS)

    answer = client.post(reverse("mypage_contact"), {"telephone": "045-000-0199", "seen": seen})

    assert answer.status_code == 422
    assert str(NothingChanges()) in answer.content.decode()
    assert posted() == []


def test_開いたあとに登録が変わっていれば連絡先は変わらない(world, doctor, client):
    seen = queries.register_seen(doctor, CONTACT_FACTS)
    change_contact(doctor, {"address": "緑町9-9"}, seen=seen, at=world.at)

    answer = client.post(reverse("mypage_contact"), {"address": "桜町1-1", "telephone": "045-000-0199", "seen": seen})

    assert answer.status_code == 409
    doctor.refresh_from_db()
    assert doctor.address == "緑町9-9"


# 申請


def test_変わるところと書類を書いて確かめて申請すると受付のメールが届く(world, doctor, client, posted):
    answer = client.post(reverse("mypage_identity"), typed(doctor))
    assert answer.url == reverse("mypage_identity_check")
    check = client.get(answer.url).content.decode()
    assert "会員情報の変更を申請する" in check
    assert "戸籍抄本.jpg" in check
    assert not Application.objects.exists()

    done = client.post(reverse("mypage_identity_check"), follow=True)

    assert "会員情報の変更の届出を受け付けました" in done.content.decode()
    assert "産業医の認定証をお持ちの先生は" in done.content.decode()
    application = Application.objects.get()
    assert application.sheet.facts_before == {"family_name": "山田", "family_kana": "ヤマダ"}
    assert application.sheet.facts_after == {"family_name": "木村", "family_kana": "キムラ"}
    assert states(application) == [("みどり市医師会", "会員情報の変更の承認", "承認待ち")]
    assert posted() == [
        ("ApplicationReceived", doctor.contact_address),
        ("StepArrived", "kaiin-14-021@office.example"),
    ]
    assert not Draft.objects.exists()


def test_書類がなければ打ったものを残して言う(world, doctor, client):
    asked = typed(doctor)
    del asked["evidence"]

    answer = client.post(reverse("mypage_identity"), asked)

    assert answer.status_code == 422
    assert "証明する書類の写しを選んでください" in answer.content.decode()
    assert 'value="木村"' in answer.content.decode()


def test_選んだ書類はほかの欄を直すあいだも預かる(world, doctor, client):
    failed = client.post(reverse("mypage_identity"), typed(doctor, number="番号"))
    token = failed.content.decode().split('name="evidence_0" value="')[1].split('"')[0]
    asked = typed(doctor, evidence_0=token)
    del asked["evidence"]

    answer = client.post(reverse("mypage_identity"), asked)

    assert answer.url == reverse("mypage_identity_check")


def test_変わるところがなければ申請できない(world, doctor, client):
    answer = client.post(reverse("mypage_identity"), typed(doctor, family_name="山田", family_kana="ヤマダ"))

    assert answer.status_code == 422
    assert "いまの登録と変わるところがありません" in answer.content.decode()


def test_二つの画面で申請しても届出は一つである(world, doctor, client, change):
    answer = client.post(reverse("mypage_identity_check"))

    assert answer.url == reverse("mypage_application_receipt", args=[change.receipt_no])
    with pytest.raises(ProfileUnderWay):
        submit_change(world, doctor)
    assert Application.objects.count() == 1


def test_書いたあとに登録が変われば申請されない(world, doctor, client):
    client.post(reverse("mypage_identity"), typed(doctor))
    Doctor.objects.filter(pk=doctor.pk).update(given_name="次郎")

    answer = client.post(reverse("mypage_identity_check"))

    assert answer.url == reverse("mypage_identity")
    assert not Application.objects.exists()


def test_開いたあとに登録が変われば書いたものは残らない(world, doctor, client):
    asked = typed(doctor)
    Doctor.objects.filter(pk=doctor.pk).update(given_name="次郎")

    assert client.post(reverse("mypage_identity"), asked).status_code == 409
    with pytest.raises(PageIsStale):
        submit_profile(doctor, profile_request(world, doctor), seen=str(asked["seen"]), at=world.at)


def test_異動の届出があっても会員情報の変更は申請できる(world, doctor):
    move = submit(world, doctor, {world.district: "B", world.prefecture: "A", world.national: "A"}, TODAY)

    change = submit_change(world, doctor)

    assert (move.state_label, change.state_label) == ("申請中", "申請中")


# 窓口


def test_会員でなければ勤務先の都道府県医師会が決める(world):
    outsider = world.doctor("中村", "三郎")
    world.works_in(outsider, world.other_prefecture)

    assert states(submit_change(world, outsider)) == [("京都府医師会", "会員情報の変更の承認", "承認待ち")]


def test_二つの郡市区等医師会の会員ならはじめに入会した医師会が決める(world, doctor):
    world.join(doctor, world.district_beside())

    assert states(submit_change(world, doctor))[0][0] == "みどり市医師会"


def test_どの医師会が決めるかが分からなければ電話を案内する(world):
    nobody = world.doctor("無所", "属")

    page = world.browser(nobody.user).get(reverse("mypage_profile")).content.decode()

    assert "勤務先の都道府県医師会にお電話ください" in page
    with pytest.raises(NoWindow):
        submit_change(world, nobody)


# 決める


def test_承認するとその日に変わり前の値も残り所属の医師会に知らせる(world, doctor, change, posted):
    posted()

    approve(world, change, world.district)

    doctor.refresh_from_db()
    assert (doctor.name, doctor.kana, doctor.user.name) == ("木村 太郎", "キムラ タロウ", "木村 太郎")
    assert queries.facts_of(doctor, ["family_name"]) == {"family_name": "木村"}
    assert change.sheet.facts_before == {"family_name": "山田", "family_kana": "ヤマダ"}
    assert posted() == [
        ("ApplicationFinished", doctor.contact_address),
        ("SeatTold", "kaiin-00@office.example"),
        ("SeatTold", "kaiin-14@office.example"),
    ]


def test_承認された日が変わる日になる(world, doctor, change):
    later = world.at + timedelta(days=3)
    step = step_at(change, world.district)

    approve_step(step, Decision(TODAY), seen=queries.fingerprint(step), by=world.clerk(world.district), at=later)

    change.refresh_from_db()
    assert change.effective_on == TODAY + timedelta(days=3)


def test_医籍登録番号が変わると前の番号も残りログインの番号も変わる(world, doctor):
    former = number_of(doctor)
    change = submit_change(world, doctor, licence_number="654321", birth_on="1978-08-22", sex="male")

    approve(world, change, world.district)

    doctor.refresh_from_db()
    assert (doctor.birth_on, doctor.sex) == (date(1978, 8, 22), "male")
    assert [(one.number, one.ended_on) for one in doctor.licences.order_by("pk")] == [
        (former, TODAY),
        ("654321", None),
    ]
    assert doctor.user.sign_in_names.get(kind="register_number").folded == "654321"


def test_医籍登録年月日だけを直しても番号は変わらない(world, doctor):
    change = submit_change(world, doctor, licence_registered_on="2006-05-10")

    approve(world, change, world.district)

    licence = Licence.objects.get(doctor=doctor)
    assert (licence.registered_on, licence.ended_on) == (date(2006, 5, 10), None)


def test_ほかの医師の番号には承認できないことを決める前にも言う(world, doctor):
    other = world.member("佐藤", "次郎", world.other_district)
    change = submit_change(world, doctor, licence_number=number_of(other))
    clerk = world.browser(world.clerk(world.district).user)
    place = [world.district.code, change.receipt_no]

    page = clerk.get(reverse("office_application", args=place)).content.decode()
    assert "ほかの医師の記録にあります。このままでは承認できません" in page
    step = step_at(change, world.district)
    answer = clerk.post(
        reverse("office_application_approval", args=place),
        {"board_on_0": "2026", "board_on_1": "11", "board_on_2": "2", "seen": queries.fingerprint(step)},
    )

    assert answer.status_code == 422
    assert str(LicenceTaken()) in answer.content.decode()
    change.refresh_from_db()
    assert change.state_label == "申請中"


def test_一覧からまとめて承認することはできない(world, doctor, change):
    step = step_at(change, world.district)
    seen = [(step, queries.fingerprint(step))]

    batch = approve_together(seen, board_on=TODAY, key="b" * 32, by=world.clerk(world.district), at=world.at)

    assert batch.lines.get().refusal == str(OneByOne())
    change.refresh_from_db()
    assert change.state_label == "申請中"


def test_先生が事務局の人でも自分の変更は承認できない(world, doctor, change):
    both = world.appoint(world.district, world.clerk(world.district).role, "山田 太郎", doctor.user)
    step = step_at(change, world.district)

    with pytest.raises(OwnCase):
        approve_step(step, Decision(TODAY), seen=queries.fingerprint(step), by=both, at=world.at)


@pytest.mark.parametrize("state", ["waiting", "refused"])
def test_開けない書類では承認できない(world, doctor, state):
    copied, by = upload(jpeg(), "戸籍抄本.jpg"), doctor.user_id
    held = receive(copied, purpose="membership.evidence", by_user_id=by, at=world.at)
    asked = replace(profile_request(world, doctor), evidence_id=held.pk)
    change = submit_profile(doctor, asked, seen=queries.register_seen(doctor, APPROVED_FACTS), at=world.at)
    if state == "refused":
        settle_check(held, Refused(Refusal.BROKEN), at=world.at)
    step = step_at(change, world.district)
    clerk = world.clerk(world.district)

    page = world.browser(clerk.user).get(reverse("office_application", args=["14-021", change.receipt_no]))

    assert "承認できません。" in page.content.decode()
    with pytest.raises(EvidenceNotReady):
        approve_step(step, Decision(TODAY), seen=queries.fingerprint(step), by=clerk, at=world.at)


def test_証明する書類は決める医師会だけが開ける(world, doctor, change):
    token = change.sheet.evidence.token

    def opens(association):
        client = world.browser(world.clerk(association).user)
        place = reverse("office_application_evidence", args=[association.code, change.receipt_no, token])
        return client.get(place).status_code

    assert [opens(one) for one in (world.district, world.prefecture, world.other_district)] == [200, 404, 404]


# 差し戻しと取下げ


def test_差し戻されたら前の内容と書類を残して直せる(world, doctor, client, change):
    step = step_at(change, world.district)
    return_step(
        step,
        reason="字をご確認ください。",
        remarks={"family_name": "戸籍は「樹」です。", "evidence": ""},
        seen=queries.fingerprint(step),
        by=world.clerk(world.district),
        at=world.at,
    )

    page = client.get(reverse("mypage_identity_again", args=[change.receipt_no])).content.decode()
    assert "字をご確認ください。" in page
    assert "医師会からの指摘：戸籍は「樹」です。" in page
    assert "医師会からの指摘：直してください。" in page
    assert 'value="木村"' in page
    assert change.sheet.evidence.token in page
    asked = typed(doctor, family_name="樹村", evidence_0=change.sheet.evidence.token)
    del asked["evidence"]
    client.post(reverse("mypage_identity_again", args=[change.receipt_no]), asked)
    client.post(reverse("mypage_identity_check_again", args=[change.receipt_no]))

    change.refresh_from_db()
    assert (change.state_label, change.sheet.number) == ("申請中", 2)
    assert change.sheet.facts_after == {"family_name": "樹村", "family_kana": "キムラ"}
    assert change.sheet.evidence == change.sheets.get(number=1).evidence
    assert states(change) == [("みどり市医師会", "会員情報の変更の承認", "承認待ち")]


def test_差し戻されたものは変わるところがなければ出せず見た内容と違えば出せない(world, doctor, change):
    step = step_at(change, world.district)
    return_step(step, reason="字", seen=queries.fingerprint(step), by=world.clerk(world.district), at=world.at)
    again = profile_request(world, doctor)
    seen = queries.register_seen(doctor, APPROVED_FACTS)

    with pytest.raises(NothingChanges):
        resubmit_profile(change, replace(again, facts={}), seen=seen, at=world.at)
    with pytest.raises(PageIsStale):
        resubmit_profile(change, again, seen="", at=world.at)


def test_決まる前なら取り下げられいまの登録は変わらない(world, doctor, change):
    withdraw_application(change, at=world.at)

    change.refresh_from_db()
    doctor.refresh_from_db()
    assert (change.state_label, doctor.family_name) == ("取下げ", "山田")
    assert submit_change(world, doctor).state_label == "申請中"


def test_ほかの医師の書類は使えない(world, doctor, client):
    other = evidence(world, world.member("佐藤", "次郎", world.district))
    asked = typed(doctor, evidence_0=other.token)
    del asked["evidence"]

    assert client.post(reverse("mypage_identity"), asked).status_code == 422


def test_何が変わりますかから会員情報へ進める(world, doctor, client):
    page = client.get(reverse("application_start")).content.decode()

    assert f'href="{reverse("mypage_profile")}"' in page
