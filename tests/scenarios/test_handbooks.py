"""手帳の単位（事務局の操作マニュアル「手帳の単位」）。一人が登録し、もう一人が確かめる。"""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mamis.associations.models import Staff
from mamis.doctors.models import Doctor
from mamis.files.models import StoredFile
from mamis.files.rules import REFUSED, Refusal
from mamis.files.tasks import check, forget
from mamis.training.models import CreditLine, HandbookEntry
from tests.files.samples import jpeg, upload
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(world: World) -> Doctor:
    return world.member("手帳", "持夫", world.district)


@pytest.fixture
def desk(world: World) -> Callable[[Staff, str, dict[str, Any]], Any]:
    """その人が、その頁へ送る。"""
    browsers: dict[int, Client] = {}

    def send(staff: Staff, name: str, data: dict[str, Any] | None = None, *rest: Any) -> Any:
        browser = browsers.setdefault(staff.pk, world.browser(staff.user))
        url = reverse(name, args=[staff.association.code, *rest])
        return browser.get(url) if data is None else browser.post(url, data)

    return send


def written(doctor: Doctor, scan: SimpleUploadedFile | None = None, **more: str) -> dict[str, Any]:
    """画面に書くもの。"""
    line = {"kind": "knowledge", "title": "県医師会 学術講演会", "units": "1.5", "codes": "1, 15"}
    day = {"earned_on_0": "令和6", "earned_on_1": "5", "earned_on_2": "12"}
    number = {"number": doctor.licences.get(ended_on=None).number}
    return number | line | day | ({"scan": scan} if scan else {}) | more


def entered(desk: Any, staff: Staff, doctor: Doctor) -> HandbookEntry:
    """登録され、写しも確かめ終えたもの。"""
    desk(staff, "office_handbook_new", written(doctor, upload(jpeg(), "手帳.jpg")))
    entry = HandbookEntry.objects.latest("pk")
    check.func(file=entry.scans.get().file_id)
    return entry


def test_一人が写しを添えて登録し_もう一人が写しと見比べて確認すると単位になる(world, member, desk):
    clerk, admin = world.clerk(world.district), world.admin(world.district)

    entry = entered(desk, clerk, member)
    waiting = desk(admin, "office_handbooks").content.decode()
    page = desk(admin, "office_handbook", None, entry.number).content.decode()
    picture = desk(admin, "office_handbook_scan_page", None, entry.number, 1, 1)
    before = CreditLine.objects.filter(doctor=member).count()
    answer = desk(admin, "office_handbook_confirmation", {"seen": entry.seen}, entry.number)

    line = CreditLine.objects.get(doctor=member)
    assert "確認待ち" in waiting
    assert f'src="{reverse("office_handbook_scan_page", args=["14-021", entry.number, 1, 1])}"' in page
    assert (picture["Content-Type"], picture["Content-Disposition"].split(";")[0]) == ("image/jpeg", "attachment")
    assert (before, answer.status_code) == (0, 302)
    assert (line.title, line.half_units, line.source_label, line.ground) == (
        "県医師会 学術講演会",
        3,
        "手帳",
        f"手帳の写し（{entry.number}）",
    )


def test_登録した人は_自分の登録を確認できない(world, member, desk):
    clerk = world.clerk(world.district)
    entry = entered(desk, clerk, member)

    page = desk(clerk, "office_handbook", None, entry.number).content.decode()
    answer = desk(clerk, "office_handbook_confirmation", {"seen": entry.seen}, entry.number)

    assert "登録した方は確認できません。" in page
    assert "写しのとおりと確認する" not in page
    assert (answer.status_code, CreditLine.objects.filter(doctor=member).count()) == (422, 0)


def test_一人の事務局では登録した人が確認でき_そのことがどこにも残る(world, member, desk):
    clerk = world.clerk(world.district)
    Staff.objects.filter(pk=world.admin(world.district).pk).update(ended_at=world.at)
    entry = entered(desk, clerk, member)

    desk(clerk, "office_handbook_confirmation", {"seen": entry.seen}, entry.number)

    words = "一人の事務局のため、登録した人が確認"
    own = world.browser(member.user).get(reverse("mypage_credits")).content.decode()
    pages = [
        desk(clerk, "office_handbooks"),
        desk(clerk, "office_credits"),
        desk(clerk, "office_handbook", None, entry.number),
    ]
    assert [words in page.content.decode() for page in pages] == [True] * 3
    assert words in own


