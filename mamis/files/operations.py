"""ファイルを預かり、確かめた結果を書き、片づける。"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from procrastinate.contrib.django import app

from mamis.files import queries
from mamis.files.checking import Clean, Refused, Verdict
from mamis.files.models import Original, Page, StoredFile
from mamis.files.rules import (
    HEAD,
    MOST_A_DAY,
    MOST_BYTES,
    MOST_TRIES,
    REFUSED,
    FileKind,
    FileState,
    Refusal,
    cleaned_name,
    kind_of,
    next_try,
)

QUEUE = "files"
CHECK = "files.check"
LOCK = "files.file."


class NotTaken(Exception):
    """預かれないファイル。言葉は、そのまま欄のそばに出す。"""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(REFUSED[refusal])
        self.refusal = refusal


class TooManyFiles(Exception):
    """一日に送れる数を超えた。"""

    def __init__(self) -> None:
        super().__init__(f"一日に送れるファイルは {MOST_A_DAY} 個までです。あすになってから、もう一度お試しください。")


@transaction.atomic
def receive(
    upload: UploadedFile, *, purpose: str, by_user_id: int | None, at: datetime, holder: str = ""
) -> StoredFile:
    """ファイルを預かり、確かめる仕事を同じトランザクションで預ける。大きさと種類がだめなら、ここで NotTaken。

    利用者になる前の人のファイルは、`by_user_id` を None とし、その人を見分ける印を `holder` に渡す。
    """
    content, kind = read(upload)
    if queries.sent_today(by_user_id=by_user_id, holder=holder, at=at) >= MOST_A_DAY:
        raise TooManyFiles
    file = StoredFile.objects.create(
        token=secrets.token_urlsafe(24),
        purpose=purpose,
        name=cleaned_name(upload.name or ""),
        kind=kind,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by_id=by_user_id,
        holder=holder,
        uploaded_at=at,
    )
    Original.objects.create(file=file, content=content)
    hand_over(file)
    return file


def read(upload: UploadedFile) -> tuple[bytes, FileKind]:
    """大きさと種類を確かめて読む。だめなら NotTaken。"""
    if (upload.size or 0) > MOST_BYTES:
        raise NotTaken(Refusal.TOO_BIG)
    upload.seek(0)
    content: bytes = upload.read(MOST_BYTES)
    found = kind_of(content[:HEAD])
    if isinstance(found, Refusal):
        raise NotTaken(found)
    return content, found


@transaction.atomic
def begin_check(file: int, *, at: datetime) -> tuple[StoredFile, bytes] | None:
    """確かめ始めたことを書く。もう済んでいれば None。何度も倒れたファイルは、ここであきらめる。"""
    row = StoredFile.objects.select_for_update().filter(pk=file, state=FileState.WAITING).first()
    if row is None:
        return None
    if row.tries >= MOST_TRIES:
        _refuse(row, Refusal.TOO_HEAVY, at)
        return None
    row.tries += 1
    row.save(update_fields=["tries"])
    return row, bytes(row.original.content)


@transaction.atomic
def settle_check(file: StoredFile, verdict: Verdict, *, at: datetime) -> StoredFile:
    """答えを書く。答えがなければ確認待ちのまま、次の仕事を同じトランザクションで預ける。"""
    row = StoredFile.objects.select_for_update().get(pk=file.pk)
    if not row.is_waiting:
        return row
    if isinstance(verdict, Clean):
        Page.objects.bulk_create(
            Page(file=row, number=number, width=page.width, height=page.height, content=page.content)
            for number, page in enumerate(verdict.pages, start=1)
        )
        row.state, row.pages = FileState.CHECKED, len(verdict.pages)
        _finish(row, at)
    elif isinstance(verdict, Refused):
        _refuse(row, verdict.refusal, at)
    elif verdict.is_files_fault and row.tries >= MOST_TRIES:
        _refuse(row, Refusal.TOO_HEAVY, at)
    else:
        # 確かめる側の故障は、何度あっても数えない。
        row.tries -= 0 if verdict.is_files_fault else 1
        row.next_try_at = at + next_try(row.tries)
        row.save(update_fields=["tries", "next_try_at"])
        hand_over(row)
    return row


@transaction.atomic
def hand_over_orphans() -> int:
    """確認待ちなのに仕事がないファイルの仕事を預け直し、その数を返す。"""
    files = queries.orphans(LOCK)
    for file in files:
        hand_over(file)
    return len(files)


@transaction.atomic
def forget_unclaimed(*, at: datetime) -> int:
    """だれのものにもならなかったファイルを、30 日で消し、その数を返す。"""
    files = list(queries.unclaimed(at).select_for_update(of=("self",), skip_locked=True)[:500])
    StoredFile.objects.filter(pk__in=[file.pk for file in files]).delete()
    return len(files)


@transaction.atomic
def forget_held(tokens: Iterable[str], *, by_user_id: int | None) -> int:
    """下書きとともにやめた、その人のファイルを消し、その数を返す。どこかの行が指しているものは残る。"""
    files = list(queries.unreferenced().filter(token__in=list(tokens), uploaded_by_id=by_user_id))
    StoredFile.objects.filter(pk__in=[file.pk for file in files]).delete()
    return len(files)


def hand_over(file: StoredFile) -> None:
    """確かめる仕事を、いまのトランザクションの中で預ける。"""
    job = app.configure_task(CHECK, queue=QUEUE, lock=f"{LOCK}{file.pk}", schedule_at=file.next_try_at)
    job.defer(file=file.pk)


def _refuse(row: StoredFile, refusal: Refusal, at: datetime) -> None:
    row.state, row.refusal = FileState.REFUSED, refusal
    _finish(row, at)


def _finish(row: StoredFile, at: datetime) -> None:
    """もとの中身は、確かめ終えたら残さない。"""
    row.checked_at, row.next_try_at = at, None
    row.save(update_fields=["state", "checked_at", "pages", "refusal", "next_try_at"])
    Original.objects.filter(file=row).delete()
