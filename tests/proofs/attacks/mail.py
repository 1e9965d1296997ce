"""メール、記録、下書きの攻め。"""

from tests.proofs.attacks.sql import change, copy

ATTACKS = {
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
    # 記録と下書き
    "audit_names_act: したことのない記録": lambda f: copy("audit_auditentry", f.entry.pk, act=""),
    "draft_once: 一つの手続きに二つの下書き": lambda f: copy("wizard_draft", f.draft.pk),
}
