"""文字をならす。検索、突き合わせ、サインイン、取込みのどれもがこの一か所を使う。

保存するのは ``clean`` を通した打たれたままの文字（髙・﨑・𠮷も、異体字セレクタも残る）である。
比べるときだけ ``fold`` の写しを使う。

出典: 正規化は Unicode 標準附属書 #15（NFKC）、異体字は ``variants`` の表、異体字セレクタは UTS #37（U+E0100–E01EF）。
"""

import re
import unicodedata

from mamis.japanese.variants import VARIANTS


class NotStorable(ValueError):
    """保存できない文字がある。"""


class NotKana(ValueError):
    """カナでない文字がある。どの文字かを ``characters`` に持つ。"""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        super().__init__(f"カタカナで入力してください（「{characters}」は使えません）。")


# ハイフン、ダッシュ、マイナス、罫線のうち、日本語入力で「-」のつもりで打たれるもの。長音「ー」は前の字で分ける。
HYPHENS = (
    "-\u00ad\u02d7\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\u2501\u2e3a\u2e3b\ufe58\ufe63\uff0d"
)
LONG_VOWELS = "ー\uff70"
# 外国の方の名を区切る点。
MIDDLE_DOTS = "・·•‧∙⋅･"

_REMOVED = str.maketrans("", "", HYPHENS + MIDDLE_DOTS)
_VARIANTS = str.maketrans(VARIANTS)
# 離れて打たれた濁点・半濁点は前の字に合わせる（NFKC は間に空白を置いてしまう）。
_SOUND_MARKS = str.maketrans({"゛": "\u3099", "゜": "\u309a", "ﾞ": "\u3099", "ﾟ": "\u309a"})
_KATAKANA = str.maketrans({chr(code): chr(code + 0x60) for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)})
# 地名の小さいヶは「ケ」「が」の略記で、台帳によって大小がまちまちである。ほかの小さい字は残す。
_PLACE_KE = str.maketrans({"ヶ": "ケ"})
_WIDE_ASCII = str.maketrans({code + 0xFEE0: code for code in range(0x21, 0x7F)} | {0x3000: 0x20, 0x00A0: 0x20})
_HYPHEN_TO_ASCII = str.maketrans(dict.fromkeys(HYPHENS, "-"))
_LONG_VOWEL_AS_HYPHEN = re.compile(rf"(?<![ぁ-ゖァ-ヺｦ-ﾝﾞﾟー])[{LONG_VOWELS}]+")
_HYPHEN_AS_LONG_VOWEL = re.compile(rf"(?<=[ァ-ヺー])[{re.escape(HYPHENS)}]")
_SOUNDED = re.compile("(?s).[\u3099\u309a]")
_LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_KANA = re.compile("[ァ-ヺー・ヽヾ\u3000]")
# 見えない文字のうち名や文を偽れるもの: 制御文字、幅のない空白、文字の向きの指定、非文字。
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufdd0-\ufdef\ufff9-\uffff]"
)


def clean(text: str) -> str:
    """打たれた文を保存できる形にする。

    見えない文字を除き、改行を「\\n」に揃え、離れた濁点を合わせ、前後の空白を取る。文字そのものは変えない。
    相方のないサロゲートがあれば ``NotStorable``。
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise NotStorable("保存できない文字が含まれています。文字を入力し直してください。")
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)).replace("\t", " ")
    return _SOUNDED.sub(lambda match: unicodedata.normalize("NFC", match[0]), text).strip()


def clean_line(text: str) -> str:
    """一行の欄に打たれた文を保存できる形にする。改行と続いた空白は一つの空白になる。"""
    return re.sub("\\s*\n\\s*|  +", " ", clean(text))


def fold(text: str) -> str:
    """検索と突き合わせのための写しを作る。二度通しても同じになる。

    幅・大文字小文字・ひらがなとカタカナ・異体字の違いをなくし、空白・ハイフン・中点・異体字セレクタを除く。
    小さい仮名と長音は残す。
    """
    text = _normal(_normal(text).casefold())
    return _LONG_VOWEL_AS_HYPHEN.sub("", text.translate(_KATAKANA).translate(_PLACE_KE).translate(_VARIANTS))


def fold_identifier(text: str) -> str:
    """サインインに使う名（メールアドレス、医籍登録番号、会員ID）をならす。

    メールアドレスはハイフンを残し、番号は空白とハイフンを除く。「第351874号」の第と号も除く。
    """
    text = _visible(unicodedata.normalize("NFKC", _visible(text))).lower()
    if "@" in text:
        return re.sub(f"[{LONG_VOWELS}]", "-", text.translate(_HYPHEN_TO_ASCII)).replace("。", ".")
    text = text.translate(_REMOVED).replace("ー", "")
    return re.sub(r"^第?([0-9]+)号?$", r"\1", text)


def to_katakana(text: str) -> str:
    """フリガナの欄に打たれた文を全角カタカナにする。カナでない文字があれば ``NotKana``。"""
    text = unicodedata.normalize("NFKC", clean_line(text).translate(_SOUND_MARKS)).translate(_KATAKANA)
    text = _HYPHEN_AS_LONG_VOWEL.sub("ー", re.sub(r"\s+", "\u3000", text))
    others = "".join(dict.fromkeys(_KANA.sub("", text)))
    if others:
        raise NotKana(others)
    return text


def to_half_width_ascii(text: str) -> str:
    """メールアドレスや URL の欄に打たれた全角の英数字・記号を半角にする。ほかの文字は残し、欄の検査に任せる。"""
    text = clean_line(text).translate(_WIDE_ASCII).translate(_HYPHEN_TO_ASCII)
    return _LONG_VOWEL_AS_HYPHEN.sub(lambda match: "-" * len(match[0]), text).strip()


def digits(text: str) -> str:
    """文の中の数字だけを半角で返す。"""
    return re.sub("[^0-9]", "", unicodedata.normalize("NFKC", text))


def grams(text: str) -> list[str]:
    """検索列に置く二文字の組を、重なりなく並べて返す。空白で分けた言葉をまたぐ組はない。"""
    words = [fold(word) for word in text.split()]
    return sorted({word[at : at + 2] for word in words for at in range(len(word) - 1)})


def _normal(text: str) -> str:
    """幅と字形を揃え、空白・ハイフン・見えない文字を除く。"""
    text = unicodedata.normalize("NFKC", text.translate(_SOUND_MARKS).translate(_REMOVED))
    return unicodedata.normalize("NFKC", _visible(text.translate(_SOUND_MARKS).translate(_REMOVED)))


def _visible(text: str) -> str:
    """空白、制御文字、書式文字、異体字セレクタを除く。"""
    return "".join(
        character
        for character in text
        if unicodedata.category(character) not in {"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"}
        and not "\ufe00" <= character <= "\ufe0f"
        and not "\U000e0100" <= character <= "\U000e01ef"
    )
