"""ログインの試験の人々。パスワードはみな GOOD。"""

from datetime import UTC, datetime

import pytest

from mamis.accounts.models import SignInName
from mamis.accounts.operations import create_user, deactivate_user, set_sign_in_names
from tests.world import agree_to_all

Kind = SignInName.Kind
GOOD = "hare-tokidoki-kumori"
BETTER = "kumori-nochi-ame-ashita"
BORN = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def yamada(db):
    """三つの名前のどれでもログインできる医師。"""
    user = create_user(email="Yamada@hana.example", name="山田 太郎", password=GOOD, at=BORN)
    agree_to_all(user)
    return set_sign_in_names(user, {Kind.REGISTER_NUMBER: "351874", Kind.MEMBER_ID: "1300012345"})


@pytest.fixture
def retired(db):
    """使用を止められた人。"""
    user = create_user(email="retired@hana.example", name="鈴木 花子", password=GOOD, at=BORN)
    return deactivate_user(user)
