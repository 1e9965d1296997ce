"""データベースの守り：検査を通らない生の SQL で、業務の決まりを一つずつ破ろうとする。一つも通らない。

攻めはどれも、正しい行の写しか書き換えで、破る決まりのほかは正しい。だから、名指しの守りだけが断る。
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from mamis.config.management.commands.grant_rights import append_only_tables
from mamis.mail.models import Message
from mamis.training.models import CompletionApplication

pytestmark = pytest.mark.django_db

DENIED = "permission denied"


@dataclass(frozen=True)
class Sql:
    """生の文と、その値。"""

    text: str
    values: tuple[Any, ...] = ()


def copy(table, pk, **changes):
    """行の写しを、いくつかの列だけ変えて入れる。"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, is_identity FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
            [table],
        )
        columns = [name for name, is_identity in cursor.fetchall() if is_identity == "NO" or name in changes]
    sources = ["%s" if name in changes else f'"{name}"' for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    values = tuple(changes[name] for name in columns if name in changes)
    return Sql(
        f'INSERT INTO "{table}" ({names}) SELECT {", ".join(sources)} FROM "{table}" WHERE id = %s', (*values, pk)
    )


def change(table, pk, **changes):
    """行を書き換える。"""
    settings = ", ".join(f'"{name}" = %s' for name in changes)
    return Sql(f'UPDATE "{table}" SET {settings} WHERE id = %s', (*changes.values(), pk))


def remove(table, pk):
    """行を消す。"""
    return Sql(f'DELETE FROM "{table}" WHERE id = %s', (pk,))


def refusal(*attack):
    """攻めを断った守りの名。断られなければ空。"""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for sql in attack:
                cursor.execute(sql.text, sql.values)
                assert cursor.rowcount == 1, "the attack hit nothing"
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError as error:
        cause = error.__cause__
        assert isinstance(cause, psycopg.Error)
        if isinstance(cause, psycopg.errors.InsufficientPrivilege):
            return DENIED
        return cause.diag.constraint_name
    return ""


def key(table, column):
    """列に付いた一意の守りの名。"""
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, table)
    return next(
        name
        for name, facts in constraints.items()
        if facts["unique"] and facts["columns"] == [column] and not facts["primary_key"]
    )


class Facts:
    """攻められる、正しい行。"""

    def __init__(self, world, doctor):
        self.world, self.doctor = world, doctor
        self.other = world.member("鈴木", "花子", world.district, world.prefecture)
        world.works_in(self.doctor, world.prefecture)
        self.application = world.submit(doctor, world.district)
        world.approve(self.application, world.clerk(world.district))
        self.application.refresh_from_db()
        world.credit(self.other, 19, date(2026, 3, 14))
        self.live = world.submit(self.other, world.district)
        self.line = doctor.credit_lines.get(kind="knowledge")
        self.certificate = self.application.certificate
        self.report = self.live.submissions.get().field_reports.first()
        self.message = Message.objects.order_by("pk").first()

    def seat(self, association, doctor=None):
        return (doctor or self.doctor).memberships.get(association=association)

    def staff(self):
        return self.world.clerk(self.world.district)

    def spare(self):
        """承認されたが、まだ修了証の出ていない申請。"""
        application = CompletionApplication.objects.get(pk=self.live.pk)
        if application.state == "submitted":
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE training_completionapplication SET state = 'approved', decided_at = now(),"
                    " decided_by_id = %s WHERE id = %s",
                    [self.staff().user_id, application.pk],
                )
        return application


@pytest.fixture
def facts(world, doctor):
    return Facts(world, doctor)


