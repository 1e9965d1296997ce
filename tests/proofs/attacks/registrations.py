"""利用者登録、ご案内、登録のリンクの攻め。"""

from tests.proofs.attacks.sql import change, copy

ATTACKS = {
    # 利用者登録
    "registration_state_known: 知らない状態の登録": lambda f: change(
        "doctors_registration", f.registration.pk, state="maybe", decided_at=f.world.at
    ),
    "registration_number_is_digits: 数字でない医籍登録番号の登録": lambda f: change(
        "doctors_registration", f.registration.pk, number="第12号"
    ),
    "registration_accepted_has_doctor: 医師のない確認": lambda f: change(
        "doctors_registration", f.registration.pk, state="accepted", decided_at=f.world.at
    ),
    "registration_decided_when_over: 日時のない却下": lambda f: change(
        "doctors_registration", f.registration.pk, state="rejected"
    ),
    "registration_decided_when_over: 確認待ちのまま決まる": lambda f: change(
        "doctors_registration", f.registration.pk, decided_at=f.world.at
    ),
    "registration_not_decided_by_oneself: 自分の登録を決める": lambda f: change(
        "doctors_registration",
        f.registration.pk,
        state="rejected",
        decided_at=f.world.at,
        decided_by_id=f.registration.user_id,
    ),
    "registration_once: 一人に二つの登録": lambda f: copy(
        "doctors_registration", f.registration.pk, receipt_no="2026-9999-0001"
    ),
    "=doctors_registration.receipt_no: 同じ受付番号の登録": lambda f: copy(
        "doctors_registration", f.registration.pk, user_id=f.staff().user_id
    ),
    "=doctors_registration.licence_file_id: 一枚の免許証に二つの登録": lambda f: (
        change("doctors_registration", f.registration.pk, licence_file_id=f.file.pk),
        copy("doctors_registration", f.registration.pk, receipt_no="2026-9999-0001", user_id=f.staff().user_id),
    ),
    # ご案内
    "letter_one_open: 使えるご案内が二つ": lambda f: copy("doctors_registrationletter", f.letter.pk, code="c" * 64),
    "letter_ends_one_way: 使われて、使わないうちに終わる": lambda f: change(
        "doctors_registrationletter", f.letter.pk, used_at=f.world.at, ended_at=f.world.at
    ),
    "=doctors_registrationletter.code: 同じコード": lambda f: copy(
        "doctors_registrationletter", f.letter.pk, ended_at=f.world.at
    ),
    # 登録のリンク
    "registration_link_key_once: 同じ合言葉のリンク": lambda f: copy("doctors_registrationlink", f.link.pk),
    "registration_link_expires: いつまでも使えるリンク": lambda f: change(
        "doctors_registrationlink", f.link.pk, expires_at=None
    ),
    "registration_link_expires: 合言葉のないリンクの期限": lambda f: change(
        "doctors_registrationlink", f.link.pk, key=""
    ),
    "registration_link_forgets_when_used: 使ったあとに残る答え": lambda f: change(
        "doctors_registrationlink", f.link.pk, used_at=f.world.at, answers='{"licence": {}}'
    ),
}
