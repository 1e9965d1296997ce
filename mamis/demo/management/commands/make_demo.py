"""練習用の医師会と医師を作る。すでにあれば何もしない。"""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from mamis.demo.world import WorldExists, build


class Command(BaseCommand):
    """練習用の世界を作る。"""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            build(timezone.now())
        except WorldExists:
            self.stdout.write("練習用の医師会と医師は、すでにあります。")
        else:
            self.stdout.write("練習用の医師会と医師を作りました。")
