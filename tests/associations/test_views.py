"""医師会情報と環境設定の画面：だれが開けるか、何が残り、何を言うか、何回問い合わせるか。"""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mamis.associations import operations, policy, queries
from mamis.associations.models import Association
from mamis.associations.rules import Kind, Role, Tier
from mamis.mail.models import Message, MessageState

pytestmark = pytest.mark.django_db

PAGES = (
    "office_association",
    "office_profile",
    "office_presidents",
    "office_president",
    "office_missing_addresses",
    "office_missing_addresses_download",
    "office_platform",
    "office_test_mail",
)
UPPER = {"office_missing_addresses", "office_missing_addresses_download"}
FIELDS = {"inquiry_address": "new@midori.example", "member_address": "kaiin@midori.example", "homepage": ""}


def url(name, association, **kwargs):
    if name == "office_president":
        kwargs = {"pk": queries.presidents(association).first().pk}
    return reverse(name, kwargs={"code": association.code, **kwargs})


def text(response, status=200):
    assert response.status_code == status
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def opened(world, association, user, status=200):
    """その人が開いた医師会情報。"""
    return text(world.browser(user).get(url("office_association", association)), status)


def seen(association):
    return queries.newest_version(association).pgh_id


def viewer(world, association):
    return world.appoint(association, Role.VIEWER, "閲覧 三郎")


# だれが


def people(world):
    return {
        "viewer": viewer(world, world.district).user,
        "clerk": world.clerk(world.district).user,
        "admin": world.admin(world.district).user,
        "elsewhere": world.admin(world.other_district).user,
        "above": world.admin(world.prefecture).user,
        "national": world.admin(world.national).user,
        "doctor": world.doctor("山田", "太郎").user,
    }


def answers(world, association, method="get"):
    return {
        who: "".join(
            {200: "○", 302: "○", 404: "－", 405: "＊"}[
                getattr(world.browser(user), method)(url(name, association)).status_code
            ]
            for name in PAGES
        )
        for who, user in people(world).items()
    }


def test_only_the_people_of_the_association_open_its_pages(world):
    assert answers(world, world.district) == {
        "viewer": "○－－－－－－＊",
        "clerk": "○－－－－－－＊",
        "admin": "○○○○－－－＊",
        "elsewhere": "－－－－－－－＊",
        "above": "－－－－－－－＊",
        "national": "－－－－－－－＊",
        "doctor": "－－－－－－－＊",
    }


def test_the_national_administrator_alone_opens_the_settings_of_the_platform(world):
    found = answers(world, world.national)

    assert {who for who, allowed in found.items() if allowed[PAGES.index("office_platform")] == "○"} == {"national"}
    clerk = world.browser(world.clerk(world.national).user)
    assert clerk.get(url("office_platform", world.national)).status_code == 404
    assert (
        world.browser(world.admin(world.prefecture).user).get(url("office_platform", world.prefecture)).status_code
        == 404
    )


@pytest.mark.parametrize("who", ["viewer", "clerk", "elsewhere", "above", "national", "doctor"])
def test_nobody_else_changes_anything(world, who):
    client, before = world.browser(people(world)[who]), Message.objects.count()
    terms = list(queries.presidents(world.district).values())

    for name in PAGES:
        if name not in UPPER:
            data = {
                **FIELDS,
                "seen": seen(world.district),
                "name": "乗っ取り",
                "from_on_0": "2026",
                "from_on_1": "7",
                "from_on_2": "1",
                "field": "inquiry_address",
                "telephone": "045-000-9999",
            }
            assert client.post(url(name, world.district), data).status_code == 404

    world.district.refresh_from_db()
    assert world.district.inquiry_address == "kenshu-14-021@office.example"
    assert world.district.telephone == "045-000-0120"
    assert list(queries.presidents(world.district).values()) == terms
    assert Message.objects.count() == before


