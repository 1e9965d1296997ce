"""データの取り込みの画面：選ぶ、列を決める、確かめる、取り込む、取り消す。"""

import csv
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mamis.associations.rules import Tier
from mamis.audit.models import AuditEntry
from mamis.doctors.models import Doctor
from mamis.members.columns import columns_of
from mamis.members.models import Import
from mamis.members.rules import Kind
from mamis.members.workflow import State
from mamis.tabular import reading
from mamis.tabular.reading import propose, read_sheet
from tests.members.files import checked, csv_of, member, outcomes, taken, upload, worked


@pytest.fixture
def admin(world):
    return world.admin(world.district)


@pytest.fixture
def browser(world, admin):
    return world.browser(admin.user)


def url(name: str, *args) -> str:
    return reverse(name, args=["14-021", *args])


def send(browser, content: bytes, *, kind: str = "members", name: str = "名簿.csv"):
    return browser.post(url("office_import_new"), {"kind": kind, "file": SimpleUploadedFile(name, content)})


def page(response) -> str:
    return response.content.decode()


def test_a_file_goes_from_the_upload_to_the_report(world, browser):
    response = send(browser, csv_of(member(500001), member(500002, 会員区分="Z")))
    assert (response.status_code, response.url) == (302, url("office_import_columns", 1))
    assert browser.get(url("office_import", 1)).url == url("office_import_columns", 1)

    form = browser.get(response.url).context["form"]
    assert form["facility"].value() == "7"
    chosen = {name: form[name].value() for name in form.fields}
    assert browser.post(response.url, chosen).url == url("office_import", 1)
    assert "行を確かめています" in page(browser.get(url("office_import", 1)))

    worked(Import.objects.get())
    preview = page(browser.get(url("office_import", 1)))
    assert ("1&nbsp;行を取り込む" in preview, "この医師会にない会員区分です。" in preview) == (True, True)
    assert not Doctor.objects.filter(licences__number="500001").exists()

    browser.post(url("office_import_run", 1))
    assert "取り込んでいます" in page(browser.get(url("office_import", 1)))
    worked(Import.objects.get())
    report = page(browser.get(url("office_import", 1)))
    assert "1&nbsp;行を取り込みました" in report
    assert browser.get(url("office_import_columns", 1)).url == url("office_import", 1)

    assert "まるごと取り消す" in page(browser.get(url("office_import_undo", 1)))
    browser.post(url("office_import_undo", 1))
    assert "取り消しています" in page(browser.get(url("office_import", 1)))
    worked(Import.objects.get())
    assert "1&nbsp;行を、取り込む前に戻しました" in page(browser.get(url("office_import", 1)))


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "ファイルが空です"), (b"\x00\x01", "表として読めない"), (b"a,b\n", "行がありません")]
)
def test_what_is_no_table_is_told_at_the_field(browser, content, told):
    response = send(browser, content)

    assert (response.status_code, told in page(response), Import.objects.count()) == (422, True, 0)


def test_a_file_too_large_is_refused_before_it_is_read(browser, monkeypatch):
    monkeypatch.setattr("mamis.members.forms.LARGEST", 10)

    response = send(browser, csv_of(member(500001)))

    assert (response.status_code, "大きすぎます" in page(response)) == (422, True)


def test_columns_that_are_needed_must_be_chosen_and_none_twice(admin, browser):
    of_import = upload("番号,名前,カナ,誕生日\n1,2,3,4\n".encode(), admin)

    response = browser.post(url("office_import_columns", of_import.number), {"number": "0", "name": "0"})

    errors = response.context["form"].errors
    assert response.status_code == 422
    assert errors["name"] == ["「医籍登録番号」と同じ列です。別の列を選んでください。"]
    assert errors["kana"] == ["「フリガナ（または「セイ」と「メイ」）」の列を選んでください。"]
    assert set(errors) == {"name", "kana", "birth_on", "joined_on", "category"}
    assert Import.objects.get().state == State.MAPPING


