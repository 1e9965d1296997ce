"""預かるファイルの決まり：大きさ、種類の見分け、断りの言葉、確かめ直しの間隔。"""

import re
from datetime import timedelta
from enum import StrEnum

from mamis.japanese.folding import NotStorable, clean_line

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
MOST_PIXELS = 40_000_000
MOST_PAGES = 20
# 一人が一日に送れる数。いたずらで置き場所がうまらないように。
MOST_A_DAY = 200
# だれのものにもならなかったファイルを、残しておく間。
KEPT = timedelta(days=30)
# 確かめる力が足りずに終わったとき、あきらめるまでの回数。
MOST_TRIES = 4
NAME_LENGTH = 100


class FileState(StrEnum):
    WAITING = "waiting"
    CHECKED = "checked"
    REFUSED = "refused"


FILE_STATE_LABELS = {
    FileState.WAITING: "確認待ち",
    FileState.CHECKED: "確認済",
    FileState.REFUSED: "使えません",
}


class FileKind(StrEnum):
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"
    PDF = "pdf"


FILE_KIND_LABELS = {
    FileKind.JPEG: "写真（JPEG）",
    FileKind.PNG: "画像（PNG）",
    FileKind.HEIC: "写真（HEIC）",
    FileKind.PDF: "PDF",
}


class Refusal(StrEnum):
    """ファイルを使えないわけ。"""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    LOCKED = "locked"
    BROKEN = "broken"
    BROKEN_HEIC = "broken_heic"
    TOO_HEAVY = "too_heavy"
    OFFICE = "office"
    ARCHIVE = "archive"
    OTHER_PICTURE = "other_picture"
    DRAWING = "drawing"
    MOVIE = "movie"
    PROGRAM = "program"
    UNKNOWN = "unknown"


_TAKEN = "写真（JPEG、PNG、HEIC）か PDF"
# 断りの言葉。何が起きたかと、どうすればよいか。
REFUSED = {
    Refusal.EMPTY: "中身のないファイルです。ファイルを開いて中身を確かめてから、もう一度選んでください。",
    Refusal.TOO_BIG: (
        f"ファイルが {MOST_BYTES // MEGABYTE} MB を超えています。写真は大きさを小さくするか撮り直し、"
        "PDF は頁を分けて、もう一度選んでください。"
    ),
    Refusal.TOO_MANY_PIXELS: (
        f"画像が大きすぎます（{MOST_PIXELS // 10_000:,} 万画素まで）。"
        "小さくするか、撮り直して、もう一度送ってください。"
    ),
    Refusal.TOO_MANY_PAGES: f"PDF の頁が多すぎます（{MOST_PAGES} 頁まで）。分けて、もう一度送ってください。",
    Refusal.LOCKED: "PDF にパスワードがかかっています。パスワードを外して保存し直し、もう一度送ってください。",
    Refusal.BROKEN: (
        "ファイルを最後まで読めませんでした。壊れているか、途中で切れています。"
        "ファイルを開けることを確かめるか、撮り直して、もう一度送ってください。"
    ),
    Refusal.BROKEN_HEIC: (
        "この写真（HEIC）を読めませんでした。iPhoneの「設定」→「カメラ」→「フォーマット」で"
        "「互換性優先」を選んで撮り直すか、写真の画面の写し（スクリーンショット）を送ってください。"
    ),
    Refusal.TOO_HEAVY: (
        "このファイルは、開くのに時間や記憶がかかりすぎて、確かめられませんでした。"
        "写真に撮り直すか、印刷して読み取り直して、もう一度送ってください。"
    ),
    Refusal.OFFICE: "ワードやエクセルなどのファイルは使えません。PDF にして保存し直し、もう一度選んでください。",
    Refusal.ARCHIVE: f"圧縮したファイルは使えません。開いて、中の{_TAKEN}を選んでください。",
    Refusal.OTHER_PICTURE: "この形の画像は使えません。JPEG か PDF にして保存し直し、もう一度選んでください。",
    Refusal.DRAWING: f"ホームページや図形のファイルは使えません。{_TAKEN}を選んでください。",
    Refusal.MOVIE: f"動画や音声は使えません。{_TAKEN}を選んでください。",
    Refusal.PROGRAM: f"プログラムのファイルは使えません。{_TAKEN}を選んでください。",
    Refusal.UNKNOWN: f"何のファイルか分かりませんでした。{_TAKEN}を選んでください。",
}

# 初めの何バイトかで分かるもの。名前も、ブラウザの言う種類も、見ない。
_MAGIC: tuple[tuple[bytes, FileKind | Refusal], ...] = (
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"%PDF-", FileKind.PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Refusal.OFFICE),
    (b"{\\rtf", Refusal.OFFICE),
    (b"PK", Refusal.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Refusal.ARCHIVE),
    (b"Rar!", Refusal.ARCHIVE),
    (b"\x1f\x8b", Refusal.ARCHIVE),
    (b"GIF8", Refusal.OTHER_PICTURE),
    (b"II*\x00", Refusal.OTHER_PICTURE),
    (b"MM\x00*", Refusal.OTHER_PICTURE),
    (b"BM", Refusal.OTHER_PICTURE),
    (b"\x00\x00\x01\x00", Refusal.OTHER_PICTURE),
    (b"MZ", Refusal.PROGRAM),
    (b"\x7fELF", Refusal.PROGRAM),
    (b"#!", Refusal.PROGRAM),
    (b"ID3", Refusal.MOVIE),
)
_OFFICE_INSIDE = (b"[Content_Types].xml", b"mimetypeapplication/vnd.", b"word/", b"xl/", b"ppt/")
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:[!?]|[a-zA-Z])")
HEAD = 4096


def kind_of(head: bytes) -> FileKind | Refusal:
    """初めの `HEAD` バイトから、何のファイルか。預からないものは、そのわけ。"""
    if not head:
        return Refusal.EMPTY
    for magic, found in _MAGIC:
        if head.startswith(magic):
            is_office = found == Refusal.ARCHIVE and any(sign in head for sign in _OFFICE_INSIDE)
            return Refusal.OFFICE if is_office else found
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return FileKind.HEIC if brand in _HEIC_BRANDS else Refusal.OTHER_PICTURE if brand == b"avif" else Refusal.MOVIE
    if head.startswith(b"RIFF"):
        return Refusal.OTHER_PICTURE if head[8:12] == b"WEBP" else Refusal.MOVIE
    return Refusal.DRAWING if _MARKUP.match(head) else Refusal.UNKNOWN


def cleaned_name(name: str) -> str:
    """画面に出す、もとの名。場所、見えない文字、名に使えない記号を除く。読めない名は「ファイル」。"""
    try:
        last = clean_line(re.split(r"[/\\]", name)[-1])
    except NotStorable:
        return "ファイル"
    return re.sub(r'[<>:"|?*%;\x00-\x1f]', "_", last)[-NAME_LENGTH:].lstrip(". ") or "ファイル"


def served_name(name: str, suffix: str) -> str:
    """渡すときの名。もとの名のどの「.」のあとも信じず、中身どおりの終わりを付ける。"""
    return f"{name.replace('.', '_')}.{suffix}"


def size_text(number: int) -> str:
    """大きさを言葉で：1.2 MB、34 KB。"""
    return f"{number / MEGABYTE:.1f} MB" if number >= MEGABYTE else f"{max(1, round(number / 1024))} KB"


def next_try(tries: int) -> timedelta:
    """次に確かめるまでの間：30 秒、1 分、2 分……、長くても 1 時間。"""
    return min(timedelta(seconds=30) * 2 ** min(tries, 8), timedelta(hours=1))
