"""修了申請を書く：段階、下書き、確かめ、申請、差し戻されたものを直すこと。"""

import re
from datetime import date, timedelta

import pytest
from django.contrib.messages.storage.session import SessionStorage
from django.test import RequestFactory
from django.utils import timezone

from mamis.training.models import CompletionApplication, CreditLine, FieldReport, ProgrammeRule, Submission
from mamis.training.operations import DestinationNotAllowed, reverse_credit, withdraw_completion
from mamis.training.rules import Advice, Kind, Line, Rule, advise, evaluate, may_apply, opens_on
from mamis.training.steps import MOST_LINES, writing_of
from mamis.training.views.writing import _submit
from mamis.training.workflow import Event, State, told_to_doctor
from mamis.wizard.models import Draft
from mamis.workflow.table import NotAllowed
from tests.pages import words_in_main as words

CARD = "/mypage/training/completion/"
APPLICATION = f"{CARD}application/"
ACTIVITIES, NOTE, CHECK = f"{APPLICATION}activities/", f"{APPLICATION}note/", f"{APPLICATION}check/"
DESTINATION = f"{APPLICATION}destination/"
NEXT, BACK, LATER = {"next": "1"}, {"back": "1"}, {"later": "1"}


@pytest.fixture
def page(world, doctor):
    return world.browser(doctor.user)


def line(**typed):
    """休日急患診療所への一日の出務。"""
    return {
        "activity": "F102",
        "place": "みどり市休日急患診療所",
        "from_on_0": "令和８",
        "from_on_1": "５",
        "from_on_2": "１０",
        "until_on_0": "",
        "until_on_1": "",
        "until_on_2": "",
        "times": "",
        "note": "",
    } | typed


def problems(response) -> list[str]:
    """直すところの一覧。"""
    summary = response.content.decode().partition('id="error-title"')[2].partition("</div>")[0]
    return [re.sub(r"<[^>]+>", "", found) for found in re.findall(r"<li>(.*?)</li>", summary)]


def answers(doctor) -> dict:
    return Draft.objects.get(owner=doctor.user).answers


# 段階


def test_a_member_of_one_district_is_not_asked_where(page):
    assert page.get(APPLICATION).url == ACTIVITIES
    assert page.get(DESTINATION).url == APPLICATION
    assert "修了申請 1 / 3" in words(page.get(ACTIVITIES))
    assert "みどり市医師会 所属の郡市区等医師会です。" in words(page.get(CHECK))


def test_a_member_of_two_districts_chooses(world, doctor, page):
    world.join(doctor, world.other_district)

    assert page.get(APPLICATION).url == DESTINATION
    assert problems(page.post(DESTINATION, NEXT)) == ["申請先の医師会を選んでください。"]
    assert page.post(DESTINATION, {"destination": "26-011"} | NEXT).url == ACTIVITIES
    assert "申請先の医師会 さくら市医師会" in words(page.get(CHECK))
    assert "checked" in page.get(DESTINATION).content.decode()


def test_a_doctor_without_any_place_chooses_among_all_prefectures(world):
    lonely = world.doctor("自由", "次郎")
    page = world.browser(lonely.user)

    shown = page.get(DESTINATION).content.decode()

    assert shown.count('<option value="') == 48
    assert page.post(DESTINATION, {"destination": "14"} | NEXT).url == ACTIVITIES


@pytest.mark.parametrize("typed", ["14-021", "99-999", "\x00", "あ" * 5000, ""])
def test_an_association_not_offered_is_refused(world, typed):
    page = world.browser(world.doctor("自由", "次郎").user)

    response = page.post(DESTINATION, {"destination": typed} | NEXT)

    assert response.status_code == 200
    assert problems(response) in (["申請先の医師会を選んでください。"], ["一覧にあるものから選んでください。"])


def test_a_choice_that_is_no_longer_open_must_be_made_again(world):
    moving = world.doctor("自由", "次郎")
    page = world.browser(moving.user)
    page.post(DESTINATION, {"destination": "14"} | NEXT)

    world.join(moving, world.district)
    world.join(moving, world.other_district)

    assert "申請先の医師会を選んでください。" in words(page.get(CHECK))


