"""利用者についての検索。"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from mamis.accounts.models import AddressChange, Agreement, Statement, User


def in_force(on: date) -> QuerySet[Statement]:
    """その日の版：種類ごとに、もう始まったもののうち、いちばんあとに公開されたもの。"""
    return Statement.objects.filter(from_on__lte=on).order_by("-kind", "-number").distinct("kind")


def to_agree(user: User, on: date) -> QuerySet[Statement]:
    """その日の版のうち、まだ同意していないもの。利用規約が先。"""
    agreed = Agreement.objects.filter(user=user, statement=OuterRef("pk"))
    return Statement.objects.filter(~Exists(agreed), pk__in=in_force(on).values("pk")).order_by("-kind")


def has_agreed_before(user: User) -> bool:
    """前の版に同意したことがあるか。"""
    return Agreement.objects.filter(user=user).exists()


def newest_first(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """新しい順。"""
    return agreements.order_by("-at", "-pk")


def versions(statements: QuerySet[Statement], kind: str) -> QuerySet[Statement]:
    """その種類の版。新しい順。"""
    return statements.filter(kind=kind).order_by("-number")


def changes_since(user: User, at: datetime) -> QuerySet[AddressChange]:
    """そのときからの、メールアドレスの変更の申込み。"""
    return AddressChange.objects.filter(user=user, asked_at__gt=at)


def unused_changes(user: User, purpose: str) -> QuerySet[AddressChange]:
    """まだ使われても止められてもいない申込み。"""
    return AddressChange.objects.filter(user=user, purpose=purpose, confirmed_at=None, stopped_at=None)


def change_numbered(number: int) -> AddressChange | None:
    """その番号の申込み。"""
    return AddressChange.objects.select_related("user").filter(pk=number).first()
