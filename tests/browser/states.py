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


def _bad_filter(visitor: Explorer) -> None:
    visitor.unfold("くわしい条件")
    visitor.page.locator(".date input").nth(0).fill("令和99")
    visitor.press("この日付で検索する")


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
    State("training/public/certificate_verification.html", "有効", NOBODY, "/v/{token}/", "この修了証は有効です"),
    State("training/public/certificate_verification.html", "期限切れ", NOBODY, "/v/{expired_token}/",
          "期限が切れています"),
    State("training/public/certificate_verification.html", "取消", NOBODY, "/v/{revoked_token}/", "取り消されています"),
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
    State("web/mypage_home.html", "申請できる", "member", "/mypage/", "修了申請をはじめる"),
    State("web/mypage_home.html", "申請中", "waiting", "/mypage/", "承認か差し戻しを待っています"),
    State("web/mypage_home.html", "書きかけ", "drafting", "/mypage/", "修了申請の続きを書く"),
    State("web/mypage_home.html", "承認、届かないメール", "approved", "/mypage/", "登録メールアドレスを確かめる"),
    State("web/mypage_home.html", "長い差し戻し", "long_doctor", "/mypage/", "と戻されました"),
    State("training/mypage/training.html", "空", "new", "/mypage/training/", "まだ修了証はありません"),
    State("training/mypage/training.html", "申請できる", "member", "/mypage/training/", "修了申請へ進む"),
    State("training/mypage/training.html", "修了", "approved", "/mypage/training/", "をダウンロード"),
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
    State("web/office_home.html", "通知先がない", "sakura_admin", "/office/26-011/", "設定してください",
          lambda visitor: visitor.unfold("設定のしかた")),
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
          "51～64"),
    State("training/office/completion_print.html", "空", "empty_admin", "/office/26-901/completions/print/",
          "承認を待つ修了申請はありません"),
    State("training/office/completion_print.html", "長い", "long_admin", "/office/{long}/completions/print/", "可・否"),
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
    State("training/office/credit_list.html", "空", "empty_admin", "/office/26-901/credits/",
          "まだ登録した単位はありません"),
    State("training/office/credit_list.html", "ふつう", "jma", "/office/00/credits/", "登録の新しい順"),
    State("training/office/credit_list.html", "合うものがない", "jma", "/office/00/credits/?q=いない人",
          "この条件に合う単位はありません"),
    State("training/office/credit_list.html", "誤り", "jma", "/office/00/credits/", FIX, _bad_filter),
    State("training/office/credit_list.html", "長い", "long_admin", "/office/{long}/credits/", "62"),
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
    State("associations/missing_addresses.html", "ふつう", "prefecture", "/office/14/addresses/", "のうち、未設定は"),
    State("associations/missing_addresses.html", "絞った", "jma", "/office/00/addresses/?prefecture=26",
          "この都道府県で未設定は"),
    State("associations/missing_addresses.html", "長い", "jma", "/office/00/addresses/", "絞り込む"),
    State("associations/platform.html", "ふつう", "jma", "/office/00/settings/", "お困りのときの連絡先"),
    State("associations/platform.html", "誤り", "jma", "/office/00/settings/", FIX,
          lambda visitor: visitor.write("操作の問い合わせ先", "").write("フリーダイヤル", "abc").press("保存する")),
)

ERRORS = (
    State("404.html", "ない", NOBODY, "/nowhere/", "お探しのページが見つかりません"),
    State("403_csrf.html", "古い画面", NOBODY, "/sign-in/", "もう一度、画面を開いてから送ってください",
          lambda visitor: visitor.forget_cookies().press("ログインする")),
    State("400.html", "欄が多すぎる", "member", f"{APPLICATION}/note/",
          "送られた内容を読み取れませんでした", lambda visitor: visitor.add_fields(600).press("内容確認へ進む")),
    State("413.html", "大きすぎる", "member", f"{APPLICATION}/note/", "送られたものが大きすぎます",
          lambda visitor: visitor.add_fields(1, 2_000_000).press("内容確認へ進む")),
    State("409.html", "先に決まった", "late", "/mypage/completions/{late}/withdrawal/", "すでに処理されています",
          lambda visitor: visitor.meanwhile("late").press("修了申請を取り下げる")),
    State("500.html", "故障", "member", "/mypage/credits/", "システムの故障で、続けられませんでした",
          lambda visitor: visitor.meanwhile("broken").open("/mypage/credits/")),
    State("403.html", "できない操作", NOBODY, "/403/", "この操作はできません"),
)
# fmt: on

STATES = (*PUBLIC, *MYPAGE, *OFFICE, *ERRORS)


def cases(*tables: tuple[State, ...]) -> list[Any]:
    """表を、試験の一つずつにする。"""
    return [pytest.param(state, state, id=str(state)) for table in tables for state in table]
