"""会員の取り込み：新しい、変わる、変わらない、取り込めない。取り消し。ほかの医師会のこと。"""

from datetime import date

import pytest
from django.apps import apps
from procrastinate.contrib.django.models import ProcrastinateJob

from mamis.associations.operations import dismiss
from mamis.associations.rules import Role
from mamis.doctors import policy as doctors_policy
from mamis.doctors.models import Doctor, Facility, Licence, Sight, Workplace
from mamis.doctors.operations import begin_work, open_sight
from mamis.doctors.rules import Ground
from mamis.members import policy, queries
from mamis.members.models import Import, ImportRow
from mamis.members.operations import QUEUE, check_import, discard_import, run_import, undo_import, work_on
from mamis.members.queries import NEEDS_BELOW, NOT_CONFIRMED
from mamis.members.tasks import work
from mamis.members.workflow import State
from mamis.membership.models import Membership, MembershipCategory
from mamis.membership.queries import seats
from mamis.workflow.table import NotAllowed
from tests.members.files import changes, checked, csv_of, member, outcomes, taken, told, undone, upload, worked
from tests.world import NOON, TODAY

AGREED = date(1978, 8, 21)
JOINED = date(2014, 4, 1)


@pytest.fixture
def admin(world):
    return world.admin(world.district)


def known(number: str) -> Doctor:
    return Licence.objects.get(number=number).doctor


def seated(doctor: Doctor) -> list[tuple[str, str, date]]:
    return [
        (seat.membership.association.name, seat.category.label, seat.membership.joined_on)
        for seat in seats(doctor, TODAY)
    ]


def everything() -> dict[str, list]:
    """取り込みの表と経過のほかの、すべての行。"""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.app_label in {"doctors", "membership", "training", "accounts", "associations", "mail"}
        and "Event" not in model.__name__
    }


def test_a_new_member_gets_person_licence_seat_sight_and_workplace(world, admin):
    of_import = taken(csv_of(member("012345", 性別="男", 医籍登録年月日="2005-05-10")), admin)

    doctor = known("012345")
    assert outcomes(of_import) == ["new"]
    assert (doctor.name, doctor.kana, doctor.birth_on, doctor.sex) == ("髙﨑 𠮷郎", "タカサキ キチロウ", AGREED, "male")
    assert seated(doctor) == [("みどり市医師会", "A 会員", JOINED)]
    assert list(doctors_policy.visible_to(admin, TODAY)) == [doctor]
    assert doctor.workplaces.get().facility.name == "架空医院"
    assert changes(of_import) == [[("在籍", "", "A 会員　2014年4月1日 入会")]]


def test_checking_writes_nothing_but_the_rows_and_tells_what_running_will_do(world, admin):
    before = everything()

    of_import = checked(csv_of(member(500001), member(500002, フリガナ="高崎")), admin)

    assert everything() == before
    assert (of_import.state, outcomes(of_import)) == (State.CHECKED, ["new", "refused"])


def test_the_same_file_again_changes_nothing(world, admin):
    content = csv_of(member(500001), member(500002, 退会日="2020-03-31"), member(500003, 電話=""))
    taken(content, admin)
    before = everything()

    again = taken(content, admin)

    assert (outcomes(again), everything()) == (["unchanged"] * 3, before)


def test_differences_are_told_before_and_after_and_written(world, admin):
    taken(csv_of(member(500001)), admin)

    of_import = taken(
        csv_of(member(500001, 電話="045-000-0151", 会員区分="B", 入会日="2015-04-01", 勤務先="次の医院")), admin
    )

    doctor = known("500001")
    assert changes(of_import) == [
        [
            ("入会日", "2014年4月1日", "2015年4月1日"),
            ("会員区分", "A 会員", "B 会員"),
            ("電話", "045-000-0150", "045-000-0151"),
            ("所属施設", "架空医院", "次の医院"),
        ]
    ]
    assert seated(doctor) == [("みどり市医師会", "B 会員", date(2015, 4, 1))]
    assert doctor.telephone == "045-000-0151"
    assert [one.facility.name for one in doctor.workplaces.filter(until_on=None)] == ["次の医院"]


