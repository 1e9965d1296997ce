"""過去の修了の取り込み：写し、同じもの、有効期限、知らない医師、取り消し、次の申請。"""

from datetime import date

import pytest

from mamis.associations.rules import Role, Tier
from mamis.doctors.models import Sight
from mamis.members import policy, queries
from mamis.members.columns import columns_of
from mamis.members.files import template_columns
from mamis.members.queries import NO_SUCH_DOCTOR
from mamis.members.rules import Kind
from mamis.training import policy as training_policy
from mamis.training import queries as training_queries
from mamis.training.models import Certificate, CompletionApplication, PastCompletion
from mamis.training.operations import CertificateStillValid, revoke_completion, undo_past_completions
from tests.members.files import changes, checked, csv_of, outcomes, taken, told, undone
from tests.world import NOON, TODAY

COMPLETED, EXPIRES = "修了日（承認日）", "有効期限"


@pytest.fixture
def admin(world):
    return world.admin(world.district)


@pytest.fixture
def doctor(world):
    return world.member("山田", "太郎", world.district, kana=("ヤマダ", "タロウ"))


@pytest.fixture
def number(doctor) -> str:
    return doctor.licences.get().number


def completion(number: str, **changes: str) -> dict[str, str]:
    return {
        "医籍登録番号": number,
        "フリガナ": "ﾔﾏﾀﾞﾀﾛｳ",
        "生年月日": "S53.8.21",
        "承認日": "令和7年6月12日",
        "備考": "承認の決裁簿",
    } | changes


def imported(world, *rows: dict[str, str], by=None):
    return taken(csv_of(*rows), by or world.admin(world.district), kind=Kind.COMPLETIONS)


def test_a_past_completion_is_copied_as_the_record_of_the_association(world, doctor, number):
    of_import = imported(world, completion(number, 修了証番号="第 12 号"))

    one = PastCompletion.objects.get()
    assert (one.doctor, one.association, one.entered_by) == (doctor, world.district, world.admin(world.district).user)
    assert (one.completed_on, one.expires_on, one.number) == (date(2025, 6, 12), date(2028, 6, 11), "第 12 号")
    assert one.ground == "移行（過去の修了の取り込み 第1号）承認の決裁簿"
    assert changes(of_import) == [
        [("修了", "", "2025年6月12日修了　2028年6月11日まで有効　修了証番号 第 12 号")],
    ]
    assert not Certificate.objects.exists()
    assert not CompletionApplication.objects.exists()


def test_checking_writes_nothing(world, number, admin):
    of_import = checked(csv_of(completion(number)), admin, kind=Kind.COMPLETIONS)

    assert outcomes(of_import) == ["new"]
    assert not PastCompletion.objects.exists()


def test_a_written_day_of_expiry_is_taken_up_to_the_day_of_the_rule(world, number):
    of_import = imported(
        world,
        completion(number, 有効期限="2027-06-11"),
        completion(number, 承認日="2025-06-13", 有効期限="2028-06-13"),
        completion(number, 承認日="2025-06-14", 有効期限="2025-06-14"),
    )

    assert outcomes(of_import) == ["new", "refused", "refused"]
    assert PastCompletion.objects.get().expires_on == date(2027, 6, 11)
    assert told(of_import) == [
        (
            EXPIRES,
            typed,
            "修了日に合わない有効期限です。",
            f"修了日より後で、{last}まででなければなりません。空にすれば、{last}になります。",
        )
        for typed, last in (("2028年6月13日", "2028年6月12日"), ("2025年6月14日", "2028年6月13日"))
    ]


def test_the_last_day_the_rule_allows_is_taken(world, number):
    assert outcomes(imported(world, completion(number, 有効期限="2028-06-11"))) == ["new"]


