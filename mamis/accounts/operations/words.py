"""知らせのメールに書く、時刻の言葉。"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone


def in_words(at: datetime) -> str:
    """2026年6月4日 9時31分"""
    here = timezone.localtime(at)
    return f"{here.year}年{here.month}月{here.day}日 {here.hour}時{here.minute:02}分"
