"""だれでも開ける画面と、マイページを、すべての状態で見る。"""

import pytest

from tests.browser.extremes import Extremes
from tests.browser.fitness import problems_of
from tests.browser.states import MOVES, MYPAGE, PUBLIC, Explorer, State, cases


@pytest.mark.parametrize(("explorer", "state"), cases(PUBLIC, MYPAGE, MOVES), indirect=["explorer"])
def test_the_page_is_fit_for_everybody_in_this_state(explorer: Explorer, state: State, cast: Extremes) -> None:
    assert problems_of(explorer, state, cast.places) == []
