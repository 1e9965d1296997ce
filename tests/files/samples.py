"""試験のためのファイル。どれも試験の中で作る。"""

from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pillow_heif import from_pillow

from mamis.accounts.models import User
from mamis.files.checking import check
from mamis.files.models import StoredFile
from mamis.files.operations import begin_check, receive, settle_check
from mamis.files.rules import MOST_A_DAY

SECRET = b"HIMITSU-KEIDO-35.6812"


def picture(width: int = 300, height: int = 200) -> Image.Image:
    """左が赤、右が青の絵。"""
    drawn = Image.new("RGB", (width, height), "red")
    drawn.paste("blue", (width // 2, 0, width, height))
    return drawn


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def jpeg(width: int = 300, height: int = 200, **options: Any) -> bytes:
    """撮った機械と場所の入った JPEG。"""
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    return saved(picture(width, height), "JPEG", exif=exif, **options)


def png(width: int = 300, height: int = 200) -> bytes:
    return saved(picture(width, height), "PNG")


def heic(width: int = 300, height: int = 200) -> bytes:
    written = BytesIO()
    from_pillow(picture(width, height)).save(written, quality=80)
    return written.getvalue()


def pdf(pages: int = 1) -> bytes:
    return saved(picture(), "PDF", save_all=True, append_images=[picture()] * (pages - 1))


def fill_the_day(user: User, at: datetime) -> None:
    """その人が一日に送れるだけを、送り終えたことにする。"""
    StoredFile.objects.bulk_create(
        StoredFile(
            token=f"{number:032}",
            purpose="test",
            name="a",
            kind="png",
            bytes=1,
            sha256="0" * 64,
            uploaded_by=user,
            uploaded_at=at,
        )
        for number in range(MOST_A_DAY)
    )


def upload(content: bytes, name: str = "手帳.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
    """ブラウザが送る形。"""
    return SimpleUploadedFile(name, content, content_type)


def held(
    user_id: int, purpose: str, at: datetime, content: bytes | None = None, name: str = "出務表.jpg"
) -> StoredFile:
    """預かり、本当に確かめ終えたファイル。"""
    taken = receive(upload(content or jpeg(), name), purpose=purpose, by_user_id=user_id, at=at)
    row, original = begin_check(taken.pk, at=at)
    return settle_check(row, check(original, row.kind), at=at)
