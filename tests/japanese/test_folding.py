"""文字をならす。打ち方や字体が違っても同じ人が見つかり、保存する文字は変わらない。"""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mamis.japanese import folding, variants

KATSURAGI = "葛\U000e0100城"


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        # 異体字
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("山嵜", "山崎"),
        ("𠮷田", "吉田"),
        ("德永", "徳永"),
        ("高瀨", "高瀬"),
        ("渡邉", "渡辺"),
        ("渡邊", "渡辺"),
        ("濵田", "浜田"),
        ("濱田", "浜田"),
        ("栁澤", "柳沢"),
        ("𣘺本", "橋本"),
        ("槗本", "橋本"),
        ("嶋田", "島田"),
        ("嶌田", "島田"),
        ("三峯", "三峰"),
        ("冨田", "富田"),
        ("古舘", "古館"),
        ("埜口", "野口"),
        ("桒原", "桑原"),
        ("舩木", "船木"),
        ("圡屋", "土屋"),
        ("礒部", "磯部"),
        ("渕上", "淵上"),
        ("曻", "昇"),
        ("櫻井", "桜井"),
        ("齋藤", "斎藤"),
        ("齊藤", "斉藤"),
        ("廣瀨", "広瀬"),
        ("國分", "国分"),
        ("龍ヶ崎", "竜ケ崎"),
        ("鷗外", "鴎外"),
        ("檜山", "桧山"),
        ("堯", "尭"),
        ("遙香", "遥香"),
        ("巖", "巌"),
        ("栢木", "柏木"),
        ("邨上", "村上"),
        ("寬", "寛"),
        ("惠子", "恵子"),
        ("眞理", "真理"),
        # 互換漢字と部首の字
        ("神\ufa19", "神神"),
        ("⾼⽥", "高田"),
        ("⻘木", "青木"),
        # 異体字セレクタ
        (KATSURAGI, "葛城"),
        ("辻\U000e0101", "辻"),
        ("神\ufe00", "神"),
        # 幅とかな
        ("ﾀｶﾊｼ", "タカハシ"),
        ("たかはし", "タカハシ"),
        ("ﾊﾞﾊﾞ", "ババ"),
        ("は゛は゛", "ババ"),
        ("か\u3099", "ガ"),
        ("ＹＡＭＡＤＡ", "yamada"),
        ("Yamada", "YAMADA"),
        ("㈱架空", "(株)架空"),
        # 空白とハイフン
        ("高橋 一郎", "高橋一郎"),
        ("高橋\u3000一郎", "高橋一郎"),
        ("高橋\u00a0\u2003一郎", "高橋一郎"),
        ("マリ＝アンヌ", "マリ=アンヌ"),
        ("ジョン・スミス", "ジョン スミス"),
        ("ジョン･スミス", "ジョンスミス"),
        ("1-2-3", "１−２−３"),
        ("1ー2ー3", "1–2—3"),
        ("0120‐110‐030", "0120110030"),
        ("\u200b高橋\ufeff", "高橋"),
    ],
)
def test_forms_of_one_name_fold_alike(typed, searched):
    assert folding.fold(typed) == folding.fold(searched)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("斉藤", "斎藤"),
        ("珪介", "圭介"),
        ("サトー", "サト"),
        ("キャ", "キヤ"),
        ("ショウ", "シヨウ"),
        ("ハハ", "ババ"),
        ("太田", "大田"),
    ],
)
def test_different_names_stay_apart(one, other):
    assert folding.fold(one) != folding.fold(other)


def test_folded_words():
    typed = ["髙﨑 𠮷郎", "ワタナベ　ハルコ", "ｻﾄｰ", "鎌ヶ谷市", "Ｍ-２号"]

    assert [folding.fold(words) for words in typed] == ["高崎吉郎", "ワタナベハルコ", "サトー", "鎌ケ谷市", "m2号"]


@given(st.text())
def test_folding_twice_changes_nothing(text):
    once = folding.fold(text)

    assert folding.fold(once) == once


def test_variants_end_at_their_representative_at_once():
    assert {variant for variant, form in variants.VARIANTS.items() if form in variants.VARIANTS} == set()
    pairs = ["".join(pair) for pair in variants.VARIANTS.items()]
    assert [unicodedata.normalize("NFKC", pair) for pair in pairs] == pairs


def test_no_variant_is_listed_twice():
    tables = (variants.OPENCC, variants.JINMEIYO, variants.UNIHAN, variants.NAMES)

    assert sum(len(table.split()) for table in tables) == len(variants.VARIANTS)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("member@demo.example", "member@demo.example"),
        (" Ｍｅｍｂｅｒ＠Ｄｅｍｏ．ｅｘａｍｐｌｅ\u3000", "member@demo.example"),
        ("two-hats＠demo.example", "two-hats@demo.example"),
        ("two−hats@demo。example", "two-hats@demo.example"),
        ("twoーhats@demo.example", "two-hats@demo.example"),
        ("two hats @ demo.example", "twohats@demo.example"),
        ("351874", "351874"),
        ("３５１８７４", "351874"),
        (" 351 874 ", "351874"),
        ("351-874", "351874"),
        ("351ー874", "351874"),
        ("351－874", "351874"),
        ("351‐874", "351874"),
        ("351–874", "351874"),
        ("第351874号", "351874"),
        ("第\u3000３５１８７４\u3000号", "351874"),
        ("\u200b351874\x00", "351874"),
        ("１２３４-５６７８-９０", "1234567890"),
        ("", ""),
    ],
)
def test_identifiers_fold(typed, folded):
    assert folding.fold_identifier(typed) == folded


