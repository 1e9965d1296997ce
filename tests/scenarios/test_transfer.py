"""異動届：だれの机にあり、いつ在籍が変わるか（architecture.md §7、newsletter Topic 02・03）。"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mamis.doctors.models import Sight
from mamis.membership import queries
from mamis.membership.models import Application, Membership
from mamis.membership.operations import (
    DayBeforeSeat,
    Decision,
    SeatEnds,
    SeatsClaimed,
    answer_application,
    approve_step,
    ask_about_step,
    call_off,
    lapse_confirmations,
    reject_step,
    resubmit_application,
    return_step,
    submit_application,
    withdraw_application,
)
from mamis.membership.operations.seats import end_seat
from tests.membership.acts import approve, request, seats_on, states, step_at, submit
from tests.world import TODAY

APRIL = date(2027, 4, 1)


@pytest.fixture
def transfer(world, doctor) -> Application:
    """山田先生の、みどり市（神奈川県）からさくら市（京都府）への異動届。B 会員へ。"""
    return submit(world, doctor, {world.other_district: "B", world.other_prefecture: "B", world.national: "B"}, APRIL)


def test_異動元と異動先に同時に届き受付のメールと届いたことのメールが出る(world, doctor, posted):
    application = submit(
        world, doctor, {world.other_district: "B", world.other_prefecture: "B", world.national: "B"}, APRIL
    )

    assert posted() == [
        ("ApplicationReceived", doctor.contact_address),
        ("StepArrived", "kaiin-14-021@office.example"),
        ("StepArrived", "kaiin-26-011@office.example"),
    ]
    assert states(application) == [
        ("みどり市医師会", "退会の確認", "確認待ち"),
        ("神奈川県医師会", "退会の確認", "未着"),
        ("さくら市医師会", "入会の承認", "承認待ち"),
        ("京都府医師会", "入会の承認", "未着"),
        ("日本医師会", "異動の承認", "未着"),
    ]


def test_すべての医師会が承認するまで在籍は変わらず最後の承認で異動日から変わる(world, doctor, transfer, posted):
    posted()
    before = {"14-021": "A", "14": "A", "00": "A"}

    approve(world, transfer, world.district, world.other_district)
    assert [mail for mail, _ in posted()] == ["StepArrived", "StepArrived"]
    assert seats_on(doctor, APRIL) == before

    approve(world, transfer, world.prefecture, world.other_prefecture)
    assert posted() == [("StepArrived", "kaiin-00@office.example")]
    assert seats_on(doctor, APRIL) == before

    approve(world, transfer, world.national)
    assert posted() == [("ApplicationFinished", doctor.contact_address)]
    assert seats_on(doctor, APRIL - timedelta(days=1)) == before
    assert seats_on(doctor, APRIL) == {"26-011": "B", "26": "B", "00": "B"}
    assert doctor.memberships.get(association=world.national).left_on is None
    assert [label for *_, label in states(transfer)] == ["確認済", "確認済", "承認済", "承認済", "承認済"]
    transfer.refresh_from_db()
    assert transfer.state_label == "完了"


def test_異動先の医師会には届いたときから見え異動元には異動日から見えなくなる(world, doctor, transfer):
    assert _sees(world.other_district, doctor, TODAY)
    assert _sees(world.district, doctor, TODAY)

    approve(world, transfer, world.district, world.other_district, world.prefecture, world.other_prefecture)
    approve(world, transfer, world.national)

    assert _sees(world.district, doctor, APRIL - timedelta(days=1))
    assert not _sees(world.district, doctor, APRIL)
    assert _sees(world.other_district, doctor, APRIL)


def test_同じ県の異動では県が異動元と異動先のあとに一度決める(world, doctor):
    neighbour = world.district_beside()
    application = submit(world, doctor, {neighbour: "A", world.prefecture: "A", world.national: "A"}, APRIL)

    approve(world, application, neighbour, world.district)
    approve(world, application, world.prefecture)
    approve(world, application, world.national)

    assert seats_on(doctor, APRIL) == {neighbour.code: "A", "14": "A", "00": "A"}
    assert doctor.memberships.filter(association=world.prefecture).count() == 1


def test_郡市区だけの会員の異動は異動元と異動先だけが決める(world, posted):
    local = world.member("佐藤", "次郎", world.district)
    application = submit(world, local, {world.other_district: "B"}, APRIL)
    posted()

    approve(world, application, world.district, world.other_district)

    assert posted() == [("ApplicationFinished", local.contact_address)]
    assert seats_on(local, APRIL) == {"26-011": "B"}


def test_三つの層の一つだけの会員区分の変更はその医師会だけが決めほかの所属医師会には完了を知らせる(
    world, doctor, posted
):
    application = submit(world, doctor, {world.district: "A", world.prefecture: "A", world.national: "B"}, TODAY)

    assert states(application) == [("日本医師会", "会員区分の変更の承認", "承認待ち")]
    posted()
    approve(world, application, world.national)

    assert seats_on(doctor, TODAY) == {"14-021": "A", "14": "A", "00": "B"}
    assert posted() == [
        ("ApplicationFinished", doctor.contact_address),
        ("SeatTold", "kaiin-14@office.example"),
        ("SeatTold", "kaiin-14-021@office.example"),
    ]


def test_施設だけの異動は郡市区等の確認だけで上の層には完了を知らせる(world, doctor, posted):
    application = submit(world, doctor, None, TODAY, work="みどり中央クリニック")

    assert application.title == "施設の異動"
    assert states(application) == [("みどり市医師会", "施設の異動の確認", "確認待ち")]
    approve(world, application, world.district)

    assert doctor.workplaces.get(until_on=None).place_name == "みどり中央クリニック"
    assert [mail for mail, _ in posted()] == [
        "ApplicationReceived",
        "StepArrived",
        "ApplicationFinished",
        "SeatTold",
        "SeatTold",
    ]


def test_日本医師会を選ばない異動は一部の退会として日本医師会が承認する(world, doctor):
    application = submit(world, doctor, {world.other_district: "B", world.other_prefecture: "B"}, APRIL)

    assert states(application)[-1] == ("日本医師会", "退会の承認", "未着")
    approve(world, application, world.district, world.other_district)
    approve(world, application, world.prefecture, world.other_prefecture)
    approve(world, application, world.national)

    assert seats_on(doctor, APRIL) == {"26-011": "B", "26": "B"}


def test_入会は郡市区から日本医師会まで順に承認する(world):
    newcomer = world.doctor("入会", "三郎")
    application = submit(world, newcomer, {world.district: "B", world.prefecture: "B", world.national: "B"}, TODAY)

    assert application.title == "入会"
    for association in (world.district, world.prefecture, world.national):
        assert seats_on(newcomer, TODAY) == {}
        approve(world, application, association)
    assert seats_on(newcomer, TODAY) == {"14-021": "B", "14": "B", "00": "B"}


@pytest.mark.parametrize(
    ("kept", "route"),
    [
        ((), [("みどり市医師会", "退会の承認"), ("神奈川県医師会", "退会の確認"), ("日本医師会", "退会の確認")]),
        (("district",), [("神奈川県医師会", "退会の承認"), ("日本医師会", "退会の確認")]),
        (("district", "prefecture"), [("日本医師会", "退会の承認")]),
    ],
)
def test_退会は退会するいちばん下の医師会が承認し上の医師会が確認する(world, doctor, kept, route):
    application = submit(world, doctor, {getattr(world, name): "A" for name in kept}, TODAY)

    assert application.title == "退会"
    assert [(name, task) for name, task, _ in states(application)] == route
    by_code = {one.association.name: one.association for one in application.steps.select_related("association")}
    for name, _ in route:
        approve(world, application, by_code[name])
    assert set(seats_on(doctor, TODAY)) == {getattr(world, name).code for name in kept}


def test_差し戻しを変えずに出し直すと差し戻した医師会から続く(world, doctor, transfer, posted):
    approve(world, transfer, world.district, world.other_district)
    posted()
    _return(world, transfer, world.other_prefecture)

    assert posted() == [("ApplicationReturned", doctor.contact_address)]
    resubmit_application(
        Application.objects.get(pk=transfer.pk),
        request({world.other_district: "B", world.other_prefecture: "B", world.national: "B"}, APRIL),
        at=world.at + timedelta(days=2),
    )

    assert posted() == [
        ("ApplicationReceived", doctor.contact_address),
        ("StepArrived", "kaiin-26@office.example"),
    ]
    assert [label for *_, label in states(transfer)] == ["確認済", "確認待ち", "承認済", "承認待ち", "未着"]


def test_差し戻しで会員区分を変えて出し直すとその側ははじめから決め直す(world, transfer):
    approve(world, transfer, world.district, world.other_district)
    _return(world, transfer, world.other_prefecture)

    resubmit_application(
        Application.objects.get(pk=transfer.pk),
        request({world.other_district: "A", world.other_prefecture: "B", world.national: "B"}, APRIL),
        at=world.at + timedelta(days=2),
    )

    assert [label for *_, label in states(transfer)] == ["確認済", "確認待ち", "承認待ち", "未着", "未着"]


def test_異動先が却下すると異動元の段は外れ先生の在籍は変わらない(world, doctor, transfer, posted):
    posted()
    step = step_at(transfer, world.other_district)
    reject_step(
        step,
        reason="入会の要件に合いません。",
        seen=queries.fingerprint(step),
        by=world.clerk(world.other_district),
        at=world.at,
    )

    assert posted() == [("ApplicationRejected", doctor.contact_address)]
    assert [label for *_, label in states(transfer)] == ["対象外", "対象外", "却下", "対象外", "対象外"]
    assert seats_on(doctor, APRIL) == {"14-021": "A", "14": "A", "00": "A"}
    assert not _sees(world.other_district, doctor, TODAY + timedelta(days=1))


def test_異動元が確認しないまま14日が過ぎるとみなし確認になる(world, transfer):
    assert lapse_confirmations(at=world.at + timedelta(days=14)) == 0
    assert lapse_confirmations(at=world.at + timedelta(days=15)) == 1

    assert [label for *_, label in states(transfer)][:2] == ["みなし確認", "確認待ち"]
    assert step_at(transfer, world.district).history.latest("at").by_name == "自動"


def test_保留にして尋ねるあいだ期限は進まない(world, doctor, transfer, posted):
    posted()
    step = step_at(transfer, world.other_district)
    ask_about_step(
        step,
        question="開業の届出はお済みですか。",
        seen=queries.fingerprint(step),
        by=world.clerk(world.other_district),
        at=world.at,
    )
    assert posted() == [("ApplicationAsked", doctor.contact_address)]
    assert lapse_confirmations(at=world.at + timedelta(days=30)) == 0

    answer_application(Application.objects.get(pk=transfer.pk), answer="済みました。", at=world.at + timedelta(days=10))

    assert posted() == [("ApplicationAnswered", "kaiin-26-011@office.example")]
    assert step_at(transfer, world.district).due_on == TODAY + timedelta(days=24)
    assert [label for *_, label in states(transfer)][2] == "承認待ち"


def test_会員区分の変わったその日には退会できない(world, doctor):
    change = submit(world, doctor, {world.district: "B", world.prefecture: "A", world.national: "A"}, TODAY)
    approve(world, change, world.district)

    with pytest.raises(DayBeforeSeat):
        submit(world, doctor, {}, TODAY)
    submit(world, doctor, {}, TODAY + timedelta(days=1))


def test_退会する日が決まっている在籍は変えられない(world, doctor):
    end_seat(Membership.objects.get(doctor=doctor, association=world.national), on=APRIL)

    with pytest.raises(SeatEnds):
        submit(world, doctor, {world.district: "A", world.prefecture: "A", world.national: "B"}, TODAY)


def test_過ぎた日の異動はその日からの在籍になる(world, doctor):
    past = TODAY - timedelta(days=60)
    application = submit(world, doctor, {world.district: "B", world.prefecture: "A", world.national: "A"}, past)
    approve(world, application, world.district)

    assert seats_on(doctor, past)["14-021"] == "B"
    assert seats_on(doctor, past - timedelta(days=1))["14-021"] == "A"


def test_決まったがまだその日の来ない異動は最後に承認した医師会の承認で取りやめる(world, doctor, transfer):
    approve(world, transfer, world.district, world.other_district)
    approve(world, transfer, world.prefecture, world.other_prefecture)
    approve(world, transfer, world.national)

    off = call_off(Application.objects.get(pk=transfer.pk), note="転勤がなくなりました。", at=world.at)
    assert states(off) == [("日本医師会", "取りやめの承認", "承認待ち")]
    approve(world, off, world.national)

    assert seats_on(doctor, APRIL) == {"14-021": "A", "14": "A", "00": "A"}
    assert _sees(world.district, doctor, APRIL)
    assert not _sees(world.other_district, doctor, APRIL)


def test_差し戻された取りやめは理由を直してもう一度出せる(world, doctor, transfer):
    approve(world, transfer, world.district, world.other_district)
    approve(world, transfer, world.prefecture, world.other_prefecture)
    approve(world, transfer, world.national)
    mypage = world.browser(doctor.user)
    first = f"/mypage/applications/{transfer.receipt_no}/calling-off/"
    mypage.post(first, {"note": "やめます。"})
    off = Application.objects.get(calls_off=transfer)
    step = step_at(off, world.national)
    return_step(step, reason="わけを", seen=queries.fingerprint(step), by=world.clerk(world.national), at=world.at)

    page = mypage.get(f"/mypage/applications/{off.receipt_no}/").content.decode()
    again = f"/mypage/applications/{off.receipt_no}/calling-off/"
    assert again in page
    assert "やめます。" in mypage.get(again).content.decode()
    mypage.post(again, {"note": "転勤がなくなりました。"})

    assert states(off) == [("日本医師会", "取りやめの承認", "承認待ち")]
    assert Application.objects.get(pk=off.pk).sheet.note == "転勤がなくなりました。"
    assert mypage.get(again).status_code == 302
    approve(world, off, world.national)
    assert seats_on(doctor, APRIL) == {"14-021": "A", "14": "A", "00": "A"}


def test_決まる前なら取り下げられ在籍は変わらない(world, doctor, transfer, posted):
    posted()
    withdraw_application(Application.objects.get(pk=transfer.pk), at=world.at)

    assert posted() == []
    assert {label for *_, label in states(transfer)} == {"対象外"}
    assert seats_on(doctor, APRIL) == {"14-021": "A", "14": "A", "00": "A"}
    submit(world, doctor, {world.district: "B", world.prefecture: "A", world.national: "A"}, TODAY)


def test_同じ在籍についての二つめの届出は先の届出を示して断る(world, doctor, transfer):
    with pytest.raises(SeatsClaimed) as refused:
        submit(world, doctor, {world.district: "B", world.prefecture: "A", world.national: "A"}, TODAY)

    assert refused.value.application == transfer


def test_支えになる在籍についての届出があるあいだは上の層への入会も待っていただく(world):
    local = world.member("佐藤", "次郎", world.district)
    leaving = submit(world, local, {}, TODAY)

    with pytest.raises(SeatsClaimed) as refused:
        submit(world, local, {world.district: "A", world.prefecture: "A"}, TODAY)

    assert refused.value.application == leaving


def test_自宅の都道府県を選ばないことにして届け出ても完了する(world, doctor):
    doctor.home_prefecture_id = "14"
    doctor.save()
    asked = request({world.district: "B", world.prefecture: "A", world.national: "A"}, TODAY)
    cleared = replace(asked, facts={"home_prefecture_id": "", "telephone": "045-000-0222"})
    approve(world, submit_application(doctor, cleared, at=world.at), world.district)

    doctor.refresh_from_db()
    assert (doctor.home_prefecture, doctor.telephone) == (None, "045-000-0222")


def test_医師会が会員区分を改めて承認すると先生に知らせ申請した内容は残る(world, doctor, transfer, posted):
    posted()
    step = step_at(transfer, world.other_district)
    category = world.other_district.categories.get(code="A")
    approve_step(
        step,
        Decision(TODAY, category_id=category.pk, comment="開業されるため。"),
        seen=queries.fingerprint(step),
        by=world.clerk(world.other_district),
        at=world.at,
    )

    assert posted()[0] == ("ApplicationAmended", doctor.contact_address)
    assert step_at(transfer, world.other_district).category == category
    assert transfer.sheet.seats.get(association=world.other_district).category.code == "B"


def _return(world, application, association):
    step = step_at(application, association)
    return_step(
        step,
        reason="勤務先をご確認ください。",
        seen=queries.fingerprint(step),
        by=world.clerk(association),
        at=world.at + timedelta(days=1),
    )


def _sees(association, doctor, on) -> bool:
    return any(
        one.since_on <= on and (one.until_on is None or on < one.until_on)
        for one in Sight.objects.filter(association=association, doctor=doctor)
    )
