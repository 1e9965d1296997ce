"""電話番号の書き方を一つにする。

市外局番の表は持たない。区切りは打たれたとおりに「-」とし、区切りがなければ数字のままにする。
携帯電話など先頭3桁が決まっている番号（070・080・090・050）と、フリーダイヤル（0120・0800）だけは区切りを補う。
"""

import re

from mamis.japanese.folding import HYPHENS, LONG_VOWELS, to_half_width_ascii

_SEPARATORS = re.compile(rf"[{re.escape(HYPHENS + LONG_VOWELS)}()（）.\s]+")
_KNOWN = re.compile(r"(0120)([0-9]{3})([0-9]{3})|(0800)([0-9]{3})([0-9]{4})|(0[5789]0)([0-9]{4})([0-9]{4})")


class NotPhone(ValueError):
    """電話番号ではない。"""

    def __init__(self) -> None:
        super().__init__("電話番号は0から始まる10桁か11桁の数字で入力してください（例：03-3946-2121）。")


def phone(text: str) -> str:
    """「０３（３９４６）２１２１」を「03-3946-2121」にする。"""
    folded = re.sub(r"^\+81\s*(?:\(0\))?-?", "0", to_half_width_ascii(text))
    parts = _SEPARATORS.sub("-", folded).strip("-")
    number = parts.replace("-", "")
    if not re.fullmatch(r"0[1-9][0-9]{8,9}", number):
        raise NotPhone
    if parts != number:
        return parts
    match = _KNOWN.fullmatch(number)
    return "-".join(part for part in match.groups() if part) if match else number