def test_a_category_with_its_day_begins_a_new_period_and_a_leaving_day_ends_the_seat(world, admin):
    taken(csv_of(member(500001)), admin)

    taken(csv_of(member(500001, 会員区分="B", 会員区分の始まり="2020-04-01", 退会日="2024-04-01")), admin)

    seat = known("500001").memberships.get()
    assert (seat.joined_on, seat.left_on) == (JOINED, date(2024, 4, 1))
    assert [(one.category.code, one.from_on, one.until_on) for one in seat.categories.order_by("from_on")] == [
        ("A", JOINED, date(2020, 4, 1)),
        ("B", date(2020, 4, 1), date(2024, 4, 1)),
    ]
    assert not doctors_policy.visible_to(admin, TODAY).exists()


def test_contacts_of_a_doctor_who_signs_in_and_an_address_once_set_stay(world, admin):
    doctor = world.member("山田", "太郎", world.district, kana=("ヤマダ", "タロウ"))
    number = doctor.licences.get().number
    row = {"氏名": "山田 太朗", "フリガナ": "ヤマダ タロウ", "入会日": "2015-04-01", "勤務先": ""}

    of_import = taken(csv_of(member(number, メールアドレス="x@clinic.example", **row)), admin)

    doctor.refresh_from_db()
    assert changes(of_import) == [[("名", "太郎", "太朗")]]
    assert (doctor.given_name, doctor.telephone, doctor.search_name) == (
        "太朗",
        "045-000-0199",
        "山田太朗 ヤマダタロウ",
    )


def test_a_visible_doctor_is_seated_and_no_longer_seen_as_a_non_member(world):
    doctor = world.doctor("山田", "太郎", kana=("ヤマダ", "タロウ"), signs_in=False)
    world.works_in(doctor, world.prefecture)
    open_sight(doctor, world.district, ground=Ground.TRAINING, on=JOINED)
    row = member(doctor.licences.get().number, フリガナ="ヤマダ タロウ", 氏名="山田 太郎", 電話="", 勤務先="")

    assert outcomes(taken(csv_of(row), world.admin(world.district))) == ["new"]
    assert outcomes(taken(csv_of(row), world.admin(world.prefecture))) == ["new"]

    grounds = Sight.objects.filter(doctor=doctor, until_on=None).values_list("association__code", "ground")
    assert sorted(grounds) == [("14", "member"), ("14-021", "member"), ("14-021", "training")]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"フリガナ": "タカサキ"}, ("フリガナ", "タカサキ", "姓と名が分かれていません。")),
        (
            {"フリガナ": "高崎 吉郎"},
            ("フリガナ", "高崎 吉郎", "カタカナで入力してください（「高崎吉郎」は使えません）。"),
        ),
        ({"氏名": "?﨑 𠮷郎"}, ("氏名", "?﨑 𠮷郎", "字が「?」や「〓」になっています。")),
        ({"氏名": ""}, ("氏名", "", "空です。")),
        (
            {"生年月日": "昭和99年1月1日"},
            (
                "生年月日",
                "昭和99年1月1日",
                "昭和99年1月1日はありません。昭和は64年1月7日までです（令和6年1月1日ではありませんか）。",
            ),
        ),
        ({"会員区分": "Z"}, ("会員区分", "Z", "この医師会にない会員区分です。")),
        ({"退会日": "2010-01-01"}, ("退会日", "2010年1月1日", "入会日より後の日ではありません。")),
        (
            {"電話": "45"},
            ("電話", "45", "電話番号は0から始まる10桁か11桁の数字で入力してください（例：03-3946-2121）。"),
        ),
        ({"医籍登録番号": "1234567"}, ("医籍登録番号", "1234567", "医籍登録番号は 6 桁までの数字です。")),
        ({"会員ID": "123"}, ("会員ID", "123", "会員IDは 10 桁の数字です。")),
        ({"メールアドレス": "a@"}, ("メールアドレス", "a@", "メールアドレスの形ではありません。")),
        ({"性別": "他"}, ("性別", "他", "この列の言葉ではありません。")),
        ({"勤務先": "院" * 121}, ("所属施設", "院" * 121, "120 文字までです（いまは 121 文字です）。")),
    ],
)
def test_a_bad_cell_is_told_by_column_value_and_reason(world, admin, changed, refusal):
    of_import = checked(csv_of(member(500001, **changed)), admin)

    assert [one[:3] for one in told(of_import)] == [refusal]
    assert all(one[3] or one[0] in {"フリガナ", "電話"} for one in told(of_import))