def test_a_person_without_account_is_asked_to_sign_in(world, client):
    for name in PAGES:
        if name != "office_test_mail":
            assert client.get(url(name, world.district)).status_code == 302


def test_a_dismissed_administrator_is_out_at_once(world):
    staff = world.admin(world.district)
    client = world.browser(staff.user)

    operations.dismiss(staff, by=world.appoint(world.district, Role.ADMIN, "管理 二子"), at=world.at)

    assert client.get(url("office_association", world.district)).status_code == 404


def test_another_associations_president_is_absent(world):
    president = queries.presidents(world.other_district).first()

    client = world.browser(world.admin(world.district).user)

    path = reverse("office_president", kwargs={"code": "14-021", "pk": president.pk})
    assert client.get(path).status_code == 404
    assert client.get(path.replace(str(president.pk), "999999999")).status_code == 404


# 医師会情報


def test_the_three_fields_stand_at_the_bottom_in_the_newsletters_order(world):
    page = opened(world, world.district, world.admin(world.district).user)

    labels = re.findall(r"<label for=\"[^\"]+\">([^<]+)</label>", page)
    assert labels == ["お問い合わせ通知先メールアドレス", "会員管理用通知メールアドレス", "ホームページ"]
    assert page.count("（半角英数字・記号 100文字以内）") == 3
    assert page.index("ホームページ</label>") < page.index(">保存する</button>")
    assert page.index('<h2 id="base">') < page.index("お問い合わせ通知先メールアドレス</label>")
    assert "個人のメールアドレスではなく、担当部署の代表メールアドレスを推奨します。" in page
    assert "医師が修了申請をすると、1\u00a0件ごとに 1\u00a0通届きます。" in page
    assert "このメールを止めたり、数を絞ったりすることはできません。" in page


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLERK])
def test_others_read_who_their_administrators_are(world, role):
    world.appoint(world.other_district, Role.ADMIN, "よその 管理者")
    staff = world.appoint(world.district, role, "職員 四郎")

    page = opened(world, world.district, staff.user)

    assert '<form method="post" novalidate>' not in page
    assert ">保存する</button>" not in page
    assert "管理 花子" in page
    assert "よその 管理者" not in page
    assert "管理者権限のアカウントが分からないときは、日本医師会 会員情報室へお問合せください。" in page


def test_saving_tells_what_was_reshaped(world):
    client = world.browser(world.admin(world.district).user)
    path = url("office_association", world.district)

    response = client.post(
        path,
        {**FIELDS, "inquiry_address": "ｎｅｗ＠ｍｉｄｏｒｉ．ｅｘａｍｐｌｅ", "seen": seen(world.district)},
        follow=True,
    )

    page = text(response)
    assert response.redirect_chain == [(path, 302)]
    assert "保存しました。字の形をそろえました：「お問い合わせ通知先メールアドレス」は new@midori.example" in page


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("inquiry_address", "a@m.example、b@m.example"),
        ("inquiry_address", "midori"),
        ("member_address", f"{'a' * 90}@m.example"),
        ("member_address", "あ@m.example"),
        ("homepage", "www.midori.example"),
    ],
)
def test_one_wrong_field_keeps_everything_typed_and_saves_nothing(world, name, wrong):
    client = world.browser(world.admin(world.district).user)
    typed = {
        "inquiry_address": "x@midori.example",
        "member_address": "y@midori.example",
        "homepage": "https://z.example/",
    }

    page = text(
        client.post(url("office_association", world.district), {**typed, name: wrong, "seen": seen(world.district)})
    )

    assert "<title>エラー：医師会情報" in page
    assert 'role="alert"' in page
    for value in {**typed, name: wrong}.values():
        assert f'value="{value}"' in page
    world.district.refresh_from_db()
    assert world.district.inquiry_address == "kenshu-14-021@office.example"


