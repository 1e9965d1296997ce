"""書体の字形。氏名に現れる字は刷れ、刷れない字は前もって分かる。"""

from mamis.documents import glyphs


def test_the_characters_of_japanese_names_have_glyphs():
    assert glyphs.missing("髙﨑𠮷德瀨𣘺濵栁邉邊嵜嶋冨桒圡舘埜渕曻濱廣齋齊鷗〆々ヶ・＝ー 〓") == ""


def test_selectors_and_line_ends_need_no_glyph():
    assert glyphs.missing("葛\U000e0100城 辻\U000e0101 神\ufe00\n\u200d") == ""


def test_characters_without_glyph_are_named_once_in_order():
    assert glyphs.missing("龘山龘\ue000\ud842") == "龘\ue000\ud842"


def test_characters_without_glyph_become_geta():
    assert glyphs.geta("龘山 𠮷郎\ue000") == "〓山 𠮷郎〓"
