"""規則を一つだけ壊した変わり種（ミュータント）：何を壊すかを数え、動いているプログラムの中で壊す。

流れの表は、行、メール、立場を一つずつ落とす。許しの範囲は、絞り込みの条件と扉を一つずつ外す。規則は、比べる記号を一つずつ変える。
関数は入れ替えず、その中身（``__code__``）だけを替える。だから、どこから読み込んで使っていても壊れる。
"""

import ast
import importlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from mamis.mail.base import Mail
from mamis.membership.mails import StepArrived
from mamis.membership.workflow import APPLICATION, STEP
from mamis.training.mails import CompletionArrived
from mamis.training.workflow import COMPLETION
from mamis.workflow.table import By, Row, Workflow

ROOT = Path(__file__).parents[2]
POLICIES = sorted(f"mamis.{path.parent.name}.policy" for path in ROOT.glob("mamis/*/policy.py"))
RULES = ("mamis.membership.rules", "mamis.training.rules")
FLOW = "mamis.workflow.table"
# 流れの表と、余計に送ってみるメール。
FLOWS: tuple[tuple[str, Workflow, type[Mail]], ...] = (
    ("修了申請", COMPLETION, CompletionArrived),
    ("届出", APPLICATION, StepArrived),
    ("段", STEP, StepArrived),
)
DRAWING = "mamis.documents.pdf"

OTHER: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


@dataclass(frozen=True)
class Mutant:
    """壊し方の一つ。`name` は人が読む名、`reaches` はこれに触れる関数（どれかを通らない試験には関わりがない）。"""

    name: str
    reaches: frozenset[str]
    apply: Callable[[], None]


def all_mutants() -> dict[str, Mutant]:
    """すべての変わり種。"""
    mutants = [*_flow_mutants(), *_source_mutants(POLICIES, _loosened), *_source_mutants(RULES, _compared_otherwise)]
    named: dict[str, Mutant] = {}
    for mutant in mutants:
        name = mutant.name
        # 一つの関数に同じ条件が二つあれば、二つ目からは番号で見分ける。
        number = sum(one == name or one.startswith(f"{name}（") for one in named)
        name = f"{name}（{number + 1}）" if number else name
        named[name] = replace(mutant, name=name)
    assert len(named) == len(mutants)
    return named


def watched() -> dict[str, str]:
    """壊される関数のすべて：名と、それがあるモジュール。"""
    modules = (*POLICIES, *RULES, FLOW)
    return {f"{module}.{function}": module for module in modules for function, _ in _functions(_tree(module))}


def watch(seen: set[str]) -> None:
    """壊される関数と、組版が呼ばれるたびに、その名を `seen` に書くようにする。"""
    for module in (*POLICIES, *RULES, FLOW, DRAWING):
        tree = _tree(module)
        for name, function in _functions(tree):
            note = ast.parse(f"_note({module + '.' + name!r})").body[0]
            function.body.insert(0, note)
        importlib.import_module(module).__dict__["_note"] = seen.add
        _replace_code(module, tree)


# 流れの表


def _flow_mutants() -> Iterator[Mutant]:
    for title, flow, extra in FLOWS:
        for place, row in enumerate(flow.rows):
            for words, changed in _rows_otherwise(row, extra):
                rows = (*flow.rows[:place], *changed, *flow.rows[place + 1 :])
                if len({(one.event, one.source, one.by) for one in rows}) == len(rows):
                    yield _flow_mutant(f"{title} {row.event}({row.source}, {row.by}) {words}", flow, rows)


def _rows_otherwise(row: Row, extra: type[Mail]) -> Iterator[tuple[str, tuple[Row, ...]]]:
    """一行の壊し方と、壊した行。"""
    yield "の行がない", ()
    for by in By:
        if by != row.by:
            yield f"を {by} がする", (replace(row, by=by),)
    for number, mail in enumerate(row.mails):
        fewer = row.mails[:number] + row.mails[number + 1 :]
        yield f"が {mail.__name__} を送らない", (replace(row, mails=fewer),)
    if extra not in row.mails:
        yield f"が {extra.__name__} も送る", (replace(row, mails=(*row.mails, extra)),)


