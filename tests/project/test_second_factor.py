"""事務局の頁は、二要素を確かめるまで、一つも開かない（quality.md 6、issue 3 の Shows 3）。

練習用でない設定で、住所の一覧にあるすべての頁を、パスワードだけの人が開き、送ってみる。
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mamis.accounts.models import User
from mamis.accounts.operations import add_app, deactivate_user
from mamis.associations.middleware import WAY_IN
from mamis.associations.rules import Role
from mamis.web.docs.permissions import addresses
from tests.accounts.authenticator import SECRET, code_at, enrol
from tests.project.boxes import undone
from tests.project.test_headers import filled
from tests.world import PASSWORD

SECOND_STEP = "/sign-in/second-step/"
SETTINGS = "/login-settings/"


@pytest.fixture(autouse=True)
def production(settings):
    """本番と同じく、二要素を求める。"""
    settings.SECOND_FACTOR_REQUIRED = True


def password_only(user: User, follow: str = "/") -> Client:
    """パスワードだけを打った人の画面。"""
    client = Client(raise_request_exception=False)
    response = client.post("/sign-in/", {"sign_in_name": user.email, "password": PASSWORD, "next": follow})
    assert response.status_code == 302
    return client


def closed_to_password_alone():
    """だれでも開ける頁と、登録に要る頁のほかの、すべての住所。"""
    return [one for one in addresses() if one.door != "だれでも" and one.name not in WAY_IN]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_every_address_refuses_staff_who_have_no_second_factor(stage, method):
    people = [stage.user("clerk"), stage.user("admin"), stage.user("national")]
    two_hats = stage.world.appoint(stage.world.district, Role.VIEWER, "山田 太郎", user=stage.doctor.user).user
    opened = []
    for user in (*people, two_hats):
        client = password_only(user)
        for one in closed_to_password_alone():
            with undone():
                response = client.generic(method, filled(stage, one))
            if (response.status_code, response.headers.get("Location")) != (302, SETTINGS):
                opened.append((user.name, method, one.path, response.status_code))

    assert opened == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_every_address_refuses_staff_who_are_halfway_through(stage, method):
    clerk = stage.user("clerk")
    enrol(clerk)
    client = password_only(clerk)
    assert client.get(SECOND_STEP).status_code == 200

    opened = []
    for one in (one for one in addresses() if one.door != "だれでも"):
        with undone():
            response = client.generic(method, filled(stage, one))
        if response.status_code != 302 or not response.headers["Location"].startswith("/sign-in/?next="):
            opened.append((method, one.path, response.status_code))

    assert opened == []


def test_the_code_opens_the_page_that_was_asked_for(stage):
    clerk = stage.user("clerk")
    enrol(clerk)
    page = reverse("office_completions", args=["14-021"])
    client = password_only(clerk, follow=page)
    before = client.cookies["session"].value

    response = client.post(SECOND_STEP, {"code": code_at(timezone.now())})

    assert response.headers["Location"] == page
    assert client.get(page).status_code == 200
    assert client.cookies["session"].value != before


def test_a_code_and_the_steps_before_it_never_work_twice(stage):
    clerk, now = stage.user("clerk"), timezone.now()
    enrol(clerk)
    seen = code_at(now)
    assert password_only(clerk).post(SECOND_STEP, {"code": seen}).status_code == 302

    tried = [
        password_only(clerk).post(SECOND_STEP, {"code": code}) for code in (seen, code_at(now - timedelta(seconds=30)))
    ]

    assert [(one.status_code, "コードが違います" in one.content.decode()) for one in tried] == [(200, True)] * 2


def test_a_cookie_from_before_the_role_does_not_open_the_office(stage):
    doctor = password_only(stage.doctor.user)
    assert doctor.get("/mypage/").status_code == 200

    stage.world.appoint(stage.world.district, Role.CLERK, "山田 太郎", user=stage.doctor.user)

    office = reverse("office_home", args=["14-021"])
    assert [doctor.get(page).headers.get("Location") for page in (office, "/mypage/")] == [SETTINGS, SETTINGS]


def test_a_factor_that_was_not_asked_for_is_asked_for_before_the_office_opens(stage):
    clerk = stage.user("clerk")
    client = password_only(clerk)
    enrol(clerk)
    office = reverse("office_home", args=["14-021"])

    response = client.get(office)

    assert response.headers["Location"] == f"/sign-in/?next={office}"
    assert client.get("/login-settings/").headers["Location"].startswith("/sign-in/")


def test_cookies_taken_before_the_second_step_and_after_signing_out_are_dead(stage):
    clerk = stage.user("clerk")
    enrol(clerk)
    client = password_only(clerk)
    halfway = client.cookies["session"].value
    client.post(SECOND_STEP, {"code": code_at(timezone.now())})
    whole = client.cookies["session"].value
    client.post("/sign-out/")

    office = reverse("office_home", args=["14-021"])
    for cookie in (halfway, whole):
        thief = Client()
        thief.cookies["session"] = cookie
        assert thief.get(office).headers["Location"].startswith("/sign-in/")
        assert thief.get(SECOND_STEP).headers["Location"] == "/sign-in/"


def test_the_session_of_one_person_proves_nothing_for_another(stage):
    clerk, admin = stage.user("clerk"), stage.user("admin")
    enrol(clerk)
    client = password_only(clerk)
    client.post(SECOND_STEP, {"code": code_at(timezone.now())})

    client.force_login(admin)

    assert client.get(reverse("office_home", args=["14-021"])).headers["Location"] == SETTINGS


def test_a_person_stopped_halfway_gets_no_further(stage):
    clerk = stage.user("clerk")
    enrol(clerk)
    client = password_only(clerk)
    deactivate_user(clerk)

    response = client.post(SECOND_STEP, {"code": code_at(timezone.now())})

    assert response.headers["Location"] == "/sign-in/"


def test_a_doctor_is_asked_for_nothing_more(stage):
    doctor = password_only(stage.doctor.user)

    assert doctor.get("/mypage/").status_code == 200
    assert "パスキー" in doctor.get(SETTINGS).content.decode()
    assert doctor.get("/login-settings/app/").status_code == 404


def test_the_last_factor_of_staff_cannot_be_taken_off(stage):
    clerk = stage.user("clerk")
    app = enrol(clerk)
    client = password_only(clerk)
    client.post(SECOND_STEP, {"code": code_at(timezone.now())})

    page = client.post(f"/login-settings/factors/{app.pk}/removal/", follow=True).content.decode()

    assert "最後の一つは外せません。" in page
    assert client.get(reverse("office_home", args=["14-021"])).status_code == 200


def test_enrolling_opens_the_office_at_once_and_shows_the_codes_once(stage):
    clerk = stage.user("clerk")
    client = password_only(clerk)
    assert client.get("/", follow=True).redirect_chain[-1][0] == SETTINGS
    secret = client.get("/login-settings/app/").context["secret"].replace("-", "")
    before = client.cookies["session"].value

    enrolled = client.post("/login-settings/app/", {"code": code_at(timezone.now(), secret)}, follow=True)
    codes = enrolled.context["codes"]
    done = client.post("/login-settings/codes/")

    assert (len(codes), done.headers["Location"]) == (10, "/")
    assert client.cookies["session"].value != before
    assert client.get(reverse("office_home", args=["14-021"])).status_code == 200
    assert codes[0] not in client.get("/login-settings/codes/").content.decode()
    assert secret != SECRET


def test_a_recovery_code_opens_once(stage):
    clerk = stage.user("clerk")
    codes = add_app(clerk, SECRET, code_at(timezone.now() - timedelta(seconds=30)), at=timezone.now())

    first, again = (password_only(clerk).post(SECOND_STEP, {"code": codes[3].lower()}) for _ in range(2))

    assert (first.status_code, again.status_code) == (302, 200)
    assert "コードが違います" in again.content.decode()