@pytest.mark.parametrize("value", ["a\x00@m.example", "\x1b", "\ufffd", "'; --", "<script>", "a" * 5000])
def test_strange_input_is_a_message_and_never_a_fault(world, value):
    client = world.browser(world.admin(world.district).user)

    for name in ("office_association", "office_profile", "office_presidents"):
        fields = dict.fromkeys(
            ("inquiry_address", "member_address", "homepage", "postcode", "telephone", "name", "from_on_0"), value
        )
        page = text(client.post(url(name, world.district), {**fields, "seen": value}))
        assert "<title>エラー：" in page
        assert "<script>" not in page


def test_emptying_the_address_is_allowed_and_warned_about(world):
    client = world.browser(world.admin(world.district).user)

    page = text(
        client.post(
            url("office_association", world.district),
            {**FIELDS, "inquiry_address": "", "seen": seen(world.district)},
            follow=True,
        )
    )

    assert "お問い合わせ通知先メールアドレスが空です。" in page
    assert "設定期限（2026年6月4日）" in page


def test_the_later_administrator_is_told_and_can_save_knowingly(world):
    path, earlier = url("office_association", world.district), seen(world.district)
    first, second = world.admin(world.district), world.appoint(world.district, Role.ADMIN, "管理 次子")
    world.browser(first.user).post(path, {**FIELDS, "seen": earlier})

    late = {**FIELDS, "inquiry_address": "late@midori.example", "seen": earlier}
    client = world.browser(second.user)
    refused = client.post(path, late)

    page = text(refused)
    assert "まだ保存していません。この画面を開いているあいだに、ほかの方が変更しました" in page
    assert "お問い合わせ通知先メールアドレス：kenshu-14-021@office.example → new@midori.example" in page
    assert 'value="late@midori.example"' in page
    world.district.refresh_from_db()
    assert world.district.inquiry_address == "new@midori.example"

    client.post(path, {**late, "seen": refused.context["form"]["seen"].value()})
    world.district.refresh_from_db()
    assert world.district.inquiry_address == "late@midori.example"


def test_the_record_says_who_changed_what(world):
    client = world.browser(world.admin(world.district).user)
    client.post(url("office_association", world.district), {**FIELDS, "seen": seen(world.district)})

    page = opened(world, world.district, viewer(world, world.district).user)

    record = page[page.index("変更の記録</h2>") :]
    for word in ("kenshu-14-021@office.example", "new@midori.example", "管理 花子"):
        assert word in record


def test_a_test_mail_shows_what_came_of_it(world):
    staff = world.admin(world.district)
    client = world.browser(staff.user)

    page = text(client.post(url("office_test_mail", world.district), {"field": "inquiry_address"}, follow=True))
    assert "kenshu-14-021@office.example へテスト送信しました。" in page
    assert "送信待ち" in page

    Message.objects.update(state=MessageState.SENT, sent_at=world.at, attempts=1)
    assert "相手のメールサーバーが受け取りました。" in opened(world, world.district, staff.user)

    Message.objects.update(state=MessageState.FAILED, sent_at=None)
    assert "不達" in opened(world, world.district, staff.user)


def test_a_sixth_test_mail_is_refused_with_the_time(world):
    client = world.browser(world.admin(world.district).user)
    path = url("office_test_mail", world.district)
    for _ in range(5):
        client.post(path, {"field": "inquiry_address"})

    page = text(client.post(path, {"field": "member_address"}, follow=True))

    assert "テスト送信は 1 時間に 5 回までです。" in page
    assert Message.objects.count() == 5


def test_a_test_of_an_unknown_or_empty_field_sends_nothing(world):
    client = world.browser(world.admin(world.district).user)
    Association.objects.filter(pk=world.district.pk).update(member_address="")
    path = url("office_test_mail", world.district)

    assert client.post(path, {"field": "homepage"}).status_code == 404
    assert client.post(path).status_code == 404
    assert "メールアドレスが保存されていません。" in text(client.post(path, {"field": "member_address"}, follow=True))
    assert not Message.objects.exists()


