"""医師の研修管理の頁：いまの単位、申請の状況、単位の記録、修了証。"""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from mamis.associations.models import Platform
from mamis.audit.models import AuditEntry
from mamis.japanese.calendar import plain_date
from mamis.training.models import Certificate, CompletionApplication, ProgrammeRule
from mamis.training.operations import (
    CertificateStillValid,
    forward_completion,
    resubmit_completion,
    reverse_credit,
    submit_completion,
)
from mamis.training.rules import Kind
from mamis.training.workflow import State
from mamis.wizard.models import Draft
from tests.pages import words_in_main as words

CARD = "/mypage/training/completion/"
APPLICATION = f"{CARD}application/"


@pytest.fixture
def page(world, doctor):
    return world.browser(doctor.user)


def headings(response) -> list[str]:
    """「次にすること」に並ぶこと。"""
    main = response.content.decode().partition("</main>")[0]
    return [re.sub(r"<[^>]+>", "", found).strip() for found in re.findall(r"<h3>(.*?)</h3>", main)]


def certify_long_ago(world, doctor, validity_months: int) -> Certificate:
    """13 か月あまり前に、登録された単位だけで受けた修了証。"""
    ProgrammeRule.objects.update(validity_months=validity_months)
    world.at = timezone.now() - timedelta(days=400)
    earlier = timezone.localdate(world.at) - timedelta(days=30)
    world.credit(doctor, 20, earlier, title="前の講演会")
    world.credit(doctor, 2, earlier, kind=Kind.FIELD, title="前の休日当番")
    application = submit_completion(doctor, world.request(world.district, entries=0), at=world.at)
    world.approve(application, world.clerk(world.district))
    return Certificate.objects.get()


def status(application) -> str:
    return f"/mypage/completions/{application.receipt_no}/"


# 進み具合


def test_the_card_says_what_is_missing_and_how_to_get_it(page):
    shown = page.get(CARD)

    assert "あと 1 単位で、 修了を申請できます" in words(shown)
    assert headings(shown) == ["実地研修を 1 件書いて、申請する"]
    assert "修了申請をはじめる" in words(shown)


def test_the_card_of_a_doctor_without_units(world):
    newcomer = world.member("新人", "一郎", world.district)

    shown = world.browser(newcomer.user).get(CARD)

    assert "あと 10 単位で、 修了を申請できます" in words(shown)
    assert headings(shown) == ["座学を、あと 1 単位受ける", "そのうえで、実地研修を 9 件書いて、申請する"]
    assert "まだありません。" in words(shown)


def test_the_card_names_each_line_that_counts_and_each_that_does_not(world, doctor, page):
    world.credit(doctor, 4, date(2020, 4, 1), title="昔の講演会")
    wrong = world.credit(doctor, 2, date(2026, 6, 1), title="二重の登録")
    reverse_credit(wrong, ground="二重の登録", by=world.clerk(world.national), at=world.at)

    shown = words(page.get(CARD))

    assert "数えた単位 9.5 単位" in shown
    assert "数えなかった単位 3 単位" in shown
    assert "昔の講演会 2020年4月1日 数える期間より前のため 2" in shown
    assert "二重の登録 2026年6月1日 取り消されたため 1" in shown
    assert "別の制度です。" in shown


def test_the_card_says_that_the_units_suffice(world, doctor, page):
    world.credit(doctor, 2, date(2026, 5, 1), kind=Kind.FIELD, title="休日当番")

    shown = page.get(CARD)

    assert "合わせて 10.5 単位。 修了を申請できます" in words(shown)
    assert headings(shown) == ["修了を申請する"]


def test_the_card_leads_back_to_a_draft(page):
    page.post(f"{APPLICATION}activities/a1/", {"place": "みどり市休日急患診療所", "later": "1"})

    shown = page.get(CARD)

    assert headings(shown) == ["書きかけの修了申請を続ける 下書き", "実地研修を 1 件書いて、申請する"]
    assert "実地研修が 1 件書いてあります。" in words(shown)
    assert "続きから書く" in words(shown)
    assert "修了申請をはじめる" not in words(shown)


