"""会員手続きの決まり：異動の事由、どの医師会が、何を、どの順に決めるか（architecture.md §3、membership.md §2）。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from mamis.associations.rules import DUTY_LABELS, Duty, Procedure, Tier
from mamis.japanese.folding import LONG_VOWELS, fold

TIERS_UPWARD = (Tier.DISTRICT, Tier.PREFECTURE, Tier.NATIONAL)


# 異動事由と、その項目（membership.md §4.1。実際の一覧は公にされていない）


class Reason(StrEnum):
    """異動事由。いくつ選んでもよい。"""

    CATEGORY = "category"
    TRANSFER = "transfer"
    FACILITY = "facility"


REASON_LABELS = {
    Reason.CATEGORY: "会員区分の変更",
    Reason.TRANSFER: "医師会の異動",
    Reason.FACILITY: "施設の異動",
}
REASON_WORDS = {
    Reason.CATEGORY: "医師会はそのままで、会員区分が変わるとき（開業した、勤務医になった、研修を修了した など）",
    Reason.TRANSFER: "所属する医師会が変わるとき（転勤、移転、転居 など）",
    Reason.FACILITY: "医師会も会員区分もそのままで、働く施設だけが変わるとき",
}


class Cause(StrEnum):
    """変更事由、異動事由の項目、退会の事由。"""

    OPENING = "opening"
    MANAGING = "managing"
    RESIGNING = "resigning"
    EMPLOYED = "employed"
    TRAINED = "trained"
    TRAINEE = "trainee"
    RETIRED = "retired"
    INSURED = "insured"
    UNINSURED = "uninsured"
    GRADUATE = "graduate"
    RESTING = "resting"
    TRANSFERRED = "transferred"
    RELOCATED = "relocated"
    MOVED_HOME = "moved-home"
    TRAINED_MOVE = "trained-move"
    UNIVERSITY = "university"
    AWAY = "away"
    ABROAD = "abroad"
    DIED = "died"
    ARREARS = "arrears"
    EXPELLED = "expelled"
    PARTIAL = "partial"
    OTHER = "other"


CAUSE_LABELS = {
    Cause.OPENING: "開業（開設者になった）",
    Cause.MANAGING: "管理者就任",
    Cause.RESIGNING: "管理者退任",
    Cause.EMPLOYED: "勤務医になった",
    Cause.TRAINED: "臨床研修修了",
    Cause.TRAINEE: "臨床研修開始",
    Cause.RETIRED: "廃業・引退",
    Cause.INSURED: "日医医賠責の加入",
    Cause.UNINSURED: "日医医賠責の除外",
    Cause.GRADUATE: "大学院・留学",
    Cause.RESTING: "休業（出産育児・疾病）",
    Cause.TRANSFERRED: "転勤（勤務先変更）",
    Cause.RELOCATED: "移転",
    Cause.MOVED_HOME: "転居",
    Cause.TRAINED_MOVE: "臨床研修修了に伴う異動",
    Cause.UNIVERSITY: "大学医師会と郡市区医師会のあいだの異動",
    Cause.AWAY: "転出（会員にならない）",
    Cause.ABROAD: "海外",
    Cause.DIED: "死亡",
    Cause.ARREARS: "会費滞納",
    Cause.EXPELLED: "除名",
    Cause.PARTIAL: "一部退会（都道府県医師会・日本医師会のみ、日本医師会のみ）",
    Cause.OTHER: "その他",
}

CATEGORY_CAUSES = (
    Cause.OPENING,
    Cause.MANAGING,
    Cause.RESIGNING,
    Cause.EMPLOYED,
    Cause.TRAINED,
    Cause.TRAINEE,
    Cause.RETIRED,
    Cause.INSURED,
    Cause.UNINSURED,
    Cause.GRADUATE,
    Cause.RESTING,
    Cause.OTHER,
)
TRANSFER_CAUSES = (
    Cause.TRANSFERRED,
    Cause.OPENING,
    Cause.RELOCATED,
    Cause.MOVED_HOME,
    Cause.TRAINED_MOVE,
    Cause.UNIVERSITY,
    Cause.OTHER,
)
LEAVE_CAUSES = (Cause.AWAY, Cause.RETIRED, Cause.ABROAD, Cause.PARTIAL, Cause.OTHER)
# 医師会だけが書ける退会の事由（membership.md §2.4、§4.1）。
OFFICE_LEAVE_CAUSES = (*LEAVE_CAUSES, Cause.DIED, Cause.ARREARS, Cause.EXPELLED)

# 事由が告げる施設業務。会員区分をすすめるもとになる。決めるのは医師である。
CAUSE_DUTIES = {
    Cause.OPENING: Duty.CLINIC_OPENER,
    Cause.MANAGING: Duty.CLINIC_MANAGER,
    Cause.RESIGNING: Duty.CLINIC_STAFF,
    Cause.EMPLOYED: Duty.HOSPITAL_STAFF,
    Cause.TRAINED: Duty.HOSPITAL_STAFF,
    Cause.TRAINED_MOVE: Duty.HOSPITAL_STAFF,
    Cause.TRAINEE: Duty.RESIDENT,
    Cause.RETIRED: Duty.NONE,
    Cause.GRADUATE: Duty.UNIVERSITY_GRADUATE,
}


def duty_told_by(causes: Iterable[str]) -> Duty | None:
    """選ばれた事由が告げる施設業務。はじめに見つかったもの。"""
    return next((CAUSE_DUTIES[Cause(one)] for one in causes if Cause(one) in CAUSE_DUTIES), None)


def why_proposed(duty: Duty) -> str:
    """会員区分をすすめるわけ。"""
    return f"施設業務が「{DUTY_LABELS[duty]}」の先生の会員区分です。"


# 日

DOCTORS_PAST = timedelta(days=180)
FARTHEST_AHEAD = timedelta(days=366)


def day_is_allowed(on: date, today: date, *, by_office: bool = False) -> bool:
    """異動日として書ける日か。医師は 180 日前まで、医師会はそれより前も書ける。どちらも一年先まで。"""
    return (by_office or today - on <= DOCTORS_PAST) and on - today <= FARTHEST_AHEAD


# 会費の期の初めの月：4月～7月、8月～11月、12月～3月（membership.md §3.3）
DUES_MONTHS = (4, 8, 12)


def dues_term(day: date) -> date:
    """その日の属する、会費の期の初めの日。"""
    began = [date(year, month, 1) for year in (day.year - 1, day.year) for month in DUES_MONTHS]
    return max(one for one in began if one <= day)


# 入会の確認のお願い（研修医の名簿）

JOINING_WAITS = timedelta(days=30)


# 在籍


@dataclass(frozen=True)
class Body:
    """医師会。`parent` は上の医師会。"""

    pk: int
    tier: Tier
    parent: int | None = None
    allows_partial: bool = True


Seats = Mapping[int, int]


class Fault(StrEnum):
    """望まれた在籍が、決まりに合わないわけ。"""

    NOTHING = "nothing"
    NO_PREFECTURE = "no-prefecture"
    NO_DISTRICT = "no-district"
    NO_PARTIAL = "no-partial"


def fault_in(after: Seats, bodies: Mapping[int, Body]) -> tuple[Fault, int] | None:
    """上の層の在籍に、下の層があるか。一部の層だけの会員を認めない医師会か。合わないわけと、その医師会。"""
    held = [bodies[pk] for pk in after]
    for body in held:
        below = any(one.parent == body.pk for one in held)
        if body.tier == Tier.NATIONAL and not below:
            return Fault.NO_PREFECTURE, body.pk
        if body.tier == Tier.PREFECTURE and not below:
            return Fault.NO_DISTRICT, body.pk
    tiers = {one.tier for one in held}
    for body in held:
        is_whole = body.parent in after and Tier.NATIONAL in tiers
        if body.tier == Tier.DISTRICT and not body.allows_partial and not is_whole:
            return Fault.NO_PARTIAL, body.pk
    return None


def without_support(after: Seats, bodies: Mapping[int, Body]) -> dict[int, int]:
    """下の層をなくした上の層の在籍を落としたもの。退会は上へ及ぶ（membership.md §2.4）。"""
    kept = dict(after)
    for tier in TIERS_UPWARD[1:]:
        for pk in [one for one in kept if bodies[one].tier == tier]:
            if not any(bodies[other].parent == pk for other in kept):
                del kept[pk]
    return kept


# 道順


class Task(StrEnum):
    """一つの医師会がすること。"""

    LEAVE_CONFIRM = "leave-confirm"
    LEAVE = "leave"
    JOIN = "join"
    MOVE = "move"
    CATEGORY = "category"
    FACILITY = "facility"
    PROFILE = "profile"
    CALL_OFF = "call-off"


TASK_LABELS = {
    Task.LEAVE_CONFIRM: "退会の確認",
    Task.LEAVE: "退会の承認",
    Task.JOIN: "入会の承認",
    Task.MOVE: "異動の承認",
    Task.CATEGORY: "会員区分の変更の承認",
    Task.FACILITY: "施設の異動の確認",
    Task.PROFILE: "会員情報の変更の承認",
    Task.CALL_OFF: "取りやめの承認",
}
# 確認：いつまでも止めておくことはできない。期限が過ぎれば、確認したものとみなす。
CONFIRMATIONS = (Task.LEAVE_CONFIRM, Task.FACILITY)
# 却下できること。退会と、確認は、却下できない。
REJECTABLE = (Task.JOIN, Task.MOVE, Task.CATEGORY, Task.PROFILE, Task.CALL_OFF)
# その医師会の会員でなくなること。
ENDINGS = (Task.LEAVE_CONFIRM, Task.LEAVE)


@dataclass(frozen=True)
class Planned:
    """道順の一つ：どの医師会が、何を、どれのあとに。"""

    position: int
    body: int
    task: Task
    category_before: int | None = None
    category: int | None = None
    waits_for: tuple[int, ...] = ()


def plan(before: Seats, after: Seats, bodies: Mapping[int, Body]) -> tuple[Planned, ...]:
    """いまの在籍と、望む在籍から、道順を作る。

    異動元と異動先は同時に始まる。両方の側に立つ医師会（日本医師会と、変わらない都道府県医師会）は、
    両方が終わったあとに、異動として一度だけ決める。退会は、実際に退会するいちばん下の層が承認し、上の層は確認する。
    """
    tasks: dict[int, Task] = {}
    for pk in {*before, *after}:
        task = _task(bodies[pk], before, after, bodies)
        if task is not None:
            tasks[pk] = task
    ordered = _origin_first(tasks, bodies)
    position = {pk: number for number, pk in enumerate(ordered, start=1)}
    return tuple(
        Planned(
            position=position[pk],
            body=pk,
            task=tasks[pk],
            category_before=before.get(pk),
            category=after.get(pk),
            waits_for=tuple(sorted(position[one] for one in _directly_below(pk, tasks, bodies))),
        )
        for pk in ordered
    )


def _task(body: Body, before: Seats, after: Seats, bodies: Mapping[int, Body]) -> Task | None:
    left = {pk for pk in before if pk not in after}
    joined = {pk for pk in after if pk not in before}
    under = {pk for pk in left | joined if _is_under(bodies[pk], body, bodies)}
    if body.pk in joined:
        return Task.JOIN
    if body.pk in left:
        origin = bool(joined) and not under & joined
        follows = any(_is_under(bodies[pk], body, bodies) and _ends_itself(pk, left, joined, bodies) for pk in left)
        return Task.LEAVE_CONFIRM if origin or follows else Task.LEAVE
    if under & left and under & joined:
        return Task.MOVE
    return Task.CATEGORY if before[body.pk] != after[body.pk] else None


def _ends_itself(pk: int, left: set[int], joined: set[int], bodies: Mapping[int, Body]) -> bool:
    """上の層の退会が、その退会に続くものか。異動元の退会には続かない（異動先があるので）。"""
    return not joined or any(_is_under(bodies[one], bodies[pk], bodies) for one in joined)


def _is_under(body: Body, upper: Body, bodies: Mapping[int, Body]) -> bool:
    parent = body.parent
    while parent is not None:
        if parent == upper.pk:
            return True
        parent = bodies[parent].parent if parent in bodies else None
    return False


def _directly_below(pk: int, tasks: Mapping[int, Task], bodies: Mapping[int, Body]) -> list[int]:
    """待つもの：下にあって、あいだにほかの段のない医師会。"""
    under = [one for one in tasks if _is_under(bodies[one], bodies[pk], bodies)]
    return [one for one in under if not any(_is_under(bodies[one], bodies[two], bodies) for two in under)]


def _origin_first(tasks: Mapping[int, Task], bodies: Mapping[int, Body]) -> list[int]:
    """異動元（郡市区等から上へ）、異動先（同じく）、両方に立つ医師会の順。"""
    side = {Task.LEAVE_CONFIRM: 0, Task.LEAVE: 0, Task.JOIN: 1}
    under = {pk: [one for one in tasks if _is_under(bodies[one], bodies[pk], bodies)] for pk in tasks}
    above = {pk for pk, some in under.items() if len({side.get(tasks[one], 2) for one in some}) > 1}
    return sorted(
        tasks, key=lambda pk: (2 if pk in above else side.get(tasks[pk], 2), TIERS_UPWARD.index(bodies[pk].tier), pk)
    )


def reached_by(
    number: int, steps: Iterable[Planned], *, done: Iterable[int], waiting: Iterable[int], automatic: Iterable[int] = ()
) -> tuple[tuple[int, ...], bool]:
    """その段が決まると届く段と、それですべてが決まるか。`waiting` は未着の段。

    届くとすぐに自動で決まる段は、その先へ続く。
    """
    waits_for = {one.position: one.waits_for for one in steps}
    decided, left, by_themselves = {*done, number}, set(waiting) - {number}, set(automatic)
    reached: list[int] = []
    while ready := sorted(position for position in left if decided.issuperset(waits_for[position])):
        reached += ready
        left -= set(ready)
        decided |= by_themselves & set(ready)
    return tuple(reached), decided.issuperset(waits_for)


def route(before: Seats, after: Seats, bodies: Mapping[int, Body], *, moves_work: bool) -> tuple[Planned, ...]:
    """届出の道順。在籍が変わらず、施設だけが変わるなら、郡市区等医師会が一度ずつ確かめる。"""
    planned = plan(before, after, bodies)
    if planned or not moves_work:
        return planned
    districts = sorted(pk for pk in before if bodies[pk].tier == Tier.DISTRICT)
    return plan_single(districts, Task.FACILITY)


def claimed_by(before: Seats, after: Seats, planned: Iterable[Planned]) -> frozenset[int]:
    """届出が手を付ける在籍：段のある医師会。在籍ができるか、なくなるなら、支え合うすべての在籍。

    上の層の在籍は下の層に支えられる。支えの変わる届出どうしが交われば、あとに決まるほうが成り立たない。
    """
    moved = before.keys() ^ after.keys()
    return frozenset({*before, *after} if moved else {one.body for one in planned})


def plan_single(bodies: Iterable[int], task: Task) -> tuple[Planned, ...]:
    """在籍の変わらない届出：それぞれの医師会が、一度ずつ。"""
    return tuple(Planned(position, body, task) for position, body in enumerate(bodies, start=1))


def restarted(old: Iterable[Planned], new: Iterable[Planned], *, day_changed: bool) -> frozenset[int]:
    """直して出したとき、はじめから決め直す段。日が変わればすべて、区分が変われば、その側と、その先の段。"""
    before = {one.position: one for one in old}
    after = {one.position: one for one in new}
    if day_changed:
        return frozenset(after)
    changed = {number for number, one in after.items() if one.category != before[number].category}
    again: set[int] = set()
    for number in changed:
        again |= _chain(number, after)
    return frozenset(again)


def _chain(number: int, steps: Mapping[int, Planned]) -> set[int]:
    """その段と、その側の下の段、そこから先のすべての段。退会の確認は、区分によらない。"""
    found = {number}
    waiting = [number]
    while waiting:
        for below in steps[waiting.pop()].waits_for:
            if below not in found and steps[below].task not in ENDINGS:
                found.add(below)
                waiting.append(below)
    for one in sorted(steps.values(), key=lambda step: step.position):
        if set(one.waits_for) & found:
            found.add(one.position)
    return found


def kind_of(before: Seats, after: Seats, reasons: Iterable[Reason]) -> Procedure:
    """届出の種類。在籍の変わり方が決める。"""
    left, joined = before.keys() - after.keys(), after.keys() - before.keys()
    if joined:
        return Procedure.TRANSFER if left or Reason.TRANSFER in tuple(reasons) else Procedure.JOIN
    if left:
        return Procedure.LEAVE
    return Procedure.CATEGORY if dict(before) != dict(after) else Procedure.FACILITY


# 用紙（ADR 0072）

# 届出の種類と、それを書く用紙の種類。一枚の異動届に、三つの異動事由を書く。
PRINTED_AS = {
    Procedure.JOIN: Procedure.JOIN,
    Procedure.TRANSFER: Procedure.TRANSFER,
    Procedure.CATEGORY: Procedure.TRANSFER,
    Procedure.FACILITY: Procedure.TRANSFER,
    Procedure.LEAVE: Procedure.LEAVE,
}
PRINTOUT_KINDS = tuple(dict.fromkeys(PRINTED_AS.values()))
# 用紙に刷ったことを残す日数。郵便で出した紙が、ひと月を過ぎて戻っても、同じところから写せる。
PRINTOUT_LIVES = timedelta(days=90)
# 英字と数字が交わるので、言葉にならない。紙を読んで打つとき、見間違える字（0 と O、1 と I）を使わない。
NUMBER_PLACES = ("ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789") * 4
NUMBER_LENGTH = len(NUMBER_PLACES)
# 日本語入力のまま「-」を押すと、長音になることがある。
_LONG_VOWELS = str.maketrans("", "", LONG_VOWELS)


def folded_number(typed: str) -> str:
    """打たれた用紙の番号を、幅・大小・区切りの違いをなくした形に。番号でないものは空。"""
    number = fold(typed.translate(_LONG_VOWELS)).upper()
    fits = len(number) == NUMBER_LENGTH and all(map(str.__contains__, NUMBER_PLACES, number))
    return number if fits else ""


def number_words(number: str) -> str:
    """紙に刷る形の番号：四字ずつ。"""
    return f"{number[:4]}-{number[4:]}"


# 期限


def due_on(task: Task, opened_on: date, *, confirmation_days: int, decision_days: int) -> date:
    """決める期限。この日の終わりまで。"""
    return opened_on + timedelta(days=confirmation_days if task in CONFIRMATIONS else decision_days)


def put_off(due: date, paused_on: date, resumed_on: date) -> date:
    """止まっていた日数だけ、期限を延ばす。"""
    return due + (resumed_on - paused_on)


NEAR = timedelta(days=3)


# 会員情報（membership.md §3.3、§5.1）


class Outside(StrEnum):
    """会員情報が変わると、よそで要る手続き。"""

    INSURANCE = "insurance"
    CARD = "card"
    OCCUPATIONAL = "occupational"


OUTSIDE_WORDS = {
    Outside.INSURANCE: "日医医賠責に加入している先生は、日本医師会の医賠責の変更の手続きが要ることがあります。"
    "都道府県医師会にお尋ねください。",
    Outside.CARD: "医師資格証をお持ちの先生は、日本医師会 電子認証センターへの届出が要ることがあります。"
    "電子認証センターにお尋ねください。",
    Outside.OCCUPATIONAL: "産業医の認定証をお持ちの先生は、認定証の書き換えなどの手続きが要ることがあります。"
    "都道府県医師会にお尋ねください。",
}

_EVERYWHERE = tuple(Outside)
# 会員情報の項目と、それが変わるとよそで要ることのある手続き。上は医師会が承認するもの、下はすぐに変わるもの。
APPROVED_FACTS: dict[str, tuple[Outside, ...]] = {
    "family_name": _EVERYWHERE,
    "given_name": _EVERYWHERE,
    "family_kana": (Outside.INSURANCE, Outside.CARD),
    "given_kana": (Outside.INSURANCE, Outside.CARD),
    "birth_on": _EVERYWHERE,
    "sex": (Outside.INSURANCE, Outside.CARD),
    "licence_number": _EVERYWHERE,
    "licence_registered_on": (Outside.CARD,),
}
CONTACT_FACTS: dict[str, tuple[Outside, ...]] = {
    "postcode": _EVERYWHERE,
    "home_prefecture_id": _EVERYWHERE,
    "address": _EVERYWHERE,
    "telephone": (Outside.INSURANCE, Outside.CARD),
}


def touched_by(names: Iterable[str]) -> tuple[str, ...]:
    """その項目が変わると、よそで要ることのある手続きの言葉。"""
    touched = {one for name in names for one in (APPROVED_FACTS | CONTACT_FACTS)[name]}
    return tuple(words for one, words in OUTSIDE_WORDS.items() if one in touched)


# 差し戻し

REMARK_LENGTH = 300


@dataclass(frozen=True)
class Remark:
    """差し戻したときの、項目ごとの指摘。`label` はそのときの見出し。文は、なくてもよい。"""

    item: str
    label: str
    text: str = ""


# まとめて進めること


class BatchKind(StrEnum):
    """まとめて進めたこと。"""

    APPROVAL = "approval"
    CATEGORY = "category"


BATCH_KIND_LABELS = {
    BatchKind.APPROVAL: "届出の承認・確認",
    BatchKind.CATEGORY: "会員区分の変更",
}


class Obstacle(StrEnum):
    """その医師の会員区分を、ほかの医師とまとめては変えられないわけ。"""

    OWN = "own"
    SAME = "same"
    CLAIMED = "claimed"
    AHEAD = "ahead"
    ENDS = "ends"
    BEGINS_LATER = "begins-later"
    NOT_ALLOWED = "not-allowed"


OBSTACLE_LABELS = {
    Obstacle.OWN: "ご自身か、代理を引き受けている医師です。ほかの担当者が届け出ます。",
    Obstacle.SAME: "変わる会員区分がありません。",
    Obstacle.CLAIMED: "同じ医師会についての届出を、すでに受け付けています。",
    Obstacle.AHEAD: "すでに決まった、これからの異動があります。",
    Obstacle.ENDS: "退会する日が決まっています。",
    Obstacle.BEGINS_LATER: "いまの会員区分の始まりが、変更日よりあとです。",
    Obstacle.NOT_ALLOWED: "いまの在籍が、医師会の決まりに合いません。一人ずつ、代行入力でお確かめください。",
}


@dataclass(frozen=True)
class Held:
    """いまの在籍の一つ：医師会、会員区分、その会員区分の始まり、退会する日。"""

    body: int
    category: int
    began_on: date
    left_on: date | None = None


def obstacle_to(held: Iterable[Held], after: Seats, bodies: Mapping[int, Body], on: date) -> Obstacle | None:
    """いまの在籍からみて、その日に会員区分を変えられないわけ。"""
    changed = [one for one in held if after[one.body] != one.category]
    if not changed:
        return Obstacle.SAME
    if any(one.left_on is not None for one in changed):
        return Obstacle.ENDS
    if any(one.began_on > on for one in changed):
        return Obstacle.BEGINS_LATER
    return Obstacle.NOT_ALLOWED if fault_in(after, bodies) else None


def category_day(today: date) -> date:
    """会員区分をまとめて変える日の、はじめの案：次の四月一日。"""
    first = date(today.year, 4, 1)
    return first if first >= today else date(today.year + 1, 4, 1)