def test_the_columns_of_the_last_time_are_chosen_beforehand(admin, browser):
    checked(csv_of(member(500001)).replace("医籍登録番号".encode(), "変わった名の番号".encode(), 0), admin)
    of_import = upload(csv_of(member(500002)), admin)

    response = browser.get(url("office_import_columns", of_import.number))

    assert "前に決めた列を" in page(response)


def test_rows_are_shown_by_outcome_and_the_refused_go_out_with_reasons(world, admin, browser):
    of_import = checked(csv_of(member(500001), member(500002, 会員区分="Z", 勤務先="=1+1")), admin)

    refused = page(browser.get(url("office_import", of_import.number), {"outcome": "refused"}))
    assert ("500002" in refused, "500001" in refused) == (True, False)
    assert "この結果の行はありません" in page(browser.get(url("office_import", 1), {"outcome": "changed"}))

    response = browser.get(url("office_import_refused", of_import.number))
    content = b"".join(response.streaming_content)
    heads, row = csv.reader(StringIO(content.decode("utf-8-sig")))
    assert heads[-3:] == ["取り込めない行", "取り込めないわけ", "直し方"]
    assert row[-3:] == [
        "3",
        "【会員区分】この医師会にない会員区分です。",
        "【会員区分】この医師会の会員区分は「A 会員」「B 会員」です。",
    ]
    assert row[7] == "'=1+1"
    assert AuditEntry.objects.latest("pk").about == "会員の取り込み 第1号 1 行"

    mended = taken(content.replace(b",Z,", b",B,"), admin)
    assert outcomes(mended) == ["new"]
    assert Doctor.objects.get(licences__number="500002").workplaces.get().facility.name == "=1+1"


@pytest.mark.parametrize("tier", list(Tier))
def test_the_sample_can_be_read_as_it_is(world, tier):
    association = {Tier.DISTRICT: world.district, Tier.PREFECTURE: world.prefecture, Tier.NATIONAL: world.national}
    staff = world.admin(association[tier])

    response = world.browser(staff.user).get(
        reverse("office_import_template", args=[staff.association.code, "members"])
    )

    sheet = read_sheet(b"".join(response.streaming_content))
    columns = columns_of(Kind.MEMBERS, tier)
    found = propose(columns, sheet.heads, {})
    assert set(found) == {column.name for column in columns} - {"name", "kana"}
    assert reading.read_cells(columns, found, sheet.records[0].cells)[1] == []


def test_giving_up_is_said_and_kept(admin, browser):
    of_import = checked(csv_of(member(500001)), admin)

    response = browser.post(url("office_import_discard", of_import.number), follow=True)

    assert "取り込まずにやめました。何も変わっていません。" in page(response)
    assert "取り込まずにやめました。何も変わっていません。" in page(browser.get(url("office_import", 1)))


def test_a_preview_without_work_offers_none(admin, browser):
    taken(csv_of(member(500001)), admin)
    same, bad = checked(csv_of(member(500001)), admin), checked(csv_of(member(500001, 会員区分="Z")), admin)

    assert "どの行も、いまの記録と同じです" in page(browser.get(url("office_import", same.number)))
    assert "取り込めない行のわけを見て" in page(browser.get(url("office_import", bad.number)))


def test_the_menu_offers_it_to_administrators_only(world, browser):
    clerk = world.browser(world.clerk(world.district).user)

    assert [url("office_imports") in page(one.get(url("office_home"))) for one in (browser, clerk)] == [True, False]


@pytest.mark.parametrize("number", [1, 3])
def test_lists_ask_as_often_for_one_as_for_three(admin, browser, django_assert_num_queries, number):
    for _ in range(number):
        of_import = checked(csv_of(*(member(500000 + one) for one in range(number))), admin)
    browser.get(url("office_imports"))

    with django_assert_num_queries(13):
        browser.get(url("office_imports"))
    with django_assert_num_queries(17):
        browser.get(url("office_import", of_import.number))
