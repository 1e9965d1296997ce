"""医師についての検索。"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, When
from django.utils.crypto import salted_hmac

from mamis.accounts.models import User
from mamis.associations.models import Association
from mamis.associations.rules import Tier
from mamis.doctors.models import (
    DelegateDeed,
    Delegation,
    Doctor,
    Licence,
    Registration,
    RegistrationHistory,
    RegistrationLetter,
    RegistrationLink,
    Sight,
    Workplace,
)
from mamis.doctors.queries.facilities import (
    FACILITY_FIELDS,
    FACILITY_SORTS,
    Candidates,
    FacilityFilters,
    doctors_at,
    facility_candidates,
    facility_changed_since,
    facility_changes,
    find_facilities,
    find_requests,
    live_facilities,
    namesakes,
    newest_facility_version,
    open_merges,
    requests_waiting,
    with_names,
    with_words,
)
from mamis.doctors.rules import Deed, Ground, Identity, Register, agreeing, number_forms
from mamis.doctors.workflow import LIVE, State
from mamis.japanese.folding import digits, fold

__all__ = [
    "FACILITY_FIELDS",
    "FACILITY_SORTS",
    "Candidates",
    "FacilityFilters",
    "Record",
    "RegistrationFilters",
    "Waiting",
    "contact_address_of",
    "current_licence",
    "current_number",
    "delegation_numbered",
    "doctors_at",
    "facility_candidates",
    "facility_changed_since",
    "facility_changes",
    "find_facilities",
    "find_letterable",
    "find_registrations",
    "find_requests",
    "fingerprint",
    "has_written",
    "invited_since",
    "is_awaited",
    "keeper_of",
    "link_with",
    "live_facilities",
    "main_workplace",
    "matching",
    "namesakes",
    "newest_deeds",
    "newest_delegations",
    "newest_facility_version",
    "newest_letter",
    "next_registration",
    "open_merges",
    "prefecture_association",
    "records_with",
    "registration_steps",
    "requests_waiting",
    "waiting",
    "with_names",
    "with_number",
    "with_words",
    "words_of",
]


def matching(words: str, doctor: str = "") -> Q:
    """氏名・カナの一部、または医籍登録番号の一部が合う医師の条件。`doctor` は一覧の行から医師への道。

    医師の全体からではなく、一覧の行から医師をたどるので、小さな医師会の検索は、医師の数によらない。
    """
    number = digits(words)
    if number:
        return Q(Exists(Licence.objects.filter(doctor=OuterRef(doctor or "pk"), number__contains=number)))
    folded = fold(words)
    name = f"{doctor}__search_name" if doctor else "search_name"
    return Q(**{f"{name}__contains": folded}) if folded else Q()


def current_licence(doctor: Doctor) -> Licence | None:
    """いまの医籍の登録。"""
    return Licence.objects.filter(doctor=doctor, ended_on=None).first()


def is_number_held(number: str, *, besides: Doctor) -> bool:
    """その医籍登録番号を、ほかの医師が、いま、または前に持つか。"""
    held = current_licence(besides)
    register = held.register if held else Register.JAPANESE
    same = Licence.objects.filter(number__in=number_forms(number), register=register)
    return same.exclude(doctor=besides).exists()


def current_number(doctor: str) -> Subquery:
    """一覧に添える、いまの医籍登録番号。`doctor` は一覧の行から医師への道。"""
    return Subquery(Licence.objects.filter(doctor=OuterRef(doctor), ended_on=None).values("number")[:1])


def with_number(doctors: QuerySet[Doctor], number: str) -> Doctor | None:
    """いまの医籍登録番号がその番号である医師。日本の医籍を先に見る。"""
    held = doctors.filter(licences__number=number, licences__ended_on=None)
    return held.order_by("-licences__register", "pk").first()


def main_workplace(doctor: Doctor, on: date) -> Workplace | None:
    """その日の主たる施設。"""
    return (
        Workplace.objects.filter(doctor=doctor, is_main=True, from_on__lte=on)
        .filter(Q(until_on=None) | Q(until_on__gt=on))
        .select_related("facility__prefecture", "request__prefecture")
        .first()
    )


def words_of(user: User) -> tuple[str, ...]:
    """その利用者である医師をよく知る人なら思いつく言葉。パスワードには使えない（設定 PASSWORD_WORDS）。"""
    doctor = Doctor.objects.filter(user_id=user.pk).first()
    if doctor is None:
        return ()
    return (doctor.family_name, doctor.given_name, doctor.family_kana, doctor.given_kana, doctor.contact_address)


# 利用者登録


@dataclass(frozen=True)
class Record:
    """同じ医籍登録番号を持つ記録と、そこに書かれた本人。"""

    doctor: Doctor
    identity: Identity

    def agreeing(self, typed: Identity) -> frozenset[str]:
        """打たれたものと合っている項目。"""
        return agreeing(typed, self.identity)


def records_with(typed: Identity) -> list[Record]:
    """その医籍登録番号を、いま、または前に持つ医師の記録。よく合うものから。"""
    licences = Licence.objects.filter(number__in=number_forms(typed.number)).select_related("doctor").order_by("pk")
    found = {
        licence.doctor_id: Record(
            licence.doctor,
            Identity(
                licence.number if licence.ended_on is None else "",
                licence.registered_on,
                licence.doctor.kana,
                licence.doctor.birth_on,
            ),
        )
        for licence in licences
    }
    return sorted(found.values(), key=lambda record: -len(record.agreeing(typed)))


def is_awaited(number: str, *, besides: Registration) -> bool:
    """その番号の登録が、ほかに確認を待っているか。"""
    waiting = Registration.objects.filter(number__in=number_forms(number), state__in=[state.value for state in LIVE])
    return waiting.exclude(pk=besides.pk).exists()


def prefecture_association(code: str) -> Association:
    """その都道府県の医師会。"""
    return Association.objects.get(tier=Tier.PREFECTURE, prefecture_id=code, closed_on=None)


_MEMBER_FIRST = Case(When(ground=Ground.MEMBER, then=0), When(ground=Ground.WORKPLACE, then=1), default=2)
_DISTRICT_FIRST = Case(
    When(association__tier=Tier.DISTRICT, then=0), When(association__tier=Tier.PREFECTURE, then=1), default=2
)


def keeper_of(doctor: Doctor | None, on: date) -> Association | None:
    """その医師の記録を確かめる医師会：会員なら郡市区等、なければ見ることのできる都道府県。だれにも見えなければ、ない。

    医師がいなくても、いるときと同じだけ尋ねる。
    """
    sights = (
        Sight.objects.filter(
            Q(until_on=None) | Q(until_on__gt=on), doctor_id=doctor.pk if doctor else 0, since_on__lte=on
        )
        .select_related("association")
        .order_by(_MEMBER_FIRST, _DISTRICT_FIRST, "since_on", "pk")
    )
    first = sights.first()
    return first.association if first else None


def fingerprint(registration: Registration, record: Record | None) -> str:
    """画面の印：打たれたものと、医師免許証の写しと、照らし合わせた記録。"""
    held = (record.doctor.pk, record.doctor.user_id, record.identity) if record else None
    shown = repr((registration.version, registration.identity, registration.licence_file_id, held))
    return salted_hmac("mamis.doctors.seen", shown, algorithm="sha256").hexdigest()[:32]


def link_with(key: str) -> RegistrationLink | None:
    """その合言葉のリンク。"""
    links = RegistrationLink.objects.select_related("registration", "registration__desk", "user", "letter__doctor")
    return links.filter(key=key).first() if key else None


_WAITING_FIRST = Case(When(state=State.WAITING, then=0), default=1)


@dataclass(frozen=True)
class RegistrationFilters:
    """登録の一覧の条件。"""

    words: str = ""
    state: str = ""


def find_registrations(registrations: QuerySet[Registration], filters: RegistrationFilters) -> QuerySet[Registration]:
    """条件に合う登録。待っているものが先、古いものが先。"""
    if filters.words:
        number, folded = digits(filters.words), fold(filters.words)
        named = (
            Q(number__contains=number) | Q(receipt_no__contains=number) if number else Q(search_name__contains=folded)
        )
        registrations = registrations.filter(named)
    if filters.state:
        registrations = registrations.filter(state=filters.state)
    return registrations.order_by(_WAITING_FIRST, "submitted_at", "pk")


@dataclass(frozen=True)
class Waiting:
    """確認を待っている登録の数と、いちばん古い受付。"""

    number: int
    oldest_at: datetime | None


def waiting(registrations: QuerySet[Registration]) -> Waiting:
    """確認を待っている登録。"""
    found = registrations.filter(state=State.WAITING).aggregate(number=Count("pk"), oldest=Min("submitted_at"))
    return Waiting(found["number"], found["oldest"])


def next_registration(registrations: QuerySet[Registration], after: Registration) -> Registration | None:
    """この次に確かめる、いちばん古い登録。"""
    return registrations.exclude(pk=after.pk).order_by("submitted_at", "pk").first()


def registration_steps(registration: Registration) -> list[RegistrationHistory]:
    """登録の経過。新しい順。"""
    return list(registration.history.select_related("by_association").order_by("-at", "-pk"))


def contact_address_of(user: User) -> str:
    """その利用者である医師の登録メールアドレス（設定 CONTACT_ADDRESS）。"""
    return Doctor.objects.values_list("contact_address", flat=True).get(user_id=user.pk)


# 利用者登録のご案内


def find_letterable(doctors: QuerySet[Doctor], words: str) -> QuerySet[Doctor]:
    """ご案内を作れる医師。フリガナの順。"""
    return (
        doctors.filter(matching(words))
        .annotate(licence_number=current_number("pk"))
        .order_by("family_kana", "given_kana", "pk")
    )


def newest_letter(doctor: Doctor) -> RegistrationLetter | None:
    """その医師の、いちばん新しいご案内。"""
    return doctor.letters.select_related("association", "made_by").order_by("-made_at", "-pk").first()


def delegation_numbered(number: int) -> Delegation | None:
    """その番号の、まだ引き受けられても終わってもいない代理。"""
    found = Delegation.objects.filter(pk=number, accepted_at=None, ended_at=None, doctor__user__is_active=True)
    return found.select_related("doctor").first()


def invited_since(doctor: Doctor, at: datetime) -> int:
    """その時刻から頼んだ代理の数。取りやめたものも数える。"""
    return Delegation.objects.filter(doctor=doctor, invited_at__gt=at).count()


def has_written(delegation: Delegation, on: date, about: str) -> bool:
    """その日に、その下書きを書いたことが、もう残っているか。"""
    return delegation.deeds.filter(deed=Deed.WROTE, about=about, at__date=on).exists()


def newest_deeds(deeds: QuerySet[DelegateDeed]) -> QuerySet[DelegateDeed]:
    """新しい順に、50 行まで。"""
    return deeds.order_by("-at", "-pk")[:50]


def newest_delegations(delegations: QuerySet[Delegation]) -> QuerySet[Delegation]:
    """新しい順。"""
    return delegations.order_by("-invited_at", "-pk")