def test_where_one_place_is_left_there_is_no_choice(world, doctor, page):
    world.join(doctor, world.other_district)
    page.post(DESTINATION, {"destination": "26-011"} | NEXT)

    doctor.memberships.filter(association=world.other_district).update(left_on=date(2026, 6, 1))

    assert "申請先の医師会 みどり市医師会" in words(page.get(CHECK))


def test_an_unknown_step_is_not_found(page):
    statuses = [page.get(f"{APPLICATION}{step}/").status_code for step in ("foo", "a" * 3000, "%00")]

    assert statuses == [404, 404, 404]


# 実地研修


def test_a_line_is_read_in_any_width_and_listed(doctor, page):
    new = page.get(f"{ACTIVITIES}new/").url
    assert "実地研修を書き足す" in words(page.get(new))

    response = page.post(new, line(times="３回", note="夜間帯も担当") | NEXT)

    assert response.url == ACTIVITIES
    shown = words(page.get(ACTIVITIES))
    assert "休日夜間急患センター等への出務 みどり市休日急患診療所 2026年5月10日 3 回 1 単位" in shown
    assert "合わせて 10.5 単位。 要件を満たしています" in shown


def test_a_period_is_written_with_its_last_day(page):
    page.post(f"{ACTIVITIES}a1/", line(until_on_0="R8", until_on_1="5", until_on_2="12") | NEXT)

    assert "2026年5月10日～2026年5月12日" in words(page.get(ACTIVITIES))


def test_a_line_outside_the_window_is_kept_but_does_not_count(page):
    page.post(f"{ACTIVITIES}a1/", line(from_on_0="2020") | NEXT)

    shown = words(page.get(ACTIVITIES))
    assert "数えません 数える期間より前のため、単位に数えません。" in shown
    assert "あと 1 単位です" in shown
    assert "いまの日付のままでは、数える期間より前のため、単位に数えません。" in words(page.get(f"{ACTIVITIES}a1/"))
    assert "数えません（数える期間より前のため）" in words(page.get(CHECK))


TOMORROW = timezone.localdate() + timedelta(days=1)
UNREADABLE = "読み取れない文字が入っています。その文字を消して、入力し直してください。"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"activity": ""}, "活動を選んでください。"),
        ({"activity": "F999"}, "一覧にあるものから選んでください。"),
        ({"activity": "\x00"}, "一覧にあるものから選んでください。"),
        ({"place": " 　"}, "場所・団体を入力してください。"),
        ({"place": "あ" * 101}, "100 文字以内で入力してください（いまは 101 文字です）。"),
        ({"place": "診療\x00所"}, UNREADABLE),
        ({"place": "診療\ufffd所"}, UNREADABLE),
        ({"from_on_0": "", "from_on_1": "", "from_on_2": ""}, "活動した日を入力してください。"),
        ({"from_on_1": "13"}, "月は1から12までの数字で入力してください。"),
        ({"from_on_0": "\x00"}, "年は「2026」「令和8」「R8」のように入力してください。"),
        ({"until_on_0": "2026", "until_on_1": "5"}, "日を入力してください。"),
        (
            {"until_on_0": "2026", "until_on_1": "5", "until_on_2": "9"},
            "終わりの日は、活動した日（2026年5月10日）と同じ日か、あとの日にしてください。",
        ),
        ({"times": "0"}, "回数は、1 から 999 までの数字で入力してください。"),
        ({"times": "1000"}, "回数は、1 から 999 までの数字で入力してください。"),
        ({"times": "たくさん"}, "回数は、1 から 999 までの数字で入力してください。"),
        ({"times": "²"}, "回数は、1 から 999 までの数字で入力してください。"),
        ({"times": "9" * 9}, "8 文字以内で入力してください（いまは 9 文字です）。"),
        ({"times": "\x00"}, UNREADABLE),
        ({"note": "あ" * 401}, "400 文字以内で入力してください（いまは 401 文字です）。"),
        ({"note": "\x00"}, UNREADABLE),
    ],
    ids=str,
)
def test_what_is_typed_wrong_is_told_at_the_field_and_nothing_is_lost(page, typed, told):
    response = page.post(f"{ACTIVITIES}a1/", line(**typed) | NEXT)

    assert response.status_code == 200
    assert problems(response) == [told]
    assert "<title>エラー：" in response.content.decode()
    kept = [value for value in line(**typed).values() if value.strip("\x00\u3000 \ufffd")]
    body = response.content.decode().replace(" selected", "")
    assert [value for value in kept if value.replace("\x00", "") not in body.replace("\x00", "")] in ([], ["F999"])
    assert not Draft.objects.exists()


