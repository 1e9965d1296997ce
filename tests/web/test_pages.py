"""枠、二つの TOP、だれでも見られる頁。"""

import re

import pytest
from django.test import Client
from django.utils import timezone

from mamis.associations.models import Platform
from mamis.associations.rules import Role
from mamis.web import manual, menu

PUBLIC = {
    "/manual/": "操作マニュアル",
    "/manual/doctor/": "操作マニュアル（医師向け）",
    "/manual/office/": "操作マニュアル（事務局向け）",
    "/release-notes/": "リリースノート",
    "/help/": "管理者が分からないとき",
    "/privacy/": "個人情報の取り扱い",
    "/accessibility/": "アクセシビリティ",
}


def text(response):
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", PUBLIC)
def test_anybody_reads_the_public_pages(path):
    page = text(Client().get(path))

    assert f"<title>{PUBLIC[path]}｜医師会会員情報システム（MAMIS）</title>" in page
    assert page.count("<h1") == page.count(f"<h1>{PUBLIC[path]}</h1>") == 1
    assert "0120-110-030" in page
    assert not re.search(r"<script|\sstyle=|\son\w+=", page)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/manual/nobody/", "/manual/images/..%2F..%2Fsecret.png", "/manual/images/none.png"])
def test_only_the_manuals_can_be_read(path):
    assert Client().get(path).status_code == 404


def test_a_manual_becomes_a_page_without_raw_html(tmp_path):
    book = tmp_path / "book.md"
    book.write_text(
        "# 題\n\n## はじめに\n\n![絵](images/sign-in.png) <b onclick=x>\n\n[事務局](office.md)\n", encoding="utf-8"
    )

    page = manual.read(book)

    assert page["headings"] == [("section-1", "はじめに")]
    assert page["body"] == (
        '<h2 id="section-1">はじめに</h2>\n'
        '<p><img src="/manual/images/sign-in.png" alt="絵" loading="lazy" /> &lt;b onclick=x&gt;</p>\n'
        '<p><a href="/manual/office/">事務局</a></p>\n'
    )


@pytest.mark.django_db
def test_links_of_the_operator_appear_when_they_are_set():
    Platform.objects.update(offices_site_url="https://offices.example/", video_url="https://video.example/")

    footer = text(Client().get("/manual/")).partition("<footer")[2]

    assert re.findall(r'href="(https[^"]+)"', footer) == ["https://video.example/", "https://offices.example/"]


def test_the_entrance_leads_each_person_home(world, doctor):
    clerk = world.clerk(world.district).user
    left = world.clerk(world.other_district)
    left.ended_at = timezone.now()
    left.save()

    assert Client().get("/").url == "/sign-in/"
    assert world.browser(doctor.user).get("/").url == "/mypage/"
    assert world.browser(clerk).get("/").url == "/office/14-021/"
    assert "ご利用になれる画面がありません" in text(world.browser(left.user).get("/"))


def test_a_doctor_sees_what_to_do_and_whom_to_ask(world, doctor):
    page = text(world.browser(doctor.user).get("/mypage/"))

    assert 'class="mypage"' in page
    assert "山田 太郎 先生" in page
    assert "みどり市医師会 事務局" in page
    assert "事務局の画面に切り替える" not in page
    assert re.search(r"<title>マイページTOP", page)
    assert "<h1>マイページTOP</h1>" in page


def test_a_returned_application_comes_first_with_its_reason(world, doctor, application):
    world.send_back(application, world.clerk(world.district), "実地の日を書いてください。")

    page = text(world.browser(doctor.user).get("/mypage/"))

    assert "していただきたいこと" in page
    assert "「実地の日を書いてください。」と戻されました" in page
    assert "山田先生のところ" in page


def test_a_doctor_who_serves_an_office_changes_hats_in_the_header(world, doctor):
    world.appoint(world.district, Role.CLERK, "", user=doctor.user)
    browser = world.browser(doctor.user)

    assert "事務局の画面に切り替える" in text(browser.get("/mypage/"))
    assert "マイページに切り替える" in text(browser.get("/office/14-021/"))


