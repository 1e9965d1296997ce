"""利用者登録の答えからも時間からも、登録のあるなしを知ることはできない。同じ番号は、一人だけのものになる。

登録のあるメールアドレス、ないもの、使用を止められたものを、順を変えながら300組ずつ送り、メールサーバーが動いていても
止まっていても、応答を比べる。申し込んだあとの答えも、番号がないときと、一部だけ合うときとで比べる。
"""

import random
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from mamis.accounts.operations import create_user
from mamis.doctors.models import Doctor, Registration, RegistrationLink
from mamis.doctors.operations import Applicant, RecordTaken, accept_registration, submit_registration
from mamis.doctors.operations.links import answers_of, give_key
from tests.mail.smtp import Server
from tests.proofs.test_sign_in import (
    ALLOWED_CHANCE,
    ALLOWED_SECONDS,
    KINDS,
    PAIRS,
    PEOPLE,
    LightArgon2,
    names,  # noqa: F401
    rank_sum_chance,
    seen,
)
from tests.world import PASSWORD, make_world

OUTCOMES = ("unknown", "half")


@pytest.fixture(params=["up", "down"])
def post_office(request, settings):
    """動いているメールサーバーか、だれも聞いていない番号。"""
    settings.EMAIL_HOST = "127.0.0.1"
    with Server() as server:
        settings.EMAIL_PORT = server.port
        if request.param == "up":
            yield server
            return
    yield None


def test_neither_words_nor_time_tell_whether_an_address_is_registered(names, post_office):  # noqa: F811
    times, pages = {kind: [] for kind in KINDS}, set()
    for number, kind in shuffled(KINDS, PAIRS):
        address = names[kind].format(number % PEOPLE)
        place = f"198.{18 + KINDS.index(kind)}.{number % 200}.{number // 200 + 1}"
        began = time.perf_counter()
        response = Client().post("/registration/", {"mail_address": address}, REMOTE_ADDR=place)
        times[kind].append(time.perf_counter() - began)
        pages.add(seen(response, address))

    assert len(pages) == 1
    for kind in ("unknown", "disabled"):
        assert_alike(times["known"], times[kind], f"registration known/{kind}")


def test_neither_words_nor_time_tell_a_half_match_from_an_unknown_number(db, settings):
    settings.PASSWORD_HASHERS = [f"{LightArgon2.__module__}.LightArgon2"]
    world = make_world()
    member = world.member("白石", "薫", world.other_district, kana=("シライシ", "カオル"), signs_in=False)
    example = world.registration("新田", "光")
    now = timezone.now()
    known = member.licences.get().number
    times, pages = {kind: [] for kind in OUTCOMES}, set()
    for number, kind in shuffled(OUTCOMES, PAIRS):
        held = known if kind == "half" else f"9{number:05}"
        answers = answers_of(example)
        answers["licence"] = answers["licence"] | {"number": [held]}
        address = f"{number:03}{kind[:4]}@hana.example"
        link = RegistrationLink(mail_address=address, answers=answers, asked_at=now)
        client = Client()
        client.cookies["registration-key"] = give_key(link, at=now).split("/")[-2]
        typed = {"new_password": PASSWORD, "again": PASSWORD, "next": "1"}
        began = time.perf_counter()
        response = client.post("/registration/form/check/", typed)
        times[kind].append(time.perf_counter() - began)
        registration = Registration.objects.get(mail_address=address)
        page = client.get("/registration/done/").content.decode()
        pages.add((seen(response, address), len(page), page.replace(registration.receipt_no, "").replace(address, "")))

    # 受付の時刻の分が変わることはある。
    assert len({(one, size) for one, size, _ in pages}) == 1
    assert_alike(times["unknown"], times["half"], "registration unknown/half")


@pytest.mark.django_db(transaction=True)
def test_two_people_with_all_the_facts_of_one_doctor_make_one_link():
    world = make_world()
    doctor = world.doctor("白石", "薫", signs_in=False)
    card = Applicant(
        number=doctor.licences.get().number,
        registered_on=date(2005, 5, 10),
        family_name="白石",
        given_name="薫",
        family_kana=doctor.family_kana,
        given_kana=doctor.given_kana,
        birth_on=doctor.birth_on,
        work_prefecture_code="14",
        facility_name="みどり中央病院",
    )
    users = [create_user(email=f"{number}@hana.example", name="白石 薫", at=world.at) for number in range(6)]

    answers = at_once(
        *(
            lambda user=user: submit_registration(card, user=user, mail_address=user.email, at=world.at).state
            for user in users
        )
    )

    assert Counter(answers) == {"accepted": 1, "waiting": 5}
    assert Doctor.objects.get(pk=doctor.pk).user in users


@pytest.mark.django_db(transaction=True)
def test_two_registrations_for_one_new_number_accepted_at_once_make_one_record():
    world = make_world()
    twins = [world.registration("新田", "光", number="777001") for _ in range(2)]
    by, marks = world.clerk(world.prefecture), [world.registration_seen(one) for one in twins]

    def accept(one, mark):
        try:
            return accept_registration(one, ground="免許証", seen=mark, by=by, at=world.at).state
        except Exception as refusal:
            return type(refusal).__name__

    answers = at_once(*(lambda one=one, mark=mark: accept(one, mark) for one, mark in zip(twins, marks, strict=True)))

    assert Counter(answers) == {"accepted": 1, "RegistrationIsStale": 1}
    assert Doctor.objects.filter(licences__number="777001").count() == 1
    late = next(one for one in twins if Registration.objects.get(pk=one.pk).state == "waiting")
    with pytest.raises(RecordTaken):
        accept_registration(late, ground="免許証", seen=world.registration_seen(late), by=by, at=world.at)


def shuffled(kinds, pairs):
    """種類の順を変えながら、一組ずつ。"""
    order = random.Random(2026)
    for number in range(pairs):
        mixed = list(kinds)
        order.shuffle(mixed)
        yield from ((number, kind) for kind in mixed)


def assert_alike(these, those, what):
    apart, chance = abs(statistics.median(these) - statistics.median(those)), rank_sum_chance(these, those)
    print(f"{what}: 中央値の差 {apart * 1000:.2f} ms, p = {chance:.3f}")  # noqa: T201
    assert apart < ALLOWED_SECONDS or chance > ALLOWED_CHANCE


def at_once(*acts):
    """同じ時に、別々の線で。"""
    gate = Barrier(len(acts))

    def run(act):
        gate.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
