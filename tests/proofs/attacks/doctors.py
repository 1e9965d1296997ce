"""医師と在籍の攻め。"""

from datetime import date, timedelta

from tests.proofs.attacks.sql import change, copy

ATTACKS = {
    # 医師
    "=doctors_doctor.user_id: 一人の利用者が二人の医師": lambda f: copy("doctors_doctor", f.doctor.pk),
    "doctor_member_no_is_ten_digits: 桁の違う会員ID": lambda f: change("doctors_doctor", f.doctor.pk, member_no="123"),
    "doctor_member_no_once: 同じ会員ID": lambda f: (
        change("doctors_doctor", f.doctor.pk, member_no="1300012345"),
        change("doctors_doctor", f.other.pk, member_no="1300012345"),
    ),
    "licence_number_once: 同じ医籍登録番号": lambda f: copy(
        "doctors_licence", f.doctor.licences.get().pk, doctor_id=f.other.pk, ended_on=date(2026, 1, 1)
    ),
    "licence_one_current: いまの医籍登録番号が二つ": lambda f: copy(
        "doctors_licence", f.doctor.licences.get().pk, number="999999"
    ),
    "licence_number_is_digits: 数字でない医籍登録番号": lambda f: change(
        "doctors_licence", f.doctor.licences.get().pk, number="第12号"
    ),
    "workplace_one_main: 主たる施設が二つ": lambda f: copy(
        "doctors_workplace", f.doctor.workplaces.get().pk, from_on=date(2026, 1, 1)
    ),
    "workplace_begins_before_end: 始まる前に終わる勤務": lambda f: change(
        "doctors_workplace", f.doctor.workplaces.get().pk, until_on=date(2015, 4, 1)
    ),
    "workplace_is_one_place: どこでもない勤務": lambda f: change(
        "doctors_workplace", f.doctor.workplaces.get().pk, facility_id=None
    ),
    "workplace_is_one_place: 施設でも未定でもある勤務": lambda f: change(
        "doctors_workplace", f.doctor.workplaces.get().pk, request_id=f.facility_request.pk
    ),
    "workplace_duty_known: 知らない施設業務": lambda f: change(
        "doctors_workplace", f.doctor.workplaces.get().pk, duty="boss"
    ),
    # 施設
    "facility_code_once: 同じ医療機関コード": lambda f: copy("doctors_facility", f.facility.pk),
    "facility_code_is_ten_digits: 桁の違う医療機関コード": lambda f: change(
        "doctors_facility", f.facility.pk, code="141001234"
    ),
    "facility_kind_known: 知らない種別": lambda f: change("doctors_facility", f.facility.pk, kind="shop"),
    "facility_closes_after_opening: 開設の前に廃止": lambda f: change(
        "doctors_facility", f.facility.pk, opened_on=date(2020, 4, 1), closed_on=date(2020, 3, 31)
    ),
    "facility_suspends_after_opening: 開設の前に休止": lambda f: change(
        "doctors_facility", f.facility.pk, opened_on=date(2020, 4, 1), suspended_on=date(2020, 3, 31)
    ),
    "facility_succeeded_by_another: 自分を引き継ぐ施設": lambda f: change(
        "doctors_facility", f.facility.pk, successor_id=f.facility.pk
    ),
    "facility_merged_into_another: 自分にまとめられた施設": lambda f: change(
        "doctors_facility", f.facility.pk, merged_into_id=f.facility.pk
    ),
    "facility_merge_one_open_each: 同じ施設を二度まとめる": lambda f: copy(
        "doctors_facilitymerge", f.facility_merge.pk
    ),
    "facility_merge_into_another: 自分にまとめる": lambda f: change(
        "doctors_facilitymerge", f.facility_merge.pk, into_id=f.facility_merge.facility_id
    ),
    "facility_merge_separated_by_someone: 戻した人のない元戻し": lambda f: change(
        "doctors_facilitymerge", f.facility_merge.pk, separated_at=f.world.at
    ),
    "facility_request_once: 同じ名の待っている未定の施設が二つ": lambda f: copy(
        "doctors_facilityrequest", f.facility_request.pk
    ),
    "facility_request_resolved_by_someone: 決めた人のない未定の施設": lambda f: change(
        "doctors_facilityrequest", f.facility_request.pk, resolved_at=f.world.at, facility_id=f.facility.pk
    ),
    "facility_request_resolved_by_someone: 施設のない、決まった未定の施設": lambda f: change(
        "doctors_facilityrequest", f.facility_request.pk, resolved_at=f.world.at, resolved_by_id=f.staff().user_id
    ),
    "sight_once: 同じ根拠が二つ": lambda f: copy("doctors_sight", f.doctor.sights.filter(until_on=None).first().pk),
    "sight_begins_before_end: 始まる前に終わる根拠": lambda f: change(
        "doctors_sight", f.doctor.sights.filter(until_on=None).first().pk, until_on=date(2000, 1, 1)
    ),
    # 代理
    "delegation_relation_known: 知らないあいだがら": lambda f: change(
        "doctors_delegation", f.mandate.pk, relation="stranger"
    ),
    "delegation_once: 同じ人が同じ医師の代理に二度": lambda f: copy("doctors_delegation", f.mandate.pk),
    "delegation_accepted_by_someone: 人のない引き受け": lambda f: change(
        "doctors_delegation", f.mandate.pk, user_id=None
    ),
    "delegation_accepted_by_someone: 日時のない引き受け": lambda f: change(
        "doctors_delegation", f.mandate.pk, accepted_at=None
    ),
    "delegation_lasts_a_year_at_most: 一年を超える代理": lambda f: change(
        "doctors_delegation", f.mandate.pk, until_on=f.mandate.set_on + timedelta(days=367)
    ),
    "delegation_lasts_a_year_at_most: 始まる前に終わる代理": lambda f: change(
        "doctors_delegation", f.mandate.pk, until_on=f.mandate.set_on
    ),
    "delegate_deed_is_known: 知らないこと": lambda f: copy("doctors_delegatedeed", f.deed.pk, deed="signed"),
    "completion_not_decided_by_applicant: 代理を引き受けた医師の申請を承認": lambda f: change(
        "training_completionapplication",
        f.live.pk,
        state="approved",
        decided_by_id=f.acts_for(f.live.doctor).user_id,
        decided_at=f.world.at,
    ),
    "completion_history_not_by_applicant: 代理の人が事務局として書く経過": lambda f: copy(
        "training_completionhistory",
        f.live.history.first().pk,
        party="office",
        by_user_id=f.acts_for(f.live.doctor).user_id,
    ),
    "credit_not_entered_by_holder: 代理を引き受けた医師の単位を登録": lambda f: copy(
        "training_creditline", f.line.pk, entered_by_id=f.acts_for(f.line.doctor).user_id
    ),
    "handbook_not_by_holder: 代理を引き受けた医師の手帳を登録": lambda f: copy(
        "training_handbookentry", f.handbook.pk, number="T9", entered_by_id=f.acts_for(f.handbook.doctor).user_id
    ),
    # 在籍
    "membership_begins_before_end: 入会の前に退会": lambda f: change(
        "membership_membership", f.seat(f.world.national).pk, left_on=date(2015, 4, 1)
    ),
    "membership_once_at_a_time: 同じ医師会に二重に在籍": lambda f: copy(
        "membership_membership", f.seat(f.world.district).pk, joined_on=date(2020, 1, 1)
    ),
    "membership_chain: 都道府県に属さない日医会員": lambda f: copy(
        "membership_membership",
        f.seat(f.world.national).pk,
        doctor_id=f.world.doctor("独り", "太郎").pk,
    ),
    "membership_chain: 郡市区等を先に退会": lambda f: change(
        "membership_membership", f.seat(f.world.district).pk, left_on=date(2026, 4, 1)
    ),
    "membership_chain: 郡市区等より先に都道府県に入会": lambda f: change(
        "membership_membership", f.seat(f.world.prefecture).pk, joined_on=date(2010, 4, 1)
    ),
    "membership_chain: 郡市区等の在籍をよその府の医師会に付け替える": lambda f: change(
        "membership_membership", f.seat(f.world.district).pk, association_id=f.world.other_district.pk
    ),
    "membership_chain: 郡市区等の在籍を別の医師に付け替える": lambda f: change(
        "membership_membership", f.seat(f.world.district).pk, doctor_id=f.world.doctor("独り", "太郎").pk
    ),
    "membership_category_one_at_a_time: 会員区分が同時に二つ": lambda f: copy(
        "membership_membershipcategory",
        f.seat(f.world.district).categories.get().pk,
        category_id=f.world.district.categories.last().pk,
        from_on=date(2020, 1, 1),
    ),
    "membership_category_begins_before_end: 始まる前に終わる会員区分": lambda f: change(
        "membership_membershipcategory", f.seat(f.world.district).categories.get().pk, until_on=date(2015, 4, 1)
    ),
    "membership_category_of_its_association: よその医師会の会員区分": lambda f: change(
        "membership_membershipcategory",
        f.seat(f.world.district).categories.get().pk,
        category_id=f.world.other_district.categories.first().pk,
    ),
}
