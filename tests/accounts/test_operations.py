"""利用者を作ること、名前を決めること、確かめること、待ってもらうこと。"""

from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from mamis.accounts.models import FailureCount, FamiliarPlace, SignInName, User
from mamis.accounts.operations import (
    LinkDead,
    MustWait,
    NameTaken,
    PasswordRefused,
    SignInRefused,
    change_password,
    create_user,
    deactivate_user,
    identify,
    offer_reset_link,
    owner_of,
    prune_tries,
    reactivate_user,
    set_sign_in_names,
    use_reset_link,
)
from mamis.accounts.operations.reset_links import reset_key
from mamis.accounts.operations.resets import NOBODY, ask_for_reset
from mamis.mail.models import Message
from tests.accounts.conftest import BETTER, BORN, GOOD

pytestmark = pytest.mark.django_db
Kind = SignInName.Kind
NOW = datetime(2026, 6, 4, 0, 31, tzinfo=UTC)
HOME, CLINIC = "192.0.2.1", "192.0.2.2"


def fail(name, times, *, address=HOME, at=NOW):
    for _ in range(times):
        with pytest.raises(SignInRefused):
            identify(name, "machigatta-pasuwado", address=address, at=at)


# 名前

SAME_PERSON = [
    "yamada@hana.example",
    "YAMADA@HANA.EXAMPLE",
    " yamada@hana.example ",
    "ｙａｍａｄａ＠ｈａｎａ．ｅｘａｍｐｌｅ",
    "yamada@hana。example",
    "351874",
    "３５１８７４",
    "351-874",
    "351 874",
    "３５１－８７４",
    "第351874号",
    "　351874",
    "1300012345",
    "１３０００１２３４５",
    "13-0001-2345",
    "1300 012 345",
]
SOMEBODY_ELSE = ["yamada", "yamada@hana", "35187", "3518740", "130001234", "", " ", "0351874", "yamada @@hana.example"]


@pytest.mark.parametrize("typed", SAME_PERSON)
def test_every_way_of_typing_a_name_finds_its_owner(yamada, typed):
    assert identify(typed, GOOD, address=HOME, at=NOW) == yamada


@pytest.mark.parametrize("typed", SOMEBODY_ELSE)
def test_other_names_find_nobody(yamada, typed):
    with pytest.raises(SignInRefused):
        identify(typed, GOOD, address=HOME, at=NOW)


def test_a_name_held_by_somebody_else_is_refused_whatever_its_kind(yamada):
    other = create_user(email="other@hana.example", name="佐藤 次郎", at=BORN)

    for kind, typed in [
        (Kind.REGISTER_NUMBER, "351-874"),
        (Kind.MEMBER_ID, "351874"),
        (Kind.EMAIL, "YAMADA@hana.example"),
    ]:
        with pytest.raises(NameTaken, match=kind.label):
            set_sign_in_names(other, {kind: typed})

    assert list(other.sign_in_names.values_list("kind", "folded")) == [("email", "other@hana.example")]


def test_names_left_out_stay_and_emptied_names_go(yamada):
    set_sign_in_names(yamada, {Kind.MEMBER_ID: "", Kind.EMAIL: "taro@hana.example"})

    yamada.refresh_from_db()
    assert yamada.email == "taro@hana.example"
    assert sorted(yamada.sign_in_names.values_list("kind", "folded")) == [
        ("email", "taro@hana.example"),
        ("register_number", "351874"),
    ]


def test_people_without_an_address_do_not_collide():
    for name in ("一人目", "二人目"):
        create_user(email="", name=name, at=BORN)

    assert User.objects.filter(email="").count() == 2


def test_a_weak_password_makes_no_user():
    with pytest.raises(PasswordRefused):
        create_user(email="weak@hana.example", name="弱井", password="weak-weak-weak-weak", at=BORN)

    assert not User.objects.exists()


def test_the_published_demo_password_is_good_only_in_the_demo(settings):
    settings.DEMO = False
    with pytest.raises(PasswordRefused):
        create_user(email="demo@demo.example", name="練習", password="hitotsu-no-madoguchi-2026", at=BORN)
    settings.DEMO = True
    create_user(email="demo@demo.example", name="練習", password="hitotsu-no-madoguchi-2026", at=BORN)


def test_the_password_may_be_typed_in_any_width(yamada):
    assert identify("351874", "ｈａｒｅ－ｔｏｋｉｄｏｋｉ－ｋｕｍｏｒｉ", address=HOME, at=NOW) == yamada


