"""ファイルの確認の証明：確かめている最中の裏方が倒れても、ファイルは確認待ちのまま残り、次の裏方が確かめる。"""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from mamis.files.models import Original, StoredFile
from mamis.files.operations import receive
from tests.files.samples import upload
from tests.jobs.worker import Worker, wait_until

NOON = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


def heavy_pdf() -> bytes:
    """確かめるのに、しばらくかかるもの。"""
    page = Image.effect_noise((1200, 1700), 40).convert("RGB")
    written = BytesIO()
    page.save(written, "PDF", save_all=True, append_images=[page] * 9, quality=30)
    return written.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_checking_loses_no_file() -> None:
    file = receive(upload(heavy_pdf(), "手帳.pdf"), purpose="test", by_user_id=None, holder="a", at=NOON)

    def tries() -> int:
        return StoredFile.objects.get(pk=file.pk).tries

    with Worker() as worker:
        assert wait_until(lambda: tries() == 1, seconds=60)
        worker.kill()
    killed = StoredFile.objects.get(pk=file.pk)
    was_left = ProcrastinateJob.objects.filter(task_name="files.check", status="doing").count()
    kept = Original.objects.filter(file=file).exists()

    with Worker():
        ended = wait_until(lambda: StoredFile.objects.get(pk=file.pk).is_checked, seconds=240)

    after = StoredFile.objects.get(pk=file.pk)
    assert (killed.state_label, was_left, kept) == ("確認待ち", 1, True)
    assert (ended, after.pages, after.tries) == (True, 10, 2)
