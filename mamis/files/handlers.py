"""添付を含む送信の、入口での大きさの限り。"""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from mamis.files.rules import MEGABYTE

# 10 MB のファイル四つと、ほかの欄。
MOST_REQUEST_BYTES = 45 * MEGABYTE


class Bounded(FileUploadHandler):
    """大きすぎる送信を、読み始める前に断る。預かりはしない。"""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *rest: Any) -> None:  # noqa: N803
        """名のられた大きさで断る。"""
        if content_length > MOST_REQUEST_BYTES:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """次の受け手へ、そのまま渡す。"""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """受け手は、次の者。"""
