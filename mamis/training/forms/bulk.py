"""まとめての承認で、選ばれたもの。受付番号の形でないものは、なかったものとする。"""

import re

from django.http import QueryDict

RECEIPT = re.compile(r"[0-9-]{1,20}", re.ASCII)
LINE = re.compile(r"([0-9-]{1,20}) ([0-9a-f]{32})", re.ASCII)
KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)


class Picked:
    """一覧で選ばれた申請の受付番号。「この頁のすべて」なら、画面に並んでいたもの。"""

    def __init__(self, data: QueryDict) -> None:
        picked = data.getlist("listed" if "whole_page" in data else "pick")
        self.is_all = "all" in data
        self.receipt_nos = [text for text in picked if RECEIPT.fullmatch(text)]


class Confirmed:
    """確かめの画面で、承認すると決められた申請：受付番号と、見た内容の印。"""

    def __init__(self, data: QueryDict) -> None:
        found = [LINE.fullmatch(text) for text in data.getlist("line")]
        self.seen = {match[1]: match[2] for match in found if match}
        self.key = key if KEY.fullmatch(key := data.get("key", "")) else "0" * 32
