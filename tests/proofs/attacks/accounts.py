"""利用者、規約、二要素の攻め。"""

from tests.proofs.attacks.sql import change, copy

ATTACKS = {
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
    # 規約とお知らせ
    "statement_number_once: 同じ番号の版": lambda f: copy("accounts_statement", f.statement.pk),
    "statement_says_something: 本文のない版": lambda f: copy("accounts_statement", f.statement.pk, number=3, body=""),
    "statement_new_version_names_its_change_and_publisher: 何が変わったかのない版": lambda f: copy(
        "accounts_statement", f.statement.pk, number=3, change=""
    ),
    "statement_new_version_names_its_change_and_publisher: だれともなく公開した版": lambda f: copy(
        "accounts_statement", f.statement.pk, number=3, published_by_id=None
    ),
    "statement_new_version_names_its_change_and_publisher: 公開した日時のない版": lambda f: copy(
        "accounts_statement", f.statement.pk, number=3, published_at=None
    ),
    "statement_new_version_names_its_change_and_publisher: 0 番目の版": lambda f: copy(
        "accounts_statement", f.statement.pk, number=0
    ),
    "agreement_once: 一つの版に二度の同意": lambda f: copy("accounts_agreement", f.agreement.pk),
    # メールアドレスの変更
    "address_change_changes_something: 同じアドレスへの変更": lambda f: change(
        "accounts_addresschange", f.address_change.pk, new_address=f.address_change.old_address
    ),
    "address_change_changes_something: 空のアドレスへの変更": lambda f: change(
        "accounts_addresschange", f.address_change.pk, new_address=""
    ),
    "address_change_purpose_known: 知らないアドレスの変更": lambda f: change(
        "accounts_addresschange", f.address_change.pk, purpose="home"
    ),
    # 二要素
    "factor_loss_one_open: 申し出が同時に二つ": lambda f: copy("accounts_factorloss", f.loss.pk),
    "factor_loss_decided_by_another: 自分で決める": lambda f: change(
        "accounts_factorloss", f.loss.pk, decided_by_id=f.loss.user_id, decided_at=f.world.at, how="電話"
    ),
    "factor_loss_decided_whole: だれともなく解除した": lambda f: change(
        "accounts_factorloss", f.loss.pk, is_released=True
    ),
    "factor_loss_decided_whole: 決めた人のない決定": lambda f: change(
        "accounts_factorloss", f.loss.pk, decided_at=f.world.at, how="電話"
    ),
    "factor_loss_decided_whole: 日時のない決定": lambda f: change(
        "accounts_factorloss", f.loss.pk, decided_by_id=f.admin().user_id, how="電話"
    ),
    "factor_loss_decided_whole: 本人と確かめていない決定": lambda f: change(
        "accounts_factorloss", f.loss.pk, decided_by_id=f.admin().user_id, decided_at=f.world.at
    ),
    "recovery_code_once: 同じ回復コード": lambda f: copy("accounts_recoverycode", f.recovery_code.pk),
    "=accounts_signedindevice.session_key: 一つのセッションに二つの端末": lambda f: copy(
        "accounts_signedindevice", f.device.pk
    ),
    # ログインの誤り
    "failure_count_scope_key_unique: 同じ鍵の数が二つ": lambda f: copy("accounts_failurecount", f.failure.pk),
    "=accounts_familiarplace.key: 同じ接続元が二つ": lambda f: copy("accounts_familiarplace", f.place.pk),
}
