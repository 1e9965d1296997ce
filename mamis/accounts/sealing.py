"""データベースに置く秘密を、データベースの外にある鍵で封じる。"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealBroken(Exception):
    """鍵が違うか、書き換えられている。"""


def seal(text: str) -> str:
    """いちばん新しい鍵で封じる。"""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """どの鍵で封じたものでも開ける。"""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken from error


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in settings.FIELD_KEYS])


def _derived(key: str) -> bytes:
    """設定の文字から、この用途だけの鍵を作る。"""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mamis.accounts.sealing").derive(key.encode())
    return base64.urlsafe_b64encode(derived)