# 攻めの表：守りの名、文。

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
    "staff_one_role_each: 一人に二つの役割": lambda f: copy("associations_staff", f.staff().pk, role=3),
    "staff_role_known: 知らない役割": lambda f: change("associations_staff", f.staff().pk, role=9),
    "platform_is_one_row: 二つ目の環境設定": lambda f: copy("associations_platform", 1, id=2),
    # 利用者
    "user_email_unique: 同じログイン用アドレス": lambda f: copy("accounts_user", f.staff().user_id),
    "user_email_is_lower_case: 大文字のログイン用アドレス": lambda f: change(
        "accounts_user", f.staff().user_id, email="UPPER@office.example"
    ),
    "sign_in_name_folded_unique: 同じログインの名前": lambda f: copy(
        "accounts_signinname", f.staff().user.sign_in_names.get().pk, user_id=f.doctor.user_id, kind="member_id"
    ),
    "sign_in_name_one_of_a_kind: 一種類に二つの名前": lambda f: copy(
        "accounts_signinname", f.staff().user.sign_in_names.get().pk, folded="second@office.example"
    ),
    "sign_in_name_not_empty: 空のログインの名前": lambda f: change(
        "accounts_signinname", f.staff().user.sign_in_names.get().pk, folded=""
    ),
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
    "sight_once: 同じ根拠が二つ": lambda f: copy("doctors_sight", f.doctor.sights.filter(until_on=None).first().pk),
    "sight_begins_before_end: 始まる前に終わる根拠": lambda f: change(
        "doctors_sight", f.doctor.sights.filter(until_on=None).first().pk, until_on=date(2000, 1, 1)
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
    # 研修の規則
    "rule_one_at_a_time: 規則が同時に二つ": lambda f: copy("training_programmerule", f.application.rule_id),
    "rule_begins_before_end: 始まる前に終わる規則": lambda f: change(
        "training_programmerule", f.application.rule_id, until_on=date(2025, 4, 1)
    ),
    "activity_one_at_a_time: 同じ活動の単位が同時に二つ": lambda f: copy("training_activity", f.report.activity_id),
    "activity_begins_before_end: 始まる前に終わる活動": lambda f: change(
        "training_activity", f.report.activity_id, until_on=date(2025, 4, 1)
    ),
    "activity_gives_units: 単位のない活動": lambda f: change("training_activity", f.report.activity_id, half_units=0),
    # 修了申請
    "completion_one_live: 申請中の申請が二つ": lambda f: copy(
        "training_completionapplication", f.live.pk, receipt_no="2026-9999-0001", state="returned"
    ),
    "completion_state_known: 知らない状態": lambda f: change(
        "training_completionapplication", f.live.pk, state="maybe"
    ),
    "completion_approved_has_decider: 承認した人のない承認": lambda f: change(
        "training_completionapplication", f.live.pk, state="approved"
    ),
    "completion_approved_has_decider: 承認した人だけ": lambda f: change(
        "training_completionapplication", f.live.pk, decided_by_id=f.staff().user_id, decided_at=f.world.at
    ),
    "completion_window_in_order: 終わりが先の期間": lambda f: change(
        "training_completionapplication", f.live.pk, window_until_on=date(2000, 1, 1)
    ),
    "=training_completionapplication.receipt_no: 同じ受付番号": lambda f: copy(
        "training_completionapplication", f.live.pk, state="withdrawn"
    ),
    "completion_not_decided_by_applicant: 自分の申請を承認": lambda f: change(
        "training_completionapplication",
        f.live.pk,
        state="approved",
        decided_by_id=f.other.user_id,
        decided_at=f.world.at,
    ),
    "completion_history_not_by_applicant: 事務局として自分の申請に書く経過": lambda f: copy(
        "training_completionhistory", f.live.history.first().pk, party="office", by_user_id=f.other.user_id
    ),
    "submission_number_once: 同じ回の申請書": lambda f: copy("training_submission", f.live.submissions.get().pk),
    "field_report_position_once: 同じ番目の実地研修": lambda f: copy("training_fieldreport", f.report.pk),
    "field_report_days_in_order: 終わりが先の実地研修": lambda f: copy(
        "training_fieldreport", f.report.pk, position=9, until_on=date(2000, 1, 1)
    ),
    "field_report_times_positive: 0 回の実地研修": lambda f: copy(
        "training_fieldreport", f.report.pk, position=9, times=0
    ),
    "field_report_gives_units: 単位のない実地研修": lambda f: copy(
        "training_fieldreport", f.report.pk, position=9, half_units=0
    ),
    # 単位の台帳
    "credit_sign_tells_reversal: 負の単位": lambda f: copy("training_creditline", f.line.pk, half_units=-2),
    "credit_sign_tells_reversal: 0 の単位": lambda f: copy("training_creditline", f.line.pk, half_units=0),
    "credit_reversal_mirrors_its_line: 取り消しの行を取り消す": lambda f: (
        copy("training_creditline", f.line.pk, half_units=-19, reverses_id=f.line.pk),
        Sql(
            "INSERT INTO training_creditline (doctor_id, programme_id, kind, title, earned_on, half_units, codes,"
            " source, ground, granted_by_id, entered_by_id, entered_at, reverses_id)"
            " SELECT doctor_id, programme_id, kind, title, earned_on, -1, codes,"
            " source, ground, granted_by_id, entered_by_id, entered_at, id"
            " FROM training_creditline WHERE reverses_id = %s",
            (f.line.pk,),
        ),
    ),
    "credit_reversal_mirrors_its_line: 元より多い取り消し": lambda f: copy(
        "training_creditline", f.line.pk, half_units=-20, reverses_id=f.line.pk
    ),
    "credit_reversal_mirrors_its_line: よその医師の単位の取り消し": lambda f: copy(
        "training_creditline", f.line.pk, half_units=-19, reverses_id=f.line.pk, doctor_id=f.other.pk
    ),
    "=training_creditline.reverses_id: 二度の取り消し": lambda f: (
        copy("training_creditline", f.line.pk, half_units=-19, reverses_id=f.line.pk),
        copy("training_creditline", f.line.pk, half_units=-19, reverses_id=f.line.pk),
    ),
    "credit_has_ground: 根拠のない単位": lambda f: copy("training_creditline", f.line.pk, ground=""),
    "credit_of_completion_names_report: 実地研修を指さない修了申請の単位": lambda f: copy(
        "training_creditline", f.line.pk, source="completion"
    ),
    "credit_of_completion_names_report: 実地研修を指す講習会の単位": lambda f: copy(
        "training_creditline", f.line.pk, field_report_id=f.report.pk
    ),
    "=training_creditline.field_report_id: 一件の実地研修に二度の単位": lambda f: copy(
        "training_creditline", f.doctor.credit_lines.get(source="completion").pk
    ),
    "credit_not_entered_by_holder: 自分で登録した単位": lambda f: copy(
        "training_creditline", f.line.pk, entered_by_id=f.doctor.user_id
    ),
    "counted_line_once: 一行を二度数える": lambda f: copy(
        "training_countedline", f.application.counted_lines.first().pk, position=99
    ),
    # 修了証
    "certificate_token_long_enough: 短い合言葉": lambda f: copy_certificate(f, token="short"),
    "certificate_token_long_enough: 空の合言葉": lambda f: copy_certificate(f, token=""),
    "=training_certificate.token: 同じ合言葉": lambda f: copy_certificate(f, token=f.certificate.token),
    "=training_certificate.number: 同じ修了証番号": lambda f: copy_certificate(f, number=f.certificate.number),
    "=training_certificate.application_id: 一つの申請に二枚の修了証": lambda f: copy(
        "training_certificate", f.certificate.pk, number="2026-9", token="t" * 43
    ),
    "certificate_expires_after_completion: 修了の日に切れる修了証": lambda f: copy_certificate(
        f, expires_on=f.certificate.completed_on
    ),
    "certificate_of_approved_application: 承認されていない申請の修了証": lambda f: copy(
        "training_certificate",
        f.certificate.pk,
        number="2026-9",
        token="t" * 43,
        application_id=f.live.pk,
        doctor_id=f.other.pk,
    ),
    "certificate_of_approved_application: よその医師の修了証": lambda f: copy(
        "training_certificate", f.certificate.pk, number="2026-9", token="t" * 43, doctor_id=f.other.pk
    ),
    "certificate_frozen: 修了証の氏名の書き換え": lambda f: change(
        "training_certificate", f.certificate.pk, holder_name="別人"
    ),
    "certificate_frozen: 有効期限を延ばす": lambda f: change(
        "training_certificate", f.certificate.pk, expires_on=date(2099, 1, 1)
    ),
    "certificate_frozen: 取り消しを取り消す": lambda f: (
        change("training_certificate", f.certificate.pk, revoked_at=f.world.at),
        change("training_certificate", f.certificate.pk, revoked_at=None),
    ),
    "certificate_frozen: 修了証を消す": lambda f: remove("training_certificate", f.certificate.pk),
    # メール
    "message_state_known: 知らない送信の状態": lambda f: change("mail_message", f.message.pk, state="lost"),
    "message_sent_has_its_time: 日時のない送信済": lambda f: change("mail_message", f.message.pk, state="sent"),
    "message_retrying_has_its_time: 次の日時のない再送待ち": lambda f: change(
        "mail_message", f.message.pk, state="retrying"
    ),
    "message_told_by_someone_at_some_time: だれともなく紙で知らせた": lambda f: change(
        "mail_message", f.message.pk, state="failed", told_at=f.world.at
    ),
    "message_secret_is_blanked_when_finished: 送ったあとに残る秘密の中身": lambda f: change(
        "mail_message", f.message.pk, state="sent", sent_at=f.world.at, is_secret=True
    ),
    "=mail_message.message_id: 同じ Message-ID": lambda f: copy("mail_message", f.message.pk),
    # 書き足すだけの表
    f"{DENIED}: 単位を書き換える": lambda f: change("training_creditline", f.line.pk, half_units=99),
    f"{DENIED}: 単位を消す": lambda f: remove("training_creditline", f.line.pk),
    f"{DENIED}: 経過の理由を書き換える": lambda f: change(
        "training_completionhistory", f.live.history.first().pk, comment="なかったことに"
    ),
    f"{DENIED}: 経過を消す": lambda f: remove("training_completionhistory", f.live.history.first().pk),
    f"{DENIED}: 申請書を書き換える": lambda f: change(
        "training_submission", f.live.submissions.get().pk, note="あとから"
    ),
    f"{DENIED}: 実地研修を書き換える": lambda f: change("training_fieldreport", f.report.pk, half_units=20),
    f"{DENIED}: 数えた行を消す": lambda f: remove("training_countedline", f.application.counted_lines.first().pk),
}