def test_an_unreadable_row_a_double_and_a_refused_row_before_its_double(world, admin):
    content = csv_of(
        member(500001), member(500001, 電話=""), member(500002, 会員区分="Z"), member(500002), member('"500003')
    )

    of_import = taken(content, admin)

    assert outcomes(of_import) == ["new", "refused", "refused", "new", "refused"]
    assert [one[2] for one in told(of_import)] == [
        "同じ医籍登録番号が、2 行目にもあります。",
        "この医師会にない会員区分です。",
        '引用符「"」が閉じられていません。',
    ]


def test_a_double_far_from_its_first_is_found_too(world, admin, monkeypatch):
    monkeypatch.setattr("mamis.members.operations.working.CHUNK", 2)

    of_import = taken(csv_of(*(member(500000 + number % 4) for number in range(7))), admin)

    assert outcomes(of_import) == ["new"] * 4 + ["refused"] * 3


def test_a_known_doctor_who_differs_is_told_where(world, admin):
    taken(csv_of(member(500001), member(500002)), admin)

    of_import = checked(
        csv_of(member(500001, フリガナ="ヤマダ キチロウ"), member(500002, 生年月日="1978-08-22")), admin
    )

    assert told(of_import) == [
        (
            "フリガナ",
            "ヤマダ キチロウ",
            "登録されているフリガナと違います。",
            "この番号の医師のフリガナは「タカサキ キチロウ」です。番号とフリガナを確かめてください。",
        ),
        (
            "生年月日",
            "1978年8月22日",
            "登録されている生年月日と違います。",
            "この番号の医師の生年月日は「1978年8月21日」です。番号と生年月日を確かめてください。",
        ),
    ]


# ほかの医師会


def test_a_number_of_another_association_is_answered_in_the_same_words_whatever_is_written(world):
    other = world.admin(world.other_district)
    taken(csv_of(member(500001)), other)
    before = everything()

    mine = taken(
        csv_of(member(500001), member(500001, フリガナ="ヤマダ タロウ"), heads=()), world.admin(world.district)
    )

    assert everything() == before
    assert (
        told(mine)[0][2:]
        == told(mine)[1][2:]
        == (
            NOT_CONFIRMED,
            "免許証の写しで三つを確かめてください。合っていれば、神奈川県医師会へお問い合わせください。",
        )
    )
    assert "さくら" not in str(list(mine.rows.values("who", "problems", "changes")))


def test_a_member_id_of_another_association_is_answered_in_those_words_too(world):
    taken(csv_of(member(500001, 会員ID="1402773056")), world.admin(world.other_district))

    mine = checked(csv_of(member(500002, 会員ID="1402773056")), world.admin(world.district))

    assert [one[2] for one in told(mine)] == [NOT_CONFIRMED]


def test_what_an_upper_association_does_not_know_is_answered_as_what_is_not_there(world):
    taken(csv_of(member(500001)), world.admin(world.other_district))

    mine = checked(
        csv_of(member(500001), member(500002), member(500001, 生年月日="1978-08-22")), world.admin(world.prefecture)
    )

    assert [one[0] for one in told(mine)] == ["医籍登録番号"] * 3
    assert {one[2:] for one in told(mine)} == {
        (
            NEEDS_BELOW,
            "先に、所属の郡市区等医師会の取り込みが要ります。"
            "「郡市区等医師会」「郡市区等の会員区分」の列があれば、いっしょに取り込めます。",
        )
    }


def test_what_became_of_a_former_member_is_not_told(world, admin):
    taken(csv_of(member(500001, 退会日="2020-04-01")), admin)
    Doctor.objects.update(telephone="03-0000-0001", family_kana="ヤマダ")

    same = checked(csv_of(member(500001, 退会日="2020-04-01", フリガナ="ヤマダ キチロウ")), admin)
    wrong = checked(csv_of(member(500001, 退会日="2020-04-01")), admin)
    again = taken(csv_of(member(500001, 入会日="2024-04-01", フリガナ="ヤマダ キチロウ")), admin)

    assert outcomes(same) == ["unchanged"]
    assert [one[2] for one in told(wrong)] == [NOT_CONFIRMED]
    assert changes(again) == [[("在籍", "", "A 会員　2024年4月1日 入会")]]
    assert known("500001").telephone == "03-0000-0001"


