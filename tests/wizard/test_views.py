"""答えを打たれたままに残し、戻す。"""

from django import forms
from django.http import QueryDict

from mamis.fields import DateField3, MultipleChoiceField, TextField
from mamis.wizard.views import as_data, as_initial, is_keepable, typed


class Page(forms.Form):
    name = TextField(label="名")
    day = DateField3(label="日")
    kinds = MultipleChoiceField(label="種類", choices=[("a", "甲"), ("b", "乙")])


def test_only_the_fields_of_the_page_are_kept_and_as_typed():
    post = QueryDict("name= 山田 &day_0=令和８&day_1=&day_2=4&kinds=a&kinds=b&next=1&csrfmiddlewaretoken=x&named=y")

    assert typed(Page(), post) == {
        "name": [" 山田 "],
        "day_0": ["令和８"],
        "day_1": [""],
        "day_2": ["4"],
        "kinds": ["a", "b"],
    }


def test_letters_that_cannot_be_stored_become_the_mark_of_the_unreadable():
    post = QueryDict(mutable=True)
    post["name"] = "山\x00田\ud800"

    assert typed(Page(), post) == {"name": ["山\ufffd田\ufffd"]}


def test_what_was_kept_can_be_checked_and_drawn_again():
    answer = {"name": ["山田"], "day_0": ["令和8"], "day_1": ["6"], "day_2": ["4"], "kinds": ["a", "b"]}

    assert Page(as_data(answer)).is_valid()
    assert as_initial(Page, answer) == {"name": "山田", "day": ["令和8", "6", "4"], "kinds": ["a", "b"]}
    assert as_initial(Page(), answer) == as_initial(Page, answer)


def test_what_is_far_too_long_is_not_kept():
    assert is_keepable({"name": ["あ" * 4000]})
    assert not is_keepable({"name": ["あ" * 4000], "day_0": ["1"]})
