"""研修の規則、修了申請、単位の台帳の攻め。"""

from datetime import date

from tests.proofs.attacks.sql import Sql, change, copy

ATTACKS = {
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
    "credit_of_report_once: 一件の実地研修に二度の単位": lambda f: copy("training_creditline", f.granted.pk),
    "credit_not_entered_by_holder: 自分で登録した単位": lambda f: copy(
        "training_creditline", f.line.pk, entered_by_id=f.doctor.user_id
    ),
    "counted_line_once: 一行を二度数える": lambda f: copy(
        "training_countedline", f.application.counted_lines.first().pk, position=99
    ),
}
