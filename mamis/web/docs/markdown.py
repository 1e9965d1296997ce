"""Markdown の表と節を書く。"""

from collections.abc import Iterable

WRITTEN = "この頁は `script/docs` がコードの表から書いています。手で直しても、次に書くときに消えます。"


def page(title: str, about: str, *sections: str) -> str:
    """一つの頁。"""
    return "\n\n".join((f"# {title}", about, WRITTEN, *sections)) + "\n"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """表。マスの中の改行と縦線は、表を崩さない形にする。"""
    heads = tuple(heads)
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def first_sentence(thing: object) -> str:
    """docstring の一行目。句点は除く。"""
    return (getattr(thing, "__doc__", None) or "").strip().split("\n", 1)[0].removesuffix("。")


def fenced(text: str, language: str = "text") -> str:
    """書かれたとおりに見せるところ。"""
    return f"```{language}\n{text.strip()}\n```"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
