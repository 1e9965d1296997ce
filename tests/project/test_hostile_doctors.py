"""医師と、まだログインしていない人が打つもの。受け取れる形にして受け取るか、その欄で断る。"""

import pytest

from tests.project.boxes import DOCTORS
from tests.project.hostile import surprises_of


@pytest.mark.parametrize("box", DOCTORS, ids=str)
def test_whatever_is_typed_is_taken_clean_or_refused_at_its_field(stage, box):
    assert surprises_of(stage, box) == []