def test_a_deactivated_user_is_refused_until_reactivated(yamada):
    deactivate_user(yamada)
    fail("351874", 1)
    with pytest.raises(SignInRefused):
        identify("351874", GOOD, address=HOME, at=NOW)

    reactivate_user(yamada)

    assert identify("351874", GOOD, address=HOME, at=NOW) == yamada


@pytest.mark.parametrize("typed", ["a\x00b", "\ud842", "x" * 10_000, "🐢" * 900])
def test_strange_input_is_refused_like_any_other(yamada, typed):
    for name, password in [(typed, GOOD), ("351874", typed)]:
        with pytest.raises(SignInRefused):
            identify(name, password, address=HOME, at=NOW)


# 待ってもらう


@pytest.mark.parametrize("name", ["351874", "retired@hana.example", "nobody@hana.example"])
def test_ten_mistakes_make_everybody_wait_alike(yamada, retired, name):
    fail(name, 10)

    with pytest.raises(MustWait) as waiting:
        identify(name, GOOD, address=HOME, at=NOW)

    assert waiting.value.until == NOW + timedelta(minutes=1)


def test_waits_grow_from_mistake_to_mistake(yamada):
    fail("351874", 10)
    now, waits = NOW, []
    for _ in range(6):
        with pytest.raises(MustWait) as waiting:
            identify("351874", "machigai", address=HOME, at=now)
        waits.append((waiting.value.until - now).total_seconds() / 60)
        now = waiting.value.until
        fail("351874", 1, at=now)

    assert waits == [1, 2, 4, 8, 15, 15]


def test_trying_during_the_wait_does_not_lengthen_it(yamada):
    fail("351874", 10)
    for _ in range(5):
        with pytest.raises(MustWait):
            identify("351874", "machigai", address=HOME, at=NOW + timedelta(seconds=30))

    assert identify("351874", GOOD, address=HOME, at=NOW + timedelta(minutes=1)) == yamada


def test_at_most_fifty_mistakes_in_twelve_hours(yamada):
    now, mistakes = NOW, 0
    while now < NOW + timedelta(hours=12):
        try:
            identify("351874", "machigai", address=HOME, at=now)
        except SignInRefused:
            mistakes += 1
        except MustWait as waiting:
            now = waiting.until

    assert mistakes <= 50
    assert identify("351874", GOOD, address=HOME, at=now) == yamada


def test_the_owner_gets_in_from_another_place(yamada):
    fail("351874", 10)

    assert identify("351874", GOOD, address=CLINIC, at=NOW) == yamada


def test_a_right_password_clears_the_mistakes_of_its_place(yamada):
    fail("351874", 9)
    identify("351874", GOOD, address=HOME, at=NOW)
    fail("351874", 9)

    assert identify("351874", GOOD, address=HOME, at=NOW) == yamada


def attack_from_everywhere(name, *, times, at=NOW):
    for number in range(times):
        try:
            identify(name, "machigai", address=f"198.51.{number // 250}.{number % 250}", at=at)
        except SignInRefused:
            continue


def test_many_places_slow_a_name_down_but_never_its_owner_at_home(yamada):
    identify("351874", GOOD, address=HOME, at=NOW)
    attack_from_everywhere("351874", times=100)

    with pytest.raises(MustWait) as waiting:
        identify("351874", GOOD, address=CLINIC, at=NOW)

    assert waiting.value.until == NOW + timedelta(minutes=1)
    assert identify("351874", GOOD, address=HOME, at=NOW) == yamada


def test_a_reset_ends_every_wait(yamada):
    attack_from_everywhere("351874", times=100)
    fail("yamada@hana.example", 10)

    use_reset_link(reset_key(yamada, NOW), BETTER, address=HOME, at=NOW)

    for name in ("351874", "yamada@hana.example"):
        assert identify(name, BETTER, address=HOME, at=NOW) == yamada
        assert identify(name, BETTER, address=CLINIC, at=NOW) == yamada


def test_one_place_trying_many_names_is_slowed_down(yamada):
    for number in range(300):
        fail(f"{number}@hana.example", 1)

    with pytest.raises(MustWait) as waiting:
        identify("351874", GOOD, address=HOME, at=NOW)

    assert waiting.value.until == NOW + timedelta(minutes=1)


def test_neither_names_nor_places_are_stored_readably(yamada):
    fail("351874", 1)
    identify("yamada@hana.example", GOOD, address=HOME, at=NOW)

    stored = str([*FailureCount.objects.values_list(), *FamiliarPlace.objects.values_list()])
    assert [word for word in ("351874", "yamada", HOME) if word in stored] == []