def test_others_rows_stay_as_they_were(world, admin):
    taken(csv_of(member(500001), member(500002)), world.admin(world.other_district))
    theirs = Doctor.objects.values_list("pk", flat=True)
    before = {key: value for key, value in everything().items() if key.startswith(("doctors", "membership"))}

    taken(csv_of(*(member(number) for number in range(500001, 500006))), admin)

    after = everything()
    assert {key: [row for row in after[key] if row in value] for key, value in before.items()} == before
    assert theirs.count() == 5


# 上の層


def test_the_prefecture_seats_the_members_of_its_districts_and_leaves_the_person_alone(world, admin):
    taken(csv_of(member(500001)), admin)
    prefecture = world.admin(world.prefecture)
    row = member(500001, 会員区分="B", 電話="03-0000-0000", 勤務先="別の医院")

    of_import = taken(csv_of(row), prefecture)

    doctor = known("500001")
    assert outcomes(of_import) == ["new"]
    assert outcomes(taken(csv_of(row), prefecture)) == ["unchanged"]
    assert seated(doctor) == [("みどり市医師会", "A 会員", JOINED), ("神奈川県医師会", "B 会員", JOINED)]
    assert (doctor.telephone, doctor.workplaces.get().facility.name) == ("045-000-0150", "架空医院")


def test_an_upper_association_may_add_the_seats_below_that_are_not_there_yet(world):
    below = {"郡市区等医師会": "みどり市医師会", "郡市区等の会員区分": "B", "郡市区等の入会日": "2010-04-01"}
    above = {"都道府県医師会": "14", "都道府県の会員区分": "A", "都道府県の入会日": "2012-04-01"}

    of_import = taken(csv_of(member(500001, **below, **above)), world.admin(world.national))

    assert outcomes(of_import) == ["new"]
    assert seated(known("500001")) == [
        ("みどり市医師会", "B 会員", date(2010, 4, 1)),
        ("神奈川県医師会", "A 会員", date(2012, 4, 1)),
        ("日本医師会", "A 会員", JOINED),
    ]
    assert known("500001").workplaces.get().facility.prefecture_id == "14"


def test_seats_below_must_be_named_rightly_and_reach(world):
    below = {"郡市区等医師会": "みどり市医師会", "郡市区等の会員区分": "B"}

    of_import = checked(
        csv_of(
            member(500001, **(below | {"郡市区等医師会": "さくら市医師会"})),
            member(500002, **(below | {"郡市区等の会員区分": "Z"})),
            member(500003, **below, 郡市区等の入会日="2016-04-01"),
            member(500004),
        ),
        world.admin(world.prefecture),
    )

    assert [(one[0], one[2]) for one in told(of_import)] == [
        ("郡市区等医師会", "この名の医師会が見つかりません。"),
        ("郡市区等医師会の会員区分", "その医師会にない会員区分です。"),
        ("この行", NEEDS_BELOW),
        ("医籍登録番号", NEEDS_BELOW),
    ]


def test_a_stranger_with_seats_below_written_is_not_confirmed(world):
    taken(csv_of(member(500001)), world.admin(world.other_district))
    below = {"郡市区等医師会": "みどり市医師会", "郡市区等の会員区分": "B"}

    of_import = checked(csv_of(member(500001, **below)), world.admin(world.prefecture))

    assert [one[2:] for one in told(of_import)] == [
        (
            NOT_CONFIRMED,
            "免許証の写しで三つを確かめてください。合っていれば、日本医師会へお問い合わせください。",
        )
    ]


def test_the_national_association_asks_its_own_records(world):
    taken(csv_of(member(500001)), world.admin(world.other_district))
    row = member(500001, 生年月日="1978-08-22", 郡市区等医師会="みどり市医師会", 郡市区等の会員区分="B")

    of_import = checked(csv_of(row), world.admin(world.national))

    assert told(of_import)[0][3] == "免許証の写しで三つを確かめ、会員情報室で記録を調べてください。"
    without = checked(csv_of(member(500002)), world.admin(world.national))
    assert "都道府県の会員区分" in told(without)[0][3]


def test_a_seat_that_would_overlap_is_refused_alone(world, admin):
    taken(csv_of(member(500001, 退会日="2016-04-01"), member(500002)), admin)

    of_import = taken(
        csv_of(member(500001, 入会日="2015-04-01"), member(500002, 電話="045-000-0152"), member(500003)), admin
    )

    assert outcomes(of_import) == ["refused", "changed", "new"]
    assert [one[2] for one in told(of_import)] == ["在籍の期間が、ほかの在籍と重なります。"]


