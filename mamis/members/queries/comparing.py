"""一行を、いまの記録と比べて、何をするかを決める。どの種類にも共通のところ。"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Min, Q, QuerySet

from mamis.associations.models import Association, Category
from mamis.associations.rules import Tier
from mamis.doctors.models import Doctor, Licence
from mamis.japanese.folding import fold
from mamis.members.columns import columns_of
from mamis.members.models import Import, ImportRow
from mamis.members.rules import Kind, Outcome, find_category
from mamis.tabular.reading import Intake, Problem, read_cells

# 見えない医師と、いない医師と、食い違う医師を、この言葉からは見分けられない（ADR）。
NOT_CONFIRMED = "医籍登録番号・フリガナ・生年月日の組を、この医師会だけでは確かめられません。"
NO_SUCH_DOCTOR = "この番号の医師は、この医師会では見つかりません。"
NO_SUCH_DOCTOR_FIX = "番号を確かめてください。会員であれば、先に「会員」の取り込みをしてください。"
NUMBER = "医籍登録番号"
Records = TypeVar("Records")


@dataclass(frozen=True)
class Change:
    """変わること：何が、何から何に。"""

    label: str
    before: str
    after: str


@dataclass
class Plan:
    """一行について決めたこと。`problems` があれば、その行は取り込めない。"""

    row: ImportRow
    values: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    is_new: bool = False
    doctor: Doctor | None = None
    key: str = ""
    who: str = ""
    deeds: dict[str, Any] = field(default_factory=dict)
    made: list[dict[str, Any]] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        if self.problems:
            return Outcome.REFUSED
        if self.is_new:
            return Outcome.NEW
        return Outcome.CHANGED if self.changes else Outcome.UNCHANGED

    @property
    def acts(self) -> bool:
        """何かを書く行か。"""
        return self.outcome in (Outcome.NEW, Outcome.CHANGED)

    def refuse(self, column: str, value: str, reason: str, fix: str) -> None:
        self.problems.append(Problem(column, value, reason, fix))

    def change(self, label: str, before: Any, after: Any) -> None:
        self.changes.append(Change(label, str(before), str(after)))


@dataclass(frozen=True)
class Office:
    """取り込む医師会の側：いつ、どの医師が見え、どの医師を知っていて、下にどの医師会があり、どの会員区分があるか。"""

    of_import: Import
    visible: QuerySet[Doctor]
    known: QuerySet[Doctor]
    on: date

    @property
    def association(self) -> Association:
        return self.of_import.association

    @property
    def tier(self) -> Tier:
        return Tier(self.association.tier)

    @property
    def kind(self) -> Kind:
        return Kind(self.of_import.kind)

    @cached_property
    def columns(self) -> tuple[Intake, ...]:
        return columns_of(self.kind, self.tier)

    @cached_property
    def way_on(self) -> str:
        """確かめてもらう先。上の医師会、なければ会員情報室。"""
        upper = self.association.parent
        if upper is None:
            return "免許証の写しで三つを確かめ、会員情報室で記録を調べてください。"
        telephone = f"（電話 {upper.telephone}）" if upper.telephone else ""
        return f"免許証の写しで三つを確かめてください。合っていれば、{upper.name}{telephone}へお問い合わせください。"

    @cached_property
    def bodies(self) -> dict[tuple[str, str], Association]:
        """下の医師会：（層、畳んだ名かコード）から。"""
        below = Association.objects.filter(closed_on=None).exclude(pk=self.association.pk)
        if self.tier == Tier.PREFECTURE:
            below = below.filter(parent=self.association)
        return {(one.tier, fold(word)): one for one in below for word in (one.name, one.code)}

    @cached_property
    def _categories(self) -> dict[int, list[tuple[int, str, str]]]:
        found: dict[int, list[tuple[int, str, str]]] = {}
        for one in Category.objects.order_by("position", "pk"):
            found.setdefault(one.association_id, []).append((one.pk, one.code, one.label))
        return found

    def category(self, association: Association, written: str) -> int | None:
        return find_category(written, self._categories.get(association.pk, ()))

    def category_words(self, association: Association) -> str:
        return "」「".join(label for _, _, label in self._categories.get(association.pk, ()))

    @cached_property
    def category_labels(self) -> dict[int, str]:
        return {pk: label for listed in self._categories.values() for pk, _, label in listed}


def read_plans(office: Office, rows: Sequence[ImportRow]) -> list[Plan]:
    """行を、列の読み方で読む。読めないところは、その行のわけになる。"""
    plans = []
    for row in rows:
        if row.broken:
            plans.append(Plan(row, {}, [Problem(**row.broken)], who="（読めない行）"))
            continue
        values, problems = read_cells(office.columns, office.of_import.mapping, row.cells)
        plans.append(Plan(row, values, problems))
    return plans


_PERSON = (
    (NUMBER, ("number",)),
    ("氏名", ("family_name", "given_name")),
    ("フリガナ", ("family_kana", "given_kana")),
    ("生年月日", ("birth_on",)),
)


def planned(
    office: Office,
    rows: Sequence[ImportRow],
    *,
    arrange: Callable[[Plan], None],
    records: Callable[[Sequence[Plan]], Records],
    decide: Callable[[Plan, Records], None],
) -> list[Plan]:
    """行を読んでそろえ、くらべる記録をまとめて一度に読み、行ごとに何をするかを決める。"""
    plans = read_plans(office, rows)
    for plan in plans:
        if not plan.row.broken:
            arrange(plan)
    found = records(plans)
    for plan in plans:
        if not plan.problems:
            decide(plan, found)
    return plans


def arrange_person(plan: Plan, others: Iterable[tuple[str, tuple[str, ...]]]) -> None:
    """姓名をそろえ、空ではいけない列を確かめ、だれの行かを言う。"""
    values = plan.values
    for whole, first, second in (("name", "family_name", "given_name"), ("kana", "family_kana", "given_kana")):
        if whole in values:
            parts = values.pop(whole)
            values.setdefault(first, parts[0])
            values.setdefault(second, parts[1])
    read = {one.column for one in plan.problems}
    for label, names in (*_PERSON, *others):
        if not all(values.get(name) for name in names) and label not in read:
            plan.refuse(label, "", "空です。", "書き足してください。")
    plan.key = str(values.get("number", ""))
    plan.who = " ".join(str(values[name]) for name in ("number", "family_name", "given_name") if name in values)


def refuse_doubles(
    office: Office, plans: Sequence[Plan], words: str, *, column: str = NUMBER, name: str = "number"
) -> None:
    """同じファイルに二度ある行は、あとのほうを断る。取り込めない行は、先にあっても数えない。"""
    keys = {plan.key for plan in plans if plan.key}
    earlier = dict(
        ImportRow.objects.filter(of_import=office.of_import, key__in=keys, line__lt=plans[0].row.line)
        .exclude(Q(outcome=Outcome.REFUSED) | Q(outcome=""))
        .values_list("key")
        .annotate(first=Min("line"))
    )
    for plan in plans:
        if not plan.key or plan.problems:
            continue
        if plan.key in earlier:
            reason = f"{words}が、{earlier[plan.key]} 行目にもあります。"
            plan.refuse(column, str(plan.values[name]), reason, "どちらか一行を消してください。")
        else:
            earlier[plan.key] = plan.row.line


def holders(numbers: Iterable[str]) -> dict[tuple[str, str], Licence]:
    """その番号を持つ（持っていた）医師。表計算ソフトが落とした零は、あってもなくてもよい。"""
    asked = {spelling for number in numbers for spelling in (number, number.lstrip("0"))}
    found = Licence.objects.filter(number__in=asked).select_related("doctor")
    return {(one.register, one.number.zfill(6)): one for one in found}
