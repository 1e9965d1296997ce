"""パスキーの登録と、パスキーでのログイン。"""

import json

import pytest
from django.test import Client

from mamis.accounts import policy
from mamis.accounts.operations import TooManyPasskeys, deactivate_user
from mamis.accounts.operations.factors import MOST_PASSKEYS
from tests.accounts.authenticator import Passkey, enrol_passkey
from tests.world import PASSWORD

NEW, SIGN_IN, SECOND = "/login-settings/passkeys/", "/sign-in/passkey/", "/sign-in/second-step/passkey/"


@pytest.fixture
def clerk(world):
    return world.clerk(world.district).user


def options_of(client, url):
    return json.loads(client.get(url).context["options"])


def send(client, url, answer, **more):
    return client.post(url, {"credential": json.dumps(answer), **more})


def halfway(user) -> Client:
    client = Client()
    client.post("/sign-in/", {"sign_in_name": user.email, "password": PASSWORD})
    return client


def test_a_doctor_enrols_a_passkey_and_is_told(doctor, world, posted):
    client = world.browser(doctor.user)

    response = send(client, NEW, Passkey().registered(options_of(client, NEW)))

    assert response["Location"] == "/login-settings/"
    assert posted() == [("FactorAdded", doctor.user.email)]
    assert policy.passkeys_of(doctor.user).count() == 1
    assert not policy.unused_codes_of(doctor.user).exists()
    assert "分からない端末" in client.get("/login-settings/").content.decode()


def test_the_first_passkey_of_staff_brings_recovery_codes(clerk, world):
    client = world.browser(clerk)

    response = send(client, NEW, Passkey().registered(options_of(client, NEW)))

    assert response["Location"] == "/login-settings/codes/"


def test_the_passkey_alone_signs_in(clerk, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    passkey, client = enrol_passkey(clerk), Client()

    response = send(client, SIGN_IN, passkey.answered(options_of(client, SIGN_IN)), next="/office/14-021/")

    assert response["Location"] == "/office/14-021/"
    assert client.get("/office/14-021/").status_code == 200
    assert policy.passkeys_of(clerk).get().last_used_at is not None
    assert client.get(SIGN_IN)["Location"] == "/"


def test_the_passkey_is_the_second_step_after_the_password(clerk):
    passkey, client = enrol_passkey(clerk), halfway(clerk)
    assert "パスキーで確かめる" in client.get("/sign-in/second-step/").content.decode()

    response = send(client, SECOND, passkey.answered(options_of(client, SECOND)))

    assert response["Location"] == "/"
    assert client.get("/office/14-021/").status_code == 200


def test_a_doctor_is_not_asked_for_the_passkey_after_the_password(doctor):
    enrol_passkey(doctor.user)

    assert halfway(doctor.user).get("/mypage/").status_code == 200


def test_an_answer_works_once(clerk):
    passkey, client = enrol_passkey(clerk), Client()
    answer = passkey.answered(options_of(client, SIGN_IN))
    send(client, SIGN_IN, answer)
    client.post("/sign-out/")

    again = send(client, SIGN_IN, answer)
    after_a_new_question = (client.get(SIGN_IN), send(client, SIGN_IN, answer))[1]

    assert [one.status_code for one in (again, after_a_new_question)] == [200, 200]
    assert "パスキーを確かめられませんでした" in again.content.decode()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: {**answer, "response": {}},
        lambda answer: {**answer, "id": "eA", "rawId": "eA"},
        lambda answer: {**answer, "response": {**answer["response"], "userHandle": "OTk5OTk"}},
        lambda answer: {**answer, "response": {**answer["response"], "userHandle": None}},
        lambda answer: {**answer, "response": {**answer["response"], "signature": "AAAA"}},
        lambda answer: {**answer, "response": {**answer["response"], "clientDataJSON": "e30"}},
        lambda answer: {**answer, "response": {**answer["response"], "authenticatorData": "AA"}},
        lambda answer: {**answer, "response": []},
    ],
)
def test_a_spoilt_answer_is_refused_in_the_same_words(clerk, spoil):
    passkey, client = enrol_passkey(clerk), Client()

    response = send(client, SIGN_IN, spoil(passkey.answered(options_of(client, SIGN_IN))))

    assert (response.status_code, "パスキーを確かめられませんでした" in response.content.decode()) == (200, True)


@pytest.mark.parametrize("typed", ["", "x", "[]", "{}", "null", "1", "9" * 10_000, "[" * 10_000])
def test_no_answer_at_all_is_refused(db, client, typed):
    response = client.post(SIGN_IN, {"credential": typed})

    assert "パスキーの答えを受け取れませんでした" in response.content.decode()


@pytest.mark.parametrize("foreign", [Passkey(origin="https://evil.example"), Passkey(host="evil.example")])
def test_a_passkey_asked_for_elsewhere_is_refused(doctor, world, foreign):
    client = world.browser(doctor.user)

    response = send(client, NEW, foreign.registered(options_of(client, NEW)))

    assert "パスキーを確かめられませんでした" in response.content.decode()
    assert not policy.passkeys_of(doctor.user).exists()


def test_the_passkey_of_another_person_is_no_second_step(clerk, world):
    enrol_passkey(clerk)
    foreign = enrol_passkey(world.admin(world.district).user)
    client = halfway(clerk)

    response = send(client, SECOND, foreign.answered(options_of(client, SECOND)))

    assert "パスキーを確かめられませんでした" in response.content.decode()


def test_the_passkey_of_somebody_stopped_opens_nothing(clerk):
    passkey, client = enrol_passkey(clerk), Client()
    deactivate_user(clerk)

    response = send(client, SIGN_IN, passkey.answered(options_of(client, SIGN_IN)))

    assert "パスキーを確かめられませんでした" in response.content.decode()


def test_without_a_passkey_there_is_no_such_second_step(clerk, client):
    assert client.get(SECOND)["Location"] == "/sign-in/"


def test_passkeys_have_a_limit(clerk):
    for _ in range(MOST_PASSKEYS):
        enrol_passkey(clerk)

    with pytest.raises(TooManyPasskeys):
        enrol_passkey(clerk)
