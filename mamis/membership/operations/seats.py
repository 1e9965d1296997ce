"""在籍を書くこと。"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from mamis.associations.models import Association, Category
from mamis.doctors.models import Doctor, Sight
from mamis.doctors.operations import close_sight, open_sight
from mamis.doctors.rules import Ground
from mamis.membership.models import Membership, MembershipCategory


class CategoryOfAnotherAssociation(Exception):
    """その会員区分は、その医師会のものではない。"""

    def __init__(self) -> None:
        super().__init__("この医師会の会員区分を選んでください。")


@transaction.atomic
def admit(doctor: Doctor, association: Association, *, category: Category, on: date) -> Membership:
    """その日から会員にする。その日から医師会に見える。非会員としての見え方は終わる。"""
    if category.association_id != association.pk:
        raise CategoryOfAnotherAssociation
    membership = Membership.objects.create(doctor=doctor, association=association, joined_on=on)
    MembershipCategory.objects.create(membership=membership, category=category, from_on=on)
    open_sight(doctor, association, ground=Ground.MEMBER, on=on)
    close_sight(doctor, association, ground=Ground.WORKPLACE, on=on)
    return membership


# まとめて（データの取り込み）


@dataclass(frozen=True)
class SeatEntry:
    """在籍の一つ：どの医師会に、どの会員区分で、いつから（いつまで）。"""

    association_id: int
    category_id: int
    joined_on: date
    left_on: date | None = None
    category_from_on: date | None = None


@transaction.atomic
def seat_doctors(entries: Sequence[tuple[Doctor, SeatEntry]]) -> None:
    """何人もの在籍を、一度に書く。見える根拠も、在籍と同じ期間で書く。"""
    seats = Membership.objects.bulk_create(
        Membership(doctor=doctor, association_id=entry.association_id, joined_on=entry.joined_on, left_on=entry.left_on)
        for doctor, entry in entries
    )
    MembershipCategory.objects.bulk_create(
        MembershipCategory(
            membership=seat,
            category_id=entry.category_id,
            from_on=entry.category_from_on or entry.joined_on,
            until_on=entry.left_on,
        )
        for seat, (_, entry) in zip(seats, entries, strict=True)
    )
    _see_members(seats)


@transaction.atomic
def correct_seat(seat: Membership, *, joined_on: date, left_on: date | None) -> None:
    """在籍の入会日と退会日を直す。はじめと終わりの会員区分と、見える根拠の期間も、それに合わせる。"""
    first, last = seat.categories.earliest("from_on"), seat.categories.latest("from_on")
    Sight.objects.filter(
        doctor_id=seat.doctor_id,
        association_id=seat.association_id,
        ground=Ground.MEMBER,
        since_on=seat.joined_on,
        until_on=seat.left_on,
    ).update(since_on=joined_on, until_on=left_on)
    Membership.objects.filter(pk=seat.pk).update(joined_on=joined_on, left_on=left_on)
    MembershipCategory.objects.filter(pk=last.pk).update(until_on=left_on)
    MembershipCategory.objects.filter(pk=first.pk, from_on=seat.joined_on).update(from_on=joined_on)
    seat.joined_on, seat.left_on = joined_on, left_on


@transaction.atomic
def change_category(seat: Membership, *, category_id: int, from_on: date | None) -> None:
    """会員区分を変える。いつからかが書かれていればその日から、なければ、いまの会員区分の書き誤りとして直す。"""
    current = seat.categories.latest("from_on")
    if from_on is None or from_on == current.from_on:
        MembershipCategory.objects.filter(pk=current.pk).update(category_id=category_id)
        return
    MembershipCategory.objects.filter(pk=current.pk).update(until_on=from_on)
    MembershipCategory.objects.create(
        membership=seat, category_id=category_id, from_on=from_on, until_on=current.until_on
    )


def _see_members(seats: Sequence[Membership]) -> None:
    """在籍のあいだ、その医師会に見えるようにする。非会員としての見え方は終わる。"""
    joined = {(seat.doctor_id, seat.association_id): seat.joined_on for seat in seats if seat.left_on is None}
    seen = set()
    for sight in Sight.objects.filter(doctor__in={seat.doctor_id for seat in seats}, until_on=None):
        on = joined.get((sight.doctor_id, sight.association_id))
        if sight.ground == Ground.MEMBER:
            seen.add((sight.doctor_id, sight.association_id))
        elif sight.ground == Ground.WORKPLACE and on is not None:
            sight.until_on = max(on, sight.since_on)
            sight.save(update_fields=["until_on"])
    Sight.objects.bulk_create(
        Sight(
            doctor_id=seat.doctor_id,
            association_id=seat.association_id,
            ground=Ground.MEMBER,
            since_on=seat.joined_on,
            until_on=seat.left_on,
        )
        for seat in seats
        if seat.left_on is not None or (seat.doctor_id, seat.association_id) not in seen
    )


@transaction.atomic
def end_seat(seat: Membership, *, on: date) -> None:
    """その日から会員でなくなる。その日からのことは、その医師会には見えない。"""
    MembershipCategory.objects.filter(membership=seat, until_on=None).update(until_on=on)
    Membership.objects.filter(pk=seat.pk).update(left_on=on)
    close_sight(seat.doctor, seat.association, ground=Ground.MEMBER, on=on)


@transaction.atomic
def forget_seat(seat: Membership) -> None:
    """まだ始まっていない在籍を、なかったことにする。"""
    Sight.objects.filter(
        doctor_id=seat.doctor_id, association_id=seat.association_id, ground=Ground.MEMBER, since_on=seat.joined_on
    ).delete()
    seat.categories.all().delete()
    seat.delete()


@transaction.atomic
def reopen_seat(seat: Membership) -> None:
    """まだ来ていない退会を、なかったことにする。"""
    MembershipCategory.objects.filter(membership=seat, until_on=seat.left_on).update(until_on=None)
    Sight.objects.filter(
        doctor_id=seat.doctor_id, association_id=seat.association_id, ground=Ground.MEMBER, until_on=seat.left_on
    ).update(until_on=None)
    Membership.objects.filter(pk=seat.pk).update(left_on=None)


@transaction.atomic
def restore_category(seat: Membership, *, from_on: date) -> None:
    """まだ来ていない会員区分の変更を、なかったことにする。"""
    MembershipCategory.objects.filter(membership=seat, from_on=from_on).delete()
    MembershipCategory.objects.filter(membership=seat, until_on=from_on).update(until_on=None)