@pytest.mark.parametrize("name", ["from_on", "until_on"])
def test_what_has_not_happened_yet_is_refused(page, name):
    future = {f"{name}_{at}": str(part) for at, part in enumerate((TOMORROW.year, TOMORROW.month, TOMORROW.day))}

    response = page.post(f"{ACTIVITIES}a1/", line(**future) | NEXT)

    today = timezone.localdate()
    assert problems(response) == [
        f"今日（{today.year}年{today.month}月{today.day}日）までの日付を入力してください。終わった活動だけを書けます。"
    ]


def test_surrogates_in_the_request_never_fail(page):
    for raw in (b"place=%ED%A0%80&next=1", b"place=%FF&later=1", b"%00=%00&next=1"):
        response = page.post(f"{ACTIVITIES}a1/", raw, content_type="application/x-www-form-urlencoded")
        assert response.status_code in (200, 302, 400), raw


def test_pressing_twice_writes_one_line(doctor, page):
    for _ in range(2):
        page.post(f"{ACTIVITIES}a1/", line() | NEXT)

    assert len(answers(doctor)["activities"]["lines"]) == 1


def test_a_line_can_be_corrected_and_removed(doctor, page):
    page.post(f"{ACTIVITIES}a1/", line() | NEXT)
    page.post(f"{ACTIVITIES}a2/", line(activity="F303", place="第一小学校") | NEXT)

    page.post(f"{ACTIVITIES}a1/", line(place="第二診療所") | NEXT)
    page.post(f"{ACTIVITIES}a2/removal/")
    page.post(f"{ACTIVITIES}a2/removal/")

    assert [row["typed"]["place"] for row in answers(doctor)["activities"]["lines"]] == [["第二診療所"]]


def test_a_line_removed_in_another_tab_is_written_anew(doctor, page):
    page.post(f"{ACTIVITIES}a1/", line() | NEXT)
    page.post(f"{ACTIVITIES}a1/removal/")

    page.post(f"{ACTIVITIES}a1/", line() | NEXT)

    assert [row["key"] for row in answers(doctor)["activities"]["lines"]] == ["a1"]


def test_there_is_an_end_to_the_lines(doctor, page):
    for number in range(MOST_LINES):
        page.post(f"{ACTIVITIES}a{number}/", {"place": "x"} | BACK)

    assert f"実地研修は {MOST_LINES} 件まで書けます。" in words(page.get(ACTIVITIES))
    assert page.post(f"{ACTIVITIES}more/", line() | NEXT).url == ACTIVITIES
    assert len(answers(doctor)["activities"]["lines"]) == MOST_LINES


def test_the_same_work_written_twice_is_pointed_out(page):
    page.post(f"{ACTIVITIES}a1/", line() | NEXT)
    page.post(f"{ACTIVITIES}a2/", line() | NEXT)

    told = "同じ場所の同じ活動が、重なる日に書かれているか、すでに単位の記録にあります。"
    assert told in words(page.get(ACTIVITIES))
    assert told in words(page.get(CHECK))


# 下書き


def test_going_back_and_later_keep_what_was_typed_even_when_wrong(doctor, page):
    assert page.post(f"{ACTIVITIES}a1/", line(from_on_0="れいわ", place="") | BACK).url == ACTIVITIES
    assert page.post(NOTE, {"note": "あ" * 1001} | LATER).url == CARD

    shown = page.get(f"{ACTIVITIES}a1/").content.decode()
    assert 'value="れいわ"' in shown
    assert "エラー" not in shown
    assert "書きかけの実地研修" in words(page.get(ACTIVITIES))
    assert "あ" * 1001 in page.get(NOTE).content.decode()
    told = words(page.get(CHECK))
    assert "書きかけの実地研修が 1 件あります。" in told
    assert "連絡事項を直してください。" in told
    assert "修了を申請する" not in told


def test_what_cannot_be_stored_is_marked_and_must_be_corrected(page):
    page.post(NOTE, {"note": "山\x00田"} | LATER)

    assert "山\ufffd田" in page.get(NOTE).content.decode()
    assert "連絡事項を直してください。" in words(page.get(CHECK))


