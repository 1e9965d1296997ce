"""医師会、担当者、招待、復旧、代行の攻め。"""

from datetime import date, timedelta

from tests.proofs.attacks.sql import change, copy

ATTACKS = {
    # 医師会
    "association_tier_has_its_parent: 上のない郡市区等医師会": lambda f: change(
        "associations_association", f.world.district.pk, parent_id=None
    ),
    "association_tier_has_its_parent: 種別のない郡市区等医師会": lambda f: change(
        "associations_association", f.world.district.pk, kind=""
    ),
    "association_tier_has_its_parent: 二つ目の日本医師会": lambda f: copy(
        "associations_association", f.world.national.pk, code="99"
    ),
    "=associations_association.code: 同じ医師会コード": lambda f: copy("associations_association", f.world.district.pk),
    "president_one_at_a_time: 会長が同時に二人": lambda f: copy(
        "associations_president", f.world.district.presidents.get().pk, name="もう一人", from_on=date(2025, 1, 1)
    ),
    "president_begins_before_end: 就任の前に退任": lambda f: change(
        "associations_president", f.world.district.presidents.get().pk, until_on=date(2024, 6, 1)
    ),
    "category_code_once: 同じ会員区分のコード": lambda f: copy(
        "associations_category", f.world.district.categories.first().pk
    ),
    # 会員手続き
    "association_only_districts_forbid_partial: 一部の層だけの会員を認めない都道府県医師会": lambda f: change(
        "associations_association", f.world.prefecture.pk, allows_partial=False
    ),
    "association_confirmation_days_in_reason: 確認を待たない": lambda f: change(
        "associations_association", f.world.district.pk, confirmation_days=0
    ),
    "association_confirmation_days_in_reason: 確認をいつまでも待つ": lambda f: change(
        "associations_association", f.world.district.pk, confirmation_days=61
    ),
    "association_decision_days_in_reason: 目安の日数がない": lambda f: change(
        "associations_association", f.world.district.pk, decision_days=0
    ),
    "association_decision_days_in_reason: 目安の日数が長すぎる": lambda f: change(
        "associations_association", f.world.district.pk, decision_days=181
    ),
    "association_automatic_kinds_known: 知らない手続きの自動の承認": lambda f: change(
        "associations_association", f.world.district.pk, automatic_kinds=["join", "everything"]
    ),
    "category_begins_before_end: 始まりの日に終わる会員区分": lambda f: change(
        "associations_category",
        f.world.district.categories.first().pk,
        from_on=date(2026, 4, 1),
        until_on=date(2026, 4, 1),
    ),
    "category_duties_known: 知らない施設業務の会員区分": lambda f: change(
        "associations_category", f.world.district.categories.first().pk, duties=["resident", "astronaut"]
    ),
    "join_item_kind_known: 知らない種類の尋ねること": lambda f: copy(
        "associations_joinitem", f.join_item.pk, kind="song"
    ),
    "join_item_asks_something: 何も尋ねない": lambda f: change("associations_joinitem", f.join_item.pk, label=""),
    "join_item_has_its_choices: 選択肢が一つ": lambda f: change(
        "associations_joinitem", f.foreign_join_item.pk, choices=["内科"]
    ),
    "join_item_has_its_choices: 書類に選択肢": lambda f: change(
        "associations_joinitem", f.join_item.pk, choices=["内科", "外科"]
    ),
    "join_item_keeps_what_it_is: よその医師会の尋ねることにする": lambda f: change(
        "associations_joinitem", f.join_item.pk, association_id=f.world.district.pk
    ),
    "join_item_keeps_what_it_is: 種類を変える": lambda f: change("associations_joinitem", f.join_item.pk, kind="short"),
    "board_day_once: 同じ日の二つの理事会": lambda f: copy("associations_boardday", f.board_day.pk),
    "board_day_keeps_its_day: 理事会の日の書き換え": lambda f: change(
        "associations_boardday", f.board_day.pk, held_on=date(2026, 7, 1)
    ),
    "staff_one_role_each: 一人に二つの役割": lambda f: copy("associations_staff", f.staff().pk, role=3),
    "staff_role_known: 知らない役割": lambda f: change("associations_staff", f.staff().pk, role=9),
    "platform_is_one_row: 二つ目の環境設定": lambda f: copy("associations_platform", 1, id=2),
    "staff_keeps_who_and_where: 担当者の付け替え": lambda f: change(
        "associations_staff", f.staff().pk, user_id=f.doctor.user_id
    ),
    "staff_keeps_who_and_where: 務める医師会の付け替え": lambda f: change(
        "associations_staff", f.staff().pk, association_id=f.world.prefecture.pk
    ),
    # 招待
    "invitation_role_known: 知らない役割の招待": lambda f: change("associations_invitation", f.invitation.pk, role=9),
    "invitation_one_open_each: 同じアドレスへの二つの招待": lambda f: copy("associations_invitation", f.invitation.pk),
    "invitation_accepted_as_someone_at_some_time: だれともなく承諾した": lambda f: change(
        "associations_invitation", f.invitation.pk, accepted_at=f.world.at
    ),
    "invitation_accepted_as_someone_at_some_time: 日時のない承諾": lambda f: change(
        "associations_invitation", f.invitation.pk, accepted_as_id=f.staff().pk
    ),
    "invitation_accepted_as_someone_at_some_time: 取り消された招待の承諾": lambda f: (
        change("associations_invitation", f.invitation.pk, cancelled_at=f.world.at, cancelled_by_id=f.admin().pk),
        change("associations_invitation", f.invitation.pk, accepted_at=f.world.at, accepted_as_id=f.staff().pk),
    ),
    "invitation_cancelled_by_someone_at_some_time: だれともなく取り消した": lambda f: change(
        "associations_invitation", f.invitation.pk, cancelled_at=f.world.at
    ),
    "invitation_cancelled_by_someone_at_some_time: 日時のない取り消し": lambda f: change(
        "associations_invitation", f.invitation.pk, cancelled_by_id=f.admin().pk
    ),
    # 復旧
    "rekey_one_waiting_each: 確認待ちの復旧が二つ": lambda f: copy("associations_rekey", f.rekey.pk),
    "rekey_has_its_reason: 理由のない復旧": lambda f: change("associations_rekey", f.rekey.pk, reason=""),
    "rekey_is_of_another_office: 自分の医師会の復旧": lambda f: change(
        "associations_rekey", f.rekey.pk, office_id=f.rekey.association_id
    ),
    "rekey_confirmed_by_a_second_person: 申し出た人が確かめる": lambda f: change(
        "associations_rekey", f.rekey.pk, confirmed_at=f.world.at, confirmed_by_id=f.rekey.requested_by_id
    ),
    "rekey_confirmed_by_a_second_person: だれともなく確かめた": lambda f: change(
        "associations_rekey", f.rekey.pk, confirmed_at=f.world.at
    ),
    "rekey_confirmed_by_a_second_person: 日時のない確かめ": lambda f: change(
        "associations_rekey", f.rekey.pk, confirmed_by_id=f.staff().user_id
    ),
    "rekey_confirmed_by_a_second_person: 取り下げた復旧を確かめる": lambda f: (
        change("associations_rekey", f.rekey.pk, declined_at=f.world.at, declined_by_id=f.staff().user_id),
        change("associations_rekey", f.rekey.pk, confirmed_at=f.world.at, confirmed_by_id=f.staff().user_id),
    ),
    "rekey_declined_by_someone_at_some_time: だれともなく取り下げた": lambda f: change(
        "associations_rekey", f.rekey.pk, declined_at=f.world.at
    ),
    "rekey_declined_by_someone_at_some_time: 日時のない取下げ": lambda f: change(
        "associations_rekey", f.rekey.pk, declined_by_id=f.staff().user_id
    ),
    # 代行
    "delegation_one_at_a_time: 代行が同時に二つ": lambda f: copy("associations_delegation", f.delegation.pk),
    "delegation_is_to_another_office: 自分の医師会の代行": lambda f: change(
        "associations_delegation", f.delegation.pk, office_id=f.delegation.association_id
    ),
    "delegation_ended_by_someone_at_some_time: だれともなく終えた": lambda f: change(
        "associations_delegation", f.delegation.pk, ended_at=f.world.at
    ),
    "delegation_ended_by_someone_at_some_time: 日時のない終わり": lambda f: change(
        "associations_delegation", f.delegation.pk, ended_by_id=f.delegation.begun_by_id
    ),
    "delegation_ended_by_someone_at_some_time: 始まる前に終わる代行": lambda f: change(
        "associations_delegation",
        f.delegation.pk,
        ended_at=f.world.at - timedelta(days=1),
        ended_by_id=f.delegation.begun_by_id,
    ),
    "delegation_ended_by_someone_at_some_time: 管理者ができたのに続く代行": lambda f: change(
        "associations_delegation", f.delegation.pk, has_own_administrator=True
    ),
}