def test_an_office_sees_what_waits(world, application):
    page = text(world.browser(world.clerk(world.district).user).get("/office/14-021/"))

    assert 'class="office"' in page
    assert "<b>みどり市医師会</b>" in page
    assert '<span class="num"><b>1</b>件</span>' in page
    assert "「お問い合わせ" not in page


def test_an_office_without_an_address_is_warned_until_it_has_one(world):
    world.district.inquiry_address = ""
    world.district.save()
    browser = world.browser(world.admin(world.district).user)

    warned = text(browser.get("/office/14-021/"))
    world.district.inquiry_address = "kenshu@office.example"
    world.district.save()

    assert "設定のしかた（4 つの手順）" in warned
    assert "設定のしかた" not in text(browser.get("/office/14-021/"))


def test_the_tiers_above_see_how_many_are_missing(world):
    world.district.inquiry_address = ""
    world.district.save()

    page = text(world.browser(world.admin(world.prefecture).user).get("/office/14/"))

    assert "通知先の設定がない医師会" in page


def test_another_office_and_no_hat_look_like_nothing(world, doctor):
    assert world.browser(doctor.user).get("/office/14-021/").status_code == 404
    assert world.browser(world.clerk(world.district).user).get("/office/14/").status_code == 404
    assert world.browser(world.clerk(world.district).user).get("/mypage/").status_code == 404


def names(groups):
    """メニューに出る名。"""
    return [[(item.label, [child.label for child in item.children]) for item in group] for group in groups]


def test_the_menu_has_the_newsletters_names_in_their_order(world):
    training = ("研修管理", ["修了申請", "単位の登録", "手帳の単位", "差し戻しの文例"])
    members = (
        "会員管理",
        ["届出", "連絡先の変更", "登録の確認", "登録のご案内", "施設", "未定の施設", "データの取り込み"],
    )
    residents = (members[0], ["届出", "研修医の入会確認", *members[1][1:]])
    practice = ("環境設定", ["会員手続き", "会員区分", "入会のときに尋ねること", "理事会の日程"])

    assert names(menu.office_menu(world.admin(world.national), "/office/00/")) == [
        [("事務局TOP", []), training, members, ("送信履歴", [])],
        [
            ("医師会情報", []),
            ("担当者", []),
            ("下の医師会の担当者", []),
            ("二要素の解除", []),
            practice,
            ("研修の要件", []),
        ],
    ]
    assert names(menu.office_menu(world.admin(world.district), "/office/14-021/")) == [
        [("事務局TOP", []), training, residents, ("送信履歴", [])],
        [("医師会情報", []), ("担当者", []), ("二要素の解除", []), practice],
    ]
    assert [item.label for item in menu.mypage_menu("/mypage/")] == [
        "TOP",
        "研修管理",
        "届出",
        "会員情報",
        "送信履歴",
        "ログインと連絡先",
    ]


def test_every_entry_of_the_menu_opens(world, doctor):
    office, person = world.browser(world.admin(world.national).user), world.browser(doctor.user)
    groups = menu.office_menu(world.admin(world.national), "/office/00/")
    urls = [line.url for group in groups for item in group for line in (item, *item.children) if line.url]

    assert [office.get(url).status_code for url in urls] == [200] * 23
    assert [person.get(item.url).status_code for item in menu.mypage_menu("/mypage/")] == [200] * 6


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/office/14-021/", "事務局TOP"),
        ("/office/14-021/completions/2026-1/", "修了申請"),
        ("/office/14-021/addresses/", "医師会情報"),
    ],
)
def test_the_menu_marks_the_room_of_the_page(world, path, label):
    groups = menu.office_menu(world.admin(world.district), path)

    lines = [line for group in groups for item in group for line in (item, *item.children)]
    assert [line.label for line in lines if line.is_current] == [label]


def test_the_menu_counts_what_waits(world, application):
    groups = menu.office_menu(world.admin(world.district), "/office/14-021/")

    assert menu.waiting(groups) == 1


def test_an_entry_without_a_room_does_not_appear():
    assert menu.url_of("room_not_built_yet") == ""
