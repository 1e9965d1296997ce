"""ログインとパスワードの画面。"""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import escape

from mamis.accounts.models import User
from mamis.accounts.operations import deactivate_user, identify
from mamis.accounts.operations.reset_links import reset_key
from mamis.accounts.views.visitor import address_of
from tests.accounts.conftest import BETTER, GOOD

pytestmark = pytest.mark.django_db
SIGN_IN, SIGN_OUT, RESET, CHANGE = "/sign-in/", "/sign-out/", "/password/reset/", "/password/change/"
NEW = "/password/reset/new/"
NOBODY = "nobody@hana.example"


def typed(name, password=GOOD, **others):
    return {"sign_in_name": name, "password": password, **others}


def post_raw(client, url, fields):
    """文字の片割れも、そのままのバイトで送る。"""
    body = urlencode(fields, errors="surrogatepass")
    return client.post(url, body, content_type="application/x-www-form-urlencoded")


def signed_in(name="351874", password=GOOD):
    client = Client()
    assert client.post(SIGN_IN, typed(name, password)).status_code == 302
    return client


def answers(client):
    """ログインしている人だけに答える画面が、答えるか。"""
    return client.get(CHANGE).status_code == 200


def told(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def without_tokens(response):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def headers_of(response):
    """秒ごとに変わる時刻と、打った名前で変わる長さを除く。"""
    return tuple(sorted((name, value) for name, value in response.items() if name not in ("Expires", "Content-Length")))


# ログイン


@pytest.mark.parametrize("name", ["yamada@hana.example", "第３５１－８７４号", "1300 012 345"])
def test_the_right_name_and_password_open_the_house(yamada, client, name):
    response = client.post(SIGN_IN, typed(name))

    assert (response.status_code, response["Location"]) == (302, "/")
    assert answers(client)


@pytest.mark.parametrize(
    ("asked_for", "opened"),
    [
        ("/mypage/completion/", "/mypage/completion/"),
        ("/office/14-021/?page=2&q=山", "/office/14-021/?page=2&q=%E5%B1%B1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("mypage", "/"),
        ("", "/"),
        ("/a\x00b\nSet-Cookie: a=b", "/"),
    ],
)
def test_the_page_asked_for_opens_afterwards_if_it_is_ours(yamada, client, asked_for, opened):
    assert client.post(SIGN_IN, typed("351874", next=asked_for))["Location"] == opened


def test_the_page_asked_for_survives_a_mistake(yamada, client):
    response = client.post(SIGN_IN + "?next=/mypage/", typed("351874", "machigai"))

    assert '<input type="hidden" name="next" value="/mypage/">' in response.content.decode()


def test_unknown_disabled_and_known_names_get_the_same_answer(yamada, retired):
    names = ["351874", "retired@hana.example", NOBODY]
    responses = [Client().post(SIGN_IN, typed(name, "machigai")) for name in names]
    responses.append(Client().post(SIGN_IN, typed("retired@hana.example", GOOD)))

    pages = {
        (
            response.status_code,
            headers_of(response),
            without_tokens(response).replace(response.wsgi_request.POST["sign_in_name"], "NAME"),
        )
        for response in responses
    }

    assert len(pages) == 1
    assert "ログインできませんでした 入力した名前かパスワードが違います。" in told(responses[0])


def test_the_name_is_kept_and_the_password_never(yamada, client):
    page = client.post(SIGN_IN, typed("第３５１８７５号", "machigai-pasuwado")).content.decode()

    assert 'value="第３５１８７５号"' in page
    assert "machigai-pasuwado" not in page
    assert "<title>エラー：ログイン｜" in page


STRANGE = ["\x00", "a\x00b", "\ud842", "x" * 10_000, "🐢" * 3000, "'; DROP TABLE x; --", "<script>", "{{ 7*7 }}", "%00"]


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("field", ["sign_in_name", "password", "next"])
def test_strange_input_gets_a_message_and_never_an_error(yamada, client, field, strange):
    response = post_raw(client, SIGN_IN, {**typed("351874", "machigai"), field: strange})

    assert response.status_code == 200
    assert "エラー：" in told(response)


@pytest.mark.parametrize(("name", "password", "words"), [
    ("", GOOD, "メールアドレス、医籍登録番号、会員IDのどれか一つを入力してください。"),
    ("351874", "", "パスワードを入力してください。"),
    ("x" * 255, GOOD, "254文字以内で入力してください。"),
    ("35\x001874", GOOD, "使えない文字が入っています。打ち直してください。"),
])  # fmt: skip
def test_what_is_missing_is_said_at_the_field(yamada, client, name, password, words):
    assert told(client.post(SIGN_IN, typed(name, password))).count(words) == 2  # 一覧と、欄のそば


@pytest.mark.parametrize("name", ["351874", NOBODY])
def test_the_waiting_page_says_until_when_and_what_else_helps(yamada, client, name):
    for _ in range(10):
        assert client.post(SIGN_IN, typed(name, "machigai")).status_code == 200

    response = client.post(SIGN_IN, typed(name))

    assert response.status_code == 429
    assert re.search(r"\d+時\d\d分\d\d秒まで（あと約1分）お待ちください 誤りが続いたため、", told(response))


def test_paste_and_password_managers_work(client):
    page = client.get(SIGN_IN).content.decode()

    assert re.search(r'<input type="text" name="sign_in_name"[^>]* autocomplete="username"', page)
    assert re.search(r'<input type="password" name="password"[^>]* autocomplete="current-password"', page)
    assert "onpaste" not in page
    assert "maxlength" not in page


def test_the_sign_in_page_tells_whom_to_ask(client):
    words = told(client.get(SIGN_IN))

    assert "管理者権限のログインアカウントが 分からないときは、 日本医師会 会員情報室 へお問合せください。" in words


@pytest.mark.parametrize("demo", [True, False])
def test_the_practice_people_are_shown_only_in_the_demo(client, settings, demo):
    settings.DEMO = demo

    assert ("練習用のログイン" in told(client.get(SIGN_IN))) is demo


def test_somebody_signed_in_already_goes_on(yamada):
    assert signed_in().get(SIGN_IN + "?next=/mypage/")["Location"] == "/mypage/"


@pytest.mark.parametrize("url", [SIGN_IN, SIGN_OUT, RESET])
def test_a_post_without_token_is_refused_in_japanese(yamada, url):
    response = Client(enforce_csrf_checks=True).post(url, typed("351874"))

    assert response.status_code == 403
    assert re.search("[ぁ-ん]{3}", told(response))


@pytest.mark.parametrize(
    "name",
    [
        "account_signup", "account_email", "account_inactive", "account_email_verification_sent",
        "account_set_password", "account_reauthenticate", "account_request_login_code",
    ],
)  # fmt: skip
def test_the_librarys_other_pages_do_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/email/", "/signup/", "/email/"])
def test_the_librarys_paths_are_closed(client, path):
    assert client.get(path).status_code in (302, 404)
    assert client.get(path).headers.get("Location", SIGN_IN).startswith(SIGN_IN)


# セッション


def test_a_new_session_begins_at_sign_in(yamada, client):
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = "by somebody"
    session.save()
    before = client.cookies["session"].value

    client.post(SIGN_IN, typed("351874"))

    assert client.cookies["session"].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_signing_out_kills_the_session_and_needs_a_post(yamada):
    client = signed_in()
    stolen = client.cookies["session"].value
    assert client.get(SIGN_OUT).status_code == 405

    response = client.post(SIGN_OUT)

    assert response["Location"] == SIGN_IN
    client.cookies["session"] = stolen
    assert not answers(client)


def test_a_deactivated_user_is_out_at_the_next_request(yamada):
    client = signed_in()

    deactivate_user(yamada)

    assert client.get(CHANGE)["Location"] == f"{SIGN_IN}?next={CHANGE}"


def set_back(client, **times):
    session = client.session
    for name, time in times.items():
        session[name] = (timezone.now() - time).isoformat()
    session.save()


@pytest.mark.parametrize(
    "times", [{"seen_at": timedelta(minutes=61)}, {"signed_in_at": timedelta(hours=24, minutes=1)}]
)
def test_an_idle_or_old_session_ends_and_comes_back_to_the_page(yamada, times):
    client = signed_in()
    assert answers(client)
    old = client.cookies["session"].value
    set_back(client, **times)

    response = client.get(CHANGE + "?from=menu")

    assert response["Location"] == f"{SIGN_IN}?next={CHANGE}%3Ffrom%3Dmenu"
    assert "一定の時間、操作がなかったため、ログアウトしました。" in told(client.get(response["Location"]))
    assert "一定の時間" not in told(client.get(response["Location"]))
    assert not Session.objects.filter(session_key=old).exists()
    assert client.post(response["Location"], typed("351874"))["Location"] == CHANGE + "?from=menu"
    assert answers(client)


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/password/change/?a=1", "/password/change/%3Fa%3D1"),
        ("https://evil.example/x", "/"),
        ("", "/"),
    ],
)
def test_a_button_pressed_too_late_leads_back_to_its_page(yamada, referer, back):
    client = signed_in()
    assert answers(client)
    set_back(client, seen_at=timedelta(hours=2))

    response = client.post(CHANGE, {}, headers={"referer": referer} if referer else {})

    assert response["Location"] == f"{SIGN_IN}?next={back}"