# 取り消し


def test_undoing_puts_every_row_back(world, admin):
    taken(csv_of(member(500001), member(500009)), admin)
    Facility.objects.get_or_create(name="次の医院", prefecture_id="14")
    before = everything()
    of_import = taken(
        csv_of(
            member(500001, 電話="045-000-0151", 会員区分="B", 会員区分の始まり="2020-04-01", 勤務先="次の医院"),
            member(500002),
            member(500003, 会員区分="Z"),
        ),
        admin,
    )

    of_import = undone(of_import, admin)

    assert everything() == before
    counts = queries.counts_of(of_import)
    assert (of_import.state, counts.accepted, counts.undone, counts.kept) == (State.UNDONE, 2, 2, 0)
    assert outcomes(taken(csv_of(member(500002)), admin)) == ["new"]


def test_rows_changed_since_are_kept_whole_and_told(world, admin):
    of_import = taken(csv_of(*(member(number) for number in range(500001, 500006))), admin)
    world.credit(known("500001"), 3, TODAY)
    Doctor.objects.filter(pk=known("500002").pk).update(telephone="045-000-0159")
    world.join(known("500003"), world.prefecture)
    kept = [known(number) for number in ("500001", "500002", "500003")]

    of_import = undone(of_import, admin)

    assert list(Doctor.objects.order_by("pk")) == kept
    assert [bool(row.kept) for row in queries.rows_of(of_import)] == [True, True, True, False, False]
    assert queries.counts_of(of_import).undone == 2


# 流れ


def test_every_row_has_one_fate(world, admin):
    of_import = taken(csv_of(member(500001), member(500001), member(500002), member(500003, フリガナ="?")), admin)

    counts = queries.counts_of(of_import)
    assert (counts.rows, counts.accepted + counts.refused + counts.unchanged, counts.done) == (4, 4, 4)


def test_numbers_run_for_each_association_and_columns_are_remembered(world, admin):
    first, second = (checked(csv_of(member(500001, 名簿番号="1")), admin) for _ in range(2))
    other = upload(csv_of(member(500001)), world.admin(world.other_district))

    assert [one.number for one in (first, second, other)] == [1, 2, 1]
    assert queries.remembered_heads(world.district.pk, "members")["facility"] == "勤務先"
    assert queries.remembered_heads(world.other_district.pk, "members") == {}
    assert str(second) == "会員の取り込み 第2号"


def test_what_the_world_changed_meanwhile_is_decided_anew(world, admin):
    of_import = checked(csv_of(member(500001), member(500002)), admin)
    taken(csv_of(member(500001)), world.admin(world.other_district))

    run_import(of_import, by=admin, at=NOON)
    of_import = worked(of_import)

    assert outcomes(of_import) == ["refused", "new"]


def test_work_goes_on_where_it_stopped_and_is_never_done_twice(world, admin, monkeypatch):
    monkeypatch.setattr("mamis.members.operations.working.CHUNK", 2)
    of_import = checked(csv_of(*(member(500000 + number) for number in range(5))), admin)
    run_import(of_import, by=admin, at=NOON)

    of_import.refresh_from_db()
    assert queries.counts_of(of_import).progress == 0
    worked(of_import)
    worked(of_import)

    of_import.refresh_from_db()
    assert (of_import.state, Doctor.objects.count(), queries.counts_of(of_import).accepted) == (State.DONE, 5, 5)


def checking_again(admin) -> Import:
    of_import = checked(csv_of(member(600001)), admin)
    check_import(of_import, of_import.mapping, by=admin, at=NOON)
    return of_import


def undoing(admin) -> Import:
    of_import = taken(csv_of(member(600001)), admin)
    undo_import(of_import, by=admin, at=NOON)
    return of_import