def copy_certificate(facts, **wrong):
    """まだ修了証のない、承認された申請に出す修了証の、どこかが正しくないもの。"""
    spare = facts.spare()
    right = {"number": "2026-9", "token": "t" * 43, "application_id": spare.pk, "doctor_id": spare.doctor_id}
    return copy("training_certificate", facts.certificate.pk, **(right | wrong))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_is_accepted(facts, attack):
    expected = attack.split(":")[0]
    if expected.startswith("="):
        expected = key(*expected[1:].split("."))
    made = ATTACKS[attack](facts)

    assert refusal(*(made if isinstance(made, tuple) else (made,))) == expected


def test_every_append_only_table_refuses_change_and_removal(facts):
    refused = {}
    for table in sorted(append_only_tables()):
        for verb in (f'DELETE FROM "{table}"', f'UPDATE "{table}" SET {first_column(table)} = {first_column(table)}'):
            refused[verb] = refusal_of(verb)

    assert refused
    assert set(refused.values()) == {DENIED}


def first_column(table):
    with connection.cursor() as cursor:
        return f'"{connection.introspection.get_table_description(cursor, table)[0].name}"'


def refusal_of(statement):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return DENIED if isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege) else str(error)
    return ""


def test_the_right_rows_are_accepted(facts):
    """守りが正しい行まで断っていないこと。"""
    spare = facts.spare()
    right = (
        copy("training_creditline", facts.line.pk, title="別の講演会"),
        copy("training_creditline", facts.line.pk, half_units=-19, reverses_id=facts.line.pk),
        change("training_certificate", facts.certificate.pk, revoked_at=facts.world.at),
        copy(
            "training_certificate",
            facts.certificate.pk,
            number="2026-9",
            token="t" * 43,
            application_id=spare.pk,
            doctor_id=spare.doctor_id,
        ),
        change("membership_membership", facts.seat(facts.world.national).pk, left_on=date(2026, 4, 1)),
        copy(
            "associations_president",
            facts.world.district.presidents.get().pk,
            from_on=date(2020, 6, 1),
            until_on=date(2024, 6, 1),
        ),
    )

    assert [refusal(sql) for sql in right] == [""] * len(right)


def test_the_table_of_attacks_names_every_named_guard(facts):
    """モデルの名のある守りは、どれも一度は攻められている。"""
    named = {attack.split(":")[0] for attack in ATTACKS}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"
            " WHERE contype IN ('c', 'x') AND relname ~ '^(accounts|associations|doctors|membership|training|mail)_'"
            " UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname !~ '^pgtrigger'"
            " AND tgrelid::regclass::text ~ '^(doctors|membership|training)_'"
        )
        guards = {name for (name,) in cursor.fetchall() if not re.search(r"(_check\d*|_not_null)$", name)}

    assert guards - named == set()
