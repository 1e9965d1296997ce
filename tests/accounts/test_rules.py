"""パスワードのきまりと待ち時間の表（quality.md 27）。"""

from datetime import UTC, datetime, timedelta

import pytest

from mamis.accounts import rules
from mamis.accounts.operations.passwords import is_common

ABOUT = ["山田 太郎", "ヤマダ タロウ", "yamada.taro@clinic-hana.example", "351874"]

SHORT = rules.TOO_SHORT.format(shortest=15)
LONG = rules.TOO_LONG.format(longest=256)

# fmt: off
PASSWORDS = [
    # 受け入れる
    ("hare-tokidoki-kumori",                 []),
    ("correct horse stapler moon",           []),
    ("朝の散歩は気持ちがよいものですね",     []),
    ("ひらがなだけのながいことば",           [SHORT]),
    ("ひらがなだけのながいことばでも",       []),
    ("зимний вечер у окна",                  []),
    ("🐢🐇🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦",          []),
    ("🐢🐇🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧1",          []),
    ("𠮷野家で髙﨑さんと昼ごはんを食べた",   []),
    ("onlylowercaselettershere",             []),
    ("tsuki ga kirei desu ne konya",         []),
    ("jJ8#kLm2!pQz9@Wx",                     []),
    ("a" * 14 + "b" * 14,                    []),
    ("neko to inu " * 10 + "to tori",        []),
    ("ある日の夕方、駅前で猫に会った。" * 8,   []),
    # 短い、長い、読めない
    ("",                                     [SHORT]),
    ("kumori-hare",                          [SHORT]),
    ("kumori-hare-yu",                       [SHORT]),
    ("kumori-hare-yuk",                      []),
    ("晴れ、ときどき曇り、雪",               [SHORT]),
    ("ﾊﾟﾊﾟﾄﾏﾏﾄﾎﾞｸﾄ",                          [SHORT]),
    ("あさひ " + "の道" * 127,               [LONG]),
    ("kumori-hare-yu\x00",                   [rules.UNREADABLE]),
    ("kumori-hare-yu\ud842",                 [rules.UNREADABLE]),
    # よく使われる
    ("password1234567",                      [rules.COMMON]),
    ("P@ssw0rd!2026!!",                      [rules.COMMON]),
    ("passwordpassword",                     [rules.COMMON]),
    ("ｐａｓｓｗｏｒｄ１２３４５６７",         [rules.COMMON]),
    ("correct horse battery staple",         [rules.COMMON]),
    ("Thequickbrownfoxjumpsoverthelazydog",  [rules.COMMON]),
    ("あけましておめでとうございます",       [rules.COMMON]),
    ("hitotsu-no-madoguchi-2026",            [rules.COMMON]),
    ("2026iloveyouforever",                  [rules.COMMON]),
    # くり返しと並び
    ("aaaaaaaaaaaaaaa",                      [rules.REPEATED]),
    ("あああああああああああああああ",       [rules.REPEATED]),
    ("nekonekonekoneko",                     [rules.REPEATED]),
    ("12-12-12-12-12-12",                    [rules.REPEATED]),
    ("123456789012345",                      [rules.IN_A_ROW]),
    ("abcdefghijklmnopq",                    [rules.IN_A_ROW]),
    ("qwertyuiopasdfghjkl",                  [rules.IN_A_ROW]),
    ("1qaz2wsx3edc4rfv",                     [rules.IN_A_ROW]),
    # 本人とシステムの言葉
    ("mamis-hare-kumori-yuki",               [rules.OF_THE_SYSTEM]),
    ("みどり市医師会のパソコンです",         [SHORT, rules.OF_THE_SYSTEM]),
    ("横浜の医師会のパソコンからです",       [rules.OF_THE_SYSTEM]),
    ("山田の家の庭に柿の木がありました",     [rules.PERSONAL]),
    ("昨日ヤマダ電気店で買ったラジオ",       [rules.PERSONAL]),
    ("yamada-hare-kumori-yuki",              [rules.PERSONAL]),
    ("Hare.Clinic.Hana.Kumori",              [rules.PERSONAL]),
    ("kumori-351874-hareruya",               [rules.PERSONAL]),
]
# fmt: on


