"""すべての画面と、その状態の表: 空、ふつう、長い、誤り。どの行も、その状態でしか出ない言葉で確かめる。"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import pytest

from tests.browser.visitor import Visitor

NOBODY = ""
FIX = "か所を直すと、次へ進めます"
CARD = "/mypage/training/completion/"
APPLICATION = "/mypage/training/completion/application"
MOVE = "/mypage/applications"
MOVING, JOINING, LEAVING = (f"{MOVE}/{errand}/writing" for errand in ("moving", "joining", "leaving"))
# 練習用の世界の、はじめの医師（みどり市医師会の会員）の番号。
LICENCE = "402101"


@dataclass
class Explorer(Visitor):
    """画面の裏側も少し動かせる人。"""

    deeds: Mapping[str, Callable[[], object]] = field(default_factory=dict)

    def meanwhile(self, deed: str) -> Self:
        """画面を開いているあいだに、よそで起きること。"""
        self.deeds[deed]()
        return self

    def forget_cookies(self) -> Self:
        """ブラウザの覚え書きを消す。"""
        self.page.context.clear_cookies()
        return self

    def add_fields(self, number: int, length: int = 1) -> Self:
        """画面にない欄を、送るものに足す。"""
        self.page.locator("main form").first.evaluate(
            "(form, [number, length]) => { for (let i = 0; i < number; i++) {"
            " const field = document.createElement('input'); field.type = 'hidden'; field.name = `x${i}`;"
            " field.value = 'x'.repeat(length); form.append(field); } }",
            [number, length],
        )
        return self

    def untick(self, label: str) -> Self:
        """その名で始まるチェックを外す。"""
        self.page.get_by_label(label).first.uncheck()
        return self

    def choose_nothing(self, label: str) -> Self:
        """その名の引き出しのすべてを、「選んでください」に戻す。"""
        for drawer in self.page.get_by_label(label).all():
            drawer.select_option(index=0)
        return self

    def pick_all(self) -> Self:
        """この頁のすべてを選び、確かめの画面へ進む。"""
        self.page.get_by_label("この頁のすべて").check()
        return self.press("選んだ申請をまとめて承認する")

    def fill_rule(self) -> Self:
        """規則の新しい版を書き、関わる数を確かめる画面へ進む。"""
        self.write_date("この日から", "2099", "4", "1").write("合わせて要る単位", "12")
        self.write("うち座学の単位", "1").write("うち実地の単位", "1")
        self.write("さかのぼって数える月数", "36").write("修了証の有効な月数", "36")
        return self.press("関わる数を確かめる")

    def fill_facility(self) -> Self:
        """ある施設と同じ名の施設を書き、確かめる画面へ進む。"""
        self.write("施設名", "みどり台クリニック").choose("種別", "診療所")
        return self.press("内容を確かめる")

    def fill_credit(self) -> Self:
        """単位の一行を書き、確かめる画面へ進む。"""
        self.write("医籍登録番号", LICENCE).write("内容", "学術講演会")
        self.page.get_by_label("座学（日本医師会生涯教育制度の単位）").check()
        self.write_date("取得した日", "令和8", "1", "10").write("単位", "1.5").write("根拠", "受講者名簿")
        return self.press("氏名を確かめる")


@dataclass(frozen=True)
class State:
    """画面の一つの状態: 型紙、何の状態か、だれが、どの住所で、何をすると、どの言葉が見えるか。"""

    template: str
    name: str
    person: str
    path: str
    proof: str
    act: Callable[[Explorer], object] | None = None

    def __str__(self) -> str:
        return f"{self.template} {self.name}"


def _press(name: str) -> Callable[[Explorer], object]:
    return lambda visitor: visitor.press(name)


def _send_back_nothing(visitor: Explorer) -> None:
    visitor.unfold("差し戻す")
    visitor.page.get_by_role("button", name="先生に差し戻す").click()


def _insert_text(visitor: Explorer) -> None:
    visitor.unfold("差し戻す")
    visitor.page.get_by_label("文例").select_option(index=1)
    visitor.press("選んだ文例を理由に入れる")


def _wait_long(visitor: Explorer) -> None:
    """しばらく何もしない。終わる時刻は本物のサーバーが答えるので、答えだけを、終わる四分前のものにする。"""
    words = "14時30分にログインが終わります（あと約4分）。このまま使うときは、「ログインを続ける」を押してください。"
    told = {"words": words, "button": True, "again": 30, "end": "14時30分"}
    visitor.page.route("**/session/", lambda route: route.fulfill(json=told))
    visitor.page.evaluate(
        "() => { const now = Date.now; Date.now = () => now() + 36e5;"
        " document.dispatchEvent(new Event('visibilitychange')) }"
    )


def _write_nonsense_activity(visitor: Explorer) -> None:
    visitor.write_date("活動した日", "令和99", "13", "40")
    visitor.write("回数", "千回").write("くわしい内容", "長" * 401)
    visitor.press("この内容で一覧に入れる")


def _write_nonsense_addresses(visitor: Explorer) -> None:
    visitor.write("お問い合わせ通知先メールアドレス", "一つ目@a.example、二つ目@b.example")
    visitor.write("会員管理用通知メールアドレス", "a" * 101 + "@a.example").write("ホームページ", "わたしの家")
    visitor.press("保存する")


def _wrong_password(visitor: Explorer) -> None:
    visitor.write("メールアドレス、医籍登録番号、会員IDのいずれか", "dare@demo.example")
    visitor.write("パスワード", "chigau").press("ログインする")


def _preview_statement(visitor: Explorer) -> None:
    visitor.write("何が変わったか", "第4条を改めました。").write_date("始まる日", "2100", "4", "1")
    visitor.press("見え方を確かめる")


def _answer_nothing(visitor: Explorer) -> None:
    """パスキーの答えのないまま送る。"""
    visitor.page.locator("form[data-act]").evaluate("form => form.submit()")


def _bad_filter(visitor: Explorer) -> None:
    visitor.unfold("くわしい条件")
    visitor.page.locator(".date input").nth(0).fill("令和99")
    visitor.press("この日付で検索する")


def _pick_applications(visitor: Explorer) -> Explorer:
    """一頁の届出のすべてを選び、確かめの画面へ進む。"""
    visitor.page.get_by_label("この頁のすべて").check()
    return visitor.press("選んだ届出をまとめて承認・確認する")


def _change_together(visitor: Explorer) -> Explorer:
    """はじめの会員区分を変え、確かめの画面へ進む。"""
    visitor.page.locator("select[name^=change_]").first.select_option(index=1)
    return visitor.write("根拠", "研修修了者の名簿").press("変わることを確かめる")


def _change_nobody(visitor: Explorer) -> Explorer:
    _change_together(visitor)
    for tick in visitor.page.get_by_label("先生の会員区分を変える").all():
        tick.uncheck()
    return visitor.press("選んだ先生の届出を受け付ける")


def _open_returning(visitor: Explorer) -> None:
    visitor.unfold("差し戻す")
    visitor.page.get_by_role("button", name="先生に差し戻す").click()


def _fill_leaving(visitor: Explorer) -> Explorer:
    """退会の代行入力を書き、確かめる画面へ進む。"""
    visitor.page.get_by_label("死亡", exact=True).check()
    visitor.page.get_by_label("在籍しているすべての医師会").check()
    visitor.write_date("退会する日", "2026", "11", "1").write("根拠", "ご家族からの届出")
    visitor.write_date("紙の届出日", "令和8", "11", "1")
    return visitor.press("内容を確かめる")


def _search_amended_facility(visitor: Explorer) -> None:
    visitor.unfold("改めて承認する").write("改める所属施設の名の一部", "どこにもない医院").press("施設を探す")


def _search_facility(visitor: Explorer) -> None:
    visitor.write("施設名", "みどり").choose("施設の都道府県", "神奈川県").press("内容を確かめる")


def _write_nonsense_reason(visitor: Explorer) -> None:
    visitor.write_date("異動日（いつから変わりますか）", "令和99", "13", "40").press("次へ進む")


def _find(words: str) -> Callable[[Explorer], object]:
    return lambda visitor: visitor.write("施設名の一部", words).press("候補を探す")


# fmt: off
PUBLIC = (
    State("accounts/sign_in.html", "空", NOBODY, "/sign-in/", "医師会事務局の方"),
    State("accounts/sign_in.html", "何も書かない", NOBODY, "/sign-in/", FIX, _press("ログインする")),
    State("accounts/sign_in.html", "違う", NOBODY, "/sign-in/", "ログインできませんでした", _wrong_password),
    State("accounts/reset_password.html", "空", NOBODY, "/password/reset/", "案内のメールを受け取る"),
    State("accounts/reset_password.html", "誤り", NOBODY, "/password/reset/", FIX,
          _press("案内のメールを受け取る")),
    State("accounts/reset_password_done.html", "ふつう", NOBODY, "/password/reset/sent/", "メールが届かないとき"),
    State("accounts/reset_password_new.html", "空", NOBODY, "{reset}", "ほかの端末でのログインはすべて終わります"),
    State("accounts/reset_password_new.html", "誤り", NOBODY, "{reset}", FIX,
          _press("このパスワードにする")),
    State("accounts/reset_password_from_key_done.html", "ふつう", NOBODY, "/password/reset/done/", "ログインへ進む"),
    State("accounts/link_dead.html", "ふつう", NOBODY, "/password/reset/x-x/", "リンクをもう使った"),
    State("accounts/password_change.html", "空", "new", "/password/change/", "登録メールアドレスにお知らせが届きます"),
    State("accounts/password_change.html", "誤り", "new", "/password/change/", FIX,
          _press("パスワードを変更する")),
    State("doctors/public/registration.html", "空", NOBODY, "/registration/", "登録の進み方"),
    State("doctors/public/registration.html", "誤り", NOBODY, "/registration/", FIX,
          lambda visitor: visitor.write("メールアドレス", "yamada@").press("案内のメールを受け取る")),
    State("doctors/public/registration_sent.html", "ふつう", NOBODY, "/registration/sent/", "メールが届かないとき"),
    State("doctors/public/registration_link_dead.html", "ふつう", NOBODY, "/registration/link/x/",
          "新しい案内のメールがある"),
    State("doctors/public/registration_step.html", "医籍、空", NOBODY, "{registration_blank}", "医師免許証を見ながら"),
    State("doctors/public/registration_step.html", "医籍、誤り", NOBODY, "{registration_blank}", FIX,
          lambda visitor: visitor.write("医籍登録番号", "いち").write("セイ", "山田").press("次へ進む")),
    State("doctors/public/registration_step.html", "医籍、長い", NOBODY, "{registration_lengthy}",
          "医師免許証を見ながら"),
    State("doctors/public/registration_step.html", "勤務先、書きかけ", NOBODY, "{registration_half}",
          "いちばん長く", lambda visitor: visitor.open("/registration/form/workplace/")),
    State("doctors/public/registration_step.html", "勤務先、誤り", NOBODY, "{registration_half}", FIX,
          lambda visitor: visitor.open("/registration/form/workplace/").write("主な勤務先の名称", "")
          .press("次へ進む")),
    State("doctors/public/registration_check.html", "ふつう", NOBODY, "{registration_half}", "まだ申し込んでいません",
          lambda visitor: visitor.open("/registration/form/check/")),
    State("doctors/public/registration_check.html", "誤り", NOBODY, "{registration_half}", FIX,
          lambda visitor: visitor.open("/registration/form/check/").press("利用者登録を申し込む")),
    State("doctors/public/registration_check.html", "長い", NOBODY, "{registration_lengthy}", "まだ申し込んでいません",
          lambda visitor: visitor.open("/registration/form/check/")),
    State("doctors/public/registration_letter.html", "空", NOBODY, "/registration/letter/", "窓口で受け取られた"),
    State("doctors/public/registration_letter.html", "QR コードから", NOBODY, "/registration/letter/{letter_code}/",
          "窓口で受け取られた"),
    State("doctors/public/registration_letter.html", "誤り", NOBODY, "/registration/letter/", FIX,
          lambda visitor: visitor.write("ご案内のコード", "0").press("リンクをメールで受け取る")),
    State("doctors/public/registration_letter_password.html", "空", NOBODY, "{registration_by_letter}",
          "先生の利用者登録です"),
    State("doctors/public/registration_letter_password.html", "誤り", NOBODY, "{registration_by_letter}", FIX,
          _press("利用者登録を終える")),
    State("doctors/public/registration_received.html", "ふつう", NOBODY, "{registration_received}",
          "確認のうえお知らせします"),
    State("doctors/public/registration_linked.html", "ふつう", NOBODY, "{registration_linked}", "でもログインできます"),
    State("doctors/public/registration_status.html", "待っている", "registrant", "/registration/status/",
          "の確認を待っています"),
    State("doctors/public/registration_status.html", "長い差し戻し", "returned_registrant", "/registration/status/",
          "登録の内容を直す"),
    State("associations/invitation_join.html", "空", NOBODY, "{invitation_new}", "承諾して担当者になる"),
    State("associations/invitation_join.html", "誤り", NOBODY, "{invitation_new}", FIX,
          _press("承諾して担当者になる")),
    State("associations/invitation_join.html", "長い", NOBODY, "{invitation_long}",
          "long-invitee.example"),
    State("associations/invitation_accept.html", "ログインの前", NOBODY, "{invitation_known}",
          "すでにご利用になっています"),
    State("associations/invitation_accept.html", "承諾する", "new", "{invitation_known}",
          "いまお使いの画面も、そのまま使えます"),
    State("associations/invitation_accept.html", "ほかの人", "member", "{invitation_known}",
          "ほかの方としてログインしています"),
    State("associations/invitation_dead.html", "ふつう", NOBODY, "/invitation/x-x/", "招いた医師会の管理者に"),
    State("accounts/second_step.html", "空", "halfway", "/sign-in/second-step/", "スマートフォンの認証アプリを開いて"),
    State("accounts/second_step.html", "誤り", "halfway", "/sign-in/second-step/", FIX, _press("ログインする")),
    State("accounts/second_step_loss.html", "空", "halfway", "/sign-in/second-step/loss/", "管理者へお電話ください"),
    State("accounts/second_step_loss.html", "誤り", "halfway", "/sign-in/second-step/loss/", FIX,
          _press("解除を申し出る")),
    State("accounts/second_step_loss_done.html", "ふつう", NOBODY, "/sign-in/second-step/loss/sent/",
          "このあとのこと"),
    State("accounts/passkey_sign_in.html", "空", NOBODY, "/sign-in/passkey/", "前に登録したパスキーをお持ちの方は"),
    State("accounts/passkey_sign_in.html", "誤り", NOBODY, "/sign-in/passkey/", "パスキーの答えを受け取れませんでした",
          _answer_nothing),
    State("accounts/passkey_new.html", "空", "enrolling", "/login-settings/passkeys/", "ご自分だけが使う端末で"),
    State("accounts/passkey_new.html", "誤り", "enrolling", "/login-settings/passkeys/",
          "パスキーの答えを受け取れませんでした", _answer_nothing),
    State("accounts/second_step_passkey.html", "空", "halfway_key", "/sign-in/second-step/passkey/",
          "登録したパスキーで"),
    State("accounts/login_settings.html", "リンクを待つ", "released", "/login-settings/",
          "届いたリンクを開いてください"),
    State("accounts/devices.html", "空", "new", "/login-settings/devices/", "書き留めてある端末はありません"),
    State("accounts/devices.html", "ふつう", "guarded", "/login-settings/devices/", "をすべて終える"),
    State("associations/factor_losses.html", "空", "sakura_admin", "/office/26-011/factor-losses/",
          "決めていただく申し出はありません"),
    State("associations/factor_losses.html", "長い", "admin", "/office/14-021/factor-losses/", "守田 鍵"),
    State("associations/factor_loss.html", "空", "admin", "/office/14-021/factor-losses/{loss}/",
          "ご本人とは限りません"),
    State("associations/factor_loss.html", "誤り", "admin", "/office/14-021/factor-losses/{loss}/", FIX,
          _press("二要素を解除する")),
    State("accounts/login_settings.html", "医師", "new", "/login-settings/", "スマートフォンをなくしたら"),
    State("accounts/login_settings.html", "空", "enrolling", "/login-settings/", "ここで登録を試せます"),
    State("accounts/login_settings.html", "ふつう", "guarded", "/login-settings/", "残り"),
    State("accounts/factor_app.html", "空", "enrolling", "/login-settings/app/", "アプリに出た数字を"),
    State("accounts/factor_app.html", "長い、開いて", "enrolling", "/login-settings/app/", "手で入力するときは",
          lambda visitor: visitor.unfold("QR コードを読めないとき")),
    State("accounts/factor_app.html", "誤り", "enrolling", "/login-settings/app/", FIX, _press("登録する")),
    State("accounts/factor_app.html", "登録済", "guarded", "/login-settings/app/", "もう登録してあります"),
    State("accounts/factor_removal.html", "ふつう", "guarded", "/login-settings/factors/{factor}/removal/",
          "外しますか"),
    State("accounts/recovery_codes.html", "空", "guarded", "/login-settings/codes/", "回復コードは、もう出ません"),
    State("accounts/recovery_codes.html", "ふつう", "guarded", "/login-settings/", "二度と出ません",
          lambda visitor: visitor.page.get_by_role("button", name="作り直す").click()),
    State("accounts/login_confirm.html", "空", "guarded", "/login-settings/confirm/", "ログインから時間がたったときは"),
    State("accounts/login_confirm.html", "誤り", "guarded", "/login-settings/confirm/", FIX, _press("次へ進む")),
    State("accounts/address_change.html", "空", "new", "/account/address/", "新しいアドレスに届くメールの"),
    State("accounts/address_change.html", "誤り", "clerk", "/account/address/", FIX, _press("確かめのメールを送る")),
    State("accounts/address_change_sent.html", "ふつう", "new", "/account/address/sent/",
          "前の申込みは使えなくなります"),
    State("accounts/address_confirmation.html", "長い", NOBODY, "{address_confirmation}",
          "このメールアドレスに変更する"),
    State("accounts/address_stop.html", "止める", NOBODY, "{address_stop}", "申込みを止める"),
    State("accounts/address_stop.html", "元に戻す", NOBODY, "{address_restore}", "元のアドレスに戻す"),
    State("accounts/address_done.html", "変わった", NOBODY, "/account/address/done/changed/", "にお知らせしました"),
    State("accounts/address_done.html", "止めた", NOBODY, "/account/address/done/stopped/", "申込みを止めました"),
    State("accounts/address_done.html", "戻した", NOBODY, "/account/address/done/restored/",
          "元のアドレスに戻しました"),
    State("accounts/address_link_dead.html", "ふつう", NOBODY, "/account/address/stop/x/", "新しい申込みをした"),
    State("doctors/public/delegation_acceptance.html", "ログインのない人、長い", NOBODY, "{delegation_link}",
          "氏名とパスワードを決める"),
    State("doctors/public/delegation_acceptance.html", "誤り", NOBODY, "{delegation_link}", FIX,
          _press("代理を引き受ける")),
    State("doctors/public/delegation_acceptance.html", "ログインした人", "clerk", "{delegation_link}",
          "として引き受ける"),
    State("doctors/delegation_list.html", "空", "new", "/delegations/", "引き受けている代理はありません"),
    State("doctors/delegation_list.html", "ふつう、期限切れ", "secretary", "/delegations/", "期限切れ"),
    State("doctors/delegation_giving_up.html", "ふつう", "secretary", "/delegations/{acting}/end/", "代理をやめますか"),
    State("doctors/public/delegate_link_dead.html", "ふつう", NOBODY, "/delegations/acceptance/", "先生が取りやめた",
          lambda visitor: visitor.forget_cookies().open("/delegations/acceptance/")),
    State("accounts/consent.html", "はじめて", "newcomer", "/consent/", "はじめてお使いになる前に"),
    State("accounts/consent.html", "変わったあと、長い", "asked_again", "/consent/", "変わったところがあります"),
    State("accounts/agreements.html", "ふつう", "new", "/consent/", "すべて同意いただいています"),
    State("accounts/statement.html", "いまの版", NOBODY, "/statements/joint-use/", "責任を有する者"),
    State("accounts/statement.html", "前の版", NOBODY, "/statements/terms/1/", "これは、前の版です"),
    State("training/public/certificate_verification.html", "有効", NOBODY, "/v/{token}/", "この修了証は有効です"),
    State("training/public/certificate_verification.html", "期限切れ", NOBODY, "/v/{expired_token}/",
          "期限が切れています"),
    State("training/public/certificate_verification.html", "取消", NOBODY, "/v/{revoked_token}/", "取り消されています"),
    State("training/public/certificate_verification.html", "取りやめ", NOBODY, "/v/{void_token}/",
          "この修了証は無効です"),
    State("training/public/certificate_unknown.html", "ない", NOBODY, "/v/x/", "この修了証は確認できません"),
    State("web/help.html", "ふつう", NOBODY, "/help/", "だれも管理者のアカウントを知らないとき"),
    State("web/manual.html", "ふつう", NOBODY, "/manual/", "画面の絵を見ながら、順に進められます"),
    State("web/manual_book.html", "医師", NOBODY, "/manual/doctor/", "目次"),
    State("web/manual_book.html", "事務局", NOBODY, "/manual/office/", "目次"),
    State("web/release_notes.html", "ふつう", NOBODY, "/release-notes/", "新しい順にお知らせします"),
    State("web/privacy.html", "ふつう", NOBODY, "/privacy/", "だれに見えるか"),
    State("web/accessibility.html", "ふつう", NOBODY, "/accessibility/", "使いにくいところがあったとき"),
    State("web/no_hat.html", "ふつう", "hatless", "/", "ご利用になれる画面がありません"),
    State("demo/mailbox.html", "届いたあと", NOBODY, "/demo/mailbox/", "件目"),
    State("demo/mailbox_message.html", "長い", NOBODY, "/demo/mailbox/{mail}/", "差出人"),
)

MYPAGE = (
    State("web/mypage_home.html", "空", "new", "/mypage/", "いま、していただくことはありません。"),
    State("web/mypage_home.html", "まもなくログインが終わる", "member", "/mypage/", "（あと約4分）", _wait_long),
    State("web/mypage_home.html", "取り込んだ修了", "past", "/mypage/", "の記録）"),
    State("web/mypage_home.html", "申請できる", "member", "/mypage/", "修了申請をはじめる"),
    State("web/mypage_home.html", "申請中", "waiting", "/mypage/", "承認か差し戻しを待っています"),
    State("web/mypage_home.html", "書きかけ", "drafting", "/mypage/", "修了申請の続きを書く"),
    State("web/mypage_home.html", "承認、届かないメール", "approved", "/mypage/", "登録メールアドレスを確かめる"),
    State("web/mypage_home.html", "長い差し戻し", "long_doctor", "/mypage/", "と戻されました"),
    State("training/mypage/training.html", "空", "new", "/mypage/training/", "まだ修了証はありません"),
    State("training/mypage/training.html", "申請できる", "member", "/mypage/training/", "修了申請へ進む"),
    State("training/mypage/training.html", "修了", "approved", "/mypage/training/", "をダウンロード"),
    State("training/mypage/training.html", "取り込んだ修了", "past", "/mypage/training/", "このシステムの前の修了"),
    State("training/mypage/card.html", "取り込んだ修了", "past", CARD, "次の修了申請は"),
    State("training/mypage/training.html", "取消", "revoked", "/mypage/training/", "取消"),
    State("training/mypage/training.html", "長い", "long_doctor", "/mypage/training/", "差し戻しの理由を見て、直す"),
    State("training/mypage/card.html", "空", "new", CARD, "座学を、あと"),
    State("training/mypage/card.html", "足りない", "short", CARD, "あと"),
    State("training/mypage/card.html", "そろった", "member", CARD, "修了を申請できます"),
    State("training/mypage/card.html", "申請中", "waiting", CARD, "の決定を待つ"),
    State("training/mypage/card.html", "書きかけ", "drafting", CARD, "書きかけの修了申請を続ける"),
    State("training/mypage/card.html", "修了", "approved", CARD, "まで有効"),
    State("training/mypage/card.html", "長い、開いて", "long_doctor", CARD, "数えた単位",
          lambda visitor: visitor.unfold("なぜ")),
    State("training/mypage/credit_record.html", "空", "new", "/mypage/credits/", "まだ"),
    State("training/mypage/credit_record.html", "ふつう", "member", "/mypage/credits/", "すべての単位"),
    State("training/mypage/credit_record.html", "長い", "long_doctor", "/mypage/credits/", "62 件"),
    State("training/mypage/completion_list.html", "空", "new", "/mypage/completions/", "まだ修了申請はありません"),
    State("training/mypage/completion_list.html", "長い", "long_doctor", "/mypage/completions/", "新しい順"),
    State("training/mypage/completion.html", "申請中", "waiting", "/mypage/completions/{waiting}/",
          "修了申請を取り下げる"),
    State("training/mypage/completion.html", "承認", "approved", "/mypage/completions/{approved}/", "承認されました"),
    State("training/mypage/completion.html", "取下げ", "withdrawn", "/mypage/completions/{withdrawn}/",
          "もう一度申請できます"),
    State("training/mypage/completion.html", "取消", "revoked", "/mypage/completions/{revoked}/", "に取り消されました"),
    State("training/mypage/completion.html", "長い差し戻し", "long_doctor", "/mypage/completions/{long_returned}/",
          "差し戻しの理由"),
    State("training/mypage/receipt.html", "ふつう", "waiting", "/mypage/completions/{waiting}/receipt/",
          "このあとの進み方"),
    State("training/mypage/receipt.html", "長い", "long_doctor", "/mypage/completions/{long_returned}/receipt/",
          "実地研修 30"),
    State("training/mypage/viewing_list.html", "空", "new", "/mypage/viewings/",
          "事務局が先生の画面を見たことは、まだありません"),
    State("training/mypage/viewing_list.html", "ふつう", "waiting", "/mypage/viewings/", "お心当たりのないもの"),
    State("training/mypage/viewing_list.html", "長い", "long_doctor", "/mypage/viewings/", "12 件"),
    State("training/mypage/withdrawal.html", "ふつう", "waiting", "/mypage/completions/{waiting}/withdrawal/",
          "元に戻せません"),
    State("training/mypage/draft_removal.html", "ふつう", "drafting", "/mypage/training/completion/draft/removal/",
          "下書きを消しますか"),
    State("training/mypage/step_destination.html", "空", "choosing", f"{APPLICATION}/destination/",
          "あおば区医師会"),
    State("training/mypage/step_destination.html", "誤り", "choosing", f"{APPLICATION}/destination/",
          FIX, _press("次へ進む")),
    State("training/mypage/step_activities.html", "空", "member", f"{APPLICATION}/activities/",
          "まだ書いていません"),
    State("training/mypage/step_activities.html", "書きかけ", "drafting", f"{APPLICATION}/activities/",
          "数えません"),
    State("training/mypage/step_activities.html", "長い", "long_doctor", f"{APPLICATION}/activities/",
          "30 件まで書けます"),
    State("training/mypage/step_activity.html", "空", "member", f"{APPLICATION}/activities/one/",
          "実地研修を書き足す"),
    State("training/mypage/step_activity.html", "誤り", "member", f"{APPLICATION}/activities/one/",
          FIX, _write_nonsense_activity),
    State("training/mypage/step_activity.html", "期間の外", "drafting",
          f"{APPLICATION}/activities/old/", "いまの日付のままでは"),
    State("training/mypage/step_activity.html", "長い", "long_doctor",
          f"{APPLICATION}/activities/1-1/", "実地研修を直す"),
    State("training/mypage/step_note.html", "空", "member", f"{APPLICATION}/note/", "伝えておきたいこと"),
    State("training/mypage/step_note.html", "誤り", "member", f"{APPLICATION}/note/",
          FIX,
          lambda visitor: visitor.write("申請先の医師会への連絡", "長" * 1001).press("内容確認へ進む")),
    State("training/mypage/step_note.html", "長い", "long_doctor", f"{APPLICATION}/note/",
          "伝えておきたいこと"),
    State("training/mypage/step_check.html", "申請できる", "member", f"{APPLICATION}/check/",
          "申請の前に"),
    State("training/mypage/step_check.html", "足りない", "drafting", f"{APPLICATION}/check/",
          "このままでは申請できません"),
    State("training/mypage/step_check.html", "長い", "long_doctor", f"{APPLICATION}/check/",
          "もう一度申請する"),
    State("doctors/mypage/account.html", "ふつう", "new", "/mypage/account/", "お一人に一つです"),
    State("doctors/mypage/account.html", "長い", "long_doctor", "/mypage/account/", "お一人に一つです"),
    State("doctors/mypage/contact_address.html", "空", "new", "/mypage/account/contact/",
          "手続きのお知らせが届くアドレス"),
    State("doctors/mypage/contact_address.html", "誤り", "long_doctor", "/mypage/account/contact/", FIX,
          _press("確かめのメールを送る")),
    State("doctors/mypage/delegates.html", "空", "new", "/mypage/delegates/", "代理を頼んでいる方はいません"),
    State("doctors/mypage/delegates.html", "長い", "long_doctor", "/mypage/delegates/", "返事待ち"),
    State("doctors/mypage/delegates.html", "誤り", "new", "/mypage/delegates/", FIX, _press("お願いのメールを送る")),
    State("doctors/mypage/delegate_renewal.html", "長い", "long_doctor", "/mypage/delegates/{delegation}/renewal/",
          "いまの期限は"),
    State("doctors/mypage/delegate_renewal.html", "誤り", "long_doctor", "/mypage/delegates/{delegation}/renewal/", FIX,
          _press("この期限にする")),
    State("doctors/mypage/delegate_end.html", "長い", "long_doctor", "/mypage/delegates/{delegation}/end/",
          "代理を終えますか"),
    State("doctors/mypage/delegates.html", "ふつう、したこと", "drafting", "/mypage/delegates/", "代理の方がしたこと"),
    State("web/mypage_home.html", "代理", "secretary", "/for/{acting}/mypage/", "先生の代理"),
    State("training/mypage/step_check.html", "代理", "secretary",
          "/for/{acting}/mypage/training/completion/application/check/", "先生ご自身が行います"),
    State("mail/mypage_message_list.html", "空", "new", "/mypage/messages/", "まだメールをお送りしていません"),
    State("mail/mypage_message_list.html", "ふつう", "approved", "/mypage/messages/", "修了申請が承認されました"),
    State("mail/mypage_message_list.html", "合うものがない", "approved", "/mypage/messages/?state=no_address",
          "この条件に合うメールはありません"),
    State("mail/mypage_message.html", "ふつう", "waiting", "/mypage/messages/{message}/", "作られた日時"),
    State("mail/mypage_message.html", "届かない", "approved", "/mypage/messages/{failed}/", "届きませんでした"),
    State("mail/mypage_message.html", "長い", "long_doctor", "/mypage/messages/{long_message}/", "差し戻されました"),
)

OFFICE = (
    State("web/office_home.html", "空", "empty_admin", "/office/26-901/", "待っている申請はありません"),
    State("web/office_home.html", "ふつう", "admin", "/office/14-021/", "届かなかったメール"),
    State("web/office_home.html", "まもなくログインが終わる", "admin", "/office/14-021/", "（あと約4分）", _wait_long),
    State("web/office_home.html", "通知先がない", "sakura_admin", "/office/26-011/", "設定してください",
          lambda visitor: visitor.unfold("設定のしかた")),
    State("web/office_home.html", "管理者が一人", "sakura_admin", "/office/26-011/",
          "もう一人、管理者を決めてください"),
    State("web/office_home.html", "管理者でない", "viewer", "/office/14-022/", "設定できる管理者"),
    State("web/office_home.html", "上の医師会", "jma", "/office/00/", "通知先の設定がない医師会"),
    State("web/office_home.html", "長い", "long_admin", "/office/{long}/", "63"),
    State("training/office/completion_list.html", "空", "empty_admin", "/office/26-901/completions/",
          "まだ修了申請はありません"),
    State("training/office/completion_list.html", "ふつう", "clerk", "/office/14-021/completions/",
          "承認を待つものを先に"),
    State("training/office/completion_list.html", "条件", "clerk",
          "/office/14-021/completions/?q=高崎&state=submitted&sort=name",
          "条件をすべて外す"),
    State("training/office/completion_list.html", "合うものがない", "clerk", "/office/14-021/completions/?q=いない人",
          "この条件に合う修了申請はありません"),
    State("training/office/completion_list.html", "誤り", "clerk", "/office/14-021/completions/", FIX, _bad_filter),
    State("training/office/completion_list.html", "長い", "long_admin", "/office/{long}/completions/", "64"),
    State("training/office/completion_list.html", "二枚目", "long_admin", "/office/{long}/completions/?page=2",
          "51～"),
    State("training/office/completion_print.html", "空", "empty_admin", "/office/26-901/completions/print/",
          "承認を待つ修了申請はありません"),
    State("training/office/completion_print.html", "長い", "long_admin", "/office/{long}/completions/print/", "可・否"),
    State("training/office/completion.html", "取り込んだ修了", "admin", "/office/14-021/completions/{past_case}/",
          "このシステムの前の修了"),
    State("training/office/completion.html", "待っている", "clerk", "/office/14-021/completions/{waiting}/", "の決定"),
    State("training/office/completion.html", "直された", "clerk", "/office/14-021/completions/{corrected}/",
          "前の申請から直されたところ"),
    State("training/office/completion.html", "承認した", "clerk", "/office/14-021/completions/{approved}/",
          "修了証番号"),
    State("training/office/completion.html", "取り下げられた", "clerk", "/office/14-021/completions/{withdrawn}/",
          "取り下げ"),
    State("training/office/completion.html", "回送を開いて", "clerk", "/office/14-021/completions/{waiting}/",
          "この申請が見えなくなります", lambda visitor: visitor.unfold("回送する")),
    State("training/office/completion.html", "理由がない", "clerk", "/office/14-021/completions/{waiting}/",
          FIX, _send_back_nothing),
    State("training/office/completion.html", "長い", "long_admin", "/office/{long}/completions/{long_waiting}/",
          "前の申請から直されたところ"),
    State("training/office/completion.html", "長い差し戻し", "long_admin",
          "/office/{long}/completions/{long_returned}/",
          "先生が直して申請し直すと"),
    State("training/office/conflict.html", "ほかの人が済ませた", "clerk", "/office/14-021/completions/{stale}/",
          "他の担当者が処理済みです", lambda visitor: visitor.meanwhile("stale").press("承認する")),
    State("membership/office/application_list.html", "空", "empty_admin", "/office/26-901/applications/",
          "いま、こちらで決めるものはありません"),
    State("membership/office/application_list.html", "終わったものが空", "empty_admin",
          "/office/26-901/applications/?tab=done", "終わった届出は、まだありません"),
    State("membership/office/application_list.html", "決めるもの", "clerk", "/office/14-021/applications/",
          "日過ぎています"),
    State("membership/office/application_list.html", "ほかを待つもの", "clerk",
          "/office/14-021/applications/?tab=others", "がお尋ねしているところ"),
    State("membership/office/application_list.html", "終わったもの", "clerk",
          "/office/14-021/applications/?tab=done", "新しい順に並べています"),
    State("membership/office/application_list.html", "県", "prefecture",
          "/office/14/applications/?tab=others", "日過ぎています"),
    State("membership/office/application_list.html", "合うものがない", "clerk",
          "/office/14-021/applications/?q=いない人&kind=join", "この条件に合う届出はありません"),
    State("membership/office/application_list.html", "長い", "long_admin", "/office/{long}/applications/", "代行入力"),
    State("membership/office/application_list.html", "キーの表", "clerk", "/office/14-021/applications/",
          "下の行、上の行へ移る", _press("キーだけで進める")),
    State("membership/office/application.html", "キーの表", "clerk", "/office/14-021/applications/{filed}/",
          "差し戻す理由を書く", _press("キーだけで進める")),
    State("membership/office/application_list_print.html", "空", "empty_admin", "/office/26-901/applications/print/",
          "理事会にかける届出はありません"),
    State("membership/office/application_list_print.html", "長い", "long_admin", "/office/{long}/applications/print/",
          "可・否"),
    State("membership/office/application.html", "決める", "clerk", "/office/14-021/applications/{filed}/",
          "が決めること"),
    State("membership/office/application.html", "改めるわけがない", "clerk", "/office/14-021/applications/{filed}/",
          FIX, lambda visitor: visitor.write_date("承認日", "令和99", "13", "40").press("承認する")),
    State("membership/office/application.html", "改める施設を探した", "long_admin",
          "/office/{long}/applications/{filed_long}/", "候補がありません", _search_amended_facility),
    State("membership/office/application.html", "差し戻す理由がない", "clerk", "/office/14-021/applications/{filed}/",
          FIX, _open_returning),
    State("membership/office/application.html", "異動元", "clerk", "/office/14-021/applications/{filed_moving}/",
          "退会の確認"),
    State("membership/office/application.html", "保留", "clerk", "/office/14-021/applications/{filed_held}/",
          "いただいたお答え"),
    State("membership/office/application.html", "差し戻した", "clerk", "/office/14-021/applications/{filed_returned}/",
          "直した紙を代行入力する"),
    State("membership/office/application.html", "終わった", "clerk", "/office/14-021/applications/{filed_done}/",
          "に決まりました"),
    State("membership/office/application.html", "代わって決められる", "prefecture",
          "/office/14/applications/{filed_late}/", "代わって決める"),
    State("membership/office/application.html", "番でない", "jma", "/office/00/applications/{filed}/",
          "まだ、こちらの番ではありません"),
    State("membership/office/application.html", "長い", "long_admin", "/office/{long}/applications/{filed_long}/",
          "施設マスタにない施設"),
    State("membership/office/application.html", "会員情報の変更", "clerk", "/office/14-021/applications/{profile}/",
          "証明する書類の写し"),
    State("membership/office/contact_change_list.html", "空", "empty_admin", "/office/26-901/contact-changes/",
          "連絡先の変更は、まだありません"),
    State("membership/office/contact_change_list.html", "ふつう", "clerk", "/office/14-021/contact-changes/",
          "緑町9-9"),
    State("membership/office/contact_change_list.html", "長い", "long_admin", "/office/{long}/contact-changes/",
          "新しい順"),
    State("membership/office/application_print.html", "ふつう", "clerk",
          "/office/14-021/applications/{filed_moving}/print/", "医師会の異動の届出"),
    State("membership/office/application_print.html", "長い", "long_admin",
          "/office/{long}/applications/{filed_long}/print/", "会員区分の変更の届出"),
    State("membership/office/takeover.html", "空", "prefecture",
          "/office/14/applications/{filed_late}/steps/1/takeover/", "日過ぎています"),
    State("membership/office/takeover.html", "誤り", "prefecture",
          "/office/14/applications/{filed_late}/steps/1/takeover/", FIX, _press("代わって承認する")),
    State("membership/office/takeover.html", "まだ", "prefecture",
          "/office/14/applications/{filed}/steps/1/takeover/", "いまは、代わって決めることができません"),
    State("membership/office/conflict.html", "ほかの人が済ませた", "clerk",
          "/office/14-021/applications/{filed_stale}/", "すでに処理されています",
          lambda visitor: visitor.meanwhile("filed").press("承認する")),
    State("membership/office/bulk_preview.html", "ふつう", "clerk", "/office/14-021/applications/",
          "まだ決めていません", _pick_applications),
    State("membership/office/bulk_preview.html", "誤り", "long_admin", "/office/{long}/applications/", FIX,
          lambda visitor: _pick_applications(visitor).write_date("承認日・確認日", "2099", "1", "1")
          .press("選んだ届出を承認・確認する")),
    State("membership/office/category_batch.html", "空", "clerk", "/office/14-021/applications/categories/",
          "はじめに、いまの会員区分を選んで"),
    State("membership/office/category_batch.html", "合う先生がいない", "clerk",
          "/office/14-021/applications/categories/?category={batch_category}&duty=research",
          "この条件に合う会員の先生はいません"),
    State("membership/office/category_batch.html", "ふつう", "clerk",
          "/office/14-021/applications/categories/?category={batch_category}&duty=resident", "変える会員区分（"),
    State("membership/office/category_batch.html", "誤り", "clerk",
          "/office/14-021/applications/categories/?category={batch_category}&duty=resident", FIX,
          _press("変わることを確かめる")),
    State("membership/office/category_batch.html", "長い", "long_admin",
          "/office/{long}/applications/categories/?category={long_category}&duty=", "変える会員区分（"),
    State("membership/office/category_batch_preview.html", "ふつう", "clerk",
          "/office/14-021/applications/categories/?category={batch_category}&duty=resident",
          "まとめては変えられない先生", _change_together),
    State("membership/office/category_batch_preview.html", "一人も選ばない", "clerk",
          "/office/14-021/applications/categories/?category={batch_category}&duty=resident",
          "左の欄で一人は選んでください", _change_nobody),
    State("membership/office/category_batch_preview.html", "長い", "long_admin",
          "/office/{long}/applications/categories/?category={long_category}&duty=",
          "まとめては変えられない先生", _change_together),
    State("membership/office/batch_list.html", "空", "empty_admin", "/office/26-901/applications/batches/",
          "まだ、まとめて決めたり"),
    State("membership/office/batch_list.html", "ふつう", "clerk", "/office/14-021/applications/batches/",
          "新しい順に並んでいます"),
    State("membership/office/batch.html", "すべて受け付けた", "clerk",
          "/office/14-021/applications/batches/{batch}/", "件をすべて受け付けました"),
    State("membership/office/batch.html", "受け付けないものがある", "admin",
          "/office/14-021/applications/batches/{batch_mixed}/", "件は受け付けていません"),
    State("membership/office/batch.html", "途中、長い", "long_admin",
          "/office/{long}/applications/batches/{batch_long}/", "受け付けを進めています"),
    State("membership/office/batch.html", "決めた", "sakura_admin", "/office/26-011/applications/",
          "件をすべて決めました", lambda visitor: _pick_applications(visitor).press("選んだ届出を承認・確認する")),
    State("membership/office/entry_new.html", "空", "clerk", "/office/14-021/applications/entry/",
          "まだ代行入力できません"),
    State("membership/office/entry_new.html", "誤り", "clerk", "/office/14-021/applications/entry/", FIX,
          _press("氏名を確かめて始める")),
    State("membership/office/entry.html", "退会、空", "clerk",
          "/office/14-021/applications/entry/{entering}/leave/", "会費滞納"),
    State("membership/office/entry.html", "退会、誤り", "clerk",
          "/office/14-021/applications/entry/{entering}/leave/", FIX, _press("内容を確かめる")),
    State("membership/office/entry.html", "会員区分、長い", "long_admin",
          "/office/{long}/applications/entry/{entering_long}/category/", "変更事由"),
    State("membership/office/entry.html", "施設、候補", "clerk",
          "/office/14-021/applications/entry/{entering}/facility/", "一覧にない施設（未定）として届け出る",
          _search_facility),
    State("membership/office/entry.html", "直した紙", "clerk",
          "/office/14-021/applications/{filed_returned}/entry/", "直した紙のとおりに"),
    State("membership/office/entry_check.html", "ふつう", "clerk",
          "/office/14-021/applications/entry/{entering}/leave/", "まだ受け付けていません", _fill_leaving),
    State("training/office/entry_new.html", "空", "empty_admin", "/office/26-901/completions/entry/",
          "書きかけの代行入力はありません"),
    State("training/office/entry_new.html", "書きかけ", "clerk", "/office/14-021/completions/entry/",
          "書いたご本人だけが続けられ"),
    State("training/office/entry_new.html", "誤り", "clerk", "/office/14-021/completions/entry/", FIX,
          lambda visitor: visitor.write("医籍登録番号", "999999").press("氏名を確かめて始める")),
    State("training/office/entry_paper.html", "空", "clerk", "/office/14-021/completions/entry/{paper_new}/paper/",
          "番号から探し直し"),
    State("training/office/entry_paper.html", "誤り", "clerk", "/office/14-021/completions/entry/{paper_new}/paper/",
          FIX, _press("実地研修へ進む")),
    State("training/office/entry_activities.html", "空", "clerk",
          "/office/14-021/completions/entry/{paper_new}/activities/", "まだ写していません"),
    State("training/office/entry_activities.html", "書きかけ", "clerk",
          "/office/14-021/completions/entry/{paper_drafted}/activities/", "写した実地研修"),
    State("training/office/entry_activities.html", "長い", "long_admin",
          "/office/{long}/completions/entry/{paper_long}/activities/", "30 件まで書けます"),
    State("training/office/entry_activity.html", "空", "clerk",
          "/office/14-021/completions/entry/{paper_new}/activities/one/", "実地研修を書き足す"),
    State("training/office/entry_activity.html", "誤り", "clerk",
          "/office/14-021/completions/entry/{paper_new}/activities/one/", FIX, _write_nonsense_activity),
    State("training/office/entry_check.html", "足りない", "clerk",
          "/office/14-021/completions/entry/{paper_drafted}/check/", "このままでは受け付けられません"),
    State("training/office/entry_check.html", "受け付けられる", "clerk",
          "/office/14-021/completions/entry/{paper_ready}/check/", "受け付ける前に"),
    State("training/office/entry_check.html", "長い", "long_admin",
          "/office/{long}/completions/entry/{paper_long}/check/", "実地研修 30"),
    State("training/office/completion.html", "代行入力", "clerk", "/office/14-021/completions/{entered}/",
          "承認は、ほかの担当者が行います"),
    State("training/mypage/completion.html", "代行入力", "entered", "/mypage/completions/{entered}/",
          "紙の申請書を代行入力しました"),
    State("training/mypage/receipt.html", "代行入力", "entered", "/mypage/completions/{entered}/receipt/",
          "先生の紙の申請書から"),
    State("training/office/viewing_new.html", "空", "clerk", "/office/14-021/completions/{waiting}/as-doctor/",
          "先生に見えているとおりに開きます"),
    State("training/office/viewing_new.html", "誤り", "clerk", "/office/14-021/completions/{waiting}/as-doctor/", FIX,
          _press("先生の画面を見る")),
    State("training/office/viewing_new.html", "長い", "long_admin",
          "/office/{long}/completions/{long_waiting}/as-doctor/", "15\xa0分で終わります"),
    State("training/office/viewing_over.html", "ふつう", "clerk", "/office/14-021/as-doctor/{viewing_over}/training/",
          "閲覧の時間が終わりました"),
    State("training/office/viewing_elsewhere.html", "TOP", "clerk", "/office/14-021/as-doctor/{viewing}/",
          "先生ご本人だけの頁です"),
    State("training/office/viewing_elsewhere.html", "ほかの頁", "clerk",
          "/office/14-021/as-doctor/{viewing}/messages/", "先生ご本人だけの頁です"),
    State("training/mypage/training.html", "事務局が見る", "clerk", "/office/14-021/as-doctor/{viewing}/training/",
          "待田 待子 先生の画面を見ています"),
    State("training/mypage/card.html", "事務局が見る", "clerk",
          "/office/14-021/as-doctor/{viewing}/training/completion/", "待田 待子 先生の画面を見ています"),
    State("training/mypage/credit_record.html", "事務局が見る", "clerk", "/office/14-021/as-doctor/{viewing}/credits/",
          "見るのをやめて、申請へ戻る"),
    State("training/mypage/completion_list.html", "事務局が見る", "clerk",
          "/office/14-021/as-doctor/{viewing}/completions/", "見たことは、先生に見えます"),
    State("training/mypage/completion.html", "事務局が見る", "clerk",
          "/office/14-021/as-doctor/{viewing}/completions/{waiting}/", "見るだけで、操作はできません"),
    State("training/mypage/completion.html", "事務局が見る、長い", "long_admin",
          "/office/{long}/as-doctor/{long_viewing}/completions/{long_returned}/", "見るだけで、操作はできません"),
    State("training/mypage/receipt.html", "事務局が見る", "clerk",
          "/office/14-021/as-doctor/{viewing}/completions/{waiting}/receipt/", "見るだけで、操作はできません"),
    State("training/office/bulk_preview.html", "ふつう", "clerk", "/office/14-021/completions/?q=待田",
          "まだ承認していません", lambda visitor: visitor.pick_all()),
    State("training/office/bulk_preview.html", "できるものがない", "clerk", "/office/14-021/completions/?q=単田",
          "まとめては承認できないもの", lambda visitor: visitor.pick_all()),
    State("training/office/bulk_preview.html", "長い", "long_admin", "/office/{long}/completions/",
          "承認できるもの", lambda visitor: visitor.page.get_by_role("button", name="件すべて").click()),
    State("training/office/bulk.html", "すべて承認した", "clerk", "/office/14-021/completions/approvals/{bulk}/",
          "をすべて承認しました"),
    State("training/office/bulk.html", "承認しないものがある", "admin",
          "/office/14-021/completions/approvals/{bulk_mixed}/", "上から並べています"),
    State("training/office/bulk.html", "途中、長い", "long_admin",
          "/office/{long}/completions/approvals/{bulk_long}/", "承認を進めています"),
    State("training/office/bulk_list.html", "空", "empty_admin", "/office/26-901/completions/approvals/",
          "まだ、まとめて承認したことはありません"),
    State("training/office/bulk_list.html", "ふつう", "clerk", "/office/14-021/completions/approvals/",
          "一件ずつの結果が見られます"),
    State("training/office/completion.html", "取り消した", "clerk", "/office/14-021/completions/{revoked}/",
          "承認を取り消しました"),
    State("training/office/undoing.html", "ふつう", "clerk", "/office/14-021/completions/{today}/undoing/",
          "番号は使い直しません"),
    State("training/office/undoing.html", "誤り", "clerk", "/office/14-021/completions/{today}/undoing/", FIX,
          _press("承認を取りやめる")),
    State("training/office/undoing.html", "日が過ぎた", "clerk", "/office/14-021/completions/{approved}/undoing/",
          "取りやめられませんでした",
          lambda visitor: visitor.write("理由", "取り違えました。").press("承認を取りやめる")),
    State("training/office/revocation.html", "ふつう", "admin", "/office/14-021/completions/{approved}/revocation/",
          "元に戻せません"),
    State("training/office/revocation.html", "誤り", "admin", "/office/14-021/completions/{approved}/revocation/", FIX,
          _press("承認を取り消す")),
    State("training/office/return_text_list.html", "空", "empty_admin", "/office/26-901/return-texts/",
          "まだ文例はありません"),
    State("training/office/return_text_list.html", "ふつう", "clerk", "/office/14-021/return-texts/",
          "みなで使います"),
    State("training/office/return_text_list.html", "長い", "long_admin", "/office/{long}/return-texts/", "一つ前へ"),
    State("training/office/return_text.html", "足す", "clerk", "/office/14-021/return-texts/new/",
          "ていねいな言葉で書いてください"),
    State("training/office/return_text.html", "誤り", "clerk", "/office/14-021/return-texts/new/", FIX,
          _press("文例を保存する")),
    State("training/office/return_text.html", "長い", "long_admin", "/office/{long}/return-texts/{long_text}/",
          "書き直しても"),
    State("training/office/return_text_removal.html", "長い", "long_admin",
          "/office/{long}/return-texts/{long_text}/removal/", "選べなくなります"),
    State("training/office/completion.html", "文例を入れて", "long_admin",
          "/office/{long}/completions/{long_waiting}/", "文例を入れました", _insert_text),
    State("training/office/credit_list.html", "空", "empty_admin", "/office/26-901/credits/",
          "まだ登録した単位はありません"),
    State("training/office/credit_list.html", "ふつう", "jma", "/office/00/credits/", "登録の新しい順"),
    State("training/office/credit_list.html", "合うものがない", "jma", "/office/00/credits/?q=いない人",
          "この条件に合う単位はありません"),
    State("training/office/credit_list.html", "誤り", "jma", "/office/00/credits/", FIX, _bad_filter),
    State("training/office/credit_list.html", "長い", "long_admin", "/office/{long}/credits/", "待夫"),
    State("training/office/handbook_list.html", "空", "empty_admin", "/office/26-901/handbooks/",
          "まだ手帳の単位の登録はありません"),
    State("training/office/handbook_list.html", "ふつう", "clerk", "/office/14-021/handbooks/",
          "確認を待つものを先に並べています"),
    State("training/office/handbook_list.html", "長い", "long_admin", "/office/{long}/handbooks/", "多田"),
    State("training/office/handbook_new.html", "空", "clerk", "/office/14-021/handbooks/new/",
          "写しのとおりに書き写します"),
    State("training/office/handbook_new.html", "誤り", "clerk", "/office/14-021/handbooks/new/", FIX,
          _press("登録して、確認を頼む")),
    State("training/office/handbook_new.html", "書き直す", "clerk",
          "/office/14-021/handbooks/{handbook_returned}/correction/", "差し戻しのわけ"),
    State("training/office/handbook.html", "確認する人", "admin", "/office/14-021/handbooks/{handbook}/",
          "写しのとおりと確認する"),
    State("training/office/handbook.html", "登録した人", "clerk", "/office/14-021/handbooks/{handbook}/",
          "登録した方は確認できません"),
    State("training/office/handbook.html", "差し戻し", "clerk", "/office/14-021/handbooks/{handbook_returned}/",
          "わけを見て、書き直してください"),
    State("training/office/handbook.html", "確認済", "admin", "/office/14-021/handbooks/{handbook_confirmed}/",
          "決まったこと"),
    State("training/office/handbook.html", "わけがない", "admin", "/office/14-021/handbooks/{handbook}/", FIX,
          lambda visitor: visitor.unfold("差し戻す").press("登録した担当者に差し戻す")),
    State("training/office/handbook.html", "長い", "long_admin", "/office/{long}/handbooks/{handbook_long}/",
          "書き写した行（10"),
    State("training/office/credit_new.html", "空", "jma", "/office/00/credits/new/", "一人に一件ずつ登録します"),
    State("training/office/credit_new.html", "誤り", "jma", "/office/00/credits/new/", FIX,
          _press("氏名を確かめる")),
    State("training/office/credit_confirm.html", "ふつう", "clerk", "/office/14-021/credits/new/",
          "まだ登録していません",
          lambda visitor: visitor.fill_credit()),
    State("training/office/credit_reversal.html", "空", "jma", "/office/00/credits/{credit}/reversal/",
          "この単位を数えないようにします"),
    State("training/office/credit_reversal.html", "誤り", "jma", "/office/00/credits/{credit}/reversal/",
          FIX, _press("取り消す")),
    State("members/import_list.html", "空", "empty_admin", "/office/26-901/imports/", "まだ取り込みはありません"),
    State("members/import_list.html", "ふつう", "admin", "/office/14-021/imports/", "新しい順に並べています"),
    State("members/import_list.html", "長い", "long_admin", "/office/{long}/imports/", "取り込み待ち"),
    State("members/import_new.html", "空", "admin", "/office/14-021/imports/new/", "まだ何も登録しません"),
    State("members/import_new.html", "誤り", "admin", "/office/14-021/imports/new/", FIX,
          _press("列を決める画面へ進む")),
    State("members/import_columns.html", "ふつう", "admin", "/office/14-021/imports/{import_mapping}/columns/",
          "次のときのために覚えておきます"),
    State("members/import_columns.html", "誤り", "admin", "/office/14-021/imports/{import_mapping}/columns/", FIX,
          lambda visitor: visitor.choose("生年月日", "（使わない）").press("この列で、行を確かめる")),
    State("members/import_columns.html", "長い", "long_admin", "/office/{long}/imports/{import_long}/columns/",
          "前に決めた列を"),
    State("members/import.html", "取り込み待ち", "admin", "/office/14-021/imports/{import_checked}/",
          "まだ何も登録していません"),
    State("members/import.html", "過去の修了", "admin", "/office/14-021/imports/{import_past}/",
          "修了日に合わない有効期限です"),
    State("members/import_columns.html", "過去の修了", "admin", "/office/14-021/imports/{import_past_mapping}/columns/",
          "修了日（承認日）"),
    State("members/import.html", "取り込む行がない", "admin", "/office/14-021/imports/{import_nothing}/",
          "取り込む行がありません"),
    State("members/import.html", "途中で停止", "admin", "/office/14-021/imports/{import_stopped}/",
          "まで済んだところで止めました"),
    State("members/import.html", "取り込み中", "admin", "/office/14-021/imports/{import_working}/",
          "この画面を離れても続きます"),
    State("members/import.html", "取り込み済", "admin", "/office/14-021/imports/{import_done}/",
          "取り込みが終わりました"),
    State("members/import.html", "絞って、ない", "admin", "/office/14-021/imports/{import_done}/?outcome=changed",
          "この結果の行はありません"),
    State("members/import.html", "取り消し済", "admin", "/office/14-021/imports/{import_undone}/",
          "取り消せなかった行が"),
    State("members/import.html", "中止", "admin", "/office/14-021/imports/{import_discarded}/",
          "取り込まずにやめました"),
    State("members/import.html", "長い", "long_admin", "/office/{long}/imports/{import_long}/", "行のうち 1～50"),
    State("members/import_undo.html", "ふつう", "admin", "/office/14-021/imports/{import_done}/undo/",
          "取り込む前に戻します"),
    State("mail/office_message_list.html", "空", "empty_admin", "/office/26-901/messages/", "まだメールはありません"),
    State("mail/office_message_list.html", "届かない", "admin", "/office/14-021/messages/",
          "メールが届いていない医師への連絡"),
    State("mail/office_message_list.html", "合うものがない", "admin", "/office/14-021/messages/?recipient=いない人",
          "この条件に合うメールはありません"),
    State("mail/office_message_list.html", "長い", "long_admin", "/office/{long}/messages/", "送信履歴"),
    State("mail/office_message.html", "届かない", "admin", "/office/14-021/messages/{failed}/",
          "このメールは届いていません"),
    State("mail/office_message.html", "長い", "long_admin", "/office/{long}/messages/{long_message}/",
          "差し戻されました"),
    State("mail/office_message_notice.html", "ふつう", "admin", "/office/14-021/messages/{failed}/notice/",
          "書面でお知らせいたします"),
    State("doctors/office/facility_list.html", "空", "empty_admin",
          "/office/26-901/facilities/?q=いない施設&state=closed", "この条件に合う施設はありません"),
    State("doctors/office/facility_list.html", "ふつう", "clerk", "/office/14-021/facilities/?q=みどり",
          "よく合うものから並べています"),
    State("doctors/office/facility_list.html", "すべての都道府県", "jma", "/office/00/facilities/?q=病院",
          "よく合うものから並べています"),
    State("doctors/office/facility_list.html", "長い", "long_admin", "/office/{long}/facilities/?sort=-name", "のうち"),
    State("doctors/office/facility.html", "ふつう", "clerk", "/office/14-021/facilities/{facility}/",
          "この施設に勤める医師"),
    State("doctors/office/facility.html", "まとめてある", "clerk", "/office/14-021/facilities/{facility_merged}/",
          "にまとめてあります"),
    State("doctors/office/facility.html", "直せない", "jma_viewer", "/office/00/facilities/{facility}/",
          "直せるのは"),
    State("doctors/office/facility.html", "長い", "long_admin", "/office/{long}/facilities/{facility_long}/",
          "この施設にまとめた施設"),
    State("doctors/office/facility_new.html", "空", "clerk", "/office/14-021/facilities/new/",
          "似た施設がないかを確かめてから足します"),
    State("doctors/office/facility_new.html", "誤り", "clerk", "/office/14-021/facilities/new/", FIX,
          _press("内容を確かめる")),
    State("doctors/office/facility_new.html", "未定から", "clerk",
          "/office/14-021/facility-requests/{facility_request}/new/", "を施設マスタに足す"),
    State("doctors/office/facility_confirm.html", "似た施設", "clerk", "/office/14-021/facilities/new/",
          "同じ名か、同じ電話の施設があります", lambda visitor: visitor.fill_facility()),
    State("doctors/office/facility_correction.html", "ふつう", "clerk",
          "/office/14-021/facilities/{facility}/correction/", "だれが何を変えたかが、記録に残ります"),
    State("doctors/office/facility_correction.html", "誤り", "clerk",
          "/office/14-021/facilities/{facility}/correction/", FIX,
          lambda visitor: visitor.write("施設名", "").press("保存する")),
    State("doctors/office/facility_choice.html", "候補", "clerk", "/office/14-021/facilities/{facility}/merge/",
          "残すほうの施設を探して"),
    State("doctors/office/facility_choice.html", "ない", "clerk",
          "/office/14-021/facilities/{facility}/succession/?q=いない施設", "この言葉に合う施設はありません"),
    State("doctors/office/facility_choice.html", "短い", "clerk",
          "/office/14-021/facilities/{facility}/succession/", "二文字以上で入力してください"),
    State("doctors/office/facility_choice.html", "確かめ", "clerk",
          "/office/14-021/facilities/{facility}/merge/?facility={facility_left}", "まだ何も変わっていません"),
    State("doctors/office/facility_choice.html", "未定", "clerk",
          "/office/14-021/facility-requests/{facility_request}/", "書いた医師"),
    State("doctors/office/facility_choice.html", "長い", "long_admin",
          "/office/{long}/facility-requests/{facility_request_long}/?q={long_word}", "まで出しています"),
    State("doctors/office/facility_separation.html", "ふつう", "clerk",
          "/office/14-021/facilities/{facility_merged}/separation/", "と別の施設に戻します"),
    State("doctors/office/facility_request_list.html", "空", "empty_admin",
          "/office/26-901/facility-requests/?q=いない施設", "この言葉に合う未定の施設はありません"),
    State("doctors/office/facility_request_list.html", "ふつう", "clerk", "/office/14-021/facility-requests/",
          "古い順に並べています"),
    State("doctors/office/facility_request_list.html", "長い", "long_admin", "/office/{long}/facility-requests/",
          "古い順に並べています"),
    State("doctors/office/letter_list.html", "空", "empty_admin", "/office/26-901/letters/?q=いない人",
          "すでに登録を終えた方は、ここに出ません"),
    State("doctors/office/letter_list.html", "ふつう", "clerk", "/office/14-021/letters/",
          "フリガナの順に並べています"),
    State("doctors/office/letter_list.html", "長い", "long_admin", "/office/{long}/letters/", "のうち"),
    State("doctors/office/letter.html", "まだない", "clerk", "/office/14-021/letters/{letter_doctor}/",
          "ご案内を作る"),
    State("doctors/office/letter.html", "使える", "clerk", "/office/14-021/letters/{letter_invited}/",
          "使えるご案内があります"),
    State("doctors/office/letter.html", "長い", "long_admin", "/office/{long}/letters/{letter_long}/",
          "ご案内を作る"),
    State("doctors/office/registration_list.html", "空", "empty_admin", "/office/26-901/registrations/",
          "確認する利用者登録はありません"),
    State("doctors/office/registration_list.html", "ふつう", "clerk", "/office/14-021/registrations/",
          "確認を待つものを先に"),
    State("doctors/office/registration_list.html", "尋ねられたとき", "prefecture", "/office/14/registrations/",
          "お電話で尋ねられたとき"),
    State("doctors/office/registration_list.html", "合うものがない", "clerk",
          "/office/14-021/registrations/?q=いない人&state=waiting", "この条件に合う利用者登録はありません"),
    State("doctors/office/registration_list.html", "長い", "long_admin", "/office/{long}/registrations/",
          "記録との照合"),
    State("doctors/office/registration.html", "照合", "clerk", "/office/14-021/registrations/{registration_half_no}/",
          "いまの記録と結ばれ"),
    State("doctors/office/registration.html", "免許証", "prefecture", "/office/14/registrations/{registration_new_no}/",
          "医師の記録が作られ"),
    State("doctors/office/registration.html", "済んだ", "clerk",
          "/office/14-021/registrations/{registration_done_no}/", "すべてが合い、登録が終わりました"),
    State("doctors/office/registration.html", "差し戻した", "prefecture",
          "/office/14/registrations/{registration_returned_no}/", "に戻ります"),
    State("doctors/office/registration.html", "確かめたものがない", "clerk",
          "/office/14-021/registrations/{registration_half_no}/", FIX, _press("確認した")),
    State("doctors/office/registration.html", "長い", "long_admin",
          "/office/{long}/registrations/{registration_long_no}/", "いまの記録と結ばれ"),
    State("associations/association.html", "空", "empty_admin", "/office/26-901/association/", "会長名がないと"),
    State("associations/association.html", "未設定", "sakura_admin", "/office/26-011/association/", "未設定"),
    State("associations/association.html", "誤り", "sakura_admin", "/office/26-011/association/", FIX,
          _write_nonsense_addresses),
    State("associations/association.html", "読むだけ", "viewer", "/office/14-022/association/",
          "設定できるのは管理者だけです"),
    State("associations/association.html", "長い", "long_admin", "/office/{long}/association/", "変更できる人"),
    State("associations/profile.html", "ふつう", "admin", "/office/14-021/association/profile/",
          "問い合わせ先として載ります"),
    State("associations/profile.html", "誤り", "admin", "/office/14-021/association/profile/", FIX,
          lambda visitor: visitor.write("郵便番号", "12").write("電話", "abc").press("保存する")),
    State("associations/profile.html", "長い", "long_admin", "/office/{long}/association/profile/",
          "問い合わせ先として載ります"),
    State("associations/presidents.html", "空", "empty_admin", "/office/26-901/association/presidents/",
          "まだ会長の登録がありません"),
    State("associations/presidents.html", "誤り", "admin", "/office/14-021/association/presidents/",
          FIX, _press("会長を登録する")),
    State("associations/presidents.html", "長い", "long_admin", "/office/{long}/association/presidents/", "在任中"),
    State("associations/president.html", "ふつう", "admin", "/office/14-021/association/presidents/{president}/",
          "会長の記録の訂正"),
    State("associations/president.html", "誤り", "admin", "/office/14-021/association/presidents/{president}/",
          FIX, lambda visitor: visitor.write("会長名", "").press("訂正を保存する")),
    State("associations/practice.html", "ふつう", "admin", "/office/14-021/practice/", "一部の層だけの会員を認める"),
    State("associations/practice.html", "上の層", "jma", "/office/00/practice/", "まだ変更の記録はありません"),
    State("associations/practice.html", "誤り", "admin", "/office/14-021/practice/", FIX,
          lambda visitor: visitor.write("異動元の確認を待つ日数", "百日").write("決めるまでの目安の日数", "")
          .write("入会する先生への案内", "長" * 1001).press("保存する")),
    State("associations/practice.html", "長い", "long_admin", "/office/{long}/practice/", "変更後"),
    State("associations/category_list.html", "空", "lonely", "/office/13/categories/", "まだ会員区分がありません"),
    State("associations/category_list.html", "ふつう", "admin", "/office/14-021/categories/", "直す・終える"),
    State("associations/category_list.html", "日本医師会", "jma", "/office/00/categories/", "日医医賠責"),
    State("associations/category_list.html", "長い", "long_admin", "/office/{long}/categories/", "一つ前へ"),
    State("associations/category.html", "足す", "admin", "/office/14-021/categories/new/", "一覧の終わりに並びます"),
    State("associations/category.html", "誤り", "jma", "/office/00/categories/new/", FIX, _press("保存する")),
    State("associations/category.html", "長い", "long_admin", "/office/{long}/categories/{long_category}/", "変更後"),
    State("associations/board_days.html", "空", "lonely", "/office/13/board-days/",
          "これからの理事会の日が、まだありません"),
    State("associations/board_days.html", "ふつう", "admin", "/office/14-021/board-days/", "まとめて入力できます"),
    State("associations/board_days.html", "誤り", "admin", "/office/14-021/board-days/", FIX,
          lambda visitor: visitor.write("理事会の日", f"令和99年13月40日\n2020年4月1日\n{'長' * 200}")
          .press("理事会の日を足す")),
    State("associations/board_days.html", "長い", "long_admin", "/office/{long}/board-days/", "消す"),
    State("associations/staff_list.html", "一人だけ", "empty_admin", "/office/26-901/staff/",
          "承諾を待っている招待はありません"),
    State("associations/staff_list.html", "ふつう", "admin", "/office/14-021/staff/", "送り直す"),
    State("associations/staff_list.html", "長い", "long_admin", "/office/{long}/staff/", "期限切れ"),
    State("associations/office_list.html", "空", "lonely", "/office/13/offices/", "見守る医師会がありません"),
    State("associations/office_list.html", "ふつう", "prefecture", "/office/14/offices/", "管理者が 2"),
    State("associations/office_list.html", "長い", "jma", "/office/00/offices/", "絞り込む"),
    State("associations/rekey_new.html", "空", "prefecture", "/office/14/offices/14-022/rekey/",
          "だれも管理者のアカウントを使えなくなった"),
    State("associations/rekey_new.html", "誤り", "prefecture", "/office/14/offices/14-022/rekey/", FIX,
          _press("復旧を申し出る")),
    State("associations/rekey_new.html", "長い", "prefecture", "/office/14/offices/{long}/rekey/",
          "登録の上では務めています"),
    State("associations/rekey_list.html", "空", "lonely", "/office/13/rekeys/", "まだ復旧の記録はありません"),
    State("associations/rekey_list.html", "ふつう", "prefecture", "/office/14/rekeys/", "新しい順に並んでいます"),
    State("associations/rekey.html", "確かめる", "prefecture", "/office/14/rekeys/{rekey}/",
          "ご自身でも確かめてください"),
    State("associations/rekey.html", "長い、自分の申し出", "prefecture", "/office/14/rekeys/{long_rekey}/",
          "申し出た方とは別の"),
    State("associations/delegation.html", "始める", "prefecture", "/office/14/offices/14-098/delegation/",
          "担当者を決めることはできません"),
    State("associations/delegation.html", "代行中", "prefecture", "/office/14/offices/14-097/delegation/",
          "の画面を開く"),
    State("associations/delegation.html", "長い、できない", "prefecture", "/office/14/offices/{long}/delegation/",
          "担当者が一人もいない医師会だけです"),
    State("web/office_home.html", "代行", "prefecture", "/office/14-097/", "が代行しています"),
    State("web/handover.html", "一人だけ", "empty_admin", "/office/26-901/staff/handover/",
          "もう一人を管理者にしてください"),
    State("web/handover.html", "ふつう", "admin", "/office/14-021/staff/handover/", "引き継ぐ方へ"),
    State("web/handover.html", "長い", "long_admin", "/office/{long}/staff/handover/", "招いている人"),
    State("associations/staff_member.html", "ふつう", "admin", "/office/14-021/staff/{colleague}/",
          "次の操作から効きます"),
    State("associations/staff_member.html", "最後の管理者", "empty_admin", "/office/26-901/staff/{last_admin}/",
          "先に、ほかの方を管理者にしてください"),
    State("associations/staff_member.html", "長い", "long_admin", "/office/{long}/staff/{long_clerk}/",
          "の務めを終える"),
    State("associations/staff_end.html", "ふつう", "admin", "/office/14-021/staff/{colleague}/end/",
          "もう一度招いてください"),
    State("associations/staff_end.html", "最後の管理者", "empty_admin", "/office/26-901/staff/{last_admin}/end/",
          "この方の務めは終えられません"),
    State("associations/invitation_new.html", "空", "admin", "/office/14-021/staff/invitations/new/",
          "リンクは一回だけ使えます"),
    State("associations/invitation_new.html", "誤り", "admin", "/office/14-021/staff/invitations/new/", FIX,
          lambda visitor: visitor.write("招く方のメールアドレス", "だれか").press("招待のメールを送る")),
    State("associations/missing_addresses.html", "ふつう", "prefecture", "/office/14/addresses/", "のうち、未設定は"),
    State("associations/missing_addresses.html", "絞った", "jma", "/office/00/addresses/?prefecture=26",
          "この都道府県で未設定は"),
    State("associations/missing_addresses.html", "長い", "jma", "/office/00/addresses/", "絞り込む"),
    State("training/office/requirement_list.html", "ふつう", "jma", "/office/00/requirements/",
          "使われた版は変えられません"),
    State("training/office/requirement.html", "規則、誤り", "jma", "/office/00/requirements/rules/new/", FIX,
          _press("関わる数を確かめる")),
    State("training/office/requirement.html", "活動、空", "jma", "/office/00/requirements/activities/new/",
          "まだ何も変わりません"),
    State("training/office/requirement_confirm.html", "規則", "jma", "/office/00/requirements/rules/new/",
          "満たさなくなる医師", lambda visitor: visitor.fill_rule()),
    State("associations/platform.html", "ふつう", "jma", "/office/00/settings/", "お困りのときの連絡先"),
    State("associations/platform.html", "誤り", "jma", "/office/00/settings/", FIX,
          lambda visitor: visitor.write("操作の問い合わせ先", "").write("フリーダイヤル", "abc").press("保存する")),
    State("associations/statements.html", "長い", "jma", "/office/00/settings/statements/", "直すことも消すことも"),
    State("associations/statement_new.html", "ふつう", "jma", "/office/00/settings/statements/terms/new/",
          "の本文が入っています"),
    State("associations/statement_new.html", "誤り", "jma", "/office/00/settings/statements/terms/new/", FIX,
          _press("見え方を確かめる")),
    State("associations/statement_confirm.html", "長い", "jma", "/office/00/settings/statements/joint-use/new/",
          "まだ公開していません", _preview_statement),
)

MOVES = (
    State("web/mypage_home.html", "届出の申請中", "moved", "/mypage/", "いま、どこにありますか"),
    State("web/mypage_home.html", "届出の差し戻し", "move_returned", "/mypage/", "届出を直す"),
    State("web/mypage_home.html", "届出の保留", "move_held", "/mypage/", "お尋ねに答える"),
    State("web/mypage_home.html", "届出の書きかけ", "writer", "/mypage/", "異動届の続きを書く"),
    State("web/mypage_home.html", "長い届出", "long_mover", "/mypage/", "とお尋ねがありました"),
    State("membership/mypage/start.html", "会員", "mover", f"{MOVE}/start/", "退会届を書く"),
    State("membership/mypage/start.html", "会員でない", "joiner", f"{MOVE}/start/", "医師会に入会する"),
    State("membership/mypage/application_list.html", "空", "mover", f"{MOVE}/", "届出は、まだありません"),
    State("membership/mypage/application_list.html", "長い", "long_mover", f"{MOVE}/", "31 件"),
    State("membership/mypage/draft_removal.html", "ふつう", "writer", f"{MOVING}/removal/", "消しますか"),
    State("membership/mypage/step_reason.html", "空", "mover", f"{MOVING}/reason/", "異動事由"),
    State("membership/mypage/step_reason.html", "誤り", "mover", f"{MOVING}/reason/", FIX, _write_nonsense_reason),
    State("membership/mypage/step_reason.html", "長い差し戻し", "long_returned_mover",
          f"{MOVE}/{{long_returned_move}}/writing/reason/", "差し戻しの理由"),
    State("membership/mypage/step_grounds.html", "空", "choosing_all", f"{MOVING}/grounds/", "異動元医師会"),
    State("membership/mypage/step_grounds.html", "誤り", "choosing_all", f"{MOVING}/grounds/", FIX, _press("次へ進む")),
    State("membership/mypage/step_grounds.html", "書いた", "writer", f"{MOVING}/grounds/", "異動元医師会"),
    State("membership/mypage/step_destination.html", "空", "choosing_all", f"{MOVING}/destination/", "検索する"),
    State("membership/mypage/step_destination.html", "書いた", "writer", f"{MOVING}/destination/",
          "入会を希望する医師会"),
    State("membership/mypage/step_destination.html", "誤り", "writer", f"{MOVING}/destination/", FIX,
          lambda visitor: visitor.choose_nothing("会員区分").press("次へ進む")),
    State("membership/mypage/step_destination.html", "退会になる", "writer", f"{MOVING}/destination/",
          "会員でなくなることを確かめました",
          lambda visitor: visitor.untick("日本医師会").press("次へ進む")),
    State("membership/mypage/step_destination.html", "入会、長い", "joiner", f"{JOINING}/destination/",
          "どの医師会に入ればよいですか",
          lambda visitor: visitor.choose("都道府県", "神奈川県").press("検索する").sees("入会を希望する医師会")),
    State("membership/mypage/step_day.html", "空", "joiner_again", f"{JOINING}/day/", "入会を希望する日"),
    State("membership/mypage/step_day.html", "誤り", "joiner_again", f"{JOINING}/day/", FIX,
          _press("内容確認へ進む")),
    State("membership/mypage/step_review.html", "異動", "writer", f"{MOVING}/review/", "入力フォームに進む"),
    State("membership/mypage/step_review.html", "入会", "joining_writer", f"{JOINING}/review/", "入力フォームに進む"),
    State("membership/mypage/step_details.html", "書いた", "writer", f"{MOVING}/details/",
          "変わるところだけ、直してください"),
    State("membership/mypage/step_details.html", "誤り", "writer", f"{MOVING}/details/", FIX,
          lambda visitor: visitor.write("自宅の郵便番号", "千").write("電話", "でんわ")
          .press("所属施設の選択へ進む")),
    State("membership/mypage/step_workplace.html", "空", "choosing_all", f"{MOVING}/workplace/", "候補にないとき"),
    State("membership/mypage/step_workplace.html", "誤り", "choosing_all", f"{MOVING}/workplace/", FIX,
          _press("施設業務の選択へ進む")),
    State("membership/mypage/step_workplace.html", "多すぎる候補", "writer", f"{MOVING}/workplace/", "候補が多いため"),
    State("membership/mypage/step_workplace.html", "候補がない", "unlisted_writer", f"{MOVING}/workplace/",
          "に合う施設は見つかりませんでした"),
    State("membership/mypage/step_workplace.html", "長い", "long_mover", f"{MOVING}/workplace/", "候補にないとき"),
    State("membership/mypage/step_duties.html", "空", "choosing_all", f"{MOVING}/duties/", "任意項目"),
    State("membership/mypage/step_duties.html", "誤り", "choosing_all", f"{MOVING}/duties/", FIX, _press("選択")),
    State("membership/mypage/step_duties.html", "選んだ", "writer", f"{MOVING}/duties/", "を選びました"),
    State("membership/mypage/step_leaving.html", "空", "leaver", f"{LEAVING}/leaving/", "どの医師会を退会しますか"),
    State("membership/mypage/step_leaving.html", "誤り", "leaver", f"{LEAVING}/leaving/", FIX,
          _press("最終確認へ進む")),
    State("membership/mypage/step_check.html", "まだ書きかけ", "choosing_all", f"{MOVING}/check/",
          "このままでは申請できません"),
    State("membership/mypage/step_check.html", "申請できる", "writer", f"{MOVING}/check/", "異動を申請する"),
    State("membership/mypage/step_check.html", "変更なし", "as_is_writer", f"{MOVING}/check/", "変わりません"),
    State("membership/mypage/step_check.html", "退会", "leaving_writer", f"{LEAVING}/check/", "退会を申請する"),
    State("membership/mypage/step_check.html", "長い", "long_mover", f"{MOVING}/check/", "申請の前に"),
    State("membership/mypage/receipt.html", "ふつう", "moved", f"{MOVE}/{{move}}/receipt/", "このあとの進み方"),
    State("membership/mypage/receipt.html", "長い", "long_mover", f"{MOVE}/{{long_move}}/receipt/", "ほかに要る手続き"),
    State("membership/mypage/receipt.html", "終わった", "move_withdrawn", f"{MOVE}/{{move_withdrawn}}/receipt/",
          "いまの状態"),
    State("membership/mypage/application.html", "申請中", "moved", f"{MOVE}/{{move}}/", "届出を取り下げる"),
    State("membership/mypage/application.html", "差し戻し", "move_returned", f"{MOVE}/{{move_returned}}/",
          "直して、もう一度申請する"),
    State("membership/mypage/application.html", "保留", "move_held", f"{MOVE}/{{move_held}}/", "お尋ねに答える"),
    State("membership/mypage/application.html", "却下", "move_rejected", f"{MOVE}/{{move_rejected}}/", "却下"),
    State("membership/mypage/application.html", "取下げ", "move_withdrawn", f"{MOVE}/{{move_withdrawn}}/", "取下げ"),
    State("membership/mypage/application.html", "完了", "move_finished", f"{MOVE}/{{move_finished}}/",
          "異動を取りやめる"),
    State("membership/mypage/application.html", "取りやめ中", "move_off", f"{MOVE}/{{move_off}}/", "取りやめる届出"),
    State("membership/mypage/application.html", "長い", "long_mover", f"{MOVE}/{{long_move}}/", "お尋ねに答える"),
    State("membership/mypage/answer.html", "空", "move_held", f"{MOVE}/{{move_held}}/answer/", "答えを送る"),
    State("membership/mypage/answer.html", "長い、誤り", "long_mover", f"{MOVE}/{{long_move}}/answer/", FIX,
          _press("答えを送る")),
    State("membership/mypage/withdrawal.html", "ふつう", "moved", f"{MOVE}/{{move}}/withdrawal/", "元に戻せません"),
    State("membership/mypage/calling_off.html", "空", "move_finished", f"{MOVE}/{{move_finished}}/calling-off/",
          "取りやめる届出を"),
    State("membership/mypage/calling_off.html", "直す", "move_back",
          f"{MOVE}/{{move_back_application}}/calling-off/", "いつまで延びたかも"),
    State("membership/mypage/profile.html", "ふつう", "mover", "/mypage/profile/", "連絡先を変更する"),
    State("membership/mypage/profile.html", "窓口がない", "new", "/mypage/profile/", "にお電話ください"),
    State("membership/mypage/profile.html", "申請中", "profile", "/mypage/profile/", "決まるまで、新しい申請は"),
    State("membership/mypage/profile.html", "長い", "long_mover", "/mypage/profile/", "氏名と医籍"),
    State("membership/mypage/contact.html", "ふつう", "mover", "/mypage/profile/contact/", "変わるところだけ"),
    State("membership/mypage/contact.html", "誤り", "long_mover", "/mypage/profile/contact/", FIX,
          lambda visitor: visitor.write("自宅の郵便番号", "1").write("電話", "みどり").press("連絡先を変更する")),
    State("membership/mypage/contact_done.html", "ふつう", "contact_changed", "/mypage/profile/contact/done/",
          "連絡先を変更しました"),
    State("membership/mypage/contact_done.html", "長い", "long_mover", "/mypage/profile/contact/done/",
          "ほかに要る手続き"),
    State("membership/mypage/identity.html", "ふつう", "mover", "/mypage/profile/identity/", "証明する書類の写し"),
    State("membership/mypage/identity.html", "誤り", "long_mover", "/mypage/profile/identity/", FIX,
          lambda visitor: visitor.write("姓", "").write("医籍登録番号", "番号").press("内容の確認へ進む")),
    State("membership/mypage/identity.html", "差し戻し", "profile_returned",
          "/mypage/profile/identity/{profile_returned}/", "差し戻しの理由"),
    State("membership/mypage/identity_check.html", "ふつう", "identity_writer", "/mypage/profile/identity/check/",
          "会員情報の変更を申請する"),
    State("membership/mypage/application.html", "会員情報の変更", "profile", f"{MOVE}/{{profile}}/", "承認された日"),
    State("membership/mypage/receipt.html", "会員情報の変更", "profile", f"{MOVE}/{{profile}}/receipt/",
          "電子認証センター"),
    State("membership/mypage/calling_off.html", "誤り", "move_finished", f"{MOVE}/{{move_finished}}/calling-off/", FIX,
          _press("取りやめを申請する")),
)

ERRORS = (
    State("404.html", "ない", NOBODY, "/nowhere/", "お探しのページが見つかりません"),
    State("403_csrf.html", "古い画面", NOBODY, "/sign-in/", "もう一度、画面を開いてから送ってください",
          lambda visitor: visitor.forget_cookies().press("ログインする")),
    State("400.html", "欄が多すぎる", "member", f"{APPLICATION}/note/",
          "送られた内容を読み取れませんでした", lambda visitor: visitor.add_fields(1300).press("内容確認へ進む")),
    State("413.html", "大きすぎる", "member", f"{APPLICATION}/note/", "送られたものが大きすぎます",
          lambda visitor: visitor.add_fields(1, 2_000_000).press("内容確認へ進む")),
    State("409.html", "先に決まった", "late", "/mypage/completions/{late}/withdrawal/", "すでに処理されています",
          lambda visitor: visitor.meanwhile("late").press("修了申請を取り下げる")),
    State("500.html", "故障", "member", "/mypage/credits/", "システムの故障で、続けられませんでした",
          lambda visitor: visitor.meanwhile("broken").open("/mypage/credits/")),
    State("403.html", "できない操作", NOBODY, "/403/", "この操作はできません"),
)
# fmt: on

STATES = (*PUBLIC, *MYPAGE, *MOVES, *OFFICE, *ERRORS)
# 事務局の画面は多いので、二つのファイルに分けて見る。
TRAINING_OFFICE = tuple(state for state in OFFICE if state.template.startswith("training/"))
OTHER_OFFICE = tuple(state for state in OFFICE if state not in TRAINING_OFFICE)


def cases(*tables: tuple[State, ...]) -> list[Any]:
    """表を、試験の一つずつにする。"""
    return [pytest.param(state, state, id=str(state)) for table in tables for state in table]
