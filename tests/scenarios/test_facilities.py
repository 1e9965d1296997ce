"""施設マスタ（事務局の操作マニュアル「施設を探す」「施設を足す、直す」「二重の施設をまとめる」「未定の施設を決める」）。"""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mamis.associations.models import Staff
from mamis.associations.rules import Role
from mamis.audit.models import AuditEntry
from mamis.doctors.models import Doctor, Facility, FacilityRequest
from mamis.doctors.operations import FacilityFacts, Work, begin_work, move_work, register_facilities, register_facility
from tests.world import World

pytestmark = pytest.mark.django_db
APRIL = date(2026, 4, 1)
TYPED = {
    "name": "髙橋医院",
    "kana": "たかはしいいん",
    "kind": "clinic",
    "code": "１４−１００１２３４−５",
    "prefecture": "14",
    "address": "横浜市中区山下町1-1",
    "telephone": "０４５（０００）１２３４",
    "opener_name": "髙橋 一郎",
    "manager_name": "髙橋 一郎",
    "opened_on_0": "平成10",
    "opened_on_1": "4",
    "opened_on_2": "1",
}


@pytest.fixture
def desk(world: World) -> Callable[..., Any]:
    """その人が、その頁を開く、または送る。"""
    browsers: dict[int, Client] = {}

    def send(staff: Staff, page: str, /, *rest: Any, query: str = "", **data: Any) -> Any:
        browser = browsers.get(staff.pk) or browsers.setdefault(staff.pk, world.browser(staff.user))
        url = reverse(page, args=[staff.association.code, *rest]) + query
        return browser.post(url, data) if data else browser.get(url)

    return send


def place(name: str, prefecture: str = "14", **facts: Any) -> Facility:
    return register_facility(FacilityFacts(name, prefecture, **facts))


def writes(world: World, doctor: Doctor, name: str, prefecture: str = "14") -> FacilityRequest:
    """医師が、施設マスタにない勤務先を書く。"""
    work = Work(None, name, prefecture, "clinic-staff")
    return move_work(doctor, work, on=APRIL, at=world.at).request


def text(answer: Any) -> str:
    return answer.content.decode()


def test_一覧ははじめに自分の都道府県の施設を出し_条件で絞れる(world, desk):
    place("みどり医院", kind="clinic", address="横浜市中区1", telephone="045-000-0001")
    place("みどり旧病院", kind="hospital", closed_on=date(2020, 4, 1))
    place("みどり京都医院", "26")
    viewer = world.appoint(world.district, Role.VIEWER, "見る 花子")

    first = text(desk(viewer, "office_facilities"))
    everywhere = text(desk(viewer, "office_facilities", query="?prefecture=&q=みどり"))
    closed = text(desk(viewer, "office_facilities", query="?state=closed&sort=-name"))
    nowhere = text(desk(viewer, "office_facilities", query="?q=うみべ"))

    assert ("みどり医院" in first, "みどり旧病院" in first, "みどり京都医院" in first) == (True, True, False)
    assert "<b>2&nbsp;件</b>のうち 1～2&nbsp;件目。施設名の順に並べています。" in first
    assert "施設を足す" not in first
    assert ("京都府" in everywhere, "みどり京都医院" in everywhere) == (True, True)
    assert ("みどり医院" in closed, "みどり旧病院" in closed) == (False, True)
    assert "この条件に合う施設はありません" in nowhere


@pytest.mark.parametrize("number", [1, 3])
def test_一覧の問い合わせの数は_件数によらない(world, desk, django_assert_num_queries, number):
    register_facilities([FacilityFacts(f"みどり第{n}医院", "14") for n in range(number)])
    clerk = world.clerk(world.district)
    desk(clerk, "office_facilities")

    with django_assert_num_queries(14):
        answer = desk(clerk, "office_facilities")

    assert f"<b>{number}&nbsp;件</b>" in text(answer)


