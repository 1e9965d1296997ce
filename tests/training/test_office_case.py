"""修了申請の一件：見ること、決めること、決められないとき。"""

import re
from datetime import date, timedelta

import pytest

from mamis.associations.models import President
from mamis.associations.rules import Role
from mamis.training.models import Activity, CompletionApplication, CreditLine
from mamis.training.operations import (
    CompletionRequest,
    FieldEntry,
    forward_completion,
    resubmit_completion,
    reverse_credit,
    submit_completion,
    withdraw_completion,
)
from mamis.training.workflow import State
from tests.pages import words_in_main as words

ACTS = ("approval", "return", "forwarding")


@pytest.fixture
def staff(world):
    return world.clerk(world.district)


@pytest.fixture
def clerk(world, staff):
    return world.browser(staff.user)


@pytest.fixture
def case(application) -> str:
    return f"/office/14-021/completions/{application.receipt_no}/"


def seen(response) -> str:
    return re.findall(r'name="seen" value="([0-9a-f]+)"', response.content.decode())[0]


def state_of(application) -> str:
    return CompletionApplication.objects.get(pk=application.pk).state


def test_the_case_shows_who_applied_what_was_checked_and_what_can_be_decided(clerk, case, application):
    page = clerk.get(case)

    text = words(page)
    assert "<title>山田 太郎 先生の修了申請｜" in page.content.decode()
    for part in (
        f"ヤマダ タロウ 医籍登録番号 {application.doctor.licences.get().number} 受付番号 {application.receipt_no}",
        "合わせて 10.5 単位 （10 単位以上）",
        "座学 9.5 単位 （1 単位以上）",
        "実地 1 単位 （1 単位以上）",
        "同じ活動は、ほかに書かれていません。",
        "修了証に載せる会長名：架空 会長",
        "みどり市医師会 A 会員（2015年4月1日（平成27年）入会）",
        "電話 045-000-0199",
        "承認すると、修了証が発行され、山田 太郎 先生だけにメールで知らせます。",
    ):
        assert part in text
    assert re.findall(r'<form[^>]*action="([^"]*)"', page.content.decode())[-2:] == [
        f"{case}approval/",
        f"{case}return/",
    ]


def test_memberships_of_other_associations_are_not_shown(clerk, case, application):
    text = words(clerk.get(case)).partition("所属と連絡先")[2].partition("医師の画面を見る")[0]

    assert text == (
        " みどり市医師会 A 会員（2015年4月1日（平成27年）入会） 主たる勤務先 登録がありません"
        f" 電話 045-000-0199 登録メールアドレス {application.doctor.contact_address} "
    )


def test_a_non_member_is_shown_with_the_workplace(world):
    doctor = world.doctor("鈴木", "花子")
    world.works_in(doctor, world.prefecture)
    world.credit(doctor, 19, date(2026, 3, 14))
    application = world.submit(doctor, world.prefecture)

    page = world.browser(world.clerk(world.prefecture).user).get(f"/office/14/completions/{application.receipt_no}/")

    assert "神奈川県医師会 非会員 主たる勤務先 架空中央病院（神奈川県）" in words(page)


def test_approving_issues_the_certificate_freezes_the_lines_and_tells_the_doctor_only(
    world, clerk, case, application, posted
):
    posted()

    answer = clerk.post(f"{case}approval/", {"seen": seen(clerk.get(case))}, follow=True)

    text = words(answer)
    certificate = application.certificates.get()
    assert answer.redirect_chain == [(case, 302)]
    assert "承認しました。山田 太郎 先生の修了証を発行しました。" in text
    assert f"修了証番号 {certificate.number}" in text
    assert "数えた単位（2 件、10.5 単位）：承認のときのまま" in text
    assert "差し戻す" not in text
    assert posted() == [("CompletionApproved", application.doctor.contact_address)]