def test_work_within_the_hour_goes_on(yamada):
    client = signed_in()
    assert answers(client)
    set_back(client, seen_at=timedelta(minutes=59))

    assert answers(client)
    assert datetime.fromisoformat(client.session["seen_at"]) > timezone.now() - timedelta(minutes=1)


# パスワードの変更


def new(password=BETTER, again=None):
    return {"new_password": password, "again": password if again is None else again}


def test_changing_the_password_ends_all_other_sessions(yamada):
    here, elsewhere = signed_in(), signed_in("1300012345")

    response = here.post(CHANGE, {"password": GOOD, **new()})

    assert response["Location"] == "/"
    assert (answers(here), answers(elsewhere)) == (True, False)
    assert identify("351874", BETTER, address="192.0.2.9", at=timezone.now()) == yamada


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"password": "machigai", **new()}, "いまのパスワードが違います。"),
        ({"password": GOOD, **new(again="kumori-nochi-ame")}, "上の欄と同じパスワードを入力してください。"),
        ({"password": GOOD, **new("mijikai")}, "15文字以上にしてください。"),
        ({"password": GOOD, **new("mamis-hare-kumori-yuki")}, "「医師会」「mamis」のような"),
        ({"password": GOOD, **new("kumori-351874-hareruya")}, "氏名やメールアドレス、ログインに使う番号は"),
        ({"password": GOOD, **new("password1234567")}, "多くの人が使っているパスワード"),
        ({"password": GOOD, **new("kumori\x00nochi-ame-ashita")}, "使えない文字が入っています。"),
        ({"password": GOOD, **new("")}, "新しいパスワードを入力してください。"),
    ],
)
def test_a_refused_password_says_why_and_changes_nothing(yamada, answer, words):
    client = signed_in()
    before = User.objects.values_list("password", flat=True).get()

    response = client.post(CHANGE, answer)

    assert escape(words) in told(response)
    assert [typed for typed in answer.values() if typed and typed in response.content.decode()] == []
    assert User.objects.values_list("password", flat=True).get() == before


