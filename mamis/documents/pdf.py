"""型紙（typst）と事実から、タグ付きの PDF を描く。

事実は JSON として渡し、型紙の中では文字としてだけ扱われる。氏名に何が書かれていても組版の命令にはならない。
書体はこのフォルダの ``fonts`` だけを使うので、どの機械でも、何度描いても、同じバイト列になる。
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

import typst

from mamis.documents.glyphs import FONTS, geta
from mamis.japanese.folding import clean


def draw(template: Path, facts: Mapping[str, object]) -> bytes:
    """A4 の PDF（PDF/UA-1）を描く。型紙は ``sys.inputs.facts`` の JSON を読む。

    呼ぶたびに新しい組版器を作るので、スレッドやプロセスの間で事実が混ざることはない。
    書体にない文字があっても紙は出る。その文字は「〓」になり、どれかは ``glyphs.missing`` で前もって分かる。
    """
    compiler = typst.Compiler(
        str(template),
        root=str(template.parent),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(_printable(facts), ensure_ascii=False)},
    )
    return cast(bytes, compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=0))


def _printable(value: object) -> object:
    """事実の中の文を、紙に刷れる文字だけにする。"""
    if isinstance(value, str):
        return clean(geta(value))
    if isinstance(value, Mapping):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(inner) for inner in value]
    return value


@cache
def _fonts() -> typst.Fonts:
    """書体の目録。読み取り専用で、プロセスに一つだけ持つ。"""
    folders = [str(path) for path in sorted(FONTS.iterdir()) if path.is_dir()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
