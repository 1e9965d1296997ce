"""医師の画面を見る事務局：だれが、いつまで、何を見て、何ができないか。"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mamis.accounts.operations import deactivate_user
from mamis.associations.rules import Role
from mamis.audit.models import AuditEntry
from mamis.training import policy
from mamis.training.operations import (
    begin_viewing,
    forward_completion,
    submit_completion,
    withdraw_completion,
)
from mamis.training.rules import VIEWING
from tests.world import TODAY

REASON = "修了証の受け取り方のご相談"


@pytest.fixture
def staff(world):
    return world.clerk(world.district)


@pytest.fixture
def clerk(world, staff):
    return world.browser(staff.user)


@pytest.fixture
def viewing(application, staff):
    return begin_viewing(application, reason=REASON, by=staff, at=timezone.now())


@pytest.fixture
def root(viewing) -> str:
    return f"/office/14-021/as-doctor/{viewing.key}/"


def main(response) -> str:
    return response.content.decode().partition('<main id="main"')[2].partition("</main>")[0]


def hrefs(response) -> set[str]:
    return set(re.findall(r'href="([^"]*)"', main(response)))


# だれが始められるか


def viewers(people, application, on) -> set[str]:
    return {name for name, one in people.items() if policy.viewable_by(one, on).filter(pk=application.pk).exists()}


@pytest.fixture
def people(world):
    return {
        "管理者": world.admin(world.district),
        "一般": world.clerk(world.district),
        "閲覧": world.appoint(world.district, Role.VIEWER, "閲覧 三郎"),
        "都道府県": world.admin(world.prefecture),
        "日本医師会": world.admin(world.national),
        "ほかの郡市区等": world.admin(world.other_district),
    }


def test_the_clerks_of_the_destination_may_look(world, people, application):
    assert viewers(people, application, world.on) == {"管理者", "一般"}


def test_nobody_looks_at_a_doctor_whom_the_association_sees_no_longer(world, people):
    guest = world.doctor("鈴木", "一郎")
    world.works_in(guest, world.prefecture)
    world.credit(guest, 20, TODAY, by=world.clerk(world.prefecture))
    application = world.submit(guest, world.prefecture)
    assert viewers(people, application, world.on) == {"都道府県"}

    guest.sights.update(until_on=world.on)

    assert viewers(people, application, world.on) == set()


def test_a_past_application_is_ground_enough_while_the_doctor_is_seen(world, people, application):
    withdraw_completion(application, at=world.at)

    assert viewers(people, application, world.on) == {"管理者", "一般"}


def test_nobody_looks_while_another_association_has_an_open_application(world, people):
    doctor = world.member("二席", "三郎", world.district, world.other_district)
    world.credit(doctor, 20, TODAY)
    past = world.submit(doctor, world.district)
    withdraw_completion(past, at=world.at)
    live = world.submit(doctor, world.other_district)
    assert viewers(people, past, world.on) == set()

    withdraw_completion(live, at=world.at)

    assert viewers(people, past, world.on) == {"管理者", "一般"}


def test_there_is_no_screen_of_a_doctor_who_cannot_sign_in(world, people, application):
    paper = world.member("紙野", "一郎", world.district, signs_in=False)
    world.credit(paper, 20, TODAY)
    deactivate_user(application.doctor.user, at=world.at)

    assert viewers(people, world.submit(paper, world.district), world.on) == set()
    assert viewers(people, application, world.on) == set()


# 始める


def test_the_case_leads_to_the_doctors_screen_through_a_reason(clerk, application, staff):
    case = f"/office/14-021/completions/{application.receipt_no}/"
    assert f"{case}as-doctor/" in hrefs(clerk.get(case))
    assert clerk.get(f"{case}as-doctor/").status_code == 200

    answer = clerk.post(f"{case}as-doctor/", {"reason": REASON}, follow=True)

    viewing = policy.viewings_of(application.doctor).get()
    assert (viewing.reason, viewing.by_user, viewing.association) == (REASON, staff.user, staff.association)
    assert viewing.until_at - viewing.begun_at == timedelta(minutes=15)
    seen = f"completions/{application.receipt_no}/"
    assert answer.request["PATH_INFO"] == f"/office/14-021/as-doctor/{viewing.key}/{seen}"
    assert "山田 太郎 先生の画面を見ています" in answer.content.decode()
    assert "みどり市医師会　一般 次郎 さん" in answer.content.decode()
    assert list(AuditEntry.objects.order_by("pk").values_list("act", "about", "association__code"))[-2:] == [
        ("医師の画面の閲覧を始める", f"修了申請 {application.receipt_no}", "14-021"),
        (
            "医師の画面の閲覧",
            f"修了申請 {application.receipt_no}：{seen}",
            "14-021",
        ),
    ]


def test_without_a_reason_nothing_is_seen(clerk, application):
    answer = clerk.post(f"/office/14-021/completions/{application.receipt_no}/as-doctor/", {"reason": " "})

    assert answer.status_code == 422
    assert not policy.viewings_of(application.doctor).exists()


def test_a_viewer_is_not_led_there(world, application):
    viewer = world.browser(world.appoint(world.district, Role.VIEWER, "閲覧 三郎").user)

    page = viewer.get(f"/office/14-021/completions/{application.receipt_no}/")

    assert "as-doctor" not in page.content.decode()


# 見る

PAGES = ("training/", "training/completion/", "credits/", "completions/")


def test_the_office_sees_the_doctors_own_page_word_for_word(world, clerk, doctor, root):
    own = world.browser(doctor.user)

    for page in PAGES:
        assert main(clerk.get(f"{root}{page}")) == main(own.get(f"/mypage/{page}")).replace(
            'href="/mypage/', f'href="{root}'
        )


def test_every_link_of_every_page_stays_inside_and_nothing_can_be_sent(clerk, application, root):
    for page in (
        *PAGES,
        f"completions/{application.receipt_no}/",
        f"completions/{application.receipt_no}/receipt/",
        "messages/",
    ):
        answer = clerk.get(f"{root}{page}")
        # あるのは、事務局の人ご自身のログインを続ける、ただ一つのフォームだけ。
        assert re.findall(r"<form[^>]*action=.([^\"]*)", answer.content.decode()) == [reverse("session_time")]
        assert answer.content.decode().count("<form") == 1
        assert "/mypage/" not in answer.content.decode()
        assert {link for link in hrefs(answer) if not link.startswith(root)} == set()


def test_what_is_the_doctors_alone_is_said_to_be_and_nothing_is_sent(clerk, root):
    own = ("", "messages/", "training/completion/application/", "training/completion/application/note/", "viewings/")

    for page in own:
        answer = clerk.get(f"{root}{page}")
        assert (answer.status_code, "先生ご本人だけの頁です" in main(answer)) == (403, True)
    for page in (*PAGES, *own):
        for method in ("post", "put", "patch", "delete"):
            assert getattr(clerk, method)(f"{root}{page}").status_code == 405


def test_the_certificate_is_neither_downloaded_nor_drawn(world, clerk, staff, application, root):
    world.approve(application, world.admin(world.district))

    page = clerk.get(f"{root}completions/{application.receipt_no}/")

    link = f"{root}completions/{application.receipt_no}/certificate.pdf"
    assert link in hrefs(page)
    assert clerk.get(link).status_code == 403


def test_the_menu_shows_where_the_doctor_is(clerk, root):
    page = clerk.get(f"{root}credits/").content.decode()

    assert f'<a href="{root}training/" aria-current="page">研修管理</a>' in page
    assert f'<li><a href="{root}">TOP</a></li>' in page


def test_applications_to_other_associations_are_not_shown(world, clerk, staff):
    doctor = world.member("二席", "三郎", world.district, world.other_district)
    world.credit(doctor, 20, TODAY)
    other = world.submit(doctor, world.other_district)
    withdraw_completion(other, at=world.at)
    ours = submit_completion(doctor, world.request(world.district), at=world.at)
    viewing = begin_viewing(ours, reason=REASON, by=staff, at=timezone.now())
    root = f"/office/14-021/as-doctor/{viewing.key}/"

    for page in ("training/", "completions/"):
        assert other.receipt_no not in clerk.get(f"{root}{page}").content.decode()
    assert clerk.get(f"{root}completions/{other.receipt_no}/").status_code == 404
    assert clerk.get(f"{root}completions/{ours.receipt_no}/").status_code == 200


# 終わる


def test_after_its_time_the_page_says_so_and_offers_to_begin_again(clerk, application, staff):
    over = begin_viewing(application, reason=REASON, by=staff, at=timezone.now() - VIEWING)

    answer = clerk.get(f"/office/14-021/as-doctor/{over.key}/training/")

    assert answer.status_code == 410
    assert "閲覧の時間が終わりました" in main(answer)
    assert f"/office/14-021/completions/{application.receipt_no}/as-doctor/" in hrefs(answer)
    assert list(policy.viewings_open_to(staff, over.until_at - timedelta(seconds=1))) == [over]


def test_a_colleague_and_the_same_person_elsewhere_find_nothing(world, viewing, root, staff):
    elsewhere = world.appoint(world.other_district, Role.CLERK, staff.user.name, staff.user)

    assert world.browser(world.admin(world.district).user).get(f"{root}training/").status_code == 404
    assert not policy.viewings_begun_by(elsewhere, world.on).exists()


def test_forwarding_ends_the_viewing_at_once(world, staff, clerk):
    doctor = world.member("二席", "三郎", world.district, world.other_district)
    world.credit(doctor, 20, TODAY)
    application = world.submit(doctor, world.district)
    viewing = begin_viewing(application, reason=REASON, by=staff, at=timezone.now())
    elsewhere = world.appoint(world.other_district, Role.CLERK, staff.user.name, staff.user)
    forward_completion(
        application,
        destination_id=world.other_district.pk,
        reason="こちらの会員ではありません。",
        seen=world.seen(application),
        by=staff,
        at=world.at,
    )

    assert clerk.get(f"/office/14-021/as-doctor/{viewing.key}/training/").status_code == 404
    assert not policy.viewings_begun_by(elsewhere, world.on).exists()


# 医師に見える


@pytest.mark.parametrize("number", [1, 3])
def test_the_doctor_reads_who_looked_when_and_why(world, doctor, application, django_assert_num_queries, number):
    for times in range(number):
        at = datetime(2026, 11, 2, 4, times, tzinfo=UTC)
        begin_viewing(application, reason=f"{REASON}（{times}）", by=world.clerk(world.district), at=at)
    page = world.browser(doctor.user)
    page.get("/mypage/")

    with django_assert_num_queries(7):
        answer = page.get("/mypage/viewings/")

    words = re.sub(r"<[^>]+>", " ", main(answer))
    assert [words.count(part) for part in ("13時00分から 13時15分まで", f"{REASON}（0）", "一般 次郎")] == [1, 1, 0]
    assert words.count("みどり市医師会") == number
    assert f"{number} 件" in words
    assert f"先生の画面を見たこと　{number} 件" in main(page.get("/mypage/training/"))


def test_another_doctor_reads_nothing_of_it(world, viewing):
    page = world.browser(world.doctor("鈴木", "花子").user).get("/mypage/viewings/")

    assert REASON not in main(page)
    assert "まだありません" in main(page)
