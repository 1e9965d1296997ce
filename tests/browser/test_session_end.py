"""ログインがまもなく終わることを、二分より前に知らせ、一度のボタンで続けられ、打ったものも残る。"""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from mamis.demo.people import PASSWORD

CLERK, PAGE = "midori@demo.example", "/office/14-021/credits/new/"
BUTTON = "ログインを続ける"
TYPED = "学術講演会（書きかけ）"


def idle(visitor, site, **times) -> None:
    """その人が、しばらく何もしていなかったことにする。"""
    [key] = [one["value"] for one in visitor.page.context.cookies() if one["name"] == "session"]
    with site.orm():
        session = SessionStore(key)
        for name, time in times.items():
            session[name] = (timezone.now() - time).isoformat()
        session.save()


def arrive(enter):
    """書きはじめて、手を止める。"""
    clerk = enter()
    clerk.page.clock.install()
    clerk.sign_in(CLERK).open(PAGE).write("内容", TYPED)
    return clerk


def told(visitor) -> str:
    return visitor.page.locator("[role=status]").first.inner_text()


def test_the_warning_comes_in_time_and_one_act_goes_on(enter, site):
    clerk = arrive(enter)
    box = clerk.page.get_by_label("内容", exact=True)
    other = clerk.page.context.new_page()
    other.clock.install()
    other.goto(PAGE)

    # ほかの画面で続けていれば、知らせない
    clerk.page.clock.fast_forward(timedelta(minutes=26).seconds * 1000)
    clerk.page.wait_for_timeout(1000)
    assert told(clerk) == ""
    assert not clerk.page.get_by_role("button", name=BUTTON).is_visible()

    # 何もしなければ、終わる五分前に知らせる。打っているところは動かさない
    idle(clerk, site, seen_at=timedelta(minutes=25, seconds=5))
    for page in (clerk.page, other):
        page.clock.fast_forward(timedelta(minutes=26).seconds * 1000)
        page.get_by_role("button", name=BUTTON).wait_for()
    clerk.sees("あと約4分")
    assert clerk.page.get_by_role("status").first.is_visible()
    assert box.evaluate("box => box === document.activeElement")

    # キーボードだけで続けられ、打っていたところへ戻る
    clerk.page.get_by_role("button", name=BUTTON).focus()
    clerk.page.keyboard.press("Enter")
    clerk.sees("ログインを続けました。")
    assert not clerk.page.get_by_role("button", name=BUTTON).is_visible()
    assert box.evaluate("box => box === document.activeElement")
    assert box.input_value() == TYPED

    # ほかの画面の知らせも消える
    other.clock.fast_forward(31_000)
    other.get_by_role("button", name=BUTTON).wait_for(state="hidden")
    assert clerk.open(PAGE).heading == "単位を登録する"


def test_the_absolute_limit_is_told_and_what_was_typed_comes_back(enter, site):
    clerk = arrive(enter)
    idle(clerk, site, seen_at=timedelta(minutes=1), signed_in_at=timedelta(hours=11, minutes=56))

    clerk.page.clock.fast_forward(timedelta(minutes=26).seconds * 1000)
    clerk.sees("ログインしてからの時間の限りなので、延ばせません。")
    assert not clerk.page.get_by_role("button", name=BUTTON).is_visible()

    # 終わったことを知らせ、送っても、書いたものは戻る
    idle(clerk, site, signed_in_at=timedelta(hours=12, minutes=1))
    clerk.page.clock.fast_forward(31_000)
    clerk.sees("ログインが終わりました。").press("氏名を確かめる")
    clerk.sees("書きかけの内容も").write("メールアドレス、医籍登録番号、会員IDのいずれか", CLERK)
    clerk.write("パスワード", PASSWORD).press("ログインする").sees("書きかけの内容を戻しました。")
    assert clerk.page.get_by_label("内容", exact=True).input_value() == TYPED


def test_signing_out_elsewhere_is_told(enter):
    clerk = arrive(enter)
    other = clerk.page.context.new_page()
    other.goto(PAGE)
    other.get_by_role("button", name="ログアウト").click()

    clerk.page.clock.fast_forward(timedelta(minutes=26).seconds * 1000)

    clerk.sees("ログインは終わっています。")
