"""書き足すだけの表の攻め。"""

from tests.proofs.attacks.sql import DENIED, change, remove

ATTACKS = {
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