def test_the_card_while_the_association_decides(page, application):
    shown = page.get(CARD)

    assert headings(shown) == ["みどり市医師会の決定を待つ 申請中"]
    assert "申請した内容で、 合わせて 10.5 単位です" in words(shown)
    assert "修了申請をはじめる" not in words(shown)


def test_the_card_after_a_return_says_why(world, page, application):
    world.send_back(application, world.clerk(world.district), "学校医の期間をご確認ください。")

    shown = page.get(CARD)

    assert "学校医の期間をご確認ください。" in words(shown)
    assert headings(shown) == ["修了申請を直して、もう一度申請する 差し戻し"]


def test_the_card_of_a_doctor_with_a_valid_certificate(world, page, application):
    world.approve(application, world.clerk(world.district))

    shown = page.get(CARD)

    assert headings(shown) == ["修了証　2029年11月1日（令和11年）まで有効 有効"]
    assert "次の修了申請は、期限の 12 か月前の 2028年11月1日（令和10年）からできます。" in words(shown)
    assert page.get(APPLICATION).url == CARD


def test_a_certificate_that_ends_within_a_year_can_be_renewed(world, doctor, page):
    certify_long_ago(world, doctor, validity_months=24)

    shown = page.get(CARD)

    assert headings(shown)[1:] == ["修了を申請する"]
    assert page.get(APPLICATION).url == f"{APPLICATION}activities/"


def test_an_operation_too_refuses_to_renew_too_early(world, doctor, application):
    world.approve(application, world.clerk(world.district))

    with pytest.raises(CertificateStillValid, match="2028年11月1日"):
        submit_completion(doctor, world.request(world.district), at=world.at + timedelta(days=30))


def test_without_a_rule_nobody_can_apply(page):
    ProgrammeRule.objects.update(until_on=date(2026, 1, 1))

    shown = page.get(CARD)

    assert "いまは申請を受け付けていません" in words(shown)
    assert page.get("/mypage/training/").status_code == 200
    assert page.get(APPLICATION).url == CARD


def test_the_card_asks_the_database_as_often_for_many_lines_as_for_few(world, doctor, page, django_assert_num_queries):
    page.get(CARD)  # ログインして最初の頁は、時刻を書きとめる。
    with django_assert_num_queries(CARD_QUERIES):
        page.get(CARD)
    for day in range(1, 20):
        world.credit(doctor, 1, date(2026, 6, day))

    with django_assert_num_queries(CARD_QUERIES):
        page.get(CARD)


CARD_QUERIES = 14


# 研修管理と単位の記録


def test_the_index_of_a_doctor_without_anything(world):
    newcomer = world.member("新人", "一郎", world.district)

    shown = words(world.browser(newcomer.user).get("/mypage/training/"))

    assert "まだ修了証はありません。" in shown
    assert "まだ登録された単位はありません" in shown
    assert "まだ申請はありません" in shown


@pytest.mark.parametrize(("months", "state"), [(24, "有効"), (6, "期限切れ")])
def test_the_index_lists_the_certificates_with_their_state(world, doctor, page, months, state):
    certificate = certify_long_ago(world, doctor, months)

    shown = words(page.get("/mypage/training/"))

    days = f"{plain_date(certificate.completed_on)} {plain_date(certificate.expires_on)}"
    assert f"{certificate.number} {days} {state} PDF" in shown


def test_the_index_offers_no_revoked_certificate(world, page, application):
    world.approve(application, world.clerk(world.district))
    Certificate.objects.update(revoked_at=timezone.now())

    assert "2026年11月2日 2029年11月1日 取消 ―" in words(page.get("/mypage/training/"))


def test_the_record_shows_what_was_reversed_and_why(world, doctor, page):
    wrong = world.credit(doctor, 3, date(2026, 6, 1), title="二重の登録")
    reverse_credit(wrong, ground="名簿の誤り", by=world.clerk(world.national), at=world.at)

    shown = words(page.get("/mypage/credits/"))

    assert "日本医師会生涯教育制度 9.5 単位 座学" in shown
    assert "取消 二重の登録" in shown
    assert "2026年11月2日に日本医師会が取り消しました：名簿の誤り" in shown


