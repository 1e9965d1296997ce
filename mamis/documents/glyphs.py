"""書体に字形のない文字を見つける。

出典: OpenType 仕様の cmap 表（書式12）。書体は太さごとに別のファイルだが、持つ文字は同じである。
"""

import re
import struct
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
REGULAR = FONTS / "noto-serif-jp-0.4.3" / "NotoSerifJP_400Regular.ttf"

GETA = "〓"

# 制御文字、幅のない書式文字、異体字セレクタ。
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)


def missing(text: str) -> str:
    """紙に刷れない文字を、出てきた順に一度ずつ返す。すべて刷れれば空。"""
    return "".join(dict.fromkeys(character for character in text if not _is_drawable(character)))


def geta(text: str) -> str:
    """紙に刷れない文字を「〓」（下駄）に替える。印刷の慣行により、そこは手で書き入れる。"""
    return text.translate(dict.fromkeys(map(ord, missing(text)), GETA))


def _is_drawable(character: str) -> bool:
    """字形があるか、字形の要らない文字である。"""
    return ord(character) in _code_points() or _INVISIBLE.fullmatch(character) is not None


@cache
def _code_points() -> frozenset[int]:
    """書体が字形を持つ符号位置。"""
    font = REGULAR.read_bytes()
    tables = dict(_table(font, number) for number in range(struct.unpack_from(">H", font, 4)[0]))
    cmap = tables[b"cmap"]
    records = (
        struct.unpack_from(">HHI", font, cmap + 4 + 8 * number)
        for number in range(struct.unpack_from(">H", font, cmap + 2)[0])
    )
    full = next(cmap + offset for platform, encoding, offset in records if (platform, encoding) == (3, 10))
    groups = (
        struct.unpack_from(">III", font, full + 16 + 12 * number)
        for number in range(struct.unpack_from(">I", font, full + 12)[0])
    )
    return frozenset(code for first, last, _ in groups for code in range(first, last + 1))


def _table(font: bytes, number: int) -> tuple[bytes, int]:
    """書体の中の表の名と位置。"""
    name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * number)
    return name, offset
