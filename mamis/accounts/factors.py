"""二要素の部品（django-allauth の mfa）に、この家のやり方を教える。"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from mamis.accounts import policy
from mamis.accounts.models import User
from mamis.accounts.sealing import seal, unseal

ISSUER = "MAMIS"


class FactorAdapter(DefaultMFAAdapter):
    """秘密は封じて置き、二つめの確かめを求めるかはこちらが決め、自分の名は設定から言う。"""

    def encrypt(self, text: str) -> str:
        """認証アプリと分け合う秘密を封じる。"""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """封じた秘密を開ける。"""
        return unseal(encrypted_text)

    def is_mfa_enabled(self, user: AbstractBaseUser, types: Any = None) -> bool:
        """パスワードのあとに、二つめを求めるか。"""
        return isinstance(user, User) and policy.asks_second_step(user)

    def get_totp_issuer(self) -> str:
        """認証アプリに出る、このシステムの名。"""
        return ISSUER

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """パスキーが結びつくホスト名。ブラウザの言うことではなく、設定から。"""
        return {"id": urlsplit(settings.BASE_URL).hostname or "", "name": ISSUER}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """パスキーに書かれる本人。番号と氏名だけ。"""
        return {"id": user_pk_to_url_str(user).encode(), "display_name": user.name, "name": user.email or user.name}