def test_a_later_reversal_leaves_the_counted_lines_of_an_approved_case(world, clerk, case, application, staff):
    world.approve(application, staff)
    line = CreditLine.objects.get(doctor=application.doctor, title="学術講演会")
    reverse_credit(line, ground="名簿の誤り", by=world.clerk(world.national), at=world.at + timedelta(days=1))

    assert "合わせて 10.5 単位 （10 単位以上）" in words(clerk.get(case))


def test_returning_tells_the_doctor_the_reason_as_it_stands(clerk, case, application, posted):
    posted()
    reason = "活動した日を\nご確認ください。"

    answer = clerk.post(f"{case}return/", {"seen": seen(clerk.get(case)), "reason": reason}, follow=True)

    assert answer.redirect_chain == [(case, 302)]
    assert "山田 太郎 先生に差し戻しました。" in words(answer)
    assert posted() == [("CompletionReturned", application.doctor.contact_address)]
    assert application.history.latest("pk").comment == reason


def test_a_return_without_a_reason_is_told_at_the_field_and_changes_nothing(clerk, case, application):
    answer = clerk.post(f"{case}return/", {"seen": seen(clerk.get(case)), "reason": " "})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>エラー：" in html
    assert '<a href="#return_reason">理由を入力してください。</a>' in html
    assert state_of(application) == State.SUBMITTED


def test_a_reason_that_is_too_long_is_kept_as_typed(clerk, case, application):
    reason = "長" * 2001

    answer = clerk.post(f"{case}return/", {"seen": seen(clerk.get(case)), "reason": reason})

    assert answer.status_code == 422
    assert f"{reason}</textarea>" in answer.content.decode()
    assert state_of(application) == State.SUBMITTED


def test_the_case_shows_line_by_line_what_changed_since_the_return(world, clerk, case, application, staff):
    world.send_back(application, staff, "活動した日をご確認ください。")
    activity = Activity.objects.order_by("code").first()
    corrected = FieldEntry(activity.pk, "みどり市休日急患診療所", date(2026, 5, 17), date(2026, 5, 17))
    request = CompletionRequest(world.district.pk, (corrected,), "日付を直しました。")
    resubmit_completion(application, request, at=world.at + timedelta(days=1))

    text = words(clerk.get(case))

    assert "日 前： 2026年5月10日 いま： 2026年5月17日" in text
    assert "医師からの連絡 日付を直しました。" in text
    assert "活動した日をご確認ください。" in text


def test_the_case_warns_of_the_same_activity_twice(world, clerk, doctor):
    activity = Activity.objects.order_by("code").first()
    entry = FieldEntry(activity.pk, "みどり市休日急患診療所", date(2026, 5, 10), date(2026, 5, 10))
    application = submit_completion(doctor, CompletionRequest(world.district.pk, (entry, entry)), at=world.at)

    text = words(clerk.get(f"/office/14-021/completions/{application.receipt_no}/"))

    assert "同じ活動が二度書かれています：1 件目と 2 件目" in text


def test_an_application_that_has_come_to_lack_units_offers_no_approval(world, clerk, case, application):
    line = CreditLine.objects.get(doctor=application.doctor)
    reverse_credit(line, ground="名簿の誤り", by=world.clerk(world.national), at=world.at)

    page = clerk.get(case)
    answer = clerk.post(f"{case}approval/", {"seen": seen(page)})

    assert "単位が足りないため、承認できません。" in words(page)
    assert f"{case}approval/" not in page.content.decode()
    assert answer.status_code == 422
    assert "承認できませんでした 単位が要件に足りません。" in words(answer)
    assert state_of(application) == State.SUBMITTED


def test_without_a_president_the_page_leads_to_the_associations_settings(clerk, case, application):
    President.objects.all().delete()

    page = clerk.get(case)
    answer = clerk.post(f"{case}approval/", {"seen": seen(page)})

    assert f"{case}approval/" not in page.content.decode()
    assert answer.status_code == 422
    assert "修了証に載せる会長名が登録されていません。" in words(answer)
    assert '<a href="/office/14-021/association/">' in answer.content.decode()
    assert state_of(application) == State.SUBMITTED