def test_違うところがあれば_わけを書いて登録した人に差し戻し_書き直してもらう(world, member, desk):
    clerk, admin = world.clerk(world.district), world.admin(world.district)
    entry = entered(desk, clerk, member)

    desk(admin, "office_handbook_return", {"seen": entry.seen, "reason": "単位が写しと違います。"}, entry.number)
    page = desk(clerk, "office_handbook_correction", None, entry.number).content.decode()
    token = entry.scans.get().file.token
    answer = desk(clerk, "office_handbook_correction", written(member, scan_0=token) | {"units": "1"}, entry.number)

    entry.refresh_from_db()
    assert ("単位が写しと違います。" in page, token in page, 'value="1.5"' in page) == (True, True, True)
    assert (answer.status_code, entry.state_label, entry.round) == (302, "確認待ち", 2)
    assert list(entry.lines.order_by("round").values_list("half_units", flat=True)) == [3, 2]


def test_ほかの欄が間違っていても_選んだ写しは預かられている(world, member, desk):
    clerk = world.clerk(world.district)

    wrong = desk(clerk, "office_handbook_new", written(member, upload(jpeg(), "手帳.jpg")) | {"units": "三"})
    token = StoredFile.objects.get().token
    right = desk(clerk, "office_handbook_new", written(member, scan_0=token))

    page = wrong.content.decode()
    assert (wrong.status_code, right.status_code) == (422, 302)
    assert ("このファイルは預かっています" in page, token in page) == (True, True)
    assert HandbookEntry.objects.get().scans.get().file.token == token


def test_使えないファイルは_わけと直し方を欄のそばで言う(world, member, desk):
    answer = desk(
        world.clerk(world.district), "office_handbook_new", written(member, upload(b"PK\x03\x04", "手帳.jpg"))
    )

    assert answer.status_code == 422
    assert REFUSED[Refusal.ARCHIVE] in answer.content.decode()


def test_自分の手帳は登録できない(world, desk):
    hats = world.member("二役", "次郎", world.district)
    staff = world.appoint(world.district, world.clerk(world.district).role, "二役 次郎", user=hats.user)

    answer = desk(staff, "office_handbook_new", written(hats, upload(jpeg())))

    assert answer.status_code == 422
    assert "ご自身の申請や単位は、ほかの担当者にお願いしてください。" in answer.content.decode()


def test_間違えた登録は取り下げられ_預かったまま使われない写しは三十日で消える(world, member, desk):
    clerk = world.clerk(world.district)
    entry = entered(desk, clerk, member)

    desk(clerk, "office_handbook_withdrawal", {"seen": entry.seen}, entry.number)
    desk(clerk, "office_handbook_new", written(member, upload(jpeg())) | {"units": "三"})
    StoredFile.objects.update(uploaded_at=world.at.replace(year=2025))
    forget.func(timestamp=0)

    entry.refresh_from_db()
    assert entry.state_label == "取下げ"
    assert list(StoredFile.objects.all()) == [entry.scans.get().file]


def test_写しが確かめられるまでは確認できず_行も十まで書ける(world, member, desk):
    clerk, admin = world.clerk(world.district), world.admin(world.district)
    last = {f"line10-{name}": value for name, value in written(member).items() if name != "number"}
    last |= {"line10-kind": "field", "line10-codes": "", "line10-title": "休日急患診療所"}

    desk(clerk, "office_handbook_new", written(member, upload(jpeg())) | last)
    entry = HandbookEntry.objects.get()
    answer = desk(admin, "office_handbook_confirmation", {"seen": entry.seen}, entry.number)

    assert entry.lines.count() == 2
    assert answer.status_code == 422
    assert "手帳の写しがまだ見られないため、確認できません。" in answer.content.decode()


def test_何も書かずに送ると_医師と写しと一行目を書くように言う(world, desk):
    page = desk(world.clerk(world.district), "office_handbook_new", {"number": ""}).content.decode()

    for words in ("医籍登録番号を入力してください。", "手帳の写しを選んでください。", "内容を入力してください。"):
        assert words in page
