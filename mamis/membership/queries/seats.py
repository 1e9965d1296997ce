"""在籍についての検索。"""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.crypto import salted_hmac

from mamis.associations.models import Association, Category
from mamis.associations.rules import Procedure, Tier
from mamis.doctors.models import Doctor
from mamis.doctors.queries import current_licence, main_workplace, prefecture_association
from mamis.membership.models import Application, Claim, MembershipCategory, Step
from mamis.membership.rules import Body, Planned, Seats, route
from mamis.membership.workflow import LIVE, State

_TIERS_UPWARD = ("district", "prefecture", "national")


def seats(doctor: Doctor, on: date) -> list[MembershipCategory]:
    """その日の所属医師会と会員区分。郡市区等、都道府県、日本医師会の順。"""
    return tier_upward(seats_on(on).filter(membership__doctor=doctor))


def seats_on(on: date) -> QuerySet[MembershipCategory]:
    """その日の、すべての医師の在籍と会員区分。"""
    return (
        MembershipCategory.objects.filter(membership__joined_on__lte=on, from_on__lte=on)
        .filter(Q(membership__left_on=None) | Q(membership__left_on__gt=on), Q(until_on=None) | Q(until_on__gt=on))
        .select_related("membership__association", "category")
        .order_by("membership__joined_on", "pk")
    )


def tier_upward(held: Iterable[MembershipCategory]) -> list[MembershipCategory]:
    """郡市区等、都道府県、日本医師会の順にした在籍。"""
    return sorted(held, key=lambda seat: _TIERS_UPWARD.index(seat.membership.association.tier))


def associations_of(doctor: Doctor, on: date) -> QuerySet[Association]:
    """その日に在籍している医師会。"""
    return (
        Association.objects.filter(memberships__doctor=doctor, memberships__joined_on__lte=on)
        .filter(Q(memberships__left_on=None) | Q(memberships__left_on__gt=on))
        .distinct()
        .order_by("code")
    )


# 届出


def associations_by_pk(pks: Iterable[int]) -> dict[int, Association]:
    """医師会を、番号から。"""
    return Association.objects.in_bulk(list(pks))


def categories_by_pk(pks: Iterable[int]) -> dict[int, Category]:
    """会員区分を、番号から。"""
    return Category.objects.in_bulk(list(pks))


def seats_of(doctor: Doctor, on: date) -> dict[int, int]:
    """その日の在籍：医師会から会員区分へ。"""
    return {seat.membership.association_id: seat.category_id for seat in seats(doctor, on)}


def bodies(pks: Iterable[int]) -> dict[int, Body]:
    """その医師会と、その上の医師会。"""
    asked = list(pks)
    found = Association.objects.filter(
        Q(pk__in=asked) | Q(children__in=asked) | Q(children__children__in=asked)
    ).distinct()
    return {one.pk: Body(one.pk, Tier(one.tier), one.parent_id, one.allows_partial) for one in found}


def seats_beside(doctor: Doctor, association: Association, on: date) -> list[MembershipCategory]:
    """その日の在籍のうち、その医師会に見えるもの。"""
    return beside(association, seats(doctor, on))


def beside(association: Association, held: Iterable[MembershipCategory]) -> list[MembershipCategory]:
    """在籍のうち、その医師会と、その上と下のもの。よその系列の在籍は出さない。"""
    line = association.line
    found = []
    for seat in held:
        one = seat.membership.association
        below = one.parent_id == association.pk or association.tier == Tier.NATIONAL
        if one.pk in line or below:
            found.append(seat)
    return found


def route_for(doctor: Doctor, after: Seats, *, moves_work: bool, on: date) -> list[tuple[Association, Planned]]:
    """望む在籍なら、どの医師会が、何を、どの順に決めるか。出す前に見せる。"""
    before = seats_of(doctor, on)
    return named(route(before, after, bodies([*before, *after]), moves_work=moves_work))


def named(planned: Sequence[Planned]) -> list[tuple[Association, Planned]]:
    """道順に、医師会を添えたもの。"""
    associations = associations_by_pk(one.body for one in planned)
    return [(associations[one.body], one) for one in planned]


def without_step(application: Application, steps: Iterable[Step]) -> list[Association]:
    """決めることはないが、在籍が続くので、完了を知らせる医師会。"""
    held = Association.objects.filter(memberships__doctor=application.doctor_id, memberships__left_on=None)
    return list(held.exclude(pk__in=[one.association_id for one in steps]).order_by("code"))


def claiming(doctor: Doctor, associations: Iterable[int]) -> Application | None:
    """その在籍のどれかに手を付けている、決まっていない届出。"""
    claim = (
        Claim.objects.filter(doctor=doctor, association__in=list(associations), released_at=None)
        .select_related("application")
        .first()
    )
    return claim.application if claim else None


def change_ahead(doctor: Doctor, on: date) -> Application | None:
    """決まったが、その日がまだ来ていない、取りやめられていない届出。"""
    return changes_ahead(on).filter(doctor=doctor).order_by("effective_on").first()


def changes_ahead(on: date) -> QuerySet[Application]:
    """決まったが、その日がまだ来ていない、取りやめられていない届出のすべて。"""
    done = Application.objects.filter(state=State.FINISHED, effective_on__gt=on)
    off = Application.objects.filter(calls_off=OuterRef("pk"), state=State.FINISHED)
    return done.exclude(kind__in=[Procedure.CALL_OFF, Procedure.FACILITY]).filter(~Exists(off))


# 医師の列でなく、いまの医籍にある項目と、その列。
LICENCE = {"licence_number": "number", "licence_registered_on": "registered_on"}


def facts_of(doctor: Doctor, names: Iterable[str]) -> dict[str, str]:
    """会員情報のいまの値。申請書に、変わる前として写す。"""
    asked = list(names)
    licence = current_licence(doctor) if any(name in LICENCE for name in asked) else None
    values = {name: getattr(licence, LICENCE[name], "") if name in LICENCE else getattr(doctor, name) for name in asked}
    return {name: value.isoformat() if isinstance(value, date) else value or "" for name, value in values.items()}


def register_seen(doctor: Doctor, names: Iterable[str]) -> str:
    """会員情報を開いた画面の印：その項目の、いまの値。"""
    shown = repr((doctor.pk, facts_of(Doctor.objects.get(pk=doctor.pk), names)))
    return salted_hmac("mamis.membership.register", shown, algorithm="sha256").hexdigest()[:32]


def window_of(doctor: Doctor, on: date) -> Association | None:
    """窓口の医師会：会員なら郡市区等（いくつもあれば、いちばん早く入ったもの）、会員でなければ勤務先の都道府県。"""
    held = seats(doctor, on)
    if held:
        return held[0].membership.association
    workplace = main_workplace(doctor, on)
    return prefecture_association(workplace.place.prefecture_id) if workplace else None


def live_profile(doctor: Doctor) -> Application | None:
    """会員情報の変更の、決まっていない届出。"""
    live = [one.value for one in LIVE]
    return Application.objects.filter(doctor=doctor, kind=Procedure.PROFILE, state__in=live).first()


def fingerprint(step: Step) -> str:
    """開いた画面の印：届出と段の、どの版を見たか。"""
    return f"{step.application.version}-{step.version}"
