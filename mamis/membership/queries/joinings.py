"""入会の確認のお願いについての検索と、名簿ごとの数。"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, Min, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat

from mamis.doctors.models import Doctor
from mamis.japanese.folding import fold, fold_identifier
from mamis.mail.models import UNDELIVERED, Message
from mamis.membership.models import Claim, Joining, JoiningHistory, JoiningSeat, Membership
from mamis.membership.workflow import JOINING_STATE_LABELS, UNANSWERED, JoiningState

_UNANSWERED = Q(state__in=[state.value for state in UNANSWERED])
# 返事のないものを、先に並べる。
_FIRST = (JoiningState.WAITING, JoiningState.EXPIRED, JoiningState.DECLINED)


@dataclass(frozen=True)
class JoiningFilters:
    """一覧の条件。"""

    words: str = ""
    state: str = ""
    list_number: int | None = None


def find_joinings(joinings: QuerySet[Joining], filters: JoiningFilters) -> QuerySet[Joining]:
    """条件に合うお願い。返事のないものを先に、お願いの古い順。"""
    found = joinings
    for word in filters.words.split():
        found = found.filter(Q(search_name__contains=fold(word)) | Q(number__contains=fold_identifier(word)))
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.list_number is not None:
        found = found.filter(list_number=filters.list_number)
    place = Case(*(When(state=state, then=Value(at)) for at, state in enumerate(_FIRST)), default=Value(len(_FIRST)))
    return found.order_by(place, "asked_at", "family_kana", "given_kana", "pk")


def with_delivery(joinings: QuerySet[Joining], messages: QuerySet[Message]) -> QuerySet[Joining]:
    """最後に送ったメールが届かなかったかを添える。"""
    last = messages.filter(
        reference=Concat(Value("J"), Cast(OuterRef("pk"), CharField())), created_at=OuterRef("sent_at")
    )
    return joinings.annotate(is_undelivered=Exists(last.filter(state__in=UNDELIVERED)))


@dataclass(frozen=True)
class Segment:
    """数の絵の一切れ。長さは百のうち。"""

    look: str
    x: float
    width: float


@dataclass(frozen=True)
class JoiningList:
    """一つの名簿の数。"""

    number: int
    asked_at: datetime
    confirmed: int
    declined: int
    waiting: int
    expired: int
    cancelled: int
    remindable: int

    @property
    def sent(self) -> int:
        """お願いした数。取り消したものを除く。"""
        return self.confirmed + self.declined + self.unanswered

    @property
    def unanswered(self) -> int:
        return self.waiting + self.expired

    @property
    def sentence(self) -> str:
        """絵の言葉。"""
        return (
            f"お願いした {self.sent} 人のうち、確認済 {self.confirmed} 人、辞退 {self.declined} 人、"
            f"返事のない方 {self.unanswered} 人。"
        )

    @property
    def segments(self) -> list[Segment]:
        """確認済、辞退、返事のない方の割合の絵。"""
        found, x = [], 0.0
        for look, count in (("a", self.confirmed), ("part", self.declined), ("none", self.unanswered)):
            width = round(100 * count / self.sent, 2) if self.sent else 0.0
            if width:
                found.append(Segment(look, round(x, 2), width))
            x += width
        return found


def lists_of(joinings: QuerySet[Joining], on: date) -> list[JoiningList]:
    """名簿ごとの数。新しい名簿から。"""
    states = {f"number_{state.value}": Count("pk", filter=Q(state=state.value)) for state in JOINING_STATE_LABELS}
    counts: dict[str, Any] = {
        "first": Min("asked_at"),
        "remindable": Count("pk", filter=_UNANSWERED & Q(sent_at__date__lt=on)),
        **states,
    }
    rows: Any = joinings.order_by().values("list_number").annotate(**counts).order_by("-list_number")
    return [
        JoiningList(
            number=row["list_number"],
            asked_at=row["first"],
            remindable=row["remindable"],
            **{state.value: row[f"number_{state.value}"] for state in JOINING_STATE_LABELS},
        )
        for row in rows
    ]


def remindable(joinings: QuerySet[Joining], list_number: int, on: date) -> QuerySet[Joining]:
    """その名簿の、もう一度送る方：返事がなく、その日にまだ送っていない方。"""
    return joinings.filter(_UNANSWERED, list_number=list_number, sent_at__date__lt=on).order_by("pk")


def joining_with(seed: str) -> Joining | None:
    """その種のリンクのお願い。"""
    related = ("association__parent", "doctor", "facility", "application")
    return Joining.objects.filter(seed=seed).select_related(*related).first() if len(seed) == 32 else None


def seats_asked(joining: Joining) -> list[JoiningSeat]:
    """お願いした在籍。郡市区等、都道府県、日本医師会の順。"""
    return list(joining.seats.select_related("association", "category").order_by("pk"))


def joining_steps(joining: Joining) -> list[JoiningHistory]:
    """経過。新しい順。"""
    return list(joining.history.select_related("by_association").order_by("-at", "-pk"))


def holds_seat(doctor: Doctor, on: date) -> bool:
    """その日か、これから、どこかの会員か。"""
    return doctor.pk in seated([doctor.pk], on)


def seated(doctors: Iterable[int], on: date) -> dict[int, set[int]]:
    """その日か、これから、どこかの会員である医師と、その医師会。"""
    held = Membership.objects.filter(Q(left_on=None) | Q(left_on__gt=on), doctor__in=list(doctors))
    found: dict[int, set[int]] = {}
    for doctor, association in held.values_list("doctor", "association"):
        found.setdefault(doctor, set()).add(association)
    return found


def claimed(doctors: Iterable[int], associations: Iterable[int]) -> set[int]:
    """その在籍のどれかについて、決まっていない届出のある医師。"""
    live = Claim.objects.filter(doctor__in=list(doctors), association__in=list(associations), released_at=None)
    return set(live.values_list("doctor", flat=True))


def asked_numbers(association_id: int, numbers: Collection[str]) -> set[str]:
    """その医師会が確認をお願いしていて、まだ返事のない番号。"""
    asked = Joining.objects.filter(_UNANSWERED, association_id=association_id, number__in=numbers)
    return set(asked.values_list("number", flat=True))
