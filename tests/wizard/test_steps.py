"""段階の表を読む仕組み。"""

import pytest

from mamis.wizard.steps import NoSuchStep, Step, Wizard

TABLE = (
    Step("reason", "事由"),
    Step("place", "場所", applies=lambda answers, about: answers.get("reason") == "move" or about == "always"),
    Step("check", "確認"),
)


def slugs(wizard):
    return [step.slug for step in wizard.steps]


def test_a_step_is_there_when_it_applies():
    assert slugs(Wizard(TABLE, {})) == ["reason", "check"]
    assert slugs(Wizard(TABLE, {"reason": "move"})) == ["reason", "place", "check"]
    assert slugs(Wizard(TABLE, {}, "always")) == ["reason", "place", "check"]


def test_a_place_knows_its_number_and_its_neighbours():
    place = Wizard(TABLE, {"reason": "move"}).place("place")

    assert (place.number, place.total) == (2, 3)
    assert (place.before, place.after) == (TABLE[0], TABLE[2])


def test_the_first_and_the_last_place_have_one_neighbour():
    wizard = Wizard(TABLE, {})

    assert (wizard.place("reason").before, wizard.place("reason").after) == (None, TABLE[2])
    assert (wizard.place("check").before, wizard.place("check").after) == (TABLE[0], None)


def test_a_step_that_does_not_apply_is_not_found():
    with pytest.raises(NoSuchStep):
        Wizard(TABLE, {}).place("place")


def test_one_goes_on_where_one_was():
    assert Wizard(TABLE, {}).resume("check") == TABLE[2]


def test_one_begins_again_when_the_step_is_gone():
    assert Wizard(TABLE, {}).resume("place") == TABLE[0]


def test_the_bars_fill_the_width():
    bars = Wizard(TABLE, {}).place("reason").bars

    assert [bar["look"] for bar in bars] == ["on", "off"]
    assert float(bars[1]["x"]) + float(bars[1]["width"]) == pytest.approx(100, abs=0.02)
