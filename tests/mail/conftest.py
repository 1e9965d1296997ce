"""試験のメールのひな型と、本物のSMTPサーバー。"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.mail.smtp import Server

TEMPLATES = Path(__file__).parent / "templates"


@pytest.fixture(autouse=True)
def note_templates(settings: Any) -> None:
    """試験のメールのひな型を、探す場所に足す。"""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [TEMPLATES]}]


@pytest.fixture
def smtp(settings: Any) -> Iterator[Server]:
    """動いているSMTPサーバー。"""
    with Server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server