def test_old_counts_are_pruned(yamada):
    fail("351874", 3)
    identify("351874", GOOD, address=CLINIC, at=NOW)

    prune_tries(at=NOW + timedelta(hours=11, minutes=59))
    assert FailureCount.objects.count() == 4
    prune_tries(at=NOW + timedelta(hours=12))
    assert (FailureCount.objects.count(), FamiliarPlace.objects.count()) == (0, 1)
    prune_tries(at=NOW + timedelta(days=180))
    assert FamiliarPlace.objects.count() == 0


# 再設定


def jobs():
    return list(
        ProcrastinateJob.objects.filter(task_name="accounts.offer_reset").order_by("pk").values_list("args", flat=True)
    )


def test_asking_leaves_one_job_whoever_is_asked_for(yamada, retired):
    for name in ("３５１－８７４", "retired@hana.example", "nobody@hana.example"):
        ask_for_reset(name, address=HOME, at=NOW)

    assert jobs() == [{"user": yamada.pk}, {"user": retired.pk}, {"user": NOBODY}]


def test_the_link_goes_to_people_in_use_with_an_address(yamada, retired, settings):
    without_address = create_user(email="", name="宛先 なし", at=BORN)
    for user_id in (yamada.pk, retired.pk, without_address.pk, NOBODY):
        offer_reset_link(user_id, at=NOW)

    message = Message.objects.get()
    assert (message.mail, message.recipient_address, message.is_secret) == (
        "PasswordResetOffered",
        "yamada@hana.example",
        True,
    )
    assert f"\n{settings.BASE_URL}/password/reset/{reset_key(yamada, NOW)}/\n" in message.body
    assert "2026年6月4日 9時31分に" in message.body
    assert "351874" not in message.body


def test_no_more_than_five_mails_at_once_and_then_one_in_ten_minutes(yamada):
    for _ in range(9):
        ask_for_reset("351874", address=HOME, at=NOW)
    assert len(jobs()) == 5

    for _ in range(9):
        ask_for_reset("351874", address=HOME, at=NOW + timedelta(minutes=10))
    assert len(jobs()) == 6


def test_a_link_works_once(yamada):
    key = reset_key(yamada, NOW)
    assert owner_of(key, at=NOW) == yamada

    use_reset_link(key, BETTER, address=HOME, at=NOW)

    with pytest.raises(LinkDead):
        use_reset_link(key, "hatsuyuki-no-asa-kumori", address=HOME, at=NOW)
    assert identify("351874", BETTER, address=HOME, at=NOW) == yamada
    assert list(Message.objects.values_list("mail", "recipient_address", "subject")) == [
        ("PasswordChanged", "yamada@hana.example", "【MAMIS】パスワードが変更されました")
    ]


def test_a_link_lives_thirty_minutes(yamada):
    key = reset_key(yamada, NOW)

    assert owner_of(key, at=NOW + timedelta(minutes=29, seconds=59)) == yamada
    for at in (NOW + timedelta(minutes=30), NOW - timedelta(seconds=1)):
        with pytest.raises(LinkDead):
            owner_of(key, at=at)


def the_password_changed(user):
    change_password(user, BETTER, at=NOW)


def the_address_changed(user):
    set_sign_in_names(user, {Kind.EMAIL: "new@hana.example"})


def somebody_signed_in(user):
    User.objects.filter(pk=user.pk).update(last_login=NOW)


@pytest.mark.parametrize("what", [the_password_changed, the_address_changed, somebody_signed_in, deactivate_user])
def test_a_link_dies_when(yamada, what):
    key = reset_key(yamada, NOW)

    what(yamada)

    with pytest.raises(LinkDead):
        owner_of(key, at=NOW)


def test_broken_links_are_dead(yamada, retired):
    key = reset_key(yamada, NOW)
    user, made, seal = key.split("-")
    for broken in (
        "",
        "-",
        "--",
        key[:-1],
        key + "0",
        f"{user}-{made}",
        f"{user}-{seal}-{made}",
        f"1{user}-{made}-{seal}",
        f"{user}-z{made}-{seal}",
        f"{user}-zzzzzzzzzz-{seal}",
        f"zzzzzzzzzz-{made}-{seal}",
        f"あ-{made}-{seal}",
        f"{retired.pk}-{made}-{seal}",
        "x" * 5000,
        "\x00-\x00-\x00",
    ):
        with pytest.raises(LinkDead):
            owner_of(broken, at=NOW)