def test_一覧のすべての頁をCSVで受け取り_そのことが残る(world, desk):
    register_facilities([FacilityFacts(f"みどり第{n:02}医院", "14", kind="clinic") for n in range(51)])

    answer = desk(world.clerk(world.district), "office_facilities_download", query="?q=みどり")
    head, *rows = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))

    assert (head[0], head[2], len(rows), rows[50][:5]) == (
        "施設名",
        "種別",
        51,
        ["みどり第50医院", "", "診療所", "", "神奈川県"],
    )
    assert AuditEntry.objects.filter(act="施設の一覧のダウンロード", about="51 件").count() == 1


def test_施設の画面には_この医師会から見える医師だけが並ぶ(world, desk):
    hospital = place("みどり病院", kind="hospital", telephone="045-000-0001")
    seen = world.member("見江", "花子", world.district)
    begin_work(seen, hospital, on=APRIL)
    begin_work(world.member("遠井", "一郎", world.other_district), hospital, on=APRIL)
    former = world.member("前田", "二郎", world.district)
    begin_work(former, hospital, on=date(2020, 4, 1))
    begin_work(former, place("次の医院"), on=APRIL)

    page = text(desk(world.clerk(world.district), "office_facility", hospital.pk))

    assert ("見江 花子" in page, "遠井" in page, "前田" in page) == (True, False, False)
    assert "<b>1&nbsp;人</b>" in page


def test_足す前に_同じ名の施設がないかを確かめる(world, desk):
    place("髙橋医院", kana="タカハシイイン", address="川崎市1")
    clerk = world.clerk(world.district)

    check = desk(clerk, "office_facility_new", **TYPED)
    again = desk(clerk, "office_facility_new", **TYPED, rewrite="1")
    before = Facility.objects.count()
    done = desk(clerk, "office_facility_new", **TYPED, confirmed="1")

    made = Facility.objects.latest("pk")
    assert "同じ名か、同じ電話の施設があります" in text(check)
    assert 'value="１４−１００１２３４−５"' in text(again)
    assert (done.status_code, before, Facility.objects.count()) == (302, 1, 2)
    assert (made.kana, made.code, made.telephone, made.opened_on) == (
        "タカハシイイン",
        "1410012345",
        "045-000-1234",
        date(1998, 4, 1),
    )


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": ""}, "施設名を入力してください。"),
        ({"kind": ""}, "種別を選んでください。"),
        ({"code": "123"}, "医療機関コードは 10 桁の数字です。桁をお確かめください。"),
        ({"prefecture": "26"}, "一覧にあるものから選んでください。"),
        ({"closed_on_0": "1990", "closed_on_1": "1", "closed_on_2": "1"}, "開設した日より前の日です。"),
        (
            {"code": "1499999999", "confirmed": "1"},
            "この医療機関コードは、「みどり医院」（神奈川県）に書かれています。",
        ),
    ],
)
def test_足せないわけを欄のそばに言い_書いたものは残る(world, desk, typed, told):
    place("みどり医院", code="1499999999")

    answer = desk(world.clerk(world.district), "office_facility_new", **TYPED | typed)

    assert (answer.status_code, told in text(answer), 'value="横浜市中区山下町1-1"' in text(answer)) == (
        422,
        True,
        True,
    )
    assert Facility.objects.count() == 1


def test_書かれていることを直すと_だれが何を変えたかが残る(world, desk):
    clinic = place("みどり医院", telephone="045-000-0001")
    clerk = world.clerk(world.district)
    form = desk(clerk, "office_facility_correction", clinic.pk).context["form"]
    typed = {name: form[name].value() or "" for name in ("name", "prefecture", "telephone", "seen")}

    answer = desk(clerk, "office_facility_correction", clinic.pk, **typed | {"kind": "clinic", "name": "みどり内科"})
    page = text(desk(clerk, "office_facility", clinic.pk))

    assert answer.status_code == 302
    assert [word in page for word in ("みどり内科", "みどり医院", clerk.user.name, "診療所")] == [True] * 4
    assert list(Facility.objects.filter(search_name__contains="ミドリ内科")) == [clinic]