def test_the_second_clerk_is_told_who_decided_what_and_keeps_the_typed_reason(world, clerk, case, application):
    page = clerk.get(case)
    world.approve(application, world.admin(world.district))

    answer = clerk.post(f"{case}return/", {"seen": seen(page), "reason": "書いた理由"})

    text = words(answer)
    assert answer.status_code == 409
    assert "他の担当者が処理済みです" in text
    assert "2026年11月2日（令和8年）14時00分 に、管理 花子 さんが承認しました。" in text
    assert "書いた理由" in text
    assert f'href="{case}"' in answer.content.decode()


def test_who_pressed_twice_is_told_that_it_is_done(world, clerk, case, application, staff):
    page = clerk.get(case)
    world.approve(application, staff)

    answer = clerk.post(f"{case}approval/", {"seen": seen(page)})

    assert answer.status_code == 409
    assert "すでに処理されています" in words(answer)
    assert "ご自身が承認しました。" in words(answer)


def test_a_withdrawal_before_the_decision_is_told(world, clerk, case, application):
    page = clerk.get(case)
    withdraw_completion(application, at=world.at)

    answer = clerk.post(f"{case}approval/", {"seen": seen(page)})

    assert answer.status_code == 409
    assert "申請は取り下げられています" in words(answer)
    assert "山田 太郎 先生が取り下げました。" in words(answer)


@pytest.mark.parametrize("act", ["approval", "return"])
def test_a_stale_page_cannot_decide_what_its_reader_did_not_see(world, clerk, case, application, act):
    page = clerk.get(case)
    world.credit(application.doctor, 2, date(2026, 4, 1), title="在宅医療研修会")

    answer = clerk.post(f"{case}{act}/", {"seen": seen(page), "reason": "書いた理由"})

    assert answer.status_code == 409
    assert "内容が変わりました" in words(answer)
    assert "書いた理由" in words(answer)
    assert f'<a class="button" href="{case}">もう一度読む</a>' in answer.content.decode()
    assert state_of(application) == State.SUBMITTED


def test_a_page_without_its_mark_decides_nothing(clerk, case, application):
    assert clerk.post(f"{case}approval/").status_code == 409
    assert state_of(application) == State.SUBMITTED


@pytest.fixture
def misdirected(world) -> CompletionApplication:
    """みどり市に申請したあと、さくら市の会員になった医師の申請。"""
    doctor = world.member("森", "一樹", world.district)
    world.credit(doctor, 19, date(2026, 3, 14))
    application = world.submit(doctor, world.district)
    doctor.memberships.update(left_on=world.on)
    world.join(doctor, world.other_district)
    return application


def test_forwarding_moves_the_case_and_tells_the_doctor_and_the_right_association(world, clerk, misdirected, posted):
    case = f"/office/14-021/completions/{misdirected.receipt_no}/"
    posted()

    page = clerk.get(case)
    typed = {"seen": seen(page), "destination": "26-011", "reason": "所属が変わられました。"}
    answer = clerk.post(f"{case}forwarding/", typed, follow=True)

    assert answer.redirect_chain == [("/office/14-021/completions/", 302)]
    assert f"受付番号 {misdirected.receipt_no} の申請を、さくら市医師会へ回送しました。" in words(answer)
    assert clerk.get(case).status_code == 404
    there = world.browser(world.clerk(world.other_district).user)
    arrived = words(there.get(f"/office/26-011/completions/{misdirected.receipt_no}/"))
    assert "みどり市医師会 一般 次郎 さくら市医師会へ回送しました 所属が変わられました。" in arrived
    assert posted() == [
        ("CompletionForwarded", misdirected.doctor.contact_address),
        ("CompletionArrived", "kenshu-26-011@office.example"),
    ]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"destination": "26-011"}, "理由を入力してください。"),
        ({"destination": "14", "reason": "間違い"}, "一覧にあるものから選んでください。"),
        ({"reason": "間違い"}, "回送する先を選んでください。"),
    ],
)
def test_forwarding_asks_for_an_offered_place_and_a_reason(clerk, misdirected, typed, message):
    case = f"/office/14-021/completions/{misdirected.receipt_no}/"

    answer = clerk.post(f"{case}forwarding/", {"seen": seen(clerk.get(case)), **typed})

    assert answer.status_code == 422
    assert message in words(answer)


