"""このログインで、二要素まで確かめたか。書き留めるのはログインの部品の記録である。"""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest

from mamis.accounts.models import User


def is_proven(request: HttpRequest) -> bool:
    """いまログインしている本人が、このセッションで二要素を確かめたか。"""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def prove(request: HttpRequest, user: User) -> None:
    """二要素を確かめたことを、このセッションに書き留める。"""
    record_authentication(request, user, "mfa")


def prove_without_password(request: HttpRequest, user: User) -> None:
    """パスキーだけで、二つとも確かめたことを書き留める。パスキーは、持つことと、指紋や暗証番号の二つである。"""
    record_authentication(request, user, "mfa", type="webauthn", passwordless=True)
