"""入力と要求の試験が立つところ。"""

import pytest

from tests.project.boxes import Stage, make_stage
from tests.world import World


@pytest.fixture
def stage(world: World) -> Stage:
    """画面と、そこにいる人々。"""
    return make_stage(world)
