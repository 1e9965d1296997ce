"""医師会情報の欄：全角、二件、長さ、読めない字、電話、郵便番号。"""

import pytest
from django.http import QueryDict

from mamis.associations.forms.office import AddressesForm, PresidentForm, ProfileForm
from mamis.associations.operations import Addresses, Profile
from mamis.associations.rules import NOT_A_PAGE, NOT_AN_ADDRESS, ONE_ADDRESS_ONLY
from mamis.fields.text import UNREADABLE
from tests.world import TODAY

LONG = f"{'a' * 60}@{'b' * 31}.example"


def typed(**values):
    data = QueryDict(mutable=True)
    data.update({"seen": "7", "inquiry_address": "", "member_address": "", "homepage": ""} | values)
    return data


def test_a_hundred_letters_fit_and_one_more_is_told():
    fitting, longer = AddressesForm(typed(inquiry_address=LONG)), AddressesForm(typed(inquiry_address=f"a{LONG}"))

    assert len(LONG) == 100
    assert fitting.is_valid()
    assert longer.errors == {"inquiry_address": ["100 文字以内で入力してください（いまは 101 文字です）。"]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("midori", NOT_AN_ADDRESS),
        ("a@m.example,b@m.example", ONE_ADDRESS_ONLY),
        ("ａ＠ｍ．ｅｘａｍｐｌｅ、ｂ＠ｍ．ｅｘａｍｐｌｅ", ONE_ADDRESS_ONLY),
        ("事務@midori.example", "半角の英数字・記号で入力してください（「事務」は使えません）。"),
        ("a\x00@midori.example", UNREADABLE),
        ("a\ud800@midori.example", UNREADABLE),
        ("a@midori.example\r\nBcc: b", NOT_AN_ADDRESS),
    ],
)
@pytest.mark.parametrize("name", ["inquiry_address", "member_address"])
def test_each_refusal_has_its_own_reason(name, text, reason):
    assert AddressesForm(typed(**{name: text})).errors == {name: [reason]}


def test_full_width_is_folded_and_told():
    form = AddressesForm(
        typed(inquiry_address="　ｋｅｎｓｈｕ＠ｍｉｄｏｒｉ．ｅｘａｍｐｌｅ ", homepage="https://midori.example/")
    )

    assert form.is_valid()
    assert form.addresses == Addresses("kenshu@midori.example", "", "https://midori.example/")
    assert form.reshaped() == ["「お問い合わせ通知先メールアドレス」は kenshu@midori.example"]


def test_the_homepage_is_a_page_of_the_web():
    assert AddressesForm(typed(homepage="javascript:alert(1)")).errors == {"homepage": [NOT_A_PAGE]}


@pytest.mark.parametrize(("seen", "version"), [("7", 7), ("", None), ("x", None), ("９", None), ("1" * 20, None)])
def test_an_unreadable_version_is_an_unknown_one(seen, version):
    form = AddressesForm(typed(seen=seen))

    assert form.is_valid()
    assert form.cleaned_data["seen"] == version


def test_numbers_get_their_shape():
    form = ProfileForm(
        typed(postcode="〒２２６０００１", address="神奈川県みどり市", telephone="０４５（０００）０１２０", hours="")
    )

    assert form.is_valid()
    assert form.profile == Profile("226-0001", "神奈川県みどり市", "045-000-0120", "")


def test_wrong_numbers_are_told():
    form = ProfileForm(typed(postcode="226", address="", telephone="12", hours=""))

    assert form.errors == {
        "postcode": ["郵便番号は7桁の数字で入力してください（例：113-8621）。"],
        "telephone": ["電話番号は0から始まる10桁か11桁の数字で入力してください（例：03-3946-2121）。"],
    }


def test_a_president_is_not_entered_years_ahead():
    form = PresidentForm(typed(name="小野寺 正", from_on_0="2062", from_on_1="6", from_on_2="1"), on=TODAY)

    assert form.errors == {"from_on": ["就任日は、1 年より先の日にはできません。年をお確かめください。"]}