def test_forwarding_is_not_offered_when_there_is_nowhere_to_forward(clerk, case):
    page = clerk.get(case)

    answer = clerk.post(f"{case}forwarding/", {"seen": seen(page), "destination": "26-011", "reason": "間違い"})

    assert "回送" not in words(page)
    assert answer.status_code == 422


def test_a_case_that_was_forwarded_while_its_page_was_open_is_not_found(world, clerk, misdirected, staff):
    case = f"/office/14-021/completions/{misdirected.receipt_no}/"
    page = clerk.get(case)
    forward_completion(
        misdirected,
        destination_id=world.other_district.pk,
        reason="所属が変わられました。",
        seen=seen(page),
        by=staff,
        at=world.at,
    )

    assert clerk.post(f"{case}approval/", {"seen": seen(page)}).status_code == 404


def test_ones_own_application_offers_no_decision_and_takes_none(world, case, application):
    world.appoint(world.district, Role.ADMIN, application.doctor.name, application.doctor.user)
    browser = world.browser(application.doctor.user)

    page = browser.get(case)

    assert "ご自身の申請は、ほかの担当者が決定します。" in words(page)
    assert '<form method="post" action="/office' not in page.content.decode()
    assert [browser.post(f"{case}{act}/", {"reason": "理由"}).status_code for act in ACTS] == [404, 404, 404]
    assert state_of(application) == State.SUBMITTED


def test_a_viewer_reads_the_case_and_decides_nothing(world, case, application):
    viewer = world.browser(world.appoint(world.district, Role.VIEWER, "閲覧 三郎").user)

    page = viewer.get(case)

    assert "承認、差し戻しは、一般か管理者の役割の担当者が行います。" in words(page)
    assert [viewer.post(f"{case}{act}/", {"reason": "理由"}).status_code for act in ACTS] == [404, 404, 404]


def test_other_associations_find_no_case(world, case, application):
    others = [world.clerk(one) for one in (world.national, world.prefecture, world.other_district)]

    found = [
        (
            browser.get(case).status_code,
            browser.get(case.replace("14-021", staff.association.code)).status_code,
            browser.post(f"{case.replace('14-021', staff.association.code)}approval/").status_code,
        )
        for staff in others
        for browser in [world.browser(staff.user)]
    ]

    assert found == [(404, 404, 404)] * 3
    assert state_of(application) == State.SUBMITTED


def test_decisions_are_not_made_by_opening_a_page(clerk, case):
    assert [clerk.get(f"{case}{act}/").status_code for act in ACTS] == [405, 405, 405]


def test_the_case_lists_the_mails_of_this_application_only(world, clerk, case, application):
    other = world.member("鈴木", "花子", world.district)
    world.credit(other, 19, date(2026, 3, 14))
    world.submit(other, world.district)

    sent = words(clerk.get(case)).partition("この申請の送信履歴")[2]

    assert sent.count(application.receipt_no) == 2
    assert "鈴木 花子" not in sent


def test_the_page_leads_to_the_oldest_case_that_waits(world, clerk, case, application):
    other = world.member("鈴木", "花子", world.district)
    world.credit(other, 19, date(2026, 3, 14))
    waiting = world.submit(other, world.district, at=world.at + timedelta(days=1))

    html = clerk.get(case).content.decode()

    assert re.search(
        rf'<a href="/office/14-021/completions/{waiting.receipt_no}/"[^>]*>次に待っている申請を開く</a>', html
    )
