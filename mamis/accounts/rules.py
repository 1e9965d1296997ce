"""パスワードのきまりと、誤りが続いたときに待つ長さ。"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

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


# リンクとセッション

LINK_LIVES = timedelta(minutes=30)

IDLE_LIMIT = timedelta(minutes=60)
ABSOLUTE_LIMIT = timedelta(hours=12)


def session_has_ended(*, signed_in_at: datetime, seen_at: datetime, at: datetime) -> bool:
    """操作のない時間か、ログインしてからの時間が、限りを過ぎたか。"""
    return at - seen_at >= IDLE_LIMIT or at - signed_in_at >= ABSOLUTE_LIMIT
