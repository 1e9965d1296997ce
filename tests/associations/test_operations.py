"""医師会情報・環境設定の変更、会長、テスト送信。"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection

from mamis.associations import operations, policy, queries
from mamis.associations.models import President
from mamis.associations.operations import Addresses, ChangedMeanwhile, NotAfterPredecessor, PlatformSettings, Profile
from mamis.associations.queries import Change

pytestmark = pytest.mark.django_db

NEW = Addresses("new@midori.example", "kaiin@midori.example", "https://midori.example/")


def version(row):
    return queries.newest_version(row).pgh_id


def save(world, addresses=NEW, *, seen=None, association=None):
    association = association or world.district
    return operations.set_addresses(
        association,
        addresses,
        seen=version(association) if seen is None else seen,
        by=world.admin(association),
        at=world.at,
    )


def recorded(association):
    return [(change.label, change.was, change.now) for change in queries.association_changes(association)]


def test_addresses_are_saved_and_recorded_with_who_and_for_whom(world):
    before = len(recorded(world.district))

    saved = save(world)

    newest = queries.association_changes(world.district)[:3]
    assert (saved.inquiry_address, saved.member_address, saved.homepage) == (
        "new@midori.example",
        "kaiin@midori.example",
        "https://midori.example/",
    )
    assert len(recorded(world.district)) == before + 3
    assert sorted(
        (change.label, change.was, change.now, change.by_name, change.by_association) for change in newest
    ) == [
        (
            "お問い合わせ通知先メールアドレス",
            "kenshu-14-021@office.example",
            "new@midori.example",
            "管理 花子",
            "みどり市医師会",
        ),
        ("ホームページ", "", "https://midori.example/", "管理 花子", "みどり市医師会"),
        (
            "会員管理用通知メールアドレス",
            "kaiin-14-021@office.example",
            "kaiin@midori.example",
            "管理 花子",
            "みどり市医師会",
        ),
    ]


def test_saving_the_same_again_records_nothing(world):
    save(world)
    before = recorded(world.district)

    save(world)

    assert recorded(world.district) == before


def test_the_later_of_two_is_told_what_changed_and_overwrites_nothing(world):
    seen = version(world.district)
    save(world)

    with pytest.raises(ChangedMeanwhile) as refused:
        save(world, replace(NEW, inquiry_address="late@midori.example"), seen=seen)

    world.district.refresh_from_db()
    assert world.district.inquiry_address == "new@midori.example"
    assert refused.value.changes == [
        Change("お問い合わせ通知先メールアドレス", "kenshu-14-021@office.example", "new@midori.example"),
        Change("会員管理用通知メールアドレス", "kaiin-14-021@office.example", "kaiin@midori.example"),
        Change("ホームページ", "", "https://midori.example/"),
    ]


def test_a_change_of_the_telephone_does_not_disturb_the_addresses(world):
    seen = version(world.district)
    operations.set_profile(
        world.district, Profile("", "", "045-000-9999", ""), seen=seen, by=world.admin(world.district), at=world.at
    )

    assert save(world, seen=seen).inquiry_address == "new@midori.example"


@pytest.mark.parametrize("seen", [0, 999999999])
def test_an_unknown_version_saves_nothing(world, seen):
    with pytest.raises(ChangedMeanwhile):
        save(world, seen=seen)

    assert queries.without_inquiry_address(policy.below(world.admin(world.national))).filter(code="14-021").count() == 0


def test_the_version_of_another_association_is_unknown(world):
    with pytest.raises(ChangedMeanwhile):
        save(world, seen=version(world.other_district))


def test_the_record_cannot_be_changed_by_the_application(world):
    save(world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, has_table_privilege('associations_associationevent', 'UPDATE')")

        assert cursor.fetchone() == ("mamis_app", False)


def test_settings_of_the_platform_are_recorded(world):
    staff = world.admin(world.national)
    now = queries.platform()
    names = queries.PLATFORM_FIELDS
    settings = PlatformSettings(**{name: getattr(now, name) for name in names})

    operations.set_platform(
        replace(settings, address_deadline_on=date(2026, 7, 1)), seen=version(now), by=staff, at=world.at
    )

    newest = queries.platform_changes()[0]
    assert (newest.label, newest.was, newest.now, newest.by_name, newest.by_association) == (
        "通知先メールアドレスの設定期限",
        "2026年6月4日",
        "2026年7月1日",
        "管理 花子",
        "日本医師会",
    )


# 会長


def terms(association):
    return [(one.name, one.from_on, one.until_on) for one in queries.presidents(association)]


def begin(world, name, from_on):
    return operations.begin_presidency(
        world.district, name=name, from_on=from_on, by=world.admin(world.district), at=world.at
    )


def correct(world, president, name, from_on):
    return operations.correct_presidency(
        president, name=name, from_on=from_on, by=world.admin(world.district), at=world.at
    )


def test_a_new_president_ends_the_former_that_day(world):
    begin(world, "小野寺 正", date(2026, 6, 20))

    assert terms(world.district) == [
        ("小野寺 正", date(2026, 6, 20), None),
        ("架空 会長", date(2024, 6, 1), date(2026, 6, 20)),
    ]
    assert queries.president_on(world.district, date(2026, 6, 19)).name == "架空 会長"
    assert queries.president_on(world.district, date(2026, 6, 20)).name == "小野寺 正"
    assert [change for change in recorded(world.district) if change[0] == "会長"] == [
        ("会長", "", "小野寺 正（2026年6月20日～）"),
        ("会長", "架空 会長（2024年6月1日～）", "架空 会長（2024年6月1日～2026年6月20日）"),
        ("会長", "", "架空 会長（2024年6月1日～）"),
    ]


@pytest.mark.parametrize("day", [date(2024, 6, 1), date(2020, 1, 1)])
def test_a_president_begins_after_the_former_began(world, day):
    with pytest.raises(NotAfterPredecessor):
        begin(world, "小野寺 正", day)

    assert terms(world.district) == [("架空 会長", date(2024, 6, 1), None)]


@pytest.mark.parametrize("day", [date(2026, 6, 10), date(2026, 6, 20), date(2026, 6, 30)])
def test_a_slip_of_the_pen_is_corrected_with_the_former_end(world, day):
    president = begin(world, "小野寺 巧", date(2026, 6, 20))

    correct(world, president, "小野寺 正", day)

    assert terms(world.district) == [("小野寺 正", day, None), ("架空 会長", date(2024, 6, 1), day)]


def test_the_only_president_is_corrected(world):
    correct(world, queries.presidents(world.district).get(), "架空 太郎", date(2023, 6, 1))

    assert terms(world.district) == [("架空 太郎", date(2023, 6, 1), None)]


def test_a_gap_before_the_president_stays_a_gap(world):
    president = begin(world, "小野寺 正", date(2026, 6, 20))
    President.objects.filter(name="架空 会長", association=world.district).update(until_on=date(2026, 3, 31))

    correct(world, president, "小野寺 正", date(2026, 6, 1))
    assert terms(world.district)[1] == ("架空 会長", date(2024, 6, 1), date(2026, 3, 31))

    correct(world, president, "小野寺 正", date(2026, 3, 1))
    assert terms(world.district) == [
        ("小野寺 正", date(2026, 3, 1), None),
        ("架空 会長", date(2024, 6, 1), date(2026, 3, 1)),
    ]


def test_a_correction_stays_after_the_former(world):
    president = begin(world, "小野寺 正", date(2026, 6, 20))

    with pytest.raises(NotAfterPredecessor):
        correct(world, president, "小野寺 正", date(2024, 6, 1))


def test_a_former_president_is_not_corrected(world):
    former = queries.presidents(world.district).get()
    begin(world, "小野寺 正", date(2026, 6, 20))

    with pytest.raises(ChangedMeanwhile):
        correct(world, former, "別の人", date(2024, 6, 1))


# テスト送信


def send(world, field="inquiry_address", at=None):
    return operations.send_test(world.district, field=field, by=world.admin(world.district), at=at or world.at)


def test_a_test_goes_to_the_saved_address_only(world, posted):
    send(world)
    send(world, "member_address")

    assert posted() == [
        ("InquiryAddressTested", "kenshu-14-021@office.example"),
        ("MemberAddressTested", "kaiin-14-021@office.example"),
    ]


def test_a_test_without_address_is_refused(world, posted):
    save(world, replace(NEW, inquiry_address=""))

    with pytest.raises(operations.NoAddress):
        send(world)

    assert posted() == []


def test_five_tests_an_hour_for_both_fields_together(world, posted):
    for minute in range(5):
        send(world, "member_address" if minute % 2 else "inquiry_address", at=world.at + timedelta(minutes=minute))

    with pytest.raises(operations.TooManyTests) as refused:
        send(world, at=world.at + timedelta(minutes=59))

    assert refused.value.again_at == world.at + timedelta(hours=1)
    assert len(posted()) == 5
    assert send(world, at=world.at + timedelta(hours=1)).state == "queued"


def test_the_tests_of_others_do_not_count(world):
    for _ in range(5):
        send(world)

    assert operations.send_test(
        world.other_district, field="inquiry_address", by=world.admin(world.other_district), at=world.at
    )


def test_the_mail_says_what_will_arrive_and_holds_no_personal_data(world):
    message = send(world)

    assert message.subject == "テスト送信：お問い合わせ通知先メールアドレスの確認"
    assert "申請 1 件ごとに 1 通" in message.body
    assert "/office/14-021/association/" in message.body
