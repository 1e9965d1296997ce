"""パスワードを決め、変える。"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.db import transaction
from django.urls import reverse
from django.utils.module_loading import import_string

from mamis.accounts import rules
from mamis.accounts.mails import PasswordChanged, PasswordFacts
from mamis.accounts.models import User
from mamis.accounts.operations.devices import end_other_devices
from mamis.accounts.operations.words import in_words
from mamis.mail.outbox import post

DEMO_PASSWORD = "hitotsu-no-madoguchi-2026"  # noqa: S105 練習用の世界で公開しているもの


class PasswordRefused(Exception):
    """パスワードがきまりに合わない。理由を持つ。"""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@transaction.atomic
def change_password(user: User, password: str, *, session_key: str = "", by: User | None = None, at: datetime) -> User:
    """パスワードを変え、本人に知らせる。この端末のほかのログインは、すべて終わる。"""
    require_good_password(user, password)
    user.set_password(rules.normal_password(password))
    user.save(update_fields=["password"])
    end_other_devices(user, session_key)
    post(
        PasswordChanged(
            PasswordFacts(
                user_id=user.pk, address=user.email, when=in_words(at), reset_path=reverse("account_reset_password")
            )
        ),
        at=at,
    )
    return user


def require_good_password(user: User, password: str, *, others: Iterable[str] = ()) -> None:
    """きまりに合わないパスワードを断る。"""
    reasons = password_reasons(user, password, others=others)
    if reasons:
        raise PasswordRefused(reasons)


def password_reasons(user: User, password: str, *, others: Iterable[str] = ()) -> list[str]:
    """このパスワードを断る理由。なければ空。"""
    if settings.DEMO and password == DEMO_PASSWORD:
        return []
    return rules.password_problems(password, personal=[*_words_about(user), *others], is_common=is_common)


def is_common(likeness: str) -> bool:
    """よく使われるパスワードの一覧にあるか。"""
    return likeness in _common_passwords()


def _words_about(user: User) -> list[str]:
    """本人をよく知る人なら思いつく言葉。氏名のかななど、上の部屋が知るものは設定 PASSWORD_WORDS の関数に尋ねる。"""
    words = [user.name, user.email]
    if user.pk:
        words += user.sign_in_names.order_by("kind").values_list("folded", flat=True)
        sources: list[Callable[[User], Iterable[str]]] = [import_string(path) for path in _sources()]
        words += [word for source in sources for word in source(user)]
    return words


def _sources() -> Iterable[str]:
    return getattr(settings, "PASSWORD_WORDS", ())


@cache
def _common_passwords() -> frozenset[str]:
    """Djangoの一覧と、長い言いまわしの一覧。"""
    phrases = Path(__file__).resolve().parents[1].joinpath("common_passwords.txt").read_text(encoding="utf-8").split()
    return frozenset(CommonPasswordValidator().passwords) | {
        rules.letters_of(rules.normal_password(phrase).casefold()) for phrase in phrases
    }
