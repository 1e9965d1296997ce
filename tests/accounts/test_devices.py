"""ログイン中の端末、時間の限り、はじめての接続元の知らせ。"""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mamis.accounts.models import SignedInDevice
from mamis.accounts.operations import forget_old_devices
from mamis.associations.rules import Role
from tests.world import PASSWORD

DEVICES = "/login-settings/devices/"
PHONE = "Mozilla/5.0 (iPhone) Safari/604.1"
OFFICE_PC = "Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0"


@pytest.fixture
def clerk(world):
    return world.clerk(world.district).user


def sign_in(user, agent=OFFICE_PC, address="192.0.2.1") -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    assert client.post("/sign-in/", {"sign_in_name": user.email, "password": PASSWORD}).status_code == 302
    return client


def set_back(client, **times):
    session = client.session
    for name, time in times.items():
        session[name] = (timezone.now() - time).isoformat()
    session.save()


def answers(client) -> bool:
    return client.get(DEVICES).status_code == 200


def test_the_list_names_the_devices_and_marks_the_one_in_hand(clerk):
    sign_in(clerk, PHONE)
    here = sign_in(clerk)

    page = here.get(DEVICES).content.decode()

    assert ["iPhone（Safari）" in page, "Windows のパソコン（Edge）" in page, page.count("いまお使いの端末")] == [
        True,
        True,
        1,
    ]
    assert "192.0.2.1" not in page


def test_one_device_is_ended_and_its_old_cookie_is_dead(clerk):
    lost, here = sign_in(clerk, PHONE), sign_in(clerk)

    here.post(reverse("device_end", args=[SignedInDevice.objects.get(device="iPhone（Safari）").pk]))

    assert (answers(lost), answers(here)) == (False, True)


def test_all_others_are_ended_at_once(clerk, world):
    others, here = [sign_in(clerk, PHONE), sign_in(clerk)], sign_in(clerk)
    admin = sign_in(world.admin(world.district).user)

    told = here.post(reverse("devices_end_others"), follow=True).content.decode()

    assert "ほかの 2 台でのログインを終えました。" in told
    assert ([answers(one) for one in others], answers(here), answers(admin)) == ([False, False], True, True)


def test_nobody_ends_the_device_of_another(clerk, world):
    client = sign_in(clerk)
    thief = sign_in(world.admin(world.district).user)

    response = thief.post(reverse("device_end", args=[SignedInDevice.objects.get(user=clerk).pk]))

    assert (response.status_code, answers(client)) == (404, True)


def test_changing_the_password_keeps_only_this_device(clerk):
    other, here = sign_in(clerk, PHONE), sign_in(clerk)
    new = "kumori-nochi-ame-ashita"

    here.post("/password/change/", {"password": PASSWORD, "new_password": new, "again": new})

    assert (answers(other), answers(here)) == (False, True)
    assert SignedInDevice.objects.get().session_key == here.session.session_key


def test_signing_out_leaves_no_row_and_no_session(clerk):
    client = sign_in(clerk)
    key = client.session.session_key

    client.post("/sign-out/")

    assert (SignedInDevice.objects.count(), Session.objects.filter(session_key=key).count()) == (0, 0)


@pytest.mark.parametrize(
    ("is_staff", "times", "goes_on"),
    [
        (True, {"seen_at": timedelta(minutes=29)}, True),
        (True, {"seen_at": timedelta(minutes=31)}, False),
        (True, {"signed_in_at": timedelta(hours=12, minutes=1)}, False),
        (False, {"seen_at": timedelta(minutes=59)}, True),
        (False, {"seen_at": timedelta(minutes=61)}, False),
        (False, {"signed_in_at": timedelta(hours=23)}, True),
        (False, {"signed_in_at": timedelta(hours=24, minutes=1)}, False),
    ],
)
def test_staff_and_doctors_have_their_own_limits(clerk, doctor, is_staff, times, goes_on):
    client = sign_in(clerk if is_staff else doctor.user)
    assert answers(client)

    set_back(client, **times)

    assert answers(client) is goes_on
    assert SignedInDevice.objects.exists() is goes_on


def test_a_doctor_who_takes_office_gets_the_short_limits_at_the_door(doctor, world):
    client = sign_in(doctor.user)
    world.appoint(world.district, Role.CLERK, "山田 太郎", user=doctor.user)
    assert client.get(reverse("office_home", args=["14-021"])).status_code == 200

    set_back(client, seen_at=timedelta(minutes=31))

    assert not answers(client)


def test_the_last_act_is_noted_once_a_minute(clerk):
    client = sign_in(clerk)
    assert answers(client)
    SignedInDevice.objects.update(seen_at=timezone.now() - timedelta(minutes=20))

    assert answers(client)
    assert SignedInDevice.objects.get().seen_at < timezone.now() - timedelta(minutes=19)

    set_back(client, seen_at=timedelta(minutes=2))
    assert answers(client)
    assert SignedInDevice.objects.get().seen_at > timezone.now() - timedelta(minutes=1)


def test_a_new_place_is_told_once_and_the_first_sign_in_is_not(clerk, posted):
    sign_in(clerk)
    assert posted() == []

    sign_in(clerk)
    assert posted() == []

    sign_in(clerk, PHONE, address="198.51.100.7")
    assert posted() == [("NewDeviceUsed", clerk.email)]

    sign_in(clerk, PHONE, address="198.51.100.7")
    assert posted() == []


def test_rows_of_ended_sessions_are_forgotten(clerk):
    sign_in(clerk)
    sign_in(clerk)
    SignedInDevice.objects.filter(pk=SignedInDevice.objects.latest("pk").pk).update(
        seen_at=timezone.now() - timedelta(hours=25)
    )

    forget_old_devices(at=timezone.now())

    assert SignedInDevice.objects.count() == 1
