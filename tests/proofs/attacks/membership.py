"""届出の攻め。"""

from tests.proofs.attacks.sql import change, copy, remove

APPLICATION, STEP, SHEET, CLAIM = (f"membership_{name}" for name in ("application", "step", "sheet", "claim"))
BATCH, CHANGE, LINE = (f"membership_{name}" for name in ("batch", "batchchange", "batchline"))
PRINTOUT = "membership_printout"
JOINING, JOINING_SEAT = "membership_joining", "membership_joiningseat"

ATTACKS = {
    # 届出
    "application_state_known: 知らない状態の届出": lambda f: change(APPLICATION, f.move.pk, state="lost"),
    "application_kind_known: 知らない種類の届出": lambda f: copy(
        APPLICATION, f.move.pk, kind="lost", receipt_no="K2026-1102-9999"
    ),
    "application_finished_at_some_time: いつ完了したか分からない": lambda f: change(
        APPLICATION, f.move.pk, state="finished"
    ),
    "application_finished_at_some_time: 完了していないのに完了した日時": lambda f: change(
        APPLICATION, f.move.pk, finished_at=f.world.at
    ),
    "application_paused_while_stopped: 止まった日のない差し戻し": lambda f: change(
        APPLICATION, f.move.pk, state="returned"
    ),
    "application_paused_while_stopped: 止まっていないのに止まった日": lambda f: change(
        APPLICATION, f.move.pk, paused_on=f.world.on
    ),
    "application_calls_off_another: 何も取りやめない取りやめ": lambda f: copy(
        APPLICATION, f.move.pk, kind="call-off", receipt_no="K2026-1102-9999"
    ),
    "application_called_off_once: 二度の取りやめ": lambda f: copy(APPLICATION, f.off.pk, receipt_no="K2026-1102-9999"),
    "=membership_application.receipt_no: 同じ受付番号": lambda f: copy(APPLICATION, f.move.pk),
    "application_stays: 届出を消す": lambda f: remove(APPLICATION, f.move.pk),
    "application_keeps_whose_it_is: 別の医師の届出にする": lambda f: change(
        APPLICATION, f.move.pk, doctor_id=f.other.pk
    ),
    "application_ends_once: 完了した届出を申請中に戻す": lambda f: change(
        APPLICATION, f.done.pk, state="in-review", finished_at=None
    ),
    "application_finished_by_every_step: 段を残して完了": lambda f: (
        change(CLAIM, f.small.claims.get().pk, released_at=f.world.at),
        change(APPLICATION, f.small.pk, state="finished", finished_at=f.world.at),
    ),
    "application_ended_with_its_steps: 段を残して却下": lambda f: (
        change(CLAIM, f.small.claims.get().pk, released_at=f.world.at),
        change(APPLICATION, f.small.pk, state="rejected"),
    ),
    "application_claims_while_it_lives: 決まらないうちに手を離す": lambda f: change(
        CLAIM, f.small.claims.get().pk, released_at=f.world.at
    ),
    "application_has_its_sheet: 申請書のない届出": lambda f: copy(APPLICATION, f.done.pk, receipt_no="K2026-1102-9999"),
    # 申請書
    "sheet_number_once: 同じ回の申請書が二つ": lambda f: copy(SHEET, f.sheet.pk),
    "sheet_of_paper_names_who_entered: だれが打ったか分からない紙": lambda f: copy(
        SHEET, f.sheet.pk, number=9, paper_on=f.world.on
    ),
    "sheet_has_one_workplace_at_most: 施設が二つ": lambda f: copy(
        SHEET, f.sheet.pk, number=9, facility_id=f.facility.pk, unlisted_name="できたばかりの医院"
    ),
    "sheet_seat_once: 同じ医師会が二行": lambda f: copy("membership_sheetseat", f.sheet.seats.first().pk),
    "sheet_seat_says_something: 何も言わない行": lambda f: copy(
        "membership_sheetseat",
        f.sheet.seats.first().pk,
        association_id=f.world.national.pk,
        category_id=None,
        category_before_id=None,
    ),
    "sheet_evidence_of_profile: 書類のない会員情報の変更": lambda f: copy(
        SHEET, f.profile.sheet.pk, number=9, evidence_id=None
    ),
    "sheet_evidence_of_profile: 書類のある異動届": lambda f: copy(
        SHEET, f.sheet.pk, number=9, evidence_id=f.profile.sheet.evidence_id
    ),
    "sheet_answer_once: 同じことに二つの答え": lambda f: copy("membership_sheetanswer", f.answer.pk),
    "sheet_answer_is_words_or_a_file: 文でも書類でもある答え": lambda f: copy(
        "membership_sheetanswer", f.answer.pk, sheet_id=f.answer.sheet_id, words="別紙のとおり"
    ),
    "sheet_answer_of_one_joined: 退会する医師会の尋ねたこと": lambda f: copy(
        "membership_sheetanswer", f.answer.pk, item_id=f.foreign_join_item.pk
    ),
    "application_one_live_profile: 会員情報の変更が二つ": lambda f: copy(
        APPLICATION, f.profile.pk, receipt_no="K2026-1102-9999"
    ),
    "application_claims_while_it_lives: 在籍に手を付けた会員情報の変更": lambda f: change(
        CLAIM, f.small.claims.get().pk, application_id=f.profile.pk
    ),
    "contact_change_says_something: 何も変わらない連絡先の変更": lambda f: copy(
        "membership_contactchange", f.contact_change.pk, facts_after="{}"
    ),
    # 段
    "step_position_once: 同じ番の段が二つ": lambda f: copy(
        STEP, f.step.pk, association_id=f.world.other_prefecture.pk, category_before_id=None
    ),
    "step_association_once: 同じ医師会の段が二つ": lambda f: copy(STEP, f.step.pk, position=9),
    "step_state_known: 知らない状態の段": lambda f: change(STEP, f.step.pk, state="lost"),
    "step_task_known: 知らないことをする段": lambda f: copy(
        STEP, f.step.pk, position=9, association_id=f.world.national.pk, task="lost", category_before_id=None
    ),
    "step_decided_at_some_time: いつ決めたか分からない確認": lambda f: change(
        STEP, f.step.pk, state="confirmed", decided_by_id=f.staff().user_id
    ),
    "step_decided_at_some_time: 決まっていないのに決めた日時": lambda f: change(STEP, f.step.pk, decided_at=f.world.at),
    "step_decided_by_someone: だれも決めていない確認": lambda f: change(
        STEP, f.step.pk, state="confirmed", decided_at=f.world.at
    ),
    "step_lapses_without_anyone: 人の決めたみなし確認": lambda f: change(
        STEP, f.step.pk, state="lapsed", decided_at=f.world.at, decided_by_id=f.staff().user_id
    ),
    "step_lapses_without_anyone: 承認のみなし": lambda f: change(
        STEP, f.joining.pk, state="lapsed", decided_at=f.world.at
    ),
    "step_amended_work_is_marked: 改めた印のない、改めた施設業務": lambda f: change(
        STEP, f.step.pk, amended_duty="clinic-staff"
    ),
    "step_has_its_deadline_when_open: 期限のない段": lambda f: change(STEP, f.step.pk, due_on=None),
    "step_not_decided_by_applicant: 自分の届出を自分で確認": lambda f: change(
        STEP, f.step.pk, state="confirmed", decided_at=f.world.at, decided_by_id=f.doctor.user_id
    ),
    "step_keeps_its_place: 段をよその医師会のものにする": lambda f: change(
        STEP, f.step.pk, association_id=f.world.national.pk, category_before_id=None
    ),
    "step_category_of_its_association: よその医師会の会員区分で入会": lambda f: change(
        STEP, f.joining.pk, category_id=f.world.district.categories.first().pk
    ),
    "step_history_remarks_on_return: 差し戻していないのに項目ごとの指摘": lambda f: copy(
        "membership_stephistory", f.step.history.filter(event="open").get().pk, remarks='[{"item": "note"}]'
    ),
    "step_stays: 段を消す": lambda f: remove(STEP, f.step.pk),
    # 手を付けた在籍
    "claim_once_while_live: 同じ在籍に二つの届出": lambda f: copy(
        CLAIM, f.small.claims.get().pk, application_id=f.second.pk
    ),
    "claim_once_each: 同じ届出の同じ在籍が二つ": lambda f: copy(CLAIM, f.claim.pk, released_at=f.world.at),
    "claim_of_its_doctor: 別の医師の在籍に手を付ける": lambda f: copy(
        CLAIM, f.claim.pk, doctor_id=f.other.pk, association_id=f.world.national.pk
    ),
    "claim_stays: 手を付けたことを消す": lambda f: remove(CLAIM, f.claim.pk),
    # まとめて進めた記録
    "batch_once: 同じ確かめの画面を二度": lambda f: copy(BATCH, f.batch.pk),
    "batch_says_why_it_changes: 根拠のない変更": lambda f: copy(BATCH, f.batch.pk, key="b" * 32, ground=""),
    "batch_says_why_it_changes: 日付のない変更": lambda f: copy(BATCH, f.batch.pk, key="b" * 32, paper_on=None),
    "batch_says_why_it_changes: 事由のある承認": lambda f: copy(BATCH, f.batch.pk, key="b" * 32, kind="approval"),
    "batch_change_once: 一つの区分を二通りに": lambda f: copy(CHANGE, f.batch.changes.get().pk),
    "batch_change_changes_something: 同じ区分に": lambda f: copy(
        CHANGE, f.batch.changes.get().pk, category_before_id=f.batch.changes.get().category_id
    ),
    "batch_change_within_an_association: よその医師会の区分に": lambda f: copy(
        CHANGE, f.batch.changes.get().pk, category_before_id=f.world.prefecture.categories.get(code="A").pk
    ),
    "batch_line_position_once: 同じ番目": lambda f: copy(LINE, f.waiting_line.pk, doctor_id=f.doctor.pk),
    "batch_line_doctor_once: 一人を二度選ぶ": lambda f: copy(LINE, f.waiting_line.pk, position=99),
    "batch_line_step_once: 一つの段を二度選ぶ": lambda f: copy(LINE, f.decided_line.pk, position=99),
    "=membership_batchline.application_id: 一つの届出を二行が受け付ける": lambda f: copy(
        LINE, f.batch.lines.get(position=1).pk, position=99, batch_id=f.decided_line.batch_id
    ),
    "batch_line_ends_with_something: 何も起きない終わり": lambda f: change(
        LINE, f.waiting_line.pk, ended_at=f.world.at
    ),
    "batch_line_ends_with_something: 日時のない断り": lambda f: change(LINE, f.waiting_line.pk, refusal="だめ"),
    "batch_line_ends_once: 結果を書き換える": lambda f: change(LINE, f.decided_line.pk, refusal="決めていない"),
    "batch_line_keeps_its_place: 選んだ医師を変える": lambda f: change(LINE, f.waiting_line.pk, doctor_id=f.doctor.pk),
    "batch_line_stays: 一件を消す": lambda f: remove(LINE, f.waiting_line.pk),
    "batch_line_of_its_doctor: 別の医師の段": lambda f: copy(
        LINE, f.decided_line.pk, position=99, doctor_id=f.other.pk
    ),
    "office_note_says_something: 何も書かない連絡": lambda f: copy("membership_officenote", f.note.pk, text=""),
    # 印刷した用紙
    "=membership_printout.number: 同じ番号の用紙": lambda f: copy(PRINTOUT, f.printout.pk),
    "printout_number_is_typable: 見間違える字の番号": lambda f: copy(PRINTOUT, f.printout.pk, number="A0B1C4D5"),
    "printout_kind_known: 用紙のない手続き": lambda f: copy(
        PRINTOUT, f.printout.pk, number="A2B3C4D5", kind="category"
    ),
    "printout_ended_by_someone: だれが片付けたか分からない": lambda f: change(
        PRINTOUT, f.printout.pk, ended_at=f.world.at, answers="{}"
    ),
    "printout_ends_one_way: 受け付けて、片付けた": lambda f: copy(
        PRINTOUT,
        f.printout.pk,
        number="A2B3C4D5",
        doctor_id=f.move.doctor_id,
        application_id=f.move.pk,
        ended_at=f.world.at,
        ended_by_id=f.printout.printed_by_id,
        answers="{}",
    ),
    "printout_forgets_at_its_end: 片付けたのに、刷ったことが残る": lambda f: change(
        PRINTOUT, f.printout.pk, ended_at=f.world.at, ended_by_id=f.printout.printed_by_id
    ),
    "printout_stays: 用紙を消す": lambda f: remove(PRINTOUT, f.printout.pk),
    "printout_keeps_what_it_is: よその医師会の用紙にする": lambda f: change(
        PRINTOUT, f.printout.pk, association_id=f.world.other_district.pk
    ),
    "printout_keeps_what_it_is: 刷ったことを書き換える": lambda f: change(
        PRINTOUT, f.printout.pk, answers='{"reason": {"reasons": ["transfer"]}}'
    ),
    "printout_ends_once: 片付けた用紙を待っていることにする": lambda f: (
        change(PRINTOUT, f.printout.pk, ended_at=f.world.at, ended_by_id=f.printout.printed_by_id, answers="{}"),
        change(PRINTOUT, f.printout.pk, ended_at=None, ended_by_id=None),
    ),
    "printout_application_of_its_doctor: 別の医師の届出で受け付ける": lambda f: change(
        PRINTOUT, f.printout.pk, application_id=f.move.pk, answers="{}"
    ),
    # 入会の確認のお願い
    "joining_once_while_unanswered: 同じ方に二つのお願い": lambda f: copy(JOINING, f.asked.pk, seed="s" * 32),
    "=membership_joining.seed: 同じリンク": lambda f: copy(JOINING, f.asked.pk, number="600009"),
    "joining_state_known: 知らない状態のお願い": lambda f: change(JOINING, f.asked.pk, state="lost"),
    "joining_confirmed_by_application: 届出のない確認": lambda f: change(
        JOINING, f.asked.pk, state="confirmed", answered_at=f.world.at
    ),
    "joining_confirmed_by_application: 確かめていないのに届出": lambda f: change(
        JOINING, f.asked.pk, application_id=f.move.pk
    ),
    "joining_answered_at_some_time: いつ返事があったか分からない": lambda f: change(
        JOINING, f.asked.pk, state="declined", note="ほかに入会します。"
    ),
    "joining_answered_at_some_time: 返事がないのに返事の日時": lambda f: change(
        JOINING, f.asked.pk, answered_at=f.world.at
    ),
    "joining_declined_with_reason: わけのない辞退": lambda f: change(
        JOINING, f.asked.pk, state="declined", answered_at=f.world.at
    ),
    "joining_declined_with_reason: 辞退していないのにわけ": lambda f: change(JOINING, f.asked.pk, note="わけ"),
    "joining_has_one_workplace: 施設が二つ": lambda f: copy(
        JOINING, f.asked.pk, seed="s" * 32, number="600009", facility_id=f.facility.pk
    ),
    "joining_has_one_workplace: 施設がない": lambda f: copy(
        JOINING, f.asked.pk, seed="s" * 32, number="600009", unlisted_name=""
    ),
    "joining_number_is_digits: 五桁の番号": lambda f: copy(JOINING, f.asked.pk, seed="s" * 32, number="60000"),
    "joining_stays: お願いを消す": lambda f: remove(JOINING, f.asked.pk),
    "joining_keeps_what_it_asks: 生年月日を書き換える": lambda f: change(JOINING, f.asked.pk, birth_on=f.world.on),
    "joining_keeps_what_it_asks: よその医師会のお願いにする": lambda f: change(
        JOINING, f.asked.pk, association_id=f.world.other_district.pk
    ),
    "joining_ends_once: 取り消したお願いを返事待ちに戻す": lambda f: (
        change(JOINING, f.asked.pk, state="cancelled"),
        change(JOINING, f.asked.pk, state="waiting"),
    ),
    "joining_application_of_its_doctor: 別の医師の届出で確認": lambda f: change(
        JOINING,
        f.asked.pk,
        state="confirmed",
        answered_at=f.world.at,
        doctor_id=f.other.pk,
        application_id=f.move.pk,
    ),
    "joining_seat_once: 同じ医師会に二つの会員区分": lambda f: copy(JOINING_SEAT, f.asked.seats.first().pk),
    "joining_seat_category_of_its_association: よその医師会の会員区分": lambda f: copy(
        JOINING_SEAT, f.asked.seats.first().pk, association_id=f.world.other_district.pk
    ),
}
