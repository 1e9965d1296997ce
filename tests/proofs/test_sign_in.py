"""応答の言葉からも時間からも、登録のあるなしを知ることはできない（quality.md 12）。

登録のある名前、ない名前、使用を止められた名前を、順を変えながら300組ずつ送り、応答を比べる。
鍵伸ばしは本物と同じ argon2 を、軽くして使う。一回に数十ミリ秒かかるので、省けばすぐに見える。
"""

import math
import random
import re
import statistics
import time
from datetime import UTC, datetime

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.test import Client

from mamis.accounts.models import User
from mamis.accounts.operations import create_user, deactivate_user

PAIRS = 300
PEOPLE = 60
BORN = datetime(2026, 4, 1, tzinfo=UTC)
KINDS = ("known", "unknown", "disabled")
WORDS = ("known", "nobdy", "stopd")
ALLOWED_SECONDS = 0.010
ALLOWED_CHANCE = 0.01


class LightArgon2(Argon2PasswordHasher):
    """軽い鍵伸ばし。"""

    time_cost = 2
    memory_cost = 16 * 1024


@pytest.fixture
def names(db, settings):
    """種類ごとの名前。同じ長さで、同じ打ち方。"""
    settings.PASSWORD_HASHERS = [f"{__name__}.LightArgon2"]
    for number in range(PEOPLE):
        create_user(email=f"{number:03}-known@hana.example", name="試験", at=BORN)
        deactivate_user(create_user(email=f"{number:03}-stopd@hana.example", name="試験", at=BORN))
    User.objects.update(password=make_password("asa-no-hikari-to-kaze"))
    return {kind: f"{{:03}}-{word}@hana.example" for kind, word in zip(KINDS, WORDS, strict=True)}


def sign_in(name, address):
    return Client().post("/sign-in/", {"sign_in_name": name, "password": "kore-wa-machigai-desu"}, REMOTE_ADDR=address)


def ask_for_reset(name, address):
    return Client().post("/password/reset/", {"sign_in_name": name}, REMOTE_ADDR=address)


def seen(response, typed):
    """見える限りのもの。名前そのものと、毎回変わる合い言葉と時刻を除く。"""
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode()).replace(typed, "NAME")
    cookies = tuple(sorted((cookie.key, cookie["path"], cookie["max-age"]) for cookie in response.cookies.values()))
    headers = tuple(sorted((name, value) for name, value in response.headers.items() if name != "Expires"))
    return response.status_code, headers, len(response.content), body, cookies


@pytest.mark.parametrize("act", [sign_in, ask_for_reset])
def test_neither_words_nor_time_tell_whether_a_name_is_registered(names, act):
    order = random.Random(2026)
    times = {kind: [] for kind in KINDS}
    pages = set()
    for number in range(-5, PAIRS):
        kinds = list(KINDS)
        order.shuffle(kinds)
        for kind in kinds:
            name = names[kind].format(number % PEOPLE)
            address = f"198.{18 + KINDS.index(kind)}.{number % 200}.{number // 200 + 1}"
            began = time.perf_counter()
            response = act(name, address)
            took = time.perf_counter() - began
            if number >= 0:
                times[kind].append(took)
                pages.add(seen(response, name))

    assert len(pages) == 1
    for kind in ("unknown", "disabled"):
        apart = abs(statistics.median(times["known"]) - statistics.median(times[kind]))
        chance = rank_sum_chance(times["known"], times[kind])
        print(f"{act.__name__} known/{kind}: 中央値の差 {apart * 1000:.2f} ms, p = {chance:.3f}")  # noqa: T201
        assert apart < ALLOWED_SECONDS or chance > ALLOWED_CHANCE


def rank_sum_chance(these, those):
    """二つの時間の並びが同じ分布から来たとして、これほど偏る確からしさ（Mann–Whitneyの両側検定、正規近似）。"""
    ranked = sorted([(value, 0) for value in these] + [(value, 1) for value in those])
    rank_sum = sum(rank for rank, (_, side) in enumerate(ranked, start=1) if side == 0)
    n, m = len(these), len(those)
    expected, spread = n * (n + m + 1) / 2, math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(rank_sum - expected) / spread / math.sqrt(2))