@pytest.mark.parametrize(("password", "reasons"), PASSWORDS)
def test_each_password_gets_exactly_its_reasons(password, reasons):
    assert rules.password_problems(password, personal=ABOUT, is_common=is_common) == reasons


def test_eight_letters_do_beside_a_second_factor():
    assert rules.password_problems("kumoriyu", is_common=is_common, shortest=8) == []


def test_width_and_composition_do_not_matter():
    assert rules.normal_password("ｶﾞｷﾞ１２") == rules.normal_password("ガギ12") == "ガギ12"


BEGIN = datetime(2026, 6, 4, 0, 0, tzinfo=UTC)

# fmt: off
WAITS = [
    (rules.FOR_NAME_AND_ADDRESS,   1, None),
    (rules.FOR_NAME_AND_ADDRESS,   9, None),
    (rules.FOR_NAME_AND_ADDRESS,  10, timedelta(minutes=1)),
    (rules.FOR_NAME_AND_ADDRESS,  11, timedelta(minutes=2)),
    (rules.FOR_NAME_AND_ADDRESS,  12, timedelta(minutes=4)),
    (rules.FOR_NAME_AND_ADDRESS,  13, timedelta(minutes=8)),
    (rules.FOR_NAME_AND_ADDRESS,  14, timedelta(minutes=15)),
    (rules.FOR_NAME_AND_ADDRESS,  49, timedelta(minutes=15)),
    (rules.FOR_NAME_AND_ADDRESS,  50, timedelta(hours=11)),
    (rules.FOR_NAME_AND_ADDRESS, 500, timedelta(hours=11)),
    (rules.FOR_NAME,              99, None),
    (rules.FOR_NAME,             100, timedelta(minutes=1)),
    (rules.FOR_NAME,            9999, timedelta(minutes=1)),
    (rules.FOR_ADDRESS,          299, None),
    (rules.FOR_ADDRESS,          300, timedelta(minutes=1)),
    (rules.RESETS_FOR_NAME,        4, None),
    (rules.RESETS_FOR_NAME,        5, timedelta(minutes=10)),
    (rules.RESETS_FOR_NAME,       50, timedelta(minutes=10)),
    (rules.RESETS_FOR_ADDRESS,   100, timedelta(minutes=1)),
]
# fmt: on


@pytest.mark.parametrize(("patience", "tries", "wait"), WAITS)
def test_waits_grow_and_always_end(patience, tries, wait):
    an_hour_later = BEGIN + timedelta(hours=1)

    until = rules.blocked_until(patience, tries, since=BEGIN, at=an_hour_later)

    assert (until and until - an_hour_later) == wait


@pytest.mark.parametrize(
    ("limits", "signed_in", "seen", "left"),
    [
        (rules.OFFICE_LIMITS, timedelta(0), timedelta(0), timedelta(minutes=30)),
        (rules.OFFICE_LIMITS, timedelta(hours=11, minutes=50), timedelta(0), timedelta(minutes=10)),
        (rules.OFFICE_LIMITS, timedelta(hours=3), timedelta(minutes=30), timedelta(0)),
        (rules.DOCTOR_LIMITS, timedelta(hours=3), timedelta(minutes=59), timedelta(minutes=1)),
        (rules.DOCTOR_LIMITS, timedelta(hours=24), timedelta(0), timedelta(0)),
    ],
)
def test_sessions_end_when_idle_or_old(limits, signed_in, seen, left):
    assert rules.session_ends_at(limits, signed_in_at=BEGIN - signed_in, seen_at=BEGIN - seen) - BEGIN == left


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "iPhone（Safari）"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/150.0 Safari/537.36", "Android の端末（Chrome）"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0", "Windows のパソコン（Edge）"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 16) Firefox/150.0", "Mac（Firefox）"),
        ("curl/8 <script>", "分からない端末"),
        ("", "分からない端末"),
    ],
)
def test_devices_are_named_in_words_and_never_as_they_say(agent, words):
    assert rules.device_in_words(agent) == words
