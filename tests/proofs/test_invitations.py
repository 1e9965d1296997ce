"""招いた人への答えの言葉からも時間からも、そのアドレスの利用者がいるかどうかを知ることはできない（quality.md 12）。

利用者のあるアドレス、ないアドレス、使用を止められた利用者のアドレスを、順を変えながら300組ずつ招き、応答を比べる。
メールサーバーは、受け取るものと、止まっているもの。招く操作はメールを預けるだけなので、どちらでも同じはずである。
"""

import random
import re
import statistics
import time

import pytest
from django.db import transaction
from django.urls import reverse

from mamis.accounts.operations import create_user, deactivate_user
from mamis.associations.models import Association, Invitation
from mamis.associations.rules import Role
from tests.mail.smtp import Server
from tests.proofs.test_sign_in import (
    ALLOWED_CHANCE,
    ALLOWED_SECONDS,
    KINDS,
    PAIRS,
    PEOPLE,
    WORDS,
    rank_sum_chance,
    seen,
)

OFFICES = 47
# 送ったあとの頁まで読む組の数。
WORDS_READ = 20


@pytest.fixture
def addresses(world):
    """種類ごとのアドレス。同じ長さで、同じ打ち方。"""
    for number in range(PEOPLE):
        create_user(email=f"{number:03}-known@hana.example", name="試験", at=world.at)
        deactivate_user(create_user(email=f"{number:03}-stopd@hana.example", name="試験", at=world.at))
    return {kind: f"{{:03}}-{word}@hana.example" for kind, word in zip(KINDS, WORDS, strict=True)}


@pytest.fixture
def offices(world):
    """都道府県医師会の管理者の画面。一時間に送れる数の限りに届かないよう、代わる代わる使う。"""
    prefectures = Association.objects.filter(tier="prefecture").order_by("code")[:OFFICES]
    return [(world.browser(world.appoint(one, Role.ADMIN, "管理 花子").user), one.code) for one in prefectures]


@pytest.fixture(params=["up", "down"])
def smtp(request, settings):
    """受け取るメールサーバーと、止まっているメールサーバー。"""
    with Server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        if request.param == "up":
            yield request.param
            return
    yield request.param


def test_neither_words_nor_time_tell_whether_the_address_has_an_account(addresses, offices, smtp):
    order = random.Random(2026)
    times = {kind: [] for kind in KINDS}
    pages, words = set(), set()
    for number in range(-5, PAIRS):
        kinds = list(KINDS)
        order.shuffle(kinds)
        for kind in kinds:
            address = addresses[kind].format(number % PEOPLE)
            client, code = offices[number % OFFICES]
            url = reverse("office_invitation_new", args=[code])
            with transaction.atomic():
                began = time.perf_counter()
                response = client.post(url, {"address": address, "role": "clerk"})
                took = time.perf_counter() - began
                assert Invitation.objects.filter(address=address).exists()
                if number < WORDS_READ:
                    told = re.search(r'role="status">(.*?)</div>', client.get(response.url).content.decode())[1]
                    words.add(told.replace(address, "NAME"))
                transaction.set_rollback(True)
            if number >= 0:
                times[kind].append(took)
                status, headers, size, body, _ = seen(response, address)
                headers = tuple(one for one in headers if one[0] != "Location")
                pages.add((status, headers, size, body))

    assert (len(pages), len(words)) == (1, 1)
    for kind in ("unknown", "disabled"):
        apart = abs(statistics.median(times["known"]) - statistics.median(times[kind]))
        chance = rank_sum_chance(times["known"], times[kind])
        print(f"招待 {smtp} known/{kind}: 中央値の差 {apart * 1000:.2f} ms, p = {chance:.3f}")  # noqa: T201
        assert apart < ALLOWED_SECONDS or chance > ALLOWED_CHANCE
