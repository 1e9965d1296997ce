"""手帳の単位、紙の申請、画面の閲覧の攻め。"""

from tests.proofs.attacks.sql import change, copy


def confirm(facts, user_id, **others):
    """手帳の単位を、その人が確かめたことにする。"""
    return change(
        "training_handbookentry",
        facts.handbook.pk,
        state="confirmed",
        confirmed_by_id=user_id,
        confirmed_at=facts.world.at,
        **others,
    )


ATTACKS = {
    # 手帳の単位
    "handbook_state_known: 知らない状態の登録": lambda f: change(
        "training_handbookentry", f.handbook.pk, state="maybe"
    ),
    "handbook_confirmed_has_confirmer: 確かめた人のない確認": lambda f: change(
        "training_handbookentry", f.handbook.pk, state="confirmed"
    ),
    "handbook_confirmed_has_confirmer: 日時のない確認": lambda f: change(
        "training_handbookentry", f.handbook.pk, state="confirmed", confirmed_by_id=f.admin().user_id
    ),
    "handbook_confirmed_has_confirmer: 確かめた人だけ": lambda f: change(
        "training_handbookentry", f.handbook.pk, confirmed_by_id=f.admin().user_id, confirmed_at=f.world.at
    ),
    "handbook_confirmed_has_confirmer: 確かめる前から一人の事務局": lambda f: change(
        "training_handbookentry", f.handbook.pk, is_by_one=True
    ),
    "handbook_second_person_confirms: 登録した人が確かめる": lambda f: confirm(f, f.handbook.entered_by_id),
    "handbook_second_person_confirms: 二人なのに一人の事務局": lambda f: confirm(f, f.admin().user_id, is_by_one=True),
    "handbook_not_by_holder: 自分の手帳を登録": lambda f: change(
        "training_handbookentry", f.handbook.pk, entered_by_id=f.doctor.user_id
    ),
    "handbook_not_by_holder: 自分の手帳を確かめる": lambda f: confirm(f, f.doctor.user_id),
    "=training_handbookentry.number: 同じ登録番号": lambda f: copy("training_handbookentry", f.handbook.pk),
    "handbook_line_once: 同じ番目の行": lambda f: copy("training_handbookline", f.handbook.lines.get().pk),
    "handbook_line_gives_units: 単位のない行": lambda f: copy(
        "training_handbookline", f.handbook.lines.get().pk, position=9, half_units=0
    ),
    "handbook_scan_once: 同じ番目の写し": lambda f: copy("training_handbookscan", f.handbook.scans.get().pk),
    # 紙の申請
    "submission_of_paper_names_who_entered: だれともなく代行入力した": lambda f: copy(
        "training_submission", f.paper.pk, number=9, entered_by_id=None
    ),
    "submission_of_paper_names_who_entered: どの医師会ともなく代行入力した": lambda f: copy(
        "training_submission", f.paper.pk, number=9, entered_for_id=None
    ),
    "submission_of_paper_names_who_entered: 紙の申請日のない代行入力": lambda f: copy(
        "training_submission", f.paper.pk, number=9, paper_on=None
    ),
    "submission_scan_is_of_paper: 医師の申請書に付く紙の写し": lambda f: copy(
        "training_submission", f.live.submissions.get().pk, number=9, scan_id=f.file.pk
    ),
    # 画面の閲覧
    "viewing_has_reason: わけのない閲覧": lambda f: copy("training_viewing", f.viewing.pk, key="k" * 22, reason=""),
    "viewing_begins_before_end: 始まりに終わる閲覧": lambda f: copy(
        "training_viewing", f.viewing.pk, key="k" * 22, until_at=f.viewing.begun_at
    ),
    "=training_viewing.key: 同じ印の閲覧": lambda f: copy("training_viewing", f.viewing.pk),
}
