"""docs/mails.md：だれに、いつ、何を知らせるか。"""

import ast
from collections.abc import Iterator
from typing import Any, TypeGuard

from django.template.loader import get_template

from mamis.mail.base import Mail
from mamis.mail.rules import split_template
from mamis.web.docs import rooms
from mamis.web.docs.markdown import fenced, first_sentence, table
from mamis.web.docs.markdown import page as whole
from mamis.web.docs.workflows import described, workflows


def page() -> str:
    """すべてのメールの一覧と、一通ずつの中身。"""
    found = tuple(mails())
    rows = ((f"[{mail.__name__}](#{mail.__name__.lower()})", mail.label()) for mail in found)
    return whole(
        "メール",
        "このシステムが送るメールの、これがすべてです。本文の `{{ … }}` には事実が入ります。"
        "どのメールも、行為と同じトランザクションで書き留められ、裏方が配達します。",
        table(("メール", "だれに何を知らせるか"), rows),
        *(section(mail) for mail in found),
    )


def mails() -> Iterator[type[Mail]]:
    """ひな型を持つ、すべてのメール。"""
    for part in rooms.parts("mails"):
        for thing in vars(part).values():
            if isinstance(thing, type) and thing.__module__ == part.__name__ and _is_mail(thing):
                yield thing


def _is_mail(thing: type) -> bool:
    return issubclass(thing, Mail) and hasattr(thing, "template")


def section(mail: type[Mail]) -> str:
    """一通。"""
    source: Any = get_template(mail.template)
    parts = split_template(source.template.source)
    facts = [("送るとき", "<br>".join(when(mail)))]
    if mail.applies is not Mail.applies:
        facts.append(("送る条件", first_sentence(mail.applies)))
    facts.append(("中身の見え方", "送信履歴に中身を出さず、送ったあとに消す" if mail.secret else "送信履歴で読める"))
    facts.append(("件名", f"`{parts.subject.strip()}`"))
    return "\n\n".join(
        (f"## {mail.__name__}", f"{mail.label()}。", table(("", ""), facts), fenced(parts.body)),
    )


def when(mail: type[Mail]) -> tuple[str, ...]:
    """どの流れのどの行、または、どの操作が送るか。"""
    rows = [described(part, row) for part, workflow in workflows() for row in workflow if mail in row.mails]
    acts = [
        f"操作 `{function.name}`：{_first_line(function)}"
        for part in rooms.parts("operations")
        for source in rooms.sources(part)
        for function in senders(ast.parse(source), mail.__name__)
    ]
    return (*rows, *acts)


def senders(module: ast.Module, name: str) -> list[ast.FunctionDef]:
    """その名を、じかに、または同じファイルのほかの名を通して使う、公の関数。"""
    named = {word: thing for thing in module.body for word in _names(thing)}
    reached, found = {name}, [name]
    while found:
        wanted = found.pop()
        users = [word for word, thing in named.items() if word not in reached and _uses(thing, wanted)]
        reached.update(users)
        # 公の関数より外へは、たどらない。
        found += [word for word in users if not _is_act(named[word])]
    return [thing for word, thing in named.items() if word in reached and _is_act(thing)]


def _names(thing: ast.stmt) -> list[str]:
    match thing:
        case ast.FunctionDef(name=name):
            return [name]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
    return []


def _uses(thing: ast.stmt, name: str) -> bool:
    body = thing.body if isinstance(thing, ast.FunctionDef) else [getattr(thing, "value", thing)]
    return any(isinstance(node, ast.Name) and node.id == name for part in body for node in ast.walk(part))


def _is_act(thing: ast.stmt) -> TypeGuard[ast.FunctionDef]:
    return isinstance(thing, ast.FunctionDef) and not thing.name.startswith("_")


def _first_line(function: ast.FunctionDef) -> str:
    return (ast.get_docstring(function) or "").split("\n", 1)[0].removesuffix("。")
