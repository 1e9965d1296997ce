"""パスワードのきまり、誤りが続いたときに待つ長さ、規約とお知らせ。"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SHORTEST_ALONE = 15
LONGEST = 256

SYSTEM_WORDS = ("mamis", "医師会", "日医", "医籍", "会員情報", "ishikai", "nichii", "いしかい", "イシカイ")
RUNS = tuple(
    run + run[::-1]
    for run in (
        "01234567890123456789012345678901234567890",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
        "qwertyuiopasdfghjklzxcvbnmqwertyuiopasdfghjklzxcvbnm",
        "1234567890qwertyuiopasdfghjklzxcvbnm",
        "1q2w3e4r5t6y7u8i9o0p",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
        "qazwsxedcrfvtgbyhnujmikolp",
        "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん",
        "いろはにほへとちりぬるをわかよたれそつねならむうゐのおくやまけふこえてあさきゆめみしゑひもせす",
    )
)
LOOK_ALIKES = str.maketrans("@013457$!", "aoieastsi")
LONGEST_REPEATED_UNIT = 5
SHORTEST_WORD = 4

TOO_SHORT = "{shortest}文字以上にしてください。いくつかの言葉をつなげると、長くても覚えやすくなります。"
TOO_LONG = "{longest}文字以内にしてください。"
UNREADABLE = "画面に表示できない文字が入っています。打ち直してください。"
COMMON = "多くの人が使っているパスワードか、それに近いものです。別のものにしてください。"
REPEATED = "同じ文字や言葉のくり返しです。別のものにしてください。"
IN_A_ROW = "数字やキーの並び順どおりです。別のものにしてください。"
PERSONAL = "氏名やメールアドレス、ログインに使う番号は、パスワードの中に入れないでください。"
OF_THE_SYSTEM = "「医師会」「mamis」のようなこのシステムに関わる言葉は、パスワードの中に入れないでください。"


def normal_password(password: str) -> str:
    """打ち方の違い（全角と半角、濁点の組み立て方）をならしたパスワード。保存するときも確かめるときも、これを使う。"""
    return unicodedata.normalize("NFKC", password)


def is_readable(password: str) -> bool:
    """制御文字や、文字の片割れを含まないか。"""
    return not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in password)


def password_problems(
    password: str,
    *,
    personal: Iterable[str] = (),
    is_common: Callable[[str], bool],
    shortest: int = SHORTEST_ALONE,
) -> list[str]:
    """このパスワードを断る理由。なければ空。文字の種類の組み合わせは問わない。"""
    normal = normal_password(password)
    if not is_readable(normal):
        return [UNREADABLE]
    if len(normal) > LONGEST:
        return [TOO_LONG.format(longest=LONGEST)]
    problems = []
    if len(normal) < shortest:
        problems.append(TOO_SHORT.format(shortest=shortest))
    folded = normal.casefold()
    core = letters_of(folded)
    # 記号や絵文字が主なら、残ったわずかな文字で判断しない。
    bulk = core if len(core) * 2 > len(folded) else folded
    if is_repeated(folded) or is_repeated(bulk):
        problems.append(REPEATED)
    elif bulk and any(bulk in run for run in RUNS):
        problems.append(IN_A_ROW)
    elif any(is_common(likeness) for likeness in likenesses(folded)):
        problems.append(COMMON)
    if any(letters_of(word.casefold()) in core for word in SYSTEM_WORDS):
        problems.append(OF_THE_SYSTEM)
    if any(word in core for word in personal_words(personal)):
        problems.append(PERSONAL)
    return problems


def letters_of(text: str) -> str:
    """記号と空白を除いた、文字と数字だけ。"""
    return "".join(letter for letter in text if letter.isalnum())


def is_repeated(text: str) -> bool:
    """短い言葉をくり返しただけか。"""
    return any(
        text == (text[:size] * len(text))[: len(text)]
        for size in range(1, LONGEST_REPEATED_UNIT + 1)
        if len(text) > size
    )


def likenesses(folded: str) -> set[str]:
    """よくあるパスワードと比べる形。前後に足した数字や記号、文字の置き換え、二度打ちを元に戻したもの。"""
    forms = {folded, letters_of(folded)}
    forms |= {re.sub(r"^[\W\d_]+|[\W\d_]+$", "", form) for form in forms}
    forms |= {form.translate(LOOK_ALIKES) for form in forms}
    forms |= {
        form[:size]
        for form in forms
        for size in range(SHORTEST_WORD, len(form) // 2 + 1)
        if is_made_of(form, form[:size])
    }
    return {form for form in forms if len(form) >= SHORTEST_WORD}


def is_made_of(text: str, unit: str) -> bool:
    """言葉をちょうど何回かくり返したものか。"""
    return len(text) % len(unit) == 0 and text == unit * (len(text) // len(unit))


def personal_words(texts: Iterable[str]) -> set[str]:
    """氏名、かな、メールアドレス、番号から、パスワードに入れてはならない言葉を取り出す。"""
    words: set[str] = set()
    for text in texts:
        folded = normal_password(text).casefold()
        words.update(re.split(r"[\s@._+\-・,]+", folded))
        words.add(letters_of(folded))
    return {letters_of(word) for word in words if is_telling(letters_of(word))}


def is_telling(word: str) -> bool:
    """偶然には含まれにくい長さか。漢字やかなは2文字、英数字は4文字から。"""
    return len(word) >= (4 if word.isascii() else 2) and word not in ("example", "gmail", "mail")


# 誤りが続いたとき


@dataclass(frozen=True)
class Patience:
    """誤りを数える範囲ごとの、待ってもらい始める回数と、待つ長さ。待ちは一回ごとに倍になり、上限で止まる。"""

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    most: int | None = None


COUNTED_FOR = timedelta(hours=12)

FOR_NAME_AND_ADDRESS = Patience(free=10, first_wait=timedelta(minutes=1), longest_wait=timedelta(minutes=15), most=50)
# 本人も同じ範囲に入るので、遅くするだけで閉め出さない。
FOR_NAME = Patience(free=100, first_wait=timedelta(minutes=1), longest_wait=timedelta(minutes=1))
FOR_ADDRESS = Patience(free=300, first_wait=timedelta(minutes=1), longest_wait=timedelta(minutes=1))

# 他人が申し込んでも本人の受信箱をあふれさせず、本人にはいつでも新しい案内が届くように。
RESETS_FOR_NAME = Patience(free=5, first_wait=timedelta(minutes=10), longest_wait=timedelta(minutes=10))
RESETS_FOR_ADDRESS = Patience(free=100, first_wait=timedelta(minutes=1), longest_wait=timedelta(minutes=1))


def blocked_until(patience: Patience, tries: int, *, since: datetime, at: datetime) -> datetime | None:
    """この回数になったとき、いつまで待ってもらうか。ずっと閉め出すことはない。"""
    if tries < patience.free:
        return None
    if patience.most is not None and tries >= patience.most:
        return since + COUNTED_FOR
    doublings = min(tries - patience.free, 10)
    return at + min(patience.first_wait * 2**doublings, patience.longest_wait)


def is_forgotten(*, since: datetime, at: datetime) -> bool:
    """数え始めから十分に時間がたち、はじめから数え直すか。"""
    return at - since >= COUNTED_FOR


# 規約とお知らせ


class StatementKind(StrEnum):
    """同意していただくもの。値は住所にも出る。"""

    TERMS = "terms"
    JOINT_USE = "joint-use"


STATEMENTS = {
    StatementKind.TERMS: "利用規約",
    StatementKind.JOINT_USE: "個人情報の共同利用のお知らせ",
}
CHANGE_LENGTH = 200


class Look(StrEnum):
    """本文のひとまとまりの見せ方。"""

    HEADING = "heading"
    LIST = "list"
    TEXT = "text"


@dataclass(frozen=True)
class Block:
    """本文のひとまとまり。"""

    look: Look
    lines: tuple[str, ...]


def blocks(body: str) -> list[Block]:
    """本文を分ける。空いた行で区切り、「■」で始まる行は見出し、「・」で始まる行は箇条書きになる。"""
    found: list[Block] = []
    is_open = False
    for line in (line.strip() for line in body.split("\n")):
        look = Look.HEADING if line.startswith("■") else Look.LIST if line.startswith("・") else Look.TEXT
        text = line.lstrip("■・").strip()
        if text and is_open and look == found[-1].look != Look.HEADING:
            found[-1] = Block(look, (*found[-1].lines, text))
        elif text:
            found.append(Block(look, (text,)))
        is_open = bool(text)
    return found


def mark(versions: Iterable[tuple[str, int]]) -> str:
    """読んでいただく版の印。読んでいるあいだに新しい版が始まれば、違う印になる。"""
    return " ".join(f"{kind}:{number}" for kind, number in versions)


# メールアドレスの変更


class Purpose(StrEnum):
    """何に使うメールアドレスか。"""

    SIGN_IN = "sign_in"
    CONTACT = "contact"


PURPOSES = {Purpose.SIGN_IN: "ログイン用メールアドレス", Purpose.CONTACT: "登録メールアドレス"}

CONFIRMED_WITHIN = timedelta(hours=24)
RESTORED_WITHIN = timedelta(hours=72)
CHANGES_WINDOW = timedelta(hours=1)
CHANGES_AN_HOUR = 5


def may_confirm(*, asked_at: datetime, at: datetime) -> bool:
    """新しいアドレスへのリンクが、まだ使えるか。"""
    return asked_at <= at < asked_at + CONFIRMED_WITHIN


def may_stop(*, asked_at: datetime, confirmed_at: datetime | None, at: datetime) -> bool:
    """前のアドレスへのリンクが、まだ使えるか。変わる前は申込みを止め、変わったあとは元に戻す。"""
    if confirmed_at is None:
        return may_confirm(asked_at=asked_at, at=at)
    return at < confirmed_at + RESTORED_WITHIN


# リンクとセッション

LINK_LIVES = timedelta(minutes=30)

# 二要素を解除したあと、登録し直すリンク。
ENROLMENT_LIVES = timedelta(hours=24)


@dataclass(frozen=True)
class Limits:
    """ログインの時間の限り：操作のない時間と、ログインしてからの時間。"""

    idle: timedelta
    whole: timedelta


OFFICE_LIMITS = Limits(timedelta(minutes=30), timedelta(hours=12))
DOCTOR_LIMITS = Limits(timedelta(minutes=60), timedelta(hours=24))
LONGEST_SESSION = DOCTOR_LIMITS.whole
# これだけ前に、まもなく終わることを知らせる。
WARNED_BEFORE = timedelta(minutes=5)
# まもなく終わるあいだ、これだけごとに（秒）尋ね直す。ほかの画面で続けたかもしれない。
ASKED_EVERY = 30
STILL_KEPT = "終わったあとに送っても、書いたものは、ログインし直すと元の欄に戻ります。"


def session_ends_at(limits: Limits, *, signed_in_at: datetime, seen_at: datetime) -> datetime:
    """このまま操作がなければ、ログインが終わる時刻。"""
    return min(seen_at + limits.idle, signed_in_at + limits.whole)


def may_go_on(limits: Limits, *, signed_in_at: datetime, seen_at: datetime) -> bool:
    """何かをすれば、ログインの終わりは延びるか。ログインしてからの時間の限りは、延びない。"""
    return seen_at + limits.idle < signed_in_at + limits.whole


@dataclass(frozen=True)
class Ending:
    """ログインの終わりについて、いま言う言葉、「ログインを続ける」を出すか、何秒のちに尋ね直すか（0 は尋ねない）。"""

    words: str
    has_button: bool
    again: int


def ending_in_words(left: timedelta, clock: str, *, goes_on: bool) -> Ending:
    """ログインがまもなく終わること、終わったことを知らせる。まだ先なら、何も言わず、知らせるときに尋ね直してもらう。"""
    if left > WARNED_BEFORE:
        return Ending("", has_button=False, again=int((left - WARNED_BEFORE).total_seconds()) + 1)
    if left <= timedelta(0):
        return Ending(f"ログインが終わりました。{STILL_KEPT}", has_button=False, again=0)
    minutes = left // timedelta(minutes=1)
    soon = f"{clock}にログインが終わります（{f'あと約{minutes}分' if minutes else 'あと1分たらず'}）。"
    if goes_on:
        return Ending(f"{soon}このまま使うときは、「ログインを続ける」を押してください。", True, ASKED_EVERY)
    return Ending(f"{soon}ログインしてからの時間の限りなので、延ばせません。{STILL_KEPT}", False, ASKED_EVERY)


def extended_in_words(clock: str) -> Ending:
    """「ログインを続ける」を押した人に、延びたことを知らせる。"""
    return Ending(f"ログインを続けました。何もしないと{clock}に終わります。", has_button=False, again=ASKED_EVERY)


# 端末の名。初めに合ったものを使う。
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android の端末"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows のパソコン"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux のパソコン"),
)
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
UNKNOWN_DEVICE = "分からない端末"


def device_in_words(agent: str) -> str:
    """ブラウザの名のりから、端末を言葉で。打たれた字はそのまま残さない。"""
    system = next((words for mark, words in SYSTEMS if mark in agent), UNKNOWN_DEVICE)
    browser = next((words for mark, words in BROWSERS if mark in agent), "")
    return f"{system}（{browser}）" if browser else system


# 認証アプリと回復コード

STEP = timedelta(seconds=30)
# 時計のずれと、打つあいだの時間のため、前後一つまで。
STEPS_AROUND = 1
APP_DIGITS = 6

CODES_AT_ONCE = 10
# 読み間違えやすい字（0 と O、1 と I など）は使わない。16 字で 78 ビットになる。
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
CODE_GROUP = 4


def steps_at(at: datetime) -> list[int]:
    """いま受け付ける認証アプリの刻み。古い順。"""
    now = int(at.timestamp()) // int(STEP.total_seconds())
    return list(range(now - STEPS_AROUND, now + STEPS_AROUND + 1))


def plain_code(typed: str) -> str:
    """全角、空白、ハイフン、小文字の違いをならしたコード。"""
    return letters_of(unicodedata.normalize("NFKC", typed)).upper()


def is_app_code(code: str) -> bool:
    """認証アプリのコードの形か。"""
    return len(code) == APP_DIGITS and code.isascii() and code.isdigit()


def is_recovery_code(code: str) -> bool:
    """回復コードの形か。"""
    return len(code) == CODE_LENGTH and all(letter in CODE_LETTERS for letter in code)


def grouped(code: str) -> str:
    """四字ごとに区切った、読みやすい形。"""
    return "-".join(code[place : place + CODE_GROUP] for place in range(0, len(code), CODE_GROUP))


# 二要素や端末に触れる前に、パスワードを打ってもらってからの時間。
CONFIRMED_FOR = timedelta(minutes=15)