def test_far_too_much_is_refused_even_when_going_back(page):
    assert page.post(NOTE, {"note": "あ" * 5000} | BACK).status_code == 200
    assert page.post(f"{ACTIVITIES}a1/", {"note": "あ" * 5000} | LATER).status_code == 200
    assert not Draft.objects.exists()


def test_an_empty_page_leaves_no_line(page):
    assert page.post(f"{ACTIVITIES}a1/", line(activity="", place="", from_on_0="", from_on_1="", from_on_2="") | BACK)
    assert not Draft.objects.exists()


def test_one_goes_on_where_one_stopped_on_another_device(world, doctor, page):
    page.post(NOTE, {"note": "途中です。"} | LATER)

    elsewhere = world.browser(doctor.user)

    assert elsewhere.get(APPLICATION).url == NOTE
    assert "途中です。" in elsewhere.get(NOTE).content.decode()


def test_later_and_back_from_the_other_pages(page):
    assert page.post(ACTIVITIES, LATER).url == CARD
    assert page.post(CHECK, LATER).url == CARD
    assert page.post(NOTE, BACK).url == ACTIVITIES
    assert page.post(ACTIVITIES, BACK).url == CARD


def test_a_draft_can_be_discarded_after_asking(page):
    page.post(NOTE, {"note": "途中です。"} | LATER)
    url = f"{CARD}draft/removal/"
    assert "下書きを消しますか" in words(page.get(url))
    assert Draft.objects.count() == 1

    assert page.post(url).url == CARD

    assert not Draft.objects.exists()
    assert page.get(url).url == CARD


def test_the_draft_of_another_doctor_is_never_shown(world, page):
    page.post(NOTE, {"note": "山田の下書き"} | LATER)
    stranger = world.member("他人", "花子", world.district)

    assert "山田の下書き" not in world.browser(stranger.user).get(NOTE).content.decode()


# 確かめと申請


def write(page):
    page.post(f"{ACTIVITIES}a1/", line(times="3") | NEXT)
    page.post(NOTE, {"note": "よろしくお願いします。"} | NEXT)


def test_from_the_check_page_one_returns_to_it(page):
    write(page)

    assert page.post(f"{NOTE}?to=check", {"note": "直しました。"} | NEXT).url == CHECK
    assert page.post(f"{ACTIVITIES}a1/?to=check", line() | NEXT).url == CHECK
    assert page.post(f"{ACTIVITIES}?to=check", NEXT).url == CHECK


def test_what_is_missing_is_told_and_no_button_offered(page):
    shown = words(page.get(CHECK))

    assert "このままでは申請できません" in shown
    assert "合わせて 10 単位以上のところ、いま 9.5 単位です。" in shown
    assert "修了を申請する" not in shown
    assert page.post(CHECK, NEXT).url == CHECK
    assert not CompletionApplication.objects.exists()


def test_an_application_is_submitted_as_written(doctor, page, posted):
    write(page)
    assert "受付のメールを" in words(page.get(CHECK))

    response = page.post(CHECK, NEXT)

    application = CompletionApplication.objects.get()
    report = FieldReport.objects.get()
    assert response.url == f"/mypage/completions/{application.receipt_no}/receipt/"
    assert (application.doctor, application.state, application.destination.code) == (doctor, State.SUBMITTED, "14-021")
    assert (report.activity.code, report.place, report.from_on, report.until_on, report.times) == (
        "F102",
        "みどり市休日急患診療所",
        date(2026, 5, 10),
        date(2026, 5, 10),
        3,
    )
    assert Submission.objects.get().note == "よろしくお願いします。"
    assert posted() == [
        ("CompletionReceived", doctor.contact_address),
        ("CompletionArrived", "kenshu-14-021@office.example"),
    ]
    assert not Draft.objects.exists()


def test_units_in_the_ledger_alone_may_suffice(world, doctor, page):
    world.credit(doctor, 2, date(2026, 5, 1), kind=Kind.FIELD, title="休日当番")

    assert "書かずに進むこともできます。" in words(page.get(ACTIVITIES))
    page.post(CHECK, NEXT)

    assert CompletionApplication.objects.get().state == State.SUBMITTED
    assert not FieldReport.objects.exists()