def test_an_empty_record_says_how_lines_come_in(world):
    newcomer = world.member("新人", "一郎", world.district)

    assert "まだ登録された単位はありません。" in words(world.browser(newcomer.user).get("/mypage/credits/"))


# 申請の状況


def test_the_list_of_applications(world, page, application):
    assert application.receipt_no in words(page.get("/mypage/completions/"))


def test_an_empty_list_of_applications(page):
    assert "まだ修了申請はありません。" in words(page.get("/mypage/completions/"))


def test_the_status_says_on_whose_desk_the_application_lies(page, application):
    shown = words(page.get(status(application)))

    assert "いま、どこにありますか みどり市医師会 いつから 2026年11月2日" in shown
    assert "みどり市医師会に申請しました" in shown
    assert "修了申請を取り下げる" in shown
    assert "修了申請を直す" not in shown


def test_the_history_names_associations_but_no_person_of_an_office(world, doctor, page, application):
    clerk = world.clerk(world.district)
    world.send_back(application, clerk, "期間をご確認ください。")
    resubmit_completion(application, world.request(world.district), at=world.at + timedelta(hours=2))
    doctor.memberships.filter(association=world.district).update(left_on=date(2026, 6, 1))
    doctor.memberships.exclude(association=world.district).update(left_on=date(2026, 6, 1))
    world.join(doctor, world.other_district)
    application = CompletionApplication.objects.get()
    forward_completion(
        application,
        destination_id=world.other_district.pk,
        reason="さくら市にお移りになったため。",
        seen=world.seen(application),
        by=clerk,
        at=world.at + timedelta(hours=3),
    )

    shown = words(page.get(status(application)))

    assert [told for told in TOLD if told in shown] == TOLD
    assert [shown.index(told) for told in TOLD] == sorted(shown.index(told) for told in TOLD)
    assert clerk.user.name not in shown


TOLD = [
    "みどり市医師会がさくら市医師会へ回送しました さくら市にお移りになったため。",
    "直して、もう一度みどり市医師会に申請しました",
    "みどり市医師会が差し戻しました 期間をご確認ください。",
]


def test_the_status_after_a_return(world, doctor, page, application):
    world.send_back(application, world.clerk(world.district), "期間をご確認ください。")

    shown = words(page.get(status(application)))

    assert "いま、どこにありますか 山田先生のところ" in shown
    assert "差し戻しの理由 期間をご確認ください。" in shown
    assert "修了申請を直す" in shown


def test_the_status_after_approval(world, page, application):
    world.approve(application, world.clerk(world.district))

    shown = words(page.get(status(application)))

    assert "結果 承認されました" in shown
    assert "修了証（PDF）をダウンロードする" in shown
    assert "承認のときに数えた単位" in shown
    assert "取り下げる" not in shown


def test_the_status_of_a_revoked_certificate(world, page, application):
    world.approve(application, world.clerk(world.district))
    Certificate.objects.update(revoked_at=world.at + timedelta(days=1))

    assert "この修了証は、2026年11月3日（令和8年）に取り消されました。" in words(page.get(status(application)))
    assert page.get(f"{status(application)}certificate.pdf").status_code == 404


@pytest.mark.parametrize(("state", "queries"), [("submitted", 15), ("returned", 16), ("approved", 15)])
def test_the_status_asks_the_database_so_often(world, page, application, state, queries, django_assert_num_queries):
    if state == "returned":
        world.send_back(application, world.clerk(world.district))
    if state == "approved":
        world.approve(application, world.clerk(world.district))
    page.get(CARD)

    with django_assert_num_queries(queries):
        page.get(status(application))


def test_the_receipt_can_be_opened_again(page, application):
    Platform.objects.update(completion_mail_from_on=None)

    shown = words(page.get(f"{status(application)}receipt/"))

    assert f"受付番号 {application.receipt_no}" in shown
    assert "受付のメールはお送りしていません。" in shown


