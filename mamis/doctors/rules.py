"""医師についての決まった言葉と、利用者登録の決まり。"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from mamis.japanese.folding import fold


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


SEX_LABELS = {Sex.MALE: "男", Sex.FEMALE: "女"}


class Register(StrEnum):
    """医籍。国籍が変わると番号も変わる（membership.md §5.1）。"""

    JAPANESE = "japanese"
    FOREIGN = "foreign"


REGISTER_LABELS = {Register.JAPANESE: "日本", Register.FOREIGN: "外国"}


class Ground(StrEnum):
    """医師会がその医師を見ることのできる根拠。"""

    MEMBER = "member"
    APPLICANT = "applicant"
    TRAINING = "training"
    WORKPLACE = "workplace"


GROUND_LABELS = {
    Ground.MEMBER: "会員",
    Ground.APPLICANT: "入会の申請",
    Ground.TRAINING: "修了申請の申請先",
    Ground.WORKPLACE: "非会員の勤務先の都道府県",
}


# 施設


class FacilityKind(StrEnum):
    """施設の種別（membership.md §8）。"""

    HOSPITAL = "hospital"
    CLINIC = "clinic"
    CARE = "care"
    CARE_HOSPITAL = "care-hospital"
    UNIVERSITY = "university"
    ADMINISTRATION = "administration"
    COMPANY = "company"
    CHECKUP = "checkup"
    OTHER = "other"


FACILITY_KIND_LABELS = {
    FacilityKind.HOSPITAL: "病院",
    FacilityKind.CLINIC: "診療所",
    FacilityKind.CARE: "介護老人保健施設",
    FacilityKind.CARE_HOSPITAL: "介護医療院",
    FacilityKind.UNIVERSITY: "大学・研究機関",
    FacilityKind.ADMINISTRATION: "行政機関",
    FacilityKind.COMPANY: "企業",
    FacilityKind.CHECKUP: "健診施設",
    FacilityKind.OTHER: "その他",
}


class FacilityState(StrEnum):
    """施設が開いているか。"""

    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"


FACILITY_STATE_LABELS = {FacilityState.OPEN: "開設", FacilityState.SUSPENDED: "休止", FacilityState.CLOSED: "廃止"}

# 候補に並べる数。これより多ければ、言葉を足していただく。
MOST_CANDIDATES = 20


def facility_state(suspended_on: date | None, closed_on: date | None, on: date) -> FacilityState:
    """その日の、開設・休止・廃止。"""
    if closed_on and closed_on <= on:
        return FacilityState.CLOSED
    return FacilityState.SUSPENDED if suspended_on and suspended_on <= on else FacilityState.OPEN


# 探す文は二文字から（ADR 0063）。
SHORTEST_WORDS = 2
# 探すための写しの長さ。畳むと何倍にも延びる字もあるので、ここで切る。
LONGEST_SEARCH = 400


def search_words(typed: str) -> tuple[str, ...]:
    """施設を探す言葉：空白で分け、畳んだもの。どの言葉も含む施設が合う。短すぎて探せなければ空。"""
    words = tuple(filter(None, (fold(word) for word in typed.split())))
    if any(len(word) >= SHORTEST_WORDS for word in words):
        return words
    whole = "".join(words)
    return (whole,) if len(whole) >= SHORTEST_WORDS else ()


# 利用者登録

LINK_LIVES = timedelta(hours=24)
LONGEST_NUMBER = 6
# 利用者の名の長さ。姓と名を合わせて、これを超える方もいる。
LONGEST_USER_NAME = 100
LETTER_LIVES = timedelta(days=14)
# 生年月日を、これだけ間違えると、ご案内は使えなくなる。
LETTER_TRIES = 10
# 紙を読んで打つとき、見間違える字（I、L、O、U）を使わない。
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
_MISREAD = str.maketrans("ILO", "110")


@dataclass(frozen=True)
class Identity:
    """医籍のうえの本人。"""

    number: str
    registered_on: date | None
    kana: str
    birth_on: date | None


IDENTITY_ITEMS = {
    "number": "医籍登録番号",
    "registered_on": "医籍登録年月日",
    "kana": "氏名（カナ）",
    "birth_on": "生年月日",
}


def number_forms(number: str) -> tuple[str, ...]:
    """同じ番号の書き方。免許証には、先頭に零を足して書かれていることがある。"""
    return tuple(dict.fromkeys((number, number.lstrip("0") or "0", number.zfill(LONGEST_NUMBER))))


def agreeing(typed: Identity, held: Identity) -> frozenset[str]:
    """打たれたものと記録とで、合っている項目。記録にない項目は、合っていない。"""
    return frozenset(
        name
        for name, agrees in (
            ("number", held.number in number_forms(typed.number)),
            ("registered_on", typed.registered_on == held.registered_on is not None),
            ("kana", fold(typed.kana) == fold(held.kana)),
            ("birth_on", typed.birth_on == held.birth_on is not None),
        )
        if agrees
    )


def agrees_in_all(typed: Identity, held: Identity) -> bool:
    """すべての項目が合うか。"""
    return len(agreeing(typed, held)) == len(IDENTITY_ITEMS)


def is_same_person(typed: Identity, held: Identity) -> bool:
    """番号の合う記録が、その人のものか：フリガナと生年月日が合う。"""
    return {"kana", "birth_on"} <= agreeing(typed, held)


def letter_code(digest: bytes) -> str:
    """紙に刷る形のコード：四字ずつ、三つ。"""
    letters = "".join(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in digest[:CODE_LENGTH])
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def folded_code(typed: str) -> str:
    """打たれたコードを、幅・大小・区切りの違いと、見間違いをなくした形に。"""
    return fold(typed).upper().translate(_MISREAD)


# 代理


class Act(StrEnum):
    """代理の人ができることの種類。ここにない頁は、先生ご本人だけのものである。"""

    READ = "read"
    WRITE = "write"
    SUBMIT = "submit"
    DOWNLOAD = "download"


class Relation(StrEnum):
    """代理を頼む人と、先生とのあいだがら。"""

    SECRETARY = "secretary"
    FAMILY = "family"
    OTHER = "other"


RELATION_LABELS = {
    Relation.SECRETARY: "秘書・事務の職員",
    Relation.FAMILY: "ご家族",
    Relation.OTHER: "そのほか",
}

ACT_LABELS = {
    Act.READ: "単位、申請の状況、受付票を見る",
    Act.WRITE: "修了申請と届出の下書きを書く、または消す",
    Act.DOWNLOAD: "修了証をダウンロードする",
    Act.SUBMIT: "修了申請と届出を申請する",
}
NEVER = (
    "申請と届出の取下げ",
    "医師会のお尋ねへの答え",
    "異動の取りやめ",
    "会員情報の変更",
    "メールアドレスとパスワードの変更",
    "規約とお知らせへの同意",
    "送信履歴",
    "代理を頼むこと",
)

DELEGATE_MARK = "（代理）"
LONGEST_DELEGATION = timedelta(days=366)
DELEGATE_LINK_LIVES = timedelta(hours=72)


# 一人の先生が一日に頼める数。打ち間違いの頼み直しには足り、よその人へメールを送り続けることはできない。
MOST_INVITED_A_DAY = 10


class Deed(StrEnum):
    """代理の人がしたことのうち、先生に見せるもの。"""

    WROTE = "wrote"
    DISCARDED = "discarded"
    SUBMITTED = "submitted"
    DOWNLOADED = "downloaded"


DEED_LABELS = {
    Deed.WROTE: "申請や届出の下書きを書きました",
    Deed.DISCARDED: "申請や届出の下書きを消しました",
    Deed.SUBMITTED: "申請しました",
    Deed.DOWNLOADED: "修了証をダウンロードしました",
}


def delegate_may(act: Act, *, may_submit: bool) -> bool:
    """代理の人がそれをしてよいか。申請は、先生が許したときだけ。"""
    return act != Act.SUBMIT or may_submit


def by_delegate(name: str) -> str:
    """代理の人がしたことに残る名。"""
    return f"{name}{DELEGATE_MARK}"


def is_by_delegate(name: str) -> bool:
    """経過に残った名が、代理の人のものか。"""
    return name.endswith(DELEGATE_MARK)