def _flow_mutant(name: str, flow: Workflow, rows: tuple[Row, ...]) -> Mutant:
    reading = frozenset(f"{FLOW}.{method}" for method in ("Workflow.fire", "Workflow.events", "Workflow.__iter__"))
    return Mutant(name, reading, lambda: setattr(flow, "rows", rows))


# 書かれたプログラム


def _source_mutants(
    modules: tuple[str, ...] | list[str], changes: Callable[[ast.AST], Iterator[tuple[str, ast.AST]]]
) -> Iterator[Mutant]:
    for module in modules:
        tree = _tree(module)
        for function_name, function in _functions(tree):
            for position, node in enumerate(_inside(function)):
                for words, changed in changes(node):
                    mutated = deepcopy(tree)
                    there = dict(_functions(mutated))[function_name]
                    _put(there, position, changed)
                    name = f"{module.removeprefix('mamis.')}.{function_name}: {words}"
                    yield Mutant(
                        name,
                        frozenset({f"{module}.{function_name}"}),
                        lambda module=module, mutated=mutated: _replace_code(module, mutated),
                    )


def _loosened(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """絞り込みの条件の一つ、または扉の一つがない。"""
    match node:
        case ast.Call(func=ast.Attribute(value=base, attr="filter" | "exclude")):
            conditions = [*node.args, *node.keywords]
            for condition in conditions:
                fewer = ast.Call(
                    node.func,
                    [one for one in node.args if one is not condition],
                    [one for one in node.keywords if one is not condition],
                )
                everything = ast.Call(ast.Attribute(base, "all", ast.Load()), [], [])
                yield f"{node.func.attr}({ast.unparse(condition)})", fewer if len(conditions) > 1 else everything
        case ast.BinOp(op=ast.BitOr()):
            yield f"{ast.unparse(node)} の左だけ", node.left
            yield f"{ast.unparse(node)} の右だけ", node.right
        case ast.If(body=[ast.Return(value=ast.Call(func=ast.Attribute(attr="none")))]):
            yield f"if {ast.unparse(node.test)}", ast.Pass()
            if isinstance(node.test, ast.BoolOp):
                for part in node.test.values:
                    rest = [one for one in node.test.values if one is not part]
                    yield f"or {ast.unparse(part)}", ast.If(rest[0], node.body, [])


def _compared_otherwise(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """比べる記号の一つが違う。"""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            operators = [*node.ops[:place], OTHER[type(operator)](), *node.ops[place + 1 :]]
            changed = ast.Compare(node.left, operators, node.comparators)
            yield f"{ast.unparse(node)} → {ast.unparse(changed)}", changed


def _tree(module: str) -> ast.Module:
    return ast.parse(Path(ROOT, *module.split(".")).with_suffix(".py").read_text())


def _functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    """関数と、クラスの中の関数。"""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{prefix}{node.name}.")


def _inside(function: ast.FunctionDef) -> list[ast.AST]:
    """関数の中身のすべての節。引数や型は含まない。"""
    return [node for statement in function.body for node in ast.walk(statement)]


def _put(function: ast.FunctionDef, position: int, changed: ast.AST) -> None:
    """関数の中の `position` 番目の節を取り替える。"""
    target = _inside(function)[position]
    for parent in ast.walk(function):
        for field, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, field, changed)
            elif isinstance(value, list) and any(one is target for one in value):
                value[[one is target for one in value].index(True)] = changed


def _replace_code(module: str, tree: ast.Module) -> None:
    """動いている関数の中身を、書き換えたものにする。"""
    whole = compile(ast.fix_missing_locations(tree), module, "exec")
    codes = {code.co_qualname: code for code in _codes(whole)}
    for name, _ in _functions(tree):
        _live_function(module, name).__code__ = codes[name]


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _live_function(module: str, name: str) -> FunctionType:
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = vars(found)[part]
    if isinstance(found, property):
        found = found.fget
    return found
