"""研修の単位の数え方。単位はすべて半単位の整数で持つ（1 単位 = 2）。

出典は training.md §1.2～§1.5。数値は規則の表（ProgrammeRule）にあり、ここには決め方だけがある。
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations

from mamis.japanese.calendar import months_after, months_before, plain_date
from mamis.japanese.folding import fold

# 事務局が医師の画面を見ていられる時間。
VIEWING = timedelta(minutes=15)


# 紙の申請を代行入力できる、紙の申請日の古さ。
PAPER_DAYS = 180
PAPER_DAY_REFUSED = f"紙の申請日は、今日までの {PAPER_DAYS} 日のうちの日にしてください。"


def paper_day_is_allowed(paper_on: date, today: date) -> bool:
    """紙の申請日としてよいか：今日までの 180 日のうち。"""
    return today - timedelta(days=PAPER_DAYS) <= paper_on <= today


class Kind(StrEnum):
    """座学（知識）と実地（経験）。training.md §1.2。"""

    KNOWLEDGE = "knowledge"
    FIELD = "field"


MAX_CODE = 83
KIND_LABELS = {Kind.KNOWLEDGE: "座学", Kind.FIELD: "実地"}


class Source(StrEnum):
    """単位の出どころ。"""

    COURSE = "course"
    ELEARNING = "elearning"
    JOURNAL = "journal"
    OFFICE = "office"
    COMPLETION = "completion"
    MIGRATION = "migration"
    HANDBOOK = "handbook"


SOURCE_LABELS = {
    Source.COURSE: "講習会",
    Source.ELEARNING: "日医e-ラーニング",
    Source.JOURNAL: "日本医師会雑誌",
    Source.OFFICE: "事務局の登録",
    Source.COMPLETION: "修了申請の実地研修",
    Source.MIGRATION: "移行",
    Source.HANDBOOK: "手帳",
}


@dataclass(frozen=True)
class Window:
    """数える期間。初めの日も終わりの日も含む。"""

    from_on: date
    until_on: date


@dataclass(frozen=True)
class Rule:
    """修了に要る単位と、数える期間と、有効期間。半単位と月で持つ。"""

    min_total: int
    min_knowledge: int
    min_field: int
    window_months: int
    validity_months: int

    def window(self, first_submitted_on: date) -> Window:
        """はじめて申請した日からさかのぼる期間。差し戻されても変わらない（training.md §1.3、§1.5）。"""
        return Window(months_before(first_submitted_on, self.window_months) + timedelta(days=1), first_submitted_on)

    def expires_on(self, completed_on: date) -> date:
        """修了証の有効期限の日。その日の終わりまで有効である。"""
        return months_after(completed_on, self.validity_months) - timedelta(days=1)


class Fate(StrEnum):
    """単位の一行が数えられたか、数えられなかったわけは何か。"""

    COUNTED = "counted"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    REVERSED = "reversed"


FATE_LABELS = {
    Fate.COUNTED: "数えました",
    Fate.TOO_EARLY: "数える期間より前のため",
    Fate.TOO_LATE: "はじめて申請した日よりあとのため",
    Fate.REVERSED: "取り消されたため",
}


@dataclass(frozen=True)
class Line:
    """数える前の単位の一行。`credit_id` は台帳の行、なければ申請に書かれた実地研修。"""

    kind: Kind
    title: str
    on: date
    half_units: int
    granted_by: str = ""
    credit_id: int | None = None
    is_reversed: bool = False


@dataclass(frozen=True)
class Judged:
    """一行と、その数えられ方。"""

    line: Line
    fate: Fate

    @property
    def why(self) -> str:
        return FATE_LABELS[self.fate]

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[self.line.kind]


@dataclass(frozen=True)
class Requirement:
    """要件の一つ：要る単位と、いまの単位。"""

    label: str
    needed: int
    held: int

    @property
    def missing(self) -> int:
        return max(self.needed - self.held, 0)

    @property
    def is_met(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Evaluation:
    """規則に照らした結果。どの行がどう数えられたかを残らず持つ。"""

    window: Window
    judged: tuple[Judged, ...]
    requirements: tuple[Requirement, ...]
    knowledge: int
    field: int

    @property
    def total(self) -> int:
        return self.knowledge + self.field

    @property
    def counted(self) -> tuple[Judged, ...]:
        return tuple(judged for judged in self.judged if judged.fate == Fate.COUNTED)

    @property
    def not_counted(self) -> tuple[Judged, ...]:
        return tuple(judged for judged in self.judged if judged.fate != Fate.COUNTED)

    @property
    def not_counted_half_units(self) -> int:
        return sum(judged.line.half_units for judged in self.not_counted)

    @property
    def is_met(self) -> bool:
        return all(requirement.is_met for requirement in self.requirements)

    @property
    def missing(self) -> int:
        """あと何単位あれば申請できるか。座学と実地の不足は、合わせて不足に数える。"""
        total, knowledge, field = self.requirements
        return max(total.missing, knowledge.missing + field.missing)


def evaluate(rule: Rule, window: Window, lines: Iterable[Line]) -> Evaluation:
    """各行を期間に照らして数え、要件と比べる。"""
    judged = tuple(
        Judged(line, _fate(line, window))
        for line in sorted(lines, key=lambda line: (line.on, line.title), reverse=True)
    )
    units = {
        kind: sum(one.line.half_units for one in judged if one.fate == Fate.COUNTED and one.line.kind == kind)
        for kind in Kind
    }
    knowledge, field = units[Kind.KNOWLEDGE], units[Kind.FIELD]
    return Evaluation(
        window=window,
        judged=judged,
        requirements=(
            Requirement("合わせて", rule.min_total, knowledge + field),
            Requirement("座学", rule.min_knowledge, knowledge),
            Requirement("実地", rule.min_field, field),
        ),
        knowledge=knowledge,
        field=field,
    )


@dataclass(frozen=True)
class Advice:
    """申請できるようになるまでに、すること。半単位と件数で持つ。"""

    knowledge: int
    reports: int
    each: int


def advise(evaluation: Evaluation, activity_half_units: Sequence[int]) -> Advice:
    """受けるべき座学と、書けばよい実地研修の件数。単位が活動でまちまちなら、少ないほうで数える。"""
    total, knowledge, field = evaluation.requirements
    each = min(activity_half_units, default=0)
    to_write = max(total.missing - knowledge.missing, field.missing)
    return Advice(knowledge=knowledge.missing, reports=-(-to_write // each) if each else 0, each=each)


def _fate(line: Line, window: Window) -> Fate:
    if line.is_reversed:
        return Fate.REVERSED
    if line.on < window.from_on:
        return Fate.TOO_EARLY
    if line.on > window.until_on:
        return Fate.TOO_LATE
    return Fate.COUNTED


class Route(StrEnum):
    """申請先がどう決まったか。training.md §1.5、§2.8。"""

    DISTRICT = "district"
    WORKPLACE = "workplace"
    RESIDENCE = "residence"
    CHOICE = "choice"


ROUTE_REASONS = {
    Route.DISTRICT: "所属の郡市区等医師会です。",
    Route.WORKPLACE: "医師会の会員でない方は、主な勤務先の都道府県の医師会に申請します。",
    Route.RESIDENCE: "医師会の会員でない方で、勤務先の登録がないときは、お住まいの都道府県の医師会に申請します。",
    Route.CHOICE: "勤務先もお住まいも登録がありません。勤務先のある都道府県の医師会を選んでください。",
}


def route(
    districts: frozenset[int], workplace: int | None, residence: int | None
) -> tuple[Route, frozenset[int] | None]:
    """申請先の決まり方と、選べる医師会。None はどの都道府県の医師会でもよいこと。"""
    if districts:
        return Route.DISTRICT, districts
    if workplace is not None:
        return Route.WORKPLACE, frozenset({workplace})
    if residence is not None:
        return Route.RESIDENCE, frozenset({residence})
    return Route.CHOICE, None


RENEWAL_MONTHS = 12


def opens_on(expires_on: date | None) -> date | None:
    """有効な修了証があるとき、次の修了申請ができるようになる日：期限の 12 か月前。なければいつでもよい。"""
    return months_before(expires_on, RENEWAL_MONTHS) if expires_on else None


def may_apply(expires_on: date | None, on: date) -> bool:
    """その日に新しく申請できるか。有効な修了証の期限がまだ先なら、できない。"""
    opens = opens_on(expires_on)
    return opens is None or on >= opens


class Outcome(StrEnum):
    """まとめて承認したときの、一件の結果。"""

    APPROVED = "approved"
    HANDLED = "handled"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"
    SHORT = "short"
    UNCLEAR = "unclear"
    NO_PRESIDENT = "no_president"
    OWN = "own"
    MOVED = "moved"
    NOT_SERVING = "not_serving"
    FAILED = "failed"


OUTCOME_LABELS = {
    Outcome.APPROVED: "承認した",
    Outcome.HANDLED: "他の担当者が処理済み",
    Outcome.WITHDRAWN: "取り下げられた",
    Outcome.CHANGED: "内容が変わった",
    Outcome.SHORT: "単位不足",
    Outcome.UNCLEAR: "同じ活動あり",
    Outcome.NO_PRESIDENT: "会長名がない",
    Outcome.OWN: "ご自身に関わる申請",
    Outcome.MOVED: "回送された",
    Outcome.NOT_SERVING: "担当の終わり",
    Outcome.FAILED: "承認できなかった",
}

# 承認されなかった一件について、次にすること。
OUTCOME_ADVICE = {
    Outcome.APPROVED: "",
    Outcome.HANDLED: "先に決まっていました。することはありません。",
    Outcome.WITHDRAWN: "医師が先に取り下げました。することはありません。",
    Outcome.CHANGED: "確かめたあとに、申請か単位が変わりました。開いて、確かめ直してください。",
    Outcome.SHORT: "単位が足りません。開いて、差し戻すか、単位を登録してください。",
    Outcome.UNCLEAR: "同じ実地研修が書かれているようです。開いて、読んでから決めてください。",
    Outcome.NO_PRESIDENT: "修了証に載せる会長名を、医師会情報で登録してください。",
    Outcome.OWN: "ほかの担当者にお願いしてください。",
    Outcome.MOVED: "ほかの医師会へ回送されています。することはありません。",
    Outcome.NOT_SERVING: "承認した人の担当が、途中で終わりました。ほかの担当者が、あらためて承認してください。",
    Outcome.FAILED: "システムの都合で承認できませんでした。開いて、あらためて承認してください。",
}


def handbook_ground(number: str, *, is_by_one: bool) -> str:
    """手帳の単位の、台帳に残す根拠。一人の事務局では、そのことも残す。"""
    return f"手帳の写し（{number}）" + ("。一人の事務局のため、登録した人が確認" if is_by_one else "")


def units_text(half_units: int) -> str:
    """半単位を単位の数にする：15 → 7.5、20 → 10。"""
    whole, half = divmod(abs(half_units), 2)
    sign = "-" if half_units < 0 else ""
    return f"{sign}{whole}.5" if half else f"{sign}{whole}"


def read_units(text: str) -> int | None:
    """書かれた単位を半単位にする：1.5 → 3。0.5 きざみの数でなければ None。"""
    match = re.fullmatch(r"([0-9]{1,3})(?:\.([05])0*)?", text)
    return int(match[1]) * 2 + (match[2] == "5") if match else None


def read_codes(text: str) -> tuple[str, ...] | None:
    """書かれたカリキュラムコードを並べる：「1, 15」→ 1、15。0～83 でないものがあれば None（training.md §2.3）。"""
    words = [word for word in re.split(r"[,、.\s]+", unicodedata.normalize("NFKC", text)) if word]
    if not all(re.fullmatch(r"[0-9]{1,2}", word) and int(word) <= MAX_CODE for word in words):
        return None
    return tuple(dict.fromkeys(str(int(word)) for word in words))


@dataclass(frozen=True)
class Report:
    """申請書に書かれた実地研修の一件。"""

    activity: str
    place: str
    from_on: date
    until_on: date
    times: int = 1
    note: str = ""
    half_units: int = 0

    @property
    def title(self) -> str:
        return f"{self.activity}（{self.place}）"

    @property
    def days_text(self) -> str:
        return days_text(self.from_on, self.until_on)

    def overlaps(self, other: "Report") -> bool:
        return self.from_on <= other.until_on and other.from_on <= self.until_on


def days_text(from_on: date, until_on: date) -> str:
    """一日ならその日、続くなら初めと終わりの日。"""
    return plain_date(from_on) if from_on == until_on else f"{plain_date(from_on)}～{plain_date(until_on)}"


def written_twice(reports: Sequence[Report]) -> tuple[tuple[int, int], ...]:
    """同じ活動が同じ場所で重なる日に書かれている組。何件目かで答える。"""
    numbered = [(number, report, _same_work(report)) for number, report in enumerate(reports, start=1)]
    return tuple(
        (first, second)
        for (first, one, work), (second, other, other_work) in combinations(numbered, 2)
        if work == other_work and one.overlaps(other)
    )


def already_granted(reports: Sequence[Report], ledger: Iterable[Line]) -> tuple[tuple[int, Line], ...]:
    """すでに台帳にある実地研修と同じもの。何件目かと、台帳の行。"""
    lines = [line for line in ledger if line.kind == Kind.FIELD and not line.is_reversed]
    return tuple(
        (number, line)
        for number, report in enumerate(reports, start=1)
        for line in lines
        if fold(line.title) == fold(report.title) and report.from_on <= line.on <= report.until_on
    )


def outside(reports: Sequence[Report], window: Window) -> tuple[int, ...]:
    """数える期間の外で終わった実地研修。何件目かで答える。"""
    return tuple(
        number
        for number, report in enumerate(reports, start=1)
        if not window.from_on <= report.until_on <= window.until_on
    )


def _same_work(report: Report) -> tuple[str, str]:
    return report.activity, fold(report.place)


@dataclass(frozen=True)
class Change:
    """直された欄の一つ。書かれていなければ空である。"""

    label: str
    was: str
    now: str


class Correction(StrEnum):
    """前の申請書から、実地研修がどう変わったか。"""

    CHANGED = "直された"
    ADDED = "足された"
    REMOVED = "消された"


@dataclass(frozen=True)
class ReportChange:
    """前の申請書から変わった実地研修の一件。直されたものだけが `changes` を持つ。"""

    correction: Correction
    report: Report
    changes: tuple[Change, ...] = ()


# 直す前の行と直した後の行は、似ているものから組にする。
_LIKENESS: tuple[Callable[[Report], tuple[object, ...]], ...] = (
    lambda report: (report,),
    lambda report: (_same_work(report), report.from_on),
    lambda report: (_same_work(report),),
    lambda report: (report.activity, report.from_on),
    lambda report: (fold(report.place), report.from_on),
    lambda report: (report.activity,),
)


def changes(before: Sequence[Report], after: Sequence[Report]) -> tuple[ReportChange, ...]:
    """前の申請書から直されたところ。直されたもの、足されたもの、消されたものの順。"""
    was, now = list(enumerate(before)), list(enumerate(after))
    pairs: list[tuple[int, Report, Report]] = []
    for likeness in _LIKENESS:
        for place, new in list(now):
            old = next((one for one in was if likeness(one[1]) == likeness(new)), None)
            if old is not None:
                was.remove(old)
                now.remove((place, new))
                pairs.append((place, old[1], new))
    corrected = (
        ReportChange(Correction.CHANGED, new, _differences(old, new))
        for _, old, new in sorted(pairs, key=lambda pair: pair[0])
    )
    return (
        *(change for change in corrected if change.changes),
        *(ReportChange(Correction.ADDED, new) for _, new in now),
        *(ReportChange(Correction.REMOVED, old) for _, old in was),
    )


def _differences(old: Report, new: Report) -> tuple[Change, ...]:
    facts = (
        ("活動", old.activity, new.activity),
        ("場所・団体", old.place, new.place),
        ("日", old.days_text, new.days_text),
        ("回数", f"{old.times} 回", f"{new.times} 回"),
        ("くわしい内容", old.note, new.note),
    )
    return tuple(Change(label, was, now) for label, was, now in facts if was != now)


# はじめて使う事務局に勧める、差し戻しの文例：題と文。
STARTER_TEXTS = (
    (
        "活動した日の確認",
        "書かれた活動した日が、こちらの記録と合いません。日付をご確認のうえ、直して申請してください。",
    ),
    (
        "場所・団体の名",
        "活動した場所や団体が分かりません。施設や団体の正しい名を書いて、もう一度申請してください。",
    ),
    (
        "くわしい内容",
        "活動の内容が、この欄だけでは分かりません。いつ、どこで、何をなさったかを「くわしい内容」に書き足してください。",
    ),
    (
        "同じ活動が二度ある",
        "同じ活動が二度書かれているか、すでに登録されています。重なる行を消して、もう一度申請してください。",
    ),
    (
        "単位が足りない",
        "単位が足りません。受講された研修の記録がお手元にあれば、写しを事務局へお送りください。登録したあとで、もう一度申請してください。",
    ),
)


def inserted(written: str, text: str) -> str:
    """書きかけの理由に、文例を足した文。書きかけは残る。"""
    return f"{written.rstrip()}\n{text}" if written.strip() else text
