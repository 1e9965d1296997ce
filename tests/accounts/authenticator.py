"""試験の人の、スマートフォンの認証アプリと、パスキー。"""

import base64
import hashlib
import hmac
import struct
from datetime import datetime, timedelta
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from mamis.accounts import policy
from mamis.accounts.models import User
from mamis.accounts.operations import add_app, add_passkey

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(at: datetime, secret: str = SECRET) -> str:
    """その時刻に、アプリに出る 6 桁（RFC 6238）。部品とは別に、ここで計算する。"""
    counter = struct.pack(">Q", int(at.timestamp()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    place = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def enrol(user: User, secret: str = SECRET) -> Authenticator:
    """ひと月前に、認証アプリを登録した。"""
    at = timezone.now() - timedelta(days=30)
    add_app(user, secret, code_at(at, secret), at=at)
    return policy.apps_of(user).get()


class Passkey:
    """指紋の読める端末に入った、パスキー一つ。問い（頁の data-options）に、ブラウザの代わりに答える。"""

    def __init__(self, host: str = "localhost", origin: str = "http://localhost:8000") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = b"passkey-" + hashlib.sha256(str(id(self)).encode()).digest()
        self.host, self.origin, self.counter = host, origin, 0
        self.handle = b""

    def registered(self, options: dict[str, Any]) -> dict[str, Any]:
        """登録の答え。"""
        self.handle = websafe_decode(options["publicKey"]["user"]["id"])
        public = AttestedCredentialData.create(Aaguid.NONE, self.id, ES256.from_cryptography_key(self.key.public_key()))
        data = self._data(public)
        return self._answer(
            clientDataJSON=self._said("webauthn.create", options),
            attestationObject=AttestationObject.create("none", data, {}),
        )

    def answered(self, options: dict[str, Any]) -> dict[str, Any]:
        """ログインの答え。"""
        said, data = self._said("webauthn.get", options), self._data()
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=said, authenticatorData=data, signature=signature, userHandle=self.handle)

    def _said(self, act: str, options: dict[str, Any]) -> bytes:
        challenge = options["publicKey"]["challenge"]
        return CollectedClientData.create(type=act, challenge=challenge, origin=self.origin)

    def _data(self, public: AttestedCredentialData | None = None) -> AuthenticatorData:
        self.counter += 1
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
        if public is not None:
            flags |= AuthenticatorData.FLAG.AT
        host = hashlib.sha256(self.host.encode()).digest()
        return AuthenticatorData.create(host, flags, self.counter, public or b"")

    def _answer(self, **parts: bytes) -> dict[str, Any]:
        return {
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "type": "public-key",
            "response": {name: websafe_encode(part) for name, part in parts.items()},
            "clientExtensionResults": {},
        }


def enrol_passkey(user: User) -> Passkey:
    """ひと月前に、パスキーを登録した。"""
    passkey = Passkey()
    options = {"publicKey": {"challenge": websafe_encode(b"c" * 32), "user": {"id": websafe_encode(user_handle(user))}}}
    add_passkey(user, "iPhone（Safari）", passkey.registered(options), at=timezone.now() - timedelta(days=30))
    return passkey


def user_handle(user: User) -> bytes:
    return user_pk_to_url_str(user).encode()