def test_the_same_file_again_changes_nothing_and_differences_are_told(world, number):
    imported(world, completion(number, 修了証番号="第12号", 有効期限="2028-06-11"))

    again = imported(world, completion(number))
    same = imported(world, completion(number, 修了証番号="第12号", 有効期限="2028-06-11"))
    other = imported(world, completion(number, 有効期限="2028-06-10"))
    renumbered = imported(world, completion(number, 修了証番号="第13号"))

    fix = "正しいほうがこの行なら、先に、前の取り込みを取り消してください。"
    assert [outcomes(one) for one in (again, same)] == [["unchanged"], ["unchanged"]]
    assert told(other) == [(EXPIRES, "2028年6月10日", "取り込まれている有効期限（2028年6月11日）と違います。", fix)]
    assert told(renumbered) == [("修了証番号", "第13号", "取り込まれている修了証番号（第12号）と違います。", fix)]
    assert PastCompletion.objects.count() == 1


def test_unknown_and_absent_doctors_are_answered_word_for_word_alike(world, number):
    stranger = world.member("異邦", "遠人", world.other_district, kana=("イホウ", "トオヒト"))
    world.past_completion(stranger, association=world.other_district)
    theirs = stranger.licences.get().number
    left = world.member("去田", "太郎", world.district, kana=("サリタ", "タロウ"))
    Sight.objects.filter(doctor=left).update(until_on=date(2020, 4, 1))
    gone = left.licences.get().number

    of_import = imported(
        world,
        completion(theirs),
        completion("999999"),
        completion(theirs, フリガナ="イホウ トオヒト"),
        completion(gone, フリガナ="サリタ タロウ"),
    )

    assert {one[2:] for one in told(of_import)} == {
        (NO_SUCH_DOCTOR, "番号を確かめてください。会員であれば、先に「会員」の取り込みをしてください。")
    }
    assert "異邦" not in str(list(of_import.rows.values("who", "problems", "changes")))
    assert PastCompletion.objects.count() == 1


def test_completions_of_another_association_are_neither_compared_nor_told(world, doctor, number):
    both = world.member("両属", "花子", world.district, world.prefecture, kana=("リョウゾク", "ハナコ"))
    world.past_completion(both, association=world.prefecture, number="県の番号")

    of_import = imported(world, completion(both.licences.get().number, フリガナ="リョウゾク ハナコ", 修了証番号="1"))

    assert outcomes(of_import) == ["new"]
    assert "県の番号" not in str(list(of_import.rows.values()))
    assert PastCompletion.objects.count() == 2


def test_what_this_system_approved_is_unchanged_and_what_it_revoked_is_refused(world, doctor, number, admin):
    world.credit(doctor, 19, date(2026, 3, 14))
    application = world.submit(doctor, world.district)
    world.approve(application, admin)
    day = f"{Certificate.objects.get().completed_on:%Y-%m-%d}"

    assert outcomes(imported(world, completion(number, 承認日=day))) == ["unchanged"]

    revoke_completion(application, reason="誤り", by=admin, at=NOON)
    assert [one[0:3:2] for one in told(imported(world, completion(number, 承認日=day)))] == [
        (COMPLETED, "この日の修了は、このシステムで承認が取り消されています。")
    ]
    assert not PastCompletion.objects.exists()


def test_doubles_differences_and_bad_cells_are_told(world, number):
    of_import = imported(
        world,
        completion(number),
        completion(number),
        completion(number, 承認日="2025-07-01", フリガナ="スズキ タロウ"),
        completion(number, 承認日="2025-07-01", 生年月日="1978-08-22"),
        completion(number, 承認日="2099-01-01"),
        completion(number, 承認日="2015-01-01"),
        completion(number, 承認日="六月"),
        completion(number, 備考=""),
        completion(number, 生年月日=""),
        completion('"1'),
    )

    assert outcomes(of_import) == ["new"] + ["refused"] * 9
    assert [one[2] for one in told(of_import)][:5] == [
        "同じ修了が、2 行目にもあります。",
        "登録されているフリガナと違います。",
        "登録されている生年月日と違います。",
        "まだ来ていない日です。",
        "この研修の規則がない日です。",
    ]
    assert [one[0] for one in told(of_import)][5:8] == [COMPLETED, "根拠", "生年月日"]


