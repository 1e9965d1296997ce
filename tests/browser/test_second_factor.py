"""二要素の一巡：認証アプリとパスキーを登録し、ログインし、なくし、ほかの管理者に助けられ、登録し直す。"""

import re
import time
from datetime import timedelta

from django.utils import timezone

from mamis.demo.models import ReceivedMail
from mamis.demo.people import PASSWORD
from tests.accounts.authenticator import code_at

CLERK, ADMIN = "midori@demo.example", "midori-admin@demo.example"
NAME = "メールアドレス、医籍登録番号、会員IDのいずれか"


def give_authenticator(visitor) -> None:
    """指紋の読める端末を持つ。"""
    cdp = visitor.page.context.new_cdp_session(visitor.page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def enrol_app(visitor) -> tuple[str, list[str]]:
    """認証アプリを登録し、秘密と、一度だけ出た回復コードを返す。"""
    visitor.page.get_by_role("link", name="認証アプリ").click()
    visitor.unfold("QR コードを読めないとき")
    secret = visitor.page.locator(".typed-out").inner_text().replace("-", "")
    visitor.write("認証アプリに出たコード", code_at(timezone.now(), secret)).press("登録する")
    visitor.sees("回復コードを控えてください")
    codes = visitor.page.locator(".codes b").all_inner_texts()
    visitor.press("控えました").sees("ログアウト")
    return secret, codes


def type_password(visitor) -> None:
    visitor.open("/sign-in/").write(NAME, CLERK).write("パスワード", PASSWORD).press("ログインする")


def enrolment_link(site) -> str:
    """解除のメールに書かれた、登録し直すリンク。"""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with site.orm():
            for mail in ReceivedMail.objects.filter(subject__contains="二要素が解除されました"):
                return re.search(r"/login-settings/link/[\w-]+/", mail.body).group()
        time.sleep(0.2)
    raise AssertionError("解除のメールが届かない")


def test_a_factor_is_enrolled_used_lost_and_recovered(enter, site):
    clerk = enter()
    give_authenticator(clerk)

    # 認証アプリを登録し、次のログインで使う
    clerk.sign_in(CLERK).follow("ログインの設定")
    secret, codes = enrol_app(clerk)
    clerk.press("ログアウト")
    type_password(clerk)
    clerk.write("コード", code_at(timezone.now() + timedelta(seconds=30), secret)).press("ログインする")
    clerk.sees("ログアウト")
    assert len(codes) == 10

    # パスキーを登録し、名前もパスワードも打たずにログインする
    clerk.follow("ログインの設定")
    clerk.page.get_by_role("link", name="：パスキー").click()
    clerk.press("この端末でパスキーを登録する")
    clerk.sees("登録しました。次のログインから使えます。").press("ログアウト")
    clerk.follow("パスキーでログイン").press("パスキーでログインする").sees("ログアウト")
    assert clerk.heading == "本日の仕事"

    # パスワードのあとの二つめにも、パスキーを使える
    clerk.press("ログアウト")
    type_password(clerk)
    clerk.follow("パスキーで確かめる").press("パスキーで確かめる").sees("ログアウト")

    # 端末もコードもなくし、解除を申し出る
    lost = enter()
    type_password(lost)
    lost.unfold("スマートフォンをなくした").follow("ほかの管理者に解除を申し出る")
    lost.write("わけ", "電車に置き忘れました。").press("解除を申し出る").sees("申し出を受け付けました")

    # ほかの管理者が、本人と確かめて解除する。開いていた画面も終わる
    admin = enter().sign_in(ADMIN)
    admin.choose_menu("二要素の解除").follow("木村 健")
    admin.write("本人と確かめた方法", "登録の電話番号へかけ直しました。").press("二要素を解除する")
    admin.sees("木村 健 さんの二要素を解除しました。ご本人にメールでお知らせします。")
    clerk.open("/login-settings/")
    assert clerk.heading == "ログイン"

    # メールのリンクを開いて、登録し直す
    lost.sign_in(CLERK).follow("ログインの設定").sees("届いたリンクを開いてください")
    lost.open(enrolment_link(site))
    enrol_app(lost)
    lost.follow("ログインの設定").sees("に登録")
