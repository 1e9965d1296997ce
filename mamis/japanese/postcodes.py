"""郵便番号の書き方を一つにする。"""

import re

from mamis.japanese.folding import HYPHENS, LONG_VOWELS, to_half_width_ascii

_POSTCODE = re.compile(rf"〒?([0-9]{{3}})[{re.escape(HYPHENS + LONG_VOWELS)}]?([0-9]{{4}})")


class NotPostcode(ValueError):
    """郵便番号ではない。"""

    def __init__(self) -> None:
        super().__init__("郵便番号は7桁の数字で入力してください（例：113-8621）。")


def postcode(text: str) -> str:
    """「〒１２３−４５６７」「1234567」を「123-4567」にする。"""
    match = _POSTCODE.fullmatch(re.sub(r"\s", "", to_half_width_ascii(text)))
    if match is None:
        raise NotPostcode
    return f"{match[1]}-{match[2]}"
