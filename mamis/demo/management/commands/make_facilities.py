"""架空の施設の一覧を CSV で書き出す。データの取り込みの練習と、速さを確かめるために使う。"""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mamis.associations.models import Prefecture
from mamis.demo.facilities import HEADS, facilities


class Command(BaseCommand):
    """架空の施設の一覧を書き出す。"""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, help="施設の数")
        parser.add_argument("path", type=Path, help="書き出すファイル")
        parser.add_argument("--prefecture", default="14", help="都道府県コード")

    def handle(self, *args: Any, number: int, path: Path, prefecture: str, **options: Any) -> None:
        of = Prefecture.objects.get(code=prefecture)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADS)
            writer.writerows(one.cells for one in facilities(number, prefecture_code=of.code, prefecture=of.name))
        self.stdout.write(f"架空の施設 {number} 件を {path} に書きました。")