def test_the_profile_is_saved(world):
    client = world.browser(world.admin(world.district).user)
    typed = {"postcode": "2260001", "address": "神奈川県みどり市", "telephone": "0450000130", "hours": "平日"}

    response = client.post(url("office_profile", world.district), {**typed, "seen": seen(world.district)})

    assert response.status_code == 302
    world.district.refresh_from_db()
    assert (world.district.postcode, world.district.telephone) == ("226-0001", "0450000130")
    assert "ほかの方が変更しました" in text(client.post(url("office_profile", world.district), {**typed, "seen": "1"}))


def test_a_president_is_entered_and_corrected(world):
    client = world.browser(world.admin(world.district).user)
    path = url("office_presidents", world.district)
    day = {"from_on_0": "令和8", "from_on_1": "6", "from_on_2": "20"}

    assert client.post(path, {"name": "小野寺 巧", **day}).status_code == 302
    assert "前の会長（小野寺 巧）の就任日 2026年6月20日より後の日にしてください。" in text(
        client.post(path, {"name": "次の 人", **day})
    )
    correction = url("office_president", world.district)
    assert 'value="小野寺 巧"' in text(client.get(correction))
    assert client.post(correction, {"name": "小野寺 正", **day}).status_code == 302
    assert "就任日より" not in text(client.get(path))
    assert "前の会長（架空 会長）の就任日 2024年6月1日より後の日にしてください。" in text(
        client.post(correction, {"name": "小野寺 正", **day, "from_on_0": "2020"})
    )
    assert queries.president_on(world.district, world.on).name == "小野寺 正"


# 未設定の医師会


def missing(number, parent):
    for place in range(number):
        Association.objects.create(
            code=f"{parent.code}-9{place:02}",
            name=f"=架空{place}医師会",
            kana="カクウ",
            tier=Tier.DISTRICT,
            kind=Kind.AREA,
            parent=parent,
            prefecture=parent.prefecture,
        )


def test_the_prefecture_sees_its_own_missing_ones_and_nobody_elses(world):
    missing(1, world.prefecture)
    missing(2, world.other_prefecture)

    page = text(
        world.browser(world.clerk(world.prefecture).user).get(url("office_missing_addresses", world.prefecture))
    )

    assert "2&nbsp;の医師会のうち、未設定は <b>1&nbsp;件</b>" in page
    assert "14-900" in page
    assert "26-900" not in page
    assert "いません" in page


def test_when_all_are_set_the_page_says_so(world):
    page = text(
        world.browser(world.admin(world.prefecture).user).get(url("office_missing_addresses", world.prefecture))
    )

    assert "すべての医師会で設定が済んでいます。" in page
    assert "ダウンロード" not in page


def test_the_national_office_filters_by_prefecture(world):
    missing(1, world.prefecture)
    missing(2, world.other_prefecture)
    client, path = world.browser(world.admin(world.national).user), url("office_missing_addresses", world.national)

    page = text(client.get(path, {"prefecture": "26"}))
    assert "この都道府県で未設定は <b>2&nbsp;件</b>" in page
    assert "14-900" not in page
    assert "この都道府県の医師会は、すべて設定が済んでいます。" not in page
    assert client.get(path, {"prefecture": "99\x00"}).status_code == 200
    Association.objects.filter(prefecture_id="26").update(inquiry_address="x@m.example")
    assert "この都道府県の医師会は、すべて設定が済んでいます。" in text(client.get(path, {"prefecture": "26"}))


def test_the_download_is_the_list_and_runs_no_formula(world):
    missing(1, world.prefecture)

    response = world.browser(world.admin(world.prefecture).user).get(
        url("office_missing_addresses_download", world.prefecture)
    )

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert text(response) == (
        "\ufeff医師会コード,医師会,都道府県,電話,管理者の人数\r\n14-900,'=架空0医師会,神奈川県,,0\r\n"
    )


