"""試験が読む、頁の言葉。"""

import re
from html import unescape
from typing import Any


def plain(markup: str) -> str:
    """印を除いた言葉。"""
    text = re.sub(r"<svg.*?</svg>|<script.*?</script>|<style.*?</style>", "", markup, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", text))).replace("\xa0", " ")


def words(response: Any) -> str:
    """頁の言葉だけ。"""
    return plain(response.content.decode())


def words_in_main(response: Any) -> str:
    """頁の本文から、印を除いたもの。印のところで、言葉は切れる。"""
    main = response.content.decode().partition('<main id="main"')[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("&nbsp;", " ")
