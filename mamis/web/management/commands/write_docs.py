"""docs/ のうち、コードの表から書く頁を書く。"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mamis.web.docs import PAGES


class Command(BaseCommand):
    """流れ、メール、見える範囲の頁を書く。--check では書かずに、古ければ断る。"""

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="書かずに、古くないかだけを確かめる。")
        parser.add_argument(
            "--folder", type=Path, default=Path(settings.BASE_DIR) / "docs", help="頁のあるフォルダー。"
        )

    def handle(self, *args: Any, check: bool, folder: Path, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("練習用の画面も書くので、DEMO=1 で行ってください（script/docs がそうします）。")
        pages = {folder / name: write() for name, write in PAGES.items()}
        stale = [path for path, text in pages.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
        if check and stale:
            raise CommandError(
                f"{'、'.join(path.name for path in stale)} が古くなっています。script/docs で書き直せます。"
            )
        for path in stale:
            path.write_text(pages[path], encoding="utf-8")