# 環境設定


PLATFORM = {
    "address_deadline_on_0": "2026",
    "address_deadline_on_1": "7",
    "address_deadline_on_2": "1",
    "operator_name": "MAMIS運営事務局",
    "operator_telephone": "０１２０１１００３０",
    "operator_hours": "平日",
    "member_office_name": "会員情報課",
    "video_url": "https://video.example/",
    "doctors_site_url": "https://doctors.example/",
    "offices_site_url": "https://offices.example/",
}


def test_settings_are_saved_recorded_and_read_on_the_next_page(world):
    client, path = world.browser(world.admin(world.national).user), url("office_platform", world.national)
    Association.objects.filter(pk=world.district.pk).update(inquiry_address="")

    response = client.post(path, {**PLATFORM, "seen": seen(queries.platform())}, follow=True)

    page = text(response)
    assert response.redirect_chain == [(path, 302)]
    saved = queries.platform()
    assert (saved.operator_telephone, saved.completion_mail_from_on) == ("0120-110-030", None)
    assert "2026年7月1日" in page[page.index("変更の記録</h2>") :]
    assert "2026年7月1日" in opened(world, world.district, world.admin(world.district).user)
    clerks = opened(world, world.district, world.clerk(world.district).user)
    for word in ("会員情報課へお問合せください", "https://video.example/", "https://offices.example/"):
        assert word in clerks


@pytest.mark.parametrize(
    "wrong",
    [{"operator_name": ""}, {"video_url": "video"}, {"address_deadline_on_1": "13"}, {"operator_telephone": "1"}],
)
def test_a_wrong_setting_saves_nothing(world, wrong):
    client = world.browser(world.admin(world.national).user)

    page = text(
        client.post(url("office_platform", world.national), {**PLATFORM, **wrong, "seen": seen(queries.platform())})
    )

    assert "<title>エラー：環境設定" in page
    assert queries.platform().member_office_name == "会員情報室"


def test_two_administrators_of_the_platform(world):
    client, path = world.browser(world.admin(world.national).user), url("office_platform", world.national)
    earlier = seen(queries.platform())
    client.post(path, {**PLATFORM, "seen": earlier})

    page = text(client.post(path, {**PLATFORM, "member_office_name": "別の課", "seen": earlier}))

    assert "会員情報を担当する部署：会員情報室 → 会員情報課" in page
    assert queries.platform().member_office_name == "会員情報課"


# 問い合わせの数

ASSOCIATION_QUERIES = 18
MISSING_QUERIES = 19
DOWNLOAD_QUERIES = 6


def count(client, path):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(path)
        text(response)
    return len(captured)


def test_queries_do_not_grow_with_the_record(world):
    client, path = world.browser(world.admin(world.district).user), url("office_association", world.district)
    client.post(path, {**FIELDS, "seen": seen(world.district)})
    client.get(path)

    with_one = count(client, path)
    for number in range(3):
        client.post(path, {**FIELDS, "homepage": f"https://m{number}.example/", "seen": seen(world.district)})
        world.appoint(world.district, Role.ADMIN, f"管理 {number}")
    client.get(path)

    assert (with_one, count(client, path)) == (ASSOCIATION_QUERIES, ASSOCIATION_QUERIES)


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_the_missing(world, number):
    missing(number, world.prefecture)
    client = world.browser(world.admin(world.national).user)

    assert count(client, url("office_missing_addresses", world.national)) == MISSING_QUERIES
    assert count(client, url("office_missing_addresses_download", world.national)) == DOWNLOAD_QUERIES


def test_administrators_are_those_who_serve_now(world):
    gone = world.appoint(world.district, Role.ADMIN, "去った 人")
    operations.dismiss(gone, by=world.admin(world.district), at=world.at)

    assert [staff.user.name for staff in policy.administrators(world.district)] == ["管理 花子"]
