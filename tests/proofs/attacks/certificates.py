"""修了証、まとめての承認、差し戻しの文例の攻め。"""

from datetime import date

from tests.proofs.attacks.sql import Sql, change, copy, remove


def take(facts):
    """修了証を取り出したことを書く。"""
    return Sql(
        "INSERT INTO training_certificatetaken (certificate_id, taken_by_id, taken_at) VALUES (%s, %s, now())",
        (facts.certificate.pk, facts.staff().user_id),
    )


def copy_certificate(facts, **wrong):
    """まだ修了証のない、承認された申請に出す修了証の、どこかが正しくないもの。"""
    spare = facts.spare()
    right = {"number": "2026-9", "token": "t" * 43, "application_id": spare.pk, "doctor_id": spare.doctor_id}
    return copy("training_certificate", facts.certificate.pk, **(right | wrong))


ATTACKS = {
    # 修了証
    "certificate_token_long_enough: 短い合言葉": lambda f: copy_certificate(f, token="short"),
    "certificate_token_long_enough: 空の合言葉": lambda f: copy_certificate(f, token=""),
    "=training_certificate.token: 同じ合言葉": lambda f: copy_certificate(f, token=f.certificate.token),
    "=training_certificate.number: 同じ修了証番号": lambda f: copy_certificate(f, number=f.certificate.number),
    "certificate_one_each: 一つの申請に二枚の修了証": lambda f: copy(
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
    "certificate_frozen: 取りやめを取りやめる": lambda f: (
        change("training_certificate", f.certificate.pk, voided_at=f.world.at),
        change("training_certificate", f.certificate.pk, voided_at=None),
    ),
    "certificate_revoked_or_voided: 取りやめて取り消す": lambda f: change(
        "training_certificate", f.certificate.pk, revoked_at=f.world.at, voided_at=f.world.at
    ),
    "certificate_voided_before_taken: 取り出された修了証の取りやめ": lambda f: (
        take(f),
        change("training_certificate", f.certificate.pk, voided_at=f.world.at),
    ),
    "certificate_taken_while_issued: 取り消された修了証の取り出し": lambda f: (
        change("training_certificate", f.certificate.pk, revoked_at=f.world.at),
        take(f),
    ),
    "certificate_frozen: 修了証を消す": lambda f: remove("training_certificate", f.certificate.pk),
    # 過去の修了
    "past_completion_once: 同じ医師会の同じ修了が二つ": lambda f: copy("training_pastcompletion", f.past.pk),
    "past_completion_expires_after_completion: 修了の日に切れる修了": lambda f: copy(
        "training_pastcompletion", f.past.pk, completed_on=date(2025, 5, 1), expires_on=date(2025, 5, 1)
    ),
    "past_completion_has_ground: 根拠のない修了": lambda f: copy(
        "training_pastcompletion", f.past.pk, completed_on=date(2025, 5, 1), ground=""
    ),
    "past_completion_not_entered_by_holder: 自分で取り込んだ修了": lambda f: copy(
        "training_pastcompletion", f.past.pk, completed_on=date(2025, 5, 1), entered_by_id=f.doctor.user_id
    ),
    "past_completion_frozen: 有効期限を延ばす": lambda f: change(
        "training_pastcompletion", f.past.pk, expires_on=date(2099, 1, 1)
    ),
    "past_completion_frozen: 取り消しを取り消す": lambda f: (
        change("training_pastcompletion", f.past.pk, undone_at=f.world.at),
        change("training_pastcompletion", f.past.pk, undone_at=None),
    ),
    "past_completion_frozen: 修了を消す": lambda f: remove("training_pastcompletion", f.past.pk),
    # まとめての承認と、差し戻しの文例
    "bulk_line_ends_with_outcome: 日時のない結果": lambda f: change("training_bulkline", f.bulk.pk, ended_at=None),
    "bulk_line_ends_with_outcome: 知らない結果": lambda f: change("training_bulkline", f.bulk.pk, outcome="lost"),
    "bulk_line_once: 一つの申請を二度選ぶ": lambda f: copy("training_bulkline", f.bulk.pk, position=99),
    "bulk_line_position_once: 同じ番目": lambda f: copy("training_bulkline", f.bulk.pk, application_id=f.live.pk),
    "bulk_decision_once: 同じ確かめの画面を二度": lambda f: copy("training_bulkdecision", f.bulk.decision_id),
    "return_text_says_something: 文のない文例": lambda f: change("training_returntext", f.text.pk, body=""),
    "return_text_title_once: 同じ題の文例": lambda f: copy("training_returntext", f.text.pk),
    "=training_certificatetaken.certificate_id: 二度目のはじめての取り出し": lambda f: (take(f), take(f)),
}