def test_submitting_twice_gives_the_same_receipt(page):
    write(page)

    first, second = page.post(CHECK, NEXT), page.post(CHECK, NEXT)

    assert first.url == second.url
    assert CompletionApplication.objects.count() == 1


def test_while_the_association_decides_nothing_can_be_written(page, application):
    status = f"/mypage/completions/{application.receipt_no}/"

    assert page.get(APPLICATION).url == status
    assert page.get(CHECK).url == status
    assert page.get(f"{ACTIVITIES}a1/").url == status
    assert page.post(f"{ACTIVITIES}a1/removal/").url == f"{status}receipt/"
    assert page.get(f"{CARD}draft/removal/").url == CARD


def test_rules_that_end_while_one_writes(page):
    write(page)
    ProgrammeRule.objects.update(until_on=date(2026, 1, 1))

    assert page.post(CHECK, NEXT).url == CARD
    assert not CompletionApplication.objects.exists()


def submit_from(doctor, writing):
    """別の画面が先に進んだあとの、開いたままの画面からの送信。"""
    request = RequestFactory().post(CHECK, NEXT)
    request.doctor, request.session = doctor, {}
    request._messages = SessionStorage(request)
    return _submit(request, writing), [str(message) for message in request._messages]


def test_two_submissions_at_once_give_the_same_receipt(doctor, page):
    write(page)
    writing = writing_of(doctor, timezone.now())
    page.post(CHECK, NEXT)

    response, told = submit_from(doctor, writing)

    application = CompletionApplication.objects.get()
    assert (response.url, told) == (f"/mypage/completions/{application.receipt_no}/receipt/", [])


def test_units_reversed_at_the_last_moment_refuse_the_submission(world, doctor, page):
    write(page)
    writing = writing_of(doctor, timezone.now())
    assert writing.is_ready
    reverse_credit(doctor.credit_lines.get(), ground="誤り", by=world.clerk(world.national), at=world.at)

    response, told = submit_from(doctor, writing)

    assert (response.url, told) == (CHECK, ["単位が要件に足りません。足りない単位をご確認ください。"])
    assert not CompletionApplication.objects.exists()
    assert Draft.objects.exists()


def test_what_was_written_without_a_place_cannot_be_asked_for(world):
    with pytest.raises(DestinationNotAllowed):
        writing_of(world.doctor("自由", "次郎"), timezone.now()).request()


# 差し戻されたものを直す


@pytest.fixture
def returned(world, application):
    world.send_back(application, world.clerk(world.district), "活動した日をご確認ください。")
    application.refresh_from_db()
    return application


def test_a_return_is_corrected_from_what_was_submitted(page, returned):
    assert page.get(APPLICATION).url == ACTIVITIES
    assert page.get(DESTINATION).url == APPLICATION

    for url in (ACTIVITIES, f"{ACTIVITIES}1-1/", NOTE, CHECK):
        assert "差し戻しの理由 活動した日をご確認ください。" in words(page.get(url)), url

    shown = page.get(f"{ACTIVITIES}1-1/").content.decode()
    assert 'value="みどり市休日急患診療所"' in shown
    assert 'value="2026"' in shown


def test_a_corrected_application_is_submitted_again(doctor, page, returned, posted):
    page.post(f"{ACTIVITIES}1-1/", line(place="さくら休日診療所", until_on_0="8", until_on_1="", until_on_2="") | BACK)
    page.post(f"{ACTIVITIES}1-1/", line(place="さくら休日診療所") | NEXT)
    assert "もう一度申請する" in words(page.get(CHECK))

    response = page.post(CHECK, NEXT)

    returned.refresh_from_db()
    assert response.url == f"/mypage/completions/{returned.receipt_no}/receipt/"
    assert returned.state == State.SUBMITTED
    assert list(FieldReport.objects.order_by("submission__number").values_list("submission__number", "place")) == [
        (1, "みどり市休日急患診療所"),
        (2, "さくら休日診療所"),
    ]
    assert posted() == [
        ("CompletionReceived", doctor.contact_address),
        ("CompletionArrived", "kenshu-14-021@office.example"),
    ]
    assert not Draft.objects.exists()
    assert page.post(CHECK, NEXT).url == response.url