def test_nobody_imports_their_own_completion(world):
    own = world.member("二役", "次郎", world.district, kana=("ニヤク", "ジロウ"))
    staff = world.appoint(world.district, Role.ADMIN, "二役 次郎", user=own.user)

    of_import = checked(
        csv_of(completion(own.licences.get().number, フリガナ="ニヤクジロウ")), staff, kind=Kind.COMPLETIONS
    )

    assert [one[2] for one in told(of_import)] == ["ご自身の申請や単位は、ほかの担当者にお願いしてください。"]


def test_undoing_leaves_no_completion_and_lets_the_file_in_again(world, doctor, number, admin):
    of_import = imported(world, completion(number), completion(number, 承認日="2025-07-01"))
    first = PastCompletion.objects.earliest("pk")
    undo_past_completions([first.pk], at=NOON)

    of_import = undone(of_import, admin)

    assert [row.kept for row in queries.rows_of(of_import)] == ["この修了は、すでに取り消されています。", ""]
    assert not training_policy.past_completions_of(doctor).exists()
    assert training_queries.completed_until(doctor, TODAY) is None
    assert outcomes(imported(world, completion(number))) == ["new"]


@pytest.mark.parametrize("tier", list(Tier))
def test_only_associations_that_decide_completions_import_them(world, tier):
    staff = world.admin({Tier.DISTRICT: world.district, Tier.PREFECTURE: world.prefecture}.get(tier, world.national))
    decides = tier != Tier.NATIONAL
    browser = world.browser(staff.user)
    code = staff.association.code

    assert (Kind.COMPLETIONS in policy.kinds_of(staff)) is decides
    assert policy.kinds_of(staff)[:2] == (Kind.MEMBERS, Kind.CREDITS)
    assert ("過去の修了" in browser.get(f"/office/{code}/imports/new/").content.decode()) is decides
    template = browser.get(f"/office/{code}/imports/templates/completions/")
    assert template.status_code == (200 if decides else 404)


def test_the_template_shows_how_to_write_every_column():
    heads = [column.label for column in template_columns(columns_of(Kind.COMPLETIONS, Tier.DISTRICT))]

    assert heads == ["医籍登録番号", "フリガナ", "生年月日", COMPLETED, EXPIRES, "修了証番号", "根拠"]


# 次の申請


@pytest.mark.parametrize(
    ("expires_on", "opens"),
    [(date(2028, 6, 11), False), (date(2027, 11, 3), False), (date(2027, 11, 2), True), (date(2026, 11, 1), True)],
)
def test_a_valid_past_completion_holds_back_the_next_application(world, doctor, expires_on, opens):
    world.credit(doctor, 19, date(2026, 3, 14))
    world.past_completion(doctor, expires_on=expires_on)

    assert training_queries.may_begin(doctor, TODAY) is opens
    assert training_queries.standing(doctor, NOON).may_begin is opens
    if opens:
        assert world.submit(doctor, world.district).receipt_no
    else:
        with pytest.raises(CertificateStillValid):
            world.submit(doctor, world.district)


def test_the_later_end_of_certificate_and_past_completion_counts(world, doctor, admin):
    world.credit(doctor, 19, date(2026, 3, 14))
    world.approve(world.submit(doctor, world.district), admin)
    certificate = Certificate.objects.get()
    world.past_completion(doctor)

    assert training_queries.completed_until(doctor, TODAY) == certificate.expires_on
    assert training_queries.standing(doctor, NOON).certificate == certificate


def test_past_completions_are_seen_by_the_doctor_and_the_association_that_keeps_them(world, doctor, admin):
    other = world.member("鈴木", "花子", world.district)
    own, theirs = world.past_completion(doctor), world.past_completion(other)
    kept_above = world.past_completion(doctor, association=world.prefecture)

    assert set(training_policy.past_completions_of(doctor)) == {own, kept_above}
    assert set(training_policy.past_completions_visible_to(admin)) == {own, theirs}
    assert set(training_policy.past_completions_visible_to(world.admin(world.prefecture))) == {kept_above}

    undo_past_completions([own.pk], at=NOON)

    assert set(training_policy.past_completions_of(doctor)) == {kept_above}
    assert set(training_policy.past_completions_visible_to(admin)) == {theirs}
