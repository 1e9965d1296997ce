"""ファイルを開いて、頁を描き直す子プロセス。ほかの何も知らない（Django も、データベースも、設定も）。

標準入力に中身、引数に種類を受け、標準出力に答えを返す：一行の JSON（断りか、頁の幅・高さ・バイト数の並び）、
そのあとに頁の JPEG。自分で力の限りを決めてから開くので、中身が何であっても、この限りを超えられない。

    python -I decoder.py jpeg < 中身 > 答え
"""

import json
import resource
import signal
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 40
WALL_SECONDS = 90
ANSWER_BYTES = 48 * 1024 * 1024
OPEN_FILES = 32

MOST_PIXELS = 40_000_000
MOST_PAGES = 20
# 描き直す大きさ：A4 を 300 dpi で撮った写真、200 dpi で描いた頁。
PHOTO_SIDE = 3508
PAGE_SIDE = 2339
PAGE_SCALE = 200 / 72
QUALITY = 85

# 力が足りなかったという答え。ほかの終わり方（殺された、落ちた）と同じに扱われる。
OVERRUN = 75


class Refused(Exception):
    """使えないことがはっきりしたファイル。名は files.rules.Refusal の値。"""


def limit() -> None:
    """力の限りを決める。あとから広げることはできない。"""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, ANSWER_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    signal.alarm(WALL_SECONDS)


def close_doors() -> None:
    """部品を読み終えたら、新しくファイルを開く余地も狭める。"""
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))


def main(source: BinaryIO, answer: BinaryIO, kind: str) -> int:
    """開いて、答えを書く。"""
    content = source.read()
    try:
        pages = list(draw(content, kind))
    except Refused as refused:
        answer.write(json.dumps({"refused": str(refused)}).encode() + b"\n")
        return 0
    except MemoryError:
        return OVERRUN
    sizes = [[width, height, len(page)] for width, height, page in pages]
    answer.write(json.dumps({"pages": sizes}).encode() + b"\n")
    for _, _, page in pages:
        answer.write(page)
    return 0


def draw(content: bytes, kind: str) -> Iterator[tuple[int, int, bytes]]:
    """描き直した頁：幅、高さ、JPEG。"""
    if kind == "pdf":
        yield from _pdf(content)
    else:
        yield _image(content, kind)


def _image(content: bytes, kind: str) -> tuple[int, int, bytes]:
    """一枚の画像。開く前に画素を数え、向きを直し、字のほかに何も残さずに描き直す。"""
    broken = "broken_heic" if kind == "heic" else "broken"
    try:
        if kind == "heic":
            register_heif_opener(thumbnails=False)
            options.DECODE_THREADS = 1
        with Image.open(BytesIO(content), formats=["HEIF" if kind == "heic" else kind.upper()]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Refused("too_many_pixels")
            opened.draft("RGB", (PHOTO_SIDE, PHOTO_SIDE))
            turned = ImageOps.exif_transpose(opened)
            turned.thumbnail((PHOTO_SIDE, PHOTO_SIDE), reducing_gap=2.0)
            return _jpeg(turned)
    except (Refused, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise Refused("too_many_pixels") from error
    except Exception as error:
        raise Refused(broken) from error


def _pdf(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """PDF の頁を、絵として描く。文字の情報、添付、仕掛け、入力欄は残らない。"""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise Refused("locked" if locked else "broken") from error
    if not len(document):
        raise Refused("broken")
    if len(document) > MOST_PAGES:
        raise Refused("too_many_pages")
    for number in range(len(document)):
        try:
            page = document[number]
            width, height = page.get_size()
            scale = min(PAGE_SCALE, PAGE_SIDE / max(width, height, 1))
            drawn = page.render(scale=scale, may_draw_forms=False).to_pil()
        except (pypdfium2.PdfiumError, ValueError, OverflowError) as error:
            raise Refused("broken") from error
        yield _jpeg(drawn)
        page.close()


def _jpeg(picture: Any) -> tuple[int, int, bytes]:
    """新しい紙に写し、JPEG にする。撮った場所も、色の説明も、前の中身も、付いてこない。"""
    paper = Image.new("RGB", picture.size, "white")
    if "A" in picture.getbands() or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        paper.paste(seen, mask=seen.getchannel("A"))
    else:
        paper.paste(picture.convert("RGB"))
    written = BytesIO()
    paper.save(written, "JPEG", quality=QUALITY, optimize=False)
    return paper.width, paper.height, written.getvalue()


# 限りは、大きな部品を読むより先に決める。
if __name__ == "__main__":
    limit()

import pypdfium2  # noqa: E402
import pypdfium2.raw  # noqa: E402
from PIL import Image, ImageOps  # noqa: E402
from pillow_heif import options, register_heif_opener  # noqa: E402

if __name__ == "__main__":
    close_doors()
    sys.exit(main(sys.stdin.buffer, sys.stdout.buffer, sys.argv[1]))
