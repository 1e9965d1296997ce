"""docs/permissions.md：どの住所を、だれが開けるか。だれに何が見えるか。"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from mamis.associations.rules import ROLE_LABELS, Role
from mamis.web.docs import rooms
from mamis.web.docs.markdown import first_sentence, table
from mamis.web.docs.markdown import page as whole

ANY = ("GET", "POST")


@dataclass(frozen=True)
class Address:
    """一つの住所。"""

    path: str
    name: str
    view: Callable[..., Any]

    @property
    def methods(self) -> tuple[str, ...]:
        """受けるメソッド。HEAD は GET と同じなので略す。"""
        allowed = next((names for view in layers(self.view) if (names := _allowed(view))), ANY)
        return tuple(method for method in allowed if method != "HEAD")

    @property
    def door(self) -> str:
        """だれを通すか。"""
        role = getattr(self.view, "role", None)
        if role is not None:
            return f"事務局（{ROLE_LABELS[Role(role)]}{'、代行を除く' if getattr(self.view, 'own', False) else ''}）"
        if getattr(self.view, "is_for_delegates", False):
            return "医師、代理"
        if getattr(self.view, "is_for_doctors", False):
            return "医師"
        return "ログインした人" if getattr(self.view, "login_required", True) else "だれでも"


def page() -> str:
    """住所の一覧と、見える範囲の一覧。"""
    return whole(
        "見える範囲とできること",
        "はじめの表は戸口です。戸口を通っても、見えるのは次の節の「見える範囲」の中だけで、"
        "範囲の外のものは、ないもの（404）と同じに見えます。\n\n"
        f"事務局の役割は、{'、'.join(ROLE_LABELS[role] for role in sorted(Role, reverse=True))}の順に"
        "できることが多く、表には通れるいちばん低い役割を書いています。"
        "事務局の住所の `<code>` は、その人が務めるか、代行している医師会のコードでなければなりません。",
        "## 住所と戸口",
        table(
            ("住所", "メソッド", "通れる人", "何の頁か"),
            (
                (f"`{one.path}`", "・".join(one.methods), one.door, first_sentence(one.view))
                for one in sorted(addresses(), key=lambda one: one.path)
            ),
        ),
        "## 見える範囲",
        *(section(part) for part in rooms.parts("policy")),
    )


def addresses() -> Iterator[Address]:
    """すべての住所。"""
    yield from _walk(get_resolver(), "/")


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Address(path, entry.name or "", entry.callback)
        else:
            yield from _walk(entry, path)


def layers(view: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """画面と、それを包むもの。外から順に。"""
    while True:
        yield view
        inner = getattr(view, "__wrapped__", None)
        if inner is None:
            return
        view = inner


def _allowed(view: Callable[..., Any]) -> tuple[str, ...]:
    """Django の require_http_methods が包みの中に持つ、受けるメソッド。"""
    found = inspect.getclosurevars(view).nonlocals
    return tuple(found.get("request_method_list", ()))


def section(part: ModuleType) -> str:
    """一つの部屋の、見える範囲を決める関数。"""
    rows = (
        (f"`{name}`", " ".join((inspect.getdoc(function) or "").split("\n\n")))
        for name, function in vars(part).items()
        if inspect.isfunction(function) and function.__module__ == part.__name__ and not name.startswith("_")
    )
    return f"### {rooms.room_of(part)}\n\n{table(('関数', 'どれだけ見えるか'), rows)}"