def test_開いていたあいだにほかの人が直したら_保存せずに知らせる(world, desk):
    clinic = place("みどり医院")
    clerk, admin = world.clerk(world.district), world.admin(world.prefecture)
    seen = desk(clerk, "office_facility_correction", clinic.pk).context["form"]["seen"].value()
    typed = {"name": "みどり内科", "kind": "clinic", "prefecture": "14", "seen": seen}
    desk(admin, "office_facility_correction", clinic.pk, **typed)

    refused = desk(clerk, "office_facility_correction", clinic.pk, **typed | {"name": "緑内科"})
    seen = refused.context["form"]["seen"].value()
    again = desk(clerk, "office_facility_correction", clinic.pk, **typed | {"name": "緑内科", "seen": seen})

    assert (refused.status_code, "みどり医院 → みどり内科" in text(refused)) == (422, True)
    assert ('value="緑内科"' in text(refused), again.status_code) == (True, 302)


def test_直せるのは自分の都道府県の施設だけで_日本医師会はすべてを直せる(world, desk):
    kyoto = place("みどり京都医院", "26")
    viewer = world.appoint(world.other_district, Role.VIEWER, "見る 花子")
    people = (world.clerk(world.district), world.admin(world.prefecture), viewer, world.clerk(world.other_district))

    answers = [
        desk(one, "office_facility_correction", kyoto.pk).status_code for one in (*people, world.admin(world.national))
    ]

    assert answers == [404, 404, 404, 200, 200]
    assert "直せるのは、京都府の医師会と日本医師会の" in text(desk(people[0], "office_facility", kyoto.pk))


def test_廃止のあとを引き継いだ施設を選び_なしにもできる(world, desk):
    closed, after = place("前の医院", closed_on=APRIL), place("次の医院", "26")
    clerk = world.clerk(world.district)

    search = text(desk(clerk, "office_facility_succession", closed.pk, query="?q=次の医院"))
    desk(clerk, "office_facility_succession", closed.pk, facility=after.pk)
    page = text(desk(clerk, "office_facility", closed.pk))
    desk(clerk, "office_facility_succession", closed.pk, none="1")

    assert (f"?facility={after.pk}" in search, "引き継いだ施設" in page, "次の医院" in page) == (True, True, True)
    assert Facility.objects.get(pk=closed.pk).successor is None


def test_二重の施設をまとめると所属施設が移り_元に戻すとちょうどそれだけが戻る(world, desk):
    double, left = place("みどり医員"), place("みどり医院")
    clerk = world.clerk(world.district)
    stays, moves, later = (world.member(name, "一", world.district) for name in ("残田", "移田", "後田"))
    begin_work(stays, double, on=APRIL)
    begin_work(moves, double, on=APRIL)

    choice = text(desk(clerk, "office_facility_merge", double.pk, query="?q=みどり医院"))
    check = text(desk(clerk, "office_facility_merge", double.pk, query=f"?facility={left.pk}"))
    desk(clerk, "office_facility_merge", double.pk, facility=left.pk)
    merged = text(desk(clerk, "office_facility", left.pk))
    gone = text(desk(clerk, "office_facilities", query="?q=医員"))
    move_work(moves, Work(place("別の医院").pk, "", "", ""), on=APRIL, at=world.at)
    begin_work(later, left, on=APRIL)
    desk(clerk, "office_facility_separation", double.pk, sure="1")

    assert ("みどり医院" in choice, "この施設にまとめる" in check) == (True, True)
    assert ("この施設にまとめた施設" in merged, "残田 一" in merged, "0&nbsp;件" in gone) == (True, True, True)
    where = {one.family_name: one.workplaces.get(until_on=None).place_name for one in (stays, moves, later)}
    assert where == {"残田": "みどり医員", "移田": "別の医院", "後田": "みどり医院"}


def test_まとめた先がさらにまとめられていたら_先にそちらを戻す(world, desk):
    first, second, third = place("一の医院"), place("二の医院"), place("三の医院")
    clerk = world.clerk(world.district)
    desk(clerk, "office_facility_merge", first.pk, facility=second.pk)
    desk(clerk, "office_facility_merge", second.pk, facility=third.pk)

    refused = desk(clerk, "office_facility_separation", first.pk, sure="1")
    desk(clerk, "office_facility_separation", second.pk, sure="1")
    done = desk(clerk, "office_facility_separation", first.pk, sure="1")

    assert (refused.status_code, "さらにほかの施設にまとめてあります" in text(refused)) == (422, True)
    assert (done.status_code, Facility.objects.exclude(merged_into=None).count()) == (302, 0)