def test_two_corrections_at_once_give_the_same_receipt(doctor, page, returned):
    writing = writing_of(doctor, timezone.now())
    page.post(CHECK, NEXT)

    response, _ = submit_from(doctor, writing)

    assert response.url == f"/mypage/completions/{returned.receipt_no}/receipt/"
    assert Submission.objects.count() == 2


def test_a_correction_of_what_was_withdrawn_is_refused(world, doctor, returned):
    writing = writing_of(doctor, timezone.now())
    withdraw_completion(returned, at=world.at + timedelta(hours=2))

    with pytest.raises(NotAllowed):
        submit_from(doctor, writing)


def test_a_period_is_brought_back_as_it_was(world, doctor, page, returned):
    page.post(f"{ACTIVITIES}1-1/", line(until_on_0="2026", until_on_1="5", until_on_2="20") | NEXT)
    page.post(CHECK, NEXT)
    world.send_back(CompletionApplication.objects.get(), world.clerk(world.district))

    assert "2026年5月10日～2026年5月20日" in words(page.get(ACTIVITIES))


def test_the_window_of_the_first_submission_counts_while_correcting(page, returned):
    page.post(f"{ACTIVITIES}1-1/", line(from_on_0="2026", from_on_1="11", from_on_2="10") | NEXT)

    assert "はじめて申請した日よりあとのため" in words(page.get(ACTIVITIES))


def test_a_correction_withdrawn_in_another_tab_begins_anew(world, page, returned):
    page.post(NOTE, {"note": "直している途中"} | LATER)
    withdraw_completion(returned, at=world.at + timedelta(hours=2))

    assert "直している途中" not in page.get(NOTE).content.decode()
    assert "みどり市休日急患診療所" not in words(page.get(ACTIVITIES))


# 規則


RULE = Rule(min_total=20, min_knowledge=2, min_field=2, window_months=36, validity_months=36)


def counted(knowledge: int, field: int):
    day = date(2026, 5, 10)
    lines = [Line(kind, "", day, units) for kind, units in ((Kind.KNOWLEDGE, knowledge), (Kind.FIELD, field)) if units]
    return evaluate(RULE, RULE.window(date(2026, 11, 2)), lines)


@pytest.mark.parametrize(
    ("knowledge", "field", "advice"),
    [
        (0, 0, Advice(knowledge=2, reports=9, each=2)),
        (0, 20, Advice(knowledge=2, reports=0, each=2)),
        (1, 0, Advice(knowledge=1, reports=9, each=2)),
        (15, 2, Advice(knowledge=0, reports=2, each=2)),
        (30, 0, Advice(knowledge=0, reports=1, each=2)),
        (18, 2, Advice(knowledge=0, reports=0, each=2)),
    ],
)
def test_the_advice_leads_exactly_to_the_requirements(knowledge, field, advice):
    assert advise(counted(knowledge, field), [2, 2, 4]) == advice
    assert counted(knowledge + advice.knowledge, field + advice.reports * advice.each).is_met


def test_without_activities_no_report_is_advised():
    assert advise(counted(15, 2), []) == Advice(knowledge=0, reports=0, each=0)


def test_a_new_application_opens_twelve_months_before_the_end():
    ends = date(2029, 11, 1)

    assert opens_on(ends) == date(2028, 11, 1)
    assert [may_apply(ends, day) for day in (date(2028, 10, 31), date(2028, 11, 1))] == [False, True]
    assert (opens_on(None), may_apply(None, date(2026, 11, 2))) == (None, True)


@pytest.mark.parametrize(
    ("event", "again", "told"),
    [
        (Event.SUBMIT, False, "Y市医師会に申請しました"),
        (Event.SUBMIT, True, "直して、もう一度Y市医師会に申請しました"),
        (Event.RETURN, False, "X市医師会が差し戻しました"),
        (Event.APPROVE, False, "X市医師会が承認しました"),
        (Event.FORWARD, False, "X市医師会がY市医師会へ回送しました"),
        (Event.WITHDRAW, False, "取り下げました"),
    ],
)
def test_the_history_is_told_to_the_doctor(event, again, told):
    assert told_to_doctor(event, again=again, office="X市医師会", destination="Y市医師会") == told


def test_no_credit_is_written_by_applying(page):
    before = CreditLine.objects.count()
    write(page)
    page.post(CHECK, NEXT)

    assert CreditLine.objects.count() == before
