"""ログインと再設定の申込みの回数を数え、続いたときは待ってもらう。"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.crypto import salted_hmac

from mamis.accounts import rules
from mamis.accounts.models import FailureCount, FamiliarPlace

Scope = FailureCount.Scope

PATIENCE: Mapping[str, rules.Patience] = {
    Scope.NAME_AND_ADDRESS: rules.FOR_NAME_AND_ADDRESS,
    Scope.NAME: rules.FOR_NAME,
    Scope.ADDRESS: rules.FOR_ADDRESS,
    Scope.RESETS_FOR_NAME: rules.RESETS_FOR_NAME,
    Scope.RESETS_FOR_ADDRESS: rules.RESETS_FOR_ADDRESS,
}
FAMILIAR_FOR = timedelta(days=180)
PRUNED_AT_ONCE = 1000
KEY_LENGTH = 32


class MustWait(Exception):
    """誤りが続いたので、この時刻まで待ってもらう。名前が登録されているかどうかによらない。"""

    def __init__(self, until: datetime) -> None:
        super().__init__("誤りが続いたため、しばらくお待ちください。")
        self.until = until


def count_sign_in(folded: str, address: str, *, at: datetime) -> None:
    """ログインを一回数える。待つべき時なら数えずに断る。

    パスワードを確かめる前に数えるので、同時に何回試しても回数の限りを超えない。合っていれば forgive_sign_in で戻す。
    """
    pair = _pair_key(folded, address)
    keys = {Scope.NAME_AND_ADDRESS: pair, Scope.NAME: _key(folded), Scope.ADDRESS: _key(address)}
    _count(keys, obeyed=[Scope.NAME_AND_ADDRESS] if is_familiar(folded, address) else list(keys), at=at)


def count_reset(folded: str, address: str, *, at: datetime) -> None:
    """再設定の申込みを一回数える。続いたときは断る。"""
    keys = {Scope.RESETS_FOR_NAME: _key(folded), Scope.RESETS_FOR_ADDRESS: _key(address)}
    _count(keys, obeyed=list(keys), at=at)


@transaction.atomic
def forgive_sign_in(folded: str, address: str, *, at: datetime) -> None:
    """パスワードが合っていたので、数えた一回を戻し、この接続元をなじみの場所として覚える。"""
    pair = _pair_key(folded, address)
    FailureCount.objects.filter(scope=Scope.NAME_AND_ADDRESS, key=pair).delete()
    for scope, key in ((Scope.ADDRESS, _key(address)), (Scope.NAME, _key(folded))):
        FailureCount.objects.filter(scope=scope, key=key).update(failures=Greatest(F("failures") - 1, 0))
        FailureCount.objects.filter(scope=scope, key=key, failures__lt=PATIENCE[scope].free).update(blocked_until=None)
    _remember(pair, at)


@transaction.atomic
def forgive_name(folded: str, address: str, *, at: datetime) -> None:
    """パスワードを再設定した本人のため、この名前についての数をすべて消す。"""
    FailureCount.objects.filter(
        Q(scope=Scope.NAME_AND_ADDRESS, key__startswith=_key(folded)) | Q(scope=Scope.NAME, key=_key(folded))
    ).delete()
    _remember(_pair_key(folded, address), at)


def is_familiar(folded: str, address: str) -> bool:
    """前にログインできた接続元か。"""
    return FamiliarPlace.objects.filter(key=_pair_key(folded, address)).exists()


@transaction.atomic
def remember(folded: str, address: str, *, at: datetime) -> None:
    """なじみの接続元として覚える。"""
    _remember(_pair_key(folded, address), at)


@transaction.atomic
def prune_tries(*, at: datetime) -> None:
    """数え終えたものと、長く使われていない接続元を消す。"""
    forgotten = FailureCount.objects.filter(since__lte=at - rules.COUNTED_FOR)
    unused = FamiliarPlace.objects.filter(seen_at__lte=at - FAMILIAR_FOR)
    for rows in (forgotten, unused):
        # いま数えている行には触れない。
        chosen = rows.order_by("pk").select_for_update(skip_locked=True)[:PRUNED_AT_ONCE]
        rows.filter(pk__in=[row.pk for row in chosen]).delete()


@transaction.atomic
def _count(keys: Mapping[Scope, str], *, obeyed: list[Scope], at: datetime) -> None:
    counts = _locked(keys, at)
    waits = [count.blocked_until for count in counts if count.scope in obeyed and count.blocked_until]
    if waits and max(waits) > at:
        raise MustWait(max(waits))
    for count in counts:
        if rules.is_forgotten(since=count.since, at=at):
            count.failures, count.since = 0, at
        count.failures += 1
        count.blocked_until = rules.blocked_until(PATIENCE[count.scope], count.failures, since=count.since, at=at)
    FailureCount.objects.bulk_update(counts, ["failures", "since", "blocked_until"])


def _locked(keys: Mapping[Scope, str], at: datetime) -> list[FailureCount]:
    """数える行を、なければ作り、いつも同じ順に押さえる。"""
    pairs = sorted(keys.items())
    FailureCount.objects.bulk_create(
        [FailureCount(scope=scope, key=key, since=at) for scope, key in pairs], ignore_conflicts=True
    )
    wanted = Q()
    for scope, key in pairs:
        wanted |= Q(scope=scope, key=key)
    return list(FailureCount.objects.filter(wanted).order_by("scope", "key").select_for_update())


def _remember(pair: str, at: datetime) -> None:
    FamiliarPlace.objects.update_or_create(key=pair, defaults={"seen_at": at})


def _key(text: str) -> str:
    """元に戻せない形。名前も接続元も、そのままではどこにも残さない。"""
    return salted_hmac("mamis.accounts.tries", text, algorithm="sha256").hexdigest()[:KEY_LENGTH]


def _pair_key(folded: str, address: str) -> str:
    return _key(folded) + _key(address)