def test_元に戻すと同じ医療機関コードが二つになるなら_断る(world, desk):
    double, left = place("みどり医員", code="1410012345"), place("みどり医院")
    clerk = world.clerk(world.district)
    desk(clerk, "office_facility_merge", double.pk, facility=left.pk)
    seen = desk(clerk, "office_facility_correction", left.pk).context["form"]["seen"].value()
    typed = {"name": left.name, "kind": "clinic", "prefecture": "14", "code": "1410012345", "seen": seen}
    desk(clerk, "office_facility_correction", left.pk, **typed)

    refused = desk(clerk, "office_facility_separation", double.pk, sure="1")

    assert (refused.status_code, "「みどり医院」（神奈川県）に書かれています" in text(refused)) == (422, True)


def test_未定の施設を施設マスタの施設に決めると_書いた全員の所属施設が決まる(world, desk):
    clinic = place("髙橋医院", address="横浜市中区1")
    doctors = [world.member(name, "一", world.district) for name in ("未田", "定田")]
    asked = [writes(world, doctor, name) for doctor, name in zip(doctors, ("髙橋医院", "高橋 医院"), strict=True)]
    clerk = world.clerk(world.district)

    queue = text(desk(clerk, "office_facility_requests"))
    choice = text(desk(clerk, "office_facility_request", asked[0].pk))
    check = text(desk(clerk, "office_facility_request", asked[0].pk, query=f"?facility={clinic.pk}"))
    done = desk(clerk, "office_facility_request", asked[0].pk, facility=clinic.pk)

    assert (asked[0], "2&nbsp;人" in queue, f"?facility={clinic.pk}" in choice) == (asked[1], True, True)
    assert "「髙橋医院」と書いた医師 2 人の所属施設が、この施設に決まります。" in check
    assert done.url == reverse("office_facility", args=["14-021", clinic.pk])
    assert [one.workplaces.get().facility for one in doctors] == [clinic, clinic]
    assert FacilityRequest.objects.get().facility == clinic


def test_施設マスタになければ_足して決める(world, desk):
    doctor = world.member("未田", "一", world.district)
    asked = writes(world, doctor, "できたばかりの医院")
    clerk = world.clerk(world.district)

    form = desk(clerk, "office_facility_request_new", asked.pk).context["form"]
    check = text(desk(clerk, "office_facility_request_new", asked.pk, **TYPED))
    desk(clerk, "office_facility_request_new", asked.pk, **TYPED, confirmed="1")
    again = desk(clerk, "office_facility_request_new", asked.pk, **TYPED, confirmed="1")

    assert (form["name"].value(), form["prefecture"].value()) == ("できたばかりの医院", "14")
    assert "医師 1&nbsp;人の所属施設が、この施設に決まります" in check
    assert (doctor.workplaces.get().place_name, again.status_code) == ("髙橋医院", 404)


def test_未定の施設は_その都道府県の医師会と日本医師会にだけ並ぶ(world, desk):
    asked = writes(world, world.member("未田", "一", world.other_district), "京都の新しい医院", "26")
    viewer = world.appoint(world.other_district, Role.VIEWER, "見る 花子")

    people = (world.clerk(world.district), viewer, world.clerk(world.other_district), world.admin(world.national))
    seen = [asked.name in text(desk(one, "office_facility_requests")) for one in people]
    opened = [desk(one, "office_facility_request", asked.pk).status_code for one in people]

    assert (seen, opened) == ([False, True, True, True], [404, 404, 200, 200])


def test_選べない施設が送られたら_探し直していただく(world, desk):
    here, kyoto = place("みどり医院"), place("みどり京都医院", "26")
    clerk = world.clerk(world.district)

    answers = [
        desk(clerk, "office_facility_merge", here.pk, facility=typed) for typed in (kyoto.pk, here.pk, "x", "9" * 30)
    ]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert "ここでは選べません" in text(answers[0])
