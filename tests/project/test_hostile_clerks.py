"""事務局の一般の人が打つもの。受け取れる形にして受け取るか、その欄で断る。"""

import pytest

from tests.project.boxes import CLERKS
from tests.project.hostile import surprises_of


@pytest.mark.parametrize("box", CLERKS, ids=str)
def test_whatever_is_typed_is_taken_clean_or_refused_at_its_field(stage, box):
    assert surprises_of(stage, box) == []
