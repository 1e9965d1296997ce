"""認証アプリ、回復コード、ログインの設定。"""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from mamis.accounts import policy, rules
from mamis.accounts.models import RecoveryCode
from mamis.accounts.operations import (
    AppTaken,
    CodeRefused,
    LastFactor,
    MustWait,
    add_app,
    remove_factor,
    renew_recovery_codes,
    use_code,
)
from mamis.accounts.sealing import SealBroken, seal, unseal
from mamis.associations.rules import Role
from tests.accounts.authenticator import SECRET, code_at, enrol
from tests.world import PASSWORD

AT = datetime(2026, 11, 2, 3, 0, 10, tzinfo=UTC)
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"
STEP = timedelta(seconds=30)


@pytest.fixture
def clerk(world):
    return world.clerk(world.district).user


def test_the_first_factor_brings_ten_codes_and_a_notice(clerk, posted):
    codes = add_app(clerk, SECRET, code_at(AT), at=AT)

    assert (len(set(codes)), {len(rules.plain_code(code)) for code in codes}) == (10, {16})
    assert posted() == [("FactorAdded", clerk.email)]
    with pytest.raises(AppTaken):
        add_app(clerk, SECRET, code_at(AT + STEP), at=AT + STEP)


def test_neither_the_secret_nor_a_code_lies_open_in_the_database(clerk):
    codes = add_app(clerk, SECRET, code_at(AT), at=AT)

    stored = str(list(Authenticator.objects.values())) + str(list(RecoveryCode.objects.values()))

    assert [word for word in (SECRET, *codes, *map(rules.plain_code, codes)) if word in stored] == []


def test_an_older_key_still_opens_and_a_foreign_one_does_not(settings):
    settings.FIELD_KEYS = ["old"]
    sealed = seal("himitsu")

    settings.FIELD_KEYS = ["new", "old"]
    assert unseal(sealed) == "himitsu"

    settings.FIELD_KEYS = ["new"]
    with pytest.raises(SealBroken):
        unseal(sealed)


