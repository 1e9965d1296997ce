"""郵便番号と電話番号。打ち方が違っても一つの形で残る。"""

import pytest

from mamis.japanese.phones import NotPhone, phone
from mamis.japanese.postcodes import NotPostcode, postcode


@pytest.mark.parametrize(
    "typed",
    [
        "123-4567",
        "1234567",
        "〒123-4567",
        "〒１２３−４５６７",
        "１２３－４５６７",
        "１２３ー４５６７",
        "123‐4567",
        " 〒 123 4567 ",
        "１２３４５６７",
    ],
)
def test_a_postcode_has_one_form(typed):
    assert postcode(typed) == "123-4567"


@pytest.mark.parametrize("typed", ["", "123-456", "123-45678", "12-34567", "abc-defg", "〒"])
def test_what_is_not_a_postcode_is_refused(typed):
    with pytest.raises(NotPostcode) as refusal:
        postcode(typed)

    assert str(refusal.value) == "郵便番号は7桁の数字で入力してください（例：113-8621）。"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("03-3946-2121", "03-3946-2121"),
        ("０３（３９４６）２１２１", "03-3946-2121"),
        ("03ー3946ー2121", "03-3946-2121"),
        ("03 3946 2121", "03-3946-2121"),
        ("(03) 3946-2121", "03-3946-2121"),
        ("+81 3-3946-2121", "03-3946-2121"),
        ("0339462121", "0339462121"),
        ("０９０１２３４５６７８", "090-1234-5678"),
        ("0120110030", "0120-110-030"),
        ("08001234567", "0800-123-4567"),
        ("08012345678", "080-1234-5678"),
    ],
)
def test_a_phone_number_has_one_form(typed, written):
    assert phone(typed) == written


@pytest.mark.parametrize("typed", ["", "110", "3946-2121", "03-3946-21211234", "電話なし", "0000000000"])
def test_what_is_not_a_phone_number_is_refused(typed):
    with pytest.raises(NotPhone) as refusal:
        phone(typed)

    assert str(refusal.value) == "電話番号は0から始まる10桁か11桁の数字で入力してください（例：03-3946-2121）。"