def test_work_stops_when_who_began_it_serves_no_more_and_a_colleague_goes_on(world, admin, monkeypatch):
    monkeypatch.setattr("mamis.members.operations.working.CHUNK", 2)
    colleague = world.appoint(world.district, Role.ADMIN, "管理 二子")
    of_import = checked(csv_of(*(member(600001 + number) for number in range(6))), admin)
    run_import(of_import, by=admin, at=NOON)
    assert work_on(of_import.pk, at=NOON)
    dismiss(admin, by=colleague, at=NOON)

    assert not work_on(of_import.pk, at=NOON)

    stopped = Import.objects.get(pk=of_import.pk)
    assert (stopped.state_label, queries.counts_of(stopped).done) == ("途中で停止", 2)
    run_import(stopped, by=colleague, at=NOON)
    done = worked(stopped)
    assert (done.state_label, done.by_user, queries.counts_of(done).done) == ("取り込み済", colleague.user, 6)
    assert outcomes(done) == ["new"] * 6


def test_what_stopped_halfway_is_undone_whole(world, admin, monkeypatch):
    monkeypatch.setattr("mamis.members.operations.working.CHUNK", 2)
    colleague = world.appoint(world.district, Role.ADMIN, "管理 二子")
    of_import = checked(csv_of(*(member(600001 + number) for number in range(6))), admin)
    run_import(of_import, by=admin, at=NOON)
    work_on(of_import.pk, at=NOON)
    dismiss(admin, by=colleague, at=NOON)
    work_on(of_import.pk, at=NOON)

    undo_import(Import.objects.get(pk=of_import.pk), by=colleague, at=NOON)

    assert worked(of_import).state_label == "取り消し済"
    assert not Doctor.objects.filter(licences__number__startswith="6000").exists()


@pytest.mark.parametrize(("begin", "left"), [(checking_again, "列の確認待ち"), (undoing, "取り込み済")])
def test_checking_and_undoing_stop_too(world, admin, begin, left):
    colleague = world.appoint(world.district, Role.ADMIN, "管理 二子")
    of_import = begin(admin)
    dismiss(admin, by=colleague, at=NOON)

    assert not work_on(of_import.pk, at=NOON)
    assert Import.objects.get(pk=of_import.pk).state_label == left


def test_progress_is_told_while_undoing(world, admin):
    of_import = taken(csv_of(member(500001)), admin)
    Import.objects.filter(pk=of_import.pk).update(state=State.UNDOING)
    of_import.refresh_from_db()

    counts = queries.counts_of(of_import)

    assert (counts.progress, counts.progress_total) == (0, 1)


def test_columns_may_be_chosen_again_and_the_whole_given_up(world, admin):
    of_import = checked(csv_of(member(500001)), admin)

    discard_import(of_import, by=admin, at=NOON)

    assert not ImportRow.objects.exists()
    with pytest.raises(NotAllowed):
        run_import(of_import, by=admin, at=NOON)


def test_only_an_administrator_sees_the_imports_of_its_own_association(world, admin):
    of_import = upload(csv_of(member(500001)), admin)

    assert list(policy.imports_of(admin)) == [of_import]
    for staff in (world.clerk(world.district), world.admin(world.other_district), world.admin(world.prefecture)):
        assert not policy.imports_of(staff).exists()


def test_an_association_knows_whom_it_sees_and_whom_it_once_seated(world, admin):
    left = world.member("山田", "太郎", world.district)
    Membership.objects.filter(doctor=left).update(left_on=date(2020, 4, 1))
    Sight.objects.filter(doctor=left).update(until_on=date(2020, 4, 1))
    member_ = world.member("鈴木", "花子", world.district)
    world.member("異邦", "遠人", world.other_district)

    assert set(policy.known_to(admin, TODAY)) == {left, member_}


def test_a_workplace_begins_where_the_former_ends(world, admin):
    taken(csv_of(member(500001)), admin)
    begin_work(known("500001"), Facility.objects.create(name="三つめ", prefecture_id="14"), on=TODAY)

    of_import = checked(csv_of(member(500001, 勤務開始日="2013-04-01")), admin)

    assert [one[2] for one in told(of_import)] == ["勤務開始日が、いまの所属施設の始まりより前です。"]
    assert Workplace.objects.filter(until_on=None).count() == 1
    assert MembershipCategory.objects.count() == 1


def test_each_piece_of_work_hands_over_the_next_until_none_is_left(world, admin):
    of_import = upload(csv_of(member(500001)), admin)
    check_import(of_import, {"number": 0}, by=admin, at=NOON)
    handed = lambda: ProcrastinateJob.objects.filter(queue_name=QUEUE).count()  # noqa: E731

    counted = [(work(of_import=of_import.pk), handed())[1] for _ in range(4)]

    assert counted == [2, 3, 3, 3]