@pytest.mark.parametrize(("shift", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_the_clock_of_the_phone_may_be_half_a_minute_off(clerk, shift, taken):
    enrol(clerk)

    code = code_at(AT + timedelta(days=365) + shift * STEP)

    if taken:
        use_code(clerk, code, address=HERE, at=AT + timedelta(days=365))
    else:
        with pytest.raises(CodeRefused):
            use_code(clerk, code, address=HERE, at=AT + timedelta(days=365))


def test_a_used_code_and_all_before_it_are_dead(clerk):
    add_app(clerk, SECRET, code_at(AT), at=AT)
    later = AT + 10 * STEP
    use_code(clerk, code_at(later), address=HERE, at=later)

    for at in (later, later - STEP):
        with pytest.raises(CodeRefused):
            use_code(clerk, code_at(at), address=HERE, at=later + STEP)
    use_code(clerk, code_at(later + STEP), address=HERE, at=later + STEP)


def test_the_code_of_another_person_is_refused(clerk, world):
    admin = world.admin(world.district).user
    codes = add_app(clerk, SECRET, code_at(AT), at=AT)
    add_app(admin, "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU", code_at(AT, "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"), at=AT)

    for code in (code_at(AT + STEP), codes[0]):
        with pytest.raises(CodeRefused):
            use_code(admin, code, address=HERE, at=AT + STEP)


def test_without_an_app_no_number_works(clerk):
    with pytest.raises(CodeRefused):
        use_code(clerk, "123456", address=HERE, at=AT)


def test_a_recovery_code_is_used_once_and_told(clerk, posted):
    codes = add_app(clerk, SECRET, code_at(AT), at=AT)
    posted()

    use_code(clerk, f"　{codes[0].lower()} ", address=HERE, at=AT)

    assert (posted(), policy.unused_codes_of(clerk).count()) == ([("RecoveryCodeUsed", clerk.email)], 9)
    with pytest.raises(CodeRefused):
        use_code(clerk, codes[0], address=HERE, at=AT)


def test_renewed_codes_replace_the_old_ones(clerk, posted):
    old = add_app(clerk, SECRET, code_at(AT), at=AT)
    posted()

    new = renew_recovery_codes(clerk, at=AT)

    assert (posted(), len({*old, *new})) == ([("RecoveryCodesRenewed", clerk.email)], 20)
    with pytest.raises(CodeRefused):
        use_code(clerk, old[0], address=HERE, at=AT)
    use_code(clerk, new[0], address=HERE, at=AT)


def test_guessing_is_slowed_like_passwords_and_the_owner_is_never_locked_out(clerk):
    add_app(clerk, SECRET, code_at(AT), at=AT)
    use_code(clerk, code_at(AT + STEP), address=HERE, at=AT + STEP)
    at = AT + timedelta(minutes=5)
    for number in range(10):
        with pytest.raises(CodeRefused):
            use_code(clerk, f"00000{number}", address=ELSEWHERE, at=at)

    with pytest.raises(MustWait):
        use_code(clerk, code_at(at), address=ELSEWHERE, at=at)
    use_code(clerk, code_at(at), address=HERE, at=at)
    use_code(clerk, code_at(at + timedelta(minutes=20)), address=ELSEWHERE, at=at + timedelta(minutes=20))


def test_taking_off_the_last_factor_takes_the_codes_and_is_told(clerk, posted):
    app = enrol(clerk)
    posted()

    remove_factor(app, at=AT)

    assert posted() == [("FactorRemoved", clerk.email)]
    assert (policy.factors_of(clerk).count(), policy.unused_codes_of(clerk).count()) == (0, 0)


def test_staff_keep_their_last_factor_where_it_is_needed(clerk, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    app = enrol(clerk)

    with pytest.raises(LastFactor):
        remove_factor(app, at=AT)


# 画面


def halfway(user) -> Client:
    client = Client()
    client.post("/sign-in/", {"sign_in_name": user.email, "password": PASSWORD})
    return client


def test_in_the_demo_staff_without_a_factor_just_work(clerk):
    client = Client()

    response = client.post("/sign-in/", {"sign_in_name": clerk.email, "password": PASSWORD, "next": "/login-settings/"})

    page = client.get(response["Location"]).content.decode()
    assert "練習用では、二要素がなくても" in page
    assert "ログインの二要素は、なくてもかまいません。" in page


def test_the_second_page_without_the_first_leads_back(client):
    assert client.get("/sign-in/second-step/")["Location"] == "/sign-in/"
    assert client.post("/sign-in/second-step/", {"code": "123456"})["Location"] == "/sign-in/"


def test_wrong_codes_are_told_and_then_wait(clerk):
    enrol(clerk)
    client = halfway(clerk)

    answers = [client.post("/sign-in/second-step/", {"code": f"00000{number}"}) for number in range(10)]
    waiting = client.post("/sign-in/second-step/", {"code": "000000"})

    assert {"コードが違います。" in answer.content.decode() for answer in answers} == {True}
    assert (waiting.status_code, "お待ちください。" in waiting.content.decode()) == (429, True)


def test_leaving_halfway_forgets_the_password(clerk):
    enrol(clerk)
    client = halfway(clerk)

    client.post("/sign-out/")

    assert client.get("/sign-in/second-step/")["Location"] == "/sign-in/"


def test_the_qr_code_holds_the_secret_of_this_enrolment(clerk, world):
    client = world.browser(clerk)
    assert client.get("/login-settings/app/qr/").status_code == 404

    page = client.get("/login-settings/app/")
    drawn = client.get("/login-settings/app/qr/")

    assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/svg+xml")
    assert page.context["secret"].replace("-", "") in page.context["uri"]
    assert page.context["uri"].startswith("otpauth://totp/")
    assert client.get("/login-settings/app/").context["secret"] == page.context["secret"]


def test_a_wrong_code_enrols_nothing(clerk, world):
    client = world.browser(clerk)
    client.get("/login-settings/app/")

    response = client.post("/login-settings/app/", {"code": "000000"})

    assert "コードが違います。" in response.content.decode()
    assert not policy.factors_of(clerk).exists()


def test_an_old_sign_in_confirms_the_password_before_touching_the_settings(clerk, world):
    client = world.browser(clerk)
    client.get("/login-settings/")
    session = client.session
    session["signed_in_at"] = (timezone.now() - timedelta(minutes=16)).isoformat()
    session.save()

    asked = client.get("/login-settings/app/")
    pressed = client.post("/login-settings/codes/renewal/")
    wrong = client.post(asked["Location"], {"password": "machigai"})
    right = client.post(asked["Location"], {"password": PASSWORD, "next": "/login-settings/app/"})

    assert asked["Location"] == "/login-settings/confirm/?next=%2Flogin-settings%2Fapp%2F"
    assert pressed["Location"] == "/login-settings/confirm/?next=%2Flogin-settings%2F"
    assert "パスワードが違います。" in wrong.content.decode()
    assert right["Location"] == "/login-settings/app/"
    assert client.get("/login-settings/app/").status_code == 200


def test_guessing_the_password_there_is_slowed_too(clerk, world):
    client = world.browser(clerk)
    for _ in range(10):
        client.post("/login-settings/confirm/", {"password": "machigai"})

    assert client.post("/login-settings/confirm/", {"password": PASSWORD}).status_code == 429


def test_recovery_codes_are_made_anew_from_the_settings_and_shown_until_noted(clerk, world):
    enrol(clerk)
    client = world.browser(clerk)

    shown = client.post("/login-settings/codes/renewal/", follow=True).context["codes"]
    again = client.get("/login-settings/codes/").context["codes"]
    client.post("/login-settings/codes/")

    assert (len(shown), again) == (10, shown)
    assert "回復コードは、もう出ません" in client.get("/login-settings/codes/").content.decode()


def test_nobody_takes_off_the_factor_of_another(clerk, world):
    app = enrol(clerk)
    admin = world.browser(world.admin(world.district).user)

    assert admin.post(f"/login-settings/factors/{app.pk}/removal/").status_code == 404
    assert policy.factors_of(clerk).count() == 1


def test_those_with_two_offices_and_those_who_left_are_told_apart(world, clerk):
    left = world.appoint(world.district, Role.CLERK, "退任 花子")
    left.ended_at = AT
    left.save()

    assert (policy.is_staff(clerk), policy.is_staff(left.user)) == (True, False)
