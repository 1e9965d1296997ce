"""研修医の名簿の証明：一つの Excel の 500 人から、一行も失われず、どのリンクからも確かめられる。

500 行の中に、同じ番号の行、読めない行、すでに会員の人、記録と違う人、すでにお願いした人がいる。受け入れた行と断った行を
足すと、行の数になる。断った行には、行の番号と列とわけがある。
"""

import time
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mamis.doctors.models import Doctor
from mamis.mail.models import Message
from mamis.members import queries
from mamis.members.rules import Kind
from mamis.membership.models import Application, Joining
from mamis.membership.operations import joining_key, open_joining, send_reminders
from tests.members.files import taken
from tests.membership.joining import ask, proven, row, words
from tests.tabular.workbooks import excel
from tests.world import make_world

ROWS = 500
# 断られる行：足す場所（名簿の何人め）、変えるところ、列、わけ。
BROKEN = (
    (10, {"会員区分": "Z"}, "会員区分", "みどり市医師会で選べる会員区分ではありません。"),
    (20, {"メールアドレス": "resident"}, "メールアドレス", "メールアドレスの形ではありません。"),
    (30, {"所属施設": ""}, "所属施設", "空です。"),
    (40, {"入会日": "2001-04-01"}, "入会日", "入会日は、180 日前から一年先までの日です。"),
    (50, {"生年月日": "昭和百年"}, "生年月日", None),
    (60, {"都道府県の会員区分": ""}, "都道府県の会員区分", None),
    (70, {"医籍登録番号": "700001"}, "医籍登録番号", "すでにこの医師会の会員です。"),
    (80, {"医籍登録番号": "700002"}, "医籍登録番号", None),
    (90, {"医籍登録番号": "700003"}, "医籍登録番号", "入会の確認を、すでにお願いしています。"),
    (400, {"医籍登録番号": "600000"}, "医籍登録番号", "同じ医籍登録番号が、2 行目にもあります。"),
    (499, {"医籍登録番号": "600001"}, "医籍登録番号", "同じ医籍登録番号が、3 行目にもあります。"),
)


def resident_known(world, number: str, kana: str, *associations) -> None:
    """その番号の、名簿と同じ生年月日の記録。"""
    doctor = world.member("研修", "一郎", *associations, kana=("ケンシュウ", kana), signs_in=False)
    doctor.licences.update(number=number)
    Doctor.objects.filter(pk=doctor.pk).update(birth_on="2000-04-02")


@pytest.mark.django_db
def test_five_hundred_residents_of_one_workbook_are_each_asked_or_refused_and_every_link_works() -> None:
    world = make_world()
    staff = world.admin(world.district)
    resident_known(world, "700001", "イチロウ", world.district)
    resident_known(world, "700002", "ジロウ")
    ask(staff, row(700003))
    rows = [row(600000 + number, 姓=f"研修{number}") for number in range(ROWS)]
    for place, changes, _, _ in BROKEN:
        rows[place] |= changes
    content = excel(tuple(rows[0]), *(tuple(one.values()) for one in rows))
    begun = time.monotonic()

    of_import = taken(content, staff, kind=Kind.RESIDENTS, at=timezone.now())

    counts = queries.counts_of(of_import)
    asked = Joining.objects.filter(list_number=of_import.number)
    print(f"\n{counts.rows} rows, {time.monotonic() - begun:.0f} s: {dict(counts.of)}")  # noqa: T201 証明の数字
    assert (counts.rows, counts.accepted + counts.refused, counts.refused) == (ROWS, ROWS, len(BROKEN))
    assert (asked.count(), asked.values("number").distinct().count()) == (counts.accepted, counts.accepted)
    assert Message.objects.filter(mail="JoiningAsked").count() == counts.accepted + 1
    refused = {one.line: one.problems[0] for one in queries.refused_rows(of_import)}
    assert {line: problem["column"] for line, problem in refused.items()} == {
        place + 2: column for place, _, column, _ in BROKEN
    }
    assert all(refused[place + 2]["reason"] == reason for place, _, _, reason in BROKEN if reason)
    assert all(problem["reason"] and problem["fix"] for problem in refused.values())
    for joining in asked.select_related("association"):
        assert open_joining(joining_key(joining), at=timezone.now()) == joining
    chosen = list(asked.order_by("pk"))
    for joining in (chosen[0], chosen[len(chosen) // 2], chosen[-1]):
        client = proven(joining)
        assert joining.family_name in words(client.get(reverse("joining_review")))
        assert client.post(reverse("joining_review")).url == reverse("joining_done")
    assert Client().get(reverse("joining")).status_code == 410
    assert (Application.objects.count(), Doctor.objects.count()) == (3, 5)
    assert Counter(asked.values_list("state", flat=True)) == {"confirmed": 3, "waiting": counts.accepted - 3}
    tomorrow = timezone.now() + timedelta(days=1)
    assert send_reminders("14-021", staff.user_id, of_import.number, at=tomorrow) == counts.accepted - 3
