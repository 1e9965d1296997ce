"""書き方の決まり：画面は薄く、危ない近道はどこにもない。コードとひな型を読んで確かめる。

見直して残した例外だけを、わけとともにここに並べる。
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted((ROOT / "mamis").rglob("*.py"))
TEMPLATES = sorted(path for path in (ROOT / "mamis").rglob("templates/**/*") if path.suffix in {".html", ".txt"})
A_SCREEN = re.compile(r"/(views|forms)(/|\.py)|/(moving|retyped|scopes|steps)\.py$|/views\.py$")
SCREENS = [path for path in CODE if A_SCREEN.search(path.as_posix())]

WRITES = {
    "abulk_create", "acreate", "asave", "bulk_create", "bulk_update", "create", "delete", "get_or_create", "save",
    "select_for_update", "update", "update_or_create",
}  # fmt: skip
# 辞書を書き足すだけで、表には書かない。
DICTIONARIES = {
    ("mamis/membership/views/profile.py", "answers.update"),
    ("mamis/membership/views/writing.py", "answers.update"),
    ("mamis/training/views/writing.py", "answers.update"),
    ("mamis/training/views/proxy.py", "answers.update"),
}

# 見直した四か所：表にある決まった絵、描いたばかりの断片、HTML を切った Markdown、一片ずつ逃がしたメールの本文。
REVIEWED_AS_SAFE = {
    ("mamis/web/templatetags/web.py", "icon"),
    ("mamis/web/templatetags/web.py", "crumbs"),
    ("mamis/web/manual.py", "_render"),
    ("mamis/demo/templatetags/mailbox.py", "with_own_links"),
}

# フォームを通さない送信の読み方と、そのわけ。
READ_BY_HAND = {
    ("mamis/accounts/views/consent.py", "seen"): "読んでいた版の印。いまの版と合わなければ、読み直してもらう",
    ("mamis/accounts/views/visitor.py", "next"): "このシステムの中の住所かを、その場で確かめる",
    ("mamis/associations/views/office.py", "field"): "テスト送信の二つの欄のどちらか。ほかは 404",
    ("mamis/doctors/views/office.py", "seen"): "見ていた画面の印。合わなければ 422",
    ("mamis/doctors/views/office_facilities.py", "facility"): "選んだ施設。選んでよいものになければ、選び直してもらう",
    ("mamis/doctors/views/public.py", "to"): "確認の頁から来たか。決まった一語とだけ比べる",
    ("mamis/training/views/handbooks.py", "seen"): "見ていた画面の印。合わなければ 409",
    ("mamis/training/views/office.py", "seen"): "見ていた画面の印。合わなければ 409",
    ("mamis/training/views/writing.py", "to"): "確認の頁から来たか。決まった一語とだけ比べる",
    ("mamis/membership/views/office.py", "seen"): "見ていた画面の印。合わなければ 409",
    ("mamis/membership/views/profile.py", "seen"): "見ていた画面の印。合わなければ 409",
    ("mamis/membership/views/writing.py", "to"): "確認の頁から来たか。決まった一語とだけ比べる",
    ("mamis/membership/views/writing.py", "words"): "候補を探すだけ。残すのは、欄が読んだものである",
    ("mamis/web/middleware.py", "answer"): "断った画面に、打たれたままに返すだけ",
    ("mamis/web/middleware.py", "comment"): "断った画面に、打たれたままに返すだけ",
    ("mamis/web/middleware.py", "question"): "断った画面に、打たれたままに返すだけ",
    ("mamis/web/middleware.py", "reason"): "断った画面に、打たれたままに返すだけ",
}
BUTTONS = {
    "as_is",
    "back",
    "choose",
    "confirmed",
    "detach",
    "earlier",
    "insert",
    "later",
    "next",
    "none",
    "print",
    "refuse",
    "rewrite",
    "search",
}

# 日本語の文の中で、そのまま使う言葉。
WORDS = {"AA", "CSV", "Cookie", "Excel", "G-MIS", "ID", "JIS", "JavaScript", "MAMIS", "PDF", "QR", "TOP", "WCAG"}

SQL_BY_HAND = {"execute", "executemany", "extra", "raw"}
# 打たれた値は %s で渡し、名は psycopg の Identifier が囲む。
REVIEWED_SQL = {
    (
        "mamis/config/management/commands/grant_rights.py",
        "sql.SQL(text).format(role=sql.Identifier(role), **names)",
    )
}
CALLS_OUTSIDE = {"aiohttp", "http", "httpx", "requests", "socket", "urllib3"}


def test_screens_ask_the_policy_and_write_through_operations():
    found = []
    for path, node in nodes(SCREENS):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
            found.append((name(path), node.lineno, node.attr))
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in WRITES:
            found.append((name(path), node.lineno, ast.unparse(called)))

    assert [(path, called) for path, _, called in found if (path, called) not in DICTIONARIES] == []


def test_the_guards_of_the_framework_are_never_taken_off():
    forbidden = re.compile(r"csrf_exempt|xframe_options_exempt|csp_exempt|csp_replace|csp_update|SafeText|html_safe")

    assert [name(path) for path in CODE if forbidden.search(path.read_text(encoding="utf-8"))] == []


def test_only_reviewed_places_mark_markup_as_safe():
    marking = {
        (name(path), function.name)
        for path in CODE
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"mark_safe", "SafeString", "safestring.mark_safe"}
    }

    assert marking == REVIEWED_AS_SAFE


def test_format_html_is_given_its_words_separately():
    found = [
        (name(path), node.lineno)
        for path, node in nodes(CODE)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"format_html", "format_html_join"}
        and not all(isinstance(word, ast.Constant) for word in node.args[:1])
    ]

    assert found == []


def test_templates_escape_everything_and_hold_no_script_and_no_style():
    forbidden = re.compile(
        r"\|\s*safe(seq)?\b|autoescape off"
        # このサイトの静的ファイルだけを、あとから読む。
        r"|<script(?! src=\"\{% static '[\w/.]+' %\}\" defer></script>)"
        r"|<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<iframe|<object|<embed"
        r"|https?://(?!www\.w3\.org)"
    )

    found = [
        (name(path), match[0])
        for path in TEMPLATES
        if path.suffix == ".html"
        for match in forbidden.finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_pages_speak_japanese():
    found = [
        (name(path), word)
        for path in TEMPLATES
        for word in re.findall(r"[A-Z]-[A-Z]+|[A-Za-z]{2,}", spoken(path.read_text(encoding="utf-8"), path.suffix))
        if word not in WORDS
    ]

    assert found == []


def test_sql_is_written_out_whole():
    found = [
        (name(path), node.lineno, ast.unparse(node.args[0]))
        for path, node in nodes(CODE)
        if "/migrations/" not in path.as_posix()
        and isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in SQL_BY_HAND
        and node.args
        and not (node.func.attr.startswith("execute") and isinstance(node.args[0], ast.Constant))
        and (name(path), ast.unparse(node.args[0])) not in REVIEWED_SQL
    ]
    raw = [name(path) for path in CODE if "RawSQL" in path.read_text(encoding="utf-8")]

    assert (found, raw) == ([], [])


def test_what_was_sent_never_becomes_names_of_columns():
    found = [
        (name(path), node.lineno)
        for path, node in nodes(CODE)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg is None and re.search(r"request\.(GET|POST|FILES|COOKIES)|\.data\b", ast.unparse(keyword.value))
    ]

    assert found == []


def test_what_is_sent_is_read_by_forms():
    by_hand, strange = set(), []
    for path in CODE:
        parents = {child: node for node in ast.walk(tree(path)) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Attribute) and ast.unparse(node) in {"request.POST", "request.GET"}):
                continue
            parent, grand = parents[node], parents.get(parents[node])
            if isinstance(parent, ast.Compare) and ast.literal_eval(parent.left) in BUTTONS:
                continue
            if isinstance(parent, ast.Attribute) and parent.attr == "get" and isinstance(grand, ast.Call):
                asked = ast.literal_eval(grand.args[0])
                by_hand |= {(name(path), asked)} - {(name(path), "page")}
                continue
            if isinstance(parent, ast.Attribute) and parent.attr in {"copy", "urlencode"}:
                continue  # 一覧の条件を、次の頁の住所へ運ぶだけ
            if not is_given_to_a_form(node, parents):
                strange.append((name(path), node.lineno))

    assert (by_hand, strange) == (set(READ_BY_HAND), [])


def test_nothing_is_fetched_from_elsewhere():
    found = [
        (name(path), module)
        for path, node in nodes(CODE)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in imported(node)
        if module.split(".")[0] in CALLS_OUTSIDE or module == "urllib.request"
    ]

    assert found == []


def test_nothing_is_imported_inside_functions():
    found = {
        (name(path), function.name)
        for path in CODE
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name != "ready"
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert found == set()


def test_the_reader_of_this_test_sees_the_screens():
    assert {"mamis/training/views/office.py", "mamis/demo/views.py", "mamis/training/steps.py"} <= {
        name(path) for path in SCREENS
    }


# 読み方


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return TREES[path]


def nodes(paths: list[Path]) -> Iterator[tuple[Path, ast.AST]]:
    for path in paths:
        for node in ast.walk(tree(path)):
            yield path, node


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]


def is_given_to_a_form(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """フォームを作るか、その頁の欄だけを取り出す関数に渡されているか。"""
    above: ast.AST | None = node
    while above is not None and not isinstance(above, ast.stmt):
        above = parents.get(above)
        if isinstance(above, ast.Call):
            called = ast.unparse(above.func)
            return bool(re.fullmatch(r"(forms\.)?[A-Z]\w+|make|typed|may_keep|\w+\.\w+_form", called))
    return False


def spoken(markup: str, suffix: str) -> str:
    """頁に出る言葉。ひな型の印と、札の名を除く。"""
    markup = re.sub(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}", " ", markup, flags=re.DOTALL)
    named = re.sub(r"\{[%{].*?[%}]\}", "", markup, flags=re.DOTALL)
    told = re.findall(r'(?:aria-label|title|alt|placeholder|data-label)="([^"]*)"', named)
    if suffix == ".txt":
        return re.sub(r"https?://\S+|\S*/\S*", " ", named)
    # class だけの断片は、枠のほうの札の中に入る。
    text = re.sub(r'<[^>]*>|\bclass="[^"]*"', " ", named)
    return re.sub(r"&\w+;", " ", " ".join([text, *told]))


TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in CODE}
