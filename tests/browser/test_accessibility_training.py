"""事務局の研修管理の画面を、すべての状態で見る。"""

import pytest

from tests.browser.extremes import Extremes
from tests.browser.fitness import problems_of
from tests.browser.states import TRAINING_OFFICE, Explorer, State, cases


@pytest.mark.parametrize(("explorer", "state"), cases(TRAINING_OFFICE), indirect=["explorer"])
def test_the_page_is_fit_for_everybody_in_this_state(explorer: Explorer, state: State, cast: Extremes) -> None:
    assert problems_of(explorer, state, cast.places) == []