def test_the_current_password_cannot_be_guessed_without_end(yamada):
    client = signed_in()
    for _ in range(10):
        assert client.post(CHANGE, {"password": "machigai", **new()}).status_code == 200

    assert client.post(CHANGE, {"password": GOOD, **new()}).status_code == 429


# 再設定


def link_of(user, at=None):
    return reverse("account_reset_password_from_key", args=[reset_key(user, at or timezone.now())])


def test_asking_gives_the_same_answer_whoever_is_asked_for(yamada, retired):
    pages = set()
    for name in ("351874", "retired@hana.example", NOBODY, "x@y", "第一号"):
        client = Client()
        response = client.post(RESET, {"sign_in_name": name})
        pages.add((response.status_code, headers_of(response), client.get(response["Location"]).content))

    assert len(pages) == 1


@pytest.mark.parametrize("strange", STRANGE)
def test_strange_names_in_a_reset_are_no_error(yamada, client, strange):
    assert post_raw(client, RESET, {"sign_in_name": strange}).status_code in (200, 302)


def test_a_reset_from_link_to_new_password(yamada):
    elsewhere, client = signed_in(), Client()
    User.objects.filter(pk=yamada.pk).update(last_login=datetime(2026, 4, 1, tzinfo=UTC))
    yamada.refresh_from_db()
    link = link_of(yamada)

    opened = client.get(link)
    assert opened["Location"] == NEW
    assert (opened.cookies["reset-key"]["httponly"], opened.cookies["reset-key"]["path"]) == (True, NEW)
    assert "新しいパスワードを決める" in told(client.get(NEW))
    done = client.post(NEW, new())

    assert done["Location"] == "/password/reset/done/"
    assert "パスワードを再設定しました" in told(client.get(done["Location"]))
    assert (answers(client), answers(elsewhere)) == (False, False)
    client.get(link)
    assert client.post(NEW, new("hatsuyuki-no-asa-kumori")).status_code == 410
    assert answers(signed_in(password=BETTER))


def test_a_bad_new_password_keeps_the_link_alive(yamada):
    client = Client()
    client.get(link_of(yamada))

    assert "15文字以上にしてください。" in told(client.post(NEW, new("mijikai")))
    assert client.post(NEW, new()).status_code == 302


@pytest.mark.parametrize("key", ["", "1-2-3", "x" * 3000, "-", "あ-い-う", "zzzzzzzzzz-zzzzzzzzzz-0"])
def test_dead_links_say_so_and_what_to_do(yamada, key):
    client = Client()
    opened = [client.get(reverse("account_reset_password_from_key", args=[key]), follow=True)] if key else []

    for response in (*opened, client.get(NEW), client.post(NEW, new())):
        assert response.status_code == 410
        assert "このリンクは使えません" in told(response)


def test_an_old_link_is_dead(yamada):
    client = Client()
    client.get(link_of(yamada, timezone.now() - timedelta(minutes=31)))

    assert client.get(NEW).status_code == 410


# 接続元


@pytest.mark.parametrize(
    ("proxies", "remote", "passed_on", "address"),
    [
        (0, "192.0.2.7", "", "192.0.2.7"),
        (0, "192.0.2.7", "198.51.100.1", "192.0.2.7"),
        (1, "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (1, "10.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "10.0.0.1", "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "10.0.0.1", "198.51.100.1", "10.0.0.1"),
        (1, "10.0.0.1", "not an address", ""),
        (0, "", "", ""),
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (0, "::ffff:192.0.2.7", "", "192.0.2.7"),
    ],
)
def test_the_address_is_believed_only_as_far_as_configured(rf, settings, proxies, remote, passed_on, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", REMOTE_ADDR=remote, headers={"x-forwarded-for": passed_on} if passed_on else {})

    assert address_of(request) == address