@given(st.text())
def test_folding_an_identifier_never_fails(text):
    folded = folding.fold_identifier(text)

    assert not set(folded) & set(" \u3000\x00\u200b")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("髙﨑 𠮷郎", "髙﨑 𠮷郎"),
        (KATSURAGI, KATSURAGI),
        ("\ufa19", "\ufa19"),
        ("ＡＢＣ ｱ", "ＡＢＣ ｱ"),
        (" \u3000 高橋 \n", "高橋"),
        ("高\x00橋\x1b\x7f", "高橋"),
        ("一行\r\n二行\r三行\u2028四行\x85五行", "一行\n二行\n三行\n四行\n五行"),
        ("か\u3099は\u309a", "がぱ"),
        ("a\tb", "a b"),
        ("\u202e逆さ\u202c", "逆さ"),
        ("\ufeff高\u200b橋", "高橋"),
        ("", ""),
    ],
)
def test_cleaned_text_keeps_its_characters(typed, stored):
    assert folding.clean(typed) == stored


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    once = folding.clean(text)

    assert folding.clean(once) == once


def test_a_lone_surrogate_is_refused():
    with pytest.raises(folding.NotStorable) as refusal:
        folding.clean("高\ud842橋")

    assert str(refusal.value) == "保存できない文字が含まれています。文字を入力し直してください。"


def test_a_line_has_no_line_ends():
    assert folding.clean_line(" みどり市\r\n 中央  一丁目\u30001番 ") == "みどり市 中央 一丁目\u30001番"


@pytest.mark.parametrize(
    ("typed", "kana"),
    [
        ("タカハシ", "タカハシ"),
        ("ﾀｶﾊｼ", "タカハシ"),
        ("たかはし", "タカハシ"),
        ("ﾊﾞﾊﾞ ﾊﾟﾙ", "ババ\u3000パル"),
        ("は゛は゛", "ババ"),
        ("サト-", "サトー"),
        ("サト−", "サトー"),
        ("ｻﾄｰ", "サトー"),
        (" ジョン・スミス ", "ジョン・スミス"),
        ("ゔぃくとりあ", "ヴィクトリア"),
        ("みすゞ", "ミスヾ"),
        ("", ""),
    ],
)
def test_kana_becomes_full_width_katakana(typed, kana):
    assert folding.to_katakana(typed) == kana


@pytest.mark.parametrize(
    ("typed", "named"), [("高橋", "高橋"), ("タカハシ1", "1"), ("ABA", "AB"), ("タカ、ハシ", "、")]
)
def test_what_is_not_kana_is_named(typed, named):
    with pytest.raises(folding.NotKana) as refusal:
        folding.to_katakana(typed)

    assert (refusal.value.characters, str(refusal.value)) == (
        named,
        f"カタカナで入力してください（「{named}」は使えません）。",
    )


@pytest.mark.parametrize(
    ("typed", "narrow"),
    [
        ("ｉｎｆｏ＠ｅｘａｍｐｌｅ．ｊｐ", "info@example.jp"),
        ("ｉｎｆｏ－ａ＠ｅｘａｍｐｌｅ．ｊｐ", "info-a@example.jp"),
        ("infoーa@example.jp", "info-a@example.jp"),
        ("ｈｔｔｐｓ：／／ｗｗｗ．example／～ａ＿ｂ？ｃ＝１", "https://www.example/~a_b?c=1"),
        ("\u3000info@example.jp\u3000", "info@example.jp"),
        ("コーポ１０１−２", "コーポ101-2"),
        ("事務局ｱ", "事務局ｱ"),
    ],
)
def test_addresses_become_half_width(typed, narrow):
    assert folding.to_half_width_ascii(typed) == narrow


def test_only_digits_are_left():
    typed = ["第３５１８７４号", "03-3946-2121", "なし", "①２"]

    assert [folding.digits(text) for text in typed] == ["351874", "0339462121", "", "12"]


def test_grams_are_the_pairs_within_the_words():
    assert folding.grams("髙橋医 橋本 院") == ["橋医", "橋本", "高橋"]
    assert folding.grams("") == []


@given(st.text(max_size=20), st.text(min_size=1, max_size=2))
def test_a_part_of_a_name_is_among_its_grams(before, part):
    folded = folding.fold(part)
    whole = folding.fold(before) + folded

    assert whole != folding.fold(whole) or set(folding.grams(folded)) <= set(folding.grams(whole))
