"""最初の管理者を作るコマンド。"""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from mamis.accounts.models import User
from mamis.accounts.operations import create_user, deactivate_user
from mamis.associations import policy
from mamis.associations.rules import Role

pytestmark = pytest.mark.django_db

PASSWORD = "kumori-nochi-ame-ashita"


@pytest.fixture
def run(monkeypatch):
    """パスワードを標準入力から読ませて行う。"""

    def run(association="00", email="first@office.example", name="最初 花子", password=PASSWORD):
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
        told = io.StringIO()
        call_command(
            "create_administrator",
            *("--association", association, "--email", email, "--name", name, "--password-from-stdin"),
            stdout=told,
        )
        return told.getvalue().strip()

    return run


def test_the_first_administrator_can_sign_in(world, run):
    told = run(email="Ｆｉｒｓｔ@office.example")

    user = User.objects.get(email="first@office.example")
    assert told == "最初 花子 さんを日本医師会の管理者にしました。"
    assert user.check_password(PASSWORD)
    assert [(staff.association.code, staff.role) for staff in policy.serving(user)] == [("00", Role.ADMIN)]


def test_doing_it_twice_changes_nothing(world, run):
    run()

    told = run(password="betsu-no-aikotoba-desu-yo")

    assert told == "最初 花子 さんは、すでに日本医師会の管理者です。何も変えていません。"
    assert User.objects.get(email="first@office.example").check_password(PASSWORD)


def test_a_clerk_becomes_administrator_and_keeps_the_password(world, run):
    clerk = world.clerk(world.district)
    kept = clerk.user.password

    told = run(association="14-021", email=clerk.user.email, name="別の 名")

    clerk.refresh_from_db()
    assert told == "一般 次郎 さんをみどり市医師会の管理者にしました。パスワードは、いままでのものです。"
    assert (clerk.role, clerk.user.password) == (Role.ADMIN, kept)


@pytest.mark.parametrize(
    ("mistake", "reason"),
    [
        ({"association": "99"}, "医師会コード 99 の医師会がありません。"),
        ({"email": "first"}, "--email: メールアドレスの形で入力してください（例：jimukyoku@midori.example）。"),
        ({"name": " "}, "--name: 氏名は 100 文字以内で入力してください。"),
        ({"name": "花\ud800"}, "--name: 保存できない文字が含まれています。文字を入力し直してください。"),
        ({"password": "short"}, "このパスワードは使えません。\n15文字以上にしてください。"),
        ({"password": ""}, "このパスワードは使えません。\n15文字以上にしてください。"),
    ],
)
def test_a_mistake_is_told_and_leaves_nothing(world, run, mistake, reason):
    before = User.objects.count()

    with pytest.raises(CommandError) as refused:
        run(**mistake)

    assert str(refused.value).startswith(reason)
    assert User.objects.count() == before


def test_a_person_who_was_stopped_is_not_appointed(world, run):
    deactivate_user(create_user(email="first@office.example", name="止められた 人", at=world.at))

    with pytest.raises(CommandError, match="使用を止められています"):
        run()


def test_without_a_terminal_the_password_must_come_from_somewhere(world, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))

    with pytest.raises(CommandError, match="--password-from-stdin"):
        call_command("create_administrator", "--association=00", "--email=a@b.example", "--name=花子")
