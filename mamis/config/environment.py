"""環境変数を読む。足りない値や読めない値は、その名前を書いた一行で断る。"""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class BadSetting(SystemExit):
    """設定の誤り。一行だけを表示して終わる。"""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"設定の誤り: 環境変数 {name} {reason}（docs/operations.md に一覧があります）")


def text(name: str, default: str | None = None, environ: Mapping[str, str] = os.environ) -> str:
    """文字列の設定。既定値がなければ必須。"""
    value = environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise BadSetting(name, "がありません。")
    return default


def switch(name: str, default: bool = False, environ: Mapping[str, str] = os.environ) -> bool:
    """1か0の設定。"""
    value = text(name, "1" if default else "0", environ)
    if value not in ("0", "1"):
        raise BadSetting(name, "は 1 か 0 にしてください。")
    return value == "1"


def number(name: str, default: int, environ: Mapping[str, str] = os.environ) -> int:
    """0以上の整数の設定。"""
    value = text(name, str(default), environ)
    if not (value.isascii() and value.isdigit()):
        raise BadSetting(name, "は整数にしてください。")
    return int(value)


def words(name: str, default: tuple[str, ...], environ: Mapping[str, str] = os.environ) -> list[str]:
    """コンマ区切りの一覧の設定。"""
    value = text(name, ",".join(default), environ)
    return [word.strip() for word in value.split(",") if word.strip()]


def site(name: str, default: str, environ: Mapping[str, str] = os.environ) -> str:
    """システム自身の住所（https://mamis.example など）。末尾の / は除く。"""
    value = text(name, default, environ).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.username:
        raise BadSetting(name, "は https://mamis.example のような形にしてください。")
    return value


def database(name: str, default: str | None = None, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """postgresql://役割:パスワード@ホスト:ポート/データベース をDjangoの接続設定にする。?host= はソケットの場所。"""
    try:
        parts = urlsplit(text(name, default, environ))
        port = parts.port
    except ValueError as error:
        raise BadSetting(name, "の形が正しくありません。") from error
    database_name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgres", "postgresql") or not database_name:
        raise BadSetting(name, "は postgresql://役割:パスワード@ホスト:5432/データベース の形にしてください。")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": options.pop("port", str(port or "")),
        "OPTIONS": options,
    }