def test_the_receipt_says_where_the_mail_goes(doctor, page, application):
    assert f"受付のメールを {doctor.contact_address} へお送りします。" in words(
        page.get(f"{status(application)}receipt/")
    )


def test_the_receipt_of_what_is_decided_says_so(world, page, application):
    world.approve(application, world.clerk(world.district))

    shown = words(page.get(f"{status(application)}receipt/"))

    assert "いまの状態 承認 2026年11月2日（令和8年）から" in shown
    assert "このあとの進み方" not in shown
    assert "申請した医師 山田 太郎" in shown


def test_the_receipt_of_a_doctor_without_address(doctor, page, application):
    doctor.contact_address = ""
    doctor.save()

    assert "登録メールアドレスがないため" in words(page.get(f"{status(application)}receipt/"))


@pytest.mark.parametrize("part", ["", "receipt/", "withdrawal/", "certificate.pdf"])
def test_nobody_sees_the_application_of_another_doctor(world, application, part):
    world.approve(application, world.clerk(world.district))
    stranger = world.member("他人", "花子", world.district)

    assert world.browser(stranger.user).get(status(application) + part).status_code == 404


@pytest.mark.parametrize("receipt_no", ["2026-0101-9999", "%00", "%F0%9F%92%89", "a" * 3000])
def test_an_unknown_receipt_number_is_not_found(page, receipt_no):
    assert page.get(f"/mypage/completions/{receipt_no}/").status_code == 404


# 取下げ


def test_an_application_can_be_withdrawn_after_asking(page, application):
    url = f"{status(application)}withdrawal/"
    assert "修了申請を取り下げますか" in words(page.get(url))

    response = page.post(url)

    application.refresh_from_db()
    assert (response.url, application.state) == (status(application), State.WITHDRAWN)
    shown = words(page.get(response.url))
    assert "修了申請を取り下げました。" in shown
    assert "結果 取り下げました" in shown


def test_what_is_decided_cannot_be_withdrawn(world, page, application):
    world.approve(application, world.clerk(world.district))
    url = f"{status(application)}withdrawal/"

    assert page.get(url).url == status(application)
    response = page.post(url)

    application.refresh_from_db()
    assert (response.status_code, application.state) == (409, State.APPROVED)
    assert "すでに処理されています" in response.content.decode()


def test_withdrawing_takes_the_draft_of_the_correction_along(world, page, application):
    world.send_back(application, world.clerk(world.district))
    page.post(f"{APPLICATION}note/", {"note": "直しました。", "later": "1"})
    assert Draft.objects.count() == 1

    page.post(f"{status(application)}withdrawal/")

    assert not Draft.objects.exists()


# 修了証


def test_the_certificate_is_drawn_from_what_was_frozen_and_its_download_recorded(world, doctor, page, application):
    world.approve(application, world.clerk(world.district))
    doctor.family_name = "改姓"
    doctor.save()

    response = page.get(f"{status(application)}certificate.pdf")

    certificate = Certificate.objects.get()
    text = PdfReader(BytesIO(response.content)).pages[0].extract_text()
    assert "山田 太郎" in text
    assert certificate.number in text
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Disposition"] == (
        f"attachment; filename*=utf-8''%E4%BF%AE%E4%BA%86%E8%A8%BC_{certificate.number}.pdf"
    )
    assert list(AuditEntry.objects.values_list("user_id", "act", "about")) == [
        (doctor.user_id, "certificate_download", f"修了証 {certificate.number}")
    ]


def test_there_is_no_certificate_before_approval(page, application):
    assert page.get(f"{status(application)}certificate.pdf").status_code == 404
    assert not AuditEntry.objects.exists()


def test_the_pages_are_for_doctors_only(world):
    office = world.browser(world.clerk(world.district).user)

    for url in ("/mypage/training/", CARD, APPLICATION, "/mypage/credits/", "/mypage/completions/"):
        assert office.get(url).status_code == 404, url
